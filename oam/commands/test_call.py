"""`test call`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from core.northbound.locations import LocationReader
from core.northbound.orders import ListListeners
from core.northbound.rows import ListenerRow
from core.northbound.subscribers import must_set_secret
from oam.commands.registry import PRIVILEGED, CommandError, show
from oam.signalling import rows
from oam.testcall.call import CallError, run
from oam.testcall.plan import Address, Party, StepRow

if TYPE_CHECKING:
    from core.northbound.settings import Listener
    from oam.context import Context

TIMEOUT_S: Final = 10.0


@show(
    "test call SUBSCRIBER$caller SUBSCRIBER$callee [force]$force",
    row=StepRow,
    privilege=PRIVILEGED,
    words={"call": "Call through this server", "force": "Even if the callee's phones are registered; they ring too"},
    arguments={"caller": "Subscriber who calls", "callee": "Subscriber who is called"},
)
async def test_call(context: Context, caller: str, callee: str, force: str | None) -> AsyncIterator[StepRow]:
    """Make a real call between two subscribers and show each step with its delay.

    Two user agents inside the server take the subscribers' parts over UDP: the callee
    registers, the caller calls, the callee rings and answers, the caller hangs up, the
    callee's registration is removed. It takes 10 seconds at most.

    Example: test call 1001 1002
    """
    parties = party(context, caller), party(context, callee)
    if not force:
        _refuse_registered(context, parties[1])
    server, domain = await _listener(context)
    try:
        async with aclosing(run(server, domain, parties[0], parties[1], TIMEOUT_S)) as steps:
            async for step in steps:
                yield step
    except CallError as error:
        raise CommandError(f"The call failed: {error}") from error


def party(context: Context, user: str) -> Party:
    """Return the user agent that plays `user`. Raises CommandError."""
    subscriber = context.manager.subscribers.find(user)
    if subscriber is None:
        raise CommandError(f"There is no subscriber {user}")
    if not subscriber.enabled:
        raise CommandError(f"Subscriber {user} is disabled")
    settings = context.manager.configuration.running
    challenges = settings.authentication
    if must_set_secret(subscriber, settings.realm) and (challenges.challenge_register or challenges.challenge_invite):
        raise CommandError(f'Subscriber {user} has no secret for realm "{settings.realm}"')
    return Party(user, subscriber.name, subscriber.realm, subscriber.ha1, ("", 0))


def _refuse_registered(context: Context, called: Party) -> None:
    with LocationReader(context.manager.state) as location:
        if location.contacts(called.username):
            raise CommandError(
                f"{called.user} has phones registered, which would ring too; add 'force' to call all the same"
            )


async def _listener(context: Context) -> tuple[Address, str]:
    """Return the first UDP listener that is up, as an address to send to, and the domain to call in."""
    up = {
        row.listener
        async for row in rows(context, ListListeners())
        if isinstance(row, ListenerRow) and row.state == "up"
    }
    settings = context.manager.configuration.running
    for listener in settings.sip.listeners:
        if listener.transport == "udp" and listener.name in up:
            domains = settings.sip.domains
            return (_reachable(listener), listener.port), domains[0] if domains else _host(listener)
    raise CommandError("No UDP listener is up")


def _reachable(listener: Listener) -> str:
    """Return the listener's address; loopback when it listens on every address."""
    address = ip_address(listener.address)
    if not address.is_unspecified:
        return listener.address
    return "::1" if address.version == 6 else "127.0.0.1"


def _host(listener: Listener) -> str:
    host = listener.advertise or listener.address
    return f"[{host}]" if ":" in host else host
