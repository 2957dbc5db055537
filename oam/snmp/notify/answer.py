"""What a host says to an inform: a response, or a report of why it does not take it (RFC 3412 §7.2, RFC 3414 §3.2)."""

from __future__ import annotations

from typing import Final, NamedTuple

from oam.snmp import ber
from oam.snmp.engine import message, reading, usm
from oam.snmp.engine.reading import Malformed, Pdu
from oam.snmp.notify.timeline import Timeline

_REASONS: Final = {
    usm.UNSUPPORTED_LEVEL: "it does not take the user at this security level",
    usm.UNKNOWN_USER: "it does not know the user",
    usm.WRONG_DIGEST: "its authentication key of the user is another",
    usm.DECRYPTION: "its privacy key of the user is another",
}


class Answer(NamedTuple):
    """What came back."""

    status: int | None = None
    """error-status of a response; None: it is a report."""
    late: bool = False
    """Our notion of its clock was wrong, and is right now: send it again."""
    engine_id: bytes = b""
    """The engine that answers; of a report, where it is not the one that was asked."""
    problem: str = ""


class Asked(NamedTuple):
    """What an answer is checked against."""

    id: int
    """request-id, and msgID of version 3."""
    user: usm.User
    level: int
    engine_id: bytes
    """Empty: asked for its ID."""


def of_community(octets: bytes, asked: Asked) -> Answer | None:
    """Return a response of version 2c; None: it is none to what was asked. Raises Malformed."""
    version, at, end = message.envelope(octets)
    if version != message.VERSION_2C:
        return None
    _, at = reading.string(octets, at, end)
    return _response(reading.pdu(octets, at, end), asked)


def of_version_3(octets: bytes, asked: Asked, security: usm.Security, timeline: Timeline) -> Answer | None:
    """Return a response or a report of version 3; None: it is none to what was asked, or not authentic.

    `timeline` learns the clock of an engine that has proved itself. Raises Malformed.
    """
    version, at, end = message.envelope(octets)
    if version != message.VERSION_3:
        return None
    header, at = message.header(octets, at, end)
    level = header.level
    if header.id != asked.id or header.model != usm.MODEL or level is None or level > asked.level:
        return None
    start, stop = reading.inside(octets, at, end, ber.OCTET_STRING)
    sent = usm.parameters(octets, start, stop)
    data = octets[stop:end]
    if level > usm.NO_AUTH:
        if (
            sent.engine_id != asked.engine_id
            or sent.user != asked.user.name
            or not usm.proved(octets, sent, asked.user)
        ):
            return None
        if not timeline.take(sent.boots, sent.seconds):
            return Answer(problem="its clock has gone back: it was set up anew; enter its engine ID again")
        if level == usm.PRIV:
            data = _opened(data, sent, asked.user, security)
    scoped = message.scoped(data, 0)
    pdu = reading.pdu(data, scoped.pdu_at, scoped.end)
    if pdu.tag == reading.REPORT:
        return _report(pdu, sent, level, asked)
    if level != asked.level or asked.engine_id != sent.engine_id:
        return None
    found = _response(pdu, asked)
    return None if found is None else found._replace(engine_id=sent.engine_id)


def _opened(data: bytes, sent: usm.Parameters, user: usm.User, security: usm.Security) -> bytes:
    start, stop = reading.whole(data, 0, len(data), ber.OCTET_STRING)
    try:
        plain = security.opened(user, sent, data[start:stop])
    except usm.Refused as refused:
        raise Malformed(refused.reason[1]) from refused
    return plain[: message.scoped(plain, 0, padded=True).end]


def _response(pdu: Pdu, asked: Asked) -> Answer | None:
    if pdu.tag != reading.RESPONSE or pdu.request_id != ber.integer(asked.id):
        return None
    return Answer(status=pdu.first)


def _report(pdu: Pdu, sent: usm.Parameters, level: int, asked: Asked) -> Answer | None:
    oid = pdu.variables[0][0] if pdu.variables else ()
    reason = oid[len(usm.STATS)] if oid[: len(usm.STATS)] == usm.STATS and len(oid) > len(usm.STATS) else 0
    if reason == usm.NOT_IN_TIME[0]:
        # Unproved it could be anybody's, and would set nothing.
        return Answer(late=True) if level > usm.NO_AUTH else None
    if reason == usm.UNKNOWN_ENGINE[0]:
        return Answer(engine_id=sent.engine_id) if sent.engine_id not in (b"", asked.engine_id) else None
    for (number, _), problem in _REASONS.items():
        if number == reason:
            return Answer(problem=problem)
    return Answer(problem="it reports what it does not say")
