"""The Via parameters of RFC 7339 and RFC 7415: read, written, never a fault."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wire import oc
from core.wire.via import parse_via

PLAIN = "SIP/2.0/UDP p1.example.net:5060;branch=z9hG4bK2d4790.1"


@pytest.mark.parametrize(
    ("params", "algorithm"),
    [
        ("", -1),
        (";oc", oc.LOSS),
        (';oc;oc-algo="loss"', oc.LOSS),
        (';oc;oc-algo="loss,rate"', oc.LOSS),
        (';oc;oc-algo="rate,loss"', oc.RATE),
        (';oc;oc-algo="rate, loss"', oc.RATE),
        (';oc-algo="A,rate" ;OC', oc.RATE),
        (';oc;oc-algo="nxrate,A"', -1),
        (";oc=5", -1),
        (";ock", -1),
        (";rport;oc;received=192.0.2.1", oc.LOSS),
        (f";oc;x={'a' * 3000}", -1),
        (';x=";oc"', -1),
        (', SIP/2.0/UDP other;branch=z9hG4bKa;oc;oc-algo="loss"', -1),
    ],
)
def test_what_a_client_asks_for(params: str, algorithm: int) -> None:
    assert oc.offered(PLAIN + params) == algorithm
    assert oc.offered("Via: " + PLAIN + params) == algorithm


def test_ours_asks_for_both() -> None:
    assert oc.offered(PLAIN + oc.ASKED) == oc.LOSS
    parse_via(PLAIN + oc.ASKED)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (';oc=20;oc-algo="loss";oc-validity=500;oc-seq=1282321615.782', (oc.LOSS, 20, 500, 1282321615.782)),
        (';oc=0;oc-algo="loss";oc-validity=0;oc-seq=1.1', (oc.LOSS, 0, 0, 1.1)),
        (';oc=150;oc-algo="rate";oc-validity=1000;oc-seq=1.5', (oc.RATE, 150, 1000, 1.5)),
        (";oc=100;oc-seq=7.0", (oc.LOSS, 100, 500, 7.0)),
        (";oc=20;oc-algo=loss;oc-validity=500;oc-seq=2.2", (oc.LOSS, 20, 500, 2.2)),
    ],
)
def test_what_a_server_says(params: str, expected: tuple[int, int, int, float]) -> None:
    word = oc.read(PLAIN + params)
    assert word is not None
    assert (word.algorithm, word.value, word.validity_ms, word.sequence) == expected


@pytest.mark.parametrize(
    "params",
    [
        "",
        ';oc;oc-algo="loss,rate"',
        ";oc=20",
        ";oc=-1;oc-seq=1.1",
        ";oc=101;oc-seq=1.1",
        ";oc=1e3;oc-seq=1.1",
        ';oc=5;oc-algo="other";oc-seq=1.1',
        ";oc=5;oc-validity=x;oc-seq=1.1",
        ";oc=5;oc-seq=1.1.1",
        ";oc=5;oc-seq=1234567890123.1",
        ";oc=5;oc-seq=1.123456",
        ";oc=9999999999;oc-algo=rate;oc-seq=1.1",
        ";oc=٣;oc-seq=1.1",
    ],
)
def test_what_counts_for_nothing(params: str) -> None:
    assert oc.read(PLAIN + params) is None


@given(
    st.sampled_from([oc.LOSS, oc.RATE]), st.integers(0, 100), st.integers(0, 60_000), st.integers(0, 10**11),
    st.integers(0, 999),
)  # fmt: skip
def test_what_is_written_is_read(algorithm: int, value: int, validity: int, whole: int, part: int) -> None:
    word = oc.read(PLAIN + oc.feedback(algorithm, value, validity, f"{whole}.{part:03d}"))
    assert word is not None
    assert (word.algorithm, word.value, word.validity_ms) == (algorithm, value, validity)
    assert word.sequence == pytest.approx(whole + part / 1000)


def test_the_word_takes_the_place_of_the_question_and_nothing_else_changes() -> None:
    word = oc.feedback(oc.LOSS, 20, 500, "1.1")
    asked = PLAIN + ';oc;oc-algo="loss,rate";received=192.0.2.1'
    assert oc.answered(asked, word) == PLAIN + word + ";received=192.0.2.1"
    second = ", SIP/2.0/UDP b;branch=z9hG4bKb;oc"
    assert oc.answered(asked + second, word) == PLAIN + word + ";received=192.0.2.1" + second


@given(st.text(st.characters(codec="latin-1")))
def test_no_text_is_a_fault(text: str) -> None:
    for via in (text, PLAIN + ";" + text, ";oc" + text):
        oc.offered(via)
        oc.read(via)
        assert oc.answered(via, ";oc=1").count(";oc=1") >= 0


@given(st.text(st.characters(codec="latin-1", exclude_characters=';,"')))
def test_a_via_that_does_not_ask_stays_as_it_is(text: str) -> None:
    assert oc.answered(PLAIN + ";x=" + text, ";oc=1") == PLAIN + ";x=" + text
