"""NOTIFICATION-LOG-MIB: what was notified can be read again."""

from __future__ import annotations

import gc
import time
from pathlib import Path

from support.management import FakeManager, played

from oam.config.tree import Configuration
from oam.settings.snmp import SnmpSettings
from oam.snmp import ber
from oam.snmp.mib import Mib, Stale
from oam.snmp.notify import notification
from oam.snmp.notify.log import NotificationLog
from oam.snmp.notify.notification import Told
from oam.snmp.object import HIDDEN
from oam.snmp.objects import oid_of
from oam.snmp.oids import MIB_2, Oid
from oam.snmp.tables import notification_log as family


async def value(mib: Mib, oid: Oid) -> bytes | None:
    asked_at = time.monotonic()
    while True:
        try:
            found = mib.get(oid, asked_at)
        except Stale as stale:
            await mib.refresh(stale.table)
        else:
            return None if found is None else found.value


TYPES = [
    ("nlmLogVariableCounter32Val", 1, ber.integer(7, ber.COUNTER32)),
    ("nlmLogVariableUnsigned32Val", 2, ber.integer(7, ber.GAUGE32)),
    ("nlmLogVariableTimeTicksVal", 3, ber.integer(7, ber.TIME_TICKS)),
    ("nlmLogVariableInteger32Val", 4, ber.integer(-7)),
    ("nlmLogVariableIpAddressVal", 5, ber.wrapped(ber.IP_ADDRESS, bytes(4))),
    ("nlmLogVariableOctetStringVal", 6, ber.wrapped(ber.OCTET_STRING, b"words")),
    ("nlmLogVariableOidVal", 7, ber.object_identifier((1, 3, 9))),
    ("nlmLogVariableCounter64Val", 8, ber.integer(2**40, ber.COUNTER64)),
    ("nlmLogVariableOpaqueVal", 9, ber.wrapped(0x44, b"any")),
]


@played
async def test_each_variable_has_its_value_in_the_column_of_its_type(tmp_path: Path) -> None:
    """RFC 3014: one of the values, by nlmLogVariableValueType."""
    manager = FakeManager(tmp_path)
    mib = Mib(manager, family.TABLES)
    variables = tuple(((1, 3, 8, number), octets) for _, number, octets in TYPES)
    manager.snmp.notifier.log.add(Told((1, 3, 7), "it", variables, 1_700_000_000.0, 12.5))
    for place, (name, kind, octets) in enumerate(TYPES, 1):
        index = (0, 1, place)
        assert await value(mib, (*oid_of("nlmLogVariableID"), *index)) == ber.object_identifier((1, 3, 8, kind))
        assert await value(mib, (*oid_of("nlmLogVariableValueType"), *index)) == ber.integer(kind)
        for other, _, _ in TYPES:
            assert await value(mib, (*oid_of(other), *index)) == (octets if other == name else None)
    assert await value(mib, (*oid_of("nlmLogNotificationID"), 0, 1)) == ber.object_identifier((1, 3, 7))
    assert await value(mib, (*oid_of("nlmLogTime"), 0, 1)) == ber.integer(1250, ber.TIME_TICKS)
    assert await value(mib, (*oid_of("nlmLogEngineID"), 0, 1)) == ber.wrapped(ber.OCTET_STRING, b"")


@played
async def test_what_went_for_newer_ones_is_counted_and_gone(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    mib = Mib(manager, family.TABLES)
    most = manager.configuration.running.snmp.log_size
    for number in range(most + 3):
        manager.snmp.notifier.log.add(Told((1, 3, number), "it", (((1, 3, 8), ber.integer(number)),), 1.0, 1.0))
    assert await value(mib, (*oid_of("nlmStatsGlobalNotificationsLogged"), 0)) == ber.integer(most + 3, ber.COUNTER32)
    assert await value(mib, (*oid_of("nlmStatsLogNotificationsBumped"), 0)) == ber.integer(3, ber.COUNTER32)
    assert await value(mib, (*oid_of("nlmConfigGlobalEntryLimit"), 0)) == ber.integer(most, ber.GAUGE32)
    assert await value(mib, (*oid_of("nlmConfigLogOperStatus"), 0)) == ber.integer(2)
    assert await value(mib, (*oid_of("nlmLogNotificationID"), 0, 3)) is None
    assert await value(mib, (*oid_of("nlmLogVariableInteger32Val"), 0, 4, 1)) == ber.integer(3)


@played
async def test_a_log_that_keeps_nothing_says_so(tmp_path: Path) -> None:
    settings = Configuration(snmp=SnmpSettings(log_size=0))
    manager = FakeManager(tmp_path, settings)
    mib = Mib(manager, family.TABLES)
    assert await value(mib, (*oid_of("nlmConfigLogOperStatus"), 0)) == ber.integer(1)
    assert await value(mib, (*oid_of("nlmConfigLogAdminStatus"), 0)) == ber.integer(2)


@played
async def test_rows_are_made_once(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    for number in range(3):
        manager.snmp.notifier.log.add(Told((1, 3, number), "it", (((1, 3, 8), ber.integer(number)),), 1.0, 1.0))
    before = await family.VARIABLES.source(manager)
    assert await family.VARIABLES.source(manager) is before
    manager.snmp.notifier.log.add(Told((1, 3, 9), "it", (((1, 3, 8), ber.integer(9)),), 1.0, 1.0))
    after = await family.VARIABLES.source(manager)
    assert [each is other for each, other in zip(before, after, strict=False)] == [True] * 3


def test_places_are_those_of_rfc_3014() -> None:
    """As net-snmp has them, whose numbers they were compared with."""
    places = {
        (*table.entry, column.number)[len(MIB_2) :]: column.name
        for table in family.TABLES
        for column in table.columns
        if column.access != HIDDEN
    }
    assert places[92, 1, 1, 1] == "nlmConfigGlobalEntryLimit"
    assert places[92, 1, 1, 3, 1, 7] == "nlmConfigLogEntryStatus"
    assert places[92, 1, 2, 3, 1, 2] == "nlmStatsLogNotificationsBumped"
    assert places[92, 1, 3, 1, 1, 9] == "nlmLogNotificationID"
    assert places[92, 1, 3, 2, 1, 12] == "nlmLogVariableOpaqueVal"


def test_the_collector_does_not_look_at_the_rows() -> None:
    """A log of thousands would hold up whoever types by tens of milliseconds whenever a manager walks it."""
    log = NotificationLog(lambda: 10)
    log.add(notification.test("x"))
    (entry,) = log.entries()
    assert not any(gc.is_tracked(row) for row in (*family._entry(entry), *family._variables(entry)))
