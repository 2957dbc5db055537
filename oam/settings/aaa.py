"""Authentication, authorization and accounting: who is asked, in which order, and the servers that can be."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

LOCAL = "local"
NONE = "none"
TACACS = "tacacs+"
RADIUS = "radius"
GROUPS = (TACACS, RADIUS)
"""The methods that are servers."""


class Methods(msgspec.Struct, frozen=True):
    """A method list: `group tacacs+`, `group radius`, `local`, `none`, in the order they are asked.

    Iterating gives the methods; the next one is asked only when the one before could not be reached.
    """

    first: str = ""
    second: str = ""
    third: str = ""
    fourth: str = ""

    def __iter__(self) -> Iterator[str]:
        return (each for each in (self.first, self.second, self.third, self.fourth) if each)

    def __bool__(self) -> bool:
        return bool(self.first)


class LevelMethods(msgspec.Struct, frozen=True):
    """The method list of commands of one privilege."""

    level: int
    first: str = ""
    second: str = ""
    third: str = ""
    fourth: str = ""

    @property
    def methods(self) -> Methods:
        """The list itself."""
        return Methods(self.first, self.second, self.third, self.fourth)


class LevelGroup(msgspec.Struct, frozen=True):
    """Which servers are told of commands of one privilege."""

    level: int
    group: str = ""


class Aaa(msgspec.Struct, frozen=True):
    """`aaa …`."""

    login: Methods = Methods(LOCAL)
    enable: Methods = Methods(LOCAL)
    authorization: Methods = Methods(LOCAL)
    """Of commands whose privilege has no list of its own; `local`: this server's roles alone decide."""
    authorization_levels: tuple[LevelMethods, ...] = ()
    exec_authorization: Methods = Methods()
    """Whose privilege and role a session gets; empty: those that came with the authentication."""
    accounting: str = ""
    """Group that is told of commands whose privilege has no line of its own; empty: nobody."""
    accounting_levels: tuple[LevelGroup, ...] = ()
    exec_accounting: Methods = Methods()
    """Of sessions, a record when one begins and one when it ends."""
    dead_time_s: int = 30
    """How long a server that did not answer is left alone."""

    def command_authorization(self, privilege: int) -> Methods:
        """Return who is asked about commands of `privilege`.

        Those of privilege 0 (`exit`, `enable`, …) are everybody's unless a line of their own says otherwise.
        """
        found = (each.methods for each in self.authorization_levels if each.level == privilege)
        return next(found, self.authorization if privilege else Methods(LOCAL))

    def command_accounting(self, privilege: int) -> Methods:
        """Return who is told of commands of `privilege`."""
        return Methods(
            next((each.group for each in self.accounting_levels if each.level == privilege), self.accounting)
        )

    def lists(self) -> Iterator[tuple[str, Methods]]:
        """Give every method list with what it is called in the configuration."""
        yield "authentication login", self.login
        yield "authentication enable", self.enable
        yield "authorization exec", self.exec_authorization
        yield "authorization commands", self.authorization
        for each in self.authorization_levels:
            yield f"authorization commands {each.level}", each.methods
        yield "accounting exec", self.exec_accounting
        yield "accounting commands", Methods(self.accounting)
        for group in self.accounting_levels:
            yield f"accounting commands {group.level}", Methods(group.group)


class TacacsServer(msgspec.Struct, frozen=True):
    """`tacacs server NAME`; asked in the order of the configuration, once it has address and key."""

    name: str
    address: str = ""
    port: int = 49
    key: str = ""
    """Shared secret, encrypted (type 6)."""
    timeout_s: int = 5
    single_connection: bool = False
    """One TCP connection serves many exchanges, where the server agrees."""
    authentication: str = "ascii"
    """`ascii`: the server asks for what it needs; `pap`: name and secret in one packet."""

    @property
    def complete(self) -> bool:
        """Whether it can be asked."""
        return bool(self.address and self.key)


class RadiusAddress(msgspec.Struct, frozen=True):
    """Where a RADIUS server listens."""

    address: str = ""
    auth_port: int = 1812
    acct_port: int = 1813


class RadiusServer(msgspec.Struct, frozen=True):
    """`radius server NAME`; asked in the order of the configuration, once it has address and key."""

    name: str
    at: RadiusAddress = RadiusAddress()
    key: str = ""
    """Shared secret, encrypted (type 6)."""
    timeout_s: int = 2
    """How long one request waits before it is sent again."""
    retransmit: int = 2
    """How often it is sent again."""
    message_authenticator: bool = True
    """Answers without Message-Authenticator are not believed (CVE-2024-3596)."""

    @property
    def complete(self) -> bool:
        """Whether it can be asked."""
        return bool(self.at.address and self.key)


def problems(aaa: Aaa, tacacs: tuple[TacacsServer, ...], radius: tuple[RadiusServer, ...]) -> list[str]:
    """Return what makes the lists unusable, in the operator's words."""
    ready = {TACACS: any(each.complete for each in tacacs), RADIUS: any(each.complete for each in radius)}
    found = []
    for name, methods in aaa.lists():
        chosen = list(methods)
        if len(set(chosen)) < len(chosen):
            found.append(f"aaa: {name} names a method twice")
        if NONE in chosen[:-1]:
            found.append(f"aaa: {name}: nothing is asked behind 'none'")
        found += [
            f"aaa: {name}: group {each} has no server with address and key"
            for each in dict.fromkeys(chosen)
            if not ready.get(each, True)
        ]
    return found
