"""What the operator waits for: one command, a long configuration, showing it; and what a binding takes on disk."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import lmdb
from support.house import House

from oam.fault.alarm import Alarm
from oam.fault.event import AlarmEvent
from oam.fault.store import AlarmStore

LINES = 10_000
EVENTS = 10_000
ACTIVE = 100


def command_seconds(house: House, line: str, times: int) -> float:
    """Return the median wall time of `sipctl -c LINE`."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        house.do(line)
        taken.append(time.perf_counter() - started)
    return median(taken)


def keep_alarms(state: Path) -> None:
    """Put alarms into the store of a server that does not run: many active ones, and a full history."""
    store = AlarmStore(state)
    store.open()
    now = time.time()
    for number in range(EVENTS):
        known = "trunk-unreachable", f"trunk T{number % ACTIVE}", "major", "", "communications", 22, "no answer", now
        store.add(AlarmEvent(number + 1, "raised", number + 1, 2, *known))
    for number in range(ACTIVE):
        store.put(Alarm(number + 1, 2, f"trunk T{number}", "major", "no answer", now, now, sequence=number + 1))
    store.close(EVENTS, EVENTS)


def alarms_seconds(where: Path, environment: Mapping[str, str], times: int) -> tuple[float, float]:
    """Return the median wall times of `show alarms` and `show alarms history` of a server with a full history."""
    house = House(where, environment=environment)
    keep_alarms(house.state)
    with house:
        assert len(house.rows("show alarms")) >= ACTIVE
        assert len(house.rows(f"show alarms history last {EVENTS}")) == EVENTS
        return command_seconds(house, "show alarms", times), command_seconds(house, "show alarms history", times)


def configure_seconds(house: House, where: Path) -> float:
    """Return the wall time of applying 10,000 configuration lines with `sipctl -f`."""
    half = LINES // 2
    script = where / "long.cfg"
    lines = ["configure terminal", "sip"]
    lines += [f" domain d{number}.example.com" for number in range(half)]
    lines += [
        f" relay domain r{number}.example.com next-hop sip:127.0.0.1:{5000 + number % 100}" for number in range(half)
    ]
    script.write_text("\n".join([*lines, "end", ""]))
    started = time.perf_counter()
    result = house.sipctl("-f", str(script))
    taken = time.perf_counter() - started
    assert result.returncode == 0, result.stdout[-500:] + result.stderr[-500:]
    return taken


def stored_octets(house: House) -> int:
    """Return the octets of all pages in use in the location store."""
    with lmdb.open(str(house.state / "location"), readonly=True, lock=True, max_dbs=32, create=False) as environment:
        size = environment.stat()["psize"]
        names = [None, *_databases(environment)]
        pages = 0
        for name in names:
            database = environment.open_db(name, create=False) if name else environment.open_db(create=False)
            with environment.begin(db=database) as transaction:
                stat = transaction.stat(database)
            pages += stat["branch_pages"] + stat["leaf_pages"] + stat["overflow_pages"]
        return int(pages * size)


def _databases(environment: lmdb.Environment) -> list[bytes]:
    with environment.begin() as transaction, transaction.cursor() as cursor:
        return list(cursor.iternext(keys=True, values=False))
