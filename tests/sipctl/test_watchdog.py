"""Who is taken for hung, and who is only busy."""

from __future__ import annotations

from sipctl.watchdog import Watchdog


def look(watchdog: Watchdog, beats: list[int], step_s: float = 0.5, bound: float = 10.0) -> list[bool]:
    """Look once a step; return what was said each time."""
    return [watchdog.hangs(1, beat, 100.0 + step_s * at, bound) for at, beat in enumerate(beats)]


def test_a_heart_that_stands_still_for_the_bound_is_a_hang() -> None:
    said = look(Watchdog(), [7] * 30)
    assert said.index(True) == 20


def test_it_is_said_once_a_bound() -> None:
    assert look(Watchdog(), [7] * 50).count(True) == 2


def test_one_that_is_late_but_beats_is_not_hung() -> None:
    assert True not in look(Watchdog(), [at // 19 for at in range(400)])


def test_another_process_begins_anew() -> None:
    watchdog = Watchdog()
    look(watchdog, [7] * 19)
    assert not watchdog.hangs(2, 7, 109.5, 10.0)
    assert not watchdog.hangs(2, 7, 111.0, 10.0)


def test_while_the_observer_slept_nobody_hung() -> None:
    watchdog = Watchdog()
    look(watchdog, [7] * 10)
    assert not watchdog.hangs(1, 7, 500.0, 10.0)
    assert not watchdog.hangs(1, 7, 500.5, 10.0)


def test_without_a_bound_nobody_hangs() -> None:
    assert True not in look(Watchdog(), [7] * 1000, bound=0)
