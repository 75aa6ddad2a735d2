"""A planning folder made from a call log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from domain.errors import InputError
from domain.progress import Control
from planning.call_log.calls import NOBODY, Calls
from planning.call_log.centre import Account, centre_toml, deferred_queues
from planning.call_log.duty import unavailable_share
from planning.call_log.history import history_of
from planning.call_log.mapping import Mapping, read_mapping
from planning.call_log.observed import SHORT_GAP_MINUTES
from planning.call_log.opening import opening_hours
from planning.call_log.people import agents_table, performance_table, skills_of, skills_table
from planning.call_log.reading import read_calls
from planning.call_log.resolution import Returns, returns_of
from planning.call_log.summary import ImportSummary
from planning.files.folder import read_folder
from planning.files.folder_out import write_tables
from planning.files.swap import output_folder

NOTES_FILE = "import_notes.txt"


@dataclass(frozen=True)
class ImportedFolder:
    """An imported planning folder before it is written.

    Attributes
    ----------
    centre : dict
        The tables of `centre.toml`.
    tables : dict
        history, agents, skills and performance by the name of their file.
    summary : ImportSummary
    """

    centre: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    summary: ImportSummary


def call_tables(log: Path, mapping: Path | Mapping, *, control: Control | None = None) -> ImportedFolder:
    """Turn a log into the tables of a planning folder.

    Raises
    ------
    InputError
        With every fault of map and log.
    """
    control = control or Control()
    chosen = mapping if isinstance(mapping, Mapping) else read_mapping(mapping)
    reading = read_calls(log, chosen, control=control)
    calls = reading.calls
    _check_names(calls, chosen)
    account = Account(inferred=list(reading.notes))
    opening = opening_hours(calls, chosen)
    counted = history_of(
        calls,
        opening.windows,
        interval_minutes=chosen.centre.interval_minutes,
        within_s=chosen.within_s,
        waits=chosen.columns.wait is not None,
        deferred=deferred_queues(chosen),
    )
    control.report("import", 0.85, "history counted")
    skilled = skills_of(calls, chosen.people.skill_at_least)
    for name in chosen.people.leave_out:
        if name in calls.agents:
            skilled[calls.agents.index(name)] = False
    contract = chosen.people.contract or str((chosen.contracts or ({"id": "full-time"},))[0].get("id", ""))
    returns = returns_of(
        calls,
        window_h=chosen.resolution.window_h,
        same_contact_minutes=chosen.resolution.same_contact_minutes,
    )
    in_shift = unavailable_share(calls, skilled, SHORT_GAP_MINUTES)
    centre = centre_toml(calls, chosen, opening, in_shift, account)
    tables = {
        "history": counted.table,
        "agents": agents_table(calls, skilled, contract, chosen.people.hourly_cost),
        "skills": skills_table(calls, skilled),
        "performance": performance_table(calls, skilled, returns),
    }
    control.report("import", 0.9, "performance counted")
    _tell_people(calls, skilled, chosen, account)
    _tell_returns(calls, returns, chosen, account)
    dropped = dict(reading.dropped)
    if counted.outside:
        dropped["arrived outside opening hours"] = counted.outside
    days = calls.local_days()
    summary = ImportSummary(
        log=log.name,
        rows=reading.rows,
        contacts=int(counted.table["offered"].sum()),
        first=str(days.min()),
        last=str(days.max()),
        dropped=dropped,
        artefacts=reading.artefacts,
        measured=(f"{counted.days} days with contacts; other days have no rows", *account.measured),
        inferred=tuple(account.inferred),
        assumed=tuple(account.assumed),
        faulty=reading.faulty,
    )
    return ImportedFolder(centre, tables, summary)


def import_calls(log: Path, mapping: Path, out: Path, *, control: Control | None = None) -> ImportSummary:
    """Write a planning folder from a call-by-call log.

    Parameters
    ----------
    log : Path
        CSV (also gzipped) or Parquet, a row a contact.
    mapping : Path
        A MAP.toml: what the log's columns and values mean.
    out : Path
        Folder to make; swapped in whole, untouched on failure.
    control : Control, optional

    Returns
    -------
    ImportSummary
        Also written into the folder, as `import_notes.txt`.

    Raises
    ------
    InputError
        With every fault of map and log, and of the folder they would make; nothing has been written.
    """
    control = control or Control()
    made = call_tables(log, mapping, control=control)
    with output_folder(out, "a planning folder") as folder:
        write_tables(folder, made.centre, made.tables)
        # What a planner put into the map (contracts, pay, targets) is checked by those who will read it.
        summary = replace(made.summary, notices=read_folder(folder).notices)
        notes = "\n".join(summary.lines()) + "\n"
        (folder / NOTES_FILE).write_text(notes, encoding="utf-8", newline="\n")
    control.report("import", 1.0, f"written to {out}")
    return summary


def _check_names(calls: Calls, mapping: Mapping) -> None:
    """Refuse a map that speaks of queues or contracts that are not there."""
    problems = [
        mapping.problem(("queues", name), name, f"a queue of the log: {', '.join(calls.queues)}")
        for name in mapping.queues
        if name not in calls.queues
    ]
    known = [contract.get("id") for contract in mapping.contracts] or ["full-time"]
    if mapping.people.contract and mapping.people.contract not in known:
        expected = f"one of the map's contracts: {', '.join(map(str, known))}"
        problems.append(mapping.problem(("people", "contract"), mapping.people.contract, expected))
    if problems:
        raise InputError(problems)


def _tell_people(calls: Calls, skilled: Any, mapping: Mapping, account: Account) -> None:
    at_least = mapping.people.skill_at_least
    account.inferred.append(
        f"{int(skilled.any(axis=1).sum())} agents with {int(skilled.sum())} skills: the queues of which each "
        f"handled at least {at_least} contacts"
    )
    unskilled = [name for name, row in zip(calls.agents, skilled, strict=True) if not row.any()]
    if unskilled:
        account.inferred.append(f"left out, with no skill: {', '.join(unskilled)}")
    nobody = int((calls.answered & (calls.agent == NOBODY)).sum())
    if nobody and mapping.columns.agent:
        account.measured.append(f"{nobody:,} answered contacts name no agent; they are in the history alone")
    last_seen = np.zeros(len(calls.agents), dtype=np.int64)
    named = calls.agent != NOBODY
    np.maximum.at(last_seen, calls.agent[named], calls.seconds[named])
    quiet = last_seen < calls.seconds.max() - 14 * 86_400
    gone = [name for i, name in enumerate(calls.agents) if quiet[i] and skilled[i].any()]
    if gone:
        account.measured.append(
            f"not seen in the log's last 14 days, but kept: {', '.join(gone)}; list them in people.leave_out "
            "if they have left"
        )


def _tell_returns(calls: Calls, returns: Returns, mapping: Mapping, account: Account) -> None:
    handled = int((calls.answered & ~calls.artefact).sum())
    known = int(returns.known.sum())
    if not mapping.columns.customer:
        account.assumed.append("no customer column is mapped, so nothing is known of resolution")
        return
    hours = mapping.resolution.window_h
    account.inferred.append(
        f"resolved: no return of a known customer in any queue within {hours:g} h; known for {known:,} of "
        f"{handled:,} handled contacts (unknown customers and the log's last {hours:g} h left out)"
    )
    if known:
        share = returns.resolved.sum() / known
        back = returns.known & ~returns.resolved
        delay = f", on average after {returns.delay_s[back].mean() / 3600:.1f} h" if back.any() else ""
        account.measured.append(
            f"{share:.1%} of those resolved; the others returned{delay}. By this rule every unresolved contact "
            "returns; repeat_probability is left to the planner"
        )
