"""Mistakes in the command's own words (a missing option, a wrong type, an unknown verb), told as other faults are."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

from typer import Abort
from typer.core import TyperGroup

from api.commands.terminal import answering
from domain.errors import InputError, Problem

PLACE = "command line"
NUMBERS = {int: "a whole number", float: "a number"}


class Verbs(TyperGroup):
    """A group of verbs that answers mistakes in one sentence, with exit status 2."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line; parameters as of the class above."""
        words = list(sys.argv[1:] if args is None else args)
        with answering():
            try:
                status = super().main(words, prog_name, complete_var, False, windows_expand_args, **extra)
            except Abort:
                raise KeyboardInterrupt from None
            except Exception as error:
                _answer(error, words)
        if not standalone_mode:
            return status
        sys.exit(status if isinstance(status, int) else 0)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the verb that is meant; parameters as of the class above.

        Raises
        ------
        InputError
            If there is no such verb.
        """
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            verbs = self.list_commands(ctx)
            near = get_close_matches(args[0], verbs, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(verbs)}"
            raise _fault(value=args[0], expected=f"a verb of `{ctx.command_path}`; {hint}")
        return super().resolve_command(ctx, args)


def _answer(error: Exception, words: Sequence[str]) -> NoReturn:
    """Raise a mistake in the command's words as a fault of the input, and any other error as it is."""
    # The parser's classes are private or another package's, by its version: they are known by name.
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "NoArgsIsHelpError" in kinds:
        raise SystemExit(2) from None
    if "UsageError" not in kinds:
        raise error
    raise _of(error, kinds, words) from None


def _of(error: Any, kinds: set[str], words: Sequence[str]) -> InputError:
    """Return a mistake as the fault that it is."""
    param, context = getattr(error, "param", None), getattr(error, "ctx", None)
    path = context.command_path if context is not None else "seatwise"
    command = f"`{path}`"
    if param is not None:
        name = param.metavar or param.opts[0]
        about = _sentence(getattr(param, "help", None))
        if "MissingParameter" in kinds:
            return _fault(name, expected=f"a value, which {command} needs; {about}")
        return _fault(name, _given(param.opts, words), f"{_kind(param)}; {about}")
    if "NoSuchOption" in kinds:
        near = get_close_matches(error.option_name, error.possibilities or (), n=1)
        hint = f"did you mean {near[0]}?" if near else "--help lists them"
        return _fault(value=error.option_name, expected=f"an option of {command}; {hint}")
    if "BadOptionUsage" in kinds:
        alone = "not take" in error.message
        return _fault(error.option_name, expected="the option alone, without a value" if alone else "a value after it")
    said = error.format_message().rstrip(".")
    return InputError([Problem(PLACE, remark=f"{_sentence(said)}; `{path} --help` tells what it takes")])


def _fault(column: str = "", value: str = "", expected: str = "") -> InputError:
    return InputError([Problem(PLACE, column=column, value=value, expected=expected.removesuffix("; "))])


def _sentence(text: str | None) -> str:
    """Return a help text as a part of a sentence."""
    text = (text or "").strip().rstrip(".").replace("; ", ", ")
    return text[:1].lower() + text[1:]


def _given(options: Sequence[str], words: Sequence[str]) -> str:
    """Return what was written for an option: the word after it, or after its ``=``."""
    for k, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in options:
            return value if equals else "".join(words[k + 1 : k + 2])
    return ""


def _kind(param: Any) -> str:
    """Say what an option takes."""
    descriptor = getattr(param, "type_descriptor", None)
    what = NUMBERS.get(getattr(descriptor, "annotation", str), "a value of another kind")
    low, high = getattr(param, "min", None), getattr(param, "max", None)
    if low is not None and high is not None:
        return f"{what} from {low:g} to {high:g}"
    return f"{what} from {low:g} on" if low is not None else what
