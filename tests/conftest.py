"""Set before NumPy is loaded by any test: results must not depend on the number of cores."""

import os

from hypothesis import settings

import domain  # noqa: F401

# The same examples on every run where a landing hangs on them; fresh ones on a developer's machine.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
