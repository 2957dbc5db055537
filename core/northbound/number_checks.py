"""What is wrong with numbers, translation rules, time tables and analysis tables as configured.

One sentence each, in the operator's words. Whatever passes can be compiled by `core.routing` without further question.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from core.northbound.digits import check_replacement, compile_pattern, span
from core.northbound.routing_settings import (
    DEFAULT_TABLE,
    MAX_DIGITS,
    AnalysisTable,
    PrefixEntry,
    Step,
    TimeTable,
    TranslationRule,
)
from core.northbound.times import days_of, minutes_of, zone_of

if TYPE_CHECKING:
    from core.northbound.settings import Settings

_CONDITIONS: Final = ("nature", "trunk", "group", "calling", "time")
_NUMBERS: Final = ("called", "calling", "redirecting")


class Names:
    """What lines may refer to, by the command that makes it."""

    def __init__(self, settings: Settings) -> None:
        self.known: dict[str, Collection[str]] = {
            "translation-rule": {each.name for each in settings.translation_rules},
            "time-table": {each.name for each in settings.time_tables},
            "subscriber-group": {each.name for each in settings.subscriber_groups},
            "trunk": {each.name for each in settings.trunks},
            "route-group": {each.name for each in settings.route_groups},
            "number-analysis": {DEFAULT_TABLE, *(each.name for each in settings.tables)},
        }
        self.tables: tuple[AnalysisTable, ...] = settings.tables
        self.empty: Collection[str] = {each.name for each in settings.route_groups if not each.members}
        """Route groups without a trunk."""

    def missing(self, kind: str, name: str) -> str:
        """Say that there is no `name`; empty when there is one, or none is asked for."""
        return f"there is no {kind} {name}" if name and name not in self.known[kind] else ""

    def unusable(self, kind: str, name: str) -> str:
        """Say why nothing may lead to `name`; empty when it may, or nothing is asked for."""
        is_empty = kind == "route-group" and name in self.empty
        return f"route-group {name} has no trunk" if is_empty else self.missing(kind, name)


def problems(settings: Settings) -> Iterator[str]:
    """Yield what is wrong."""
    names = Names(settings)
    yield from _rules(settings.translation_rules, names)
    for time_table in settings.time_tables:
        for reason in _times(time_table):
            yield f"time-table: {time_table.name}: {reason}"
    for group in settings.subscriber_groups:
        reason = names.missing("number-analysis", group.table)
        if reason:
            yield f"subscriber-group: {group.name}: {reason}"
    for table in settings.tables:
        yield from _table(table, names)
    for name, entry, circle in loops(settings.tables):
        yield f"number-analysis: {name}: {described(entry)}: {circle}"


def _rules(rules: tuple[TranslationRule, ...], names: Names) -> Iterator[str]:
    by_name = {rule.name: rule for rule in rules}
    reported: set[str] = set()
    for rule in rules:
        for step in rule.steps:
            reason = _step(step)
            if reason:
                yield f"translation-rule: {rule.name}: {step.number} {step.action}: {reason}"
        reason = names.missing("translation-rule", rule.then)
        if reason:
            yield f"translation-rule: {rule.name}: then {rule.then}: {reason}"
        chain = _chain(rule, by_name)
        if chain[-1].then == rule.name:
            if rule.name in reported:
                continue
            reported.update(each.name for each in chain)
            path = " -> ".join([*(each.name for each in chain), rule.name])
            yield f"translation-rule: {rule.name}: the rules go round in a circle: {path}"
            continue
        steps = [step for each in chain for step in each.steps]
        yield from (
            f"translation-rule: {rule.name}: no {number} number is left with 1 to {MAX_DIGITS} digits"
            for number in _NUMBERS
            if not any(_makes_number(steps, number, length) for length in range(1, MAX_DIGITS + 1))
        )


def _chain(rule: TranslationRule, by_name: dict[str, TranslationRule]) -> list[TranslationRule]:
    """Return the rule and those that go on with what it makes, each once."""
    chain: list[TranslationRule] = []
    at: TranslationRule | None = rule
    while at is not None and at not in chain:
        chain.append(at)
        at = by_name.get(at.then)
    return chain


def _step(step: Step) -> str:
    if step.digits == "" and step.action in ("insert", "replace", "match"):
        return "there are no digits"
    if step.digits.startswith("+") and step.action != "match" and (step.index or step.origin):
        return "'+' stands before the first digit only"
    if step.action == "match":
        try:
            check_replacement(compile_pattern(step.pattern), step.digits)
        except ValueError as error:
            return str(error)
    return ""


def _makes_number(steps: list[Step], number: str, length: int) -> bool:
    """Tell whether `number`, of `length` digits, may come out of `steps` as a number."""
    for step in steps:
        if step.number != number or step.action in ("nature", "presentation", "display-name"):
            continue
        if step.action == "match":
            return True  # what it leaves depends on the digits
        begin, end = span(length, step.index, 0 if step.action == "insert" else step.count, step.origin != "")
        length += begin - end + (0 if step.action == "delete" else len(step.digits.removeprefix("+")))
    return 1 <= length <= MAX_DIGITS


def _times(table: TimeTable) -> Iterator[str]:
    try:
        zone_of(table.timezone)
    except ValueError as error:
        yield f"timezone {table.timezone}: {error}"
    for period in table.periods:
        line = f"period {period.days} {period.begin} {period.end}"
        try:
            days_of(period.days)
            if minutes_of(period.begin) == minutes_of(period.end):
                yield f"{line}: ends when it begins"
            elif minutes_of(period.begin) == minutes_of("24:00"):
                yield f"{line}: begins at the end of a day; write 00:00 of the next"
        except ValueError as error:
            yield f"{line}: {error}"


def _table(table: AnalysisTable, names: Names) -> Iterator[str]:
    shares: dict[tuple[str, ...], int] = {}
    for entry in table.entries:
        reason = entry_fault(entry, names)
        if reason:
            yield f"number-analysis: {table.name}: {described(entry)}: {reason}"
        key = (entry.prefix, *(getattr(entry, name) for name in _CONDITIONS))
        shares[key] = shares.get(key, 0) + entry.percent
        if shares[key] > 100 and shares[key] - entry.percent <= 100:
            yield (
                f"number-analysis: {table.name}: {described(entry)}: another line decides about the same calls; "
                "of several each needs its 'percent', 100 together at most"
            )


def entry_fault(entry: PrefixEntry, names: Names) -> str:
    """Return what is wrong with one entry by itself; empty when nothing is."""
    if entry.maximum and entry.minimum > entry.maximum:
        return f"the minimum {entry.minimum} is above the maximum {entry.maximum}"
    if entry.maximum and entry.maximum < len(entry.prefix):
        return f"no number that begins so has at most {entry.maximum} digits"
    targets = {"route-group": "route-group", "table": "number-analysis"}
    return (
        names.missing("translation-rule", entry.translate)
        or names.missing("trunk", entry.trunk)
        or names.missing("subscriber-group", entry.group)
        or names.missing("time-table", entry.time)
        or (names.missing(targets[entry.action], entry.target) if entry.action in targets else "")
    )


def described(entry: PrefixEntry) -> str:
    """Write an entry as the line begins and ends that makes it."""
    return f"prefix {entry.prefix or 'any'} {entry.action} {entry.target}".rstrip()


def loops(tables: Iterable[AnalysisTable]) -> Iterator[tuple[str, PrefixEntry, str]]:
    """Find calls that would go round: tables that lead back without a translation on the way.

    Yield the table and entry where a circle closes, and what is wrong.
    """
    onward = _leading_on(tables)
    reported: set[frozenset[str]] = set()
    for name in onward:
        seen: set[tuple[str, str]] = set()
        waiting = [([name], "")]
        while waiting:
            path, prefix = waiting.pop()
            for entry in onward[path[-1]]:
                if not (prefix.startswith(entry.prefix) or entry.prefix.startswith(prefix)):
                    continue
                longer = max(prefix, entry.prefix, key=len)
                if entry.target == name:
                    if frozenset(path) not in reported:
                        reported.add(frozenset(path))
                        circle = " -> ".join([*path, name])
                        yield path[-1], entry, f"the tables go round in a circle: {circle}"
                elif entry.target not in path and (entry.target, longer) not in seen:
                    seen.add((entry.target, longer))
                    waiting.append(([*path, entry.target], longer))


def _leading_on(tables: Iterable[AnalysisTable]) -> dict[str, list[PrefixEntry]]:
    """Return the entries that lead from one table to another as they are, of tables that may be in a circle."""
    found = {
        table.name: [each for each in table.entries if each.action == "table" and not each.translate]
        for table in tables
    }
    while True:
        left = {name: [each for each in entries if each.target in found] for name, entries in found.items()}
        left = {name: entries for name, entries in left.items() if entries}
        if left == found:
            return found
        found = left
