"""How the shell works: what `help` alone shows."""

from __future__ import annotations

from typing import Final, NamedTuple

from oam.help.language import translated
from oam.help.layout import listed
from oam.shell.filters import FILTERS, signature
from oam.shell.width import wrapped


class Chapter(NamedTuple):
    """Sentences under a heading, then words with what they do."""

    title: str
    texts: tuple[str, ...] = ()
    entries: tuple[tuple[str, str], ...] = ()


CHAPTERS: Final = (
    Chapter(
        "Help",
        (
            "Help is there at any point of a command: type a question mark. Where nothing fits, step back until "
            "'?' shows what may be typed.",
        ),
        (
            ("show ?", "What may come next, each word with its help"),
            ("sh?", "Commands that begin so"),
            ("help show calls", "The reference page of a command, or of all that begin so"),
            ("terminal language", "Language of all help: en or zh"),
        ),
    ),
    Chapter(
        "Typing",
        ("A word may be abbreviated as long as it stays unambiguous: 'sh run' is 'show running-config'.",),
        (
            ("Tab", "Complete the word; where several fit, list them"),
            ("Ctrl-A, Ctrl-E", "To the beginning, to the end of the line"),
            ("Ctrl-B, Ctrl-F", "One sign back, one forward; so do the arrow keys"),
            ("Ctrl-P, Ctrl-N", "The line before, the line after in the history; so do the arrow keys"),
            ("Ctrl-W", "Erase the word before the cursor"),
            ("Ctrl-U, Ctrl-K", "Erase to the beginning, to the end of the line"),
            ("Ctrl-D", "Erase the sign under the cursor; on an empty line, leave"),
            ("Ctrl-T", "Swap the sign before the cursor and the one under it"),
            ("Ctrl-R", "Search the history for what is typed next; again for an older line"),
            ("Ctrl-L", "Show the line again"),
            ("Ctrl-C", "Stop the command, or drop the line"),
            ("Ctrl-Z", "Run the line and leave configuration mode"),
        ),
    ),
    Chapter(
        "Modes",
        (
            "The prompt tells the mode: 'name>' is for looking, 'name#' for every command after 'enable', "
            "'name(config)#' for configuration after 'configure terminal'.",
            "In configuration mode a line takes effect at once; 'no LINE' removes what it set, 'do COMMAND' runs a "
            "command from outside. 'exit' leaves one mode, 'end' all of them. 'write memory' keeps the configuration "
            "over a restart.",
            "'configure candidate' gathers lines until 'commit'; 'commit confirmed 5' takes them back after five "
            "minutes unless they are confirmed. 'show archive' lists former versions, 'rollback N' brings one back.",
        ),
    ),
    Chapter(
        "Output",
        (
            "Space shows the next screenful, Enter the next line, '/' searches, 'q' ends the output. "
            "Behind a 'show' stand filters, each preceded by '|', chained at will:",
        ),
        tuple((signature(name), text) for name, (_, text) in FILTERS.items()),
    ),
)


BEHIND: Final = "Filters, behind a 'show', each preceded by '|':"
"""Title of the filters that `help` is asked about."""


def filters_beginning(topic: str, language: str, width: int) -> list[str]:
    """Return the filters that begin with `topic`, as lines; none where none does."""
    word = topic.strip().lower()
    found = [
        (signature(name), translated(text, language)) for name, (_, text) in FILTERS.items() if name.startswith(word)
    ]
    return [translated(BEHIND, language), *listed(found, width)] if found else []


def guide(language: str, width: int) -> list[str]:
    """Return the guide in lines of at most `width` columns."""
    lines: list[str] = []
    for chapter in CHAPTERS:
        lines.append(translated(chapter.title, language))
        for text in chapter.texts:
            lines += ["  " + each for each in wrapped(translated(text, language), max(width - 3, 20))]
        lines += listed([(word, translated(text, language)) for word, text in chapter.entries], width)
        lines.append("")
    return lines[:-1]
