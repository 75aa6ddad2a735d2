"""Run by the peers' own Python: pyworkforce's requirements, how long they take, and its answers to hard questions."""

from __future__ import annotations

import time
from typing import Any

from pyworkforce.queuing import ErlangA, ErlangC
from pyworkforce.staffing import MultiSkillStaffing

from benchmarks.capacity.cases import (
    HANDLE_S,
    INTERVAL_MIN,
    PATIENCE_S,
    QUESTIONS,
    SHARE,
    SKILL_HANDLE_S,
    SKILL_LOADS,
    WITHIN_S,
    Question,
    sampled_cells,
)

MODELS = {"ErlangC": 60, "ErlangA": 12}
"""Cells of every queue in the sample, by model."""

REPEATS = 3


def model_of(load: float, handle_s: float, within_s: float, patience_s: float | None) -> Any:
    """Set up a queue of so many Erlang; pyworkforce counts in minutes."""
    told = {
        "transactions": load * INTERVAL_MIN * 60.0 / handle_s,
        "aht": handle_s / 60.0,
        "asa": within_s / 60.0,
        "interval": INTERVAL_MIN,
    }
    return ErlangC(**told) if patience_s is None else ErlangA(**told, patience=patience_s / 60.0)


def requirements(model: str) -> dict[str, Any]:
    """Return sampled cells, the positions each is said to need and the CPU seconds of the fastest of some passes."""
    patience = PATIENCE_S if model == "ErlangA" else None
    cells = sampled_cells(MODELS[model])
    least = [float("inf")] * len(cells)
    positions = [0] * len(cells)
    for _ in range(REPEATS if model == "ErlangC" else 1):
        for k, (q, load) in enumerate(cells):
            began = time.process_time()
            found = model_of(load, float(HANDLE_S[q]), WITHIN_S, patience).required_positions(SHARE)
            least[k] = min(least[k], time.process_time() - began)
            positions[k] = found["raw_positions"]
    return {"cells": cells, "positions": positions, "seconds": least}


def answer(question: Question) -> str:
    """Return what pyworkforce says, or what it raises."""
    try:
        model = model_of(question.load, question.handle_s, question.within_s, question.patience_s)
        if question.ask == "requirement":
            return f"{model.required_positions(SHARE)['raw_positions']}"
        agents = int(question.agents) if question.agents.is_integer() else question.agents
        return f"{model.service_level(agents):.3f}"
    except (ValueError, TypeError, ZeroDivisionError, OverflowError) as fault:
        return f"raises {type(fault).__name__}: {fault}"


def skilled() -> dict[str, Any]:
    """Return pyworkforce's team for two queues, some of whose agents may serve both."""
    alone = [
        model_of(load, SKILL_HANDLE_S, WITHIN_S, None).required_positions(SHARE)["raw_positions"]
        for load in SKILL_LOADS
    ]
    found = MultiSkillStaffing(
        skills=["A", "B"],
        profiles=[
            {"name": "A", "skills": ["A"], "cost": 1.0},
            {"name": "B", "skills": ["B"], "cost": 1.0},
            {"name": "both", "skills": ["A", "B"], "cost": 1.5},
        ],
        required_positions=dict(zip("AB", alone, strict=True)),
        num_search_workers=1,
    ).solve()
    return {"alone": alone, "status": found["status"], "team": [each["agents"] for each in found["agents_per_profile"]]}


def measure() -> dict[str, Any]:
    """Return all that pyworkforce is asked."""
    return {
        "requirements": {model: requirements(model) for model in MODELS},
        "answers": {question.name: answer(question) for question in QUESTIONS},
        "skilled": skilled(),
    }
