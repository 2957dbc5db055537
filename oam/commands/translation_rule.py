"""`translation-rule NAME`, `show translation-rule`: digits inserted, deleted, replaced in the numbers of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.routing_settings import Step
from oam.commands.registry import REGISTRY, CommandError, Handler, completer, config, entry, show
from oam.config.text import record_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from oam.context import Context

TRANSLATION_RULE: Final = entry(
    "translation-rule NAME$name",
    "Edit a translation rule: what is done to the numbers of a call, line by line.",
    name="translation-rule",
    field="translation_rules",
    key=("name",),
    words={"translation-rule": "Digits inserted, deleted, replaced"},
    arguments={"name": "Name of the rule"},
)


@config(
    "description LINE$description",
    mode=TRANSLATION_RULE,
    field="description",
    words={"description": "Text of your own"},
)
def description() -> None:
    """What the rule is for."""


_KEY: Final = tuple(Step.__struct_fields__)
_NUMBER: Final = "<called|calling|redirecting>$number"
_AT: Final = "[from-end$origin] (0-28)$index"
_WORDS: Final = {
    "called": "Number that is called",
    "calling": "Number of the caller",
    "redirecting": "Number that redirected the call (Diversion)",
    "delete": "Take digits out",
    "insert": "Put digits in",
    "replace": "Put digits in the place of others",
    "match": "Change a number that is as a pattern says; leave any other",
    "becomes": "What the whole number then is",
    "nature": "Say what kind of number it is",
    "presentation": "Say whether the caller's number may be shown",
    "display-name": "Name the caller",
    "from-end": "Count from the last digit backwards",
    "allowed": "It may",
    "restricted": "It may not (Privacy: id)",
}
_ARGUMENTS: Final = {"index": "Position, the first digit is 0", "count": "How many digits"}


def _step(syntax: str, arguments: Mapping[str, str] = _ARGUMENTS) -> Callable[[Handler], Handler]:
    """Declare a line that makes a step; steps are told apart by all they say."""
    return config(syntax, mode=TRANSLATION_RULE, field="steps", key=_KEY, words=_WORDS, arguments=arguments)


@_step(f"{_NUMBER} delete$action {_AT} (1-28)$count")
def delete() -> None:
    """Take digits out of a number; those that are not there are left out.

    Steps are done in the order of their lines. Positions count from 0, with `from-end` from the last digit backwards.
    A call whose number is left without digits, or with more than 28, is refused with 484.

    Example: called delete 0 1
    """


@_step(f"{_NUMBER} insert$action {_AT} INSERTED$digits")
def insert() -> None:
    """Put digits into a number; behind its end they are appended.

    `+` before the digits, or alone, makes the number international.

    Example: called insert 0 0086
    Example: calling insert 0 +
    """


@_step(f"{_NUMBER} replace$action {_AT} (1-28)$count INSERTED$digits")
def replace() -> None:
    """Put digits in the place of others.

    Example: called replace 0 2 +
    """


@_step(f"{_NUMBER} match$action PATTERN$pattern becomes REPLACEMENT$digits")
def match() -> None:
    r"""Make something else of a number that is as a pattern says, as a whole.

    A pattern is digits, `.` for any one, `[2-57]` for one of several, `+` behind one of these for one or more of it,
    and brackets around what `\1`, `\2` repeat.

    Example: called match 0([1-9].+) becomes 49\1
    """


@_step(f"{_NUMBER} nature$action NATURE$value")
def nature() -> None:
    """Say what kind of number it is: international is with country code and without any prefix.

    Example: called nature international
    """


@_step("calling$number presentation$action <allowed|restricted>$value")
def presentation() -> None:
    """Say whether the caller's number may be shown (RFC 3323)."""


@_step("calling$number display-name$action LINE$value", {"value": "Name, up to the end of the line"})
def display_name() -> None:
    """Name the caller (P-Asserted-Identity); From stays as the caller wrote it.

    Example: calling display-name Front desk
    """


@config(
    "then TRANSLATION$then",
    mode=TRANSLATION_RULE,
    field="then",
    words={"then": "Go on with another rule"},
)
def then() -> None:
    """Go on with another rule, which takes what this one made."""


@completer("translation-rule")
def names(context: Context, prefix: str) -> list[str]:
    """Name the rules that are configured."""
    return [each.name for each in context.manager.configuration.running.translation_rules]


class TranslationRow(msgspec.Struct, frozen=True):
    """One line of a translation rule."""

    rule: str
    line: str
    used_by: tuple[str, ...]
    """Lines and trunks that name the rule; bulk prefixes as their number."""


@show("show translation-rule [TRANSLATION$name]", row=TranslationRow)
def show_translation_rule(context: Context, name: str | None) -> Iterator[TranslationRow]:
    """Translation rules, line by line, and what uses them."""
    rules = context.manager.configuration.running.translation_rules
    if name is not None and name not in {each.name for each in rules}:
        raise CommandError(f"There is no translation rule {name}")
    for rule in rules:
        if name in (None, rule.name):
            users = _users(context, rule.name)
            for line in record_lines(REGISTRY, TRANSLATION_RULE, rule, everything=False) or [""]:
                yield TranslationRow(rule.name, line.strip(), users)


def _users(context: Context, name: str) -> tuple[str, ...]:
    running = context.manager.configuration.running
    found = [f"translation-rule {each.name}" for each in running.translation_rules if each.then == name]
    found += [f"trunk {each.name}" for each in running.trunks if name in (each.translate_in, each.translate_out)]
    found += [
        f"number-analysis {table.name}" for table in running.tables if name in {e.translate for e in table.entries}
    ]
    bulk = context.manager.prefixes.uses("translation-rule", name)
    return (*found, f"{bulk} bulk prefixes") if bulk else tuple(found)
