"""Carries out the orders of management on the engine, slice by slice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

import msgspec

from core.effect import TRANSPORT_NUMBER
from core.engine import Engine
from core.net.pump import Pump
from core.net.resolver import Resolver
from core.net.tcp import TcpStreams
from core.net.udp import UdpListener
from core.northbound.orders import (
    BeginTrial,
    ClearBinding,
    ClearControls,
    ClearHits,
    ClearHost,
    ClearTrunkStatistics,
    ExplainCall,
    LiftBan,
    ListCallHistory,
    ListHosts,
    ListListeners,
    ListTraces,
    LookUpHost,
    Order,
    Ping,
    ProbeTrunk,
    ReadLists,
    Row,
    SendPing,
    StartTrace,
    StopTrace,
)
from core.northbound.rows import ListenerRow
from core.northbound.server import SLICE, Slice, sliced
from core.tracing import Tracing

_USERS: Final = 50
"""Users whose bindings are cleared in one loop turn."""


def carry_out(
    order: Order, engine: Engine, pump: Pump, udp: dict[int, UdpListener], streams: TcpStreams, resolver: Resolver,
    tracing: Tracing,
) -> Iterator[Slice]:  # fmt: skip
    """Do what `order` says; every item is a loop turn's work, and the generator may be left anywhere."""
    if isinstance(order, Ping):
        return iter(())
    if isinstance(order, ClearBinding):
        return _clear_one(order, engine, pump) if order.user else _clear_all(engine, pump)
    if isinstance(order, (ReadLists, LiftBan)):
        return _enforce(order, engine, pump, udp, streams)
    if isinstance(order, ClearHits):
        return iter((((), engine.lists.clear_hits(order.colour)),))
    if isinstance(order, ClearControls):
        return iter((((), engine.clear_controls()),))
    if isinstance(order, ProbeTrunk):
        return _once(engine.probe_trunk(order.name, pump.clock()), pump)
    if isinstance(order, SendPing):
        return _once(engine.ping(order.target, order.user, pump.clock()), pump)
    if isinstance(order, BeginTrial):
        number = engine.begin_trial(order.trunk, order.called, order.calling, pump.clock())
        return _once(number, pump)
    if isinstance(order, ClearTrunkStatistics):
        return iter((((), engine.clear_trunk_statistics(order.name)),))
    if isinstance(order, ListListeners):
        found = chain((entry.row() for entry in udp.values()), streams.rows())
        shut = engine.shut_listeners()
        return sliced(iter(sorted((_listener(row, shut) for row in found), key=_by_name)))
    if isinstance(order, ListHosts):
        return sliced(resolver.rows(order.match))
    if isinstance(order, ClearHost):
        return iter([((), resolver.forget(order.host))])
    if isinstance(order, LookUpHost):
        return iter([((), int(resolver.look_up(order.host, order.port, TRANSPORT_NUMBER[order.transport])))])
    if isinstance(order, (StartTrace, StopTrace, ListTraces)):
        now = pump.clock()
        return tracing.carry_out(order, now, now + engine.wall_offset)
    if isinstance(order, (ListCallHistory, ExplainCall)):
        return in_turns(engine.search(order, pump.clock()))
    return sliced(engine.order(order, pump.clock()))


def enforce(engine: Engine, udp: dict[int, UdpListener], streams: TcpStreams) -> None:
    """Make what the lists and bans say now count for the peers that are known already."""
    if engine.bans.changed:
        engine.bans.changed = False
        for listener in udp.values():
            listener.forget_flows()
        streams.close_banned()


def _enforce(
    order: ReadLists | LiftBan, engine: Engine, pump: Pump, udp: dict[int, UdpListener], streams: TcpStreams
) -> Iterator[Slice]:
    now = pump.clock()
    count = engine.bans.lift(order.address, now) if isinstance(order, LiftBan) else 0
    engine.bans.sweep(now)
    enforce(engine, udp, streams)
    pump.finish(now)
    yield (), count


def in_turns(found: Iterator[Row | None]) -> Iterator[Slice]:
    """Cut a search into turns: at each None, and when there are rows enough for one."""
    part: list[Row] = []
    for row in found:
        if row is not None:
            part.append(row)
        if row is None or len(part) == SLICE:
            yield tuple(part), len(part)
            part.clear()
    if part:
        yield tuple(part), len(part)


def _once(count: int, pump: Pump) -> Iterator[Slice]:
    """Tell what an order that is done has come to."""
    pump.finish(pump.clock())
    yield (), count


def _clear_one(order: ClearBinding, engine: Engine, pump: Pump) -> Iterator[Slice]:
    count = engine.clear_bindings(order.user)
    pump.finish(pump.clock())
    yield (), count


def _clear_all(engine: Engine, pump: Pump) -> Iterator[Slice]:
    after = ""
    while page := engine.location.page(after, _USERS):
        count = sum(engine.clear_bindings(user) for user, _ in page)
        pump.finish(pump.clock())
        after = page[-1][0]
        yield (), count


def _listener(row: ListenerRow, shut: dict[str, int]) -> ListenerRow:
    """Say of a listener that is shut down how many calls are left."""
    calls = shut.get(row.listener)
    if calls is None:
        return row
    return msgspec.structs.replace(row, state="draining" if calls else "shutdown", calls=calls)


def _by_name(row: object) -> str:
    return str(getattr(row, "listener", ""))
