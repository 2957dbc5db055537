"""Overload feedback between neighbours: what we tell upstream elements, what downstream elements tell us.

RFC 7339 (loss) and RFC 7415 (rate). As overload control server, one word is made several times a second
for all upstream elements: how much each should keep back so that together they send what we let in. As client, each
downstream element has a throttle that lasts as long as its word does.
"""

from __future__ import annotations

from typing import Final

from core.northbound import counters
from core.policy.facts import Explanation
from core.policy.priority import EMERGENCY, PRIORITY
from core.wire import oc
from core.wire.header import RETRY_AFTER, VIA
from core.wire.message import Message

PEERS: Final = 1000
"""Neighbours remembered on either side; further ones are told what all are told, and are not throttled."""
_RATE_S: Final = 0.5
_LEAST_PASSED: Final = 0.02
_STEP: Final = 0.3
"""Part of the way that the share goes at each measurement."""
_MOST_DIGITS: Final = 9
_IDLE_S: Final = 60.0
_DEBT: Final = 10.0
"""Ordinary calls refused in place of priority ones, at most."""
_TOLERANCE: Final = 5.0
_PRIORITY_TOLERANCE: Final = 10.0
"""TAU of RFC 7415 §3.5.2, as multiples of T."""
_LONGEST_S: Final = 60.0
"""Longest pause that a Retry-After makes, and longest validity of a word."""


class Upstream:
    """One element that asks for feedback."""

    __slots__ = ("count", "heard_at", "offered", "peak", "rate", "weight")

    def __init__(self, now: float) -> None:
        self.count: int = 0
        """New calls since the last word."""
        self.rate: float = 0.0
        """New calls a second that come."""
        self.peak: float = 0.0
        """The most that came of late."""
        self.offered: float = 0.0
        """Calls a second that it would send if we did not hold it back."""
        self.heard_at: float = now
        self.weight: float = 0.0
        """Of what `rate` is made of, at most 1: less while it has not been heard for long."""


class Feedback:
    """What upstream elements are told (RFC 7339 §5.2 to §5.6)."""

    __slots__ = ("_limit", "_passed", "_sequence", "_total", "_updated_at", "_upstreams", "_validity_ms",
                 "_words", "is_on")  # fmt: skip

    def __init__(self, is_on: bool, validity_ms: int) -> None:
        self.is_on: bool = is_on
        self._validity_ms: int = validity_ms
        self._upstreams: dict[str, Upstream] = {}
        self._passed: float = 1.0
        """Share of their calls that upstream elements are to send."""
        self._limit: float = 0.0
        self._total: float = 0.0
        """New calls a second that would come if nobody were held back."""
        self._updated_at: float = 0.0
        self._sequence: float = 0.0
        self._words: list[str] = [oc.feedback(algorithm, 0, 0, "0.0") for algorithm in (oc.LOSS, oc.RATE)]
        """What is said now, by algorithm; the rate's is made for each upstream element while there is a limit."""

    def configure(self, is_on: bool, validity_ms: int) -> None:
        """Take new settings."""
        self.is_on = is_on
        self._validity_ms = validity_ms
        if not is_on:
            self._upstreams.clear()
            self._passed = 1.0

    def percent(self) -> int:
        """Return the share of calls that upstream elements are told to keep back."""
        return round(100.0 * (1.0 - self._passed))

    def peers(self) -> list[tuple[str, float, float]]:
        """Return upstream elements: name, calls a second that come, calls a second that would."""
        return [(name, each.rate, each.offered) for name, each in self._upstreams.items()]

    def note(self, peer: str, now: float) -> None:
        """Count a new call from an element that asks for feedback."""
        upstream = self._upstreams.get(peer)
        if upstream is None:
            if len(self._upstreams) >= PEERS:
                return
            upstream = self._upstreams[peer] = Upstream(now)
        upstream.count += 1
        upstream.heard_at = now

    def obeys(self, peer: str) -> bool:
        """Tell whether `peer` keeps back what it was told to."""
        upstream = self._upstreams.get(peer)
        return upstream is not None and upstream.rate <= 1.2 * self._passed * upstream.offered

    def word(self, peer: str, algorithm: int) -> str:
        """Return the parameters to put into the response."""
        if algorithm == oc.RATE and self._limit:
            upstream = self._upstreams.get(peer)
            share = 0.0 if upstream is None else upstream.offered / max(self._total, 0.001)
            value = max(1, int(self._limit * (share or 1.0 / (len(self._upstreams) + 1))))
            return oc.feedback(oc.RATE, value, self._validity_ms, f"{self._sequence:.3f}")
        return self._words[algorithm]

    def update(self, limit: float, offered: float, is_loaded: bool, now: float, wall: float) -> bool:
        """Make the next word; tell whether upstream elements are to keep anything back.

        `limit` is the new calls a second that are let in, and counts while `is_loaded`; `offered` those that come from
        everybody. `wall`: seconds since 1970, of which the sequence is made (RFC 7339 §4.4).
        """
        past = now - self._updated_at
        if past <= 0.0:
            return False
        self._updated_at = now
        self._sequence = max(self._sequence + 0.001, wall)
        self._measure(offered, past, now)
        self._limit = limit if is_loaded else 0.0
        if is_loaded:
            wanted = 1.0 if self._total <= limit else max(_LEAST_PASSED, limit / self._total)
            self._passed += _STEP * (wanted - self._passed)
            if self._passed > 0.995:
                self._passed = 1.0
        else:
            self._passed = 1.0
        sequence = f"{self._sequence:.3f}"
        validity = self._validity_ms if is_loaded else 0
        self._words[oc.LOSS] = oc.feedback(oc.LOSS, self.percent(), validity, sequence)
        self._words[oc.RATE] = oc.feedback(oc.RATE, 0, 0, sequence)
        return self._passed < 1.0 and bool(self._upstreams)

    def _measure(self, offered: float, past: float, now: float) -> None:
        """Find out what would come if we held nobody back: what comes, by the share we let them send.

        Of an element that does as it is told that is so. One that does not can at most double its part of the others'
        burden: more than twice what it sent before is not believed.
        """
        share = min(1.0, past / _RATE_S)
        asking, would = 0.0, 0.0
        for name, each in list(self._upstreams.items()):
            each.weight += share * (1.0 - each.weight)
            each.rate += share / each.weight * (each.count / past - each.rate)
            each.count = 0
            each.peak = max(each.rate, each.peak * 0.999)
            each.offered = min(each.rate / self._passed, 2.0 * each.peak)
            asking += each.rate
            would += each.offered
            if now - each.heard_at > _IDLE_S:
                del self._upstreams[name]
        self._total = max(0.0, offered - asking) + would


