"""A planning folder, and the observed service, from any call-by-call log."""

from planning.call_log.summary import ImportSummary
from planning.call_log.write import import_calls

__all__ = ["ImportSummary", "import_calls"]
