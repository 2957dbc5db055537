"""All trunks and route groups of one engine: by name, by where requests come from, by who they claim to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_address, ip_network
from random import Random
from typing import Final

from core.dialog.call import Call
from core.dialog.trail import Notes
from core.effect import NOTICE, Effect
from core.northbound import counters
from core.northbound.notices import TrunkDown, TrunkUp
from core.northbound.routing_settings import Trunk
from core.northbound.rows import RouteGroupRow, TrunkRow
from core.northbound.settings import Settings
from core.northbound.statistics import ROUTE_GROUP, TRUNK_IN, TRUNK_OUT
from core.policy.feedback import Throttles
from core.policy.route_control import RouteControls
from core.routing.analysis import Analysis
from core.routing.group import GroupState
from core.routing.trunk import Tally, TrunkState
from core.statistics.statistics import Statistics
from core.wire.uri import host_port

_REMEMBERED: Final = 4096
"""Hosts whose trunk is remembered; any host may send."""


class Trunks:
    """The table of trunks; its entries live through changes of the settings."""

    __slots__ = ("_leaving", "_memo", "_networks", "_realm", "_unseal", "analysis", "by_username", "controls", "groups",
                 "has_codecs", "has_sources", "host", "notes", "out", "random", "settings", "slots", "states",
                 "throttles", "wall_offset")  # fmt: skip

    def __init__(
        self, slots: memoryview, out: list[Effect], rng: Random, unseal: Callable[[str], str], analysis: Analysis,
        controls: RouteControls,
    ) -> None:  # fmt: skip
        self.slots: memoryview = slots
        self.out: list[Effect] = out
        self.random: Random = rng
        self.analysis: Analysis = analysis
        """Carries out translation rules."""
        self._unseal: Callable[[str], str] = unseal
        """Makes the secret of what the configuration holds of it."""
        self._realm: str = ""
        self.notes: Notes = Notes()
        self.throttles: Throttles = Throttles(slots)
        """What addresses of trunks have told us of their load."""
        self.controls: RouteControls = controls
        self.wall_offset: float = 0.0
        """What makes seconds since 1970 of `now`."""
        self.settings: Settings = Settings()
        self.host: str = ""
        """Our domain, in identities that we assert."""
        self.states: dict[str, TrunkState] = {}
        self._leaving: dict[str, TrunkState] = {}
        """Trunks that are configured no more and still have calls: one that comes back has them."""
        self.groups: dict[str, GroupState] = {}
        self.has_codecs: bool = False
        """Some trunk has rules for codecs."""
        self.has_sources: bool = False
        """Some trunk is known by where its requests come from."""
        self._networks: list[tuple[int, int, dict[int, TrunkState]]] = []
        """IP version, bits of the host part, and trunks by network shifted by these; longest networks first."""
        self._memo: dict[str, TrunkState | None] = {}
        self.by_username: dict[str, TrunkState] = {}
        """Trunks that prove who they are, and need no source."""

    def configure(self, settings: Settings) -> None:
        """Take new settings; what did not change is not touched."""
        old = self.settings
        self.settings = settings
        self.host = _own_host(settings)
        realm = settings.realm
        if settings.trunks != old.trunks or realm != self._realm:
            known = {trunk.name: trunk for trunk in old.trunks} if realm == self._realm else {}
            self._realm = realm
            self._configure_trunks(settings.trunks, known)
        if settings.route_groups != old.route_groups:
            had = self.groups
            self.groups = {}
            for group in settings.route_groups:
                state = had.get(group.name) or GroupState()
                if state.settings != group:
                    state.configure(group)
                self.groups[group.name] = state

    def count_in(self, statistics: Statistics, now: float) -> None:
        """Have the rows of the trunks and route groups that there are now, or none while statistics are off."""
        came = statistics.name(TRUNK_IN, self.states, now)
        went = statistics.name(TRUNK_OUT, self.states, now)
        for name, trunk in self.states.items():
            trunk.row_in, trunk.row_out = came.get(name), went.get(name)
        groups = statistics.name(ROUTE_GROUP, self.groups, now)
        for name, group in self.groups.items():
            group.row = groups.get(name)

    def _configure_trunks(self, trunks: tuple[Trunk, ...], known: dict[str, Trunk]) -> None:
        had = {name: state for name, state in self._leaving.items() if state.calls > 0}
        had.update(self.states)
        self.states = {}
        for settings in trunks:
            state = had.pop(settings.name, None) or TrunkState(settings.name)
            if settings != known.get(settings.name):
                state.configure(
                    settings, self._realm, self._opened(settings.secret), self._opened(settings.inbound_secret)
                )
            self.states[settings.name] = state
        self._leaving = had
        self.has_codecs = any(state.codecs is not None for state in self.states.values())
        self._index()
        self._count_down()

    def _opened(self, sealed: str) -> str:
        return self._unseal(sealed) if sealed else ""

    def _index(self) -> None:
        """Build what finds a trunk by its source, or by its name in credentials."""
        self._memo = {}
        found: dict[tuple[int, int], dict[int, TrunkState]] = {}
        self.by_username = {}
        for state in self.states.values():
            if state.settings.inbound_username:
                self.by_username[state.settings.inbound_username] = state
            for text in state.settings.sources:
                network = ip_network(text)
                bits = network.max_prefixlen - network.prefixlen
                found.setdefault((network.version, bits), {})[int(network.network_address) >> bits] = state
        self._networks = [(version, bits, found[version, bits]) for version, bits in sorted(found, key=_host_bits)]
        self.has_sources = bool(found)

    def by_source(self, host: str) -> TrunkState | None:
        """Return the trunk whose network `host`, a numeric address, is in; of several the longest network's."""
        memo = self._memo
        if host in memo:
            return memo[host]
        if len(memo) >= _REMEMBERED:
            memo.clear()
        trunk = self._search(host)
        memo[host] = trunk
        return trunk

    def _search(self, host: str) -> TrunkState | None:
        try:
            address = ip_address(host)
        except ValueError:
            return None
        number, version = int(address), address.version
        for wanted, bits, trunks in self._networks:
            if wanted == version:
                found = trunks.get(number >> bits)
                if found is not None:
                    return found
        return None

    def restore(self, call: Call) -> None:
        """Count a call that was answered before this worker began."""
        for name in {call.trunk_in, call.trunk_out}:
            trunk = self.states.get(name)
            if trunk is not None:
                trunk.restore(call)

    def probed(self, trunk: TrunkState, reason: str, now: float) -> None:
        """Take the outcome of one probe, why it failed or empty; tell of a trunk that goes down or comes up."""
        settings = trunk.settings
        if reason:
            trunk.successes = 0
            trunk.fails += 1
            if trunk.down or trunk.fails < settings.monitor_failures:
                return
            trunk.down, trunk.since, trunk.reason = True, now, reason
            self.out.append((NOTICE, TrunkDown(trunk=trunk.name, reason=reason)))
        else:
            trunk.fails = 0
            trunk.successes += 1
            if not trunk.down or trunk.successes < settings.monitor_successes:
                return
            trunk.down, trunk.since, trunk.reason = False, now, ""
            self.out.append((NOTICE, TrunkUp(trunk=trunk.name)))
        self._count_down()

    def _count_down(self) -> None:
        self.slots[counters.TRUNKS_DOWN] = sum([1 for trunk in self.states.values() if trunk.down])

    def clear_statistics(self, name: str) -> int:
        """Clear the statistics of one trunk, or of all when `name` is empty; return how many."""
        cleared = [trunk for trunk in self.states.values() if name in ("", trunk.name)]
        for trunk in cleared:
            trunk.clear_statistics()
        return len(cleared)

    def rows(self, name: str, wall_offset: float) -> Iterator[TrunkRow]:
        """Yield a row per trunk, or that of one."""
        for trunk in list(self.states.values()):
            if name in ("", trunk.name):
                yield _row(trunk, wall_offset)

    def group_rows(self, name: str, orders: dict[str, list[str]]) -> Iterator[RouteGroupRow]:
        """Yield a row per member of every group, or of one, in the order of their preference.

        `orders` are the trunks of each group in the order in which a call would try them.
        """
        for group in list(self.groups.values()):
            settings = group.settings
            if name not in ("", settings.name):
                continue
            order = orders.get(settings.name, [])
            for member in sorted(settings.members, key=_preference):
                trunk = self.states.get(member.trunk)
                yield RouteGroupRow(
                    route_group=settings.name,
                    distribution=settings.distribution,
                    trunk=member.trunk,
                    preference=member.preference,
                    weight=member.weight,
                    state="missing" if trunk is None else trunk.state(),
                    turn=order.index(member.trunk) + 1 if member.trunk in order else None,
                    calls=0 if trunk is None else trunk.calls,
                )


