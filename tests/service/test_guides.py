"""What the pages tell a newcomer to type, typed: from a folder to a published roster, and everything after it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.service.ground import PASSWORD
from tests.service.live import served

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
STRICT = """set -eu
curl() { command curl --fail-with-body "$@" || { echo "REFUSED: $*" >&2; return 1; }; }
"""
INSTEAD = {
    "a long password": PASSWORD,
    "pre-sales-phone": "phone",
    "where=team=pre-sales": "where=contract=full",
    "A001": "a01",
    "A003": "a03",
    "A007": "a02",
    '"week": "2026-11-23"}': '"week": "2026-11-23", "work": 0.05, "replications": 8}',
    **{f"2026-11-{day}": f"2026-03-{day - 21:02d}" for day in range(22, 31)},
}
"""The pages speak of the reference centre, whose plan takes minutes; the tests' centre has other names."""


def blocks(page: str, section: str = "") -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    if section:
        text = re.split(r"^## ", text[text.index(f"## {section}") + 3 :], flags=re.M)[0]
    return re.findall(r"^```\n(.*?)^```$", text, re.S | re.M)


def test_every_command_of_the_pages_is_answered(sqlite_url: str, folder: Path, tmp_path: Path) -> None:
    if shutil.which("curl") is None and not os.environ.get("CI"):
        pytest.skip("no curl on this machine")
    shutil.copytree(folder, tmp_path / "out" / "reference")
    start, *rest = blocks("README.md", "Serving a team")
    assert "seatwise serve" in start and len(rest) == 1
    script = "\n".join([*rest, *blocks("docs/how-to/ask-the-service.md")])
    for words, mine in INSTEAD.items():
        assert words in script or words[:8] == "2026-11-"
        script = script.replace(words, mine)
    with served(sqlite_url, tmp_path / "log") as (address, _):
        script = script.replace("http://127.0.0.1:8000", address)
        done = subprocess.run(
            ["bash", "-c", STRICT + script], cwd=tmp_path, capture_output=True, text=True, timeout=400, check=False
        )
    assert done.returncode == 0 and "REFUSED" not in done.stderr, done.stderr + done.stdout[-2000:]
    assert '"state":"published"' in done.stdout and "a third more" in done.stdout and "BEGIN:VEVENT" in done.stdout
    assert (tmp_path / "agents.xlsx").stat().st_size > 4000
    masked = (tmp_path / "roster.csv").read_text()
    assert masked.count("\n") > 20 and "a01" not in masked.replace("-", ",").split(",")
