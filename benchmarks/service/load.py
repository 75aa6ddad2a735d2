"""A load from a process of its own: one request over and over by so many clients, and how long each took.

``python -m benchmarks.service.load ADDRESS KEY METHOD PATH BODY CLIENTS REQUESTS`` prints the milliseconds as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time

import httpx2
import numpy as np


def measure(
    address: str, key: str, method: str, path: str, body: object, clients: int, requests: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Send requests from another process; return the milliseconds of each."""
    words = [address, key, method, path, json.dumps(body), str(clients), str(requests)]
    command = [sys.executable, "-m", "benchmarks.service.load", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return np.array(json.loads(done.stdout))


def main(words: list[str]) -> None:
    """Send the requests asked for."""
    address, key, method, path, text, count, requests = words
    body, clients, each = json.loads(text), int(count), int(requests) // int(count)
    took: list[float] = []
    lock = threading.Lock()

    def ask() -> None:
        mine = []
        with httpx2.Client(base_url=f"{address}/api/v1", headers={"X-API-Key": key}, timeout=300) as client:
            client.get("/health")
            for _ in range(each):
                begun = time.perf_counter()
                answer = client.request(method, path, json=body) if body is not None else client.request(method, path)
                mine.append(1000 * (time.perf_counter() - begun))
                assert answer.status_code < 300, f"{answer.status_code}: {answer.text[:300]}"
        with lock:
            took.extend(mine)

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(took) == each * clients, "a client broke"
    print(json.dumps(took))


if __name__ == "__main__":
    main(sys.argv[1:])
