"""NAPALM's `ios` driver, unmodified: what it reads."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from support.remote import ADMINISTRATOR, ENABLE, PASSWORD, Remote

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    napalm = pytest.importorskip("napalm", reason="NAPALM is not installed")
pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    with Remote(tmp_path_factory.mktemp("napalm"), extra=("username viewer privilege 5", "!")) as server:
        yield server


@pytest.fixture
def device(remote: Remote) -> Iterator[Any]:
    driver = napalm.get_network_driver("ios")
    options = {"port": remote.ssh, "secret": ENABLE}
    with driver("127.0.0.1", ADMINISTRATOR, PASSWORD, optional_args=options) as opened:
        yield opened


def test_it_is_alive(device: Any) -> None:  # noqa: ANN401
    assert device.is_alive() == {"is_alive": True}


def test_facts(device: Any) -> None:  # noqa: ANN401
    facts = device.get_facts()
    assert facts["hostname"] == "sip1"
    assert facts["fqdn"] == "sip1.example.com"
    assert facts["uptime"] >= 0
    assert "lo" in facts["interface_list"]


def test_configurations(device: Any, remote: Remote) -> None:  # noqa: ANN401
    found = device.get_config()
    assert found["running"].splitlines()[-1] == "end"
    assert "hostname sip1" in found["running"]
    assert "hostname sip1" in found["startup"]
    assert "Building configuration" not in found["running"]
    assert "timer t1 500" in device.get_config(retrieve="running", full=True)["running"]


def test_users(device: Any) -> None:  # noqa: ANN401
    users = device.get_users()
    assert users[ADMINISTRATOR]["level"] == 15
    assert users[ADMINISTRATOR]["password"].startswith("$9$")


def test_commands(device: Any) -> None:  # noqa: ANN401
    shown = device.cli(["show version", "show clock"])
    assert "uptime is" in shown["show version"]
    assert "UTC" in shown["show clock"]
