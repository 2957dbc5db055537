"""`terminal …`: this session's terminal, until the session ends."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.settings import SEVERITIES
from oam.commands.registry import PRIVILEGED, CommandError, order, show
from oam.notices import weight
from oam.shell.capability import RICH, drawable

if TYPE_CHECKING:
    from oam.context import Context, Session
    from oam.notices import ManagementNotice

_TERMINAL: Final = "This terminal"
_MONITOR: Final = "Notices of the server, as they come"


@order(
    "terminal length (0-512)$lines",
    privilege=1,
    words={"terminal": _TERMINAL, "length": "Lines of a screenful"},
    arguments={"lines": "Lines; 0 shows everything without a pause"},
)
def terminal_length(context: Context, lines: int) -> None:
    """Set how many lines are shown before `--More--`.

    Example: terminal length 0
    """
    context.session.length = lines


@order(
    "terminal width (0-512)$columns",
    privilege=1,
    words={"width": "Columns of a line"},
    arguments={"columns": "Columns; 0 is without bound"},
)
def terminal_width(context: Context, columns: int) -> None:
    """Set how many columns tables may take."""
    context.session.width = columns


@order(
    "terminal history size (1-1000)$lines",
    privilege=1,
    words={"history": "Lines entered in this session", "size": "How many"},
)
def terminal_history(context: Context, lines: int) -> None:
    """Set how many lines of history are kept."""
    session = context.session
    session.history_size = lines
    del session.history[:-lines]


@order(
    "terminal editor <plain|rich>$editor",
    privilege=1,
    words={
        "editor": "How lines are typed",
        "plain": "Echo alone, which every terminal and robot takes",
        "rich": "Drawn on the terminal",
    },
)
def terminal_editor(context: Context, editor: str) -> None:
    """Choose the editor of the lines that follow.

    Example: terminal editor rich
    """
    session = context.session
    if session.tell is None:
        raise CommandError("There is no terminal")
    if editor == RICH and not drawable(session.term):
        raise CommandError(f"A terminal of kind '{session.term or 'unknown'}' cannot be drawn on")
    session.editor = editor


@order(
    "terminal language <en|zh>$language",
    privilege=1,
    words={"language": "Language of help", "en": "English", "zh": "Chinese"},
)
def terminal_language(context: Context, language: str) -> None:
    """Choose the language of help texts; commands, errors and output stay as they are.

    Example: terminal language zh
    """
    context.session.language = language


@order("terminal monitor", privilege=PRIVILEGED, words={"monitor": _MONITOR})
def terminal_monitor(context: Context) -> None:
    """Show notices on this terminal as they come, above the line being typed."""
    session = context.session
    tell = session.tell
    if tell is None:
        raise CommandError("There is no terminal")
    if session.monitor is not None:
        return
    configuration = context.manager.configuration

    def show_notice(notice: ManagementNotice) -> None:
        if weight(notice) > SEVERITIES.index(configuration.running.logging.monitor_level):
            return
        stamp = time.strftime("%H:%M:%S", time.gmtime(notice.at))
        # An alarm has a severity of its own, which is part of its text; two would contradict each other.
        severity = "" if notice.alarm is not None else f"{notice.severity}: "
        tell([f"*{stamp} UTC: {severity}{notice.kind}: {notice.text}"])

    session.monitor = show_notice
    context.manager.notices.subscribers.append(show_notice)
    session.at_end.append(lambda: _unsubscribe(session))


@order("terminal no monitor", privilege=PRIVILEGED, words={"monitor": _MONITOR})
def terminal_no_monitor(context: Context) -> None:
    """Show no more notices on this terminal."""
    _unsubscribe(context.session)


def _unsubscribe(session: Session) -> None:
    subscribers = session.manager.notices.subscribers
    if session.monitor in subscribers:
        subscribers.remove(session.monitor)
    session.monitor = None


class TerminalRow(msgspec.Struct, frozen=True):
    """What this session's terminal is set to."""

    line: str
    term: str
    length: int
    width: int
    editor: str
    language: str
    history_size: int
    monitor: bool
    exec_timeout_s: int
    absolute_timeout_s: int


def terminal_facts(context: Context) -> dict[str, object]:
    """Return the terminal's settings for programs."""
    return msgspec.structs.asdict(_row(context))


def _row(context: Context) -> TerminalRow:
    session = context.session
    running = context.manager.configuration.running
    settings = running.console if session.origin == "console" else running.vty
    return TerminalRow(
        session.line.name if session.line is not None else "",
        session.term,
        session.length,
        session.width,
        session.editor,
        session.language,
        session.history_size,
        session.monitor is not None,
        settings.exec_timeout.total_s,
        settings.absolute_timeout_min * 60,
    )


@show("show terminal", json=terminal_facts, words={"terminal": _TERMINAL})
def show_terminal(context: Context) -> str:
    """Show what this terminal is set to."""
    row = _row(context)
    return "\n".join(
        (
            f'Line {row.line or "none"}, type "{row.term or "unknown"}", user {context.session.user or "-"}',
            f"Length: {row.length} lines, width: {row.width} columns",
            f"Editor: {row.editor}, language of help: {row.language}, history size is {row.history_size}",
            f"Idle timeout: {_limit(row.exec_timeout_s)}, absolute timeout: {_limit(row.absolute_timeout_s)}",
            f"Notices are {'shown' if row.monitor else 'not shown'}",
        )
    )


def _limit(seconds: int) -> str:
    return f"{seconds // 60:02}:{seconds % 60:02}" if seconds else "never"
