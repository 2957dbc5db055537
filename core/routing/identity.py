"""Who calls whom, as a request says it: Request-URI, P-Asserted-Identity (RFC 3325), From, Diversion (RFC 5806)."""

from __future__ import annotations

from core.routing.number import Number, Numbers, number_of
from core.wire.address import parse_address
from core.wire.error import WireError
from core.wire.header import DIVERSION, P_ASSERTED_IDENTITY
from core.wire.message import Message
from core.wire.uri import Uri


def numbers_of(message: Message, uri: Uri, called: Number | None, is_trusted: bool) -> Numbers | None:
    """Return the numbers of a call to `uri`, or to `called` in its place; None when that is no number.

    From says who calls, P-Asserted-Identity where the sender `is_trusted` to.
    """
    if called is None:
        called = number_of(uri)
        if called is None:
            return None
    calling: Number | None = None
    if is_trusted and message.has(P_ASSERTED_IDENTITY):
        for value in message.all(P_ASSERTED_IDENTITY):
            calling = calling or _number_in(value)
    if calling is None:
        calling = number_of(message.from_().uri())
    redirecting = _number_in(message.all(DIVERSION)[0]) if message.first(DIVERSION) else None
    return Numbers(called, calling, redirecting)


def _number_in(value: str) -> Number | None:
    """Return the number in one value of a header that only informs; None when it cannot be read."""
    try:
        return number_of(parse_address(value).uri())
    except WireError:
        return None
