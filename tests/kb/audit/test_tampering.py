"""A thousand random tamperings with database, archive, anchors and head: every one is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kb.audit.archive import archive
from kb.audit.log import AuditLog
from kb.audit.verify import Verification, verify
from kb.database import Database
from tests.kb.audit.conftest import EVENT, Clock, record_days
from tests.kb.audit.tampering import TAMPERINGS, Intruder, copied

EACH = -(-1000 // len(TAMPERINGS))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of 60 days with two archives, closed."""
    folder = tmp_path_factory.mktemp("audit") / "log"
    folder.mkdir()
    clock = Clock()
    database = Database(f"sqlite:///{folder}/wenzhi.sqlite")
    log = AuditLog(database, folder / "audit", clock=clock)
    record_days(log, clock, 5, 3)
    clock.forward(200)
    record_days(log, clock, 4, 3)
    archive(log, 183, EVENT)
    clock.forward(200)
    record_days(log, clock, 10, 3)
    archive(log, 183, EVENT)
    record_days(log, clock, 3, 2)
    assert verify(log).faults == ()
    assert verify(log).archived == 28
    database.close()
    return folder


def verified(folder: Path) -> Verification:
    database = Database(f"sqlite:///{folder}/wenzhi.sqlite")
    try:
        return verify(AuditLog(database, folder / "audit"))
    finally:
        database.close()


def test_an_untouched_copy_is_without_fault(made: Path, tmp_path: Path) -> None:
    assert verified(copied(made, tmp_path / "copy")).faults == ()


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_every_tampering_is_found(made: Path, tmp_path: Path, tampering: str) -> None:
    missed = []
    for seed in range(EACH):
        folder = copied(made, tmp_path / str(seed))
        TAMPERINGS[tampering](Intruder(folder, seed))
        if verified(folder).fault_count == 0:
            missed.append(seed)
        shutil.rmtree(folder)
    assert missed == []
