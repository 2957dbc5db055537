"""A whole server as processes: restarts, changes of listeners, reload, the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.agent import options_answered
from support.house import House
from support.waiting import free_ports, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A server without subscribers, each test's own."""
    with House(tmp_path, subscribers=()) as running:
        yield running


def processes(house: House) -> dict[str, dict[str, object]]:
    return {str(row["process"]): row for row in house.rows("show processes")}


def listeners(house: House) -> set[str]:
    return {str(row["listener"]) for row in house.rows("show listeners")}


def udp_and_tcp(port: int) -> set[str]:
    return {f"udp:127.0.0.1:{port}", f"tcp:127.0.0.1:{port}"}


def restarted(house: House, module: str, old: int) -> bool:
    process = house.process(module)
    return process is not None and process.pid != old


def test_a_killed_worker_is_back_within_a_second_on_its_sockets(house: House) -> None:
    old = house.kill("core.worker")
    started = time.monotonic()
    wait_until(lambda: options_answered(house.address, house.port, 0.05), 5, "the worker to be back")
    assert time.monotonic() - started < 1.0
    assert restarted(house, "core.worker", old)
    wait_until(lambda: processes(house)["sip-1"]["state"] == "running", 5, "the supervisor to notice")
    assert processes(house)["sip-1"]["restarts"] == 1
    assert listeners(house) == udp_and_tcp(house.port)


def test_a_worker_that_dies_again_at_once_is_backed_off(house: House) -> None:
    first = house.kill("core.worker")
    wait_until(lambda: restarted(house, "core.worker", first), 5, "the first restart")
    house.kill("core.worker")
    wait_until(lambda: "sip-1 is started again in 1 s" in house.log.read_text(), 5, "the supervisor to notice")
    assert processes(house)["sip-1"]["state"] == "backoff"
    wait_until(lambda: options_answered(house.address, house.port, 0.1), 5, "the worker to be back")


def test_a_killed_oam_is_back_and_the_worker_has_not_noticed(house: House) -> None:
    worker = house.process("core.worker")
    old = house.kill("oam.manager")
    wait_until(lambda: restarted(house, "oam.manager", old), 5, "oam to be back")
    wait_until(lambda: house.command("show clock").returncode == 0, 10, "the shell to answer")
    assert house.process("core.worker") == worker


def test_listeners_are_changed_while_it_runs(house: House) -> None:
    (port,) = free_ports(1, lowest=12_000)
    worker = house.process("core.worker")
    house.do("configure terminal", "sip", f"listener udp 127.0.0.1 port {port}", "end")
    assert listeners(house) == udp_and_tcp(house.port) | {f"udp:127.0.0.1:{port}"}
    assert options_answered("127.0.0.1", port)
    house.do("configure terminal", "sip", f"no listener udp 127.0.0.1 port {port}", "end")
    assert listeners(house) == udp_and_tcp(house.port)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", port))
    assert house.process("core.worker") == worker


def test_a_listener_on_a_port_in_use_changes_nothing_and_says_why(house: House) -> None:
    before = house.do("show running-config")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        result = house.command("configure terminal", "sip", f"listener udp 127.0.0.1 port {port}", "end")
    assert result.returncode == 1
    assert "Address already in use" in result.stdout + result.stderr
    assert listeners(house) == udp_and_tcp(house.port)
    assert house.do("show running-config") == before


def test_a_restarted_worker_has_the_settings_last_applied(house: House) -> None:
    (port,) = free_ports(1, lowest=12_000)
    house.do("configure terminal", "sip", f"listener udp 127.0.0.1 port {port}", "end")
    house.kill("core.worker")
    wait_until(lambda: options_answered("127.0.0.1", port, 0.1), 5, "the new listener to answer")


def test_sighup_puts_startup_config_in_force(house: House) -> None:
    house.startup.write_text(house.startup.read_text().replace("hostname sip1", "hostname other"))
    os.kill(house.pid, signal.SIGHUP)
    wait_until(lambda: "hostname other" in house.do("show running-config"), 5, "the new name")
    house.startup.write_text("hostname third\nnonsense\n")
    os.kill(house.pid, signal.SIGHUP)
    wait_until(lambda: "startup-config refused" in house.log.read_text(), 5, "the refusal")
    assert "hostname other" in house.do("show running-config")


def test_reload_restarts_everything_on_startup_config(house: House) -> None:
    worker, oam = house.process("core.worker"), house.process("oam.manager")
    assert worker is not None
    assert oam is not None
    house.do("configure terminal", "hostname lost", "end")
    house.command("reload")
    wait_until(lambda: restarted(house, "core.worker", worker.pid), 10, "a new worker")
    wait_until(lambda: restarted(house, "oam.manager", oam.pid), 10, "a new oam")
    wait_until(lambda: house.command("show clock").returncode == 0, 10, "the shell to answer")
    assert "hostname sip1" in house.do("show running-config")
    assert processes(house)["sip-1"]["restarts"] == 0


def test_reload_on_a_bad_startup_config_is_refused_and_stops_nothing(house: House) -> None:
    worker = house.process("core.worker")
    house.startup.write_text("nonsense\n")
    result = house.command("reload")
    assert result.returncode == 1
    assert "startup-config:1" in result.stdout + result.stderr
    assert house.process("core.worker") == worker


def test_sigterm_ends_everything_in_order(house: House) -> None:
    family = [house.pid, *(process.pid for process in house.children())]
    assert house.stop() == 0
    assert not any(house.owns(pid) for pid in family)
    said = house.log.read_text()
    assert said.index("sip-1 ended") < said.index("oam ended") < said.index("server stopped")
    assert "Traceback" not in said


def test_ctrl_c_is_the_supervisor_s_alone(house: House) -> None:
    pid = house.pid
    os.killpg(pid, signal.SIGINT)
    # A SIGTERM on top of it, which `stop` sends, would end the others at once.
    wait_until(lambda: not house.owns(pid), 20, "the server to end")
    assert house.stop() == 0
    assert "ended unasked" not in house.log.read_text()


def test_without_its_supervisor_the_server_leaves(house: House) -> None:
    family = [process.pid for process in house.children()]
    os.kill(house.pid, signal.SIGKILL)
    wait_until(lambda: not any(house.owns(pid) for pid in family), 5, "worker and oam to leave")


def test_a_second_server_is_refused(house: House) -> None:
    second = subprocess.run(
        [sys.executable, "-P", "-m", "sipctl.daemon", "--state", str(house.state)],
        env=house.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert second.stderr == f"sipctld: state directory {house.state}: another sipctld uses it, pid {house.pid}\n"
    assert options_answered(house.address, house.port)
