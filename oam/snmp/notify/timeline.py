"""The clock of a remote engine, as far as we know it (RFC 3414 §2.3, §3.2.7b)."""

from __future__ import annotations

import time
from collections.abc import Callable

from oam.snmp.engine.boots import LATCHED
from oam.snmp.engine.usm import WINDOW_S


class Timeline:
    """What we think that snmpEngineBoots and snmpEngineTime of one engine are; 0 and 0 until it has told us.

    Only what was authenticated is taken. It runs on our monotonic clock, so that it is right whenever an inform comes.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.boots = 0
        self._latest = 0
        """The latest time it has told."""
        self._at = clock()
        """When we heard of it."""

    @property
    def seconds(self) -> int:
        """snmpEngineTime now."""
        return min(self._latest + int(self._clock() - self._at), LATCHED) if self.boots else 0

    def take(self, boots: int, seconds: int) -> bool:
        """Take what an authenticated message says; False: it is older than what we know, and is to be dropped."""
        if boots > self.boots or (boots == self.boots and seconds > self._latest):
            self.boots, self._latest, self._at = boots, seconds, self._clock()
        return boots == self.boots != LATCHED and seconds >= self.seconds - WINDOW_S
