"""Keys and communities that are of no use: what keeps its engine, and what a file from elsewhere may bring."""

from __future__ import annotations

from pathlib import Path

import msgspec
from support.management import FakeManager, played

from core.northbound.keyring import Keyring
from oam.config.tree import Configuration
from oam.settings.snmp import Community, RemoteEngine, SnmpGroup, SnmpSettings, SnmpUser
from oam.snmp.engine import engine_id, keys
from oam.snmp.engine.secrets import engine_of, unfit

ENGINE = bytes.fromhex("80007ed9050123456789abcdef")
REMOTE = (RemoteEngine("192.0.2.9", ENGINE.hex()),)


def user_of(keyring: Keyring, engine: bytes, remote: str = "") -> SnmpUser:
    """Return a user whose key is for `engine`."""
    return SnmpUser("bob", "G", remote, "sha", keys.sealed(keyring, b"key", engine))


def settings(*users: SnmpUser, local: str = "", remote: tuple[RemoteEngine, ...] = ()) -> SnmpSettings:
    return SnmpSettings(groups=(SnmpGroup("G", "auth"),), users=users, engine_id=local, remote_engines=remote)


async def applied(manager: FakeManager, snmp: SnmpSettings) -> str:
    """Apply a whole configuration, as a rollback does; return why it was refused."""
    return "\n".join(await manager.configuration.apply(Configuration(snmp=snmp)))


@played
async def test_while_a_user_stays_its_engine_id_stays(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    own = engine_id.kept(tmp_path)
    user = user_of(Keyring(tmp_path), own)
    assert await applied(manager, settings(user)) == ""
    assert await applied(manager, settings(user, local=own.hex())) == ""
    reason = "snmp-server: user bob has keys for the engine ID as it was: remove the user first"
    assert await applied(manager, settings(user, local=ENGINE.hex())) == reason
    assert await applied(manager, settings(user_of(Keyring(tmp_path), ENGINE), local=ENGINE.hex())) == ""
    assert await applied(manager, settings(local=own.hex())) == ""


@played
async def test_an_engine_id_that_is_damaged_can_be_entered_again_for_its_users(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    own = engine_id.kept(tmp_path)
    user = user_of(Keyring(tmp_path), own)
    assert await applied(manager, settings(user)) == ""
    (tmp_path / "snmp" / engine_id.FILE).write_text("rubbish")
    assert await applied(manager, msgspec.structs.replace(settings(user), contact="NOC")) == ""
    assert "remove the user first" in await applied(manager, settings(user, local=ENGINE.hex()))
    assert await applied(manager, settings(user, local=own.hex())) == ""


@played
async def test_and_that_of_a_receiver(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    user = user_of(Keyring(tmp_path), ENGINE, "192.0.2.9")
    assert await applied(manager, settings(user, remote=REMOTE)) == ""
    other = (RemoteEngine("192.0.2.9", ENGINE.hex() + "00"),)
    assert "user bob remote 192.0.2.9 has keys for" in await applied(manager, settings(user, remote=other))
    assert await applied(manager, settings(user, local=ENGINE.hex(), remote=REMOTE)) == ""


@played
async def test_a_user_without_keys_goes_with_any_engine(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    open_ = SnmpSettings(groups=(SnmpGroup("G", "noauth"),), users=(SnmpUser("bob", "G"),))
    assert await applied(manager, open_) == ""
    assert await applied(manager, msgspec.structs.replace(open_, engine_id=ENGINE.hex())) == ""


@played
async def test_a_file_of_another_server_is_in_force_as_far_as_it_can_be(tmp_path: Path) -> None:
    """A backup of a server that is lost must not be refused on the one that takes its place."""
    manager = FakeManager(tmp_path)
    (tmp_path / "other").mkdir()
    Keyring(tmp_path).encrypted("x")
    other = Keyring(tmp_path / "other")
    foreign = settings(user_of(other, ENGINE))
    foreign = msgspec.structs.replace(foreign, communities=(Community(other.sealed("public", "community")),))
    assert await applied(manager, foreign) == ""


def test_why_keys_are_of_no_use(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    own = engine_id.kept(tmp_path)
    assert unfit(user_of(keyring, own), settings(), keyring) == ""
    assert unfit(SnmpUser("bob", "G"), settings(), keyring) == ""
    assert (
        unfit(user_of(keyring, ENGINE), settings(), keyring) == f"its keys are for another engine ID than {own.hex()}"
    )
    assert unfit(user_of(keyring, ENGINE, "192.0.2.9"), settings(remote=REMOTE), keyring) == ""
    (tmp_path / "other").mkdir()
    assert "another key" in unfit(user_of(Keyring(tmp_path / "other"), own), settings(), keyring)
    (tmp_path / "snmp" / engine_id.FILE).write_text("rubbish")
    assert "hexadecimal" in unfit(user_of(keyring, own), settings(), keyring)


def test_the_engine_of_a_remote_user(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    assert engine_of(SnmpUser("bob", "G", "192.0.2.9"), settings(remote=REMOTE), keyring) == ENGINE
    assert engine_of(SnmpUser("bob", "G"), settings(), keyring) == engine_id.kept(tmp_path)
