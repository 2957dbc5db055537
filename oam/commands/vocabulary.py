"""Help of the keywords that many commands share.

A command's own words are declared beside it (`words=` of its decorator) and serve
commands that do not declare them; the same place in a line never has two helps.
"""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "all": "Everything",
    "clear": "Reset what has been gathered",
    "configure": "Enter configuration mode",
    "copy": "Copy from one configuration to another",
    "critical": "Critical conditions",
    "default": "Set a command to its default",
    "detail": "All that is known of each",
    "do": "Run an EXEC command from configuration mode",
    "end": "Leave configuration mode",
    "exit": "Leave this mode, or the session",
    "export": "Write data to a file",
    "import": "Read data from a file",
    "maximum": "Upper bound",
    "minimum": "Lower bound",
    "no": "Negate a command or restore its default",
    "show": "Show what the server holds and does",
    "test": "Run a test on this server",
}
