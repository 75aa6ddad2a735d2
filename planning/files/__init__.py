"""Files in and out: planning folders, plan folders, and the care both need."""

from planning.files.file_names import safe_name, safe_names
from planning.files.folder import read_folder
from planning.files.folder_out import write_folder, write_table, write_tables
from planning.files.interval_files import read_forecast, read_requirement
from planning.files.output_check import check_output
from planning.files.pins_file import check_pins
from planning.files.plan_json import plan_document, write_json, write_plan_json
from planning.files.results_in import read_roster, read_routing, read_scores
from planning.files.swap import output_folder
from planning.files.writers import (
    write_forecast,
    write_forecast_model,
    write_requirement,
    write_roster,
    write_routing,
    write_scores,
    write_service,
    write_stretches,
)

__all__ = [
    "check_output",
    "check_pins",
    "output_folder",
    "plan_document",
    "read_folder",
    "read_forecast",
    "read_requirement",
    "read_roster",
    "read_routing",
    "read_scores",
    "safe_name",
    "safe_names",
    "write_folder",
    "write_forecast",
    "write_forecast_model",
    "write_json",
    "write_plan_json",
    "write_requirement",
    "write_roster",
    "write_routing",
    "write_scores",
    "write_service",
    "write_stretches",
    "write_table",
    "write_tables",
]
