"""The agent of a running server, asked by net-snmp: walked while calls come and go, every counter moved by what was
driven and by nothing else."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from support.agent import register
from support.house import UNCHALLENGED_CALLS, House
from support.mibs import STANDARD, needs_standard
from support.outcomes import Outcomes
from support.sipp import SIPP, Sipp, caller_lines
from support.waiting import free_ports, wait_until

from oam.manager import GIVES_WAY
from oam.snmp.convention import METHOD
from oam.snmp.object import MODULE
from oam.snmp.objects import COLUMNS, oid_of
from oam.snmp.oids import dotted

pytestmark = [
    pytest.mark.peer,
    pytest.mark.slow,
    pytest.mark.skipif(SIPP is None, reason="sipp is not installed"),
    pytest.mark.skipif(shutil.which("snmpbulkwalk") is None, reason="net-snmp's programs are not installed"),
]
MIB = Path(__file__).parents[2] / "mib"
COMMUNITY = "read-only-word"
CALLEE, AGENT = free_ports(2)
LINES = (
    *("trunk OUT", f" address sip:127.0.0.1:{CALLEE}", "!"),
    *("trunk IN", " source 127.0.0.1", "!"),
    *("route-group G", " trunk OUT", "!"),
    *("number-analysis", " prefix 9 route-group G", " prefix 7 redirect sip:hotline@example.com", "!"),
    *("traffic-control", " code-block 98 percent 100", "!"),
    f"snmp-server listen 127.0.0.1 port {AGENT}",
    f"snmp-server community 0 {COMMUNITY} ro",
)
TABLES = ("sipctlTrunkTable", "sipctlRouteGroupTable", "sipctlListenerTable", "sipctlProcessTable", "sipctlKpiTable")
_OIDS = {dotted(oid_of(name)): name for name in COLUMNS}


class Instance(NamedTuple):
    """One line of a walk."""

    name: str
    """Of the object; empty: nobody has declared it."""
    place: str
    """Its index, dotted."""
    value: str


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server with a trunk that is called and one that calls; its self-test, which sends SIP itself, is over."""
    where = tmp_path_factory.mktemp("snmp")
    with House(where, extra=(*UNCHALLENGED_CALLS, *LINES), subscribers=["1001"]) as running:
        wait_until(lambda: "self-test:" in running.log.read_text(), 30, "the self-test, which sends messages")
        yield running


