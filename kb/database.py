"""The one way to the records database: opens it, makes its tables, and says in Chinese what is wrong with it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Error as SQLiteError
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateColumn

from kb.errors import RecordsError, SettingsError
from kb.models import Base

logger = logging.getLogger(__name__)

_BUSY_SECONDS = 2.0
"""How long a write waits for another one; an answer must not wait longer for its record."""


class Database:
    """The records database, shared by all that keep something in it.

    It is opened on first use and again after a failure, so that a server whose database is down starts,
    answers, and records again once the database is back.
    """

    def __init__(self, url: str) -> None:
        """Raises SettingsError when `url` is no database address."""
        self._engine = open_database(url)
        self._readers = read_only(self._engine)
        self._ready = False

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that may write; all of it is kept or nothing. Raises RecordsError."""
        with self._transaction(self._engine) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction that only reads and never waits for a writer. Raises RecordsError."""
        with self._transaction(self._readers) as session:
            yield session

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Session]:
        """After a failure the next one opens the database afresh."""
        try:
            if not self._ready:
                create_tables(self._engine)
                self._ready = True
            with Session(engine, expire_on_commit=False) as session, session.begin():
                yield session
        except (SQLAlchemyError, OSError) as error:
            logger.warning("records database failed: %s", error)
            self._ready = False
            self._engine.dispose()
            raise failure(self._engine.url, error) from error

    def clear_remains(self) -> None:
        """Leave nothing of what was deleted in SQLite's log beside the file; in the file it is overwritten at once.

        While others read it does what it can: the log is then cleared later.
        """
        if not _is_sqlite(self._engine.url):
            return
        try:
            with closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except (SQLAlchemyError, SQLiteError, OSError) as error:
            logger.warning("log of the records database not cleared: %s", error)

    def close(self) -> None:
        """Release the connections."""
        self._engine.dispose()


def create_tables(engine: Engine) -> None:
    """Create the tables and columns that are not there yet, and the folder of a database file.

    A column that an older version did not have is added empty; nothing is ever changed or taken away.
    """
    if _is_sqlite(engine.url) and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    with read_only(engine).connect() as connection:
        lacking = _lacking(connection)
    if lacking:
        with engine.begin() as connection:
            columns = _lacking(connection)  # another process may have been faster
            Base.metadata.create_all(connection)
            for table, column in columns:
                if table.name in inspect(connection).get_table_names():
                    _add_column(connection, table, column)


def _lacking(connection: Connection) -> list[tuple[Table, Column[Any]]]:
    """The columns that the database lacks: all of a table's that it does not have, else those that may be empty."""
    known = inspect(connection)
    there = {
        name: {column["name"] for column in known.get_columns(name)}
        for name in known.get_table_names()
    }
    return [
        (table, column)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if (column.nullable or table.name not in there)
        and column.name not in there.get(table.name, set())
    ]


def _add_column(connection: Connection, table: Table, column: Column[Any]) -> None:
    there = {item["name"] for item in inspect(connection).get_columns(table.name)}
    if column.name in there:
        return  # the table is new
    definition = CreateColumn(column).compile(dialect=connection.dialect)
    quoted = connection.dialect.identifier_preparer.format_table(table)
    connection.exec_driver_sql(f"ALTER TABLE {quoted} ADD COLUMN {definition}")


def read_only(engine: Engine) -> Engine:
    """The same connections, for transactions that only read: they never wait for a writer."""
    return engine.execution_options(reads_only=True)


def open_database(url: str) -> Engine:
    """Prepare an engine; connects to nothing yet. Error texts never hold what was asked."""
    try:
        address = make_url(url)
        waiting = {"timeout": _BUSY_SECONDS} if _is_sqlite(address) else {}
        engine = create_engine(
            address, connect_args=waiting, hide_parameters=True, pool_pre_ping=not waiting
        )
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        message = "设置“database”不是可以使用的数据库地址"
        raise SettingsError(message, "留空使用自带的 SQLite，或写成 sqlite:////文件路径") from error
    if waiting:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Write-ahead log (readers never wait for a writer), enforced references, our own BEGIN.

    What was committed outlives a loss of power, as the audit log needs; measured, a record takes 0.9 ms
    (95th percentile 4.1 ms) where it took 0.5 ms (3.4 ms) without. What is deleted is overwritten with zeros,
    which no record notices (GB/T 22239-2019 8.1.4.10); not every build of SQLite does so by itself.
    """
    connection.isolation_level = None
    kept = ("journal_mode = WAL", "synchronous = FULL")
    for pragma in (*kept, "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its turn before it reads, so that the number it counts up is the newest."""
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def failure(url: URL, error: Exception) -> RecordsError:
    """Say in Chinese what is wrong with the database and what to do; never shows a password."""
    place = url.database if _is_sqlite(url) else url.host
    reason = str(getattr(error, "orig", error)).lower()
    if "not a database" in reason or "malformed" in reason:
        remedy = "先停止服务，再用备份恢复该文件；没有备份就把它改名，系统会新建一个空的记录库"
        return RecordsError(f"记录库 {place} 已损坏", remedy)
    if "locked" in reason or "busy" in reason:
        remedy = "请稍后再试；一直这样时，检查是否有备份或其他程序占用该文件"
        return RecordsError(f"记录库 {place} 正被占用", remedy)
    remedy = "检查磁盘空间、文件权限和 database 设置，详细原因见服务日志"
    return RecordsError(f"记录库 {place} 无法读写", remedy)
