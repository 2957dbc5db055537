"""The manual pages, written from the command tree, in man(7).

What the programs' options are is said here once more, since management may not import
the programs; a test compares.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Final

from core.northbound.build import PRODUCT, VERSION
from oam.commands.registry import EXEC, Command, Registry
from oam.help.describe import (
    CONFIGURATION,
    INTRODUCTION,
    Part,
    examples,
    explained,
    facts,
    paragraphs,
    parts,
    written,
)
from oam.shell.filters import FILTERS, signature

DATE: Final = "2026-11-23"
"""Day of the release, as every page bears it."""
EXIT_CODES: Final = (
    (0, "Done."),
    (1, "A command failed, or a configuration line was refused."),
    (2, "Syntax error."),
    (3, "Not allowed with this privilege."),
    (4, "The configuration is locked by somebody else."),
    (5, "Rolled back: with --atomic nothing of the script is in force."),
    (6, "The server cannot be reached."),
    (130, "Interrupted."),
)
SHELL_OPTIONS: Final = (
    ("--state DIR", "State directory of the server; see ENVIRONMENT for the default."),
    ("-c COMMAND", "Run a command; may be repeated."),
    ("-f FILE", "Run the commands of a file; - is standard input. May be repeated."),
    ("--json", "Print what commands show as JSON."),
    ("--check", "Check the commands only and change nothing; every error is reported."),
    ("--continue", "Go on after an error; the exit status is that of the first."),
    ("--atomic", "Put all configuration lines of the script in force together, or none of them."),
    ("--timeout SECONDS", "Stop the script when it has not ended by then."),
    ("--version", "Print the version and leave."),
    ("--help", "Print a summary of the options and leave."),
)
EXAMPLES: Final = (
    "sipctl -c 'show calls | json'",
    "sipctl --atomic -f new-site.cfg",
    "ssh sip1 'show calls | json'",
    "ssh sip1 -- --atomic --timeout 60 < new-site.cfg",
)
SERVER_OPTIONS: Final = (
    ("--state DIR", "State directory; see ENVIRONMENT for the default."),
    ("--config FILE", "Configuration to start with in place of startup-config in the state directory."),
    ("--version", "Print the version and leave."),
)
_STATE: Final = (
    "State directory when --state is not given; without it, it is /var/lib/sipctl for root and "
    "$XDG_STATE_HOME/sipctl (~/.local/state/sipctl) for others."
)
_SIGNALS: Final = (
    ("SIGTERM, SIGINT", "Take no new calls, finish what is in flight within the time of 'sip drain', and leave."),
    ("SIGHUP", "Replace the running configuration by startup-config; a faulty one is refused and logged."),
)
_FILES: Final = (
    ("startup-config", "Configuration the server starts with; written by write memory."),
    ("archive/", "Former versions of the configuration, with author, time and comment."),
    ("audit/", "Who did what: the audit log, its records chained by hashes."),
    ("secret.key", "Key of the secrets that must be read again (type 6); not in any backup."),
    ("ssh/", "Host keys of the SSH server."),
    ("run/console.sock", "Where sipctl reaches the server; owner and group only."),
    ("subscribers/, location/", "Subscribers, registrations and answered calls."),
    ("records/", "Call records, one JSON object a line."),
    ("files/", "Files that commands read and write by name, and that SFTP shows."),
)
_ESCAPES: Final = {"\\": "\\e", "-": "\\-", '"': "\\(dq", "'": "\\(aq", "`": "", "^": "\\(ha", "~": "\\(ti"}


def roff(text: str) -> str:
    """Escape text for a manual page; backquotes go."""
    escaped = "".join(_ESCAPES[sign] if sign in _ESCAPES else _ascii(sign) for sign in text)
    return "\\&" + escaped if escaped.startswith(".") else escaped


def text(paragraph: str) -> list[str]:
    """Write running text in lines of their own."""
    lines = textwrap.wrap(paragraph, 76, break_long_words=False, break_on_hyphens=False)
    return [roff(line) for line in lines]


def _ascii(sign: str) -> str:
    return sign if sign.isascii() else f"\\[u{ord(sign):04X}]"


def page(name: str, number: int, summary: str, body: Iterable[str], also: Iterable[str]) -> str:
    """Write a page; `body` is its sections, `also` the pages it refers to."""
    head = [f'.TH {name.upper()} {number} {DATE} "{PRODUCT} {VERSION}"']
    head += [".SH NAME", f"{roff(name)} \\- {roff(summary)}"]
    names = [f".BR {roff(each[:-3])} {each[-3:]}" for each in also]
    tail = [".SH SEE ALSO", *(f"{each}," for each in names[:-1]), names[-1]]
    return "\n".join([*head, *body, *tail]) + "\n"


def entries(terms: Iterable[tuple[str, str]]) -> list[str]:
    """Write a list of terms."""
    lines: list[str] = []
    for term, meaning in terms:
        lines += [".TP", f'.B "{roff(term)}"', *text(meaning)]
    return lines


def commands(registry: Registry) -> str:
    """Write man/sipctl-commands.7: what is typed to look and to act."""
    lines = [".SH DESCRIPTION", *text(INTRODUCTION)]
    for part in parts(registry):
        if part.mode is EXEC:
            lines += _part(registry, part)
    lines += [".SH FILTERS", "Behind a show, each preceded by |, chained at will."]
    lines += entries((signature(name), f"{meaning}.") for name, (_, meaning) in FILTERS.items())
    also = ("sipctl(1)", "sipctl-config(5)", "sipctld(8)")
    return page("sipctl-commands", 7, "commands of the SIP server's shell", lines, also)


def configuration(registry: Registry) -> str:
    """Write man/sipctl-config.5: the lines of a configuration."""
    lines = [".SH DESCRIPTION", *text(INTRODUCTION), ".PP", *text(CONFIGURATION)]
    for part in parts(registry):
        if part.mode is not EXEC:
            lines += _part(registry, part)
    also = ("sipctl(1)", "sipctl-commands(7)", "sipctl-mib(7)", "sipctld(8)")
    return page("sipctl-config", 5, "configuration of the SIP server", lines, also)


def _part(registry: Registry, part: Part) -> list[str]:
    lines = [f'.SH "{roff(part.title.upper())}"']
    for command in part.commands:
        lines += _command(registry, command)
    return lines


def _command(registry: Registry, command: Command) -> list[str]:
    first, *others = paragraphs(command)
    lines = [".TP", f'.B "{roff(written(command.elements))}"', *text(first)]
    for paragraph in others:
        lines += [".IP", *text(paragraph)]
    words = entries((each.word, each.help) for each in explained(registry, command))
    if words:
        lines += [".RS", *words, ".RE"]
    known = " ".join(str(each) for each in facts(command))
    if known:
        lines += [".IP", *text(known)]
    shown = examples(command)
    if shown:
        lines += [".IP", ".EX", *(roff(each) for each in shown), ".EE"]
    return lines


def shell() -> str:
    """Write man/sipctl.1."""
    lines = [
        *_synopsis("sipctl", SHELL_OPTIONS),
        ".SH DESCRIPTION",
        "Operates the SIP server from its shell.",
        "With neither \\-c nor \\-f it is interactive on a terminal, and otherwise runs a script from standard input.",
        "A script stops at the first error, says where it stands and marks the word;",
        "it gets no prompt, no echo and no pager, and is not asked for confirmation.",
        "Configuration lines of a script are applied together before the next command of another kind.",
        "Where the server listens for SSH, ssh does the same from elsewhere: what stands behind the host is a command,",
        "or after \\-\\- the options of a script, which is read from standard input.",
        ".PP",
        "In the shell, help tells how it works and help COMMAND what a command does.",
        "On the terminal Ctrl\\-\\e leaves at once, whatever the server does.",
        ".SH OPTIONS",
        *entries(SHELL_OPTIONS),
        ".SH EXIT STATUS",
        *entries((str(code), meaning) for code, meaning in EXIT_CODES),
        ".SH ENVIRONMENT",
        *entries((("SIPCTL_STATE", _STATE),)),
        ".SH EXAMPLES",
        ".EX",
        *(roff(each) for each in EXAMPLES),
        ".EE",
    ]
    also = ("sipctl-commands(7)", "sipctl-config(5)", "sipctld(8)")
    return page("sipctl", 1, "operate the SIP server from its shell", lines, also)


def server() -> str:
    """Write man/sipctld.8."""
    lines = [
        *_synopsis("sipctld", SERVER_OPTIONS),
        ".SH DESCRIPTION",
        "A SIP proxy and registrar that is operated like a router.",
        "The supervisor opens the SIP sockets and keeps a signalling and a management process running;",
        "it logs to standard error and does not go into the background.",
        "A port in use, a faulty configuration, a state directory that cannot be written or is in use by another",
        "server end it with one line and exit status 1.",
        ".SH OPTIONS",
        *entries(SERVER_OPTIONS),
        ".SH SIGNALS",
        *entries(_SIGNALS),
        ".SH FILES",
        "In the state directory:",
        *entries(_FILES),
        ".SH ENVIRONMENT",
        *entries((("SIPCTL_STATE", _STATE),)),
    ]
    also = ("sipctl(1)", "sipctl-commands(7)", "sipctl-config(5)", "sipctl-mib(7)")
    return page("sipctld", 8, "SIP proxy and registrar", lines, also)


def _synopsis(name: str, options: Iterable[tuple[str, str]]) -> list[str]:
    """Write what may stand behind the program's name; what makes it leave at once is left out."""
    alone = ("--version", "--help")
    shown = [f"[{option}]" + ("..." if option[1] != "-" else "") for option, _ in options if option not in alone]
    return [".SH SYNOPSIS", f".B {name}", *text(" ".join(shown))]
