"""Whether the keys and communities of the configuration are of use on this server.

A key is for one engine, and what is sealed is so for one server. A file from elsewhere may bring others: they let
nobody in, and the rest of the file is in force. What an operator types is refused, and so is a change of the engine ID
that would make keys useless.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.northbound.keyring import Keyring, SecretError
from oam.settings.snmp import called
from oam.snmp.engine import engine_id, keys

if TYPE_CHECKING:
    from oam.config.store import Guard
    from oam.config.tree import Configuration
    from oam.settings.snmp import SnmpSettings, SnmpUser


def guard(keyring: Keyring) -> Guard:
    """Make the guard of users: while one stays, the engine ID stays that its keys are for."""

    async def refused(old: Configuration, new: Configuration) -> list[str]:
        if new.snmp == old.snmp:
            return []
        return await asyncio.to_thread(lambda: list(_left_behind(keyring, old.snmp, new.snmp)))

    return refused


def _left_behind(keyring: Keyring, old: SnmpSettings, new: SnmpSettings) -> Iterator[str]:
    for user in new.users:
        if not user.authentication_key or user not in old.users or _entered(user, old) == _entered(user, new):
            continue
        try:
            if _engine_before(user, old, keyring) == engine_of(user, new, keyring):
                continue
        except (engine_id.EngineIdError, SecretError) as error:
            yield f"snmp-server: {error}"
            return
        yield f"snmp-server: {called(user)} has keys for the engine ID as it was: remove the user first"


def _entered(user: SnmpUser, settings: SnmpSettings) -> str:
    """Return the engine ID of a user as it is configured; empty: it is not."""
    if not user.remote:
        return settings.engine_id
    return next((each.engine_id for each in settings.remote_engines if each.address == user.remote), "")


def _engine_before(user: SnmpUser, settings: SnmpSettings, keyring: Keyring) -> bytes:
    """Return the engine ID that a user had; where it cannot be read any more, that of its keys. Raises SecretError."""
    try:
        return engine_of(user, settings, keyring)
    except engine_id.EngineIdError:
        return keys.opened(keyring, user.authentication_key)[0]


def engine_of(user: SnmpUser, settings: SnmpSettings, keyring: Keyring) -> bytes:
    """Return the engine ID that the keys of `user` must be for. Raises EngineIdError."""
    if not user.remote:
        return engine_id.local(settings, keyring.state)
    return engine_id.parse(_entered(user, settings))


def unfit(user: SnmpUser, settings: SnmpSettings, keyring: Keyring) -> str:
    """Return why the keys of a user are of no use; empty: they are."""
    try:
        engine = engine_of(user, settings, keyring)
        made_for = {keys.opened(keyring, word)[0] for word in (user.authentication_key, user.privacy_key) if word}
    except (SecretError, engine_id.EngineIdError) as error:
        return str(error)
    return "" if made_for <= {engine} else f"its keys are for another engine ID than {engine.hex()}"
