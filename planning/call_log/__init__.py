"""A planning folder, and the observed service, from any call-by-call log."""
