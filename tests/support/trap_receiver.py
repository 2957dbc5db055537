"""net-snmp's snmptrapd, and what it has received."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path

import pytest
from support.waiting import until

needs_snmptrapd = pytest.mark.skipif(shutil.which("snmptrapd") is None, reason="snmptrapd is not installed")

_FORMATS = """
format1 v1|%A|%N|%w|%q|%v\\n
format2 %P|%v\\n
"""
"""Of version 1: agent, enterprise, generic and specific trap; of the others type, version and user."""


class TrapReceiver:
    """One that runs."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self._log = log

    @property
    def received(self) -> list[list[str]]:
        """What came: its head, then its variables as `OID = TYPE: value`."""
        lines = [line for line in self._log.read_text(errors="replace").splitlines() if "|" in line]
        return [line.replace("\t", "|").split("|") for line in lines]

    async def has(self, count: int, seconds: float = 10) -> list[list[str]]:
        """Wait until it has received so many."""
        await until(lambda: len(self.received) >= count, f"{count} notifications, not {self.received}", seconds)
        return self.received


@contextlib.asynccontextmanager
async def trap_receiver(
    folder: Path, port: int, lines: Iterable[str] = (), engine_id: str = "", mibs: Iterable[Path] = ()
) -> AsyncGenerator[TrapReceiver, None]:
    """Run snmptrapd inside the `with`; `lines`: of its configuration, `createUser …` among them.

    `mibs`: directories of modules, by which it names what it receives; else it writes numbers.
    """
    folder.mkdir(parents=True, exist_ok=True)
    configuration = [_FORMATS, "disableAuthorization yes", "doNotFork yes", *lines]
    if engine_id:
        configuration.append(f"exactEngineID 0x{engine_id}")
    (folder / "snmptrapd.conf").write_text("\n".join(configuration) + "\n")
    log = folder / "received"
    directories = ":".join(str(each) for each in mibs)
    environment = {
        **os.environ,
        "SNMP_PERSISTENT_DIR": str(folder / "persistent"),
        "MIBDIRS": directories,
        "MIBS": "ALL" if directories else "",
    }
    names = [] if directories else ["-On"]
    with open(log, "wb") as output:
        process = subprocess.Popen(
            ["snmptrapd", "-f", "-Lo", "-C", "-c", str(folder / "snmptrapd.conf"), *names, f"udp:127.0.0.1:{port}"],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
        )
    try:
        await until(lambda: b"NET-SNMP version" in log.read_bytes() or process.poll() is not None, "snmptrapd")
        assert process.poll() is None, log.read_text()
        yield TrapReceiver(port, log)
    finally:
        process.terminate()
        process.wait(10)
