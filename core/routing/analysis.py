"""Number analysis: what becomes of a call by its numbers, the longest prefix that fits deciding.

Lines of the configuration are compiled into one dictionary for each table; bulk prefixes are read from their store.
The longest prefix counts, whichever of the two has it; at the same length the lines of the configuration do. Of one
prefix's entries those with the most conditions are looked at first; entries with the same conditions share the calls
by `percent`, and what they leave over goes on to fewer conditions and then to shorter prefixes.
"""

from __future__ import annotations

from typing import Final

from core.dialog.trail import ENTRY, RULE, TEXT, WHY, Notes
from core.northbound import counters
from core.northbound.routing_settings import DEFAULT_TABLE, MAX_DIGITS, AnalysisTable, PrefixEntry
from core.northbound.rows import AnalysisHitsRow
from core.northbound.settings import Settings
from core.policy.facts import Explanation
from core.routing.calendar import Calendar, compile_calendars
from core.routing.number import Numbers
from core.routing.translation import Rule, compile_rules, translate
from core.statistics.destinations import ANY
from core.store.prefixes import PrefixStore, entries_of

ROUTE_GROUP: Final = "route-group"
REDIRECT: Final = "redirect"
REJECT: Final = "reject"
LOCAL: Final = "local"
_TABLE: Final = "table"

_HOPS: Final = 8
"""Tables that one call may be sent through."""
_MOST_KNOWN: Final = 10_000
"""Rows of bulk prefixes kept compiled, and as many whose shares are remembered."""


class Decision:
    """What is to be done with a call."""

    __slots__ = ("action", "counter", "numbers", "prefix", "status", "target")

    def __init__(self, action: str, target: str, numbers: Numbers, status: int = 0, counter: int = -1) -> None:
        self.action: str = action
        """ROUTE_GROUP, REDIRECT, REJECT (also where there is nothing to do with it), LOCAL."""
        self.target: str = target
        """Name of the route group; URI of the redirection."""
        self.numbers: Numbers = numbers
        """As translated."""
        self.status: int = status
        self.counter: int = counter
        """Counter of a rejection or redirection; -1: none."""
        self.prefix: str = ""
        """The prefix that decided, `any` for the empty one; empty: none did."""


class Entry:
    """What one line says of a prefix."""

    __slots__ = ("action", "hits", "maximum", "minimum", "percent", "prefix", "record", "rule", "target")

    def __init__(self, record: PrefixEntry) -> None:
        self.record: PrefixEntry = record
        self.prefix: str = record.prefix
        self.minimum: int = record.minimum
        self.maximum: int = record.maximum or MAX_DIGITS
        self.rule: str = record.translate
        self.action: str = record.action
        self.target: str = record.target
        self.percent: int = record.percent
        self.hits: int = 0
        """Calls it decided about since it is there."""


class Choice:
    """Entries of one prefix with the same conditions."""

    __slots__ = ("calling", "count", "entries", "errors", "group", "is_shared", "nature", "rest", "time", "trunk")

    def __init__(self, record: PrefixEntry) -> None:
        self.nature: str = record.nature
        self.trunk: str = record.trunk
        self.group: str = record.group
        self.calling: str = record.calling
        self.time: str = record.time
        self.count: int = len([each for each in conditions(record) if each])
        self.entries: list[Entry] = []
        self.errors: list[int] = []
        """How much each entry is behind its share, per cent of a call; the last is what is left over."""
        self.rest: int = 100
        """Per cent that no entry takes."""
        self.is_shared: bool = False

    def add(self, entry: Entry) -> None:
        """Let one more entry share."""
        self.entries.append(entry)
        self.rest = max(0, self.rest - entry.percent)
        self.is_shared = len(self.entries) > 1 or entry.percent < 100
        self.errors = [0] * (len(self.entries) + 1)

    def take(self, is_real: bool) -> Entry | None:
        """Return whose turn it is, None when it is nobody's; unless `is_real` nothing has happened then.

        Error diffusion: each takes on its share of every call, who is furthest behind gets it and gives 100 back.
        """
        if not self.is_shared:
            return self.entries[0]
        errors = self.errors if is_real else self.errors.copy()
        best = len(self.entries)
        errors[best] += self.rest
        for at, entry in enumerate(self.entries):
            errors[at] += entry.percent
        for at, error in enumerate(errors):
            if error > errors[best]:
                best = at
        errors[best] -= 100
        return self.entries[best] if best < len(self.entries) else None


