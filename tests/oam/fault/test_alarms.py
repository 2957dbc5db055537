"""The life of an alarm, as playbooks on a clock of the test's."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from support.waiting import wait_until

from oam.fault import alarms as module
from oam.fault import store
from oam.fault.alarm import BY_ALARM, BY_NUMBER, BY_OBJECT
from oam.fault.alarms import MAX_ACTIVE, MAX_SHELVES, AlarmError, Alarms
from oam.fault.catalogue import ALARMS
from oam.fault.event import AlarmEvent, trend
from oam.settings.alarms import AlarmProfile

LISTENER, TRUNK, GROUP, CPU, SWITCHOVER, PEER = 1, 2, 3, 9, 21, 44


class Bench:
    """Alarms, and what they publish."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.published: list[tuple[str, str, str, AlarmEvent]] = []
        self.alarms = Alarms(
            lambda *what: self.published.append(what), clock=lambda: 1e9 + self.now, monotonic=lambda: self.now
        )

    def after(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        self.alarms.tick()

    @property
    def said(self) -> list[str]:
        """What was published since this was last asked."""
        said = [f"{event.happening} {event.number} {event.object} {event.severity}" for *_, event in self.published]
        self.told = self.published[:]
        self.published.clear()
        return said

    @property
    def names(self) -> list[str]:
        """The objects of the alarms shown."""
        return [alarm.object for alarm in self.alarms.shown()]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def set_up(bench: Bench, *profiles: AlarmProfile) -> None:
    bench.alarms.profiles = lambda: profiles
    bench.alarms.refresh()


# Raised and cleared


def test_an_alarm_is_raised_and_cleared_under_one_id(bench: Bench) -> None:
    bench.alarms.set(PEER, "system", "telnet is on")
    bench.alarms.clear(PEER, "system", "telnet is off")
    assert bench.said == ["raised 44 system warning", "cleared 44 system cleared"]
    first, second = (event for *_, event in bench.told)
    assert (first.id, first.sequence, first.before, first.text) == (1, 1, "", "telnet is on")
    assert (second.id, second.sequence, second.before, second.text) == (1, 2, "warning", "telnet is off")
    assert bench.alarms.shown() == []


def test_an_alarm_that_clears_does_not_repeat_what_raised_it(bench: Bench) -> None:
    bench.alarms.set(PEER, "system", "telnet is on")
    bench.alarms.clear(PEER, "system")
    assert [event.text for *_, event in bench.published] == ["telnet is on", "what raised it is over"]


def test_what_is_published_says_what_of_which_object(bench: Bench) -> None:
    bench.alarms.set(GROUP, "route-group X", "A and B are down")
    bench.alarms.clear(GROUP, "route-group X", "A is up")
    assert [each[:3] for each in bench.published] == [
        ("alarm-raised", "critical alarm 1, trunk-group-down of route-group X: A and B are down", "alerts"),
        ("alarm-cleared", "alarm 1, trunk-group-down of route-group X: A is up", "notifications"),
    ]


def test_saying_the_same_again_changes_nothing(bench: Bench) -> None:
    for _ in range(3):
        bench.alarms.set(PEER, "system", "telnet is on")
    for _ in range(3):
        bench.alarms.clear(PEER, "system")
    assert bench.said == ["raised 44 system warning", "cleared 44 system cleared"]


def test_clearing_what_is_not_raised_is_nothing(bench: Bench) -> None:
    bench.alarms.clear(PEER, "system")
    assert bench.said == []


def test_an_alarm_is_of_one_object(bench: Bench) -> None:
    bench.alarms.set(GROUP, "route-group X", "down")
    bench.alarms.set(GROUP, "route-group Y", "down")
    bench.alarms.clear(GROUP, "route-group X")
    assert bench.names == ["route-group Y"]


def test_a_new_text_is_shown_and_is_no_event(bench: Bench) -> None:
    bench.alarms.set(PEER, "system", "telnet is on at one port")
    bench.alarms.set(PEER, "system", "telnet is on at two ports")
    assert bench.said == ["raised 44 system warning"]
    assert bench.alarms.shown()[0].text == "telnet is on at two ports"


def test_a_new_severity_is_a_change_with_a_trend(bench: Bench) -> None:
    set_up(bench, AlarmProfile(CPU, soak_s=0))
    for severity in ("minor", "critical", "major"):
        bench.alarms.set(CPU, "system", "busy", severity)
    assert bench.said == ["raised 9 system minor", "changed 9 system critical", "changed 9 system major"]
    assert [trend(event) for *_, event in bench.told] == ["more-severe", "more-severe", "less-severe"]
    assert bench.alarms.shown()[0].trend == "less-severe"


def test_a_severity_that_the_catalogue_does_not_know_is_a_fault_of_the_source(bench: Bench) -> None:
    with pytest.raises(ValueError, match="has no severity warning"):
        bench.alarms.set(CPU, "system", "busy", "warning")


def test_the_gravest_come_first_then_the_oldest(bench: Bench) -> None:
    bench.alarms.set(PEER, "system", "")
    bench.after(1)
    for name in ("route-group B", "route-group A"):
        bench.alarms.set(GROUP, name, "")
        bench.after(1)
    assert bench.names == ["route-group B", "route-group A", "system"]


# Delays


def test_it_is_raised_after_the_soak_delay(bench: Bench) -> None:
    bench.alarms.set(CPU, "system", "busy")
    bench.after(ALARMS[CPU].soak_s - 1)
    assert (bench.said, bench.alarms.soaking) == ([], 1)
    bench.after(1)
    assert (bench.said, bench.alarms.soaking) == (["raised 9 system minor"], 0)


def test_what_goes_within_the_soak_delay_is_never_raised(bench: Bench) -> None:
    bench.alarms.set(CPU, "system", "busy")
    bench.after(10)
    bench.alarms.clear(CPU, "system")
    bench.after(600)
    assert bench.said == []


def test_it_is_cleared_after_the_clear_delay(bench: Bench) -> None:
    bench.alarms.set(14, "worker sip-1", "killed")
    bench.alarms.clear(14, "worker sip-1")
    bench.after(59)
    assert bench.said == ["raised 14 worker sip-1 major"]
    bench.after(1)
    assert bench.said == ["cleared 14 worker sip-1 cleared"]


def test_while_the_clear_delay_runs_it_says_what_was_found(bench: Bench) -> None:
    bench.alarms.set(14, "worker sip-1", "killed")
    bench.alarms.clear(14, "worker sip-1", "it runs")
    bench.after(59)
    assert [alarm.text for alarm in bench.alarms.shown()] == ["killed"]
    bench.after(1)
    assert bench.alarms.shown() == []
    assert [event.text for *_, event in bench.published] == ["killed", "it runs"]


def test_what_comes_back_within_the_clear_delay_stays_raised(bench: Bench) -> None:
    bench.alarms.set(14, "worker sip-1", "killed")
    bench.after(100)
    bench.alarms.clear(14, "worker sip-1")
    bench.after(30)
    bench.alarms.set(14, "worker sip-1", "killed again")
    bench.after(100)
    assert bench.said == ["raised 14 worker sip-1 major"]
    assert bench.alarms.shown()[0].occurrences == 2


def test_delays_pass_whatever_is_done_to_the_clock_of_the_host(bench: Bench) -> None:
    wall = [1e9]
    alarms = Alarms(lambda *what: bench.published.append(what), clock=lambda: wall[0], monotonic=lambda: bench.now)
    alarms.set(CPU, "system", "busy")
    wall[0] += 86_400
    alarms.tick()
    assert bench.said == []


# Flapping


def flap(bench: Bench, times: int, seconds: float = 5.0) -> None:
    for _ in range(times):
        bench.alarms.set(PEER, "system", "on")
        bench.after(seconds)
        bench.alarms.clear(PEER, "system", "off")
        bench.after(seconds)


def test_what_flaps_stays_raised_until_it_is_quiet(bench: Bench) -> None:
    flap(bench, 4)
    assert bench.said == ["raised 44 system warning", "cleared 44 system cleared", "raised 44 system warning"]
    assert bench.alarms.shown()[0].flapping == 8
    bench.after(54)
    assert bench.said == []
    bench.after(1)
    assert bench.said == ["cleared 44 system cleared"]


def test_a_raised_alarm_that_begins_to_flap_is_a_change(bench: Bench) -> None:
    bench.alarms.set(14, "worker sip-1", "killed")
    bench.after(600)
    for present in (False, True, False):
        (bench.alarms.set if present else bench.alarms.clear)(14, "worker sip-1", "killed")
        bench.after(10)
    assert bench.said == ["raised 14 worker sip-1 major", "changed 14 worker sip-1 major"]
    assert bench.told[1][3].text == "killed (flapping)"
    bench.after(60)
    assert bench.said == ["cleared 14 worker sip-1 cleared"]


def test_what_flapped_and_stays_is_no_longer_flapping(bench: Bench) -> None:
    flap(bench, 2)
    bench.alarms.set(PEER, "system", "on")
    bench.said  # noqa: B018
    bench.after(60)
    assert bench.said == ["changed 44 system warning"]
    assert bench.told[0][3].text == "on (no longer flapping)"
    assert bench.alarms.shown()[0].flapping == 0


def test_what_flaps_below_its_soak_delay_is_raised_all_the_same(bench: Bench) -> None:
    for _ in range(2):
        bench.alarms.set(TRUNK, "trunk A", "no answer")
        bench.after(1)
        bench.alarms.clear(TRUNK, "trunk A")
        bench.after(1)
    assert bench.said == ["raised 2 trunk A major"]


def test_peaks_of_load_raise_nothing(bench: Bench) -> None:
    for _ in range(5):
        bench.alarms.set(CPU, "system", "busy")
        bench.after(5)
        bench.alarms.clear(CPU, "system")
        bench.after(5)
    assert bench.said == []


# Suppression


def grouped(bench: Bench) -> None:
    bench.alarms.owners = lambda name: ("route-group X",) if name in ("trunk A", "trunk B") else ()


def test_a_group_that_is_down_hides_its_members(bench: Bench) -> None:
    grouped(bench)
    bench.alarms.set(TRUNK, "trunk A", "no answer")
    bench.after(10)
    bench.alarms.set(TRUNK, "trunk B", "no answer")
    bench.alarms.set(GROUP, "route-group X", "A and B are down")
    bench.after(10)
    assert bench.said == ["raised 2 trunk A major", "raised 3 route-group X critical"]
    assert bench.names == ["route-group X"]
    assert sorted(bench.alarms.suppressed) == [(TRUNK, "trunk A"), (TRUNK, "trunk B")]


def test_members_that_are_still_down_are_told_of_when_the_group_is_up(bench: Bench) -> None:
    test_a_group_that_is_down_hides_its_members(bench)
    bench.alarms.clear(TRUNK, "trunk A")
    bench.alarms.clear(GROUP, "route-group X")
    assert bench.said == ["cleared 2 trunk A cleared", "cleared 3 route-group X cleared", "raised 2 trunk B major"]
    assert bench.names == ["trunk B"]


def test_who_was_never_told_of_an_alarm_is_not_told_of_its_end(bench: Bench) -> None:
    test_a_group_that_is_down_hides_its_members(bench)
    bench.alarms.clear(TRUNK, "trunk B")
    assert bench.said == []


def test_a_trunk_of_no_group_that_is_down_is_told_of(bench: Bench) -> None:
    grouped(bench)
    bench.alarms.set(GROUP, "route-group X", "down")
    bench.alarms.set(TRUNK, "trunk C", "no answer")
    bench.after(5)
    assert bench.names == ["route-group X", "trunk C"]


def test_a_member_that_leaves_the_group_is_told_of(bench: Bench) -> None:
    test_a_group_that_is_down_hides_its_members(bench)
    bench.alarms.owners = lambda name: ()
    bench.alarms.refresh()
    assert bench.said == ["raised 2 trunk B major"]


# Unknown, forgotten


def test_what_cannot_be_measured_stays_and_is_unknown(bench: Bench) -> None:
    bench.alarms.set(PEER, "system", "on")
    bench.alarms.unknown(PEER, "system")
    assert bench.alarms.shown()[0].unknown
    bench.alarms.set(PEER, "system", "on")
    assert not bench.alarms.shown()[0].unknown
    assert bench.said == ["raised 44 system warning"]


def test_time_alone_makes_nothing_known(bench: Bench) -> None:
    bench.alarms.set(PEER, "system", "on")
    bench.alarms.unknown(PEER, "system")
    bench.after(600)
    bench.alarms.refresh()
    assert bench.alarms.shown()[0].unknown


def test_what_is_no_longer_configured_has_no_alarms(bench: Bench) -> None:
    set_up(bench, AlarmProfile(TRUNK, soak_s=0))
    bench.alarms.set(TRUNK, "trunk A", "no answer")
    bench.alarms.set(27, "trunk B", "ASR 10 %")
    bench.alarms.set(27, "trunk A", "ASR 10 %")
    bench.alarms.forget("trunk A")
    assert bench.names == ["trunk B"]
    assert bench.said == ["raised 2 trunk A major", "raised 27 trunk B minor", "cleared 2 trunk A cleared"]
    assert bench.told[2][3].text == "it is no longer configured"


# Acknowledged, shelved, cleared by hand


def test_an_acknowledgement_says_who_when_and_what(bench: Bench) -> None:
    bench.alarms.set(PEER, "system", "on")
    bench.alarms.acknowledge(bench.alarms.find(1), "alice", "I know")
    alarm = bench.alarms.shown()[0]
    assert (alarm.acknowledged_by, alarm.acknowledged_text, alarm.acknowledged_at) == ("alice", "I know", 1e9 + 1000)
    assert bench.published[1][:3] == (
        "alarm-acknowledged", "alarm 1, telnet-enabled of system: acknowledged by alice: I know", "notifications",
    )  # fmt: skip
    assert bench.published[1][3].user == "alice"


def test_an_acknowledgement_can_be_taken_back_once(bench: Bench) -> None:
    bench.alarms.set(PEER, "system", "on")
    bench.alarms.acknowledge(bench.alarms.find(1), "alice")
    bench.alarms.unacknowledge(bench.alarms.find(1), "bob")
    assert bench.alarms.shown()[0].acknowledged_by == ""
    with pytest.raises(AlarmError):
        bench.alarms.unacknowledge(bench.alarms.find(1), "bob")


@pytest.mark.parametrize(("severity", "kept"), [("critical", ""), ("minor", "alice")])
def test_an_acknowledgement_ends_when_it_gets_worse(bench: Bench, severity: str, kept: str) -> None:
    set_up(bench, AlarmProfile(CPU, soak_s=0))
    bench.alarms.set(CPU, "system", "busy", "major")
    bench.alarms.acknowledge(bench.alarms.find(1), "alice")
    bench.alarms.set(CPU, "system", "busy", severity)
    assert bench.alarms.shown()[0].acknowledged_by == kept


@pytest.mark.parametrize(("kind", "value"), [(BY_ALARM, "1"), (BY_NUMBER, "44"), (BY_OBJECT, "system")])
def test_what_is_shelved_is_not_shown_until_its_time_is_up(bench: Bench, kind: str, value: str) -> None:
    bench.alarms.set(PEER, "system", "on")
    assert bench.alarms.shelve(kind, value, 600, "being repaired", "alice") == 1
    assert bench.names == []
    bench.after(599)
    assert bench.names == []
    bench.after(1)
    assert bench.names == ["system"]
    assert bench.said == ["raised 44 system warning", "shelved 44 system warning", "unshelved 44 system warning"]


def test_what_comes_while_it_is_shelved_is_told_of_when_the_time_is_up(bench: Bench) -> None:
    bench.alarms.shelve(BY_NUMBER, "44", 600, "known", "alice")
    bench.alarms.set(PEER, "system", "on")
    assert bench.said == []
    bench.after(600)
    assert bench.said == ["raised 44 system warning"]


def test_what_comes_and_goes_while_it_is_shelved_is_never_told_of(bench: Bench) -> None:
    bench.alarms.shelve(BY_NUMBER, "44", 600, "known", "alice")
    bench.alarms.set(PEER, "system", "on")
    bench.alarms.clear(PEER, "system")
    bench.after(600)
    assert bench.said == []


def test_a_shelf_can_be_taken_away_before_its_time(bench: Bench) -> None:
    bench.alarms.set(PEER, "system", "on")
    bench.alarms.shelve(BY_NUMBER, "44", 600, "known", "alice")
    bench.alarms.unshelve(BY_NUMBER, "44", "bob")
    assert bench.said[-1] == "unshelved 44 system warning"
    with pytest.raises(AlarmError):
        bench.alarms.unshelve(BY_NUMBER, "44")


def test_the_shelf_of_one_alarm_goes_with_it(bench: Bench) -> None:
    bench.alarms.set(PEER, "system", "on")
    bench.alarms.shelve(BY_ALARM, "1", 600, "known", "alice")
    bench.alarms.clear(PEER, "system")
    assert bench.alarms.shelves == []


def test_shelving_again_moves_the_end(bench: Bench) -> None:
    bench.alarms.set(PEER, "system", "on")
    for _ in range(2):
        bench.alarms.shelve(BY_NUMBER, "44", 600, "known", "alice")
        bench.after(400)
    assert len(bench.alarms.shelves) == 1
    assert bench.names == []


def test_shelves_are_bounded(bench: Bench) -> None:
    for number in range(MAX_SHELVES):
        bench.alarms.shelve(BY_OBJECT, f"trunk {number}", 600, "", "alice")
    with pytest.raises(AlarmError):
        bench.alarms.shelve(BY_OBJECT, "trunk x", 600, "", "alice")


def test_what_tells_of_something_that_happened_is_cleared_by_hand(bench: Bench) -> None:
    bench.alarms.set(SWITCHOVER, "system", "took over")
    bench.alarms.clear_by_hand(bench.alarms.find(1), "alice")
    assert bench.said == ["raised 21 system minor", "cleared 21 system cleared"]
    assert bench.told[1][3].user == "alice"


def test_what_happens_once_more_is_counted(bench: Bench) -> None:
    bench.alarms.set(SWITCHOVER, "system", "took over")
    bench.alarms.set(SWITCHOVER, "system", "took over again")
    assert bench.alarms.shown()[0].occurrences == 2


def test_what_is_measured_is_not_cleared_by_hand_unless_nothing_measures_it(bench: Bench) -> None:
    bench.alarms.set(PEER, "system", "on")
    with pytest.raises(AlarmError, match="clears by itself"):
        bench.alarms.clear_by_hand(bench.alarms.find(1), "alice")
    bench.alarms.unknown(PEER, "system")
    bench.alarms.clear_by_hand(bench.alarms.find(1), "alice")
    assert bench.names == []


# Profiles


def test_a_profile_gives_severity_and_delays(bench: Bench) -> None:
    set_up(bench, AlarmProfile(CPU, severity="critical", soak_s=0, clear_s=0))
    bench.alarms.set(CPU, "system", "busy", "minor")
    bench.alarms.clear(CPU, "system")
    assert bench.said == ["raised 9 system critical", "cleared 9 system cleared"]


def test_a_profile_is_in_force_for_what_is_raised(bench: Bench) -> None:
    bench.alarms.set(PEER, "system", "on")
    set_up(bench, AlarmProfile(PEER, severity="critical"))
    set_up(bench)
    assert bench.said == ["raised 44 system warning", "changed 44 system critical", "changed 44 system warning"]


def test_a_profile_shuts_an_alarm_down_and_takes_it_up_again(bench: Bench) -> None:
    bench.alarms.set(PEER, "system", "on")
    set_up(bench, AlarmProfile(PEER, shutdown=True))
    assert bench.said == ["raised 44 system warning", "cleared 44 system cleared"]
    set_up(bench)
    assert bench.said == ["raised 44 system warning"]


# Bounds


def test_alarms_are_bounded_and_places_are_kept_for_the_grave(bench: Bench) -> None:
    for number in range(MAX_ACTIVE + 10):
        bench.alarms.set(PEER, f"line {number}", "on")
    assert (len(bench.alarms.active), bench.alarms.refused) == (MAX_ACTIVE - module.FOR_GRAVE, module.FOR_GRAVE + 10)
    bench.alarms.set(GROUP, "route-group X", "down")
    assert bench.names[0] == "route-group X"


def test_what_has_gone_leaves_no_memory(bench: Bench) -> None:
    for number in range(100):
        bench.alarms.set(PEER, f"line {number}", "on")
        bench.alarms.clear(PEER, f"line {number}")
    bench.after(61)
    assert bench.alarms._conditions == {}
    assert bench.alarms._unsettled == {}


# Told again


def test_all_that_is_active_is_told_of_again_with_its_own_numbers(bench: Bench) -> None:
    bench.alarms.set(GROUP, "route-group X", "down")
    bench.alarms.set(PEER, "system", "on")
    bench.published.clear()
    assert asyncio.run(bench.alarms.resend()) == 2
    assert [(event.happening, event.sequence) for *_, event in bench.published] == [("raised", 1), ("raised", 2)]
    bench.alarms.clear(PEER, "system")
    assert bench.published[-1][3].sequence == 3


# The store


def test_a_store_that_cannot_be_written_is_an_alarm_and_everything_is_written_when_it_can(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "RETRY_S", 0.02)
    (tmp_path / store.FOLDER).write_text("a file is in the way")
    bench.alarms.store = kept = store.AlarmStore(tmp_path)
    asyncio.run(bench.alarms.start())
    bench.alarms.set(PEER, "system", "on")
    bench.after(1)
    assert bench.names == ["database alarms", "system"]
    monkeypatch.setattr(store, "MAX_WAITING", 0)
    bench.alarms.set(GROUP, "route-group X", "down")
    assert kept.incomplete
    monkeypatch.undo()
    (tmp_path / store.FOLDER).unlink()
    wait_until(lambda: not kept.failure, 10, "the store to be written")
    bench.after(1)
    assert bench.names == ["route-group X", "system"]
    bench.alarms.close()
    again = store.AlarmStore(tmp_path)
    found = again.open()
    again.close(0, 0)
    assert [alarm.object for alarm in found.alarms] == ["system", "route-group X"]
    assert found.sequence == bench.alarms.sequence.last


def test_what_is_kept_is_there_again_unknown_but_for_what_happened(bench: Bench, tmp_path: Path) -> None:
    bench.alarms.store = store.AlarmStore(tmp_path)
    asyncio.run(bench.alarms.start())
    bench.alarms.set(PEER, "system", "on")
    bench.alarms.set(SWITCHOVER, "system", "took over")
    bench.alarms.shelve(BY_OBJECT, "trunk", 600, "known", "alice")
    bench.alarms.close()
    second = Bench()
    second.alarms.store = store.AlarmStore(tmp_path)
    asyncio.run(second.alarms.start())
    assert [(alarm.number, alarm.id, alarm.unknown) for alarm in second.alarms.shown()] == [
        (SWITCHOVER, 2, False),
        (PEER, 1, True),
    ]
    assert [each.value for each in second.alarms.shelves] == ["trunk"]
    second.alarms.clear(PEER, "system", "off")
    assert second.said == ["cleared 44 system cleared"]
    assert second.told[0][3].sequence == 3
    second.alarms.close()


def test_what_changed_without_an_event_is_kept_in_time(bench: Bench, tmp_path: Path) -> None:
    bench.alarms.store = kept = store.AlarmStore(tmp_path)
    asyncio.run(bench.alarms.start())
    bench.alarms.set(PEER, "system", "on at one port")
    bench.alarms.set(PEER, "system", "on at two ports")
    bench.after(module.SAVE_S)
    wait_until(lambda: not kept.waiting(), 10, "the store to be written")
    bench.alarms.store = None
    kept.close(0, 0)
    again = store.AlarmStore(tmp_path)
    assert [alarm.text for alarm in again.open().alarms] == ["on at two ports"]
    again.close(0, 0)


def test_a_thousand_alarms_and_many_shelves_are_sorted_in_no_time(bench: Bench) -> None:
    for number in range(1800):
        bench.alarms.set(PEER, f"trunk T{number}", "on")
    for number in range(MAX_SHELVES):
        bench.alarms.shelve(BY_OBJECT, f"trunk T{number}", 600, "", "alice")
    started = time.perf_counter()
    assert len(bench.alarms.shown()) == 1800 - MAX_SHELVES
    assert time.perf_counter() - started < 0.2
