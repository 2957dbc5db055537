"""Types of arguments: what a word must look like, what it means, how it is written back.

The law every type keeps: `convert(render(value)) == value`, and a rendered value is
one word (for LINE: the rest of the line).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final
from unicodedata import category
from urllib.parse import urlsplit

from core.northbound.digits import compile_pattern
from core.northbound.routing_settings import DEFAULT_TABLE, NATURES
from core.northbound.times import days_of, minutes_of, zone_of
from oam.fault.catalogue import ALARMS, NAMES
from oam.grammar import banner, timing
from oam.settings.snmp import AUTHENTICATION
from oam.shell.pattern import Pattern, PatternError
from oam.snmp.engine.engine_id import parse as parse_engine_id


class Type:
    """One type of argument."""

    def __init__(
        self,
        name: str,
        help: str,  # noqa: A002
        convert: Callable[[str], object],
        *,
        rank: int = 5,
        render: Callable[[object], str] = str,
        completer: str = "",
        rest: bool = False,
        secret: bool = False,
    ) -> None:
        self.name = name
        """How `?` shows it."""
        self.help = help
        self.convert = convert
        """Word to value; ValueError says what is wrong with it."""
        self.rank = rank
        """The more specific type is tried first."""
        self.render = render
        self.completer = completer
        self.rest = rest
        """Takes the rest of the line, spaces included."""
        self.secret = secret
        """Masked in the audit log and in the history."""


KEY_TYPES: Final = (
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
)
"""SSH public keys that may be configured."""
SECRET_HASH: Final = re.compile(r"\$([89])\$([./0-9A-Za-z]{14})\$([./0-9A-Za-z]{43})")
"""Kind, salt and hash of a secret of type 8 or 9."""
_SEALED: Final = re.compile(r"[A-Za-z0-9_-]{38,1024}")
"""Nonce and tag alone are 28 octets, base64."""
_MAIL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,10}")
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
_LABEL: Final = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_HOSTNAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?")
_REALM: Final = re.compile(r"[!#-\[\]-~]{1,128}")
_SOS: Final = re.compile(r"urn:service:sos(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_SUBSCRIBER: Final = re.compile(r"[A-Za-z0-9_.!~*'()&=+$,;?/%-]{1,64}")
_DIGEST: Final = re.compile(r"\$ha1\$[A-Za-z0-9_.~%-]*(\$md5=[0-9a-f]{32}|\$sha-256=[0-9a-f]{64})+")
_OUTPUT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_SPAN: Final = re.compile(r"\d{1,5}[mhdw]")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?")
_INSERTED: Final = re.compile(r"\+?[0-9*#A-D]{1,28}|\+")
_REPLACEMENT: Final = re.compile(r"(?:[0-9*#A-D]|\\[1-9]){1,64}")
_METHOD: Final = re.compile(r"[A-Z0-9.!%*_+`'~-]{1,32}")
_FINGERPRINT: Final = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_DECIMAL: Final = re.compile(r"\d{1,9}(\.\d{1,3})?")
_STATUS: Final = re.compile(r"[456]\d\d")
_DIALLED: Final = re.compile(r"\+?[0-9*#A-D().-]{1,64}")
_DIGITS: Final = re.compile(r"[0-9*#A-D]{1,28}")
_SUBTREE: Final = re.compile(r"([0-2]|[A-Za-z][A-Za-z0-9-]{0,63})(\.[0-9]{1,10}){0,127}")
_MAX_ARC: Final = 0xFFFFFFFF
_SPELLED: Final = re.compile(r"^sha2?-?(\d{3})$")
_INTERFACE: Final = re.compile(r"[A-Za-z0-9_.:@-]{1,15}")
_NEXT_HOP: Final = re.compile(
    r"sips?:(?:[A-Za-z0-9_.!~*'()&=+$,;?/%-]+@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::(\d{1,5}))?(?:;[^\s<>\"?]*)?"
)


def word(text: str) -> str:
    """Return one printable word."""
    if not text.isprintable():
        raise ValueError("control characters are not allowed")
    return text


def line(text: str) -> str:
    """Return text that breaks neither a table nor the configuration it is shown in; any kind of space may be in it."""
    if not all(each.isprintable() or category(each) == "Zs" for each in text):
        raise ValueError("control characters are not allowed")
    return text


def realm(text: str) -> str:
    """Return the name of a protection domain; it goes into a quoted string as it is."""
    if not _REALM.fullmatch(text):
        raise ValueError("letters, digits and signs without space, quote and backslash, at most 128")
    return text


def address(text: str) -> str:
    """Return a numeric address in its shortest spelling; brackets around IPv6 are taken off."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        found = ip_address(bare)
    except ValueError:
        raise ValueError("not a numeric IPv4 or IPv6 address") from None
    if getattr(found, "scope_id", None):
        raise ValueError("an address with a scope is not supported")
    return str(found)


