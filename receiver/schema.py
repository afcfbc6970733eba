"""The tables of station.sqlite3, as the newest migration leaves them (a test compares the two)."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table

metadata = MetaData()

doors = Table(
    "doors",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("state", String, nullable=False),
    Column("first_heard", Float, nullable=False),
    Column("last_heard", Float, nullable=False),
    Column("pictures", Integer, nullable=False, default=0),
    Column("broken", Integer, nullable=False, default=0),
    Column("paired_at", Float),
    Column("firmware", String, nullable=False, server_default=""),
    Column("refused", String, nullable=False, server_default="{}"),
)

visits = Table(
    "visits",
    metadata,
    Column("id", String, primary_key=True),
    Column("door", String, ForeignKey("doors.id"), nullable=False),
    Column("trigger", String, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("received_at", Float, nullable=False),
    Column("state", String, nullable=False),
    Column("verdict", String),
    Column("reason", String, nullable=False, default=""),
    Column("concluded_at", Float),
    Column("best_snapshot", String),
    Column("telling", String, nullable=False, server_default="now"),
    Column("hushed", String, nullable=False, server_default=""),
    Index("visits_by_time", "started_at", "id"),
    Index("visits_by_door", "door", "started_at"),
    Index("visits_by_verdict", "verdict", "started_at"),
)

rings = Table(
    "rings",
    metadata,
    Column("door", String, ForeignKey("doors.id"), primary_key=True),
    Column("session", String, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("boot", String, nullable=False),
    Column("visit", String, ForeignKey("visits.id", ondelete="CASCADE"), nullable=False),
    Column("at", Float, nullable=False),
    Index("rings_by_boot", "door", "boot", "seq"),
    Index("rings_by_visit", "visit"),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", String, primary_key=True),
    Column("visit", String, ForeignKey("visits.id", ondelete="CASCADE"), nullable=False),
    Column("door", String, ForeignKey("doors.id"), nullable=False),
    Column("state", String, nullable=False),
    Column("path", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("received_at", Float, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("timings", String, nullable=False, default="{}"),
    Index("snapshots_by_visit", "visit"),
    Index("snapshots_by_hash", "hash", "received_at"),
    Index("snapshots_by_state", "state", "received_at"),
)

faces = Table(
    "faces",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("snapshot", String, ForeignKey("snapshots.id", ondelete="CASCADE"), nullable=False),
    Column("box", String, nullable=False),
    Column("landmarks", String, nullable=False),
    Column("quality", String, nullable=False),
    Column("engine", String, nullable=False),
    Column("embedding", LargeBinary, nullable=False),
    Column("verdict", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("identity", String),
    Column("distance", Float),
    Column("runner_up", String),
    Column("runner_up_distance", Float),
    Column("visitor", Integer, nullable=False, server_default="0"),
    Column("probability", Float),
    Column("line", Float),
    Column("stranger", Integer),
    Index("faces_by_snapshot", "snapshot"),
    Index("faces_by_identity", "identity", "verdict", "snapshot"),
    Index("faces_by_stranger", "stranger", "verdict"),
    sqlite_autoincrement=True,
)

strangers = Table(
    "strangers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", Integer),
    Column("ignored_at", Float),
    sqlite_autoincrement=True,
)

rejections = Table(
    "rejections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("identity", String, nullable=False),
    Column("engine", String, nullable=False),
    Column("embedding", LargeBinary, nullable=False),
    Column("face", Integer),
    Column("rejected_at", Float, nullable=False),
    Column("withdrawn_at", Float),
    sqlite_autoincrement=True,
)
HOLDS = rejections.c.withdrawn_at.is_(None)
"""The condition for a rejection that was not taken back."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("visit", String, ForeignKey("visits.id", ondelete="CASCADE"), nullable=False),
    Column("notifier", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("target", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Float, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("delivered_at", Float),
    Column("error", String, nullable=False, default=""),
    Index("deliveries_by_visit", "visit"),
    Index("deliveries_due", "notifier", "target", "state", "id"),
    sqlite_autoincrement=True,
)

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("notifier", String, nullable=False),
    Column("target", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", String, nullable=False),
    Column("visits", String, nullable=False, server_default="[]"),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Float, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("delivered_at", Float),
    Column("error", String, nullable=False, default=""),
    Index("notices_due", "notifier", "target", "state", "id"),
)

photos = Table(
    "photos",
    metadata,
    Column("hash", String, primary_key=True),
    Column("engine", String, primary_key=True),
    Column("judgement", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("embedding", LargeBinary),
)

photo_files = Table(
    "photo_files",
    metadata,
    Column("path", String, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("modified", Integer, nullable=False),
    Column("hash", String, nullable=False),
)

openings = Table(
    "openings",
    metadata,
    Column("id", String, primary_key=True),
    Column("door", String, nullable=False),
    Column("at", Float, nullable=False),
    Column("by", String, nullable=False),
    Column("visit", String),
    Column("outcome", String, nullable=False),
    Index("openings_by_time", "at"),
)

notes = Table(
    "notes",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)

chats = Table(
    "chats",
    metadata,
    Column("target", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("rights", String, nullable=False),
    Column("paired_at", Float),
    Column("ignored_at", Float),
)

sent_messages = Table(
    "sent_messages",
    metadata,
    Column("chat", Integer, primary_key=True),
    Column("message", Integer, primary_key=True),
    Column("target", String, nullable=False),
    Column("visit", String, ForeignKey("visits.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String, nullable=False),
    Column("face", Integer),
    Column("digest", String, nullable=False),
    Column("at", Float, nullable=False),
    Index("sent_messages_by_visit", "visit", "target"),
)

undos = Table(
    "undos",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("steps", String, nullable=False),
    Column("undone_at", Float),
)