class Throttle:
    """What one downstream element has said."""

    __slots__ = ("algorithm", "debt", "fill", "filled_at", "heard_at", "paused_until", "refused", "sequence", "until",
                 "value")  # fmt: skip

    def __init__(self) -> None:
        self.algorithm: int = oc.LOSS
        self.value: int = 0
        self.until: float = 0.0
        self.sequence: float = -1.0
        self.heard_at: float = 0.0
        """When its last word came that counted."""
        self.debt: float = 0.0
        """LOSS: requests to keep back that were not."""
        self.fill: float = 0.0
        """RATE: content of the leaky bucket, in seconds (X of RFC 7415 §3.5.1)."""
        self.filled_at: float = 0.0
        self.paused_until: float = 0.0
        """It answered 503 with Retry-After."""
        self.refused: int = 0


class Throttles:
    """What downstream elements have told us, and who may be sent a call (RFC 7339 §5.7 to §5.10, RFC 7415 §3.5)."""

    __slots__ = ("_slots", "_throttles")

    def __init__(self, slots: memoryview) -> None:
        self._slots: memoryview = slots
        self._throttles: dict[str, Throttle] = {}

    def rows(self, now: float) -> list[tuple[str, str, int, float, int]]:
        """Return throttles: peer, algorithm or `pause`, value, seconds left, calls kept from it."""
        found: list[tuple[str, str, int, float, int]] = []
        for peer, each in self._throttles.items():
            if each.paused_until > now:
                found.append((peer, "pause", 0, each.paused_until - now, each.refused))
            else:
                left = max(0.0, each.until - now)
                found.append((peer, oc.ALGORITHMS[each.algorithm], each.value, left, each.refused))
        return found

    def heed(self, peer: str, response: Message, now: float) -> None:
        """Take what a response of `peer` says of its load, if anything."""
        line = response.lines[response.where(VIA)]
        if ";oc=" in line:
            self.feedback(peer, line, now)
        if response.status == 503 and response.has(RETRY_AFTER):
            text = response.first(RETRY_AFTER).partition(";")[0].partition("(")[0].strip(" \t")
            if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
                self.pause(peer, float(text), now)

    def feedback(self, peer: str, via: str, now: float) -> None:
        """Take what `peer` says in the Via of ours that it returned; what came late or is broken counts for nothing."""
        word = oc.read(via)
        if word is None:
            return
        throttle = self._find(peer, now)
        if throttle is None:
            return
        # What comes so long after the last word is not late: the element counts anew since it was started again.
        if word.sequence < throttle.sequence and now - throttle.heard_at < _LONGEST_S:
            return
        throttle.sequence, throttle.heard_at = word.sequence, now
        if word.algorithm != throttle.algorithm or throttle.until <= now:
            throttle.debt = 0.0
            # Half full: elements told at the same moment do not send at the same moment (RFC 7415 §3.5.3).
            throttle.fill = 0.5 / max(1, word.value)
            throttle.filled_at = now
        throttle.algorithm = word.algorithm
        throttle.value = word.value
        throttle.until = now + min(_LONGEST_S, word.validity_ms / 1000.0)

    def pause(self, peer: str, seconds: float, now: float) -> None:
        """Send `peer` no ordinary calls for so long: it said Retry-After in a 503 (RFC 3261 §21.5.4)."""
        throttle = self._find(peer, now)
        if throttle is not None:
            throttle.paused_until = now + min(_LONGEST_S, seconds)

    def admit(self, peer: str, priority: int, now: float, explain: Explanation | None) -> bool:
        """Tell whether a call may go to `peer` now. With `explain` nothing is counted and the outcome is appended."""
        throttle = self._throttles.get(peer)
        if throttle is None or priority == EMERGENCY:
            return True
        if explain is not None:
            return _explained(peer, throttle, priority, now, explain)
        if throttle.paused_until > now:
            passes = priority == PRIORITY
        elif throttle.until <= now:
            return True
        elif throttle.algorithm == oc.LOSS:
            passes = _by_loss(throttle, priority)
        else:
            passes = _by_rate(throttle, priority, now)
        if not passes:
            throttle.refused += 1
            self._slots[counters.FEEDBACK_OBEYED] += 1
        return passes

    def _find(self, peer: str, now: float) -> Throttle | None:
        throttle = self._throttles.get(peer)
        if throttle is None:
            if len(self._throttles) >= PEERS:
                self._forget(now)
                if len(self._throttles) >= PEERS:
                    return None
            throttle = self._throttles[peer] = Throttle()
        return throttle

    def _forget(self, now: float) -> None:
        for peer, each in list(self._throttles.items()):
            if each.until <= now and each.paused_until <= now:
                del self._throttles[peer]


