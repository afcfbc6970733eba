"""Doors with keys: when they were paired, what was refused in their name, and which ring began which visit."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what signed doors need; the doors there are stay without a key."""
    op.add_column("doors", sa.Column("paired_at", sa.Float))
    op.add_column("doors", sa.Column("firmware", sa.String, nullable=False, server_default=""))
    op.add_column("doors", sa.Column("refused", sa.String, nullable=False, server_default="{}"))
    op.create_table(
        "rings",
        sa.Column("door", sa.String, sa.ForeignKey("doors.id"), primary_key=True),
        sa.Column("session", sa.String, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("boot", sa.String, nullable=False),
        sa.Column("visit", sa.String, sa.ForeignKey("visits.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("rings_by_boot", "rings", ["door", "boot", "seq"])
    op.create_index("rings_by_visit", "rings", ["visit"])
