"""What notifications there are follows from the catalogue of alarms."""

from __future__ import annotations

from oam.fault.catalogue import ALARMS
from oam.snmp.notifications import CLEARED, LEADING, NOTIFICATIONS, RAISED, SPECIFIC


def test_raise_and_clear_carry_the_same() -> None:
    assert RAISED.objects == CLEARED.objects == LEADING


def test_each_alarm_has_one_of_its_own_by_its_number() -> None:
    assert {number: each.number for number, each in SPECIFIC.items()} == {number: 1000 + number for number in ALARMS}
    assert SPECIFIC[2].name == "sipctlAlarmTrunkUnreachable"


def test_names_and_numbers_are_given_once() -> None:
    assert (
        len({each.name for each in NOTIFICATIONS}) == len({each.number for each in NOTIFICATIONS}) == len(NOTIFICATIONS)
    )
