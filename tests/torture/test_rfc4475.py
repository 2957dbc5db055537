"""RFC 4475: every message gets the verdict of `verdicts.toml`, read alone and sent into an engine."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from support.engine import flow
from support.torture import CALLEE, SENDER, broken, judge, load, make_world, read

from core.wire.address import Address, parse_address
from core.wire.header import ACCEPT, CONTACT, MAX_FORWARDS, ROUTE, SUBJECT, UNSUPPORTED, VIA
from core.wire.limits import Limits
from core.wire.message import Message, parse_message
from core.wire.uri import unescape

HERE = Path(__file__).parent
MESSAGES = HERE.parents[2] / "shared" / "torture"

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


VERDICTS = [Verdict(**row) for row in load(HERE / "verdicts.toml")]


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


@pytest.mark.parametrize("row", VERDICTS, ids=lambda row: row.file)
def test_engine(tmp_path: Path, row: Verdict) -> None:
    """The engine answers, forwards or drops as the table says, and never by accident."""
    world = make_world(tmp_path, row.challenge)
    back, onward = judge(world, row.octets(), row.transport, row.answer)
    if row.answer == "forwarded":
        check_forwarded(row, onward)
    if "unsupported" in row.facts:
        assert ", ".join(parse_message(back[0], Limits()).all(UNSUPPORTED)) == row.facts["unsupported"]


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


def test_a_bare_magic_cookie_identifies_no_transaction(tmp_path: Path) -> None:
    """RFC 4475 §3.2.1: two requests whose branch is the cookie alone are two transactions."""
    world = make_world(tmp_path, False)
    octets = next(row.octets() for row in VERDICTS if row.file == "badbranch")
    for call_id in (b"one", b"two"):
        world.send(octets.replace(b"badbranch.", b"badbranch." + call_id), flow(SENDER))
    assert [message.call_id[:13] for message in world.take(CALLEE)] == ["badbranch.one", "badbranch.two"]
