"""The line of every key of a TOML file, for faults that name it."""

from __future__ import annotations

from dataclasses import dataclass, field

Path = tuple[str | int, ...]
"""Keys and list positions from the top: ``("queues", 0, "aht_s")``."""


def path_text(path: Path) -> str:
    """Write a path as ``queues[0].aht_s``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def line_of(lines: dict[Path, int], path: Path) -> int:
    """Return the line of a key, or of the nearest key around it; 0 where there is none."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 0)


def key_lines(text: str) -> dict[Path, int]:
    """Find the line of each key and list item of a valid TOML text."""
    scan = _Scan(text)
    scan.document()
    return scan.lines


@dataclass
class _Scan:
    text: str
    at: int = 0
    lines: dict[Path, int] = field(default_factory=dict)
    counts: dict[Path, int] = field(default_factory=dict)

    def document(self) -> None:
        table: Path = ()
        while self._skip("\n"):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        line, many = self._line(), self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        keys = self._keys("]")
        self.at += 2 if many else 1
        path: Path = ()
        for i, key in enumerate(keys):
            path = (*path, key)
            last = i == len(keys) - 1
            if many and last:
                self.counts[path] = self.counts.get(path, -1) + 1
                self.lines.setdefault(path, line)
            if path in self.counts:
                path = (*path, self.counts[path])
        self.lines.setdefault(path, line)
        return path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = table
        for key in self._keys("="):
            path = (*path, key)
            self.lines.setdefault(path, line)
        self.at += 1
        self._value(path)

    def _keys(self, end: str) -> list[str]:
        keys: list[str] = []
        while self._skip("") and self.text[self.at] != end:
            if self.text[self.at] == ".":
                self.at += 1
            elif self.text[self.at] in "\"'":
                keys.append(self._string())
            else:
                begin = self.at
                while self.at < len(self.text) and self.text[self.at] not in f".{end} \t\n":
                    self.at += 1
                if self.at == begin:
                    break
                keys.append(self.text[begin : self.at])
        return keys

    def _value(self, path: Path) -> None:
        if not self._skip("\n"):
            return
        mark = self.text[self.at]
        if mark in "\"'":
            self._string()
        elif mark in "[{":
            self.at += 1
            item = 0
            while self._skip("\n,") and self.text[self.at] not in "]}":
                if mark == "{":
                    self._pair(path)
                else:
                    self.lines[(*path, item)] = self._line()
                    self._value((*path, item))
                    item += 1
            self.at += 1
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\n":
                self.at += 1

    def _string(self) -> str:
        quote = self.text[self.at]
        mark = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        begin = self.at + len(mark)
        end = begin
        while end < len(self.text) and not self.text.startswith(mark, end):
            end += 2 if self.text[end] == "\\" and quote == '"' else 1
        self.at = end + len(mark)
        return self.text[begin:end]

    def _skip(self, also: str) -> bool:
        """Skip blanks, comments and marks; tell whether anything is left."""
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                while self.at < len(self.text) and self.text[self.at] != "\n":
                    self.at += 1
            elif self.text[self.at] in " \t\r" or self.text[self.at] in also:
                self.at += 1
            else:
                return True
        return False

    def _line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1
