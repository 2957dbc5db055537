"""As whom a host is told, and what it may be told: taken from the configuration."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final, NamedTuple

from core.northbound.keyring import Keyring, SecretError
from oam.settings.snmp import LEVELS
from oam.snmp.engine import usm
from oam.snmp.engine.access import EVERYTHING, Access, View

if TYPE_CHECKING:
    from oam.settings.snmp import SnmpHost, SnmpSettings, SnmpUser

_LEVEL_NAMES: Final = {usm.NO_AUTH: "noauth", usm.AUTH: "auth", usm.PRIV: "priv"}


NOBODY: Final = usm.User(b"")
"""Who asks an engine for its ID."""


class UnfitError(ValueError):
    """What is configured does not do for telling a host; the text is for the operator."""


class Credentials(NamedTuple):
    """What one host is told with."""

    view: View
    community: bytes = b""
    user: usm.User = NOBODY
    level: int = usm.NO_AUTH
    engine_id: bytes = b""
    """Of the host, for informs of version 3; empty: none is configured."""


def credentials(
    settings: SnmpSettings, host: SnmpHost, access: Access, keyring: Keyring | None, own: bytes
) -> Credentials:
    """Return what `host` is told with; `own`: our engine ID. Raises UnfitError."""
    if host.version != "3":
        return _community(host, access, keyring)
    remote = host.kind == "informs"
    user = next((each for each in settings.users if each.name == host.name and _belongs(each, host, remote)), None)
    if user is None:
        where = f" remote {host.address}" if remote else ""
        raise UnfitError(f"there is no `snmp-server user {host.name} GROUP{where} v3`")
    level = LEVELS.index(host.level or LEVELS[0]) + 1
    group = next((each for each in settings.groups if each.name == user.group), None)
    if group is None:
        raise UnfitError(f"there is no group {user.group}, which user {user.name} is in")
    if level <= LEVELS.index(group.level):
        raise UnfitError(f"group {group.name} asks for {group.level}")
    engine_id = _engine_id(settings, host) if remote else b""
    opened = _keys(user, engine_id if remote else own, keyring)
    if opened.level < level:
        raise UnfitError(f"user {user.name} has no key for {_LEVEL_NAMES[level]}")
    return Credentials(access.view(group.notify), b"", opened, level, engine_id)


def _community(host: SnmpHost, access: Access, keyring: Keyring | None) -> Credentials:
    try:
        community = keyring.decrypted(host.community).encode() if keyring and host.community else b""
    except SecretError as error:
        raise UnfitError(f"its community cannot be used: {error}") from error
    rights = access.communities.get(community)
    return Credentials(EVERYTHING if rights is None else rights.notify, community)


def _belongs(user: SnmpUser, host: SnmpHost, remote: bool) -> bool:
    return _same(user.remote, host.address) if remote else not user.remote


def _engine_id(settings: SnmpSettings, host: SnmpHost) -> bytes:
    for each in settings.remote_engines:
        if _same(each.address, host.address):
            return bytes.fromhex(each.engine_id)
    return b""


def _keys(user: SnmpUser, engine_id: bytes, keyring: Keyring | None) -> usm.User:
    """Open the keys of a user; those of another engine than is wanted are of no use."""
    from oam.snmp.engine import keys

    opened = []
    for word in (user.authentication_key, user.privacy_key):
        try:
            owner, key = keys.opened(keyring, word) if word and keyring else (b"", b"")
        except SecretError as error:
            raise UnfitError(f"the keys of user {user.name} cannot be used: {error}") from error
        if key and engine_id and owner != engine_id:
            raise UnfitError(f"the keys of user {user.name} are for engine {owner.hex()}: give the pass phrases again")
        opened.append(key)
    return usm.User(user.name.encode(), user.authentication, opened[0], user.privacy, opened[1])


def _same(one: str, other: str) -> bool:
    try:
        return ipaddress.ip_address(one) == ipaddress.ip_address(other)
    except ValueError:
        return one == other
