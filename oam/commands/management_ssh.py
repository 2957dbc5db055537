"""`management ssh`: operators over SSH; `show ssh`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from oam.commands.registry import config, section, show
from oam.commands.sockets import access_list_line, count_lines, counts_of, listen_line, socket_facts, socket_lines

if TYPE_CHECKING:
    from oam.context import Context
    from oam.settings.access import SshSettings

SSH: Final = section(
    "ssh",
    "Edit how operators reach the server over SSH.",
    syntax="management ssh",
    prompt="config-ssh",
    words={"management": "How operators reach this server", "ssh": "Over SSH"},
)


@listen_line(SSH, "Open a socket for operators")
def listen() -> None:
    """Listen on one local address and port; each line is one more.

    Example: listen 192.0.2.10 port 22
    """


@access_list_line(SSH)
def access_list() -> None:
    """Let only those connect whom the access list permits; without it everybody may who can reach the socket."""


@config("shutdown", mode=SSH, field="shutdown", words={"shutdown": "Close the sockets"})
def shutdown() -> None:
    """Take no connection; sessions go on."""


@config(
    "login-timeout (5-600)$seconds",
    mode=SSH,
    field="login_timeout_s",
    words={"login-timeout": "How long a login may take"},
    arguments={"seconds": "Seconds from the connection to the end of the login"},
)
def login_timeout() -> None:
    """End connections that have not logged in by then."""


@config(
    "authentication-retries (1-10)$count",
    mode=SSH,
    field="authentication_retries",
    words={"authentication-retries": "Attempts to log in on one connection"},
    arguments={"count": "Attempts"},
)
def authentication_retries() -> None:
    """End connections after so many failed attempts."""


@config(
    "keepalive (0-3600)$seconds",
    mode=SSH,
    field="keepalive_s",
    words={"keepalive": "Ask silent clients whether they are there"},
    arguments={"seconds": "Seconds of silence before a client is asked; 0 never asks"},
)
def keepalive() -> None:
    """Find clients that are gone; the third question without answer ends the connection."""


@config(
    "unauthenticated maximum (1-1000)$count",
    mode=SSH,
    field="unauthenticated_maximum",
    words={"unauthenticated": "Connections that have not logged in"},
    arguments={"count": "Connections of all sources together"},
)
def unauthenticated_maximum() -> None:
    """Refuse more connections that have not logged in."""


@config(
    "source maximum (1-1000)$count",
    mode=SSH,
    field="source_maximum",
    words={"source": "Connections of one source that have not logged in"},
    arguments={"count": "Connections of one IPv4 address, or of one /64 of IPv6"},
)
def source_maximum() -> None:
    """Refuse more connections of one source that have not logged in."""


@config("password", mode=SSH, field="password", words={"password": "Accept passwords, besides keys"})
def password() -> None:
    """Let operators log in by password or keyboard-interactive; without it by public key alone."""


@config("sftp", mode=SSH, field="sftp", words={"sftp": "Serve the file area over SFTP and SCP"})
def sftp() -> None:
    """Let operators of privilege 15 fetch and store files of the server's file area."""


def ssh_json(context: Context) -> dict[str, Any]:
    """What `show ssh` shows, as values."""
    ssh = context.manager.ssh
    settings = context.manager.configuration.running.ssh
    return {
        "enabled": not settings.shutdown,
        "access_list": settings.access_list,
        "listeners": socket_facts(ssh.listening),
        "damaged_host_keys": list(ssh.damaged),
        "connections": ssh.listening.connections,
        "unauthenticated": ssh.listening.admission.unauthenticated,
        "counts": counts_of(ssh.listening, ssh.counts),
    }


@show("show ssh", privilege=15, json=ssh_json, words={"ssh": "SSH listeners, connections and counters"})
def show_ssh(context: Context) -> str:
    """SSH: whether it is on, its listeners, connections, and what was refused."""
    ssh = context.manager.ssh
    settings = context.manager.configuration.running.ssh
    lines = [f"SSH is {'disabled' if settings.shutdown else 'enabled'}"]
    lines += socket_lines(ssh.listening)
    lines += [f"Damaged host key: {each}" for each in ssh.damaged]
    lines.append(f"Access list: {settings.access_list or 'none, everybody may connect'}")
    lines.append(
        f"Login: {settings.login_timeout_s} seconds, {settings.authentication_retries} attempts, {_by(settings)}"
    )
    lines.append(f"SFTP is {'enabled' if settings.sftp else 'disabled'}")
    lines.append(
        f"Connections: {ssh.listening.connections}, not logged in {ssh.listening.admission.unauthenticated}"
        f" (at most {settings.unauthenticated_maximum}, {settings.source_maximum} of one source)"
    )
    lines += count_lines(counts_of(ssh.listening, ssh.counts))
    return "\n".join(lines)


def _by(settings: SshSettings) -> str:
    return "by password or key" if settings.password else "by key"
