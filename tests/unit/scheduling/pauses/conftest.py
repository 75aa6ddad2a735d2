import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "optimiser")]


@pytest.fixture(scope="session")
def solved():
    from activity_case import solve_small

    return solve_small()
