"""What it takes to find a person's visits, or those with a verdict, among a hundred thousand."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the indexes."""
    op.create_index("visits_by_verdict", "visits", ["verdict", "started_at"])
    op.create_index("faces_by_identity", "faces", ["identity", "verdict", "snapshot"])
