"""Access lists, and how many strangers are borne at a time."""

from __future__ import annotations

import pytest

from oam.settings.access import AccessList, AccessRule
from oam.shell.admission import NOBODY, THIS_HOST, Admission, Limits, chosen, permitted

OFFICE = AccessList(
    "OFFICE",
    (AccessRule("deny", "192.0.2.66"), AccessRule("permit", "192.0.2.0/24"), AccessRule("permit", "2001:db8::/32")),
)


@pytest.mark.parametrize(
    ("address", "let_in"),
    [
        ("192.0.2.1", True),
        ("192.0.2.66", False),
        ("198.51.100.1", False),
        ("2001:db8::1", True),
        ("2001:db9::1", False),
        ("::ffff:192.0.2.1", True),
        ("fe80::1%eth0", False),
    ],
)
def test_first_line_that_names_the_client_decides(address: str, let_in: bool) -> None:
    assert permitted(OFFICE, address) is let_in


def test_list_without_lines_admits_nobody_and_no_list_everybody() -> None:
    assert not permitted(NOBODY, "192.0.2.1")
    assert permitted(None, "192.0.2.1")
    assert permitted(AccessList("ALL", (AccessRule("permit", "any"),)), "2001:db9::1")


def test_this_host_is_loopback_of_both_versions() -> None:
    assert permitted(THIS_HOST, "127.0.0.5")
    assert permitted(THIS_HOST, "::1")
    assert not permitted(THIS_HOST, "192.0.2.1")


def test_list_that_is_gone_admits_nobody() -> None:
    assert chosen((OFFICE,), "OFFICE", None) is OFFICE
    assert chosen((OFFICE,), "", THIS_HOST) is THIS_HOST
    assert chosen((OFFICE,), "HOME", None) is NOBODY


def test_source_has_its_own_bound() -> None:
    admission = Admission(lambda: Limits(None, 10, 2))
    assert [admission.enter("192.0.2.1") for _ in range(3)] == [True, True, False]
    assert admission.enter("192.0.2.2")
    assert (admission.refused_source, admission.refused_total, admission.unauthenticated) == (1, 0, 3)


def test_a_network_of_ipv6_is_one_source() -> None:
    admission = Admission(lambda: Limits(None, 10, 1))
    assert admission.enter("2001:db8::1")
    assert not admission.enter("2001:db8::2")
    assert admission.enter("2001:db8:0:1::1")


def test_all_strangers_have_a_bound_and_operators_are_none() -> None:
    admission = Admission(lambda: Limits(None, 2, 2))
    assert admission.enter("192.0.2.1")
    assert admission.enter("192.0.2.2")
    assert not admission.enter("192.0.2.3")
    assert admission.refused_total == 1
    admission.authenticated("192.0.2.1")
    assert admission.enter("192.0.2.3")
    admission.leave("192.0.2.3")
    assert admission.unauthenticated == 1


def test_who_is_not_on_the_list_is_no_stranger() -> None:
    admission = Admission(lambda: Limits(OFFICE, 10, 10))
    assert not admission.enter("198.51.100.1")
    assert (admission.refused_acl, admission.unauthenticated) == (1, 0)


def test_limits_are_read_for_every_connection() -> None:
    limits = [Limits(None, 0, 1), Limits(None, 1, 1)]
    admission = Admission(lambda: limits.pop(0))
    assert not admission.enter("192.0.2.1")
    assert admission.enter("192.0.2.1")
