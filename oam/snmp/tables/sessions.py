"""Operators who are on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from oam.security.lockout import ACCOUNT, ADDRESS
from oam.shell.lines import CONSOLE, JOB, VTY
from oam.snmp import oids, syntax
from oam.snmp.object import HIDDEN, Column, Table

if TYPE_CHECKING:
    from oam.context import Manager
    from oam.shell.lines import Line

KINDS: Final = {CONSOLE: 1, VTY: 2, JOB: 3}


class SummaryRow(msgspec.Struct, frozen=True):
    """All sessions together, and who was not let in."""

    console: int
    console_maximum: int
    remote: int
    remote_maximum: int
    jobs: int
    failures: int
    lockout_refusals: int
    locked_accounts: int
    locked_addresses: int
    discontinuity_at: float


async def _summary(manager: Manager) -> Sequence[SummaryRow]:
    running, lockout = manager.configuration.running, manager.security.lockout
    kinds = [line.kind for line in manager.lines.all()]
    counts = manager.security.failures, lockout.refused
    return (
        SummaryRow(
            console=kinds.count(CONSOLE),
            console_maximum=running.console.session_limit,
            remote=kinds.count(VTY),
            remote_maximum=running.vty.session_limit,
            jobs=kinds.count(JOB),
            failures=counts[0],
            lockout_refusals=counts[1],
            locked_accounts=lockout.locked_now(ACCOUNT),
            locked_addresses=lockout.locked_now(ADDRESS),
            discontinuity_at=manager.snmp.discontinuities.of("logins", "", counts),
        ),
    )


SUMMARY: Final = Table(
    (*oids.SESSIONS, 1),
    "sipctlSessionsSummary",
    "The sessions of operators together, and who was not let in.",
    (
        Column(1, "sipctlSessionsConsole", syntax.GAUGE, "console",
               "Sessions at the host itself, scripts included.", "sessions"),
        Column(2, "sipctlSessionsConsoleMaximum", syntax.GAUGE, "console_maximum",
               "Sessions at the host itself that there may be.", "sessions"),
        Column(3, "sipctlSessionsRemote", syntax.GAUGE, "remote",
               "Sessions over SSH and telnet, scripts and file transfers included.", "sessions"),
        Column(4, "sipctlSessionsRemoteMaximum", syntax.GAUGE, "remote_maximum",
               "Sessions over SSH and telnet that there may be.", "sessions"),
        Column(5, "sipctlSessionsJobs", syntax.GAUGE, "jobs",
               "Command lists that run by themselves at this moment.", "sessions"),
        Column(6, "sipctlLoginFailures", syntax.COUNTER, "failures",
               "Logins, and attempts at a higher privilege, that were refused, those refused unseen included.",
               "logins"),
        Column(7, "sipctlLoginLockoutRefusals", syntax.COUNTER, "lockout_refusals",
               "Attempts that found their account or their address locked.", "logins"),
        Column(8, "sipctlLoginLockedAccounts", syntax.GAUGE, "locked_accounts",
               "Accounts that are locked after failed logins.", "accounts"),
        Column(9, "sipctlLoginLockedAddresses", syntax.GAUGE, "locked_addresses",
               "Addresses that are locked after failed logins.", "addresses"),
        Column(10, "sipctlLoginDiscontinuityTime", syntax.TIME_STAMP, "discontinuity_at",
               "Value of sysUpTime when the counters of this group last began anew. They begin with management."),
    ),
    _summary,
    lifetime_s=1.0,
)  # fmt: skip


class SessionRow(msgspec.Struct, frozen=True):
    """One session."""

    kind: str
    number: int
    line: str
    user: str
    origin: str
    address: str
    privilege: int
    role: str
    method: str
    opened_at: float
    idle_s: float
    mode: str
    busy: bool
    interactive: bool


async def _sessions(manager: Manager) -> Sequence[SessionRow]:
    return [_row(manager, line) for line in manager.lines.all() if line.kind in KINDS]


def _row(manager: Manager, line: Line) -> SessionRow:
    session = line.session
    return SessionRow(
        kind=line.kind,
        number=line.number,
        line=line.name,
        user=session.user,
        origin=session.origin,
        address=session.address,
        privilege=session.privilege,
        role=session.identity.role,
        method=session.identity.method,
        opened_at=line.opened_at,
        idle_s=manager.lines.idle_s(line),
        mode=session.mode.name,
        busy=line.busy,
        interactive=line.terminal is not None,
    )


SESSION_TABLE: Final = Table(
    (*oids.SESSIONS, 2),
    "sipctlSessionTable",
    "The sessions that are open: of operators, of scripts and of command lists that run by themselves.",
    (
        Column(1, "sipctlSessionKind", syntax.enumeration(KINDS), "kind",
               "Kind of line that the session occupies.", access=HIDDEN),
        Column(2, "sipctlSessionNumber", syntax.UNSIGNED, "number",
               "Number of the line, of its kind. It stays while the session is open; then another may get it.",
               access=HIDDEN),
        Column(3, "sipctlSessionLine", syntax.text(32), "line", "The line, as 'clear line' takes it: vty 1."),
        Column(4, "sipctlSessionUser", syntax.TEXT, "user", "Name of the operator; empty: nobody logged in."),
        Column(5, "sipctlSessionOrigin", syntax.text(32), "origin",
               "How it came: console, ssh, telnet, sftp, or what runs it by itself."),
        Column(6, "sipctlSessionAddress", syntax.text(64), "address", "Address of the client; empty: this host."),
        Column(7, "sipctlSessionPrivilege", syntax.GAUGE, "privilege", "Privilege that it has now, 1 to 15."),
        Column(8, "sipctlSessionRole", syntax.TEXT, "role", "Role that bounds it; empty: none."),
        Column(9, "sipctlSessionMethod", syntax.text(32), "method",
               "Who vouches for the operator: local, tacacs+, radius, console or none."),
        Column(10, "sipctlSessionOpened", syntax.DATE, "opened_at", "When it was opened."),
        Column(11, "sipctlSessionIdle", syntax.TICKS, "idle_s",
               "Time since the operator last typed; 0 while a command runs."),
        Column(12, "sipctlSessionMode", syntax.text(64), "mode", "Mode of the shell that it is in."),
        Column(13, "sipctlSessionBusy", syntax.TRUTH, "busy", "Whether a command is running in it."),
        Column(14, "sipctlSessionInteractive", syntax.TRUTH, "interactive",
               "Whether somebody sits at a terminal. false(2): a script, a file transfer or a command list."),
    ),
    _sessions,
    ("sipctlSessionKind", "sipctlSessionNumber"),
    lifetime_s=1.0,
)  # fmt: skip

TABLES: Final = (SUMMARY, SESSION_TABLE)
