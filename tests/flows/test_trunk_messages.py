"""What happens to messages at a trunk: number formats, header rules, codecs, identities, causes, challenges."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from support.engine import OPEN, World, flow
from support.messages import response
from support.phone import Phone

from core.auth.digest import ACCEPTED, Authenticator, make_ha1
from core.northbound.routing_settings import (
    AnalysisTable,
    CauseMap,
    HeaderRule,
    Member,
    NumberingSettings,
    PrefixEntry,
    RouteGroup,
    Step,
    TranslationRule,
    Trunk,
)
from core.northbound.settings import AuthenticationSettings
from core.routing.causes import read_reason
from core.store.records import Subscriber
from core.wire.credentials import parse_credentials
from core.wire.header import (
    CONTENT_LENGTH,
    DIVERSION,
    P_ASSERTED_IDENTITY,
    P_PREFERRED_IDENTITY,
    PRIVACY,
    PROXY_AUTHORIZATION,
)
from core.wire.message import Message

ALICE = flow("192.0.2.1")
TRUNK = flow("192.0.2.50", 5080)
OTHER = flow("192.0.2.60", 5080)
SDP = (
    "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 0 8 18 101\r\na=rtpmap:18 G729/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
)
CALLED = "+493055501"
CALLER = "+493012345"
LIE = "P-Asserted-Identity: <sip:liar@example.com>"


def make(path: Path, **settings: object) -> tuple[World, Phone, Phone]:
    """Make a world where calls to numbers leave by trunk T, with these settings, or else U; a caller, T's far end."""
    trunk = Trunk("T", addresses=("sip:192.0.2.50:5080",), **settings)  # type: ignore[arg-type]
    world = World(
        path,
        OPEN,
        numbering=NumberingSettings(country_code="49"),
        translation_rules=(
            TranslationRule("HIDE", steps=(Step("calling", "presentation", value="restricted"),)),
            TranslationRule("NAME", steps=(Step("calling", "display-name", value="Zoë"),)),
        ),
        trunks=(trunk, Trunk("U", addresses=("sip:192.0.2.60:5080",))),
        route_groups=(RouteGroup("G", members=(Member("T"), Member("U", 2))),),
        tables=(
            AnalysisTable(
                "default",
                (
                    PrefixEntry("", action="route-group", target="G"),
                    PrefixEntry("4977", translate="HIDE", action="route-group", target="G"),
                    PrefixEntry("4988", translate="NAME", action="route-group", target="G"),
                ),
            ),
        ),
    )
    world.subscriber("alice", number=CALLER)
    return world, Phone(world, CALLER, ALICE), Phone(world, "gw", TRUNK)


def with_body(text: str, body: str) -> str:
    """Give a request that has none a session description."""
    head = f"Content-Type: application/sdp\nContent-Length: {len(body)}\n\n"
    return text.replace("Content-Length: 0\n\n", head) + body


def offer(phone: Phone, callee: str, *extra: str, body: str = "") -> None:
    """Send an INVITE."""
    text = phone.write("INVITE", f"sip:{callee}@example.com", extra=(f"Contact: {phone.contact}", *extra))
    phone.world.send(with_body(text, body) if body else text, phone.place)


def arrived(path: Path, callee: str = CALLED, *extra: str, body: str = "", **settings: object) -> Message:
    """Return what the trunk is sent of a call."""
    _, alice, gateway = make(path, **settings)
    offer(alice, callee, *extra, body=body)
    return gateway.expect("INVITE")


@pytest.mark.parametrize(
    ("form", "callee", "user"),
    [
        ("", CALLED, CALLED),
        ("e164", CALLED, CALLED),
        ("international", CALLED, "00493055501"),
        ("national", CALLED, "03055501"),
        ("national", "+33155501", "0033155501"),
        ("e164", "03055501", CALLED),
        ("national", "4001", "4001"),
    ],
)
def test_called_numbers_are_written_as_the_trunk_wants_them(tmp_path: Path, form: str, callee: str, user: str) -> None:
    message = arrived(tmp_path, callee, called_format=form)
    assert message.request_uri == f"sip:{user}@192.0.2.50:5080"


@pytest.mark.parametrize(("form", "user"), [("", CALLER), ("national", "03012345"), ("international", "00493012345")])
def test_a_trusted_trunk_is_told_the_caller_in_its_format(tmp_path: Path, form: str, user: str) -> None:
    message = arrived(
        tmp_path, CALLED, "P-Preferred-Identity: <sip:x@y>", LIE, trusted=True, calling_format=form
    )  # fmt: skip
    assert message.all(P_ASSERTED_IDENTITY) == [f"<sip:{user}@example.com;user=phone>"]
    assert not message.has(P_PREFERRED_IDENTITY)
    assert message.from_().uri_text == f"sip:{CALLER}@example.com"


