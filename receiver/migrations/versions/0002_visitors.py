"""Visitors across the pictures of a visit, probabilities, and the owner's "this is not Anna".

From here on the engine `dlib` means the mean of a face and its mirror image: what was computed before is kept under
another name beside old visits, and gallery photos are looked at again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what recognition has to say now, and set old embeddings apart."""
    op.add_column("faces", sa.Column("visitor", sa.Integer, nullable=False, server_default="0"))
    op.add_column("faces", sa.Column("probability", sa.Float))
    op.add_column("faces", sa.Column("line", sa.Float))
    op.create_table(
        "rejections",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("identity", sa.String, nullable=False),
        sa.Column("engine", sa.String, nullable=False),
        sa.Column("embedding", sa.LargeBinary, nullable=False),
        sa.Column("face", sa.Integer),
        sa.Column("rejected_at", sa.Float, nullable=False),
    )
    op.execute("UPDATE faces SET engine = 'dlib, not mirrored' WHERE engine = 'dlib'")
    op.execute("UPDATE faces SET visitor = id")
    op.execute("DELETE FROM photos WHERE engine = 'dlib'")
