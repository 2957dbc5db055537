"""Configuration shown, saved and copied."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, done, played

from core.northbound.settings import StatisticsSettings
from oam.config.tree import Configuration
from oam.context import Session
from oam.dispatch import execute

HEADER = re.compile(
    r"Building configuration\.\.\.\n\nCurrent configuration : (\d+) bytes\n!\n"
    r"! Last configuration change at \d\d:\d\d:\d\d UTC \w{3} \w{3} \d\d \d{4} by (\S+)\n!\nversion 1\.0\n!\n"
)


async def text(session: Session, line: str) -> str:
    """Return what a command prints."""
    return "\n".join(await done(session, [line]))


@played
async def test_running_config_has_the_header_that_backup_tools_cut(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session()
    shown = await text(session, "show running-config")
    found = HEADER.match(shown)
    assert found
    assert found[2] == "startup-config"
    assert int(found[1]) == len(shown.partition("bytes\n")[2]) + 1
    assert shown.endswith("\n!\nend")
    await done(session, ["conf t", "hostname sip1", "end"])
    found = HEADER.match(await text(session, "show running-config"))
    assert found
    assert found[2] == "admin"


@played
async def test_running_config_all_and_sections(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session()
    await done(session, ["conf t", "sip", "domain a.b", "end"])
    assert " timer t1 500" in (await text(session, "show running-config all")).splitlines()
    assert await done(session, ["show running-config section sip"]) == ["sip", " domain a.b"]
    assert await done(session, ["show running-config section registrar"]) == []
    assert " timer c 180" in await done(session, ["sh run all sec sip"])
    result = await execute(session, "show running-config section bogus")
    assert result.errors == ["% There is no section bogus"]


@played
async def test_what_statistics_collect(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(session, ["conf t", "statistics", "no collect objects", "destinations maximum 7", "end"])
    assert await done(session, ["show running-config section statistics"]) == [
        "statistics", " no collect objects", " destinations maximum 7",
    ]  # fmt: skip
    assert manager.configuration.running.statistics == StatisticsSettings(False, 7)
    await done(session, ["conf t", "no statistics", "end"])
    assert manager.configuration.running.statistics == StatisticsSettings()


@played
async def test_running_config_for_programs(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session()
    result = await execute(session, "show running-config")
    assert msgspec.convert(result.json, Configuration) == Configuration()
    result = await execute(session, "show running-config section sip")
    assert list(result.json) == ["sip"]


@pytest.mark.parametrize("command", ["write memory", "write", "wr mem", "copy running-config startup-config"])
@played
async def test_saving(tmp_path: Path, command: str) -> None:
    session = FakeManager(tmp_path).session()
    result = await execute(session, "show startup-config")
    assert (result.code, result.errors) == (1, ["% startup-config is not present"])
    await done(session, ["conf t", "hostname sip1", "end"])
    assert await done(session, [command]) == ["Building configuration...", "[OK]"]
    body = "version 1.0\n!\nhostname sip1\n!\nend"
    assert await text(session, "show startup-config") == f"Using {len(body) + 1} bytes\n{body}"
    assert (tmp_path / "startup-config").read_text() == body + "\n"


@played
async def test_copy_to_startup_asks_for_the_destination(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    answers = iter(["", "startup-config", "flash:backup"])
    asked: list[str] = []

    async def ask(prompt: str, secret: bool) -> str:
        asked.append(prompt)
        return next(answers)

    session.ask = ask
    for code in (0, 0, 1):
        assert (await execute(session, "copy running-config startup-config")).code == code
    assert asked == ["Destination filename [startup-config]? "] * 3


@played
async def test_saving_to_a_directory_that_is_gone_is_an_error(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.configuration.startup_path = tmp_path / "gone" / "startup-config"
    result = await execute(manager.session(), "write memory")
    assert result.errors == [
        "% Cannot write startup-config: No such file or directory",
        "% Invalid input detected: nothing was changed.",
    ]


@played
async def test_copy_to_running_merges(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(session, ["conf t", "hostname saved", "sip", "domain a.b", "end", "write"])
    await done(
        session, ["conf t", "hostname changed", "sip", "domain c.d", "end", "copy startup-config running-config"]
    )
    assert manager.configuration.running.hostname == "saved"
    assert manager.configuration.running.sip.domains == ("a.b", "c.d")


@played
async def test_a_faulty_startup_config_is_copied_not_at_all(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    (tmp_path / "startup-config").write_text("hostname x\nbogus\nsip\n timer t1 1\n")
    result = await execute(manager.session(), "copy startup-config running-config")
    assert result.code == 1
    assert result.errors == [
        "% startup-config line 2: invalid input at 'bogus' (in 'bogus')",
        "% startup-config line 4: invalid input at '1': not in the range 10 to 10000 (in 'timer t1 1')",
        "% Invalid input detected: nothing was changed.",
    ]
    assert manager.configuration.running == Configuration()


@played
async def test_a_pasted_running_config_restores_it(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    script = [
        "hostname sip1",
        "sip",
        "domain a.b",
        "no record-route",
        "listener udp 127.0.0.1 port 5060",
        "authentication",
        "no algorithm md5",
        "logging level net debugging",
    ]
    await done(manager.session(), ["conf t", *script, "end"])
    wanted = manager.configuration.running
    shown = (await execute(manager.session(), "show running-config")).text.splitlines()[3:]
    other = FakeManager(tmp_path / "other")
    await done(other.session(batch=False), ["configure terminal", *shown])
    assert other.configuration.running == wanted
    assert other.session().prompt == "sip1#"
