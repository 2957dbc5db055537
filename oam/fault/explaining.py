"""Which alarm explains which: a trunk group that is down says all that its members' alarms would say. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from oam.fault.alarm import Alarm
from oam.fault.catalogue import ALARMS, ANY, MEMBER

Owners = Callable[[str], Iterable[str]]
"""Object -> the objects that it is part of."""


def explained_by(alarm: Alarm, active: Mapping[tuple[int, str], Alarm], owners: Owners) -> Alarm | None:
    """Return the active alarm that explains `alarm`, the first that its definition names."""
    for number, relation in ALARMS[alarm.number].parents:
        for found in _related(alarm, number, relation, active, owners):
            if found.key != alarm.key:
                return found
    return None


def _related(
    alarm: Alarm, number: int, relation: str, active: Mapping[tuple[int, str], Alarm], owners: Owners
) -> Iterator[Alarm]:
    if relation == ANY:
        yield from (each for each in active.values() if each.number == number)
        return
    for name in owners(alarm.object) if relation == MEMBER else (alarm.object,):
        if (found := active.get((number, name))) is not None:
            yield found
