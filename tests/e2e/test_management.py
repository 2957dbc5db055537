"""The management process on a running server: killed, told to read again, restarted; every command answers."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
from support.agent import register
from support.house import House
from support.waiting import wait_until

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "line",
    [
        "show version",
        "show clock",
        "show processes",
        "show listeners",
        "show registrations",
        "show calls",
        "show calls detail",
        "show transactions",
        "show subscribers",
        "show subscriber 1001",
        "show sip statistics",
    ],
)
def test_every_listing_has_a_table_and_json(house: House, line: str) -> None:
    house.do(line)
    assert house.do(f"{line} | json")


def test_what_was_changed_and_not_saved_outlives_a_killed_oam(house: House) -> None:
    house.do("configure terminal", "registrar", "contacts maximum 7", "end")
    house.kill("oam.manager")
    wait_until(lambda: "contacts maximum 7" in house.command("show running-config").stdout, 10, "oam to be back")
    rows = {row["process"]: row for row in house.rows("show processes")}
    assert any(row["restarts"] for name, row in rows.items() if "oam" in name)


def test_sighup_reads_startup_config_and_refuses_a_bad_one(house: House) -> None:
    before = house.startup.read_text()
    house.startup.write_text(before.replace("hostname sip1", "hostname sip7"))
    os.kill(house.pid, signal.SIGHUP)
    wait_until(lambda: "sip7 uptime" in house.do("show version"), 10, "the new host name")
    house.startup.write_text(before.replace("hostname sip1", "hostnam_e sip8"))
    os.kill(house.pid, signal.SIGHUP)
    wait_until(lambda: "startup-config:1" in house.log.read_text(), 10, "the complaint in the log")
    assert "sip7 uptime" in house.do("show version")
    house.startup.write_text(before)
    os.kill(house.pid, signal.SIGHUP)
    wait_until(lambda: "sip1 uptime" in house.do("show version"), 10, "the old host name")


def test_clearing_takes_a_registration_away(house: House) -> None:
    register((house.address, house.port), ["1001"], 5999)
    assert [row["aor"] for row in house.rows("show registrations 1001")] == ["1001@example.com"]
    assert house.do("clear registration 1001@example.com") == "1 contact removed\n"
    assert house.rows("show registrations") == []
    assert house.command("clear registration 1001").returncode == 1


def test_counters_begin_again_where_they_were_cleared(house: House) -> None:
    register((house.address, house.port), ["1001"], 5999)
    assert house.counters()["registrations-accepted"] > 0
    house.do("clear counters")
    assert house.counters()["registrations-accepted"] == 0
    wait_until(lambda: house.counters()["bindings"] == 1, 5, "the gauge")
    house.kill("oam.manager")
    wait_until(lambda: house.command("show clock").returncode == 0, 10, "oam to be back")
    assert house.counters()["registrations-accepted"] == 0
    house.do("clear registration all")


def test_a_test_call_leaves_nothing_behind(house: House) -> None:
    steps = [row["event"] for row in house.rows("test call 1001 1002")]
    assert steps[-1] == "REGISTER: 200 OK"
    assert "INVITE: 180 Ringing" in steps
    assert house.rows("show registrations") == []
    assert house.rows("show calls") == []


def test_a_test_call_does_not_ring_a_phone_unasked(house: House) -> None:
    register((house.address, house.port), ["1002"], 5998)
    refused = house.command("test call 1001 1002")
    assert refused.returncode == 1
    assert "add 'force'" in refused.stderr
    house.do("test call 1001 1002 force")
    assert [row["contact"] for row in house.rows("show registrations")] == ["sip:1002@127.0.0.1:5998"]
    house.do("clear registration all")


def test_export_and_import_on_the_running_server(house: House, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    house.do(f"export subscribers {path}", "configure terminal", "no subscriber 1002", "end")
    assert [row["name"] for row in house.rows("show subscribers")] == ["1001"]
    house.do(f"import subscribers {path}")
    assert house.rows("test call 1002 1001")


def test_reload_restarts_every_process_and_keeps_registrations(house: House) -> None:
    register((house.address, house.port), ["1001"], 5997)
    before = children(house)
    house.command("reload")
    wait_until(lambda: len(children(house)) == 2 and not children(house) & before, 20, "the server to be back")
    wait_until(house.is_ready, 10, "SIP to be answered")
    assert [row["aor"] for row in house.rows("show registrations")] == ["1001@example.com"]


def children(house: House) -> set[int]:
    """Return the pids of all processes but the supervisor; empty while nobody answers."""
    result = house.command("show processes | json")
    rows = json.loads(result.stdout) if result.returncode == 0 else []
    return {row["pid"] for row in rows if row["pid"] != house.pid and row["state"] == "running"}
