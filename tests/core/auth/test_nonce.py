"""core.auth.nonce: only ours, only fresh, each count once, in bounded memory."""

from __future__ import annotations

import random
import statistics
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.auth.nonce import FORGED, REPLAYED, STALE, VALID, Nonces

NOW = 1_700_000_000.0
LIFETIME = 300
SECRET = bytes(range(32))
RANDOM = random.Random(1)


def made(nonces: Nonces, at: float = NOW) -> str:
    return nonces.make(at, RANDOM)


def test_a_nonce_fits_a_quoted_string_and_is_never_the_same() -> None:
    nonces = Nonces(SECRET)
    found = {made(nonces, NOW + t) for _ in range(20) for t in range(20)}
    assert len(found) == 400
    assert all(len(nonce) == 40 and '"' not in nonce and "\\" not in nonce for nonce in found)


def test_counts_must_rise() -> None:
    nonces = Nonces(SECRET)
    nonce = made(nonces)
    verdicts = [nonces.check(nonce, nc, NOW + 1, LIFETIME) for nc in (1, 1, 2, 5, 4, 5, 6, 0xFFFFFFFF, 0xFFFFFFFF)]
    assert verdicts == [VALID, REPLAYED, VALID, VALID, REPLAYED, REPLAYED, VALID, VALID, REPLAYED]


@pytest.mark.parametrize(
    ("after_s", "verdict"), [(0, VALID), (299.9, VALID), (300, STALE), (1e6, STALE), (-59, VALID), (-61, STALE)]
)
def test_a_nonce_has_its_time(after_s: float, verdict: int) -> None:
    nonces = Nonces(SECRET)
    assert nonces.check(made(nonces), 1, NOW + after_s, LIFETIME) == verdict


def test_a_known_nonce_grows_old_too() -> None:
    nonces = Nonces(SECRET)
    nonce = made(nonces)
    assert nonces.check(nonce, 1, NOW, LIFETIME) == VALID
    assert nonces.check(nonce, 2, NOW + LIFETIME, LIFETIME) == STALE


@pytest.mark.parametrize("change", range(24))
@pytest.mark.parametrize("restarted", [False, True])
def test_another_mark_is_forged(change: int, restarted: bool) -> None:
    nonces = Nonces(SECRET)
    nonce = made(nonces)
    other = "A" if nonce[change] != "A" else "B"
    judge = Nonces(SECRET) if restarted else nonces
    assert judge.check(nonce[:change] + other + nonce[change + 1 :], 1, NOW, LIFETIME) == FORGED
    assert len(judge) == 0


def test_what_has_another_length_or_comes_from_elsewhere_is_forged() -> None:
    nonces = Nonces(SECRET)
    nonce = made(nonces)
    for text in (nonce[:-1], nonce + "0", "=" + nonce[1:], "\xff" + nonce[1:], made(Nonces(b"other" * 8))):
        assert nonces.check(text, 1, NOW, LIFETIME) == FORGED
    assert len(nonces) == 0


def test_the_tails_do_not_show_the_numbers_they_are_made_from() -> None:
    first, second = Nonces(SECRET), Nonces(b"other" * 8)
    assert first.make(NOW, random.Random(2))[24:] != second.make(NOW, random.Random(2))[24:]


@given(text=st.one_of(st.text(), st.text(min_size=40, max_size=40), st.text("AQ=+/ \u00ff", min_size=40, max_size=40)))
def test_no_text_raises(text: str) -> None:
    assert Nonces(SECRET).check(text, 1, NOW, LIFETIME) == FORGED


def test_marks_are_known_again_after_more_than_can_be_remembered() -> None:
    nonces = Nonces(SECRET)
    first = made(nonces)
    last = [made(nonces, NOW + n) for n in range(3000)][-1]
    assert nonces.check(first, 1, NOW + 2999, 4000) == VALID
    assert nonces.check(last, 1, NOW + 2999, 4000) == VALID
    assert len(nonces._marks) <= 1024


def test_after_a_restart_first_use_goes_on_and_later_counts_are_stale() -> None:
    before, after = Nonces(SECRET), Nonces(SECRET)
    challenged, used = made(before), made(before)
    assert before.check(used, 1, NOW, LIFETIME) == VALID
    assert after.check(challenged, 1, NOW, LIFETIME) == VALID
    assert after.check(used, 2, NOW, LIFETIME) == STALE


