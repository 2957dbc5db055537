"""Number analysis: look-ups among 10, 10,000 and 1,000,000 prefixes, and what a million of them cost.

Prefixes of every size are drawn alike, 3 to 9 digits. Every number looked up begins with one of them, so that each size
finds as many, and no number comes twice, so that no answer is at hand.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from support.engine import OPEN, World
from support.inbound import arrive
from support.opened import OPENED

from core.northbound.number_checks import Names
from core.northbound.prefixes import PrefixStore, open_prefixes, row_key, row_of
from core.northbound.routing_settings import MAX_DIGITS, Member, PrefixEntry, RouteGroup
from core.northbound.settings import Settings
from core.pipeline.analysis import analysis
from core.routing.analysis import Analysis, Caller
from core.routing.number import UNKNOWN, Number, Numbers
from oam.prefixes.transfer import import_file

SIZES: Final = (10, 10_000, 1_000_000)
_GROUPS: Final = tuple(f"G{number}" for number in range(20))
_LOOKUPS: Final = 100_000
_ROUNDS: Final = 25
_SLICES: Final = 5
"""A round looks up the next of so many parts of the numbers."""


class Figures(NamedTuple):
    """What was measured."""

    lookup_us: dict[int, float]
    """Microseconds of one look-up in the quietest round, by prefixes stored."""
    stage_us: dict[int, float]
    """The same of the whole stage, as a call pays for it: numbers read from the request, no subscriber of that name."""
    prefix_octets: float
    """Octets of the file for each of a million prefixes."""
    load_s: float
    """From the CSV file of a million prefixes to the commit."""
    change_ms: float
    """One prefix changed among a million, as `clear prefixes` and a write of one row do."""


def measure(folder: Path | None = None) -> Figures:
    """Measure all sizes, the smallest first; takes about a minute."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        stores = {size: _filled(Path(name), size) for size in SIZES}
        numbers = {size: _numbers(prefixes) for size, (_, prefixes, _) in stores.items()}
        rounds: dict[int, list[float]] = {size: [] for size in SIZES}
        for number in range(_ROUNDS):
            for size, (store, _, _) in stores.items():
                rounds[size].append(_lookup_us(store, numbers[size][number % _SLICES :: _SLICES]))
        stage_us = {size: _stage_us(Path(name), store, numbers[size]) for size, (store, _, _) in stores.items()}
        store, prefixes, load_s = stores[SIZES[-1]]
        figures = Figures(
            {size: min(each) for size, each in rounds.items()},
            stage_us,
            store.octets / len(prefixes),
            load_s,
            _change_ms(store, prefixes),
        )
        for each, _, _ in stores.values():
            each.close()
    return figures


def _filled(folder: Path, size: int) -> tuple[PrefixStore, list[str], float]:
    """Load `size` prefixes from a CSV file; return the store, the prefixes and the seconds it took."""
    rng = random.Random(size)
    drawn: set[str] = set()
    while len(drawn) < size:
        drawn.add(f"{rng.randrange(1, 10)}{''.join(rng.choices('0123456789', k=rng.randrange(2, 9)))}")
    prefixes = sorted(drawn)
    path = folder / f"{size}.csv"
    with path.open("w") as file:
        file.write("prefix,action,target\n")
        file.writelines(f"{prefix},route-group,{rng.choice(_GROUPS)}\n" for prefix in prefixes)
    store = open_prefixes(folder / str(size))
    names = Names(Settings(route_groups=tuple(RouteGroup(name, members=(Member("T"),)) for name in _GROUPS)))
    began = time.perf_counter()
    asyncio.run(_loaded(path, store, names))
    return store, prefixes, time.perf_counter() - began


async def _loaded(path: Path, store: PrefixStore, names: Names) -> None:
    async for _ in import_file(path, store, lambda: names, replace=True):
        pass


def _numbers(prefixes: list[str]) -> list[Numbers]:
    """Draw numbers to look up, each beginning with a prefix."""
    rng = random.Random(1)
    found: set[str] = set()
    while len(found) < _LOOKUPS:
        begin = rng.choice(prefixes)
        found.add(begin + "".join(rng.choices("0123456789", k=max(1, 12 - len(begin))))[:MAX_DIGITS])
    digits = sorted(found)
    rng.shuffle(digits)
    return [Numbers(Number(each, UNKNOWN), None) for each in digits]


def _lookup_us(store: PrefixStore, numbers: list[Numbers]) -> float:
    analysis = Analysis(Settings(), store)
    caller = Caller("", "", 0.0)
    began = time.perf_counter()
    for each in numbers:
        analysis.decide(each, caller)
    return (time.perf_counter() - began) / len(numbers) * 1e6


def _stage_us(folder: Path, store: PrefixStore, numbers: list[Numbers]) -> float:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        world = World(Path(name), OPEN)
        services = world.engine._services
        services.analysis = Analysis(world.settings, store)
        rounds: list[float] = []
        for number in range(_SLICES):
            calls = [arrive(world, "INVITE", f"sip:{each.called.digits}@example.com") for each in numbers[number::50]]
            began = time.perf_counter()
            for call in calls:
                analysis(services, call)
            rounds.append((time.perf_counter() - began) / len(calls) * 1e6)
        world.close()
        OPENED.remove(world.close)
    return min(rounds)


def _change_ms(store: PrefixStore, prefixes: list[str]) -> float:
    """Remove one prefix and put it back, each a commit; return the milliseconds of one commit."""
    rng = random.Random(2)
    raw = row_of([PrefixEntry("", action="route-group", target=_GROUPS[0])])
    took: list[float] = []
    for prefix in rng.sample(prefixes, 50):
        began = time.perf_counter()
        store.clear("default", prefix)
        store.write({row_key("default", prefix): raw}, replace=False)
        took.append((time.perf_counter() - began) / 2 * 1000)
    return median(took)


if __name__ == "__main__":
    print(measure())
