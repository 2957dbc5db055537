"""`snmp-server …`: who may poll the server and set objects, and what they see. Who is told: `snmp_host`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from core.northbound.keyring import SecretError
from oam.commands.registry import CommandError, completer, config
from oam.commands.secret_line import SEALED_WORDS
from oam.editing import expected
from oam.settings.snmp import AUTHENTICATION, SnmpUser
from oam.snmp.engine import engine_id, keys, secrets

if TYPE_CHECKING:
    from core.northbound.keyring import Keyring
    from oam.config.tree import Configuration
    from oam.context import Context

WORDS: Final = {
    "snmp-server": "Management by SNMP",
    "access": "Who may do so, by an access list",
    "view": "Part of the MIB",
}
_ARGUMENTS: Final = {"access_list": "Name of an `ip access-list`"}


@config(
    "snmp-server listen ADDRESS$address [port (1-65535)$port]",
    field="snmp.listeners",
    key=("address", "port"),
    words=WORDS | {"listen": "Open a socket for managers", "port": "UDP port; 161 unless given"},
    arguments={"address": "Local address, IPv4 or IPv6; 0.0.0.0 or :: is every one"},
)
def listen() -> None:
    """Answer managers on one local address and UDP port; each line is one more. Without one nothing is answered.

    Nobody gets an answer before a community or a user is configured.

    Example: snmp-server listen 192.0.2.10
    """


_ENGINE_WORDS: Final = WORDS | {
    "engineid": "Name of an SNMP engine among all others (RFC 3411)",
    "local": "Of this server",
    "remote": "Of a receiver of informs",
}


@config(
    "snmp-server engineid local ENGINEID$engine_id",
    field="snmp.engine_id",
    words=_ENGINE_WORDS,
)
def engine_local() -> None:
    """Engine ID of this server; without this line one is made once and kept with the state of the server.

    Keys of users are made for it: it cannot be changed while users of this engine exist.

    Example: snmp-server engineID local 80007ed9050123456789abcdef
    """


@config(
    "snmp-server engineid remote ADDRESS$address ENGINEID$engine_id",
    field="snmp.remote_engines",
    key=("address",),
    words=_ENGINE_WORDS,
    arguments={"address": "Address of the receiver, as its `snmp-server host` line has it"},
)
def engine_remote() -> None:
    """Engine ID of a receiver of version 3 informs, for which the keys of its users are made.

    It cannot be changed while users of that engine exist.
    """


def check_tree(context: Context, arguments: dict[str, object]) -> None:
    """Refuse a subtree of a name that the MIB has not."""
    from oam.snmp.names import resolved  # with all tables: not needed to read a configuration

    if resolved(str(arguments["tree"])) is None:
        raise CommandError(f"There is no {arguments['tree']} in the MIB: give its OID, or a name of 'show snmp mib'")


@config(
    "snmp-server view NAME$name SUBTREE$tree <included|excluded>$action",
    field="snmp.views",
    key=("name", "tree"),
    check=check_tree,
    words=WORDS | {"included": "It belongs to the view", "excluded": "It does not"},
    arguments={"name": "Name of the view"},
)
def view() -> None:
    """Put a subtree of the MIB into a view or take it out; of several that fit an object the longest decides.

    Example: snmp-server view TRUNKS sipctlTrunkTable included
    """


async def check_community(context: Context, arguments: dict[str, object]) -> None:
    """Refuse a sealed community that this server cannot read."""
    sealed, keyring = arguments.get("community"), context.manager.registry.keyring
    if sealed is not None and keyring is not None:
        try:
            await asyncio.to_thread(keyring.decrypted, str(sealed))
        except SecretError as error:
            raise CommandError(f"The community cannot be read: {error}") from error


def seal_community(arguments: dict[str, object], keyring: Keyring) -> dict[str, object]:
    """Replace a plain community by the word that always stands for it."""
    plain = arguments.pop("plain", None)
    return arguments if plain is None else arguments | {"community": keyring.sealed(str(plain), "snmp community")}


COMMUNITY_WORDS: Final = SEALED_WORDS | {
    "0": "The community itself follows; it is kept encrypted",
    "6": "The community follows as this server has encrypted it",
}


@config(
    "snmp-server community <0 SECRET$plain|6 SEALED$community|SECRET$plain> [view NAME$view] [<ro|rw>$access]"
    " [<access NAME$access_list|NAME$access_list>]",
    field="snmp.communities",
    key=("community",),
    consumed=("plain",),
    prepare=seal_community,
    check=check_community,
    words=WORDS
    | COMMUNITY_WORDS
    | {
        "community": "Managers of version 1 and 2c, known by a word that everybody on the way can read",
        "ro": "They may read; the same as without it",
        "rw": "They may read and set",
    },
    arguments=_ARGUMENTS
    | {"plain": "Community, without spaces", "view": "Name of the view that they see; without it everything"},
)
def community() -> None:
    """Let managers of version 1 and 2c in, by a community; kept encrypted, and shown so.

    Without an access list only this host is answered. 'rw' needs 'snmp-server write operator' before it.

    Example: snmp-server community 0 correct-horse ro access NMS
    """


_GROUP_WORDS: Final = WORDS | {
    "group": "Users of version 3 with the same rights",
    "v3": "Version 3, by users (RFC 3414)",
    "noauth": "Neither authentication nor privacy",
    "auth": "Authentication",
    "priv": "Authentication and privacy",
    "read": "What they may read",
    "write": "What they may set",
    "notify": "What notifications to them may carry",
}


@config(
    "snmp-server group NAME$name v3 <noauth|auth|priv>$level [read NAME$read] [write NAME$write] [notify NAME$notify]"
    " [access NAME$access_list]",
    field="snmp.groups",
    key=("name",),
    words=_GROUP_WORDS,
    arguments=_ARGUMENTS
    | {
        "name": "Name of the group",
        "read": "Name of the view; without it everything",
        "write": "Name of the view; without it nothing",
        "notify": "Name of the view; without it everything",
    },
)
def group() -> None:
    """Rights of users of version 3, and the security level that they must use at least.

    A view to write needs 'snmp-server write operator' before it. Without an access list, of the group or of the user,
    users with keys may ask from anywhere, and those without keys from this host alone.

    Example: snmp-server group NMS v3 priv read TRUNKS
    """


_NO_KEYS: Final = "The engine ID of {} is unknown: 'snmp-server engineID remote {} HEX' must come first"


def localize(arguments: dict[str, object], keyring: Keyring, settings: Configuration) -> dict[str, object]:
    """Replace pass phrases by the keys that they are for the user's engine."""
    phrases = {name: arguments.pop(name, None) for name in ("auth_plain", "priv_plain")}
    user, remote = str(arguments["name"]), str(arguments.get("remote", ""))
    engine = _engine(remote, keyring, settings)
    algorithm, purpose = str(arguments["authentication"]), f"{user} {remote}"
    if phrases["auth_plain"] is not None:
        key = keys.authentication_key(str(phrases["auth_plain"]), algorithm, engine)
        arguments["authentication_key"] = keys.sealed(keyring, key, engine, f"auth {purpose}")
    if phrases["priv_plain"] is not None:
        key = keys.privacy_key(str(phrases["priv_plain"]), algorithm, str(arguments["privacy"]), engine)
        arguments["privacy_key"] = keys.sealed(keyring, key, engine, f"priv {purpose}")
    return arguments


