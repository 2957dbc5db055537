"""Which command a line is, seen from a mode: its own commands first, then those of the modes around it.

That is what lets a running-config be pasted: `registrar` behind a `sip` section needs no
`exit` between them.
"""

from __future__ import annotations

from oam.commands.registry import EXEC, Mode, Registry, lineage
from oam.grammar.graph import Rights
from oam.grammar.result import Match, Outcome
from oam.grammar.words import split


def resolve(registry: Registry, mode: Mode, line: str, rights: Rights | int) -> tuple[Outcome, Mode]:
    """Return what `line` is to somebody of `rights` (or a privilege), and the mode it belongs to.

    On failure: the complaint that got furthest.
    """
    words = split(line)
    best = registry.graphs[mode].match_words(words, line, rights)
    if mode is EXEC or (isinstance(best, Match) and best.exact):
        return best, mode
    chosen = mode
    for outer in lineage(mode)[1:]:
        if outer is EXEC:
            break
        outcome = registry.graphs[outer].match_words(words, line, rights)
        if isinstance(outcome, Match):
            if not isinstance(best, Match) or outcome.exact:
                return outcome, outer
        elif not isinstance(best, Match) and outcome.offset > best.offset:
            best = outcome
    return best, chosen
