"""`sipctl`: the operator's shell on the server's console, by hand or as a script."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from sipctl.console_client import COMMAND, NOT_REACHABLE, Link, run_interactive, run_script, terminal_size
from sipctl.state import default_state

EPILOG = """\
Without -c and -f: an interactive shell on a terminal, else a script on standard input.
On the terminal Ctrl-\\ leaves at once, whatever the server does.

exit status: 0 done, 1 failed, 2 syntax, 3 denied, 4 locked, 5 rolled back,
6 server not reachable, 130 interrupted"""


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="sipctl",
        description="Operate the SIP server from its shell.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--state", metavar="DIR", default=None, help="state directory of the server (default: %(default)s)")
    add("-c", metavar="COMMAND", dest="texts", action="append", type=_command, help="run a command; repeatable")
    add("-f", metavar="FILE", dest="texts", action="append", type=_file, help="run the commands of a file; - is stdin")
    add("--json", action="store_true", help="print what commands show as JSON")
    add("--check", action="store_true", help="check the commands only, change nothing; reports every error")
    add("--continue", dest="go_on", action="store_true", help="go on after an error")
    add("--version", action="store_true", help="print the version and leave")
    parser.set_defaults(state=default_state())
    return parser.parse_args(arguments)


def _command(text: str) -> tuple[str, bytes]:
    return COMMAND, os.fsencode(text)


def _file(path: str) -> tuple[str, bytes]:
    if path == "-":
        return "stdin", sys.stdin.buffer.read()
    try:
        with open(path, "rb") as file:
            return path, file.read()
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{path}: {error.strerror}") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `sipctl`; return its exit status."""
    options = _options(arguments)
    if options.version:
        from core.northbound.build import VERSION

        print(f"sipctl {VERSION}")
        return 0
    interactive = not options.texts and os.isatty(0) and os.isatty(1)
    hello = {"mode": "interactive" if interactive else "script"}
    if interactive:
        columns, rows = terminal_size()
        hello |= {"term": os.environ.get("TERM", ""), "columns": str(columns), "rows": str(rows)}
    else:
        wanted = {"json": options.json, "check": options.check, "continue": options.go_on}
        hello |= {name: "1" for name, given in wanted.items() if given}
    path = os.path.join(options.state, "run", "console.sock")
    try:
        link = Link(path, hello)
    except OSError as error:
        print(f"sipctl: server not reachable at {path}: {error.strerror or error}", file=sys.stderr)
        return NOT_REACHABLE
    if interactive:
        return run_interactive(link)
    return run_script(link, options.texts)


if __name__ == "__main__":
    sys.exit(main())
