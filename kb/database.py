"""Opens the records database and says in Chinese what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from kb.errors import RecordsError, SettingsError
from kb.models import Base

_BUSY_SECONDS = 2.0
"""How long a write waits for another one; an answer must not wait longer for its record."""


def create_tables(engine: Engine) -> None:
    """Create the tables that are not there yet, and the folder of a database file."""
    if _is_sqlite(engine.url) and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    with read_only(engine).connect() as connection:
        missing = Base.metadata.tables.keys() - set(inspect(connection).get_table_names())
    if missing:
        with engine.begin() as connection:
            Base.metadata.create_all(connection)


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
    """Write-ahead log (readers never wait for a writer), enforced references, our own BEGIN."""
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
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
