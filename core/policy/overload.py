"""Overload control: what is measured, when it is too much, and which new requests are let in.

What is let in is a rate for each kind of request, held by a bucket. It begins with what was carried
when overload was noticed, for a server that is busy all the time carries what it can, and follows
the indicators in small steps: goodput stays near capacity whatever is offered. Kinds are limited in
the order of their levels; a kind is limited further until a tenth is left of it, then the next one is
limited too. Requests within a dialog are never asked about, emergency calls meet the hard cap alone:
where none is configured one holds while there is overload, and is steered like what is let in.
"""

from __future__ import annotations

from typing import Final

from core.northbound.traffic_settings import INDICATORS, OverloadSettings, Threshold
from core.policy.allowance import Allowance

CALL: Final = 0
"""A new call, or another request of its kind: limited from level 1 on."""
REGISTRATION: Final = 1
"""Limited from level 2 on, one that only refreshes last."""
PRIORITY: Final = 2
"""A call of the class priority, OPTIONS: limited at level 3."""
KINDS: Final = 3

ENGINEERED: Final = "rate"
"""The indicator that `rate-maximum` makes."""
_WINDOW: Final = 8
"""Readings that count together. Of delays and queues the least of them does: a stall that passes is no overload."""
_RATE_S: Final = 0.5
"""Time constant of rates."""
_LEFT: Final = 0.1
"""Share of a kind below which the next kind is limited too."""
_FULL: Final = 0.97
"""Share of the threshold that is aimed at."""
_GROWTH: Final = 1.02
_RECOVERY: Final = 1.1
"""The same while the rate is well below that at which it last was too much."""
_LEAST: Final = 0.8
"""Most by which the rate let in changes at one measurement."""
_USED: Final = 0.5
"""Share of the rate that must be in use for it to grow: what comes in bursts is refused now and then anyhow."""
_SMALL: Final = 0.25
"""Ordinary calls for each exempt one below which refusing more of them helps little."""
_ESCALATION_S: Final = 2.0
"""So long what is let in must have been at its floor, and too much, for the next level."""
_CAP: Final = 1.2
"""The hard cap where none is configured: so many times the engineered rate, or what was carried when overload began."""
_CAP_LEAST: Final = 50.0
"""Calls a second that a hard cap of our own lets in at least: overload may begin in a quiet hour."""


class Readings:
    """What the worker has measured."""

    __slots__ = ("values",)

    def __init__(self, cpu: float, lag_ms: float, queue: float, memory_mib: float, calls: float) -> None:
        self.values: list[float] = [cpu, lag_ms, queue, memory_mib, calls]
        """In the order of INDICATORS; `cpu`, `queue` and `calls` in per cent."""


class Indicator:
    """One threshold, and what was read of late."""

    __slots__ = ("_before", "_mean", "_now", "_read", "high", "is_over", "low", "name", "value")

    def __init__(self, name: str, high: float, low: float) -> None:
        self.name: str = name
        self.high: float = high
        self.low: float = low
        self.value: float = 0.0
        self.is_over: bool = False
        self._mean: bool = name == "cpu"
        self._read: list[float] = []
        self._now: float = 0.0
        self._before: float = 0.0

    def take(self, reading: float) -> None:
        """Take a reading; `is_over` changes at `high` and below `low`."""
        self._before, self._now = self._now, reading
        self._read.append(reading)
        if len(self._read) > _WINDOW:
            del self._read[0]
        self.value = sum(self._read) / len(self._read) if self._mean else min(self._read)
        if self.value >= self.high:
            self.is_over = self.is_over or len(self._read) == _WINDOW
        elif self.name == "queue" and min(self._before, self._now) >= (self.high + 100.0) / 2.0:
            self.is_over = True  # soon it is full, and what belongs to calls is lost
        elif self.value < self.low:
            self.is_over = False

    def wanted(self) -> float:
        """Return by how much the rate that is let in should change for it, per measurement.

        The processor is steered to its threshold. Delays, queues and fills are steered to `low`, by how far they are
        above it and by how fast they go: they follow the rate late, and would swing otherwise.
        """
        if self._mean:
            share = self.value / self.high
            if share > 1.0:
                return max(_LEAST, 1.0 - 0.3 * (share - 1.0))
            return 1.0 if share > _FULL else min(_GROWTH, 1.0 + 0.1 * (1.0 - share))
        if self._now < self.low:
            return _GROWTH
        span = self.high - self.low
        above = min(1.0, (self._now - self.low) / span)
        rising = max(-1.0, min(1.0, (self._now - self._before) / span))
        return max(_LEAST, min(1.0, 1.0 - 0.1 * above - 0.2 * rising))


