"""`ip access-list NAME`: networks that may or may not connect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from oam.commands.registry import completer, config, entry

if TYPE_CHECKING:
    from oam.context import Context

ACCESS_LIST: Final = entry(
    "ip access-list NAME$name",
    "Edit a list of networks that may or may not connect; what no line of it names is denied.",
    name="access-list",
    field="access_lists",
    key=("name",),
    words={"ip": "Internet protocol, both versions", "access-list": "Networks that may or may not connect"},
    arguments={"name": "Name of the list"},
)


@config(
    "<permit|deny>$action <any|NETWORK>$network",
    mode=ACCESS_LIST,
    field="rules",
    key=("network",),
    words={"permit": "Let these connect", "deny": "Refuse these", "any": "Everybody"},
    arguments={"network": "Network, as 192.0.2.0/24, or one address"},
)
def rule() -> None:
    """Let a network connect or refuse it; the first line of the list that names the client decides.

    Example: permit 192.0.2.0/24
    """


@completer("access-list")
def names(context: Context, prefix: str) -> list[str]:
    """Name the lists that are configured."""
    return [each.name for each in context.manager.configuration.running.access_lists]
