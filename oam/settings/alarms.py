"""What an operator sets for alarms: delays and severities by alarm, and how much history is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from oam.fault.catalogue import ALARMS

UNSET = -1
"""As the catalogue has it."""


class AlarmProfile(msgspec.Struct, frozen=True):
    """`alarm profile NUMBER`: what is other than in the catalogue."""

    number: int
    severity: str = ""
    """In place of whatever its source says; empty: as that says."""
    soak_s: int = UNSET
    clear_s: int = UNSET
    shutdown: bool = False
    """It is never raised."""


class AlarmSettings(msgspec.Struct, frozen=True):
    """`alarm …`."""

    history_maximum: int = 10_000
    """Events kept; the oldest go first."""


def problems(profiles: Sequence[AlarmProfile]) -> Iterator[str]:
    """Yield what makes `profiles` unusable."""
    for each in profiles:
        if each.number not in ALARMS:
            yield f"alarm profile {each.number}: there is no such alarm"
