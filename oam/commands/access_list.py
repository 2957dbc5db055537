"""`ip access-list NAME`, `show ip access-lists`: networks that may or may not connect."""

from __future__ import annotations

from ipaddress import IPV4LENGTH, IPv4Address, ip_network
from typing import TYPE_CHECKING, Final

import msgspec

from oam.commands.registry import PRIVILEGED, CommandError, completer, config, entry, show

if TYPE_CHECKING:
    from oam.context import Context

ACCESS_LIST: Final = entry(
    "ip access-list [standard$standard] NAME$name",
    "Edit a list of networks that may or may not connect; what no line of it names is denied.",
    name="access-list",
    field="access_lists",
    key=("name",),
    consumed=("standard",),
    words={
        "ip": "Internet protocol, both versions",
        "access-list": "Networks that may or may not connect",
        "standard": "As on routers; all lists are",
    },
    arguments={"name": "Name of the list"},
)


def _one_form(arguments: dict[str, object], _keyring: object) -> dict[str, object]:
    """Make a network of a host, or of an address and its wildcard mask."""
    host, base, wildcard = (arguments.pop(name, None) for name in ("host", "base", "wildcard"))
    if host is not None:
        arguments["network"] = str(ip_network(str(host)))
    elif base is not None:
        length = IPV4LENGTH - int(IPv4Address(str(wildcard))).bit_length()
        arguments["network"] = str(ip_network(f"{base}/{length}", strict=False))
    return arguments


@config(
    "<permit|deny>$action <any$network|NETWORK$network|host ADDRESS$host|IPV4$base WILDCARD$wildcard>",
    mode=ACCESS_LIST,
    field="rules",
    key=("network",),
    consumed=("host", "base", "wildcard"),
    prepare=_one_form,
    words={"permit": "Let these connect", "deny": "Refuse these", "any": "Everybody", "host": "One address"},
    arguments={
        "network": "Network, as 192.0.2.0/24, or one address",
        "base": "Address in a network whose wildcard mask follows",
        "wildcard": "Wildcard mask: its ones may be anything, as 0.0.0.255",
    },
)
def rule() -> None:
    """Let a network connect or refuse it; the first line of the list that names the client decides.

    However the network was spelled, it is kept and shown as 192.0.2.0/24.

    Example: permit 192.0.2.0/24
    """


@completer("access-list")
def names(context: Context, prefix: str) -> list[str]:
    """Name the lists that are configured."""
    return [each.name for each in context.manager.configuration.running.access_lists]


class AccessRuleRow(msgspec.Struct, frozen=True):
    """One line of an access list."""

    access_list: str
    action: str
    network: str
    used_by: tuple[str, ...]
    """The listeners that the whole list is for."""


@show(
    "show [ip] access-lists [NAME$name]",
    row=AccessRuleRow,
    privilege=PRIVILEGED,
    words={"ip": "Internet protocol, both versions", "access-lists": "Networks that may or may not connect"},
    arguments={"name": "Name of the list"},
)
def show_access_lists(context: Context, name: str | None) -> list[AccessRuleRow]:
    """Show access lists, line by line, and which listeners they are for; the first line that fits a client decides."""
    running = context.manager.configuration.running
    wanted = [each for each in running.access_lists if name in (None, each.name)]
    if name is not None and not wanted:
        raise CommandError(f"There is no access list {name}")
    snmp = running.snmp
    users = {
        "ssh": {running.ssh.access_list},
        "telnet": {running.telnet.access_list},
        "prometheus": {running.prometheus.access_list},
        "snmp-server": {
            *(each.access_list for each in snmp.communities),
            *(each.access_list for each in snmp.groups),
            *(each.access_list for each in snmp.users),
        },
    }
    return [
        AccessRuleRow(each.name, rule.action, rule.network, tuple(user for user in users if each.name in users[user]))
        for each in wanted
        for rule in each.rules
    ]
