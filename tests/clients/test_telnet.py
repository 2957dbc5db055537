"""Telnet as operators and robots use it: Debian's `telnet` under `expect`, TLS, Netmiko's `cisco_ios_telnet`."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from support.remote import ADMINISTRATOR, ENABLE, PASSWORD, WATCHER, Remote
from support.telnet import Client, make_certificate
from support.waiting import free_ports

pytestmark = pytest.mark.slow

EXPECT = """
set timeout 15
proc want {text} {
    expect {
        -ex $text {}
        timeout { puts "\\nNOT SEEN: $text"; exit 1 }
        eof { puts "\\nCLOSED BEFORE: $text"; exit 1 }
    }
}
"""


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    # Wrong passwords are tried here, and this host is the only source.
    extra = ["login block-for 0 attempts 1 within 1"]
    server = Remote(tmp_path_factory.mktemp("telnet"), telnet=True, extra=extra)
    with server:
        yield server


def played_by_expect(dialogue: str) -> str:
    """Play a dialogue of `want TEXT` and `send TEXT`; return everything that was shown."""
    for program in ("expect", "telnet"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    done = subprocess.run(
        ["expect", "-f", "-"], input=EXPECT + dialogue, capture_output=True, text=True, timeout=90, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def logged_in(remote: Remote, name: str) -> str:
    """Return the beginning of a dialogue, up to the prompt."""
    return f"""
spawn telnet 127.0.0.1 {remote.telnet}
want "User Access Verification"
want "Username: "
send "{name}\\r"
want "Password: "
send "{PASSWORD}\\r"
"""


@pytest.mark.peer
def test_an_operator_logs_in_enables_configures_and_leaves(remote: Remote) -> None:
    shown = played_by_expect(
        logged_in(remote, WATCHER)
        + f"""
want "sip1>"
send "configure terminal\\r"
want "Command authorization failed."
want "sip1>"
send "enable\\r"
want "Password: "
send "{ENABLE}\\r"
want "sip1#"
send "configure terminal\\r"
want "sip1(config)#"
send "sip\\r"
want "sip1(config-sip)#"
send "domain telnet.example.com\\r"
want "sip1(config-sip)#"
send "\\x1a"
want "sip1#"
send "show running-config | include domain telnet\\r"
want " domain telnet.example.com"
want "sip1#"
send "exit\\r"
want "Connection closed by foreign host."
"""
    )
    assert PASSWORD not in shown
    assert ENABLE not in shown
    assert "domain telnet.example.com" in remote.do("show running-config")


@pytest.mark.peer
def test_help_completion_paging_and_history_work_key_by_key(remote: Remote) -> None:
    played_by_expect(
        logged_in(remote, ADMINISTRATOR)
        + """
want "sip1#"
send "show ver"
send "\\t"
want "sion "
send "?"
want "<cr>"
want "sip1#show version "
send "\\x03"
want "sip1#"
send "terminal length 5\\r"
want "sip1#"
send "show running-config\\r"
want " --More-- "
send " "
want " --More-- "
send "q"
want "sip1#"
send "\\x10"
want "show running-config"
send "\\x15show clock | include é世\\r"
want "show clock | include é世"
want "sip1#"
send "exit\\r"
expect eof
"""
    )


@pytest.mark.peer
def test_what_the_client_sends_between_the_lines(remote: Remote) -> None:
    """Are You There, break, interrupt with its timing mark (the client shows nothing until that is answered)."""
    played_by_expect(
        logged_in(remote, ADMINISTRATOR)
        + """
want "sip1#"
proc order {what} {
    send "\\x1d"
    want "telnet> "
    send "send $what\\r"
}
order "ayt"
want "Yes"
order "brk"
want "^C"
want "sip1#"
order "synch"
send "\\r"
want "sip1#"
order "ip"
want "^C"
send "show clock\\r"
want "UTC"
want "sip1#"
send "exit\\r"
expect eof
"""
    )


@pytest.mark.peer
def test_a_wrong_password_is_refused_and_the_attempts_are_counted(remote: Remote) -> None:
    attempt = 'want "Username: "\nsend "admin\\r"\nwant "Password: "\nsend "wrong\\r"\nwant "% Login invalid"\n'
    played_by_expect(
        f"spawn telnet 127.0.0.1 {remote.telnet}\n" + attempt * 3 + 'want "Connection closed by foreign host."\n'
    )


@pytest.mark.peer
def test_tls_as_openssl_speaks_it(remote: Remote) -> None:
    if shutil.which("openssl") is None or shutil.which("expect") is None:
        pytest.skip("openssl or expect is not installed")
    certificate = make_certificate(remote.state / "files", "telnet.pem")
    (port,) = free_ports(lowest=18_000)
    remote.do(
        "configure terminal",
        "management telnet",
        f"tls certificate {certificate.name}",
        f"listen 127.0.0.1 port {port} tls",
        "end",
    )
    played_by_expect(
        f"""
