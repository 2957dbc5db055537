"""The SIP server as one application: what NETWORK-SERVICES-MIB and RFC 4780 say of it alike."""

from __future__ import annotations

import time
import weakref
from typing import TYPE_CHECKING, Final, NamedTuple

from core.northbound.counters import OVERLOAD_LEVEL
from oam.snmp import syntax
from oam.snmp.object import HIDDEN, Column
from oam.snmp.rows.asking import answers, processes, started_at

if TYPE_CHECKING:
    from core.northbound.rows import ProcessRow
    from oam.context import Manager

APPLICATION: Final = 1
"""applIndex of the SIP server, the only application."""
WORKER: Final = "sip-"
"""How the names of signalling processes begin."""
UP: Final = "up"
DOWN: Final = "down"
CONGESTED: Final = "congested"
RESTARTING: Final = "restarting"
QUIESCING: Final = "quiescing"
UNKNOWN: Final = "unknown"
_STATES: Final = {"running": UP, "stopping": QUIESCING, "starting": RESTARTING, "backoff": RESTARTING}
"""State of a process -> of the server, the best one first."""


class State(NamedTuple):
    """How the server is."""

    word: str
    since: float
    """Seconds since 1970; of a state that no manager has seen begin, when one first saw it."""


class _Seen:
    """What was said last."""

    def __init__(self) -> None:
        self.state = State("", 0.0)

    def take(self, word: str, started_at: float, now: float) -> State:
        """Note how it is now; who is up again was restarted meanwhile, and knows when."""
        first = not self.state.word
        if word == UP and (first or started_at > self.state.since):
            self.state = State(word, started_at)
        elif word != self.state.word:
            self.state = State(word, now)
        return self.state


_SEEN: Final[weakref.WeakKeyDictionary[Manager, _Seen]] = weakref.WeakKeyDictionary()


async def state(manager: Manager) -> State:
    """Return how the server is, and since when."""
    found = await processes(manager)
    word = UNKNOWN if found is None else _word(manager, found)
    if word in (UP, CONGESTED) and not await answers(manager):
        word = UNKNOWN
    return _SEEN.setdefault(manager, _Seen()).take(word, started_at(manager), time.time())


def _word(manager: Manager, rows: list[ProcessRow]) -> str:
    found = {each.state for each in rows if each.process.startswith(WORKER)}
    word = next((_STATES[each] for each in _STATES if each in found), DOWN)
    if word != UP:
        return word
    listeners = manager.configuration.running.sip.listeners
    if listeners and all(each.shutdown for each in listeners):
        return QUIESCING
    return CONGESTED if any(block[OVERLOAD_LEVEL] for block in manager.counters) else UP


INDEX: Final = Column(
    1, "applIndex", syntax.INTEGER, "appl_index", "1: the SIP server is the only application.", access=HIDDEN
)
