"""The rules a roster keeps, each declared once, and the validator that knows nothing of any solver."""

from scheduling.rules.rule import Rule, Violation
from scheduling.rules.validator import RULES, validate

__all__ = ["RULES", "Rule", "Violation", "validate"]
