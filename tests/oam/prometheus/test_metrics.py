"""What Prometheus is told is what the shell shows, under names that follow from it."""

from __future__ import annotations

import re
import time

from prometheus_client.parser import text_string_to_metric_families

from core.northbound import statistics as rows
from core.northbound.counters import COUNTERS
from core.northbound.rows import ProcessRow
from core.northbound.statistics import COLUMNS, WIDTH, ObjectRow
from oam.prometheus.metrics import BY_OBJECT, SERVER, STATE, Own, Reading, Standing, pieces

COUNTS = [1000 + each.slot for each in COUNTERS]


def _row(kind: str, name: str, **columns: int) -> ObjectRow:
    values = [0] * WIDTH
    for column, value in columns.items():
        values[getattr(rows, column)] = value
    return ObjectRow(kind, name, 1, tuple(values))


def _told(reading: Reading) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text = "".join(pieces(reading))
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for each in text_string_to_metric_families(text)
        for sample in each.samples
    }


def test_every_counter_is_told_in_base_units() -> None:
    told = _told(Reading("1.0", COUNTS))
    assert len(SERVER) == len(COUNTERS)
    for each in SERVER:
        assert told[each.family.name, ()] == COUNTS[each.slot] / each.divisor
    assert told["sipctl_calls_attempted_total", ()] == COUNTS[[each.name for each in COUNTERS].index("calls-attempted")]
    assert told["sipctl_loop_lag_seconds", ()] == COUNTS[[each.name for each in COUNTERS].index("loop-lag-us")] / 1e6


def test_no_name_stands_for_two_figures_and_all_are_names() -> None:
    names = [each.family.name for each in (*SERVER, *BY_OBJECT)] + [described.name for described, _ in STATE]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch("sipctl_[a-z0-9_]+", name)] == []
    assert [
        each.family.name for each in SERVER if (each.family.kind == "counter") != each.family.name.endswith("_total")
    ] == []


def test_every_column_of_an_object_is_told() -> None:
    told = _told(
        Reading("1.0", COUNTS, [_row("trunk-out", "PSTN", BIDS=7, USAGE_MS=1500), _row("system", "system", BIDS=9)])
    )
    where = (("kind", "trunk-out"), ("name", "PSTN"))
    assert told["sipctl_object_bids_total", where] == 7
    assert told["sipctl_object_usage_seconds_total", where] == 1.5
    assert told["sipctl_object_bids_total", (("kind", "system"), ("name", ""))] == 9
    told_slots = {each.slot for each in BY_OBJECT} | {rows.SETUP_COUNT, rows.SETUP_MS, rows.PROCESSING_US}
    assert told_slots == {each.slot for each in COLUMNS}


def test_set_up_delay_is_a_histogram_in_seconds() -> None:
    values = [0] * WIDTH
    values[rows.SETUP_HISTOGRAM], values[rows.SETUP_HISTOGRAM + 15], values[rows.SETUP_MS] = 2, 1, 40_005
    told = _told(Reading("1.0", COUNTS, [ObjectRow("system", "", 1, tuple(values))]))
    where = (("kind", "system"), ("name", ""))
    name = "sipctl_object_setup_delay_seconds"
    assert told[f"{name}_bucket", (*where[:1], ("le", "0.01"), *where[1:])] == 2
    assert told[f"{name}_bucket", (*where[:1], ("le", "30"), *where[1:])] == 2
    assert told[f"{name}_bucket", (*where[:1], ("le", "+Inf"), *where[1:])] == told[f"{name}_count", where] == 3
    assert told[f"{name}_sum", where] == 40.005
    assert not any(each.startswith("sipctl_object_processing") for each, _ in told)


def test_requests_and_responses_by_method() -> None:
    reading = Reading("1.0", COUNTS, [_row("method", "INVITE", RECEIVED=5, SENT=4, SENT_AGAIN=2)], [("BYE", 200, 3, 6)])
    told = _told(reading)
    assert told["sipctl_requests_total", (("direction", "sent"), ("method", "INVITE"))] == 4
    assert told["sipctl_requests_repeated_total", (("direction", "sent"), ("method", "INVITE"))] == 2
    assert told["sipctl_responses_total", (("code", "200"), ("direction", "received"), ("method", "BYE"))] == 3
    assert not any(dict(where).get("kind") == "method" for _, where in told)


def test_alarms_by_severity_and_one_by_one() -> None:
    alarm = Standing(2, "trunk-unreachable", "trunk PSTN", "major", True, 1_700_000_000.5)
    told = _told(Reading("1.0", COUNTS, alarms=[alarm]))
    assert told["sipctl_alarms_active", (("severity", "major"),)] == 1
    assert told["sipctl_alarms_active", (("severity", "critical"),)] == 0
    where = {"number": "2", "name": "trunk-unreachable", "object": "trunk PSTN", "severity": "major"}
    assert told["sipctl_alarm_raised_timestamp_seconds", tuple(sorted({**where, "acknowledged": "true"}.items()))] == (
        1_700_000_000.5
    )


def test_the_state_of_the_server() -> None:
    process = ProcessRow("sip-1", 1, "running", 2, 60, 12.5, 4096)
    told = _told(Reading("1.0", COUNTS, processes=[process], saved=False, own=Own(4, 5)))
    assert told["sipctl_process_cpu_seconds_total", (("process", "sip-1"),)] == 12.5
    assert told["sipctl_process_running", (("process", "sip-1"),)] == 1
    assert told["sipctl_configuration_saved", ()] == 0
    assert told["sipctl_build_info", (("version", "1.0"),)] == 1
    assert told["sipctl_prometheus_scrapes_total", ()] == 4


def test_no_piece_of_a_page_of_a_thousand_objects_takes_long() -> None:
    objects = [ObjectRow("trunk-out", f"TRUNK{number}", 1, tuple(range(WIDTH))) for number in range(rows.ROWS)]
    page = pieces(Reading("1.0", COUNTS, objects))
    longest = 0.0
    while True:
        before = time.thread_time()
        if not next(page, ""):
            break
        longest = max(longest, time.thread_time() - before)
    assert longest < 0.02
