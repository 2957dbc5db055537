"""Bounds of subscriber groups and of single sources."""

from __future__ import annotations

from core.dialog.call import Call, Leg
from core.effect import UDP, Flow
from core.northbound.routing_settings import SubscriberGroup
from core.northbound.traffic_settings import SourceLimit
from core.policy import limits as module
from core.policy.limits import CALLS, CROWDED, RATE, TOO_MANY, Limits

LEG = Leg(Flow(UDP, 0, "192.0.2.1", 5060, ("192.0.2.1", 5060)), False)
SALES = SubscriberGroup("sales", calls_maximum=2)


def call_of(group: str) -> Call:
    call = Call("1", "c", "t", "a", "b", "u", LEG, 0.0)
    call.group = group
    return call


def limits_of(*groups: SubscriberGroup, source: SourceLimit | None = None) -> Limits:
    limits = Limits()
    limits.configure(groups, source or SourceLimit(), [])
    return limits


def end(call: Call) -> None:
    for observer in call.observers or ():
        observer.ended(call, 0.0)


def test_calls_at_one_time_count_until_they_end() -> None:
    limits = limits_of(SALES, SubscriberGroup("free"))
    assert list(limits.groups) == ["sales"]
    calls = [call_of("sales") for _ in range(2)]
    for call in calls:
        assert limits.group_refusal("sales", 1.0, True) == ""
        limits.begun(call)
    assert limits.group_refusal("sales", 1.0, True) == CALLS
    assert limits.group_refusal("free", 1.0, True) == limits.group_refusal("", 1.0, True) == ""
    end(calls[0])
    assert limits.group_refusal("sales", 1.0, True) == ""


def test_other_bounds_keep_the_count_and_a_new_group_counts_what_is_there() -> None:
    limits = limits_of(SALES)
    limits.begun(call_of("sales"))
    limits.configure((SubscriberGroup("sales", calls_maximum=1),), SourceLimit(), [])
    assert limits.group_refusal("sales", 1.0, True) == CALLS
    there = [call_of("gold"), call_of("sales"), call_of("")]
    limits.configure((SubscriberGroup("gold", calls_maximum=1), SALES), SourceLimit(), there)
    assert (limits.groups["gold"].calls, limits.groups["sales"].calls) == (1, 1)
    end(there[0])
    assert limits.groups["gold"].calls == 0


def test_restored_calls_are_counted() -> None:
    limits = limits_of(SALES)
    limits.adopt([call_of("sales"), call_of("other")], limits.groups)
    assert limits.groups["sales"].calls == 1


def test_the_rate_goes_on_when_bounds_change() -> None:
    limits = limits_of(SubscriberGroup("sales", rate=1))
    assert [limits.group_refusal("sales", 5.0, True) for _ in range(2)] == ["", RATE]
    limits.configure((SubscriberGroup("sales", rate=1, calls_maximum=9),), SourceLimit(), [])
    assert limits.group_refusal("sales", 5.5, True) == RATE
    assert limits.group_refusal("sales", 6.0, False) == limits.group_refusal("sales", 6.0, True) == ""


def test_sources_are_bounded_each_for_itself_and_forgotten_when_quiet() -> None:
    limits = limits_of(source=SourceLimit(1, 2))
    assert limits.active
    assert [limits.source_refusal("a", 5.0, True) for _ in range(3)] == ["", "", TOO_MANY]
    assert limits.source_refusal("b", 5.0, True) == ""
    limits.sweep(6.0)
    assert len(limits._sources) == 1
    limits.sweep(7.0)
    assert limits._sources == {}


def test_sources_are_kept_within_bounds() -> None:
    limits = limits_of(source=SourceLimit(1))
    for number in range(module.SOURCES_MAXIMUM):
        assert limits.source_refusal(str(number), 5.0, True) == ""
    further = [limits.source_refusal(f"b{number}", 5.0, True) for number in range(10)]
    assert further == [""] + 9 * [CROWDED], "those that find no room share what one may"
    assert limits.source_refusal("c", 5.0, False) == CROWDED
    assert limits.source_refusal("c", 6.0, False) == limits.source_refusal("c", 6.0, True) == ""
    assert limits.source_refusal("d", 6.0, True) == CROWDED
    assert len(limits._sources) == module.SOURCES_MAXIMUM
    assert limits.source_refusal("5", 5.0, True) == TOO_MANY
    limits.sweep(7.0)
    assert limits.source_refusal("d", 7.0, True) == "", "there is room again"
