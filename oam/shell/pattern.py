"""Regular expressions matched in time linear in the text, for `| include` and its like.

`re` backtracks: one unlucky pattern holds the interpreter for ever, and no timeout
reaches it. Here a pattern becomes a small program of at most MAX_PROGRAM steps, whose sets of live
steps are turned into a table as text is seen (a lazily built DFA), bounded in size. Every
character costs one table look-up, at worst one pass over the program.

Syntax: `.` `[...]` `|` `( )` `(?: )` `* + ? {m,n}` (their lazy forms mean the same here), `^ $ \\b \\B`,
`\\d \\D \\w \\W \\s \\S \\t`, any other escaped sign itself. Case counts. What needs
backtracking (references, look-around) is refused. Meaning agrees with `re.search` on one
line of text, `.` matching any character.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

MAX_PATTERN: Final = 256
"""Characters of one pattern."""
MAX_PROGRAM: Final = 400
"""Steps after counted repeats are spelled out."""
MAX_DEPTH: Final = 40
"""Parentheses within parentheses."""
MAX_ENTRIES: Final = 50_000
"""Table entries kept before the table is started anew."""

_MATCH: Final = 0
_CHARACTER: Final = 1
_SPLIT: Final = 2
_ASSERT: Final = 3

_EDGE: Final = 0
_WORD: Final = 1
_OTHER: Final = 2

_UNBOUNDED: Final = -1


class PatternError(Exception):
    """The text is no pattern we take; `offset` is the character it went wrong at."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


class _CharacterSet:
    """Characters one step accepts."""

    __slots__ = ("classes", "inverted", "ranges")

    def __init__(self, ranges: list[tuple[str, str]], classes: str = "", inverted: bool = False) -> None:
        self.ranges = ranges
        self.classes = classes
        """Letters of `\\d` and its like."""
        self.inverted = inverted

    def __contains__(self, character: str) -> bool:
        found = any(low <= character <= high for low, high in self.ranges) or any(
            _in_class(letter, character) for letter in self.classes
        )
        return found != self.inverted


_ANY: Final = _CharacterSet([], inverted=True)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _in_class(letter: str, character: str) -> bool:
    kind = letter.lower()
    if kind == "d":
        found = character.isdecimal()
    elif kind == "w":
        found = _is_word(character)
    else:
        found = character.isspace()
    return found != letter.isupper()


class _Step:
    """One step of a program; what `value` and the two continuations mean depends on `kind`."""

    __slots__ = ("characters", "kind", "other", "then", "what")

    def __init__(self, kind: int, what: str = "", characters: _CharacterSet = _ANY) -> None:
        self.kind = kind
        self.what = what
        """Sign of an assertion: `^`, `$`, `b`, `B`."""
        self.characters = characters
        self.then = 0
        self.other = 0


_Node = Callable[[int], int]
"""Adds the steps of one part of the pattern, which go on to the step given; returns the first of them."""


