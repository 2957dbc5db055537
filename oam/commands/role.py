"""`role NAME`: what operators see and may use. `show roles`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from oam.commands.registry import CommandError, completer, config, entry, show
from oam.security.rights import ANY, CONFIG, EXEC, GROUP, known
from oam.settings.operators import BUILT_IN, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.context import Context

ROLE: Final = entry(
    "role NAME$name",
    "Edit a role: what its operators see and may use; what no line of it permits is denied.",
    name="role",
    field="roles",
    key=("name",),
    words={"role": "What operators see and may use"},
    arguments={"name": "Name of the role"},
)


@config("description LINE$description", mode=ROLE, field="description", words={"description": "Text of your own"})
def description() -> None:
    """What the role is for."""


def check_rule(context: Context, arguments: dict[str, object]) -> None:
    """Refuse a rule that fits no command: a misspelt `deny` would deny nothing."""
    rule = Rule(str(arguments["action"]), str(arguments["mode"]), str(arguments["command"]))
    registry = context.manager.registry
    if rule.mode not in (EXEC, CONFIG, ANY, GROUP) and rule.mode not in registry.modes:
        raise CommandError(f"There is no mode {rule.mode}")
    if not known(rule, registry.commands):
        what = "group" if rule.mode == GROUP else "command that begins with"
        raise CommandError(f"There is no {what} '{rule.command}'")


@config(
    "<permit|deny>$action <exec|config|any|group|NAME>$mode RULE$command",
    mode=ROLE,
    field="rules",
    key=("mode", "command"),
    check=check_rule,
    words={
        "permit": "Let the operator use these commands",
        "deny": "Keep these commands from the operator",
        "exec": "Commands of EXEC mode",
        "config": "Commands of every configuration mode",
        "any": "Commands of every mode",
        "group": "Commands that belong together, as 'calls'",
    },
    arguments={"mode": "Commands of one mode, as 'sip'"},
)
def rule() -> None:
    """Permit or deny the commands that begin so, with their 'no' and 'default'; of the lines that fit the last decides.

    Commands are named by their full words, '*' is any one word; 'all' are all of the mode.
    The line that opens a mode belongs to the mode
    around it: who may edit 'sip' needs 'permit exec configure terminal', 'permit config sip' and 'permit sip all'.
    A filter that writes a file ('redirect', 'append', 'tee') counts as the EXEC command of its name.
    What everybody needs, 'exit', 'end', 'enable', 'password', cannot be denied.

    Example: permit exec show
    """


class RoleRow(msgspec.Struct, frozen=True):
    """A row of `show roles`."""

    name: str
    kind: str
    """`configured` or `built-in`."""
    rules: int
    accounts: int
    description: str


@show("show roles", row=RoleRow, privilege=15, words={"roles": "Roles, configured and built in"})
def show_roles(context: Context) -> Iterator[RoleRow]:
    """Roles, configured and built in."""
    running = context.manager.configuration.running
    configured = {each.name for each in running.roles}
    for each in (*running.roles, *(each for each in BUILT_IN if each.name not in configured)):
        kind = "configured" if each.name in configured else "built-in"
        accounts = sum(user.role == each.name for user in running.users)
        yield RoleRow(each.name, kind, len(each.rules), accounts, each.description)


@show("show role ROLE$name", privilege=15, arguments={"name": "Name of the role"}, words={"role": "Rules of one role"})
def show_role(context: Context, name: str) -> str:
    """Rules of one role, also of one that is built in: as they would be configured."""
    roles = {each.name: each for each in (*BUILT_IN, *context.manager.configuration.running.roles)}
    found = roles.get(name)
    if found is None:
        raise CommandError(f"There is no role {name}")
    lines = [f"role {name}"]
    lines += [f" description {found.description}"] if found.description else []
    return "\n".join([*lines, *(f" {each.action} {each.mode} {each.command}" for each in found.rules)])


@completer("role")
def names(context: Context, prefix: str) -> list[str]:
    """Name the roles that there are."""
    return [each.name for each in (*BUILT_IN, *context.manager.configuration.running.roles)]
