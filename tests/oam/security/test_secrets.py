"""Secrets at rest."""

from __future__ import annotations

import pytest

from oam.grammar.types import SECRET_HASH
from oam.security.secrets import hashed, verified


def test_a_hash_tells_its_secret_from_others() -> None:
    stored = hashed("correct horse")
    assert SECRET_HASH.fullmatch(stored)
    assert verified("correct horse", stored)
    assert not verified("correct horsf", stored)
    assert hashed("correct horse") != stored


def test_hashes_made_by_a_router_are_understood() -> None:
    # hashcat's published examples of types 8 and 9, both of "hashcat".
    assert verified("hashcat", "$8$TnGX/fE4KGHOVU$pEhnEvxrvaynpi8j4f.EMHr6M.FzU8xnZnBr/tJdFWk")
    assert verified("hashcat", "$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6")


@pytest.mark.parametrize("stored", ["", "plain", "$9$short$x"])
def test_what_is_no_hash_lets_nobody_in(stored: str) -> None:
    assert not verified("", stored)
    assert not verified("plain", stored)
