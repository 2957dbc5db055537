"""Notifications as PDUs (RFC 1157, RFC 3416, RFC 3584). Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final

from oam.snmp import ber
from oam.snmp.engine import message, reading
from oam.snmp.notify.notification import STANDARD, SYS_UP_TIME, TRAP_ENTERPRISE, TRAP_OID, Told, Variable
from oam.snmp.object import below
from oam.snmp.oids import Oid

_ENTERPRISE_SPECIFIC: Final = 6
_NO_ADDRESS: Final = "0.0.0.0"
"""What RFC 3584 §3.2 has where there is none of IPv4."""


def trap(told: Told, request_id: int) -> bytes:
    """Return an SNMPv2-Trap-PDU."""
    return message.pdu(reading.TRAP, ber.integer(request_id), _all(told))


def inform(told: Told, request_id: int) -> bytes:
    """Return an InformRequest-PDU."""
    return message.pdu(reading.INFORM, ber.integer(request_id), _all(told))


def probe(request_id: int) -> bytes:
    """Return a GET of nothing, which asks an engine for its ID (RFC 3414 §4)."""
    return message.pdu(reading.GET, ber.integer(request_id), b"")


def trap_1(told: Told, address: str) -> bytes:
    """Return a Trap-PDU of version 1 (RFC 3584 §3.2); `address` is ours."""
    enterprise, generic, specific = _kind(told)
    # A value that version 1 does not know would keep the whole from being sent; none of ours has one.
    values = [each for each in told.variables if each[0] != TRAP_ENTERPRISE and each[1][0] != ber.COUNTER64]
    return ber.wrapped(
        reading.TRAP_1,
        ber.object_identifier(enterprise)
        + ber.wrapped(ber.IP_ADDRESS, _agent(address))
        + ber.integer(generic)
        + ber.integer(specific)
        + _ticks(told)
        + ber.wrapped(ber.SEQUENCE, _list(values)),
    )


def _agent(address: str) -> bytes:
    try:
        return ipaddress.IPv4Address(address).packed
    except ValueError:
        return ipaddress.IPv4Address(_NO_ADDRESS).packed


def _kind(told: Told) -> tuple[Oid, int, int]:
    """Return enterprise, generic and specific trap of version 1."""
    if below(told.oid, STANDARD):
        enterprise = next((value for oid, value in told.variables if oid == TRAP_ENTERPRISE), None)
        return (STANDARD if enterprise is None else _oid(enterprise)), told.oid[-1] - 1, 0
    parent = told.oid[:-1]
    return (parent[:-1] if parent[-1] == 0 else parent), _ENTERPRISE_SPECIFIC, told.oid[-1]


def _oid(value: bytes) -> Oid:
    _, start, stop = reading.element(value, 0, len(value))
    return reading.oid(value, start, stop)


def _ticks(told: Told) -> bytes:
    return ber.integer(int(told.uptime_s * 100) & 0xFFFFFFFF, ber.TIME_TICKS)


def _all(told: Told) -> bytes:
    """Return the variables of versions 2c and 3 (RFC 3416 §4.2.6)."""
    return _list(((SYS_UP_TIME, _ticks(told)), (TRAP_OID, ber.object_identifier(told.oid)), *told.variables))


def _list(variables: Iterable[Variable]) -> bytes:
    return b"".join(message.variable(oid, value) for oid, value in variables)
