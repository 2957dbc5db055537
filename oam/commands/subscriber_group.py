"""`subscriber-group NAME`: what subscribers that are in it have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from oam.commands.registry import completer, config, entry

if TYPE_CHECKING:
    from oam.context import Context

SUBSCRIBER_GROUP: Final = entry(
    "subscriber-group NAME$name",
    "Edit a group of subscribers: the analysis table of their calls, and the bounds of these.",
    name="subscriber-group",
    field="subscriber_groups",
    key=("name",),
    words={"subscriber-group": "What subscribers have in common"},
    arguments={"name": "Name of the group"},
)


@config(
    "table TABLE$value",
    mode=SUBSCRIBER_GROUP,
    field="table",
    words={"table": "Analysis table of their calls"},
)
def table() -> None:
    """Analysis table that begins the analysis of their calls; without one it is the default table."""


@config(
    "calls maximum (0-10000000)$value", mode=SUBSCRIBER_GROUP, field="calls_maximum", words={"calls": "Calls of all"}
)
def calls_maximum() -> None:
    """Calls of all of them together at one time; 0 is no bound."""


@config(
    "rate (0-100000)$value",
    mode=SUBSCRIBER_GROUP,
    field="rate",
    words={"rate": "New calls a second, of all of them together"},
)
def rate() -> None:
    """New calls a second of all of them together; 0 is no bound."""


@config(
    "burst (0-100000)$value",
    mode=SUBSCRIBER_GROUP,
    field="burst",
    words={"burst": "Calls that may come at once within the rate"},
)
def burst() -> None:
    """Calls that may come at once within the rate; 0 is as many as the rate."""


@config("priority", mode=SUBSCRIBER_GROUP, field="priority", words={"priority": "Their calls have priority"})
def priority() -> None:
    """Their calls are of the class `priority`."""


@completer("subscriber-group")
def names(context: Context, prefix: str) -> list[str]:
    """Name the groups that are configured."""
    return [each.name for each in context.manager.configuration.running.subscriber_groups]
