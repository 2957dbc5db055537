"""Refuses a change of the configuration that leaves keys or communities which are of no use."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.northbound.keyring import Keyring, SecretError
from oam.snmp import engine_id, keys

if TYPE_CHECKING:
    from oam.config.store import Guard
    from oam.config.tree import Configuration
    from oam.settings.snmp import SnmpSettings, SnmpUser


def guard(keyring: Keyring) -> Guard:
    """Make the guard: the keys of users must be for the engine that they are used at, and what is new be readable."""

    async def refused(old: Configuration, new: Configuration) -> list[str]:
        if new.snmp == old.snmp:
            return []
        return await asyncio.to_thread(lambda: [*_keys(keyring, new.snmp), *_communities(keyring, old.snmp, new.snmp)])

    return refused


def engine_of(user: SnmpUser, settings: SnmpSettings, keyring: Keyring) -> bytes:
    """Return the engine ID that the keys of `user` must be for. Raises EngineIdError."""
    if not user.remote:
        return engine_id.local(settings, keyring.state)
    remote = next((each.engine_id for each in settings.remote_engines if each.address == user.remote), "")
    return engine_id.parse(remote)


def _keys(keyring: Keyring, settings: SnmpSettings) -> Iterator[str]:
    for user in settings.users:
        words = [word for word in (user.authentication_key, user.privacy_key) if word]
        if not words:
            continue
        who = f"snmp-server: user {user.name}" + (f" remote {user.remote}" if user.remote else "")
        try:
            engine = engine_of(user, settings, keyring)
            made_for = {keys.opened(keyring, word)[0] for word in words}
        except (SecretError, engine_id.EngineIdError) as error:
            yield f"{who}: {error}"
            continue
        if made_for != {engine}:
            whose = f"of {user.remote}" if user.remote else "of this server"
            yield f"{who}: its keys are for another engine ID than {engine.hex()} {whose}: remove the user first"


def _communities(keyring: Keyring, old: SnmpSettings, new: SnmpSettings) -> Iterator[str]:
    known = {each.community for each in old.communities} | {each.community for each in old.hosts}
    words = {each.community: "a community" for each in new.communities}
    words |= {each.community: f"host {each.address}" for each in new.hosts if each.community}
    for word, what in words.items():
        if word in known:
            continue
        try:
            keyring.decrypted(word)
        except SecretError as error:
            yield f"snmp-server: {what}: {error}"
