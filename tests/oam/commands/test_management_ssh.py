"""`management ssh`, `show ssh`, the host keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played
from support.ssh import ssh_server

from oam.settings.access import ManagementListener, SshSettings


@played
async def test_every_line_sets_its_field_and_is_shown(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    lines = [
        " listen 127.0.0.1 port 2222",
        " listen ::1 port 2222",
        " access-list OFFICE",
        " no shutdown",
        " login-timeout 30",
        " authentication-retries 2",
        " keepalive 15",
        " unauthenticated maximum 5",
        " source maximum 4",
        " no password",
        " no sftp",
    ]
    await done(session, ["configure terminal", "ip access-list OFFICE", "permit any", "exit", "management ssh", *lines])
    assert manager.configuration.running.ssh == SshSettings(
        listeners=(ManagementListener("127.0.0.1", 2222), ManagementListener("::1", 2222)),
        access_list="OFFICE",
        shutdown=False,
        login_timeout_s=30,
        authentication_retries=2,
        keepalive_s=15,
        unauthenticated_maximum=5,
        source_maximum=4,
        password=False,
        sftp=False,
    )
    shown = manager.configuration.render()
    start = shown.index("management ssh") + 1
    assert sorted(shown[start : shown.index("!", start)]) == sorted(lines)


@played
async def test_access_list_must_exist(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, ["configure terminal", "management ssh"])
    _, result = await gathered(session, "access-list NOWHERE")
    assert result.code == 1
    assert "access-list NOWHERE does not exist" in "\n".join(result.errors)


@played
async def test_listener_that_cannot_be_opened_is_a_refused_line(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server:
        session = server.manager.session(batch=False)
        await done(session, ["configure terminal", "management ssh"])
        _, result = await gathered(session, "listen 192.0.2.1 port 2222")
        assert result.code == 1
        assert "management ssh: 192.0.2.1 port 2222: Cannot assign requested address" in "\n".join(result.errors)
        assert len(server.manager.configuration.running.ssh.listeners) == 1


@played
async def test_show_ssh(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server, server.connect():
        session = server.manager.session()
        shown = "\n".join(await done(session, ["show ssh"]))
        assert "SSH is enabled" in shown
        assert f"127.0.0.1 port {server.port}: up, 1 accepted" in shown
        assert "Connections: 1, not logged in 0 (at most 20, 10 of one source)" in shown
        assert await server.change(shutdown=True) == []
        assert "SSH is disabled" in "\n".join(await done(session, ["show ssh"]))


@pytest.mark.parametrize("line", ["listen 127.0.0.1 port 0", "listen nowhere port 22", "login-timeout 1"])
def test_nonsense_is_a_syntax_error(tmp_path: Path, line: str) -> None:
    @played
    async def scenario() -> None:
        session = FakeManager(tmp_path).session(batch=False)
        await done(session, ["configure terminal", "management ssh"])
        _, result = await gathered(session, line)
        assert result.code == 2

    scenario()
