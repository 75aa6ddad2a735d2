"""The command line: one verb a step, and ``plan`` for the whole chain."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated

import typer

from api.commands.accuracy import accuracy
from api.commands.asking import ask
from api.commands.breaks import breaks
from api.commands.demand import backtest, forecast, require
from api.commands.edited import roster as edited_roster
from api.commands.folders import calls, reference
from api.commands.frontier import frontier
from api.commands.people import route, score
from api.commands.repairs import repair
from api.commands.rosters import plan, roster, simulate
from api.commands.serving import serve, worker
from api.commands.terminal import answering, out
from api.commands.today import today
from api.commands.upkeep import backup, restore
from api.commands.usage import Verbs
from api.commands.whatif import explain, whatif
from seatwise import __version__

app = typer.Typer(
    cls=Verbs,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="From contact history to a roster with a proof and a simulated service.",
)
examples = typer.Typer(cls=Verbs, no_args_is_help=True, help="Write a planning folder to try things on.")
imports = typer.Typer(cls=Verbs, no_args_is_help=True, help="Read other systems' files, or an edited roster.")
app.add_typer(examples, name="example")
app.add_typer(imports, name="import")

VERBS: tuple[tuple[typer.Typer, Callable[..., None]], ...] = (
    (app, plan),
    (app, forecast),
    (app, backtest),
    (app, accuracy),
    (app, require),
    (app, roster),
    (app, simulate),
    (app, score),
    (app, route),
    (app, whatif),
    (app, frontier),
    (app, explain),
    (app, breaks),
    (app, repair),
    (app, today),
    (app, ask),
    (app, serve),
    (app, worker),
    (app, backup),
    (app, restore),
    (examples, reference),
    (imports, calls),
    (imports, edited_roster),
)
"""In the order of the help; a verb's name is its function's, its help the docstring."""

# Every verb's errors are answered here, once, so the verbs themselves only raise.
for group, verb in VERBS:
    group.command()(answering()(verb))


def version_asked(value: bool) -> None:
    """Print the version and end."""
    if value:
        out.print(__version__)
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=version_asked, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Take options that go before the verb."""


def main() -> None:
    """Run the command line; the process ends with the verb's status.

    Notes
    -----
    Libraries leave native threads behind, and now and then one of them aborts a process that has said all it had to
    say. So the last exit function, the first that is registered, leaves without taking the interpreter down.
    """
    status = [1]
    atexit.register(_leave, status)
    try:
        app()
        status[0] = 0
    except SystemExit as end:
        status[0] = end.code if isinstance(end.code, int) else int(end.code is not None)
        raise
    except KeyboardInterrupt:
        # pressed while libraries were loading: nothing has begun
        status[0] = 4
        raise SystemExit(4) from None


def _leave(status: list[int]) -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status[0])
