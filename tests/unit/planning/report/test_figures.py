"""The summary says what the plan says: cost, targets, shortages, elastic use and proof."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from planning.report import summary_lines
from planning.report.figures import figures_of, over_weeks, proof_text, summary_sentences, week_rows
from planning.report.staffing import net_staffing


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
    assert "served by 12 people and 28 hours of elastic seats" in text
    assert f"{figures.met} of {figures.judged} targets are met" in text
    assert "more." in text
    assert "phone Mon 23 Nov 20:00–22:00 (1.9 seats)" in text
    assert "more than 1.6 % better (4.3 % of the cost that can be decided at all)" in text


def test_a_plan_that_meets_everything_says_so(plan):
    targets = tuple(replace(row, met=True) for row in plan.targets)
    made = replace(plan, targets=targets, short=(), elastic_hours=0.0)
    text = " ".join(summary_sentences(made, figures_of(made, net_staffing(made))))
    assert "all 72 targets are met" in text
    assert "Nothing is reported short." in text
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
