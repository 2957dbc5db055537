"""Small things of the plan."""

from __future__ import annotations

from oam.testcall.plan import bracket


def test_ipv6_is_bracketed() -> None:
    assert (bracket("127.0.0.1"), bracket("::1")) == ("127.0.0.1", "[::1]")
