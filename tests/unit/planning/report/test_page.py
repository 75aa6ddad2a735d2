"""The page is one file, safe whatever the names, and the same bytes for the same plan."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest

from domain.roster import Roster
from planning.report import write_report
from planning.report.page import render, unbroken
from planning.report.payload import embed, rounded
from planning.result import Short

EVIL = "<script>alert(1)</script>"


class Page(HTMLParser):
    """Elements, their attributes and the text of scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data):
        if self.cdata_elem == "script":
            self.scripts[-1] += data


@pytest.fixture(scope="module")
def text(plan):
    return render(plan)


@pytest.fixture(scope="module")
def data(text):
    return json.loads(Page(text).scripts[0])


def test_the_same_plan_gives_the_same_bytes(plan, build, text, tmp_path):
    write_report(build(), tmp_path / "report.html")
    assert (tmp_path / "report.html").read_bytes() == text.encode()


def test_nothing_is_fetched(text):
    page = Page(text)
    for tag, attributes in page.elements:
        assert tag not in {"link", "img", "iframe", "object", "embed"}
        assert "src" not in attributes
        assert attributes.get("href", "#").startswith("#")
    assert "url(http" not in text
    assert "default-src 'none'" in text


def test_the_content_policy_admits_the_page_s_own_script(text):
    script = Page(text).scripts[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text


def test_names_cannot_become_markup(build):
    plan = build(ids=(EVIL, "</td>"), names=(EVIL, "\"'><b>x", "\u2028"))
    plan = replace(
        plan,
        notes=(EVIL,),
        short=(replace(plan.short[0], why=EVIL), Short(EVIL, plan.short[0].start, plan.short[0].end, 1.0, EVIL)),
    )
    text = render(plan)
    assert EVIL not in text
    page = Page(text)
    assert [tag for tag, _ in page.elements].count("script") == 2
    assert "b" not in {tag for tag, _ in page.elements}
    people = json.loads(page.scripts[0])["roster"]["people"]
    assert people[0][:2] == [EVIL, EVIL]
    assert people[2][1] == "\u2028"


def test_embedded_json_has_no_mark_of_markup():
    packed = embed({"a": "</script><!--&\u2028"})
    assert not set("<>&\u2028") & set(packed)
    assert json.loads(packed) == {"a": "</script><!--&\u2028"}


def test_unknown_numbers_become_null():
    assert rounded(float("nan")) is None
    assert rounded(float("inf")) is None
    assert rounded(3.0001) == 3
    assert isinstance(rounded(3.0001), int)


def test_figures_of_the_page_are_the_plan_s(plan, data):
    grid = plan.requirement.grid
    assert data["days"] == [day.isoformat() for day in grid.days]
    np.testing.assert_allclose(data["need"]["agents"], plan.requirement.agents, atol=0.006)
    np.testing.assert_allclose(data["demand"]["mean"], plan.forecast.mean, atol=0.06)
    np.testing.assert_allclose(data["demand"]["bands"]["80"][1], plan.forecast.bands[6], atol=0.06)
    assert len(data["targets"]) == len(plan.targets)
    assert len(data["roster"]["bars"]) == len(plan.roster.stretches)
    p, low, high, activity, queues, paid = data["roster"]["bars"][0]
    first = plan.roster.shifts[0].stretches[0]
    assert data["roster"]["people"][p][0] == first.agent_id
    assert (low, high) == (grid.minutes_at(first.start), grid.minutes_at(first.end))
    assert data["roster"]["activities"][activity] == first.activity
    assert tuple(data["roster"]["sets"][queues]) == first.queues
    assert bool(paid) is first.paid


def test_headings_labels_and_captions_are_there(text):
    page = Page(text)
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    for tag, attributes in page.elements:
        if "aria-labelledby" in attributes:
            assert attributes["aria-labelledby"] in ids
        if tag == "a":
            assert attributes["href"][1:] in ids
        if tag == "th":
            assert "scope" in attributes
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert dict(page.elements)["html"]["lang"] == "en"


def test_the_summary_and_the_reasons_can_be_read_without_scripting(text):
    assert "What is short, and why" in text
    assert "rest of 11 h stops Li Wei" in text
    assert "seatwise" in text
    assert "8f14e45fceea167a" in text
    assert "planning model of the round whose roster is handed out" in text


def test_groups_of_queues_are_named_and_spelt_out_once(build):
    """Four queues that share people are a group by channel and number; their span stands under its day."""
    plan = build(queues=6)
    group = ("chat", "shop-1", "shop-2", "shop-3")
    first = plan.short[0]
    text = render(replace(plan, short=(replace(first, queue=";".join(group)),), notes=()))
    prose = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert "<h3>Mon 23 Nov: chat queues (4)</h3>" in prose
    assert "Chat queues (4): chat, shop-1, shop-2, shop-3." in prose
    assert "chat;shop-1" not in prose
    assert "<strong>20:00–22:00: 1.9\u00a0seats short.</strong>" in prose
    (sent,) = json.loads(Page(text).scripts[0])["shorts"]
    assert sent[0] == [plan.folder.centre.queue_ids.index(queue) for queue in group]


def test_what_binds_and_how_queues_are_forecast_is_a_table(plan):
    forecast = (
        "Forecast by queue: phone: mean, error 20.0% of contacts (x) · email: median, error 30.0% of contacts (x)"
    )
    text = render(replace(plan, notes=("Something that matters.", forecast)))
    assert "<li>Something that matters.</li>" in text
    assert "Forecast by queue" not in text
    table = text.split("which target binds, and how the queue is forecast", 1)[1].split("</table>", 1)[0]
    assert table.count("<tr>") == 4  # a heading, phone and chat with targets of waiting, email with its forecast
    assert "mean, error 20.0% of contacts (x)" in table and "median, error 30.0% of contacts (x)" in table
    assert "Service level, h" in table


def test_the_clock_of_a_day_with_25_hours_reaches_the_page(build):
    data = json.loads(Page(render(build(zone="Europe/Berlin", week=date(2026, 10, 19)))).scripts[0])
    assert data["size"] == 7 * 48 + 2
    assert [change[1] for change in data["offsets"][1:]] == [120, 60]
    assert data["offsets"][2][0] == 6 * 1440 + 3 * 60


def test_a_known_volume_has_no_bands(plan):
    mean = plan.forecast.mean
    known = replace(plan.forecast, bands=np.repeat(mean[None], len(plan.forecast.bands), axis=0))
    data = json.loads(Page(render(replace(plan, forecast=known))).scripts[0])
    assert data["demand"]["bands"] == {}


def test_a_plan_without_roster_targets_or_bound_is_still_a_page(plan):
    solver = replace(plan.solver, bound=float("nan"), gap=float("nan"), gap_on_decidable_cost=None, parts={})
    bare = replace(
        plan,
        roster=Roster(()),
        targets=(),
        short=(),
        notes=(),
        scores=(),
        solver=solver,
        service=replace(plan.service, rows=()),
    )
    text = render(bare)
    assert "not proven" in text
    assert "No target is missed for want of seats." in text
    assert json.loads(Page(text).scripts[0])["simulated"] is None


def test_numbers_stay_with_their_units():
    assert unbroken("90 s and 5.0 % in 3 days, 3 shifts") == "90\u00a0s and 5.0\u00a0% in 3\u00a0days, 3 shifts"


def test_a_large_centre_stays_quick_and_small(build):
    """200 agents, 15 queues, quarter hours; generous limits, so that a busy machine passes."""
    plan = build(200, 15, step=15)
    began = time.perf_counter()
    text = render(plan)
    assert time.perf_counter() - began < 15
    assert len(text.encode()) < 3_000_000