def asked(program: str, *arguments: str, mibs: bool = False) -> str:
    """Run a program of net-snmp, which must find nothing wrong; return what it prints."""
    names = ["-M", f"{STANDARD}:{MIB}", "-m", "ALL"] if mibs else ["-m", "", "-On", "-Oe"]
    command = [program, "-v2c", "-c", COMMUNITY, *names, "-t5", f"127.0.0.1:{AGENT}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def known(name: str) -> bool:
    """Tell whether the module of an object is at hand."""
    module = COLUMNS[name][0].module
    return module == MODULE or (STANDARD is not None and (STANDARD / module).exists())


def walked() -> dict[str, Instance]:
    """Walk everything; return the instances by their OIDs, in the order in which they came."""
    found = {}
    for oid, value in re.findall(r"^\.([\d.]+) = (.*)$", asked("snmpbulkwalk", "-Cr25", "1.3.6.1"), re.MULTILINE):
        arcs = oid.split(".")
        length = next((length for length in range(len(arcs), 0, -1) if ".".join(arcs[:length]) in _OIDS), 0)
        name = _OIDS.get(".".join(arcs[:length]), "")
        found[oid] = Instance(name, ".".join(arcs[length:]), value)
    return found


SENT = {
    "91200": "Answers", "91100": "AbandonedBeforeRinging", "91180": "AbandonedRinging", "91302": "Failed3xx",
    "91404": "Failed404", "91408": "Failed408", "91480": "Failed480", "91484": "Failed484", "91486": "Failed486",
    "91488": "Failed4xx", "91500": "Failed500", "91502": "Failed5xx", "91503": "Failed503", "91504": "Failed504",
    "91600": "Failed600", "91603": "Failed603", "91606": "Failed6xx",
}  # fmt: skip
"""Numbers that are called over the trunk, each once, and which outcome of a seizure each is."""
KEPT = {"98200": "RefusedControl", "83200": "RefusedNumber", "1001": "RefusedTarget", "7200": "Redirected"}
"""Numbers that the server refuses or redirects by itself, and which outcome of a bid each is."""
FAILING_OVER = 5
"""Of SENT: 408, 500, 502, 503, 504 would have gone on to another trunk."""
FINAL = {number: int(number[-3:]) for number in SENT} | {"91100": 487, "91180": 487}
FINAL |= {"98200": 503, "83200": 404, "1001": 480, "7200": 302}
"""What the caller gets."""
SOME = -1
"""So many as the calls took time: anything but a step back."""


def of_seizures() -> Counter[str]:
    """Return what all calls of SENT add to the row of an object on their way."""
    failed = sum(1 for word in SENT.values() if word.startswith("Failed"))
    found = Counter(SENT.values())
    found.update(Seizures=len(SENT), Overflow=FAILING_OVER, FailedCount=failed)
    found.update(Requests=len(SENT) + 2, SetupCount=2)  # ACK and BYE of the one that is answered; it and 180 ring
    found.update(Ended=1, Completed=1, Short=1, DisconnectCount=1)
    return found


def of_bids(*kept: str) -> Counter[str]:
    """Return the same of an object that also sees calls of KEPT."""
    found = of_seizures()
    found.update(KEPT[number] for number in kept)
    found.update(Bids=len(SENT) + len(kept))
    return found


TIMES = (
    "UsageTime",
    "TalkTime",
    "SetupTime",
    "FailedTime",
    "AnswerTime",
    "DisconnectTime",
    "RegisterTime",
    "ProcessingTime",
)
"""What adds up milliseconds and microseconds."""
ALL = len(SENT) + len(KEPT)
FAILED = {number: status for number, status in FINAL.items() if number in SENT and status >= 300}
FROM_CALLEE = Counter(f"INVITE.{status}" for status in (100, 180, 180, 200, *FAILED.values()))
FROM_CALLEE.update({"BYE.200": 1, "CANCEL.200": 2})
TO_CALLER = Counter(f"INVITE.{status}" for status in (180, 180, *FINAL.values()))
TO_CALLER.update({"INVITE.100": len(SENT), "BYE.200": 1, "CANCEL.200": 2})
TO_CALLER.update({"REGISTER.401": 1, "REGISTER.200": 1})


def numbered(responses: Mapping[str, int]) -> dict[str, int]:
    """Return the same by the numbers of SipctlMethod."""
    numbers = METHOD.syntax.names or {}
    split = [(name.split("."), number) for name, number in responses.items()]
    return {f"{numbers[method]}.{status}": number for (method, status), number in split}


def standard(counted: Mapping[str, int]) -> dict[str, int]:
    """Return the same as RFC 4780 has the index: the application, octets of the method with their number, status."""
    found = {}
    for name, number in counted.items():
        method, *status = name.split(".")
        found[".".join(map(str, (1, len(method), *method.encode(), *status)))] = number
    return found


def by_class(responses: Counter[str]) -> dict[str, int]:
    """Return how many responses there are of each class: `4xx`."""
    found: Counter[str] = Counter()
    for name, number in responses.items():
        found[f"{name.partition('.')[2][0]}xx"] += number
    return found


REQUESTS_RECEIVED = {"INVITE": ALL, "ACK": ALL, "BYE": 1, "CANCEL": 2, "REGISTER": 2}
REQUESTS_SENT = {"INVITE": len(SENT), "ACK": len(SENT), "BYE": 1, "CANCEL": 2}
MESSAGES = sum(REQUESTS_RECEIVED.values()) + FROM_CALLEE.total()
BUCKETS = {"Setup": "SetupCount", "Processing": "Messages"}
"""Histograms: their bars together are the count."""
CALLS = {
    "sipctlTrunkStats": {"IN.1": of_bids(*KEPT), "OUT.2": of_seizures() + Counter(Bids=len(SENT))},
    "sipctlRouteGroupStats": {"G": of_seizures() + Counter(Bids=len(SENT))},
    "sipctlDestination": {"9": of_bids("98200"), "7": Counter(Bids=1, Redirected=1)},
    "sipctlObjectStats": {
        "": of_bids(*KEPT) + Counter(Registrations=1, Messages=MESSAGES),
        "udp": of_bids(*KEPT) + Counter(Registrations=1, Messages=MESSAGES),
    },
}
"""Prefix of the objects of a table of statistics -> row -> what the calls have added."""
ATTEMPTED = ALL - 1
"""Calls that were to reach somebody: the redirected one was not."""
TRANSACTIONS = 2 * len(SENT) + 2 + 2 * 2 + 3 + 1
"""Both sides' of INVITE, of BYE and of CANCEL; of what is refused all but the call that a control refuses, which leaves
no memory, as a challenge does not; of the second REGISTER."""
BY_NAME = {
    **{f"{method.lower()}-received": number for method, number in REQUESTS_RECEIVED.items()},
    **{f"responses-received-{kind}": number for kind, number in by_class(FROM_CALLEE).items()},
    **{f"responses-sent-{kind}": number for kind, number in by_class(TO_CALLER).items()},
    "requests-sent": sum(REQUESTS_SENT.values()),
    "transactions-opened": TRANSACTIONS,
    "calls-attempted": ATTEMPTED,
    "calls-answered": 1,
    "calls-ended": 1,
    "calls-failed": ATTEMPTED - 1,
    "calls-routed": len(SENT),
    "calls-blocked": 1,
    "calls-redirected": 1,
    "numbers-unknown": 1,
    "routes-exhausted": 1,
    "registrations-accepted": 1,
    "challenges-sent": 1,
    "authentications-accepted": 1,
    "records-written": ATTEMPTED,
}
"""Counters of signalling by their names."""
OTHERS: dict[str, dict[str, int]] = {
    "sipctlSystemBids": {"": ALL},
    "sipctlSystemSeizures": {"": len(SENT)},
    "sipctlSystemAnswers": {"": 1},
    "sipctlCallsAttempted": {"": ATTEMPTED},
    "sipctlCallsAnswered": {"": 1},
    "sipctlCallsEnded": {"": 1},
    "sipctlCallsFailed": {"": ATTEMPTED - 1},
    "sipctlTransactionsOpened": {"": TRANSACTIONS},
    "sipctlCounterValue": BY_NAME,
    "sipctlPeerRequests": {"records": ATTEMPTED},
    "sipctlTrafficControlOffered": {"code-block 98": 1},
    "sipctlTrafficControlRefused": {"code-block 98": 1},
    "sipctlCallsRouted": {"": len(SENT)},
    "sipctlCallsBlocked": {"": 1},
    "sipctlCallsRedirected": {"": 1},
    "sipctlNumbersUnknown": {"": 1},
    "sipctlRoutesExhausted": {"": 1},
    "sipctlMethodReceived": REQUESTS_RECEIVED,
    "sipctlMethodSent": REQUESTS_SENT,
    "sipctlResponseReceived": numbered(FROM_CALLEE),
    "sipctlResponseSent": numbered(TO_CALLER),
    "sipctlRequestsSent": {"": sum(REQUESTS_SENT.values())},
    **{f"sipctlResponsesReceived{kind}": {"": number} for kind, number in by_class(FROM_CALLEE).items()},
    **{f"sipctlResponsesSent{kind}": {"": number} for kind, number in by_class(TO_CALLER).items()},
    "sipctlListenerReceived": {"udp": MESSAGES},
    "sipctlListenerSent": {"udp": sum(REQUESTS_SENT.values()) + TO_CALLER.total()},
    "applAccumulatedInboundAssociations": {"sipctl": len(SENT)},
    "applAccumulatedOutboundAssociations": {"sipctl": 1},
    "applRejectedInboundAssociations": {"sipctl": len(KEPT) - 1},
    "applFailedOutboundAssociations": {"sipctl": len(SENT) - 1},
    "sipCommonSummaryInRequests": {"1": sum(REQUESTS_RECEIVED.values())},
    "sipCommonSummaryOutRequests": {"1": sum(REQUESTS_SENT.values())},
    "sipCommonSummaryInResponses": {"1": FROM_CALLEE.total()},
    "sipCommonSummaryOutResponses": {"1": TO_CALLER.total()},
    "sipCommonSummaryTotalTransactions": {"1": TRANSACTIONS},
    "sipCommonMethodStatsInbounds": standard(REQUESTS_RECEIVED),
    "sipCommonMethodStatsOutbounds": standard(REQUESTS_SENT),
    "sipCommonStatusCodeIns": standard(FROM_CALLEE),
    "sipCommonStatusCodeOuts": standard(TO_CALLER),
    "sipServerRegStatsAcceptedRegs": {"1": 1},
    "sipctlRegistrarAnswered": {"": 1},
    "sipctlRegistrarDelay": {"": SOME},
    "sipctlRegistrationsAccepted": {"": 1},
    "sipctlChallengesSent": {"": 1},
    "sipctlAuthenticationsAccepted": {"": 1},
    "sipctlRecordsWritten": {"": ATTEMPTED},
}
"""Other counters -> row -> by how much they have moved."""
LATER = "the call that found no trunk raises an alarm, when alarms are next looked at"
ALWAYS = "processes work also without calls"
APART = {
    ("snmpInPkts", ""): "the walks themselves",
    ("sipctlCounterValue", "heartbeat"): "the worker's sign of life",
    ("sipctlProcessCpuTime", "sip-1"): ALWAYS,
    ("sipctlProcessCpuTime", "oam"): ALWAYS,
    ("sipctlProcessCpuTime", "sipctld"): ALWAYS,
    ("sipctlAlarmRaisedTotal", ""): LATER,
    ("nlmStatsGlobalNotificationsLogged", ""): LATER,
    ("nlmStatsLogNotificationsLogged", "0"): LATER,
}
"""Counters that something else moves."""


def test_every_counter_moves_by_what_was_driven_and_by_nothing_else(house: House) -> None:
    # The first test of the module: rows that another has had read a moment ago would be told again.
    before = settled()
    with Outcomes(("127.0.0.1", house.port), CALLEE) as outcomes:
        assert {number: outcomes.call(number) for number in FINAL} == FINAL
    register(("127.0.0.1", house.port), ["1001"], CALLEE)
    differing: list[Moved] = []

    def as_driven() -> bool:
        after = settled()
        differing[:] = compared({key: value - before.get(key, 0) for key, value in after.items()})
        return not differing

    with contextlib.suppress(AssertionError):
        wait_until(as_driven, 5, "what is written with a delay")
    assert not differing, "\n".join(
        f"{each.name} {each.row}: {each.by}, expected {each.expected}" for each in differing
    )


class Moved(NamedTuple):
    """A counter that has not moved as it should."""

    name: str
    row: str
    by: int
    expected: int


def compared(moved: dict[tuple[str, str], int]) -> list[Moved]:
    """Return what is not as driven."""
    moved = {key: number for key, number in moved.items() if number and key not in APART}
    expected = {(name, row): number for name, rows in OTHERS.items() for row, number in rows.items()}
    for prefix, rows in CALLS.items():
        for row, counts in rows.items():
            expected |= {(prefix + word, row): number for word, number in counts.items()}
            expected |= {(prefix + word, row): SOME for word in TIMES}
            for bars, count in BUCKETS.items():
                bar = re.compile(f"{prefix}{bars}(?:To|Over)")
                found = [key for key in moved if bar.match(key[0]) and key[1] == row]
                if sum(moved[key] for key in found) == expected.get((prefix + count, row)):
                    for key in found:
                        del moved[key]
    return [
        Moved(*key, moved.get(key, 0), expected.get(key, 0))
        for key in sorted(moved.keys() | expected.keys())
        if moved.get(key, 0) != expected.get(key, 0) and not (expected.get(key) == SOME and moved.get(key, 0) >= 0)
    ]


SAME = {
    "sipctlObjectStatsMessages": "sipctlListenerReceived",
    "sipCommonMethodStatsInbounds": "sipctlMethodReceived",
    "sipCommonMethodStatsOutbounds": "sipctlMethodSent",
    "sipCommonStatusCodeIns": "sipctlResponseReceived",
    "sipCommonStatusCodeOuts": "sipctlResponseSent",
}
"""Objects whose rows together are the same, when neither is told as it was a moment ago."""


def settled() -> dict[tuple[str, str], int]:
    """Read all counters, when statistics, which are written once a second, say the same as the counters of sockets."""
    read: list[dict[tuple[str, str], int]] = []

    def same() -> bool:
        read.append(counters())
        sums: Counter[str] = Counter()
        for (name, row), number in read[-1].items():
            # Of the server as a whole, not of each listener.
            if name != "sipctlObjectStatsMessages" or not row:
                sums[name] += number
        return all(sums[one] == sums[other] for one, other in SAME.items())

    wait_until(same, 10, "statistics to be written")
    return read[-1]


def counters() -> dict[tuple[str, str], int]:
    """Return all counters by object and row."""
    walk = walked()
    names: dict[tuple[str, str], str] = {}
    for each in walk.values():
        table, column = COLUMNS[each.name]
        if column.name.endswith("Name") and column.syntax.text.startswith("SnmpAdminString"):
            names.setdefault((table.name, each.place), each.value.removeprefix("STRING: ").strip('"'))
    found = {}
    for each in walk.values():
        table, column = COLUMNS[each.name]
        if not column.syntax.is_counter:
            continue
        row = names.get((table.name, each.place), each.place).partition(":")[0] if table.indexed else ""
        if len(table.indexed) == 2 and "." not in row:
            row += f".{each.place.rpartition('.')[2]}"
        found[each.name, row] = int(each.value.rpartition(" ")[2])
    return found


@needs_standard
def test_a_walk_beside_calls_goes_forward_and_every_value_is_readable(house: House, tmp_path: Path) -> None:
    server = ("127.0.0.1", house.port)
    callee = Sipp(tmp_path, "uas", server, CALLEE)
    caller = Sipp(
        tmp_path, "uac", server, free_ports()[0], calls=60, rate=40, hold_ms=200, users=caller_lines(["91200"])
    )
    try:
        walks = [walked() for _ in range(5)]
        printed = asked("snmpbulkwalk", "-Cr25", "1.3.6.1", mibs=True)
        walks.append(walked())
        assert caller.wait(20).successful == 60, caller.complaint()
    finally:
        caller.end()
        callee.end()
    for walk in walks:
        oids = [tuple(map(int, oid.split("."))) for oid in walk]
        assert len(oids) > 500
        assert oids == sorted(set(oids))
    assert re.findall(r"^.*(?:Wrong Type|Bad operator|iso\.|enterprises\.).*$", printed, re.MULTILINE) == []
    shown = dict(re.findall(r"^[\w-]+::(\w+)\.\S* = (.*)$", printed, re.MULTILINE))
    # Between two walks figures may get instances, and lose them.
    before, after = ({each.name for each in walk.values() if known(each.name)} for walk in walks[-2:])
    assert before & after <= set(shown) <= before | after
    for name, value in shown.items():
        if COLUMNS[name][1].syntax.names:
            assert re.fullmatch(r"INTEGER: \w+\(\d+\)|BITS: .*", value), (name, value)


@needs_standard
@pytest.mark.parametrize("table", TABLES)
def test_tables_are_shown(house: House, table: str) -> None:
    lines = asked("snmptable", "-Cb", "-Cf", "|", f"SIPCTL-MIB::{table}", mibs=True).splitlines()
    assert lines[0] == f"SNMP table: SIPCTL-MIB::{table}"
    assert len(lines) >= 4
    width = lines[2].count("|")
    assert all(line.count("|") >= width for line in lines[3:])


def test_management_gives_way_to_signalling(house: House) -> None:
    oam, worker = house.process("oam.manager"), house.process("core.worker")
    assert oam is not None
    assert worker is not None
    assert oam.nice() - worker.nice() == GIVES_WAY
