"""Every alarm there is: what it means, whom it hurts, what to do. Numbers stay for ever; texts may change.

Causes are numbers of IANAItuProbableCause, event types those of X.733 and X.736. Delays are what suits most sites;
`alarm profile` sets others.
"""

from __future__ import annotations

from typing import Final, NamedTuple

COMMUNICATIONS: Final = "communications"
QUALITY: Final = "quality-of-service"
PROCESSING: Final = "processing-error"
EQUIPMENT: Final = "equipment"
INTEGRITY: Final = "integrity"
OPERATIONAL: Final = "operational"
SECURITY: Final = "security"
TIME: Final = "time-domain"

SAME: Final = "same"
"""The parent is about the same object."""
MEMBER: Final = "member"
"""The parent is about something that the object is part of: a trunk's route group."""
ANY: Final = "any"
"""The parent is about whatever object."""


class Parent(NamedTuple):
    """An alarm that explains another one: while it is raised the other is not told of."""

    number: int
    relation: str
    """SAME, MEMBER, ANY."""


class Definition(NamedTuple):
    """One kind of alarm."""

    number: int
    name: str
    title: str
    event_type: str
    cause: int
    severities: tuple[str, ...]
    """The one it has unless its source says otherwise, then the others it may have."""
    meaning: str
    effect: str
    action: str
    clear: str
    """When it is over."""
    source: str
    """What finds it out; empty: nothing in this version does."""
    soak_s: float = 0.0
    """It is raised when it has lasted so long."""
    clear_s: float = 0.0
    """It is cleared when it has been gone for so long."""
    manual_clear: bool = False
    """It tells of something that happened: an operator clears it."""
    parents: tuple[Parent, ...] = ()

    @property
    def severity(self) -> str:
        """The one it has unless its source says otherwise."""
        return self.severities[0]


