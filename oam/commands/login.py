"""`login`: what failed logins cost. `show login failures`, `clear login lockout`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.commands.registry import CommandError, config, order, show
from oam.security.lockout import FailureRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.context import Context

_LOGIN = {"login": "Logins of operators"}


@config(
    "login block-for (0-65535)$seconds attempts (1-100)$attempts within (1-65535)$within_s",
    field="login.block",
    words=_LOGIN
    | {
        "block-for": "Lock an account, or an address, that fails too often",
        "attempts": "Failed logins until then",
        "within": "In how much time",
    },
    arguments={"seconds": "For how long, seconds; 0: never", "attempts": "Failures", "within_s": "Seconds"},
)
def block_for() -> None:
    """Lock an account wherever the guesses come from, and an address whatever accounts they are for.

    Nobody is told: logins fail as before. The console is never locked, and neither are public keys.

    Example: login block-for 120 attempts 5 within 60
    """


@config(
    "login delay (0-10)$seconds",
    field="login.delay_s",
    words=_LOGIN | {"delay": "What a failed login waits for its answer"},
    arguments={"seconds": "Seconds"},
)
def delay() -> None:
    """How long a failed login waits for its answer, seconds."""


@show(
    "show login failures",
    row=FailureRow,
    privilege=15,
    words=_LOGIN | {"failures": "Accounts and addresses of failed logins"},
)
def show_failures(context: Context) -> Iterator[FailureRow]:
    """Accounts and addresses of failed logins since the start, and for how long they are locked."""
    return context.manager.security.lockout.rows()


@order(
    "clear login lockout <all|WORD>$name",
    words=_LOGIN | {"lockout": "Unlock what failed logins have locked", "all": "All accounts and addresses"},
    arguments={"name": "Account or address, as shown by 'show login failures'"},
)
def clear_lockout(context: Context, name: str) -> str:
    """Unlock an account or an address, or all, and forget their failures."""
    gone = context.manager.security.lockout.clear("" if name == "all" else name)
    if not gone and name != "all":
        raise CommandError(f"There are no failed logins of {name}")
    return f"{gone} cleared"
