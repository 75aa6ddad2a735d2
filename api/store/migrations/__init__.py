"""Changes of the tables, one a file, both ways."""
