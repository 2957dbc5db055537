"""`username`: the accounts of this server. `password`: an operator's own secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.keyring import SecretError
from oam.commands.registry import CONFIG, DENIED, CommandError, config, order, show
from oam.commands.secret_line import SEALED_WORDS, sealing
from oam.security import totp
from oam.security.secrets import hashed
from oam.settings.aaa import LOCAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.northbound.keyring import Keyring
    from oam.context import Context
    from oam.settings.operators import Operator

_NAME: Final = {"name": "Name of the operator"}
NO_ROLE: Final = "none"
SECRET_WORDS: Final = {
    "secret": "What the operator proves to know",
    "password": "The same as 'secret'",
    "0": "The secret itself follows; its hash is kept",
    "8": "A hash follows (PBKDF2-SHA256)",
    "9": "A hash follows (scrypt)",
}


def hash_secret(arguments: dict[str, object], _keyring: Keyring) -> dict[str, object]:
    """Replace a plain secret by its hash; ValueError for what looks like a hash of a type that is not kept."""
    plain, bare = arguments.pop("plain", None), arguments.pop("bare", None)
    if bare is not None:
        kind, _, rest = str(bare).partition(" ")
        if kind.isdigit() and len(kind) < 3 and rest:
            raise ValueError(f"Not a secret of type {kind}: type 0 is the secret itself, 8 and 9 are its hashes")
        plain = bare
    if arguments.get("role") == NO_ROLE:
        arguments["role"] = ""
    return arguments if plain is None else arguments | {"secret": hashed(str(plain))}


async def check_secret(context: Context, arguments: dict[str, object]) -> None:
    """Refuse a plain secret that the password policy does not allow."""
    plain = arguments.get("plain", arguments.get("bare"))
    if plain is None:
        return
    accounts, name = context.manager.security.accounts, str(arguments["name"])
    present = accounts.find(name)
    if present is not None and await accounts.opens(str(plain), present.secret):
        # What is there already is no choice: a robot gives the same lines again.
        return
    found = await accounts.problems(name, str(plain))
    if found:
        raise CommandError(found[0])


@config(
    "username NAME$name [privilege (0-15)$privilege] [role ROLE$role]"
    " [<secret|password> <0 PASSWORD$plain|8 HASH8$secret|9 HASH9$secret|PASSWORD$bare>]",
    field="users",
    key=("name",),
    consumed=("plain", "bare"),
    prepare=hash_secret,
    check=check_secret,
    words={
        "username": "Account of an operator",
        "privilege": "Privilege that the account has",
        "role": "Role that bounds what the account may do",
        **SECRET_WORDS,
    },
    arguments=_NAME | {"role": "Name of the role, 'none' for no role"},
)
def username() -> None:
    """Make or change an operator's account; what the line does not name stays as it is.

    An account has privilege 1 unless the line says otherwise, and privilege 15 when it has a role: then the role says
    what the operator may do. 'role none' takes the role away; 'no username NAME' removes the whole account. A plain
    secret is kept as its hash, and must satisfy the password policy when an operator types it.

    Example: username alice privilege 15 secret 0 correct-horse-battery
    """


@config(
    "username NAME$name ssh-key PUBLICKEY$key",
    field="users.keys",
    owner=("name",),
    words={"ssh-key": "Public key that the account may log in with"},
    arguments=_NAME,
)
def ssh_key() -> None:
    """Let the operator log in over SSH with the private part of this key.

    A key is enough by itself: no secret, no second factor; and logging in with it is possible while the account is
    locked for failed passwords.
    """


@config(
    "username NAME$name session-limit (0-100)$session_limit",
    field="users.session_limit",
    owner=("name",),
    words={"session-limit": "Sessions at one time"},
    arguments=_NAME | {"session_limit": "Sessions; 0: as many as the lines take"},
)
def session_limit() -> None:
    """How many sessions the operator may have at one time."""


@config(
    "username NAME$name expires DATE$expires",
    field="users.expires",
    owner=("name",),
    words={"expires": "Last day of the account"},
    arguments=_NAME | {"expires": "Last day, as 2026-12-31 (UTC)"},
)
def expires() -> None:
    """Last day on which the operator may log in, in UTC."""


@config(
    "username NAME$name disabled",
    field="users.disabled",
    owner=("name",),
    words={"disabled": "Nobody logs in to the account"},
    arguments=_NAME,
)
def disabled() -> None:
    """Let nobody log in to the account, by secret or key. Sessions that are open go on: 'clear line' ends them."""


@config(
    "username NAME$name change-secret",
    field="users.change_secret",
    owner=("name",),
    words={"change-secret": "The secret must be changed at the next login"},
    arguments=_NAME,
)
def change_secret() -> None:
    """Have the operator choose a new secret at the next login, in telnet or SSH's keyboard-interactive."""