class Row:
    """All entries of one prefix, those with the most conditions first."""

    __slots__ = ("choices", "is_shared", "records")

    def __init__(self, records: list[PrefixEntry]) -> None:
        self.records: list[PrefixEntry] = records
        found: dict[tuple[str, ...], Choice] = {}
        for record in records:
            key = conditions(record)
            choice = found.get(key)
            if choice is None:
                choice = found[key] = Choice(record)
            choice.add(Entry(record))
        self.choices: list[Choice] = sorted(found.values(), key=_falling_count)
        self.is_shared: bool = any(choice.is_shared for choice in self.choices)


def _falling_count(choice: Choice) -> int:
    return -choice.count


def conditions(record: PrefixEntry) -> tuple[str, str, str, str, str]:
    """Return the conditions of an entry, empty where it has none."""
    return record.nature, record.trunk, record.group, record.calling, record.time


class Table:
    """The configured lines of one table."""

    __slots__ = ("lengths", "rows", "settings")

    def __init__(self, settings: AnalysisTable, older: Table | None) -> None:
        self.settings: AnalysisTable = settings
        by_prefix: dict[str, list[PrefixEntry]] = {}
        for record in settings.entries:
            by_prefix.setdefault(record.prefix, []).append(record)
        self.rows: dict[str, Row] = {}
        for prefix, records in by_prefix.items():
            kept = None if older is None else older.rows.get(prefix)
            # What is as it was goes on with its hits and shares.
            self.rows[prefix] = kept if kept is not None and kept.records == records else Row(records)
        self.lengths: list[int] = sorted({len(prefix) for prefix in by_prefix}, reverse=True)


class Caller:
    """What conditions ask about a call, besides its numbers."""

    __slots__ = ("group", "trunk", "wall")

    def __init__(self, trunk: str, group: str, wall: float) -> None:
        self.trunk: str = trunk
        self.group: str = group
        self.wall: float = wall
        """Seconds since 1970."""


