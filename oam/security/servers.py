"""The AAA servers that are configured: asked in order, left alone while they do not answer.

All servers of one protocol share METHOD_S of a login, so that a method list comes to its end while
the operator still waits. A refusal is a verdict; whatever is none (no answer, an error of the server's,
an answer that cannot be read) makes the next server be asked, and then the next method.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from core.northbound.keyring import Keyring
from oam.grammar.words import split
from oam.security import accounting, radius, tacacs
from oam.security import tacacs_packets as packets
from oam.security.accounting import Queue, Record
from oam.security.members import Member, Members
from oam.security.server_state import RadiusRow, ServerRow, ServerState, TacacsRow
from oam.security.tacacs_packets import Who
from oam.security.verdict import FAIL, PASS, UNREACHABLE, NoAnswerError, ServerError, Verdict
from oam.settings.aaa import LOCAL, NONE, RADIUS, TACACS, Methods
from oam.settings.operators import BUILT_IN

if TYPE_CHECKING:
    from oam.config.store import ConfigurationStore
    from oam.security.login import Ask, Identity, Source
    from oam.settings.operators import Operator

log = logging.getLogger("management")

METHOD_S: Final = 5.0
"""Longest wait for all servers of one protocol together; what the operator is asked meanwhile does not count."""
MAX_NAME: Final = 64
"""Signs of an operator's name."""
_VOUCHED: Final = {
    LOCAL: packets.METHOD_LOCAL,
    TACACS: packets.METHOD_TACACS,
    RADIUS: packets.METHOD_RADIUS,
    NONE: packets.METHOD_NONE,
}
_AUTHENTIC: Final = {RADIUS: 1, LOCAL: 2}
"""Acct-Authentic (RFC 2866 §5.6); whoever else vouches is Remote (3)."""

Publish = Callable[[str, str, str], None]
"""(kind, text, severity) of a notice."""
Work = Callable[[Member, "Ask | None"], Awaitable[Verdict]]


