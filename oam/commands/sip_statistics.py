"""`show sip statistics` and `clear counters`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.northbound.counters import COUNTERS, STARTED_AT
from core.northbound.rows import CounterRow
from oam import baseline
from oam.commands.registry import order, show

if TYPE_CHECKING:
    from oam.context import Context


@show("show sip statistics", row=CounterRow, words={"sip": "What SIP does", "statistics": "What has been counted"})
def show_sip_statistics(context: Context) -> list[CounterRow]:
    """Messages, registrations and calls counted since `clear counters`.

    Example: show sip statistics | include register
    """
    return statistics(context.manager.counters, context.manager.counter_baseline)


@order("clear counters", confirm="Clear the SIP counters?", words={"counters": "Counters of signalling"})
def clear_counters(context: Context) -> None:
    """Count from zero again."""
    now = sums(context.manager.counters)
    context.manager.counter_baseline[:] = now
    baseline.save(context.manager.state, now)


def sums(blocks: Sequence[memoryview]) -> list[int]:
    """Return every slot summed over the workers' counter blocks."""
    return [sum(block[counter.slot] for block in blocks) for counter in COUNTERS]


def statistics(blocks: Sequence[memoryview], cleared: Sequence[int]) -> list[CounterRow]:
    """Return a row a counter: what it rose by since `cleared`; gauges as they are."""
    rows = []
    for counter, now in zip(COUNTERS, sums(blocks), strict=True):
        since = cleared[counter.slot] if counter.slot < len(cleared) else 0
        if counter.slot == STARTED_AT:
            value = max(block[counter.slot] for block in blocks)
        elif counter.gauge or now < since:
            value = now
        else:
            value = now - since
        rows.append(CounterRow(counter.name, value, counter.help))
    return rows
