"""Which indicators jobs and thresholds may name, of which objects each says something, and which alarm is about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from oam.statistics.indicator import Indicator
from oam.statistics.kpi import INDICATORS, METHOD_INDICATORS, indicators_of

USUAL: Final = (
    "bids", "seizures", "answers", "overflow", "usage-ms", "erlang", "calls-peak", "rate-peak", "asr", "abr", "ner",
    "mhts", "srd", "registrations", "registrations-failed", *METHOD_INDICATORS,
)  # fmt: skip
"""What a job measures that names no indicator."""

REGISTRATION: Final = 26
ANSWER: Final = 27
SETUP: Final = 28
REPEATED: Final = 29
OTHER: Final = 43
"""Number of the alarm of all indicators that have no alarm of their own."""
ALARM_OF: Final = (
    dict.fromkeys(("register-failures", "ira"), REGISTRATION)
    | dict.fromkeys(("asr", "abr", "connection-rate", "ner", "ser", "seer", "scr", "isa"), ANSWER)
    | dict.fromkeys(("srd", "setup-p50", "setup-p95", "setup-p99"), SETUP)
    | {"retransmission-share": REPEATED}
)
"""Indicator -> number of its alarm in the catalogue."""


def find(name: str) -> Indicator | None:
    """Return an indicator by its name, whatever objects it is for; None: there is none."""
    return INDICATORS.get(name) or METHOD_INDICATORS.get(name)


def applying(kind: str, names: Sequence[str]) -> list[Indicator]:
    """Return those of the named indicators, by default of the usual ones, that objects of `kind` have."""
    known = indicators_of(kind)
    return [known[name] for name in names or USUAL if name in known]
