"""Concurrent contacts against the exact chain over every agent's own number of contacts."""

import itertools

import numpy as np
import pytest

from capacity.chat import agent_speeds, speed_at
from capacity.interval import interval_service


def every_agent(
    rate: float, agents: int, slowdown: tuple[float, ...], patience: float | None, line: int = 90
) -> dict[str, float]:
    """Solve the chain over (contacts of each agent, line), least loaded first, handle time 1."""
    c = len(slowdown)
    speed = [0.0] + [(j + 1) / slowdown[j] for j in range(c)]
    full = (c,) * agents
    states = [(loads, 0) for loads in itertools.combinations_with_replacement(range(c + 1), agents)]
    states += [(full, q) for q in range(1, line + 1)]
    number = {state: i for i, state in enumerate(states)}
    moves = np.zeros((len(states), len(states)))
    for (loads, waiting), i in number.items():
        targets: list[tuple[tuple[tuple[int, ...], int], float]] = []
        if loads != full:
            targets.append(((tuple(sorted((loads[0] + 1, *loads[1:]))), 0), rate))
        elif waiting < line:
            targets.append(((full, waiting + 1), rate))
        if waiting:
            leave = agents * speed[c] + (waiting / patience if patience else 0.0)
            targets.append(((full, waiting - 1), leave))
        else:
            for k, carried in enumerate(loads):
                if carried:
                    after = tuple(sorted((*loads[:k], carried - 1, *loads[k + 1 :])))
                    targets.append(((after, 0), speed[carried]))
        for state, flow in targets:
            moves[i, number[state]] += flow
            moves[i, i] -= flow
    system = moves.T.copy()
    system[-1] = 1.0
    right = np.zeros(len(states))
    right[-1] = 1.0
    p = np.linalg.solve(system, right)
    queue = p @ np.array([q for _, q in states])
    return {
        "wait": queue / rate,
        "lost": queue / rate / patience if patience else 0.0,
        "busy": p @ np.array([sum(loads) for loads, _ in states]) / (agents * c),
        "full": p @ np.array([loads == full for loads, _ in states]),
    }


@pytest.mark.parametrize(
    ("rate", "agents", "slowdown", "patience"),
    [
        (9.0, 4, (1.0, 1.2, 1.5), 2.0),
        (6.0, 4, (1.0, 1.2, 1.5), 2.0),
        (4.0, 5, (1.0, 1.15), 3.0),
        (2.2, 2, (1.0, 1.3), None),
        (9.0, 3, (1.0, 1.1, 1.25), 0.5),
        (15.0, 5, (1.0, 1.2, 1.4), 3.0),
        (9.0, 4, (0.6, 0.8, 1.0), 1.0),
        (12.0, 6, (0.6, 0.8, 1.0), 4.0),
        (10.0, 3, (1.0, 1.3, 1.6, 2.0, 2.4), 1.0),
    ],
)
def test_within_half_a_point_of_the_exact_chain(
    rate: float, agents: int, slowdown: tuple[float, ...], patience: float | None
) -> None:
    exact = every_agent(rate, agents, slowdown, patience)
    got = interval_service(rate * 3600, 1.0, agents, patience_s=patience, concurrency=len(slowdown), slowdown=slowdown)
    assert float(got.abandonment) == pytest.approx(exact["lost"], abs=0.005)
    assert float(got.occupancy) == pytest.approx(exact["busy"], abs=0.005)
    assert float(got.wait_probability) == pytest.approx(exact["full"], abs=0.005)
    assert float(got.mean_wait_s) == pytest.approx(exact["wait"], rel=0.02, abs=0.002)


def test_one_agent_is_exact() -> None:
    for rate in (0.3, 1.5, 4.0):
        exact = every_agent(rate, 1, (0.6, 0.8, 1.0), 3.0)
        got = interval_service(rate * 3600, 1.0, 1, patience_s=3.0, concurrency=3, slowdown=(0.6, 0.8, 1.0))
        assert float(got.mean_wait_s) == pytest.approx(exact["wait"], rel=1e-9)
        assert float(got.occupancy) == pytest.approx(exact["busy"], rel=1e-9)


@pytest.mark.parametrize("patience", [None, 400.0])
@pytest.mark.parametrize("seats", [7.0, 7.3, 12.9])
def test_without_slowdown_a_concurrent_agent_is_several_agents(patience: float | None, seats: float) -> None:
    chats = interval_service(
        200.0, 300.0, seats, patience_s=patience, within_s=20, concurrency=3, slowdown=(1.0, 1.0, 1.0)
    )
    calls = interval_service(200.0, 300.0, 3 * seats, patience_s=patience, within_s=20)
    for name in ("mean_wait_s", "service_level", "abandonment", "occupancy"):
        assert float(getattr(chats, name)) == pytest.approx(float(getattr(calls, name)), rel=1e-10)


def test_one_contact_at_a_time_with_a_slowdown_is_a_longer_handle_time() -> None:
    slow = interval_service(100.0, 300.0, 12.5, patience_s=500.0, concurrency=1, slowdown=(1.2,))
    long = interval_service(100.0, 360.0, 12.5, patience_s=500.0)
    assert float(slow.mean_wait_s) == pytest.approx(float(long.mean_wait_s), rel=1e-12)


def test_without_patience_chats_need_more_than_their_load() -> None:
    """Three at once at slowdown 1.5 are two contacts a handle time: 10 Erlang need more than 5 agents."""
    at = interval_service(36000.0, 1.0, [5.0, 5.01], concurrency=3, slowdown=(1.0, 1.2, 1.5))
    assert np.isinf(at.mean_wait_s[0])
    assert np.isfinite(at.mean_wait_s[1])


def test_a_slowdown_that_eats_the_gain_is_followed_all_the_way_down() -> None:
    """Where agents work slower in total when they carry more, the chain has two humps; it is summed whole."""
    exact = every_agent(2.0, 3, (1.0, 3.0), 4.0)
    got = interval_service(2.0 * 3600, 1.0, 3, patience_s=4.0, concurrency=2, slowdown=(1.0, 3.0))
    assert float(got.abandonment) == pytest.approx(exact["lost"], abs=0.03)


def test_speeds_interpolate_and_the_last_slowdown_repeats() -> None:
    speeds = agent_speeds(3, (1.0, 1.25))
    np.testing.assert_allclose(speeds, [0.0, 1.0, 1.6, 2.4])
    assert speed_at(1.5, speeds, 4.0, 0.0) == pytest.approx(1.3)
    assert speed_at(3.0, speeds, 4.0, 0.3) == pytest.approx(2.4)
