"""`test subscriber`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from oam.commands.registry import PRIVILEGED, CommandError, show
from oam.diagnosis.subscriber import CheckRow, checks

if TYPE_CHECKING:
    from oam.context import Context


@show(
    "test subscriber SUBSCRIBER$name",
    row=CheckRow,
    privilege=PRIVILEGED,
    live=True,
    words={"subscriber": "One subscriber"},
)
def test_subscriber(context: Context, name: str) -> AsyncIterator[CheckRow]:
    """Look at a subscriber from all sides: record, group, secret, lists, contacts, and calls.

    Each contact is sent an OPTIONS the way a call would go. The name or the number of the subscriber will do.

    Example: test subscriber 1001
    """
    found = context.manager.subscribers.find(name)
    if found is None:
        raise CommandError(f"There is no subscriber {name}")
    return checks(context, found)
