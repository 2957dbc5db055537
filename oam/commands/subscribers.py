"""`show subscribers` and `show subscriber`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.northbound.locations import LocationReader
from core.northbound.rows import SubscriberRow
from core.northbound.subscribers import Subscriber
from oam.commands.registry import CommandError, show

if TYPE_CHECKING:
    from oam.context import Context


@show("show subscribers", row=SubscriberRow, words={"subscribers": "Subscribers of this server"})
def show_subscribers(context: Context) -> Iterator[SubscriberRow]:
    """All subscribers in the order of their names."""
    return _rows(context)


@show("show subscriber SUBSCRIBER$name", row=SubscriberRow)
def show_subscriber(context: Context, name: str) -> list[SubscriberRow]:
    """One subscriber, by name or number."""
    subscriber = context.manager.subscribers.find(name)
    if subscriber is None:
        raise CommandError(f"There is no subscriber {name}")
    with LocationReader(context.manager.state) as location:
        return [_row(subscriber, location)]


def _rows(context: Context) -> Iterator[SubscriberRow]:
    with LocationReader(context.manager.state) as location:
        for subscriber in context.manager.subscribers:
            yield _row(subscriber, location)


def _row(subscriber: Subscriber, location: LocationReader) -> SubscriberRow:
    registered = location.contacts(subscriber.name)
    return SubscriberRow(subscriber.name, subscriber.number, subscriber.display_name, subscriber.enabled, registered)
