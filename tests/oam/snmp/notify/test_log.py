"""The log of notifications: numbered, bounded, counted."""

from __future__ import annotations

from oam.snmp.notify.log import NotificationLog
from oam.snmp.notify.notification import Told


def told(number: int) -> Told:
    return Told((1, 3, number), "it", (), 0.0, 0.0)


def test_the_newest_are_kept() -> None:
    log = NotificationLog(lambda: 3)
    for number in range(5):
        log.add(told(number))
    assert [(each.number, each.told.oid[-1]) for each in log.entries()] == [(3, 2), (4, 3), (5, 4)]
    assert (log.logged, log.bumped) == (5, 2)


def test_a_smaller_bound_is_in_force_at_once() -> None:
    bound = [3]
    log = NotificationLog(lambda: bound[0])
    for number in range(3):
        log.add(told(number))
    bound[0] = 1
    assert [each.number for each in log.entries()] == [3]
    assert log.bumped == 2


def test_the_same_is_given_while_nothing_changes() -> None:
    log = NotificationLog(lambda: 2)
    log.add(told(1))
    before = log.entries()
    assert log.entries() is before
    log.add(told(2))
    full = log.entries()
    assert full is not before
    log.add(told(3))
    assert [each.number for each in log.entries()] == [2, 3]
