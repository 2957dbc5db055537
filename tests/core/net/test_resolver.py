"""Look-ups: answered once, shared, remembered, bounded, in time; one name never waits for another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path

import pytest
import uvloop
from support.fake_engine import fake_slots
from support.name_server import NameServer

from core.effect import TCP, UDP
from core.net import resolver
from core.net.dns_cache import FAILED, FOUND, NOT_FOUND, Found, Place
from core.net.hosts import HostsFile
from core.net.resolver import Resolver
from core.northbound import counters
from core.northbound.routing_settings import DnsSettings
from core.northbound.rows import HostRow

HERE = ("192.0.2.1", 5060)


class Bench:
    """A resolver with a clock of ours, and what it answered."""

    def __init__(
        self, find: Callable[[str, str], Awaitable[Found]] | None, settings: DnsSettings | None = None, hosts: str = ""
    ) -> None:
        self.answers: list[tuple[int, list[tuple[str, int]]]] = []
        self.slots = fake_slots()
        self.now = 0.0
        self.resolver = Resolver(
            lambda token, found: self.answers.append((token, found)), settings or DnsSettings(), self.slots,
            find=find, hosts=HostsFile(Path(hosts or "/nowhere")), clock=lambda: self.now,
        )  # fmt: skip

    async def ask(self, *questions: tuple[int, str, int, int]) -> list[tuple[int, list[tuple[str, int]]]]:
        """Ask all, return the answers in their order."""
        self.answers.clear()
        for question in questions:
            self.resolver.resolve(*question)
        assert self.answers == []
        await self.answered(len(questions))
        return list(self.answers)

    async def answered(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.answers) < count:
                await asyncio.sleep(0.001)

    def counted(self) -> tuple[int, int, int]:
        """Return questions, failures, answers from the cache."""
        return (self.slots[counters.LOOKUPS], self.slots[counters.LOOKUPS_FAILED], self.slots[counters.LOOKUPS_CACHED])


class Names:
    """Finds every name, or what it is told, and remembers what it was asked."""

    def __init__(self, *found: Found) -> None:
        self.found = list(found)
        self.asked: list[tuple[str, str]] = []

    async def __call__(self, host: str, service: str) -> Found:
        self.asked.append((host, service))
        return self.found.pop(0) if self.found else Found(FOUND, (Place(0, 0, 0, ("192.0.2.1",)),), 60.0)


def run(test: Callable[[], Coroutine[object, object, None]]) -> None:
    """Run a test on the worker's kind of loop."""
    uvloop.run(test())


def test_each_question_is_answered_and_names_have_no_case() -> None:
    async def test() -> None:
        names = Names()
        bench = Bench(names)
        answers = await bench.ask((1, "A.example.", 0, UDP), (2, "b.example", 5070, UDP), (3, "a.EXAMPLE", 0, TCP))
        assert sorted(answers) == [(1, [HERE]), (2, [("192.0.2.1", 5070)]), (3, [HERE])]
        assert names.asked == [("a.example", "udp"), ("b.example", ""), ("a.example", "tcp")]

    run(test)


def test_questions_for_one_name_share_a_look_up_and_differ_in_port() -> None:
    async def test() -> None:
        names = Names()
        bench = Bench(names)
        answers = await bench.ask((1, "a", 5070, UDP), (2, "a", 5071, UDP), (3, "a", 5070, TCP))
        assert answers == [(1, [("192.0.2.1", 5070)]), (2, [("192.0.2.1", 5071)]), (3, [("192.0.2.1", 5070)])]
        assert names.asked == [("a", "")]

    run(test)


def test_what_was_found_is_remembered_for_its_ttl() -> None:
    async def test() -> None:
        names = Names()
        bench = Bench(names)
        await bench.ask((1, "a", 0, UDP))
        bench.now = 59.0
        assert await bench.ask((2, "a", 0, UDP)) == [(2, [HERE])]
        assert len(names.asked) == 1
        bench.now = 60.0
        await bench.ask((3, "a", 0, UDP))
        assert len(names.asked) == 2
        assert bench.counted()[1:] == (0, 1)

    run(test)


def test_an_old_answer_serves_while_look_ups_fail() -> None:
    async def test() -> None:
        names = Names(Found(FOUND, (Place(0, 0, 0, ("192.0.2.1",)),), 60.0), Found(FAILED), Found(NOT_FOUND, (), 9.0))
        bench = Bench(names)
        await bench.ask((1, "a", 0, UDP))
        bench.now = 61.0
        assert list(bench.resolver.rows("a")) == [HostRow("a", "udp", "expired", "192.0.2.1", 0)]
        assert await bench.ask((2, "a", 0, UDP)) == [(2, [HERE])]
        bench.now = 95.0
        assert await bench.ask((3, "a", 0, UDP), (4, "a", 0, UDP)) == [(3, []), (4, [])]
        assert await bench.ask((5, "a", 0, UDP)) == [(5, [])]
        assert bench.counted()[1:] == (2, 1)

    run(test)


