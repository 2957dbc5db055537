"""Each test of the self-test, passed and failed by what it is about."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, done, played
from support.telnet import make_certificate
from support.waiting import free_ports, until
from support.worker import WorkerProcess

from core.northbound import counters
from core.northbound.rows import ProcessRow
from core.northbound.settings import Listener, SipSettings
from oam.config.tree import Configuration
from oam.selftest import checks
from oam.selftest.row import FAILED, PASSED, WARNING, SelfTestRow


def outcomes(rows: list[SelfTestRow]) -> dict[str, str]:
    return {row.object: row.outcome for row in rows}


def process(name: str, state: str = "running") -> ProcessRow:
    return ProcessRow(name, os.getpid(), state, 0, 1, 0.0, 0)


@played
async def test_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "READY_S", 0.5)
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.rows = [process("sipctld"), process("oam"), process("sip-1", "backoff")]
    assert outcomes(await checks.processes(manager)) == {"sipctld": PASSED, "oam": PASSED, "sip-1": FAILED}


@played
async def test_databases(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    assert set(outcomes(await checks.databases(manager)).values()) == {PASSED}
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit" / "audit.db").write_bytes(b"nonsense" * 1000)
    assert outcomes(await checks.databases(manager))["audit (sqlite)"] == FAILED


@played
async def test_the_configuration_in_force_and_the_saved_one(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    assert outcomes(await checks.configuration(manager)) == {"in force": FAILED, "startup-config": PASSED}
    settings = tmp_path / "run" / "settings"
    settings.write_bytes(msgspec.msgpack.encode(manager.configuration.running))
    assert outcomes(await checks.configuration(manager)) == {"in force": PASSED, "startup-config": PASSED}
    await done(manager.session(batch=False), ["configure terminal", "hostname sip7", "end"])
    assert outcomes(await checks.configuration(manager)) == {"in force": FAILED, "startup-config": WARNING}
    settings.write_bytes(b"\xc1")
    manager.configuration.startup_path.write_text("nonsense\n")
    rows = await checks.configuration(manager)
    assert outcomes(rows) == {"in force": FAILED, "startup-config": FAILED}
    assert "damaged" in rows[0].result


@played
async def test_disks(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    (tmp_path / "records").write_text("a file where the folder should be")
    found = outcomes(await checks.disks(manager))
    assert (found[str(tmp_path)], found[str(tmp_path / "records")]) == (PASSED, FAILED)


@pytest.mark.slow
@played
async def test_listeners(tmp_path: Path) -> None:
    port, closed = free_ports(2)
    with WorkerProcess(tmp_path) as worker:
        dead = Listener("tcp", "127.0.0.1", closed)
        manager = FakeManager(tmp_path, Configuration(sip=SipSettings(listeners=(worker.listener, dead))))
        lines = ["configure terminal", "management telnet", f"listen 127.0.0.1 port {port}", "no shutdown", "end"]
        await done(manager.session(batch=False), lines)
        async with manager.telnet.served():
            found = outcomes(await checks.listeners(manager))
        assert found == {worker.listener.name: PASSED, dead.name: FAILED, f"telnet:127.0.0.1:{port}": PASSED}


@played
async def test_certificates(tmp_path: Path) -> None:
    make_certificate(tmp_path / "files", "soon.pem", days=3)
    manager = FakeManager(tmp_path)
    lines = ["configure terminal", "audit host 192.0.2.9 transport tls ca soon.pem", "end"]
    await done(manager.session(batch=False), lines)
    assert outcomes(await checks.certificates(manager)) == {"soon.pem": WARNING}
    make_certificate(tmp_path / "files", "soon.pem", days=-3)
    assert outcomes(await checks.certificates(manager)) == {"soon.pem": FAILED}


@played
async def test_counters(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    assert outcomes(await checks.counter_files(manager)) == {"counters-1": WARNING}
    manager.counters[0][counters.STARTED_AT] = 1_700_000_000
    assert outcomes(await checks.counter_files(manager)) == {"counters-1": PASSED}
    path = tmp_path / "run" / "counters-1"
    path.unlink()
    path.write_bytes(bytes(2048))
    assert outcomes(await checks.counter_files(manager)) == {"counters-1": FAILED}


@played
async def test_descriptors_and_clock(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.rows = [process("oam")]
    assert outcomes(await checks.descriptors(manager)) == {"oam": PASSED}
    (row,) = await checks.clock(manager)
    assert row.outcome in (PASSED, WARNING)


@played
async def test_the_audit_log(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.audit.start()
    manager.audit.record("command", user="bob", origin="ssh", address="", command="show clock")
    await until(lambda: manager.audit.written)
    assert outcomes(await checks.audit(manager)) == {"log": PASSED, "chain": PASSED}
    assert manager.audit.verified
    (tmp_path / "audit" / "end").write_text("nonsense")
    assert outcomes(await checks.audit(manager)) == {"log": PASSED, "chain": FAILED}
    assert manager.audit.fault


@played
async def test_software(tmp_path: Path) -> None:
    (row, *_) = await checks.software(FakeManager(tmp_path))
    assert row.outcome in (PASSED, WARNING)
