"""The bounds of the parser are the operator's defaults."""

from __future__ import annotations

from core.northbound.settings import SipSettings
from core.wire.limits import Limits


def test_defaults_are_those_of_the_settings() -> None:
    limits = Limits()
    settings = SipSettings()
    assert limits.max_message == settings.max_message_octets
    assert limits.max_header == settings.max_header_octets
    assert limits.max_headers == settings.max_headers
