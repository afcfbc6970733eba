"""The file station.sqlite3: opened, brought up to date, and read and written in transactions."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError

from receiver.errors import StoreError
from receiver.language import phrase
from receiver.migrations import HEAD


class Database:
    """Shared by everything that keeps records; may be used from any thread. `clock` returns Unix seconds.

    Raises StoreError with a sentence when it cannot be opened.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self.clock = clock
        self._writing = threading.Lock()  # SQLite has one writer: queueing here beats its polling
        self._engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 10})
        event.listen(self._engine, "connect", _prepare_connection)
        event.listen(self._engine, "begin", _begin)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._migrate()
        except StoreError:
            self.close()
            raise
        except (DatabaseError, sqlite3.DatabaseError, OSError) as error:
            self.close()
            raise StoreError(
                "The database cannot be opened",
                phrase(
                    "{path}: {error}. Move the file away to begin anew; the pictures stay where they are.",
                    path=path,
                    error=_first_line(error),
                ),
            ) from None

    def close(self) -> None:
        """Give every connection back; a later call is harmless."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._engine.begin() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction of the only writer. Raises StoreError when the disk is full."""
        try:
            with self._writing, self._engine.execution_options(immediate=True).begin() as db:
                yield db
        except OperationalError as error:  # the disk is full, or fails: rolled back
            raise StoreError("The database cannot be written", f"{self.path}: {_first_line(error)}") from error

    def scour(self) -> None:
        """Take what was overwritten out of the write-ahead log, too, where it would stay for a while."""
        with self._writing:
            connection = self._engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
            finally:
                connection.close()

    def _migrate(self) -> None:
        with self.reading() as db:
            tables = set(db.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())
            version = (
                db.execute(text("SELECT version_num FROM alembic_version")).scalar()
                if "alembic_version" in tables
                else None
            )
        if version == HEAD:
            return
        if version is not None and version > HEAD:
            raise StoreError(
                "The database is newer than this program",
                phrase(
                    "{path} was written by a later Porchlight: install that version or restore a backup.",
                    path=self.path,
                ),
            )
        _run_migrations(self._engine.connect())


def _run_migrations(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  -- 0.2 s that only a first start or an upgrade has to pay
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "receiver:migrations")
    config.attributes["connection"] = connection
    with connection:
        command.upgrade(config, "head")


def _prepare_connection(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where _begin says, not where the driver guesses
    try:
        # secure_delete: what is forgotten is overwritten, not only unlinked
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()  # not a database: nobody else knows of this connection yet
        raise


def _begin(db: Connection) -> None:
    immediate = db.get_execution_options().get("immediate", False)
    db.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).splitlines()[0]
