"""Digest on REGISTER, INVITE and other requests (RFC 3261 §22), and who may be whom (requirement U1)."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import CLOSED, LISTENERS, World, flow
from support.phone import Phone, establish

from core.auth.digest import make_ha1, response
from core.northbound.settings import AuthenticationSettings, Relay, SipSettings
from core.wire.credentials import parse_credentials
from core.wire.header import PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, WWW_AUTHENTICATE
from core.wire.message import Message

ALICE = flow("192.0.2.1")
BOB = flow("192.0.2.2")
MALLORY = flow("192.0.2.66")


def make(path: Path, authentication: AuthenticationSettings = CLOSED) -> tuple[World, Phone, Phone]:
    world = World(path, authentication)
    world.subscriber("alice", number="1001")
    world.subscriber("bob")
    world.subscriber("mallory")
    alice, bob = Phone(world, "alice", ALICE), Phone(world, "bob", BOB)
    if authentication.challenge_register:
        for phone in (alice, bob):
            register(phone)
    return world, alice, bob


def credentials(
    challenge: Message,
    method: str,
    uri: str,
    *,
    name: str = "alice",
    password: str = "secret",
    nc: int = 1,
    pick: int = 0,
) -> str:
    """Write the header that answers a 401 or 407; `pick` chooses among its challenges."""
    is_proxy = challenge.status == 407
    value = challenge.all(PROXY_AUTHENTICATE if is_proxy else WWW_AUTHENTICATE)[pick]
    return answer(value, is_proxy, method, uri, name, password, nc)


def answer(value: str, is_proxy: bool, method: str, uri: str, name: str, password: str, nc: int) -> str:
    _, params = parse_credentials(value)
    algorithm, realm, nonce = params["algorithm"], params["realm"], params["nonce"]
    ha1 = make_ha1(name, realm, password)[algorithm.lower()]
    digest = response(ha1, algorithm.lower(), nonce, f"{nc:08x}", "cn", method, uri)
    return (
        f'{"Proxy-Authorization" if is_proxy else "Authorization"}: Digest username="{name}", realm="{realm}", '
        f'nonce="{nonce}", uri="{uri}", response="{digest}", algorithm={algorithm}, cnonce="cn", qop=auth, nc={nc:08x}'
    )


def with_header(text: str, header: str) -> str:
    return text.replace("Content-Length:", f"{header}\nContent-Length:", 1)


def register(phone: Phone, **more: object) -> Message:
    """Register the way phones do: asked, then with credentials."""
    phone.world.send(phone.registration(), phone.place)
    challenge = phone.receive(401)
    header = credentials(challenge, "REGISTER", "sip:example.com", name=phone.name, **more)  # type: ignore[arg-type]
    phone.world.send(with_header(phone.registration(), header), phone.place)
    return phone.world.one(phone.place)


def test_register_is_challenged_strongest_first(tmp_path: Path) -> None:
    world, _, _ = make(tmp_path)
    phone = Phone(world, "alice", flow("192.0.2.3"))
    world.send(phone.registration(), phone.place)
    challenge = phone.receive(401)
    assert [parse_credentials(value)[1]["algorithm"] for value in challenge.all(WWW_AUTHENTICATE)] == ["SHA-256", "MD5"]
    assert challenge.to().tag != ""
    assert world.engine._layer.count() == 2  # what is refused at the door takes no memory


@pytest.mark.parametrize("pick", [0, 1])
def test_either_algorithm_registers(tmp_path: Path, pick: int) -> None:
    world, alice, _ = make(tmp_path)
    assert register(alice, pick=pick).status == 200
    assert [binding.contact for binding in world.location.bindings("alice")] == ["sip:alice@192.0.2.1:5060"]


def test_a_wrong_password_is_challenged_again(tmp_path: Path) -> None:
    world, alice, _ = make(tmp_path)
    assert register(alice, password="wrong").status == 401
    assert world.counter("authentications-refused") == 1


def test_a_call_with_credentials(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    alice.invite()
    challenge = alice.receive(407)
    assert world.take(BOB) == []
    header = credentials(challenge, "INVITE", "sip:bob@example.com")
    alice.invite(extra=(f"Contact: {alice.contact}", header))
    invite = bob.expect("INVITE")
    assert not invite.has(PROXY_AUTHORIZATION)  # §22.3: ours, nobody else's business
    bob.answer(invite, 200)
    alice.receive(100, 200)
    alice.ack()
    bob.expect("ACK")
    bob.inside("BYE")  # inside the dialog nobody is asked again
    alice.answer(alice.expect("BYE"), 200)
    bob.receive(200)
    assert world.counter("authentications-accepted") == 3


def test_other_requests_are_challenged_too(tmp_path: Path) -> None:
    _, alice, bob = make(tmp_path)
    for method in ("MESSAGE", "SUBSCRIBE", "OPTIONS", "PUBLISH", "REFER", "BYE", "FOO"):
        alice.send(method, "sip:bob@example.com")
        challenge = alice.receive(407)
        alice.send(method, "sip:bob@example.com", extra=(credentials(challenge, method, "sip:bob@example.com"),))
        bob.answer(bob.expect(method), 200)
        alice.receive(200)


def test_what_is_not_challenged_passes(tmp_path: Path) -> None:
    open_calls = AuthenticationSettings(realm="example.com", challenge_invite=False, challenge_other=False)
    _, alice, bob = make(tmp_path, open_calls)
    establish(alice, bob)


def test_stale_nonces_are_said_to_be_stale(tmp_path: Path) -> None:
    world, alice, _ = make(tmp_path)
    alice.invite()
    challenge = alice.receive(407)
    world.advance(301)
    alice.invite(extra=(credentials(challenge, "INVITE", "sip:bob@example.com"),))
    value = alice.receive(407).all(PROXY_AUTHENTICATE)[0]
    assert parse_credentials(value)[1]["stale"] == "true"
    alice.invite(extra=(answer(value, True, "INVITE", "sip:bob@example.com", "alice", "secret", 1),))
    alice.receive(100)
    assert world.counter("authentications-stale") == 1


def test_a_replayed_request_is_refused(tmp_path: Path) -> None:
    """RFC 7616 §3.4.6: each nonce count once; also after a restart of the worker."""
    world, alice, bob = make(tmp_path)
    alice.send("MESSAGE", "sip:bob@example.com")
    challenge = alice.receive(407)
    header = credentials(challenge, "MESSAGE", "sip:bob@example.com")
    alice.send("MESSAGE", "sip:bob@example.com", extra=(header,))
    bob.expect("MESSAGE")
    alice.send("MESSAGE", "sip:bob@example.com", extra=(header,))
    alice.receive(407)
    more = credentials(challenge, "MESSAGE", "sip:bob@example.com", nc=2)
    alice.send("MESSAGE", "sip:bob@example.com", extra=(more,))
    bob.expect("MESSAGE")
    world.engine = world.make_engine()
    alice.send("MESSAGE", "sip:bob@example.com", extra=(more,))
    alice.receive(407)


def test_credentials_are_for_one_method_and_one_target(tmp_path: Path) -> None:
    world, alice, _ = make(tmp_path)
    alice.send("MESSAGE", "sip:bob@example.com")
    header = credentials(alice.receive(407), "MESSAGE", "sip:bob@example.com")
    alice.send("MESSAGE", "sip:alice@example.com", extra=(header,))
    alice.receive(407)
    alice.invite(extra=(header,))
    alice.receive(407)
    assert world.take(BOB) == []


def test_nobody_registers_for_another(tmp_path: Path) -> None:
    world, _, _ = make(tmp_path)
    mallory = Phone(world, "alice", MALLORY)
    world.send(mallory.registration(contact="<sip:m@192.0.2.66>"), MALLORY)
    header = credentials(mallory.receive(401), "REGISTER", "sip:example.com", name="mallory")
    world.send(with_header(mallory.registration(contact="<sip:m@192.0.2.66>"), header), MALLORY)
    assert mallory.receive(403).reason == "Identity Not Yours"
    assert [binding.host for binding in world.location.bindings("alice")] == ["192.0.2.1"]
    assert world.counter("identities-refused") == 1


@pytest.mark.parametrize(
    ("caller", "allowed"),
    [
        ("sip:alice@example.com", True),
        ("sip:1001@example.com", True),
        ("tel:1001", True),
        ("sip:alice@192.0.2.10:5060", True),
        ("sip:%61lice@example.com", True),
        ("sip:bob@example.com", False),
        ("sip:alice@example.org", False),
        ("sip:example.com", False),
        ("tel:1002", False),
        ("mailto:alice@example.com", False),
    ],
)
def test_nobody_calls_as_another(tmp_path: Path, caller: str, allowed: bool) -> None:
    world, alice, _ = make(tmp_path)
    alice.aor = caller
    alice.invite()
    header = credentials(alice.receive(407), "INVITE", "sip:bob@example.com")
    alice.invite(extra=(header,))
    alice.receive(100 if allowed else 403)
    assert len(world.take(BOB)) == int(allowed)


def test_the_number_is_a_name_for_calls_and_registrations(tmp_path: Path) -> None:
    world, _, _ = make(tmp_path)
    phone = Phone(world, "1001", flow("192.0.2.3"))
    world.send(phone.registration(), phone.place)
    header = credentials(phone.receive(401), "REGISTER", "sip:example.com")
    world.send(with_header(phone.registration(), header), phone.place)
    phone.receive(200)
    assert len(world.location.bindings("alice")) == 2


def test_a_disabled_subscriber_is_out(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    world.subscriber("alice", number="1001", enabled=False)
    assert register(alice).status == 403
    alice.invite()
    alice.invite(extra=(credentials(alice.receive(407), "INVITE", "sip:bob@example.com"),))
    alice.receive(403)
    bob.send("MESSAGE", "sip:alice@example.com")
    header = credentials(bob.receive(407), "MESSAGE", "sip:alice@example.com", name="bob")
    bob.send("MESSAGE", "sip:alice@example.com", extra=(header,))
    bob.receive(480)
    assert world.take(ALICE) == []


def test_who_does_not_exist_looks_like_who_errs(tmp_path: Path) -> None:
    world, _, _ = make(tmp_path)
    ghost = Phone(world, "ghost", flow("192.0.2.9"))
    assert register(ghost).status == 401
    ghost.invite()
    ghost.invite(extra=(credentials(ghost.receive(407), "INVITE", "sip:bob@example.com", name="ghost"),))
    ghost.receive(407)


def test_a_retransmission_is_challenged_with_the_same_tag(tmp_path: Path) -> None:
    world, alice, _ = make(tmp_path)
    text = alice.invite()
    world.send(text, ALICE)
    first, second = world.take(ALICE)
    assert (first.status, first.to().tag) == (second.status, second.to().tag)
    alice.ack_failure(first)
    assert world.take(BOB) == []


def test_ack_and_cancel_are_not_challenged(tmp_path: Path) -> None:
    _, alice, bob = make(tmp_path)
    alice.invite()
    alice.invite(extra=(credentials(alice.receive(407), "INVITE", "sip:bob@example.com"),))
    invite = bob.expect("INVITE")
    bob.answer(invite, 180)
    alice.receive(100, 180)
    alice.cancel()
    alice.receive(200)
    bob.expect("CANCEL")


def test_a_relay_is_for_authenticated_subscribers(tmp_path: Path) -> None:
    sip = SipSettings(domains=("example.com",), listeners=LISTENERS, relays=(Relay("example.org", "sip:192.0.2.66"),))
    world = World(tmp_path, CLOSED, sip)
    world.subscriber("alice")
    alice = Phone(world, "alice", ALICE)
    alice.send("INVITE", "sip:x@example.org")
    header = credentials(alice.receive(407), "INVITE", "sip:x@example.org")
    assert world.take(MALLORY) == []
    alice.send("INVITE", "sip:x@example.org", extra=(header,))
    assert world.one(MALLORY).method == "INVITE"
