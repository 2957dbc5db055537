"""Who comes in: names and secrets against what the configuration says, and what they may do then.

A transport asks `Security` and gets an `Identity` or a `LoginError`; it never sees a hash. Every
method may take its time (hashing, servers) and none blocks the loop.

The method list `aaa authentication login` is walked: the next method is asked only when the one before could not be
reached. A public key is always of an account of this server, and is proof enough by itself: second factor, expiry of
the secret and lockout are about secrets.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from oam.security.accounts import Accounts
from oam.security.lockout import Lockout
from oam.security.rights import Rights, compiled
from oam.security.verdict import FAIL, PASS, UNREACHABLE, Verdict
from oam.settings.aaa import GROUPS, LOCAL, NONE
from oam.settings.operators import Operator, Role

if TYPE_CHECKING:
    from oam.commands.registry import Target
    from oam.config.store import ConfigurationStore
    from oam.context import Session
    from oam.notices import Notices
    from oam.security.audit import Audit

Ask = Callable[[str, bool], Awaitable[str]]
"""(prompt, secret) -> the answer."""

CONSOLE: Final = "console"
SNMP: Final = "snmp"
REMOTE: Final = ("ssh", "telnet", SNMP)
"""Where servers decide about commands; what runs at the console or by itself is not subject to them."""
INVALID: Final = "Login invalid"
CODE_PROMPT: Final = "Verification code: "
NAME_SIGNS: Final = 64
_ENABLE: Final = "enable "
"""How the failures of `enable` are named; no account's name has a space."""
RENEWALS: Final = 3
"""Attempts at choosing a new secret."""
RIGHTS_KEPT: Final = 256
"""Combinations of privilege and role whose rights are kept ready."""


class Source(NamedTuple):
    """Where somebody comes from."""

    transport: str
    """`console`, `ssh` or `telnet`."""
    address: str
    """Address of the client, without port; empty at the console."""


class Identity(NamedTuple):
    """Who was let in, with what."""

    name: str
    privilege: int
    role: str = ""
    method: str = LOCAL
    """Who vouches for it: `local`, `tacacs+`, `radius`, `none`, `console`."""


class LoginError(Exception):
    """Nobody was let in; the text may be shown before the login, so it tells nothing about accounts."""


class Asked(Protocol):
    """The servers, as far as logins go."""

    async def authenticate(
        self, method: str, name: str, secret: str, source: Source, ask: Ask | None = None
    ) -> Verdict:
        """Ask the servers of `method` whether `secret` is that of `name`; `ask` answers what else they want to know."""

    async def enable(self, method: str, name: str, secret: str, source: Source) -> Verdict:
        """Ask them whether `secret` opens privilege 15 to `name`."""

    async def authorize(
        self, method: str, identity: Identity, source: Source, command: str, privilege: int | None = None
    ) -> Verdict:
        """Ask them whether `identity` may give `command` at `privilege`."""


