"""One plan from end to end, and the files and reports around it."""
