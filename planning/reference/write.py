"""The reference centre as tables, and written as a planning folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from domain.progress import Control
from planning.files.folder_out import write_tables
from planning.files.swap import output_folder
from planning.reference.centre import centre_toml
from planning.reference.history import events_table, history_table
from planning.reference.people import agents_table, people, skills_table, time_off_table
from planning.reference.truth import performance_table, truth_table

TRUTH_FILE = Path("truth") / "agents.csv"
"""Beside the planning folder's files, where no reader looks: for tests of what is estimated."""


@dataclass(frozen=True)
class ReferenceCentre:
    """The reference centre before it is written.

    Attributes
    ----------
    centre : dict
        The tables of `centre.toml`.
    history, agents, skills, performance, events, time_off : DataFrame
        The files of those names.
    truth : DataFrame
        agent_id, queue, matched, aht_factor, fcr, csat, quality: what the records were drawn from.
    """

    centre: dict[str, Any]
    history: pd.DataFrame
    agents: pd.DataFrame
    skills: pd.DataFrame
    performance: pd.DataFrame
    events: pd.DataFrame
    time_off: pd.DataFrame
    truth: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the planning folder's tables by the name of their file."""
        names = ("history", "agents", "skills", "performance", "events", "time_off")
        return {name: getattr(self, name) for name in names}


def reference_tables(*, seed: int = 1, control: Control | None = None) -> ReferenceCentre:
    """Draw the reference centre; the same seed gives the same tables.

    Parameters
    ----------
    seed : int
    control : Control, optional
        Told how far the drawing is.
    """
    control = control or Control()
    streams = np.random.SeedSequence(seed).spawn(4)
    staffing, traits, record, volume = (np.random.default_rng(stream) for stream in streams)
    staff = people(staffing)
    agents = agents_table(staff, staffing)
    time_off = time_off_table(staff, staffing)
    truth = truth_table(staff, traits)
    control.report("example", 0.1, "people drawn")
    performance = performance_table(staff, truth, record)
    control.report("example", 0.3, "performance drawn")
    history = history_table(volume)
    control.report("example", 0.6, "history drawn")
    return ReferenceCentre(
        centre=centre_toml(),
        history=history,
        agents=agents,
        skills=skills_table(staff),
        performance=performance,
        events=events_table(),
        time_off=time_off,
        truth=truth,
    )


def write_reference(out: Path, *, seed: int = 1, control: Control | None = None) -> None:
    """Write the reference centre as a planning folder, the truth beside it.

    Parameters
    ----------
    out : Path
        Folder to make; swapped in whole.
    seed : int
    control : Control, optional
    """
    control = control or Control()
    case = reference_tables(seed=seed, control=control)
    with output_folder(out, "a planning folder") as folder:
        write_tables(folder, case.centre, case.tables())
        truth = folder / TRUTH_FILE
        truth.parent.mkdir(parents=True, exist_ok=True)
        case.truth.to_csv(truth, index=False, lineterminator="\n")
    control.report("example", 1.0, f"written to {out}")
