"""One mode's commands as a trie, and the one walker behind parsing, `?`, Tab and the caret.

At every node a keyword typed in full wins; then an argument that takes the word; then
an unambiguous abbreviation. So where a free word is possible a keyword must be typed
in full: `clear registration al` never means `all`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, Protocol, TypeVar

from oam.grammar.result import CR, Ambiguous, Candidate, Incomplete, Invalid, Match, Outcome
from oam.grammar.syntax import Argument, Choice, Keyword, Optional, Sequence
from oam.grammar.types import Type
from oam.grammar.words import Word, split


class Target(Protocol):
    """What stands at the end of a command's path."""

    @property
    def privilege(self) -> int:
        """Lowest privilege that may use it."""


T = TypeVar("T", bound=Target)

TOPIC: Final = "topic"
"""Completer of what is a command, or how it begins."""
COMMAND: Final = "command"
"""Completer of an argument that is itself a command."""
NESTED: Final = (COMMAND, TOPIC)
Masked = Callable[[str], str]

HelpOf = Callable[[Keyword | Argument], tuple[str, bool]]
"""Help of one word of a command, and whether the command itself declares it; raises when there is none."""


class Rights(Protocol):
    """What somebody may use."""

    def allows(self, target: Any) -> bool:  # noqa: ANN401
        """Whether the command that `target` is may be used at all."""

    def reaches(self, node: Node[Any]) -> bool:
        """Whether anything that may be used stands at `node` or behind it."""


class Level:
    """Rights by privilege alone."""

    __slots__ = ("privilege",)

    def __init__(self, privilege: int) -> None:
        self.privilege = privilege

    def allows(self, target: Target) -> bool:
        """Whether the privilege suffices."""
        return target.privilege <= self.privilege

    def reaches(self, node: Node[Any]) -> bool:
        """Whether the privilege suffices for something behind `node`."""
        return node.privilege <= self.privilege


LEVELS: Final = tuple(Level(privilege) for privilege in range(16))
"""The rights of every privilege."""


def rights_of(given: Rights | int) -> Rights:
    """Return rights given as such, or as a privilege."""
    return LEVELS[min(max(given, 0), 15)] if isinstance(given, int) else given


class GraphError(Exception):
    """Two commands cannot be told apart."""


class Node(Generic[T]):
    """A place between two words."""

    __slots__ = ("arguments", "end", "keywords", "names", "privilege")

    def __init__(self) -> None:
        self.keywords: dict[str, Edge[T]] = {}
        self.arguments: list[Edge[T]] = []
        self.end: T | None = None
        self.names: tuple[str, ...] = ()
        """`$name` of every word on the path here; empty where a word has none."""
        self.privilege = 99
        """Lowest privilege of what can be reached from here."""


class Edge(Generic[T]):
    """One word: a keyword when `type` is None."""

    __slots__ = ("declared", "help", "node", "type", "word")

    def __init__(self, word: str, type: Type | None) -> None:  # noqa: A002
        self.word = word
        self.type = type
        self.help = ""
        self.declared = False
        """The help is a command's own, not that of the vocabulary or the type."""
        self.node: Node[T] = Node()


Path = list[tuple[Edge[T], str, object]]


