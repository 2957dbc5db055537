"""Statistics by object: whom there are rows for, and the calls of the worker before."""

from __future__ import annotations

from core.dialog.call import Call
from core.northbound.settings import Listener, Settings
from core.northbound.statistics import ROUTE_GROUP, SUBSCRIBER_GROUP, TRUNK_IN, TRUNK_OUT
from core.pipeline.inbound import Services
from core.statistics.call_count import CallCount
from core.statistics.row import Row


def count_objects(services: Services, settings: Settings, listeners: dict[int, Listener], now: float) -> None:
    """Have rows for the objects that are configured; calls that nobody has counted yet are counted from now on."""
    statistics = services.statistics
    was_on = statistics.is_on
    statistics.configure(settings.statistics.collect_objects, settings.statistics.destinations_maximum, now)
    statistics.listen({number: listener.name for number, listener in listeners.items()}, now)
    statistics.name(SUBSCRIBER_GROUP, [group.name for group in settings.subscriber_groups], now)
    services.trunks.count_in(statistics, now)
    if statistics.is_on and not was_on:
        count_calls(services, now)


def count_calls(services: Services, now: float) -> None:
    """Count answered calls that were begun by another worker, or while nothing was counted."""
    if not services.statistics.is_on:
        return
    for call in services.calls:
        if call.count is None and call.answered_at:
            call.count = CallCount(_rows(services, call, int(now * 1000.0)), now)
            call.count.restore(call.answered_at - services.calls.wall_offset, now)


def _rows(services: Services, call: Call, now_ms: int) -> list[Row]:
    statistics = services.statistics
    rows = statistics.at(call.caller_leg.flow.listener)
    objects = (
        (TRUNK_IN, call.trunk_in), (SUBSCRIBER_GROUP, call.group), (TRUNK_OUT, call.trunk_out),
        (ROUTE_GROUP, call.route_group),
    )  # fmt: skip
    for kind, name in objects:
        row = statistics.of(kind, name) if name else None
        if row is not None:
            rows.append(row)
    if call.prefix:
        rows.append(statistics.destinations.row(call.prefix, now_ms))
    return rows
