"""Netmiko's `cisco_ios` over SSH, unmodified."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from support.remote import ADMINISTRATOR, ENABLE, PASSWORD, WATCHER, Remote

netmiko = pytest.importorskip("netmiko", reason="Netmiko is not installed")
pytestmark = [pytest.mark.peer, pytest.mark.slow]


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    with Remote(tmp_path_factory.mktemp("netmiko")) as server:
        yield server


def connected(remote: Remote, name: str) -> Any:  # noqa: ANN401
    return netmiko.ConnectHandler(
        device_type="cisco_ios",
        host="127.0.0.1",
        port=remote.ssh,
        username=name,
        password=PASSWORD,
        secret=ENABLE,
    )


def test_an_operator_without_privilege_enables(remote: Remote) -> None:
    with connected(remote, WATCHER) as device:
        assert device.find_prompt() == "sip1>"
        device.enable()
        assert device.find_prompt() == "sip1#"
        assert "Current privilege level is 15" in device.send_command("show privilege")
        device.exit_enable_mode()
        assert device.find_prompt() == "sip1>"


def test_a_wrong_enable_secret_is_refused(remote: Remote) -> None:
    with connected(remote, WATCHER) as device:
        device.secret = "wrong"
        device.read_timeout_override = 2
        with pytest.raises((ValueError, netmiko.ReadTimeout)):
            device.enable()


def test_commands_are_sent_and_answered(remote: Remote) -> None:
    with connected(remote, ADMINISTRATOR) as device:
        assert "uptime is" in device.send_command("show version")
        assert device.send_command("show running-config").rstrip().endswith("end")
        assert "% Invalid input detected" in device.send_command("show bogus")
        assert device.is_alive()


def test_a_configuration_is_sent_saved_and_there(remote: Remote) -> None:
    with connected(remote, ADMINISTRATOR) as device:
        said = device.send_config_set(["sip", "timer t1 700", "exit", "registrar", "contacts maximum 7"])
        assert "% " not in said
        assert re.search(r"\[OK\]", device.save_config())
        assert " timer t1 700" in device.send_command("show running-config")
    assert " timer t1 700" in remote.startup.read_text()


def test_a_refused_line_stops_the_set(remote: Remote) -> None:
    with connected(remote, ADMINISTRATOR) as device, pytest.raises(netmiko.ConfigInvalidException):
        device.send_config_set(["sip", "timer t1 5"], error_pattern=r"% Invalid input")


def test_a_line_longer_than_the_terminal_is_taken_whole(remote: Remote) -> None:
    name = "d" + "x" * 60
    line = f"relay domain {name}.{name}.example.com next-hop sip:127.0.0.1:5080;transport=udp"
    assert len(line) > 150
    with connected(remote, ADMINISTRATOR) as device:
        device.send_config_set(["sip", line])
        assert line in device.send_command("show running-config")
        device.send_config_set(["sip", f"no {line}"])


def test_hundreds_of_lines_are_sent(remote: Remote) -> None:
    lines = [f"domain d{number}.example.com" for number in range(300)]
    with connected(remote, ADMINISTRATOR) as device:
        device.send_config_set(["sip", *lines])
        shown = device.send_command("show running-config", read_timeout=60)
        assert sum(each.startswith(" domain d") for each in shown.splitlines()) == 300
        device.send_config_set(["sip", *(f"no {line}" for line in lines)])
