"""What became of a line; the shell decides how it looks."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Final

import msgspec

from oam.commands.registry import DONE

NONE: Final = "none"
ROWS: Final = "rows"
TEXT: Final = "text"
LINES: Final = "lines"


class Result:
    """What became of a line."""

    __slots__ = (
        "code",
        "command",
        "errors",
        "json",
        "kind",
        "live",
        "offset",
        "reason",
        "retry",
        "row",
        "rows",
        "source",
        "text",
    )

    def __init__(self, kind: str = NONE, *, text: str = "", code: int = DONE) -> None:
        self.kind = kind
        self.row: type[msgspec.Struct] | None = None
        """Type of the rows, when kind is ROWS: column names and order."""
        self.rows: AsyncGenerator[Any, None] | None = None
        """ROWS: records; LINES: progress, str by str. May raise CommandError midway. Close it when leaving early."""
        self.live = False
        """ROWS: each is shown when it comes."""
        self.text = text
        """TEXT: what to print, without a final line end."""
        self.json: Any = None
        """TEXT: what `| json` prints instead (builtins); None: `{"text": …}`."""
        self.code = code
        """Exit code of DESIGN §7, 0 when all is well."""
        self.errors: list[str] = []
        """Lines for the operator, each complete (`% …`). See `offset` for the caret line above them."""
        self.offset = -1
        """Column in the line at which the caret goes, one line above `errors`; -1: no caret."""
        self.reason = ""
        """What an argument's type has against the word at `offset`; for scripts, may be empty."""
        self.source = ""
        """`session.source` of the line that failed: in a batch it may be an earlier one."""
        self.retry = False
        """A batch's earlier lines failed and the given line was NOT executed: to go on, execute it again."""
        self.command = ""
        """The canonical command with secrets masked, for history and audit; empty when the line is no command."""
