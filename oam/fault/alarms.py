"""The alarms of this server: raised, changed and cleared by their sources, acknowledged and shelved by operators.

A source says what it finds (`set`, `clear`, `unknown`, `forget`) as often as it likes. Whether and when that becomes an
alarm, and who hears of it, is decided here: delays, flapping, alarms that explain others, shelves, profiles. Everything
happens in the event loop and never waits; the store writes behind it.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from oam.fault.alarm import BY_ALARM, Alarm, Shelf, shelf_keys
from oam.fault.catalogue import ALARMS, PARENTS
from oam.fault.condition import Condition
from oam.fault.event import (
    ACKNOWLEDGED,
    CHANGED,
    CLEARED,
    GRAVITY,
    RAISED,
    SHELVED,
    UNACKNOWLEDGED,
    UNSHELVED,
    AlarmEvent,
    is_worse,
    trend,
)
from oam.fault.explaining import Owners, explained_by
from oam.fault.numbers import Numbers
from oam.fault.profiles import Profiles
from oam.fault.telling import event_of, told
from oam.settings.alarms import AlarmProfile

if TYPE_CHECKING:
    from oam.fault.store import AlarmStore

MAX_ACTIVE: Final = 2000
"""Alarms at one time; what comes beyond is counted."""
FOR_GRAVE: Final = 200
"""Places of them that only critical and major ones take."""
MAX_OBJECT: Final = 200
MAX_TEXT: Final = 500
MAX_SHELVES: Final = 100
RECENT: Final = 1000
"""Events kept in memory: `show alarms history` shows those that are not written yet, too."""
TICK_S: Final = 1.0
SAVE_S: Final = 30.0
"""How often texts and counts that changed without an event are written."""
RESENT: Final = 50
"""Alarms sent again before others get their turn."""
DATABASE: Final = "database alarms"
"""Object of the alarm that tells of our own store."""
OVER: Final = "what raised it is over"
"""Said of an alarm that clears, where its source says nothing."""
OLD: Final = -1e9
"""A moment long before any other."""

Key = tuple[int, str]
Publish = Callable[[str, str, str, AlarmEvent], None]


class AlarmError(Exception):
    """An operator's order cannot be carried out; the text says why."""


def _no_owners(_name: str) -> Iterable[str]:
    return ()


def _no_profiles() -> Iterable[AlarmProfile]:
    return ()


