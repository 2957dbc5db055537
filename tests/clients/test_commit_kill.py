"""`kill -9` in the middle of commits, changes that nobody confirms: the old configuration or the new, never a mix."""

from __future__ import annotations

import random
import subprocess
import time
from pathlib import Path

import msgspec
import pytest
from support.house import House, _program
from support.waiting import wait_until

from oam.commands.registry import load
from oam.config.load import load_file
from oam.config.tree import Configuration

LINES = 1000
KILLS = 4
"""In one life of a server: the supervisor waits longer and longer before it starts what keeps dying."""
ALTERNATIONS = 200
pytestmark = pytest.mark.slow


def domains(which: str) -> tuple[str, ...]:
    return tuple(f"{which}{number}.example.com" for number in range(LINES))


def in_force(house: House) -> tuple[str, ...]:
    """The domains in the settings that the server runs on."""
    octets = (house.state / "run" / "settings").read_bytes()
    return msgspec.msgpack.decode(octets, type=Configuration).sip.domains


def answers(house: House) -> bool:
    return house.command("show clock").returncode == 0


def running(house: House) -> tuple[str, ...]:
    lines = house.do("show running-config section sip").splitlines()
    return tuple(line.split()[1] for line in lines if line.startswith(" domain "))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_killed_commit_is_whole_or_nothing(tmp_path: Path, seed: int) -> None:
    """Two configurations of a thousand lines alternate, commit upon commit, while management is killed at random."""
    load()
    chance = random.Random(seed)
    whole = {domains("a"), domains("b")}
    script = tmp_path / "alternate.txt"
    script.write_text("configure replace a.cfg force\nconfigure replace b.cfg force\n" * ALTERNATIONS)
    with House(tmp_path, subscribers=()) as house:
        saved = house.startup.read_text()
        area = house.state / "files"
        area.mkdir(exist_ok=True)
        for which in "ab":
            lines = "\n".join(f" domain {each}" for each in domains(which))
            (area / f"{which}.cfg").write_text(saved.replace(" domain example.com", lines))
        house.do("configure replace a.cfg force")
        committed = 0
        for _ in range(KILLS):
            before = archived(house)
            client = subprocess.Popen(
                [*_program("sipctl.shell"), "--state", str(house.state), "-f", str(script)],
                env=house.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            wait_until(lambda before=before: archived(house) > before, 30.0, "the first commit")  # type: ignore[misc]
            time.sleep(chance.uniform(0.0, 0.3))
            house.kill("oam.manager")
            client.wait(30)
            wait_until(lambda: answers(house), 40.0, "management to come back")
            now = running(house)
            assert now in whole, f"a mix: {len(now)} domains, {now[:1]} … {now[-1:]}"
            assert in_force(house) == now
            assert house.startup.read_text() == saved
            assert not list((house.state / "archive").glob("staged-*"))
            committed = check_archive(house, tmp_path / "version", whole)
        assert committed > KILLS


def archived(house: House) -> int:
    """The number of the newest version."""
    return max((int(each.name) for each in (house.state / "archive").glob("0*")), default=0)


def check_archive(house: House, path: Path, whole: set[tuple[str, ...]]) -> int:
    """Every version is one of the configurations, whole; return how many commits there were."""
    found = [*sorted((house.state / "archive").glob("0*"))]
    for each in found:
        path.write_text(each.read_text())
        settings, problems = load_file(path)
        assert problems == []
        assert settings.sip.domains in whole | {("example.com",)}
    assert [int(each.name) for each in found] == [row["version"] for row in house.rows("show archive")]
    return int(found[-1].name)


def test_a_change_not_confirmed_comes_back_also_after_a_kill(tmp_path: Path) -> None:
    """The time runs on while management is killed; the older configuration comes back by itself, and is announced."""
    with House(tmp_path, subscribers=()) as house:
        house.do("configure candidate", "hostname other", "commit confirmed 1", "end")
        assert house.do("show running-config section hostname").split() == ["hostname", "other"]
        assert house.command("write memory").returncode == 1
        record = house.state / "unconfirmed-commit"
        pending = msgspec.json.decode(record.read_bytes())
        # The clock is the server's own: what is moved is the deadline on the disk, which the next process reads.
        pending["deadline"] = time.time() + 4
        house.kill("oam.manager")
        record.write_bytes(msgspec.json.encode(pending))
        wait_until(lambda: answers(house), 30.0, "management to come back")
        if time.time() < pending["deadline"] - 1:
            assert house.do("show running-config section hostname").split() == ["hostname", "other"]
        wait_until(
            lambda: house.command("show running-config section hostname").stdout.split() == ["hostname", "sip1"],
            30.0,
            "the configuration to come back",
        )
        assert not record.exists()
        assert "No Rollback Confirmed Change pending" in house.do("show archive config rollback timer")
        assert house.rows("show archive")[-1]["made_by"] == "rollback"
        assert "not confirmed" in house.log.read_text()


def test_a_server_restarted_after_the_time_rolls_back_at_once(tmp_path: Path) -> None:
    """The whole server is killed; what it comes back to was an unsaved change, so startup-config alone would not do."""
    with House(tmp_path, subscribers=()) as house:
        house.do("configure terminal", "hostname unsaved", "end")
        house.do("configure candidate", "hostname other", "commit confirmed 1 comment in vain", "end")
        record = house.state / "unconfirmed-commit"
        pending = msgspec.json.decode(record.read_bytes())
        house.crash()
        pending["deadline"] = time.time() - 1
        record.write_bytes(msgspec.json.encode(pending))
        house.start()
        wait_until(
            lambda: house.command("show running-config section hostname").stdout.split() == ["hostname", "unsaved"],
            20.0,
            "the configuration to come back",
        )
        assert not record.exists()


def test_ten_thousand_lines_are_committed_within_two_seconds(tmp_path: Path) -> None:
    """From `commit` to its answer, through supervisor and worker, the archive included."""
    with House(tmp_path, subscribers=()) as house:
        lines = [f"domain d{number}.example.com" for number in range(10_000)]
        path = tmp_path / "lines.txt"
        path.write_text("\n".join(["configure candidate", "sip", *lines, "do show clock", "commit", "do show clock"]))
        result = house.sipctl("-f", str(path))
        assert result.returncode == 0, result.stderr
        before, after = (_seconds(line) for line in result.stdout.splitlines() if "UTC" in line)
        print(f"commit of 10,000 lines: {after - before:.3f} s")
        assert after - before <= 2.0
        assert len(running(house)) == 10_001


def _seconds(clock: str) -> float:
    hours, minutes, seconds = clock.split()[0].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
