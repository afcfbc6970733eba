"""Strangers who come again: which visitors are one, and the letter they are called by."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table, and whom a face belongs to."""
    op.create_table(
        "strangers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer),
        sa.Column("ignored_at", sa.Float),
        sqlite_autoincrement=True,
    )
    op.add_column("faces", sa.Column("stranger", sa.Integer))
    op.create_index("faces_by_stranger", "faces", ["stranger", "verdict"])
