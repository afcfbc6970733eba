"""Chats that are paired with rights, the messages they got, and what can be undone from there."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add three tables; the chats of the settings need no row."""
    op.create_table(
        "chats",
        sa.Column("target", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("rights", sa.String, nullable=False),
        sa.Column("paired_at", sa.Float),
        sa.Column("ignored_at", sa.Float),
    )
    op.create_table(
        "sent_messages",
        sa.Column("chat", sa.Integer, primary_key=True),
        sa.Column("message", sa.Integer, primary_key=True),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("visit", sa.String, sa.ForeignKey("visits.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("face", sa.Integer),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("sent_messages_by_visit", "sent_messages", ["visit", "target"])
    op.create_table(
        "undos",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("steps", sa.String, nullable=False),
        sa.Column("undone_at", sa.Float),
    )
