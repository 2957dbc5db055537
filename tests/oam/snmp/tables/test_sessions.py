"""Operators who are on, as managers see them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.management import FakeManager, done, played
from support.tables import counters, moved, read, read_one

from oam.security.login import Identity, LoginError, Source
from oam.shell.lines import CONSOLE, VTY, Lines
from oam.snmp.tables.sessions import SESSION_TABLE, SUMMARY

SSH = Source("ssh", "192.0.2.1")


@played
async def test_a_row_a_session(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    now = [100.0]
    manager.lines = Lines(lambda _: manager.configuration.running.vty, lambda: now[0])
    session = manager.session(privilege=7, batch=False, origin="ssh")
    session.address, session.identity = "192.0.2.1", Identity("admin", 7, "viewer", "radius")
    manager.lines.open(CONSOLE, manager.session())
    line = manager.lines.open(VTY, session)
    now[0] += 30
    console, row = await read(SESSION_TABLE, manager)
    assert (console["sipctlSessionLine"], console["sipctlSessionInteractive"]) == ("con 0", False)
    names = ("Line", "User", "Origin", "Address", "Privilege", "Role", "Method", "Idle", "Mode", "Busy")
    assert [row[f"sipctlSession{each}"] for each in names] == [
        "vty 0", "admin", "ssh", "192.0.2.1", 7, "viewer", "radius", 30.0, session.mode.name, False,
    ]  # fmt: skip
    assert abs(row["sipctlSessionOpened"] - time.time()) < 60
    line.busy = True
    row = (await read(SESSION_TABLE, manager))[1]
    assert (row["sipctlSessionBusy"], row["sipctlSessionIdle"]) == (True, 0.0)
    manager.lines.close(line)
    assert [row["sipctlSessionKind"] for row in await read(SESSION_TABLE, manager)] == [CONSOLE]


@played
async def test_sessions_are_counted_beside_their_bounds(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    await done(manager.session(), ["configure terminal", "line vty", "session-limit 5", "end"])
    for _ in range(2):
        manager.lines.open(VTY, manager.session())
    row = await read_one(SUMMARY, manager)
    names = ("Console", "ConsoleMaximum", "Remote", "RemoteMaximum", "Jobs")
    maximum = manager.configuration.running.console.session_limit
    assert [row[f"sipctlSessions{each}"] for each in names] == [0, maximum, 2, 5, 0]


@played
async def test_logins_that_fail_are_counted(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    await done(manager.session(), ["configure terminal", "login block-for 120 attempts 2 within 60", "end"])

    async def sleep(_: float) -> None:
        return None

    manager.security._sleep = sleep
    before = await read_one(SUMMARY, manager)
    moves = [
        {"sipctlLoginFailures": 1},
        {"sipctlLoginFailures": 1, "sipctlLoginLockedAddresses": 1},
        {"sipctlLoginFailures": 1, "sipctlLoginLockoutRefusals": 1},
    ]
    for expected in moves:
        with pytest.raises(LoginError):
            await manager.security.login("nobody", "wrong", SSH)
        now = await read_one(SUMMARY, manager)
        assert moved(before, now) == expected
        before = now
    assert counters(SUMMARY) == {"sipctlLoginFailures", "sipctlLoginLockoutRefusals"}
