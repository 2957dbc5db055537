"""Measurement jobs and thresholds: lines both ways, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.northbound.keyring import Keyring
from oam.commands.registry import load
from oam.config.text import parse, render
from oam.measurement.indicators import find
from oam.settings.measurement import (
    BUILT_IN,
    Bound,
    Clear,
    MeasurementJob,
    ObjectChoice,
    PushServer,
    Threshold,
    Window,
    in_force,
    problems,
)

KEY = "SHA256:uNiVztksCsDhcc0u9e8BrjJXVDDsyKPiZsRlhjnNTbE"
LINES = f"""measurement-job NIGHT
 description What the planner wants
 object system
 object trunk all
 object trunk-out PSTN
 object listener udp:127.0.0.1:5060
 object destination 0086
 indicator bids
 indicator asr
 period 30
 daily 22:00 06:00
 days mon,fri
 start 2026-12-01T00:00
 stop 2027-01-01T00:00
 format xml
 files maximum 96
 push sftp 192.0.2.20 port 2022
 push user planner
 push secret 6 SEALED
 push directory /in/sip1
 push host-key {KEY}
 shutdown
!
measurement-job B
 object method
!
threshold LOW
 description Nobody answers
 object trunk-out all
 object system
 indicator asr
 period 15
 raise below 20
 raise below 5.5 severity major
 clear above 30.125
 samples minimum 50
 periods 2
 shutdown""".splitlines()


def kept(sealed: str) -> tuple[tuple[MeasurementJob, ...], tuple[Threshold, ...]]:
    job = MeasurementJob(
        "NIGHT", "What the planner wants",
        (
            ObjectChoice("system"), ObjectChoice("trunk"), ObjectChoice("trunk-out", "PSTN"),
            ObjectChoice("listener", "udp:127.0.0.1:5060"), ObjectChoice("destination", "0086"),
        ),
        ("bids", "asr"), 30, Window("22:00", "06:00"), "mon,fri", "2026-12-01T00:00", "2027-01-01T00:00", "xml", 96,
        PushServer("sftp", "192.0.2.20", 2022), "planner", sealed, "/in/sip1", KEY, True,
    )  # fmt: skip
    threshold = Threshold(
        "LOW", "Nobody answers", (ObjectChoice("trunk-out"), ObjectChoice("system")), "asr", 15,
        (Bound("below", 20.0), Bound("below", 5.5, "major")), Clear("above", 30.125), 50, 2, True,
    )  # fmt: skip
    return (job, MeasurementJob("B", objects=(ObjectChoice("method"),))), (threshold,)


@pytest.mark.parametrize("everything", [False, True])
def test_the_lines_are_read_back_as_they_were_written(tmp_path: Path, everything: bool) -> None:
    registry = load()
    registry.keyring = Keyring(tmp_path)
    sealed = registry.keyring.encrypted("x")
    settings, found = parse(registry, [line.replace("SEALED", sealed) for line in LINES])
    assert found == []
    assert (settings.measurement_jobs, settings.thresholds) == kept(sealed)
    assert parse(registry, render(registry, settings, everything)) == (settings, [])


def job(**fields: object) -> list[str]:
    return list(problems((MeasurementJob("J", **fields),), ()))  # type: ignore[arg-type]


def threshold(*raises: Bound, clear: Clear = Clear(), **fields: object) -> list[str]:  # noqa: B008
    return list(problems((), (Threshold("T", raises=raises, clear=clear, **fields),)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"indicators": ("nonsense",)}, "there is no indicator nonsense"),
        ({"indicators": ("asr",) * 101}, "at most 100 indicators"),
        ({"objects": (ObjectChoice("trunk"),) * 201}, "at most 200 objects"),
        ({"period_min": 7}, "period is one of 1, 5, 15, 30, 60 minutes"),
        ({"daily": Window("08:00", "08:00")}, "daily: the window ends where it begins"),
        ({"start": "2026-12-01T00:00", "stop": "2026-12-01T00:00"}, "it stops before it starts"),
        ({"push": PushServer("sftp", "h")}, "push needs a user"),
        ({"push": PushServer("ftp", "h"), "push_user": "u", "push_host_key": KEY}, "push host-key is for SFTP"),
    ],
)
def test_a_job_that_cannot_be_is_refused(fields: dict[str, object], told: str) -> None:
    assert job(**fields) == [f"measurement-job J: {told}"]


@pytest.mark.parametrize(
    ("raises", "clear", "told"),
    [
        ([Bound("below", 20.0)], Clear("above", 20.0), None),
        ([Bound("below", 20.0)], Clear("above", 19.9), "clear above 19.9 must not reach beyond raise 20"),
        ([Bound("above", 8.0)], Clear("below", 8.0), None),
        ([Bound("above", 8.0)], Clear("below", 8.1), "clear below 8.1 must not reach beyond raise 8"),
        ([Bound("above", 8.0)], Clear("above", 6.0), "clear must be on the other side than raise above"),
        ([Bound("below", 20.0), Bound("above", 5.0, "major")], Clear(), "raise goes in one direction only"),
        (
            [Bound("below", 20.0), Bound("below", 30.0, "major")], Clear(),
            "the worse the severity, the further away its bound must be",
        ),
        (
            [Bound("above", 20.0), Bound("above", 20.0, "major")], Clear(),
            "the worse the severity, the further away its bound must be",
        ),
        ([Bound("below", 20.0), Bound("below", 5.0, "major")], Clear("above", 25.0), None),
        (
            [Bound("below", 20.0), Bound("below", 5.0, "major")], Clear("above", 10.0),
            "clear above 10 must not reach beyond raise 20",
        ),
    ],
)  # fmt: skip
def test_bounds_must_be_in_order(raises: list[Bound], clear: Clear, told: str | None) -> None:
    assert threshold(*raises, clear=clear, indicator="asr") == ([] if told is None else [f"threshold T: {told}"])


@pytest.mark.parametrize(
    ("severity", "indicator", "told"),
    [
        ("critical", "asr", "alarm 27 (Low ASR or NER) is never critical"),
        ("major", "srd", "alarm 28 (High post-dial delay) is never major"),
        ("critical", "erlang", None),
        ("major", "nonsense", "there is no indicator nonsense"),
    ],
)
def test_a_severity_must_be_one_of_the_alarm(severity: str, indicator: str, told: str | None) -> None:
    found = threshold(Bound("above", 1.0, severity), indicator=indicator)
    assert found == ([] if told is None else [f"threshold T: {told}"])


def test_jobs_and_thresholds_are_bounded() -> None:
    jobs = [MeasurementJob(f"J{number}") for number in range(51)]
    thresholds = [Threshold(f"T{number}") for number in range(101)]
    assert list(problems(jobs, thresholds)) == ["measurement-job: at most 50", "threshold: at most 100"]


def test_built_in_thresholds_are_in_order_and_can_be_replaced() -> None:
    assert list(problems((), BUILT_IN)) == []
    assert in_force(()) == BUILT_IN
    own = Threshold("trunk-asr", shutdown=True)
    assert [each for each in in_force((own,)) if each.name == "trunk-asr"] == [own]
    assert len(in_force((own,))) == len(BUILT_IN)


def test_built_in_thresholds_have_hysteresis_samples_and_patience() -> None:
    """An alarm that comes and goes with chance is one that nobody heeds."""
    for each in BUILT_IN:
        assert each.clear.direction, each.name
        assert all(abs(each.clear.value - bound.value) >= 2 for bound in each.raises), each.name
        assert (each.samples >= 50, each.periods >= 2) == (True, True), each.name
        assert find(each.indicator) is not None
