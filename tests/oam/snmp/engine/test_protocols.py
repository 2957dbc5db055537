"""What is sealed is opened again, by this server and by others (test_agent.py: net-snmp, with every protocol)."""

from __future__ import annotations

import pytest

from oam.settings.snmp import AUTHENTICATION, PRIVACY
from oam.snmp.engine import protocols

ENGINE = bytes.fromhex("80007ed905" + "11" * 8)
PLAIN = b"0" * 100


def key(privacy: str, authentication: str = "sha-256") -> bytes:
    found = protocols.password_key(b"a long pass phrase", authentication)
    return protocols.privacy_key(found, authentication, privacy, ENGINE)


@pytest.mark.parametrize("authentication", AUTHENTICATION)
@pytest.mark.parametrize("privacy", PRIVACY)
def test_what_is_sealed_is_opened_again(privacy: str, authentication: str) -> None:
    known = key(privacy, authentication)
    sealed, salt = protocols.sealed(privacy, known, 5, 1000, PLAIN)
    assert PLAIN[:16] not in sealed
    assert protocols.opened(privacy, known, 5, 1000, salt, sealed)[: len(PLAIN)] == PLAIN


@pytest.mark.parametrize("privacy", PRIVACY)
def test_no_salt_is_used_twice(privacy: str) -> None:
    known = key(privacy)
    salts = {protocols.sealed(privacy, known, 5, 1000, PLAIN)[1] for _ in range(1000)}
    assert len(salts) == 1000
    assert {len(each) for each in salts} == {8}


@pytest.mark.parametrize("privacy", ["aes-128", "aes-256"])
def test_another_clock_opens_nothing(privacy: str) -> None:
    known = key(privacy)
    sealed, salt = protocols.sealed(privacy, known, 5, 1000, PLAIN)
    assert protocols.opened(privacy, known, 5, 1001, salt, sealed) != PLAIN
