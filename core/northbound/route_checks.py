"""What trunks and route groups must not say: names that lead nowhere, sources of two trunks, what cannot be sent to.

A trunk or group that was only just begun is no fault: it becomes one when something leads there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.northbound.routing_settings import DEFAULT_TABLE
from core.northbound.trunk_checks import trunk_problems

if TYPE_CHECKING:
    from core.northbound.routing_settings import RouteGroup, Trunk
    from core.northbound.settings import Settings

TRANSPORTS: Final = ("udp", "tcp")


def route_problems(settings: Settings) -> list[str]:
    """Return what makes trunks and route groups unusable, one sentence each, in the operator's words."""
    trunks = {trunk.name: trunk for trunk in settings.trunks}
    rules = {rule.name for rule in settings.translation_rules}
    tables = {table.name for table in settings.tables} | {DEFAULT_TABLE, ""}
    found: list[str] = []
    for trunk in settings.trunks:
        found += [f"trunk {trunk.name}: {each}" for each in (*trunk_problems(trunk), *_own_problems(trunk))]
        if trunk.table not in tables:
            found.append(f"trunk {trunk.name}: there is no number-analysis {trunk.table}")
        found += [
            f"trunk {trunk.name}: there is no translation-rule {name}"
            for name in (trunk.translate_in, trunk.translate_out)
            if name and name not in rules
        ]
    found += _shared(settings.trunks)
    for group in settings.route_groups:
        found += [f"route-group {group.name}: {each}" for each in _group_problems(group, trunks)]
    return found + _empty_groups(settings)


def _own_problems(trunk: Trunk) -> list[str]:
    """Return what one trunk has against it by itself."""
    found = []
    for address in trunk.addresses:
        if not address.lower().startswith("sip:"):
            found.append(f"address {address} is no sip: URI")
        if "?" in address or "@" in address:
            found.append(f"address {address} must hold neither a user nor headers")
        for parameter in address.split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.lower() == "transport" and value.lower() not in TRANSPORTS:
                found.append(f"address {address} has a transport that is not spoken here")
    if trunk.calls_maximum and trunk.reserve >= trunk.calls_maximum:
        found.append(f"calls reserve {trunk.reserve} leaves nothing of calls maximum {trunk.calls_maximum}")
    if not trunk.inbound_username and any(source.endswith("/0") for source in trunk.sources):
        found.append("a source that everybody is in needs 'authentication inbound'")
    if trunk.inbound_secret and not trunk.inbound_username:
        found.append("authentication inbound secret needs a user")
    if trunk.secret and not trunk.username:
        found.append("authentication outbound secret needs a user")
    return found


def _shared(trunks: tuple[Trunk, ...]) -> list[str]:
    """Return what two trunks have that only one can."""
    found = []
    sources: dict[str, str] = {}
    names: dict[str, str] = {}
    for trunk in trunks:
        for source in trunk.sources:
            if source in sources:
                found.append(f"trunk {trunk.name}: source {source} is that of trunk {sources[source]}")
            sources[source] = trunk.name
        name = trunk.inbound_username
        if name in names:
            found.append(f"trunk {trunk.name}: authentication inbound user {name} is that of trunk {names[name]}")
        if name:
            names[name] = trunk.name
    return found


def _group_problems(group: RouteGroup, trunks: dict[str, Trunk]) -> list[str]:
    found = []
    shares: dict[int, int] = {}
    for member in group.members:
        trunk = trunks.get(member.trunk)
        if trunk is None:
            found.append(f"there is no trunk {member.trunk}")
        elif trunk.direction == "in":
            found.append(f"trunk {member.trunk} is for calls from it only")
        elif not trunk.addresses:
            found.append(f"trunk {member.trunk} has no address")
        shares[member.preference] = shares.get(member.preference, 0) + member.weight
    if group.distribution == "percentage":
        found += [
            f"the weights of preference {preference} make {share} per cent, more than 100"
            for preference, share in shares.items()
            if share > 100
        ]
    return found


def _empty_groups(settings: Settings) -> list[str]:
    """Return the groups without a trunk that number analysis or a control leads to."""
    empty = {group.name for group in settings.route_groups if not group.members}
    if not empty:
        return []
    return [
        f"route-group {entry.target}: has no trunk, and number-analysis {table.name} leads to it"
        for table in settings.tables
        for entry in table.entries
        if entry.action == "route-group" and entry.target in empty
    ] + [
        f"route-group {control.target}: has no trunk, and traffic-control reroute {control.code} leads to it"
        for control in settings.traffic.controls
        if control.kind == "reroute" and control.target in empty
    ]
