"""Small logs written to a folder, and calls made by hand."""

import numpy as np
import pytest

from planning.call_log.calls import NOBODY, Calls
from planning.call_log.mapping import parse_mapping

HEADER = "arrived,queue,wait,outcome,agent,talk,customer"
MAP = {
    "columns": {
        "arrival": "arrived",
        "queue": "queue",
        "wait": "wait",
        "handle": "talk",
        "outcome": "outcome",
        "agent": "agent",
        "customer": "customer",
    },
    "outcomes": {"answered": ["ok"], "abandoned": ["gone"], "ignored": ["test"], "follow_up": ["case"]},
    "unknown": {"agent": ["-"], "customer": ["0"]},
    "centre": {"timezone": "Europe/Paris", "interval_minutes": 30},
    "opening": [{"days": "Mon-Sun", "from": "08:00", "to": "10:00"}],
    "people": {"skill_at_least": 1},
}


@pytest.fixture
def plain_map():
    return parse_mapping(MAP)


@pytest.fixture
def changed_map():
    """Make a map from the plain one with some sections replaced."""
    return lambda **sections: parse_mapping(MAP | sections)


@pytest.fixture
def write_log(tmp_path):
    def write(*rows, header=HEADER, name="log.csv"):
        path = tmp_path / name
        path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def make_calls():
    """Make calls from (second, queue, outcome, wait, handle, agent, customer) rows, sorted by second."""

    def make(rows, zone="UTC", queues=("a", "b"), agents=("ann", "bob"), start="2026-03-02T08:00"):
        columns = list(zip(*rows, strict=True))
        size = len(rows)
        return Calls(
            zone=zone,
            queues=queues,
            agents=agents,
            arrival=np.datetime64(start, "s") + np.array(columns[0], dtype="timedelta64[s]"),
            queue=np.array(columns[1], dtype=np.int64),
            outcome=np.array(columns[2], dtype=np.int64),
            wait_s=np.array(columns[3], dtype=np.float64),
            handle_s=np.array(columns[4], dtype=np.float64),
            agent=np.array(columns[5] if len(columns) > 5 else [NOBODY] * size, dtype=np.int64),
            customer=np.array(columns[6] if len(columns) > 6 else [NOBODY] * size, dtype=np.int64),
            artefact=np.zeros(size, dtype=np.bool_),
        )

    return make
