"""What the proxy says itself."""

from __future__ import annotations

from typing import Final

from core.wire.error import WireError
from core.wire.header import TIMESTAMP
from core.wire.message import Message, build_response

REASONS: Final = {
    100: "Trying", 200: "OK", 300: "Multiple Choices", 301: "Moved Permanently", 302: "Moved Temporarily",
    305: "Use Proxy", 380: "Alternative Service", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required",
    403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
    407: "Proxy Authentication Required", 408: "Request Timeout", 410: "Gone", 413: "Request Entity Too Large",
    414: "Request-URI Too Long", 415: "Unsupported Media Type", 416: "Unsupported URI Scheme",
    417: "Unknown Resource-Priority", 420: "Bad Extension", 421: "Extension Required", 423: "Interval Too Brief",
    433: "Anonymity Disallowed", 440: "Max-Breadth Exceeded", 480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist", 482: "Loop Detected", 483: "Too Many Hops", 484: "Address Incomplete",
    485: "Ambiguous", 486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here", 491: "Request Pending",
    493: "Undecipherable", 500: "Server Internal Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Server Time-out", 505: "Version Not Supported", 513: "Message Too Large",
    600: "Busy Everywhere", 603: "Decline", 604: "Does Not Exist Anywhere", 606: "Not Acceptable",
    607: "Unwanted",
}  # fmt: skip
"""Reason phrases: RFC 3261 §21, RFC 4412, RFC 5079, RFC 5393, RFC 8197; of every status we make."""


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
