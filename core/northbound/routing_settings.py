"""Numbers and routes as the operator has configured them: numbering, translation, analysis, trunks, route groups.

Digits are `0-9 * # A-D`, without `+`: that a number is international is its nature. Names refer to entries
of the other tables here; `problems` finds those that lead nowhere.
"""

from __future__ import annotations

from typing import Final

import msgspec

MAX_DIGITS: Final = 28
"""Longest number that is stored, analysed and made by translation."""
DEFAULT_TABLE: Final = "default"
"""Analysis table for whoever has no other."""
NATURES: Final = ("international", "national", "unknown")
"""Nature of address."""


class NumberingSettings(msgspec.Struct, frozen=True):
    """Mode `numbering`: what a number may look like, and how this network dials."""

    calling_maximum: int = 20
    """Digits of a calling number, at most 28."""
    called_maximum: int = 24
    """Digits of a called number, at most 28."""
    country_code: str = ""
    """Digits before a national number that make it international; empty: formats are not converted."""
    international_prefix: str = "00"
    """What is dialled before an international number."""
    national_prefix: str = "0"
    """What is dialled before a national number."""
    emergency: tuple[str, ...] = ()
    """Called numbers that no control, list or limit but the hard cap refuses."""


class Step(msgspec.Struct, frozen=True):
    """One line of a translation rule: what is done to one number."""

    number: str
    """`calling`, `called`, `redirecting`."""
    action: str
    """`delete`, `insert`, `replace`, `match`, `nature`, `presentation`, `display-name`."""
    index: int = 0
    """Position of the first digit concerned, from 0."""
    origin: str = ""
    """`from-end`: positions count from the last digit backwards; insert at 0 appends."""
    count: int = 0
    """Digits deleted or replaced."""
    digits: str = ""
    """Digits inserted, or in place of those replaced; for `match` what the pattern's match becomes, `\\1` its group."""
    pattern: str = ""
    """For `match`: which digits, a restricted regular expression over the whole number."""
    value: str = ""
    """For `nature`, `presentation` (`allowed`, `restricted`) and `display-name`."""


class TranslationRule(msgspec.Struct, frozen=True):
    """`translation-rule NAME`: steps in the order of their lines, then another rule if one is named."""

    name: str
    description: str = ""
    steps: tuple[Step, ...] = ()
    then: str = ""
    """Rule that goes on with what this one made."""


class Period(msgspec.Struct, frozen=True):
    """`period DAYS HH:MM HH:MM`; one that ends before it begins goes on into the next day."""

    days: str
    """`daily`, `weekdays`, `weekend`, or days from Monday on, `mon,wed,sun`."""
    begin: str
    end: str
    """`24:00` is midnight."""


class TimeTable(msgspec.Struct, frozen=True):
    """`time-table NAME`: when a line that names it is in force."""

    name: str
    timezone: str = "UTC"
    """IANA name."""
    periods: tuple[Period, ...] = ()
    dates: tuple[str, ...] = ()
    """Days, `YYYY-MM-DD`, on which it is in force the whole day."""
    excepted: tuple[str, ...] = ()
    """Days on which it is not in force, whatever its periods say."""


class PrefixEntry(msgspec.Struct, frozen=True):
    """`prefix DIGITS …`: what becomes of called numbers that begin so.

    Of the entries whose conditions all hold, those with the longest prefix count, then those with the most
    conditions; among several of these `percent` shares the calls out.
    """

    prefix: str
    """Empty: every number (`prefix any`)."""
    minimum: int = 0
    """Fewest digits of the whole number; fewer is an incomplete address."""
    maximum: int = 0
    """Most digits; more are refused. 0: as many as a number can have."""
    nature: str = ""
    """Only numbers of this nature; empty: of any."""
    trunk: str = ""
    """Only calls that came by this trunk."""
    group: str = ""
    """Only calls of subscribers of this group."""
    calling: str = ""
    """Only calls whose calling number begins so."""
    time: str = ""
    """Only while this time table is in force."""
    percent: int = 100
    translate: str = ""
    """Translation rule applied first."""
    action: str = ""
    """`route-group`, `table` (analyse again there), `redirect`, `reject`, `local`."""
    target: str = ""
    """Name of the group or table, URI of the redirection, status code of the rejection; empty for `local`."""


class AnalysisTable(msgspec.Struct, frozen=True):
    """`number-analysis [NAME]`: lines of the configuration; `import prefixes` adds any number from a file."""

    name: str
    entries: tuple[PrefixEntry, ...] = ()


class SubscriberGroup(msgspec.Struct, frozen=True):
    """`subscriber-group NAME`: what subscribers that are in it have in common."""

    name: str
    table: str = ""
    """Analysis table of their calls; empty: `default`."""
    calls_maximum: int = 0
    """Calls of all of them together at one time; 0: no bound."""
    rate: int = 0
    """New calls a second of all of them together; 0: no bound."""
    burst: int = 0
    """Calls that may come at once within `rate`; 0: as many as `rate`."""
    priority: bool = False
    """Their calls are of the class `priority`."""