def test_a_caller_without_a_number_cannot_assert_another_s(tmp_path: Path) -> None:
    world, _, gateway = make(tmp_path, trusted=True)
    world.subscriber("ann")
    offer(Phone(world, "ann", ALICE), CALLED, LIE)
    assert not gateway.expect("INVITE").has(P_ASSERTED_IDENTITY)


def test_a_trunk_that_is_not_trusted_is_told_nothing(tmp_path: Path) -> None:
    assert not arrived(tmp_path, CALLED, LIE).has(P_ASSERTED_IDENTITY)


def test_a_restricted_presentation_and_a_display_name(tmp_path: Path) -> None:
    message = arrived(tmp_path / "1", "+49775", trusted=True)
    assert message.first(PRIVACY) == "id"
    assert message.has(P_ASSERTED_IDENTITY)
    message = arrived(tmp_path / "2", "+49885", trusted=True)
    assert message.first(P_ASSERTED_IDENTITY).encode("latin-1").startswith('"Zoë" <'.encode())


@pytest.mark.parametrize(("extra", "told"), [((), True), (("Privacy: id",), False), (("Privacy: none",), True)])
@pytest.mark.parametrize("trusted", [True, False])
def test_a_subscriber_hears_what_a_trusted_trunk_asserts_unless_the_caller_wants_privacy(
    tmp_path: Path, extra: tuple[str, ...], told: bool, trusted: bool
) -> None:
    world, _, gateway = make(tmp_path, trusted=trusted, sources=("192.0.2.50/32",))
    world.subscriber("bob")
    bob = Phone(world, "bob", flow("192.0.2.2"))
    bob.register()
    offer(gateway, "bob", "P-Asserted-Identity: <sip:+491@carrier>", *extra)
    assert bob.expect("INVITE").has(P_ASSERTED_IDENTITY) is (told and trusted)


def test_a_redirecting_number_is_written_in_the_format(tmp_path: Path) -> None:
    message = arrived(
        tmp_path, CALLED, "Diversion: <sip:+493077@example.com>;reason=unconditional", calling_format="national"
    )
    assert message.all(DIVERSION) == ["<sip:03077@example.com>;reason=unconditional"]


RULES = (
    HeaderRule("out", "set", "User-Agent", "us"),
    HeaderRule("out", "remove", "Subject"),
    HeaderRule("out", "copy", "X-Caller", "From"),
    HeaderRule("out", "add", "X-Carrier", "one"),
    HeaderRule("in", "set", "X-Way", "in"),
)


def test_header_rules_on_the_way_out(tmp_path: Path) -> None:
    extra = ("User-Agent: phone/1", "Subject: private", "X-Carrier: zero")
    text = arrived(tmp_path, CALLED, *extra, headers=RULES).render().decode()
    assert "User-Agent: us\r\n" in text
    assert "Subject" not in text
    assert f"X-Caller: <sip:{CALLER}@example.com>\r\n" in text
    assert "X-Carrier: zero\r\n" in text
    assert "X-Carrier: one\r\n" in text
    assert "X-Way" not in text


def test_header_rules_on_the_way_in(tmp_path: Path) -> None:
    world, _, gateway = make(tmp_path, headers=RULES, sources=("192.0.2.50/32",))
    world.subscriber("bob")
    bob = Phone(world, "bob", flow("192.0.2.2"))
    bob.register()
    offer(gateway, "bob", "Subject: stays")
    text = bob.expect("INVITE").render().decode()
    assert "X-Way: in\r\n" in text
    assert "Subject: stays\r\n" in text


def test_what_one_trunk_is_sent_does_not_show_at_the_next(tmp_path: Path) -> None:
    world, alice, gateway = make(
        tmp_path, headers=RULES, called_format="national", codecs_permitted=("PCMA",), trusted=True
    )
    offer(alice, CALLED, "Subject: private", body=SDP)
    gateway.answer(gateway.expect("INVITE"), 500)
    gateway.expect("ACK")
    message = Phone(world, "gw2", OTHER).expect("INVITE")
    text = message.render().decode()
    assert message.request_uri == f"sip:{CALLED}@192.0.2.60:5080"
    assert "X-Carrier" not in text
    assert "P-Asserted-Identity" not in text
    assert "Subject: private" in text
    assert message.body.decode() == SDP


def test_codecs_of_an_offer(tmp_path: Path) -> None:
    message = arrived(tmp_path, body=SDP, codecs_permitted=("PCMA",))
    assert "m=audio 4000 RTP/AVP 8 101\r\n" in message.body.decode()
    assert "G729" not in message.body.decode()
    assert message.first(CONTENT_LENGTH) == str(len(message.body))


def test_an_offer_without_any_codec_for_the_trunk_is_refused(tmp_path: Path) -> None:
    world, alice, _ = make(tmp_path, codecs_permitted=("opus",))
    offer(alice, CALLED, body=SDP)
    assert world.take(TRUNK) == []
    alice.receive(100, 488)


