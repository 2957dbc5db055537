"""The tests of the self-test, one function each: whether what this server needs is there and is whole.

Each returns its rows, and may raise: then it has failed. What blocks is done aside.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound import counters
from core.northbound.counters import COUNTERS
from oam.config.tree import Configuration
from oam.environment import installed, storage, stores
from oam.environment.system_clock import read_clock
from oam.fault.sources import access
from oam.fault.sources.configuration import DIFFERS, SAME, compared
from oam.fault.sources.source import Finding
from oam.selftest import options
from oam.selftest.row import FAILED, PASSED, WARNING, SelfTestRow
from oam.threads import Aside

if TYPE_CHECKING:
    from core.northbound.settings import Listener
    from oam.context import Manager

Check = Callable[["Manager"], Awaitable[list[SelfTestRow]]]

DISK_S: Final = 20.0
READ_S: Final = 60.0
CHAIN_S: Final = 20.0
"""The walk of the audit log is left after so long; `verify audit` walks all of it."""
CONNECT_S: Final = 2.0
READY_S: Final = 10.0
"""Signalling may still be starting: its listeners are asked for so long."""
FULL_PERCENT: Final = 85
"""Descriptors in use that are worth a warning."""


async def processes(manager: Manager) -> list[SelfTestRow]:
    """Whether every process runs."""
    rows = await manager.supervisor.processes()
    for _ in range(int(READY_S / 0.5)):
        if all(row.state == "running" for row in rows):
            break
        await asyncio.sleep(0.5)
        rows = await manager.supervisor.processes()
    return [
        SelfTestRow("process", row.process, PASSED if row.state == "running" else FAILED, f"{row.state}, pid {row.pid}")
        for row in rows
    ]


async def databases(manager: Manager) -> list[SelfTestRow]:
    """Whether every record of every database can be read."""
    found = await Aside("store check").run(lambda: stores.check(manager.state), stores.LONGEST_S)
    return [
        SelfTestRow("database", f"{each.store} ({each.kind})", FAILED if each.problem else PASSED, each.problem)
        for each in found
    ]


async def configuration(manager: Manager) -> list[SelfTestRow]:
    """Whether the settings in force are those that management knows, and are saved."""
    store = manager.configuration
    running = store.running

    def look() -> list[SelfTestRow]:
        return [_in_force(manager, running), _saved(compared(store, running))]

    return await Aside("configuration check").run(look, READ_S)


def _in_force(manager: Manager, running: Configuration) -> SelfTestRow:
    path = manager.state / "run" / "settings"
    try:
        octets = path.read_bytes()
        kept = msgspec.msgpack.decode(octets, type=Configuration)
    except OSError as error:
        return SelfTestRow("configuration", "in force", FAILED, f"run/settings: {error.strerror}")
    except (msgspec.MsgspecError, UnicodeError) as error:
        return SelfTestRow("configuration", "in force", FAILED, f"run/settings is damaged: {error}")
    digest = hashlib.sha256(octets).hexdigest()[:16]
    if kept != running:
        return SelfTestRow("configuration", "in force", FAILED, f"run/settings (SHA-256 {digest}) is not what runs")
    return SelfTestRow("configuration", "in force", PASSED, f"SHA-256 {digest}")


def _saved(verdict: str) -> SelfTestRow:
    if verdict == SAME:
        return SelfTestRow("configuration", "startup-config", PASSED, "what runs is saved")
    if verdict == DIFFERS:
        return SelfTestRow("configuration", "startup-config", WARNING, "what runs is not saved")
    return SelfTestRow("configuration", "startup-config", FAILED, verdict)


async def disks(manager: Manager) -> list[SelfTestRow]:
    """Whether every folder of the state takes what is written."""
    rows = await Aside("disk probe").run(lambda: list(storage.probes(manager.state)), DISK_S)
    return [
        SelfTestRow("disk", row.folder, FAILED if row.code else PASSED, row.result or f"synced in {row.sync_ms:g} ms")
        for row in rows
    ]


async def clock(manager: Manager) -> list[SelfTestRow]:
    """Whether something keeps the clock right."""
    reading = read_clock()
    if reading.synchronised is None:
        return [SelfTestRow("clock", "", WARNING, "the kernel does not tell")]
    if not reading.synchronised:
        return [SelfTestRow("clock", "", WARNING, "nothing keeps the clock right")]
    return [SelfTestRow("clock", "", PASSED, f"off by {abs(reading.offset_ms or 0.0):.3f} ms")]


async def listeners(manager: Manager) -> list[SelfTestRow]:
    """Whether each SIP listener answers OPTIONS and each socket of management takes connections."""
    running = manager.configuration.running
    found = [await _sip(each.name, each.transport, each.address, each.port) for each in _open(running)]
    ssh, telnet, prometheus = manager.ssh.listening, manager.telnet.listening, manager.prometheus.listening
    for name, listening in (("ssh", ssh), ("telnet", telnet), ("prometheus", prometheus)):
        for address, port in listening.listeners:
            found.append(await _management(name, address, port))
    return found


def _open(running: Configuration) -> list[Listener]:
    """Return the SIP listeners that are not shut down: those take nothing new."""
    return [each for each in running.sip.listeners if not each.shutdown]


async def _sip(name: str, transport: str, address: str, port: int) -> SelfTestRow:
    try:
        answer, delay_ms = await options.asked(transport, address, port)
    except TimeoutError:
        return SelfTestRow("listener", name, FAILED, f"no answer to OPTIONS within {options.ANSWER_S:g} s")
    except OSError as error:
        return SelfTestRow("listener", name, FAILED, error.strerror or str(error))
    return SelfTestRow("listener", name, PASSED, f"{answer} in {delay_ms:g} ms")


async def _management(transport: str, address: str, port: int) -> SelfTestRow:
    name = f"{transport}:{f'[{address}]' if ':' in address else address}:{port}"
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
    try:
        async with asyncio.timeout(CONNECT_S):
            _, writer = await asyncio.open_connection(host, port)
    except (TimeoutError, OSError) as error:
        return SelfTestRow("listener", name, FAILED, getattr(error, "strerror", None) or "no connection in time")
    writer.close()
    return SelfTestRow("listener", name, PASSED, "it takes connections")


async def certificates(manager: Manager) -> list[SelfTestRow]:
    """Whether the certificates that are configured can be read and are valid."""
    state, running, now = manager.state, manager.configuration.running, time.time()
    files = dict(access.in_use(running))

    def look() -> list[SelfTestRow]:
        return [
            _certificate(access.judged(state, *item, now, running.environment.certificate)) for item in files.items()
        ]

    return await Aside("certificates").run(look, DISK_S)


def _certificate(finding: Finding) -> SelfTestRow:
    outcome = FAILED if finding.state == "critical" else WARNING if finding.state else PASSED
    return SelfTestRow("certificate", finding.object.removeprefix("certificate "), outcome, finding.text)


async def counter_files(manager: Manager) -> list[SelfTestRow]:
    """Whether the file of counters is the one that signalling writes."""
    found = []
    for number, block in enumerate(manager.counters, 1):
        path = manager.state / "run" / f"counters-{number}"
        try:
            octets = path.read_bytes()
        except OSError as error:
            found.append(SelfTestRow("counters", path.name, FAILED, error.strerror or str(error)))
            continue
        begins = counters.STARTED_AT * 8
        started = int.from_bytes(octets[begins : begins + 8], "little", signed=True)
        if len(octets) < 8 * len(COUNTERS) or started != block[counters.STARTED_AT]:
            found.append(SelfTestRow("counters", path.name, FAILED, "it is not the file that is mapped"))
        elif not started:
            found.append(SelfTestRow("counters", path.name, WARNING, "no worker has written to it"))
        else:
            found.append(SelfTestRow("counters", path.name, PASSED, f"{len(COUNTERS)} counters"))
    return found


async def descriptors(manager: Manager) -> list[SelfTestRow]:
    """Whether the processes have descriptors left."""
    await manager.environment.read()
    reading = manager.environment.latest
    if reading is None:
        return [SelfTestRow("descriptors", "", FAILED, manager.environment.failure)]
    found = []
    for each in reading.processes:
        much = each.files * 100 >= each.files_limit * FULL_PERCENT > 0
        text = f"{each.files} of {each.files_limit} are open"
        found.append(SelfTestRow("descriptors", each.process, WARNING if much else PASSED, text))
    return found


async def audit(manager: Manager) -> list[SelfTestRow]:
    """Whether the audit log is written and its chain is whole, as far as can be walked in CHAIN_S."""
    log = manager.audit
    written = SelfTestRow("audit", "log", FAILED if log.failure else PASSED, log.failure or "it is written")
    checked, last = 0, 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CHAIN_S), contextlib.aclosing(log.verification()) as steps:
            async for verdict in steps:
                checked, last = verdict.checked, verdict.last
                if verdict.reason:
                    log.broken(verdict.reason)
                    return [written, SelfTestRow("audit", "chain", FAILED, verdict.reason)]
        log.whole()
        return [written, SelfTestRow("audit", "chain", PASSED, f"{checked} records")]
    return [written, SelfTestRow("audit", "chain", WARNING, f"only {checked} records up to {last} were walked")]


async def software(manager: Manager) -> list[SelfTestRow]:
    """Whether the program is what was installed."""
    report = await Aside("software").run(installed.verify, READ_S)
    if report.reason:
        return [SelfTestRow("software", "", WARNING, f"not compared: {report.reason}")]
    if report.changed:
        return [SelfTestRow("software", each, FAILED, "it is not what was installed") for each in report.changed[:10]]
    return [SelfTestRow("software", "", PASSED, f"{report.checked} files are as installed")]


CHECKS: Final[tuple[Check, ...]] = (
    processes, databases, configuration, disks, clock, listeners, certificates, counter_files, descriptors, audit,
    software,
)  # fmt: skip
"""In the order in which they are made."""
