"""`configure …`: the ways into configuration mode and out of it, and what comes back unless it is confirmed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from oam.commands.registry import CONFIG, DENIED, EXEC, CommandError, Target, order
from oam.config.commit import commit, revert
from oam.config.diff import SAME, differences
from oam.config.resolve import resolve
from oam.context import CANDIDATE, Context, Frame
from oam.editing import candidate_of, lock, refused_if
from oam.grammar.result import Match
from oam.sources import read_whole

if TYPE_CHECKING:
    from oam.context import Session

GREETING: Final = "Enter configuration commands, one per line.  End with CNTL/Z."
NOTHING: Final = "%No Rollback Confirmed Change pending"
_FROM: Final = "Configuring from terminal, memory, or network [terminal]? "
_TERMINAL: Final = "terminal"
_ELSEWHERE: Final = {
    "memory": "; 'copy startup-config running-config' merges what is kept",
    "network": "; 'copy FILE running-config' merges a file",
}
_LOCK: Final = {"lock": "While another operator has the configuration locked", "wait": "Wait instead of being refused"}
_SECONDS: Final = {"seconds": "Seconds that a change waits"}
_MINUTES: Final = {"minutes": "Minutes"}
_REVERT: Final = {"revert": "Come back to what is running now", "timer": "Unless it is confirmed in time"}


@order(
    "configure terminal [lock wait (0-600)$seconds]",
    moves=True,
    words=_LOCK | {"terminal": "This terminal"},
    arguments=_SECONDS,
)
def configure_terminal(context: Context, seconds: int | None) -> str:
    """Enter configuration mode; every line takes effect at once.

    With `lock wait` the changes made until its end wait so long while another operator
    has the configuration locked.
    """
    _enter(context.session, seconds)
    return GREETING


@order("configure", moves=True, timeout_s=None)
async def configure(context: Context) -> str:
    """Enter configuration mode; asked where lines come from, Enter means from this terminal."""
    session = context.session
    answer = ""
    if session.ask is not None and not session.batch:
        answer = (await session.ask(_FROM, False)).strip().lower()
    refusal = next((text for word, text in _ELSEWHERE.items() if answer and word.startswith(answer)), "")
    if refusal or not _TERMINAL.startswith(answer):
        raise CommandError(f"Only from the terminal{refusal}")
    if not await _may_configure(session):
        raise CommandError("Command authorization failed.", DENIED)
    return configure_terminal(context, None)


async def _may_configure(session: Session) -> bool:
    """Tell whether the operator may give what `configure` alone stands for."""
    meant, _ = resolve(session.manager.registry, EXEC, f"configure {_TERMINAL}", session.rights)
    if not isinstance(meant, Match):
        return False
    assert isinstance(meant.command, Target)
    return await session.manager.security.authorize(session, meant.command, meant.canonical)


@order(
    "configure terminal revert timer (1-120)$minutes",
    timeout_s=None,
    words=_REVERT | {"terminal": "This terminal"},
    arguments=_MINUTES,
)
async def configure_with_revert(context: Context, minutes: int) -> str:
    """Enter configuration mode; what is changed comes back after so many minutes unless it is confirmed.

    Example: configure terminal revert timer 10
    """
    configuration = context.manager.configuration
    running = configuration.running
    await _kept(
        configuration.unconfirmed.arm(lambda: configuration.render(settings=running), context.session.user, minutes)
    )
    _enter(context.session, None)
    return (
        f"Rollback Confirmed Change: in {minutes} min what is running now comes back,\n"
        f'unless "configure confirm" is given before.\n{GREETING}'
    )


@order(
    "configure exclusive [lock wait (0-600)$seconds]",
    timeout_s=None,
    words=_LOCK | {"exclusive": "Alone: what others change is refused meanwhile"},
    arguments=_SECONDS,
)
async def configure_exclusive(context: Context, seconds: int | None) -> str:
    """Enter configuration mode and lock it: what others change is refused until its end, or waits if they said so."""
    session = context.session
    await lock(session, session.author.wait_s if seconds is None else seconds)
    _enter(session, seconds)
    return GREETING


@order("configure candidate", moves=True, words={"candidate": "Lines take effect together, by commit"})
def configure_candidate(context: Context) -> str:
    """Enter configuration mode; lines are gathered in a private candidate until `commit`.

    The candidate is kept over `end` and lost with the session. At `commit` it is applied on what
    runs then: all of it, or nothing.

    Example: configure candidate
    """
    session = context.session
    kept = bool(candidate_of(session))
    session.modes[1:] = [Frame(CONFIG, CANDIDATE)]
    return GREETING + ("\nThe candidate has changes that are not committed." if kept else "")


def _enter(session: Session, seconds: int | None) -> None:
    session.modes[1:] = [Frame(CONFIG)]
    session.lock_wait_s = -1 if seconds is None else seconds


@order("configure confirm", words={"confirm": "Keep what would come back"})
async def configure_confirm(context: Context) -> str | None:
    """Keep what a commit or a revert timer would take back."""
    configuration = context.manager.configuration
    if configuration.unconfirmed.pending is None:
        return NOTHING
    await _kept(configuration.confirm())
    return None


@order(
    "configure revert now",
    timeout_s=None,
    words={"revert": "Come back before it is confirmed", "now": "At once"},
)
async def configure_revert_now(context: Context) -> str:
    """Bring back at once what an unconfirmed change began with."""
    configuration = context.manager.configuration
    if configuration.unconfirmed.pending is None:
        return NOTHING
    session = context.session
    refused_if(await configuration.finished(revert(configuration, session.author, f"ordered by {session.user}")))
    return "Rollback Done"


@order(
    "configure revert timer (1-120)$minutes",
    words={"revert": "Come back before it is confirmed", "timer": "In so many minutes from now"},
    arguments=_MINUTES,
)
async def configure_revert_timer(context: Context, minutes: int) -> str | None:
    """Set the time anew in which an unconfirmed change must be confirmed."""
    unconfirmed = context.manager.configuration.unconfirmed
    if unconfirmed.pending is None:
        return NOTHING
    await _kept(unconfirmed.arm(list, context.session.user, minutes))
    return None


async def _kept(work: object) -> None:
    """Await what writes to the disk. Raises CommandError."""
    assert asyncio.iscoroutine(work)
    try:
        await work
    except OSError as error:
        raise CommandError(f"It cannot be kept on the disk: {error.strerror or error}") from error


_QUESTION: Final = """This will apply all necessary additions and deletions
to replace the current running configuration with the
contents of the specified configuration file, which is
assumed to be a complete configuration, not a partial
configuration. Enter Y if you are sure you want to proceed. ? [no]: """


@order(
    "configure replace <startup-config|(1-9999999)|SOURCE>$source [list$listed] [force$force]"
    " [<revert <trigger error [timer (1-120)$minutes]|timer (1-120)$minutes>|time (1-120)$minutes>]",
    timeout_s=None,
    words={
        "replace": "Replace what is running by a whole configuration",
        "startup-config": "Configuration that the server starts with",
        "list": "Show what is changed",
        "force": "Do not ask",
        "revert": "Come back to what is running now",
        "trigger": "When something happens",
        "error": "When a line is refused: always so, for nothing is changed then",
        "timer": "Unless it is confirmed in time",
        "time": "Unless it is confirmed in time",
    },
    arguments=_MINUTES | {"source": "Version of the archive, or a file"},
)
async def configure_replace(
    context: Context,
    source: str | int,
    listed: str | None,
    force: str | None,
    minutes: int | None,
) -> str | None:
    """Replace the running configuration by a whole one, all of it or nothing.

    It is a version of the archive, startup-config or a file. With a timer what is running now comes back
    after so many minutes unless `configure confirm` is given.

    Example: configure replace startup-config
    """
    session, configuration = context.session, context.manager.configuration
    if force is None and session.ask is not None and not session.batch:
        answer = await session.ask(_QUESTION.replace("\n", "\r\n"), False)
        if answer.strip().lower() not in ("y", "ye", "yes"):
            return None
    settings = await read_whole(context, source)
    before = configuration.running
    refused, _ = await commit(
        configuration, lambda _: settings, session.author, "replace", f"replaced by {source}", minutes or 0
    )
    refused_if(refused)
    shown = []
    if listed is not None:
        after = configuration.running
        shown = await asyncio.to_thread(
            lambda: differences(configuration.render(settings=before), configuration.render(settings=after))
        )
        shown = [SAME] if shown == [SAME] else ["!List of Commands:", *shown[1:], "end"]
    passes = int(configuration.running is not before)
    return "\n".join([*shown, f"Total number of passes: {passes}", "Rollback Done"])


@order("exit", mode=CONFIG, privilege=0, inherited=True, moves=True)
def leave(context: Context) -> None:
    """Leave this configuration mode for the one around it."""
    context.session.modes.pop()


@order("end", mode=CONFIG, privilege=0, inherited=True, moves=True)
def end(context: Context) -> None:
    """Leave configuration mode."""
    del context.session.modes[1:]


@order("version LINE$value", mode=CONFIG, moves=True, words={"version": "Release, build and uptime"})
def version(context: Context, value: str) -> None:
    """Take the version line of a pasted configuration; it changes nothing."""
