"""Our tree hangs together."""

from __future__ import annotations

from oam.snmp import oids
from oam.snmp.object import below


def test_everything_of_ours_is_below_the_enterprise_number() -> None:
    for oid in (oids.SERVER, oids.NOTIFICATIONS, oids.OBJECTS, oids.CONFORMANCE, oids.SESSIONS):
        assert below(oid, (1, 3, 6, 1, 4, 1, oids.ENTERPRISE))


def test_groups_have_an_arc_each() -> None:
    groups = [value for value in vars(oids).values() if isinstance(value, tuple) and value[:-1] == oids.OBJECTS]
    assert len(groups) == len(set(groups)) == 17


def test_an_oid_is_written_with_dots() -> None:
    assert oids.dotted((1, 3, 6)) == "1.3.6"
