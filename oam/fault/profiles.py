"""What is in force for each alarm: the catalogue, with what the configuration says in its place. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from oam.fault.catalogue import ALARMS
from oam.settings.alarms import UNSET, AlarmProfile


class Profiles:
    """The profiles of one configuration."""

    def __init__(self, profiles: Iterable[AlarmProfile] = ()) -> None:
        self._by_number = {each.number: each for each in profiles}

    def is_shut(self, number: int) -> bool:
        """Whether the alarm is never raised."""
        profile = self._by_number.get(number)
        return profile is not None and profile.shutdown

    def severity(self, number: int, given: str = "") -> str:
        """Return the severity that the profile or, failing that, the source (`given`) or the catalogue gives."""
        profile = self._by_number.get(number)
        return (profile.severity if profile else "") or given or ALARMS[number].severity

    def delays(self, number: int) -> tuple[float, float]:
        """Return soak and clear delay, seconds."""
        definition, profile = ALARMS[number], self._by_number.get(number)
        if profile is None:
            return definition.soak_s, definition.clear_s
        soak_s = definition.soak_s if profile.soak_s == UNSET else float(profile.soak_s)
        return soak_s, definition.clear_s if profile.clear_s == UNSET else float(profile.clear_s)
