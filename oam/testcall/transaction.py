"""Client transactions of the test call's user agents over UDP (RFC 3261 §17.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from oam.testcall.plan import Address

T1_S: Final = 0.5
T2_S: Final = 4.0


class ClientTransaction:
    """One request under way; the probe sends `octets` whenever `resend_at` has come."""

    __slots__ = ("address", "authorized", "interval", "method", "octets", "resend_at", "retry", "sent_at", "side")

    def __init__(self, side: int, method: str, octets: bytes, address: Address, now: float) -> None:
        self.side = side
        self.method = method
        self.octets = octets
        self.address = address
        self.sent_at = now
        self.interval = T1_S
        self.resend_at = now + T1_S
        self.authorized = False
        self.retry: Callable[[tuple[str, str], float], None] | None = None
        """Sends the request again with this header added, after a challenge."""

    def sent_again(self, now: float) -> None:
        """Set the time of the next retransmission: Timer A doubles, Timer E doubles up to T2."""
        self.interval *= 2
        if self.method != "INVITE":
            self.interval = min(self.interval, T2_S)
        self.resend_at = now + self.interval

    def provisional(self, now: float) -> None:
        """A provisional response ends the retransmissions of INVITE and slows those of others down to T2."""
        self.resend_at = float("inf") if self.method == "INVITE" else now + T2_S
