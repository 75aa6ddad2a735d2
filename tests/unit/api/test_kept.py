"""What is kept read: each once, the oldest let go by weight, and nothing left behind by what cannot be read."""

from __future__ import annotations

import threading
import time

import pytest

from api.kept import Kept


def test_what_is_asked_for_again_is_read_once() -> None:
    kept: Kept[int] = Kept(10)
    reads = []

    def read() -> tuple[int, int]:
        reads.append(1)
        time.sleep(0.05)
        return 7, 1

    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(kept.get("a", read))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [7] * 5 and reads == [1]


def test_the_longest_unasked_goes_first_and_the_last_stays_whatever_it_weighs() -> None:
    kept: Kept[str] = Kept(10)
    reads: list[str] = []

    def get(key: str, weight: int) -> None:
        def read() -> tuple[str, int]:
            reads.append(key)
            return key, weight

        assert kept.get(key, read) == key

    for key, weight in (("a", 4), ("b", 4), ("a", 4), ("c", 4), ("a", 4), ("b", 4), ("big", 99), ("big", 99), ("a", 4)):
        get(key, weight)
    assert reads == ["a", "b", "c", "b", "big", "a"]


def test_what_cannot_be_read_is_tried_again() -> None:
    kept: Kept[int] = Kept(10)

    def broken() -> tuple[int, int]:
        raise ValueError

    with pytest.raises(ValueError):
        kept.get("a", broken)
    assert kept.get("a", lambda: (1, 1)) == 1 and kept._reading == {}