class Security:
    """Decides who may come in and who may do what."""

    def __init__(
        self,
        configuration: ConfigurationStore,
        notices: Notices | None = None,
        audit: Audit | None = None,
        *,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`clock` gives seconds of the epoch, `steady` seconds that nobody sets."""
        self._configuration = configuration
        self._notices = notices
        self._audit = audit
        self._sleep = sleep
        self.servers: Asked | None = None
        """Asked by the methods `tacacs+` and `radius`; None: they cannot be reached."""
        self.accounts = Accounts(configuration, clock)
        self.lockout = Lockout(lambda: configuration.running.login, steady)
        self.failures = 0
        """Logins, and attempts at `enable`, that were refused since management started."""
        self._roles: tuple[Role, ...] = ()
        self._rights: dict[tuple[int, str], Rights] = {}

    async def login(self, name: str, secret: str, source: Source) -> Identity:
        """Let `name` in by its secret alone; raises LoginError, also where more than that is wanted."""
        return await self._login(name, secret, source, None)

    async def login_key(self, name: str, key: str, source: Source) -> Identity:
        """Let `name` in, who has proved to hold the private part of `key` (`ssh-ed25519 AAAA…`); raises LoginError."""
        found = self.accounts.find(name)
        if found is None or key not in found.keys or not self.accounts.open(found):
            raise LoginError(INVALID)
        return _identity(found)

    async def converse(self, ask: Ask, source: Source, name: str = "") -> Identity:
        """Ask for name (unless given), secret and whatever else it takes; raises LoginError."""
        name = name or (await ask("Username: ", False)).strip()
        return await self._login(name, await ask("Password: ", True), source, ask)

    async def _login(self, name: str, secret: str, source: Source, ask: Ask | None) -> Identity:
        """Let in or not. Of an account that is locked as much is asked as of any, so that nobody learns that it is."""
        account = self._known(name)
        locked = source.transport != CONSOLE and self.lockout.locked(account, source.address)
        identity, decided = await self._walk(name, secret, source, ask, locked)
        if identity is None or locked:
            raise await self._refused(account, source, count=decided and not locked)
        operator = self.accounts.find(name) if identity.method == LOCAL else None
        if operator is not None and self.accounts.must_change(operator):
            if ask is None:
                raise await self._refused(account, source, count=False)
            await self._renew(ask, name)
        self.lockout.succeeded(account)
        return identity

    def _known(self, name: str) -> str:
        """Return `name` if it can be an account's, else nothing: people type their secrets where the name belongs."""
        servers = any(method in GROUPS for method in self._configuration.running.aaa.login)
        return name[:NAME_SIGNS] if servers or self.accounts.find(name) is not None else ""

    async def _walk(
        self, name: str, secret: str, source: Source, ask: Ask | None, locked: bool
    ) -> tuple[Identity | None, bool]:
        """Return who was let in, and whether anybody decided about it. Servers do not hear of what is locked."""
        for method in self._methods(source, self._configuration.running.aaa.login):
            if method == LOCAL:
                return await self._local(name, secret, ask), True
            if method == NONE:
                return Identity(name, 1, method=NONE), True
            if locked:
                return None, True
            verdict = await self._asked("authenticate", method, name, secret, source, ask)
            if verdict.outcome == PASS:
                return Identity(name, verdict.privilege, verdict.role, method), True
            if verdict.outcome == FAIL:
                return None, True
        return None, False

    async def _local(self, name: str, secret: str, ask: Ask | None) -> Identity | None:
        operator = self.accounts.find(name)
        code = ""
        if operator is not None and operator.totp and ask is not None:
            # Asked before anything is said about the secret.
            code = await ask(CODE_PROMPT, False)
        if not await self.accounts.proves(operator, secret):
            return None
        assert operator is not None
        if operator.totp and not self.accounts.code_fits(operator, code):
            return None
        return _identity(operator)

    @staticmethod
    def _methods(source: Source, configured: Iterable[str]) -> Iterable[str]:
        """Return who is asked: at the console never a server, so that no server locks anybody out of it."""
        return (LOCAL,) if source.transport == CONSOLE else configured

    async def _asked(self, question: str, method: str, *what: object) -> Verdict:
        if self.servers is None:
            return Verdict(UNREACHABLE)
        asked: Callable[..., Awaitable[Verdict]] = getattr(self.servers, question)
        return await asked(method, *what)

    async def _refused(self, account: str, source: Source, *, count: bool) -> LoginError:
        """Note a failed login and let it wait; return what to raise."""
        self.failures += 1
        locked: list[str] = []
        if count and source.transport != CONSOLE:
            locked = self.lockout.failed(account, source.address, inside=account.startswith(_ENABLE))
        place = f"{source.transport} {source.address}".strip()
        if self._audit is not None:
            self._audit.record("login-failed", user=account, origin=source.transport, address=source.address, code=3)
        if self._notices is not None:
            self._notices.publish("login-failed", f"{account or 'no account'} from {place}", "warnings")
            for each in locked:
                duration = self._configuration.running.login.block.seconds
                self._notices.publish("login-locked", f"{each} is locked for {duration} seconds", "warnings")
        await self._sleep(self._configuration.running.login.delay_s)
        return LoginError(INVALID)

    async def _renew(self, ask: Ask, name: str) -> None:
        """Have an operator choose a new secret; raises LoginError when none is chosen."""
        said = "Your password must be changed. "
        for _ in range(RENEWALS):
            secret = await ask(f"{said}New password: ", True)
            if secret != await ask("Repeat new password: ", True):
                said = "They differ. "
                continue
            problems = await self.accounts.problems(name, secret)
            if not problems:
                problems = await self.accounts.change(name, secret)
                if not problems:
                    return
            said = f"{problems[0]}. "
        raise LoginError("The password was not changed")

    def enable_protected(self) -> bool:
        """Whether `enable` asks for a secret."""
        running = self._configuration.running
        return bool(running.enable_secret) or tuple(running.aaa.enable) != (LOCAL,)

    async def enable(self, name: str, secret: str, source: Source) -> bool:
        """Tell whether `secret` opens privilege 15 to `name`."""
        account = f"{_ENABLE}{name}"
        locked = source.transport != CONSOLE and self.lockout.locked(account, "")
        right = await self._enabled(name, secret, source)
        if right and not locked:
            self.lockout.succeeded(account)
            return True
        await self._refused(account, source, count=not locked)
        return False

    async def _enabled(self, name: str, secret: str, source: Source) -> bool:
        running = self._configuration.running
        for method in self._methods(source, running.aaa.enable):
            if method == LOCAL:
                return bool(running.enable_secret) and await self.accounts.opens(secret, running.enable_secret)
            if method == NONE:
                return True
            verdict = await self._asked("enable", method, name, secret, source)
            if verdict.outcome != UNREACHABLE:
                return verdict.outcome == PASS
        return False

    def rights(self, privilege: int, role: str) -> Rights:
        """Return what a session of this privilege and role may use, by the roles as they are configured now."""
        roles = self._configuration.running.roles
        if roles is not self._roles or len(self._rights) > RIGHTS_KEPT:
            self._roles = roles
            self._rights.clear()
        found = self._rights.get((privilege, role))
        if found is None:
            found = self._rights[privilege, role] = compiled(privilege, role, roles)
        return found

    async def authorize(self, session: Session, target: Target, canonical: str) -> bool:
        """Tell whether the operator of `session` may carry out this line.

        The role of this server always bounds; servers are asked besides, and only about who has come from afar.
        """
        if not session.rights.permits(target, canonical):
            return False
        if session.origin not in REMOTE:
            return True
        source = Source(session.origin, session.address)
        command = canonical.removeprefix("do ")
        for method in self._configuration.running.aaa.command_authorization(target.privilege):
            if method in (LOCAL, NONE):
                return True
            verdict = await self._asked("authorize", method, session.identity, source, command, session.privilege)
            if verdict.outcome != UNREACHABLE:
                return verdict.outcome == PASS
        return False


def _identity(operator: Operator) -> Identity:
    return Identity(operator.name, operator.level, operator.role)
