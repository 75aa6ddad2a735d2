"""Keep the idempotency key that a job was asked under beside it: its identifier then tells its age again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INDEX = "ix_job_repeat_id"


def upgrade() -> None:
    """Add the column."""
    op.add_column("job", sa.Column("repeat_id", sa.String(64), nullable=True))
    op.create_index(INDEX, "job", ["repeat_id"], unique=True)
    # counted from the asking on, so that ends of every kind are told
    op.execute("UPDATE job SET tries_left = 5 WHERE state IN ('queued', 'running')")


def downgrade() -> None:
    """Take it out."""
    op.drop_index(INDEX, table_name="job")
    op.drop_column("job", "repeat_id")
