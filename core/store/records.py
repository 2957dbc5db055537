"""The records of the store, msgpack arrays: small, self-contained, each replaced whole.

Fields are only ever added at the end, with a default, so that an older file stays readable.
Times are seconds since 1970.
"""

from __future__ import annotations

from typing import Final

import msgspec

KEY_OCTETS: Final = 255
"""Longest user part, name or number we can store, in octets of UTF-8."""


class Binding(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One contact of one address-of-record (RFC 3261 §10)."""

    contact: str
    """Contact URI as registered, without `<>`."""
    q: float
    """0.0 to 1.0; 1.0 when the contact names none."""
    expires_at: float
    call_id: str
    """Of the REGISTER that made or last refreshed it."""
    cseq: int
    user_agent: str
    registered_at: float
    """When it was made or last refreshed."""
    transport: str
    """`udp` or `tcp`: the flow the REGISTER came by, with the next three."""
    listener: str
    """Name of the local listener, `udp:127.0.0.1:5060`."""
    host: str
    """Numeric remote address, without brackets."""
    port: int
    nat: bool
    """Requests go to the flow instead of to the contact URI."""
    path: tuple[str, ...] = ()


class BindingsRow(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """All bindings of one user; `due` is the time part of its key in the expiry index."""

    due: int
    bindings: list[Binding]


class Subscriber(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Somebody who may register and call. Its repr shows no credential."""

    name: str
    """User part of the address-of-record; key of the record."""
    number: str = ""
    """Another user part that means the same subscriber; unique."""
    display_name: str = ""
    enabled: bool = True
    ha1: dict[str, str] = {}
    """Algorithm (`sha-256`, `md5`) to H(name:realm:password), lower-case hex."""
    realm: str = ""
    """Realm the HA1 values were made for; in another realm the secret must be set again."""
    group: str = ""
    """`subscriber-group` it is in; empty: none."""

    def __repr__(self) -> str:
        return f"Subscriber(name={self.name!r}, number={self.number!r}, enabled={self.enabled})"


class StoredCall(msgspec.Struct, array_like=True, frozen=True):
    """An answered call, kept so that a restarted worker knows it."""

    call_id: str
    from_tag: str
    to_tag: str
    caller: str
    callee: str
    request_uri: str
    source: str
    """Flow of the caller, as rows show it."""
    destination: str
    """Flow of the callee."""
    started_at: float
    ringing_at: float | None
    answered_at: float | None
    status: int
    record_id: str
    trunk_in: str = ""
    """Trunk it came by; empty: none."""
    trunk_out: str = ""
    """Trunk it went out by; empty: none."""
    group: str = ""
    """Subscriber group of its caller; empty: none."""
    prefix: str = ""
    """Destination that it is counted for; empty: none."""
    route_group: str = ""
    """Route group that it went out by; empty: none."""


class ListEntry(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One line of a black or white list, or one address banned by itself."""

    kind: str
    """`address`, `calling`, `called`, `user-agent`, `subscriber`."""
    value: str
    """In its one form (`core.policy.lists.normal`)."""
    added_at: float
    expires_at: float = 0.0
    """0: never."""
    owner: str = ""
    """Operator who put it there; empty: the server itself."""
    reason: str = ""
