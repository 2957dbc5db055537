"""Ways in for operators: servers that stop, wrong passwords, telnet, certificates that end."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.alarmed import Watch, raises_and_clears
from support.management import FakeManager, done, played
from support.tacacs_server import Behaviour, TacacsServer
from support.telnet import make_certificate
from support.waiting import free_ports

from core.northbound.keyring import Keyring
from oam.fault.sources.access import Aaa, Certificates, Lockouts, Telnet
from oam.security.login import LoginError, Security, Source
from oam.security.servers import Servers

SSH = Source("ssh", "192.0.2.7")


@raises_and_clears(16)
@played
async def test_servers_that_stop(tmp_path: Path) -> None:
    now = [1000.0]
    manager = FakeManager(tmp_path)
    manager.servers = Servers(manager.configuration, Keyring(tmp_path), manager.notices.publish, lambda: now[0])
    first, second = free_ports(2)
    lines = ["configure terminal", "aaa dead-time 5"]
    for name, port in (("T1", first), ("T2", second)):
        lines += [f"tacacs server {name}", "address ipv4 127.0.0.1", f"port {port}", "key shared", "exit"]
    await done(manager.session(batch=False), [*lines, "end"])
    watch, source = Watch(manager), Aaa(manager)
    behaviour = Behaviour(users={"bob": "right"})

    async def asked() -> dict[tuple[int, str], str]:
        now[0] += 6
        await manager.servers.authenticate("tacacs+", "bob", "right", SSH)
        return await watch.look(source)

    assert await watch.look(source) == {}
    with TacacsServer(behaviour, port=second):
        assert await asked() == {(16, "server tacacs T1"): "minor"}
    everything = {
        (16, "server tacacs T1"): "minor",
        (16, "server tacacs T2"): "minor",
        (16, "servers tacacs"): "critical",
    }
    assert await asked() == everything
    assert [each.object for each in watch.alarms.shown()] == ["servers tacacs"], "it explains the others"
    with TacacsServer(behaviour, port=first):
        assert await asked() == {(16, "server tacacs T2"): "minor"}
    with TacacsServer(behaviour, port=second):
        now[0] += 6
        await asked()  # the first one is away again, the second answers
        assert (16, "server tacacs T2") not in await watch.look(source)


@raises_and_clears(32)
@played
async def test_passwords_that_are_guessed(tmp_path: Path) -> None:
    now = [1000.0]
    manager = FakeManager(tmp_path)

    async def no_sleep(_: float) -> None:
        return

    manager.security = Security(manager.configuration, manager.notices, steady=lambda: now[0], sleep=no_sleep)
    session = manager.session(batch=False)
    await done(
        session,
        [
            "configure terminal",
            "login block-for 120 attempts 3 within 60",
            "username bob secret correct-Horse-7",
            "end",
        ],
    )
    watch, source = Watch(manager), Lockouts(manager)
    assert await watch.look(source) == {}
    for _ in range(3):
        with pytest.raises(LoginError):
            await manager.security.login("bob", "wrong", SSH)
    found = await watch.look(source)
    assert found == {(32, "account bob"): "minor", (32, "address 192.0.2.7"): "minor"}
    now[0] += 121
    assert await watch.look(source) == {}


@played
async def test_a_guesser_with_many_names_does_not_fill_the_alarms(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    watch, source = Watch(manager), Lockouts(manager)
    for number in range(30):
        for _ in range(20):
            manager.security.lockout.failed(f"user{number}", f"192.0.2.{number}")
    found = await watch.look(source)
    assert len(found) == 21
    assert "more accounts" in watch.text(32, "system")


@raises_and_clears(44)
@played
async def test_telnet_without_tls(tmp_path: Path) -> None:
    make_certificate(tmp_path / "files", "server.pem")
    plain, sealed = free_ports(2)
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    watch, source = Watch(manager), Telnet(manager)
    telnet = ["configure terminal", "management telnet"]
    await done(
        session, [*telnet, "tls certificate server.pem", f"listen 127.0.0.1 port {sealed} tls", "no shutdown", "end"]
    )
    assert await watch.look(source) == {}
    await done(session, [*telnet, f"listen 127.0.0.1 port {plain}", "end"])
    assert await watch.look(source) == {(44, "system"): "warning"}
    assert str(plain) in watch.text(44, "system")
    await done(session, [*telnet, "shutdown", "end"])
    assert await watch.look(source) == {}


@raises_and_clears(24)
@played
async def test_certificates_that_end(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    make_certificate(folder, "server.pem", days=29)
    make_certificate(folder, "authority.pem", days=100)
    make_certificate(folder, "older.pem", days=6)
    (folder / "authority.pem").write_bytes(
        (folder / "authority.pem").read_bytes() + (folder / "older.pem").read_bytes()
    )
    (port,) = free_ports()
    manager = FakeManager(tmp_path)
    await done(
        manager.session(batch=False),
        [
            "configure terminal", "audit host 192.0.2.9 transport tls ca authority.pem", "management telnet",
            "tls certificate server.pem", f"listen 127.0.0.1 port {port} tls", "no shutdown", "end",
        ],
    )  # fmt: skip
    watch, source = Watch(manager), Certificates(manager)
    assert await watch.look(source) == {
        (24, "certificate server.pem"): "minor",
        (24, "certificate authority.pem"): "major",
    }
    make_certificate(folder, "server.pem", days=-1)
    make_certificate(folder, "authority.pem", days=100)
    assert await watch.look(source) == {(24, "certificate server.pem"): "critical"}
    assert "ended on" in watch.text(24, "certificate server.pem")
    (folder / "server.pem").unlink()
    assert await watch.look(source) == {(24, "certificate server.pem"): "critical"}
    make_certificate(folder, "server.pem", days=60)
    assert await watch.look(source) == {}
    later = Certificates(manager, lambda: time.time() + 55 * 86_400)
    assert await watch.look(later) == {(24, "certificate server.pem"): "major"} | {}
