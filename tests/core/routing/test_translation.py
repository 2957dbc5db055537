"""Translation rules: number -> number, against a reference on lists of digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.northbound.routing_settings import Step, TranslationRule
from core.routing.number import INTERNATIONAL, NATIONAL, UNKNOWN, Number, Numbers
from core.routing.translation import compile_rules, translate


def called(digits: str, *steps: Step) -> str | None:
    """Translate a called number; return how it reads, None when there is none."""
    rule = compile_rules((TranslationRule("R", steps=steps),))["R"]
    made = translate(rule, Numbers(Number(digits, UNKNOWN), None))
    return None if made is None else repr(made.called)


@pytest.mark.parametrize(
    ("digits", "step", "expected"),
    [
        ("91234", Step("called", "delete", 0, count=1), "1234"),
        ("91234", Step("called", "delete", 1, count=2), "934"),
        ("91234", Step("called", "delete", 0, "from-end", 2), "912"),
        ("91234", Step("called", "delete", 1, "from-end", 2), "914"),
        ("91234", Step("called", "delete", 9, count=2), "91234"),
        ("91234", Step("called", "delete", 9, "from-end", 2), "91234"),
        ("91234", Step("called", "delete", 0, count=28), None),
        ("1234", Step("called", "insert", 0, digits="0086"), "00861234"),
        ("1234", Step("called", "insert", 2, digits="#"), "12#34"),
        ("1234", Step("called", "insert", 0, "from-end", digits="99"), "123499"),
        ("1234", Step("called", "insert", 1, "from-end", digits="99"), "123994"),
        ("1234", Step("called", "insert", 20, digits="99"), "123499"),
        ("1234", Step("called", "insert", 0, digits="+"), "+1234"),
        ("1234", Step("called", "insert", 0, digits="+49"), "+491234"),
        ("1234", Step("called", "insert", 0, digits="0" * 24), "0" * 24 + "1234"),
        ("1234", Step("called", "insert", 0, digits="0" * 25), None),
        ("001234", Step("called", "replace", 0, count=2, digits="+"), "+1234"),
        ("1234", Step("called", "replace", 1, count=2, digits="777"), "17774"),
        ("1234", Step("called", "replace", 0, "from-end", 1, "77"), "12377"),
        ("0301234", Step("called", "match", pattern=r"0([1-9].+)", digits=r"49\1"), "49301234"),
        ("0001234", Step("called", "match", pattern=r"0([1-9].+)", digits=r"49\1"), "0001234"),
        ("12345678", Step("called", "match", pattern=r"(12)(3.)5+(.+)", digits=r"\3*\1\2"), "678*1234"),
        ("*21#", Step("called", "match", pattern=r"[*#]21#", digits="5"), "5"),
        ("1234", Step("called", "nature", value="international"), "+1234"),
    ],
)
def test_one_step(digits: str, step: Step, expected: str | None) -> None:
    assert called(digits, step) == expected


def test_steps_are_done_in_their_order() -> None:
    steps = (Step("called", "delete", 0, count=4), Step("called", "insert", 0, digits="5"))
    assert called("1234", *steps) == "5"
    assert called("12345", *reversed(steps)) == "45"


def test_calling_redirecting_name_and_presentation() -> None:
    steps = (
        Step("calling", "insert", 0, digits="+"),
        Step("redirecting", "delete", 0, count=1),
        Step("calling", "display-name", value="Reception"),
        Step("calling", "presentation", value="restricted"),
    )
    rule = compile_rules((TranslationRule("R", steps=steps),))["R"]
    before = Numbers(Number("1", UNKNOWN), Number("4930", NATIONAL), Number("77", UNKNOWN))
    made = translate(rule, before)
    assert made is not None
    assert [repr(each) for each in (made.called, made.calling, made.redirecting)] == ["1", "+4930", "7"]
    assert (made.display_name, made.presentation) == ("Reception", "restricted")
    assert made.calling is not None
    assert made.calling.nature == INTERNATIONAL
    assert made.given is before.calling
    assert repr(before.calling) == "4930"
    nobody = translate(rule, Numbers(Number("1", UNKNOWN), None))
    assert nobody is not None
    assert nobody.calling is None


def test_a_calling_number_without_digits_fails_too() -> None:
    rule = compile_rules((TranslationRule("R", steps=(Step("calling", "delete", count=9),)),))["R"]
    assert translate(rule, Numbers(Number("1", UNKNOWN), Number("5", UNKNOWN))) is None


def test_rules_go_on_with_others_and_never_in_circles() -> None:
    rules = compile_rules(
        (
            TranslationRule("A", steps=(Step("called", "insert", digits="1"),), then="B"),
            TranslationRule("B", steps=(Step("called", "insert", digits="2"),), then="A"),
            TranslationRule("C", steps=(Step("called", "insert", digits="3"),), then="GONE"),
        )
    )
    made = [translate(rules[name], Numbers(Number("0", UNKNOWN), None)) for name in "ABC"]
    assert [each and each.called.digits for each in made] == ["210", "120", "30"]


def test_an_explanation_says_what_changed() -> None:
    told: list[tuple[str, str, str]] = []
    rule = compile_rules((TranslationRule("R", steps=(Step("called", "delete", count=2),)),))["R"]
    for digits in ("123", "12"):
        translate(rule, Numbers(Number(digits, UNKNOWN), None), told)
    assert told == [
        ("translation", "R", "called 123 -> 3"),
        ("translation", "R", "called 12 -> : no number of 1 to 28 digits"),
    ]


DIGITS = st.text("0123456789*#ABCD", min_size=1, max_size=28)
STEP = st.builds(
    Step,
    st.just("called"),
    st.sampled_from(("delete", "insert", "replace")),
    st.integers(0, 30),
    st.sampled_from(("", "from-end")),
    st.integers(0, 28),
    st.text("0123456789", max_size=5),
)


@given(DIGITS, st.lists(STEP, max_size=4))
def test_positions_mean_what_they_do_in_a_list(digits: str, steps: list[Step]) -> None:
    expected = list(digits)
    for step in steps:
        if step.origin:
            expected.reverse()
        tail = [] if step.action == "insert" else expected[step.index : step.index + step.count]
        new = [] if step.action == "delete" else list(step.digits)
        expected[step.index : step.index + len(tail)] = reversed(new) if step.origin else new
        if step.origin:
            expected.reverse()
    found = called(digits, *steps)
    assert found == ("".join(expected) if 0 < len(expected) <= 28 else None)
