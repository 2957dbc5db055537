"""mib/SIPCTL-MIB.txt, written from the objects that the agent serves (SMIv2: RFC 2578, 2579, 2580)."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from oam.snmp import oids
from oam.snmp.convention import CONVENTIONS, Convention
from oam.snmp.notifications import NOTIFICATIONS, SPECIFIC
from oam.snmp.object import HIDDEN, MODULE, WRITE, Column, Notification, Table, below
from oam.snmp.objects import COLUMNS, TABLES
from oam.snmp.oids import Oid
from oam.snmp.syntax import Syntax, label


class Revision(NamedTuple):
    """One edition of the module."""

    at: str
    """UTC, as ExtUTCTime writes it: YYYYMMDDhhmmZ."""
    help: str


REVISIONS: Final = (Revision("202611280000Z", "First edition."),)
"""The newest first; whatever changes the module after a release adds one."""
TITLE: Final = (
    "Managed objects of sipctl, a SIP proxy and registrar that is operated like a router.",
    "Counters have 64 bits. Shares are hundredths of a per cent: divide by 100; where there was no sample there is no "
    "instance, and the column of samples beside says 0. Integer indexes stay with their name for the life of the "
    "server's state directory, over restarts and changes of the configuration; rows that come and go by themselves, "
    "of codes, bans and neighbours with overload feedback, have their name as index. A row of counters has an object "
    "that tells when they last began anew.",
    "Alarms: every event has a sequence number. A manager that sees a gap between those of two notifications, or that "
    "comes back, walks sipctlAlarmTable, which has all active alarms.",
)
"""Paragraphs of the module's description."""
OPTIONAL: Final[dict[str, tuple[Oid, str]]] = {
    "sipctlSubscribers": (oids.SUBSCRIBERS, "Served where the configuration has `snmp-server subscribers`."),
}
"""Area -> where its groups are and when they are served."""
_WIDTH: Final = 76
_CURRENT: Final = "current"
_OBSOLETE: Final = "obsolete"
_COMPLIANCES: Final[Oid] = (*oids.CONFORMANCE, 1)
_GROUPS: Final[Oid] = (*oids.CONFORMANCE, 2)
_FORMER: Final = 100_000
"""Added to the number of a group for that of its obsolete objects."""
_GENERIC: Final = "sipctlGeneralNotifications"
_BY_TYPE: Final = "sipctlAlarmTypeNotifications"
_MACROS: Final = (
    ("SNMPv2-SMI", "MODULE-IDENTITY"),
    ("SNMPv2-SMI", "OBJECT-IDENTITY"),
    ("SNMPv2-SMI", "OBJECT-TYPE"),
    ("SNMPv2-SMI", "NOTIFICATION-TYPE"),
    ("SNMPv2-SMI", "enterprises"),
    ("SNMPv2-TC", "TEXTUAL-CONVENTION"),
    ("SNMPv2-CONF", "MODULE-COMPLIANCE"),
    ("SNMPv2-CONF", "OBJECT-GROUP"),
    ("SNMPv2-CONF", "NOTIFICATION-GROUP"),
)
"""What the module may use besides the types of its objects."""


def own_tables() -> list[Table]:
    """Return the tables and groups of our module, in the order of their OIDs."""
    return sorted((table for table in TABLES if table.module == MODULE), key=lambda table: table.oid)


def objects_group(table: Table) -> tuple[str, int]:
    """Return name and number of the conformance group of a table: area and place in it, so that both stay."""
    area, *place = table.oid[len(oids.OBJECTS) :]
    return table.name.removesuffix("Table") + "Objects", area * 100 + (place[0] if place else 0)


def module_text() -> str:
    """Return the whole module."""
    tables = own_tables()
    parts = [_identity(), _places(tables)]
    parts += [_convention(each) for each in _used(tables)]
    for table in tables:
        parts += _table(table)
    parts += [_notification(each) for each in NOTIFICATIONS]
    parts += _groups(tables)
    parts += [_compliance(tables), "END"]
    body = "\n\n".join(parts)
    return f"{MODULE} DEFINITIONS ::= BEGIN\n\n{_imports(tables, body)}\n\n{body}\n"


def _used(tables: Iterable[Table]) -> list[Convention]:
    """Return the textual conventions that a column has."""
    known = {column.syntax.text for table in tables for column in table.columns}
    return [each for each in CONVENTIONS if each.name in known]


def _imports(tables: Sequence[Table], body: str) -> str:
    wanted: dict[str, list[str]] = {}
    own = {table.name for table in tables}
    needed = [each for each in _MACROS if each[1] in body]
    for table in tables:
        needed += (name for column in table.columns for name in column.syntax.imported)
        needed += ((COLUMNS[name][0].module, name) for name in table.indexed if COLUMNS[name][0].name not in own)
    for module, name in needed:
        names = wanted.setdefault(module, [])
        if name not in names:
            names.append(name)
    parts = [_names(names, 4) + f"\n        FROM {module}" for module, names in wanted.items()]
    return "IMPORTS\n" + "\n".join(parts) + ";"


