"""Questions to real servers on loopback: SRV, addresses, fail-over, and servers that misbehave."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TypeVar

import pytest
import uvloop
from support.name_server import NameServer

from core.net import dns_query
from core.net.dns_cache import FAILED, FOUND, NOT_FOUND, Found, Place
from core.net.dns_query import DnsClient
from core.northbound.routing_settings import DnsSettings
from core.northbound.routing_settings import NameServer as Record

ZONE = {
    "_sip._udp.trunk.example SRV": ["20 0 5070 b.example.", "10 60 5080 a.example.", "10 40 5081 c.example."],
    "a.example A": ["192.0.2.1"],
    "a.example AAAA": ["2001:db8::1"],
    "b.example A": ["192.0.2.2"],
    "c.example AAAA": ["2001:db8::3"],
    "_sip._tcp.none.example SRV": ["0 0 0 ."],
    "_sip._udp.lost.example SRV": ["0 0 5060 nowhere.example."],
    "alias.example CNAME": ["second.example."],
    "second.example CNAME": ["a.example."],
    "loop.example CNAME": ["loop.example."],
    "empty.example TXT": ["hello"],
}


T = TypeVar("T")


class Bench:
    """Servers, a client of theirs, and a clock that stands still."""

    def __init__(self, *servers: NameServer | Record, timeout_s: float = 0.2) -> None:
        records = tuple(each.record if isinstance(each, NameServer) else each for each in servers)
        self.now = 0.0
        self.questions = 0
        self.client = DnsClient(DnsSettings(records, timeout_s), lambda: self.now, self._count)  # type: ignore[arg-type]

    def _count(self) -> None:
        self.questions += 1


def run(test: Callable[[NameServer], Coroutine[object, object, T]], **attributes: object) -> T:
    """Run a test against a server of ZONE."""

    async def inside() -> T:
        async with NameServer(dict(ZONE)) as server:
            for name, value in attributes.items():
                setattr(server, name, value)
            return await test(server)

    return uvloop.run(inside())


def find(host: str, service: str, **attributes: object) -> tuple[Found, NameServer]:
    async def test(server: NameServer) -> tuple[Found, NameServer]:
        return await Bench(server, timeout_s=1.0).client.find(host, service), server

    return run(test, **attributes)


def test_srv_and_the_addresses_of_its_targets() -> None:
    found, server = find("trunk.example", "udp", ttls={"b.example A": 30})
    assert found == Found(
        FOUND,
        (
            Place(10, 40, 5081, ("2001:db8::3",)),
            Place(10, 60, 5080, ("192.0.2.1", "2001:db8::1")),
            Place(20, 0, 5070, ("192.0.2.2",)),
        ),
        30.0,
    )
    assert server.asked[0] == "_sip._udp.trunk.example SRV"
    assert len(server.asked) == 7


def test_addresses_in_the_additional_section_are_not_asked_for() -> None:
    found, server = find("trunk.example", "udp", additional={"b.example A": ["192.0.2.99"]})
    assert found.places[2].addresses == ("192.0.2.99",)
    assert not [asked for asked in server.asked if asked.startswith("b.")]


def test_with_a_port_only_addresses_are_asked_for() -> None:
    found, server = find("a.example", "")
    assert found == Found(FOUND, (Place(0, 0, 0, ("192.0.2.1", "2001:db8::1")),), 300.0)
    assert sorted(server.asked) == ["a.example A", "a.example AAAA"]


def test_without_srv_the_name_itself_counts_for_as_long_as_that_is_known() -> None:
    found, server = find("a.example", "tcp")
    assert found == Found(FOUND, (Place(0, 0, 0, ("192.0.2.1", "2001:db8::1")),), 7.0)
    assert server.asked[0] == "_sip._tcp.a.example SRV"


@pytest.mark.parametrize(
    ("host", "service", "state"),
    [
        ("none.example", "tcp", NOT_FOUND),
        ("lost.example", "udp", NOT_FOUND),
        ("nowhere.example", "", NOT_FOUND),
        ("empty.example", "", NOT_FOUND),
        ("loop.example", "", FAILED),
        ("x" * 64 + ".example", "", FAILED),
        ("a..example", "udp", FAILED),
    ],
)
def test_names_that_lead_nowhere(host: str, service: str, state: str) -> None:
    found, _ = find(host, service)
    assert (found.state, found.places) == (state, ())
    assert found.ttl_s == (7.0 if state == NOT_FOUND and host != "none.example" else found.ttl_s)


def test_aliases_are_followed_and_the_shortest_ttl_counts() -> None:
    found, _ = find("alias.example", "", ttls={"second.example CNAME": 20})
    assert found == Found(FOUND, (Place(0, 0, 0, ("192.0.2.1", "2001:db8::1")),), 20.0)


def test_a_truncated_answer_is_asked_for_again_over_tcp() -> None:
    found, server = find("a.example", "", truncated={"a.example"})
    assert found.state == FOUND
    assert "a.example A tcp" in server.asked


@pytest.mark.parametrize("fault", ["silent", "junk", "failing"])
def test_a_server_that_misbehaves_is_a_failure_in_time(fault: str) -> None:
    began = time.monotonic()
    found, _ = find("a.example", "", **{fault: {"a.example"}})
    assert found == Found(FAILED)
    assert time.monotonic() - began < 2


def test_one_family_is_enough_and_waits_a_moment_for_the_other() -> None:
    async def test(server: NameServer) -> Found:
        zone_answer = server.answer

        def answer(octets: bytes, tcp: bool) -> bytes:
            found = zone_answer(octets, tcp)
            return b"" if server.asked[-1].endswith("AAAA") else found

        server.answer = answer  # type: ignore[method-assign]
        return await Bench(server, timeout_s=60).client.find("a.example", "")

    assert run(test) == Found(FOUND, (Place(0, 0, 0, ("192.0.2.1",)),), 300.0)


def test_the_second_server_answers_and_the_first_is_asked_last_for_a_while() -> None:
    async def test(second: NameServer) -> None:
        async with NameServer(dict(ZONE)) as first:
            first.silent = {"b.example"}
            bench = Bench(first, second)
            assert (await bench.client.find("b.example", "")).state == FOUND
            first.silent = set()
            first.asked.clear()
            assert (await bench.client.find("a.example", "")).state == FOUND
            assert first.asked == []
            bench.now = 31.0
            assert (await bench.client.find("a.example", "")).state == FOUND
            assert len(first.asked) == 2
            assert bench.questions == 6

    run(test)


def test_the_system_s_servers_are_those_it_has_now(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    monkeypatch.setattr(dns_query, "RESOLV_CONF", path)

    async def test(server: NameServer) -> None:
        monkeypatch.setattr(dns_query, "PORT", server.port)
        bench = Bench()
        assert await bench.client.find("a.example", "") == Found(FAILED)
        path.write_text(f"search example\nnameserver {server.host}\n")
        bench.now = 4.0
        assert await bench.client.find("a.example", "") == Found(FAILED)
        bench.now = 5.0
        assert (await bench.client.find("a.example", "")).state == FOUND
        assert (await bench.client.find("a", "")).state == FOUND
        path.write_text("nameserver junk\n")
        bench.now = 10.0
        assert await bench.client.find("a.example", "") == Found(FAILED)

    run(test)
