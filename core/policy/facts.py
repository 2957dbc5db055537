"""What controls may know of a call, and what whoever decides about one says of it when asked."""

from __future__ import annotations

Explanation = list[tuple[str, str, str]]
"""Step, object, outcome: all that was looked at, in order. Who is given one changes nothing besides."""


class CallFacts:
    """One call on its way."""

    __slots__ = ("called", "calling", "exempt", "group", "priority", "rerouted", "trunk")

    def __init__(self, called: str, calling: str, trunk: str, group: str, priority: int) -> None:
        self.called: str = called
        """Digits, translated; empty when it goes to a name."""
        self.calling: str = calling
        self.trunk: str = trunk
        """Trunk it came by; empty: none."""
        self.group: str = group
        """Subscriber group of its caller."""
        self.priority: int = priority
        """Its class."""
        self.exempt: bool = False
        """A control would have acted on it, were it not for its class."""
        self.rerouted: bool = False
        """A control has sent it to another route group: none does so again."""
