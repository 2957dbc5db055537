"""Alarms as their sources raise them: real alarms on a clock that the test turns, and which test causes which."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import TypeVar, cast

from support.engine import World
from support.management import FakeManager

from core.northbound.client import WorkerClient
from core.northbound.orders import Order, Ping, Row
from oam.config.tree import Configuration
from oam.fault.alarms import Alarms
from oam.fault.follow import follow
from oam.fault.sources.source import Source
from oam.fault.sources.sources import Sources

F = TypeVar("F", bound=Callable[..., object])
LONG_S = 600.0
"""Longer than any delay of the catalogue."""


def raises_and_clears(*numbers: int) -> Callable[[F], F]:
    """Say that a test brings about, and ends, the real causes of these alarms."""
    assert numbers

    def same(test: F) -> F:
        return test

    return same


class Watch:
    """Looks at sources of a fake manager and lets the delays of the alarms pass."""

    def __init__(self, manager: FakeManager) -> None:
        self.now = 1000.0
        self.manager = manager
        self.alarms = manager.alarms = Alarms(manager.notices.publish, monotonic=self.clock)
        follow(self.alarms, manager.configuration)
        self.sources = Sources(manager, ())

    def clock(self) -> float:
        """Return seconds of the test's own clock."""
        return self.now

    async def look(self, *sources: Source) -> dict[tuple[int, str], str]:
        """Look at each source; return the severities of what is raised once the alarms' delays have passed."""
        for source in sources:
            self.sources.adopt(source)
            await self.sources.look(source)
        self.now += LONG_S
        self.alarms.tick()
        return {key: alarm.severity for key, alarm in self.alarms.active.items()}

    def text(self, number: int, name: str) -> str:
        """Return the text of an alarm that is raised."""
        return self.alarms.active[number, name].text

    def unknown(self, number: int, name: str) -> bool:
        """Tell whether an alarm that is raised is no longer measured."""
        return self.alarms.active[number, name].unknown


class WorldWorker:
    """Answers a manager's orders from an engine without a network."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def order(self, order: Order) -> AsyncGenerator[Row, None]:
        for row in list(self.world.engine.order(order, self.world.now)):
            yield row

    async def count(self, order: Order) -> int:
        assert isinstance(order, Ping)
        return 0


def watched(path: Path, world: World) -> Watch:
    """Make a manager whose signalling is `world`."""
    manager = FakeManager(path / "management", Configuration(**_known(world)))  # type: ignore[arg-type]
    manager.counters = [world.slots]
    manager.worker = cast(WorkerClient, WorldWorker(world))
    return Watch(manager)


def _known(world: World) -> dict[str, object]:
    names = ("sip", "authentication", "trunks", "route_groups", "tables", "traffic", "protection", "subscriber_groups")
    return {name: getattr(world.settings, name) for name in names}


def hand_over(watch: Watch, world: World, *sources: Source) -> None:
    """Let the sources take what the engine has told unasked."""
    for source in sources:
        watch.sources.adopt(source)
    for notice in world.notices:
        watch.sources.from_worker(notice)  # type: ignore[arg-type]
    world.notices.clear()
