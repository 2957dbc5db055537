"""`username`: the accounts of this server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from oam.commands.registry import config
from oam.security.secrets import hashed

if TYPE_CHECKING:
    from oam.security.secrets import Keyring

_NAME: Final = {"name": "Name of the operator"}


def hash_secret(arguments: dict[str, object], _keyring: Keyring) -> dict[str, object]:
    """Replace a plain secret by its hash."""
    plain = arguments.pop("plain", None)
    return arguments if plain is None else arguments | {"secret": hashed(str(plain))}


@config(
    "username NAME$name [privilege (0-15)$privilege] [role NAME$role]"
    " [secret <0 PASSWORD$plain|8 HASH8$secret|9 HASH9$secret|PASSWORD$plain>]",
    field="users",
    key=("name",),
    consumed=("plain",),
    prepare=hash_secret,
    words={
        "username": "Account of an operator",
        "privilege": "Privilege that the account has",
        "role": "Role that bounds what the account may do",
        "secret": "What the operator proves to know",
        "0": "The secret itself follows; its hash is kept",
        "8": "A hash follows (PBKDF2-SHA256)",
        "9": "A hash follows (scrypt)",
    },
    arguments=_NAME | {"role": "Name of the role"},
)
def username() -> None:
    """Make or change an operator's account; what the line does not name stays as it is."""


@config(
    "username NAME$name ssh-key PUBLICKEY$key",
    field="users.keys",
    owner=("name",),
    words={"ssh-key": "Public key that the account may log in with"},
    arguments=_NAME,
)
def ssh_key() -> None:
    """Let the operator log in over SSH with the private part of this key."""
