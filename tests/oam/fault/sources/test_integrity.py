"""An audit log that was tampered with or cannot be written, a program that was changed."""

from __future__ import annotations

import base64
import hashlib
import shutil
import sqlite3
from pathlib import Path

import pytest
from support.alarmed import Watch, raises_and_clears
from support.management import FakeManager, gathered, played
from support.waiting import until

from oam.environment import installed
from oam.fault.sources.integrity import AuditLog, Software
from oam.security import audit as module


def written(manager: FakeManager, count: int) -> None:
    for number in range(count):
        manager.audit.record("command", user="bob", origin="ssh", address="", command=f"show {number}")


@raises_and_clears(33)
@played
async def test_a_record_that_was_changed(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    watch, source = Watch(manager), AuditLog(manager)
    manager.audit.start()
    written(manager, 3)
    await until(lambda: manager.audit.written == 3)
    assert await watch.look(source) == {}
    tampered(tmp_path, "show 9")
    assert await verified(manager) == 1
    assert await watch.look(source) == {(33, "audit-chain"): "critical"}
    watch.alarms.clear_by_hand(watch.alarms.active[33, "audit-chain"], "admin")
    assert await watch.look(source) == {}, "what an operator has closed is not told again"
    tampered(tmp_path, "show 1")
    assert await verified(manager) == 0
    assert await watch.look(source) == {}
    tampered(tmp_path, "show 8")
    assert await verified(manager) == 1
    assert await watch.look(source) == {(33, "audit-chain"): "critical"}
    tampered(tmp_path, "show 1")
    assert await verified(manager) == 0
    assert await watch.look(source) == {}


async def verified(manager: FakeManager) -> int:
    """Walk the chain as an operator does; return the code."""
    return (await gathered(manager.session(), "verify audit"))[1].code


def tampered(state: Path, command: str) -> None:
    with sqlite3.connect(state / "audit" / "audit.db") as connection:
        connection.execute("UPDATE records SET command = ? WHERE sequence = 2", (command,))
    connection.close()


@raises_and_clears(33)
@played
async def test_an_audit_log_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_S", 0.02)
    manager = FakeManager(tmp_path)
    watch, source = Watch(manager), AuditLog(manager)
    (tmp_path / "audit").write_text("")  # a file where the folder should be
    manager.audit.start()
    written(manager, 1)
    await until(lambda: manager.audit.failure)
    assert await watch.look(source) == {(33, "audit-log"): "critical"}
    (tmp_path / "audit").unlink()
    await until(lambda: manager.audit.written == 1)
    await until(lambda: not manager.audit.failure)
    assert await watch.look(source) == {}


@raises_and_clears(35)
@played
async def test_a_program_that_was_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package as an installer leaves it: its files and their list."""
    root = tmp_path / "site"
    shutil.copytree(Path(installed.__file__).parent, root / "oam")
    (root / "oam" / "__init__.py").touch()
    files = sorted(path.relative_to(root) for path in root.rglob("*.py"))
    lines = [f"{path},sha256={digest(root / path)},0" for path in files]
    listed = "\n".join(lines)
    monkeypatch.setattr(installed, "verify", lambda: installed.compare(root, listed))
    watch, source = Watch(FakeManager(tmp_path)), Software()
    assert await watch.look(source) == {}
    victim = root / "oam" / "walk.py"
    before = victim.read_text()
    victim.write_text(before + "\n# changed\n")
    assert await watch.look(source) == {(35, "system"): "critical"}
    assert watch.text(35, "system") == "not as installed: oam/walk.py"
    victim.write_text(before)
    assert await watch.look(source) == {}


def digest(path: Path) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
