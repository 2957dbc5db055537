"""`radius server NAME`: the RADIUS servers (RFC 2865, RFC 2866)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from oam.commands.registry import config, entry, show
from oam.commands.tacacs import ADDRESS_WORDS, declare_key
from oam.security.server_state import RadiusRow

if TYPE_CHECKING:
    from oam.context import Context

RADIUS: Final = entry(
    "radius server NAME$name",
    "Edit a RADIUS server; the servers are asked in the order they are written here.",
    name="radius-server",
    field="radius_servers",
    key=("name",),
    prompt="config-radius-server",
    words={"radius": "RADIUS (RFC 2865)", "server": "One server"},
    arguments={"name": "Name of the server"},
)


@config(
    "address <ipv4 IPV4$address|ipv6 IPV6$address> [auth-port (1-65535)$auth_port] [acct-port (1-65535)$acct_port]",
    mode=RADIUS,
    field="at",
    words=ADDRESS_WORDS | {"auth-port": "UDP port for authentication", "acct-port": "UDP port for accounting"},
)
def address() -> None:
    """Where the server is, and on which ports.

    Example: address ipv4 192.0.2.5
    """


declare_key(RADIUS)


@config(
    "timeout (1-5)$seconds",
    mode=RADIUS,
    field="timeout_s",
    words={"timeout": "How long an answer is waited for"},
    arguments={"seconds": "Seconds"},
)
def timeout() -> None:
    """How long one request waits, in seconds, before it is sent again; all servers share 5 seconds of a login."""


@config(
    "retransmit (0-5)$times",
    mode=RADIUS,
    field="retransmit",
    words={"retransmit": "How often a request is sent again"},
    arguments={"times": "Times"},
)
def retransmit() -> None:
    """How often a request without answer is sent again."""


@config(
    "message-authenticator required",
    mode=RADIUS,
    field="message_authenticator",
    words={
        "message-authenticator": "Attribute that proves who has answered",
        "required": "Answers without it are not believed",
    },
)
def message_authenticator() -> None:
    """Believe no answer without Message-Authenticator (CVE-2024-3596); requests always bear one."""


@show("show radius", row=RadiusRow, words={"radius": "RADIUS (RFC 2865)"})
def show_radius(context: Context) -> list[RadiusRow]:
    """The RADIUS servers: how they are reached, what was sent and what came back."""
    return context.manager.servers.radius_rows()
