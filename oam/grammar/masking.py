"""What may be kept of a line that is no command: whatever may be a secret in it becomes `*`.

A misspelt `username bob secrte 0 TEXT` is no command, so nothing says what its words are. Every
mode's graph is therefore walked as far as the line goes, taking every word for all that it may
be; where it leaves the graph, what the word was probably meant as decides whether a secret may
follow. A line that nobody understands keeps its first word, unless that looks like no command: then it may
be a secret that was typed too early.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import takewhile
from typing import Any, Final

from oam.grammar.graph import COMMAND, Edge, Graph, Node
from oam.grammar.words import Word, split, without_secrets

SIMILAR: Final = 0.6
"""How alike two words are when one may be meant by the other."""
_PLAIN: Final = re.compile(r"[A-Za-z]?[a-z-]*|[0-9]{1,3}")
"""What a misspelt word of a command looks like, and few secrets do."""
_FORMS: Final = ("do", "no", "default")


class Masker:
    """Masks lines by the graphs of all modes."""

    def __init__(self, graphs: Iterable[Graph[Any]]) -> None:
        self._roots = [graph.root for graph in graphs]
        self._secretive: dict[Node[Any], bool] = {}
        self._first: dict[str, bool] = {}
        for root in self._roots:
            for word, edge in root.keywords.items():
                self._first[word] = self._first.get(word, False) or self._holds(edge.node)

    def masked(self, line: str) -> str:
        """Return `line`, which is no command, as it may be kept."""
        words = split(line)
        start = next((index for index, each in enumerate(words) if each.text.lower() not in _FORMS), len(words))
        if start == len(words):
            return line
        hidden: set[int] = set()
        cut = self._by_first_word(words, start)
        for root in self._roots:
            cut = min(cut, self._walk(root, words, start, hidden))
        return without_secrets(_written(line, words, hidden, cut))

    def _by_first_word(self, words: list[Word], start: int) -> int:
        """Return how many words may be kept, as far as the first one tells."""
        first = words[start].text.lower()
        meant = [each for each in self._first if each.startswith(first)]
        close = [] if first in meant else get_close_matches(first, self._first, n=1, cutoff=SIMILAR)
        if any(self._first[each] for each in close):
            return start + 1
        if meant or close:
            # What is short for several, or for one: the walk goes into each of them.
            return len(words)
        return start + bool(_PLAIN.fullmatch(words[start].text))

    def _walk(self, root: Node[Any], words: list[Word], index: int, hidden: set[int]) -> int:
        """Walk as far as `words` go, put those that may be secrets into `hidden`; return how many may be kept."""
        nodes = [root]
        first = index
        secret_at = len(words)
        while index < len(words):
            followed: list[Node[Any]] = []
            for edge in _taking(nodes, words[index].text):
                if edge.type is None or not edge.type.rest:
                    followed.append(edge.node)
                elif edge.type.secret:
                    return index
                elif edge.type.completer == COMMAND:
                    return self._nested(words, index)
                if edge.type is not None and edge.type.secret:
                    hidden.add(index)
                    secret_at = min(secret_at, index)
            if not followed:
                return len(words) if index == first else min(secret_at, self._left(nodes, words, index))
            nodes = followed
            index += 1
        return len(words)

    def _nested(self, words: list[Word], index: int) -> int:
        """Return how many words may be kept when those from `index` on are a command of their own."""
        own = " ".join(each.text for each in words[index:])
        kept = self.masked(own).split()
        same = (one == each.text for one, each in zip(kept, words[index:], strict=False))
        return index + len(list(takewhile(bool, same)))

    def _left(self, nodes: list[Node[Any]], words: list[Word], index: int) -> int:
        """Return how many words may be kept when the one at `index` leads nowhere."""
        if any(edge.type is not None and edge.type.secret for node in nodes for edge in node.arguments):
            return index
        edges = {word: edge for node in nodes for word, edge in node.keywords.items()}
        close = get_close_matches(words[index].text.lower(), edges, n=1, cutoff=SIMILAR)
        meant = [edges[each].node for each in close] or nodes
        if not any(self._holds(node) for node in meant):
            return len(words)
        return index + bool(close or _PLAIN.fullmatch(words[index].text))

    def _holds(self, node: Node[Any]) -> bool:
        """Whether a secret may stand somewhere behind `node`; found out once a node."""
        found = self._secretive.get(node)
        if found is None:
            edges = (*node.keywords.values(), *node.arguments)
            found = any(_may_be_secret(each) or self._holds(each.node) for each in edges)
            self._secretive[node] = found
        return found


def _may_be_secret(edge: Edge[Any]) -> bool:
    return edge.type is not None and (edge.type.secret or edge.type.completer == COMMAND)


def _taking(nodes: list[Node[Any]], text: str) -> Iterable[Edge[Any]]:
    """Give every edge that may take the word `text`."""
    lower = text.lower()
    for node in nodes:
        for word, edge in node.keywords.items():
            if word.startswith(lower):
                yield edge
        for edge in node.arguments:
            assert edge.type
            if edge.type.rest:
                yield edge
                continue
            try:
                edge.type.convert(text)
            except ValueError:
                continue
            yield edge


def _written(line: str, words: list[Word], hidden: set[int], cut: int) -> str:
    """Return `line` up to the word `cut`, the `hidden` words and what follows as `*`."""
    found, end = "", 0
    for index, word in enumerate(words[:cut]):
        found += line[end : word.start] + ("*" if index in hidden else word.text)
        end = word.start + len(word.text)
    return found + (" *" if cut and cut < len(words) else "*" if cut < len(words) else line[end:])
