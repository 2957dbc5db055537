"""Overload control as tables: what overload is known by, and with which neighbours feedback is exchanged."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.orders import ListOverload, ListOverloadPeers
from core.northbound.rows import OverloadPeerRow, OverloadRow
from oam.snmp import oids, syntax
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.rows.asking import asked

if TYPE_CHECKING:
    from oam.context import Manager

_INDICATORS: Final = {"cpu": 1, "lag": 2, "queue": 3, "memory": 4, "calls": 5, "rate": 6}


class IndicatorRow(msgspec.Struct, frozen=True):
    """One thing that overload is known by."""

    name: str
    value: float
    unit: str
    high: float | None
    low: float | None
    over: bool


class PeerRow(msgspec.Struct, frozen=True):
    """One neighbour with which overload feedback is exchanged."""

    peer: str
    direction: str
    algorithm: str
    percent: float | None
    rate: float | None
    offered: float | None
    expires_ms: float | None
    refused: int | None
    discontinuity_at: float | None


async def _indicators(manager: Manager) -> Sequence[IndicatorRow]:
    return [
        IndicatorRow(each.item, each.value, each.unit, each.high, each.low, each.state == "high")
        for each in await asked(manager, ListOverload(), OverloadRow) or ()
        if each.item in _INDICATORS and isfinite(each.value)
    ]


async def _peers(manager: Manager) -> Sequence[PeerRow]:
    return [
        PeerRow(
            each.peer,
            each.direction,
            each.algorithm,
            each.value if each.algorithm == "loss" else None,
            each.value if each.algorithm == "rate" else each.rate,
            each.offered,
            None if each.expires_s is None else each.expires_s * 1000,
            each.refused,
            _began_anew(manager, each),
        )
        for each in await asked(manager, ListOverloadPeers(), OverloadPeerRow) or ()
    ]


def _began_anew(manager: Manager, row: OverloadPeerRow) -> float | None:
    if row.refused is None:
        return None
    return manager.snmp.discontinuities.of("overload-peer", f"{row.direction} {row.peer}", (row.refused,))


def tenths(number: int, name: str, field: str, help_: str, units: str) -> Column:
    """Make a column of a figure with one digit behind the point."""
    return Column(number, name, _TENTHS, field, f"{help_}, in tenths: the divisor is 10.", units)


_TENTHS: Final = syntax.GAUGE._replace(encode=lambda value: syntax.GAUGE.encode(round(value * 10)))

INDICATORS: Final = Table(
    (*oids.TRAFFIC_CONTROLS, 3),
    "sipctlOverloadIndicatorTable",
    "What overload of the server is known by: those indicators that have a threshold.",
    (
        Column(
            1, "sipctlOverloadIndicator", syntax.enumeration(_INDICATORS), "name",
            "The indicator: cpu(1), processor time of signalling; lag(2), how late its event loop comes to its work; "
            "queue(3), fill of the receive buffer of the fullest socket; memory(4) of the process; calls(5) of the "
            "most there may be; rate(6), new calls of those the server is engineered for.",
            access=HIDDEN,
        ),
        Column(2, "sipctlOverloadIndicatorName", syntax.text(16), "name", "Name of the indicator."),
        tenths(
            3, "sipctlOverloadIndicatorValue", "value", "Value in the unit of sipctlOverloadIndicatorUnit",
            "0.1 units",
        ),
        Column(
            4, "sipctlOverloadIndicatorUnit", syntax.text(16), "unit",
            "Unit of the value and of the thresholds: '%', 'ms', 'MiB'.",
        ),
        tenths(
            5, "sipctlOverloadIndicatorHigh", "high", "Threshold from which on calls are refused", "0.1 units",
        ),
        tenths(
            6, "sipctlOverloadIndicatorLow", "low", "Threshold below which the value must fall before none is refused",
            "0.1 units",
        ),
        Column(7, "sipctlOverloadIndicatorOver", syntax.TRUTH, "over", "Whether calls are refused because of it."),
    ),
    _indicators,
    indexed=("sipctlOverloadIndicator",),
)  # fmt: skip

PEERS: Final = Table(
    (*oids.TRAFFIC_CONTROLS, 4),
    "sipctlOverloadPeerTable",
    "Neighbours with which overload feedback is exchanged (RFC 7339, RFC 7415).",
    (
        Column(
            1, "sipctlOverloadPeerDirection", syntax.enumeration({"upstream": 1, "downstream": 2}), "direction",
            "Whether the neighbour is told how much to send, upstream(1), or tells us, downstream(2).", access=HIDDEN,
        ),
        Column(
            2, "sipctlOverloadPeer", syntax.text(64, 1, implied=True), "peer", "The neighbour.", access=HIDDEN,
        ),
        Column(3, "sipctlOverloadPeerName", syntax.text(64), "peer", "The neighbour."),
        Column(
            4, "sipctlOverloadPeerAlgorithm", syntax.enumeration({"loss": 1, "rate": 2, "pause": 3}), "algorithm",
            "How it is said: loss(1), a share of the calls; rate(2), calls a second; pause(3), none for a while, after "
            "503 with Retry-After.",
        ),
        Column(
            5, "sipctlOverloadPeerPercent", syntax.HUNDREDTHS, "percent",
            "Share of the calls that is kept back, in hundredths of a per cent: the divisor is 100.", "0.01 percent",
        ),
        tenths(
            6, "sipctlOverloadPeerRate", "rate",
            "Calls a second: downstream those that may be sent, upstream those that come",
            "0.1 calls per second",
        ),
        tenths(
            7, "sipctlOverloadPeerOffered", "offered",
            "Calls a second that would come from upstream if it kept none back", "0.1 calls per second",
        ),
        Column(
            8, "sipctlOverloadPeerExpires", syntax.GAUGE, "expires_ms",
            "For how long what downstream said still holds.", "milliseconds",
        ),
        Column(
            9, "sipctlOverloadPeerRefused", syntax.COUNTER, "refused",
            "Calls kept from downstream since it first said something.", "calls",
        ),
        Column(
            10, "sipctlOverloadPeerDiscontinuityTime", syntax.TIME_STAMP, "discontinuity_at",
            "Value of sysUpTime when sipctlOverloadPeerRefused last began anew, as it does when downstream says "
            "something after a silence.",
        ),
    ),
    _peers,
    indexed=("sipctlOverloadPeerDirection", "sipctlOverloadPeer"),
)  # fmt: skip

TABLES: Final = (INDICATORS, PEERS)
