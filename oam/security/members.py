"""The configured servers, each with what asks it and what is known of it; they follow the configuration."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from core.northbound.keyring import Keyring, SecretError
from oam.security import radius, tacacs
from oam.security.server_state import RadiusRow, ServerRow, ServerState, TacacsRow
from oam.settings.aaa import RADIUS, TACACS, RadiusServer, TacacsServer

if TYPE_CHECKING:
    from oam.config.store import ConfigurationStore
    from oam.config.tree import Configuration

log = logging.getLogger("management")


class Member(NamedTuple):
    """A configured server."""

    server: TacacsServer | RadiusServer
    client: tacacs.Client | radius.Client | None
    """None: it is incomplete, or its key was encrypted under another key than this server's."""
    state: ServerState


class Members:
    """The servers of both protocols, in the order of the configuration."""

    def __init__(self, configuration: ConfigurationStore, keyring: Keyring, clock: Callable[[], float]) -> None:
        self._keyring = keyring
        self._clock = clock
        self._of: dict[str, list[Member]] = {TACACS: [], RADIUS: []}
        self._take(configuration.running)
        configuration.observers.append(self._follow)

    def ready(self, method: str, dead_time_s: float) -> list[Member]:
        """Return the servers of `method` that may be asked now."""
        return [each for each in self._of.get(method, ()) if each.client and each.state.alive(dead_time_s)]

    def _follow(self, old: Configuration, new: Configuration) -> None:
        if (old.tacacs_servers, old.radius_servers) != (new.tacacs_servers, new.radius_servers):
            self._take(new)

    def _take(self, new: Configuration) -> None:
        """Take up servers that are new or changed; what is known of the others stays."""
        for method, servers in ((TACACS, new.tacacs_servers), (RADIUS, new.radius_servers)):
            known = {each.server: each for each in self._of[method]}
            self._of[method] = [known.pop(each) if each in known else self._member(each) for each in (*servers,)]
            for gone in known.values():
                if isinstance(gone.client, tacacs.Client):
                    gone.client.close()

    def _member(self, server: TacacsServer | RadiusServer) -> Member:
        state = ServerState(self._clock)
        client: tacacs.Client | radius.Client | None = None
        if server.complete:
            try:
                client = self._client(server, self._keyring.decrypted(server.key).encode(), state)
            except SecretError as error:
                log.error("server %s cannot be asked: %s", server.name, error)
        return Member(server, client, state)

    @staticmethod
    def _client(server: TacacsServer | RadiusServer, key: bytes, state: ServerState) -> tacacs.Client | radius.Client:
        if isinstance(server, TacacsServer):
            pap = server.authentication == "pap"
            timeout = float(server.timeout_s)
            at = tacacs.Reachable(server.address, server.port, key, timeout, server.single_connection, pap)
            return tacacs.Client(at, state)
        return radius.Client(
            radius.Reachable(
                server.at.address,
                server.at.auth_port,
                server.at.acct_port,
                key,
                float(server.timeout_s),
                server.retransmit,
                server.message_authenticator,
            ),
            state,
        )

    def close(self) -> None:
        """Close the connections that are kept."""
        for member in self._of[TACACS]:
            if isinstance(member.client, tacacs.Client):
                member.client.close()

    def rows(self) -> list[ServerRow]:
        """Return the rows of `show aaa servers`."""
        return [_row(method, member) for method, members in self._of.items() for member in members]

    def tacacs_rows(self) -> list[TacacsRow]:
        """Return the rows of `show tacacs`."""
        return [
            TacacsRow(
                each.server.name,
                each.server.address,
                each.server.port,
                each.server.timeout_s,
                (each.state.single or "yes") if each.server.single_connection else "no",
                each.state.connections,
                each.state.connect_failures,
                each.state.sent,
                each.state.received,
                each.state.unreadable,
            )
            for each in self._of[TACACS]
            if isinstance(each.server, TacacsServer)
        ]

    def radius_rows(self) -> list[RadiusRow]:
        """Return the rows of `show radius`."""
        return [
            RadiusRow(
                each.server.name,
                each.server.at.address,
                each.server.at.auth_port,
                each.server.at.acct_port,
                each.server.timeout_s,
                each.server.retransmit,
                each.state.sent,
                each.state.retransmitted,
                each.state.received,
                each.state.unreadable,
            )
            for each in self._of[RADIUS]
            if isinstance(each.server, RadiusServer)
        ]


def _row(method: str, member: Member) -> ServerRow:
    server, state = member.server, member.state
    standing, dead_s = state.standing(member.client is not None)
    return ServerRow(
        method,
        server.name,
        server.address if isinstance(server, TacacsServer) else server.at.address,
        standing,
        dead_s,
        state.requests,
        state.passed,
        state.rejected,
        state.errors,
        state.unanswered,
    )