def _identity() -> str:
    lines = [
        "sipctlMIB MODULE-IDENTITY",
        f'    LAST-UPDATED "{REVISIONS[0].at}"',
        '    ORGANIZATION "sipctl"',
        "    CONTACT-INFO",
        _quoted("Questions about this module: whoever the server came from. Questions about a server: its sysContact."),
        "    DESCRIPTION",
        _quoted(*TITLE),
    ]
    for revision in REVISIONS:
        lines += [f'    REVISION     "{revision.at}"', "    DESCRIPTION", _quoted(revision.help)]
    return "\n".join([*lines, "    " + _place("sipctlModules", oids.MODULE)])


def _places(tables: Iterable[Table]) -> str:
    """Write the nodes that have no type: areas, and groups of scalars."""
    used = {table.oid[: len(oids.OBJECTS) + 1] for table in tables}
    nodes = [(name, "sipctlObjects", oid) for name, oid in oids.AREAS.items() if oid in used]
    areas = {oid: name for name, oid in oids.AREAS.items()}
    nodes += [
        (table.name, areas[table.oid[:-1]], table.oid)
        for table in tables
        if not table.indexed and table.oid not in areas
    ]
    lines = [
        _node("sipctl", "enterprises", oids.SIPCTL),
        _node("sipctlProducts", "sipctl", oids.PRODUCTS),
        _node("sipctlModules", "sipctl", oids.MODULE[:-1]),
        "\nsipctlServer OBJECT-IDENTITY",
        "    STATUS      current",
        "    DESCRIPTION",
        _quoted("The server: the value of sysObjectID."),
        "    " + _place("sipctlProducts", oids.SERVER) + "\n",
        _node("sipctlNotifications", "sipctlMIB", oids.NOTIFICATIONS),
        _node("sipctlObjects", "sipctlMIB", oids.OBJECTS),
        _node("sipctlConformance", "sipctlMIB", oids.CONFORMANCE),
        _node("sipctlCompliances", "sipctlConformance", _COMPLIANCES),
        _node("sipctlGroups", "sipctlConformance", _GROUPS),
        "",
        *(_node(*node) for node in nodes),
    ]
    return "\n".join(lines)


def _convention(convention: Convention) -> str:
    lines = [f"{convention.name} ::= TEXTUAL-CONVENTION"]
    if convention.hint:
        lines.append(f'    DISPLAY-HINT "{convention.hint}"')
    base = convention.base or _syntax(convention.syntax.names, convention.syntax.text)
    lines += ["    STATUS      current", "    DESCRIPTION", _quoted(convention.help), f"    SYNTAX      {base}"]
    return "\n".join(lines)


def _table(table: Table) -> Iterator[str]:
    if table.indexed:
        yield _table_head(table)
        yield _entry(table)
    parent = table.entry_name if table.indexed else table.name
    for column in table.columns:
        yield _column(column, parent)


def _table_head(table: Table) -> str:
    areas = {oid: name for name, oid in oids.AREAS.items()}
    lines = [
        f"{table.name} OBJECT-TYPE",
        f"    SYNTAX      SEQUENCE OF {_type_name(table)}",
        *_clauses(HIDDEN, table.help),
        "    " + _place(areas[table.oid[:-1]], table.oid),
    ]
    return "\n".join(lines)


def _entry(table: Table) -> str:
    if table.augments:
        base = next(each for each in TABLES if each.name == table.augments)
        index = f"    AUGMENTS    {{ {base.entry_name} }}"
    else:
        names = [("IMPLIED " if COLUMNS[name][1].syntax.implied else "") + name for name in table.indexed]
        index = f"    INDEX       {{ {', '.join(names)} }}"
    lines = [
        f"{table.entry_name} OBJECT-TYPE",
        f"    SYNTAX      {_type_name(table)}",
        *_clauses(HIDDEN, f"One row of {table.name}."),
        index,
        f"    ::= {{ {table.name} 1 }}",
        "",
        f"{_type_name(table)} ::= SEQUENCE {{",
    ]
    width = max(len(column.name) for column in table.columns) + 1
    fields = [f"    {column.name:{width}}{_base_type(column.syntax)}" for column in table.columns]
    return "\n".join([*lines, ",\n".join(fields), "}"])


def _column(column: Column, parent: str) -> str:
    convention = any(each.name == column.syntax.text for each in CONVENTIONS)
    lines = [
        f"{column.name} OBJECT-TYPE",
        "    SYNTAX      " + _syntax(None if convention else column.syntax.names, column.syntax.text),
    ]
    if column.units:
        lines.append(f'    UNITS       "{column.units}"')
    status = _OBSOLETE if column.obsolete else _CURRENT
    lines += [*_clauses(column.access, column.help, status), f"    ::= {{ {parent} {column.number} }}"]
    return "\n".join(lines)


