"""What past days taught of revising a day, kept beside the answers so that it is learned once a week."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from domain.folder import PlanningFolder
from domain.progress import Control
from forecasting.intraday import learn_intraday
from forecasting.intraday_model import IntradayModel

FILE = "intraday_model.npz"
ARRAYS = ("covariance", "strength", "carry_strength")


def models_for(
    folder: PlanningFolder, week: date, control: Control, place: Path | None = None
) -> tuple[IntradayModel, ...]:
    """Return the models of a week, from an earlier answer where that was for the same history.

    Parameters
    ----------
    folder : PlanningFolder
        Read with records before the week.
    week : date
    control : Control
    place : Path, optional
        Folder of an earlier answer.
    """
    kept = None if place is None else _read(place / FILE, _key(folder, week), folder.centre.queue_ids)
    if kept is not None:
        return kept
    return learn_intraday(folder.history, folder.centre, folder.events, week, control)


def write_models(models: Sequence[IntradayModel], folder: PlanningFolder, week: date, place: Path) -> Path:
    """Write models for the next answer."""
    arrays: dict[str, Any] = {"key": np.array(_key(folder, week))}
    for k, model in enumerate(models):
        arrays |= {f"{name}_{k}": getattr(model, name) for name in ARRAYS}
        arrays[f"numbers_{k}"] = np.array([model.step_minutes, model.carry, model.days])
    np.savez(place / FILE, allow_pickle=False, **arrays)
    return place / FILE


def _read(path: Path, key: str, queues: Sequence[str]) -> tuple[IntradayModel, ...] | None:
    """Return the models of a file; None where there is none, or it is for another history, or no file of ours."""
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as found:
            if str(found["key"]) != key:
                return None
            models = []
            for k, queue in enumerate(queues):
                step, carry, days = found[f"numbers_{k}"].tolist()
                arrays = {name: found[f"{name}_{k}"] for name in ARRAYS}
                models.append(IntradayModel(queue, int(step), carry=carry, days=int(days), **arrays))
    except (OSError, ValueError, KeyError):
        return None
    return tuple(models)


def _key(folder: PlanningFolder, week: date) -> str:
    """Return a digest of all that the models are learned from."""
    digest = hashlib.sha256()
    history = folder.history
    for array in (history.start, history.queue, history.offered):
        digest.update(np.ascontiguousarray(array).tobytes())
    queues = [queue.model_dump(mode="json") for queue in folder.centre.queues]
    events = [event.model_dump(mode="json") for event in folder.events]
    digest.update(repr((week, history.queues, folder.centre.timezone, folder.centre.country, queues, events)).encode())
    return digest.hexdigest()
