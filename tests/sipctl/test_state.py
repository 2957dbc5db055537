"""The state directory when nobody names one."""

from __future__ import annotations

import os

import pytest

from sipctl.state import default_state


def test_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIPCTL_STATE", "/srv/sip")
    assert default_state() == "/srv/sip"


@pytest.mark.parametrize(
    ("uid", "xdg", "path"),
    [
        (0, "/x", "/var/lib/sipctl"),
        (1000, "/x", "/x/sipctl"),
        (1000, "", "/home/me/.local/state/sipctl"),
    ],
)
def test_by_user(monkeypatch: pytest.MonkeyPatch, uid: int, xdg: str, path: str) -> None:
    monkeypatch.delenv("SIPCTL_STATE", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", xdg)
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    assert default_state() == path
