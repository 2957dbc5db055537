"""Translation rules: digits inserted, deleted, replaced in the numbers of a call, and what else a rule sets.

Settings are compiled once; a rule that goes on with another holds the steps of both. Applied, a rule makes new
numbers or none: one that would leave a number without digits, or with more than can be stored, fails whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from core.northbound.digits import compile_pattern, span
from core.northbound.routing_settings import MAX_DIGITS, Step, TranslationRule
from core.policy.facts import Explanation
from core.routing.number import INTERNATIONAL, Number, Numbers

_DELETE: Final = 0
_INSERT: Final = 1
_REPLACE: Final = 2
_MATCH: Final = 3
_NATURE: Final = 4
_PRESENTATION: Final = 5
_DISPLAY_NAME: Final = 6
_ACTIONS: Final = {
    "delete": _DELETE, "insert": _INSERT, "replace": _REPLACE, "match": _MATCH, "nature": _NATURE,
    "presentation": _PRESENTATION, "display-name": _DISPLAY_NAME,
}  # fmt: skip


class CompiledStep:
    """One step, its words made numbers."""

    __slots__ = ("action", "count", "digits", "from_end", "index", "number", "pattern", "value")

    def __init__(self, step: Step) -> None:
        self.number: str = step.number
        self.action: int = _ACTIONS[step.action]
        self.index: int = step.index
        self.count: int = step.count
        self.from_end: bool = step.origin == "from-end"
        self.digits: str = step.digits
        self.value: str = step.value
        self.pattern: re.Pattern[str] | None = compile_pattern(step.pattern) if step.pattern else None


class Rule:
    """One translation rule with those it goes on with."""

    __slots__ = ("name", "steps")

    def __init__(self, name: str, steps: list[CompiledStep]) -> None:
        self.name: str = name
        self.steps: list[CompiledStep] = steps


def compile_rules(rules: Iterable[TranslationRule]) -> dict[str, Rule]:
    """Compile the rules; a chain that leads back to a rule in it ends there."""
    by_name = {rule.name: rule for rule in rules}
    compiled: dict[str, Rule] = {}
    for name in by_name:
        steps: list[CompiledStep] = []
        seen: set[str] = set()
        then = name
        while then in by_name and then not in seen:
            seen.add(then)
            rule = by_name[then]
            steps.extend([CompiledStep(step) for step in rule.steps])
            then = rule.then
        compiled[name] = Rule(name, steps)
    return compiled


def translate(rule: Rule, numbers: Numbers, explain: Explanation | None = None) -> Numbers | None:
    """Return the numbers that `rule` makes of `numbers`, which stay as they are; None when it makes none."""
    made = numbers.copy()
    for step in rule.steps:
        if step.number == "called":
            made.called = _changed(step, made.called)
        elif step.number == "redirecting":
            if made.redirecting is not None:
                made.redirecting = _changed(step, made.redirecting)
        elif step.action == _PRESENTATION:
            made.presentation = step.value
        elif step.action == _DISPLAY_NAME:
            made.display_name = step.value
        elif made.calling is not None:
            made.calling = _changed(step, made.calling)
    good = _is_good(made.called) and _is_good(made.calling) and _is_good(made.redirecting)
    if explain is not None:
        _explain(rule, numbers, made, good, explain)
    return made if good else None


def _is_good(number: Number | None) -> bool:
    return number is None or 0 < len(number.digits) <= MAX_DIGITS


def _changed(step: CompiledStep, number: Number) -> Number:
    digits = number.digits
    action = step.action
    if action == _NATURE:
        return Number(digits, step.value)
    if action == _MATCH:
        pattern = step.pattern
        found = None if pattern is None or len(digits) > MAX_DIGITS else pattern.fullmatch(digits)
        return number if found is None else Number(_expanded(step.digits, found), number.nature)
    new = "" if action == _DELETE else step.digits
    nature = number.nature
    if new.startswith("+"):
        nature = INTERNATIONAL
        new = new[1:]
    begin, end = span(len(digits), step.index, 0 if action == _INSERT else step.count, step.from_end)
    return Number(digits[:begin] + new + digits[end:], nature)


def _expanded(template: str, found: re.Match[str]) -> str:
    if "\\" not in template:
        return template
    parts = template.split("\\")
    made = [parts[0]]
    made.extend([str(found.group(int(part[0]))) + part[1:] for part in parts[1:]])
    return "".join(made)


def _explain(rule: Rule, before: Numbers, after: Numbers, good: bool, explain: Explanation) -> None:
    pairs: list[tuple[str, Number | None, Number | None]] = [
        ("called", before.called, after.called),
        ("calling", before.calling, after.calling),
        ("redirecting", before.redirecting, after.redirecting),
    ]
    changes = [f"{name} {old!r} -> {new!r}" for name, old, new in pairs if repr(old) != repr(new)]
    if after.presentation != before.presentation:
        changes.append(f"presentation {after.presentation}")
    if after.display_name != before.display_name:
        changes.append(f"display-name {after.display_name}")
    outcome = ", ".join(changes) if changes else "changes nothing"
    explain.append(("translation", rule.name, outcome if good else f"{outcome}: no number of 1 to {MAX_DIGITS} digits"))
