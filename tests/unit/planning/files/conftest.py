"""A small planning folder that is right, for tests that break one thing at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import InputError, Problem
from domain.folder import PlanningFolder
from planning.files import read_folder

CENTRE = """\
[centre]
name = "Small"
timezone = "Europe/Berlin"
country = "DE"
currency = "EUR"
interval_minutes = 30
schedule_minutes = 15

[[queues]]
id = "phone"
channel = "voice"
aht_s = 300
patience_s = 600
open = [{ days = "Mon-Fri", from = "08:00", to = "20:00" }]
target = { mean_wait_s = 60, abandonment = 0.05 }

[[queues]]
id = "chat"
channel = "chat"
aht_s = 500
concurrency = 2
slowdown = [0.8, 1.0]
target = [
  { scope = "day", service_level = 0.8, within_s = 60 },
  { scope = "week", occupancy = 0.9 },
]

[[contracts]]
id = "full-time"
weekly_hours = { min = 40, max = 40 }
days_per_week = { min = 5, max = 5 }
shift_hours = { min = 8, max = 8 }
start = { from = "07:00", to = "12:00", step_minutes = 30 }
rest_h = 11
breaks = [
  { kind = "meal", minutes = 60, paid = false, after_minutes = 180, before_minutes = 300 },
  { kind = "break", minutes = 15, paid = true, after_minutes = 60, before_minutes = 180 },
]
"""

FILES = {
    "centre.toml": CENTRE,
    "history.csv": (
        "interval_start,queue,offered,handled,abandoned,aht_s\n"
        "2026-11-16T08:00,phone,10,9,1,310\n"
        "2026-11-16T08:30,phone,12,12,0,290.5\n"
        "2026-11-16T08:00,chat,4,4,0,480\n"
        "2026-11-16T08:30,chat,0,0,0,\n"
    ),
    "agents.csv": "agent_id,contract,hourly_cost,name,team\nA1,full-time,30,Ann,red\nA2,full-time,31.5,Bo,red\n",
    "skills.csv": "agent_id,queue\nA1,phone\nA1,chat\nA2,phone\n",
}


class Folder:
    """A planning folder on disk."""

    centre_toml = CENTRE

    def __init__(self, path: Path) -> None:
        self.path = path
        for name, content in FILES.items():
            self.write(name, content)

    def write(self, name: str, content: str | bytes) -> None:
        raw = content if isinstance(content, bytes) else content.encode()
        (self.path / name).write_bytes(raw)

    def edit(self, name: str, old: str, new: str) -> None:
        content = (self.path / name).read_text()
        assert old in content
        self.write(name, content.replace(old, new, 1))

    def read(self) -> PlanningFolder:
        return read_folder(self.path)

    def problems(self) -> list[Problem]:
        with pytest.raises(InputError) as caught:
            self.read()
        return list(caught.value.problems)

    def problem(self) -> Problem:
        """Return the only fault."""
        problems = self.problems()
        assert len(problems) == 1, "\n".join(map(str, problems))
        return problems[0]

    def notices(self) -> list[str]:
        return [str(notice) for notice in self.read().notices]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    path = tmp_path / "centre"
    path.mkdir()
    return Folder(path)


@pytest.fixture
def make_folder(tmp_path: Path) -> Callable[[str], Folder]:
    def make(name: str) -> Folder:
        path = tmp_path / name
        path.mkdir()
        return Folder(path)

    return make
