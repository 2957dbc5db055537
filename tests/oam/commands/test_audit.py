"""`show audit`, `verify audit`, `export audit`, and the lines that say where records go."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from oam.config.tree import Configuration
from oam.security.audit_store import DATABASE, FOLDER
from oam.settings.audit import MAX_HOSTS, SyslogHost


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    """A manager whose audit log holds a few records and is closed."""
    made = FakeManager(tmp_path)
    audit = made.audit
    for user, kind, command, code in (
        ("admin", "login", "by local", 0),
        ("admin", "command", "show clock", 0),
        ("eve", "command", "reload", 3),
        ("eve", "login-failed", "", 0),
    ):
        audit.record(kind, user=user, origin="ssh", address="192.0.2.1", line="vty 0", command=command, code=code)
    before = "sip\n timer t1 600"
    audit.record("change", user="admin", origin="ssh", address="", before=before, after="sip\n timer t1 700")
    audit.start()
    audit.close()
    return made


def tampered(state: Path) -> None:
    connection = sqlite3.connect(state / FOLDER / DATABASE)
    connection.execute("UPDATE records SET user = 'nobody' WHERE sequence = 3")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("show audit", [1, 2, 3, 4, 5]),
        ("show audit user eve", [3, 4]),
        ("show audit failed", [3, 4]),
        ("show audit last 2", [4, 5]),
        ("show audit command RELO", [3]),
        ("show audit command t1 700", [5]),
        ("show audit since 1h", [1, 2, 3, 4, 5]),
        ("show audit since 2100-01-01", []),
        ("show audit user eve failed last 1 command reload", [3]),
    ],
)
def test_records_are_shown_as_asked_for(manager: FakeManager, line: str, numbers: list[int]) -> None:
    @played
    async def shown() -> None:
        rows, _ = await gathered(manager.session(), line)
        assert [row.number for row in rows] == numbers

    shown()


@played
async def test_a_row_says_who_from_where_what_and_how_it_went(manager: FakeManager) -> None:
    rows, _ = await gathered(manager.session(), "show audit")
    third = rows[2]
    assert (third.user, third.origin, third.address, third.line, third.kind, third.code, third.command) == (
        "eve", "ssh", "192.0.2.1", "vty 0", "command", 3, "reload",
    )  # fmt: skip
    assert rows[4].command == "-2 +2 lines: timer t1 700"


@played
async def test_one_record_is_shown_with_the_lines_changed(manager: FakeManager) -> None:
    _, result = await gathered(manager.session(), "show audit record 5")
    assert result.text.splitlines()[-4:] == ["- sip", "-  timer t1 600", "+ sip", "+  timer t1 700"]
    _, missing = await gathered(manager.session(), "show audit record 99")
    assert missing.errors == ["% There is no audit record 99"]


def test_without_a_log_nothing_is_shown(tmp_path: Path) -> None:
    @played
    async def shown() -> None:
        rows, result = await gathered(FakeManager(tmp_path).session(), "show audit")
        assert (rows, result.code) == ([], 0)

    shown()


@played
async def test_a_whole_chain_verifies(manager: FakeManager) -> None:
    lines, result = await gathered(manager.session(), "verify audit")
    assert (lines, result.code) == (["5 records, 1 to 5: the chain is whole."], 0)


@played
async def test_a_changed_record_is_named_and_is_a_notice(manager: FakeManager) -> None:
    tampered(manager.state)
    _, result = await gathered(manager.session(), "verify audit")
    assert (result.errors, result.code) == (["% The chain is broken: record 3 was changed"], 1)
    assert [notice.kind for notice in manager.notices.recent] == ["audit-failed"]


@played
async def test_a_database_that_is_none_is_an_error_not_a_fault(manager: FakeManager) -> None:
    (manager.state / FOLDER / DATABASE).write_bytes(b"no database" * 100)
    for line in ("verify audit", "show audit", "show audit record 1", "export audit out.json"):
        _, result = await gathered(manager.session(), line)
        assert result.code == 1
        assert "is not a database" in result.errors[0]


@played
async def test_records_are_exported_one_a_line(manager: FakeManager) -> None:
    printed = await done(manager.session(), ["export audit out.json"])
    lines = [json.loads(line) for line in (manager.state / "files" / "out.json").read_text().splitlines()]
    assert [line["number"] for line in lines] == [1, 2, 3, 4, 5]
    assert lines[4]["after"] == "sip\n timer t1 700"
    assert printed[0].startswith("5 records, ")


@played
async def test_an_export_outside_of_the_files_is_refused(manager: FakeManager) -> None:
    _, result = await gathered(manager.session(origin="ssh"), "export audit ../x")
    assert result.code == 1


@played
async def test_statistics_say_whether_the_log_works(manager: FakeManager) -> None:
    printed = await done(manager.session(), ["show audit statistics"])
    assert "written   5" in printed
    assert "state     working" in printed


@played
async def test_hosts_are_configured_and_written_back(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    lines = [
        "audit host 192.0.2.1",
        "audit host 192.0.2.2 transport tcp port 1514",
        "audit host 2001:db8::1 transport tls ca ca.pem",
        "audit records maximum 5000",
    ]
    await done(session, ["configure terminal", *lines])
    assert [line for line in manager.configuration.render() if line.startswith("audit ")] == lines
    assert manager.configuration.running.audit.hosts[0] == SyslogHost("192.0.2.1")
    await done(session, ["no audit host 192.0.2.1", "no audit host 192.0.2.2", "no audit host 2001:db8::1"])
    await done(session, ["no audit records maximum"])
    assert manager.configuration.running == Configuration()


@pytest.mark.parametrize("line", ["audit host 192.0.2.1 ca ca.pem", f"audit host 192.0.2.{MAX_HOSTS}"])
def test_hosts_that_cannot_be_are_refused(tmp_path: Path, line: str) -> None:
    @played
    async def refused() -> None:
        session = FakeManager(tmp_path).session(batch=False)
        more = [f"audit host 192.0.2.{100 + number}" for number in range(MAX_HOSTS)]
        await done(session, ["configure terminal", *(more if "ca" not in line else [])])
        _, result = await gathered(session, line)
        assert result.errors[-1] == "% Invalid input detected: nothing was changed."

    refused()


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "30s", "2026-11-23 04:00", "1969-01-01"])
def test_what_is_no_moment_is_refused(tmp_path: Path, text: str) -> None:
    @played
    async def refused() -> None:
        _, result = await gathered(FakeManager(tmp_path).session(), f"show audit since {text}")
        assert result.code == 2

    refused()


@played
async def test_an_operator_without_the_right_sees_nothing(manager: FakeManager) -> None:
    _, result = await gathered(manager.session(privilege=1), "show audit")
    assert result.code == 3


@played
async def test_hosts_are_shown_when_there_are_any(manager: FakeManager) -> None:
    rows, _ = await gathered(manager.session(), "show audit hosts")
    assert rows == []
