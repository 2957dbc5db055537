"""Overload control of new requests: the stage, what is refused unread, and what follows from a measurement."""

from __future__ import annotations

from typing import Final

from core.effect import NOTICE, SEND, UDP, Flow
from core.northbound import counters
from core.northbound.notices import OverloadBegan, OverloadEnded
from core.northbound.statistics import REFUSED_OVERLOAD
from core.pipeline.analysis import becomes_emergency
from core.pipeline.inbound import Inbound, Services, user_of
from core.policy.bans import FLOOD
from core.policy.overload import CALL, KINDS, PRIORITY, REGISTRATION, Readings
from core.policy.priority import EMERGENCY, ORDINARY
from core.proxy.domain import flow_to
from core.statistics.messages import NUMBER
from core.statistics.row import refuse as refuse_bid
from core.wire import oc
from core.wire.refusal import Sketch, is_invite, refuse, sketch

_SEPARATORS: Final = b"-.()"
_TAG: Final = 2**60 - 1
_CREDENTIALS: Final = b"\r\nProxy-Authorization:"
_INVITE: Final[int] = NUMBER["INVITE"]
_ACK: Final[int] = NUMBER["ACK"]
_MOST_CREDENTIALS: Final = 4
"""Header fields with credentials that are looked at: elements before us may ask for some too."""


def overload(services: Services, inbound: Inbound) -> bool:
    """Refuse new requests by class while there are too many: emergency calls above the hard cap, none in a dialog."""
    if inbound.in_dialog:
        return True
    control = services.overload
    kind = _kind_of(inbound)
    if not control.is_limiting:
        control.note(kind)
        return True
    is_exempt = inbound.priority == EMERGENCY
    if not is_exempt and not control.admit(kind, _is_favoured(services, inbound, kind), inbound.now):
        is_exempt = becomes_emergency(services, inbound)
        if not is_exempt:
            services.slots[counters.OVERLOAD_REFUSED] += 1
            services.note("overload", "holds back what is too much")
            services.bans.offence(inbound.flow, FLOOD, inbound.now)
            return services.refuse(inbound, 503, "", _retry_after(services), REFUSED_OVERLOAD)
    if _below_cap(services, inbound, is_exempt):
        return True
    services.slots[counters.HARD_CAP_REFUSED] += 1
    services.note("overload", "the hard cap is reached")
    return services.refuse(inbound, 503, "", _retry_after(services), REFUSED_OVERLOAD)


def _below_cap(services: Services, inbound: Inbound, is_exempt: bool) -> bool:
    if is_exempt:
        return services.overload.admit_exempt(inbound.now)
    return inbound.message.method != "INVITE" or services.overload.below_cap(inbound.now)


def _kind_of(inbound: Inbound) -> int:
    method = inbound.message.method
    if method == "REGISTER":
        return REGISTRATION
    # Who asks by OPTIONS whether we are there would take a refusal for no.
    return CALL if inbound.priority == ORDINARY and method != "OPTIONS" else PRIORITY


def _is_favoured(services: Services, inbound: Inbound, kind: int) -> bool:
    """Tell whether refusing this would waste what was done: a challenge answered, a binding kept, calls held back.

    Only what a sender cannot just say counts: anybody can write credentials, and ask for feedback from many addresses.
    Whether a challenge is answered rightly costs more to find out and is seen later: who has been challenged, and so
    receives what we send, may use that once.
    """
    message = inbound.message
    if kind == REGISTRATION:
        return bool(services.location.bindings(user_of(message.to().uri())))
    if services.authenticator.is_answered(message, inbound.wall):
        return True
    return ";oc" in inbound.via.text and _obeys(services, inbound.flow.host)


def _obeys(services: Services, host: str) -> bool:
    """Tell whether an address is a trunk's that keeps back what it was told to."""
    trunks = services.trunks
    return trunks.has_sources and trunks.by_source(host) is not None and services.feedback.obeys(host)


def _retry_after(services: Services) -> list[tuple[str, str]] | None:
    bounds = services.settings.traffic.overload.retry_after
    if bounds.maximum_s == 0:
        # RFC 7339 §5.10.2: it would turn the upstream element away altogether.
        return None
    seconds = services.random.randint(bounds.minimum_s, bounds.maximum_s)
    return [("Retry-After", str(seconds))]


def tell(services: Services, line: str, flow: Flow, method: str, in_dialog: bool, now: float) -> str:
    """Return the top Via line of a request from an element that asks for feedback, with the word for it.

    All responses to the request take it from there, those passed on too: each element returns the Via lines as they
    came. A word that comes late is known by its sequence (RFC 7339 §4.4).
    """
    algorithm = oc.offered(line)
    if algorithm < 0:
        return line
    if method == "INVITE" and not in_dialog:
        services.feedback.note(flow.host, now)
    services.slots[counters.FEEDBACK_SENT] += 1
    return oc.answered(line, services.feedback.word(flow.host, algorithm))


