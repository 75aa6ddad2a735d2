"""The summary says what the plan says: cost, targets, shortages, elastic use and proof."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from capacity.service import MEASURES
from domain.roster import Roster
from planning.report import summary_lines
from planning.report.figures import figures_of, over_weeks, week_rows
from planning.report.shorts import short_days
from planning.report.staffing import net_staffing
from planning.report.summary import proof_text, summary_sentences
from planning.result import Short


@pytest.fixture(scope="module")
def figures(plan):
    return figures_of(plan, net_staffing(plan))


def test_figures_are_counted_from_the_plan(plan, figures):
    judged = [row for row in plan.targets if math.isfinite(row.simulated)]
    assert (figures.met, figures.judged) == (sum(row.met for row in judged), len(judged))
    assert figures.judged == len(plan.targets) - 5  # chat on Sunday is unknown
    assert figures.people == 12
    assert figures.seats == 2
    assert figures.paid_h == pytest.approx(11 * 40 + 32)
    assert figures.contacts == pytest.approx(plan.requirement.volume.sum())
    assert 0 < figures.covered < 1


def test_week_figures_of_several_weeks_are_weighed_by_contacts(build):
    rows = week_rows(build(weeks=2), "all")
    value, low, _ = over_weeks(rows, "fcr")
    assert len(rows) == 2
    assert min(row.get("fcr") for row in rows) <= value <= max(row.get("fcr") for row in rows)
    assert math.isnan(low)
    assert math.isnan(over_weeks((), "fcr")[0])


def test_the_paragraph_names_the_worst_and_counts_the_rest(plan, figures):
    text = " ".join(summary_sentences(plan, figures))
    assert text.startswith(
        "12 people and 28 hours of elastic seats, at most 17 % of the core at once, are rostered for"
    )
    assert f"{figures.met} of {figures.judged} targets are met" in text
    assert "more." in text
    assert "phone Mon 23 Nov 20:00–22:00 (1.9 seats short)" in text
    assert "more than 1.6 % better (4.3 % of the cost that can be decided at all)" in text


def without(plan, queue):
    """Take a queue off every stretch, as if nobody were assigned to it, and let none of it be done."""
    rows = [replace(row, queues=tuple(q for q in row.queues if q != queue)) for row in plan.roster.stretches]
    targets = [
        replace(row, simulated=0.0, met=False) if row.queue == queue and row.measure == "share" else row
        for row in plan.targets
    ]
    return replace(plan, roster=Roster.of(row for row in rows if row.queues or row.activity != "work"), targets=targets)


def test_a_queue_to_which_nobody_is_assigned_leads_the_headline(plan):
    made = without(plan, "email")
    staffing = net_staffing(made)
    figures = figures_of(made, staffing)
    contacts = float(plan.requirement.volume[2].sum())
    assert figures.unserved == {"email": pytest.approx(contacts)}
    first, second, *_ = summary_sentences(made, figures)
    assert first == f"Nobody is assigned to email: {contacts:,.0f} contacts are expected there, and none is handled."
    assert f"rostered for the other {plan.requirement.volume[:2].sum():,.0f} contacts" in second
    assert summary_lines(made)[1] == f"unserved  {first}"
    # its need counts in full against the coverage
    assert figures.missing_h >= plan.requirement.agents[2].sum() / 2 - 0.1
    assert figures.covered < figures_of(plan, net_staffing(plan)).covered


def test_a_queue_that_gets_almost_nothing_is_named(plan):
    """Assigned all week, and 4 % of the work done in time."""
    k = MEASURES.index("share")

    def poor(row):
        value = row.value.copy()
        value[k] = 0.04
        return replace(row, value=value) if (row.queue, row.scope) == ("email", "week") else row

    made = replace(plan, service=replace(plan.service, rows=tuple(map(poor, plan.service.rows))))
    figures = figures_of(made, net_staffing(made))
    assert figures.starved["email"] == (pytest.approx(0.04), pytest.approx(plan.requirement.volume[2].sum()))
    assert summary_sentences(made, figures)[0].startswith("email gets almost nothing: 4.0 % of its ")


def test_late_work_is_told_by_the_share_done_in_time(plan):
    """Seats of a deferred queue say nothing; what is done in time against the target does."""
    midnight = plan.requirement.grid.start
    late = Short("email", midnight, midnight + timedelta(days=1), 0.0, "Of 9 contacts, 2 come too late.")
    targets = [
        replace(row, simulated=0.77, met=False) if (row.queue, row.start) == ("email", "2026-11-23") else row
        for row in plan.targets
    ]
    made = replace(plan, short=(late,), targets=tuple(targets))
    text = " ".join(summary_sentences(made, figures_of(made, net_staffing(made))))
    assert "email Mon 23 Nov (77.0 % done in time, 95.0 % asked)" in text
    (day,) = short_days(made)
    assert (day.queues, day.day, day.spans[0].times) == ("email", "Mon 23 Nov", "")
    assert "0.0 seats" not in text


def test_a_plan_that_meets_everything_says_so(plan):
    targets = tuple(replace(row, met=True) for row in plan.targets)
    made = replace(plan, targets=targets, short=(), elastic_hours=0.0)
    text = " ".join(summary_sentences(made, figures_of(made, net_staffing(made))))
    assert "all 72 targets are met" in text
    assert "want of people" not in text
    assert "elastic" not in text


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"status": "optimal", "gap": 0.0}, "proven to be the best roster"),
        ({"status": "feasible", "gap": 0.02, "gap_on_decidable_cost": None}, "more than 2.0 % better."),
        ({"status": "stopped", "gap": 0.02}, "The search was stopped; even so, no roster"),
        ({"gap": math.nan}, "is not proven"),
        ({"bound": -math.inf, "gap": math.inf}, "is not proven"),
    ],
)
def test_the_proof_is_put_in_plain_words(plan, change, text):
    assert text in proof_text(replace(plan.solver, **change))


def test_terminal_lines_tell_where_to_look(plan):
    lines = summary_lines(plan, Path("out"))
    assert lines[0] == "Lakeside Service 湖畔客服, 23–29 Nov 2026"
    assert lines[-1].endswith(str(Path("out") / "report.html"))
    text = "\n".join(lines)
    for word in ("cost ", "targets ", "missed: ", "not judged", "short ", "elastic ", "proof "):
        assert word in text
    assert "cap of 20 %" in text  # the reason stands beside the shortage


def test_terminal_lines_of_a_plan_without_targets_or_roster(plan):
    bare = replace(plan, targets=(), short=(), roster=type(plan.roster)(()), elastic_hours=0.0)
    assert "targets   0 of 0 met in the simulation" in summary_lines(bare)
