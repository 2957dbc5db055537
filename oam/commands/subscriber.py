"""`subscriber NAME`: one subscriber's record, edited like a mode and committed line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

import msgspec

from core.northbound.orders import ClearBinding
from core.northbound.subscribers import StoreError, Subscriber, make_ha1
from core.northbound.wirefmt import NorthboundError
from oam.commands.registry import CONFIG, PRIVILEGED, REGISTRY, CommandError, Mode, completer, config, order, show
from oam.config.text import record_lines

if TYPE_CHECKING:
    from oam.context import Context

COMPLETIONS: Final = 100
"""Most names that completion offers."""


@contextmanager
def _stored() -> Iterator[None]:
    """Turn what the store refuses into what the operator reads."""
    try:
        yield
    except StoreError as error:
        text = str(error)
        raise CommandError(text[:1].upper() + text[1:]) from error


def load(context: Context, name: str) -> Subscriber:
    """Return the subscriber being edited; CommandError when somebody else has removed it meanwhile."""
    with _stored():
        found = context.manager.subscribers.get(name)
    if found is None:
        raise CommandError(f"There is no subscriber {name}")
    return found


def save(context: Context, record: msgspec.Struct) -> None:
    """Commit the subscriber."""
    assert isinstance(record, Subscriber)
    with _stored():
        context.manager.subscribers.put(record)


SUBSCRIBER: Final = Mode("subscriber", "config-subscriber", CONFIG, record=Subscriber, load=load, save=save)


@order("subscriber SUBSCRIBER$name", mode=CONFIG, enters=SUBSCRIBER, words={"subscriber": "One subscriber"})
def subscriber(context: Context, name: str) -> None:
    """Edit a subscriber, made if there is none; every line is committed to the store at once."""
    with _stored():
        if context.manager.subscribers.get(name) is None:
            context.manager.subscribers.put(Subscriber(name))


@order("no subscriber SUBSCRIBER$name", mode=CONFIG)
async def no_subscriber(context: Context, name: str) -> str | None:
    """Remove a subscriber and the contacts registered for it."""
    with _stored():
        if not context.manager.subscribers.delete(name):
            raise CommandError(f"There is no subscriber {name}")
    try:
        await context.manager.worker.count(ClearBinding(name))
    except NorthboundError as error:
        return f"Contacts of {name} stay until they expire: {error}"
    return None


_SECRET: Final = {
    "secret": "What the phone proves to know",
    "1": "Digest values follow, as 'show subscriber NAME config' shows them",
}


@order(
    "secret 0 PASSWORD$password",
    mode=SUBSCRIBER,
    words=_SECRET | {"0": "The secret itself follows; it is stored as digest values"},
)
def secret(context: Context, password: str) -> None:
    """Set the secret, for the realm in force; only its digest values are kept.

    Example: secret 0 correct-horse-battery
    """
    if password == "*":
        raise CommandError("'*' stands for a secret that is not shown; type the secret itself")
    record = load(context, context.session.frame.key)
    realm = context.manager.configuration.running.realm
    save(context, msgspec.structs.replace(record, ha1=make_ha1(record.name, realm, password), realm=realm))


@order("secret 1 DIGEST$digest", mode=SUBSCRIBER, words=_SECRET)
def secret_digest(context: Context, digest: str) -> None:
    """Set the digest values of a secret, for the realm they were made for."""
    realm, ha1 = read_digest(digest)
    save(context, msgspec.structs.replace(load(context, context.session.frame.key), ha1=ha1, realm=realm))


@order("no secret", mode=SUBSCRIBER, words=_SECRET)
def no_secret(context: Context) -> None:
    """Remove the secret: the subscriber can no longer authenticate."""
    save(context, msgspec.structs.replace(load(context, context.session.frame.key), ha1={}, realm=""))


@config(
    "display-name LINE$value",
    mode=SUBSCRIBER,
    field="display_name",
    words={"display-name": "Name of the subscriber as people read it"},
    arguments={"value": "Name, up to the end of the line"},
)
def display_name() -> None:
    """Name the subscriber for people."""


@config("number NUMBER$value", mode=SUBSCRIBER, field="number", words={"number": "Number that means this subscriber"})
def number() -> None:
    """Give the subscriber a number: another user part by which it is called; no two have the same.

    Example: number 493012345
    """


@config("enabled", mode=SUBSCRIBER, field="enabled", words={"enabled": "The subscriber may register and call"})
def enabled() -> None:
    """Let the subscriber register and call."""


_SHUTDOWN: Final = {"shutdown": "Refuse what is new; calls in progress go on"}


@order("shutdown", mode=SUBSCRIBER, words=_SHUTDOWN)
def shutdown(context: Context) -> None:
    """Refuse new requests of the subscriber and new calls to it, as `no enabled` does; calls in progress go on.

    Its registrations stay until they expire and count again after `no shutdown`. `test subscriber` says how many
    calls are left.
    """
    _enable(context, False)


@order("no shutdown", mode=SUBSCRIBER, words=_SHUTDOWN)
def no_shutdown(context: Context) -> None:
    """Let the subscriber register and call again, as `enabled` does."""
    _enable(context, True)


def _enable(context: Context, enabled: bool) -> None:
    save(context, msgspec.structs.replace(load(context, context.session.frame.key), enabled=enabled))


def check_group(context: Context, arguments: dict[str, object]) -> None:
    """Refuse a group that is not configured: a misspelt one would bound nothing."""
    if arguments["value"] not in {each.name for each in context.manager.configuration.running.subscriber_groups}:
        raise CommandError(f"There is no subscriber group {arguments['value']}")


@config(
    "group GROUP$value",
    mode=SUBSCRIBER,
    field="group",
    check=check_group,
    words={"group": "Subscriber group it is in"},
)
def group() -> None:
    """Put the subscriber into a group (`subscriber-group NAME`), whose table and bounds its calls have."""


@show(
    "show subscriber SUBSCRIBER$name config",
    privilege=PRIVILEGED,
    words={"subscriber": "One subscriber", "config": "As configuration lines"},
)
def show_subscriber_config(context: Context, name: str) -> str:
    """Show a subscriber as configuration lines, which may be pasted into another server.

    Example: show subscriber 1001 config
    """
    return "\n".join(lines_of_subscriber(load(context, name)))


def lines_of_subscriber(record: Subscriber) -> list[str]:
    """Write a subscriber as configuration lines; the secret as digest values."""
    lines = [f"subscriber {record.name}"]
    if record.ha1:
        lines.append(f" secret 1 {write_digest(record)}")
    return [*lines, *record_lines(REGISTRY, SUBSCRIBER, record, everything=False), "!"]


def write_digest(record: Subscriber) -> str:
    """Return the digest values of a subscriber as one word."""
    values = "".join(f"${algorithm}={value}" for algorithm, value in sorted(record.ha1.items()))
    return f"$ha1${quote(record.realm, safe='')}{values}"


def read_digest(text: str) -> tuple[str, dict[str, str]]:
    """Return realm and digest values of a word that `write_digest` wrote."""
    _, _, realm, *values = text.split("$")
    pairs = (value.partition("=") for value in values)
    return unquote(realm), {algorithm: value for algorithm, _, value in pairs}


@completer("subscriber")
def subscriber_names(context: Context, prefix: str) -> Iterable[str]:
    """Name the first subscribers that begin with `prefix`."""
    found = context.manager.subscribers.iterate(after="", limit=COMPLETIONS) if not prefix else []
    if prefix:
        exact = context.manager.subscribers.get(prefix)
        found = [exact] if exact else []
        found += context.manager.subscribers.iterate(after=prefix, limit=COMPLETIONS)
    return [each.name for each in found if each.name.startswith(prefix)]
