"""`statistics`: what is counted by object."""

from __future__ import annotations

from typing import Final

from oam.commands.registry import config, section

STATISTICS: Final = section("statistics", "Statistics by object: what is counted.")


@config(
    "collect objects",
    mode=STATISTICS,
    field="collect_objects",
    words={
        "collect": "What is counted",
        "objects": "Each listener, trunk, route group, destination and subscriber group by itself",
    },
)
def collect_objects() -> None:
    """Count calls and messages by listener, trunk, route group, destination, subscriber group and method.

    With `no` only the counters of the whole are kept (`show sip statistics`), and what was counted by object is
    forgotten after two minutes.
    """


@config(
    "destinations maximum (0-500)$value",
    mode=STATISTICS,
    field="destinations_maximum",
    words={"destinations": "Prefixes of called numbers, as number analysis finds them"},
)
def destinations_maximum() -> None:
    """Destinations that are counted by themselves, those called most; the others are counted together, as `other`.

    One that has not been called for a quarter of an hour gives way to one that is.
    Example: destinations maximum 200
    """