_DEFINITIONS: Final = (
    Definition(
        1, "listener-down", "SIP listener down", COMMUNICATIONS, 505, ("critical",),
        meaning="A configured SIP listener has no socket, or the signalling process that reads it is gone.",
        effect="Nothing that is sent to this address and port is answered: phones lose their registration, calls fail.",
        action="`show listeners` and `show processes` tell which and since when. If another program has the port, end "
        "it or move the listener (`sip`, `listener`); if an address is gone, `show ip interface`. `reload` binds anew.",
        clear="The socket is bound and a worker reads it.",
        source="listeners of the supervisor, heart-beat of the worker",
        soak_s=5.0,
    ),
    Definition(
        2, "trunk-unreachable", "Trunk unreachable", COMMUNICATIONS, 22, ("major",),
        meaning="A monitored trunk did not answer so many OPTIONS, or calls, in a row as `monitor options failures` "
        "says.",
        effect="It takes no calls; route groups send them to their other members, with none left callers get 503.",
        action="`show trunk NAME detail` gives the reason, `test trunk NAME` probes now, `test dns HOST` asks for its "
        "name. Then the network, a firewall, the other side. `shutdown` in its mode takes it out on purpose.",
        clear="So many probes in a row are answered as `monitor options successes` says, or it is shut down.",
        source="state of the trunk in the worker",
        soak_s=2.0,
        parents=(Parent(3, MEMBER),),
    ),
    Definition(
        3, "trunk-group-down", "Trunk group: all members down", COMMUNICATIONS, 612, ("critical",),
        meaning="No trunk of a route group is in service.",
        effect="Every call to the numbers of the group fails with 503, unless number analysis names another group.",
        action="`show route-group NAME` lists the members, `show trunk NAME detail` why each is down. All down at once "
        "is mostly our own side: `show ip interface`, `show hosts`. `test route NUMBER CALLEE` shows what a call "
        "finds.",
        clear="One member is in service.",
        source="states of the trunks in the worker",
    ),
    Definition(
        4, "route-exhausted", "Route exhausted", COMMUNICATIONS, 26, ("major",),
        meaning="Calls found no trunk of a route group that could take them: down, full, limited or failed in turn.",
        effect="These calls were refused with 503; others may still pass when a place gets free.",
        action="`show route-group NAME` and `show trunk` tell what is full or down. Raise `calls maximum` or `rate` if "
        "the other side can take more, or add a member; `show calls` shows what occupies it.",
        clear="No call was lost so for a minute.",
        source="counter of exhausted routes",
        parents=(Parent(3, SAME),),
    ),
    Definition(
        5, "trunk-limit", "Trunk session limit reached", QUALITY, 541, ("minor", "major"),
        meaning="The calls on a trunk are near (minor), or at (major), its `calls maximum`.",
        effect="At the limit further calls go to other members of the group or are refused; emergency calls pass.",
        action="`show trunk NAME detail`, `show calls`: is it the traffic expected, or are calls left hanging? Raise "
        "`calls maximum` in agreement with the other side, or spread calls over more members.",
        clear="Below 90 % of the limit.",
        source="calls of the trunk in the worker",
        clear_s=30.0,
    ),
    Definition(
        6, "session-capacity", "System session capacity", QUALITY, 541, ("minor", "major", "critical"),
        meaning="The calls in progress near the most that the server takes.",
        effect="At the limit new calls are refused with 503; calls in progress go on.",
        action="`show sip statistics` and `show calls`. Find who makes them: `show trunk`, `show traffic-control`. A "
        "control in `traffic-control` holds one destination back; more capacity needs a larger host.",
        clear="Below the lower threshold.",
        source="gauge of calls",
        clear_s=30.0,
    ),
    Definition(
        7, "overload", "Overload control active", QUALITY, 202, ("major", "critical"),
        meaning="The worker measures more load than it can carry and lets in a rate of new calls only.",
        effect="New calls beyond that rate are refused with 503; calls in progress and emergency calls go on.",
        action="`show overload` tells the indicator and the rate, `show processes` the processor time, `show trunk` "
        "and `show blacklist automatic` who sends. Hold the source back with `traffic-control` or `blacklist address`.",
        clear="Nothing was refused for the hold time.",
        source="overload control of the worker",
    ),
    Definition(
        8, "message-queue", "Message queue depth", PROCESSING, 537, ("minor", "major", "critical"),
        meaning="Datagrams wait in the sockets of the worker: they come faster than they are read.",
        effect="Every message is delayed; when the socket is full datagrams are lost and are sent again.",
        action="`show overload` and `show processes`. A burst passes by itself; if it stays, hold the source back "
        "(`blacklist address`, `traffic-control`).",
        clear="Below the lower threshold.",
        source="gauge of how full the sockets are",
        soak_s=5.0, clear_s=15.0,
        parents=(Parent(7, ANY),),
    ),
    Definition(
        9, "cpu", "Processor load", EQUIPMENT, 509, ("minor", "major", "critical"),
        meaning="A process of the server, or the host, uses more processor time than the threshold.",
        effect="Call set-up becomes slow; beyond that overload control refuses calls.",
        action="`show processes` tells which process. The worker: traffic, see `show sip statistics`; management: what "
        "sessions run, `show users`; the host: other programs.",
        clear="Below the lower threshold.",
        source="processor time of the worker and of the host",
        soak_s=30.0, clear_s=30.0,
    ),
    Definition(
        10, "memory", "Memory", EQUIPMENT, 162, ("minor", "major", "critical"),
        meaning="The host, or a process of the server, has little memory left.",
        effect="The operating system may end processes; a worker that ends loses the calls in set-up.",
        action="`show processes` tells who holds it. A process that grows for days is a fault: note its figures, "
        "`show tech-support`, restart it at a quiet hour with `reload`.",
        clear="Below the lower threshold.",
        source="memory of the host and of the processes",
        soak_s=30.0, clear_s=30.0,
    ),
    Definition(
        11, "disk-space", "Disk space", EQUIPMENT, 151, ("minor", "major", "critical"),
        meaning="A volume that holds state, call records or logs is nearly full.",
        effect="When it is full, call records, registrations, audit records and changes of the configuration are lost "
        "or refused.",
        action="`dir` and the operating system's `df` and `du` tell what fills it. Move finished call records away, "
        "`delete FILE`, lower `audit records maximum` and `maximum` in `archive`.",
        clear="Below the lower threshold.",
        source="free space of the volumes",
        clear_s=10.0,
    ),
    Definition(
        12, "disk-error", "Disk input/output error", EQUIPMENT, 73, ("critical",),
        meaning="Writing to a volume, and reading back what was written, fails though there is room.",
        effect="Nothing that changes is kept: call records, bindings, configuration. Calls go on.",
        action="Look at the kernel's log and at how it is mounted: read-only after an error? Save what there is "
        "(`backup FILE`, fetched over SFTP) and have the disk replaced.",
        clear="A write test passes.",
        source="write test on each volume",
    ),
    Definition(
        13, "database", "Database unavailable or inconsistent", PROCESSING, 160, ("critical", "major"),
        meaning="A database of the server cannot be opened or written, or its content contradicts itself.",
        effect="Depends on which: subscribers and lists stay as they are, history is not kept, alarms go on in memory.",
        action="The alarm's text names the database and the reason. Room and rights first (`df`, owner of the state "
        "directory). A damaged one is set aside and begun anew; `restore FILE` brings a backup back.",
        clear="It is opened, written and checked without a fault.",
        source="stores of management, self-test",
    ),
    Definition(
        14, "process-exit", "Process exited abnormally", PROCESSING, 545, ("major", "critical"),
        meaning="A process of the server ended without being told to; major: the supervisor has started it again.",
        effect="A worker: calls in set-up were lost, answered calls go on. Management: sessions were cut, no call "
        "was touched.",
        action="`show processes` shows how often and since when. The log before it says why: internal error, killed by "
        "the kernel for memory, a signal. Keep `show tech-support` for the report of the fault.",
        clear="The new one has run for 60 seconds.",
        source="supervisor's list of processes",
        clear_s=60.0,
    ),
    Definition(
        15, "event-loop-stall", "Event loop stalled", PROCESSING, 542, ("major",),
        meaning="A process did not come round to its work for longer than the limit.",
        effect="The worker: every message waited so long, others repeat theirs. Management: shells did not echo.",
        action="`show processes`, `show overload`. Is the host itself short of processor time, suspended or swapping? "
        "A stall again and again with little load is a fault: keep `show tech-support`.",
        clear="Below the limit for a minute.",
        source="lag of the loops of worker and management",
        clear_s=60.0,
    ),
    Definition(
        16, "aaa-server-unreachable", "AAA server unreachable", COMMUNICATIONS, 505, ("minor", "critical"),
        meaning="A TACACS+ or RADIUS server does not answer; critical: none of its protocol does.",
        effect="The next server, then the next method is asked: logins are slower; with none left only local accounts "
        "work, and accounting records are lost.",
        action="`show aaa servers` gives reason and time, `test aaa group tacacs+ NAME SECRET` asks now. Check the "
        "network, the shared key and whether the server knows our address.",
        clear="It answers.",
        source="what the AAA client remembers of each server",
        parents=(Parent(16, MEMBER),),
    ),
    Definition(
        17, "dns-failure", "DNS failure", COMMUNICATIONS, 554, ("major", "minor"),
        meaning="Names of next hops cannot be looked up: no name server answers, or they answer with failure.",
        effect="Trunks named by a domain work from remembered answers for up to an hour, then calls to them fail.",
        action="`show hosts` tells what is remembered, `test dns HOST` asks now, `ip name-server` sets others. A trunk "
        "can be given a numeric address meanwhile.",
        clear="A look-up succeeds.",
        source="counters of look-ups",
        soak_s=10.0,
    ),
    Definition(
        18, "record-write-failure", "Call records cannot be written", PROCESSING, 161, ("critical",),
        meaning="Writing call records fails: the disk is full, cannot be written, or is far too slow.",
        effect="Calls go on; their records are lost and cannot be charged.",
        action="Make room on the volume of the state directory and see that the folder 'records' in it belongs to the "
        "server. `show sip statistics` counts what was lost.",
        clear="Records are written, none was lost for a minute.",
        source="counters of records lost and waiting",
    ),
    Definition(
        19, "record-backlog", "Call records wait", PROCESSING, 603, ("major",),
        meaning="Call records come faster than they are written.",
        effect="They are late; what no longer fits into memory is lost.",
        action="The disk is slow or nearly full: `show processes`, the operating system's `iostat`. Take other load "
        "from the volume.",
        clear="Few are waiting.",
        source="",
        soak_s=10.0, clear_s=10.0,
        parents=(Parent(18, ANY),),
    ),
    Definition(
        20, "redundancy-lost", "Redundancy lost", EQUIPMENT, 77, ("major",),
        meaning="The other server of the pair is not seen, or not in step.",
        effect="Calls go on; a fault of this server would now end them.",
        action="Find out whether the other server runs and whether the link between the two does.",
        clear="The other server is in step.",
        source="",
    ),
    Definition(
        21, "switchover", "Switchover occurred", EQUIPMENT, 81, ("minor",),
        meaning="This server has taken over from the other one.",
        effect="Calls in set-up at that moment were lost.",
        action="Find out why the other one failed before it is needed again; then `alarm clear ID`.",
        clear="An operator clears it.",
        source="",
        manual_clear=True,
    ),
    Definition(
        22, "configuration-sync", "Configuration not in step", PROCESSING, 159, ("major",),
        meaning="The two servers of the pair run different configurations.",
        effect="After a switchover calls would be treated differently.",
        action="Compare the two, and put the right one in force on both.",
        clear="Both run the same.",
        source="",
    ),
    Definition(
        23, "configuration-file", "Configuration unsaved or unreadable", PROCESSING, 159, ("warning", "major"),
        meaning="Warning: what runs was changed and not saved. Major: startup-config cannot be read.",
        effect="After a restart of the host the server runs on something else than now; if unreadable, on defaults.",
        action="`show archive config differences startup-config running-config` shows what differs; "
        "`copy running-config startup-config` saves it, `configure replace startup-config` goes back to it.",
        clear="It is saved and can be read.",
        source="running-config compared with startup-config",
    ),
    Definition(
        24, "certificate-expiry", "Certificate expires", SECURITY, 609, ("minor", "major", "critical"),
        meaning="A certificate ends within 30 days (minor), 7 days (major), or has ended (critical).",
        effect="Once it has ended, clients refuse connections over TLS.",
        action="`show crypto key` and the text say which. Have it issued anew and put the files in place of the old.",
        clear="The certificate is valid for longer.",
        source="certificates in the file area that the configuration names",
    ),
    Definition(
        25, "clock", "Clock not synchronised", TIME, 76, ("minor",),
        meaning="The kernel says that nothing keeps its clock right, or the clock was set by a large step.",
        effect="Call records, audit records and one-time passwords have wrong times; measurement periods are suspect.",
        action="`show clock`; on the host `timedatectl` or `chronyc tracking`. Start the time service; see that "
        "its servers are reached.",
        clear="The clock is synchronised.",
        source="the kernel's state of the clock",
        soak_s=60.0,
    ),
    Definition(
        26, "register-failures", "Registrations fail", QUALITY, 549, ("minor", "major"),
        meaning="Of the registrations of the last minutes more failed than the threshold allows.",
        effect="Phones whose registration fails cannot be called.",
        action="`show sip statistics` tells how they fail: 401 and 403 are wrong secrets or lists, 500 and 503 our "
        "own. `show registrations`, `show overload`, `show blacklist automatic`.",
        clear="Below the lower threshold, with enough registrations to tell.",
        source="statistics by minute",
        parents=(Parent(7, ANY),),
    ),
    Definition(
        27, "low-answer-ratio", "Low ASR or NER", QUALITY, 549, ("minor", "major"),
        meaning="Of the calls to a trunk or destination fewer are answered, or reach the user, than they should.",
        effect="Callers do not get through, mostly without any fault to be seen here.",
        action="`show calls history trunk NAME failed` lists such calls, `show call WORD explain` one of them with its "
        "causes. NER low: the network behind fails, lower its share in the route group. Only ASR low: wrong numbers, "
        "or calls made by machines.",
        clear="Above the upper threshold, with enough calls to tell.",
        source="statistics by minute",
        parents=(Parent(2, SAME),),
    ),
    Definition(
        28, "post-dial-delay", "High post-dial delay", QUALITY, 204, ("minor",),
        meaning="From INVITE to ringing it takes longer than the threshold.",
        effect="Callers wait in silence, hang up and dial again.",
        action="`show trunk NAME detail`, `show overload`: ours or theirs? `show hosts`: slow DNS adds to every call.",
        clear="Below the lower threshold, with enough calls to tell.",
        source="statistics by minute",
        parents=(Parent(2, SAME),),
    ),
    Definition(
        29, "retransmissions", "Excess retransmissions", QUALITY, 205, ("minor",),
        meaning="More messages than the threshold have to be sent again.",
        effect="Set-up is slow and some calls fail; the load grows by what is repeated.",
        action="Packets are lost, or one side is too slow: `show overload`, `show sip statistics`, then the "
        "network's own counters on the way to the trunk.",
        clear="Below the lower threshold, with enough messages to tell.",
        source="statistics by minute",
        parents=(Parent(2, SAME), Parent(7, ANY)),
    ),
    Definition(
        30, "authentication-attack", "Authentication attack", SECURITY, 614, ("major",),
        meaning="An address fails again and again to authenticate: somebody guesses secrets.",
        effect="It is banned for a time; phones behind the same address are banned with it.",
        action="`show blacklist automatic` and `show login failures`. One of ours with a wrong secret: correct it and "
        "`clear blacklist automatic ADDRESS`; a stranger: `blacklist address`.",
        clear="It has been quiet, its ban is over.",
        source="bans that the worker sets",
    ),
    Definition(
        31, "flood", "SIP flood or malformed messages", SECURITY, 604, ("major",),
        meaning="An address sends far too much, or what is no SIP.",
        effect="It is banned for a time; the others are served.",
        action="`show blacklist automatic` tells who and why. A phone or trunk gone wrong: repair it; a stranger: "
        "`blacklist address`, or have the network drop it before us.",
        clear="It has been quiet, its ban is over.",
        source="bans that the worker sets",
    ),
    Definition(
        32, "login-lockout", "Operator login locked", SECURITY, 600, ("minor",),
        meaning="An account or an address has failed to log in too often.",
        effect="It is locked for a time; the console never is.",
        action="`show login failures` tells who from where. The operator himself: `clear login lockout WORD`; if not, "
        "find out who tries, and bound `management ssh` with an access list.",
        clear="It is unlocked.",
        source="lockouts of management",
    ),
    Definition(
        33, "audit-log", "Audit log broken or not written", SECURITY, 607, ("critical",),
        meaning="The chain of the audit log is broken: somebody changed it, or it was damaged. Or it cannot be "
        "written.",
        effect="What operators do is not on record, or the record cannot be trusted.",
        action="`verify audit` names the first bad record, `show audit statistics` whether it is written now. Compare "
        "with the syslog hosts' copy, then `alarm clear ID`; a full disk clears by itself.",
        clear="It is written again; a broken chain: an operator clears it.",
        source="audit log",
        manual_clear=True,
    ),
    Definition(
        34, "snmp-authentication", "SNMP authentication failures", SECURITY, 600, ("warning",),
        meaning="SNMP requests with wrong credentials come in.",
        effect="None here: they are refused.",
        action="Correct the manager's credentials, or keep the address away with an access list.",
        clear="It has been quiet for five minutes.",
        source="counters of the SNMP agent",
    ),
    Definition(
        35, "software-integrity", "Software integrity check failed", SECURITY, 607, ("critical",),
        meaning="Files of the program are not as they were installed.",
        effect="What runs may not be what was delivered.",
        action="Do not restart. Compare with the package on another host, find out who changed it, install anew.",
        clear="The check passes.",
        source="self-test",
    ),
    Definition(
        36, "emergency-call-failed", "Emergency call failed", COMMUNICATIONS, 2, ("critical",),
        meaning="A call to an emergency service was not put through.",
        effect="Somebody in need was not connected.",
        action="`show calls history failed` tells who called: call back, or inform the service. `show call WORD "
        "explain` says why, `test route NUMBER urn:service:sos` which way such calls take. When the cause is removed "
        "and a test call has passed, `alarm clear ID`.",
        clear="An operator clears it.",
        source="counter of emergency calls that failed",
        manual_clear=True,
    ),
    Definition(
        37, "control-too-long", "Traffic control in force for long", OPERATIONAL, 1024, ("warning",),
        meaning="A traffic control has been in force for longer than such measures should be.",
        effect="Calls are refused that may no longer need to be.",
        action="`show traffic-control active` tells which, since when and what it refuses. Remove it with `no` and its "
        "line in `traffic-control`, or give it an end.",
        clear="It is removed.",
        source="traffic controls in the configuration",
    ),
    Definition(
        38, "trace-running", "Debug or trace running", OPERATIONAL, 532, ("warning",),
        meaning="A signalling trace runs.",
        effect="It takes processor time and holds what subscribers say to whom.",
        action="`show debug` tells whose it is and when it ends; `undebug all` ends it, `clear trace` forgets what it "
        "holds.",
        clear="No trace runs.",
        source="traces of the worker",
    ),
    Definition(
        39, "toll-fraud", "Probable toll fraud", SECURITY, 614, ("major",),
        meaning="The bounds of a subscriber group refuse call after call: more are made than its members should.",
        effect="Money may be lost with each call.",
        action="`show calls match WORD`; `blacklist subscriber WORD` stops it at once. Change the secret.",
        clear="They have refused few for five minutes.",
        source="statistics of the subscriber groups",
    ),
    Definition(
        40, "backup-failed", "Backup failed", PROCESSING, 161, ("minor",),
        meaning="A backup could not be written.",
        effect="After a loss of this host an older state would come back.",
        action="The text says why: room, rights, the name. `backup FILE` tries again, `archive config` keeps "
        "a version.",
        clear="The next one succeeds.",
        source="backup",
    ),
    Definition(
        41, "syslog-unreachable", "Syslog host unreachable", COMMUNICATIONS, 505, ("minor",),
        meaning="A syslog host, a notification target, or an SNMP host, takes no messages.",
        effect="They wait, up to a bound; what comes after is missing there, not here.",
        action="`show logging destinations`, for an SNMP host `show snmp host`, gives the reason and what was dropped. "
        "Check address, port, transport, certificate, keys.",
        clear="It takes messages.",
        source="sender of each syslog host",
        soak_s=5.0,
    ),
    Definition(
        42, "measurement-output", "Measurement output failed", PROCESSING, 161, ("minor",),
        meaning="The file of a measurement job could not be written or not be delivered.",
        effect="The planner lacks a period; the figures are kept here for a time.",
        action="The text says why: room, server, account, path. What waits is delivered when it works again.",
        clear="A file is written and delivered.",
        source="measurement jobs",
    ),
    Definition(
        43, "threshold-crossed", "Threshold crossed", QUALITY, 549, ("minor", "warning", "major", "critical"),
        meaning="An indicator has crossed a threshold that an operator has configured.",
        effect="As the threshold's purpose is.",
        action="The text has indicator, value and threshold. `show trunk NAME detail`, `show sip statistics`.",
        clear="The indicator is back behind the clearing value, with enough samples to tell.",
        source="thresholds of the configuration",
    ),
    Definition(
        44, "telnet-enabled", "Telnet enabled", SECURITY, 1024, ("warning",),
        meaning="Operators may log in over telnet without TLS.",
        effect="Whoever sees the network's traffic sees their passwords.",
        action="Use SSH (`management ssh`), then take `management telnet` out; or bound it by an access list.",
        clear="Telnet is off, or uses TLS.",
        source="listeners of telnet",
    ),
    Definition(
        45, "table-full", "Table full", PROCESSING, 541, ("major", "minor", "critical"),
        meaning="A table of the worker, or of management, has no room for one more entry.",
        effect="What would need an entry is refused and counted: calls, registrations, connections.",
        action="`show transactions`, `show registrations`, `show sip statistics` tell which grows. A flood: "
        "`show blacklist automatic`; growth: a larger bound, or more servers.",
        clear="There is room again.",
        source="notices of the worker, descriptors of the processes",
        clear_s=10.0,
    ),
    Definition(
        46, "notification-overflow", "Notification queue overflow", PROCESSING, 537, ("minor",),
        meaning="Messages for a receiver of notices were dropped because its queue was full.",
        effect="That receiver lacks them; `show alarms` and `show notices` here do not.",
        action="`show logging destinations` tells which is slow. `alarm resend` tells everybody of all "
        "active alarms again.",
        clear="Nothing was dropped for a minute.",
        source="drop counters of the queues",
        parents=(Parent(41, SAME),),
    ),
    Definition(
        47, "statistics-history", "Statistics history not written", PROCESSING, 161, ("major",),
        meaning="The quarter-hours of the statistics cannot be kept.",
        effect="What is measured now is shown but missing after a restart, and in measurement files of the past.",
        action="The text says why. Room and rights of the state directory; a damaged file is set aside by itself.",
        clear="A quarter-hour is written.",
        source="history of the statistics",
    ),
    Definition(
        48, "automation-failed", "Event hook or scheduled list failed", OPERATIONAL, 159, ("minor",),
        meaning="A command list that runs by itself has ended with a failure, or was not allowed to run.",
        effect="What it was to do was not done.",
        action="`show schedule` and `show events` give the code and the reason; its `output` file the rest.",
        clear="Its next run succeeds.",
        source="automation",
    ),
    Definition(
        49, "self-test-failed", "Self-test failed", PROCESSING, 1024, ("major",),
        meaning="A test of the self-test has failed: something that the server needs is not as it should be.",
        effect="Depends on the test; a listener that does not answer is worse than a file that is not saved.",
        action="`show self-test` has every test with what it found; `self-test` makes them anew. What fails mostly "
        "has an alarm of its own, whose definition says what to do.",
        clear="A self-test passes.",
        source="self-test",
    ),
)  # fmt: skip