class Overload:
    """The level in force, and the rates that hold it."""

    __slots__ = ("_cap", "_capped", "_carried", "_ceiling", "_floored_at", "_floors", "_is_falling", "_knee",
                 "_limits", "_measured_at", "_needed_at", "_offered", "_quiet_since", "_reading", "_refused",
                 "_settings", "began", "carried", "cause", "indicators", "is_held_back", "is_limiting", "level",
                 "offered", "since")  # fmt: skip

    def __init__(self, settings: OverloadSettings, now: float = 0.0) -> None:
        self.level: int = 0
        self.cause: str = ""
        """The indicator that began it."""
        self.since: float = now
        """When the level changed last."""
        self.began: float = now
        """When it left 0 last."""
        self.is_limiting: bool = False
        """Whether anybody need be asked about; else `admit` may be passed over."""
        self.is_held_back: bool = False
        """Upstream elements keep requests back because we told them: it is not over because little comes."""
        self.offered: list[float] = [0.0] * KINDS
        """New requests a second, by kind."""
        self.carried: list[float] = [0.0] * KINDS
        """Those of them let in."""
        self.indicators: list[Indicator] = []
        self._offered: list[int] = [0] * KINDS
        """Since the last measurement."""
        self._carried: list[int] = [0] * KINDS
        self._refused: bool = False
        """Whether the kind limited last was refused anything since the last measurement."""
        self._limits: list[Allowance] = [Allowance(1.0, 1.0, now) for _ in range(KINDS)]
        self._floors: list[float] = [0.0] * KINDS
        self._cap: Allowance | None = None
        """The hard cap that was configured, or follows from the engineered rate: of all new calls."""
        self._ceiling: Allowance = Allowance(_CAP_LEAST, _depth(_CAP_LEAST), now)
        """The hard cap otherwise, while there is overload: of what is exempt."""
        self._capped: bool = False
        """Whether the ceiling refused anything since the last measurement."""
        self._reading: Allowance = Allowance(_CAP_LEAST, _depth(_CAP_LEAST), now)
        """What is read because it may be exempt; as much as the hard cap lets in."""
        self._knee: float = 0.0
        """The rate at which it last became too much."""
        self._is_falling: bool = False
        self._measured_at: float = now
        self._quiet_since: float = now
        self._floored_at: float = now
        """When the kind limited last was let in at more than its floor."""
        self._needed_at: float = now
        """When a level above the first was last of use."""
        self._settings: OverloadSettings = settings
        self._apply(settings, now)

    def configure(self, settings: OverloadSettings) -> None:
        """Take other thresholds and rates; the level in force is left as it always is."""
        if settings != self._settings:
            self._settings = settings
            self._apply(settings, self._measured_at)

    def _apply(self, settings: OverloadSettings, now: float) -> None:
        kept = {each.name: each for each in self.indicators}
        self.indicators = []
        for name in INDICATORS:
            threshold: Threshold = getattr(settings, name)
            if threshold.high:
                indicator = kept.get(name) or Indicator(name, 0.0, 0.0)
                indicator.high, indicator.low = float(threshold.high), float(threshold.low)
                self.indicators.append(indicator)
        if settings.rate_maximum:
            self.indicators.append(kept.get(ENGINEERED) or Indicator(ENGINEERED, 100.0, 90.0))
        cap = settings.hard_cap or int(settings.rate_maximum * _CAP)
        self._cap = Allowance(cap, _depth(cap), now) if cap else None
        self._set_reading(now)
        if not settings.enabled:
            self._set_level(0, "", now)
        if settings.rate_maximum:
            rate = self._limits[CALL].rate if self.level else float(settings.rate_maximum)
            self._limit(CALL, min(rate, settings.rate_maximum), now)
        self._note_limiting()

    def limit(self) -> float:
        """Return the calls a second that are let in now; 0 when nothing bounds them."""
        return self._limits[CALL].rate if self.level or self._settings.rate_maximum else 0.0

    def percent(self) -> int:
        """Return the share of new calls refused of late, per cent."""
        if not self.level or self.offered[CALL] <= 0.0:
            return 0
        return max(0, min(100, round(100.0 - 100.0 * self.carried[CALL] / self.offered[CALL])))

    def note(self, kind: int) -> None:
        """Take note of a request that is let in without being asked about."""
        self._offered[kind] += 1
        self._carried[kind] += 1

    def would_admit(self, now: float) -> bool:
        """Tell whether an ordinary call would be let in; takes nothing."""
        return self._limits[CALL].has(0.0, now)

    def refused_unread(self) -> None:
        """Take note of an ordinary call that was refused because `would_admit` said no."""
        self._offered[CALL] += 1
        self._refused = self._refused or self.level <= 1

    def admit(self, kind: int, is_favoured: bool, now: float) -> bool:
        """Tell whether a new request may come in.

        `is_favoured`: its sender obeys our feedback, or it has come this far before: it may run into debt, which those
        that are not pay.
        """
        self._offered[kind] += 1
        if self.level > kind or (kind == CALL and self._settings.rate_maximum):
            bucket = self._limits[kind]
            if not bucket.has(-bucket.depth if is_favoured else 0.0, now):
                self._refused = self._refused or kind >= self.level - 1
                return False
            bucket.take()
        self._carried[kind] += 1
        return True

    def admit_exempt(self, now: float) -> bool:
        """Tell whether a request may come in that only the hard cap refuses."""
        self._offered[PRIORITY] += 1
        cap = self._cap or self._ceiling
        if self._cap is not None or self.level:
            if not cap.has(0.0, now):
                self._capped = True
                return False
            cap.take()
        self._carried[PRIORITY] += 1
        return True

    def may_read(self, now: float) -> bool:
        """Tell whether a request that may be exempt is to be read, and count it.

        Reading costs the same whatever it proves to be: no more is read than the hard cap would let in.
        """
        if not self._reading.has(0.0, now):
            return False
        self._reading.take()
        return True

    def capped_unread(self) -> None:
        """Take note of a request that was refused because `may_read` said no."""
        self._offered[PRIORITY] += 1
        self._capped = True

    def below_cap(self, now: float) -> bool:
        """Tell whether the hard cap that is configured lets one more call in that is not exempt, and count it."""
        cap = self._cap
        if cap is None:
            return True
        if not cap.has(0.0, now):
            return False
        cap.take()
        return True

    def press(self, waited_ms: float, now: float) -> bool:
        """Take note of datagrams that wait longer and longer, the last one so long; tell whether overload begins.

        Measurements find it later, when a step of load has nearly filled the socket, and what belongs to calls is lost.
        """
        if self.level == 0 and self._settings.enabled:
            for each in self.indicators:
                if each.name == "lag" and waited_ms >= each.high:
                    each.is_over = True
                    self._rise(each.name, now)
                    return True
        return False

    def measure(self, readings: Readings, now: float) -> bool:
        """Take readings, several times a second; tell whether the level has changed."""
        past = now - self._measured_at
        if past <= 0.0:
            return False
        self._measured_at = now
        self._count(past)
        refused = self._refused
        capped = self._capped and self._cap is None
        self._refused = self._capped = False
        factor, cause = self._read(readings)
        if not self._settings.enabled:
            return False
        before = self.level
        # What the engineered rate refuses and upstream elements keep back are calls: no reason for more than level 1.
        over = [each.name for each in self.indicators if each.is_over and (before <= 1 or each.name != ENGINEERED)]
        if self.level == 0:
            if over:
                self._rise(over[0], now)
        elif over or refused or capped or (self.is_held_back and before == 1):
            self._quiet_since = now
        elif now - self._quiet_since >= self._settings.hold_s:
            self._fall(now)
        if before > 1 and self.level == before:
            self._relax(factor, refused, now)
        if before and self.level:
            self._steer(factor, cause, refused, now)
            self._steer_ceiling(factor, capped, now)
        return self.level != before

    def _count(self, past: float) -> None:
        """Make rates of what was counted."""
        share = min(1.0, past / _RATE_S)
        for kind in range(KINDS):
            self.offered[kind] += share * (self._offered[kind] / past - self.offered[kind])
            self.carried[kind] += share * (self._carried[kind] / past - self.carried[kind])
            self._offered[kind] = self._carried[kind] = 0

    def _read(self, readings: Readings) -> tuple[float, str]:
        """Have the indicators take their readings; return by how much the rate should change, and who wants it so."""
        factor, cause = _GROWTH, ""
        for each in self.indicators:
            if each.name == ENGINEERED:
                each.take(100.0 * self.offered[CALL] / max(1, self._settings.rate_maximum))
                continue  # the bucket holds it: nothing to steer
            each.take(readings.values[INDICATORS.index(each.name)])
            wanted = each.wanted()
            if wanted < factor:
                factor, cause = wanted, each.name
        return factor, cause

    def _steer(self, factor: float, cause: str, refused: bool, now: float) -> None:
        """Let in less; or more, where what is let in is less than what comes."""
        kind = self.level - 1
        rate = self._limits[kind].rate
        if factor < 1.0:
            if not self._is_falling:
                self._knee = max(rate, 0.8 * self._knee)
            rate *= factor
            if self.level == KINDS:
                self._limit(kind, max(1.0, rate), now)
            elif rate >= self._floors[kind]:
                self._limit(kind, rate, now)
                self._floored_at = now
            elif now - self._floored_at >= _ESCALATION_S:
                self._rise(cause, now)
        elif factor > 1.0 and refused and self.carried[kind] >= _USED * rate:
            rate *= _RECOVERY if rate < 0.6 * self._knee else factor
            self._limit(kind, rate, now)
        self._is_falling = factor < 1.0

    def _steer_ceiling(self, factor: float, capped: bool, now: float) -> None:
        """Have the hard cap of our own follow where it binds, or where little but what is exempt is left to refuse."""
        rate = self._ceiling.rate
        exempt = self.carried[PRIORITY]
        if capped or (factor < 1.0 and exempt >= _USED * rate and self.carried[CALL] <= _SMALL * exempt):
            self._set_ceiling(rate * factor, now)

    def _relax(self, factor: float, refused: bool, now: float) -> None:
        """Leave a higher level as soon as it is not needed: lower ones can be steered again."""
        if factor < 1.0 or refused:
            self._needed_at = now
        elif now - self._needed_at >= _ESCALATION_S:
            self._fall(now)
            self._needed_at = now

    def _rise(self, cause: str, now: float) -> None:
        kind = self.level
        self._set_level(self.level + 1, cause, now)
        self._floored_at = self._needed_at = now
        carried = max(10.0, self.carried[kind])
        self._floors[kind] = max(1.0, _LEFT * carried)
        self._knee = carried
        self._limit(kind, carried, now)

    def _fall(self, now: float) -> None:
        self._set_level(self.level - 1, "", now)
        if self._settings.rate_maximum and self.level == 0:
            self._limit(CALL, float(self._settings.rate_maximum), now)

    def _set_level(self, level: int, cause: str, now: float) -> None:
        if level != self.level:
            if self.level == 0:
                self.began = now
                self._set_ceiling(_CAP * (self.carried[CALL] + self.carried[PRIORITY]), now)
            self.level = level
            self.since = self._quiet_since = now
            self.cause = cause or self.cause if level else ""
            self._note_limiting()

    def _note_limiting(self) -> None:
        self.is_limiting = self.level > 0 or self._settings.rate_maximum > 0 or self._cap is not None

    def _set_ceiling(self, rate: float, now: float) -> None:
        rate = max(_CAP_LEAST, rate)
        self._ceiling.set_rate(rate, _depth(rate), now)
        self._set_reading(now)

    def _set_reading(self, now: float) -> None:
        cap = self._cap or self._ceiling
        self._reading.set_rate(cap.rate, cap.depth, now)

    def _limit(self, kind: int, rate: float, now: float) -> None:
        if kind == CALL and self._settings.rate_maximum:
            rate = min(rate, float(self._settings.rate_maximum))
        self._limits[kind].set_rate(rate, _depth(rate), now)


def _depth(rate: float) -> float:
    """Return how many may come at once at a rate: those of a tenth of a second."""
    return max(2.0, rate / 10.0)
