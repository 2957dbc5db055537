"""`monitor`: what the server does now, on the whole screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from oam.commands.registry import CommandError, order
from oam.monitor.live import Live
from oam.monitor.view import PAGES
from oam.shell.capability import RICH

if TYPE_CHECKING:
    from oam.context import Context

DRAWN_S: Final = 1
PLAIN_S: Final = 5
"""Seconds between two looks, unless the line says how many."""

_PAGES: Final = {
    "overview": "A little of everything: the default",
    "trunks": "Trunks with most calls",
    "causes": "Why calls were not answered",
    "alarms": "Active alarms, the gravest first",
    "processes": "Processor time, memory and lag of the processes",
}
assert tuple(_PAGES) == PAGES


@order(
    f"monitor [<{'|'.join(PAGES)}>$page] [interval (1-60)$seconds]",
    privilege=1,
    words={"monitor": "Watch the server on the whole screen", "interval": "Time between two looks", **_PAGES},
    arguments={"seconds": "Seconds; 1 where the screen is drawn on, else 5"},
)
def monitor(context: Context, page: str | None, seconds: int | None) -> None:
    """Watch the server on the whole screen: calls, rates, indicators, trunks, causes, alarms, processes.

    Calls and rates are of this second, the small charts go a minute back; shares, delays and causes are of the last
    five minutes, those of trunks of the last one. Tab and the arrows left and right change the page, up and down how
    it is sorted, `p` pauses, `q` or Ctrl-C ends it. With the plain editor the same comes as a table, again and again
    until a key is pressed.

    Example: monitor trunks
    """
    session = context.session
    if session.tell is None:
        raise CommandError("Only a person at a terminal can monitor; a script takes 'show statistics'")
    default = DRAWN_S if session.editor == RICH else PLAIN_S
    session.view = Live(context.manager, seconds or default, page or PAGES[0])
