"""`archive`: versions of the configuration, their differences, and the way back to one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from oam.commands.registry import PRIVILEGED, CommandError, config, order, section, show
from oam.config.commit import commit
from oam.config.diff import differences
from oam.editing import keep, refused_if
from oam.sources import RUNNING, STARTUP, canonical_text, read_whole, text_of
from oam.times import router_time

if TYPE_CHECKING:
    from oam.context import Context

_WORDS: Final = {"archive": "Versions of the configuration", "config": "The configuration"}
_HIGHEST: Final = 9_999_999

ARCHIVE: Final = section("archive", "Versions of the configuration that are kept.", words=_WORDS)


@config("maximum (1-1000)$value", mode=ARCHIVE, field="maximum", words={"maximum": "Versions that are kept"})
def maximum() -> None:
    """Keep so many versions; the oldest goes first, and no number comes again."""


@config(
    "write-memory",
    mode=ARCHIVE,
    field="write_memory",
    words={"write-memory": "A version at every write memory"},
)
def write_memory() -> None:
    """Keep a version whenever the running configuration is saved and differs from the newest version."""


class VersionRow(msgspec.Struct, frozen=True):
    """One version of the configuration."""

    version: int
    time: str
    by: str
    made_by: str
    """What kept it: a commit, leaving configuration mode, …"""
    comment: str
    newest: bool


@show("show archive", row=VersionRow, privilege=PRIVILEGED, words=_WORDS)
async def show_archive(context: Context) -> Iterable[VersionRow]:
    """Show the versions of the configuration that are kept: number, time, author, comment."""
    versions = await asyncio.to_thread(context.manager.configuration.archive.versions)
    newest = max(versions, default=0)
    return [
        VersionRow(number, router_time(each.at), each.by, each.kind, each.comment, number == newest)
        for number, each in versions.items()
    ]


@show(
    f"show archive config (1-{_HIGHEST})$version",
    privilege=PRIVILEGED,
    words=_WORDS,
    arguments={"version": "Number of the version"},
)
async def show_version(context: Context, version: int) -> str:
    """Show one version of the configuration."""
    return "\n".join(await text_of(context, version))


_SOURCE: Final = f"<running-config|startup-config|(1-{_HIGHEST})|SOURCE>"
_SOURCES: Final = {
    "running-config": "Configuration in force",
    "startup-config": "Configuration that the server starts with",
}
_NAMES: Final = {"first": "Version number or file", "second": "Version number or file"}


async def _differences_json(context: Context, **sources: str | int | None) -> list[str]:
    return (await show_differences(context, **sources)).split("\n")


@show(
    f"show archive config differences [{_SOURCE}$first [{_SOURCE}$second]]",
    privilege=PRIVILEGED,
    json=_differences_json,
    words=_WORDS | _SOURCES | {"differences": "What two configurations differ in"},
    arguments=_NAMES,
)
async def show_differences(context: Context, first: str | int | None = None, second: str | int | None = None) -> str:
    """Show what makes the second configuration of the first: lines that go with `-`, lines that come with `+`.

    A configuration is a version number, running-config, startup-config or a file. With one
    named it is compared with what is running, with none the startup configuration is.

    Example: show archive config differences 11 12
    """
    before = await canonical_text(context, STARTUP if first is None else first)
    after = await canonical_text(context, RUNNING if second is None else second)
    return "\n".join(await asyncio.to_thread(differences, before, after))


@show(
    "show archive config incremental-diffs <startup-config|SOURCE>$file [ignorecase]",
    privilege=PRIVILEGED,
    words=_WORDS
    | _SOURCES
    | {"incremental-diffs": "What a file would change", "ignorecase": "Taken for routers' sake; case counts"},
)
async def show_incremental(context: Context, file: str) -> str:
    """Show the lines that copying a file to the running configuration would add or change."""
    configuration = context.manager.configuration
    running = configuration.running
    merged = await read_whole(context, file, running)

    def compared() -> Sequence[str]:
        before, after = configuration.render(settings=running), configuration.render(settings=merged)
        return differences(before, after)

    return "\n".join(["!List of Commands:", *(await asyncio.to_thread(compared))[1:], "end"])


@show(
    "show archive config rollback timer",
    privilege=PRIVILEGED,
    words=_WORDS | {"rollback": "What comes back by itself", "timer": "When it comes back"},
)
def show_rollback_timer(context: Context) -> str:
    """Show what comes back unless it is confirmed, and when."""
    unconfirmed = context.manager.configuration.unconfirmed
    pending = unconfirmed.pending
    if pending is None:
        return "%No Rollback Confirmed Change pending"
    return "\n".join(
        [
            f"Time configured(or reconfigured): {router_time(pending.at)}",
            "Timer type: absolute timer",
            f"Timer value: {pending.minutes} min",
            f"User: {pending.by}",
            f"Time left: {max(int(unconfirmed.left_s), 0)} s",
        ]
    )


@order("archive config [comment LINE$comment]", words=_WORDS | {"comment": "Why"}, arguments={"comment": "Any text"})
async def archive_config(context: Context, comment: str | None) -> str:
    """Put the running configuration into the archive."""
    number = await keep(context.session, "archive", comment or "", again=True)
    if not number:
        raise CommandError("The configuration could not be put into the archive; the log says why")
    return f"Version {number}"


@order(
    f"rollback (1-{_HIGHEST})$version",
    confirm="Replace the running configuration by that version?",
    timeout_s=None,
    words={"rollback": "Go back to a version of the archive"},
    arguments={"version": "Number of the version, as in show archive"},
)
async def rollback(context: Context, version: int) -> str:
    """Replace the running configuration by a version of the archive: all of it, or nothing.

    What replaces is a new version itself, so nothing is lost on the way back.

    Example: rollback 12
    """
    settings = await read_whole(context, version)
    configuration = context.manager.configuration
    before = configuration.running
    refused, number = await commit(
        configuration, lambda _: settings, context.session.author, "rollback", f"rollback to {version}"
    )
    refused_if(refused)
    if configuration.running == before:
        return f"Version {version} is what is running: nothing was changed"
    text = f"{context.session.user} has put version {version} of the configuration in force"
    configuration.announce("rollback", text, "notifications")
    return f"Version {version} is in force" + (f" and is version {number} now" if number else "")
