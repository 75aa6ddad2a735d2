"""Rosters: proven gaps, time and cost on generated centres, with peers beside them."""
