"""One route group: which of its trunks takes a call (preference, distribution, what is skipped and why)."""

from __future__ import annotations

from typing import Final

from core.northbound.routing_settings import Member, RouteGroup
from core.policy.facts import Explanation
from core.routing.trunk import TrunkState
from core.statistics.row import Row

_UNBOUNDED: Final = 1_000_000
"""What a trunk without `calls maximum` counts as holding, for `least-used`."""


class Judge:
    """Who knows whether a trunk can take the call in question."""

    __slots__ = ()

    def refusal(self, trunk: TrunkState, now: float) -> str:
        """Return why not; empty when it can."""
        raise NotImplementedError


class GroupState:
    """A route group, and how far its distribution has got."""

    __slots__ = ("_credit", "_levels", "failover", "row", "settings")

    def __init__(self) -> None:
        self.settings: RouteGroup = RouteGroup("")
        self.failover: list[tuple[int, int]] = []
        """Ranges of statuses after which the next trunk is tried."""
        self.row: Row | None = None
        """Statistics of its calls; None: they are not kept."""
        self._levels: list[list[Member]] = []
        """Members by preference."""
        self._credit: dict[str, float] = {}
        """What each trunk has coming; of `percentage` also, after a space, what each preference leaves to the next."""

    def configure(self, settings: RouteGroup) -> None:
        """Take new settings; shares go on from where they are."""
        self.settings = settings
        self.failover = [status_range(text) for text in settings.failover]
        preferences = sorted({member.preference for member in settings.members})
        self._levels = [[each for each in settings.members if each.preference == level] for level in preferences]
        kept = {member.trunk for member in settings.members}
        self._credit = {name: credit for name, credit in self._credit.items() if name in kept or name[0] == " "}

    def fails_over(self, status: int) -> bool:
        """Tell whether the next trunk is tried after this final response."""
        return any(low <= status <= high for low, high in self.failover)

    def choose(
        self, judge: Judge, trunks: dict[str, TrunkState], tried: set[str], passed: list[str], now: float,
        explain: Explanation | None,
    ) -> TrunkState | None:  # fmt: skip
        """Return the trunk for a call, none of `tried`; None when no other can take it.

        Trunks that cannot are put into `passed`. With `explain` nothing else changes.
        """
        for level in self._levels:
            first = True
            free: list[Member] = []
            for member in level:
                name = member.trunk
                if name in tried:
                    first = False
                    continue
                trunk = trunks.get(name)
                reason = "no such trunk" if trunk is None else judge.refusal(trunk, now)
                if not reason:
                    free.append(member)
                    continue
                passed.append(name)
                if explain is not None:
                    explain.append(("trunk", name, reason))
            chosen = self._among(level, free, trunks, first, explain is None) if free else None
            if explain is not None:
                _explain(free, chosen, explain)
            if chosen is not None:
                return trunks[chosen.trunk]
        return None

    def _among(
        self, level: list[Member], free: list[Member], trunks: dict[str, TrunkState], first: bool, real: bool
    ) -> Member | None:
        """Choose among the free members of one preference; `first` is false when one of them has failed the call."""
        distribution = self.settings.distribution
        if distribution == "sequential":
            return free[0]
        if distribution == "least-used":
            return _least_used(free, trunks)
        if distribution == "percentage":
            return self._by_percentage(level, free, first, real)
        return self._by_weight(free, first, real)

    def _by_weight(self, free: list[Member], first: bool, real: bool) -> Member:
        """Smooth weighted round robin; a call that fails over takes the one due next and moves nothing."""
        credit = self._credit
        total = 0
        best = free[0]
        most = -1e18
        for member in free:
            name = member.trunk
            total += member.weight
            due = credit.get(name, 0.0) + member.weight
            if real and first:
                credit[name] = due
            if due > most:
                most = due
                best = member
        if real and first:
            credit[best.trunk] -= total
        return best

    def _by_percentage(self, level: list[Member], free: list[Member], first: bool, real: bool) -> Member | None:
        """Error diffusion over all members, free or not; what is for one that is not free the next free one takes.

        None when the share of the next preference is due.
        """
        if not first:
            return max(free, key=_weight)
        credit = self._credit
        rest = f" {level[0].preference}"
        chosen: Member | None = None
        left = float(100 - sum([member.weight for member in level]))
        most = credit.get(rest, 0.0) + left if left > 0 else 0.0
        if real and left > 0:
            credit[rest] = most
        for member in level:
            due = credit.get(member.trunk, 0.0) + member.weight
            if real:
                credit[member.trunk] = due
            if due > most + 1e-9:
                most = due
                chosen = member
        if real:
            credit[rest if chosen is None else chosen.trunk] = most - 100.0
        if chosen is None:
            return None
        for member in free:
            if member is chosen:
                return member
        return max(free, key=_weight)


def _explain(free: list[Member], chosen: Member | None, explain: Explanation) -> None:
    """Tell of the trunks of one preference that could take the call which of them does."""
    for member in free:
        if member is chosen:
            explain.append(("trunk", member.trunk, f"chosen, preference {member.preference}, weight {member.weight}"))
        else:
            turn = "the next preference's turn" if chosen is None else "not its turn"
            explain.append(("trunk", member.trunk, f"could take it, {turn}"))


def _weight(member: Member) -> int:
    return member.weight


def _least_used(free: list[Member], trunks: dict[str, TrunkState]) -> Member:
    """Return the member whose trunk has the smallest part of its calls in use; of equals the first."""
    best = free[0]
    least = 1e18
    for member in free:
        trunk = trunks[member.trunk]
        used = trunk.calls / (trunk.settings.calls_maximum or _UNBOUNDED)
        if used < least:
            least = used
            best = member
    return best


def status_range(text: str) -> tuple[int, int]:
    """Read `503` or `500-599`."""
    low, _, high = text.partition("-")
    return int(low), int(high or low)
