"""Numbers that were given once stay given: OIDs of objects and notifications, numbers of enumerations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from oam.snmp.convention import CONVENTIONS
from oam.snmp.notifications import NOTIFICATIONS
from oam.snmp.objects import COLUMNS, oid_of
from oam.snmp.oids import NOTIFICATIONS as BELOW
from oam.snmp.oids import dotted
from oam.snmp.syntax import label

GIVEN = Path(__file__).with_name("oids.txt")
"""What was given, a line each."""


def given_now() -> Iterator[str]:
    """Write what there is as lines of GIVEN."""
    enumerations = {each.name: each.syntax.names for each in CONVENTIONS}
    for name, (_, column) in COLUMNS.items():
        yield f"{dotted(oid_of(name))} {name} {column.syntax.tag:#04x}"
        if column.syntax.text not in enumerations:
            enumerations[name] = column.syntax.names
    for each in NOTIFICATIONS:
        yield f"{dotted((*BELOW, each.number))} {each.name}"
    for name, names in enumerations.items():
        for word, number in (names or {}).items():
            yield f"{name} {label(word)}({number})"


def test_nothing_is_deleted_and_no_number_changes() -> None:
    """A manager that knows an older edition must never read something else in the same number (RFC 2578 §10)."""
    given, now = set(GIVEN.read_text().splitlines()), set(given_now())
    lost, new = sorted(given - now), sorted(now - given)
    assert not lost, f"obsolete instead of delete (Column.obsolete), no other number or type: {'; '.join(lost)}"
    assert not new, f"new, and there for good from now on; add to {GIVEN.name}:\n" + "\n".join(new)