def domain(text: str) -> str:
    """Return a DNS name in lower case."""
    bare = text.removesuffix(".").lower()
    if len(bare) > 253 or not all(_LABEL.fullmatch(label) for label in bare.split(".")):
        raise ValueError("not a domain name")
    return bare


def host(text: str) -> str:
    """Return a domain name or a numeric address."""
    try:
        return address(text)
    except ValueError:
        return domain(text)


def hostname(text: str) -> str:
    """Return a name that every robot's prompt pattern accepts."""
    if not _HOSTNAME.fullmatch(text):
        raise ValueError("letters, digits, '.' and '-' only, at most 63")
    return text


def uri(text: str) -> str:
    """Return a SIP URI of a next hop: no headers, a host and port that can be."""
    found = _NEXT_HOP.fullmatch(text)
    if not found:
        raise ValueError("not a SIP URI")
    if found[1].startswith("["):
        address(found[1])
    else:
        domain(found[1])
    if found[2] is not None and not 0 < int(found[2]) < 65536:
        raise ValueError("not a port")
    return text


def subscriber(text: str) -> str:
    """Return a subscriber's name or number: the user part of a SIP URI."""
    if not _SUBSCRIBER.fullmatch(text):
        raise ValueError("not a subscriber name")
    return text


def callee(text: str) -> str:
    """Return whom a call is to: a subscriber's name, a number, or the service urn of emergencies (RFC 5031)."""
    found = text.lower()
    return found if _SOS.fullmatch(found) else subscriber(text)


def digest(text: str) -> str:
    """Return HA1 values in the form `$ha1$REALM$md5=…$sha-256=…`, realm percent-encoded."""
    if not _DIGEST.fullmatch(text):
        raise ValueError("not digest values")
    return text


def name(text: str) -> str:
    """Return the name of something that the operator configures."""
    if not _NAME.fullmatch(text):
        raise ValueError("letters, digits, '_', '.' and '-' only, at most 64")
    return text


def since(text: str) -> str:
    """Return how far back, as `30m`, or from when on, as `2026-11-23` or `2026-11-23T04:00`, in UTC."""
    if _SPAN.fullmatch(text):
        return text
    try:
        found = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or found.year < 1970:
        raise ValueError("not as 30m, 12h, 7d, 2026-11-23 or 2026-11-23T04:00")
    return text


def regex(text: str) -> str:
    """Return a regular expression that the shell's filters take."""
    try:
        Pattern(line(text))
    except PatternError as error:
        raise ValueError(f"not a regular expression: {error.reason}") from error
    return text


def output(text: str) -> str:
    """Return a plain name of a file that output is written to."""
    if not _OUTPUT.fullmatch(text):
        raise ValueError("letters, digits, '.', '_' and '-', no directory")
    return text


def network(text: str) -> str:
    """Return a network in its shortest spelling; one address is a network of its own."""
    try:
        return str(ip_network(text.strip("[]")))
    except ValueError as error:
        raise ValueError("has bits set behind its mask" if "host bits" in str(error) else "not a network") from None


def wildcard(text: str) -> str:
    """Return an IPv4 wildcard mask: ones, without gaps, where an address may be anything."""
    try:
        ones = int(IPv4Address(text))
    except ValueError:
        ones = -1
    if ones < 0 or ones & (ones + 1):
        raise ValueError("not a wildcard mask without gaps, as 0.0.0.255")
    return text


def versioned(version: int) -> Callable[[str], str]:
    """Make the check of a numeric address of one version of the Internet protocol."""

    def convert(text: str) -> str:
        found = address(text)
        if ip_address(found).version != version:
            raise ValueError(f"not an IPv{version} address")
        return found

    return convert


