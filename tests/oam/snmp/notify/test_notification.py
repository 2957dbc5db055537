"""What is notified of what happens, by what is chosen."""

from __future__ import annotations

import pytest

from oam.fault.event import AlarmEvent
from oam.snmp import ber
from oam.snmp.notifications import LEADING
from oam.snmp.notify import notification
from oam.snmp.notify.notification import of_alarm
from oam.snmp.objects import oid_of
from oam.snmp.oids import NOTIFICATIONS, SERVER

RAISED = AlarmEvent(
    41, "raised", 7, 2, "trunk-unreachable", "trunk A", "major", "", "communications", 22, "no answer", 1_700_000_000.5
)
CLEARED = RAISED._replace(sequence=42, happening="cleared", severity="cleared", before="major", text="it answers")


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        (("alarms",), ["sipctlAlarmRaised"]),
        (("alarm-types",), ["sipctlAlarmTrunkUnreachable"]),
        (("alarms", "alarm-types"), ["sipctlAlarmRaised", "sipctlAlarmTrunkUnreachable"]),
        (("start", "authentication"), []),
    ],
)
def test_what_is_chosen_is_told(chosen: tuple[str, ...], names: list[str]) -> None:
    assert [each.name for each in of_alarm(RAISED, chosen)] == names


def test_a_clear_says_the_same_things_as_its_raise() -> None:
    (raised,), (cleared,) = of_alarm(RAISED, ("alarms",)), of_alarm(CLEARED, ("alarms",))
    assert raised.oid == (*NOTIFICATIONS, 1)
    assert cleared.oid == (*NOTIFICATIONS, 2)
    expected = [(*oid_of(name), 7) for name in LEADING]
    assert [oid for oid, _ in raised.variables] == [oid for oid, _ in cleared.variables] == expected
    said, then = dict(raised.variables), dict(cleared.variables)
    assert said[*oid_of("sipctlAlarmSeverity"), 7] == ber.integer(4)
    assert then[*oid_of("sipctlAlarmSeverity"), 7] == ber.integer(1)
    assert said[*oid_of("sipctlAlarmSequence"), 7] == ber.integer(41, ber.GAUGE32)
    assert said[*oid_of("sipctlAlarmProbableCause"), 7] == ber.integer(22)
    assert then[*oid_of("sipctlAlarmText"), 7] == ber.wrapped(ber.OCTET_STRING, b"it answers")


def test_a_change_is_told_as_a_raise() -> None:
    changed = RAISED._replace(happening="changed", severity="critical", before="major")
    assert [each.name for each in of_alarm(changed, ("alarms",))] == ["sipctlAlarmRaised"]


@pytest.mark.parametrize("happening", ["acknowledged", "unacknowledged", "shelved", "unshelved"])
def test_what_operators_do_with_an_alarm_is_not_told(happening: str) -> None:
    assert of_alarm(RAISED._replace(happening=happening), ("alarms", "alarm-types")) == []


def test_an_alarm_that_the_catalogue_lacks_is_told_as_one_of_any_kind() -> None:
    told = of_alarm(RAISED._replace(number=9999), ("alarms", "alarm-types"))
    assert [each.name for each in told] == ["sipctlAlarmRaised"]


def test_starts_and_failures_are_those_of_rfc_3418() -> None:
    assert notification.start(cold=True).oid == (1, 3, 6, 1, 6, 3, 1, 1, 5, 1)
    assert notification.start(cold=False).oid == (1, 3, 6, 1, 6, 3, 1, 1, 5, 2)
    failure = notification.authentication_failure("192.0.2.9")
    assert failure.oid == (1, 3, 6, 1, 6, 3, 1, 1, 5, 5)
    assert failure.variables[0][1] == ber.wrapped(ber.OCTET_STRING, b"192.0.2.9")
    assert failure.variables[-1] == ((1, 3, 6, 1, 6, 3, 1, 1, 4, 3, 0), ber.object_identifier(SERVER))


def test_a_view_is_asked_for_everything_but_what_the_protocol_adds() -> None:
    failure = notification.authentication_failure("192.0.2.9")
    assert failure.objects == (failure.oid, (*oid_of("sipctlNotifyAddress"), 0))
