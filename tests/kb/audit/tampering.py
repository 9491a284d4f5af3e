"""What somebody with the database file and the folder, but without the key, can do to an audit log."""

# ruff: noqa: S311, S608
from __future__ import annotations

import gzip
import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from kb.models import AUDIT_TRIGGERS

COLUMNS = (
    *("moment", "action", "actor", "name", "role", "address", "subject", "outcome", "detail"),
    *("previous", "mac"),
)


class Intruder:
    """Alters the log in a folder; `seed` decides where and how."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.chance = random.Random(seed)

    def run(self, *statements: tuple[str, tuple[object, ...]]) -> None:
        """Statements on the database, with its triggers out of the way and put back."""
        with closing(sqlite3.connect(self.folder / "wenzhi.sqlite")) as connection, connection:
            known = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall()
            assert {name for name, _ in known} == set(AUDIT_TRIGGERS)
            connection.execute("PRAGMA synchronous = OFF")
            for name, _ in known:
                connection.execute(f"DROP TRIGGER {name}")
            for statement, values in statements:
                connection.execute(statement, values)
            for _, sql in known:
                connection.execute(sql)

    def ask(self, statement: str, *values: object) -> tuple[int | str, ...]:
        with closing(sqlite3.connect(self.folder / "wenzhi.sqlite")) as connection:
            return tuple(connection.execute(statement, values).fetchone())

    def inner(self) -> int:
        """An entry of the table that is neither its first nor its last."""
        first, last = self.ask("SELECT min(sequence), max(sequence) FROM audit")
        return self.chance.randint(int(first) + 1, int(last) - 1)

    def change_field(self) -> None:
        column, sequence = self.chance.choice(COLUMNS), self.inner()
        [old] = self.ask(f"SELECT {column} FROM audit WHERE sequence = ?", sequence)
        place = self.chance.randrange(len(str(old))) if old else 0
        digit = self.chance.choice(
            [item for item in "0123456789" if item not in str(old)[place:][:1]]
        )
        new = f"{str(old)[:place]}{digit}{str(old)[place + 1 :]}"
        self.run((f"UPDATE audit SET {column} = ? WHERE sequence = ?", (new, sequence)))

    def change_type(self) -> None:
        column = self.chance.choice(COLUMNS)
        value = self.chance.choice([b"\xff\x00", 5, "", "9999-12-31 23:59:59.999999"])
        self.run((f"UPDATE audit SET {column} = ? WHERE sequence = ?", (value, self.inner())))

    def remove_inner(self) -> None:
        self.run(("DELETE FROM audit WHERE sequence = ?", (self.inner(),)))

    def remove_tail(self) -> None:
        """Cut off the end, and make the database say that it always ended there."""
        last = self.inner()
        end = self.ask("SELECT sequence, mac, moment FROM audit WHERE sequence = ?", last)
        self.run(
            ("DELETE FROM audit WHERE sequence > ?", (last,)),
            ("UPDATE audit_head SET sequence = ?, mac = ?, moment = ?", end),
        )

    def remove_head(self) -> None:
        """Take the table's oldest entries away as if they had been archived."""
        last = self.inner()
        self.run(
            ("UPDATE audit_head SET archived_to = ?", (last,)),
            ("DELETE FROM audit WHERE sequence <= ?", (last,)),
        )

    def remove_all(self) -> None:
        self.run(("DELETE FROM audit", ()))

    def swap(self) -> None:
        one = self.inner()
        self.run(
            ("UPDATE audit SET sequence = -1 WHERE sequence = ?", (one,)),
            ("UPDATE audit SET sequence = ? WHERE sequence = ?", (one, one - 1)),
            ("UPDATE audit SET sequence = ? WHERE sequence = -1", (one - 1,)),
        )

    def swap_contents(self) -> None:
        """Swap what two entries say; their seals stay in place."""
        one = self.inner()
        values = self.ask("SELECT moment, detail FROM audit WHERE sequence = ?", one - 1)
        others = self.ask("SELECT moment, detail FROM audit WHERE sequence = ?", one)
        change = "UPDATE audit SET moment = ?, detail = ? WHERE sequence = ?"
        self.run((change, (*values, one)), (change, (*others, one - 1)))

    def _insert(self, sequence: int) -> tuple[str, tuple[object, ...]]:
        """An entry that copies another one, with a seal of its own making."""
        columns = ", ".join(column for column in COLUMNS if column not in ("previous", "mac"))
        mac = f"{self.chance.getrandbits(256):064x}"
        return (
            f"INSERT INTO audit (sequence, {columns}, previous, mac) SELECT ?, {columns}, mac, ?"
            " FROM audit ORDER BY sequence DESC LIMIT 1",
            (sequence, mac),
        )

    def insert_inner(self) -> None:
        place = self.inner()
        self.run(
            ("UPDATE audit SET sequence = -sequence WHERE sequence >= ?", (place,)),
            ("UPDATE audit SET sequence = 1 - sequence WHERE sequence < 0", ()),
            self._insert(place),
            ("UPDATE audit_head SET sequence = sequence + 1", ()),
        )

    def insert_last(self) -> None:
        [last] = self.ask("SELECT max(sequence) FROM audit")
        self.run(
            self._insert(int(last) + 1),
            (
                "UPDATE audit_head SET sequence = ?,"
                " mac = (SELECT mac FROM audit ORDER BY sequence DESC LIMIT 1)",
                (int(last) + 1,),
            ),
        )

    def insert_first(self) -> None:
        self.run(self._insert(self.chance.choice([0, -1, 3])))

    def remove_and_renumber(self) -> None:
        gone = self.inner()
        self.run(
            ("DELETE FROM audit WHERE sequence = ?", (gone,)),
            ("UPDATE audit SET sequence = sequence - 1 WHERE sequence > ?", (gone,)),
            ("UPDATE audit_head SET sequence = sequence - 1", ()),
        )

    def rechain(self) -> None:
        """Remove an entry and make the next one follow the one before it."""
        gone = self.inner()
        self.run(
            (
                "UPDATE audit SET previous = (SELECT previous FROM audit WHERE sequence = ?)"
                " WHERE sequence = ?",
                (gone, gone + 1),
            ),
            ("DELETE FROM audit WHERE sequence = ?", (gone,)),
        )

    def change_end(self) -> None:
        column = self.chance.choice(["sequence", "mac", "moment", "archived_to"])
        value: object = {
            "sequence": self.chance.choice([0, 5, 1000]),
            "mac": f"{self.chance.getrandbits(256):064x}",
            "moment": "2026-01-01 00:00:00.000000",
            "archived_to": self.chance.choice([0, 3, 40]),
        }[column]
        self.run((f"UPDATE audit_head SET {column} = ?", (value,)))

    def remove_end(self) -> None:
        self.run(("DELETE FROM audit_head", ()))

    def change_archive(self) -> None:
        """Turn one bit of an archive file."""
        path = self._archive()
        content = bytearray(path.read_bytes())
        content[self.chance.randrange(len(content))] ^= 1 << self.chance.randrange(8)
        path.write_bytes(content)

    def change_archived_entry(self) -> None:
        """Change, remove or repeat a line of an archive file."""
        path = self._archive()
        lines = gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True)
        place = self.chance.randrange(len(lines))
        match self.chance.randrange(3):
            case 0:
                content = json.loads(lines[place]) | {"name": "nobody"}
                lines[place] = json.dumps(content, ensure_ascii=False, sort_keys=True) + "\n"
            case 1:
                del lines[place]
            case _:
                lines.insert(place, lines[place])
        path.write_bytes(gzip.compress("".join(lines).encode()))

    def remove_archive(self) -> None:
        self._archive().unlink()

    def rename_archive(self) -> None:
        path = self._archive()
        path.rename(path.with_name(f"{self.chance.randrange(10**12):012d}-999999999999.jsonl.gz"))

    def _archive(self) -> Path:
        return self.chance.choice(sorted((self.folder / "audit" / "archive").glob("*.gz")))

    def change_anchors(self) -> None:
        path = self.folder / "audit" / "anchors.jsonl"
        content = bytearray(path.read_bytes())
        content[self.chance.randrange(len(content) - 1)] ^= 1 << self.chance.randrange(7)
        path.write_bytes(content)

    def remove_anchor(self) -> None:
        path = self.folder / "audit" / "anchors.jsonl"
        lines = path.read_text().splitlines(keepends=True)
        del lines[self.chance.randrange(len(lines))]
        path.write_text("".join(lines))

    def swap_anchors(self) -> None:
        path = self.folder / "audit" / "anchors.jsonl"
        lines = path.read_text().splitlines(keepends=True)
        place = self.chance.randrange(len(lines) - 1)
        lines[place : place + 2] = lines[place : place + 2][::-1]
        path.write_text("".join(lines))

    def remove_anchors(self) -> None:
        (self.folder / "audit" / "anchors.jsonl").unlink()

    def change_head_file(self) -> None:
        path = self.folder / "audit" / "head"
        content = bytearray(path.read_bytes())
        content[self.chance.randrange(len(content))] ^= 1 << self.chance.randrange(8)
        path.write_bytes(content)

    def remove_head_file(self) -> None:
        (self.folder / "audit" / "head").unlink()

    def drop_trigger(self) -> None:
        with closing(sqlite3.connect(self.folder / "wenzhi.sqlite")) as connection, connection:
            connection.execute(f"DROP TRIGGER {self.chance.choice(sorted(AUDIT_TRIGGERS))}")


TAMPERINGS: Mapping[str, Callable[[Intruder], None]] = {
    name: step
    for name, step in vars(Intruder).items()
    if callable(step) and not name.startswith("_") and name not in ("run", "ask", "inner")
}


def copied(log: Path, folder: Path) -> Path:
    """A copy of database and folder to tamper with."""
    shutil.copytree(log, folder)
    return folder