_TOTP_WORDS: Final = {
    "totp": "One-time passwords (RFC 6238), the second factor",
    **SEALED_WORDS,
    "0": "The secret itself follows, in base32; it is kept encrypted",
    "generate": "Make a new one and show it, once",
}


@config(
    "username NAME$name totp <0 BASE32$plain|6 SEALED$totp>",
    field="users.totp",
    owner=("name",),
    consumed=("plain",),
    prepare=sealing("totp"),
    words=_TOTP_WORDS,
    arguments=_NAME,
)
def totp_secret() -> None:
    """Ask the operator for a one-time password besides the secret (six digits, SHA-1, 30 seconds).

    It is asked for in telnet and in SSH's keyboard-interactive; SSH's plain password method lets nobody in.
    """


@order("username NAME$name totp generate", mode=CONFIG, words=_TOTP_WORDS, arguments=_NAME)
async def totp_generate(context: Context, name: str) -> str:
    """Make a new secret of one-time passwords and show it as a URI for authenticator applications, this once."""
    accounts = context.manager.security.accounts
    if accounts.find(name) is None:
        raise CommandError(f"There is no account {name}")
    secret = totp.new_secret()
    try:
        refused = await accounts.encrypt(name, secret, context.session.author)
    except SecretError as error:
        raise CommandError(str(error)) from error
    if refused:
        raise CommandError(refused[0])
    return totp.uri(secret, name, context.manager.configuration.running.hostname)


@order("password", privilege=0, timeout_s=None, words={"password": "Change your own secret"})
async def password(context: Context) -> str:
    """Change your own secret; it is asked for, old and new, and saved at once.

    Of startup-config this account's secret changes and nothing else: what is not saved yet stays so.
    """
    session, accounts = context.session, context.manager.security.accounts
    found = accounts.find(session.user)
    if found is None or session.identity.method != LOCAL:
        raise CommandError("Your secret is not kept by this server", DENIED)
    if session.ask is None or session.batch or session.check_only:
        raise CommandError("A secret is changed in an interactive session only", DENIED)
    if not await accounts.proves(found, await session.ask("Old password: ", True)):
        raise CommandError("That is not your secret", DENIED)
    secret = await session.ask("New password: ", True)
    if secret != await session.ask("Repeat new password: ", True):
        raise CommandError("They differ; the secret was not changed")
    problems = await accounts.problems(session.user, secret) or await accounts.change(session.user, secret)
    if problems:
        raise CommandError(problems[0])
    return "Password changed"


class AccountRow(msgspec.Struct, frozen=True):
    """A row of `show accounts`."""

    name: str
    privilege: int
    role: str
    state: str
    """`open`; `disabled`; `expired`; `change`: the secret must be changed at the next login."""
    secret_days: int
    """Age of the secret."""
    second_factor: str
    """`totp` or `-`."""
    keys: int
    """SSH public keys."""
    sessions: int
    """Open ones."""


@show("show accounts", row=AccountRow, privilege=15, words={"accounts": "Operators' accounts and their state"})
def show_accounts(context: Context) -> Iterator[AccountRow]:
    """Operators' accounts and their state."""
    lines = context.manager.lines.all()
    accounts = context.manager.security.accounts
    for each in context.manager.configuration.running.users:
        sessions = sum(line.session.identity.method == LOCAL and line.session.user == each.name for line in lines)
        factor = "totp" if each.totp else "-"
        days = int(accounts.history.age_days(each.name))
        yield AccountRow(
            each.name, each.level, each.role or "-", _state(context, each), days, factor, len(each.keys), sessions
        )


def _state(context: Context, operator: Operator) -> str:
    accounts = context.manager.security.accounts
    if operator.disabled:
        return "disabled"
    if not accounts.open(operator):
        return "expired"
    return "change" if accounts.must_change(operator) else "open"
