"""Banners are read by robots: what these would misunderstand is refused."""

from __future__ import annotations

import pytest

from oam.settings.lines import BANNER_CHARACTERS, BANNER_LINES, Banners, problems


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("### Welcome ###", "prompt"),
        ("sip1>", "prompt"),
        ("Access denied to strangers", "refused login"),
        ("Login: only for us", "question"),
        ("Username and Password please", "question"),
        ("press --More--", "pager"),
        ("Hello\n% you", "error"),
        ("x" * (BANNER_CHARACTERS + 1), "characters"),
        ("x\n" * BANNER_LINES, "lines"),
        ("bell\a", "control characters"),
        ("a ^C b", "^C is not allowed"),
        ("Hello\n", "empty lines"),
    ],
)
@pytest.mark.parametrize("kind", ["motd", "login", "exec"])
def test_what_robots_would_misunderstand(kind: str, text: str, why: str) -> None:
    found = problems(Banners(**{kind: text}))
    assert found
    assert all(each.startswith(f"banner {kind}: ") for each in found)
    assert why in found[0]


def test_what_they_take_for_nothing() -> None:
    assert problems(Banners(motd="Authorised use only.\n100% monitored.", exec="Ring 4711 first.")) == []