def sealed(text: str) -> str:
    """Return a secret of type 6, as `core.northbound.keyring.Keyring` writes it."""
    if not _SEALED.fullmatch(text):
        raise ValueError("not a secret of type 6")
    return text


def source(text: str) -> str:
    """Return the name of a file where the name of a configuration may stand too, whose abbreviations it must not be."""
    if any(name.startswith(text.lower()) for name in ("running-config", "startup-config")):
        raise ValueError("not a file; 'flash:' before it makes it one")
    return word(text)


def star(text: str) -> str:
    """Return `*`."""
    if text != "*":
        raise ValueError("not *")
    return text


def secret_hash(kind: str) -> Callable[[str], str]:
    """Make the check of a hash of type 8 or 9."""

    def convert(text: str) -> str:
        found = SECRET_HASH.fullmatch(text)
        if not found or found[1] != kind:
            raise ValueError(f"not a hash of type {kind}")
        return text

    return convert


def public_key(text: str) -> str:
    """Return an SSH public key without its comment."""
    kind, _, rest = text.strip().partition(" ")
    body = rest.split()[0] if rest.split() else ""
    try:
        octets = base64.b64decode(body, validate=True)
        length = int.from_bytes(octets[:4], "big")
        if kind not in KEY_TYPES or octets[4 : 4 + length] != kind.encode():
            raise ValueError
    except ValueError:
        raise ValueError("not an SSH public key, as 'ssh-ed25519 AAAA...'") from None
    return f"{kind} {body}"


def fingerprint(text: str) -> str:
    """Return the fingerprint of an SSH key as OpenSSH writes it."""
    bare = text.rstrip("=")
    if not _FINGERPRINT.fullmatch(bare):
        raise ValueError("not a fingerprint, as SHA256: and 43 signs ('ssh-keygen -l' shows it)")
    return bare


def decimal(text: str) -> float:
    """Return a number that may have up to three decimals."""
    if not text.isascii() or not _DECIMAL.fullmatch(text):
        raise ValueError("not a number, as 20 or 0.5")
    return float(text)


def base32(text: str) -> str:
    """Return a secret of at least 80 bits in base32, without its padding."""
    bare = text.rstrip("=").upper()
    try:
        octets = base64.b32decode(bare + "=" * (-len(bare) % 8))
    except ValueError:
        raise ValueError("not base32") from None
    if not 10 <= len(octets) <= 64:
        raise ValueError("not 16 to 102 signs long")
    return bare


def date(text: str) -> str:
    """Return a day as `YYYY-MM-DD`."""
    try:
        found = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise ValueError("not a date, as 2026-12-31") from None
    return found.isoformat()


def rule(text: str) -> str:
    """Return the beginning of a command, one space between its words."""
    return " ".join(line(text).split())


def digits(text: str) -> str:
    """Return digits as numbers are stored, without `+`."""
    found = text.upper()
    if not _DIGITS.fullmatch(found):
        raise ValueError("digits 0-9 * # A-D, at most 28")
    return found


def inserted(text: str) -> str:
    """Return digits, `+` before them or alone."""
    found = text.upper()
    if not _INSERTED.fullmatch(found):
        raise ValueError("digits 0-9 * # A-D, at most 28, '+' before them at most")
    return found


def pattern(text: str) -> str:
    """Return a pattern of digits."""
    found = text.upper()
    compile_pattern(found)
    return found


def replacement(text: str) -> str:
    """Return what a pattern's match becomes."""
    found = text.upper()
    if not _REPLACEMENT.fullmatch(found):
        raise ValueError(r"digits, and \1 for what the first bracket matched")
    return found


def other_table(text: str) -> str:
    """Return the name of an analysis table that is not the default one."""
    if text == DEFAULT_TABLE:
        raise ValueError("the default table is the one without a name")
    return name(text)


def nature(text: str) -> str:
    """Return a nature of address."""
    if text.lower() not in NATURES:
        raise ValueError(f"one of {', '.join(NATURES)}")
    return text.lower()


def status(text: str) -> str:
    """Return the status code of a refusal, as text."""
    if not _STATUS.fullmatch(text):
        raise ValueError("not a status code, 400 to 699")
    return text


