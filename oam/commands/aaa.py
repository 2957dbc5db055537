"""`aaa`: who is asked at a login, at `enable`, for a command; who is told of it. `show aaa`, `test aaa`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from oam.commands.registry import CONFIG, CommandError, config, order, show
from oam.security.login import Source
from oam.security.server_state import QueueRow, ServerRow
from oam.security.verdict import FAIL, PASS, UNREACHABLE
from oam.settings.aaa import LOCAL

if TYPE_CHECKING:
    from core.northbound.keyring import Keyring
    from oam.context import Context

_SLOTS: Final = ("first", "second", "third", "fourth")
WORDS: Final = {
    "aaa": "Authentication, authorization and accounting",
    "authentication": "Who an operator is",
    "authorization": "What an operator may do",
    "accounting": "What operators did is told to servers",
    "login": "At a login",
    "enable": "At the command 'enable'",
    "exec": "Sessions",
    "commands": "Commands",
    "default": "The list for everybody but the console",
    "start-stop": "Tell of the beginning and of the end",
    "group": "Servers of one protocol",
    "tacacs+": "The TACACS+ servers",
    "radius": "The RADIUS servers",
    "local": "The accounts and roles of this server",
    "none": "Nobody is asked: everybody passes",
}
_LEVEL: Final = {"level": "Privilege that the commands need"}


def _methods(*words: str) -> str:
    """Write the syntax of a list of up to four methods; `words` are the methods, groups as `group NAME`."""
    text = ""
    for slot in reversed(_SLOTS):
        choice = "|".join(
            f"group <{each.removeprefix('group ')}>${slot}" if each.startswith("group ") else f"{each}${slot}"
            for each in words
        )
        text = f"<{choice}>" + (f" [{text}]" if text else "")
    return text


_BOTH: Final = "group tacacs+|radius"


@order("aaa new-model", mode=CONFIG, moves=True, words=WORDS | {"new-model": "As it always is here"})
def new_model(context: Context) -> None:
    """Take the line that switches AAA on at a router; it changes nothing, for here it is always on."""


@config(f"aaa authentication login default {_methods(_BOTH, 'local', 'none')}", field="aaa.login", words=WORDS)
def authentication_login() -> None:
    """Who is asked at a login, in this order; the next one only when the one before cannot be reached.

    A server that rejects ends the matter: nobody else is asked. The console is never subject to servers.

    Example: aaa authentication login default group tacacs+ local
    """


def _enable_is_local(arguments: dict[str, object], _keyring: Keyring) -> dict[str, object]:
    """Take IOS's word for the enable secret as what it is here."""
    return {name: LOCAL if value == "enable" else value for name, value in arguments.items()}


@config(
    f"aaa authentication enable default {_methods(_BOTH, 'local', 'enable', 'none')}",
    field="aaa.enable",
    prepare=_enable_is_local,
    words=WORDS,
)
def authentication_enable() -> None:
    """Who is asked at the command 'enable', in this order; 'local' and 'enable' are the enable secret."""


@config(
    f"aaa authorization exec default {_methods(_BOTH, 'local', 'none')}", field="aaa.exec_authorization", words=WORDS
)
def authorization_exec() -> None:
    """Who says which privilege and role a session gets; without this line whoever authenticated it does."""


_COMMANDS: Final = _methods("group tacacs+", "local", "none")


@config(f"aaa authorization commands default {_COMMANDS}", field="aaa.authorization", words=WORDS)
def authorization_commands() -> None:
    """Who is asked before each command of whatever privilege, besides this server's roles."""


@config(
    f"aaa authorization commands (0-15)$level default {_COMMANDS}",
    field="aaa.authorization_levels",
    key=("level",),
    words=WORDS,
    arguments=_LEVEL,
)
def authorization_commands_level() -> None:
    """Who is asked before each command of one privilege, in place of the list for all."""


@config(
    f"aaa accounting exec default start-stop {_methods(_BOTH)}",
    field="aaa.exec_accounting",
    words=WORDS,
)
def accounting_exec() -> None:
    """Servers that are told when a session begins and when it ends; the next group when one cannot be reached."""


@config(
    "aaa accounting commands default start-stop group tacacs+$accounting",
    field="aaa.accounting",
    words=WORDS,
)
def accounting_commands() -> None:
    """Servers that are told of each command, when it has run or was refused."""


@config(
    "aaa accounting commands (0-15)$level default start-stop group tacacs+$group",
    field="aaa.accounting_levels",
    key=("level",),
    words=WORDS,
    arguments=_LEVEL,
)
def accounting_commands_level() -> None:
    """Servers that are told of each command of one privilege."""


@config(
    "aaa dead-time (0-3600)$seconds",
    field="aaa.dead_time_s",
    words=WORDS | {"dead-time": "How long a server that did not answer is left alone"},
    arguments={"seconds": "Seconds; 0: it is asked every time"},
)
def dead_time() -> None:
    """How long a server that did not answer is left alone; meanwhile the next method is asked at once."""


_SHOWN: Final = WORDS | {"servers": "State and counters of the servers"}


@show("show aaa servers", row=ServerRow, words=_SHOWN)
def show_aaa_servers(context: Context) -> list[ServerRow]:
    """State and counters of the TACACS+ and RADIUS servers."""
    return context.manager.servers.rows()


@show("show aaa accounting", row=QueueRow, words=_SHOWN)
def show_aaa_accounting(context: Context) -> list[QueueRow]:
    """What was told to the servers, what waits, and what was lost."""
    return [context.manager.servers.accounting.row()]


@order(
    "test aaa group <tacacs+|radius>$group NAME$user SECRET$password [<legacy|new-code>]",
    words=WORDS
    | {"legacy": "As IOS spells it; makes no difference", "new-code": "As IOS spells it; makes no difference"},
    arguments={"user": "Name of the operator", "password": "Secret of the operator"},
)
async def test_aaa(context: Context, group: str, user: str, password: str) -> str:
    """Ask the servers of a group whether they let somebody in; nobody logs in by it."""
    verdict = await context.manager.servers.authenticate(group, user, password, Source("console", ""))
    if verdict.outcome == PASS:
        role = f", role {verdict.role}" if verdict.role else ""
        return f"User successfully authenticated: privilege {verdict.privilege}{role}"
    reasons = {
        FAIL: "User authentication request was rejected by server",
        UNREACHABLE: "No server of the group answers",
    }
    raise CommandError(reasons[verdict.outcome] + (f": {verdict.message}" if verdict.message else ""))
