"""`show running-config`: the configuration in force."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from oam.commands.registry import PRIVILEGED, CommandError, completer, show
from oam.config.text import sections
from oam.times import router_time

if TYPE_CHECKING:
    from oam.context import Context


def running_json(context: Context, all: str | None, section: str | None) -> object:  # noqa: A002
    """Return the settings for programs; always complete, whether at their default or not."""
    settings = msgspec.to_builtins(context.manager.configuration.running)
    return settings if section is None else {name: settings[name] for name in _chosen(context, section)}


@show(
    "show running-config [all$all] [section SECTION$section]",
    privilege=PRIVILEGED,
    json=running_json,
    words={"running-config": "Configuration in force", "section": "One section only"},
    arguments={"section": "What its lines begin with, as sip or management ssh"},
)
async def show_running_config(context: Context, all: str | None, section: str | None) -> str:  # noqa: A002
    """Show the configuration in force, without what is at its default.

    With `all` every setting is written out; with `section` only the sections whose lines begin so.

    Example: show running-config section sip
    """
    configuration = context.manager.configuration
    everything, fields = all is not None, () if section is None else _chosen(context, section)
    # What has ten thousand lines is written in a thread: the others type on.
    lines = await asyncio.to_thread(configuration.render, everything, fields, configuration.running)
    if fields:
        return "\n".join(lines)
    stamp = router_time(configuration.changed_at)
    lines[:0] = ["!", f"! Last configuration change at {stamp} by {configuration.changed_by}", "!"]
    octets = sum(len(line.encode()) + 1 for line in lines)
    return "\n".join(["Building configuration...", "", f"Current configuration : {octets} bytes", *lines])


def _chosen(context: Context, section: str) -> list[str]:
    wanted = " ".join(section.lower().split())
    found = [field for field, name in sections(context.manager.registry).items() if name.startswith(wanted)]
    if not found:
        raise CommandError(f"There is no section {section}")
    return found


@completer("section")
def section_names(context: Context, prefix: str) -> Iterable[str]:
    """Name the sections of the configuration."""
    return sections(context.manager.registry).values()
