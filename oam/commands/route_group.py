"""`route-group NAME`: trunks that lead to the same numbers. `show route-group`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from core.northbound.orders import ListRouteGroups
from core.northbound.rows import RouteGroupRow
from oam.commands.registry import CommandError, completer, config, entry, show
from oam.signalling import rows

if TYPE_CHECKING:
    from oam.context import Context

ROUTE_GROUP: Final = entry(
    "route-group NAME$name",
    "Edit a route group: trunks that lead to the same numbers.",
    name="route-group",
    field="route_groups",
    key=("name",),
    words={"route-group": "Trunks that lead to the same numbers"},
    arguments={"name": "Name of the route group"},
)


@config(
    "description LINE$description", mode=ROUTE_GROUP, field="description", words={"description": "Text of your own"}
)
def description() -> None:
    """What the route group is for."""


@config(
    "trunk TRUNK$trunk [preference (1-100)$preference] [weight (1-10000)$weight]",
    mode=ROUTE_GROUP,
    field="members",
    key=("trunk",),
    words={
        "trunk": "A trunk of the group",
        "preference": "Which are tried first: those of the lowest",
        "weight": "Share among those of one preference",
    },
    arguments={"preference": "1 is tried first", "weight": "Parts, or per cent where calls are shared by percentage"},
)
def trunk() -> None:
    """A trunk of the group: those of a lower preference are tried first, those of one preference share the calls.

    Example: trunk PSTN-1 preference 1 weight 50
    """


@config(
    "distribution <weight|least-used|percentage|sequential>$distribution",
    mode=ROUTE_GROUP,
    field="distribution",
    words={
        "distribution": "How trunks of one preference share the calls",
        "weight": "By weight, among those that can take a call",
        "least-used": "To the one with the smallest part of its calls in use",
        "percentage": "By per cent of all calls; what is left of 100 goes to the next preference",
        "sequential": "To the first that can take a call",
    },
)
def distribution() -> None:
    """How trunks of one preference share the calls; weights and percentages are kept exactly, call by call."""


@config(
    "failover STATUSES$status",
    mode=ROUTE_GROUP,
    field="failover",
    words={"failover": "After which responses the next trunk is tried"},
    arguments={"status": "Status code or range of them, as 503 or 500-599"},
)
def failover() -> None:
    """Final responses after which the next trunk is tried; a trunk that says nothing has failed with 408.

    A trunk that has rung may still fail over, one that has answered never. A response of 600 or more ends the call.
    """


@config(
    "attempts maximum (1-16)$number",
    mode=ROUTE_GROUP,
    field="attempts_maximum",
    words={"attempts": "Trunks tried for one call"},
)
def attempts() -> None:
    """Most trunks tried for one call."""


@config(
    "response-timeout (500-32000)$value",
    mode=ROUTE_GROUP,
    field="response_timeout_ms",
    words={"response-timeout": "How long a trunk may say nothing at all, in milliseconds"},
)
def response_timeout() -> None:
    """How long a trunk may say nothing at all, in milliseconds, before another is tried, if there is one.

    Should it answer later all the same, the caller gets its answer, and whatever was tried since is cancelled.
    """


@show(
    "show route-group [ROUTEGROUP$name]",
    row=RouteGroupRow,
    words={"route-group": "Route groups and their trunks"},
    arguments={"name": "Name of the route group"},
)
async def show_route_group(context: Context, name: str | None) -> AsyncIterator[RouteGroupRow]:
    """Route groups: their trunks, and in which order a call that came now would try them (`turn`)."""
    known = False
    async for row in rows(context, ListRouteGroups(name or "")):
        known = True
        if isinstance(row, RouteGroupRow):
            yield row
    if name is not None and not known:
        groups = {each.name for each in context.manager.configuration.running.route_groups}
        raise CommandError(f"Route group {name} has no trunk" if name in groups else f"There is no route group {name}")


@completer("route-group")
def names(context: Context, prefix: str) -> list[str]:
    """Name the route groups that are configured."""
    return [each.name for each in context.manager.configuration.running.route_groups]
