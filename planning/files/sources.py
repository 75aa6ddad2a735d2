"""The files of a folder: which there are, what they hold, and one digest over all that was read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from planning.files.faults import Faults
from planning.files.layouts import INPUTS

ENDINGS = (".csv", ".parquet")


class Sources:
    """Reads files of one folder by the name the contract gives them, and remembers what was read.

    Parameters
    ----------
    folder : Path
    faults : Faults
        Receives files that are missing, doubled or cannot be read.
    """

    def __init__(self, folder: Path, faults: Faults) -> None:
        self.folder = folder
        self.faults = faults
        self._digests: list[tuple[str, str]] = []
        self._names: dict[str, Path] = {}
        # Small letters sort last, and are the contract's own spelling: they win.
        for entry in sorted(folder.iterdir(), reverse=True):
            self._names.setdefault(entry.name.casefold(), entry)

    def table(self, stem: str, *, required: bool = False) -> tuple[str, bytes] | None:
        """Return name and bytes of ``stem.csv`` or ``stem.parquet``; None where there is none."""
        found = [self._names[stem + ending] for ending in ENDINGS if stem + ending in self._names]
        if len(found) > 1:
            self.faults.error(f"{stem}.csv", f"one file; {stem}.parquet is there as well: keep one of them")
            return None
        if not found:
            if required:
                self._missing(f"{stem}.csv")
            return None
        return self.read(found[0])

    def text(self, name: str) -> bytes | None:
        """Return the bytes of a file that must be there."""
        if name not in self._names:
            self._missing(name)
            return None
        read = self.read(self._names[name])
        return read[1] if read else None

    def strangers(self, known: Iterable[str]) -> None:
        """Notice files whose names are nearly, but not quite, those of an input, or those of one in other case."""
        stems = list(known)
        for entry in sorted(self.folder.iterdir()):
            chosen = self._names[entry.name.casefold()]
            if chosen.name != entry.name and entry.suffix.casefold() in (*ENDINGS, ".toml"):
                self.faults.notice(entry.name, remark=f"not read; {chosen.name} is, and differs in case alone")
        for name, entry in self._names.items():
            stem, dot, ending = name.rpartition(".")
            if not dot or (stem in stems and f".{ending}" in ENDINGS) or name == "centre.toml" or name[0] in ".~":
                continue
            if stem in stems:
                self.faults.notice(entry.name, remark=f"not read; save it as {stem}.csv")
            elif ending in {"csv", "parquet"}:
                near = get_close_matches(stem, stems, n=1, cutoff=0.75)
                if near:
                    self.faults.notice(entry.name, remark=f"not read; did you mean {near[0]}.csv?")

    @classmethod
    def digest_of(cls, folder: Path) -> str:
        """Return the digest of a planning folder's files, which are not looked into."""
        sources = cls(folder, Faults())
        sources.text("centre.toml")
        for layout in INPUTS:
            sources.table(layout.file)
        return sources.sha256

    @property
    def sha256(self) -> str:
        """Digest over names and contents of the files read, whatever their order."""
        whole = hashlib.sha256()
        for name, digest in sorted(self._digests):
            whole.update(f"{name}\0{digest}\n".encode())
        return whole.hexdigest()

    def read(self, path: Path) -> tuple[str, bytes] | None:
        """Return name and bytes of a file of the folder; None after recording that it cannot be read."""
        try:
            raw = path.read_bytes()
        except OSError as fault:
            self.faults.error(path.name, f"a file that can be read; {fault.strerror or fault}")
            return None
        self._digests.append((path.name, hashlib.sha256(raw).hexdigest()))
        return path.name, raw

    def _missing(self, name: str) -> None:
        inputs = {layout.file for layout in INPUTS}
        others = [other for other in self._names if other.rpartition(".")[0] not in inputs]
        near = get_close_matches(name, others, n=1, cutoff=0.75)
        hint = f"; is {self._names[near[0]].name} meant?" if near else ""
        self.faults.error(name, f"this file in the folder {self.folder.name or self.folder}; there is none{hint}")
