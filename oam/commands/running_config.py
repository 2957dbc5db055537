"""`show running-config`: the configuration in force."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from oam.commands.registry import PRIVILEGED, CommandError, completer, show
from oam.config.text import sections

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
    arguments={"section": "Name of the section, as sip"},
)
def show_running_config(context: Context, all: str | None, section: str | None) -> str:  # noqa: A002
    """Show the configuration in force, without what is at its default.

    With `all` every setting is written out; with `section` only that section.
    """
    configuration = context.manager.configuration
    if section is not None:
        chosen = _chosen(context, section)
        return "\n".join(line for name in chosen for line in configuration.render(all is not None, name))
    lines = configuration.render(all is not None)
    stamp = time.strftime("%H:%M:%S UTC %a %b %d %Y", time.gmtime(configuration.changed_at))
    lines[:0] = ["!", f"! Last configuration change at {stamp} by {configuration.changed_by}", "!"]
    octets = sum(len(line.encode()) + 1 for line in lines)
    return "\n".join(["Building configuration...", "", f"Current configuration : {octets} bytes", *lines])


def _chosen(context: Context, section: str) -> list[str]:
    found = [each for each in sections() if each.startswith(section.lower())]
    if not found:
        raise CommandError(f"There is no section {section}")
    return found


@completer("section")
def section_names(context: Context, prefix: str) -> Iterable[str]:
    """Name the sections of the configuration."""
    return sections()
