"""Where requests may go: Route and Record-Route (RFC 3261 §16.4, §16.6, §16.12), relays, loops, bounds of hops."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import LISTENERS, OPEN, World, flow
from support.phone import Phone, establish, hang_up

from core.northbound.settings import Relay, SipSettings
from core.wire.header import (
    ALLOW,
    MAX_FORWARDS,
    PROXY_AUTHORIZATION,
    RECORD_ROUTE,
    REQUIRE,
    ROUTE,
    UNSUPPORTED,
    VIA,
)

ALICE = flow("192.0.2.1")
BOB = flow("192.0.2.2")
OTHER = flow("192.0.2.66")
RELAYING = SipSettings(
    domains=("example.com",), listeners=LISTENERS, relays=(Relay("example.org", "sip:192.0.2.66:5060"),)
)


def make(path: Path, sip: SipSettings | None = None) -> tuple[World, Phone, Phone]:
    world = World(path, OPEN, sip)
    phones = Phone(world, "alice", ALICE), Phone(world, "bob", BOB)
    for phone in phones:
        world.subscriber(phone.name)
        phone.register()
    return world, *phones


def nothing_went_out(world: World) -> bool:
    return world.take(BOB) == [] and world.take(OTHER) == [] and world.questions == []


# Our own Route; strict routers.


def test_a_strict_router_downstream_gets_the_request_its_way(tmp_path: Path) -> None:
    """§16.6 step 6: its URI becomes the Request-URI, ours goes behind the Routes."""
    _, alice, bob = make(tmp_path)
    establish(alice, bob)
    alice.routes.append("<sip:192.0.2.66:5060;strict>")
    alice.inside("BYE")
    bye = alice.world.one(OTHER)
    assert bye.request_uri == "sip:192.0.2.66:5060;strict"
    assert bye.all(ROUTE) == ["<sip:bob@192.0.2.2:5060>"]


def test_a_strict_router_upstream_is_undone(tmp_path: Path) -> None:
    """§16.4: our Record-Route came as Request-URI; the last Route is the real one. The token counts all the same."""
    world, alice, bob = make(tmp_path)
    establish(alice, bob)
    ours = alice.routes[0].strip("<>")
    for method in ("INFO", "ACK"):
        world.send(alice.write(method, ours, to_tag="bob-tag", extra=(f"Route: <{alice.target}>",)), ALICE)
        came = bob.expect(method)
        assert came.request_uri == "sip:bob@192.0.2.2:5060"
        assert not came.has(ROUTE)


def test_a_strict_router_upstream_and_more_routes(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    establish(alice, bob)
    ours = alice.routes[0].strip("<>")
    extra = (f"Route: <sip:192.0.2.66;lr>, <{alice.target}>",)
    world.send(alice.write("INFO", ours, to_tag="bob-tag", extra=extra), ALICE)
    came = world.one(OTHER)
    assert came.request_uri == "sip:bob@192.0.2.2:5060"
    assert came.all(ROUTE) == ["<sip:192.0.2.66;lr>"]


def test_a_loose_route_behind_ours_is_followed_in_a_dialog(tmp_path: Path) -> None:
    _, alice, bob = make(tmp_path)
    establish(alice, bob)
    alice.routes.append("<sip:192.0.2.66;lr>")
    alice.inside("INFO")
    came = alice.world.one(OTHER)
    assert came.request_uri == "sip:bob@192.0.2.2:5060"
    assert came.all(ROUTE) == ["<sip:192.0.2.66;lr>"]


PLACES = ("192.0.2.10;lr", "example.com;lr", "192.0.2.10:5060;transport=tcp;lr", "x@192.0.2.10")


@pytest.mark.parametrize("place", PLACES)
def test_a_route_to_us_is_taken_off(tmp_path: Path, place: str) -> None:
    """A phone with an outbound proxy."""
    _, alice, bob = make(tmp_path)
    alice.invite(extra=(f"Contact: {alice.contact}", f"Route: <sip:{place}>"))
    assert not bob.expect("INVITE").has(ROUTE)


def test_several_routes_to_us_are_taken_off_together(tmp_path: Path) -> None:
    _, alice, bob = make(tmp_path)
    alice.invite(extra=("Route: <sip:192.0.2.10;lr>, <sip:example.com;lr>", "Route: <sip:192.0.2.10;lr>"))
    assert not bob.expect("INVITE").has(ROUTE)


@pytest.mark.parametrize("route", ["", "x", "<>", "<sip:>", ",", "<sip:192.0.2.10;lr", "sip:192.0.2.10;lr"])
@pytest.mark.parametrize("uri", ["sip:bob@example.com", "sip:192.0.2.10;lr;d=1"])
def test_a_broken_route_is_400(tmp_path: Path, uri: str, route: str) -> None:
    world, alice, _ = make(tmp_path)
    alice.send("MESSAGE", uri, extra=(f"Route: {route}",))
    alice.receive(400)
    assert nothing_went_out(world)


# No open relay.


@pytest.mark.parametrize(
    ("uri", "routes"),
    [
        ("sip:x@192.0.2.66", ()),
        ("sip:x@example.org", ()),
        ("sip:x@192.0.2.66", ("<sip:192.0.2.10;lr>",)),
        ("sip:x@192.0.2.66", ("<sip:192.0.2.10;lr;d=000000000000>",)),
        ("sip:x@192.0.2.66", ("<sip:192.0.2.10;lr>", "<sip:192.0.2.66;lr>")),
        ("sip:192.0.2.10;lr;d=00", ("<sip:x@192.0.2.66>",)),
        ("sip:192.0.2.10;lr", ("<sip:192.0.2.66;lr>", "<sip:x@192.0.2.66>")),
        ("sip:example.com:5099", ()),
    ],
)
@pytest.mark.parametrize("to_tag", ["", "forged"])
def test_a_foreign_domain_is_refused(tmp_path: Path, uri: str, routes: tuple[str, ...], to_tag: str) -> None:
    world, alice, _ = make(tmp_path)
    extra = tuple(f"Route: {route}" for route in routes)
    for method in ("INVITE", "MESSAGE", "BYE", "REGISTER"):
        alice.send(method, uri, extra=extra, to_tag=to_tag)
        assert alice.receive(403).reason == "Relaying Denied"
    alice.send("ACK", uri, extra=extra, to_tag=to_tag)
    assert nothing_went_out(world)
    assert world.counter("relays-refused") == 4
    assert world.engine._layer.count() <= 4


def test_a_second_call_that_cannot_be_told_from_another_is_not_relayed(tmp_path: Path) -> None:
    """It would have no record."""
    world, alice, bob = make(tmp_path, RELAYING)
    alice.send("INVITE", "sip:x@example.org")
    assert alice.receive(100)
    assert world.one(OTHER).method == "INVITE"
    alice.send("INVITE", "sip:y@example.org")
    assert alice.receive(482)
    assert nothing_went_out(world)
    alice.invite()
    assert bob.expect("INVITE")


def test_the_token_of_another_dialog_opens_no_relay(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    establish(alice, bob)
    alice.call_id = "another"
    alice.target = "sip:x@192.0.2.66"
    for method in ("MESSAGE", "INVITE"):
        alice.inside(method)
        alice.receive(403)
    alice.inside("ACK")
    assert nothing_went_out(world)


def test_the_token_of_a_call_that_is_over_admits_no_other(tmp_path: Path) -> None:
    """Who has been in one call, or was only called, could call anybody with it, unasked and unrecorded."""
    world, alice, bob = make(tmp_path)
    establish(alice, bob)
    hang_up(alice, bob)
    for phone in (alice, bob):
        phone.target = "sip:x@192.0.2.66"
        for method in ("INVITE", "MESSAGE", "OPTIONS", "REFER", "UPDATE"):
            phone.inside(method)
            assert world.statuses(phone.place) == [403]
    assert nothing_went_out(world)
    assert len(world.records) == 1


def test_dialogs_that_are_no_calls_go_on_by_their_token(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    alice.peer = "sip:bob@example.com"
    alice.send("SUBSCRIBE", "sip:bob@example.com", extra=(f"Contact: {alice.contact}", "Event: x"))
    came = bob.expect("SUBSCRIBE")
    bob.answer(came, 200)
    routes = tuple(f"Route: {value}" for value in came.all(RECORD_ROUTE))
    alice.receive(200)
    text = bob.write(
        "NOTIFY", "sip:alice@192.0.2.1:5060", callee=alice.aor, call_id=came.call_id, to_tag=alice.tag, extra=routes
    )
    world.send(text, BOB)
    alice.expect("NOTIFY")


@pytest.mark.parametrize(
    ("method", "extra"),
    [("OPTIONS", ()), ("INVITE", ()), ("MESSAGE", ("CSeq: 9 MESSAGE",)), ("MESSAGE", ("Max-Forwards: x",))],
)
def test_the_to_tag_of_a_refusal_opens_no_relay(tmp_path: Path, method: str, extra: tuple[str, ...]) -> None:
    """Anybody is told a To tag: it must not be the token of this Call-ID, nor of one he makes up of the branch."""
    world, alice, _ = make(tmp_path)
    alice.send(method, "sip:192.0.2.10:5060", extra=extra)
    answer = world.one(ALICE)
    tag = answer.to().tag
    assert tag
    for call_id in (answer.call_id, f"{answer.via().branch}|{answer.call_id}"):
        alice.call_id = call_id
        alice.send("NOTIFY", "sip:x@192.0.2.66", extra=(f"Route: <sip:192.0.2.10;lr;d={tag}>",), to_tag="x")
        alice.receive(403)
    assert nothing_went_out(world)


def test_a_preloaded_route_elsewhere_does_not_lead_there(tmp_path: Path) -> None:
    """A request for our own users goes to their contacts, whatever its Route says."""
    world, alice, bob = make(tmp_path)
    alice.invite(extra=("Route: <sip:192.0.2.10;lr>, <sip:192.0.2.66;lr>",))
    invite = bob.expect("INVITE")
    assert not invite.has(ROUTE)
    assert world.take(OTHER) == []


def test_a_relay_says_where_a_foreign_domain_is(tmp_path: Path) -> None:
    world, alice, _ = make(tmp_path, RELAYING)
    alice.peer = "sip:x@example.org"
    alice.send("INVITE", "sip:x@example.org", extra=(f"Contact: {alice.contact}", "Route: <sip:192.0.2.99;lr>"))
    invite = world.one(OTHER)
    assert invite.request_uri == "sip:x@example.org"
    assert invite.all(ROUTE) == ["<sip:192.0.2.66:5060;lr>"]
    other = Phone(world, "x", OTHER, domain="example.org")
    other.routes, other.target, other.peer, other.peer_tag = (
        invite.all(RECORD_ROUTE), "sip:alice@192.0.2.1:5060", alice.aor, alice.tag,
    )  # fmt: skip
    other.call_id = invite.call_id
    other.answer(invite, 200)
    alice.receive(100, 200)
    alice.ack()
    other.expect("ACK")
    other.inside("BYE")
    alice.answer(alice.expect("BYE"), 200)
    other.receive(200)
    assert len(world.records) == 1


@pytest.mark.parametrize("next_hop", ["sip:192.0.2.66;lr", "sip:192.0.2.66"])
def test_a_relay_may_be_written_with_or_without_lr(tmp_path: Path, next_hop: str) -> None:
    sip = SipSettings(domains=("example.com",), listeners=LISTENERS, relays=(Relay("example.org", next_hop),))
    world, alice, _ = make(tmp_path, sip)
    alice.send("MESSAGE", "sip:x@example.org")
    assert world.one(OTHER).all(ROUTE) == ["<sip:192.0.2.66;lr>"]


def test_a_register_is_never_relayed(tmp_path: Path) -> None:
    world, alice, _ = make(tmp_path, RELAYING)
    alice.send("REGISTER", "sip:example.org")
    alice.receive(403)
    assert nothing_went_out(world)


# Names and numbers.


def test_a_tel_uri_is_a_local_number(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    world.subscriber("bob", number="1002")
    for uri in ("tel:1002", "tel:10-02", "tel:1002;phone-context=example.com", "sip:1002@example.com"):
        alice.call_id = uri
        alice.send("INVITE", uri)
        invite = bob.expect("INVITE")
        assert invite.request_uri == "sip:bob@192.0.2.2:5060"
        bob.answer(invite, 486)
        bob.expect("ACK")
        alice.receive(100, 486)


@pytest.mark.parametrize(
    "uri", ["sips:bob@example.com", "mailto:bob@example.com", "urn:service:counseling", "http://example.com"]
)
def test_other_schemes_are_416(tmp_path: Path, uri: str) -> None:
    world, alice, _ = make(tmp_path)
    alice.send("INVITE", uri)
    alice.receive(416)
    assert nothing_went_out(world)


def test_a_contact_loses_what_a_request_uri_may_not_have(tmp_path: Path) -> None:
    """§19.1.1: headers and method."""
    _, alice, bob = make(tmp_path)
    bob.register(contact="*", expires=0)
    bob.register(contact="<sip:bob@192.0.2.2:5060;method=MESSAGE;x=y?Subject=z>")
    alice.invite()
    assert bob.expect("INVITE").request_uri == "sip:bob@192.0.2.2:5060;x=y"


@pytest.mark.parametrize("contact", ["sips:bob@192.0.2.2", "tel:+123", "mailto:b@c"])
def test_a_contact_we_cannot_reach_is_a_failure(tmp_path: Path, contact: str) -> None:
    world, alice, bob = make(tmp_path)
    bob.register(contact="*", expires=0)
    bob.register(contact=f"<{contact}>")
    alice.invite()
    alice.receive(100, 416)
    assert nothing_went_out(world)
    world.advance(40)
    assert world.engine._layer.count() == 0


# Loops and hops.


def test_max_forwards_runs_out(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    alice.invite(max_forwards=0)
    alice.receive(483)
    assert world.counter("loops-detected") == 1
    alice.call_id = "other"
    alice.invite(max_forwards=1)
    assert bob.expect("INVITE").first(MAX_FORWARDS) == "0"


def test_an_ack_without_hops_goes_nowhere(tmp_path: Path) -> None:
    _, alice, bob = make(tmp_path)
    establish(alice, bob)
    alice.ack(max_forwards=0, branch="z9hG4bKmore")
    assert alice.world.take(BOB) == []


def test_max_forwards_is_added_where_it_was_missing(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    text = alice.write("MESSAGE", "sip:bob@example.com").replace("Max-Forwards: 70\n", "")
    world.send(text, ALICE)
    assert bob.expect("MESSAGE").first(MAX_FORWARDS) == "70"


@pytest.mark.parametrize("value", ["256", "-1", "x", "70 70"])
def test_a_broken_max_forwards_is_400(tmp_path: Path, value: str) -> None:
    world, alice, _ = make(tmp_path)
    world.send(alice.write("MESSAGE", "sip:bob@example.com").replace("Forwards: 70", f"Forwards: {value}"), ALICE)
    alice.receive(400)
    assert nothing_went_out(world)


def test_a_loop_is_482(tmp_path: Path) -> None:
    """RFC 5393: what left us comes back and would go the same way."""
    world, alice, bob = make(tmp_path)
    alice.invite()
    invite = bob.expect("INVITE")
    text = invite.render().decode("latin-1").replace("sip:bob@192.0.2.2:5060", "sip:bob@example.com")
    world.send(text.replace("\r\n", "\n"), BOB)
    loop = [message for message in world.take(flow("192.0.2.10")) if not message.is_request]
    assert loop == []  # answered to where it came from, as its Via says
    answer = world.take(BOB)
    assert [message.status for message in answer] == [482]
    assert world.counter("loops-detected") == 1


def test_a_loop_through_a_contact_of_our_own_ends(tmp_path: Path) -> None:
    """A contact that leads back to us spirals once and is then a loop; the caller hears one failure."""
    world, alice, bob = make(tmp_path)
    bob.register(contact="*", expires=0)
    bob.register(contact="<sip:bob@192.0.2.10>")
    alice.invite()
    server = flow("192.0.2.10")
    for _ in range(20):
        for message in world.take(server):
            world.send(message.render(), server)
    assert world.take(ALICE)[-1].status == 482
    assert len(world.records) == 1
    world.advance(300)
    assert world.engine._layer.count() == 0


def test_a_spiral_is_no_loop(tmp_path: Path) -> None:
    """§16.3 step 4: it comes back for somebody else; both passes forward it, and the call is one."""
    world, alice, bob = make(tmp_path)
    invite_text = alice.invite("bob")
    invite = bob.expect("INVITE")
    assert invite_text
    world.subscriber("carol")
    carol = Phone(world, "carol", flow("192.0.2.3"))
    carol.register()
    text = invite.render().decode("latin-1").replace("INVITE sip:bob@192.0.2.2:5060", "INVITE sip:carol@example.com")
    via = invite.lines[0]
    text = text.replace(via, f"Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKspiral\r\n{via}", 1)
    world.send(text.encode("latin-1"), BOB)
    spiral = carol.expect("INVITE")
    assert len(spiral.all(VIA)) == 4
    carol.answer(spiral, 200)
    back = [message for message in world.take(BOB) if message.status == 200]
    assert len(back) == 1
    back[0].remove_first_value(VIA)
    world.send(back[0].render(), BOB)
    alice.receive(100, 200)
    assert (world.counter("calls-attempted"), world.counter("calls-answered"), world.counter("calls")) == (1, 1, 1)


# What a proxy must understand.


def test_proxy_require_is_420(tmp_path: Path) -> None:
    world, alice, _ = make(tmp_path)
    alice.invite(extra=("Proxy-Require: foo, bar",))
    assert alice.receive(420).all(UNSUPPORTED) == ["foo", "bar"]
    assert nothing_went_out(world)


def test_require_is_none_of_our_business_but_in_a_register(tmp_path: Path) -> None:
    _, alice, bob = make(tmp_path)
    alice.invite(extra=("Require: foo",))
    assert bob.expect("INVITE").all(REQUIRE) == ["foo"]
    alice.receive(100)
    alice.world.send(alice.registration().replace("Content-Length", "Require: foo\nContent-Length"), ALICE)
    assert alice.receive(420).all(UNSUPPORTED) == ["foo"]


def test_options_to_the_server_and_through_it(tmp_path: Path) -> None:
    _, alice, bob = make(tmp_path)
    for uri in ("sip:example.com", "sip:192.0.2.10:5060", "sip:192.0.2.10;transport=tcp"):
        alice.send("OPTIONS", uri)
        assert "INVITE" in alice.receive(200).first(ALLOW)
    alice.send("OPTIONS", "sip:bob@example.com")
    bob.answer(bob.expect("OPTIONS"), 200)
    alice.receive(200)


def test_what_is_untouched_leaves_as_it_came(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    odd = ('X-Odd :  a ,b;c = "d"', "Subject:folded\n   over lines", "s: compact", f'{"Warning"}: 399 x "\xe9"')
    text = alice.write("MESSAGE", "sip:bob@example.com", extra=odd)
    world.send(text, ALICE)
    lines = bob.expect("MESSAGE").lines
    for line in odd:
        assert line.replace("\n", "\r\n") in lines


def test_credentials_for_others_stay(tmp_path: Path) -> None:
    _, alice, bob = make(tmp_path)
    value = 'Digest username="x", realm="elsewhere", nonce="n", uri="sip:x", response="00"'
    alice.invite(extra=(f"Proxy-Authorization: {value}",))
    assert bob.expect("INVITE").first(PROXY_AUTHORIZATION) == value


def test_without_record_route_a_call_is_written_when_it_is_answered(tmp_path: Path) -> None:
    """We do not see its BYE: it must not stay in the table."""
    sip = SipSettings(domains=("example.com",), listeners=LISTENERS, record_route=False)
    world, alice, bob = make(tmp_path, sip)
    alice.invite()
    invite = bob.expect("INVITE")
    assert not invite.has(RECORD_ROUTE)
    bob.answer(invite, 200)
    alice.receive(100, 200)
    assert (world.counter("calls"), len(world.records)) == (0, 1)
    assert b'"ended_by":"unseen"' in world.records[0]
