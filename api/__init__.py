"""The edge: the command line, and the service with its store, its jobs and its people."""
