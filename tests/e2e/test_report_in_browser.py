"""The page draws and answers in a real browser, from a file, without a network."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from domain.roster import Roster
from planning.report import write_report

BROWSER = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
SAMPLES = Path(__file__).parents[1] / "unit" / "planning" / "report" / "conftest.py"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
    "--virtual-time-budget=3000",
)
EVIL = "<img src=x onerror=alert(1)>"

pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs a chromium on the path")


@pytest.fixture(scope="module")
def samples():
    spec = importlib.util.spec_from_file_location("report_samples", SAMPLES)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def report(samples, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(samples.make_plan(names=("Li Wei", EVIL)), path)
    return path


def dom(path: Path, state: str = "", act: str = "") -> str:
    """Open the page in a state of its address, run a few actions on it, and return what it then holds."""
    if act:
        text = path.read_text(encoding="utf-8")
        # The page's own policy forbids a foreign script, as it should; the copy under test lets one in.
        text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
        path = path.with_name("acted.html")
        path.write_text(text.replace("</body>", f"<script>{act}</script></body>"), encoding="utf-8")
    profile = path.parent / "profile"
    run = subprocess.run(
        [str(BROWSER), *FLAGS, f"--user-data-dir={profile}", "--dump-dom", path.as_uri() + state],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    if "<html" not in run.stdout:
        pytest.skip(f"the browser does not start here: {run.stderr[-300:]}")
    html = re.search(r"<html[^>]*>", run.stdout).group()
    assert 'data-drawn="yes"' in html, run.stderr[-2000:]
    assert "data-error" not in html, html
    return re.sub(r"<script.*?</script>", "", run.stdout, flags=re.DOTALL)


def rows_of(text: str, part: str) -> int:
    """Count the body rows of the table inside an element of the page."""
    inside = text.split(f'id="{part}"', 1)[1].split("</table>", 1)[0]
    return inside.split("<tbody>", 1)[1].count("<tr")


def test_every_chart_is_drawn_and_the_worst_reported_interval_is_open(report):
    text = dom(report)
    assert text.count("<svg") == 2
    assert 'class="band95"' in text
    assert text.count('role="gridcell"') > 200
    assert rows_of(text, "net-chart") == 7
    assert rows_of(text, "roster-chart") == 14  # twelve people, two elastic seats
    assert "rest of 11 h stops Li Wei" in text.split('id="net-detail"')[1].split("</section>")[0]
    assert EVIL not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text


def test_the_address_holds_day_queue_sort_and_filter(report):
    text = dom(report, "#day=2026-11-25&queue=phone&sort=team&unmet=1")
    assert "the share of phone in what its pool needs" in text
    assert "Wed 25 Nov, from the first start to the last end." in text
    assert "Work on other queues than phone is faded." in text
    assert 'class="group"' in text
    assert "paid leave" in text
    board = text.split('id="targets-board"', 1)[1].split("</table>", 1)[0]
    assert ">chat<" not in board
    for row in board.split("<tbody>")[1].split("</tr>")[:-1]:
        assert "✕" in row
    assert "✓ met" not in text.split('id="targets-table"', 1)[1].split("</table>", 1)[0]


def test_an_address_with_nonsense_shows_everything(report):
    text = dom(report, "#day=1999-01-01&queue=%3Cb%3E&cell=999999&sort=none")
    assert "used where they help most" in text
    assert rows_of(text, "roster-chart") == 14


def test_choices_act_and_reach_the_address(report):
    act = """
      const put = (id, value, kind) => {
        const node = document.getElementById(id); node.value = value; node.dispatchEvent(new Event(kind));
      };
      put('pick-queue', 'chat', 'change'); put('pick-day', '2026-11-24', 'change');
      put('pick-sort', 'name', 'change'); put('pick-find', 'li wei', 'input');
      document.querySelector('#net-chart td[data-t]').click();
      document.querySelector('#people-table th.n button').click();
      document.querySelector('#seats-chart details').open = true;
      document.documentElement.dataset.hash = location.hash;
    """
    text = dom(report, act=act)
    held = re.search(r'data-hash="([^"]*)"', text).group(1).replace("&amp;", "&")
    assert held.startswith("#queue=chat&day=2026-11-24&sort=name&find=li+wei&cell=")
    assert rows_of(text, "roster-chart") == 1  # of the two, one is off that day
    assert "Li Wei 2" in text.split('id="roster-chart"', 1)[1].split("</table>")[0]
    assert 'aria-sort="descending"' in text
    assert text.split('id="seats-chart"', 1)[1].split("</section>")[0].count("<tr") > 20


def test_the_net_staffing_grid_is_walked_with_the_keyboard(report):
    act = """
      const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      const first = document.querySelector('#net-chart td[data-t]'); first.focus();
      press('ArrowRight'); press('ArrowDown'); press('Enter');
      document.documentElement.dataset.at = document.querySelector('#net-detail h3').textContent;
    """
    assert 'data-at="Tue 24 Nov 08:30–09:00' in dom(report, act=act)


def test_the_targets_of_a_queue_unfold(report):
    """One table a queue, made when it is opened; a chosen queue is open at once."""
    text = dom(report)
    table = text.split('id="targets-table"', 1)[1].split("</section>", 1)[0]
    assert table.count("<details") == 3 and "<table" not in table
    opened = dom(report, act="document.querySelector('#targets-table summary').click();")
    assert rows_of(opened, "targets-table") == 35
    chosen = dom(report, "#queue=email")
    assert rows_of(chosen, "targets-table") == 7


def test_an_interval_below_its_need_is_not_called_short_where_the_day_holds(samples, tmp_path):
    """The panel says which of the two a cell is."""
    plan = replace(samples.make_plan(), short=())
    write_report(plan, tmp_path / "report.html")
    panel = dom(tmp_path / "report.html").split('id="net-detail"')[1].split("</section>")[0]
    assert "below the interval’s own need" in panel and "Not reported short" in panel
    assert "missing" not in panel


def test_known_volume_no_intervals_and_an_empty_roster_still_draw(samples, tmp_path):
    plan = samples.make_plan(interval_rows=False)
    flat = replace(plan.forecast, bands=plan.forecast.mean[None].repeat(9, axis=0))
    bare = replace(plan, forecast=flat, roster=Roster(()), targets=(), short=(), notes=())
    write_report(bare, tmp_path / "report.html")
    text = dom(tmp_path / "report.html", "#queue=email")
    assert "taken as known" in text
    assert "There are no targets." in text


def test_the_day_the_clock_goes_back_has_one_column_for_its_hour(samples, tmp_path):
    from datetime import date

    write_report(samples.make_plan(zone="Europe/Berlin", week=date(2026, 10, 19)), tmp_path / "report.html")
    text = dom(tmp_path / "report.html", "#day=2026-10-25")
    assert "Sun 25 Oct" in text
    assert rows_of(text, "net-chart") == 7
