"""Sequences of REGISTERs against a model: one dictionary per address-of-record, the rules of RFC 3261 §10.3."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from core.effect import UDP, Flow
from core.northbound.settings import RegistrarSettings
from core.registrar.registrar import register
from core.store.records import Binding
from core.wire.limits import Limits
from core.wire.message import Message, parse_message

FLOW = Flow(UDP, 0, "192.0.2.1", 5060, ("192.0.2.1", 5060))
SETTINGS = RegistrarSettings(contacts_maximum=3, bindings_maximum=4)
OTHERS = 1
"""Bindings of other users."""


@dataclass(frozen=True)
class Request:
    """One REGISTER; `contacts` are (number, expires parameter), None for the wildcard."""

    after_s: int
    call_id: str
    cseq: int
    contacts: tuple[tuple[int, int], ...] | None

    def message(self) -> Message:
        lines = [
            "REGISTER sip:example.com SIP/2.0",
            "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa",
            "From: <sip:ann@example.com>;tag=1",
            "To: <sip:ann@example.com>",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.cseq} REGISTER",
            *[f"Contact: <{uri(number)}>;expires={expires}" for number, expires in self.contacts or ()],
            *(["Contact: *", "Expires: 0"] if self.contacts is None else []),
        ]
        return parse_message(("\r\n".join(lines) + "\r\n\r\n").encode(), Limits())


@dataclass
class Known:
    """What the model knows of one contact."""

    until: int
    call_id: str
    cseq: int
    since: int


def uri(number: int) -> str:
    return f"sip:ann@192.0.2.{number}"


class Model:
    """The registrar said shortly."""

    def __init__(self) -> None:
        self.known: dict[int, Known] = {}

    def apply(self, request: Request, now: int) -> int:
        """Return the status; a request that fails changes nothing."""
        live = {number: known for number, known in self.known.items() if known.until > now}
        stored = len(self.known)
        if request.contacts is None:
            if any(k.call_id == request.call_id and request.cseq <= k.cseq for k in live.values()):
                return 400
            self.known = {}
            return 200
        if not request.contacts:
            return 200
        if len(request.contacts) > SETTINGS.contacts_maximum + len(live):
            return 403
        if any(0 < expires < SETTINGS.expires_minimum_s for _, expires in request.contacts):
            return 423
        after = dict(live)
        for number, expires in request.contacts:
            if number in live and number in after and after[number] is live[number]:
                old = live[number]
                if old.call_id == request.call_id and request.cseq <= old.cseq:
                    return 200 if request.cseq == old.cseq and now - old.since < 32 else 400
            after.pop(number, None)
            if expires:
                after[number] = Known(now + min(expires, 7200), request.call_id, request.cseq, now)
        if len(after) > max(SETTINGS.contacts_maximum, len(live)):
            return 403
        if len(after) > stored and OTHERS + len(after) > SETTINGS.bindings_maximum:
            return 503
        self.known = after
        return 200


CONTACTS = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from([0, 30, 60, 100, 3600, 9999])), max_size=4, unique_by=lambda c: c[0]
).map(tuple)
REQUESTS = st.builds(
    Request,
    after_s=st.sampled_from([0, 1, 31, 32, 100]),
    call_id=st.sampled_from(["c", "d"]),
    cseq=st.integers(1, 6),
    contacts=st.one_of(CONTACTS, st.none()),
)


@settings(max_examples=50, deadline=None)
@given(requests=st.lists(REQUESTS, max_size=12))
def test_the_registrar_does_what_the_model_does(requests: list[Request]) -> None:
    model, bindings, now = Model(), list[Binding](), 1000
    for request in requests:
        now += request.after_s
        outcome = register(
            request.message(), "ann", "ann@h", bindings, SETTINGS, OTHERS + len(bindings), FLOW, "l", float(now)
        )
        assert outcome.status == model.apply(request, now)
        if outcome.bindings is not None:
            assert outcome.status == 200
            bindings = outcome.bindings
        live = {uri(number): known for number, known in model.known.items() if known.until > now}
        assert {b.contact: (b.expires_at, b.call_id, b.cseq) for b in bindings if b.expires_at > now} == {
            contact: (known.until, known.call_id, known.cseq) for contact, known in live.items()
        }
        if outcome.status == 200:
            assert sorted(value for _, value in outcome.headers) == sorted(
                f"<{contact}>;expires={known.until - now}" for contact, known in live.items()
            )


@given(
    contact=st.text(st.characters(max_codepoint=255, blacklist_characters="\r\n"), max_size=60),
    expires=st.text(st.characters(max_codepoint=255, blacklist_characters="\r\n"), max_size=12),
)
def test_no_contact_raises(contact: str, expires: str) -> None:
    lines = Request(0, "c", 1, ()).message()
    octets = "\r\n".join([
        "REGISTER sip:example.com SIP/2.0", *lines.lines, f"Contact: {contact}", f"Expires: {expires}", "", ""
    ])  # fmt: skip
    message = parse_message(octets.encode("latin-1"), Limits())
    outcome = register(message, "ann", "ann@h", [], SETTINGS, 0, FLOW, "l", 0.0)
    assert outcome.status in (200, 400, 403, 423)