class Graph(Generic[T]):
    """The commands of one mode."""

    def __init__(self) -> None:
        self.root: Node[T] = Node()
        self.prefixes: dict[str, tuple[Graph[T], str]] = {}
        """Words that lead into another graph (`do`), with their help."""
        self.masked: Callable[[str], str] = str
        """Masks the secrets in a command that is the argument of another one."""

    def add(self, syntax: Sequence, target: T, help_of: HelpOf) -> None:
        """Add a command; GraphError when another one has the same words."""
        for node, names in _grow([(self.root, ())], syntax, target.privilege, help_of):
            if node.end is not None and node.end is not target:
                raise GraphError(f"{target!r} and {node.end!r} have the same syntax")
            node.end = target
            node.names = names
        self.root.privilege = min(self.root.privilege, target.privilege)

    def match(self, line: str, rights: Rights | int) -> Outcome:
        """Find the command that `line` is, among those that `rights` (or a privilege) allow."""
        return self.match_words(split(line), line, rights)

    def match_words(self, words: list[Word], line: str, rights: Rights | int) -> Outcome:
        """Find the command that the `words` of `line` are."""
        rights = rights_of(rights)
        if not words:
            return Incomplete(len(line))
        prefix = self.prefixes.get(words[0].text.lower())
        if prefix:
            inner: _Walk[T] = _Walk(words, line, rights, 1, words[0].text.lower() + " ", self.masked)
            return inner.match(prefix[0].root, 1, [])
        walk: _Walk[T] = _Walk(words, line, rights, 0, "", self.masked)
        return walk.match(self.root, 0, [])

    def help(self, line: str, rights: Rights | int) -> list[Candidate]:
        """List what may come next; behind a word without a space: what the word may become."""
        rights = rights_of(rights)
        words = split(line)
        partial = words.pop().text if words and not line[-1].isspace() else ""
        first = 0
        graph = self
        if words and words[0].text.lower() in self.prefixes:
            graph, first = self.prefixes[words[0].text.lower()][0], 1
        walk: _Walk[T] = _Walk(words, line, rights, first, "")
        found: dict[str, Candidate] = {}
        for node in walk.reach(graph.root, first):
            start = len(line) - len(partial)
            found.update((each.word, each) for each in _candidates(node, partial, rights, start))
        if not words:
            for word, (_, text) in self.prefixes.items():
                if word.startswith(partial.lower()):
                    found[word] = Candidate(word, text)
        rest = walk.rest
        if rest is not None:
            found[rest.word] = _argument(rest, walk.rest_start)
            if not partial:
                found[CR.word] = CR
        return sorted(found.values(), key=lambda each: (each == CR, each.argument, each.word))


def _argument(edge: Edge[T], start: int) -> Candidate:
    assert edge.type
    return Candidate(edge.word, edge.help, True, edge.type.completer, start if edge.type.rest else -1)


def _candidates(node: Node[T], partial: str, rights: Rights, start: int) -> list[Candidate]:
    found = [
        Candidate(edge.word, edge.help)
        for edge in node.keywords.values()
        if edge.word.startswith(partial.lower()) and rights.reaches(edge.node)
    ]
    for edge in node.arguments:
        if rights.reaches(edge.node) and (not partial or not found or _accepts(edge, partial)):
            found.append(_argument(edge, start))
    if not partial and node.end is not None and rights.allows(node.end):
        found.append(CR)
    return found


def _accepts(edge: Edge[T], word: str) -> bool:
    assert edge.type
    try:
        edge.type.convert(word)
    except ValueError:
        return False
    return True