spawn openssl s_client -quiet -verify_return_error -CAfile {certificate} -connect 127.0.0.1:{port}
want "Username: "
send "{ADMINISTRATOR}\\r"
want "Password: "
send "{PASSWORD}\\r"
want "sip1#"
send "show users\\r"
want "127.0.0.1"
want "sip1#"
send "exit\\r"
expect eof
"""
    )
    with Client(port, ssl.create_default_context(cafile=str(certificate)), name="localhost") as client:
        client.log_in(ADMINISTRATOR, PASSWORD)
        assert f"port {port}, TLS: up, 2 accepted" in client.command("show telnet")


def test_ten_thousand_pasted_lines_arrive_in_order(remote: Remote) -> None:
    with Client(remote.telnet, seconds=60.0) as client:
        client.log_in(ADMINISTRATOR, PASSWORD)
        client.command("terminal length 0")
        client.send(b"configure terminal\r" + b"sip\r")
        client.expect(b"(config-sip)#")
        relays = [f"relay domain d{number}.example.com next-hop sip:127.0.0.1:5080" for number in range(10_000)]
        client.send("".join(f"{line}\r" for line in relays).encode())
        client.send(b"end\rshow clock\r")
        client.expect(b" UTC ")
        client.expect(b"sip1#")
        shown = client.command("show running-config | include relay domain")
        assert [line.strip() for line in shown.splitlines()] == relays


def netmiko_connected(remote: Remote, name: str) -> Any:  # noqa: ANN401
    netmiko = pytest.importorskip("netmiko", reason="Netmiko is not installed")
    return netmiko.ConnectHandler(
        device_type="cisco_ios_telnet",
        host="127.0.0.1",
        port=remote.telnet,
        username=name,
        password=PASSWORD,
        secret=ENABLE,
    )


@pytest.mark.peer
def test_netmiko_enables_commands_configures_and_saves(remote: Remote) -> None:
    with netmiko_connected(remote, WATCHER) as device:
        assert device.find_prompt() == "sip1>"
        device.enable()
        assert device.find_prompt() == "sip1#"
        assert "uptime is" in device.send_command("show version")
        said = device.send_config_set(["sip", "timer t1 700", "exit", "registrar", "contacts maximum 7"])
        assert "% " not in said
        assert re.search(r"\[OK\]", device.save_config())
        assert " timer t1 700" in device.send_command("show running-config")
        assert "% Invalid input detected" in device.send_command("show bogus")
        assert device.is_alive()
    assert " timer t1 700" in remote.startup.read_text()


@pytest.mark.peer
def test_netmiko_is_told_that_its_password_is_wrong(remote: Remote) -> None:
    netmiko = pytest.importorskip("netmiko", reason="Netmiko is not installed")
    with pytest.raises(netmiko.NetmikoAuthenticationException):
        netmiko.ConnectHandler(
            device_type="cisco_ios_telnet",
            host="127.0.0.1",
            port=remote.telnet,
            username=ADMINISTRATOR,
            password="wrong",
        )


@pytest.mark.peer
def test_scrapli_enables_commands_and_configures(remote: Remote) -> None:
    scrapli = pytest.importorskip("scrapli", minversion="2026", reason="scrapli of 2026 or later is not installed")
    from scrapli.auth import LookupKeyValue, Options
    from scrapli.transport import TelnetOptions

    device = scrapli.Cli(
        definition_file_or_name="cisco_iosxe",
        host="127.0.0.1",
        port=remote.telnet,
        auth_options=Options(username=WATCHER, password=PASSWORD, lookups=[LookupKeyValue("enable", ENABLE)]),
        transport_options=TelnetOptions(),
    )
    with device:
        assert device.get_prompt().result == "sip1#"
        assert "uptime is" in device.send_input("show version").result
        assert not device.send_inputs(["sip", "timer t1 600"], requested_mode="configuration").failed
        assert device.send_input("show bogus").failed
        assert " timer t1 600" in device.send_input("show running-config").result
