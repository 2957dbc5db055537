"""A fake manager whose notifier has hosts to tell, with the keys of their users."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from msgspec.structs import replace
from support import snmp
from support.management import FakeManager

from oam.settings.snmp import RemoteEngine, SnmpGroup, SnmpHost, SnmpSettings, SnmpUser

OWN: Final = bytes.fromhex("80007ed9050102030405060708")
PHRASE: Final = "a pass phrase"


def user(manager: FakeManager, name: str, engine_id: bytes, authentication: str = "", privacy: str = "") -> SnmpUser:
    """Return a user whose keys are for an engine; one that is not ours is at 127.0.0.1."""
    keyring = manager.registry.keyring
    assert keyring is not None
    found = snmp.user(keyring, engine_id, name, "managers", authentication, privacy, phrase=PHRASE, secret=PHRASE)
    return replace(found, remote="" if engine_id == OWN else "127.0.0.1")


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
    made = SnmpSettings(
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
    manager.configuration.running = replace(manager.configuration.running, snmp=replace(made, **settings))
    return manager
