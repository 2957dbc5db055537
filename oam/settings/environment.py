"""From where on what is measured of host and server is an alarm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec


class Bounds(msgspec.Struct, frozen=True):
    """Bounds of something that gets worse as it rises, one for each severity; 0: there is no alarm of it."""

    minor: int = 0
    major: int = 0
    critical: int = 0


class Days(msgspec.Struct, frozen=True):
    """Bounds of what gets worse as it falls, days that are left; 0: there is no alarm of that severity."""

    minor: int = 30
    major: int = 7


class Rates(msgspec.Struct, frozen=True):
    """What in one minute counts as an attack; 0: nothing does."""

    authentication: int = 300
    """Requests whose credentials are wrong."""
    malformed: int = 600
    """Messages that are no SIP."""


class EnvironmentSettings(msgspec.Struct, frozen=True):
    """Mode `environment`."""

    cpu: Bounds = Bounds(70, 85, 95)
    """Per cent of all processors of the host, and of one processor for the signalling process; mean of half a
    minute."""
    memory: Bounds = Bounds(80, 90, 95)
    """Per cent of the host's memory."""
    process_memory_mib: int = 0
    """Resident memory of one process of the server, MiB; 0: no bound."""
    disk: Bounds = Bounds(80, 90, 95)
    """Per cent of a volume's octets, and of its inodes."""
    files: Bounds = Bounds(70, 85, 95)
    """Per cent of the descriptors a process may have."""
    sessions: Bounds = Bounds(80, 90, 95)
    """Per cent of `maximum calls`."""
    queue: Bounds = Bounds(25, 50, 0)
    """Per cent of the fullest SIP socket's receive buffer."""
    hysteresis: int = 5
    """An alarm of a bound clears so many points below it."""
    lag_ms: int = 500
    """How late an event loop may be woken."""
    clock_offset_ms: int = 1000
    """How far the clock may be off, by its own estimate."""
    certificate: Days = Days()
    control_hours: int = 24
    """How long a network control may be in force without a reminder; 0: for ever."""
    unsaved_minutes: int = 15
    """How long the configuration may stay unsaved without a reminder; 0: for ever."""
    attack: Rates = Rates()
    refused_calls: int = 20
    """Calls of one subscriber group that its bounds refuse in five minutes, from which on fraud is probable; 0: no
    number."""


_BOUNDED: Final = ("cpu", "memory", "disk", "files", "sessions", "queue")


def problems(settings: EnvironmentSettings) -> Iterator[str]:
    """Yield what makes `settings` unusable."""
    for name in _BOUNDED:
        bounds: Bounds = getattr(settings, name)
        used = [each for each in (bounds.minor, bounds.major, bounds.critical) if each]
        if used != sorted(set(used)):
            yield f"environment: {name}: minor, major and critical must rise ({used})"
    days = settings.certificate
    if days.minor and days.major >= days.minor:
        yield f"environment: certificate: minor must be more days than major ({days.minor}, {days.major})"
