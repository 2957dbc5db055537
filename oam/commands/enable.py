"""`enable`, `disable`, `enable secret`, `show privilege`: what this session may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from oam.commands.registry import DENIED, PRIVILEGED, CommandError, config, order, show
from oam.commands.username import SECRET_WORDS, hash_secret
from oam.security import policy
from oam.security.login import CONSOLE, Source

if TYPE_CHECKING:
    from oam.context import Context, Session

ATTEMPTS: Final = 3
_ENABLE: Final = {"enable": "Turn on privileged commands"}
_LEVEL: Final = {"level": "Privilege"}


@order("enable [(0-15)$level]", privilege=0, moves=True, timeout_s=None, words=_ENABLE, arguments=_LEVEL)
async def enable(context: Context, level: int | None) -> None:
    """Turn on privileged commands, for those who may.

    Where an enable secret is configured (or 'aaa authentication enable') it is asked for, unless the privilege is
    there already; at the console, who has come in with a privilege gets it back unasked.
    """
    session = context.session
    wanted = PRIVILEGED if level is None else level
    if wanted > session.privilege and not await _opened(session, wanted):
        raise CommandError("Bad secrets", DENIED)
    session.privilege = wanted


async def _opened(session: Session, wanted: int) -> bool:
    """Whether the operator may have the privilege `wanted`; raises CommandError when there is nothing to ask for."""
    security = session.manager.security
    protected = security.enable_protected()
    if session.highest >= wanted and (session.origin == CONSOLE or not protected):
        return True
    if not protected or session.ask is None or session.batch:
        raise CommandError("Access denied", DENIED)
    source = Source(session.origin, session.address)
    for _ in range(ATTEMPTS):
        if await security.enable(session.user, await session.ask("Password: ", True), source):
            return True
    return False


@order(
    "disable [(0-15)$level]",
    privilege=0,
    moves=True,
    words={"disable": "Turn off privileged commands"},
    arguments=_LEVEL,
)
def disable(context: Context, level: int | None) -> None:
    """Turn off privileged commands."""
    wanted = 1 if level is None else level
    if wanted > context.session.privilege:
        raise CommandError("New privilege level must be less than the present one")
    context.session.privilege = wanted


def check_enable_secret(context: Context, arguments: dict[str, object]) -> None:
    """Refuse a plain secret that the password policy does not allow."""
    plain = arguments.get("plain", arguments.get("bare"))
    settings = context.manager.configuration.running.password_policy
    found = policy.problems(str(plain), "", settings) if plain is not None else []
    if found:
        raise CommandError(found[0])


@config(
    "enable <secret|password> <0 PASSWORD$plain|8 HASH8$secret|9 HASH9$secret|PASSWORD$bare>",
    field="enable_secret",
    consumed=("plain", "bare"),
    prepare=hash_secret,
    check=check_enable_secret,
    words=_ENABLE | SECRET_WORDS,
)
def enable_secret() -> None:
    """Secret that 'enable' asks for; without one 'enable' is only for those whose account has the privilege."""


def privilege_facts(context: Context) -> dict[str, object]:
    """Return the privilege for programs."""
    session = context.session
    return {"privilege": session.privilege, **({"role": session.identity.role} if session.identity.role else {})}


@show("show privilege", json=privilege_facts, privilege=0, words={"privilege": "Privilege of this session"})
def show_privilege(context: Context) -> str:
    """Privilege of this session, and the role that bounds it."""
    role = context.session.identity.role
    return f"Current privilege level is {context.session.privilege}" + (f"\nCurrent role is {role}" if role else "")
