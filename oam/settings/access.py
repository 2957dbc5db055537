"""Who may reach management from other hosts, and where: access lists, SSH, telnet, Prometheus."""

from __future__ import annotations

from itertools import combinations

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
    """One local socket that others connect to."""

    address: str
    port: int
    tls: str = ""
    """`tls`: encrypted from the first octet (telnet only); empty: as the protocol is."""


class Service(msgspec.Struct, frozen=True):
    """A mode whose sockets others connect to."""

    listeners: tuple[ManagementListener, ...] = ()
    access_list: str = ""
    """Who may connect; empty: as the mode says."""
    shutdown: bool = True


class SshSettings(Service, frozen=True):
    """Mode `management ssh`; without an access list everybody may connect who can reach the listener."""

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


class TelnetSettings(Service, frozen=True):
    """Mode `management telnet`; without an access list nobody but this host may connect."""

    login_timeout_s: int = 60
    authentication_retries: int = 3
    unauthenticated_maximum: int = 20
    source_maximum: int = 10
    certificate: str = ""
    """PEM file, in the file area, of the TLS listeners; its key may be in it."""
    private_key: str = ""


class PrometheusSettings(Service, frozen=True):
    """Mode `prometheus`; without an access list nobody but this host may connect."""


def problems(
    lists: tuple[AccessList, ...], ssh: SshSettings, telnet: TelnetSettings, prometheus: PrometheusSettings
) -> list[str]:
    """Return what makes these settings unusable together, in the operator's words."""
    services: dict[str, Service] = {"management ssh": ssh, "management telnet": telnet, "prometheus": prometheus}
    known = {each.name for each in lists}
    found = [
        f"{name}: access-list {service.access_list} does not exist"
        for name, service in services.items()
        if service.access_list and service.access_list not in known
    ]
    for (one, ours), (other, theirs) in combinations(services.items(), 2):
        both = {(each.address, each.port) for each in ours.listeners}
        both &= {(each.address, each.port) for each in theirs.listeners}
        found += [f"{address} port {port} is both {one}'s and {other}'s" for address, port in sorted(both)]
    if any(each.tls for each in telnet.listeners) and not telnet.certificate:
        found.append("management telnet: a tls listener needs 'tls certificate FILE'")
    return found
