"""The reference centre: one synthetic e-commerce service centre on which every claim can be tried."""

from planning.reference.write import ReferenceCentre, reference_tables, write_reference

__all__ = ["ReferenceCentre", "reference_tables", "write_reference"]
