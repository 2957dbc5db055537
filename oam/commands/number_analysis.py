"""`number-analysis [NAME]`, `show number-analysis`: what becomes of a call by its numbers."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.orders import ListAnalysis
from core.northbound.routing_settings import DEFAULT_TABLE, MAX_DIGITS, PrefixEntry
from core.northbound.rows import AnalysisHitsRow
from oam.commands.registry import CommandError, completer, config, entry, show
from oam.signalling import rows

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from oam.context import Context


def _named(arguments: dict[str, object], _keyring: object) -> dict[str, object]:
    return {"name": DEFAULT_TABLE} | arguments


NUMBER_ANALYSIS: Final = entry(
    "number-analysis [OTHERTABLE$name]",
    "Edit an analysis table: what becomes of calls by the first digits of the called number.",
    name="number-analysis",
    field="tables",
    key=("name",),
    prepare=_named,
    words={"number-analysis": "What becomes of a call by its numbers"},
)

CONDITIONS: Final = ("nature", "trunk", "group", "calling", "time")
KEY: Final = ("prefix", *CONDITIONS, "action", "target")


@config(
    "prefix CODE$prefix [digits (1-28)$minimum (1-28)$maximum] [nature NATURE$nature]"
    " [from <trunk TRUNK$trunk|group GROUP$group>] [calling DIGITS$calling] [time TIMETABLE$time]"
    " [percent (1-99)$percent] [translate TRANSLATION$translate]"
    " <route-group$action ROUTEGROUP$target|table$action TABLE$target|redirect$action DESTINATION$target"
    "|reject$action STATUS$target|local$action>",
    mode=NUMBER_ANALYSIS,
    field="entries",
    key=KEY,
    words={
        "prefix": "First digits of the called number",
        "digits": "How many digits the whole number must have",
        "nature": "Only numbers of this nature",
        "from": "Only calls from somewhere",
        "trunk": "That came by this trunk",
        "group": "Of subscribers of this group",
        "calling": "Only calls whose calling number begins so",
        "time": "Only while a time table is in force",
        "percent": "Only this share of the calls",
        "translate": "Apply a translation rule first",
        "route-group": "Send the call to a route group",
        "table": "Analyse the number again in another table",
        "redirect": "Tell the caller to call elsewhere (302)",
        "reject": "Refuse the call",
        "local": "Send the call to the subscriber of the number",
    },
    arguments={
        "minimum": "Fewest digits; a shorter number is incomplete (484)",
        "maximum": "Most digits; a longer number is refused (484)",
        "calling": "First digits of the calling number",
        "percent": "Per cent",
    },
)
def prefix() -> None:
    """What becomes of calls to numbers that begin so; of all entries that fit, those with the longest prefix decide.

    Of entries of one prefix those with the most conditions decide. Several with the same conditions share the calls
    by `percent`, exactly and evenly; what they leave goes on to fewer conditions, then to shorter prefixes. Names and
    numbers of subscribers come before all tables. A redirection to a URI without user part keeps the number called.

    Example: prefix 9 digits 4 24 translate DROP-9 route-group PSTN
    Example: prefix 4001 redirect sip:hotline@example.com
    Example: prefix 0 from trunk PSTN-1 time NIGHT reject 480
    """


@completer("number-analysis")
def tables(context: Context, prefix: str) -> list[str]:
    """Name the tables that are configured."""
    return [each.name for each in context.manager.configuration.running.tables]


class AnalysisRow(msgspec.Struct, frozen=True):
    """One entry of an analysis table."""

    table: str
    prefix: str
    source: str
    """`line` of the configuration, or `bulk`: imported."""
    conditions: str
    digits: str
    percent: int
    translate: str
    action: str
    target: str
    hits: int | None
    """Calls it decided about since it is there; of lines only."""


@show(
    "show number-analysis [CODE$prefix] [table TABLE$table]",
    row=AnalysisRow,
    timeout_s=None,
    words={"number-analysis": "Entries of the analysis tables", "table": "Of one table"},
    arguments={"prefix": "A number, or its first digits: entries that fit it or begin so"},
)
async def show_number_analysis(context: Context, prefix: str | None, table: str | None) -> AsyncIterator[AnalysisRow]:
    """Entries of the analysis tables, lines of the configuration before bulk prefixes.

    With digits only entries that concern them: whose prefix they begin with, and those whose prefix begins so.

    Example: show number-analysis 4930
    """
    return _shown(context, prefix or "", table)


async def _shown(context: Context, digits: str, table: str | None) -> AsyncIterator[AnalysisRow]:
    hits = await _hits(context)
    for each in context.manager.configuration.running.tables:
        if table not in (None, each.name):
            continue
        for entry_ in each.entries:
            if concerns(entry_.prefix, digits):
                yield row_of(each.name, entry_, hits.get((each.name, entry_), 0))
    for name, found in _bulk(context, digits, table):
        for entry_ in found:
            yield row_of(name, entry_, None)


def concerns(prefix: str, digits: str) -> bool:
    """Tell whether a number of these digits, or that begins so, may have the prefix."""
    return prefix.startswith(digits) or digits.startswith(prefix)


def _bulk(context: Context, digits: str, table: str | None) -> Iterator[tuple[str, list[PrefixEntry]]]:
    """Return bulk prefixes that concern `digits`, page by page from the store."""
    store = context.manager.prefixes
    if not digits:
        return store.iterate(table or "")
    names = [table] if table else store.tables()
    return chain.from_iterable(_of_table(context, name, digits) for name in names)


def _of_table(context: Context, name: str, digits: str) -> Iterable[tuple[str, list[PrefixEntry]]]:
    store = context.manager.prefixes
    for length in range(len(digits)):
        found = store.get(name, digits[:length])
        if found:
            yield name, found
    yield from store.iterate(name, digits)


async def _hits(context: Context) -> dict[tuple[str, PrefixEntry], int]:
    """Ask signalling how often lines have decided; nothing where it does not answer."""
    found: dict[tuple[str, PrefixEntry], int] = {}
    try:
        async for row in rows(context, ListAnalysis()):
            if isinstance(row, AnalysisHitsRow):
                found[row.table, row.entry] = row.hits
    except CommandError:
        return {}
    return found


def row_of(table: str, entry: PrefixEntry, hits: int | None) -> AnalysisRow:
    """Return the row of one entry."""
    said = [(name, getattr(entry, name)) for name in CONDITIONS]
    conditions = " ".join(f"{name} {value}" for name, value in said if value)
    digits = f"{entry.minimum}-{entry.maximum or MAX_DIGITS}" if entry.minimum or entry.maximum else ""
    return AnalysisRow(
        table, entry.prefix or "any", "line" if hits is not None else "bulk", conditions, digits, entry.percent,
        entry.translate, entry.action, entry.target, hits,
    )  # fmt: skip
