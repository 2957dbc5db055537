"""`show users`, `show line`, `who`, `clear line`, `send`: the sessions of all operators."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import msgspec

from oam.commands.registry import CommandError, order, show
from oam.shell.lines import VTY

if TYPE_CHECKING:
    from oam.context import Context
    from oam.shell.lines import Line

_LINES: Final = {
    "line": "Sessions of one kind",
    "con": "At the host itself",
    "console": "At the host itself",
    "vty": "Over SSH and telnet",
}


class UserRow(msgspec.Struct, frozen=True):
    """One session."""

    line: str
    user: str
    origin: str
    address: str
    privilege: int
    mode: str
    idle_s: int
    age_s: int
    own: bool
    """The session that asks."""


def _rows(context: Context, wanted: Iterable[Line]) -> list[UserRow]:
    lines = context.manager.lines
    return [
        UserRow(
            line.name,
            line.session.user,
            _origin(line),
            line.session.address,
            line.session.privilege,
            line.session.mode.name,
            round(lines.idle_s(line)),
            round(lines.age_s(line)),
            line.session is context.session,
        )
        for line in wanted
    ]


def _origin(line: Line) -> str:
    origin = line.session.origin
    return origin if line.terminal is not None or origin == "sftp" else f"{origin}, script"


@show("show users [all$all]", row=UserRow, words={"users": "Who is on", "all": "Scripts and file transfers too"})
def show_users(context: Context, all: str | None) -> list[UserRow]:  # noqa: A002
    """Show who is on; with `all` also the scripts that are running, and who moves files over SFTP."""
    return _rows(context, (each for each in context.manager.lines.all() if each.terminal is not None or all))


@show("show line", row=UserRow, words={"line": "The lines in use"})
def show_line(context: Context) -> list[UserRow]:
    """Show the lines in use, those of scripts and file transfers too."""
    return show_users(context, "all")


@show("who", row=UserRow, words={"who": "Who is on"})
def who(context: Context) -> list[UserRow]:
    """Show who is on."""
    return show_users(context, None)


@show("show sessions", row=UserRow, words={"sessions": "Sessions of your own"})
def show_sessions(context: Context) -> list[UserRow]:
    """Show the sessions of the operator who asks, scripts too."""
    return _rows(context, (each for each in context.manager.lines.all() if each.session.user == context.session.user))


@order(
    "<clear line [<con|console|vty>$kind]|disconnect <con|console|vty>$kind> (0-255)$number",
    confirm="End that session?",
    words=_LINES | {"disconnect": "End a session"},
    arguments={"number": "Number of the line, as 'show users' shows it"},
)
def clear_line(context: Context, kind: str | None, number: int) -> str:
    """End a session: what runs in it is stopped, what it holds is released. A number alone is that of a vty.

    Example: clear line vty 1
    """
    line = _line(context, kind or VTY, number)
    if line.session is context.session:
        raise CommandError("This is your own session; leave it with 'exit'")
    line.end(f"cleared by {context.session.user or 'the server'}")
    return " [OK]"


def _line(context: Context, kind: str, number: int) -> Line:
    line = context.manager.lines.find(kind[:3], number)
    if line is None:
        raise CommandError(f"Nobody is on line {kind[:3]} {number}")
    return line


@order(
    "send <all|STAR$star> LINE$text",
    words={"send": "Send a message", "all": "Everybody who is on"},
    arguments={"text": "The message"},
)
def send_all(context: Context, text: str, star: str | None) -> str:
    """Send a message to everybody who is on.

    Example: send * Restart at 18:00
    """
    others = [each for each in context.manager.lines.all() if each.session is not context.session]
    return f"Sent to {sum(_sent(context, each, text) for each in others)} sessions"


@order(
    "send <con|console|vty>$kind (0-255)$number LINE$text",
    words=_LINES | {"send": "Send a message"},
    arguments={"number": "Number of the line, as 'show users' shows it", "text": "The message"},
)
def send_line(context: Context, kind: str, number: int, text: str) -> None:
    """Send a message to one session."""
    if not _sent(context, _line(context, kind, number), text):
        raise CommandError("That session is a script")


def _sent(context: Context, line: Line, text: str) -> bool:
    """Show a message on a terminal; False where there is none."""
    own = context.session.line
    if line.session.tell is None:
        return False
    source = f" on {own.name}" if own is not None else ""
    line.session.tell([f"*** Message from {context.session.user or 'the server'}{source}: {text}"])
    return True
