"""Whom notices are sent to by web or mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

MAX_TARGETS: Final = 20


class Mail(msgspec.Struct, frozen=True):
    """`mail server ADDRESS …`: by SMTP (RFC 5321)."""

    server: str = ""
    """Name or address of the server; empty: no mail is sent."""
    sender: str = ""
    """Mail address that it comes from."""
    recipient: str = ""
    port: int = 25


class NotificationTarget(msgspec.Struct, frozen=True):
    """`notification-target NAME`: what `send notification NAME` sends to."""

    name: str
    webhook: str = ""
    """URL that a JSON object is posted to; empty: none."""
    token: str = ""
    """Sealed; sent as a bearer token to the webhook (RFC 6750)."""
    ca: str = ""
    """PEM file, in the file area, of who may sign the web or mail server's certificate; empty: the system's."""
    mail: Mail = Mail()
    starttls: bool = False
    """The mail server must offer TLS (RFC 3207)."""
    shutdown: bool = False


def problems(targets: Sequence[NotificationTarget]) -> Iterator[str]:
    """Yield what makes them unusable."""
    if len(targets) > MAX_TARGETS:
        yield f"notification-target: at most {MAX_TARGETS}"
    for each in targets:
        if each.webhook and each.mail.server:
            yield f"notification-target {each.name}: webhook or mail, not both"
