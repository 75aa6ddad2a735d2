"""A hand-edited workbook read back: what was changed, what that breaks, costs, and does to the service."""
