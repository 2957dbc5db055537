"""sipp as load: one run with one scenario, and what came of it."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from support.agent import register
from support.waiting import free_ports

SCENARIOS = Path(__file__).resolve().parents[2] / "bench" / "scenarios"
_BUFFER_OCTETS = 4_000_000
"""Room in sipp's socket: what it drops for want of it would be taken for the server's fault."""
SIPP = shutil.which("sipp")


class Outcome(NamedTuple):
    """What one sipp counted."""

    successful: int
    failed: int
    retransmissions: int
    seconds: float
    code: int
    """Exit code: 0 when no call failed."""


class Sipp:
    """One sipp process."""

    def __init__(
        self,
        where: Path,
        scenario: str,
        server: tuple[str, int],
        port: int,
        *,
        calls: int = 0,
        rate: float = 0,
        hold_ms: int = 0,
        users: Iterable[str] = (),
        name: str = "",
        status: int = 0,
    ) -> None:
        """Start sipp at once; `calls` 0 is a callee, which goes on until ended. `status` is what some answer with."""
        assert SIPP is not None
        self.port = port
        self.name = name or f"{scenario}-{port}"
        self.statistics = where / f"{self.name}.csv"
        self.errors = where / f"{self.name}.err"
        self.statistics.unlink(missing_ok=True)
        script = SCENARIOS / f"{scenario}.xml"
        if status:  # sipp takes no keyword in a status line
            script = where / f"{self.name}.xml"
            script.write_text((SCENARIOS / f"{scenario}.xml").read_text().replace("[status]", str(status)))
        command = [SIPP, f"{server[0]}:{server[1]}", "-sf", str(script), "-nostdin"]
        command += ["-i", "127.0.0.1", "-p", str(port), "-trace_stat", "-stf", str(self.statistics), "-fd", "1"]
        command += ["-buff_size", str(_BUFFER_OCTETS)]
        command += ["-trace_err", "-error_file", str(self.errors)]
        lines = list(users)
        if lines:
            injected = where / f"{self.name}.users"
            injected.write_text("SEQUENTIAL\n" + "".join(line + "\n" for line in lines))
            command += ["-inf", str(injected)]
        if calls:
            command += ["-m", str(calls), "-r", str(rate), "-d", str(hold_ms), "-l", str(calls)]
        self.process = subprocess.Popen(
            command, cwd=where, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def wait(self, seconds: float) -> Outcome:
        """Wait for the end of the run; sipp is killed when it takes longer than `seconds`."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.end()
            code = -1
        row = self._last_row()
        return Outcome(
            int(row.get("SuccessfulCall(C)", 0)),
            int(row.get("FailedCall(C)", 0)),
            int(row.get("Retransmissions(C)", 0)),
            _seconds(row.get("ElapsedTime(C)", "")),
            code,
        )

    def count(self, number: int) -> int:
        """What the scenario's counter of this number stood at when sipp reported last."""
        return int(self._last_row().get(f"GenericCounter{number}(C)", 0) or 0)

    def answered(self) -> int:
        """Calls created so far, as of sipp's last report (one a second)."""
        row = self._last_row()
        return int(row.get("TotalCallCreated", 0) or 0)

    def end(self) -> None:
        """End it, whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def complaint(self) -> str:
        """The first of what sipp found wrong."""
        return self.errors.read_text(errors="replace")[:3000] if self.errors.exists() else ""

    def rows(self) -> list[dict[str, str]]:
        """What sipp has reported so far, a row a second."""
        if not self.statistics.exists():
            return []
        with self.statistics.open(newline="") as file:
            return [row for row in csv.DictReader(file, delimiter=";") if row.get("TotalCallCreated")]

    def _last_row(self) -> dict[str, str]:
        rows = self.rows()
        return rows[-1] if rows else {}


def _seconds(elapsed: str) -> float:
    """Read sipp's `HH:MM:SS:uuuuuu`."""
    parts = elapsed.split(":")
    if len(parts) < 3:
        return 0.0
    whole = int(parts[0]) * 3600 + int(parts[1]) * 60 + float(parts[2])
    return whole + (float(parts[3]) / 1_000_000 if len(parts) > 3 else 0.0)


class Calls(NamedTuple):
    """Both ends of a run of calls."""

    caller: Sipp
    callee: Sipp


@contextmanager
def calling(port: int, where: Path, users: Sequence[str], *, calls: int, rate: float, hold_ms: int) -> Iterator[Calls]:
    """Register `users` with the server at `port` where a sipp answers, and have another call them; both are ended."""
    server = ("127.0.0.1", port)
    callee_port, caller_port = free_ports(2)
    register(server, users, callee_port)
    callee = Sipp(where, "uas", server, callee_port)
    lines = caller_lines(users)
    caller = Sipp(where, "uac", server, caller_port, calls=calls, rate=rate, hold_ms=hold_ms, users=lines)
    try:
        yield Calls(caller, callee)
    finally:
        caller.end()
        callee.end()


def caller_lines(users: Iterable[str], caller: str = "caller") -> list[str]:
    """Return what `uac.xml` is fed: who calls whom."""
    return [f"{caller};{user}" for user in users]


def registrar_lines(users: Iterable[str], secret: str = "secret") -> list[str]:
    """Return what `register.xml` is fed."""
    return [f"{user};[authentication username={user} password={secret}]" for user in users]
