"""Breaks and activities inside shifts that stay as they are: where they lie, and what each place costs in service."""