ALARMS: Final = {each.number: each for each in _DEFINITIONS}
"""The definitions by number."""
NAMES: Final = {each.name: each for each in _DEFINITIONS}
PARENTS: Final = frozenset(parent.number for each in _DEFINITIONS for parent in each.parents)
"""Numbers of alarms that explain others."""

CAUSES: Final = {
    2: "callSetUpFailure",
    22: "connectionEstablishmentError",
    26: "routingFailure",
    73: "diskFailure",
    76: "lossOfSynchronisation",
    77: "lossOfRedundancy",
    81: "protectionMechanismFailure",
    151: "storageCapacityProblem",
    159: "configurationOrCustomisationError",
    160: "databaseInconsistency",
    161: "fileError",
    162: "outOfMemory",
    202: "congestion",
    204: "excessiveResponseTime",
    205: "excessiveRetransmissionRate",
    505: "communicationsSubsystemFailure",
    509: "cpuCyclesLimitExceeded",
    532: "performanceDegraded",
    537: "queueSizeExceeded",
    541: "resourceAtOrNearingCapacity",
    542: "responseTimeExecessive",
    545: "softwareProgramAbnormallyTerminated",
    549: "thresholdCrossed",
    554: "underlyingResourceUnavailable",
    600: "authenticationFailure",
    603: "delayedInformation",
    604: "denialOfService",
    607: "informationModificationDetected",
    609: "keyExpired",
    612: "outOfService",
    614: "unauthorizedAccessAttempt",
    1024: "other",
}
"""Probable causes in use: number -> name in IANAItuProbableCause, misspelt as it is there."""
EVENT_TYPES: Final = {
    COMMUNICATIONS: "communicationsAlarm",
    QUALITY: "qualityOfServiceAlarm",
    PROCESSING: "processingErrorAlarm",
    EQUIPMENT: "equipmentAlarm",
    "environmental": "environmentalAlarm",
    INTEGRITY: "integrityViolation",
    OPERATIONAL: "operationalViolation",
    "physical": "physicalViolation",
    SECURITY: "securityServiceOrMechanismViolation",
    TIME: "timeDomainViolation",
}
"""Event type -> name in IANAItuEventType."""
TRENDS: Final = {"more-severe": "moreSevere", "no-change": "noChange", "less-severe": "lessSevere"}
"""Trend -> name in ItuTrendIndication."""