def _notification(notification: Notification) -> str:
    lines = [
        f"{notification.name} NOTIFICATION-TYPE",
        "    OBJECTS     {",
        _names(notification.objects, 8),
        "    }",
        "    STATUS      current",
        "    DESCRIPTION",
        _quoted(notification.help),
        f"    ::= {{ sipctlNotifications {notification.number} }}",
    ]
    return "\n".join(lines)


def _groups(tables: Iterable[Table]) -> Iterator[str]:
    kind = "OBJECT-GROUP"
    for table in tables:
        name, number = objects_group(table)
        members = [column for column in table.columns if column.access != HIDDEN]
        current = [column.name for column in members if not column.obsolete]
        obsolete = [column.name for column in members if column.obsolete]
        if current:
            yield _group(name, kind, "OBJECTS", current, f"Objects of {table.name}.", number)
        if obsolete:
            why = f"Objects that {table.name} had in former editions."
            yield _group(f"{name}Obsolete", kind, "OBJECTS", obsolete, why, _FORMER + number, _OBSOLETE)
    by_type = [each.name for each in SPECIFIC.values()]
    generic = [each.name for each in NOTIFICATIONS if each.name not in by_type]
    kind = "NOTIFICATION-GROUP"
    yield _group(_GENERIC, kind, "NOTIFICATIONS", generic, "Notifications of alarms of every kind, and of a test.", 1)
    yield _group(_BY_TYPE, kind, "NOTIFICATIONS", by_type, "A notification for each kind of alarm.", 2)


def _group(
    name: str, macro: str, clause: str, members: Sequence[str], help_: str, number: int, status: str = _CURRENT
) -> str:
    lines = [
        f"{name} {macro}",
        f"    {clause:11} {{",
        _names(members, 8),
        "    }",
        f"    STATUS      {status}",
        "    DESCRIPTION",
        _quoted(help_),
        f"    ::= {{ sipctlGroups {number} }}",
    ]
    return "\n".join(lines)


def _compliance(tables: Sequence[Table]) -> str:
    optional = {
        objects_group(table)[0]: when
        for table in tables
        for where, when in OPTIONAL.values()
        if below(table.oid, where)
    }
    mandatory = [name for table in tables if (name := objects_group(table)[0]) not in optional]
    optional[_BY_TYPE] = "Sent where the configuration has `snmp-server enable traps alarm-types`."
    mandatory.append(_GENERIC)
    lines = [
        "sipctlCompliance MODULE-COMPLIANCE",
        "    STATUS      current",
        "    DESCRIPTION",
        _quoted("What every server has."),
        "    MODULE      -- this module",
        "    MANDATORY-GROUPS {",
        _names(mandatory, 8),
        "    }",
    ]
    for name, when in optional.items():
        lines += [f"    GROUP       {name}", "    DESCRIPTION", _quoted(when)]
    for table in tables:
        for column in table.columns:
            if column.access == WRITE:
                lines += [f"    OBJECT      {column.name}", "    MIN-ACCESS  read-only", "    DESCRIPTION"]
                lines.append(_quoted("Nothing can be set unless the configuration lets managers do so."))
    return "\n".join([*lines, "    ::= { sipctlCompliances 1 }"])


def _clauses(access: str, help_: str, status: str = _CURRENT) -> list[str]:
    return [f"    MAX-ACCESS  {access}", f"    STATUS      {status}", "    DESCRIPTION", _quoted(help_)]


def _syntax(names: Mapping[str, int] | None, text: str) -> str:
    """Write a type; enumerations a number a line."""
    if names is None:
        return text
    labels = [f"        {label(word)}({number})" for word, number in names.items()]
    return "INTEGER {\n" + ",\n".join(labels) + "\n    }"


def _base_type(syntax: Syntax) -> str:
    """Return a type as it stands in a SEQUENCE: without its restrictions (RFC 2578 §7.1.12)."""
    return syntax.text.partition(" (")[0].partition(" {")[0]


def _type_name(table: Table) -> str:
    return table.entry_name[0].upper() + table.entry_name[1:]


def _node(name: str, parent: str, oid: Oid) -> str:
    return f"{name} OBJECT IDENTIFIER {_place(parent, oid)}"


def _place(parent: str, oid: Oid) -> str:
    return f"::= {{ {parent} {oid[-1]} }}"


def _names(names: Iterable[str], indent: int) -> str:
    return textwrap.fill(
        ", ".join(names), _WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent, break_on_hyphens=False
    )


def _quoted(*paragraphs: str) -> str:
    """Write a text; quotation marks end a string of SMI, so they become apostrophes."""
    indent = " " * 8
    written = [
        textwrap.fill(
            paragraph.replace('"', "'"), _WIDTH, initial_indent=indent, subsequent_indent=indent,
            break_on_hyphens=False, break_long_words=False,
        )
        for paragraph in paragraphs
    ]  # fmt: skip
    return indent + '"' + "\n\n".join(written).lstrip() + '"'
