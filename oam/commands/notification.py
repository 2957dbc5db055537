"""`notification-target NAME`: web and mail servers that an event's command list sends notices to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from oam.commands.registry import CommandError, completer, config, entry, order
from oam.commands.secret_line import secret_line
from oam.notices import TRIGGER, ManagementNotice

if TYPE_CHECKING:
    from oam.context import Context

_WORDS: Final = {
    "notification-target": "Web or mail server that notices can be sent to",
    "webhook": "Post a JSON object to a web server",
    "token": "Secret that the web server asks for",
    "ca": "Who may sign the server's certificate",
    "mail": "Send a mail",
    "server": "Mail server that takes it",
    "port": "Port of the mail server; 25 unless given",
    "from": "Mail address of the sender",
    "to": "Mail address of the receiver",
    "starttls": "Insist on TLS towards the mail server",
    "shutdown": "Send nothing",
    "send": "Send a message",
    "notification": "Send a notice to a web or mail server",
}

TARGET: Final = entry(
    "notification-target NAME$name",
    "Edit a web or mail server that notices can be sent to.",
    name="notification-target",
    field="notification_targets",
    key=("name",),
    words=_WORDS,
    arguments={"name": "Name of the target"},
)


@config("webhook URL$url", mode=TARGET, field="webhook", words=_WORDS)
def webhook() -> None:
    """Post each notice as a JSON object: host, kind, severity, text, at, and alarm where it is about one.

    Example: webhook https://noc.example.com/hooks/sip
    """


@secret_line("token", mode=TARGET, field="token", words=_WORDS)
def token() -> None:
    """Send this secret to the web server as a bearer token (RFC 6750); kept encrypted."""


@config(
    "ca FILE$ca",
    mode=TARGET,
    field="ca",
    words=_WORDS,
    arguments={"ca": "PEM file in the folder 'files'; without it what the system trusts"},
)
def ca() -> None:
    """Who may sign the certificate of the web or mail server."""


@config(
    "mail server HOST$server [port (1-65535)$port] from MAIL$sender to MAIL$recipient",
    mode=TARGET,
    field="mail",
    words=_WORDS,
    arguments={"server": "Name or address of the server"},
)
def mail() -> None:
    """Send each notice as a mail (RFC 5321).

    Example: mail server 192.0.2.25 from sip1@example.com to noc@example.com
    """


@config("starttls", mode=TARGET, field="starttls", words=_WORDS)
def starttls() -> None:
    """Send mail only where the server offers TLS and shows a certificate that is right (RFC 3207)."""


@config("shutdown", mode=TARGET, field="shutdown", words=_WORDS)
def shutdown() -> None:
    """Send nothing to it."""


@completer("notification-target")
def _targets(context: Context, _start: str) -> list[str]:
    return [each.name for each in context.manager.configuration.running.notification_targets]


@order(
    "send notification TARGET$target [LINE$text]",
    words=_WORDS,
    arguments={
        "target": "Name of a notification-target",
        "text": "Text; without it the notices that the event is about",
    },
)
def send_notification(context: Context, target: str, text: str | None) -> None:
    """Send to a web or mail server: on an event's command list the notices the event is about, by hand a text.

    It is queued and sent beside all else; `show logging destinations` tells how it went.

    Example: send notification NOC this is a test
    """
    manager = context.manager
    found = manager.targets.targets.get(target)
    if found is None:
        raise CommandError(f"There is no notification-target {target}, or it is shut down")
    notices = (ManagementNotice("message", text, "notifications", time.time()),) if text else TRIGGER.get()
    if not notices:
        raise CommandError("No event has started this: give a text")
    taken = [found.put(each, manager.configuration.running.hostname) for each in notices]
    if lost := taken.count(False):
        raise CommandError(f"{found.waiting} notices wait for {target} already; {lost} of {len(taken)} were dropped")