def dialled(text: str) -> str:
    """Return a number as it is dialled, visual separators included."""
    found = text.upper()
    if not _DIALLED.fullmatch(found):
        raise ValueError("digits 0-9 * # A-D, '+' before them and '-', '.', '(', ')' between them")
    return found


def days(text: str) -> str:
    """Return days of the week."""
    found = text.lower()
    days_of(found)
    return found


def time_of_day(text: str) -> str:
    """Return a time of the day, `HH:MM`."""
    minutes_of(text)
    return text


def timezone(text: str) -> str:
    """Return the name of a time zone that this host knows."""
    zone_of(text)
    return text


def destination(text: str) -> str:
    """Return a SIP URI to which callers are redirected."""
    if not text.startswith(("sip:", "sips:")):
        raise ValueError("not a SIP URI")
    return uri(text)


def code(text: str) -> str:
    """Return digits that numbers begin with; `any` is none."""
    return "" if text.lower() == "any" else digits(text)


def method(text: str) -> str:
    """Return the name of a SIP method, in capitals as nearly all are."""
    found = text.upper()
    if not _METHOD.fullmatch(found):
        raise ValueError("not a SIP method")
    return found


def moment(text: str) -> str:
    """Return a time as `YYYY-MM-DDTHH:MM`, in UTC."""
    try:
        found = datetime.strptime(text.upper(), "%Y-%m-%dT%H:%M").replace(tzinfo=None)
    except ValueError:
        raise ValueError("not a time, as 2026-12-01T04:00") from None
    return found.isoformat(timespec="minutes")


def statuses(text: str) -> str:
    """Return a status code of a final response, or a range of them, as `503` or `500-599`."""
    low, dash, high = text.partition("-")
    for each in (low, high) if dash else (low,):
        if not (each.isascii() and each.isdigit() and len(each) == 3 and 300 <= int(each) <= 599):
            raise ValueError("not a status code from 300 to 599, nor a range of them as 500-599")
    if dash and int(low) > int(high):
        raise ValueError("a range that ends before it begins")
    return low if low == high else text


