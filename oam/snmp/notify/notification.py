"""What is notified: an event, ready to be written into a message of any version. Pure."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any, Final, NamedTuple

from oam.fault.event import CHANGED, CLEARED, RAISED, AlarmEvent
from oam.snmp import ber, notifications, oids
from oam.snmp.object import Notification
from oam.snmp.objects import COLUMNS, oid_of
from oam.snmp.oids import Oid
from oam.snmp.syntax import Start
from oam.snmp.tables.alarm_rows import row_of_event

TOLD: Final = (RAISED, CHANGED, CLEARED)
"""What happens to an alarm and is notified; what operators do with one is not."""

SYS_UP_TIME: Final[Oid] = (*oids.MIB_2, 1, 3, 0)
TRAP_OID: Final[Oid] = (*oids.SNMP_MODULES, 1, 1, 4, 1, 0)
TRAP_ENTERPRISE: Final[Oid] = (*oids.SNMP_MODULES, 1, 1, 4, 3, 0)
STANDARD: Final[Oid] = (*oids.SNMP_MODULES, 1, 1, 5)
"""snmpTraps: below it are those of RFC 3418."""
COLD_START: Final[Oid] = (*STANDARD, 1)
WARM_START: Final[Oid] = (*STANDARD, 2)
AUTHENTICATION_FAILURE: Final[Oid] = (*STANDARD, 5)
_NAMES: Final = {COLD_START: "coldStart", WARM_START: "warmStart", AUTHENTICATION_FAILURE: "authenticationFailure"}

Variable = tuple[Oid, bytes]
"""Name of an instance, and its encoded value."""


class Told(NamedTuple):
    """One notification."""

    oid: Oid
    """What snmpTrapOID says."""
    name: str
    variables: tuple[Variable, ...]
    """What follows sysUpTime and snmpTrapOID."""
    at: float
    """Seconds since 1970."""
    uptime_s: float
    """sysUpTime when it happened; it may leave later."""

    @property
    def objects(self) -> tuple[Oid, ...]:
        """What a notify view must show for it to be sent (RFC 3413 §3.3)."""
        return (self.oid, *(oid for oid, _ in self.variables if oid != TRAP_ENTERPRISE))


def of_alarm(event: AlarmEvent, chosen: Collection[str]) -> list[Told]:
    """Return the notifications of an event: the generic one, that of its kind, both or none, as is `chosen`."""
    if event.happening not in TOLD:
        return []
    kinds: list[Notification] = []
    if "alarms" in chosen:
        kinds.append(notifications.CLEARED if event.happening == CLEARED else notifications.RAISED)
    if "alarm-types" in chosen and event.number in notifications.SPECIFIC:
        kinds.append(notifications.SPECIFIC[event.number])
    if not kinds:
        return []
    row = row_of_event(event)
    variables = tuple(_variable(name, row, event.id) for name in notifications.LEADING)
    return [_told((*oids.NOTIFICATIONS, kind.number), kind.name, variables) for kind in kinds]


def start(*, cold: bool) -> Told:
    """Return coldStart or warmStart (RFC 3418)."""
    return _standard(COLD_START if cold else WARM_START)


def authentication_failure(address: str) -> Told:
    """Return authenticationFailure (RFC 3418), with the address that it is about."""
    return _standard(AUTHENTICATION_FAILURE, _value("sipctlNotifyAddress", address))


def test(words: str) -> Told:
    """Return a notification that tells of nothing."""
    kind = notifications.TEST
    return _told((*oids.NOTIFICATIONS, kind.number), kind.name, (_value("sipctlNotifyText", words),))


def _standard(oid: Oid, *variables: Variable) -> Told:
    # Version 1 takes its enterprise from it (RFC 3584 §3.2): so a manager sees from what kind of product it comes.
    enterprise = (TRAP_ENTERPRISE, ber.object_identifier(oids.SERVER))
    return _told(oid, _NAMES[oid], (*variables, enterprise))


def _told(oid: Oid, name: str, variables: tuple[Variable, ...]) -> Told:
    return Told(oid, name, variables, time.time(), time.monotonic() - Start.monotonic)


def _variable(name: str, row: Any, *index: int) -> Variable:
    column = COLUMNS[name][1]
    return (*oid_of(name), *index), column.syntax.encode(getattr(row, column.field))


def _value(name: str, value: Any) -> Variable:
    return (*oid_of(name), 0), COLUMNS[name][1].syntax.encode(value)
