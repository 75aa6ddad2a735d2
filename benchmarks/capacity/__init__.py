"""Formulas and simulator measured beside other libraries, against exact values, and against each other."""
