"""A fake manager whose notifier has hosts to tell, with the keys of their users."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from typing import Final

from msgspec.structs import replace
from support.management import FakeManager

from oam.settings.snmp import RemoteEngine, SnmpGroup, SnmpHost, SnmpSettings, SnmpUser
from oam.snmp.engine import keys

OWN: Final = bytes.fromhex("80007ed9050102030405060708")
PHRASE: Final = "a pass phrase"
_authentication_key = cache(keys.authentication_key)
_privacy_key = cache(keys.privacy_key)
"""They take milliseconds by design."""


def user(manager: FakeManager, name: str, engine_id: bytes, authentication: str = "", privacy: str = "") -> SnmpUser:
    """Return a user whose keys are for an engine; one that is not ours is at 127.0.0.1."""
    keyring = manager.registry.keyring
    assert keyring is not None
    sealed = ["", ""]
    if authentication:
        sealed[0] = keys.sealed(keyring, _authentication_key(PHRASE, authentication, engine_id), engine_id)
    if privacy:
        sealed[1] = keys.sealed(keyring, _privacy_key(PHRASE, authentication, privacy, engine_id), engine_id)
    remote = "" if engine_id == OWN else "127.0.0.1"
    return SnmpUser(name, "managers", remote, authentication, sealed[0], privacy, sealed[1])


def community(manager: FakeManager, name: str = "traps") -> str:
    """Return a community as the configuration holds it."""
    keyring = manager.registry.keyring
    assert keyring is not None
    return keyring.encrypted(name)


def configured(
    state: Path,
    hosts: Iterable[SnmpHost] = (),
    users: Iterable[SnmpUser] = (),
    *,
    remote: bytes = b"",
    manager: FakeManager | None = None,
    notifications: Collection[str] = ("alarms", "start", "authentication"),
    **settings: object,
) -> FakeManager:
    """Return a manager with these hosts; `remote`: engine ID that is configured for 127.0.0.1."""
    manager = manager or FakeManager(state)
    engines = (RemoteEngine("127.0.0.1", remote.hex()),) if remote else ()
    snmp = SnmpSettings(
        engine_id=OWN.hex(),
        hosts=tuple(hosts),
        users=tuple(users),
        groups=(SnmpGroup("managers", "noauth"),),
        remote_engines=engines,
        trap_alarms="alarms" in notifications,
        trap_alarm_types="alarm-types" in notifications,
        trap_start="start" in notifications,
        trap_authentication="authentication" in notifications,
    )
    manager.configuration.running = replace(manager.configuration.running, snmp=replace(snmp, **settings))
    return manager
