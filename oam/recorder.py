"""From what happens in a session to the audit log: who did it and from where."""

from __future__ import annotations

import asyncio
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from oam.config.changes import changed_lines
from oam.notices import AUTOMATIC
from oam.security.accounting import BEGIN, COMMAND, END, Record

if TYPE_CHECKING:
    from oam.config.store import ConfigurationStore
    from oam.config.tree import Configuration
    from oam.context import Session
    from oam.notices import Notices
    from oam.security.audit import Audit

ACTING: ContextVar[Session | None] = ContextVar("acting", default=None)
"""Whose command is being carried out: changes of the configuration are recorded under that name."""


_ACCOUNTED: Final = {"login": BEGIN, "logout": END, "command": COMMAND}
"""Kind of audit record -> what accounting servers are told."""


def account(session: Session, kind: str, *, privilege: int = 1, command: str = "", code: int = 0) -> None:
    """Tell the accounting servers, where some are configured; `privilege` is what the command needs."""
    line = session.line
    session.manager.servers.account(
        Record(
            _ACCOUNTED[kind],
            session.user,
            session.origin,
            session.address,
            f"{line.name.replace(' ', '')}-{int(line.since * 1000)}" if line else "0",
            time.time(),
            session.identity.method,
            privilege,
            command,
            code,
            int(time.monotonic() - line.since) if line else 0,
        )
    )


def note(session: Session, kind: str, *, command: str = "", code: int = 0, before: str = "", after: str = "") -> None:
    """Record what happened in `session`; secrets in `command` must be masked."""
    session.manager.audit.record(
        kind,
        user=session.user,
        origin=session.origin,
        address=session.address,
        line=session.line.name if session.line else "",
        command=command,
        code=code,
        before=before,
        after=after,
    )


SETTLED_S: Final = 1.0
"""Changes within so long are one notice: a pasted configuration is not a thousand."""


class Changes:
    """Observer of the configuration: records what every change changed, and has a notice tell of it."""

    def __init__(self, configuration: ConfigurationStore, audit: Audit, notices: Notices) -> None:
        self._configuration = configuration
        self._audit = audit
        self._notices = notices
        self._untold: dict[tuple[str, bool], int] = {}
        """Changes that no notice tells of yet, by author and whether an event made them."""

    def __call__(self, old: Configuration, new: Configuration) -> None:
        """Record one change."""
        before, after = changed_lines(self._configuration.registry, old, new)
        session = ACTING.get()
        self._audit.record(
            "change",
            user=self._configuration.changed_by,
            origin=session.origin if session else "system",
            address=session.address if session else "",
            line=session.line.name if session and session.line else "",
            before="\n".join(before),
            after="\n".join(after),
        )
        key = (self._configuration.changed_by, AUTOMATIC.get())
        self._untold[key] = self._untold.get(key, 0) + 1
        if self._untold[key] == 1:
            # The timer keeps the context, and with it whether an event is behind the change.
            asyncio.get_running_loop().call_later(SETTLED_S, self._tell, key)

    def _tell(self, key: tuple[str, bool]) -> None:
        count = self._untold.pop(key)
        times = f", {count} times" if count > 1 else ""
        self._notices.publish("config-changed", f"the configuration was changed by {key[0]}{times}")
