"""Notes and attempts: what is kept of a call, and how much at most."""

from __future__ import annotations

from core.dialog.trail import ANSWERED, CANCELLED, REFUSED, SILENCE, WHY, Attempt, Notes, Trail


def test_notes_are_kept_only_when_they_are_wanted() -> None:
    notes = Notes()
    notes.add(WHY, "a", "b", None)
    assert notes.items == []
    notes.begin(5.0)
    assert notes.enters(3)
    notes.add(WHY, "a", "b", None)
    assert notes.items == [(3, 5.0, WHY, "a", "b", None)]


def test_each_request_has_notes_of_its_own() -> None:
    notes = Notes()
    notes.begin(1.0)
    notes.add(WHY, "first", "", None)
    first = notes.items
    notes.begin(2.0)
    assert (len(first), notes.items) == (1, [])


def test_a_call_under_way_goes_on_with_its_own() -> None:
    notes = Notes()
    notes.begin(1.0)
    trail = Trail(notes.items, 0.0)
    notes.begin(2.0)
    notes.resume(trail, 18, 3.0)
    notes.add(WHY, "later", "", None)
    assert trail.notes == [(18, 3.0, WHY, "later", "", None)]
    notes.resume(None, 18, 4.0)
    notes.add(WHY, "nobody's", "", None)
    assert len(trail.notes) == 1


def test_no_call_has_any_number_of_notes_or_attempts() -> None:
    notes = Notes()
    notes.begin(1.0)
    trail = Trail(notes.items, 0.0)
    for _ in range(1000):
        notes.add(WHY, "", "", None)
        trail.note(1, 1.0, WHY, "", "")
        trail.attempt("sip:bob@192.0.2.2", "")
    assert len(trail.notes) <= 60
    assert len(trail.attempts) <= 40
    assert trail.attempt("sip:bob@192.0.2.2", "") is None


def test_an_attempt_ends_as_what_it_was_last() -> None:
    attempt = Attempt("sip:bob@192.0.2.2", "")
    attempt.said(100, 1.0)
    attempt.said(180, 2.0)
    attempt.said(183, 3.0)
    assert (attempt.heard, attempt.ringing, attempt.ended) == (1.0, 2.0, 0.0)
    attempt.said(486, 4.0)
    assert (attempt.status, attempt.ended, attempt.why) == (486, 4.0, REFUSED)


def test_one_that_was_cancelled_is_not_refused() -> None:
    attempt = Attempt("sip:bob@192.0.2.2", "")
    attempt.cancelled = 1.0
    attempt.said(487, 2.0)
    assert attempt.why == CANCELLED


def test_what_is_said_after_giving_up_is_no_news_unless_it_is_an_answer() -> None:
    attempt = Attempt("sip:bob@192.0.2.2", "")
    attempt.over(408, SILENCE, 1.0)
    attempt.said(487, 2.0)
    assert (attempt.status, attempt.why, attempt.ended) == (408, SILENCE, 1.0)
    attempt.said(200, 3.0)
    assert (attempt.status, attempt.why) == (200, ANSWERED)
