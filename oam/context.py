"""What a command handler is given: the session it runs in and the manager behind it.

`Session` holds what outlives a line (privilege, modes, terminal size, pending edits)
and knows no transport; the shell makes one per operator or script. `Manager` is what
the oam process offers to commands.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from oam.commands.registry import EXEC, PRIVILEGED, Mode, Registry
from oam.config.store import Author, ConfigurationStore
from oam.notices import ManagementNotice, Notices
from oam.security.audit import Audit
from oam.security.bounds import BORROWED, borrowed, unauthorized
from oam.security.login import Identity, Security
from oam.security.rights import Rights
from oam.security.servers import Servers
from oam.security.syslog import Syslog

if TYPE_CHECKING:
    from core.northbound.client import SupervisorClient, WorkerClient
    from core.northbound.lists import ListStore
    from core.northbound.prefixes import PrefixStore
    from core.northbound.subscribers import SubscriberStore
    from oam.automation.automation import Automation
    from oam.config.candidate import Candidate
    from oam.config.edit import Edit
    from oam.config.tree import Configuration
    from oam.environment.environment import Environment
    from oam.fault.alarms import Alarms
    from oam.log.log import Log
    from oam.measurement.measurement import Measurement
    from oam.measurement.thresholds import Thresholds
    from oam.notification.targets import Targets
    from oam.prometheus.endpoint import Prometheus
    from oam.selftest.self_test import SelfTest
    from oam.shell.announcements import Announcements
    from oam.shell.lines import Line, Lines
    from oam.shell.screen import View
    from oam.shell.ssh import Ssh
    from oam.shell.telnet import Telnet
    from oam.snmp.agent import Snmp
    from oam.statistics.load import LoadSeries
    from oam.statistics.statistics import Statistics
    from oam.trace.live import Live
    from oam.trace.traces import Traces


class Manager(Protocol):
    """What the oam process offers to commands (`oam.manager` implements it; tests fake it)."""

    configuration: ConfigurationStore
    worker: WorkerClient
    supervisor: SupervisorClient
    subscribers: SubscriberStore
    lists: ListStore
    """Black and white lists."""
    prefixes: PrefixStore
    """Bulk prefixes of the analysis tables."""
    state: Path
    """The state directory."""
    counters: list[memoryview]
    """Counter block of every worker."""
    counter_baseline: list[int]
    """Sums at the last `clear counters`, by slot."""
    load: LoadSeries
    statistics: Statistics
    """What objects of signalling did, by minutes, quarter-hours and days."""
    measurement: Measurement
    """Measurement jobs."""
    thresholds: Thresholds
    """Alarms on the figures of objects."""
    registry: Registry
    """The compiled command tree."""
    lines: Lines
    """The sessions now open."""
    security: Security
    """Who may come in and do what."""
    servers: Servers
    """The TACACS+ and RADIUS servers."""
    ssh: Ssh
    """Operators over SSH."""
    telnet: Telnet
    """Operators over telnet."""
    prometheus: Prometheus
    """Figures for whoever fetches them."""
    snmp: Snmp
    """Figures and alarms for network management stations."""
    notices: Notices
    """What operators should hear of."""
    alarms: Alarms
    """What is wrong now."""
    audit: Audit
    """Who did what."""
    syslog: Syslog
    """The hosts that are told of both."""
    log: Log
    """The log of the whole server."""
    targets: Targets
    """Web and mail servers that notices can be sent to."""
    automation: Automation
    """What runs by itself."""
    traces: Traces
    """Traces of signalling that run."""
    live: Live
    """Passes traced messages on as they come."""
    environment: Environment
    """What the host has left."""
    self_test: SelfTest
    """Whether the server is whole."""


class Frame:
    """One entered mode; `key` names the record it edits (a subscriber), empty for singletons."""

    __slots__ = ("entry", "key", "mode")

    def __init__(self, mode: Mode, key: str = "", entry: tuple[object, ...] | None = None) -> None:
        self.mode = mode
        self.key = key
        self.entry = entry
        """The entry of a list of the configuration whose mode this is."""


CANDIDATE: Final = "candidate"
"""Key of the frame of configuration mode whose lines go into the session's candidate."""

Ask = Callable[[str, bool], Awaitable[str]]
"""(prompt, secret) -> the operator's answer without its line end; no echo when secret."""


class Again(NamedTuple):
    """A command to be run more than once."""

    command: str
    times: int
    """0: until a key is pressed."""
    interval_s: float


