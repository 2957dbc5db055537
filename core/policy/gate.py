"""What lets calls pass, or some of them; each kind of control has its own arithmetic."""

from __future__ import annotations


class Gate:
    """Decides call by call; `now` is monotonic and never goes back."""

    __slots__ = ()

    def offer(self, now: float) -> bool:
        """Offer a call; True lets it pass."""
        raise NotImplementedError

    def peek(self, now: float) -> bool:
        """Tell what `offer` would say; nothing changes."""
        raise NotImplementedError

    def follow(self, older: Gate) -> None:
        """Go on from where `older` has got, if that is of the same kind: bounds have changed, the traffic has not."""
        raise NotImplementedError
