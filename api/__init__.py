"""The edge: the command line."""
