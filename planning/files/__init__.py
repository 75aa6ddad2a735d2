"""Files in and out: planning folders, plan folders, and the care both need."""

from planning.files.folder import read_folder
from planning.files.folder_out import write_folder, write_table, write_tables
from planning.files.interval_files import read_forecast, read_requirement
from planning.files.output_check import check_output
from planning.files.pins_file import check_pins
from planning.files.plan_json import write_plan_json
from planning.files.results_in import read_roster
from planning.files.roster_file import previous_before
from planning.files.swap import output_folder
from planning.files.writers import (
    write_forecast,
    write_forecast_model,
    write_requirement,
    write_roster,
    write_routing,
    write_scores,
    write_service,
)

__all__ = [
    "check_output",
    "check_pins",
    "output_folder",
    "previous_before",
    "read_folder",
    "read_forecast",
    "read_requirement",
    "read_roster",
    "write_folder",
    "write_forecast",
    "write_forecast_model",
    "write_plan_json",
    "write_requirement",
    "write_roster",
    "write_routing",
    "write_scores",
    "write_service",
    "write_table",
    "write_tables",
]
