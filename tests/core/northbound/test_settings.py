"""What makes settings unusable, and the names derived from them."""

from __future__ import annotations

import pytest

from core.northbound.settings import (
    AuthenticationSettings,
    Listener,
    RegistrarSettings,
    Settings,
    SipSettings,
    problems,
)


def test_the_defaults_are_usable() -> None:
    assert problems(Settings()) == []


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        (Settings(registrar=RegistrarSettings(expires_minimum_s=4000)), "expires"),
        (Settings(registrar=RegistrarSettings(expires_maximum_s=100)), "expires"),
        (Settings(sip=SipSettings(timer_t1_ms=5000)), "timer t1"),
        (Settings(sip=SipSettings(listeners=(Listener("udp", "0.0.0.0"),))), "advertise"),
        (Settings(sip=SipSettings(listeners=(Listener("tcp", "::"),))), "advertise"),
        (Settings(authentication=AuthenticationSettings(algorithms=())), "algorithm"),
    ],
)
def test_what_one_value_alone_cannot_tell_is_named_in_one_sentence(settings: Settings, word: str) -> None:
    found = problems(settings)
    assert len(found) == 1
    assert word in found[0]


def test_a_wildcard_address_with_a_name_to_advertise_is_usable() -> None:
    listener = Listener("udp", "0.0.0.0", advertise="sip.example.com")
    assert problems(Settings(sip=SipSettings(listeners=(listener,)))) == []


@pytest.mark.parametrize(
    ("listener", "name"),
    [
        (Listener("udp", "127.0.0.1"), "udp:127.0.0.1:5060"),
        (Listener("tcp", "::1", 5070), "tcp:[::1]:5070"),
    ],
)
def test_a_listener_has_the_name_operators_see(listener: Listener, name: str) -> None:
    assert listener.name == name


@pytest.mark.parametrize(
    ("settings", "realm"),
    [
        (Settings(), "sipctl"),
        (Settings(sip=SipSettings(domains=("a.example", "b.example"))), "a.example"),
        (
            Settings(sip=SipSettings(domains=("a.example",)), authentication=AuthenticationSettings(realm="r.example")),
            "r.example",
        ),
    ],
)
def test_the_realm_is_the_configured_one_else_the_first_domain(settings: Settings, realm: str) -> None:
    assert settings.realm == realm
