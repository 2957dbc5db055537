"""The host's interfaces."""

from __future__ import annotations

from pathlib import Path

from support.management import FakeManager, gathered, played


@played
async def test_the_loopback_interface_is_there_with_its_address(tmp_path: Path) -> None:
    rows, result = await gathered(FakeManager(tmp_path).session(privilege=1), "show ip interface brief")
    assert result.code == 0
    assert ("lo", "127.0.0.1", "up") in [(row.interface, row.ip_address, row.status) for row in rows]
