"""The command line: a verb a step."""
