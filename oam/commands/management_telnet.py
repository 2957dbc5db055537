"""`management telnet`: operators over telnet, off unless it is switched on; `show telnet`."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

from oam.commands.registry import config, section, show
from oam.commands.sockets import access_list_line, count_lines, counts_of, listen_line, socket_facts, socket_lines
from oam.security import certificate
from oam.security.certificate import CertificateError

if TYPE_CHECKING:
    from oam.context import Context
    from oam.settings.access import TelnetSettings

TELNET: Final = section(
    "telnet",
    "Operators over telnet: shows passwords to the network unless it runs over TLS.",
    syntax="management telnet",
    prompt="config-telnet",
    words={"management": "How operators reach this server", "telnet": "Over telnet; off unless switched on"},
)

_TLS: Final = {
    "tls": "Encryption, from the first octet on",
    "certificate": "Certificate that this server shows",
    "private-key": "Private key of the certificate",
}
_FILE: Final = {"value": "PEM file of the file area"}


@config(
    "tls certificate FILE$value",
    mode=TELNET,
    field="certificate",
    words=_TLS,
    arguments=_FILE,
)
def tls_certificate() -> None:
    """File of the certificate, and of those that vouch for it; read anew for each connection.

    The private key may be in the same file.
    """


@config("tls private-key FILE$value", mode=TELNET, field="private_key", words=_TLS, arguments=_FILE)
def tls_private_key() -> None:
    """File of the certificate's private key, without a pass phrase; by default the file of the certificate."""


@listen_line(TELNET, "Open a socket for operators", "[tls$tls]", {"tls": _TLS["tls"]})
def listen() -> None:
    """Listen on a local address and port, with `tls` for clients that encrypt from the first octet on.

    Example: listen 127.0.0.1 port 23
    """


@access_list_line(TELNET)
def access_list() -> None:
    """Let those connect whom an access list permits; without one, only this host."""


@config(
    "login-timeout (5-600)$value",
    mode=TELNET,
    field="login_timeout_s",
    words={"login-timeout": "How long logging in may take, in seconds"},
    arguments={"value": "Seconds"},
)
def login_timeout() -> None:
    """How long logging in may take from the first prompt on, in seconds; TLS may take as long before it."""


@config(
    "authentication-retries (1-10)$value",
    mode=TELNET,
    field="authentication_retries",
    words={"authentication-retries": "Attempts to log in on one connection"},
)
def authentication_retries() -> None:
    """Attempts to log in on one connection; then it is closed."""


@config(
    "unauthenticated maximum (1-1000)$value",
    mode=TELNET,
    field="unauthenticated_maximum",
    words={"unauthenticated": "Connections that have not logged in"},
)
def unauthenticated_maximum() -> None:
    """Connections that have not logged in, of all clients together; more are closed at once."""


@config(
    "source maximum (1-1000)$value",
    mode=TELNET,
    field="source_maximum",
    words={"source": "Connections of one address that have not logged in"},
)
def source_maximum() -> None:
    """Connections of one client's address that have not logged in; more are closed at once."""


@config("shutdown", mode=TELNET, field="shutdown", words={"shutdown": "Listen no more; sessions go on"})
def shutdown() -> None:
    """Listen no more; sessions go on. This is the default."""


def telnet_json(context: Context) -> dict[str, Any]:
    """What `show telnet` shows, as values."""
    telnet = context.manager.telnet
    settings = context.manager.configuration.running.telnet
    listening = telnet.listening
    return {
        "enabled": not settings.shutdown,
        "access_list": settings.access_list,
        "listeners": [
            {**facts, "tls": bool(each.settings.tls)}
            for facts, each in zip(socket_facts(listening), listening.listeners.values(), strict=True)
        ],
        "connections": listening.connections,
        "unauthenticated": listening.admission.unauthenticated,
        "counts": counts_of(telnet.listening, telnet.counts),
    }


@show(
    "show telnet",
    privilege=15,
    json=telnet_json,
    words={"telnet": "Telnet listeners, connections and counters"},
)
async def show_telnet(context: Context) -> str:
    """Telnet: whether it is on, its listeners and certificate, connections, and what was refused."""
    telnet = context.manager.telnet
    settings = context.manager.configuration.running.telnet
    admission = telnet.listening.admission
    lines = [f"Telnet is {'disabled' if settings.shutdown else 'enabled'}"]
    lines += socket_lines(telnet.listening)
    lines.append(f"Access list: {settings.access_list or 'none, only this host may connect'}")
    lines += await asyncio.to_thread(_certificate, context, settings)
    lines.append(f"Login: {settings.login_timeout_s} seconds, {settings.authentication_retries} attempts")
    lines.append(
        f"Connections: {telnet.listening.connections}, not logged in {admission.unauthenticated}"
        f" (at most {settings.unauthenticated_maximum}, {settings.source_maximum} of one source)"
    )
    lines += count_lines(counts_of(telnet.listening, telnet.counts))
    return "\n".join(lines)


def _certificate(context: Context, settings: TelnetSettings) -> list[str]:
    """Say which certificate is shown, and until when."""
    if not settings.certificate:
        return []
    try:
        found = certificate.read(context.manager.state, settings.certificate)
    except CertificateError as error:
        return [f"Certificate cannot be used: {error}"]
    until = "expired" if certificate.expired(found, time.time()) else "valid until"
    return [f"Certificate: {settings.certificate}, {found.subject}, {until} {found.expires:%Y-%m-%d %H:%M:%S} UTC"]
