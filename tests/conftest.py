"""Set before NumPy is loaded by any test: results must not depend on the number of cores."""

import domain  # noqa: F401
