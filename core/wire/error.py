"""The one exception that reading a message raises."""

from __future__ import annotations


class WireError(Exception):
    """The peer's octets are no SIP message, or a header that was asked for breaks its grammar.

    `reason` is fit for a reason phrase and for a log: it never quotes what was received.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        """SIP status to answer a request with."""
        self.reason = reason
        self.message: object = None
        """The half-read `Message` to answer from, where its reader got far enough."""
