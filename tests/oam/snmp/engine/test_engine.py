"""From datagram to datagram: whatever comes is answered or counted, and the next one is answered."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any, cast

import msgspec
import pytest
from support.management import played
from support.snmp import READ, WRITE, Taken, peer
from support.waiting import until

from oam.settings.access import AccessList, AccessRule
from oam.snmp import ber
from oam.snmp.engine import engine, message, reading, usm
from oam.snmp.engine.access import EVERYTHING, Rights
from oam.snmp.engine.counters import Counters
from oam.snmp.engine.engine import Asker, Engine
from oam.snmp.engine.keys import authentication_key, privacy_key
from oam.snmp.engine.message import VERSION_1, VERSION_2C
from oam.snmp.engine.reading import Pdu
from oam.snmp.engine.responder import Request
from oam.snmp.engine.usm import AUTH, NO_AUTH, PRIV, Clock, Security, User
from oam.snmp.mib import Mib
from oam.snmp.object import WRITE as WRITABLE
from oam.snmp.object import Column, Table
from oam.snmp.oids import Oid
from oam.snmp.syntax import TEXT

OWN = b"\x80\x00\x7e\xd9\x05engine"
TREE = (1, 3, 6, 1, 4, 1, 32473, 9)
NAME = (*TREE, 1, 1, 0)
PHRASE = "authentic-phrase"
NULL = b"\x05\x00"
OUTCOMES = (
    "in_bad_versions",
    "in_bad_community_names",
    "in_asn_parse_errs",
    "unknown_security_models",
    "invalid_msgs",
    "unknown_pdu_handlers",
    "unknown_contexts",
    "unsupported_sec_levels",
    "not_in_time_windows",
    "unknown_user_names",
    "unknown_engine_ids",
    "wrong_digests",
    "decryption_errors",
    "in_get_requests",
    "in_get_nexts",
    "in_get_bulks",
    "in_set_requests",
)
"""Each message moves just one of these."""


class Row(msgspec.Struct, frozen=True):
    name: str = "x"


class Source:
    """Gives a row, when it is let."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.fails = False

    async def __call__(self, _manager: object) -> Sequence[Row]:
        await self.open.wait()
        return (Row(),)


def sealed(name: bytes, authentication: str = "", privacy: str = "") -> User:
    auth_key = authentication_key(PHRASE, authentication, OWN) if authentication else b""
    priv_key = privacy_key(PHRASE, authentication, privacy, OWN) if privacy else b""
    return User(name, authentication, auth_key, privacy, priv_key)


USERS = {each.name: each for each in (sealed(b"open"), sealed(b"auth", "sha-256"), sealed(b"priv", "sha", "aes-128"))}


class Rules:
    """Who may do what (`Access`)."""

    def __init__(self) -> None:
        only = AccessList("some", (AccessRule("permit", "127.0.0.0/8"), AccessRule("permit", "10.0.0.0/8")))
        read = Rights("community", NO_AUTH, only, EVERYTHING)
        self.communities = {READ.encode(): read, WRITE.encode(): read._replace(write=EVERYTHING, access_list=None)}
        self.users = {
            name: Rights(name.decode(), user.level, None, EVERYTHING, EVERYTHING) for name, user in USERS.items()
        }
        self.keys = USERS
        self.strangers: set[str] = set()

    def lets_in(self, address: str) -> bool:
        return address not in self.strangers


