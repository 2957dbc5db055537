"""`show snmp …`: the agent, who may ask it, who is told, and what it serves. Communities and keys are not shown."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import msgspec

from oam.commands.registry import PRIVILEGED, CommandError, show
from oam.settings.snmp import level_of
from oam.snmp.engine import engine_id, secrets
from oam.snmp.notify.target import SnmpHostRow
from oam.snmp.oids import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.context import Context, Manager
    from oam.settings.snmp import SnmpSettings

WORDS: Final = {"snmp": "Management by SNMP: the agent and whom it tells"}
_INPUT: Final = (
    ("in_bad_versions", "Bad SNMP version errors"),
    ("in_bad_community_names", "Unknown community name"),
    ("in_bad_community_uses", "Illegal operation for community name supplied"),
    ("in_asn_parse_errs", "Encoding errors"),
    ("in_total_req_vars", "Number of requested variables"),
    ("in_total_set_vars", "Number of altered variables"),
    ("in_get_requests", "Get-request PDUs"),
    ("in_get_nexts", "Get-next PDUs"),
    ("in_get_bulks", "Get-bulk PDUs"),
    ("in_set_requests", "Set-request PDUs"),
    ("refused", "From addresses that an access list keeps out"),
    ("overloads", "Requests dropped because too many waited"),
    ("replays", "SETs of version 3 that came again and were not carried out again"),
)
_OUTPUT: Final = (
    ("out_too_bigs", "Too big errors"),
    ("out_no_such_names", "No such name errors"),
    ("out_bad_values", "Bad values errors"),
    ("out_gen_errs", "General errors"),
    ("out_get_responses", "Response PDUs"),
    ("out_traps", "Trap PDUs"),
)
_VERSION_3: Final = (
    ("wrong_digests", "Wrong digests"),
    ("unknown_user_names", "Unknown user names"),
    ("unknown_engine_ids", "Unknown engine IDs"),
    ("not_in_time_windows", "Not in time windows"),
    ("unsupported_sec_levels", "Unsupported security levels"),
    ("decryption_errors", "Decryption errors"),
)
"""Counter -> how routers write it."""


def _settings(context: Context) -> SnmpSettings:
    return context.manager.configuration.running.snmp


def _identity(manager: Manager) -> str:
    """Return the engine ID in hexadecimal digits; what is wrong with it when there is none."""
    found = manager.snmp.statistics().snmp_engine_id
    settings = manager.configuration.running.snmp
    if found or settings.engine_id:
        return found.hex() or settings.engine_id
    if not (manager.state / "snmp" / engine_id.FILE).exists():
        return "none yet"
    try:
        return engine_id.kept(manager.state).hex()
    except engine_id.EngineIdError as error:
        return str(error)


def snmp_json(context: Context) -> dict[str, Any]:
    """What `show snmp` shows, as values."""
    manager, settings = context.manager, _settings(context)
    state = manager.snmp.statistics()
    return {
        "enabled": manager.snmp.engine is not None,
        "broken": manager.snmp.engine is None and bool(settings.listeners or settings.hosts),
        "engine_id": _identity(manager),
        "engine_boots": state.snmp_engine_boots,
        "engine_time": state.snmp_engine_time,
        "contact": settings.contact,
        "location": settings.location,
        "operator": settings.operator,
        "packet_size": settings.packet_size,
        "notifications": list(settings.notifications),
        "listeners": [
            {
                "address": each.settings.address,
                "port": each.settings.port,
                "problem": each.problem,
                "received": each.received,
            }
            for each in manager.snmp.endpoints
        ],
        "hosts": [msgspec.structs.asdict(each) for each in manager.snmp.notifier.hosts()],
        "counters": msgspec.structs.asdict(manager.snmp.counters),
    }


@show("show snmp", json=snmp_json, words=WORDS)
def show_snmp(context: Context) -> str:
    """SNMP: listeners, engine, contact, location, what came in and what went out, and whom it tells."""
    facts = snmp_json(context)
    counts = facts["counters"]
    lines = [
        f"SNMP agent: {_state(facts)}",
        f"Engine ID: {facts['engine_id']}, boots {facts['engine_boots']}, time {facts['engine_time']}",
        f"Contact: {facts['contact']}",
        f"Location: {facts['location']}",
        f"Managers may set: {'as operator ' + facts['operator'] if facts['operator'] else 'nothing'}",
        *(_listener(each) for each in facts["listeners"]),
        f"{counts['in_pkts']} SNMP packets input",
        *_counted(counts, _INPUT),
        *_counted(counts, _VERSION_3),
        f"{counts['out_pkts']} SNMP packets output",
        *_counted(counts, _OUTPUT),
        f"SNMP notifications: {', '.join(facts['notifications']) or 'disabled'}",
    ]
    room = _settings(context).queue_length
    for each in facts["hosts"]:
        where = f"{each['address']} port {each['port']}"
        lines.append(
            f"    {each['kind']} to {where}: {each['state']}, {each['waiting']}/{room} waiting, "
            f"{each['sent']} sent, {each['dropped']} dropped"
        )
    return "\n".join(lines)


def _state(facts: dict[str, Any]) -> str:
    if facts["broken"]:
        return "down, for it has no engine ID"
    if not facts["enabled"]:
        return "disabled, neither a listener nor a host is configured"
    return "enabled" if facts["listeners"] else "enabled for notifications alone, no listener is configured"


def _listener(listener: dict[str, Any]) -> str:
    state = f"down: {listener['problem']}" if listener["problem"] else f"up, {listener['received']} received"
    return f"  {listener['address']} port {listener['port']}: {state}"


def _counted(counts: dict[str, int], names: tuple[tuple[str, str], ...]) -> list[str]:
    return [f"    {counts[name]} {text}" for name, text in names]


class SnmpEngineRow(msgspec.Struct, frozen=True):
    """One SNMP engine."""

    engine: str
    """`local`, or the address of a receiver of informs."""
    engine_id: str
    boots: int | None
    time_s: int | None
    """Seconds since the boots changed."""


@show(
    "show snmp engineid",
    row=SnmpEngineRow,
    privilege=PRIVILEGED,
    words=WORDS | {"engineid": "Engine IDs, ours and those of receivers of informs"},
)
def show_engine_id(context: Context) -> list[SnmpEngineRow]:
    """Engine IDs: that of this server with its boots and time, and those configured of receivers of informs."""
    state = context.manager.snmp.statistics()
    return [
        SnmpEngineRow("local", _identity(context.manager), state.snmp_engine_boots, state.snmp_engine_time),
        *(SnmpEngineRow(each.address, each.engine_id, None, None) for each in _settings(context).remote_engines),
    ]


class SnmpUserRow(msgspec.Struct, frozen=True):
    """One user of version 3."""

    user: str
    group: str
    engine: str
    """`local`, or the address of the receiver of informs."""
    level: str
    """Highest security level that its algorithms give."""
    authentication: str
    privacy: str
    access_list: str
    state: str
    """`usable`, or why its keys are of no use."""


@show(
    "show snmp user [NAME$name]",
    row=SnmpUserRow,
    privilege=PRIVILEGED,
    words=WORDS | {"user": "Users of version 3"},
    arguments={"name": "Name of the user"},
)
async def show_users(context: Context, name: str | None) -> list[SnmpUserRow]:
    """Users of version 3 and their algorithms; keys are not shown."""
    users = [each for each in _settings(context).users if name in (None, each.name)]
    if name is not None and not users:
        raise CommandError(f"There is no SNMP user {name}")
    settings, keyring = _settings(context), context.manager.registry.keyring
    assert keyring is not None, "a server that runs has a state"
    states = await asyncio.to_thread(lambda: [secrets.unfit(each, settings, keyring) for each in users])
    return [
        SnmpUserRow(
            each.name,
            each.group,
            each.remote or "local",
            level_of(each),
            each.authentication or "-",
            each.privacy or "-",
            each.access_list or "-",
            state or "usable",
        )
        for each, state in zip(users, states, strict=True)
    ]


class SnmpGroupRow(msgspec.Struct, frozen=True):
    """One group of users."""

    group: str
    level: str
    """The least that its users must use."""
    read: str
    write: str
    notify: str
    access_list: str
    users: int


@show(
    "show snmp group",
    row=SnmpGroupRow,
    privilege=PRIVILEGED,
    words=WORDS | {"group": "Users of version 3 with the same rights"},
)
def show_groups(context: Context) -> Iterator[SnmpGroupRow]:
    """Groups of users of version 3: level, views, access list; `*` is everything, `-` nothing."""
    settings = _settings(context)
    for each in settings.groups:
        users = sum(user.group == each.name for user in settings.users)
        yield SnmpGroupRow(
            each.name,
            each.level,
            each.read or "*",
            each.write or "-",
            each.notify or "*",
            each.access_list or "-",
            users,
        )


class SnmpViewRow(msgspec.Struct, frozen=True):
    """One subtree of a view."""

    view: str
    tree: str
    oid: str
    """`unknown`: the MIB has no such name."""
    action: str


@show("show snmp view", row=SnmpViewRow, privilege=PRIVILEGED, words=WORDS | {"view": "Parts of the MIB"})
def show_views(context: Context) -> Iterator[SnmpViewRow]:
    """Views: the subtrees of the MIB that are in them or not; of several that fit an object the longest decides."""
    from oam.snmp.names import resolved

    for each in _settings(context).views:
        oid = resolved(each.tree)
        yield SnmpViewRow(each.name, each.tree, "unknown" if oid is None else dotted(oid), each.action)


class SnmpCommunityRow(msgspec.Struct, frozen=True):
    """One community, without its name."""

    number: int
    """In the order of the configuration."""
    access: str
    view: str
    access_list: str


@show(
    "show snmp community",
    row=SnmpCommunityRow,
    privilege=PRIVILEGED,
    words=WORDS | {"community": "Rights of managers of version 1 and 2c"},
)
def show_communities(context: Context) -> Iterator[SnmpCommunityRow]:
    """Communities and their rights, in the order of the configuration; the communities themselves are not shown.

    `*` is everything; without an access list only this host is answered.
    """
    for number, each in enumerate(_settings(context).communities, 1):
        yield SnmpCommunityRow(number, each.access, each.view or "*", each.access_list or "this host")


@show(
    "show snmp host",
    row=SnmpHostRow,
    privilege=PRIVILEGED,
    words=WORDS | {"host": "Who is told of alarms and other events"},
)
def show_hosts(context: Context) -> list[SnmpHostRow]:
    """Hosts that are sent notifications: how they fare, what waits for them, what was lost."""
    return context.manager.snmp.notifier.hosts()


class SnmpCounterRow(msgspec.Struct, frozen=True):
    """One counter of the agent."""

    counter: str
    value: int


@show(
    "show snmp statistics",
    row=SnmpCounterRow,
    words=WORDS | {"statistics": "All that the agent counts"},
)
def show_statistics(context: Context) -> Iterator[SnmpCounterRow]:
    """All that the agent counts, since management was started; SNMPv2-MIB and SNMP-USER-BASED-SM-MIB have the same."""
    for name, value in msgspec.structs.asdict(context.manager.snmp.counters).items():
        yield SnmpCounterRow(name.replace("_", "-"), value)


class SnmpObjectRow(msgspec.Struct, frozen=True):
    """One managed object."""

    object: str
    oid: str
    syntax: str
    access: str
    units: str
    module: str


@show(
    "show snmp mib [SUBTREE$which]",
    row=SnmpObjectRow,
    words=WORDS | {"mib": "Objects that are served"},
    arguments={"which": "OID, or how the name of an object or table begins"},
)
def show_mib(context: Context, which: str | None) -> list[SnmpObjectRow]:
    """Every object that managers may find, with its OID, type and access.

    Example: show snmp mib sipctlTrunk
    Example: show snmp mib 1.3.6.1.2.1.1
    """
    found = [
        ((*table.entry, column.number), table, column)
        for table in context.manager.snmp.mib.tables.values()
        for column in table.columns
    ]
    rows = [
        SnmpObjectRow(column.name, dotted(oid), column.syntax.text, column.access, column.units, table.module)
        for oid, table, column in sorted(found, key=lambda each: each[0])
        if _named(which or "", (dotted(oid), column.name, table.name))
    ]
    if which is not None and not rows:
        raise CommandError(f"There is no object {which}")
    return rows


def _named(wanted: str, names: tuple[str, ...]) -> bool:
    """Tell whether one of the names begins so; an OID with its whole arcs."""
    if wanted[:1].isdigit():
        return f"{names[0]}.".startswith(f"{wanted}.")
    return any(each.lower().startswith(wanted.lower()) for each in names)
