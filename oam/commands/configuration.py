"""`configuration …` and its lock: how several operators change the configuration side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import msgspec

from oam.commands.registry import PRIVILEGED, CommandError, config, order, show
from oam.config.schema import schema, schema_text
from oam.times import router_time

if TYPE_CHECKING:
    from oam.context import Context

_WORDS: Final = {"configuration": "How the configuration is changed", "lock": "Its exclusive lock"}


@config(
    "configuration lock wait (0-600)$seconds",
    field="editing.lock_wait_s",
    words=_WORDS | {"wait": "Wait instead of being refused"},
    arguments={"seconds": "Seconds; 0: refused at once"},
)
def lock_wait() -> None:
    """Let a change wait so long while another operator has the configuration locked.

    `configure terminal lock wait` sets it for one visit to configuration mode.
    """


@config(
    "file prompt <alert|noisy|quiet>$value",
    field="editing.file_prompt",
    words={
        "file": "What is done with files",
        "prompt": "When copy asks",
        "alert": "It asks for the destination",
        "noisy": "It asks for the destination",
        "quiet": "It never asks",
    },
)
def file_prompt() -> None:
    """Say whether `copy` asks for its destination; robots want it quiet."""


class LockRow(msgspec.Struct, frozen=True):
    """Who has the configuration locked."""

    user: str
    line: str
    address: str
    since: str
    waiting: int
    """Changes that wait for the end of it."""


@show("show configuration lock", row=LockRow, words=_WORDS)
def show_lock(context: Context) -> Iterable[LockRow]:
    """Show who has the configuration locked and how many wait for it."""
    lock = context.manager.configuration.exclusive
    holder = lock.holder
    return (
        [LockRow(holder.user, holder.line, holder.address, router_time(holder.since), lock.waiting)] if holder else []
    )


@order(
    "clear configuration lock",
    confirm="Take the lock from its holder?",
    words={"configuration": "How the configuration is changed", "lock": "Its exclusive lock"},
)
def clear_lock(context: Context) -> str:
    """Take the exclusive lock from whoever has it; his session goes on without."""
    holder = context.manager.configuration.exclusive.clear()
    if holder is None:
        raise CommandError("Nobody has the configuration locked")
    text = f"{context.session.user} has taken the lock of the configuration from {holder.user}"
    context.manager.configuration.announce("config-unlocked", text, "notifications")
    return f"Taken from {holder}"


def _schema(context: Context) -> object:
    return schema(context.manager.registry)


@show(
    "show configuration schema",
    privilege=PRIVILEGED,
    json=_schema,
    words=_WORDS | {"schema": "JSON Schema of the configuration"},
)
def show_schema(context: Context) -> str:
    """Show the JSON Schema of what `show running-config | json` and `export configuration` write."""
    return schema_text(context.manager.registry).rstrip("\n")