class Servers:
    """The TACACS+ and RADIUS servers of this system."""

    def __init__(
        self,
        configuration: ConfigurationStore,
        keyring: Keyring,
        publish: Publish,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._configuration = configuration
        self._publish = publish
        self._clock = clock
        self._members = Members(configuration, keyring, clock)
        self.accounting = Queue(self._deliver)

    # What a login asks

    async def authenticate(
        self, method: str, name: str, secret: str, source: Source, ask: Ask | None = None
    ) -> Verdict:
        """Ask the servers of `method` whether `secret` is that of `name`, and what he may be.

        `ask` puts what a server wants to know besides to the operator; without it such a server refuses.
        """

        if not name.isprintable() or not 0 < len(name) <= MAX_NAME or name == radius.ENABLE_NAME:
            return Verdict(FAIL, message="no name of an operator")

        async def work(member: Member, ask: Ask | None) -> Verdict:
            if isinstance(member.client, radius.Client):
                return await self._by_radius(member.client, name, secret, source, radius.LOGIN_USER, ask)
            assert isinstance(member.client, tacacs.Client)
            return await member.client.authenticate(_who(name, source), secret, ask=ask)

        verdict = await self._first(method, work, ask)
        return await self._authorized(method, name, source, verdict) if verdict.outcome == PASS else verdict

    async def enable(self, method: str, name: str, secret: str, source: Source) -> Verdict:
        """Ask the servers of `method` whether `secret` opens privilege 15 to `name`."""

        async def work(member: Member, ask: Ask | None) -> Verdict:
            if isinstance(member.client, radius.Client):
                kind = radius.ADMINISTRATIVE_USER
                return await self._by_radius(member.client, radius.ENABLE_NAME, secret, source, kind, ask)
            assert isinstance(member.client, tacacs.Client)
            return await member.client.authenticate(_who(name, source), secret, privilege=15, enable=True, ask=ask)

        verdict = await self._first(method, work)
        return verdict._replace(privilege=15) if verdict.outcome == PASS else verdict

    async def _by_radius(
        self, client: radius.Client, name: str, secret: str, source: Source, service: int, ask: Ask | None
    ) -> Verdict:
        running = self._configuration.running
        roles = frozenset(each.name for each in (*BUILT_IN, *running.roles))
        attributes = self._attributes(source.transport, source.address) | {radius.SERVICE_TYPE: service}
        return await client.authenticate(name, secret, attributes, roles=roles, ask=ask)

    async def _authorized(self, method: str, name: str, source: Source, passed: Verdict) -> Verdict:
        """Find out privilege and role of a session by the list of `aaa authorization exec`."""
        running = self._configuration.running
        if not running.aaa.exec_authorization:
            return passed
        for each in running.aaa.exec_authorization:
            if each == NONE:
                return Verdict(PASS, message=passed.message)
            if each == LOCAL:
                found = next((one for one in running.users if one.name == name), None)
                return _of_account(found)
            if each == RADIUS:
                # RADIUS says what somebody may do only when it says who he is.
                if method == RADIUS:
                    return passed
                continue
            found_out = await self._exec(method, name, source)
            if found_out.outcome != UNREACHABLE:
                return found_out
        return Verdict(FAIL, message="nobody could be asked for the privilege")

    async def _exec(self, method: str, name: str, source: Source) -> Verdict:
        async def work(member: Member, _ask: Ask | None) -> Verdict:
            assert isinstance(member.client, tacacs.Client)
            vouched = _VOUCHED.get(method, packets.METHOD_NOT_SET)
            arguments = ("service=shell", "cmd=")
            return await member.client.authorize(_who(name, source), arguments, method=vouched, privilege=1)

        return await self._first(TACACS, work)

    # What a command asks

    async def authorize(
        self, method: str, identity: Identity, source: Source, command: str, privilege: int | None = None
    ) -> Verdict:
        """Ask the servers of `method` whether the operator may give `command` (canonical, secrets masked)."""
        if method != TACACS:
            return Verdict(UNREACHABLE, message="only TACACS+ can be asked about commands")
        first, *rest = [each.text for each in split(command)] or [""]
        arguments = ["service=shell", f"cmd={first}", *(f"cmd-arg={each}" for each in rest), "cmd-arg=<cr>"]
        vouched = _VOUCHED.get(identity.method, packets.METHOD_NOT_SET)
        level = identity.privilege if privilege is None else privilege

        async def work(member: Member, _ask: Ask | None) -> Verdict:
            assert isinstance(member.client, tacacs.Client)
            who = _who(identity.name, source)
            return await member.client.authorize(who, arguments, method=vouched, privilege=level)

        return await self._first(method, work)

    # What servers are told

    def account(self, record: Record) -> None:
        """Tell the servers that the configuration names for it of what somebody did; never waits."""
        if self._told_of(record):
            self.accounting.put(record)

    def _told_of(self, record: Record) -> Methods:
        aaa = self._configuration.running.aaa
        if record.kind != accounting.COMMAND:
            return aaa.exec_accounting
        return aaa.command_accounting(record.privilege)

    async def _deliver(self, record: Record) -> str:
        methods = self._told_of(record)
        outcome = UNREACHABLE if methods else FAIL
        for method in methods:
            outcome = (await self._first(method, lambda member, _ask: self._hand_over(member, record))).outcome
            if outcome != UNREACHABLE:
                break
        return outcome

    async def _hand_over(self, member: Member, record: Record) -> Verdict:
        if isinstance(member.client, radius.Client):
            await member.client.account(record.name, self._radius_record(record))
        else:
            assert isinstance(member.client, tacacs.Client)
            await member.client.account(
                Who(record.name, record.transport, record.address),
                tacacs_record(record),
                flags=packets.START if record.kind == accounting.BEGIN else packets.STOP,
                method=_VOUCHED.get(record.method, packets.METHOD_NOT_SET),
                privilege=record.privilege,
            )
        return Verdict(PASS)

    def _radius_record(self, record: Record) -> dict[int, str | int]:
        ended = record.kind == accounting.END
        attributes = self._attributes(record.transport, record.address) | {
            radius.ACCT_STATUS_TYPE: radius.STOP if ended else radius.START,
            radius.ACCT_SESSION_ID: record.task,
            radius.ACCT_AUTHENTIC: _AUTHENTIC.get(record.method, 3),
            radius.ACCT_DELAY_TIME: max(0, int(time.time() - record.at)),
            radius.EVENT_TIMESTAMP: int(record.at),
        }
        return attributes | {radius.ACCT_SESSION_TIME: record.elapsed_s} if ended else attributes

    def _attributes(self, transport: str, address: str) -> dict[int, str | int]:
        return {
            radius.NAS_IDENTIFIER: self._configuration.running.hostname,
            radius.NAS_PORT_TYPE: radius.VIRTUAL,
            radius.NAS_PORT_ID: transport,
            radius.CALLING_STATION_ID: address,
        }

    # Asking in order

    async def _first(self, method: str, work: Work, ask: Ask | None = None) -> Verdict:
        """Return the verdict of the first server of `method` that has one; the time is shared among them."""
        dead_time = self._configuration.running.aaa.dead_time_s
        asked = self._members.ready(method, dead_time)
        reason = "no server to ask" if not asked else ""
        patient = _Patient(ask) if ask is not None else None
        began = self._clock()
        for number, member in enumerate(asked):
            thought = patient.took_s if patient is not None else 0.0
            left = max(0.1, METHOD_S + thought - (self._clock() - began))
            member.state.asked()
            try:
                verdict = await _within(left / (len(asked) - number), member, work, patient)
            except NoAnswerError as error:
                reason = str(error)
                self._silent(method, member, reason)
            except ServerError as error:
                reason = str(error)
                member.state.errors += 1
                self._answered(method, member)
                log.warning("%s server %s answers with an error: %s", method, member.server.name, reason)
            else:
                self._answered(method, member)
                _count(member.state, verdict)
                return verdict
        return Verdict(UNREACHABLE, message=reason)

    def _silent(self, method: str, member: Member, reason: str) -> None:
        if member.state.silent():
            self._publish("server-unreachable", f"{method} server {member.server.name}: {reason}", "warnings")

    def _answered(self, method: str, member: Member) -> None:
        if member.state.answered():
            log.warning("%s server %s answers again", method, member.server.name)

    def rows(self) -> list[ServerRow]:
        """Return the rows of `show aaa servers`."""
        return self._members.rows()

    def tacacs_rows(self) -> list[TacacsRow]:
        """Return the rows of `show tacacs`."""
        return self._members.tacacs_rows()

    def radius_rows(self) -> list[RadiusRow]:
        """Return the rows of `show radius`."""
        return self._members.radius_rows()

    async def close(self) -> None:
        """Deliver what can be, close the connections."""
        await self.accounting.close()
        self._members.close()


class _Patient:
    """Puts servers' questions to an operator, whose time is not theirs."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.limit: asyncio.Timeout | None = None
        """What bounds the server that asks."""
        self.took_s = 0.0

    async def __call__(self, prompt: str, secret: bool) -> str:
        loop = asyncio.get_running_loop()
        limit = self.limit
        ends = limit.when() if limit is not None else None
        began = loop.time()
        if limit is not None:
            limit.reschedule(None)
        try:
            return await self._ask(prompt, secret)
        finally:
            took = loop.time() - began
            self.took_s += took
            if limit is not None and ends is not None:
                limit.reschedule(ends + took)


async def _within(seconds: float, member: Member, work: Work, patient: _Patient | None) -> Verdict:
    """Let a server answer within `seconds`; raises NoAnswerError, ServerError."""
    try:
        async with asyncio.timeout(seconds) as limit:
            if patient is not None:
                patient.limit = limit
            return await work(member, patient)
    except TimeoutError:
        raise NoAnswerError("no answer in time") from None


def _of_account(found: Operator | None) -> Verdict:
    """Give what an account of this server gives; somebody without one gets the least."""
    return Verdict(PASS, found.level, found.role) if found else Verdict(PASS)


def _who(name: str, source: Source) -> Who:
    return Who(name, source.transport, source.address)


def tacacs_record(record: Record) -> list[str]:
    """Return the arguments of an accounting record (RFC 8907 §8.3)."""
    arguments = [f"task_id={record.task}", "timezone=UTC", "service=shell"]
    if record.kind == accounting.COMMAND:
        level = f"priv-lvl={record.privilege}"
        return [
            *arguments,
            f"stop_time={int(record.at)}",
            level,
            f"cmd={record.command} <cr>",
            f"exit_code={record.code}",
        ]
    if record.kind == accounting.BEGIN:
        return [*arguments, f"start_time={int(record.at)}"]
    return [*arguments, f"stop_time={int(record.at)}", f"elapsed_time={record.elapsed_s}"]


def _count(state: ServerState, verdict: Verdict) -> None:
    if verdict.outcome == PASS:
        state.passed += 1
    else:
        state.rejected += 1