class Desk:
    """An engine, and a manager that sits before it."""

    def __init__(self) -> None:
        self.source = Source()
        self.counters = Counters()
        write = Column(1, "exampleName", TEXT, "name", "x", access=WRITABLE, write=lambda row, value: [])
        table = Table((*TREE, 1, 1)[:-1], "exampleGroup", "x", (write,), self.source, lifetime_s=0)
        self.mib = Mib(cast(Any, None), [table])
        self.rules = Rules()
        self.security = Security(OWN, Clock(3), self.counters)
        self.engine = Engine(self.mib, self.counters, self.security, cast(Any, self.rules))
        self.engine.most = 1472
        self.place = Taken()
        self.unproved: list[str] = []
        self.engine.unproved = self.unproved.append

    async def asked(self, octets: bytes, address: str = "127.0.0.1") -> bytes | None:
        """Send a datagram; return the answer, None if there is none when all is done."""
        before = len(self.place.sent)
        self.engine.receive(octets, peer(self.place, address))
        await until(lambda: not self.engine._tasks)
        assert len(self.place.sent) <= before + 1
        return self.place.sent[before] if len(self.place.sent) > before else None

    def moved(self) -> dict[str, int]:
        """Return what was counted, without what everything moves."""
        return {
            field: value
            for field in Counters.__struct_fields__
            if (value := getattr(self.counters, field)) and field not in ("in_pkts", "in_total_req_vars")
        }

    def summed(self) -> int:
        return sum(getattr(self.counters, each) for each in OUTCOMES)

    def version_3(
        self,
        pdu: bytes,
        user: User = USERS[b"priv"],
        level: int | None = None,
        *,
        engine_id: bytes = OWN,
        context: bytes = b"",
        context_engine: bytes = OWN,
        flags: int = message.REPORTABLE,
    ) -> bytes:
        """Return a message of a manager that has our clock."""
        used = user.level if level is None else level
        header = message.headed(4711, used, flags)
        scoped = message.with_scope(context_engine, context, pdu)
        return self.security.sent(header, scoped, user, used, engine_id, 3, self.security.clock.seconds)


@asynccontextmanager
async def desk() -> AsyncGenerator[Desk, None]:
    found = Desk()
    try:
        yield found
    finally:
        await found.engine.close()


def get(tag: int = reading.GET, name: Oid = NAME, value: bytes = NULL, second: int = 0) -> bytes:
    return message.pdu(tag, ber.integer(815), message.variable(name, value), 0, second)


def by(community: str, pdu: bytes, version: int = VERSION_2C) -> bytes:
    return message.with_community(version, community.encode(), pdu)


def told(octets: bytes | None, user: User | None = None) -> Pdu:
    """Return the PDU of an answer."""
    assert octets is not None
    version, at, end = message.envelope(octets)
    if version != message.VERSION_3:
        _, at = reading.string(octets, at, end)
        return reading.pdu(octets, at, end)
    header, at = message.header(octets, at, end)
    assert header.id == 4711
    assert not header.flags & message.REPORTABLE
    start, stop = reading.inside(octets, at, end, ber.OCTET_STRING)
    sent = usm.parameters(octets, start, stop)
    data = octets[stop:end]
    if header.level != NO_AUTH:
        assert user is not None
        assert usm.proved(octets, sent, user)
        assert (sent.engine_id, sent.boots) == (OWN, 3)
    if header.level == PRIV:
        assert user is not None
        start, stop = reading.whole(data, 0, len(data), ber.OCTET_STRING)
        data = Security(OWN, Clock(3), Counters()).opened(user, sent, data[start:stop])
    scoped = message.scoped(data, 0, padded=True)
    return reading.pdu(data, scoped.pdu_at, scoped.end)


VALUE = ber.wrapped(ber.OCTET_STRING, b"x")


@played
async def test_every_version_gets_the_value() -> None:
    async with desk() as it:
        for octets in (by(READ, get()), by(READ, get(), VERSION_1)):
            assert told(await it.asked(octets)).variables == [(NAME, VALUE)]
        for user in USERS.values():
            answer = told(await it.asked(it.version_3(get(), user)), user)
            assert (answer.tag, answer.request_id) == (reading.RESPONSE, ber.integer(815))
            assert answer.variables == [(NAME, VALUE)]
        assert it.moved() == {"in_get_requests": 5, "out_get_responses": 5}
        assert it.counters.in_pkts == it.summed() == 5


