"""Keys and communities that would be of no use are refused, whichever way a configuration comes."""

from __future__ import annotations

from pathlib import Path

import msgspec
from support.management import FakeManager, played

from core.northbound.keyring import Keyring
from oam.config.tree import Configuration
from oam.settings.snmp import Community, RemoteEngine, SnmpGroup, SnmpHost, SnmpSettings, SnmpUser
from oam.snmp import engine_id, keys
from oam.snmp.secrets import engine_of

ENGINE = bytes.fromhex("80007ed9050123456789abcdef")


def settings(keyring: Keyring, engine: bytes, **fields: object) -> SnmpSettings:
    """Return a group and a user whose key is for `engine`."""
    user = SnmpUser("bob", "G", authentication="sha", authentication_key=keys.sealed(keyring, b"key", engine))
    return msgspec.structs.replace(SnmpSettings(groups=(SnmpGroup("G", "auth"),), users=(user,)), **fields)


async def applied(manager: FakeManager, snmp: SnmpSettings) -> str:
    """Apply a whole configuration, as a rollback does; return why it was refused."""
    return "\n".join(await manager.configuration.apply(Configuration(snmp=snmp)))


@played
async def test_a_key_is_of_use_at_its_engine_alone(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    keyring = Keyring(tmp_path)
    assert "another engine ID" in await applied(manager, settings(keyring, ENGINE))
    assert await applied(manager, settings(keyring, engine_id.kept(tmp_path))) == ""
    assert "remove the user first" in await applied(
        manager, settings(keyring, engine_id.kept(tmp_path), engine_id=ENGINE.hex())
    )
    assert await applied(manager, settings(keyring, ENGINE, engine_id=ENGINE.hex())) == ""


@played
async def test_what_another_server_has_encrypted_is_refused(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    (tmp_path / "other").mkdir()
    other = Keyring(tmp_path / "other")
    Keyring(tmp_path).encrypted("x")
    foreign = other.sealed("public", "snmp community")
    own = engine_id.kept(tmp_path)
    assert "user bob: the secret was encrypted under another key" in await applied(manager, settings(other, own))
    for snmp in (
        SnmpSettings(communities=(Community(foreign),)),
        SnmpSettings(hosts=(SnmpHost("::1", community=foreign),)),
    ):
        assert "encrypted under another key" in await applied(manager, snmp)


@played
async def test_what_was_there_before_holds_nothing_up(tmp_path: Path) -> None:
    """A community that the server started with and cannot read must not keep an operator from any change."""
    foreign = SnmpSettings(communities=(Community("A" * 40),))
    manager = FakeManager(tmp_path, Configuration(snmp=foreign))
    Keyring(tmp_path).encrypted("x")
    assert await applied(manager, msgspec.structs.replace(foreign, contact="NOC")) == ""


def test_the_engine_of_a_remote_user(tmp_path: Path) -> None:
    snmp = SnmpSettings(remote_engines=(RemoteEngine("192.0.2.9", ENGINE.hex()),))
    keyring = Keyring(tmp_path)
    assert engine_of(SnmpUser("bob", "G", "192.0.2.9"), snmp, keyring) == ENGINE
    assert engine_of(SnmpUser("bob", "G"), snmp, keyring) == engine_id.kept(tmp_path)
