"""Which files of a folder are earlier forecasts."""

from pathlib import Path

from planning.files.snapshots import find_snapshots


def test_plans_count_by_their_forecast_alone_and_loose_files_by_a_date_in_their_name(tmp_path: Path) -> None:
    names = (
        "a/forecast.csv",
        "a/forecast_model.csv",
        "a/forecast_totals.csv",
        "a/forecast_2020.csv",
        "b/c/forecast.parquet",
        "b/d/e/forecast.csv",
        "forecast_2026-11-23.csv",
        "forecast_notes.csv",
        "forecast_1.txt",
    )
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = [path.relative_to(tmp_path).as_posix() for path in find_snapshots(tmp_path)]
    assert found == ["a/forecast.csv", "b/c/forecast.parquet", "forecast_2026-11-23.csv"]
