"""man/sipctl-mib.7, written from the objects that the agent serves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from oam.fault.catalogue import ALARMS
from oam.help.man import entries, page, roff, text
from oam.snmp import oids
from oam.snmp.mib_text import own_tables
from oam.snmp.notifications import CLEARED, LEADING, NOTIFICATIONS, RAISED, SPECIFIC, TEST
from oam.snmp.object import HIDDEN, MODULE, WRITE, Table
from oam.snmp.objects import TABLES
from oam.snmp.oids import dotted

_DESCRIPTION: Final = (
    "The SIP server answers SNMP versions 1, 2c and 3 where it is configured to (snmp-server in sipctl-config(5)); "
    "without a line of snmp-server it listens on no port. What it serves is described in SIPCTL-MIB.txt, which comes "
    "with it in mib/; files for LibreNMS, Zabbix, Prometheus, OpenNMS, Grafana and Telegraf are in mib/nms/.",
    "Counters have 64 bits and never fall while the row's discontinuity time stays the same. Shares are hundredths of "
    "a per cent: divide by 100; where nothing was counted there is no instance rather than a 0, and the number of "
    "samples beside says 0. Indexes are integers that stay with their name as long as the state directory lives, over "
    "restarts and changes of the configuration, so that graphs stay with their trunk; the name is a column. "
    "Rows that come and go by themselves, of codes, bans and neighbours with overload feedback, have their name as "
    "index.",
)
_ENTERPRISE: Final = (
    f"Enterprise number {oids.ENTERPRISE} is reserved for documentation (RFC 5612) and stands here until one is "
    "registered; all files are made from one constant."
)
_STANDARD: Final = "Besides, these objects of standard modules; the modules themselves come with every NMS."
_WRITABLE: Final = (
    "Nothing can be set until snmp-server names the operator as whom managers do it, and the community or group may "
    "write. What is set goes the way of a command of that operator: with the operator's rights, onto the audit log, "
    "into the running configuration."
)
_RESYNC: Final = (
    "Every event of an alarm has a sequence number, one more than the event before, also over restarts. A manager that "
    "sees a gap between two notifications, that was away, or that gets coldStart or warmStart does this:",
    (
        ("1", "Read sipctlAlarmLastSequence, and keep it."),
        ("2", "Walk sipctlAlarmTable: these alarms are active now, with severity and acknowledgement."),
        ("3", "Clear every alarm of this server that the table does not have, by its sipctlAlarmId."),
        ("4", "Go on with notifications whose sipctlAlarmSequence is greater than the number kept."),
    ),
    "What came and went in between is in sipctlAlarmHistoryTable, by sequence number, and the notifications themselves "
    "in NOTIFICATION-LOG-MIB.",
)
EXAMPLES: Final = (
    ("Who asks, for the commands below:", "WHO='-m +SIPCTL-MIB -v3 -l authPriv -u nms -a SHA-256 -A AUTHPASS'"),
    ("", 'WHO="$WHO -x AES -X PRIVPASS"'),
    ("Every table, with names:", "snmpbulkwalk $WHO sip1 sipctlMIB"),
    ("Calls in progress:", "snmpget $WHO sip1 sipctlSystemCalls.0"),
    ("Trunks as a table:", "snmptable -Cb -Ci $WHO sip1 sipctlTrunkTable"),
    ("Active alarms:", "snmptable -Cb -Ci $WHO sip1 sipctlAlarmTable"),
    ("Acknowledge alarm 17:", "snmpset $WHO sip1 sipctlAlarmAcknowledged.17 i true"),
    ("Where an object is, and what it means:", "snmptranslate -m +SIPCTL-MIB -On -Td SIPCTL-MIB::sipctlAlarmSeverity"),
    ("Receive notifications:", "snmptrapd -f -Lo -m +SIPCTL-MIB -c snmptrapd.conf udp:162"),
)
"""What for, empty: as before, and the command."""


def manual() -> str:
    """Write man/sipctl-mib.7."""
    lines = [".SH DESCRIPTION", *_paragraphs(_DESCRIPTION), ".PP", *text(_ENTERPRISE)]
    lines += [".SH OBJECT IDENTIFIERS", *entries(_places())]
    lines += [".SH TABLES", *_tables(own_tables())]
    lines += [".SH STANDARD MODULES", *text(_STANDARD), *entries(_standard())]
    writable = list(_writable())
    if writable:
        lines += [".SH WRITABLE OBJECTS", *text(_WRITABLE), *entries(writable)]
    lines += [".SH NOTIFICATIONS", *_notifications()]
    first, steps, last = _RESYNC
    lines += [".SH RESYNCHRONISATION", *text(first), *entries(steps), ".PP", *text(last)]
    lines.append(".SH EXAMPLES")
    for what, command in EXAMPLES:
        if what:
            lines += [*text(what), ".PP"]
        lines += [".EX", roff(command), ".EE", ".PP"]
    del lines[-1]
    also = ("sipctl(1)", "sipctl-commands(7)", "sipctl-config(5)", "sipctld(8)")
    return page("sipctl-mib", 7, "managed objects of the SIP server", lines, also)


def _paragraphs(paragraphs: Iterable[str]) -> Iterator[str]:
    for number, paragraph in enumerate(paragraphs):
        if number:
            yield ".PP"
        yield from text(paragraph)


def _places() -> Iterator[tuple[str, str]]:
    yield dotted(oids.SERVER), "sipctlServer, the value of sysObjectID."
    yield dotted(oids.NOTIFICATIONS), "Notifications; their number is the last arc."
    yield dotted(oids.OBJECTS), "Objects, an area each:"
    used = {table.oid[: len(oids.OBJECTS) + 1] for table in own_tables()}
    for name, oid in oids.AREAS.items():
        if oid in used:
            yield dotted(oid), f"{name}."


def _tables(tables: Iterable[Table]) -> Iterator[str]:
    for table in tables:
        objects = ", ".join(column.name for column in table.columns if column.access != HIDDEN)
        index = f" Index: {', '.join(table.indexed)}." if table.indexed else ""
        yield from entries([(table.name, f"{table.help}{index}")])
        yield ".IP"
        yield from text(f"{objects}.")


def _standard() -> Iterator[tuple[str, str]]:
    modules: dict[str, list[str]] = {}
    for table in TABLES:
        if table.module != MODULE:
            modules.setdefault(table.module, []).append(table.name)
    for module, names in modules.items():
        yield module, ", ".join(names) + "."


def _writable() -> Iterator[tuple[str, str]]:
    for table in own_tables():
        for column in table.columns:
            if column.access == WRITE:
                yield column.name, column.help


def _notifications() -> Iterator[str]:
    yield from entries((each.name, each.help) for each in NOTIFICATIONS if each not in SPECIFIC.values())
    yield ".PP"
    carried = f"{RAISED.name}, {CLEARED.name} and those of one kind of alarm carry in this order "
    yield from text(carried + ", ".join(LEADING) + ".")
    yield ".PP"
    yield from text("One for each kind of alarm, where snmp-server enable traps alarm-types asks for them:")
    yield from entries((each.name, f"Alarm {number}: {ALARMS[number].title}.") for number, each in SPECIFIC.items())
    yield from entries([(TEST.name, TEST.help)])
    yield ".PP"
    yield from text("Besides coldStart, warmStart and authenticationFailure of SNMPv2-MIB.")
