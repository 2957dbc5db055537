"""Name servers, what is known of names, asking for one."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from core.northbound.orders import ClearHost, ListHosts, LookUpHost
from core.northbound.routing_settings import DnsSettings, NameServer
from core.northbound.rows import HostRow
from core.northbound.settings import SipSettings
from oam.commands import dns
from oam.config.tree import Configuration

SRV = HostRow("trunk.example", "udp", "found", "10/0 192.0.2.1 port 5060", 59)
PLAIN = HostRow("gw.example", "", "not-found", "", 5)


@played
async def test_lines_and_what_they_set(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    lines = [
        "ip name-server 192.0.2.53",
        "ip name-server ::1 port 5353",
        "ip domain timeout 3",
        "ip domain cache max 9",
    ]
    await done(session, ["conf t", *lines, "end"])
    expected = DnsSettings((NameServer("192.0.2.53"), NameServer("::1", 5353)), 3, 9)
    assert manager.configuration.running.dns == expected
    shown = await done(session, ["show running-config"])
    assert "ip name-server ::1 port 5353" in shown
    await done(session, ["conf t", "no ip name-server 192.0.2.53", "no ip domain timeout", "end"])
    assert manager.configuration.running.dns == DnsSettings((NameServer("::1", 5353),), 2, 9)


@played
async def test_names_of_the_system_and_names_looked_up(tmp_path: Path) -> None:
    settings = Configuration(
        hostname="sip1", sip=SipSettings(domains=("example.com", "example.org")),
        dns=DnsSettings((NameServer("192.0.2.53"), NameServer("192.0.2.54", 5353))),
    )  # fmt: skip
    manager = FakeManager(tmp_path, settings)
    manager.fake_worker.answers = {ListHosts: [SRV, PLAIN]}
    printed = await done(manager.session(privilege=1), ["show hosts"])
    assert printed == [
        "Default domain is example.com",
        "Host name is sip1",
        "Also serves example.org",
        "Name servers are 192.0.2.53, 192.0.2.54 port 5353",
        "",
        "Host           Service  State      TTL    Address(es)",
        "gw.example     -        not-found  5",
        "trunk.example  udp      found      59     10/0 192.0.2.1 port 5060",
    ]
    _, result = await gathered(manager.session(privilege=1), "show hosts trunk")
    assert manager.fake_worker.orders[-1] == ListHosts("trunk")
    assert result.json["hosts"][1]["ttl_s"] == 59


@played
async def test_without_a_domain_and_without_signalling_it_says_so(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_worker.answers = None
    printed = await done(manager.session(privilege=1), ["show hosts"])
    assert printed == ["Default domain is not set", "Host name is sipctl", "Name servers are those of the system"]


@played
async def test_forgetting(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_worker.counts = {"": 2, "gw.example": 1}
    session = manager.session()
    assert await done(session, ["clear host all", "clear host *"]) == ["2 entries removed", "2 entries removed"]
    assert await done(session, ["clear host gw.example"]) == ["1 entry removed"]
    assert manager.fake_worker.orders[-1] == ClearHost("gw.example")
    _, result = await gathered(session, "clear host other")
    assert result.errors == ["% Nothing is known of other"]


@pytest.mark.parametrize(
    ("line", "asked", "answer", "outcome"),
    [
        ("test dns Trunk.Example", LookUpHost("trunk.example"), SRV, ""),
        ("test dns gw.example port 5060", LookUpHost("gw.example", 5060), PLAIN, "% gw.example has no address"),
        (
            "test dns gw.example transport tcp",
            LookUpHost("gw.example", 0, "tcp"),
            HostRow("gw.example", "tcp", "failed", "", 5),
            "% gw.example could not be looked up: no name server answers",
        ),
        ("test dns localhost", LookUpHost("localhost"), HostRow("localhost", "", "hosts", "127.0.0.1", None), ""),
    ],
)
def test_asking_for_a_name(tmp_path: Path, line: str, asked: LookUpHost, answer: HostRow, outcome: str) -> None:
    @played
    async def scenario() -> None:
        manager = FakeManager(tmp_path)
        manager.fake_worker.answers = {ListHosts: [answer]}
        manager.fake_worker.counts = {asked.host: 1}
        result_rows, result = await gathered(manager.session(), line)
        assert asked in manager.fake_worker.orders
        assert result.errors == ([outcome] if outcome else [])
        assert result_rows == ([] if outcome else [answer])

    scenario()


@played
async def test_a_name_that_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns, "_LONGEST_S", 0.1)
    manager = FakeManager(tmp_path)
    manager.fake_worker.counts = {"gw.example": 1}
    manager.fake_worker.answers = {ListHosts: [HostRow("gw.example", "udp", "asked", "", None)]}
    _, result = await gathered(manager.session(), "test dns gw.example")
    assert result.errors == ["% gw.example is still being looked up"]