def test_a_slow_name_delays_no_other_and_is_given_up() -> None:
    async def find(host: str, service: str) -> Found:
        if host == "slow":
            await asyncio.sleep(60)
        return await Names()(host, service)

    async def test() -> None:
        bench = Bench(find, DnsSettings(timeout_s=0))
        bench.resolver.resolve(1, "slow", 0, UDP)
        bench.resolver.resolve(2, "fast", 0, UDP)
        await bench.answered(1)
        assert bench.answers == [(2, [HERE])]
        await bench.answered(2)
        assert bench.answers[1] == (1, [])
        assert bench.counted()[1] == 1

    run(test)


def test_a_fault_of_ours_is_a_failure() -> None:
    async def find(host: str, service: str) -> Found:
        raise RuntimeError("ours")

    async def test() -> None:
        assert await Bench(find).ask((1, "a", 0, UDP)) == [(1, [])]

    run(test)


def test_one_look_up_too_many_is_answered_as_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "MAX_OUTSTANDING", 1)

    async def test() -> None:
        bench = Bench(Names())
        assert sorted(await bench.ask((1, "a", 0, UDP), (2, "b", 0, UDP))) == [(1, [HERE]), (2, [])]
        assert not (bench.resolver.look_up("x", 0, UDP) and bench.resolver.look_up("y", 0, UDP))
        bench.resolver.close()

    run(test)


def test_the_hosts_file_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    path.write_text("127.0.0.9 gw.example\n::9 gw.example\n")

    async def test() -> None:
        names = Names()
        bench = Bench(names, hosts=str(path))
        assert await bench.ask((1, "gw.example", 0, UDP)) == [(1, [("127.0.0.9", 5060), ("::9", 5060)])]
        assert await bench.ask((2, "localhost", 5070, TCP)) == [(2, [("127.0.0.1", 5070), ("::1", 5070)])]
        assert names.asked == []
        assert list(bench.resolver.rows("gw.example")) == [HostRow("gw.example", "", "hosts", "127.0.0.9, ::9", None)]
        assert bench.resolver.look_up("gw.example", 0, UDP)

    run(test)


def test_what_is_known_is_listed_and_forgotten() -> None:
    srv = Found(FOUND, (Place(20, 0, 5070, ("192.0.2.2",)), Place(10, 5, 5080, ("192.0.2.1", "::1"))), 60.0)

    async def test() -> None:
        bench = Bench(Names(srv, Found(NOT_FOUND, (), 5.0), Found(FAILED)))
        await bench.ask((1, "a.example", 0, UDP), (2, "b.example", 5070, UDP), (3, "c", 0, TCP))
        rows = [
            HostRow("a.example", "udp", "found", "10/5 192.0.2.1, ::1 port 5080; 20/0 192.0.2.2 port 5070", 60),
            HostRow("b.example", "", "not-found", "", 5),
        ]
        assert list(bench.resolver.rows("EXAMPLE")) == rows
        assert list(bench.resolver.rows("")) == [*rows, HostRow("c", "tcp", "failed", "", 5)]
        assert bench.resolver.look_up("a.example", 0, UDP)
        assert next(bench.resolver.rows("a.")) == HostRow("a.example", "udp", "asked", "", None)
        assert bench.resolver.forget("B.example") == 1
        assert bench.resolver.forget("") == 2
        bench.resolver.close()

    run(test)


def test_other_servers_are_asked_anew_and_other_bounds_hold_at_once() -> None:
    async def test() -> None:
        async with NameServer({"a.example A": ["192.0.2.1"]}) as one, NameServer({"a.example A": ["192.0.2.2"]}) as two:
            bench = Bench(None, DnsSettings((one.record,)))
            assert await bench.ask((1, "a.example", 5060, UDP)) == [(1, [HERE])]
            bench.resolver.configure(DnsSettings((two.record,)))
            assert await bench.ask((2, "a.example", 5060, UDP)) == [(2, [("192.0.2.2", 5060)])]
            bench.resolver.configure(DnsSettings((two.record,), cache_maximum=1))
            await bench.ask((3, "b.example", 5060, UDP))
            assert [row.host for row in bench.resolver.rows("") if isinstance(row, HostRow)] == ["b.example"]
            assert bench.counted() == (6, 1, 0)
            bench.resolver.close()

    run(test)


def test_all_that_is_known_of_a_name_is_given_without_asking() -> None:
    async def test() -> None:
        places = (Place(10, 0, 5060, ("192.0.2.1", "::1")), Place(20, 0, 5060, ("192.0.2.2",)))
        names = Names(Found(FOUND, places, 60.0), Found(FOUND, (Place(0, 0, 0, ("192.0.2.3",)),), 60.0))
        bench = Bench(names)
        assert bench.resolver.addresses("a.example") == set()
        await bench.ask((1, "a.example", 0, UDP))
        await bench.ask((2, "a.example", 5070, UDP))
        assert bench.resolver.addresses("A.example.") == {"192.0.2.1", "::1", "192.0.2.2", "192.0.2.3"}
        assert len(names.asked) == 2
        bench.resolver.close()

    run(test)
