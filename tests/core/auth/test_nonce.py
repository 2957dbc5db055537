"""core.auth.nonce: only ours, only fresh, each count once, in bounded memory."""

from __future__ import annotations

import statistics
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.auth.nonce import FORGED, RANDOM_OCTETS, REPLAYED, STALE, VALID, Nonces

NOW = 1_700_000_000.0
LIFETIME = 300
SECRET = bytes(range(32))


def made(nonces: Nonces, n: int = 0, at: float = NOW) -> str:
    return nonces.make(at, n.to_bytes(RANDOM_OCTETS, "big"))


def test_a_nonce_fits_a_quoted_string_and_is_never_the_same() -> None:
    nonces = Nonces(SECRET)
    found = {made(nonces, n, NOW + t) for n in range(20) for t in range(20)}
    assert len(found) == 400
    assert all(len(nonce) == 32 and '"' not in nonce and "\\" not in nonce for nonce in found)


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


@pytest.mark.parametrize("change", range(0, 32, 5))
def test_any_other_text_is_forged(change: int) -> None:
    nonces = Nonces(SECRET)
    nonce = made(nonces)
    other = "A" if nonce[change] != "A" else "B"
    assert nonces.check(nonce[:change] + other + nonce[change + 1 :], 1, NOW, LIFETIME) == FORGED
    assert nonces.check(made(Nonces(b"other" * 8)), 1, NOW, LIFETIME) == FORGED
    assert len(nonces) == 0


@given(text=st.one_of(st.text(), st.text(min_size=32, max_size=32), st.text("AQ=+/ \u00ff", min_size=32, max_size=32)))
def test_no_text_raises(text: str) -> None:
    assert Nonces(SECRET).check(text, 1, NOW, LIFETIME) == FORGED


def test_after_a_restart_first_use_goes_on_and_later_counts_are_stale() -> None:
    before, after = Nonces(SECRET), Nonces(SECRET)
    challenged, used = made(before, 1), made(before, 2)
    assert before.check(used, 1, NOW, LIFETIME) == VALID
    assert after.check(challenged, 1, NOW, LIFETIME) == VALID
    assert after.check(used, 2, NOW, LIFETIME) == STALE


def test_a_full_table_drops_the_oldest_which_is_stale_not_new() -> None:
    nonces = Nonces(SECRET, maximum=3)
    used = [made(nonces, n, NOW + n) for n in range(5)]
    unused_old, unused_new = made(nonces, 99, NOW), made(nonces, 98, NOW + 9)
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
    for n in range(50):
        nonces.check(made(nonces, n), 1, NOW, LIFETIME)
    later = NOW + LIFETIME + 1
    for n in range(50):
        assert nonces.check(made(nonces, n, later), 1, later, LIFETIME) == VALID
    assert len(nonces) == 50
    old = made(nonces, 7)
    assert nonces.check(old, 1, later, 10 * LIFETIME) == STALE, "a longer lifetime brings no dropped count back"


def test_a_repeated_nonce_is_still_known_by_its_whole_text() -> None:
    nonces = Nonces(SECRET)
    nonce = made(nonces)
    assert nonces.check(nonce, 1, NOW, LIFETIME) == VALID
    assert nonces.check(nonce[:-1] + ("A" if nonce[-1] != "A" else "B"), 2, NOW, LIFETIME) == FORGED
    assert nonces.check(nonce, 2, NOW, LIFETIME) == VALID


def test_dropping_the_oldest_costs_no_search() -> None:
    nonces = Nonces(SECRET, maximum=25_000)
    cost: list[float] = []
    for chunk in range(150):
        fresh = [made(nonces, n, NOW + chunk) for n in range(500)]
        begun = time.process_time()
        for nonce in fresh:
            nonces.check(nonce, 1, NOW + chunk, LIFETIME)
        cost.append(time.process_time() - begun)
    assert len(nonces) == 25_000
    assert statistics.median(cost[100:]) < 4 * statistics.median(cost[:50])
