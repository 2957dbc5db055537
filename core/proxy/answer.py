"""What the proxy says itself."""

from __future__ import annotations

from typing import Final

from core.wire.error import WireError
from core.wire.header import TIMESTAMP
from core.wire.message import Message, build_response

REASONS: Final = {
    100: "Trying", 200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 407: "Proxy Authentication Required", 408: "Request Timeout",
    416: "Unsupported URI Scheme", 420: "Bad Extension", 423: "Interval Too Brief", 440: "Max-Breadth Exceeded",
    480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist", 482: "Loop Detected",
    483: "Too Many Hops", 487: "Request Terminated", 500: "Server Internal Error", 501: "Not Implemented",
    503: "Service Unavailable", 513: "Message Too Large",
}  # fmt: skip
"""Reason phrases of RFC 3261 §21 and RFC 5393 for every status we make."""


def trying(request: Message) -> bytes:
    """Make a 100; it repeats the Timestamp (RFC 3261 §8.2.6.1)."""
    extra = [("Timestamp", request.first(TIMESTAMP))] if request.has(TIMESTAMP) else None
    return build_response(request, 100, "Trying", "", extra)


def to_tag(response: Message) -> str:
    """Return the To tag; empty when To cannot be read: such a response is passed on all the same."""
    try:
        return response.to().tag
    except WireError:
        return ""