def _engine(remote: str, keyring: Keyring, settings: Configuration) -> bytes:
    """Return the engine ID that keys are made for. Raises ValueError."""
    if not remote:
        return engine_id.local(settings.snmp, keyring.state)
    for each in settings.snmp.remote_engines:
        if each.address == remote:
            return engine_id.parse(each.engine_id)
    raise ValueError(_NO_KEYS.format(remote, remote))


async def check_user(context: Context, arguments: dict[str, object]) -> None:
    """Refuse sealed keys that are of no use on this server."""
    given = {name: str(value) for name, value in arguments.items() if name in SnmpUser.__struct_fields__}
    user, keyring = SnmpUser(**given), context.manager.registry.keyring
    if keyring is None or not (user.authentication_key or user.privacy_key):
        return
    settings = expected(context.session)
    reason = await asyncio.to_thread(lambda: secrets.unfit(user, settings().snmp, keyring))
    if reason:
        raise CommandError(f"The user would be of no use: {reason}")


@completer("snmp-hash")
def hashes(_context: Context, _prefix: str) -> list[str]:
    """Name the authentication algorithms."""
    return list(AUTHENTICATION)


def _keyed(name: str, field: str) -> str:
    return f"<0 SECRET${name}|6 SEALED${field}|SECRET${name}>"