def _own_host(settings: Settings) -> str:
    sip = settings.sip
    if sip.domains or not sip.listeners:
        return sip.domains[0] if sip.domains else ""
    return host_port(sip.listeners[0].advertise or sip.listeners[0].address, 0)


def _host_bits(key: tuple[int, int]) -> int:
    return key[1]


def _preference(member: object) -> int:
    return int(getattr(member, "preference", 0))


def _row(trunk: TrunkState, wall_offset: float) -> TrunkRow:
    settings = trunk.settings
    out, came = trunk.outgoing, trunk.incoming
    return TrunkRow(
        trunk=trunk.name,
        state=trunk.state(),
        reason=trunk.reason,
        since_at=_at(trunk.since, wall_offset),
        direction=settings.direction,
        addresses=settings.addresses,
        sources=settings.sources,
        calls=trunk.calls,
        calls_in=trunk.calls_in,
        calls_out=trunk.calls_out,
        maximum=settings.calls_maximum,
        peak=trunk.peak,
        attempts=out.attempts,
        seizures=out.seizures,
        answers=out.answers,
        answer_ratio=_ratio(out),
        busy=out.busy,
        no_answer=out.no_answer,
        silent=out.failures[0],
        failed_3xx=out.failures[3],
        failed_4xx=out.failures[4],
        failed_5xx=out.failures[5],
        failed_6xx=out.failures[6],
        attempts_in=came.attempts,
        seizures_in=came.seizures,
        answers_in=came.answers,
        answer_ratio_in=_ratio(came),
        busy_in=came.busy,
        no_answer_in=came.no_answer,
        failed_in=sum(came.failures),
        monitored=settings.monitor_interval_s > 0,
        probes=trunk.probes,
        probes_failed=trunk.fails,
        probe_status=trunk.status or None,
        probe_ms=round(trunk.delay_s * 1000.0, 1) if trunk.status else None,
        heard_at=_at(trunk.heard_at, wall_offset),
    )


def _ratio(tally: Tally) -> int | None:
    """Return the answer-seizure ratio, per cent (ITU-T E.411)."""
    return round(100 * tally.answers / tally.seizures) if tally.seizures else None


def _at(moment: float, wall_offset: float) -> float | None:
    return moment + wall_offset if moment else None
