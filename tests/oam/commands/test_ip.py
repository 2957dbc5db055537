"""The host's interfaces and names."""

from __future__ import annotations

from pathlib import Path

from support.management import FakeManager, done, gathered, played

from core.northbound.settings import SipSettings
from oam.config.tree import Configuration


@played
async def test_the_loopback_interface_is_there_with_its_address(tmp_path: Path) -> None:
    rows, result = await gathered(FakeManager(tmp_path).session(privilege=1), "show ip interface brief")
    assert result.code == 0
    assert ("lo", "127.0.0.1", "up") in [(row.interface, row.ip_address, row.status) for row in rows]


@played
async def test_the_default_domain_is_the_first(tmp_path: Path) -> None:
    settings = Configuration(hostname="sip1", sip=SipSettings(domains=("example.com", "example.org")))
    printed = await done(FakeManager(tmp_path, settings).session(privilege=1), ["show hosts"])
    assert printed == ["Default domain is example.com", "Host name is sip1", "Also serves example.org"]


@played
async def test_without_a_domain_it_says_so(tmp_path: Path) -> None:
    printed = await done(FakeManager(tmp_path).session(privilege=1), ["show hosts"])
    assert printed[0] == "Default domain is not set"