class Session:
    """One operator's (or script's) standing with the server."""

    def __init__(
        self,
        manager: Manager,
        *,
        user: str = "",
        origin: str = "console",
        privilege: int = 1,
        batch: bool = False,
        check_only: bool = False,
        ask: Ask | None = None,
    ) -> None:
        self.manager = manager
        self.user = user
        self.origin = origin
        """Transport of the session: `console`, `ssh`, `telnet`, or what runs it by itself."""
        self.address = ""
        """Address of the client; empty at the console."""
        self.identity = Identity(user, privilege)
        """As whom the operator was let in."""
        self.line: Line | None = None
        """The line that the session occupies."""
        self.privilege = privilege
        self.highest = privilege
        """What `enable` may raise `privilege` to."""
        self.batch = batch
        """Configuration lines are gathered and applied together; nothing is asked."""
        self.check_only = check_only
        """Lines are parsed and validated; nothing is executed or applied."""
        self.ask = ask
        """None: questions take their default answer."""
        self.modes: list[Frame] = [Frame(EXEC)]
        self.length = 24
        """Lines of the terminal; 0 means no paging."""
        self.width = 80
        self.term = ""
        """Kind of the terminal, as `$TERM`."""
        self.editor = "plain"
        """`plain` or `rich`; the shell follows it at the next line."""
        self.language = "en"
        """Language of help."""
        self.history: list[str] = []
        """Lines entered, oldest first, secrets masked; kept by the shell."""
        self.history_size = 256
        self.tell: Callable[[Sequence[str]], None] | None = None
        """Shows lines to the operator when they do not disturb; never waits. None: a script."""
        self.announcements: Announcements | None = None
        """Where what `tell` was given waits."""
        self.monitor: Callable[[ManagementNotice], None] | None = None
        """What `terminal monitor` has subscribed to the notices."""
        self.again: Again | None = None
        """Set by `watch` and `repeat`: the shell runs that command."""
        self.view: View | None = None
        """Set by `monitor`: the shell shows it until a key ends it."""
        self.unicode = False
        """The terminal shows more than ASCII; of a script nobody knows."""
        self.at_end: list[Callable[[], None]] = []
        """Called when the session ends, however it does, the last first: they release what it holds."""
        self.closing = False
        """Set by `exit` in EXEC: the shell ends the session after this line."""
        self.source = ""
        """`file:line` of the line being executed; set by a script's driver before each line."""
        self.pending: list[Edit] = []
        """Validated edits of a batch, not yet applied."""
        self.checked: Configuration | None = None
        """What the configuration would be by now, when only checking."""
        self.candidate: Candidate | None = None
        """What `configure candidate` has gathered and not committed; kept over `end`, lost with the session."""
        self.atomic = False
        """A script of which all is put in force at its end or nothing: its lines go into the candidate."""
        self.changed = False
        """The session has changed the running configuration and its version is not in the archive yet."""
        self.releases = False
        """Its end releases what it holds of the configuration (`oam.editing`)."""
        self.lock_wait_s = -1
        """How long changes wait while another operator has the configuration locked; -1: as configured."""

    @property
    def rights(self) -> Rights:
        """What the operator may use now: the privilege, bounded by the role."""
        return self.manager.security.rights(self.privilege, self.identity.role)

    @property
    def frame(self) -> Frame:
        """The mode we are in."""
        return self.modes[-1]

    @property
    def mode(self) -> Mode:
        """The mode we are in, without its key."""
        return self.modes[-1].mode

    @property
    def staging(self) -> bool:
        """Whether configuration lines go into the candidate."""
        if self.candidate is None or (self.check_only and not self.atomic):
            return False
        return self.atomic or any(each.key == CANDIDATE for each in self.modes[1:2])

    @property
    def author(self) -> Author:
        """As whom the session changes the configuration."""
        configured = self.manager.configuration.running.editing.lock_wait_s
        wait_s = configured if self.lock_wait_s < 0 else self.lock_wait_s
        origin = f"{self.origin} {self.address}".strip()
        return Author(self.user, self, wait_s, self.beyond if self.identity.role else None, origin=origin)

    def beyond(self, old: Configuration, new: Configuration, whole: bool) -> str:
        """Return what is beyond the operator's role in a change; unless it is `whole` its lines are authorized."""
        if borrowed(self.user, old, new):
            return BORROWED
        line = unauthorized(self.manager.registry, self.rights, old, new) if whole else ""
        return f"The role {self.identity.role} does not permit a line of it: {line}" if line else ""

    @property
    def prompt(self) -> str:
        """`host>`, `host#`, `host(config-sip)#`; no trailing space."""
        host = self.manager.configuration.running.hostname
        if self.mode is EXEC:
            return host + ("#" if self.privilege >= PRIVILEGED else ">")
        return f"{host}({self.mode.prompt})#"


class Context:
    """All that a handler gets."""

    __slots__ = ("manager", "session")

    def __init__(self, session: Session) -> None:
        self.session = session
        self.manager: Manager = session.manager
