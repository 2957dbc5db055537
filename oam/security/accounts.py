"""The accounts of this server: who is one, what proves it, and how an operator changes the secret of his own."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from core.northbound.keyring import SecretError
from oam.commands.registry import CONFIG, PRIVILEGED, Target
from oam.config.edit import Draft, Edit
from oam.config.lock import SYSTEM
from oam.config.resolve import resolve
from oam.config.store import Author
from oam.config.text import edit_of
from oam.files import FileError, within
from oam.grammar.result import Match
from oam.security import policy, totp
from oam.security.secret_history import SecretHistory
from oam.security.secrets import hashed, verified
from oam.settings.operators import Operator

if TYPE_CHECKING:
    from oam.config.store import ConfigurationStore
    from oam.config.tree import Configuration

log = logging.getLogger("management")

HASHING: Final = 2
"""Secrets hashed at one time, some 50 ms each: further logins wait, whatever else the threads do goes on."""


class Accounts:
    """The operators that are configured here."""

    def __init__(self, configuration: ConfigurationStore, clock: Callable[[], float] = time.time) -> None:
        self._configuration = configuration
        self._clock = clock
        self._state = configuration.startup_path.parent
        self._hashing = asyncio.Semaphore(HASHING)
        self._codes: dict[str, int] = {}
        """The step of the one-time password that each account used last."""
        self.history = SecretHistory(self._state, clock)
        self.history.follow(configuration.running.users)
        configuration.observers.append(self._follow)

    def _follow(self, old: Configuration, new: Configuration) -> None:
        if new.users is not old.users and self.history.follow(new.users):
            self._configuration.begin(self.history.save())

    def find(self, name: str) -> Operator | None:
        """Return an account."""
        return next((each for each in self._configuration.running.users if each.name == name), None)

    def open(self, operator: Operator) -> bool:
        """Whether the account may be used at all: it is neither disabled nor over."""
        today = datetime.fromtimestamp(self._clock(), UTC).date().isoformat()
        return not operator.disabled and (not operator.expires or today <= operator.expires)

    async def proves(self, operator: Operator | None, secret: str) -> bool:
        """Whether `secret` is the account's; takes as long when there is no account, or none that may be used."""
        right = await self._verified(secret, operator.secret if operator else "")
        return right and operator is not None and self.open(operator)

    async def _verified(self, secret: str, stored: str) -> bool:
        async with self._hashing:
            return await asyncio.to_thread(verified, secret, stored)

    async def opens(self, secret: str, stored: str) -> bool:
        """Whether `stored` is the hash of `secret`."""
        return await self._verified(secret, stored)

    def code_fits(self, operator: Operator, code: str) -> bool:
        """Whether `code` is the account's one-time password of now; it is not a second time."""
        keyring = self._configuration.registry.keyring
        try:
            secret = keyring.decrypted(operator.totp) if keyring else ""
        except SecretError as error:
            log.error("username %s totp: %s", operator.name, error)
            return False
        last = self._codes.get(operator.name, -1)
        step = totp.step_of(secret, code, self._clock(), last) if secret else -1
        if step < 0:
            return False
        self._codes[operator.name] = step
        return True

    def must_change(self, operator: Operator) -> bool:
        """Whether the secret must be changed before anything else."""
        days = self._configuration.running.password_policy.expires_days
        return operator.change_secret or bool(days and self.history.age_days(operator.name) >= days)

    async def problems(self, name: str, secret: str) -> list[str]:
        """Say what the password policy has against `secret` for `name`."""
        settings = self._configuration.running.password_policy
        former = self.history.hashes(name, settings.history)
        async with self._hashing:
            return await asyncio.to_thread(self._problems, name, secret, former)

    def _problems(self, name: str, secret: str, former: tuple[str, ...]) -> list[str]:
        settings = self._configuration.running.password_policy
        blocked: list[str] = []
        if settings.block_list:
            try:
                blocked = policy.block_list(within(self._state, settings.block_list))
            except (FileError, OSError, ValueError) as error:
                log.error("password-policy: block-list %s: %s", settings.block_list, error)
                return ["The block list cannot be read"]
        return policy.problems(secret, name, settings, blocked=blocked, former=former, verified=verified)

    async def change(self, name: str, secret: str) -> list[str]:
        """Make `secret` that of the account, in what is running and in startup-config; return why not.

        Of startup-config only this account's secret changes: what else is not saved stays unsaved.
        """
        stored = await asyncio.to_thread(hashed, secret)
        edits = self._edits((f"username {name} secret 9 {stored}", f"no username {name} change-secret"))
        refused = await self._made(name, edits, Author(name, SYSTEM))
        if refused:
            return refused
        return await self._configuration.amend_startup(lambda saved: _amended(saved, name, edits))

    async def encrypt(self, name: str, secret: str, author: Author) -> list[str]:
        """Make `secret` (base32) that of the account's one-time passwords; return why not. Raises SecretError."""
        keyring = self._configuration.registry.keyring
        assert keyring is not None, "a server that runs has a state"
        sealed = await asyncio.to_thread(keyring.encrypted, secret)
        edits = self._edits((f"username {name} totp 6 {sealed}",))
        return await self._made(name, edits, author)

    async def _made(self, name: str, edits: Sequence[Edit], author: Author) -> list[str]:
        """Change an account that is still there; who was asked for a secret may have been removed meanwhile."""
        refused = await self._configuration.change(lambda running: _amended(running, name, edits), author)
        return list(refused) or ([] if self.find(name) else [f"There is no account {name} any more"])

    def _edits(self, lines: Sequence[str]) -> list[Edit]:
        """Make the edits that our own `lines` are."""
        registry = self._configuration.registry
        found = []
        for line in lines:
            outcome, _ = resolve(registry, CONFIG, line, PRIVILEGED)
            assert isinstance(outcome, Match), line
            assert isinstance(outcome.command, Target)
            edit = edit_of(outcome.command, outcome)
            assert edit is not None
            found.append(edit)
        return found


def _amended(saved: Configuration, name: str, edits: Sequence[Edit]) -> Configuration:
    """Return a configuration with the account changed in it, if the account is in it."""
    if all(each.name != name for each in saved.users):
        return saved
    return Draft(saved).apply_all(edits).freeze()
