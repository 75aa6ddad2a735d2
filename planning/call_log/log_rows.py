"""Which rows of a log count, and as what: outcomes, nobody, rows to drop, handle times that cannot be one."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, model_validator

from domain.entity import Entity


class Outcomes(Entity):
    """Values of the outcome column.

    Attributes
    ----------
    answered, abandoned : tuple of str
    ignored : tuple of str
        Rows that are no contact at all.
    follow_up : tuple of str
        Work that is no new contact but shows that an earlier one of that customer was not resolved.
    """

    answered: tuple[str, ...] = ()
    abandoned: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    follow_up: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Outcomes:
        every = [*self.answered, *self.abandoned, *self.ignored, *self.follow_up]
        twice = sorted({value for value in every if every.count(value) > 1})
        if twice:
            raise ValueError(f"each outcome in one list; {', '.join(twice)} stands in two")
        return self


class Unknown(Entity):
    """Values that mean that nobody is known; an empty cell always does."""

    agent: tuple[str, ...] = ()
    customer: tuple[str, ...] = ()


class Condition(Entity):
    """One test of one column: among ``values``, or a number ``below`` or ``above`` a limit."""

    column: str
    values: tuple[str, ...] | None = None
    below: float | None = None
    above: float | None = None

    @model_validator(mode="after")
    def _something(self) -> Condition:
        if self.values is None and self.below is None and self.above is None:
            raise ValueError("one of values, below or above")
        return self

    def passes(self, texts: pd.Series[str]) -> NDArray[np.bool_]:
        """Tell which cells pass."""
        hit = np.ones(len(texts), dtype=np.bool_)
        if self.values is not None:
            hit &= texts.isin(self.values).to_numpy()
        if self.below is not None or self.above is not None:
            number = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64)
            hit &= (number < self.below) if self.below is not None else True
            hit &= (number > self.above) if self.above is not None else True
        return hit


class DropRule(Entity):
    """Rows to leave out: those that pass every test of ``when``."""

    reason: str
    when: tuple[Condition, ...] = Field(min_length=1)

    def hits(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Tell which rows are left out."""
        hit = np.ones(len(frame), dtype=np.bool_)
        for test in self.when:
            hit &= test.passes(frame[test.column])
        return hit


class Artefact(Entity):
    """Answered contacts with a handle time that cannot be one.

    Attributes
    ----------
    reason : str
    handle_below_s : float
    treat : {"outside_aht", "drop"}
        ``outside_aht`` keeps them as offered and handled, but leaves them out of handle times, of agents'
        performance and of what counts as resolved; ``drop`` removes them.
    """

    reason: str
    handle_below_s: float = Field(gt=0)
    treat: Literal["outside_aht", "drop"] = "outside_aht"


class LogFile(Entity):
    """How the file is written.

    Attributes
    ----------
    encoding, delimiter : str
        Recognised where empty.
    time_format : str
        As of ``strptime``, for times that are not year first.
    tolerate : float
        Share of the rows that may be faulty: they are left out and counted; above it nothing is written.
    """

    encoding: str = ""
    delimiter: str = ""
    time_format: str = ""
    tolerate: float = Field(default=0.0, ge=0, lt=1)
