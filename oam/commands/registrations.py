"""`show registrations` and `clear registration`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING

from core.northbound.locations import read_bindings
from core.northbound.orders import ClearBinding
from core.northbound.rows import BindingRow
from oam.commands.registry import CommandError, order, show
from oam.config.tree import Configuration
from oam.signalling import count

if TYPE_CHECKING:
    from oam.context import Context


@show(
    "show registrations [WORD$aor]",
    row=BindingRow,
    words={"registrations": "Contacts now registered"},
    arguments={"aor": "Subscriber, or address-of-record"},
)
def show_registrations(context: Context, aor: str | None) -> Iterable[BindingRow]:
    """Contacts now registered, with what is left of each.

    Example: show registrations 1001
    """
    state = context.manager.state
    domain = domain_of(context.manager.configuration.running)
    if aor is None:
        return read_bindings(state, domain=domain)
    return chain.from_iterable(read_bindings(state, user, domain) for user in users_of(context, aor))


@order("clear registration all", confirm="Remove every registration?", words={"registration": "Registered contacts"})
async def clear_all_registrations(context: Context) -> str:
    """Remove the contacts of everybody; phones register again when their time has run out."""
    return _removed(await count(context, ClearBinding()))


@order("clear registration WORD$aor", arguments={"aor": "Subscriber, or address-of-record"})
async def clear_registration(context: Context, aor: str) -> str:
    """Remove the contacts of one address-of-record.

    Example: clear registration 1001
    """
    removed = 0
    for user in users_of(context, aor):
        removed += await count(context, ClearBinding(user))
    if not removed:
        raise CommandError(f"{aor} has no registration")
    return _removed(removed)


def domain_of(settings: Configuration) -> str:
    """Return the domain that completes an address-of-record in what is shown."""
    return settings.sip.domains[0] if settings.sip.domains else settings.realm


def users_of(context: Context, aor: str) -> Iterable[str]:
    """Return what `aor` (user, user@domain or SIP URI) may be registered under: itself, or the subscriber it means."""
    bare = aor.strip("<>")
    scheme, colon, rest = bare.partition(":")
    user = (rest if colon and scheme.lower() in ("sip", "sips", "tel") else bare).partition("@")[0].partition(";")[0]
    subscriber = context.manager.subscribers.find(user)
    return {user: None} if subscriber is None else {user: None, subscriber.name: None}


def _removed(contacts: int) -> str:
    return f"{contacts} contact{'' if contacts == 1 else 's'} removed"
