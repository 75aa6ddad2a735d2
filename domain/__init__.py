"""The vocabulary every room shares; it imports nothing of ours and stays free of heavy libraries."""

import os

# Small matrices gain nothing from threads of the linear-algebra library, which would also make the last digits depend
# on the number of cores. It reads this when NumPy is first loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
