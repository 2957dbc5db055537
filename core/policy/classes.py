"""Classes of requests: which are emergency calls, which have priority (RFC 5031, RFC 8876, RFC 4412)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from core.northbound.settings import Settings

SOS: Final = "urn:service:sos"


class Classes:
    """Whom to spare."""

    __slots__ = ("_emergency", "_groups", "_namespaces", "_trusted", "has_groups", "has_numbers", "is_challenged")

    def __init__(self) -> None:
        self._emergency: frozenset[str] = frozenset()
        self._namespaces: frozenset[str] = frozenset()
        self._trusted: frozenset[str] = frozenset()
        self._groups: frozenset[str] = frozenset()
        self.has_numbers: bool = False
        """There are emergency numbers."""
        self.has_groups: bool = False
        """There are subscriber groups whose calls have priority."""
        self.is_challenged: bool = True
        """Emergency calls are authenticated like all others."""

    def configure(self, settings: Settings) -> None:
        """Take new settings."""
        self._emergency = frozenset(settings.numbering.emergency)
        self._namespaces = frozenset([each.namespace for each in settings.traffic.priorities])
        self._trusted = frozenset([trunk.name for trunk in settings.trunks if trunk.trusted])
        self._groups = frozenset([group.name for group in settings.subscriber_groups if group.priority])
        self.has_numbers = bool(self._emergency)
        self.has_groups = bool(self._groups)
        self.is_challenged = not settings.traffic.emergency_unauthenticated

    def is_emergency(self, digits: str) -> bool:
        """Tell whether a called number, as dialled or as translated, is an emergency number."""
        return digits in self._emergency

    def trusts(self, trunk: str) -> bool:
        """Tell whether what a trunk says of priority counts."""
        return bool(trunk) and trunk in self._trusted

    def is_prior(self, values: Iterable[str]) -> bool:
        """Tell whether one of the values of Resource-Priority (RFC 4412 §3.1) gives priority here."""
        return not self._namespaces.isdisjoint([value.partition(".")[0].strip(" \t").lower() for value in values])

    def is_group_prior(self, group: str) -> bool:
        """Tell whether calls of a subscriber group have priority."""
        return group in self._groups


def is_sos(text: str) -> bool:
    """Tell whether a URI is the service urn of emergencies, or of a kind of them (RFC 5031 §4.2)."""
    head = text[: len(SOS)]
    return head.lower() == SOS and (len(text) == len(SOS) or text[len(SOS)] == ".")
