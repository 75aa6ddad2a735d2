"""TOML files as tables, with the line of every key; what is no TOML is said at its line."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from planning.files.encoding import decode
from planning.files.faults import Faults
from planning.files.toml_lines import Path, key_lines


def load_toml(name: str, raw: bytes, faults: Faults) -> tuple[dict[str, Any], dict[Path, int]] | None:
    """Return the tables of a TOML file and the line of each key; None after recording why there are none."""
    try:
        decoded = decode(raw)
    except ValueError as fault:
        faults.error(name, str(fault))
        return None
    if decoded.remark:
        faults.notice(name, remark=decoded.remark)
    text = decoded.data.decode("utf-8")
    try:
        return tomllib.loads(text), key_lines(text)
    except tomllib.TOMLDecodeError as fault:
        place = re.search(r"\(at line (\d+), column \d+\)", str(fault))
        line = int(place.group(1)) if place else text.count("\n") + 1
        written = text.splitlines()[line - 1].strip() if place and line <= len(text.splitlines()) else ""
        hint = "decimals take a point: " if re.search(r"=\s*\d+,\d", written) else ""
        hint = "times are written with seconds, 10:00:00: " if re.search(r"T\d\d:\d\d(?![:\d])", written) else hint
        reason = str(fault).split(" (at ")[0]
        faults.error(name, f"valid TOML; {hint}{reason}", line=line, value=written[:80])
    except RecursionError:
        faults.error(name, "valid TOML; its tables lie too deep in each other")
    except ValueError:
        faults.error(name, "valid TOML; a number in it has thousands of digits")
    return None