@pytest.mark.parametrize(
    ("octets", "counter"),
    [
        (b"", "in_asn_parse_errs"),
        (by(READ, get(), 2), "in_bad_versions"),
        (by(READ, get(), -1), "in_bad_versions"),
        (by(READ, get()) + b"\x00", "in_asn_parse_errs"),
        (by(READ, get(reading.GET_BULK), VERSION_1), "in_asn_parse_errs"),
        (by(READ, get(reading.INFORM)), "unknown_pdu_handlers"),
        (by(READ, get(reading.TRAP)), "unknown_pdu_handlers"),
        (by(READ, get(reading.RESPONSE)), "unknown_pdu_handlers"),
        (by(READ, get(reading.REPORT)), "unknown_pdu_handlers"),
        (by(READ, b"\xa4\x00", VERSION_1), "unknown_pdu_handlers"),
        (by(READ, get(0xAF)), "in_asn_parse_errs"),
        (by("public", get()), "in_bad_community_names"),
        (by("", get()), "in_bad_community_names"),
        (by("public", b"\x00\x01"), "in_bad_community_names"),
    ],
)
def test_what_is_not_answered_is_counted(octets: bytes, counter: str) -> None:
    async def scenario() -> None:
        async with desk() as it:
            assert await it.asked(octets) is None
            assert it.moved() == {counter: 1}
            assert it.unproved == (["127.0.0.1"] if counter == "in_bad_community_names" else [])
            assert told(await it.asked(by(READ, get()))).variables == [(NAME, VALUE)]

    asyncio.run(scenario())


REPORTED: dict[str, Callable[[Desk], bytes]] = {
    "unsupported_sec_levels": lambda it: it.version_3(get(), USERS[b"auth"], NO_AUTH),
    "not_in_time_windows": lambda it: it.security.sent(
        message.headed(4711, AUTH, 4), message.with_scope(OWN, b"", get()), USERS[b"auth"], AUTH, OWN, 2, 0
    ),
    "unknown_user_names": lambda it: it.version_3(get(), User(b"stranger")),
    "unknown_engine_ids": lambda it: it.version_3(get(), engine_id=b"\x80\x00\x00\x00\x05other"),
    "wrong_digests": lambda it: it.version_3(get(), USERS[b"auth"]._replace(authentication_key=b"wrong")),
    "decryption_errors": lambda it: it.version_3(get(), USERS[b"priv"]._replace(privacy_key=b"wrongkey" * 2)),
}
"""Counter of RFC 3414 -> a message that moves it."""


@pytest.mark.parametrize("number", range(1, 7))
def test_who_is_not_let_in_is_told_why(number: int) -> None:
    """RFC 3414 §3.2, RFC 3412 §7.1.3: one variable, the counter."""

    async def scenario() -> None:
        counter, sent = list(REPORTED.items())[number - 1]
        async with desk() as it:
            for times in (1, 2):
                octets = sent(it)
                answer = told(await it.asked(octets), USERS[b"auth"])
                assert answer.tag == reading.REPORT
                assert answer.variables == [((*usm.STATS, number, 0), ber.integer(times, ber.COUNTER32))]
                assert it.moved() == {counter: times}
            # A PDU that can be read lends its request-id.
            encrypted = counter in ("unknown_engine_ids", "decryption_errors")
            assert answer.request_id == ber.integer(0 if encrypted else 815)
            unproved = counter in ("unknown_user_names", "wrong_digests", "decryption_errors")
            assert it.unproved == ["127.0.0.1"] * 2 * unproved

    asyncio.run(scenario())


@played
async def test_who_does_not_want_a_report_gets_none() -> None:
    async with desk() as it:
        assert await it.asked(it.version_3(get(), User(b"stranger"), flags=0)) is None
        assert it.moved() == {"unknown_user_names": 1}


@pytest.mark.parametrize("tag", [reading.REPORT, reading.RESPONSE, reading.TRAP])
def test_reports_are_not_answered_by_reports(tag: int) -> None:
    async def scenario() -> None:
        async with desk() as it:
            assert await it.asked(it.version_3(get(tag), USERS[b"auth"])) is None
            assert it.moved() == {"unknown_pdu_handlers": 1}
            assert await it.asked(it.version_3(get(tag), User(b"stranger"))) is None
            assert it.counters.unknown_user_names == 1

    asyncio.run(scenario())


@played
async def test_other_contexts_and_engines_are_not_served() -> None:
    async with desk() as it:
        user = USERS[b"priv"]
        answer = told(await it.asked(it.version_3(get(), context=b"other")), user)
        assert answer.variables == [(engine.UNKNOWN_CONTEXT, ber.integer(1, ber.COUNTER32))]
        answer = told(await it.asked(it.version_3(get(), context_engine=b"\x80\x00\x00\x00\x05other")), user)
        assert answer.variables == [(engine.UNKNOWN_HANDLER, ber.integer(1, ber.COUNTER32))]
        answer = told(await it.asked(it.version_3(get(reading.INFORM))), user)
        assert answer.variables == [(engine.UNKNOWN_HANDLER, ber.integer(2, ber.COUNTER32))]
        assert it.moved() == {"unknown_contexts": 1, "unknown_pdu_handlers": 2}


