"""`snmp-server …`: managers of all versions, their rights; nothing that was typed as a secret is to be seen again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from core.northbound.keyring import Keyring
from oam.assist import complete
from oam.commands.registry import EXEC
from oam.config.text import parse
from oam.context import Session
from oam.settings.snmp import Community, RemoteEngine, SnmpGroup, SnmpListener, SnmpSettings, SnmpView
from oam.shell import session as shell
from oam.snmp.engine import engine_id, keys

REMOTE = "800000090300aabbccddee00"
PHRASE, OTHER = "maplesyrup", "battery-staple"
BEFORE = [
    "configure terminal",
    "ip access-list NMS",
    "permit 192.0.2.0/24",
    "exit",
    "username robot privilege 15 secret 0 correct-horse-b4ttery",
]


async def configured(session: Session, *lines: str) -> SnmpSettings:
    """Give lines that must succeed; return what is configured then."""
    await done(session, [*(BEFORE if session.mode is EXEC else ()), *lines])
    return session.manager.configuration.running.snmp


def round_trip(manager: FakeManager) -> list[str]:
    """Return the lines of `snmp-server`, which must say what is configured."""
    rendered = manager.configuration.render()
    assert manager.configuration.parse(rendered) == (manager.configuration.running, [])
    assert manager.configuration.parse(manager.configuration.render(everything=True))[0].snmp == (
        manager.configuration.running.snmp
    )
    return [line.removeprefix("snmp-server ") for line in rendered if "snmp-server" in line]


@played
async def test_nothing_is_answered_and_nobody_let_in_by_default(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    snmp = manager.configuration.running.snmp
    assert (snmp.listeners, snmp.communities, snmp.users, snmp.hosts, snmp.operator) == ((), (), (), (), "")
    assert round_trip(manager) == []
    assert not (tmp_path / "snmp").exists()


@played
async def test_every_line_sets_its_field_and_is_shown(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    lines = [
        "listen 0.0.0.0 port 161",
        "engineid local 80007ed9050123456789abcdef",
        f"engineid remote 192.0.2.50 {REMOTE}",
        "view TRUNKS 1.3.6.1.4.1.32473 included",
        "view TRUNKS sipctlTrunkTable.1.2 excluded",
        "group NMS v3 priv read TRUNKS write TRUNKS notify TRUNKS access NMS",
        "write operator robot",
        "packetsize 1400",
        "contact NOC, +49 30 123",
        "location Rack 5,  row 2",
        "subscribers",
    ]
    session = manager.session()
    snmp = await configured(session, *(f"snmp-server {line}" for line in lines), "end")
    assert snmp == SnmpSettings(
        listeners=(SnmpListener("0.0.0.0"),),
        engine_id="80007ed9050123456789abcdef",
        contact="NOC, +49 30 123",
        location="Rack 5,  row 2",
        views=(
            SnmpView("TRUNKS", "1.3.6.1.4.1.32473", "included"),
            SnmpView("TRUNKS", "sipctlTrunkTable.1.2", "excluded"),
        ),
        groups=(SnmpGroup("NMS", "priv", "TRUNKS", "TRUNKS", "TRUNKS", "NMS"),),
        remote_engines=(RemoteEngine("192.0.2.50", REMOTE),),
        packet_size=1400,
        operator="robot",
        subscribers=True,
    )
    assert sorted(round_trip(manager)) == sorted(lines)
    await done(session, ["configure terminal", *(f"no snmp-server {line}" for line in reversed(lines)), "end"])
    assert manager.configuration.running.snmp == SnmpSettings()


@played
async def test_lines_as_routers_and_robots_write_them(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    snmp = await configured(
        manager.session(batch=False),
        "snmp-server view ALL .1.3 included",
        "snmp-server write operator robot",
        "snmp-server community public RO NMS",
        "snmp-server community private view ALL RW access NMS",
        "snmp-server engineID local 80007ED9050123456789ABCDEF",
        "snmp-server group G v3 auth",
        f"snmp-server user bob G v3 auth SHA256 {PHRASE} priv AES 128 {OTHER} access NMS",
    )
    keyring = Keyring(tmp_path)
    public, private = snmp.communities
    assert (keyring.decrypted(public.community), public.access, public.access_list) == ("public", "ro", "NMS")
    assert private == Community(private.community, "ALL", "rw", "NMS")
    assert snmp.engine_id == "80007ed9050123456789abcdef"
    assert (snmp.users[0].authentication, snmp.users[0].privacy) == ("sha-256", "aes-128")
    assert all(line.split()[1] == "6" for line in round_trip(manager) if line.startswith("community"))


@played
async def test_a_community_typed_again_is_the_same_and_is_removed_by_its_text(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    snmp = await configured(session, "snmp-server community one", "snmp-server community two")
    assert await configured(session, "snmp-server community 0 one", "snmp-server community two ro") == snmp
    snmp = await configured(session, "no snmp-server community one ro")
    assert len(snmp.communities) == 1
    sealed = snmp.communities[0].community
    assert (await configured(session, f"no snmp-server community 6 {sealed}")).communities == ()


@played
async def test_pass_phrases_become_keys_of_the_engine(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    lines = [
        f"snmp-server engineID remote 192.0.2.50 {REMOTE}",
        "snmp-server group G v3 priv",
        f"snmp-server user bob G v3 auth sha 0 {PHRASE} priv aes 256 0 {OTHER}",
        f"snmp-server user bob G remote 192.0.2.50 v3 auth sha 0 {PHRASE} priv des {OTHER}",
    ]
    snmp = await configured(session, *lines)
    keyring = Keyring(tmp_path)
    local, remote = engine_id.kept(tmp_path), bytes.fromhex(REMOTE)
    for user, engine, privacy in zip(snmp.users, (local, remote), ("aes-256", "des"), strict=True):
        assert keys.opened(keyring, user.authentication_key) == (
            engine,
            keys.authentication_key(PHRASE, "sha", engine),
        )
        assert keys.opened(keyring, user.privacy_key) == (engine, keys.privacy_key(OTHER, "sha", privacy, engine))
    assert await configured(session, *lines) == snmp
    round_trip(manager)


@played
async def test_a_batch_makes_keys_for_the_engine_that_it_configures(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    lines = [
        f"snmp-server engineID local {REMOTE}",
        "snmp-server group G v3 auth",
        f"snmp-server user bob G v3 auth md5 {PHRASE}",
    ]
    for again in (lines, ["configure candidate", *lines, "commit"]):
        session = manager.session()
        snmp = await configured(session, *(["end", *again] if "commit" in again else again), "end")
        assert keys.opened(Keyring(tmp_path), snmp.users[0].authentication_key)[0].hex() == REMOTE
        await configured(session, "no snmp-server user bob", "no snmp-server engineID local", "end")
    found, problems = parse(manager.registry, lines)
    assert problems == []
    assert keys.opened(Keyring(tmp_path), found.snmp.users[0].authentication_key)[0].hex() == REMOTE


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("community public access NOWHERE", "access-list NOWHERE does not exist"),
        ("community public view NOWHERE", "view NOWHERE does not exist"),
        ("community public rw", "'snmp-server write operator NAME' says as whom"),
        ("group G v3 auth write V", "'snmp-server write operator NAME' says as whom"),
        ("group G v3 auth read NOWHERE", "view NOWHERE does not exist"),
        ("view V noSuchObject included", "There is no noSuchObject in the MIB"),
        ("write operator nobody", "nobody is no account"),
        (f"user bob NONE v3 auth sha {PHRASE}", "group NONE does not exist"),
        (f"user bob PRIV v3 auth sha {PHRASE}", "level priv, the user has algorithms for auth"),
        ("user bob PRIV v3", "level priv, the user has algorithms for noauth"),
        (f"user bob PRIV v3 auth sha {PHRASE} priv des short12", "at least 8 characters"),
        (f"user bob PRIV remote 192.0.2.9 v3 auth sha {PHRASE} priv des {OTHER}", "engine ID of 192.0.2.9 is unknown"),
        (f"user bob PRIV v3 auth sha {PHRASE} priv des {OTHER} access NOWHERE", "access-list NOWHERE does not exist"),
        ("community 6 " + "A" * 40, "encrypted under another key"),
        ("user bob AUTH v3 auth sha 6 " + "A" * 40, "The user would be of no use: the secret was encrypted under"),
    ],
)
def test_what_is_refused(tmp_path: Path, line: str, reason: str) -> None:
    @played
    async def refused() -> None:
        session = FakeManager(tmp_path).session(batch=False)
        before = await configured(
            session,
            "snmp-server view V 1.3 included",
            "snmp-server group PRIV v3 priv",
            "snmp-server group AUTH v3 auth",
        )
        _, result = await gathered(session, f"snmp-server {line}")
        assert result.code == 1
        assert reason in "\n".join(result.errors)
        assert PHRASE not in "\n".join(result.errors)
        assert session.manager.configuration.running.snmp == before

    refused()


@pytest.mark.parametrize(
    "line",
    [
        "listen 127.0.0.1 port 0",
        "engineID local 8000",
        "engineID local " + "00" * 12,
        "view V 3.9 included",
        "view V 1.3.4294967296 included",
        "view V sipctl_x included",
        "view V 1.3",
        "group G v3",
        f"user bob G v3 auth sha-1 {PHRASE}",
        f"user bob G v3 auth sha {PHRASE} priv aes 192 {OTHER}",
        "packetsize 483",
    ],
)
def test_what_is_no_line(tmp_path: Path, line: str) -> None:
    @played
    async def refused() -> None:
        session = FakeManager(tmp_path).session(batch=False)
        await configured(session)
        _, result = await gathered(session, f"snmp-server {line}")
        assert result.code == 2

    refused()


@played
async def test_what_is_used_is_not_removed(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await configured(
        session,
        f"snmp-server engineID remote 192.0.2.50 {REMOTE}",
        "snmp-server view V 1.3 included",
        "snmp-server group G v3 auth read V access NMS",
        "snmp-server write operator robot",
        "snmp-server community private rw",
        f"snmp-server user bob G v3 auth sha {PHRASE}",
        f"snmp-server user bob G remote 192.0.2.50 v3 auth sha {PHRASE}",
        "snmp-server host 192.0.2.51 version 3 auth bob",
        "snmp-server host 192.0.2.50 informs version 3 auth bob",
    )
    for line in (
        "no snmp-server view V 1.3",
        "no snmp-server group G",
        "no ip access-list NMS",
        "no username robot",
        "no snmp-server write operator",
        "no snmp-server user bob",
        "no snmp-server user bob G remote 192.0.2.50 v3",
        "no snmp-server engineID remote 192.0.2.50",
        f"snmp-server engineID local {REMOTE}",
        f"snmp-server engineID remote 192.0.2.50 {REMOTE}01",
    ):
        _, result = await gathered(session, line)
        assert result.code == 1, line
        assert "snmp-server: " in "\n".join(result.errors)
    round_trip(manager)


SECRETS = (
    "snmp-server community {}",
    "snmp-server community 0 {} view V RO NMS",
    "no snmp-server community {}",
    "default snmp-server community 0 {}",
    "snmp-server user bob G v3 auth sha {} priv aes 128 {}",
    "snmp-server user bob G v3 auth sha 0 {} priv des 0 {} access NMS",
    "snmp-server user bob G remote 192.0.2.50 v3 auth sha-512 {} priv aes 256 {}",
    "no snmp-server user bob G v3 auth sha {} priv aes 128 {}",
    "snmp-server host 192.0.2.50 {}",
    "snmp-server host 192.0.2.50 traps version 1 0 {} udp-port 1162",
    "no snmp-server host 192.0.2.50 informs version 2c {} udp-port 1162",
    "snmp-server comunity {}",
    "snmp-server user bob G v3 auth sha1 {} priv aes 128 {}",
    "snmp-server user bob G v3 auth sha {} priv aes 129 {}",
    "snmp-server host 192.0.2.50 version 2c {} port 3",
    "snmp-server community {} rw NOWHERE",
)


def test_what_was_typed_as_a_secret_is_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in what runs, is archived, audited, shown, logged or answered, nor in the history."""
    secret = "xyzzy-plugh-2718"
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    shown: list[str] = []

    async def write(lines: list[str]) -> None:
        shown.extend(lines)

    async def typed() -> None:
        caplog.set_level("DEBUG")
        await configured(
            session,
            f"snmp-server engineID remote 192.0.2.50 {REMOTE}",
            "snmp-server view V 1.3 included",
            "snmp-server group G v3 auth",
        )
        for line in SECRETS:
            text = line.format(secret, secret)
            shell.remember(session, text)
            result = await shell.run(session, text, write)
            shown.extend([result.command, result.reason, *result.errors])
        for line in ("end", "show running-config", "show history", "show archive", "show snmp-server"):
            await shell.run(session, line, write)

    asyncio.run(typed())
    kept = [
        *shown,
        *session.history,
        *manager.configuration.render(everything=True),
        *(str(each) for each in manager.audit.queued()),
        *(path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file()),
        caplog.text,
    ]
    assert any("snmp-server community 6" in each for each in kept)
    assert any("snmp-server user bob G" in each for each in kept)
    assert secret not in "\n".join(kept)


@played
async def test_keys_of_another_engine_are_no_use(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    word = keys.sealed(Keyring(tmp_path), b"key", bytes.fromhex(REMOTE))
    await configured(session, "snmp-server group G v3 auth")
    _, result = await gathered(session, f"snmp-server user bob G v3 auth sha 6 {word}")
    assert result.errors[0].startswith("% The user would be of no use: its keys are for another engine ID than 8000")
    await configured(session, f"snmp-server engineID local {REMOTE}", f"snmp-server user bob G v3 auth sha 6 {word}")


@played
async def test_hashes_are_completed(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, ["configure terminal"])
    found = [each.word for each in complete(session, "snmp-server user bob G v3 auth sha-")]
    assert found == ["sha-224", "sha-256", "sha-384", "sha-512"]
