"""Traffic controls with what they have done, overload control, and codes that are hard to reach.

What a control says is in the configuration; what it has done is asked of signalling. A control is told by how its line
begins, `reserve PSTN-1 idle 5 from trunk LAB`: that is its name here, and what its index belongs to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.orders import ListCodes, ListControls, ListOverload
from core.northbound.rows import CodeRow, ControlDetailRow, OverloadRow
from core.northbound.traffic_settings import CODE_KINDS, Control
from oam.snmp import oids, syntax
from oam.snmp.convention import ADMIN_STATE
from oam.snmp.object import HIDDEN, WRITE, Column, Table
from oam.snmp.rows import cleared
from oam.snmp.rows.asking import asked, started_at
from oam.snmp.tables import overload, screening
from oam.snmp.tables.overload import tenths

if TYPE_CHECKING:
    from oam.context import Manager

KIND: Final = "traffic-control"
"""Of the indexes."""
AT_ONCE: Final = 200
"""Rows made before others have their turn: about a millisecond."""
CODES: Final = 2000
"""Codes that are told one by one: those hard to reach first."""
_KINDS: Final = {
    "code-block": 1, "call-gap": 2, "rate": 3, "leaky-bucket": 4, "reroute": 5, "cancel-to": 6, "skip": 7,
    "cancel-from": 8, "directional": 9, "turn-down": 10, "reserve": 11,
}  # fmt: skip
_STATES: Final = {"active": 1, "waiting": 2, "expired": 3, "shutdown": 4, "unknown": 5}
_CLASSES: Final = {"ordinary": 1, "priority": 2, "all": 3}


class ControlsRow(msgspec.Struct, frozen=True):
    """All controls together, and overload control."""

    configured: int
    active: int | None
    shutdown: int
    level: int | None
    level_text: str | None
    offered: float | None
    carried: float | None
    limit: float | None
    refused: float | None
    told: float | None


class ControlRow(msgspec.Struct, frozen=True):
    """One control."""

    index: int
    name: str
    kind: str
    code: str
    scope: str
    administrative: str
    state: str
    bound: str | None
    offered: int | None
    refused: int | None
    status: int | None
    classes: str
    hard_to_reach: bool
    time: str
    until_at: float | None
    owner: str
    since_at: float | None
    reason: str
    counted_at: float | None
    """Since when its calls are counted."""


class CodeCounts(msgspec.Struct, frozen=True):
    """One code that was called lately."""

    code: str
    hard_to_reach: bool
    attempts: int
    answers: int
    ratio: float | None
    since_at: float | None


def line_of(control: Control) -> str:
    """Return how the line of a control begins: `code-block 0900 from trunk PSTN-1`."""
    idle = f" idle {control.idle}" if control.idle else ""
    scope = scope_of(control)
    return f"{control.kind} {control.code or 'any'}{idle}{f' from {scope}' if scope else ''}"


def scope_of(control: Control) -> str:
    """Return which calls it is for: `trunk PSTN-1`; empty: all."""
    if control.trunk:
        return f"trunk {control.trunk}"
    if control.group:
        return f"group {control.group}"
    return f"calling {control.calling}" if control.calling else ""


def switched(row: ControlRow, value: str) -> Sequence[str]:
    """Return the lines that shut a control down or put it in force again."""
    line = f"{row.name} shutdown" if value == "shutdown" else f"no {row.name} shutdown"
    return ("configure terminal", "traffic-control", line, "end")


async def _summary(manager: Manager) -> Sequence[ControlsRow]:
    controls = manager.configuration.running.traffic.controls
    answer, figures = await asyncio.gather(
        asked(manager, ListControls(active=True, detail=True), ControlDetailRow),
        asked(manager, ListOverload(), OverloadRow),
    )
    told = {each.item: each for each in figures or ()}

    def figure(item: str) -> float | None:
        return told[item].value if item in told else None

    level = told.get("level")
    return (
        ControlsRow(
            configured=len(controls),
            active=None if answer is None else len(answer),
            shutdown=sum(1 for each in controls if each.shutdown),
            level=None if level is None else int(level.value),
            level_text=None if level is None else level.state,
            offered=figure("offered"),
            carried=figure("carried"),
            limit=figure("limit"),
            refused=figure("refused"),
            told=figure("told"),
        ),
    )


async def _controls(manager: Manager) -> Sequence[ControlRow]:
    answer = await asked(manager, ListControls(detail=True), ControlDetailRow)
    known = {(each.control, each.code, each.scope, each.idle or 0): each for each in answer or ()}
    began = max(manager.snmp.cleared.get(cleared.CONTROLS, 0.0), started_at(manager))
    numbers = manager.snmp.indexes
    found: list[ControlRow] = []
    for control in manager.configuration.running.traffic.controls:
        name = line_of(control)
        index = numbers.of(KIND, name)
        if index is not None:
            told = known.get((control.kind, control.code or "any", scope_of(control), control.idle))
            found.append(_control(index, name, control, told, began))
        if len(found) % AT_ONCE == 0:
            await asyncio.sleep(0)
    await numbers.save()
    return found


def _control(index: int, name: str, control: Control, told: ControlDetailRow | None, began: float) -> ControlRow:
    return ControlRow(
        index=index,
        name=name,
        kind=control.kind,
        code=control.code or "any",
        scope=scope_of(control),
        administrative="shutdown" if control.shutdown else "up",
        state="unknown" if told is None else told.state,
        bound=None if told is None else told.bound,
        offered=None if told is None else told.offered,
        refused=None if told is None else told.refused,
        status=control.status if control.kind in CODE_KINDS else None,
        classes=control.classes,
        hard_to_reach=control.hard_to_reach,
        time=control.time,
        until_at=datetime.fromisoformat(control.until).replace(tzinfo=UTC).timestamp() if control.until else None,
        owner=control.owner,
        since_at=None if told is None else told.since_at,
        reason=control.reason,
        counted_at=None if told is None else max(began, told.since_at),
    )


async def _codes(manager: Manager) -> Sequence[CodeCounts]:
    return [
        CodeCounts(
            each.code,
            each.hard_to_reach,
            each.attempts,
            each.answers,
            100 * each.answers / each.attempts if each.attempts else None,
            each.since_at,
        )
        for each in (await asked(manager, ListCodes(), CodeRow) or ())[:CODES]
    ]


SUMMARY: Final = Table(
    (*oids.TRAFFIC_CONTROLS, 1),
    "sipctlTrafficControlSummary",
    "All traffic controls together, and how the server protects itself from overload. What signalling alone knows has "
    "no instance while it does not answer.",
    (
        Column(
            1, "sipctlTrafficControlsConfigured", syntax.GAUGE, "configured", "Controls that are configured.",
            "controls",
        ),
        Column(2, "sipctlTrafficControlsActive", syntax.GAUGE, "active", "Controls that are in force now.", "controls"),
        Column(
            3, "sipctlTrafficControlsShutdown", syntax.GAUGE, "shutdown", "Controls that an operator has shut down.",
            "controls",
        ),
        Column(
            4, "sipctlOverloadLevel", syntax.GAUGE, "level",
            "Level of overload: at 0 nothing is refused; at 1 calls are, at 2 registrations too, at 3 even calls of "
            "priority.",
        ),
        Column(5, "sipctlOverloadText", syntax.TEXT, "level_text", "What is refused now, why, and since when."),
        tenths(
            6, "sipctlOverloadOffered", "offered", "New calls a second that come", "0.1 calls per second",
        ),
        tenths(
            7, "sipctlOverloadCarried", "carried", "New calls a second that are let in", "0.1 calls per second",
        ),
        tenths(
            8, "sipctlOverloadLimit", "limit", "New calls a second that may be let in; 0 when nothing bounds them",
            "0.1 calls per second",
        ),
        Column(
            9, "sipctlOverloadRefused", syntax.HUNDREDTHS, "refused",
            "Share of new calls refused of late, in hundredths of a per cent: the divisor is 100.", "0.01 percent",
        ),
        Column(
            10, "sipctlOverloadTold", syntax.HUNDREDTHS, "told",
            "Share of their calls that upstream neighbours are told to keep back (RFC 7339), in hundredths of a per "
            "cent: the divisor is 100.", "0.01 percent",
        ),
    ),
    _summary,
)  # fmt: skip

CONTROLS: Final = Table(
    (*oids.TRAFFIC_CONTROLS, 2),
    "sipctlTrafficControlTable",
    "The traffic controls that are configured (ITU-T E.412), and what they have done.",
    (
        Column(
            1, "sipctlTrafficControlIndex", syntax.INDEX, "index",
            "Number of the control, the same for its name for as long as the server is installed.", access=HIDDEN,
        ),
        Column(
            2, "sipctlTrafficControlName", syntax.TEXT, "name",
            "How the line of the control begins, which no other has: its kind, what it acts on, and for which calls.",
        ),
        Column(
            3, "sipctlTrafficControlKind", syntax.enumeration(_KINDS), "kind",
            "What the control does. Those from codeBlock(1) to leakyBucket(4) act on called numbers, all others on a "
            "trunk or route group.",
        ),
        Column(
            4, "sipctlTrafficControlCode", syntax.text(64), "code",
            "Digits that the called number begins with, 'any' for all numbers; or the name of a trunk or route group.",
        ),
        Column(
            5, "sipctlTrafficControlScope", syntax.text(80), "scope",
            "Calls that the control is for: those by a trunk, of a subscriber group, or of calling numbers that begin "
            "so; empty: all.",
        ),
        Column(
            6, "sipctlTrafficControlAdminState", ADMIN_STATE.syntax, "administrative",
            "Whether the control is to act. Set to shutdown(2) it acts on nothing and keeps what it says; set to up(1) "
            "it acts again. Setting it changes the running configuration and does not save it.",
            access=WRITE, write=switched,
        ),
        Column(
            7, "sipctlTrafficControlState", syntax.enumeration(_STATES), "state",
            "Whether the control acts: active(1); waiting(2) for its time table; expired(3); shutdown(4); unknown(5), "
            "signalling does not answer.",
        ),
        Column(
            8, "sipctlTrafficControlBound", syntax.text(64), "bound",
            "What the control lets pass or holds back, as '50 %', '1 in 5000 ms', '10 in 1 s, burst 20'.",
        ),
        Column(
            9, "sipctlTrafficControlOffered", syntax.COUNTER, "offered", "Calls that the control has decided on.",
            "calls",
        ),
        Column(
            10, "sipctlTrafficControlRefused", syntax.COUNTER, "refused",
            "Of these, calls that the control did not let pass.", "calls",
        ),
        Column(
            11, "sipctlTrafficControlStatus", syntax.STATUS, "status",
            "SIP status code that refused calls are answered with; no instance for controls of trunks and route "
            "groups, whose calls go on to the next choice if there is one.",
        ),
        Column(
            12, "sipctlTrafficControlClasses", syntax.enumeration(_CLASSES), "classes",
            "Classes of calls that the control acts on; on emergency calls none does.",
        ),
        Column(
            13, "sipctlTrafficControlHardToReach", syntax.TRUTH, "hard_to_reach",
            "Whether the control acts only on codes that are marked hard to reach.",
        ),
        Column(
            14, "sipctlTrafficControlTimeTable", syntax.text(64), "time",
            "Time table while which the control acts; empty: always.",
        ),
        Column(
            15, "sipctlTrafficControlUntil", syntax.DATE, "until_at",
            "When the control ends; no instance when it does not.",
        ),
        Column(16, "sipctlTrafficControlOwner", syntax.text(64), "owner", "Operator whose control it is."),
        Column(
            17, "sipctlTrafficControlSince", syntax.DATE, "since_at", "Since when signalling has had the control.",
        ),
        Column(18, "sipctlTrafficControlReason", syntax.TEXT, "reason", "Why the control is there."),
        Column(
            19, "sipctlTrafficControlDiscontinuityTime", syntax.TIME_STAMP, "counted_at",
            "Value of sysUpTime when the calls of the control were last counted from zero: signalling was started, the "
            "control was configured, or an operator has cleared the counters.",
        ),
    ),
    _controls,
    indexed=("sipctlTrafficControlIndex",),
    lifetime_s=5.0,
)  # fmt: skip

CODE_TABLE: Final = Table(
    (*oids.TRAFFIC_CONTROLS, 5),
    "sipctlCodeTable",
    f"Codes that were called within the window of 'hard-to-reach', at most {CODES}: those marked hard to reach first. "
    "A code is so many first digits of the called number as are configured.",
    (
        Column(1, "sipctlCode", syntax.text(32, 1, implied=True), "code", "The digits.", access=HIDDEN),
        Column(2, "sipctlCodeDigits", syntax.text(32), "code", "The digits."),
        Column(
            3, "sipctlCodeHardToReach", syntax.TRUTH, "hard_to_reach",
            "Whether the code is marked hard to reach, because its calls are answered too seldom.",
        ),
        Column(4, "sipctlCodeAttempts", syntax.GAUGE, "attempts", "Calls within the window that are over.", "calls"),
        Column(5, "sipctlCodeAnswers", syntax.GAUGE, "answers", "Of these, those that were answered.", "calls"),
        Column(
            6, "sipctlCodeAnswerRatio", syntax.HUNDREDTHS, "ratio",
            "sipctlCodeAnswers as a share of sipctlCodeAttempts, in hundredths of a per cent: the divisor is 100.",
            "0.01 percent",
        ),
        Column(
            7, "sipctlCodeSince", syntax.DATE, "since_at",
            "Since when the code is marked; no instance when it is not.",
        ),
    ),
    _codes,
    indexed=("sipctlCode",),
    lifetime_s=5.0,
)  # fmt: skip

TABLES: Final = (SUMMARY, CONTROLS, *overload.TABLES, CODE_TABLE, *screening.TABLES)