@pytest.mark.parametrize(
    ("header", "counter"),
    [
        (ber.integer(1) + ber.integer(1500) + b"\x04\x01\x04" + ber.integer(2), "unknown_security_models"),
        (ber.integer(1) + ber.integer(1500) + b"\x04\x01\x06" + ber.integer(3), "invalid_msgs"),
        (ber.integer(1) + ber.integer(483) + b"\x04\x01\x04" + ber.integer(3), "in_asn_parse_errs"),
        (ber.integer(-1) + ber.integer(1500) + b"\x04\x01\x04" + ber.integer(3), "in_asn_parse_errs"),
        (ber.integer(1) + ber.integer(1500) + b"\x04\x00" + ber.integer(3), "in_asn_parse_errs"),
        (ber.integer(1) + ber.integer(1500) + b"\x04\x02\x04\x04" + ber.integer(3), "in_asn_parse_errs"),
        (ber.integer(1) + ber.integer(1500) + b"\x04\x01\x04" + ber.integer(3) + NULL, "in_asn_parse_errs"),
    ],
)
def test_headers_that_mean_nothing_are_counted(header: bytes, counter: str) -> None:
    async def scenario() -> None:
        async with desk() as it:
            octets = ber.wrapped(ber.SEQUENCE, ber.integer(3) + ber.wrapped(ber.SEQUENCE, header) + b"\x04\x00\x30\x00")
            assert await it.asked(octets) is None
            assert it.moved() == {counter: 1}

    asyncio.run(scenario())


@played
async def test_access_lists_keep_strangers_out(caplog: pytest.LogCaptureFixture) -> None:
    async with desk() as it:
        it.rules.strangers.add("192.0.2.1")
        assert await it.asked(by(READ, get()), "192.0.2.1") is None
        assert it.moved() == {"refused": 1}
        # Another may come in, but not by this community.
        assert await it.asked(by(READ, get()), "192.0.2.2") is None
        assert it.moved() == {"refused": 2, "in_bad_community_names": 1}
        assert it.unproved == ["192.0.2.2"]
        it.rules.users[b"priv"] = it.rules.users[b"priv"]._replace(access_list=AccessList("nobody"))
        assert await it.asked(it.version_3(get())) is None
        assert it.counters.refused == 3
        assert [each.getMessage() for each in caplog.records] == [
            "SNMP: an access list keeps out 192.0.2.1, and perhaps others",
            "SNMP: request of 192.0.2.2 is not authentic (community), and perhaps others",
        ]


@played
async def test_an_answer_keeps_within_what_the_manager_takes() -> None:
    async with desk() as it:
        it.engine.most = 65_507
        header = ber.integer(4711) + ber.integer(484) + b"\x04\x01\x07" + ber.integer(3)
        names = b"".join(message.variable(NAME, NULL) for _ in range(20))
        pdu = message.pdu(reading.GET, ber.integer(815), names)
        octets = it.security.sent(
            ber.integer(3) + ber.wrapped(ber.SEQUENCE, header),
            message.with_scope(OWN, b"", pdu),
            USERS[b"priv"],
            PRIV,
            OWN,
            3,
            it.security.clock.seconds,
        )
        answer = await it.asked(octets)
        assert answer is not None
        assert len(answer) <= 484
        assert (told(answer, USERS[b"priv"]).first, it.counters.out_too_bigs) == (1, 1)


