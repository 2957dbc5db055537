"""What an operator with a role may not change, by whichever way: what would give him rights that he has not.

A line typed is authorized as a command. A file, a version of the archive or a candidate that is a whole
configuration changes lines that nobody has authorized: there those count by which accounts, roles and servers
give rights. What runs with another's rights is bounded both ways. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from oam.commands.registry import CONFIG, PRIVILEGED, Registry, Target
from oam.config.changes import masked_lines, opened_lines
from oam.config.resolve import resolve
from oam.config.text import render
from oam.config.tree import Configuration
from oam.grammar.result import Match

if TYPE_CHECKING:
    from oam.security.rights import Rights
    from oam.settings.snmp import SnmpSettings

GIVING: Final = ("enable_secret", "roles", "users", "aaa", "tacacs_servers", "radius_servers", "snmp")
"""Fields that say who may do what."""
BORROWED: Final = "Only an operator without a role may let commands run with another's rights"


def borrowed(user: str, old: Configuration, new: Configuration) -> bool:
    """Whether what runs by itself, or is set by managers, with the rights of others than `user` differs."""
    return _lent(user, old.snmp, new.snmp) or any(
        getattr(old, field) is not getattr(new, field)
        and _others(getattr(old, field), user) != _others(getattr(new, field), user)
        for field in ("schedules", "events")
    )


def _lent(user: str, old: SnmpSettings, new: SnmpSettings) -> bool:
    """Whether managers set things as another than `user` who could not before, or as another than before."""
    if old.operator != new.operator:
        return not {old.operator, new.operator} <= {"", user}
    return new.operator not in ("", user) and not _setting(new) <= _setting(old)


def _setting(snmp: SnmpSettings) -> set[object]:
    """Return who may set objects."""
    groups = {each.name: each for each in snmp.groups if each.write}
    users = {each for each in snmp.users if each.group in groups}
    return {each for each in snmp.communities if each.access == "rw"} | set(groups.values()) | users


def _others(lists: tuple[object, ...], user: str) -> list[object]:
    return [each for each in lists if getattr(each, "operator", "") not in ("", user)]


def unauthorized(registry: Registry, rights: Rights, old: Configuration, new: Configuration) -> str:
    """Return the first line by which `new` differs in who may do what and that `rights` do not permit, masked."""
    fields = [field for field in GIVING if getattr(old, field) != getattr(new, field)]
    if not fields:
        return ""
    before, after = (list(opened_lines(render(registry, each, fields=fields))) for each in (old, new))
    removed, added = set(before) - set(after), set(after) - set(before)
    for form, lines, wanted in (("", after, added), ("no ", before, removed)):
        for opening, line in lines:
            if (opening, line) in wanted and not _permitted(registry, rights, opening, form + line.strip()):
                return next(masked_lines(registry, [line.strip()]))
    return ""


def _permitted(registry: Registry, rights: Rights, opening: str, line: str) -> bool:
    mode = CONFIG
    for text in (opening, line):
        if not text:
            continue
        outcome, _ = resolve(registry, mode, text, PRIVILEGED)
        if not isinstance(outcome, Match) or not isinstance(outcome.command, Target):
            return False
        if not rights.permits(outcome.command, outcome.canonical):
            return False
        mode = outcome.command.command.section_mode or mode
    return True
