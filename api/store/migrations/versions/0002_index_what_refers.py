"""Index what refers to files and to results: without it each one deleted has the rows that may refer to it read."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

COLUMNS = (
    ("centre_file", "sha"),
    ("history_part", "sha"),
    ("result_file", "sha"),
    ("result", "parent_id"),
    ("job", "result_id"),
)


def upgrade() -> None:
    """Make them."""
    for table, column in COLUMNS:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    """Drop them."""
    for table, column in COLUMNS:
        op.drop_index(f"ix_{table}_{column}", table_name=table)
