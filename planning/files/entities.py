"""TOML tables turned into entities, with every fault in a planner's words and at its line."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from planning.files.faults import Faults, meant
from planning.files.toml_lines import Path, line_of, path_text

M = TypeVar("M", bound=BaseModel)
Read = Callable[["TomlReader", Path, Any], Any]


@dataclass(frozen=True)
class Key:
    """How one TOML key becomes one field: ``read`` returns its value, or None after recording a fault."""

    name: str
    read: Read


@dataclass
class TomlReader:
    """Builds entities from parsed TOML and records what is wrong with it.

    Attributes
    ----------
    file : str
    faults : Faults
    lines : dict
        Line of each key.
    built : dict
        Every entity that could be built, by its place, whatever became of those around it.
    """

    file: str
    faults: Faults
    lines: dict[Path, int] = field(default_factory=dict)
    built: dict[Path, BaseModel] = field(default_factory=dict)

    def error(self, path: Path, expected: str, value: object = "") -> None:
        """Record a fault of a key."""
        line, column = line_of(self.lines, path), path_text(path)
        self.faults.error(self.file, expected, line=line, column=column, value=_shown(value))

    def notice(self, path: Path, expected: str = "", value: object = "", *, remark: str = "") -> None:
        """Record what is worth a look about a key."""
        line, column = line_of(self.lines, path), path_text(path)
        self.faults.notice(self.file, expected, line=line, column=column, value=_shown(value), remark=remark)

    def unknown(self, path: Path, known: set[str]) -> None:
        """Notice a key that means nothing to us."""
        self.notice(path, remark=f"unknown key, not read{meant(str(path[-1]), sorted(known))}")

    def table(self, path: Path, value: object) -> dict[str, Any] | None:
        """Return a table, or None after recording that there is none."""
        if isinstance(value, dict):
            return value
        self.error(path, "a table such as { key = value }", value)
        return None

    def entity(self, path: Path, value: object, model: type[M], keys: Mapping[str, Key] | None = None) -> M | None:
        """Build an entity; None after recording its faults.

        Parameters
        ----------
        keys : mapping
            TOML keys that need more than pydantic does, or fill a field of another name.
        """
        table = self.table(path, value)
        if table is None:
            return None
        keys = keys or {}
        plain = set(model.model_fields) - {key.name for key in keys.values()}
        fields: dict[str, Any] = {}
        failed: set[str] = set()
        for name, item in table.items():
            at = (*path, name)
            if name in keys:
                made = keys[name].read(self, at, item)
                if made is None:
                    failed.add(keys[name].name)
                else:
                    fields[keys[name].name] = made
            elif name in plain:
                fields[name] = item
            else:
                self.unknown(at, plain | set(keys))
        try:
            made_entity = model(**fields)
        except ValidationError as fault:
            back = {key.name: name for name, key in keys.items()}
            for error in fault.errors():
                if not (error["type"] == "missing" and error["loc"][0] in failed):
                    steps = tuple(back.get(str(s), s) if isinstance(s, str) else s for s in error["loc"])
                    self._explain((*path, *steps), error)
            if all(error["loc"] for error in fault.errors()):
                self._together(path, model, fields)
            return None
        self.built[path] = made_entity
        return None if failed else made_entity

    def every(self, model: type[M]) -> list[tuple[Path, M]]:
        """Return the entities of one kind that could be built, each with its place."""
        return [(path, entity) for path, entity in self.built.items() if isinstance(entity, model)]

    def entities(
        self, path: Path, value: object, model: type[M], keys: Mapping[str, Key] | None = None
    ) -> tuple[M, ...] | None:
        """Build a list of entities; one table alone is a list of one."""
        items = value if isinstance(value, list) else [value]
        many = isinstance(value, list)
        built = [self.entity((*path, i) if many else path, item, model, keys) for i, item in enumerate(items)]
        kept = tuple(item for item in built if item is not None)
        return kept if len(kept) == len(built) else None

    def finite(self, path: Path, value: object) -> None:
        """Record every number that is not finite, at any depth."""
        if isinstance(value, dict):
            for key, item in value.items():
                self.finite((*path, key), item)
        elif isinstance(value, list):
            for i, item in enumerate(value):
                self.finite((*path, i), item)
        elif isinstance(value, float) and not math.isfinite(value):
            self.error(path, "a finite number; leave the key out where there is no limit", value)

    def _together(self, path: Path, model: type[BaseModel], fields: Mapping[str, Any]) -> None:
        """Record what keys ask of each other where pydantic stopped at a key by itself."""
        raw = model.model_construct(**fields)
        for check in model.__pydantic_decorators__.model_validators.values():
            try:
                check.func(raw)
            except ValueError as fault:
                self.error(path, str(fault))
            except (TypeError, AttributeError):
                pass  # a key's own fault, said already

    def _explain(self, path: Path, error: ErrorDetails) -> None:
        value = "" if error["type"] == "missing" or isinstance(error["input"], dict) else error["input"]
        if isinstance(value, float) and not math.isfinite(value):
            return  # `finite` says it
        self.error(path, _words(error), value)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else str(value)


def _words(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    kind = error["type"]
    limits = {
        "greater_than": ("gt", "a number above {}"),
        "greater_than_equal": ("ge", "a number of at least {}"),
        "less_than": ("lt", "a number below {}"),
        "less_than_equal": ("le", "a number of at most {}"),
    }
    if kind in limits:
        key, text = limits[kind]
        limit, value = context[key], error["input"]
        most = 99.999 if key == "lt" else 100
        percent = limit == 1 and isinstance(value, int | float) and 1 < value <= most
        return text.format(f"{limit:g}") + (f"; {value:g} % is written {value / 100:g}" if percent else "")
    if kind in {"literal_error", "enum"}:
        choices = re.findall(r"'([^']*)'", str(context["expected"]))
        return f"{context['expected'].replace(chr(39), '')}{meant(str(error['input']), choices)}"
    if kind == "value_error":
        return str(context["error"])
    if kind == "missing":
        return "a value; this key is required"
    for start, text in _TYPES.items():
        if kind.startswith(start):
            return text
    return error["msg"].removeprefix("Input should be ")


_TYPES = {
    "float": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "string_too_short": "a text that is not empty",
    "string_pattern": "the word weekly, or nothing",
    "string": "text in quotation marks",
    "tuple": "a list such as [1.0, 1.2]",
    "frozen_set": "a list",
    "dict": "a table such as { key = value }",
    "model": "a table such as { key = value }",
    "finite": "a finite number",
}
