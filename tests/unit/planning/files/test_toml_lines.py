"""Lines of keys in TOML, however it is laid out."""

from __future__ import annotations

import tomllib
from typing import Any

from planning.files.toml_lines import key_lines, line_of, path_text

ODD = '''\
# a comment with = and [brackets]
title = "a # no comment, { no table }"
[a."quoted key".b]   # header
x = 1
  y = [ 1,
        { p = 2, q = "]" },   # inside
        """many
lines = 3""" ]
[[list]]
name = 'one'
[list.inner]
z = { deep = { deeper = [
   4 ] } }
[[list]]
name = "two \\" quote"
a.b.c = 2020-01-01T00:00:00
'''


def test_lines_are_found_in_every_layout_toml_allows() -> None:
    tomllib.loads(ODD)
    lines = key_lines(ODD)
    assert lines[("title",)] == 2
    assert lines[("a", "quoted key", "b", "x")] == 4
    assert lines[("a", "quoted key", "b", "y", 1, "q")] == 6
    assert lines[("a", "quoted key", "b", "y", 2)] == 7
    assert lines[("list", 0, "name")] == 10
    assert lines[("list", 0, "inner", "z", "deep", "deeper", 0)] == 13
    assert lines[("list", 1)] == 14
    assert lines[("list", 1, "name")] == 15
    assert lines[("list", 1, "a", "b", "c")] == 16


def test_a_key_that_is_not_there_has_the_line_of_the_table_around_it(folder: Any) -> None:
    lines = key_lines(folder.centre_toml)
    assert line_of(lines, ("queues", 1, "target", 0, "missing")) == line_of(lines, ("queues", 1, "target", 0))
    assert line_of(lines, ("nowhere",)) == 0


def test_paths_are_written_as_people_write_them() -> None:
    assert path_text(("queues", 0, "target", 1, "scope")) == "queues[0].target[1].scope"


def test_every_path_of_a_document_has_a_line(folder: Any) -> None:
    lines = key_lines(folder.centre_toml)

    def walk(value: object, path: tuple[str | int, ...]) -> None:
        if path:
            assert path in lines, path
        if isinstance(value, dict):
            for key, item in value.items():
                walk(item, (*path, key))
        elif isinstance(value, list):
            for i, item in enumerate(value):
                walk(item, (*path, i))

    walk(tomllib.loads(folder.centre_toml), ())
