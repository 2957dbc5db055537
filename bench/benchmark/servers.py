"""The servers that are compared: Kamailio at its best, and ours compiled and plain; one worker each."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import psutil
from support.agent import options_answered, register
from support.house import UNCHALLENGED_CALLS, House
from support.waiting import free_ports, wait_until

ROOT = Path(__file__).resolve().parents[2]
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


class Server(Protocol):
    """One running server under measurement."""

    name: str
    port: int

    def pids(self) -> list[int]:
        """Return every process of the server."""
        ...

    def stop(self) -> None:
        """End it."""
        ...


def cpu_seconds(server: Server) -> float:
    """Return the CPU time all processes of `server` have used, threads that have ended included."""
    total = 0
    for pid in server.pids():
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total * _TICK_S


def udp_drops(port: int) -> int:
    """Return how many datagrams the kernel has dropped at the UDP sockets of `port`."""
    lines = Path("/proc/net/udp").read_text().splitlines()[1:]
    return sum(int(line.split()[-1]) for line in lines if int(line.split()[1].rpartition(":")[2], 16) == port)


class Kamailio:
    """Kamailio with bench/kamailio.cfg: fast allocators, one worker, UDP alone."""

    name = "kamailio"

    def __init__(self, where: Path, *, calls_per_s: int = 0, pike: int = 0) -> None:
        """Start it; with `calls_per_s` protected by its module ratelimit, with `pike` by that module too."""
        program = shutil.which("kamailio")
        assert program is not None, "kamailio is not installed"
        self.port = free_ports()[0]
        where.mkdir()
        pidfile = where / "pid"
        file = "kamailio-ratelimit.cfg" if calls_per_s else "kamailio.cfg"
        command = [program, "-f", str(ROOT / "bench" / file), "-A", f"PORT={self.port}"]
        if calls_per_s:
            command += [f"--substdef=!CALLS_PER_S!{calls_per_s}!g"]
        if pike:
            command += ["-A", f"PIKE={pike}"]
        command += ["-x", "fm", "-X", "fm", "-m", "512", "-M", "64", "-b", "4194304"]
        command += ["-DD", "-E", "-P", str(pidfile), "-w", str(where)]
        with (where / "log").open("wb") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(lambda: options_answered("127.0.0.1", self.port), 10, "Kamailio to start")

    def pids(self) -> list[int]:
        """Return the main process and its children."""
        children = psutil.Process(self._process.pid).children(recursive=True)
        return [self._process.pid, *(child.pid for child in children)]

    def stop(self) -> None:
        """End it."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Ours:
    """`sipctld` in one form; calls unchallenged, MD5 alone, as Kamailio's configuration has it."""

    def __init__(self, where: Path, form: str, users: Iterable[str]) -> None:
        self.name = f"sipctl {form}"
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        if form == "plain":
            environment["PYTHONPATH"] = str(ROOT)
        where.mkdir()
        self.house = House(where, extra=UNCHALLENGED_CALLS, subscribers=users, environment=environment)
        self.house.__enter__()
        self.port = self.house.port

    def pids(self) -> list[int]:
        """Return supervisor, worker and oam."""
        return [self.house.pid, *(child.pid for child in self.house.children())]

    def stop(self) -> None:
        """End it."""
        self.house.stop()


def bind(server: Server, users: Iterable[str], contact_port: int) -> None:
    """Register `users` at `contact_port`."""
    register(("127.0.0.1", server.port), users, contact_port)
