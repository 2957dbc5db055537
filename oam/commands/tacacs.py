"""`tacacs server NAME`: the TACACS+ servers (RFC 8907)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from oam.commands.registry import Mode, config, entry, show
from oam.commands.secret_line import secret_line
from oam.security.server_state import TacacsRow

if TYPE_CHECKING:
    from oam.context import Context

TACACS: Final = entry(
    "tacacs server NAME$name",
    "Edit a TACACS+ server; the servers are asked in the order they are written here.",
    name="tacacs-server",
    field="tacacs_servers",
    key=("name",),
    prompt="config-server-tacacs",
    words={"tacacs": "TACACS+ (RFC 8907)", "server": "One server"},
    arguments={"name": "Name of the server"},
)
ADDRESS_WORDS: Final = {"address": "Where the server is", "ipv4": "IPv4 address", "ipv6": "IPv6 address"}


def declare_key(mode: Mode) -> None:
    """Declare the line `key` of a server's mode: the secret shared with it, kept encrypted."""

    @secret_line("key", mode=mode, field="key", words={"key": "Secret shared with the server"})
    def key() -> None:
        """Secret shared with the server; a server without one is not asked."""


@config("address <ipv4 IPV4$address|ipv6 IPV6$address>", mode=TACACS, field="address", words=ADDRESS_WORDS)
def address() -> None:
    """Where the server is.

    Example: address ipv4 192.0.2.5
    """


@config("port (1-65535)$port", mode=TACACS, field="port", words={"port": "TCP port"})
def port() -> None:
    """TCP port of the server."""


declare_key(TACACS)


@config(
    "timeout (1-5)$seconds",
    mode=TACACS,
    field="timeout_s",
    words={"timeout": "How long an answer is waited for"},
    arguments={"seconds": "Seconds"},
)
def timeout() -> None:
    """How long one server may take, in seconds; all servers of the protocol share 5 seconds of a login."""


@config(
    "single-connection",
    mode=TACACS,
    field="single_connection",
    words={"single-connection": "Keep one connection open for all requests"},
)
def single_connection() -> None:
    """Keep one connection open for all requests, where the server agrees (RFC 8907 §4.3)."""


@config(
    "authentication <ascii|pap>$method",
    mode=TACACS,
    field="authentication",
    words={
        "authentication": "How a login is asked about",
        "ascii": "The server asks for what it needs",
        "pap": "Name and secret in one packet",
    },
)
def authentication() -> None:
    """How a login is asked about: as a dialog led by the server, or in one packet (RFC 8907 §5.4.2)."""


@show("show tacacs", row=TacacsRow, words={"tacacs": "TACACS+ (RFC 8907)"})
def show_tacacs(context: Context) -> list[TacacsRow]:
    """The TACACS+ servers: how they are reached, connections, exchanges."""
    return context.manager.servers.tacacs_rows()
