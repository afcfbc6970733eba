"""What was deleted or taken back can come back as it was: numbers are given once, and a rejection may be withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make three tables anew, for SQLite gives the number of a deleted last row to the next one, and add the column."""
    for table in ("faces", "rejections", "deliveries"):
        with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass
    op.add_column("rejections", sa.Column("withdrawn_at", sa.Float))
