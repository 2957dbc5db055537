"""What can be said of a call afterwards: its legs, and which stage decided what, by which entry, control, trunk."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.engine import CLOSED, LISTENERS, OPEN, World, flow
from support.messages import request, response
from support.phone import Phone, alice_and_bob, establish, hang_up

from core.dialog.call import Call
from core.dialog.trail import TEXT, Attempt, Trail
from core.northbound.call_rows import CallHistoryRow, CallLegRow, CallStageRow, CallTrailRow
from core.northbound.orders import ExplainCall, ListCallHistory
from core.northbound.routing_settings import (
    AnalysisTable,
    CallRate,
    Member,
    NumberingSettings,
    PrefixEntry,
    RouteGroup,
    Step,
    SubscriberGroup,
    TranslationRule,
    Trunk,
)
from core.northbound.settings import CallHistorySettings, SipSettings
from core.northbound.traffic_settings import Control, TrafficSettings
from core.routing.number import Number, Numbers
from core.store.lists import BLACK, WHITE
from core.store.records import ListEntry, Subscriber
from core.wire.header import PROXY_AUTHENTICATE
from core.wire.message import Message

ALICE = flow("192.0.2.1")
ONE, TWO = flow("192.0.2.51"), flow("192.0.2.52")
RULES = (TranslationRule("DROP-9", steps=(Step("called", "delete", 0, count=1),)),)
ENTRIES = (
    PrefixEntry("9", translate="DROP-9", action="route-group", target="PSTN"),
    PrefixEntry("0900", action="reject", target="403"),
)


def trunk(name: str, host: str, **more: object) -> Trunk:
    return Trunk(name, addresses=(f"sip:{host}",), **more)  # type: ignore[arg-type]


def routed(path: Path, **parts: object) -> World:
    """A world whose calls to 9… go to two trunks, one after the other."""
    settings: dict[str, object] = {
        "tables": (AnalysisTable("default", ENTRIES),),
        "translation_rules": RULES,
        "trunks": (trunk("A", ONE.host), trunk("B", TWO.host)),
        "route_groups": (RouteGroup("PSTN", members=(Member("A"), Member("B")), distribution="sequential"),),
        **parts,
    }
    return World(path, OPEN, None, **settings)


def call(world: World, number: str, call_id: str = "c1", source: object = ALICE, **more: object) -> None:
    """Let somebody call a number."""
    text = request(
        "INVITE", f"sip:{number}@example.com", ALICE, call_id=call_id, branch=f"z9hG4bK{call_id}",
        from_tag=f"t{call_id}", callee=f"sip:{number}@example.com", **more,  # type: ignore[arg-type]
    )  # fmt: skip
    world.send(text, source)  # type: ignore[arg-type]


def told(world: World, call_id: str = "c1") -> tuple[CallTrailRow, list[CallLegRow], list[tuple[str, str, str]]]:
    """Return what is known of the newest call with this Call-ID: itself, its legs, its stages."""
    rows = [row for row in world.engine.search(ExplainCall(call_id, explain=True), world.now) if row is not None]
    first = next(row for row in rows if isinstance(row, CallTrailRow))
    legs = [row for row in rows if isinstance(row, CallLegRow) and row.id == first.id]
    stages = [row for row in rows if isinstance(row, CallStageRow) and row.id == first.id]
    return first, legs, [(row.stage, row.object, row.result) for row in stages]


def listed(world: World, **wanted: object) -> list[CallHistoryRow]:
    found: Iterator[object] = world.engine.search(ListCallHistory(**wanted), world.now)  # type: ignore[arg-type]
    return [row for row in found if isinstance(row, CallHistoryRow)]


def fail(world: World, place: object, status: int, extra: tuple[str, ...] = ()) -> None:
    (invite,) = [each for each in taken(world, place) if each.method == "INVITE"]
    world.send(response(invite, status, extra=extra), place)  # type: ignore[arg-type]


def taken(world: World, place: object) -> list[Message]:
    return world.take(place)  # type: ignore[arg-type]


# Calls that were made.


def test_a_call_is_there_while_it_lasts_and_when_it_is_over(tmp_path: Path) -> None:
    world, alice, bob = alice_and_bob(tmp_path)
    alice.invite("bob")
    invite = bob.expect("INVITE")
    world.advance(0.2)
    bob.answer(invite, 180)
    assert told(world, alice.call_id)[0].state == "early"
    world.advance(2.0)
    bob.answer(invite, 200)
    alice.receive(100, 180, 200)
    alice.ack()
    bob.expect("ACK")
    assert [row.state for row in listed(world)] == ["answered"]
    world.advance(60.0)
    hang_up(alice, bob)
    row, (leg,), _ = told(world, alice.call_id)
    assert (row.state, row.ended_by, row.status, row.duration_s) == ("ended", "caller", 200, 60.0)
    assert (row.setup_ms, row.source, row.destination) == (2200.0, "udp:192.0.2.1:5060", "udp:192.0.2.2:5060")
    assert (leg.target, leg.address) == ("sip:bob@192.0.2.2:5060", "udp:192.0.2.2:5060")
    assert (leg.sent_ms, leg.heard_ms, leg.ringing_ms, leg.ended_ms) == (0.0, 200.0, 200.0, 2200.0)
    assert (leg.status, leg.result, leg.resent) == (200, "answered", 0)


def test_a_call_is_found_by_the_id_of_its_record(tmp_path: Path) -> None:
    world, alice, bob = alice_and_bob(tmp_path)
    establish(alice, bob)
    hang_up(alice, bob)
    (row,) = listed(world)
    assert f'"id":"{row.id}"'.encode() in world.records[0]
    assert told(world, row.id)[0].call_id == alice.call_id


def test_each_stage_says_what_it_found(tmp_path: Path) -> None:
    world = routed(tmp_path)
    call(world, "94930")
    fail(world, ONE, 486)
    row, _, stages = told(world)
    assert (row.route_group, row.number, row.call_class) == ("PSTN", "4930", "ordinary")
    assert stages == [
        ("sanity", "", "passed"),
        ("dialog", "", "passed"),
        ("source", "udp:192.0.2.1:5060", "no trunk"),
        ("class", "ordinary", "class"),
        ("load", "", "passed"),
        ("overload", "", "passed"),
        ("domain", "", "passed"),
        ("authentication", "", "not asked for credentials"),
        ("claims", "", "passed"),
        ("lists", "", "passed"),
        ("trunk-limits", "", "passed"),
        ("registrar", "", "passed"),
        ("number-analysis", "table default", "prefix 9: route-group PSTN"),
        ("number-analysis", "translation-rule DROP-9", "called 94930 -> 4930"),
        ("controls", "", "passed"),
        ("targets", "", "passed"),
        ("privacy", "", "passed"),
        ("forward", "", "passed"),
        ("route", "trunk A", "chosen in route group PSTN"),
        ("route", "trunk A", "no other is tried after 486"),
    ]


def test_fail_over_is_seen_leg_by_leg(tmp_path: Path) -> None:
    world = routed(tmp_path)
    call(world, "94930")
    world.advance(0.1)
    fail(world, ONE, 503, extra=("Reason: Q.850;cause=34",))
    world.advance(0.3)
    fail(world, TWO, 404)
    row, legs, stages = told(world)
    assert (row.state, row.status, row.trunk_out) == ("failed", 404, "B")
    assert [(leg.trunk, leg.status, leg.cause, leg.sent_ms, leg.ended_ms) for leg in legs] == [
        ("A", 503, "Q.850;cause=34", 0.0, 100.0),
        ("B", 404, "", 100.0, 400.0),
    ]
    chosen = [(what, result) for stage, what, result in stages if stage == "route"]
    assert chosen == [
        ("trunk A", "chosen in route group PSTN"),
        ("trunk B", "chosen in route group PSTN"),
        ("trunk B", "no other is tried after 404"),
    ]


def test_a_silent_trunk_gave_way_and_its_retransmissions_are_counted(tmp_path: Path) -> None:
    world = routed(tmp_path)
    call(world, "94930")
    world.advance(6.0)
    _, legs, _ = told(world)
    assert (legs[0].status, legs[0].result) == (408, "silent: gave way to the next")
    assert legs[0].resent == len(taken(world, ONE)) - 1 > 0
    assert legs[1].trunk == "B"


def test_timer_b_is_seen(tmp_path: Path) -> None:
    world, alice, _ = alice_and_bob(tmp_path)
    alice.invite("bob")
    world.advance(33.0)
    _, (leg,), _ = told(world, alice.call_id)
    assert (leg.status, leg.result, leg.heard_ms, leg.resent) == (408, "timer B: no answer at all", None, 6)


def test_timer_c_is_seen(tmp_path: Path) -> None:
    world, alice, bob = alice_and_bob(tmp_path)
    alice.invite("bob")
    invite = bob.expect("INVITE")
    bob.answer(invite, 180)
    world.advance(200.0)
    cancel = next(each for each in world.take(bob.place) if each.method == "CANCEL")
    bob.answer(cancel, 200)
    bob.answer(invite, 487)
    _, (leg,), _ = told(world, alice.call_id)
    assert leg.result == "timer C: rang for too long"
    assert leg.cancelled_ms is not None
    assert 180_000.0 <= leg.cancelled_ms <= 181_000.0


def test_a_caller_who_hangs_up_cancels_the_leg(tmp_path: Path) -> None:
    world, alice, bob = alice_and_bob(tmp_path)
    alice.invite("bob")
    invite = bob.expect("INVITE")
    bob.answer(invite, 180)
    world.advance(3.0)
    alice.cancel()
    bob.answer(bob.expect("CANCEL"), 200)
    bob.answer(invite, 487)
    row, (leg,), _ = told(world, alice.call_id)
    assert (row.status, leg.cancelled_ms, leg.result) == (487, 3000.0, "cancelled")


def test_a_bye_that_nobody_answers_is_noted(tmp_path: Path) -> None:
    world, alice, bob = alice_and_bob(tmp_path)
    establish(alice, bob)
    alice.inside("BYE")
    world.advance(40.0)
    assert ("forward", "BYE", "timer F: no answer at all") in told(world, alice.call_id)[2]


def test_a_refusal_that_nobody_acknowledges_is_noted(tmp_path: Path) -> None:
    world, alice, bob = alice_and_bob(tmp_path)
    alice.invite("bob")
    bob.answer(bob.expect("INVITE"), 486)
    world.advance(40.0)
    row, _, stages = told(world, alice.call_id)
    assert ("forward", "timer H", "the caller did not acknowledge the refusal") in stages
    assert row.resent == 10


def test_an_invite_that_came_again_is_counted(tmp_path: Path) -> None:
    world, alice, _ = alice_and_bob(tmp_path)
    text = alice.invite("bob")
    world.send(text, alice.place)
    row = told(world, alice.call_id)[0]
    assert (row.repeats, row.resent) == (1, 1)


# Who was refused, and by what.


def refused(world: World, stage: str) -> tuple[str, str]:
    """Return what the last note of a stage says, of a call that was refused there."""
    row, legs, stages = told(world)
    assert (row.state, legs) == ("refused", [])
    assert stages[-1][0] == stage
    assert stages[-1][1] == "result"
    assert stages[-1][2].startswith(str(row.status))
    return stages[-2][1], stages[-2][2]


BLOCKED: tuple[tuple[str, dict[str, object], str, tuple[str, str]], ...] = (
    (
        "94930",
        {"traffic": TrafficSettings((Control("code-block", "4930"),))},
        "controls",
        ("code-block 4930", "acts on it"),
    ),
    ("0900", {}, "number-analysis", ("table default", "prefix 0900: reject 403")),
    ("55", {}, "number-analysis", ("default", "no entry fits")),
    (
        "9" * 20,
        {"numbering": NumberingSettings(called_maximum=12)},
        "number-analysis",
        ("called", "longer than numbering permits"),
    ),
    (
        "94930",
        {"trunks": (trunk("A", ONE.host, sources=("192.0.2.1",), shutdown=True), trunk("B", TWO.host))},
        "source",
        ("A", "shutdown"),
    ),
)


@pytest.mark.parametrize(("number", "parts", "stage", "why"), BLOCKED)
def test_what_refused_a_call_is_named(
    tmp_path: Path, number: str, parts: dict[str, object], stage: str, why: tuple[str, str]
) -> None:
    world = routed(tmp_path, **parts)
    call(world, number)
    assert refused(world, stage) == why


def test_a_control_that_let_a_call_pass_is_named_too(tmp_path: Path) -> None:
    world = routed(tmp_path, traffic=TrafficSettings((Control("call-gap", "4930", interval_ms=1000),)))
    call(world, "94930")
    assert ("controls", "call-gap 4930", "lets it pass") in told(world)[2]
    call(world, "94930", "c2")
    row, _, stages = told(world, "c2")
    assert (row.state, row.status) == ("refused", 503)
    assert ("controls", "call-gap 4930", "acts on it") in stages


def test_a_trunk_that_may_not_call_is_told_in_our_reason(tmp_path: Path) -> None:
    parts = {"trunks": (trunk("A", ONE.host, sources=("192.0.2.1",), direction="out"), trunk("B", TWO.host))}
    world = routed(tmp_path, **parts)
    call(world, "94930")
    row, _, stages = told(world)
    assert (row.trunk_in, row.reason) == ("A", "No Calls From This Trunk")
    assert stages[-1] == ("source", "result", "403 No Calls From This Trunk")


def test_a_trunk_over_its_rate_is_named(tmp_path: Path) -> None:
    first = trunk("A", ONE.host, sources=("192.0.2.1",), rate=CallRate(1, 1))
    world = routed(tmp_path, trunks=(first, trunk("B", TWO.host)))
    call(world, "94930", "c0")
    call(world, "94930")
    assert refused(world, "trunk-limits") == ("A", "over rate")


def test_trunks_that_are_passed_over_say_why(tmp_path: Path) -> None:
    world = routed(tmp_path, trunks=(trunk("A", ONE.host, shutdown=True), trunk("B", TWO.host)))
    call(world, "94930")
    assert [each for each in told(world)[2] if each[0] == "forward" or each[0] == "route"] == [
        ("forward", "", "passed"),
        ("route", "trunk A", "passed over: shutdown"),
        ("route", "trunk B", "chosen in route group PSTN"),
    ]


def test_a_control_of_routes_is_named(tmp_path: Path) -> None:
    world = routed(tmp_path, traffic=TrafficSettings((Control("cancel-to", "PSTN"),)))
    call(world, "94930")
    row, _, stages = told(world)
    assert row.status == 503
    assert ("route", "cancel-to PSTN", "acts on it") in stages


def test_the_entry_of_a_list_is_named(tmp_path: Path) -> None:
    world = routed(tmp_path)
    world.lists.put_many(BLACK, [ListEntry("called", "94*", 0.0, 0.0, "alice", "fraud")])
    world.engine.sweep(world.now)
    call(world, "94930")
    assert refused(world, "lists") == ("called 94930", "refused by blacklist 94* (fraud)")
    world.lists.put_many(WHITE, [ListEntry("called", "9493*", 0.0)])
    world.engine.sweep(world.now)
    call(world, "94930", "c2")
    assert ("lists", "called 94930", "passes by whitelist 9493*") in told(world, "c2")[2]


def test_a_group_that_calls_too_often_is_named(tmp_path: Path) -> None:
    world = routed(tmp_path, subscriber_groups=(SubscriberGroup("sales", calls_maximum=1),))
    world.subscribers.put(Subscriber("alice", realm="example.com", group="sales"))
    call(world, "94930", "c0")
    call(world, "94930")
    assert refused(world, "controls") == ("subscriber-group sales", "has as many calls as it may")


def test_somebody_who_is_not_there_is_named(tmp_path: Path) -> None:
    world = World(tmp_path, OPEN)
    world.subscriber("bob")
    call(world, "bob")
    assert refused(world, "targets") == ("bob", "is not registered")
    call(world, "carol", "c2")
    assert ("targets", "carol", "is no subscriber and no route leads to him") in told(world, "c2")[2]


def test_a_full_table_is_named(tmp_path: Path) -> None:
    world = World(tmp_path, OPEN, SipSettings(domains=("example.com",), listeners=LISTENERS, max_calls=0))
    call(world, "bob")
    assert refused(world, "load") == ("calls", "the table is full")


def test_wrong_credentials_are_kept_and_challenges_are_not(tmp_path: Path) -> None:
    world = World(tmp_path, CLOSED)
    world.subscriber("alice")
    call(world, "bob")
    assert listed(world) == []
    alice = Phone(world, "alice", ALICE)
    nonce = world.take(ALICE)[0].first(PROXY_AUTHENTICATE)
    assert "nonce=" in nonce
    value = nonce.partition('nonce="')[2].partition('"')[0]
    wrong = (
        f'Proxy-Authorization: Digest username="alice", realm="example.com", nonce="{value}",'
        ' uri="sip:bob@example.com", response="00000000000000000000000000000000", algorithm=MD5'
    )
    alice.invite("bob", call_id="c1", extra=(wrong,))
    assert refused(world, "authentication") == ("alice", "wrong credentials")


# What is kept.


def test_no_password_of_a_uri_is_kept(tmp_path: Path) -> None:
    world = routed(tmp_path)
    for uri in ("sip:94930:hunter2@example.com", "sips:0900:hunter2@example.com"):
        text = request(
            "INVITE",
            uri,
            ALICE,
            call_id=uri[:8],
            branch=f"z9hG4bK{uri[:5]}",
            caller="sip:a:hunter2@example.com",
            callee=uri,
        )
        world.send(text, ALICE)
    fail(world, ONE, 486)
    found = [
        row for name in ("sip:9493", "sips:090") for row in world.engine.search(ExplainCall(name, True), world.now)
    ]
    assert "sip:94930:xxxxxxx@example.com" in repr(found)
    assert "hunter2" not in repr([found, world.records, listed(world)])


def test_a_flood_of_refusals_pushes_out_no_call(tmp_path: Path) -> None:
    world = routed(tmp_path, call_history=CallHistorySettings(5))
    call(world, "94930", "real")
    fail(world, ONE, 486)
    for number in range(20):
        call(world, "0900" if number % 2 else "55", f"f{number}")
    assert [row.call_id for row in listed(world, failed=True)] == ["f19", "f18", "f17", "f16", "f15", "real"]


@pytest.mark.parametrize("number", ["0900" + "1" * 3000, "94444", "nobody" + "x" * 3000])
def test_what_is_kept_of_a_call_does_not_grow_with_what_its_caller_wrote(tmp_path: Path, number: str) -> None:
    world = routed(tmp_path)
    long = "c" + "y" * 5000
    text = request(
        "INVITE", f"sip:{number}@example.com", ALICE, call_id=long, branch="z9hG4bKlong", from_tag="t" * 3000,
        caller=f"sip:{('x' if number == '94444' else '5') * 3000}@example.com", callee=f"sip:{number}@example.com",
    )  # fmt: skip
    world.send(text, ALICE)
    if number.startswith("94"):
        fail(world, ONE, 486, ("Reason: SIP;text=" + "z" * 3000,))
    row, legs, _ = told(world, long)
    assert (len(row.call_id), row.state) == (TEXT, "failed" if legs else "refused")
    assert octets_of([*world.engine.history.calls, *world.engine.history.refused]) < 12_000


def octets_of(root: object) -> int:
    """Add up what is only reached by `root`: texts, containers, and objects of the kinds that a trail is made of."""
    seen: set[int] = set()
    waiting, total = [root], 0
    while waiting:
        item = waiting.pop()
        if id(item) in seen or not isinstance(item, (str, list, tuple, dict, Call, Trail, Attempt, Numbers, Number)):
            continue
        seen.add(id(item))
        total += sys.getsizeof(item)
        waiting += gc.get_referents(item)
    return total


def test_a_smaller_bound_drops_the_oldest_and_none_keeps_nothing(tmp_path: Path) -> None:
    world = routed(tmp_path)
    for number in range(4):
        call(world, "55", f"f{number}")
    world.engine.history.configure(2)
    assert sorted(row.call_id for row in listed(world)) == ["f2", "f3"]
    world.engine.history.configure(0)
    call(world, "94930", "live")
    assert [row.call_id for row in listed(world)] == ["live"]
    assert told(world, "live")[1:] == ([], [])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["c3", "c2", "c1"]),
        ({"number": "4930"}, ["c1"]),
        ({"number": "900"}, ["c2"]),
        ({"trunk": "A"}, ["c1"]),
        ({"trunk": "C"}, []),
        ({"call_id": "c3"}, ["c3"]),
        ({"subscriber": "alice"}, ["c3", "c2", "c1"]),
        ({"subscriber": "carol", "alias": "55"}, ["c3"]),
        ({"since": 1_700_000_015.0}, ["c3"]),
        ({"last": 2}, ["c3", "c2"]),
    ],
)
def test_calls_are_found_by_what_is_known_of_them(tmp_path: Path, wanted: dict[str, object], found: list[str]) -> None:
    world = routed(tmp_path)
    for at, number in enumerate(("94930", "0900", "55"), 1):
        call(world, number, f"c{at}")
        world.advance(10.0)
    assert [row.call_id for row in listed(world, **wanted)] == found


def test_only_calls_that_were_not_answered(tmp_path: Path) -> None:
    world, alice, bob = alice_and_bob(tmp_path)
    establish(alice, bob)
    hang_up(alice, bob)
    call(world, "nobody", "other")
    alice.invite("bob", call_id="rings")
    assert [row.call_id for row in listed(world, failed=True)] == ["other"]


def test_calls_in_progress_are_told_of_after_a_restart_without_a_trail(tmp_path: Path) -> None:
    world, alice, bob = alice_and_bob(tmp_path)
    establish(alice, bob)
    world.engine = world.make_engine()
    world.engine.restore()
    row, legs, stages = told(world, alice.call_id)
    assert (row.state, row.repeats, legs, stages) == ("answered", None, [], [])
