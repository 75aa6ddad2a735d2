"""Rosters: work rules, the planning model, its bound and search, an independent validator, explanations."""
