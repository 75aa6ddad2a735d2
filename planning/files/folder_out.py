"""Planning folders written by programs: the reference centre, a converted call log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import tomli_w

from planning.files.lines_out import flag, number, numbers, text, write_csv
from planning.files.settings import FILE
from planning.files.swap import output_folder


def write_folder(path: Path, centre_toml: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> Path:
    """Write a planning folder as a whole, with the marker that lets a later run replace it.

    Parameters
    ----------
    path : Path
        Refused where it holds something that is not ours.
    centre_toml : mapping
        The sections of `centre.toml`; keys whose value is None are left out.
    tables : mapping of str to DataFrame
        By file: ``history`` or ``history.csv``. Columns are written in the frame's order.

    Raises
    ------
    InputError
        If the folder is not ours or cannot be written.
    """
    with output_folder(path, "a planning folder") as folder:
        write_tables(folder, centre_toml, tables)
    return path


def write_tables(folder: Path, centre_toml: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> None:
    """Write `centre.toml` and tables into a folder that is there; parameters as `write_folder`."""
    content = tomli_w.dumps(_without_none(centre_toml))
    (folder / FILE).write_text(content, encoding="utf-8", newline="\n")
    for name, frame in tables.items():
        write_table(folder / (name if name.endswith(".csv") else f"{name}.csv"), frame)


def write_table(path: Path, frame: pd.DataFrame) -> Path:
    """Write a frame as CSV: exact times, short numbers, guarded text, missing values empty."""
    columns = [_cells(frame.iloc[:, i]) for i in range(frame.shape[1])]
    return write_csv(path, [str(name) for name in frame.columns], columns)


def _cells(column: pd.Series[Any]) -> list[str]:
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_integer_dtype(column.dtype):
        return [_cell(value) for value in column.tolist()]
    if pd.api.types.is_float_dtype(column.dtype):
        return numbers(column.to_numpy(dtype=np.float64, na_value=np.nan).tolist())
    # Times and names repeat: each distinct value is written once.
    codes, distinct = pd.factorize(column, use_na_sentinel=True)
    written = [_cell(value) for value in distinct.tolist()]
    return [written[code] if code >= 0 else "" for code in codes.tolist()]


def _cell(value: object) -> str:
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, bool | np.bool_):
        return flag(bool(value))
    if isinstance(value, float | np.floating):
        return number(float(value))
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    return text(str(value)) if isinstance(value, str) else str(value)


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_without_none(item) for item in value]
    return value
