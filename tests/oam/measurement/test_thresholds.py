"""The thresholds of a server: minutes in, alarms out; built-in ones, changes of configuration."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from support.management import played
from support.minutes import IN, OUT, SYSTEM, FakeAlarms, at, minute, values

from core.northbound.routing_settings import Trunk
from oam.commands.registry import load
from oam.config.store import ConfigurationStore
from oam.config.tree import Configuration
from oam.measurement import thresholds as module
from oam.measurement.thresholds import Thresholds
from oam.settings.measurement import BUILT_IN, Bound, Clear, ObjectChoice, Threshold
from oam.statistics.period import ObjectKey

HOUR = at("2026-11-28 16:00")
OFF = tuple(msgspec.structs.replace(each, shutdown=True) for each in BUILT_IN)
ASR = Threshold(
    "T", objects=(ObjectChoice("trunk-out"),), indicator="asr", period_min=5, raises=(Bound("below", 20.0),),
    clear=Clear("above", 30.0), samples=50,
)  # fmt: skip
TRUNK = (27, "trunk PSTN")


async def _applied(_: Configuration) -> list[str]:
    return []


class Scene:
    """Thresholds on a clock of their own."""

    def __init__(self, state: Path, *thresholds: Threshold, built_in: bool = False) -> None:
        self.minute = 0
        self.alarms = FakeAlarms()
        self.off = () if built_in else OFF
        self.configuration = ConfigurationStore(
            load(), state, _applied, Configuration(thresholds=(*self.off, *thresholds), trunks=(Trunk("PSTN"),))
        )
        self.thresholds = Thresholds(self.configuration, self.alarms)

    async def minutes(self, count: int, row: dict[ObjectKey, tuple[int, ...]]) -> None:
        """Let minutes pass in which objects did this; evaluate the periods that are over."""
        for _ in range(count):
            self.thresholds.take(minute(HOUR + 60 * self.minute, row))
            self.minute += 1
            while self.thresholds._over:
                await self.thresholds.evaluate(self.thresholds._over.popleft())

    async def period(self, seizures: int, answers: int) -> list[tuple[str, str]]:
        """Let five minutes pass; return the alarms."""
        row = {OUT: values(seizures=seizures, answers=answers), SYSTEM: values(), IN: values()}
        await self.minutes(1, row)
        await self.minutes(4, {OUT: values(), SYSTEM: values(), IN: values()})
        return list(self.alarms.active.values())

    async def configure(self, *thresholds: Threshold, trunks: tuple[Trunk, ...] = (Trunk("PSTN"),)) -> None:
        new = msgspec.structs.replace(self.configuration.running, thresholds=(*self.off, *thresholds), trunks=trunks)
        assert await self.configuration.apply(new) == []


@played
async def test_one_minute_is_said_as_one(tmp_path: Path) -> None:
    scene = Scene(tmp_path, msgspec.structs.replace(ASR, period_min=1))
    ((_, text),) = await scene.period(100, 12)
    assert "samples in 1 minute, threshold T" in text


@played
async def test_an_alarm_tells_value_bound_and_samples(tmp_path: Path) -> None:
    scene = Scene(tmp_path, ASR)
    assert await scene.period(100, 12) == [
        ("minor", "trunk PSTN out: asr 12 %, raised when below 20 % (100 samples in 5 minutes, threshold T)")
    ]
    assert list(scene.alarms.active) == [TRUNK]
    assert await scene.period(100, 25) != []
    assert await scene.period(100, 31) == []


@played
async def test_a_period_without_samples_never_clears(tmp_path: Path) -> None:
    scene = Scene(tmp_path, ASR)
    first = await scene.period(100, 12)
    assert await scene.period(49, 49) == first
    assert scene.alarms.doubted == {TRUNK}
    assert await scene.period(0, 0) == first
    assert await scene.period(50, 50) == []


@played
async def test_an_object_of_which_nothing_comes_any_more_is_unknown(tmp_path: Path) -> None:
    scene = Scene(tmp_path, ASR)
    first = await scene.period(100, 12)
    await scene.minutes(5, {SYSTEM: values()})
    assert list(scene.alarms.active.values()) == first
    assert scene.alarms.doubted == {TRUNK}
    await scene.minutes(24 * 60 + 5, {SYSTEM: values()})
    assert scene.alarms.active == {}
    assert scene.thresholds.watches == {}


@played
async def test_a_threshold_that_changes_or_goes_takes_its_alarm_along(tmp_path: Path) -> None:
    for new in ((), (msgspec.structs.replace(ASR, shutdown=True),), (msgspec.structs.replace(ASR, samples=60),)):
        scene = Scene(tmp_path, ASR)
        assert await scene.period(100, 12) != []
        await scene.configure(*new)
        assert scene.alarms.active == {}


@played
async def test_another_threshold_that_changes_leaves_it_alone(tmp_path: Path) -> None:
    scene = Scene(tmp_path, ASR)
    first = await scene.period(100, 12)
    await scene.configure(ASR, msgspec.structs.replace(ASR, name="U", samples=60))
    assert list(scene.alarms.active.values()) == first


@played
async def test_a_trunk_that_is_configured_no_longer_has_no_alarm(tmp_path: Path) -> None:
    scene = Scene(tmp_path, ASR)
    await scene.period(100, 12)
    await scene.configure(ASR, trunks=())
    assert scene.alarms.active == {}


@played
async def test_objects_have_alarms_of_their_own(tmp_path: Path) -> None:
    scene = Scene(tmp_path, ASR)
    other = ObjectKey("trunk-out", "B")
    await scene.minutes(5, {OUT: values(seizures=20, answers=1), other: values(seizures=20, answers=20)})
    assert list(scene.alarms.active) == [TRUNK]
    await scene.minutes(5, {OUT: values(seizures=20, answers=20), other: values(seizures=20, answers=1)})
    assert list(scene.alarms.active) == [(27, "trunk B")]


@pytest.mark.parametrize(
    ("key", "bad", "good", "alarm", "severity"),
    [
        (SYSTEM, {"registrations": 74, "registrations_failed": 26}, {"registrations": 100}, (26, "system"), "minor"),
        (SYSTEM, {"registrations": 49, "registrations_failed": 51}, {"registrations": 100}, (26, "system"), "major"),
        (OUT, {"seizures": 100, "answers": 19, "failed_486": 81}, {"seizures": 100, "answers": 50, "failed_486": 50},
         TRUNK, "minor"),
        (OUT, {"seizures": 100, "answers": 40, "failed_503": 60}, {"seizures": 100, "answers": 90}, TRUNK, "major"),
        (OUT, {"setup_count": 50, "setup_ms": 500_000}, {"setup_count": 50, "setup_ms": 100_000}, (28, "trunk PSTN"),
         "minor"),
        (OUT, {"requests": 180, "retransmissions": 21}, {"requests": 400, "retransmissions": 4}, (29, "trunk PSTN"),
         "minor"),
    ],
)  # fmt: skip
@played
async def test_built_in_thresholds_raise_and_clear_their_alarm(
    tmp_path: Path, key: ObjectKey, bad: dict[str, int], good: dict[str, int], alarm: tuple[int, str], severity: str
) -> None:
    """Two periods of five minutes decide, both ways."""
    scene = Scene(tmp_path, built_in=True)
    expected = {0: None, 1: severity, 2: severity, 3: None}
    for number, columns in enumerate((bad, bad, good, good)):
        await scene.minutes(1, {key: values(**columns)})
        await scene.minutes(4, {key: values()})
        found = scene.alarms.active.get(alarm)
        assert (found and found[0]) == expected[number]
    assert scene.alarms.active == {}


@played
async def test_built_in_thresholds_are_quiet_at_night(tmp_path: Path) -> None:
    scene = Scene(tmp_path, built_in=True)
    for _ in range(4):
        await scene.period(3, 0)
    assert scene.alarms.active == {}


@played
async def test_what_is_watched_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WATCHES", 2)
    scene = Scene(tmp_path, ASR)
    rows = {ObjectKey("trunk-out", str(number)): values(seizures=99, answers=0) for number in range(5)}
    await scene.minutes(5, rows)
    assert (len(scene.thresholds.watches), scene.thresholds.refused, len(scene.alarms.active)) == (2, 3, 2)


@played
async def test_periods_that_nobody_evaluates_are_bounded(tmp_path: Path) -> None:
    scene = Scene(tmp_path, msgspec.structs.replace(ASR, period_min=1))
    for number in range(20):
        scene.thresholds.take(minute(HOUR + 60 * number, {OUT: values()}))
    assert (len(scene.thresholds._over), scene.thresholds.lost) == (8, 12)