class _Walk(Generic[T]):
    """One line on its way through a graph."""

    def __init__(
        self, words: list[Word], line: str, rights: Rights, first: int, prefix: str, masked: Masked = str
    ) -> None:
        self.words = words
        self.line = line
        self.rights = rights
        self.first = first
        self.prefix = prefix
        self.masked = masked
        self.rest: Edge[T] | None = None
        """The argument that swallowed the rest of the line, seen by `reach`."""
        self.rest_start = 0

    def match(self, node: Node[T], index: int, path: Path[T]) -> Outcome:
        """Walk from `node` with the words from `index` on; `path` is how we came."""
        if index >= len(self.words):
            if node.end is None or not self.rights.allows(node.end):
                return Incomplete(len(self.line))
            return self.matched(node, path)
        word = self.words[index]
        edge = node.keywords.get(word.text.lower())
        if edge is not None and self.rights.reaches(edge.node):
            return self.match(edge.node, index + 1, [*path, (edge, edge.word, edge.word)])
        failure: Outcome | None = None
        reason = ""
        for edge in node.arguments:
            if not self.rights.reaches(edge.node):
                continue
            assert edge.type
            text, after = self.argument(edge, index)
            try:
                value = edge.type.convert(text)
            except ValueError as error:
                reason = reason or str(error)
                continue
            outcome = self.match(edge.node, after, [*path, (edge, text, value)])
            if isinstance(outcome, Match):
                return outcome
            failure = _further(failure, outcome)
        if failure is not None:
            return failure
        return self.abbreviated(node, index, path, reason)

    def argument(self, edge: Edge[T], index: int) -> tuple[str, int]:
        """Return the text an argument takes at `index`, and the index behind it."""
        assert edge.type
        if edge.type.rest:
            return self.line[self.words[index].start :].rstrip(), len(self.words)
        return self.words[index].text, index + 1

    def abbreviated(self, node: Node[T], index: int, path: Path[T], reason: str) -> Outcome:
        word = self.words[index]
        edges = self.abbreviations(node, word.text)
        if len(edges) == 1:
            return self.match(edges[0].node, index + 1, [*path, (edges[0], edges[0].word, edges[0].word)])
        if edges:
            return Ambiguous(word.start, tuple(sorted(edge.word for edge in edges)))
        return Invalid(word.start, reason)

    def abbreviations(self, node: Node[T], text: str) -> list[Edge[T]]:
        start = text.lower()
        return [
            edge for word, edge in node.keywords.items() if word.startswith(start) and self.rights.reaches(edge.node)
        ]

    def matched(self, node: Node[T], path: Path[T]) -> Match:
        arguments: dict[str, object] = {}
        spelled: list[str] = []
        secret = False
        for name, (edge, text, value) in zip(node.names, path, strict=True):
            if name:
                arguments[name] = value
            if edge.type is not None:
                text = edge.type.render(value)
                shown = "*" if edge.type.secret else self.masked(text) if edge.type.completer in NESTED else text
                secret = secret or shown != text
                text = shown
            spelled.append(text)
        first = self.words[self.first].text.lower() == path[0][1]
        return Match(node.end, arguments, self.prefix + " ".join(spelled), first, secret)

    def reach(self, node: Node[T], index: int) -> list[Node[T]]:
        """Return the nodes the whole line leads to; sets `rest` when a LINE has taken the end of it."""
        if index >= len(self.words):
            return [node]
        word = self.words[index]
        edge = node.keywords.get(word.text.lower())
        if edge is not None and self.rights.reaches(edge.node):
            return self.reach(edge.node, index + 1)
        found: list[Node[T]] = []
        for edge in node.arguments:
            if not self.rights.reaches(edge.node) or not _accepts(edge, self.argument(edge, index)[0]):
                continue
            assert edge.type
            if edge.type.rest:
                self.rest, self.rest_start = edge, word.start
            else:
                found += self.reach(edge.node, index + 1)
        if found or self.rest is not None:
            return found
        edges = self.abbreviations(node, word.text)
        return self.reach(edges[0].node, index + 1) if len(edges) == 1 else []


def _further(one: Outcome | None, other: Outcome) -> Outcome:
    """Return the failure that got further along the line."""
    if one is None or isinstance(one, Match) or isinstance(other, Match):
        return other
    return other if other.offset > one.offset else one


_Ends = list[tuple[Node[T], tuple[str, ...]]]


def _grow(starts: _Ends[T], syntax: Sequence, privilege: int, help_of: HelpOf) -> _Ends[T]:
    """Extend the trie from every start by `syntax`; return the nodes behind it."""
    ends = starts
    for element in syntax:
        if isinstance(element, Optional):
            ends = ends + _grow(ends, element.part, privilege, help_of)
        elif isinstance(element, Choice):
            ends = [end for part in element.parts for end in _grow(ends, part, privilege, help_of)]
        else:
            ends = [(_step(node, element, privilege, help_of), (*names, element.name)) for node, names in ends]
    return ends


def _step(node: Node[T], element: Keyword | Argument, privilege: int, help_of: HelpOf) -> Node[T]:
    """Return the node behind `element`, made if there was none."""
    if isinstance(element, Keyword):
        edge = node.keywords.get(element.word)
        if edge is None:
            edge = node.keywords[element.word] = Edge(element.word, None)
    else:
        edge = next((each for each in node.arguments if each.word == element.type.name), None)
        if edge is None:
            edge = Edge(element.type.name, element.type)
            node.arguments.append(edge)
            node.arguments.sort(key=lambda each: each.type.rank if each.type else 0)
    text, declared = help_of(element)
    if declared and edge.declared and edge.help != text:
        raise GraphError(f"{edge.word} has two helps: {edge.help!r} and {text!r}")
    if declared or not edge.help:
        edge.help, edge.declared = text, declared
    edge.node.privilege = min(edge.node.privilege, privilege)
    return edge.node
