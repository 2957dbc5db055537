"""Corner cases of RFC 3416 §4.2, and what SNMPv1 makes of them (RFC 3584)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, cast

import msgspec
import pytest

from oam.snmp import ber
from oam.snmp.engine import reading, usm
from oam.snmp.engine.access import EVERYTHING, Rights, View
from oam.snmp.engine.counters import Counters
from oam.snmp.engine.message import VERSION_1, VERSION_2C, VERSION_3
from oam.snmp.engine.reading import Pdu
from oam.snmp.engine.responder import Request, Responder
from oam.snmp.mib import Mib, Stale
from oam.snmp.object import HIDDEN, WRITE, Column, Table
from oam.snmp.oids import Oid
from oam.snmp.syntax import COUNTER, INDEX, TEXT, UNSIGNED

TREE = (1, 3, 6, 1, 4, 1, 32473, 9)
NAME = (*TREE, 1, 1, 2)
COUNT = (*TREE, 1, 1, 3)
SIZE = (*TREE, 1, 1, 4)
SCALAR = (*TREE, 2, 1)
EMPTY = (*TREE, 3, 1, 2)
NULL = b"\x05\x00"


class Row(msgspec.Struct, frozen=True):
    index: int
    name: str
    count: int
    size: int | None


class Single(msgspec.Struct, frozen=True):
    version: str = "one"


ROWS = [Row(1, "first", 10, None), Row(4, "fourth", 40, 400), Row(2, "second", 20, 200)]
INSTANCES = [
    *[(*NAME, index) for index in (1, 2, 4)],
    *[(*COUNT, index) for index in (1, 2, 4)],
    *[(*SIZE, index) for index in (2, 4)],
    (*SCALAR, 0),
]


def table(rows: Sequence[Any], number: int = 1, name: str = "exampleTable") -> Table:
    async def source(_manager: object) -> Sequence[Any]:
        return rows

    columns = (
        Column(1, f"{name}Index", INDEX, "index", "x", access=HIDDEN),
        Column(2, f"{name}Name", TEXT, "name", "x"),
        Column(3, f"{name}Count", COUNTER, "count", "x"),
        Column(4, f"{name}Size", UNSIGNED, "size", "x", access=WRITE, write=lambda row, value: []),
    )
    return Table((*TREE, number), name, "x", columns, source, (f"{name}Index",), lifetime_s=1e9)


async def _single(_manager: object) -> Sequence[Single]:
    return (Single(),)


GROUP = Table(
    (*TREE, 2), "exampleGroup", "x", (Column(1, "exampleVersion", TEXT, "version", "x"),), _single, lifetime_s=1e9
)
COUNTERS = Counters()


def tree(tables: Iterable[Table], *, read: bool = True) -> Mib:
    mib = Mib(cast(Any, None), tables)

    async def all_read() -> None:
        for each in mib.tables.values():
            await mib.refresh(each)

    if read:
        asyncio.run(all_read())
    return mib


MIB = tree([table(ROWS), GROUP, table([], 3, "emptyTable")])


def answering(mib: Mib, counters: Counters | None = None) -> Responder:
    """Return a responder for which no time passes, however busy the host is."""
    return Responder(mib, counters or Counters(), lambda: 0.0)


RESPONDER = answering(MIB, COUNTERS)


def request(
    tag: int,
    *names: Oid,
    version: int = VERSION_2C,
    read: View = EVERYTHING,
    write: View | None = None,
    most: int = 1400,
    first: int = 0,
    second: int = 0,
    level: int = usm.NO_AUTH,
) -> Request:
    rights = Rights("community", usm.NO_AUTH, None, read, write)
    listed = ber.wrapped(
        ber.SEQUENCE, b"".join(ber.wrapped(ber.SEQUENCE, ber.object_identifier(name) + NULL) for name in names)
    )
    pdu = Pdu(tag, ber.integer(7), first, second, [(name, NULL) for name in names], listed, False)
    return Request(version, rights, level, pdu, "127.0.0.1", 0.0, most)


def told(response: bytes | None) -> tuple[int, int, list[tuple[Oid, bytes]]]:
    """Return error-status, error-index and variables of a response to request 7."""
    assert response is not None
    found = reading.pdu(response, 0, len(response))
    assert (found.tag, found.request_id) == (reading.RESPONSE, ber.integer(7))
    return found.first, found.second, found.variables


def answered(*arguments: Any, **more: Any) -> tuple[int, int, list[tuple[Oid, bytes]]]:  # noqa: ANN401
    return told(RESPONDER.answered(request(*arguments, **more)))


def text(value: str) -> bytes:
    return ber.wrapped(ber.OCTET_STRING, value.encode())


def test_get_tells_what_there_is_and_how_it_is_not_there() -> None:
    """RFC 3416 §4.2.1: instance, no such instance of an object, no such object, in one response."""
    names = [(*NAME, 1), (*NAME, 3), NAME, (*TREE, 1, 1, 1, 1), (*TREE, 8), (*SCALAR, 0), SCALAR, (*SIZE, 1)]
    status, index, variables = answered(reading.GET, *names)
    assert (status, index) == (0, 0)
    assert [name for name, _ in variables] == names
    assert [value for _, value in variables] == [
        text("first"),
        ber.NO_SUCH_INSTANCE,
        ber.NO_SUCH_INSTANCE,
        ber.NO_SUCH_OBJECT,
        ber.NO_SUCH_OBJECT,
        text("one"),
        ber.NO_SUCH_INSTANCE,
        ber.NO_SUCH_INSTANCE,
    ]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_version_1_tells_which_name_is_none_and_repeats_the_request(number: int) -> None:
    """RFC 1157 §4.1.2."""
    names = [(*NAME, 1), (*NAME, 2), (*NAME, 4)]
    names[number - 1] = (*NAME, 9)
    assert answered(reading.GET, *names, version=VERSION_1) == (2, number, [(name, NULL) for name in names])


def test_version_1_has_no_counter64() -> None:
    """RFC 3584 §4.2.2.1: it is no such name for GET and passed over by GETNEXT."""
    assert answered(reading.GET, (*COUNT, 1), version=VERSION_1)[:2] == (2, 1)
    assert answered(reading.GET_NEXT, (*NAME, 4), version=VERSION_1)[2][0][0] == (*SIZE, 2)


def test_getnext_goes_from_instance_to_instance_and_past_empty_tables() -> None:
    found = []
    name: Oid = (0, 0)
    while True:
        status, index, ((following, value),) = answered(reading.GET_NEXT, name)
        assert (status, index) == (0, 0)
        if value == ber.END_OF_MIB_VIEW:
            assert following == name
            break
        found.append(following)
        name = following
    assert found == INSTANCES


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ((*NAME, 1, 0), (*NAME, 2)),
        ((*NAME, 3), (*NAME, 4)),
        ((*TREE, 1), (*NAME, 1)),
        ((*TREE, 1, 1, 1, 77), (*NAME, 1)),
        ((2, 0), None),
        ((1,) * 128, (*NAME, 1)),
    ],
)
def test_getnext_from_what_is_no_instance(before: Oid, behind: Oid | None) -> None:
    ((name, value),) = answered(reading.GET_NEXT, before)[2]
    assert (name, value == ber.END_OF_MIB_VIEW) == (behind or before, behind is None)


def test_getnext_of_version_1_ends_with_no_such_name() -> None:
    assert answered(reading.GET_NEXT, (*NAME, 1), (*SCALAR, 0), version=VERSION_1)[:2] == (2, 2)


def test_version_1_passes_a_column_of_64_bits_at_one_step() -> None:
    said: list[int] = []

    def encode(value: int) -> bytes:
        said.append(value)
        return COUNTER.encode(value)

    large = table([Row(index, "", index, 1) for index in range(1, 3000)])
    columns = tuple(
        each._replace(syntax=COUNTER._replace(encode=encode)) if each.syntax is COUNTER else each
        for each in large.columns
    )
    responder = answering(tree([large._replace(columns=columns)]))
    reply = responder.answered(request(reading.GET_NEXT, *[COUNT] * 60, version=VERSION_1))
    assert [oid for oid, _ in told(reply)[2]] == [(*SIZE, 1)] * 60
    assert len(said) <= 60


def test_getbulk_repeats_some_and_not_others() -> None:
    """RFC 3416 §4.2.3."""
    _, _, variables = answered(reading.GET_BULK, SCALAR, NAME, COUNT, first=1, second=2)
    assert [name for name, _ in variables] == [(*SCALAR, 0), (*NAME, 1), (*COUNT, 1), (*NAME, 2), (*COUNT, 2)]


@pytest.mark.parametrize(("first", "second"), [(-5, 2_000_000_000), (0, 2**31 - 1)])
def test_getbulk_ends_where_the_tree_ends(first: int, second: int) -> None:
    _, _, variables = answered(reading.GET_BULK, SIZE, first=first, second=second)
    assert [name for name, _ in variables] == [(*SIZE, 2), (*SIZE, 4), (*SCALAR, 0), (*SCALAR, 0)]
    assert variables[-1][1] == ber.END_OF_MIB_VIEW


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, -1), (-1, 0)])
def test_getbulk_without_repetitions_is_empty(first: int, second: int) -> None:
    assert answered(reading.GET_BULK, NAME, first=first, second=second) == (0, 0, [])


def test_getbulk_with_more_non_repeaters_than_names() -> None:
    _, _, variables = answered(reading.GET_BULK, NAME, COUNT, first=2**31 - 1, second=2**31 - 1)
    assert [name for name, _ in variables] == [(*NAME, 1), (*COUNT, 1)]


def test_getbulk_of_nothing_is_nothing() -> None:
    assert answered(reading.GET_BULK, first=3, second=2_000_000_000) == (0, 0, [])


@pytest.mark.parametrize("most", [100, 150, 200, 1400])
def test_getbulk_never_grows_over_what_the_message_takes(most: int) -> None:
    response = RESPONDER.answered(request(reading.GET_BULK, NAME, NAME, second=50, most=most))
    assert response is not None
    assert len(response) <= most
    assert told(response)[2]


def test_getbulk_of_a_large_table_fills_the_message() -> None:
    responder = answering(tree([table([Row(index, "x" * 9, index, index) for index in range(2000)])]))
    for most in (484, 1400, 9000):
        response = responder.answered(request(reading.GET_BULK, NAME, second=2_000_000_000, most=most))
        assert response is not None
        assert most - 40 < len(response) <= most


def test_getbulk_ends_when_its_time_is_over() -> None:
    rows = tree([table([Row(index, "name", index, index) for index in range(2000)])])
    clock = iter([0.0, 0.001, 0.002, 1.0])
    response = Responder(rows, Counters(), lambda: next(clock)).answered(
        request(reading.GET_BULK, NAME, second=2_000_000_000, most=65_000)
    )
    assert [name for name, _ in told(response)[2]] == [(*NAME, 0), (*NAME, 1), (*NAME, 2)]


@pytest.mark.parametrize("tag", [reading.GET, reading.GET_NEXT])
def test_what_does_not_fit_is_too_big(tag: int) -> None:
    """RFC 3416 §4.2.1 and §4.2.2: an empty list; RFC 1157 §4.1.2: the request."""
    names = [(*NAME, 1)] * 3
    assert answered(tag, *names, most=80) == (1, 0, [])
    assert answered(tag, *names, most=90, version=VERSION_1) == (1, 0, [(name, NULL) for name in names])


def test_a_request_that_could_only_be_too_big_is_not_looked_at() -> None:
    unread = answering(tree([table(ROWS)], read=False))
    assert told(unread.answered(request(reading.GET, *[(*NAME, 1)] * 60, most=484)))[0] == 1


def test_where_not_even_an_error_fits_nothing_is_sent() -> None:
    """snmpSilentDrops."""
    before = COUNTERS.silent_drops
    assert RESPONDER.answered(request(reading.GET, *[(*NAME, 1)] * 9, version=VERSION_1, most=60)) is None
    assert COUNTERS.silent_drops == before + 1


def test_what_must_be_read_first_is_not_waited_for() -> None:
    unread = answering(tree([table(ROWS)], read=False))
    for tag in (reading.GET, reading.GET_NEXT, reading.GET_BULK):
        with pytest.raises(Stale):
            unread.answered(request(tag, (*NAME, 1), second=1))


def test_getbulk_tells_what_it_has_before_it_waits() -> None:
    mib = Mib(cast(Any, None), [table(ROWS), GROUP])
    asyncio.run(mib.refresh(mib.tables["exampleTable"]))
    _, _, variables = told(answering(mib).answered(request(reading.GET_BULK, SIZE, second=50)))
    assert [name for name, _ in variables] == [(*SIZE, 2), (*SIZE, 4)]


def test_what_is_not_in_the_view_is_not_there() -> None:
    """RFC 3413 §3.2: and GETNEXT goes on behind it."""
    view = View([(TREE, True), (COUNT, False), ((*COUNT, 2), True), (SCALAR, False)])
    names = [(*COUNT, 1), (*COUNT, 2), (*SCALAR, 0)]
    values = [value for _, value in answered(reading.GET, *names, read=view)[2]]
    assert values == [ber.NO_SUCH_OBJECT, COUNTER.encode(20), ber.NO_SUCH_OBJECT]
    _, _, variables = answered(reading.GET_BULK, NAME, second=50, read=view)
    assert [name for name, _ in variables[:-1]] == [
        name for name in INSTANCES if view.sees(name) and name[: len(TREE)] == TREE
    ]
    assert variables[-1] == ((*SIZE, 4), ber.END_OF_MIB_VIEW)


def test_a_lower_level_than_the_groups_sees_nothing() -> None:
    rights = Rights("user", usm.PRIV, None, EVERYTHING, EVERYTHING)
    asked = request(reading.GET, (*NAME, 1), version=VERSION_3)._replace(rights=rights, level=usm.AUTH)
    assert told(RESPONDER.answered(asked))[:2] == (16, 0)
    assert RESPONDER.forbidden(asked) == (16, 0)


@pytest.mark.parametrize(
    ("names", "write", "refused"),
    [
        ([(*SIZE, 1)], None, (6, 1)),
        ([(*SIZE, 1)], EVERYTHING, (0, 0)),
        ([(*SIZE, 9), (*NAME, 1)], EVERYTHING, (17, 2)),
        ([(*SIZE, 1), (*TREE, 8)], EVERYTHING, (17, 2)),
        ([(*NAME, 1)], View([(SIZE, True)]), (6, 1)),
        ([(*SIZE, 1), (*SCALAR, 0)], View([(SIZE, True)]), (6, 2)),
    ],
)
def test_what_may_be_set(names: list[Oid], write: View | None, refused: tuple[int, int]) -> None:
    """RFC 3416 §4.2.5: the first variable that is wrong is told."""
    assert RESPONDER.forbidden(request(reading.SET, *names, write=write)) == refused


@pytest.mark.parametrize(
    ("status", "in_version_1"),
    [(6, 2), (7, 3), (8, 3), (9, 3), (10, 3), (11, 2), (12, 3), (13, 5), (14, 5), (15, 5), (16, 2), (17, 2), (18, 2)],
)
def test_errors_of_version_1(status: int, in_version_1: int) -> None:
    """RFC 3584 §4.4."""
    asked = request(reading.SET, (*SIZE, 1), version=VERSION_1)
    assert told(RESPONDER.failed(asked, status, 1)) == (in_version_1, 1, [((*SIZE, 1), NULL)])
    assert told(RESPONDER.failed(asked._replace(version=VERSION_2C), status, 1))[0] == status


def test_no_error_is_told_of_a_variable_that_is_not_there() -> None:
    assert told(RESPONDER.failed(request(reading.SET), 17, 1)) == (17, 0, [])


def test_a_value_that_cannot_be_said_is_left_out_and_the_walk_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    rows = [Row(1, "first", cast(Any, "many"), 1), Row(2, "second", 2, 2)]
    responder = answering(tree([table(rows)]))
    for _ in range(2):
        _, _, variables = told(responder.answered(request(reading.GET_BULK, NAME, second=50)))
        assert [name for name, _ in variables[:-1]] == [(*NAME, 1), (*NAME, 2), (*COUNT, 2), (*SIZE, 1), (*SIZE, 2)]
    assert caplog.text.count("a value of exampleTableCount cannot be sent") == 1
