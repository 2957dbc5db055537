"""Processes that die and hang, sockets that are gone: real processes, signals and sockets."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.alarmed import Watch, raises_and_clears
from support.management import FakeManager, done, played
from support.netns import obstacle
from support.waiting import free_ports, until
from support.worker import WorkerProcess

from core.northbound.client import WorkerClient
from core.northbound.orders import ListListeners
from core.northbound.rows import ListenerRow
from core.northbound.settings import Listener, SipSettings
from oam.config.tree import Configuration
from oam.fault.sources.processes import Listeners, Processes, assigned, sip
from oam.settings.environment import EnvironmentSettings
from sipctl.child import Child


@raises_and_clears(14)
@played
async def test_a_process_that_is_killed(tmp_path: Path) -> None:
    now = [0.0]
    watch = Watch(FakeManager(tmp_path))
    source = Processes(watch.manager, lambda: time.time() + now[0])
    child = Child("sip-1", lambda: subprocess.Popen(["sleep", "60"]), lambda: None)
    child.start()
    watch.manager.fake_supervisor.rows = [child.row()]
    try:
        assert await watch.look(source) == {}
        old = child.pid
        os.kill(old, signal.SIGKILL)
        await until(lambda: child.pid not in (0, old))
        watch.manager.fake_supervisor.rows = [child.row()]
        assert await watch.look(source) == {(14, "worker sip-1"): "major"}
        assert "SIGKILL" in watch.text(14, "worker sip-1")
        now[0] = 11.0
        assert await watch.look(source) == {}
    finally:
        await child.stop(5)


@played
async def test_a_process_that_cannot_live_is_critical(tmp_path: Path) -> None:
    watch = Watch(FakeManager(tmp_path))
    source = Processes(watch.manager)
    child = Child("sip-1", lambda: subprocess.Popen(["false"]), lambda: None)
    child.start()
    try:
        await until(lambda: child.row().state == "backoff")
        watch.manager.fake_supervisor.rows = [child.row()]
        assert await watch.look(source) == {(14, "worker sip-1"): "critical"}
        assert "exit code 1" in watch.text(14, "worker sip-1")
    finally:
        await child.stop(5)


@pytest.mark.slow
@raises_and_clears(15)
@played
async def test_a_worker_that_stands_still(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path) as worker:
        watch = Watch(FakeManager(tmp_path))
        watch.manager.worker = WorkerClient(tmp_path / "run" / "sip-1.sock")
        source = Processes(watch.manager)
        assert await watch.look(source) == {}
        worker.process.send_signal(signal.SIGSTOP)
        try:
            assert await watch.look(source) == {(15, "worker sip-1"): "major"}
        finally:
            worker.process.send_signal(signal.SIGCONT)
        async with asyncio.timeout(20):
            while await watch.look(source):  # it measures how late it was first
                await asyncio.sleep(0.1)


@raises_and_clears(15)
@played
async def test_our_own_loop_held_up(tmp_path: Path) -> None:
    settings = Configuration(environment=EnvironmentSettings(lag_ms=200))
    watch = Watch(FakeManager(tmp_path, settings))
    source = Processes(watch.manager)
    measuring = asyncio.create_task(watch.manager.environment._measure_lag())
    await asyncio.sleep(0.01)
    time.sleep(0.6)
    await until(lambda: watch.manager.environment.lag_ms)
    assert await watch.look(source) == {(15, "process oam"): "major"}
    measuring.cancel()
    watch.manager.environment._lags.clear()
    watch.manager.environment._lags.append(1.0)
    assert await watch.look(source) == {}


@raises_and_clears(1)
@played
async def test_a_management_socket_whose_port_another_program_has(tmp_path: Path) -> None:
    (port,) = free_ports()
    manager = FakeManager(tmp_path)
    await done(
        manager.session(batch=False),
        ["configure terminal", "management telnet", f"listen 127.0.0.1 port {port}", "no shutdown", "end"],
    )
    watch = Watch(manager)
    source = Listeners(manager)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        async with manager.telnet.served():
            name = f"listener telnet:127.0.0.1:{port}"
            assert await watch.look(source) == {(1, name): "critical"}
            assert "in use" in watch.text(1, name)
            other.close()
            await until(lambda: all(each.socket for each in manager.telnet.listening.listeners.values()))
            assert await watch.look(source) == {}


@pytest.mark.slow
@raises_and_clears(1)
@played
async def test_a_sip_socket_that_signalling_does_not_have(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path) as worker, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as second:
        second.bind(("127.0.0.1", 0))
        other = Listener("udp", *second.getsockname())
        watch = Watch(FakeManager(tmp_path, Configuration(sip=SipSettings(listeners=(worker.listener, other)))))
        watch.manager.worker = WorkerClient(tmp_path / "run" / "sip-1.sock")
        source = Listeners(watch.manager)
        assert await watch.look(source) == {(1, f"listener {other.name}"): "critical"}
        worker.configure(2, worker.settings(other), (worker.listener, other), {1: second})
        assert await watch.look(source) == {}


@pytest.mark.skipif(bool(obstacle()), reason=obstacle() or "-")
def test_an_address_that_the_host_has_lost(tmp_path: Path) -> None:
    """The socket stays open, and nobody can reach it."""
    name = f"sipctl-address-{os.getpid()}"
    script = (
        "import subprocess; from oam.fault.sources.processes import assigned\n"
        "for word in ('add', 'del'):\n"
        "    subprocess.run(['ip', 'addr', word, '10.201.99.1/32', 'dev', 'lo'], check=True)\n"
        "    print(assigned('10.201.99.1'))"
    )
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        words = ["ip", "netns", "exec", name, sys.executable, "-c", script]
        done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=True)
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)
    assert done.stdout.split() == ["True", "False"]
    assert not assigned("192.0.2.77")
    assert sip("listener x", Listener("udp", "192.0.2.77"), "up").state == "on"


@pytest.mark.parametrize("state", ["shutdown", "draining"])
def test_a_listener_that_an_operator_has_shut_down_is_no_fault(state: str) -> None:
    assert sip("listener x", Listener("udp", "127.0.0.1", 5060, shutdown=True), state).state == ""
    assert sip("listener x", Listener("udp", "127.0.0.1", 5060, shutdown=True), "").state == "on", "its socket is gone"


@played
async def test_without_signalling_its_listeners_are_not_known(tmp_path: Path) -> None:
    listener = Listener("udp", "127.0.0.1", 5060)
    watch = Watch(FakeManager(tmp_path, Configuration(sip=SipSettings(listeners=(listener,)))))
    source = Listeners(watch.manager)
    assert await watch.look(source) == {(1, f"listener {listener.name}"): "critical"}
    watch.manager.fake_worker.answers = None
    await watch.look(source)
    assert watch.unknown(1, f"listener {listener.name}")
    watch.manager.fake_worker.answers = {ListListeners: [ListenerRow(listener.name, "up", 0, 0, 0, 0)]}
    assert await watch.look(source) == {}
