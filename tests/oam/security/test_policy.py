"""The password policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.security.policy import COMMON, block_list, classes, problems
from oam.settings.operators import PasswordPolicy

POLICY = PasswordPolicy()
GOOD = "correct horse battery"


def test_a_long_secret_is_enough() -> None:
    assert problems(GOOD, "bob", POLICY) == []


@pytest.mark.parametrize(
    ("secret", "policy", "reason"),
    [
        ("short one", POLICY, "shorter than 12"),
        ("sesame", PasswordPolicy(minimum_length=8), "shorter than 8"),
        ("my name is BOBBY ok", POLICY, "name of the operator"),
        ("ok si ybbob eman", POLICY, "name of the operator"),
        (GOOD, PasswordPolicy(classes=3), "less than 3"),
        ("Password1234", POLICY, "everybody tries first"),
        ("aaaaaaaaaaaaaaaab", POLICY, "everybody tries first"),
    ],
)
def test_what_the_policy_refuses(secret: str, policy: PasswordPolicy, reason: str) -> None:
    found = problems(secret, "bobby" if "ybbob" in secret or "BOBBY" in secret else "bob", policy)
    assert any(reason in each for each in found), found


def test_a_block_list_is_kept_to_in_any_case(tmp_path: Path) -> None:
    (tmp_path / "bad").write_text("\nCorrect Horse Battery \n")
    assert problems(GOOD, "bob", POLICY, blocked=block_list(tmp_path / "bad")) == ["The secret is on the block list"]


def test_former_secrets_do_not_come_again() -> None:
    def verified(secret: str, stored: str) -> bool:
        return stored == f"hash of {secret}"

    policy = PasswordPolicy(history=2)
    found = problems(GOOD, "bob", policy, former=("x", f"hash of {GOOD}"), verified=verified)
    assert found == ["The secret is one of the last 3 of this operator"]
    assert problems("another good one", "bob", policy, former=("x",), verified=verified) == []


@pytest.mark.parametrize(("secret", "count"), [("abc", 1), ("aB1", 3), ("aB1 ", 4), ("", 0), ("ÄÖ!", 2)])
def test_classes_of_characters(secret: str, count: int) -> None:
    assert classes(secret) == count


@given(st.text(max_size=30), st.text(max_size=10))
def test_no_reason_names_the_secret(secret: str, name: str) -> None:
    found = " ".join(problems(secret, name, PasswordPolicy(classes=4)))
    assert len(secret) < 5 or secret.lower() not in found.lower() or secret.lower() in "secret of the operator"


def test_common_secrets_are_in_the_form_they_are_compared_in() -> None:
    assert all(each == each.casefold() for each in COMMON)
