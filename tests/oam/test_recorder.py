"""From sessions and changes to the audit log: who and from where."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, done, played

from oam import recorder
from oam.notices import AUTOMATIC
from oam.recorder import note
from oam.security.login import Identity, Source
from oam.shell.entrance import batch
from oam.shell.script import Options, Script


@played
async def test_a_record_says_who_did_it_and_from_where(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(origin="ssh")
    session.address = "192.0.2.1"
    line = manager.lines.open("vty", session)
    note(session, "login", command="by local")
    manager.lines.close(line)
    record = manager.audit.queued()[0]
    assert (record.kind, record.user, record.origin, record.address, record.line, record.command) == (
        "login", "admin", "ssh", "192.0.2.1", "vty 0", "by local",
    )  # fmt: skip


@played
async def test_a_change_of_an_operator_is_recorded_with_its_lines_and_its_author(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False, origin="telnet")
    session.address = "192.0.2.2"
    await done(session, ["configure terminal", "hostname one", "hostname two"])
    records = [record for record in manager.audit.queued() if record.kind == "change"]
    assert [(each.user, each.origin, each.address, each.before, each.after) for each in records] == [
        ("admin", "telnet", "192.0.2.2", "hostname sipctl", "hostname one"),
        ("admin", "telnet", "192.0.2.2", "hostname one", "hostname two"),
    ]


@played
async def test_a_change_that_no_session_made_is_the_systems(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    running = manager.configuration.running
    await manager.configuration.apply(msgspec.structs.replace(running, hostname="three"), "startup-config")
    record = manager.audit.queued()[0]
    assert (record.kind, record.user, record.origin, record.after) == (
        "change", "startup-config", "system", "hostname three",
    )  # fmt: skip


@played
async def test_a_batch_is_one_change(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=True)
    await done(session, ["configure terminal", "hostname one", "ip access-list a", "permit any", "end", "show version"])
    records = [record for record in manager.audit.queued() if record.kind == "change"]
    assert [record.after.splitlines() for record in records] == [["hostname one", "ip access-list a", " permit any"]]


@played
async def test_a_session_is_recorded_from_login_to_logout(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)

    async def feed(script: Script) -> None:
        await script.add("1", b"show clock")
        await script.end()
        await asyncio.Event().wait()

    code = await batch(
        manager, Identity("ann", 15), Source("ssh", "192.0.2.1"), Options(), feed,
        output=lambda _: None, error=lambda _: None, flush=lambda: asyncio.sleep(0),
    )  # fmt: skip
    assert code == 0
    records = manager.audit.queued()
    assert [(each.kind, each.command) for each in records] == [
        ("login", "by local"), ("command", "show clock"), ("logout", ""),
    ]  # fmt: skip
    assert {(each.user, each.origin, each.address, each.line) for each in records} == {
        ("ann", "ssh", "192.0.2.1", "vty 0")
    }


@played
async def test_changes_in_a_row_are_one_notice_that_says_whether_an_event_made_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "SETTLED_S", 0.02)
    manager = FakeManager(tmp_path)
    await done(manager.session(batch=False), ["configure terminal", "hostname one", "hostname two"])
    token = AUTOMATIC.set(True)
    await done(manager.session(batch=False), ["configure terminal", "hostname three"])
    AUTOMATIC.reset(token)
    async with asyncio.timeout(5):
        while len(manager.notices.recent) < 2:
            await asyncio.sleep(0.005)
    assert [(each.kind, each.text, each.automatic) for each in manager.notices.recent] == [
        ("config-changed", "the configuration was changed by admin, 2 times", False),
        ("config-changed", "the configuration was changed by admin", True),
    ]