def integer(low: int, high: int) -> Type:
    """Make the type of whole numbers from `low` to `high`."""

    def convert(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 20:
            raise ValueError("not a number")
        value = int(text)
        if not low <= value <= high:
            raise ValueError(f"not in the range {low} to {high}")
        return value

    return Type(f"<{low}-{high}>", f"Number from {low} to {high}", convert, rank=0)


def alarm(text: str) -> int:
    """Return the number of an alarm that is given by its number or its name."""
    found = NAMES.get(text.lower())
    number = found.number if found else int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if number not in ALARMS:
        raise ValueError("neither number nor name of an alarm (`show alarms definition`)")
    return number


def web_address(text: str) -> str:
    """Return the address of a web server, without name and secret of a user, which would be shown."""
    parts = urlsplit(text)  # a port that is none is a ValueError
    usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and "@" not in parts.netloc
    if not usable or not text.isascii() or not text.isprintable():
        raise ValueError("not http://HOST… or https://HOST…")
    return text


def mail_address(text: str) -> str:
    """Return a mail address, `local@host`, as plain as every mail server takes it (RFC 5321 §4.1.2)."""
    if not _MAIL.fullmatch(text):
        raise ValueError("not NAME@HOST")
    return text


def engine_id(text: str) -> str:
    """Return an SNMP engine ID in hexadecimal digits."""
    return parse_engine_id(text).hex()


def subtree(text: str) -> str:
    """Return an OID, or the name of an object of the MIB."""
    found = text.removeprefix(".")
    if not _SUBTREE.fullmatch(found) or any(int(arc) > _MAX_ARC for arc in found.split(".") if arc.isdigit()):
        raise ValueError("not an OID as 1.3.6.1.2.1, nor a name as sipctlTrunkTable")
    return found


def snmp_hash(text: str) -> str:
    """Return the name of an authentication algorithm of SNMPv3, also as others spell it."""
    found = _SPELLED.sub(r"sha-\1", text.lower())
    if found not in AUTHENTICATION:
        raise ValueError(f"one of {', '.join(AUTHENTICATION)}")
    return found


def aes(text: str) -> str:
    """Return the name of AES with a key of so many bits."""
    if text not in ("128", "256"):
        raise ValueError("128 or 256")
    return f"aes-{text}"


def interface(text: str) -> str:
    """Return the name of an interface of the host; one without a letter would be a mistyped address."""
    if not _INTERFACE.fullmatch(text) or not any(map(str.isalpha, text)):
        raise ValueError("not the name of an interface")
    return text


def table(types: Iterable[Type]) -> dict[str, Type]:
    """Index `types` by name."""
    return {each.name: each for each in types}


TYPES: Final = table(
    (
        Type("ADDRESS", "IPv4 or IPv6 address", address, rank=1),
        Type("HOST", "Domain name or address", host, rank=3),
        Type("DOMAIN", "Domain name", domain, rank=3),
        Type("URI", "SIP URI, as sip:host:port;transport=udp", uri, rank=2),
        Type("REALM", "Name of a protection domain", realm, rank=6),
        Type("URL", "Web address, as https://host/path", web_address, rank=2),
        Type("MAIL", "Mail address, as noc@example.com", mail_address, rank=2),
        Type("HOSTNAME", "Name of this system", hostname, rank=4),
        Type("SUBSCRIBER", "Name of a subscriber", subscriber, rank=4, completer="subscriber"),
        Type("SECTION", "Section of the configuration", word, rank=9, rest=True, completer="section"),
        Type("SOURCE", "Name of a file, as backup.cfg or flash:backup.cfg", source, rank=6, completer="file"),
        Type("FILE", "Path of a file on the server", word, rank=6, completer="file"),
        Type("NUMBER", "Number: another user part", subscriber, rank=4),
        Type("CALLEE", "Name, number, or urn:service:sos", callee, rank=4),
        Type("SECRET", "Secret, without spaces", word, rank=6, secret=True),
        Type("PASSWORD", "Secret, up to the end of the line", line, rank=9, rest=True, secret=True),
        Type("DIGEST", "Digest values as shown by 'show subscriber NAME config'", digest, rank=6, secret=True),
        Type("NAME", "Name", name, rank=6),
        Type("NETWORK", "Network, as 192.0.2.0/24", network, rank=2),
        Type("IPV4", "IPv4 address", versioned(4), rank=1),
        Type("WILDCARD", "Wildcard mask, as 0.0.0.255", wildcard, rank=1),
        Type("IPV6", "IPv6 address", versioned(6), rank=1),
        Type("SEALED", "Secret as this server has encrypted it", sealed, rank=6, secret=True),
        Type("HASH8", "Hash of a secret, of type 8", secret_hash("8"), rank=6, secret=True),
        Type("HASH9", "Hash of a secret, of type 9", secret_hash("9"), rank=6, secret=True),
        Type("PUBLICKEY", "SSH public key, as ssh-ed25519 AAAA...", public_key, rank=9, rest=True),
        Type("SINCE", "How far back, as 30m, 12h or 7d, or a time, as 2026-11-23T04:00 (UTC)", since, rank=4),
        Type("TIMES", "As 2026-11-23 04:00, 04:00 daily, 04:00 weekdays mon fri", timing.at, rank=9, rest=True),
        Type("SPAN", "As 30 minutes, 6 hours, or 2 days", timing.every, rank=9, rest=True),
        Type("REGEX", "Regular expression", regex, rank=9, rest=True),
        Type("OUTPUT", "Plain name of a file", output, rank=6),
        Type("WORD", "Word", word, rank=7),
        Type("ROLE", "Name of a role", name, rank=6, completer="role"),
        Type("BASE32", "Secret of one-time passwords, in base32", base32, rank=6, secret=True),
        Type("INSERTED", "Digits; '+' before them makes the number international", inserted, rank=2),
        Type("PATTERN", "Digits, '.', '[2-57]', '+' for one or more of it, '(' and ')'", pattern, rank=6),
        Type("REPLACEMENT", r"Digits, and \1 for what the first bracket matched", replacement, rank=6),
        Type("TRANSLATION", "Name of a translation rule", name, rank=6, completer="translation-rule"),
        Type("TIMETABLE", "Name of a time table", name, rank=6, completer="time-table"),
        Type("TABLE", "Name of an analysis table", name, rank=6, completer="number-analysis"),
        Type(
            "OTHERTABLE",
            "Name of an analysis table; without one it is the default",
            other_table,
            rank=6,
            completer="number-analysis",
        ),
        Type("GROUP", "Name of a subscriber group", name, rank=6, completer="subscriber-group"),
        Type("ROUTEGROUP", "Name of a route group", name, rank=6, completer="route-group"),
        Type("TRUNK", "Name of a trunk", name, rank=6, completer="trunk"),
        Type("TARGET", "Name of a notification-target", name, rank=6, completer="notification-target"),
        Type("ALARM", "Number or name of an alarm", alarm, rank=4, completer="alarm"),
        Type("NATURE", "Nature: international, national or unknown", nature, rank=4),
        Type("STATUS", "Status code of a refusal, 400 to 699", status, rank=1),
        Type("DIALLED", "Number as it is dialled, as +49-30-123", dialled, rank=2),
        Type("DAYS", "Days: daily, weekdays, weekend, or as mon,wed,sun", days, rank=4),
        Type("TIME", "Time of the day, as 08:30", time_of_day, rank=4),
        Type("TIMEZONE", "Time zone, as Europe/Berlin", timezone, rank=6),
        Type("DESTINATION", "SIP URI, as sip:user@host or sip:host", destination, rank=2),
        Type("DIGITS", "Digits 0-9 * # A-D", digits, rank=2),
        Type(
            "CODE",
            "Digits that the called number begins with; 'any': every number",
            code,
            render=lambda value: str(value) or "any",
            rank=2,
        ),
        Type("ROUTE", "Name of a trunk or route group", name, rank=6, completer="route"),
        Type("STATUSES", "Status code or range of them, as 503 or 500-599", statuses, rank=2),
        Type("MOMENT", "Time, as 2026-12-01T04:00 (UTC)", moment, rank=4),
        Type("METHOD", "SIP method, as INVITE", method, rank=7, completer="method"),
        Type("DATE", "Date, as 2026-12-31", date, rank=4),
        Type("RULE", "Beginning of a command, in full words; 'all': every command", rule, rank=9, rest=True),
        Type("LINE", "Text, up to the end of the line", line, rank=9, rest=True),
        Type(
            "BANNER",
            "Delimiter, as ^C; the text; the delimiter",
            banner.convert,
            render=banner.render,
            rank=9,
            rest=True,
        ),
        Type("INDICATOR", "Name of an indicator, as asr", name, rank=6, completer="indicator"),
        Type("LISTENER", "Name of a listener, as udp:192.0.2.1:5060", word, rank=6, completer="listener"),
        Type(
            "CALLED",
            "Digits that called numbers begin with; 'other': all that have no row",
            word,
            rank=6,
            completer="called",
        ),
        Type("FINGERPRINT", "Fingerprint of an SSH key, as SHA256:...", fingerprint, rank=6),
        Type("DECIMAL", "Number, as 20 or 0.5", decimal, render=lambda value: f"{value:.12g}", rank=1),
        Type("JOB", "Name of a measurement job", name, rank=6, completer="measurement-job"),
        Type("THRESHOLD", "Name of a threshold", name, rank=6, completer="threshold"),
        Type("STAR", "Everybody, as *", star, rank=1),
        Type("ENGINEID", "Hexadecimal digits, 10 to 64 of them", engine_id, rank=4),
        Type("SUBTREE", "OID, as 1.3.6.1.2.1.1, or name, as sipctlTrunkTable", subtree, rank=6),
        Type(
            "HASH",
            f"{', '.join(AUTHENTICATION[:-1])} or {AUTHENTICATION[-1]}",
            snmp_hash,
            rank=1,
            completer="snmp-hash",
        ),
        Type("AES", "128 or 256 bits", aes, render=lambda value: str(value).removeprefix("aes-"), rank=1),
        Type("INTERFACE", "Name of an interface", interface, rank=7),
        Type("COMMAND", "Command, up to the end of the line", line, rank=9, rest=True, completer="command"),
        Type("TOPIC", "Command, or how it begins", line, rank=9, rest=True, completer="topic"),
    )
)
"""Every type a syntax line may name; `(low-high)` stands for whole numbers."""
