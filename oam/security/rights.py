"""What an operator may use: a privilege alone, or a role that bounds it.

A role is a list of rules; of those that fit a command the last decides, and what none permits is
denied. A rule names commands by how they begin, word by word in their canonical form, a mode, or a group: the file of
`oam.commands` that declares them. Commands of privilege 0 (`exit`, `enable`, …) are everybody's.

Rights answer two questions: whether a command is there at all (`allows`, for `?`, Tab and the
walk), and whether one line of it may be carried out (`permits`), which is the one that protects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from oam.grammar.graph import Level
from oam.grammar.syntax import Argument, Choice, Keyword, Optional, Sequence
from oam.settings.operators import BUILT_IN, Role, Rule

if TYPE_CHECKING:
    from oam.commands.registry import Command, Target
    from oam.grammar.graph import Node

PRIVILEGED: Final = 15
EVERYBODY: Final = 0
"""Privilege of the commands that no role takes away."""
ANY: Final = "any"
EXEC: Final = "exec"
CONFIG: Final = "config"
GROUP: Final = "group"
ALL: Final = "all"
ANY_WORD: Final = "*"
"""In a rule, any one word; in a canonical line, a secret."""
PERMIT: Final = "permit"
WRITING: Final = ("redirect", "append", "tee")
"""Filters that write a file: to a role each is the EXEC command of its name."""


class Rights(Protocol):
    """What somebody may use."""

    def allows(self, target: Any) -> bool:  # noqa: ANN401
        """Whether some line of the command may be used: then it is shown."""

    def reaches(self, node: Node[Any]) -> bool:
        """Whether anything that is allowed stands at `node` or behind it."""

    def permits(self, target: Target, canonical: str) -> bool:
        """Whether this line of the command may be carried out."""

    def writes(self, name: str) -> bool:
        """Whether output may be written to files, by the filter `name`."""


class ByPrivilege(Level):
    """Everything up to a privilege."""

    __slots__ = ()

    def permits(self, target: Target, canonical: str) -> bool:
        """Whether the privilege suffices; the line does not matter."""
        return self.allows(target)

    def writes(self, name: str) -> bool:
        """Writing is for the privileged."""
        return self.privilege >= PRIVILEGED


class _Fit(NamedTuple):
    """A rule that may decide about a command."""

    rule: Rule
    words: tuple[str, ...]
    certain: bool
    """It fits every line of the command."""


class ByRole:
    """What a privilege allows and a role permits."""

    def __init__(self, privilege: int, role: Role) -> None:
        self._privilege = privilege
        self._rules = [(rule, _words(rule)) for rule in reversed(role.rules)]
        self._fits: dict[object, tuple[_Fit, ...]] = {}
        self._reached: dict[object, bool] = {}

    def allows(self, target: Target) -> bool:
        """Whether some line of the command is permitted."""
        if target.privilege <= EVERYBODY:
            return True
        if target.privilege > self._privilege:
            return False
        return any(each.rule.action == PERMIT for each in self._of(target))

    def reaches(self, node: Node[Any]) -> bool:
        """Whether anything permitted stands at `node` or behind it; found out once a node."""
        found = self._reached.get(node)
        if found is None:
            inner = (edge.node for edge in (*node.keywords.values(), *node.arguments))
            here = node.end is not None and self.allows(node.end)
            found = self._reached[node] = here or any(self.reaches(each) for each in inner)
        return found

    def permits(self, target: Target, canonical: str) -> bool:
        """Whether the last rule that fits this line permits it."""
        if target.privilege <= EVERYBODY:
            return True
        if target.privilege > self._privilege:
            return False
        words = canonical.lower().split()
        if words[:1] == ["do"] and target.command.mode.name == EXEC:
            del words[0]
        bare = words[1:] if target.form else words
        for each in self._of(target):
            if each.certain or _begins(words, each.words) or _begins(bare, each.words):
                return each.rule.action == PERMIT
        return False

    def writes(self, name: str) -> bool:
        """Whether the last rule that fits the filter, taken as an EXEC command, permits it."""
        if self._privilege < PRIVILEGED:
            return False
        for rule, _ in self._rules:
            if rule.mode in (EXEC, ANY) and rule.command in (ALL, name):
                return rule.action == PERMIT
        return False

    def _of(self, target: Target) -> tuple[_Fit, ...]:
        """Return the rules that may decide about `target`, the last first, down to one that fits all its lines."""
        found = self._fits.get(target)
        if found is None:
            found = self._fits[target] = tuple(_down_to_certain(self._rules, target.command, target.form))
        return found


def _down_to_certain(rules: Iterable[tuple[Rule, tuple[str, ...]]], command: Command, form: str) -> Iterator[_Fit]:
    for rule, words in rules:
        possible, certain = fit(rule, words, command, form)
        if possible:
            yield _Fit(rule, words, certain)
        if certain:
            return


def _words(rule: Rule) -> tuple[str, ...]:
    return () if rule.command == ALL else tuple(rule.command.lower().split())


def fit(rule: Rule, words: tuple[str, ...], command: Command, form: str = "") -> tuple[bool, bool]:
    """Tell whether `rule`, whose command is `words`, fits some line, and every line, of `command` in `form`."""
    if rule.mode == GROUP:
        same = rule.command in (command.group, ALL)
        return same, same
    mode = command.mode.name
    if rule.mode not in (ANY, mode) and (rule.mode != CONFIG or mode == EXEC):
        return False, False
    if form and words[:1] == (form,):
        words = words[1:]
    return len(words) in _meet(command.elements, words, {0}), _fixed(command.elements, words)


def known(rule: Rule, commands: Iterable[Command]) -> bool:
    """Tell whether `rule` fits anything that there is."""
    if rule.mode in (EXEC, ANY) and rule.command in WRITING:
        return True
    words = _words(rule)
    forms = ("no", "default") if words[:1] in (("no",), ("default",)) else ("",)
    return any(fit(rule, words, command, form)[0] for command in commands for form in forms)


def _begins(words: list[str], start: tuple[str, ...]) -> bool:
    return len(words) >= len(start) and all(one in (ANY_WORD, word) for word, one in zip(words, start, strict=False))


def _fixed(elements: Sequence, words: tuple[str, ...]) -> bool:
    """Whether every line of `elements` begins with `words`."""
    return len(words) <= len(elements) and all(
        isinstance(element, Keyword) and word in (ANY_WORD, element.word)
        for element, word in zip(elements, words, strict=False)
    )


def _meet(elements: Sequence, words: tuple[str, ...], starts: set[int]) -> set[int]:
    """Return how many of `words` may have been used up behind `elements`, from any of `starts`."""
    reached = starts
    for element in elements:
        if isinstance(element, Optional):
            reached = reached | _meet(element.part, words, reached)
        elif isinstance(element, Choice):
            reached = {end for part in element.parts for end in _meet(part, words, reached)}
        else:
            reached = {end for start in reached for end in _step(element, words, start)}
    return reached


def _step(element: Keyword | Argument, words: tuple[str, ...], start: int) -> tuple[int, ...]:
    if start == len(words):
        return (start,)
    if isinstance(element, Keyword):
        return (start + 1,) if words[start] in (ANY_WORD, element.word) else ()
    if element.type.rest:
        return (len(words),)
    if words[start] == ANY_WORD:
        return (start + 1,)
    if element.type.secret:
        return ()
    try:
        element.type.convert(words[start])
    except ValueError:
        return ()
    return (start + 1,)


def compiled(privilege: int, name: str, roles: Iterable[Role]) -> Rights:
    """Return the rights of a privilege within the role `name`, if it is not empty; an unknown role permits nothing."""
    if not name:
        return ByPrivilege(min(max(privilege, 0), PRIVILEGED))
    found = {each.name: each for each in (*BUILT_IN, *roles)}.get(name)
    return ByRole(privilege, found or Role(name))