class HeaderRule(msgspec.Struct, frozen=True):
    """`header DIRECTION ACTION NAME [VALUE]` of a trunk, done in the order of the lines."""

    direction: str
    """`in`: to requests from the trunk; `out`: to requests to it."""
    action: str
    """`add` (always), `set` (in place of all there are), `remove`, `copy` (VALUE is the header copied from)."""
    name: str
    value: str = ""


class CauseMap(msgspec.Struct, frozen=True):
    """`cause-map …` of a trunk: a response of the far end seen as another, with a Q.850 cause in Reason."""

    status: int
    """Status code that came."""
    to_status: int = 0
    """Status code passed on; 0: as it came."""
    cause: int = 0
    """Q.850 cause put into Reason; 0: the usual one of RFC 3398 where there is none."""


class ReasonMap(msgspec.Struct, frozen=True):
    """`cause-map q850 CAUSE [status STATUS]` of a trunk: a Q.850 cause in its Reason seen as a response."""

    cause: int
    """Q.850 cause that came with a failure."""
    status: int = 0
    """Status code passed on; 0: that of RFC 3398 §7.2.4.1."""


class CallRate(msgspec.Struct, frozen=True):
    """`rate N [burst N]`: new calls in a time."""

    per_s: int = 0
    """0: no bound."""
    burst: int = 0
    """Calls that may come at once; 0: as many as a second."""


class Trunk(msgspec.Struct, frozen=True):
    """`trunk NAME`: another network, reached at some addresses and known by some."""

    name: str
    description: str = ""
    addresses: tuple[str, ...] = ()
    """SIP URIs tried in this order; a host name stands for all that SRV, A and AAAA say of it."""
    direction: str = "both"
    """`both`, `in` (calls from it only), `out`."""
    shutdown: bool = False
    """Takes no new calls; those there are go on."""
    monitor_interval_s: int = 0
    """Seconds between OPTIONS; 0: it is not asked and taken for up."""
    monitor_failures: int = 3
    """So many OPTIONS in a row without an answer, or with 408, 503 or a transport error, take it down."""
    monitor_successes: int = 1
    """So many answers in a row bring it up again."""
    calls_maximum: int = 0
    """Calls at one time, both directions together; 0: no bound."""
    rate: CallRate = CallRate()
    """Of new calls to it and from it, each direction for itself."""
    reserve: int = 0
    """Idle calls below `calls_maximum` kept for the classes priority and emergency (selective circuit reservation)."""
    sources: tuple[str, ...] = ()
    """Networks whose requests are its own; those need no subscriber's credentials."""
    table: str = ""
    """Analysis table of its calls; empty: `default`."""
    translate_in: str = ""
    """Translation rule for calls from it, before analysis."""
    translate_out: str = ""
    """Translation rule for calls to it, after all others."""
    called_format: str = ""
    """How called numbers are written: `e164` (+CC…), `international` (00CC…), `national` (0…); empty: as they are."""
    calling_format: str = ""
    username: str = ""
    """Whom we say we are when it challenges us (RFC 8760)."""
    secret: str = ""
    """Encrypted (type 6)."""
    inbound_username: str = ""
    """Who it must say it is when we challenge it; empty: its source address is enough."""
    inbound_secret: str = ""
    """Encrypted (type 6)."""
    headers: tuple[HeaderRule, ...] = ()
    codecs_permitted: tuple[str, ...] = ()
    """Codec names left in SDP offers and answers to it; empty: all."""
    codecs_denied: tuple[str, ...] = ()
    causes: tuple[CauseMap, ...] = ()
    reasons: tuple[ReasonMap, ...] = ()
    """Count where `causes` has nothing for the response."""
    trusted: bool = False
    """Its Resource-Priority and asserted identities count, and it is told ours."""
    overload_control: bool = False
    """Its overload feedback (RFC 7339, RFC 7415) is asked for and obeyed."""


class Member(msgspec.Struct, frozen=True):
    """`trunk NAME [preference N] [weight N]` of a route group."""

    trunk: str
    preference: int = 1
    """Lower ones are tried first."""
    weight: int = 1
    """Share among those of one preference: parts for `weight`, per cent for `percentage`."""


class RouteGroup(msgspec.Struct, frozen=True):
    """`route-group NAME`: trunks that lead to the same numbers."""

    name: str
    description: str = ""
    members: tuple[Member, ...] = ()
    distribution: str = "weight"
    """Among trunks of one preference: `weight`, `least-used`, `percentage`, `sequential`."""
    failover: tuple[str, ...] = ("408", "500-599")
    """Final responses, as codes and ranges, after which the next trunk is tried."""
    attempts_maximum: int = 4
    """Trunks tried for one call."""
    response_timeout_ms: int = 4000
    """A trunk that has said nothing at all for so long has failed (408), if another can be tried."""


class NameServer(msgspec.Struct, frozen=True):
    """One DNS server."""

    address: str
    port: int = 53


class DnsSettings(msgspec.Struct, frozen=True):
    """`ip name-server`, `ip domain …`: how names of next hops become addresses."""

    servers: tuple[NameServer, ...] = ()
    """Asked in this order; empty: those of the system."""
    timeout_s: int = 2
    """Wait for one server, for each question."""
    cache_maximum: int = 10_000
    """Names whose answers are kept; one asked for with and without a port counts twice."""
