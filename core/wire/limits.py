"""Bounds on one message, as the operator set them."""

from __future__ import annotations


class Limits:
    """What one message may take, in octets; the defaults are those of `SipSettings`."""

    __slots__ = ("max_header", "max_headers", "max_message", "max_start_line")

    def __init__(
        self, max_message: int = 65_535, max_header: int = 8_192, max_headers: int = 256, max_start_line: int = 8_192
    ) -> None:
        self.max_message = max_message
        """Whole message, header and body."""
        self.max_header = max_header
        """One header field, name and folded lines included, without its last CRLF."""
        self.max_headers = max_headers
        """Header fields (not octets)."""
        self.max_start_line = max_start_line
        """Request line or status line, without CRLF."""
