"""`enable`, `disable`, `show privilege`: what this session may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.commands.registry import DENIED, PRIVILEGED, CommandError, order, show

if TYPE_CHECKING:
    from oam.context import Context


@order("enable", privilege=1, moves=True, words={"enable": "Turn on privileged commands"})
def enable(context: Context) -> None:
    """Turn on privileged commands, for those who may."""
    session = context.session
    if session.highest < PRIVILEGED:
        raise CommandError("Access denied", DENIED)
    session.privilege = PRIVILEGED


@order("disable", privilege=1, moves=True, words={"disable": "Turn off privileged commands"})
def disable(context: Context) -> None:
    """Turn off privileged commands."""
    context.session.privilege = 1


def privilege_facts(context: Context) -> dict[str, object]:
    """Return the privilege for programs."""
    return {"privilege": context.session.privilege}


@show("show privilege", json=privilege_facts, words={"privilege": "Privilege of this session"})
def show_privilege(context: Context) -> str:
    """Privilege of this session."""
    return f"Current privilege level is {context.session.privilege}"