@played
async def test_requests_that_wait_are_bounded() -> None:
    async with desk() as it:
        it.source.open.clear()
        for number in range(engine.OF_ONE_SOURCE + 3):
            it.engine.receive(by(READ, get()), peer(it.place, "10.0.0.1"))
            if number % 2:
                it.engine.receive(by(READ, get()), peer(it.place, f"10.0.1.{number}"))
        assert it.counters.overloads == 3
        for number in range(engine.WAITING):
            it.engine.receive(by(READ, get()), peer(it.place, f"10.0.2.{number}"))
        assert len(it.engine._tasks) == engine.WAITING
        dropped = it.counters.overloads
        it.source.open.set()
        await until(lambda: not it.engine._tasks)
        assert len(it.place.sent) == it.counters.in_get_requests - dropped == engine.WAITING
        assert not it.engine._waiting
        assert told(await it.asked(by(READ, get()))).variables == [(NAME, VALUE)]


@played
async def test_those_that_waited_for_the_same_rows_do_not_hold_up_all_else_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with desk() as it:
        turns = 0
        answered_at: list[int] = []
        answer = it.engine._responder.answered

        def slowly(request: Request) -> bytes | None:
            found = answer(request)
            answered_at.append(turns)
            time.sleep(0.02)
            return found

        async def others() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        monkeypatch.setattr(it.engine._responder, "answered", slowly)
        it.source.open.clear()
        for number in range(5):
            it.engine.receive(by(READ, get()), peer(it.place, f"10.0.0.{number}"))
        other = asyncio.create_task(others())
        it.source.open.set()
        await until(lambda: not it.engine._tasks)
        other.cancel()
        assert len(it.place.sent) == len(answered_at) == 5
        assert all(after - before > 10 for before, after in pairwise(answered_at))


@played
async def test_rows_that_never_come_are_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "ANSWER_S", 0.01)
    async with desk() as it:
        it.source.open.clear()
        assert told(await it.asked(by(READ, get()))).first == 5
        assert it.counters.out_gen_errs == 1
        it.source.open.set()


