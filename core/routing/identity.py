"""Who calls whom, read from a request and written to it (RFC 3325, RFC 3323, RFC 5806)."""

from __future__ import annotations

from core.routing.number import Number, Numbers, number_of
from core.wire.address import parse_address
from core.wire.error import WireError
from core.wire.header import DIVERSION, P_ASSERTED_IDENTITY, PRIVACY
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


def write_identity(message: Message, numbers: Numbers, host: str) -> None:
    """Put onto a request what translation made of the caller's number, name and presentation; nothing if nothing.

    From stays as it came: the caller's dialog is known by it, and RFC 3261 lets no proxy change it.
    """
    calling = numbers.calling
    if calling is not None and (calling is not numbers.given or numbers.display_name is not None):
        name = message.from_().display
        if numbers.display_name is not None:
            name = numbers.display_name.encode().decode("latin-1")
        _remove(message, P_ASSERTED_IDENTITY)
        user = repr(calling).replace("#", "%23")
        quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '" ' if name else ""
        message.append(P_ASSERTED_IDENTITY, f"P-Asserted-Identity: {quoted}<sip:{user}@{host};user=phone>")
    if numbers.presentation:
        _remove(message, PRIVACY)
        if numbers.presentation == "restricted":
            message.append(PRIVACY, "Privacy: id")


def _remove(message: Message, header: int) -> None:
    while message.has(header):
        message.remove(message.where(header))
