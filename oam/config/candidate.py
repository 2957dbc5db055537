"""A private candidate: validated edits that wait to be put in force together.

It is no copy of what runs: its edits are made on what runs when it is committed, so
that it takes back nothing that others have done meanwhile, unless it names the same. It belongs to
one session and is lost with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from oam.config.edit import Draft, Edit
from oam.config.tree import Configuration

if TYPE_CHECKING:
    from oam.commands.registry import Target
    from oam.security.rights import Rights

MAX_EDITS: Final = 200_000


class CandidateFull(Exception):  # noqa: N818
    """The candidate takes no more lines."""


class Candidate:
    """What one session is about to change."""

    def __init__(self) -> None:
        self.whole: Configuration | None = None
        """What replaces the running configuration before the edits; None: nothing does."""
        self.edits: list[Edit] = []
        self.targets: list[Target] = []
        """Of each edit, what its line is."""

    def take(self, edit: Edit, target: Target) -> None:
        """Add an edit, which is a line of `target`. Raises CandidateFull."""
        if len(self.edits) >= MAX_EDITS:
            raise CandidateFull(f"The candidate is full: {MAX_EDITS} lines; commit or abort it")
        self.edits.append(edit)
        self.targets.append(target)

    def replace(self, whole: Configuration) -> None:
        """Begin anew with a whole configuration."""
        self.whole = whole
        self.edits.clear()
        self.targets.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.whole = None
        self.edits.clear()
        self.targets.clear()

    def __bool__(self) -> bool:
        return self.whole is not None or bool(self.edits)

    def made(self, running: Configuration) -> Configuration:
        """Return what is running with the candidate's changes in it."""
        return Draft(self.whole or running).apply_all(self.edits).freeze()

    def denied(self, rights: Rights) -> str:
        """Return the first line that `rights` do not permit any more: they may have changed since it was typed."""
        lines = zip(self.edits, self.targets, strict=True)
        return next((edit.line for edit, target in lines if not rights.permits(target, edit.line)), "")

    def blamed(self, names: dict[str, str], problem: str) -> Edit | None:
        """Return the edit that `problem` is most likely about: the last of the section that it begins with.

        `names` are the operator's names of the sections by field.
        """
        section = problem.partition(":")[0]
        own = [each for each in self.edits if names.get(each.section, each.section) == section] or self.edits
        return own[-1] if own else None
