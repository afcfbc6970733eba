"""The first shape: doors, visits, snapshots, faces, deliveries, gallery photos, notes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table and index of the first release."""
    op.create_table(
        "doors",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("first_heard", sa.Float, nullable=False),
        sa.Column("last_heard", sa.Float, nullable=False),
        sa.Column("pictures", sa.Integer, nullable=False),
        sa.Column("broken", sa.Integer, nullable=False),
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("door", sa.String, sa.ForeignKey("doors.id"), nullable=False),
        sa.Column("trigger", sa.String, nullable=False),
        sa.Column("started_at", sa.Float, nullable=False),
        sa.Column("received_at", sa.Float, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("verdict", sa.String),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("concluded_at", sa.Float),
        sa.Column("best_snapshot", sa.String),
    )
    op.create_index("visits_by_time", "visits", ["started_at", "id"])
    op.create_index("visits_by_door", "visits", ["door", "started_at"])
    op.create_table(
        "snapshots",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("visit", sa.String, sa.ForeignKey("visits.id", ondelete="CASCADE"), nullable=False),
        sa.Column("door", sa.String, sa.ForeignKey("doors.id"), nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("received_at", sa.Float, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("timings", sa.String, nullable=False),
    )
    op.create_index("snapshots_by_visit", "snapshots", ["visit"])
    op.create_index("snapshots_by_hash", "snapshots", ["hash", "received_at"])
    op.create_index("snapshots_by_state", "snapshots", ["state", "received_at"])
    op.create_table(
        "faces",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("snapshot", sa.String, sa.ForeignKey("snapshots.id", ondelete="CASCADE"), nullable=False),
        sa.Column("box", sa.String, nullable=False),
        sa.Column("landmarks", sa.String, nullable=False),
        sa.Column("quality", sa.String, nullable=False),
        sa.Column("engine", sa.String, nullable=False),
        sa.Column("embedding", sa.LargeBinary, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("identity", sa.String),
        sa.Column("distance", sa.Float),
        sa.Column("runner_up", sa.String),
        sa.Column("runner_up_distance", sa.Float),
    )
    op.create_index("faces_by_snapshot", "faces", ["snapshot"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("visit", sa.String, sa.ForeignKey("visits.id", ondelete="CASCADE"), nullable=False),
        sa.Column("notifier", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("due_at", sa.Float, nullable=False),
        sa.Column("delivered_at", sa.Float),
        sa.Column("error", sa.String, nullable=False),
    )
    op.create_index("deliveries_by_visit", "deliveries", ["visit"])
    op.create_index("deliveries_due", "deliveries", ["notifier", "target", "state", "id"])
    op.create_table(
        "photos",
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("engine", sa.String, primary_key=True),
        sa.Column("judgement", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("embedding", sa.LargeBinary),
    )
    op.create_table(
        "photo_files",
        sa.Column("path", sa.String, primary_key=True),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("modified", sa.Integer, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
    )
    op.create_table(
        "notes",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("value", sa.String, nullable=False),
    )
