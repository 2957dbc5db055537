"""The audit log of a running server: what it holds after a kill, what it says of tampering, that it stops nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.house import House
from support.waiting import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path) as running:
        yield running


def killed(house: House) -> None:
    """Kill management and wait for the next one."""
    pid = house.kill("oam.manager")

    def back() -> bool:
        process = house.process("oam.manager")
        return process is not None and process.pid != pid and house.command("show version").returncode == 0

    wait_until(back, 20, "management to come back")


def test_who_did_what_is_known_after_a_kill_and_the_chain_is_whole(house: House) -> None:
    house.do("configure terminal", "hostname before-the-kill", "end")
    house.command("no such thing")
    wait_until(lambda: "no such thing" in [row["command"] for row in house.rows("show audit last 100")], 5, "a record")
    killed(house)
    house.do("configure terminal", "hostname after-the-kill", "end")
    rows = house.rows("show audit last 1000")
    commands = [(row["command"], row["code"]) for row in rows if row["kind"] == "command"]
    for wanted in (("hostname before-the-kill", 0), ("no such thing", 2), ("hostname after-the-kill", 0)):
        assert wanted in commands
    assert [row["kind"] for row in rows].count("start") == 2
    kinds = {row["kind"] for row in rows}
    assert {"login", "logout", "change", "command", "start"} <= kinds
    assert {row["origin"] for row in rows if row["kind"] == "login"} == {"console"}
    change = next(row for row in reversed(rows) if row["kind"] == "change")
    detail = house.do(f"show audit record {change['number']}")
    assert "- hostname before-the-kill\n+ hostname after-the-kill" in detail
    assert "the chain is whole" in house.do("verify audit")


def test_tampering_is_found_and_ends_a_script_with_an_error(house: House) -> None:
    house.do("show clock")
    wait_until(lambda: bool(house.rows("show audit")), 5, "records")
    number = house.rows("show audit command clock")[0]["number"]
    connection = sqlite3.connect(house.state / "audit" / "audit.db")
    connection.execute("UPDATE records SET user = 'somebody-else' WHERE sequence = ?", (number,))
    connection.commit()
    connection.close()
    result = house.command("verify audit")
    assert result.returncode == 1
    assert f"% The chain is broken: record {number} was changed" in result.stderr
    assert "audit-failed" in [row["kind"] for row in house.rows("show notices")]


def test_an_audit_log_that_cannot_be_written_stops_neither_shell_nor_sip(house: House) -> None:
    """The folder is no folder: every write fails, as on a disk that is full or broken."""
    house.stop()
    folder = house.state / "audit"
    folder.rename(house.state / "aside")
    folder.write_text("no folder")
    house.start()
    assert house.is_ready()
    assert "audit-failed" in [row["kind"] for row in house.rows("show notices")]
    assert "failing" in house.do("show audit statistics")
    folder.unlink()
    (house.state / "aside").rename(folder)
    wait_until(lambda: "working" in house.do("show audit statistics"), 10, "the recovery")
    assert "the chain is whole" in house.do("verify audit")


def test_a_schedule_runs_and_tells_how_it_went(house: House) -> None:
    house.do(
        "configure terminal",
        "username robot privilege 15 secret 0 correct-horse-battery",
        "schedule nightly",
        "command 10 show version",
        "operator robot",
        "output nightly.txt",
        "at 04:00 daily",
        "end",
        "schedule run nightly now",
    )
    wait_until(lambda: house.rows("show schedule")[0]["code"] == 0, 10, "the run")
    row = house.rows("show schedule")[0]
    assert row["next_at"] is not None
    assert "Version" in (house.state / "files" / "nightly.txt").read_text()
    assert [row["user"] for row in house.rows("show audit command nightly") if row["kind"] == "job"] == ["robot"]


def test_all_that_support_asks_for_fits_into_a_file_without_secrets(house: House) -> None:
    house.do("configure terminal", "username noc privilege 15 secret 0 correct-horse-battery", "end")
    assert house.do("show tech-support | redirect support.txt") == ""
    text = (house.state / "files" / "support.txt").read_text()
    assert "------------------ show version ------------------" in text
    assert "username noc privilege 15 secret 9 *" in text
    assert "$9$" not in text
    assert "not available" not in text
