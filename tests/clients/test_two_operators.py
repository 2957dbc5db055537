"""Two operators at one server: the lock names its holder and ends with a lost connection; both hear what comes back."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pexpect
import pytest
from support.house import House, _program
from support.waiting import wait_until

pytestmark = pytest.mark.slow


@contextmanager
def console(house: House) -> Iterator[pexpect.spawn]:
    """An operator at the console, behind a terminal that is not drawn on."""
    program, *arguments = _program("sipctl.shell")
    child = pexpect.spawn(
        program,
        [*arguments, "--state", str(house.state)],
        env=house.environment | {"TERM": "dumb"},
        encoding="utf-8",
        timeout=20,
        dimensions=(50, 132),
    )
    try:
        child.expect(r"sip1#")
        yield child
    finally:
        child.close(force=True)


def enter(child: pexpect.spawn, line: str, answer: str) -> None:
    child.send(line + "\r")
    child.expect(answer)


def hostname(house: House) -> str:
    return house.do("show running-config section hostname").split()[1]


def test_a_lost_connection_leaves_no_lock_and_no_half(house: House) -> None:
    with console(house) as one, console(house) as two:
        enter(one, "configure exclusive", r"\(config\)#")
        enter(two, "configure terminal", r"\(config\)#")
        enter(two, "hostname other", r"The configuration is locked by \S+ on con \d from this host")
        two.expect(r"% Invalid input detected: nothing was changed\.\r\n")
        enter(two, "do show configuration lock", r"con 0")
        os.kill(one.pid, signal.SIGKILL)
        wait_until(lambda: house.rows("show configuration lock") == [], 10.0, "the lock to be released")
        enter(two, "sip", r"\(config-sip\)#")
        enter(two, "domain second.example.com", r"\(config-sip\)#")
        enter(two, "no domain second.example.com", r"\(config-sip\)#")
        enter(two, "end", r"sip1#")


def test_a_candidate_dies_with_its_connection(house: House) -> None:
    before = house.do("show running-config").split("!", 3)[3]
    with console(house) as one:
        enter(one, "configure candidate", r"\(config\)#")
        enter(one, "hostname lost", r"\(config\)#")
        enter(one, "show candidate diff", r"\+hostname lost")
        os.kill(one.pid, signal.SIGKILL)
    assert house.do("show running-config").split("!", 3)[3] == before


def test_a_change_that_waits_for_the_lock_gets_its_turn(house: House) -> None:
    with console(house) as one, console(house) as two:
        enter(one, "configure exclusive", r"\(config\)#")
        enter(two, "configure terminal lock wait 60", r"\(config\)#")
        two.send("hostname waited\r")
        wait_until(lambda: house.rows("show configuration lock")[0]["waiting"] == 1, 10.0, "the change to wait")
        enter(one, "end", r"sip1#")
        two.expect(r"waited\(config\)#")
        enter(two, "hostname sip1", r"sip1\(config\)#")
        enter(two, "end", r"sip1#")


def test_what_comes_back_is_told_to_everybody_and_to_both_at_once(house: House) -> None:
    with console(house) as one, console(house) as two:
        enter(one, "configure candidate", r"\(config\)#")
        enter(one, "hostname brief", r"\(config\)#")
        enter(one, "commit confirmed 2", r"Commit complete: version \d+")
        one.expect(r"brief\(config\)#")
        assert hostname(house) == "brief"
        record = house.state / "unconfirmed-commit"
        pending = msgspec.json.decode(record.read_bytes())
        assert pending["minutes"] == 2
        assert 60 < pending["deadline"] - time.time() <= 120
        enter(two, "configure revert now", r"Rollback Done")
        one.expect(r"\*\*\* the configuration of before the change by \S+ is in force again")
        assert hostname(house) == "sip1"
        assert not record.exists()


def test_an_atomic_script_from_outside(house: House) -> None:
    before = hostname(house)
    wrong = house.sipctl("--atomic", stdin="configure terminal\nhostname other\nhostnaem x\n")
    assert wrong.returncode == 5
    assert wrong.stderr.splitlines() == [
        "stdin:3: hostnaem x",
        "         ^",
        "stdin:3: % Invalid input detected at '^' marker.",
        "% The script is atomic: nothing was changed.",
    ]
    assert hostname(house) == before
    assert house.sipctl("--atomic", stdin="configure terminal\nhostname other\n").returncode == 0
    assert hostname(house) == "other"
    assert house.sipctl("--atomic", stdin="configure terminal\nhostname sip1\n").returncode == 0


def test_a_backup_is_a_file_that_is_read_back(house: House) -> None:
    house.do("configure terminal", "archive", "maximum 20", "end", "backup whole.tar")
    house.do("configure terminal", "no archive", "end")
    assert "maximum" not in house.do("show running-config section archive")
    assert "in force" in house.do("restore whole.tar")
    assert " maximum 20" in house.do("show running-config section archive")
    assert {row["name"] for row in house.rows("show subscribers")} == {"1001", "1002"}


def test_a_script_against_the_lock_ends_with_the_code_of_it(house: House) -> None:
    with console(house) as one:
        enter(one, "configure exclusive", r"\(config\)#")
        result = house.sipctl(stdin="configure terminal\nhostname other\nend\n")
        assert result.returncode == 4
        assert "The configuration is locked by" in result.stderr
        assert house.command("rollback 1").returncode == 4
        enter(one, "end", r"sip1#")
    assert hostname(house) == "sip1"


def test_replacing_everything_asks_first(house: House) -> None:
    house.do("archive config comment before")
    version = house.rows("show archive")[-1]["version"]
    house.do("configure terminal", "logging level warnings", "end")
    with console(house) as one:
        for answer, level in (("", "warnings"), ("Y", "informational")):
            one.send(f"configure replace {version}\r")
            one.expect(r"This will apply all necessary additions and deletions\r\n")
            one.expect(r"Enter Y if you are sure you want to proceed\. \? \[no\]: ")
            enter(one, answer, r"sip1#")
            lines = house.do("show running-config all").splitlines()
            assert f"logging level {level}" in lines
