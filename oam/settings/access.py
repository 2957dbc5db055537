"""How operators reach the server: access lists, the SSH and telnet listeners."""

from __future__ import annotations

import msgspec


class AccessRule(msgspec.Struct, frozen=True):
    """One line of an access list; the first that fits decides."""

    action: str
    """`permit` or `deny`."""
    network: str
    """`any`, or a network as `192.0.2.0/24` or `2001:db8::/32`."""


class AccessList(msgspec.Struct, frozen=True):
    """Named list of networks; what no rule names is denied."""

    name: str
    rules: tuple[AccessRule, ...] = ()


class ManagementListener(msgspec.Struct, frozen=True):
    """One local socket that operators connect to."""

    address: str
    port: int
    tls: str = ""
    """`tls`: encrypted from the first octet (telnet only); empty: as the protocol is."""


class SshSettings(msgspec.Struct, frozen=True):
    """Mode `management ssh`."""

    listeners: tuple[ManagementListener, ...] = ()
    access_list: str = ""
    """Who may connect; empty: everybody who can reach the listener."""
    shutdown: bool = True
    login_timeout_s: int = 60
    """From the connection to the end of authentication."""
    authentication_retries: int = 3
    keepalive_s: int = 30
    """0: never asked whether the client is alive."""
    unauthenticated_maximum: int = 20
    """Connections that have not logged in, of all sources together."""
    source_maximum: int = 10
    """The same, of one source address."""
    password: bool = True
    """Passwords are accepted, besides keys."""
    sftp: bool = True


class TelnetSettings(msgspec.Struct, frozen=True):
    """Mode `management telnet`."""

    listeners: tuple[ManagementListener, ...] = ()
    access_list: str = ""
    """Who may connect; without one nobody but this host may."""
    shutdown: bool = True
    login_timeout_s: int = 60
    authentication_retries: int = 3
    unauthenticated_maximum: int = 20
    source_maximum: int = 10
    certificate: str = ""
    """PEM file, in the file area, of the TLS listeners; its key may be in it."""
    private_key: str = ""


def problems(lists: tuple[AccessList, ...], ssh: SshSettings, telnet: TelnetSettings) -> list[str]:
    """Return what makes these settings unusable together, in the operator's words."""
    known = {each.name for each in lists}
    found = [
        f"{name}: access-list {settings.access_list} does not exist"
        for name, settings in (("management ssh", ssh), ("management telnet", telnet))
        if settings.access_list and settings.access_list not in known
    ]
    ours, theirs = ({(each.address, each.port) for each in settings.listeners} for settings in (ssh, telnet))
    found += [f"{address} port {port} cannot be both SSH's and telnet's" for address, port in sorted(ours & theirs)]
    if any(each.tls for each in telnet.listeners) and not telnet.certificate:
        found.append("management telnet: a tls listener needs 'tls certificate FILE'")
    return found
