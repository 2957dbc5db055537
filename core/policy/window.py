"""When something is in force."""

from __future__ import annotations


class Window:
    """A time table as a control sees it."""

    __slots__ = ()

    def in_force(self, wall: float) -> bool:
        """Tell whether it is in force at `wall`, seconds since 1970."""
        raise NotImplementedError
