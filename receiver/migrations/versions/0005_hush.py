"""Whether a visit is told, and notices: messages that belong to no visit alone, such as the digest."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add what the owner's rules need; every visit so far was told."""
    op.add_column("visits", sa.Column("telling", sa.String, nullable=False, server_default="now"))
    op.add_column("visits", sa.Column("hushed", sa.String, nullable=False, server_default=""))
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("notifier", sa.String, nullable=False),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("visits", sa.String, nullable=False, server_default="[]"),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("due_at", sa.Float, nullable=False),
        sa.Column("delivered_at", sa.Float),
        sa.Column("error", sa.String, nullable=False),
    )
    op.create_index("notices_due", "notices", ["notifier", "target", "state", "id"])
