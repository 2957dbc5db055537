"""Who guesses secrets of subscribers or managers, who floods, who makes more calls than he may."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from core.northbound import counters
from core.northbound.notices import AddressBanned, Notice
from core.northbound.orders import ListBans
from core.northbound.rows import BanRow
from core.northbound.statistics import REFUSED_LIMIT, open_statistics, read_rows
from oam.fault.sources.level import Rise
from oam.fault.sources.source import OFF, ON, SYSTEM, Finding, Source, count
from oam.threads import Aside

if TYPE_CHECKING:
    from oam.context import Manager

GUESSING: Final = 30
FLOOD: Final = 31
MANAGERS: Final = 34
FRAUD: Final = 39

QUIET_S: Final = 300.0
"""An attack is over when nothing of it was seen for so long."""
MINUTE_S: Final = 60.0
_CAUSES: Final = {"authentication": GUESSING, "scan": GUESSING, "malformed": FLOOD, "flood": FLOOD}
"""What a ban is for -> what attack that is."""
READ_S: Final = 5.0


class _Attack:
    """What has been seen of one kind of attack."""

    def __init__(self) -> None:
        self.seen_at: float | None = None
        self.text = ""

    def seen(self, now: float, text: str) -> None:
        self.seen_at, self.text = now, text


class Attacks(Source):
    """Follows automatic bans and the counters of what was refused."""

    numbers: ClassVar = (GUESSING, FLOOD)
    wakes: ClassVar = frozenset({"address-banned"})

    def __init__(self, manager: Manager, clock: Callable[[], float] = time.monotonic) -> None:
        self._manager = manager
        self._clock = clock
        self._attacks = {GUESSING: _Attack(), FLOOD: _Attack()}
        self._refused, self._malformed = Rise(MINUTE_S), Rise(MINUTE_S)
        self._asked = False
        """Whether the worker was asked for the bans of before our start."""

    def take(self, notice: Notice) -> None:
        """See `Source.take`."""
        if isinstance(notice, AddressBanned):
            self._banned(notice.address, notice.cause, self._clock())

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        now = self._clock()
        if not self._asked:
            await self._bans(now)
        rates = self._manager.configuration.running.environment.attack
        self._rate(GUESSING, self._refused, counters.AUTHENTICATIONS_REFUSED, rates.authentication, "wrong credentials")
        self._rate(FLOOD, self._malformed, counters.MALFORMED, rates.malformed, "messages that are no SIP")
        return [self._judged(number, attack, now) for number, attack in self._attacks.items()]

    async def _bans(self, now: float) -> None:
        """Take up the bans that are in force; raises NorthboundError."""
        wall = time.time()
        rows = [row async for row in self._manager.worker.order(ListBans()) if isinstance(row, BanRow)]
        for row in sorted(rows, key=lambda row: row.banned_at):
            if wall - row.banned_at < QUIET_S:
                self._banned(row.address, row.cause, now - (wall - row.banned_at))
        self._asked = True

    def _banned(self, address: str, cause: str, at: float) -> None:
        number = _CAUSES.get(cause)
        if number is not None:
            self._attacks[number].seen(at, f"{address} was banned for {cause}")

    def _rate(self, number: int, rise: Rise, slot: int, bound: int, what: str) -> None:
        now = self._clock()
        risen = rise.of(sum(block[slot] for block in self._manager.counters), now)
        if bound and risen >= bound:
            self._attacks[number].seen(now, f"{risen} {what} in the last minute")

    @staticmethod
    def _judged(number: int, attack: _Attack, now: float) -> Finding:
        if attack.seen_at is None or now - attack.seen_at >= QUIET_S:
            return Finding(number, SYSTEM, OFF, f"quiet for {QUIET_S:.0f} s")
        return Finding(number, SYSTEM, ON, attack.text)


class Managers(Source):
    """Follows the SNMP requests that are not authentic."""

    numbers: ClassVar = (MANAGERS,)

    def __init__(self, manager: Manager, clock: Callable[[], float] = time.monotonic) -> None:
        self._manager = manager
        self._clock = clock
        self._rise = Rise(QUIET_S)

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        snmp = self._manager.snmp
        risen = self._rise.of(snmp.unproved, self._clock())
        text = f"{count(risen, 'request')} with wrong credentials in five minutes, last from {snmp.unproved_from}"
        return [Finding(MANAGERS, SYSTEM, ON if risen else OFF, text if risen else f"quiet for {QUIET_S:.0f} s")]


class Fraud(Source):
    """Follows the calls of each subscriber group that its own bounds refuse."""

    numbers: ClassVar = (FRAUD,)
    period_s = 15.0

    def __init__(self, manager: Manager, clock: Callable[[], float] = time.monotonic) -> None:
        self._manager = manager
        self._clock = clock
        self._aside = Aside("statistics")
        self._statistics: memoryview | None = None
        self._rises: dict[str, Rise] = {}

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        refused = await self._aside.run(self._refused, READ_S)
        groups = {each.name for each in self._manager.configuration.running.subscriber_groups}
        self._rises = {name: rise for name, rise in self._rises.items() if name in groups}
        return [self._judged(name, refused.get(name, 0)) for name in sorted(groups)]

    def _refused(self) -> dict[str, int]:
        """Return the calls refused so far, by subscriber group. Blocks."""
        if self._statistics is None:
            self._statistics = open_statistics(self._manager.state / "run" / "statistics-1")
        rows = read_rows(self._statistics)
        return {row.name: row.values[REFUSED_LIMIT] for row in rows if row.kind == "subscriber-group"}

    def _judged(self, name: str, refused: int) -> Finding:
        bound = self._manager.configuration.running.environment.refused_calls
        rise = self._rises.setdefault(name, Rise(QUIET_S))
        risen = rise.of(refused, self._clock())
        state = ON if bound and risen >= bound else OFF
        text = f"its bounds refused {count(risen, 'call')} in five minutes" if risen else ""
        return Finding(FRAUD, f"subscriber-group {name}", state, text)