def _by_loss(throttle: Throttle, priority: int) -> bool:
    """Keep back exactly the share asked for, priority calls last (RFC 7339 §5.10.1)."""
    throttle.debt += throttle.value / 100.0
    if throttle.debt < 0.999999:
        return True
    if priority == PRIORITY and throttle.value < 100:
        throttle.debt = min(throttle.debt, _DEBT)
        return True
    throttle.debt -= 1.0
    return False


def _by_rate(throttle: Throttle, priority: int, now: float) -> bool:
    """Take the leaky bucket of RFC 7415 §3.5.1: X leaks by time, a call adds T, TAU is what it may hold."""
    if throttle.value == 0:
        return False
    spacing = 1.0 / throttle.value
    held = max(0.0, throttle.fill - (now - throttle.filled_at))
    tolerance = _PRIORITY_TOLERANCE if priority == PRIORITY else _TOLERANCE
    if held > tolerance * spacing:
        return False
    throttle.fill = held + spacing
    throttle.filled_at = now
    return True


def _explained(peer: str, throttle: Throttle, priority: int, now: float, explain: Explanation) -> bool:
    """Say what `admit` would go by; a share is named, not drawn."""
    if throttle.paused_until > now:
        passes = priority == PRIORITY
        explain.append(("overload", peer, "priority" if passes else f"paused for {throttle.paused_until - now:.0f} s"))
        return passes
    if throttle.until > now:
        unit = "% kept back" if throttle.algorithm == oc.LOSS else " calls/s"
        explain.append(("overload", peer, f"{throttle.value}{unit}"))
    return throttle.until <= now or throttle.algorithm != oc.LOSS or throttle.value < 100