class _Compiler:
    """Recursive descent over the pattern, one method per rule; what it read becomes steps once the rest is known."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.steps = [_Step(_MATCH)]

    def compile(self) -> int:
        """Read the whole pattern; return its first step. Step 0 is the match."""
        node = self.alternatives()
        if self.peek():
            raise PatternError("unbalanced )", self.at)
        return node(0)

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        sign = self.peek()
        if not sign:
            raise PatternError("the pattern ends too early", self.at)
        self.at += 1
        return sign

    def add(self, step: _Step, then: int, other: int = 0) -> int:
        if len(self.steps) >= MAX_PROGRAM:
            raise PatternError("the pattern is too large", 0)
        step.then, step.other = then, other
        self.steps.append(step)
        return len(self.steps) - 1

    def alternatives(self) -> _Node:
        branches = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.sequence())

        def build(then: int) -> int:
            first = branches[-1](then)
            for branch in reversed(branches[:-1]):
                first = self.add(_Step(_SPLIT), branch(then), first)
            return first

        return build

    def sequence(self) -> _Node:
        items: list[_Node] = []
        while self.peek() not in ("", "|", ")"):
            items.append(self.repeated())

        def build(then: int) -> int:
            for item in reversed(items):
                then = item(then)
            return then

        return build

    def repeated(self) -> _Node:
        node = self.atom()
        bounds = self.bounds()
        if bounds is None:
            return node
        if self.peek() == "?":
            self.at += 1
        if self.bounds() is not None:
            raise PatternError("multiple repeat", self.at - 1)
        low, high = bounds

        def build(then: int) -> int:
            if high == _UNBOUNDED:
                loop = self.add(_Step(_SPLIT), then, then)
                self.steps[loop].then = node(loop)
                then = loop
            else:
                end = then
                for _ in range(high - low):
                    then = self.add(_Step(_SPLIT), node(then), end)
            for _ in range(low):
                first = node(then)
                if first == then:  # empty, and so is any number of it: `((){400}){400}` costs nothing
                    break
                then = first
            return then

        return build

    def bounds(self) -> tuple[int, int] | None:
        """`*`, `+`, `?`, `{m}`, `{m,}`, `{,n}`, `{m,n}`; any other brace stands for itself, as in `re`."""
        sign = self.peek()
        if sign == "{":
            return self.counted()
        if not sign or sign not in "*+?":
            return None
        self.at += 1
        return {"*": (0, _UNBOUNDED), "+": (1, _UNBOUNDED), "?": (0, 1)}[sign]

    def counted(self) -> tuple[int, int] | None:
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : max(end, self.at + 1)].partition(",")
        if end < 0 or not (low or comma) or not all(not part or part.isdecimal() for part in (low, high)):
            return None
        first = int(low or "0")
        last = first if not comma else int(high) if high else _UNBOUNDED
        if _UNBOUNDED != last < first:
            raise PatternError("the largest count is below the smallest", self.at)
        if max(first, last) > MAX_PROGRAM:
            raise PatternError("the count is too large", self.at)
        self.at = end + 1
        return first, last

    def atom(self) -> _Node:
        start = self.at
        sign = self.take()
        if sign == "(":
            return self.group(start)
        if sign == "[":
            return self.character(self.bracket(start))
        if sign == "\\":
            return self.escape()
        if sign in "^$":
            return self.assertion(sign)
        if sign in "*+?":
            raise PatternError("nothing to repeat", start)
        return self.character(_ANY if sign == "." else _CharacterSet([(sign, sign)]))

    def character(self, characters: _CharacterSet) -> _Node:
        return lambda then: self.add(_Step(_CHARACTER, characters=characters), then)

    def assertion(self, sign: str) -> _Node:
        return lambda then: self.add(_Step(_ASSERT, sign), then)

    def group(self, start: int) -> _Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise PatternError("too many parentheses", start)
        if self.peek() == "?":
            if self.text[self.at + 1 : self.at + 2] != ":":
                raise PatternError("look-around, names and flags are not supported", start)
            self.at += 2
        node = self.alternatives()
        if self.peek() != ")":
            raise PatternError("missing )", start)
        self.at += 1
        self.depth -= 1
        return node

    def escape(self) -> _Node:
        start = self.at - 1
        sign = self.take()
        if sign in "bB":
            return self.assertion(sign)
        if sign in "dDwWsS":
            return self.character(_CharacterSet([], sign))
        literal = self.literal(sign, start)
        return self.character(_CharacterSet([(literal, literal)]))

    def literal(self, sign: str, start: int) -> str:
        if sign == "t":
            return "\t"
        if sign.isalnum():
            raise PatternError(f"\\{sign} is not supported", start)
        return sign

    def bracket(self, start: int) -> _CharacterSet:
        inverted = self.peek() == "^"
        if inverted:
            self.at += 1
        found = _CharacterSet([], inverted=inverted)
        first = True
        while first or self.peek() != "]":
            if not self.peek():
                raise PatternError("missing ]", start)
            self.range(found)
            first = False
        self.at += 1
        return found

    def range(self, found: _CharacterSet) -> None:
        start = self.at
        low = self.member()
        if len(low) > 1:
            found.classes += low[1]
            return
        if self.peek() != "-" or self.text[self.at + 1 : self.at + 2] in ("", "]"):
            found.ranges.append((low, low))
            return
        self.at += 1
        high = self.member()
        if len(high) > 1 or high < low:
            raise PatternError("bad range of characters", start)
        found.ranges.append((low, high))

    def member(self) -> str:
        """One character of a bracket, or a backslash with the letter of a class."""
        start = self.at
        sign = self.take()
        if sign != "\\":
            return sign
        sign = self.take()
        return "\\" + sign if sign in "dDwWsS" else self.literal(sign, start)


class _State(dict[str, "_State"]):
    """Where a search stands: the live steps and the kind of character before; entries are made when missed."""

    __slots__ = ("before", "live", "pattern")

    def __init__(self, pattern: Pattern, live: frozenset[int], before: int) -> None:
        super().__init__()
        self.pattern = pattern
        self.live = live
        self.before = before

    def __missing__(self, character: str) -> _State:
        return self.pattern.advance(self, character)


class Pattern:
    """A compiled pattern."""

    def __init__(self, text: str) -> None:
        """Compile `text`; raises PatternError."""
        if len(text) > MAX_PATTERN:
            raise PatternError(f"the pattern is longer than {MAX_PATTERN} characters", MAX_PATTERN)
        self.text = text
        self._literal = not any(sign in "\\^$.|?*+()[]{}" for sign in text)
        compiler = _Compiler(text)
        self._first = compiler.compile()
        self._steps = compiler.steps
        self._found = _State(self, frozenset(), _OTHER)
        self._restart()

    def search(self, line: str) -> bool:
        """Tell whether the pattern matches anywhere in `line`."""
        if self._literal:
            return self.text in line
        state = self._start
        found = self._found
        for character in line:
            state = state[character]
            if state is found:
                return True
        return 0 in self._closure(state, _EDGE)

    def advance(self, state: _State, character: str) -> _State:
        """Return the state after `character` and remember it in `state`."""
        if self._entries >= MAX_ENTRIES:
            self._restart()
        after = _WORD if _is_word(character) else _OTHER
        reached = self._closure(state, after)
        if 0 in reached:
            following = self._found
        else:
            steps = map(self._steps.__getitem__, reached)
            live = {step.then for step in steps if step.kind == _CHARACTER and character in step.characters}
            live.add(self._first)
            key = (frozenset(live), after)
            following = self._states.get(key) or self._states.setdefault(key, _State(self, *key))
        state[character] = following
        self._entries += 1
        return following

    def _restart(self) -> None:
        self._entries = 0
        self._states: dict[tuple[frozenset[int], int], _State] = {}
        self._start = _State(self, frozenset((self._first,)), _EDGE)

    def _closure(self, state: _State, after: int) -> set[int]:
        """Return all steps reached from the live ones without taking a character, the next being of kind `after`."""
        reached = set(state.live)
        waiting = list(reached)
        while waiting:
            step = self._steps[waiting.pop()]
            if step.kind == _SPLIT:
                following: tuple[int, ...] = (step.then, step.other)
            elif step.kind == _ASSERT and _holds(step.what, state.before, after):
                following = (step.then,)
            else:
                continue
            for number in following:
                if number not in reached:
                    reached.add(number)
                    waiting.append(number)
        return reached


def _holds(sign: str, before: int, after: int) -> bool:
    if sign == "^":
        return before == _EDGE
    if sign == "$":
        return after == _EDGE
    boundary = (before == _WORD) != (after == _WORD)
    return boundary == (sign == "b")