@played
async def test_a_fault_costs_one_request(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    async with desk() as it:
        monkeypatch.setattr(it.mib, "get", lambda *_: 1 // 0)
        for _ in range(3):
            assert await it.asked(by(READ, get())) is None
        assert it.counters.faults == 3
        assert caplog.text.count("ended by a fault") == 1
        monkeypatch.undo()
        assert told(await it.asked(by(READ, get()))).variables == [(NAME, VALUE)]


@played
async def test_a_set_goes_to_the_writer_with_who_asks() -> None:
    async with desk() as it:
        calls: list[tuple[list[tuple[Oid, bytes]], str, str, int]] = []

        async def write(asked: Sequence[tuple[Oid, bytes]], who: Asker) -> tuple[int, int]:
            calls.append((list(asked), who.rights.name, who.address, who.version))
            return (0, 0) if len(calls) < 3 else (10, 1)

        octets = get(reading.SET, value=VALUE)
        it.engine.set = write
        answer = told(await it.asked(by(WRITE, octets)))
        assert (answer.first, answer.second, answer.variables) == (0, 0, [(NAME, VALUE)])
        answer = told(await it.asked(it.version_3(octets)), USERS[b"priv"])
        assert (answer.first, answer.variables) == (0, [(NAME, VALUE)])
        answer = told(await it.asked(by(WRITE, octets, VERSION_1)))
        assert (answer.first, answer.second) == (3, 1)
        asked = [(NAME, VALUE)]
        assert calls == [
            (asked, "community", "127.0.0.1", 1),
            (asked, "priv", "127.0.0.1", 3),
            (asked, "community", "127.0.0.1", 0),
        ]


@played
async def test_a_set_that_comes_again_is_not_carried_out_again() -> None:
    """Within the time window RFC 3414 alone would take it, from anybody who has recorded it."""
    async with desk() as it:
        written: list[bytes] = []

        async def write(asked: Sequence[tuple[Oid, bytes]], _who: Asker) -> tuple[int, int]:
            written.append(asked[0][1])
            return 0, 0

        it.engine.set = write
        octets = it.version_3(get(reading.SET, value=VALUE))
        assert told(await it.asked(octets), USERS[b"priv"]).first == 0
        assert await it.asked(octets, "10.0.0.1") is None
        assert written == [VALUE]
        assert it.counters.replays == 1
        assert it.counters.in_set_requests == 1
        # One sent anew is another message, and so is each without digest, which anybody could make.
        assert told(await it.asked(it.version_3(get(reading.SET, value=VALUE))), USERS[b"priv"]).first == 0
        plain = it.version_3(get(reading.SET, value=VALUE), USERS[b"open"])
        for _ in range(2):
            assert told(await it.asked(plain), USERS[b"open"]).first == 0
        assert (len(written), it.counters.replays) == (4, 1)


@played
async def test_nothing_is_set_by_who_may_only_read() -> None:
    async with desk() as it:
        octets = get(reading.SET, value=VALUE)
        for version, status in ((VERSION_2C, 6), (VERSION_1, 2)):
            answer = told(await it.asked(by(READ, octets, version)))
            assert (answer.first, answer.second, answer.variables) == (status, 1, [(NAME, VALUE)])
        assert it.counters.in_bad_community_uses == 2
        # Without a writer nothing can be set by anybody.
        assert told(await it.asked(by(WRITE, octets))).first == 17
        assert it.counters.in_bad_community_uses == 2


ANSWERED = {"in_pkts", "out_get_responses"}
READS = {*ANSWERED, "in_total_req_vars"}
SETS = {*ANSWERED, "in_set_requests", "in_total_set_vars"}
LONG = message.variable((*NAME, *range(100)), NULL)
MOVES: dict[str, tuple[set[str], Callable[[Desk], bytes]]] = {
    "in_pkts": ({"in_pkts", "in_asn_parse_errs"}, lambda it: b"\x00"),
    "in_asn_parse_errs": ({"in_pkts"}, lambda it: by(READ, b"")),
    "in_bad_versions": ({"in_pkts"}, lambda it: by(READ, get(), 2)),
    "in_bad_community_names": ({"in_pkts"}, lambda it: by("public", get())),
    "in_bad_community_uses": (SETS, lambda it: by(READ, get(reading.SET))),
    "in_get_requests": (READS, lambda it: by(READ, get())),
    "in_get_nexts": (READS, lambda it: by(READ, get(reading.GET_NEXT, (1, 3)))),
    "in_get_bulks": (READS, lambda it: by(READ, get(reading.GET_BULK, (1, 3)))),
    "in_set_requests": (SETS, lambda it: by(WRITE, get(reading.SET))),
    "in_total_req_vars": ({*READS, "in_get_requests"}, lambda it: by(READ, get())),
    "in_total_set_vars": (SETS, lambda it: by(WRITE, get(reading.SET))),
    "out_get_responses": ({*READS, "in_get_requests"}, lambda it: by(READ, get())),
    "out_no_such_names": ({*READS, "in_get_requests"}, lambda it: by(READ, get(name=(1, 3)), VERSION_1)),
    "out_too_bigs": (
        {*READS, "in_get_requests"},
        lambda it: by(READ, message.pdu(reading.GET, ber.integer(1), LONG * 20)),
    ),
    "silent_drops": (
        {"in_pkts", "in_get_requests", "in_total_req_vars"},
        lambda it: by(READ, message.pdu(reading.GET, ber.integer(1), LONG * 20), VERSION_1),
    ),
    "out_bad_values": (SETS, lambda it: by(WRITE, get(reading.SET, value=b"\x02\x01\x0a"), VERSION_1)),
    "out_gen_errs": (SETS, lambda it: by(WRITE, get(reading.SET, value=b"\x02\x01\x05"))),
    "unknown_pdu_handlers": ({"in_pkts"}, lambda it: by(READ, get(reading.INFORM))),
    "unknown_contexts": ({"in_pkts"}, lambda it: it.version_3(get(), context=b"other")),
    **{name: ({"in_pkts"}, sent) for name, sent in REPORTED.items()},
}
"""Counter -> what moves with it, and a message that moves it."""


@pytest.mark.parametrize("counter", MOVES)
def test_each_counter_is_moved_by_its_event_and_by_nothing_else(counter: str) -> None:
    async def as_told(asked: Sequence[tuple[Oid, bytes]], _who: Asker) -> tuple[int, int]:
        """Answer the error-status that is to be set."""
        value = asked[0][1]
        return value[2] if len(value) > 2 else 0, 1

    async def scenario() -> None:
        beside, sent = MOVES[counter]
        async with desk() as it:
            it.engine.set = as_told
            octets = sent(it)
            values = []
            for _ in range(2):
                await it.asked(octets)
                values.append(
                    {each: value for each in Counters.__struct_fields__ if (value := getattr(it.counters, each))}
                )
            assert values[0].keys() == beside | {counter}
            assert values[1] == {each: 2 * value for each, value in values[0].items()}

    asyncio.run(scenario())


def test_no_counter_is_forgotten() -> None:
    """Those of sockets, of models, of what is refused and dropped are moved above, those of traps in `notify`."""
    above = {"refused", "overloads", "replays", "faults", "unknown_security_models", "invalid_msgs"}
    elsewhere = {"out_pkts", "send_failures", "out_traps", "proxy_drops", "unavailable_contexts"}
    assert set(Counters.__struct_fields__) == MOVES.keys() | above | elsewhere


def mutated(octets: bytes, random_: random.Random) -> bytes:
    """Return a message with a few octets changed, left out or put in."""
    found = bytearray(octets)
    for _ in range(random_.choice((1, 1, 1, 2, 5))):
        at = random_.randrange(len(found))
        match random_.randrange(4):
            case 0:
                found[at] = random_.randrange(256)
            case 1:
                found[at] ^= 1 << random_.randrange(8)
            case 2:
                del found[at : at + random_.randrange(1, 9)]
            case 3:
                found[at:at] = random_.randbytes(random_.randrange(1, 9))
        if not found:
            break
    return bytes(found)


@pytest.mark.parametrize("seed", range(4))
def test_no_octets_do_harm(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    """Each datagram moves one counter, raises nothing, and the agent answers behind it."""

    async def scenario() -> None:
        random_ = random.Random(seed)
        async with desk() as it:
            it.engine.set = _never
            valid = [
                by(READ, get()),
                by(WRITE, get(reading.SET, value=VALUE), VERSION_1),
                by(READ, get(reading.GET_BULK, (1, 3), second=2_000_000_000)),
                *(it.version_3(get(reading.GET_NEXT, (1, 3)), user) for user in USERS.values()),
            ]
            number = 0
            for _ in range(4000):
                match random_.randrange(5):
                    case 0:
                        octets = random_.randbytes(random_.randrange(120))
                    case 1:
                        # Of somebody who is let in.
                        pdu = mutated(get(random_.choice(reading.CONFIRMED), second=9), random_)
                        octets = it.version_3(pdu, random_.choice(list(USERS.values())))
                    case _:
                        octets = mutated(random_.choice(valid), random_)
                it.engine.receive(octets, peer(it.place))
                number += 1
                if not number % 50:
                    await until(lambda: not it.engine._tasks)
            await until(lambda: not it.engine._tasks)
            assert it.counters.faults == 0, caplog.text
            assert it.counters.in_pkts == number == it.summed()
            for octets in it.place.sent:
                message.envelope(octets)
            assert told(await it.asked(it.version_3(get())), USERS[b"priv"]).variables == [(NAME, VALUE)]

    asyncio.run(scenario())


async def _never(_asked: Sequence[tuple[Oid, bytes]], _who: Asker) -> tuple[int, int]:
    return 17, 1


def test_lengths_of_sealed_messages_are_known_before() -> None:
    """What is reckoned around a PDU is never less than what is around it."""
    for user in [*USERS.values(), sealed(b"n" * 32, "sha-512", "des"), sealed(b"", "md5", "aes-256")]:
        security = Security(OWN + b"x" * 21, Clock(2**31 - 2), Counters())
        for size in (0, 100, 130, 300, 65_300):
            pdu = ber.wrapped(reading.RESPONSE, bytes(size))
            scoped = message.with_scope(security.engine_id, b"", pdu)
            octets = security.protected(message.headed(2**31 - 1, user.level), scoped, user, user.level)
            reckoned = 2 * len(security.engine_id) + len(user.name) + engine._digest_octets(user)
            assert len(octets) - len(pdu) <= reckoned + engine._SCOPED_OCTETS
    for size in (0, 130, 65_300):
        pdu = ber.wrapped(reading.RESPONSE, bytes(size))
        octets = message.with_community(VERSION_2C, b"c" * 200, pdu)
        assert len(octets) - len(pdu) <= 200 + engine._COMMUNITY_OCTETS
