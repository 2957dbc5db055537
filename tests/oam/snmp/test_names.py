"""Names of the tree, as they are written in views."""

from __future__ import annotations

import pytest

from oam.snmp import oids
from oam.snmp.names import resolved


@pytest.mark.parametrize(
    ("tree", "oid"),
    [
        ("1.3.6", (1, 3, 6)),
        (".1.3.6", (1, 3, 6)),
        ("internet", (1, 3, 6, 1)),
        ("mib-2.11", (*oids.MIB_2, 11)),
        ("sipctlSystem", oids.SYSTEM),
        ("sipctlSystemVersion", (*oids.SYSTEM, 1, 1)),
        ("sipctlSystemVersion.0", (*oids.SYSTEM, 1, 1, 0)),
        ("sipctlAlarmRaised", (*oids.NOTIFICATIONS, 1)),
        ("snmpTraps.1", (1, 3, 6, 1, 6, 3, 1, 1, 5, 1)),
        ("nothing", None),
        ("", None),
        ("1..3", None),
        ("1.3.x", None),
        ("internet.-1", None),
        (f"1.3.{oids.MOST_ARC + 1}", None),
    ],
)
def test_a_subtree_is_named_or_written(tree: str, oid: oids.Oid | None) -> None:
    assert resolved(tree) == oid
