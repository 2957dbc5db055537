"""`sipctld`: checks what it is given, then supervises. What is wrong is one clear line and exit code 1."""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import os
import resource
import sys
from pathlib import Path
from typing import Final

from core.northbound.build import PRODUCT, VERSION
from core.northbound.keyring import Keyring
from core.northbound.logs import forward, set_levels, set_up
from core.northbound.settings import Settings, problems
from oam.config.load import load_file
from sipctl.sockets import BindError, Sockets
from sipctl.state import default_state
from sipctl.supervisor import Supervisor

_OPEN_FILES: Final = 65_536
_PROBLEMS: Final = 20
"""Problems of a configuration named one by one."""


class StartError(Exception):
    """Why the server does not start, in the operator's words; one or more lines."""


def main(arguments: list[str] | None = None) -> int:
    """Run the server until it is told to end."""
    options = _parser().parse_args(arguments)
    set_up("sipctld")
    try:
        asyncio.run(_serve(options.state, options.config or options.state / "startup-config", bool(options.config)))
    except StartError as error:
        for line in str(error).splitlines():
            print(f"sipctld: {line}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sipctld", description="SIP server: proxy and registrar.")
    parser.add_argument("--state", type=_absolute, default=_absolute(default_state()), help="state directory")
    parser.add_argument("--config", type=_absolute, help="configuration to start on instead of startup-config")
    parser.add_argument("--version", action="version", version=f"{PRODUCT} {VERSION}")
    return parser


async def _serve(state: Path, config: Path, named: bool) -> None:
    # Held to the end of the process: the lock goes with it.
    lock = prepare_state(state)
    os.umask(0o027)
    raise_limits()
    if named and not config.exists():
        raise StartError(f"{config}: no such file")
    keyring = Keyring(state)
    settings = load_settings(config, keyring)
    sockets = Sockets()
    try:
        sockets.change(settings.sip.listeners)
    except BindError as error:
        raise StartError(str(error)) from error
    set_levels(settings.logging)
    forward("sipctld", state / "run")
    supervisor = Supervisor(state, settings, sockets, lambda: read_configuration(config, keyring))
    try:
        supervisor.write_settings()
    except OSError as error:
        raise StartError(f"state directory {state}: {error.strerror}") from error
    try:
        await supervisor.serve()
    finally:
        os.ftruncate(lock, 0)


def raise_limits() -> None:
    """Allow ourselves, and who is started, the open files that many TCP connections need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def read_configuration(path: Path, keyring: Keyring | None = None) -> tuple[Settings, list[str]]:
    """Read a configuration file; return it and all that is wrong with it."""
    settings, found = load_file(path, keyring)
    return settings, found or [f"{path}: {problem}" for problem in problems(settings)]


def load_settings(path: Path, keyring: Keyring | None = None) -> Settings:
    """Read the configuration to start on. Raises StartError naming file and lines."""
    settings, found = read_configuration(path, keyring)
    if found:
        more = [f"{path}: and {len(found) - _PROBLEMS} problems more"] if len(found) > _PROBLEMS else []
        raise StartError("\n".join(found[:_PROBLEMS] + more))
    return settings


def prepare_state(state: Path) -> int:
    """Make the state directory ready and ours alone; return the descriptor that holds its lock. Raises StartError."""
    try:
        state.mkdir(mode=0o750, parents=True, exist_ok=True)
        (state / "run").mkdir(mode=0o750, exist_ok=True)
        fd = os.open(state / "run" / "pid", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise StartError(f"state directory {state}: {error.strerror}") from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.read(fd, 20).decode("ascii", "replace").strip() or "unknown"
        os.close(fd)
        raise StartError(f"state directory {state}: another sipctld uses it, pid {pid}") from None
    os.ftruncate(fd, 0)
    os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
    return fd


def _absolute(text: str) -> Path:
    return Path(os.path.abspath(os.path.expanduser(text)))


if __name__ == "__main__":
    sys.exit(main())