class Analysis:
    """Tables, rules and time tables in force; one per engine."""

    __slots__ = ("_bulk", "_called_maximum", "_calling_maximum", "_group_tables", "_settings", "_shares",
                 "_trunk_rules", "_trunk_tables", "_trusted", "calendars", "found", "is_active", "notes", "rules",
                 "store", "tables")  # fmt: skip

    def __init__(self, settings: Settings, store: PrefixStore | None) -> None:
        self.store: PrefixStore | None = store
        self.notes: Notes = Notes()
        self.tables: dict[str, Table] = {}
        self.rules: dict[str, Rule] = {}
        self.calendars: dict[str, Calendar] = {}
        self.is_active: bool = False
        """There is something to analyse numbers by."""
        self.found: str = ""
        """Prefix of the entry that was found last."""
        self._settings: Settings | None = None
        self._bulk: dict[bytes, Row] = {}
        """Rows of the store by their octets: most of a million are the same few."""
        self._shares: dict[bytes, Row] = {}
        """Those that share calls out, each for its own prefix."""
        self._called_maximum: int = MAX_DIGITS
        self._calling_maximum: int = MAX_DIGITS
        self._trunk_tables: dict[str, str] = {}
        self._trunk_rules: dict[str, str] = {}
        self._group_tables: dict[str, str] = {}
        self._trusted: set[str] = set()
        self.configure(settings)

    def configure(self, settings: Settings) -> None:
        """Take new settings; what is as it was keeps its counts and shares."""
        old = self._settings
        self._settings = settings
        self._called_maximum = settings.numbering.called_maximum
        self._calling_maximum = settings.numbering.calling_maximum
        if old is None or old.translation_rules != settings.translation_rules:
            self.rules = compile_rules(settings.translation_rules)
        if old is None or old.time_tables != settings.time_tables:
            self.calendars = compile_calendars(settings.time_tables)
        tables: dict[str, Table] = {}
        for each in settings.tables:
            older = self.tables.get(each.name)
            tables[each.name] = older if older is not None and older.settings == each else Table(each, older)
        self.tables = tables
        self._trunk_tables = {trunk.name: trunk.table for trunk in settings.trunks if trunk.table}
        self._trunk_rules = {trunk.name: trunk.translate_in for trunk in settings.trunks if trunk.translate_in}
        self._trusted = {trunk.name for trunk in settings.trunks if trunk.trusted}
        self._group_tables = {group.name: group.table for group in settings.subscriber_groups if group.table}
        self.refresh()

    def refresh(self) -> None:
        """Do what is due once a second: read the newest bulk prefixes, hold no older pages."""
        store = self.store
        bulk = 0
        if store is not None:
            store.let_go()
            bulk = store.count
        self.is_active = bulk > 0 or bool(self._trunk_rules) or any(t.rows for t in self.tables.values())

    def trusts(self, trunk: str) -> bool:
        """Tell whether a trunk's asserted identities count."""
        return trunk in self._trusted

    def rule_of(self, trunk: str) -> str:
        """Return the translation rule for calls from a trunk; empty: none."""
        return self._trunk_rules.get(trunk, "")

    def table_of(self, trunk: str, group: str) -> str:
        """Return the table in which the analysis of a call begins."""
        found = self._trunk_tables.get(trunk, "") if trunk else self._group_tables.get(group, "")
        return found or DEFAULT_TABLE

    def translate(self, name: str, numbers: Numbers, explain: Explanation | None = None) -> Numbers | None:
        """Apply a translation rule; None when it makes no numbers, or is not there any more."""
        rule = self.rules.get(name)
        if rule is not None:
            made = translate(rule, numbers, explain)
            if explain is None and self.notes.on and numbers.longest() <= TEXT:
                self.notes.add(RULE, name, numbers, made)
            return made
        if explain is not None:
            explain.append(("translation", name, "there is no such rule"))
        return None

    def check(self, numbers: Numbers, explain: Explanation | None = None) -> Decision | None:
        """Refuse numbers that are longer than `numbering` permits; None when they are not."""
        called, calling = numbers.called, numbers.calling
        if len(called.digits) > self._called_maximum:
            name, number, most = "called", called, self._called_maximum
        elif calling is not None and len(calling.digits) > self._calling_maximum:
            name, number, most = "calling", calling, self._calling_maximum
        else:
            return None
        if explain is None:
            self.notes.add(WHY, name, "longer than numbering permits", None)
        else:
            explain.append(("numbering", name, f"{len(number.digits)} digits, {most} are permitted: 484"))
        return _refused(numbers, 484, counters.NUMBERS_REFUSED)

    def decide(self, numbers: Numbers, caller: Caller, explain: Explanation | None = None) -> Decision:
        """Analyse the called number from the caller's table on; with `explain` no count, no share is changed."""
        table = self.table_of(caller.trunk, caller.group)
        for _ in range(_HOPS):
            entry = self._find(table, numbers, caller, explain)
            if entry is None:
                if explain is None:
                    self.notes.add(WHY, table, "no entry fits", None)
                else:
                    explain.append(("number-analysis", table, f"no entry for {numbers.called!r}: 404"))
                return _refused(numbers, 404, counters.NUMBERS_UNKNOWN)
            length = len(numbers.called.digits)
            prefix = self.found
            if not entry.minimum <= length <= entry.maximum:
                if explain is None:
                    self.notes.add(WHY, numbers.called.digits, "not as many digits as its prefix permits", None)
                else:
                    text = f"{length} digits, {entry.minimum} to {entry.maximum} are permitted: 484"
                    explain.append(("digits", numbers.called.digits, text))
                return _of(prefix, _refused(numbers, 484, counters.NUMBERS_REFUSED))
            if entry.rule:
                made = self.translate(entry.rule, numbers, explain)
                if made is None:
                    return _of(prefix, _refused(numbers, 484, counters.TRANSLATIONS_FAILED))
                numbers = made
            if entry.action != _TABLE:
                return _of(prefix, _decision(entry, numbers))
            table = entry.target
        if explain is None:
            self.notes.add(WHY, table, "too many tables lead on", None)
        else:
            explain.append(("number-analysis", table, f"more than {_HOPS} tables: 482"))
        return _refused(numbers, 482, counters.ANALYSIS_LOOPS)

    def _find(self, table: str, numbers: Numbers, caller: Caller, explain: Explanation | None) -> Entry | None:
        """Return the entry that decides, of all whose prefix the called number has."""
        digits = numbers.called.digits
        configured = self.tables.get(table)
        lengths: list[int] = [] if configured is None else configured.lengths
        at = 0
        bulk = self._longest(table, digits)
        while True:
            row: Row | None = None
            length = -1
            while configured is not None and at < len(lengths) and lengths[at] >= bulk and row is None:
                length = lengths[at]
                row = configured.rows.get(digits[:length]) if length <= len(digits) else None
                at += 1
            is_bulk = row is None
            if is_bulk:
                if bulk < 0:
                    return None
                length = bulk
                row = self._read(table, digits[:length])
            assert row is not None
            entry = self._pick(row, numbers, caller, explain is None)
            if explain is not None:
                _explain(table, digits[:length], row, entry, is_bulk, explain)
            elif entry is not None and self.notes.on:
                self.notes.add(ENTRY, table, entry, (digits, length))
            if entry is not None:
                self.found = digits[:length]
                return entry
            if is_bulk:
                bulk = self._longest(table, digits[: length - 1]) if length > 0 else -1

    def hits(self) -> list[AnalysisHitsRow]:
        """Return the lines that have decided about calls, and about how many."""
        return [
            AnalysisHitsRow(table=name, entry=entry.record, hits=entry.hits)
            for name, table in self.tables.items()
            for row in table.rows.values()
            for choice in row.choices
            for entry in choice.entries
            if entry.hits
        ]

    def _longest(self, table: str, digits: str) -> int:
        store = self.store
        return -1 if store is None else store.longest(table, digits)

    def _read(self, table: str, prefix: str) -> Row:
        """Return the row of the bulk prefix that was found last."""
        assert self.store is not None
        raw = self.store.value()
        row = self._bulk.get(raw)
        if row is None:
            if len(self._bulk) >= _MOST_KNOWN:
                self._bulk.clear()
            row = self._bulk[raw] = Row(entries_of("", raw))
        if not row.is_shared:
            return row
        key = f"{table}\0{prefix}\0".encode() + raw
        own = self._shares.get(key)
        if own is None:
            if len(self._shares) >= _MOST_KNOWN:
                self._shares.clear()
            own = self._shares[key] = Row(entries_of(prefix, raw))
        return own

    def _pick(self, row: Row, numbers: Numbers, caller: Caller, is_real: bool) -> Entry | None:
        for choice in row.choices:
            if choice.count and not self._holds(choice, numbers, caller):
                continue
            entry = choice.take(is_real)
            if entry is not None:
                if is_real:
                    entry.hits += 1
                return entry
        return None

    def _holds(self, choice: Choice, numbers: Numbers, caller: Caller) -> bool:
        """Tell whether all conditions of `choice` hold."""
        if choice.nature and choice.nature != numbers.called.nature:
            return False
        if (choice.trunk and choice.trunk != caller.trunk) or (choice.group and choice.group != caller.group):
            return False
        if choice.calling:
            calling = numbers.calling
            if calling is None or not calling.digits.startswith(choice.calling):
                return False
        if choice.time:
            calendar = self.calendars.get(choice.time)
            return calendar is not None and calendar.in_force(caller.wall)
        return True


def _refused(numbers: Numbers, status: int, counter: int) -> Decision:
    return Decision(REJECT, "", numbers, status, counter)


def _of(prefix: str, decision: Decision) -> Decision:
    decision.prefix = prefix or ANY
    return decision


def _decision(entry: Entry, numbers: Numbers) -> Decision:
    if entry.action == REJECT:
        return _refused(numbers, int(entry.target), counters.CALLS_REJECTED)
    if entry.action == REDIRECT:
        return Decision(REDIRECT, entry.target, numbers, 302, counters.CALLS_REDIRECTED)
    return Decision(entry.action, entry.target, numbers)


def _explain(table: str, prefix: str, row: Row, entry: Entry | None, is_bulk: bool, explain: Explanation) -> None:
    what = f"prefix {prefix or 'any'}{' (bulk)' if is_bulk else ''}"
    if entry is None:
        count = sum([len(choice.entries) for choice in row.choices])
        outcome = f"{what}: conditions do not hold, or its share is taken ({count} entries)"
    else:
        outcome = f"{what}: {entry.action} {entry.target}".rstrip()
    explain.append(("number-analysis", table, outcome))
