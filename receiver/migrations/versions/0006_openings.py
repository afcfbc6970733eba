"""The audit trail of openings: it outlives the visits it speaks of."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "openings",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("door", sa.String, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("visit", sa.String),
        sa.Column("outcome", sa.String, nullable=False),
    )
    op.create_index("openings_by_time", "openings", ["at"])