def shed(services: Services, data: bytes, flow: Flow, now: float) -> bool:
    """While overloaded: deal with a datagram that need not be read; True when that is done.

    An INVITE for which there is no room is answered from its octets, or at level 3 dropped; the ACK of such an answer
    ends here. What may be exempt is read as far as the hard cap has room for it. What answers a challenge of ours, what
    belongs to a transaction and what is written unusually is read as always.
    """
    if data.startswith(b"ACK "):
        if data.find(b";tag=" + services.boot.encode("ascii") + b"-") < 0:
            return False
        services.slots[counters.ACK_RECEIVED] += 1
        services.layer.messages.received(_ACK)
        return True
    if flow.transport != UDP or not is_invite(data):
        return False
    control = services.overload
    exempt = _may_be_exempt(services, data)
    if control.may_read(now) if exempt else control.would_admit(now):
        return False
    found = sketch(data)
    if found is None or f"{found.branch}|{found.sent_by}" in services.layer.servers:
        return False
    asks = b";oc" in found.top
    if not exempt and (_may_answer(services, data, now) or (asks and _obeys(services, flow.host))):
        return False
    slots = services.slots
    if control.level >= KINDS:
        slots[counters.OVERLOAD_DROPPED] += 1
    else:
        answer = _answer(services, found, flow, asks, now)
        if answer is None:
            return False
        reply_to, octets = answer
        services.out.append((SEND, reply_to, octets, ""))
        services.layer.messages.response_sent(_INVITE, 503)
        slots[counters.HARD_CAP_REFUSED if exempt else counters.OVERLOAD_REFUSED] += 1
        slots[counters.RESPONSES_SENT_1XX + 4] += 1
    slots[counters.INVITE_RECEIVED] += 1
    services.layer.messages.received(_INVITE)
    statistics = services.statistics
    if statistics.is_on:
        refuse_bid(statistics.at(flow.listener), REFUSED_OVERLOAD, int(now * 1000.0))
    if exempt:
        control.capped_unread()
        return True
    services.bans.offence(flow, FLOOD, now)
    control.refused_unread()
    return True


def _may_answer(services: Services, data: bytes, now: float) -> bool:
    wall = now + services.proxy.wall_offset
    end = 0
    for _ in range(_MOST_CREDENTIALS):
        at = data.find(_CREDENTIALS, end)
        if at < 0:
            return False
        end = data.find(b"\r\n", at + 2)
        if services.authenticator.may_answer(data[at + len(_CREDENTIALS) : end].decode("latin-1"), wall):
            return True
    return False


def _may_be_exempt(services: Services, data: bytes) -> bool:
    """Tell whether an INVITE may be of a class that is spared; the stages will know."""
    uri = data[7 : data.find(b" ", 7)].lower()
    if uri.startswith(b"urn:") or b"\r\nResource-Priority:" in data:
        return True
    if not services.spared:
        return False
    user = uri.partition(b"@")[0].partition(b";")[0]
    return b"%" in user or user.translate(None, _SEPARATORS).endswith(services.spared)


def _answer(services: Services, found: Sketch, flow: Flow, asks: bool, now: float) -> tuple[Flow, bytes] | None:
    """Make the refusal and say where it goes (RFC 3261 §18.2.2, RFC 3581 §4); None when Via is written unusually."""
    text = found.top.decode("latin-1")
    host, _, port = found.sent_by.rpartition(":")
    reply_to = flow
    if "received" in text or "rport=" in text or "," in _unquoted(text):
        return None
    if ";rport" in text:
        text = text.replace(";rport", flow.seen(), 1)
    else:
        wanted = int(port) or 5060
        if wanted != flow.port:
            if wanted > 65535:
                return None
            reply_to = flow_to(flow.listener, flow.transport, flow.host, wanted)
        if host != flow.host:
            text = f"{text};received={flow.host}"
    if asks:
        text = tell(services, text, flow, "INVITE", False, now)
    retry = _retry_after(services)
    extra = b"" if retry is None else f"Retry-After: {retry[0][1]}\r\n".encode("ascii")
    tag = f"{services.boot}-{hash(found.branch) & _TAG}"
    return reply_to, refuse(found, text.encode("latin-1"), tag, extra)


def _unquoted(text: str) -> str:
    return text[: text.find('"')] + text[text.rfind('"') :] if '"' in text else text


def measure(services: Services, readings: Readings, now: float, wall: float) -> None:
    """Take readings: set level and limits, the word to upstream elements and the gauges; tell management of levels."""
    control = services.overload
    began = control.began
    changed = control.measure(readings, now)
    feedback = services.feedback
    if feedback.is_on:
        loaded = control.level > 0
        control.is_held_back = feedback.update(control.limit(), control.offered[CALL], loaded, now, wall)
    slots = services.slots
    slots[counters.OVERLOAD_LEVEL] = control.level
    slots[counters.OVERLOAD_PERCENT] = control.percent()
    if changed:
        _tell_management(services, now - began)


def pressed(services: Services, waited_ms: float, now: float) -> None:
    """Take note of datagrams that wait longer and longer; see `Overload.press`."""
    control = services.overload
    if control.press(waited_ms, now):
        services.slots[counters.OVERLOAD_LEVEL] = control.level
        _tell_management(services, 0.0)


def _tell_management(services: Services, lasted: float) -> None:
    control = services.overload
    if control.level > services.told_level:
        services.told_level = control.level
        services.out.append((NOTICE, OverloadBegan(control.level, control.cause, int(control.limit()))))
    elif control.level == 0:
        services.told_level = 0
        services.out.append((NOTICE, OverloadEnded(int(lasted))))
