"""The text format, judged by the parser of Prometheus' own client."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from oam.prometheus.text import (
    COUNTER,
    GAUGE,
    HISTOGRAM,
    PIECE,
    Family,
    Observed,
    family,
    histograms,
    labels,
    number,
)

CALLS = Family("sipctl_calls_total", COUNTER, "Calls")


def test_a_family_is_read_as_it_was_written() -> None:
    text = "".join(family(CALLS, [(labels(kind="trunk-out", name="A"), 3), (labels(kind="system", name=""), 5)]))
    (found,) = text_string_to_metric_families(text)
    assert (found.name, found.type, found.documentation) == ("sipctl_calls", "counter", "Calls")
    assert [(each.labels, each.value) for each in found.samples] == [
        ({"kind": "trunk-out", "name": "A"}, 3.0),
        ({"kind": "system", "name": ""}, 5.0),
    ]


def test_no_name_breaks_the_line_it_stands_in() -> None:
    name = 'a"b\\c\nd{},=é 中'
    (found,) = text_string_to_metric_families("".join(family(CALLS, [(labels(name=name), 1)])))
    assert found.samples[0].labels == {"name": name}


def test_a_help_of_two_lines_stays_one() -> None:
    (found,) = text_string_to_metric_families("".join(family(CALLS._replace(help="a\\b\nc"), [("", 1)])))
    assert found.documentation == "a\\b\nc"


def test_a_family_without_samples_is_not_there() -> None:
    assert list(family(CALLS, [])) == []
    assert list(histograms(Family("sipctl_delay", HISTOGRAM, "Delay"), (1.0,), [])) == []


def test_many_samples_come_in_pieces_with_one_head() -> None:
    pieces = list(family(CALLS, [(labels(name=str(each)), each) for each in range(2 * PIECE + 1)]))
    assert len(pieces) == 3
    assert "".join(pieces).count("# TYPE") == 1
    assert len(next(iter(text_string_to_metric_families("".join(pieces)))).samples) == 2 * PIECE + 1


def test_buckets_of_a_histogram_are_cumulative_and_end_with_the_count() -> None:
    described = Family("sipctl_delay_seconds", HISTOGRAM, "Delay")
    observed = [Observed(labels(name="A"), (1, 2, 4), 3.5), Observed("", (0, 0, 1), 9)]
    (found,) = text_string_to_metric_families("".join(histograms(described, (0.01, 2.0), observed)))
    assert found.type == "histogram"
    assert [(each.name.rpartition("_")[2], each.labels.get("le"), each.value) for each in found.samples] == [
        ("bucket", "0.01", 1.0),
        ("bucket", "2", 3.0),
        ("bucket", "+Inf", 7.0),
        ("sum", None, 3.5),
        ("count", None, 7.0),
        ("bucket", "0.01", 0.0),
        ("bucket", "2", 0.0),
        ("bucket", "+Inf", 1.0),
        ("sum", None, 9.0),
        ("count", None, 1.0),
    ]


def test_numbers_are_exact() -> None:
    values = (0, 7, 2**62, 0.1, 1.0, -2.5, 1e300, float("inf"), float("-inf"), float("nan"))
    written = [number(value) for value in values]
    assert written[:6] == ["0", "7", str(2**62), "0.1", "1", "-2.5"]
    assert written[7:] == ["+Inf", "-Inf", "NaN"]
    assert float(written[6]) == 1e300


def test_a_gauge_says_so() -> None:
    (found,) = text_string_to_metric_families("".join(family(Family("sipctl_calls", GAUGE, "Calls now"), [("", 1)])))
    assert found.type == "gauge"
