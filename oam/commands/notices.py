"""`show notices`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from oam.commands.registry import show

if TYPE_CHECKING:
    from oam.context import Context


class NoticeRow(msgspec.Struct, frozen=True):
    """One notice."""

    published_at: float
    severity: str
    kind: str
    text: str


@show(
    "show notices [last (1-500)$last]",
    row=NoticeRow,
    words={"notices": "What operators should have heard of", "last": "The newest"},
    arguments={"last": "How many"},
)
def show_notices(context: Context, last: int | None) -> list[NoticeRow]:
    """What happened that operators should hear of, oldest first; kept in memory, at most 500."""
    kept = list(context.manager.notices.recent)[-(last or 0) :]
    return [NoticeRow(each.at, each.severity, each.kind, each.text) for each in kept]
