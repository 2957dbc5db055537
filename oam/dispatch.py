"""From a line to its result: the one place where commands are authorized, run and recorded.

`execute` is what a shell calls for every line, `help` and `complete` for `?` and Tab.
Nothing here prints or knows a terminal; nothing is raised but CancelledError.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec

from oam.commands.registry import DONE
from oam.context import Session
from oam.grammar.result import Candidate

NONE: Final = "none"
ROWS: Final = "rows"
TEXT: Final = "text"
LINES: Final = "lines"


class Result:
    """What became of a line."""

    __slots__ = ("code", "command", "errors", "json", "kind", "offset", "retry", "row", "rows", "source", "text")

    def __init__(self, kind: str = NONE, *, text: str = "", code: int = DONE) -> None:
        self.kind = kind
        self.row: type[msgspec.Struct] | None = None
        """Type of the rows, when kind is ROWS: column names and order."""
        self.rows: AsyncIterator[Any] | None = None
        """ROWS: records; LINES: progress, str by str. May raise CommandError midway. Close it when leaving early."""
        self.text = text
        """TEXT: what to print, without a final line end. Other kinds may have it too: print it first."""
        self.json: Any = None
        """TEXT: what `| json` prints instead (builtins); None: `{"text": …}`."""
        self.code = code
        """Exit code of DESIGN §7, 0 when all is well."""
        self.errors: list[str] = []
        """Lines for the operator, each complete (`% …`). See `offset` for the caret line above them."""
        self.offset = -1
        """Column in the line at which the caret goes, one line above `errors`; -1: no caret."""
        self.source = ""
        """`session.source` of the line that failed: in a batch it may be an earlier one."""
        self.retry = False
        """A batch's earlier lines failed and the given line was NOT executed: to go on, execute it again."""
        self.command = ""
        """The canonical command with secrets masked, for history and audit; empty when the line is no command."""


async def execute(session: Session, line: str) -> Result:
    """Run one line (without filters) in `session`."""
    raise NotImplementedError


async def finish(session: Session) -> Result:
    """Apply what a batch has gathered; call at the end of a script (and of `check_only`), again while `retry`."""
    raise NotImplementedError


def help(session: Session, text: str) -> list[Candidate]:  # noqa: A001
    """List what `?` shows behind `text`; empty: nothing fits."""
    raise NotImplementedError


def complete(session: Session, text: str) -> list[Candidate]:
    """List the words that Tab may put in place of the last, partial word of `text`, values of arguments included."""
    raise NotImplementedError


def pipe_offset(session: Session, line: str) -> int:
    """Return where the first filter's `|` stands when what is before it takes filters, else -1."""
    raise NotImplementedError


def masked(session: Session, line: str) -> str:
    """Return `line` as it may be kept: with secrets replaced by `*`."""
    raise NotImplementedError