class Alarms:
    """All alarms; `publish` takes (kind, text, level, event) of each event."""

    def __init__(
        self,
        publish: Publish,
        store: AlarmStore | None = None,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._publish = publish
        self.store = store
        """None: nothing outlives the process."""
        self._clock = clock
        self._monotonic = monotonic
        self.owners: Owners = _no_owners
        """Object -> the objects that it is part of (`trunk A` -> `route-group X`)."""
        self.profiles: Callable[[], Iterable[AlarmProfile]] = _no_profiles
        """What the configuration sets for single alarms; `refresh` takes a change up."""
        self.in_force = Profiles()
        """Severities and delays."""
        self.active: dict[Key, Alarm] = {}
        """The alarms that are raised, those included that nobody hears of."""
        self._shelves: dict[tuple[str, str], Shelf] = {}
        self.suppressed: set[Key] = set()
        """Raised ones that another one explains."""
        self.totals: Counter[tuple[str, int]] = Counter()
        """What happened since the start of management: (happening, number) -> how often."""
        self.refused = 0
        """Alarms that found no place."""
        self.recent: deque[AlarmEvent] = deque(maxlen=RECENT)
        self.sequence = Numbers(self._reserve)
        """Of events."""
        self.ids = Numbers(self._reserve)
        self._conditions: dict[Key, Condition] = {}
        self._unsettled: dict[Key, Condition] = {}
        """Those that time alone will change."""
        self._dirty: set[Key] = set()
        self._saved_at = 0.0

    # What sources say

    def set(self, number: int, name: str, text: str, severity: str = "") -> None:
        """Say that something is wrong with object `name`; as often as wanted. `severity` "": the definition's."""
        now = self._monotonic()
        definition = ALARMS[number]
        if severity and severity not in definition.severities:
            raise ValueError(f"alarm {number} has no severity {severity}")
        key = (number, name[:MAX_OBJECT])
        condition = self._conditions.get(key)
        if condition is None:
            if not self._has_room(number, severity):
                self.refused += 1
                return
            condition = self._conditions[key] = Condition(*key)
        again = condition.present and definition.manual_clear and condition.text != text[:MAX_TEXT]
        condition.text, condition.severity = text[:MAX_TEXT], severity
        self._known(condition)
        rising = not condition.present
        if rising:
            condition.turn(True, now)
        self._settle(condition, now, came_again=rising or again)

    def clear(self, number: int, name: str, text: str = "") -> None:
        """Say that nothing is wrong with object `name` any more; as often as wanted."""
        condition = self._conditions.get((number, name[:MAX_OBJECT]))
        if condition is None or not condition.present:
            return
        now = self._monotonic()
        condition.text = text[:MAX_TEXT] or OVER
        condition.turn(False, now)
        self._known(condition)
        self._settle(condition, now)

    def unknown(self, number: int, name: str) -> None:
        """Say that nothing could be measured: an alarm stays as it is and is shown so."""
        alarm = self.active.get((number, name[:MAX_OBJECT]))
        if alarm is not None and not alarm.unknown:
            self.active[alarm.key] = replace(alarm, unknown=True)
            self._dirty.add(alarm.key)

    def forget(self, name: str) -> None:
        """Say that object `name` is no more: its alarms are over at once."""
        keys = [key for key in self._conditions if key[1] == name[:MAX_OBJECT]]
        # All are gone before one is told of: none of them is news because what explained it has ended.
        gone = [alarm for key in keys if (alarm := self.active.pop(key, None)) is not None]
        for key in keys:
            del self._conditions[key]
            self._unsettled.pop(key, None)
        for alarm in gone:
            self._cleared(alarm, "it is no longer configured")

    # What operators do

    def find(self, identifier: int) -> Alarm:
        """Return the active alarm of this id; raises AlarmError."""
        for alarm in self.active.values():
            if alarm.id == identifier:
                return alarm
        raise AlarmError(f"There is no active alarm {identifier}")

    def acknowledge(self, alarm: Alarm, user: str, text: str = "") -> None:
        """Note that `user` takes care of `alarm`; it ends when the alarm gets graver."""
        now = self._clock()
        alarm = replace(alarm, acknowledged_by=user, acknowledged_at=now, acknowledged_text=text[:MAX_TEXT])
        self._happened(
            ACKNOWLEDGED, alarm, alarm.severity, f"acknowledged by {user}" + (f": {text}" if text else ""), user
        )

    def unacknowledge(self, alarm: Alarm, user: str) -> None:
        """Take an acknowledgement back; raises AlarmError when there is none."""
        if not alarm.acknowledged_by:
            raise AlarmError(f"Alarm {alarm.id} is not acknowledged")
        alarm = replace(alarm, acknowledged_by="", acknowledged_at=0.0, acknowledged_text="")
        self._happened(UNACKNOWLEDGED, alarm, alarm.severity, f"no longer acknowledged, by {user}", user)

    def shelve(self, kind: str, value: str, seconds: float, reason: str, user: str) -> int:
        """Put aside what fits until the time is up; return how many raised alarms do. Raises AlarmError."""
        now = self._clock()
        shelf = Shelf(kind, value, now + seconds, reason[:MAX_TEXT], user, now)
        if shelf.key not in self._shelves and len(self._shelves) >= MAX_SHELVES:
            raise AlarmError(f"At most {MAX_SHELVES} shelves")
        fitting = [alarm for alarm in self.active.values() if shelf.fits(alarm)]
        before = {alarm.key for alarm in fitting if self.shelf_of(alarm)}
        self._shelves.pop(shelf.key, None)
        self._shelves[shelf.key] = shelf
        self._keep_shelves()
        for alarm in fitting:
            if alarm.key not in before and alarm.announced:
                self._happened(SHELVED, alarm, alarm.severity, f"shelved by {user}: {reason}", user)
        return len(fitting)

    def unshelve(self, kind: str, value: str, user: str = "") -> None:
        """Take a shelf away; raises AlarmError when there is none."""
        shelf = self._shelves.get((kind, value))
        if shelf is None:
            raise AlarmError("Nothing is shelved so")
        self._unshelve([shelf], user)

    def clear_by_hand(self, alarm: Alarm, user: str) -> None:
        """Clear an alarm that nothing else would; raises AlarmError for others."""
        if not ALARMS[alarm.number].manual_clear and not alarm.unknown:
            raise AlarmError(f"Alarm {alarm.id} clears by itself when its condition is over")
        self._drop(self._conditions[alarm.key], f"cleared by {user}", user)

    async def resend(self) -> int:
        """Publish every alarm that is told of once more, with the sequence number it has; return how many."""
        alarms = [alarm for alarm in self.shown() if alarm.announced]
        for sent, alarm in enumerate(alarms):
            if sent % RESENT == RESENT - 1:
                await asyncio.sleep(0.05)
            event = event_of(RAISED, alarm, sequence=alarm.sequence, before="", text=alarm.text, at=self._clock())
            self._publish(*told(event))
        return len(alarms)

    # What is to be seen

    @property
    def shelves(self) -> list[Shelf]:
        """What operators have put aside, in that order."""
        return list(self._shelves.values())

    def shown(self) -> list[Alarm]:
        """Return the active alarms that are neither shelved nor suppressed: the gravest first, then the oldest."""
        found = [alarm for key, alarm in self.active.items() if key not in self.suppressed and not self.shelf_of(alarm)]
        return sorted(found, key=lambda alarm: (-GRAVITY[alarm.severity], alarm.raised_at, alarm.id))

    def shelf_of(self, alarm: Alarm) -> Shelf | None:
        """Return the shelf that `alarm` lies on."""
        if not self._shelves:
            return None
        return next((self._shelves[key] for key in shelf_keys(alarm) if key in self._shelves), None)

    def explained_by(self, alarm: Alarm) -> Alarm | None:
        """Return the alarm that suppresses `alarm`."""
        return explained_by(alarm, self.active, self.owners)

    def explained(self, alarm: Alarm) -> list[int]:
        """Return the IDs of those that `alarm` suppresses."""
        if alarm.number not in PARENTS:
            return []
        kept_quiet = (self.active[key] for key in self.suppressed)
        return sorted(each.id for each in kept_quiet if self.explained_by(each) is alarm)

    @property
    def soaking(self) -> int:
        """Conditions that have not lasted long enough to be raised."""
        return sum(1 for key, each in self._unsettled.items() if each.present and key not in self.active)

    # What drives it

    async def start(self) -> None:
        """Take up what the store has kept, and begin to write; before the sources start."""
        if self.store is not None:
            kept = await asyncio.to_thread(self.store.open)
            self.resume(kept.alarms, kept.shelves, kept.sequence, kept.identifier)

    def close(self) -> None:
        """Have everything written, and end. Blocks, for some seconds at most."""
        if self.store is not None:
            for key in self._dirty:
                self.store.put(self.active[key])
            self.store.close(self.sequence.last, self.ids.last)

    def resume(self, alarms: Iterable[Alarm], shelves: Iterable[Shelf], sequence: int, identifier: int) -> None:
        """Take up what was active before a restart: unknown until it is measured."""
        self.sequence.resume(sequence)
        self.ids.resume(identifier)
        self._shelves = {each.key: each for each in shelves}
        for alarm in alarms:
            if alarm.key in self._conditions or alarm.number not in ALARMS:
                continue
            condition = self._conditions[alarm.key] = Condition(*alarm.key)
            condition.present, condition.since = True, OLD
            condition.severity, condition.text = alarm.severity, alarm.text
            self.active[alarm.key] = replace(alarm, unknown=not ALARMS[alarm.number].manual_clear, flapping=0)
        self.refresh()

    def refresh(self) -> None:
        """Take up what the configuration says of profiles and of what is part of what."""
        self.in_force = Profiles(self.profiles())
        now = self._monotonic()
        for condition in list(self._conditions.values()):
            self._settle(condition, now)
        self._review()

    def tick(self) -> None:
        """Do what is due: delays, flapping that has ended, shelves whose time is up. Call it once a second."""
        now = self._monotonic()
        for key, condition in list(self._unsettled.items()):
            self._settle(condition, now)
            if key not in self.active and condition.is_over(now):
                self._unsettled.pop(key, None)
                self._conditions.pop(key, None)
        wall = self._clock()
        if over := [each for each in self.shelves if each.until <= wall]:
            self._unshelve(over, "")
        self._save(now)

    async def run(self) -> None:
        """Tick for ever."""
        while True:
            await asyncio.sleep(TICK_S)
            self.tick()

    # Inside

    def _has_room(self, number: int, severity: str) -> bool:
        grave = is_worse(self.in_force.severity(number, severity), "minor")
        return len(self._conditions) < (MAX_ACTIVE if grave else MAX_ACTIVE - FOR_GRAVE)

    def _settle(self, condition: Condition, now: float, *, came_again: bool = False) -> None:
        """Raise, change or clear the alarm of `condition` as it is due now."""
        key = (condition.number, condition.object)
        alarm = self.active.get(key)
        if self.in_force.is_shut(condition.number):
            self._unsettled.pop(key, None)
            if not condition.present:
                self._unsettled[key] = condition
            if alarm is not None:
                self._cleared(alarm, "its profile shuts it down")
            return
        ended = condition.calm(now)
        if condition.counts(now, *self.in_force.delays(condition.number), alarm is not None):
            if alarm is None:
                alarm = self._raised(condition)
            else:
                self._changed(alarm, condition, came_again, ended)
        elif alarm is not None:
            self._cleared(alarm, condition.text)
            alarm = None
        if condition.flapping or condition.present != (alarm is not None) or not condition.present:
            self._unsettled[key] = condition
        else:
            self._unsettled.pop(key, None)

    def _raised(self, condition: Condition) -> Alarm:
        now = self._clock()
        severity = self.in_force.severity(condition.number, condition.severity)
        alarm = Alarm(
            self.ids.next(), condition.number, condition.object, severity, condition.text, now, now,
            flapping=condition.flapping, trend="more-severe",
        )  # fmt: skip
        self.active[alarm.key] = alarm
        self._dirty.add(alarm.key)
        self._announce(alarm)
        if alarm.number in PARENTS:
            self._review()
        return self.active[alarm.key]

    def _changed(self, alarm: Alarm, condition: Condition, came_again: bool, ended: bool) -> None:
        """Take up what a source says of a raised alarm; new severity and flapping are events, a text is none."""
        severity = self.in_force.severity(condition.number, condition.severity)
        new = replace(
            alarm,
            severity=severity,
            text=condition.text if condition.present else alarm.text,  # what ended it is said when it is cleared
            flapping=condition.flapping,
            occurrences=alarm.occurrences + came_again,
        )
        if new == alarm:
            return
        self.active[alarm.key] = new
        self._dirty.add(alarm.key)
        began = condition.flapping and not alarm.flapping
        if severity == alarm.severity and not began and not ended:
            return
        if is_worse(severity, alarm.severity):
            new = replace(new, acknowledged_by="", acknowledged_at=0.0, acknowledged_text="")
        text = f"{new.text} (flapping)" if began else f"{new.text} (no longer flapping)" if ended else new.text
        new = replace(new, changed_at=self._clock())
        self.active[alarm.key] = new
        if new.announced:
            self._happened(CHANGED, new, alarm.severity, text, "")

    def _known(self, condition: Condition) -> None:
        alarm = self.active.get((condition.number, condition.object))
        if alarm is not None and alarm.unknown:
            self.active[alarm.key] = replace(alarm, unknown=False)

    def _cleared(self, alarm: Alarm, text: str, user: str = "") -> None:
        self.active.pop(alarm.key, None)
        self.suppressed.discard(alarm.key)
        self._dirty.discard(alarm.key)
        if self.store is not None:
            self.store.remove(alarm.id)
        if alarm.announced:
            self._happened(CLEARED, alarm, alarm.severity, text, user)
        if self._shelves.pop((BY_ALARM, str(alarm.id)), None) is not None:
            self._keep_shelves()
        if alarm.number in PARENTS:
            self._review()

    def _drop(self, condition: Condition, text: str, user: str = "") -> None:
        """Forget a condition, without any delay."""
        key = (condition.number, condition.object)
        del self._conditions[key]
        self._unsettled.pop(key, None)
        if (alarm := self.active.get(key)) is not None:
            self._cleared(alarm, text, user)

    def _review(self) -> None:
        """Find out anew which alarms others explain; tell of those that no longer are."""
        for alarm in list(self.active.values()):
            if ALARMS[alarm.number].parents and alarm.key in self.active:
                self._announce(self.active[alarm.key])

    def _announce(self, alarm: Alarm) -> None:
        """Tell of a raised alarm that nobody has been told of, unless it is to be kept quiet."""
        if self.explained_by(alarm) is not None:
            self.suppressed.add(alarm.key)
        else:
            self.suppressed.discard(alarm.key)
        if not alarm.announced and alarm.key not in self.suppressed and self.shelf_of(alarm) is None:
            self._happened(RAISED, replace(alarm, announced=True), "", alarm.text, "")

    def _unshelve(self, shelves: list[Shelf], user: str) -> None:
        fitting = [alarm for alarm in self.active.values() if any(shelf.fits(alarm) for shelf in shelves)]
        for shelf in shelves:
            self._shelves.pop(shelf.key, None)
        self._keep_shelves()
        for alarm in fitting:
            if self.shelf_of(alarm) is not None:
                continue
            if alarm.announced:
                text = f"taken off the shelf by {user}" if user else "its time on the shelf is up"
                self._happened(UNSHELVED, alarm, alarm.severity, text, user)
            else:
                self._announce(alarm)

    def _keep_shelves(self) -> None:
        if self.store is not None:
            self.store.keep_shelves(self.shelves)

    def _happened(self, happening: str, alarm: Alarm, before: str, text: str, user: str) -> None:
        """Number an event, keep it and tell everybody."""
        event = event_of(
            happening, alarm, sequence=self.sequence.next(), before=before, text=text, at=self._clock(), user=user
        )
        self.totals[happening, alarm.number] += 1
        self.recent.append(event)
        if alarm.key in self.active:
            alarm = replace(alarm, sequence=event.sequence)
            if happening in (RAISED, CHANGED):
                alarm = replace(alarm, trend=trend(event))
            self.active[alarm.key] = alarm
            self._dirty.discard(alarm.key)
        if self.store is not None:
            self.store.add(event)
            if alarm.key in self.active:
                self.store.put(alarm)
        self._publish(*told(event))

    def _reserve(self) -> None:
        if self.store is not None:
            self.store.reserve(self.sequence.reserved, self.ids.reserved)

    def _save(self, now: float) -> None:
        """Write what changed without an event; and everything, when the store has lost something."""
        if self.store is None:
            return
        if self.store.failure:
            self.set(13, DATABASE, f"alarms are kept in memory alone: {self.store.failure}", "major")
        else:
            self.clear(13, DATABASE, "alarms are written again")
        if self.store.incomplete:
            self.store.rewrite(list(self.active.values()), self.shelves)
            self._dirty.clear()
        elif self._dirty and now - self._saved_at >= SAVE_S:
            self._saved_at = now
            for key in self._dirty:
                self.store.put(self.active[key])
            self._dirty.clear()