def test_a_full_table_drops_the_oldest_which_is_stale_not_new() -> None:
    nonces = Nonces(SECRET, maximum=3)
    used = [made(nonces, NOW + n) for n in range(5)]
    unused_old, unused_new = made(nonces), made(nonces, NOW + 9)
    for nonce in used:
        assert nonces.check(nonce, 1, NOW + 10, LIFETIME) == VALID
    assert len(nonces) == 3
    assert [nonces.check(nonce, 1, NOW + 10, LIFETIME) for nonce in used[:2]] == [STALE, STALE]
    assert nonces.check(used[1], 2, NOW + 10, LIFETIME) == STALE
    assert [nonces.check(nonce, 2, NOW + 10, LIFETIME) for nonce in used[2:]] == [VALID, VALID, VALID]
    assert nonces.check(unused_old, 1, NOW + 10, LIFETIME) == STALE
    assert nonces.check(unused_new, 1, NOW + 10, LIFETIME) == VALID


def test_outlived_nonces_leave_the_table() -> None:
    nonces = Nonces(SECRET)
    for _ in range(50):
        nonces.check(made(nonces), 1, NOW, LIFETIME)
    later = NOW + LIFETIME + 1
    for _ in range(50):
        assert nonces.check(made(nonces, later), 1, later, LIFETIME) == VALID
    assert len(nonces) == 50
    old = made(nonces)
    assert nonces.check(old, 1, later, 10 * LIFETIME) == STALE, "a longer lifetime brings no dropped count back"


def test_a_repeated_nonce_is_still_known_by_its_whole_text() -> None:
    nonces = Nonces(SECRET)
    nonce = made(nonces)
    assert nonces.check(nonce, 1, NOW, LIFETIME) == VALID
    assert nonces.check(nonce[:-1] + ("a" if nonce[-1] != "a" else "b"), 2, NOW, LIFETIME) == STALE
    assert nonces.check(nonce, 2, NOW, LIFETIME) == VALID


def test_dropping_the_oldest_costs_no_search() -> None:
    nonces = Nonces(SECRET, maximum=25_000)
    cost: list[float] = []
    for chunk in range(150):
        fresh = [made(nonces, NOW + chunk) for _ in range(500)]
        begun = time.process_time()
        for nonce in fresh:
            nonces.check(nonce, 1, NOW + chunk, LIFETIME)
        cost.append(time.process_time() - begun)
    assert len(nonces) == 25_000
    assert statistics.median(cost[100:]) < 4 * statistics.median(cost[:50])


def test_whether_a_nonce_is_ours_can_be_asked_without_using_it() -> None:
    nonces = Nonces(SECRET)
    nonce = made(nonces)
    assert nonces.answers(nonce, NOW + LIFETIME - 1, LIFETIME, False)
    assert not nonces.answers(nonce, NOW + LIFETIME, LIFETIME, False)
    assert not nonces.answers("x" * len(nonce), NOW, LIFETIME, False)
    assert len(nonces) == 0


def test_a_nonce_answers_a_challenge_once_and_only_ours_and_fresh() -> None:
    nonces = Nonces(SECRET)
    first, second = made(nonces), made(nonces)
    assert all(nonces.answers(first, NOW, LIFETIME, False) for _ in range(5))
    assert [nonces.answers(first, NOW, LIFETIME, True) for _ in range(3)] == [True, True, False]
    assert not nonces.answers(second, NOW, LIFETIME, False), "its second has been answered as often as it was asked"
    assert nonces.check(second, 1, NOW, LIFETIME) == VALID, "which says nothing of credentials"
    later = made(nonces, NOW + 1)
    assert not nonces.answers(later, NOW + 1 + LIFETIME, LIFETIME, True)
    assert not nonces.answers(made(Nonces(b"other" * 8)), NOW, LIFETIME, True)
    assert not nonces.answers("", NOW, LIFETIME, True)
    assert nonces.answers(later, NOW + 1, LIFETIME, True)


def test_unanswered_challenges_are_counted_within_bounds() -> None:
    nonces = Nonces(SECRET)
    last = [made(nonces, NOW + n) for n in range(3000)][-1]
    assert nonces.answers(last, NOW + 2999, LIFETIME, True)
    assert len(nonces._unanswered) <= 1024
