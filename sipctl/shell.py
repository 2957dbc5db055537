"""`sipctl`: the operator's shell on the server's console, by hand or as a script."""

from __future__ import annotations

import os
import sys

from sipctl.console_client import COMMAND, DENIED, NOT_REACHABLE, Link, run_script, terminal_size
from sipctl.state import default_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

USAGE = """\
usage: sipctl [--state DIR] [-c COMMAND]... [-f FILE]... [--json] [--check]
              [--continue] [--atomic] [--timeout SECONDS]
       sipctl --version | --help
"""
HELP = (
    USAGE
    + """
Operate the SIP server from its shell: by hand on a terminal, else as a script.

  --state DIR   state directory of the server (default: $SIPCTL_STATE, then
                /var/lib/sipctl for root, then the user's XDG state directory)
  -c COMMAND    run a command; may be given several times
  -f FILE       run the commands of a file; - is standard input
  --json        print what commands show as JSON
  --check       only check the commands, report every error, change nothing
  --continue    go on after an error
  --atomic      put all configuration lines in force together at the end, or none
  --timeout SECONDS
                stop when all of it takes longer
  --version     print the version and leave
  --help        print this and leave

Without -c and -f: an interactive shell on a terminal, else a script on standard
input. On the terminal Ctrl-\\ leaves at once, whatever the server does.

exit status: 0 done, 1 failed, 2 syntax, 3 denied, 4 locked, 5 rolled back (an
atomic script had an error, nothing was changed), 6 server not reachable, 130 interrupted
"""
)


FLAGS: Final = ("--json", "--check", "--continue", "--atomic", "--complete", "--version", "--help")
MAX_TIMEOUT_S: Final = 86_400


class UsageError(Exception):
    """The arguments are not what USAGE says."""


class Options:
    """What the arguments ask for. Parsed by hand: argparse would be a fifth of a command's time."""

    def __init__(self, arguments: Sequence[str]) -> None:
        """Read `arguments`; raises UsageError."""
        self.state = ""
        self.texts: list[tuple[str, bytes]] = []
        """Names and contents of the scripts, in the order given."""
        self.flags: set[str] = set()
        self.timeout = ""
        """Seconds that the script may take; empty: as many as it takes."""
        waiting = list(arguments)
        while waiting:
            option = waiting.pop(0)
            name, given, value = option.partition("=") if option.startswith("--") else (option, "", "")
            if name in FLAGS and not given:
                self.flags.add(name[2:])
            elif option[:2] in ("-c", "-f") and len(option) > 2:
                self._set(option[:2], option[2:])
            elif name in ("--state", "--timeout", "-c", "-f"):
                if not given and not waiting:
                    raise UsageError(f"{name} needs an argument")
                self._set(name, value if given else waiting.pop(0))
            elif name == "-h":
                self.flags.add("help")
            else:
                raise UsageError(f"unknown argument {option}")

    def _set(self, name: str, value: str) -> None:
        if name == "--state":
            self.state = value
        elif name == "--timeout":
            self.timeout = _seconds(value)
        elif name == "-c":
            self.texts.append((COMMAND, os.fsencode(value)))
        else:
            self.texts.append(_file(value))


def _seconds(value: str) -> str:
    """Check what the server would refuse, before there is a session."""
    try:
        if 0 < float(value) <= MAX_TIMEOUT_S:
            return value
    except ValueError:
        pass
    raise UsageError(f"--timeout needs seconds, up to {MAX_TIMEOUT_S}")


def _file(path: str) -> tuple[str, bytes]:
    if path == "-":
        return "stdin", sys.stdin.buffer.read()
    try:
        with open(path, "rb") as file:
            return path, file.read()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `sipctl`; return its exit status."""
    try:
        options = Options(sys.argv[1:] if arguments is None else arguments)
    except UsageError as error:
        print(f"{USAGE}sipctl: {error}", file=sys.stderr)
        return 2
    if "help" in options.flags:
        print(HELP, end="")
        return 0
    if "version" in options.flags:
        from core.northbound.build import VERSION

        print(f"sipctl {VERSION}")
        return 0
    try:
        return _run(options)
    except BrokenPipeError:
        os._exit(141)  # as SIGPIPE would have it; Python's own end would complain about the pipe again


def _run(options: Options) -> int:
    interactive = not options.texts and os.isatty(0) and os.isatty(1)
    hello = {"mode": "interactive" if interactive else "script", **dict.fromkeys(options.flags, "1")}
    if options.timeout:
        hello["timeout"] = options.timeout
    if interactive:
        columns, rows = terminal_size()
        hello |= {"term": os.environ.get("TERM", ""), "columns": str(columns), "rows": str(rows)}
        hello["locale"] = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG", "")
    path = os.path.join(options.state or default_state(), "run", "console.sock")
    if "complete" in options.flags:
        from sipctl import completion

        return completion.run(path, options.texts)
    try:
        link = Link(path, hello)
    except OSError as error:
        print(f"sipctl: server not reachable at {path}: {error.strerror or error}", file=sys.stderr)
        return DENIED if isinstance(error, PermissionError) else NOT_REACHABLE
    if interactive:
        from sipctl.console_terminal import run_interactive

        return run_interactive(link)
    return run_script(link, options.texts or None)


if __name__ == "__main__":
    sys.exit(main())
