"""Notifications as PDUs of each version."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oam.snmp import ber
from oam.snmp.engine import reading
from oam.snmp.notify import notification, pdu
from oam.snmp.notify.notification import STANDARD, TRAP_ENTERPRISE, Told
from oam.snmp.oids import MODULE, NOTIFICATIONS, SERVER, Oid

VARIABLE = ((*MODULE, 1, 5), ber.integer(3))


def told(oid: Oid, *variables: tuple[Oid, bytes], uptime_s: float = 12.34) -> Told:
    return Told(oid, "it", variables, 0.0, uptime_s)


def parts(octets: bytes) -> list[tuple[int, bytes]]:
    """Return tag and content of each element of a version 1 trap."""
    at, end = reading.whole(octets, 0, len(octets), reading.TRAP_1)
    found = []
    while at < end:
        tag, start, stop = reading.element(octets, at, end)
        found.append((tag, octets[start:stop]))
        at = stop
    return found


@pytest.mark.parametrize(("made", "tag"), [(pdu.trap, reading.TRAP), (pdu.inform, reading.INFORM)])
def test_up_time_and_kind_come_first(made: Callable[[Told, int], bytes], tag: int) -> None:
    """RFC 3416 §4.2.6."""
    octets = made(told((*NOTIFICATIONS, 1), VARIABLE), 77)
    read = reading.pdu(octets, 0, len(octets))
    assert read.tag == tag
    assert read.request_id == ber.integer(77)
    assert read.variables == [
        ((1, 3, 6, 1, 2, 1, 1, 3, 0), ber.integer(1234, ber.TIME_TICKS)),
        ((1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0), ber.object_identifier((*NOTIFICATIONS, 1))),
        VARIABLE,
    ]


def test_version_1_has_our_traps_without_loss() -> None:
    """RFC 3584 §3.2: the zero before the last arc makes it come back as it was."""
    enterprise, agent, generic, specific, ticks, variables = parts(
        pdu.trap_1(told((*NOTIFICATIONS, 1002), VARIABLE), "192.0.2.1")
    )
    assert enterprise == (ber.OBJECT_IDENTIFIER, ber.oid_content(MODULE))
    assert agent == (ber.IP_ADDRESS, bytes((192, 0, 2, 1)))
    assert (generic[1], specific[1]) == (b"\x06", (1002).to_bytes(2, "big"))
    assert ticks == (ber.TIME_TICKS, (1234).to_bytes(2, "big"))
    assert variables[1].endswith(ber.integer(3))


def test_version_1_has_no_zero_where_there_is_none() -> None:
    enterprise, _, _, specific, _, _ = parts(pdu.trap_1(told((1, 3, 6, 1, 4, 1, 9, 5)), "192.0.2.1"))
    assert enterprise[1] == ber.oid_content((1, 3, 6, 1, 4, 1, 9))
    assert specific[1] == b"\x05"


@pytest.mark.parametrize(
    ("made", "generic"),
    [
        (notification.start(cold=True), 0),
        (notification.start(cold=False), 1),
        (notification.authentication_failure("192.0.2.9"), 4),
    ],
)
def test_version_1_has_the_standard_traps_with_our_product(made: Told, generic: int) -> None:
    enterprise, agent, kind, specific, _, variables = parts(pdu.trap_1(made, "2001:db8::1"))
    assert enterprise[1] == ber.oid_content(SERVER)
    assert agent[1] == bytes(4), "of IPv6 there is none"
    assert (kind[1], specific[1]) == (bytes((generic,)), b"\0")
    assert ber.object_identifier(TRAP_ENTERPRISE) not in variables[1]


def test_version_1_has_snmp_traps_for_a_standard_trap_that_says_no_product() -> None:
    assert parts(pdu.trap_1(told((*STANDARD, 4)), "192.0.2.1"))[0][1] == ber.oid_content(STANDARD)


def test_version_1_does_without_what_it_does_not_know() -> None:
    octets = pdu.trap_1(told((*NOTIFICATIONS, 1), VARIABLE, ((1, 3, 9), ber.integer(1, ber.COUNTER64))), "192.0.2.1")
    assert ber.object_identifier((1, 3, 9)) not in octets
    assert ber.object_identifier(VARIABLE[0]) in octets


def test_up_time_wraps() -> None:
    octets = pdu.trap(told((1, 3, 9), uptime_s=500 * 86_400), 1)
    assert reading.pdu(octets, 0, len(octets)).variables[0][1] == ber.integer(500 * 8_640_000 - 2**32, ber.TIME_TICKS)
