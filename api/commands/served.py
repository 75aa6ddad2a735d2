"""What the verbs do with ``--server``: the work is a job there, and its files come back as if it had been done here."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.commands.remote import Server, served
from api.commands.terminal import err, out
from api.exports import Format, exported
from domain.errors import InputError, Problem

if TYPE_CHECKING:
    from planning.ask import Answer
    from planning.whatif import WhatIfRow


def refuse(given: Mapping[str, object]) -> None:
    """Refuse options that a server does not take.

    Raises
    ------
    InputError
        With each that was given.
    """
    expected = "no such option beside --server, which does not take it"
    found = [
        Problem("command line", column=name, value=_shown(value), expected=expected)
        for name, value in given.items()
        if value is not None and value is not False
    ]
    if found:
        raise InputError(found)


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def made_there(
    url: str, centre: Path, kind: str, asked: Mapping[str, Any], out_folder: Path, *, overwrite: bool = False
) -> dict[str, Any]:
    """Let a server do a job about a planning folder; write its files, and return its answer."""
    server = Server(url)
    name = server.send(centre, overwrite=overwrite)
    return _fetched(server, name, centre, kind, asked, out_folder)


def repaired_there(
    url: str, centre: Path, plan: Path, asked: Mapping[str, Any], out_folder: Path, *, overwrite: bool = False
) -> dict[str, Any]:
    """Let a server repair a plan that it has made, for the planning folder as it is now."""
    server = Server(url)
    name, result = served(plan, server)
    if server.send(centre, overwrite=overwrite) != name:
        expected = f"the planning folder that the plan was made for, {name}"
        raise InputError([Problem("command line", column="CENTRE", value=str(centre), expected=expected)])
    return _fetched(server, name, centre, "repair", {**asked, "plan": result}, out_folder)


def whatif_there(
    url: str, plan: Path, scenarios: list[dict[str, Any]], *, exact: bool, replications: int | None
) -> tuple[tuple[WhatIfRow, ...], list[str]]:
    """Ask a server about a plan that it has made; return the rows and what there is to say."""
    server = Server(url)
    name, result = served(plan, server)
    if exact:
        version = server.ask("GET", f"/centres/{name}/results/{result}")["centre_version"]
        asked = {"plan": result, "scenarios": scenarios, "replications": replications, "centre_version": version}
        found = server.do(name, "whatif", asked)["answer"]
    else:
        found = server.ask("POST", "/whatif", json={"centre": name, "plan": result, "scenarios": scenarios})
    rows = tuple(_row(row) for row in found["rows"])
    return rows, list(found["notes"])


def asked_there(url: str, plan: Path, questions: Mapping[str, Sequence[str] | None]) -> list[Answer]:
    """Ask a server about the roster of a plan that it has made."""
    from planning.ask import Answer
    from planning.ask.answer import TargetChange
    from planning.ask.colleagues import Colleague

    server = Server(url)
    name, result = served(plan, server)
    form = {key.removeprefix("--").replace("-", "_"): list(texts) for key, texts in questions.items() if texts}
    told = server.ask("POST", f"/centres/{name}/plans/{result}/questions", json=form)
    return [
        Answer(
            row["question"],
            row["legal"],
            tuple(row["stops"]),
            row["cost"],
            tuple(TargetChange(**each) for each in row["service"]),
            row["gap"] or "",
            tuple(Colleague(**each) for each in row["people"]),
            row["others"] or "",
            row["note"] or "",
        )
        for row in told["answers"]
    ]


def today_there(url: str, plan: Path, actuals: Path, asked: Mapping[str, Any], out_folder: Path) -> list[str]:
    """Let a server look at the rest of today; write its tables, and return what there is to say."""
    from planning.files import output_folder
    from planning.files.today_files import COLUMNS

    server = Server(url)
    name, result = served(plan, server)
    wanted = {key: value for key, value in asked.items() if value is not None}
    path = f"/centres/{name}/plans/{result}/today"
    told = server.ask("POST", path, content=actuals.read_bytes(), params=wanted)
    with output_folder(out_folder) as place:
        for table, columns in COLUMNS.items():
            content = exported(table, list(told[table][0]) if told[table] else columns, told[table], Format.CSV)
            (place / f"{table}.csv").write_bytes(content)
    for notice in told["notices"]:
        err.print(f"warning: {notice}")
    return list(told["said"])


def setting_of(centre: Path, name: str, usual: str) -> str:
    """Return a setting of a planning folder's `[centre]`; the usual one where it cannot be read."""
    try:
        found = tomllib.loads((centre / "centre.toml").read_text(encoding="utf-8"))["centre"][name]
    except (OSError, ValueError, KeyError, TypeError):
        return usual
    return str(found)


def _row(row: Mapping[str, Any]) -> WhatIfRow:
    from planning.whatif import WhatIfRow

    base, value, low, high = (
        math.nan if row[name] is None else float(row[name]) for name in ("base", "value", "low", "high")
    )
    place = (str(row["scenario"]), str(row["queue"]), str(row["scope"]), str(row["start"]), str(row["measure"]))
    return WhatIfRow(*place, base, value, low, high)


def tell(answer: Mapping[str, Any], currency: str = "") -> None:
    """Say what lists show of a plan."""
    for notice in answer.get("notices", []):
        out.print(f"warning: {notice}")
    if "cost" in answer:
        out.print(f"cost      {answer['cost']['total']:,.0f}{' ' + currency if currency else ''}")
        out.print(f"targets   {answer['targets_met']} of {answer['targets']} met in the simulation")
        out.print(f"proof     gap {100 * answer['gap']:.2f} %")
    if "changes" in answer:
        out.print(f"changes   {answer['changes']}")


def _fetched(
    server: Server, name: str, centre: Path, kind: str, asked: Mapping[str, Any], out_folder: Path
) -> dict[str, Any]:
    from planning.files import output_folder
    from planning.files.made_note import note_centre
    from planning.files.sources import Sources

    # as it was sent: the server keeps the same history in a form of its own
    digest = Sources.digest_of(centre)

    job = server.do(name, kind, {key: value for key, value in asked.items() if value is not None})
    with output_folder(out_folder) as place:
        left = server.fetch(name, job["result"], place)
        note_centre(centre, out_folder, place, digest)
    if left:
        err.print(f"warning: not fetched, since the key has no right 'scores': {', '.join(left)}")
    return dict(job["answer"] or {})
