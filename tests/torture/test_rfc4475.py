"""RFC 4475: every message gets the verdict of `verdicts.toml`, read alone and sent into an engine."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support.engine import CLOSED, LISTENERS, OPEN, World, flow

from core.effect import TCP, UDP
from core.northbound.settings import SipSettings
from core.store.records import Binding, Subscriber
from core.wire.address import Address, parse_address
from core.wire.error import WireError
from core.wire.header import ACCEPT, CONTACT, MAX_FORWARDS, ROUTE, SUBJECT, UNSUPPORTED, VIA
from core.wire.limits import Limits
from core.wire.message import Message, parse_message
from core.wire.uri import unescape

HERE = Path(__file__).parent
MESSAGES = HERE.parents[2] / "shared" / "torture"
SENDER = "192.0.2.200"
CALLEE = flow("192.0.2.99")
ACCESSORS = ("via", "from", "to", "cseq", "uri")

pytestmark = pytest.mark.skipif(
    not MESSAGES.is_dir(), reason="the messages of RFC 4475 are not here (../shared/torture)"
)


class Verdict(NamedTuple):
    """One row of the table; the fields are explained there."""

    file: str
    section: str
    title: str
    verdict: str
    level: str
    answer: int | str
    reason: str
    parse: int = 0
    broken: tuple[str, ...] = ()
    transport: str = "udp"
    challenge: bool = False
    facts: dict[str, str] = {}  # noqa: RUF012 - never changed

    def octets(self) -> bytes:
        """Return the message."""
        return (MESSAGES / f"{self.file}.dat").read_bytes()


def load(name: str) -> list[dict[str, Any]]:
    """Return the rows of a table beside this file."""
    with open(HERE / name, "rb") as file:
        rows: list[dict[str, Any]] = tomllib.load(file)["message"]
    return rows


VERDICTS = [Verdict(**row) for row in load("verdicts.toml")]


def test_every_message_has_a_verdict_and_a_reason() -> None:
    assert sorted(row.file for row in VERDICTS) == sorted(path.stem for path in MESSAGES.glob("*.dat"))
    for row in VERDICTS:
        assert row.reason
        assert row.verdict in ("valid", "invalid")
        assert row.level in ("parse", "proxy", "registrar", "endpoint")
        assert row.verdict == "invalid" or not (row.parse or row.broken)


@pytest.mark.parametrize("row", VERDICTS, ids=lambda row: row.file)
def test_read(row: Verdict) -> None:
    """The parser reads what is valid, and of what is invalid as much as the table says."""
    message = read(row.octets(), row.parse)
    assert broken(message) == list(row.broken)
    for name, value in row.facts.items():
        if name != "unsupported":
            assert fact(message, name) == value.encode().decode("latin-1"), name


@pytest.mark.parametrize("row", [row for row in VERDICTS if not row.parse], ids=lambda row: row.file)
def test_render(row: Verdict) -> None:
    """What was read leaves octet for octet, but for what follows Content-Length."""
    octets = row.octets()
    rendered = parse_message(octets, Limits()).render()
    assert octets.startswith(rendered)
    assert len(rendered) == len(octets) or row.file == "dblreq"


def read(octets: bytes, status: int) -> Message:
    """Read a message that is refused with `status` (0: not refused)."""
    if not status:
        return parse_message(octets, Limits())
    with pytest.raises(WireError) as caught:
        parse_message(octets, Limits())
    assert caught.value.status == status
    message = caught.value.message
    assert isinstance(message, Message)
    return message


def broken(message: Message) -> list[str]:
    """Return the accessors that refuse what they read."""
    calls = {"via": message.via, "from": from_uri(message), "to": to_uri(message), "cseq": message.cseq}
    if message.is_request:
        calls["uri"] = message.uri
    found = []
    for name in ACCESSORS:
        try:
            if name in calls:
                calls[name]()
        except WireError:
            found.append(name)
    return found


def from_uri(message: Message) -> Any:  # noqa: ANN401 - any accessor
    """Return what reads From and its URI."""
    return lambda: message.from_().uri()


def to_uri(message: Message) -> Any:  # noqa: ANN401 - any accessor
    """Return what reads To and its URI."""
    return lambda: message.to().uri()


def fact(message: Message, name: str) -> str:
    """Return one thing read out of `message`, as text."""
    head, _, rest = name.partition(".")
    if head in ("from", "to", "contact") and rest != "count":
        address = {"from": message.from_, "to": message.to}.get(head, lambda: parse_address(message.all(CONTACT)[0]))()
        return address_fact(address, rest)
    if head == "via" and rest != "count":
        return str(getattr(message.via(), rest))
    if head == "uri":
        return unescape(str(getattr(message.uri(), rest))) if rest != "headers" else message.uri().headers
    if rest == "count":
        return str(len(message.all({"via": VIA, "contact": CONTACT, "accept": ACCEPT}[head])))
    number, method = message.cseq()
    return {
        "cseq": f"{number} {method}",
        "method": message.method,
        "status": str(message.status),
        "reason": message.reason,
        "call-id": message.call_id,
        "subject": message.first(SUBJECT),
        "route": message.first(ROUTE),
        "max-forwards": message.first(MAX_FORWARDS),
        "body.octets": str(len(message.body)),
    }[name]


def address_fact(address: Address, name: str) -> str:
    """Return one thing read out of an address."""
    if name.startswith("uri."):
        return address.uri().params[name[4:]]
    plain = {
        "display": address.display,
        "tag": address.tag,
        "tag.octets": str(len(address.tag)),
        "uri": address.uri_text,
        "user": unescape(address.uri().user),
        "port": str(address.uri().port),
        "scheme": address.uri().scheme,
    }
    return plain[name] if name in plain else address.params[name]


DOMAINS = ("example.com", "example.org", "example.net", "company.com", "chair-dnrc.example.com")
USERS = (
    "user", "t.watson", "j_user", "j.user", "vivekg", "joe", "kumiko", "remote-target", "UserB", "watson",
    "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*", "sips:user@example.com", "user;par=u@example.net",
    "null-\x00-null",
)  # fmt: skip


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> World:
    """An engine that serves every domain of the table, and has a contact for every user."""
    row: Verdict = request.node.callspec.params["row"]
    world = World(tmp_path, CLOSED if row.challenge else OPEN, SipSettings(domains=DOMAINS, listeners=LISTENERS))
    for user in USERS:
        world.subscribers.put(Subscriber(user, realm="example.com"))
        contact = Binding(
            "sip:callee@192.0.2.99:5060", 1.0, 2e9, "x", 1, "", 0.0, "udp", LISTENERS[0].name, "192.0.2.99", 5060, False
        )
        world.location.put_bindings(user, [contact])
    return world


@pytest.mark.parametrize("row", VERDICTS, ids=lambda row: row.file)
def test_engine(world: World, row: Verdict) -> None:
    """The engine answers, forwards or drops as the table says, and never by accident."""
    sender = flow(SENDER, transport=TCP if row.transport == "tcp" else UDP)
    world.send(row.octets(), sender)
    back = [octets for to, octets, _ in world.sent if to.host == SENDER]
    onward = [octets for to, octets, _ in world.sent if to.host != SENDER]
    # An answer copies From, To and CSeq as they came, so it may be as broken as the request.
    statuses = [int(octets.split(b" ", 2)[1]) for octets in back]
    if row.answer == "forwarded":
        assert statuses in ([], [100])
        assert len(onward) + len(world.questions) == 1
        check_forwarded(row, onward)
    else:
        assert statuses == ([] if row.answer == "dropped" else [row.answer])
        assert not onward
        assert not world.questions
    if "unsupported" in row.facts:
        assert ", ".join(parse_message(back[0], Limits()).all(UNSUPPORTED)) == row.facts["unsupported"]
    assert world.counter("internal-errors") == 0


def check_forwarded(row: Verdict, onward: list[bytes]) -> None:
    """What is forwarded can be read again and carries the body and the lines that are not ours to change."""
    came = read(row.octets(), row.parse)
    for octets in onward:
        went = parse_message(octets, Limits())
        assert went.body == came.body
        assert "?" not in went.request_uri
        ours = {"via", "v", "route", "record-route", "max-forwards", "content-length", "l"}
        for line in came.lines:
            if line.partition(":")[0].strip().lower() not in ours:
                assert line in went.lines


@pytest.mark.xfail(strict=True, reason="core.transaction.layer takes the bare cookie for a branch of RFC 3261")
@pytest.mark.parametrize("row", [row for row in VERDICTS if row.file == "badbranch"], ids=lambda row: row.file)
def test_a_bare_magic_cookie_identifies_no_transaction(world: World, row: Verdict) -> None:
    """RFC 4475 §3.2.1: two requests whose branch is the cookie alone are two transactions."""
    for call_id in (b"one", b"two"):
        world.send(row.octets().replace(b"badbranch.", b"badbranch." + call_id), flow(SENDER))
    assert [message.call_id[:13] for message in world.take(CALLEE)] == ["badbranch.one", "badbranch.two"]
