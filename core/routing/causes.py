"""SIP status codes and Q.850 causes: RFC 3398 as data, the Reason header (RFC 3326), a trunk's own cause map."""

from __future__ import annotations

from typing import Final

from core.northbound.routing_settings import CauseMap, ReasonMap
from core.proxy.answer import REASONS
from core.wire.address import parse_params
from core.wire.error import WireError
from core.wire.header import REASON
from core.wire.message import Message

_CAUSES: Final = {
    400: 41, 401: 21, 402: 21, 403: 21, 404: 1, 405: 63, 406: 79, 407: 21, 408: 102, 410: 22, 413: 127, 414: 127,
    415: 79, 416: 127, 420: 127, 421: 127, 423: 127, 480: 18, 481: 41, 482: 25, 483: 25, 484: 28, 485: 1, 486: 17,
    488: 65, 500: 41, 501: 79, 502: 38, 503: 41, 504: 102, 505: 127, 513: 127, 600: 17, 603: 21, 604: 1, 606: 65,
}  # fmt: skip
"""Q.850 cause by status (RFC 3398 §8.2.6.1). 488 and 606, left to Warning there, are missing bearer capabilities."""
_STATUSES: Final = {
    1: 404, 2: 404, 3: 404, 17: 486, 18: 408, 19: 480, 20: 480, 21: 403, 22: 410, 23: 410, 26: 404, 27: 502, 28: 484,
    29: 501, 31: 480, 34: 503, 38: 503, 41: 503, 42: 503, 47: 503, 55: 403, 57: 403, 58: 503, 65: 488, 70: 488,
    79: 501, 87: 403, 88: 503, 102: 504, 111: 500, 127: 500,
}  # fmt: skip
"""Status by Q.850 cause (RFC 3398 §7.2.4.1)."""
_CLASSES: Final = {0: 500, 1: 480, 2: 503, 3: 503, 4: 501, 5: 500, 6: 500, 7: 500}
"""Status by class, `cause >> 4`, for causes without a row (§7.2.4.1: they are treated as their class's unspecified)."""
TEXTS: Final = {
    1: "Unallocated (unassigned) number", 2: "No route to specified transit network", 3: "No route to destination",
    16: "Normal call clearing", 17: "User busy", 18: "No user responding", 19: "No answer from user (user alerted)",
    20: "Subscriber absent", 21: "Call rejected", 22: "Number changed", 23: "Redirection to new destination",
    25: "Exchange routing error", 26: "Non-selected user clearing", 27: "Destination out of order",
    28: "Invalid number format (address incomplete)", 29: "Facility rejected", 31: "Normal, unspecified",
    34: "No circuit/channel available", 38: "Network out of order", 41: "Temporary failure",
    42: "Switching equipment congestion", 47: "Resource unavailable, unspecified",
    55: "Incoming calls barred within CUG", 57: "Bearer capability not authorized",
    58: "Bearer capability not presently available", 63: "Service or option not available, unspecified",
    65: "Bearer capability not implemented", 70: "Only restricted digital information bearer capability is available",
    79: "Service or option not implemented, unspecified", 87: "User not member of CUG",
    88: "Incompatible destination", 102: "Recovery on timer expiry", 111: "Protocol error, unspecified",
    127: "Interworking, unspecified",
}  # fmt: skip
"""Names of the causes (ITU-T Q.850)."""


def cause_of(status: int) -> int:
    """Return the Q.850 cause of a failure; 0 for one that has none, as 487 (the caller knows why)."""
    cause = _CAUSES.get(status, 0)
    if cause == 0 and status >= 400 and status != 487:
        return 127 if status < 500 else 41 if status < 600 else 21
    return cause


def status_of(cause: int) -> int:
    """Return the status of a Q.850 cause; 0 for 16, which is no failure but an end."""
    if cause == 16:
        return 0
    return _STATUSES.get(cause, _CLASSES.get(cause >> 4, 500))


def reason_value(cause: int) -> str:
    """Return the Reason value that tells a Q.850 cause (RFC 3326 §2)."""
    text = TEXTS.get(cause, "")
    return f'Q.850;cause={cause};text="{text}"' if text else f"Q.850;cause={cause}"


def reason_for(status: int) -> str:
    """Return the Reason value for a status; empty when it has no cause."""
    cause = cause_of(status)
    return reason_value(cause) if cause else ""


def mapped(causes: tuple[CauseMap, ...], status: int) -> tuple[int, int]:
    """Return the status to pass on and the Q.850 cause the trunk's map wants in Reason; 0: leave it as it came."""
    for entry in causes:
        if entry.status == status:
            return entry.to_status or status, entry.cause
    return status, 0


def read_reason(message: Message) -> int:
    """Return the Q.850 cause in a Reason header; 0 when there is none. Never raises."""
    if not message.has(REASON):
        return 0
    try:
        for value in message.all(REASON):
            cause = _q850(value)
            if cause > 0:
                return cause
    except WireError:
        pass
    return 0


def write_reason(message: Message, cause: int) -> None:
    """Put a Q.850 cause into Reason; what other protocols say there stays (RFC 3326 §2: one value each)."""
    others: list[str] = []
    if message.has(REASON):
        try:
            others = [value for value in message.all(REASON) if not _is_q850(value)]
        except WireError:
            others = []
        while message.has(REASON):
            message.remove(message.where(REASON))
    for value in others:
        message.append(REASON, f"Reason: {value}")
    message.append(REASON, f"Reason: {reason_value(cause)}")


def by_reason(reasons: tuple[ReasonMap, ...], response: Message) -> int:
    """Return the status that the map has for the Q.850 cause of a failure; that it came with when there is none."""
    if reasons and response.status >= 400 and response.status not in (401, 407):
        came = read_reason(response)
        for entry in reasons:
            if entry.cause == came:
                return entry.status or status_of(came)
    return response.status


def apply(causes: tuple[CauseMap, ...], response: Message, reasons: tuple[ReasonMap, ...] = ()) -> None:
    """Make of a failure that came from a trunk what its cause map says, and see that Reason holds a cause.

    A line for the status counts before one for the Q.850 cause. What has a Q.850 cause of the far end's keeps it
    unless the map has another. Provisional responses, successes, challenges and redirections that the map does not
    name stay as they are.
    """
    status, cause = mapped(causes, response.status)
    if status == response.status:
        status = by_reason(reasons, response)
    if cause == 0 and status >= 400 and status not in (401, 407) and read_reason(response) == 0:
        cause = cause_of(response.status)
    if status != response.status:
        response.set_status(status, REASONS.get(status, response.reason))
    if cause > 0:
        write_reason(response, cause)


def _is_q850(value: str) -> bool:
    return value.partition(";")[0].strip(" \t").upper() == "Q.850"


def _q850(value: str) -> int:
    """Return the cause in a Reason value of the protocol Q.850; 0 when it is of another, or broken."""
    if not _is_q850(value):
        return 0
    try:
        text = parse_params(value[value.find(";") :] if ";" in value else "").get("cause", "")
    except WireError:
        return 0
    return int(text) if len(text) <= 3 and text.isascii() and text.isdigit() and int(text) <= 127 else 0
