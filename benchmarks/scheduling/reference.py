"""The reference centre, from its written files to what its week needs."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.scheduling.centres import WEEK, Drawn
from domain.progress import Control
from forecasting.forecaster import make_forecast
from planning.files import read_folder
from planning.reference import write_reference
from planning.shrinkage import with_learned_shrinkage
from planning.steps import WEEK as DAYS
from planning.steps import Options, people_of, require_for


def reference_centre(cores: int, seed: int = 1) -> Drawn:
    """Return the reference centre with its forecast week, as a plan's first round has it."""
    with tempfile.TemporaryDirectory() as base:
        place = Path(base) / "centre"
        write_reference(place)
        folder = read_folder(place, before=WEEK)
    folder, _ = with_learned_shrinkage(folder, WEEK)
    forecast, _ = make_forecast(
        folder.history, folder.centre, folder.events, WEEK, DAYS, seed=seed, control=Control(cores=cores)
    )
    return Drawn(folder, require_for(folder, forecast, WEEK), people_of(folder, Options(week=WEEK, seed=seed)))