@config(
    "snmp-server user NAME$name NAME$group [remote ADDRESS$remote] v3"
    f" [auth HASH$authentication {_keyed('auth_plain', 'authentication_key')}"
    f" [priv <des$privacy|aes AES$privacy> {_keyed('priv_plain', 'privacy_key')}]] [access NAME$access_list]",
    field="snmp.users",
    key=("name", "remote"),
    consumed=("auth_plain", "priv_plain"),
    prepare_on=localize,
    check=check_user,
    words=WORDS
    | {
        "user": "Managers of version 3",
        "remote": "For informs to a receiver, whose engine decides",
        "v3": "Version 3, by users (RFC 3414)",
        "auth": "How they prove who they are",
        "priv": "How what they ask and are told is kept from others",
        "des": "CBC-DES: broken, for old managers",
        "aes": "AES in CFB mode (RFC 3826)",
        "0": "The pass phrase itself follows; the key it is for this engine is kept encrypted",
        "6": "The key follows as this server has encrypted it",
    },
    arguments=_ARGUMENTS
    | {
        "name": "Name of the user",
        "group": "Name of the group that it belongs to",
        "remote": "Address of the receiver",
        "auth_plain": "Pass phrase of at least 8 characters, without spaces",
        "priv_plain": "Pass phrase of at least 8 characters, without spaces",
    },
)
def user() -> None:
    """Let managers of version 3 in, as a user of a group.

    A pass phrase becomes a key that serves one engine alone (RFC 3414): the line must be given again when the engine ID
    has changed. 'remote' makes a user of a receiver's engine, as informs to it need one. AES-256 extends short hashes
    as net-snmp does; with sha-256 or longer all managers agree. md5, sha (SHA-1) and des are for managers that know
    nothing better.

    Example: snmp-server user nms NMS v3 auth sha-256 0 correct-horse priv aes 256 0 battery-staple
    """


@config(
    "snmp-server write operator NAME$operator",
    field="snmp.operator",
    words=WORDS | {"write": "What managers set", "operator": "As whom they set it"},
    arguments={"operator": "Name of an operator's account (`username`)"},
)
def write_operator() -> None:
    """Let managers set objects, with the rights of this operator: those of a 'rw' community or of a view to write.

    What they set is carried out as commands of that operator, refused where they would be, and recorded for audit.
    """


@config(
    "snmp-server packetsize (484-65507)$octets",
    field="snmp.packet_size",
    words=WORDS | {"packetsize": "Most octets of a response"},
    arguments={"octets": "Octets"},
)
def packet_size() -> None:
    """Most octets of a response; 1472 fit into one packet of an Ethernet."""


@config("snmp-server contact LINE$contact", field="snmp.contact", words=WORDS | {"contact": "Whom to call"})
def contact() -> None:
    """Who looks after this server: sysContact."""


@config("snmp-server location LINE$location", field="snmp.location", words=WORDS | {"location": "Where it stands"})
def location() -> None:
    """Where this server stands: sysLocation."""


@config(
    "snmp-server subscribers",
    field="snmp.subscribers",
    words=WORDS | {"subscribers": "Tables of subscribers and their contacts"},
)
def subscribers() -> None:
    """Let managers read the tables of subscribers and their contacts: large, and personal data."""
