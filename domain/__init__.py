"""The vocabulary every room shares; it imports nothing of ours and stays free of heavy libraries."""
