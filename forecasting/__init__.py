"""From history to forecast: means, bands, handle times, scenarios, and how each was chosen.

Its matrices are small: a numerical library that spreads them over threads spends its time waiting, many
times longer where cores are shared, and may round differently with the number of cores. So one thread is
asked for, unless the caller said otherwise; it takes effect where NumPy is not yet loaded.
"""

import os

for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
