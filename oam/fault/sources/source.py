"""What a source of alarms is, and what it finds out about one object."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

if TYPE_CHECKING:
    from core.northbound.notices import Notice

ON: Final = "on"
"""There is such an alarm, of the severity that its definition has."""
OFF: Final = ""
"""There is none."""
UNKNOWN: Final = "unknown"
"""It could not be measured."""
SYSTEM: Final = "system"
"""The object of what concerns the whole server."""


class Finding(NamedTuple):
    """The state of one alarm."""

    number: int
    """In the catalogue."""
    object: str
    state: str
    """A perceived severity, ON, OFF or UNKNOWN."""
    text: str = ""


class Source:
    """Alarms that are looked for together; each kind of it says how in `find`."""

    numbers: ClassVar[tuple[int, ...]] = ()
    """Alarms it finds; no other source finds any of them for the same objects."""
    objects: ClassVar[tuple[str, ...]] = ()
    """What the names of its objects begin with, where other sources have the same alarm; empty: all are its own."""
    lasting: ClassVar[frozenset[int]] = frozenset()
    """Of these, those that an operator closes: not to be told of any more is no end of them."""
    period_s: float = 5.0
    """How often it is looked at when nothing happens."""
    patience_s: float = 10.0
    """How long a look may take."""
    wakes: ClassVar[frozenset[str]] = frozenset()
    """Kinds of notice of which each makes it be looked at at once."""

    async def find(self) -> list[Finding]:
        """Look, and return the state of every object there is now. May raise anything: then all is unknown."""
        raise NotImplementedError

    def take(self, notice: Notice) -> None:
        """Note what a worker reports unasked; called in the loop, must not wait."""


def count(number: int, noun: str) -> str:
    """Return `1 call`, `2 calls`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
