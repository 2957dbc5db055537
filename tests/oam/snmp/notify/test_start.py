"""coldStart where the configuration may be another than managers have seen, warmStart where it is the same."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace
from support.management import FakeManager, played
from support.notified import configured
from support.waiting import until

from oam.settings.snmp import SnmpHost
from oam.snmp.notify.start import FILE

HOST = SnmpHost("127.0.0.1", 9)


async def started(state: Path, contact: str = "") -> str:
    """Start and end an agent; return what it told."""
    manager = configured(state, (HOST,), contact=contact)
    async with manager.snmp.served():
        (entry,) = manager.snmp.notifier.log.entries()
    return entry.told.name


@played
async def test_the_first_start_of_a_state_directory_is_cold_and_the_next_warm(tmp_path: Path) -> None:
    assert [await started(tmp_path) for _ in range(3)] == ["coldStart", "warmStart", "warmStart"]


@played
async def test_a_start_with_another_configuration_is_cold(tmp_path: Path) -> None:
    await started(tmp_path)
    assert await started(tmp_path, contact="noc") == "coldStart"
    assert await started(tmp_path, contact="noc") == "warmStart"


@played
async def test_what_was_changed_before_a_restart_is_no_news(tmp_path: Path) -> None:
    manager = configured(tmp_path, (HOST,))
    kept = tmp_path / "snmp" / FILE
    async with manager.snmp.served():
        before = kept.read_text()
        running = manager.configuration.running
        assert await manager.configuration.apply(replace(running, hostname="other"), "test") == []
        await until(lambda: kept.read_text() != before)
        running = manager.configuration.running
    manager = FakeManager(tmp_path, running)
    async with manager.snmp.served():
        assert [each.told.name for each in manager.snmp.notifier.log.entries()] == ["warmStart"]


@played
async def test_boots_that_begin_anew_make_a_start_cold(tmp_path: Path) -> None:
    await started(tmp_path)
    (tmp_path / "snmp" / "boots").unlink()
    assert await started(tmp_path) == "coldStart"
