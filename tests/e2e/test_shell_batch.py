"""`sipctl` in batch on a running server: exit codes, what is printed where, `file:line` and the caret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.house import House

pytestmark = pytest.mark.slow

DONE, FAILED, SYNTAX, DENIED, LOCKED, ROLLED_BACK, NOT_REACHABLE = range(7)


def test_a_command_prints_its_output_alone(house: House) -> None:
    result = house.command("show clock")
    assert result.returncode == DONE
    assert result.stderr == ""
    assert "sip1" not in result.stdout
    assert len(result.stdout.splitlines()) == 1


def test_commands_share_a_session(house: House) -> None:
    result = house.command("configure terminal", "hostname sip2", "end", "show running-config | include hostname")
    assert result.returncode == DONE, result.stderr
    assert "hostname sip2" in result.stdout
    house.do("configure terminal", "hostname sip1", "end")


def test_json_of_a_listing(house: House) -> None:
    result = house.sipctl("--json", "-c", "show subscribers")
    assert result.returncode == DONE, result.stderr
    assert {row["name"] for row in json.loads(result.stdout)} == {"1001", "1002"}


def test_an_invalid_word_is_pointed_at(house: House) -> None:
    result = house.command("show verzion")
    assert result.returncode == SYNTAX
    text = result.stdout + result.stderr
    assert "% Invalid input detected at '^' marker." in text
    line, caret = text.splitlines()[:2]
    assert line[caret.index("^") :].startswith("verzion")


@pytest.mark.parametrize(
    ("command", "message"),
    [("show", "% Incomplete command."), ("show r", '% Ambiguous command:  "show r"')],
)
def test_errors_are_those_of_ios(house: House, command: str, message: str) -> None:
    result = house.command(command)
    assert result.returncode == SYNTAX
    assert message in result.stdout + result.stderr


def test_a_script_stops_at_its_first_error_and_names_the_line(house: House, tmp_path: Path) -> None:
    script = tmp_path / "change.cfg"
    script.write_text("configure terminal\nsip\n timer t1 banana\n domain never.example.com\nend\n")
    result = house.sipctl("-f", str(script))
    assert result.returncode == SYNTAX
    assert f"{script}:3" in result.stdout + result.stderr
    assert "never.example.com" not in house.do("show running-config")


def test_continue_goes_on_after_an_error_and_still_fails(house: House) -> None:
    script = "show nonsense\nshow clock\n"
    stopped = house.sipctl(stdin=script)
    going_on = house.sipctl("--continue", stdin=script)
    assert stopped.returncode == going_on.returncode == SYNTAX
    assert len(going_on.stdout) > len(stopped.stdout)


def test_check_changes_nothing(house: House, tmp_path: Path) -> None:
    script = tmp_path / "new.cfg"
    script.write_text("configure terminal\nhostname never\nend\n")
    assert house.sipctl("--check", "-f", str(script)).returncode == DONE
    assert "hostname never" not in house.do("show running-config")
    script.write_text("configure terminal\nhostnam_e never\nend\n")
    assert house.sipctl("--check", "-f", str(script)).returncode == SYNTAX


def test_a_command_that_cannot_be_done_fails(house: House) -> None:
    result = house.command("import subscribers /nonexistent/file.csv")
    assert result.returncode == FAILED
    assert "% " in result.stdout + result.stderr


def test_an_address_that_cannot_be_bound_changes_nothing(house: House) -> None:
    result = house.command("configure terminal", "sip", f"listener udp 127.0.0.1 port {house.port + 1}", "end")
    assert result.returncode == DONE, result.stderr
    before = house.do("show running-config")
    result = house.command("configure terminal", "sip", "listener udp 192.0.2.1 port 5060", "end")
    assert result.returncode in (FAILED, ROLLED_BACK)
    assert house.do("show running-config") == before
    house.do("configure terminal", "sip", f"no listener udp 127.0.0.1 port {house.port + 1}", "end")


def test_no_server_is_said_at_once(house: House, tmp_path: Path) -> None:
    result = house.sipctl("--state", str(tmp_path), "-c", "show version")
    assert result.returncode == NOT_REACHABLE
    assert len(result.stderr.splitlines()) == 1


def test_a_secret_is_never_shown_again(house: House) -> None:
    house.do("configure terminal", "subscriber 1003", "secret 0 xyzzy-plugh", "end")
    for command in ("show running-config all", "show subscriber 1003", "show history", "show subscribers"):
        assert "xyzzy-plugh" not in house.do(command)
    assert "xyzzy-plugh" not in house.log.read_text()
    house.do("configure terminal", "no subscriber 1003", "end")


def test_the_server_calls_through_itself(house: House) -> None:
    result = house.command("test call 1001 1002")
    assert result.returncode == DONE, result.stdout + result.stderr
    assert "200" in result.stdout
