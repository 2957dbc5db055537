"""`management telnet`, `show telnet`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played
from support.telnet import HOST, configuration, make_certificate
from support.waiting import free_ports

from oam.commands.management_telnet import telnet_json
from oam.config.tree import Configuration
from oam.context import Context
from oam.settings.access import ManagementListener, TelnetSettings


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    (tmp_path / "files").mkdir()
    return FakeManager(tmp_path, Configuration(hostname="sip1"))


@played
async def test_every_line_sets_its_field_and_is_shown(manager: FakeManager) -> None:
    lines = [
        " tls certificate telnet.pem",
        " tls private-key telnet.key",
        " listen 127.0.0.1 port 2323",
        " listen ::1 port 9992 tls",
        " access-list OFFICE",
        " login-timeout 30",
        " authentication-retries 2",
        " unauthenticated maximum 5",
        " source maximum 4",
        " no shutdown",
    ]
    await done(
        manager.session(batch=False),
        ["configure terminal", "ip access-list OFFICE", "permit any", "exit", "management telnet", *lines],
    )
    assert manager.configuration.running.telnet == TelnetSettings(
        listeners=(ManagementListener("127.0.0.1", 2323), ManagementListener("::1", 9992, "tls")),
        access_list="OFFICE",
        shutdown=False,
        login_timeout_s=30,
        authentication_retries=2,
        unauthenticated_maximum=5,
        source_maximum=4,
        certificate="telnet.pem",
        private_key="telnet.key",
    )
    shown = manager.configuration.render()
    start = shown.index("management telnet") + 1
    assert shown[start : shown.index("!", start)] == lines


@played
async def test_no_takes_a_listener_away_whatever_it_speaks(manager: FakeManager) -> None:
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "management telnet", "tls certificate telnet.pem"])
    await done(session, ["listen ::1 port 9992 tls", "no listen ::1 port 9992"])
    assert manager.configuration.running.telnet.listeners == ()


@played
async def test_an_access_list_must_exist(manager: FakeManager) -> None:
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "management telnet"])
    _, result = await gathered(session, "access-list NOWHERE")
    assert result.code == 1
    assert "access-list NOWHERE does not exist" in "\n".join(result.errors)


@played
async def test_a_port_that_somebody_has_is_a_refused_line(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, configuration(free_ports()[0]))
    async with manager.telnet.served():
        session = manager.session(batch=False)
        await done(session, ["configure terminal", "management telnet"])
        _, result = await gathered(session, "listen 192.0.2.1 port 2323")
        assert result.code == 1
        assert "management telnet: 192.0.2.1 port 2323: Cannot assign" in "\n".join(result.errors)
        assert len(manager.configuration.running.telnet.listeners) == 1


@played
async def test_show_telnet_says_that_it_is_off(manager: FakeManager) -> None:
    shown = await done(manager.session(), ["show telnet"])
    assert "Telnet is disabled" in shown
    assert "Access list: none, only this host may connect" in shown


@played
async def test_show_telnet(tmp_path: Path) -> None:
    make_certificate(tmp_path / "files", "telnet.pem")
    (port,) = free_ports()
    manager = FakeManager(tmp_path, configuration(port, tls="tls", certificate="telnet.pem"))
    async with manager.telnet.served():
        shown = await done(manager.session(), ["show telnet"])
        assert f"  {HOST} port {port}, TLS: up, 0 accepted" in shown
        assert any(line.startswith("Certificate: telnet.pem, CN=localhost, valid until 20") for line in shown)
        assert any(line.split() == ["logins", "failed:", "0"] for line in shown)
        values = telnet_json(Context(manager.session()))
        assert values["listeners"] == [{"address": HOST, "port": port, "tls": True, "problem": "", "accepted": 0}]
        assert values["counts"]["logins_failed"] == 0
    make_certificate(tmp_path / "files", "telnet.pem", days=-1)
    assert ", expired 20" in "\n".join(await done(manager.session(), ["show telnet"]))
    (tmp_path / "files" / "telnet.pem").unlink()
    assert "Certificate cannot be used: telnet.pem: No such file" in "\n".join(
        await done(manager.session(), ["show telnet"])
    )