def test_an_offer_from_a_trunk_without_any_codec_is_refused(tmp_path: Path) -> None:
    world, _, gateway = make(tmp_path, codecs_permitted=("opus",), sources=("192.0.2.50/32",))
    offer(gateway, "alice", body=SDP)
    assert world.statuses(TRUNK) == [488]


def test_codecs_of_a_later_offer(tmp_path: Path) -> None:
    world, alice, gateway = make(tmp_path, codecs_denied=("G729",))
    offer(alice, CALLED, body=SDP)
    gateway.answer(gateway.expect("INVITE"), 200)
    alice.receive(100, 200)
    alice.ack()
    gateway.expect("ACK")
    routes = tuple(f"Route: {route}" for route in gateway.routes)
    contact = f"Contact: {gateway.contact}"
    text = gateway.write("INVITE", gateway.target, to_tag=gateway.peer_tag, extra=(contact, *routes))
    world.send(with_body(text, SDP), TRUNK)
    again = alice.expect("INVITE")
    assert "m=audio 4000 RTP/AVP 0 8 101\r\n" in again.body.decode()


CAUSES = (CauseMap(404, 410, 22), CauseMap(486, 0, 34))


@pytest.mark.parametrize(
    ("came", "extra", "went", "cause"),
    [
        (404, (), 410, 22),
        (486, (), 486, 34),
        (403, (), 403, 21),
        (403, ("Reason: Q.850;cause=55",), 403, 55),
        (603, (), 603, 21),
    ],
)
def test_causes_of_the_trunk(tmp_path: Path, came: int, extra: tuple[str, ...], went: int, cause: int) -> None:
    _, alice, gateway = make(tmp_path, causes=CAUSES)
    offer(alice, CALLED)
    gateway.answer(gateway.expect("INVITE"), came, extra=extra)
    gateway.expect("ACK")
    assert read_reason(alice.receive(100, went)) == cause


SERVER = Authenticator(b"s" * 32)
SERVER.configure("carrier", AuthenticationSettings(algorithms=("md5", "sha-256")))


def challenge(world: World, stale: bool = False) -> tuple[str, ...]:
    """Write challenges of the trunk's far end."""
    values = SERVER.challenge(stale, world.now, random.Random(len(world.sent)))
    return tuple(f"Proxy-Authenticate: {value}" for value in values)


def test_a_challenge_is_answered_and_the_caller_hears_nothing_of_it(tmp_path: Path) -> None:
    world, alice, gateway = make(tmp_path, username="us", secret="pass", called_format="national")
    offer(alice, CALLED)
    first = gateway.expect("INVITE")
    gateway.answer(first, 407, extra=challenge(world))
    ack, again = world.take(TRUNK)
    assert (ack.method, again.method) == ("ACK", "INVITE")
    assert again.via().branch != first.via().branch
    _, params = parse_credentials(again.first(PROXY_AUTHORIZATION))
    subscriber = Subscriber("us", ha1=make_ha1("us", "carrier", "pass"), realm="carrier")
    assert SERVER.check(params, again, subscriber, world.now) == ACCEPTED
    assert params["algorithm"] == "SHA-256"
    gateway.answer(again, 200)
    alice.receive(100, 200)
    assert world.counter("trunk-challenges-answered") == 1


def test_a_stale_nonce_is_replaced_once(tmp_path: Path) -> None:
    world, alice, gateway = make(tmp_path, username="us", secret="pass")
    offer(alice, CALLED)
    gateway.answer(gateway.expect("INVITE"), 407, extra=challenge(world))
    for _ in range(2):
        last = world.take(TRUNK)[-1]
        assert last.method == "INVITE"
        assert len(last.all(PROXY_AUTHORIZATION)) == 1
        world.send(response(last, 407, extra=challenge(world, True)), TRUNK)
    assert [message.method for message in world.take(TRUNK)] == ["ACK"]
    assert world.counter("trunk-challenges-answered") == 2


def test_credentials_that_are_refused_are_no_fault_of_the_caller(tmp_path: Path) -> None:
    world, alice, gateway = make(tmp_path, username="us", secret="wrong")
    offer(alice, CALLED)
    gateway.answer(gateway.expect("INVITE"), 407, extra=challenge(world))
    world.send(response(world.take(TRUNK)[-1], 407, extra=challenge(world)), TRUNK)
    (message,) = world.take(OTHER)
    assert message.method == "INVITE"
    assert not message.has(PROXY_AUTHORIZATION)


def test_the_challenge_of_a_trunk_without_credentials_goes_back(tmp_path: Path) -> None:
    world, alice, gateway = make(tmp_path)
    offer(alice, CALLED)
    gateway.answer(gateway.expect("INVITE"), 407, extra=challenge(world))
    alice.receive(100, 407)
