"""Black and white lists: which entry decides on an address, a number, a User-Agent, a subscriber.

A black list refuses, a white list lets pass, each kind for itself. Of the entries that fit, the most
specific decides: the longest prefix, the longest network, the longest part of a User-Agent, a whole
value before any prefix; of two alike the white one. So a white entry may lie within a black one and
the other way round. A white address is never banned by itself either. Of a kind for which the operator
requires the white list, only what a white entry fits may pass.

Verdicts are remembered until an entry runs out or management has changed something, which `refresh` finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Final

from core.dialog.trail import LISTED, TEXT, Notes
from core.northbound.rows import ListHitsRow
from core.store.lists import ADDRESS, BLACK, EXACT, USER_AGENT, WHITE, ListStore, network_key
from core.store.records import ListEntry

CALLING: Final = "calling"
CALLED: Final = "called"
SUBSCRIBER: Final = "subscriber"
KINDS: Final = (ADDRESS, CALLING, CALLED, USER_AGENT, SUBSCRIBER)

MOST_KNOWN: Final = 20_000
"""Verdicts remembered; all are let go when there are more."""
MOST_HIT: Final = 20_000
"""Entries whose hits are counted; those hit first when there are more."""
MAX_TEXT: Final = 200
"""Longest text looked up; what is longer is on no list."""
_FOREVER: Final = float("inf")
_DIGITS: Final = frozenset("0123456789*#ABCD")
_VISUAL: Final = {ord(c): None for c in "-.() "}
_MAPPED: Final = bytes(10) + b"\xff\xff"
"""What an IPv6 address that stands for an IPv4 one begins with (RFC 4291 §2.5.5.2)."""


class Verdict:
    """What the lists say of one value."""

    __slots__ = ("colour", "entry", "refused", "until")

    def __init__(self, colour: str, entry: ListEntry | None, refused: bool) -> None:
        self.colour: str = colour
        """`black`, `white`; empty: no entry fits."""
        self.entry: ListEntry | None = entry
        self.refused: bool = refused
        self.until: float = entry.expires_at if entry is not None and entry.expires_at else _FOREVER
        """When it must be thought over, seconds since 1970."""


class Pattern:
    """An entry of kind `user-agent`, ready to be compared."""

    __slots__ = ("begins", "colour", "entry", "text")

    def __init__(self, colour: str, entry: ListEntry) -> None:
        self.colour: str = colour
        self.entry: ListEntry = entry
        self.begins: bool = entry.value.endswith("*")
        """It is compared with the beginning; else any part may be it."""
        self.text: str = entry.value[:-1] if self.begins else entry.value

    def fits(self, text: str) -> bool:
        """Tell whether a User-Agent in lower case is meant."""
        return text.startswith(self.text) if self.begins else self.text in text


class Lists:
    """The lists as a worker asks them; without a store they are empty."""

    __slots__ = ("_generation", "_hits", "_known", "_lengths", "_next_expiry", "_patterns", "_required", "_store",
                 "active", "addresses", "most_hit", "most_known", "notes")  # fmt: skip

    def __init__(self, store: ListStore | None) -> None:
        self._store: ListStore | None = store
        self._generation: int = -1
        self.notes: Notes = Notes()
        self._known: dict[tuple[str, str], Verdict] = {}
        self._lengths: dict[str, list[int]] = {}
        """Kind to the lengths its entries have, the longest first."""
        self._patterns: list[Pattern] = []
        self._required: tuple[str, ...] = ()
        self._hits: dict[tuple[str, str, str], int] = {}
        self._next_expiry: float = _FOREVER
        self.most_known: int = MOST_KNOWN
        self.most_hit: int = MOST_HIT
        self.active: bool = False
        """Whether requests must be screened at all."""
        self.addresses: bool = False
        """Whether any address is listed."""
        self.refresh(0.0)

    def require(self, kinds: tuple[str, ...]) -> None:
        """Take the kinds of which only what is on the white list may pass."""
        if kinds != self._required:
            self._required = kinds
            self._known.clear()
            self._set_active()

    def refresh(self, wall: float) -> bool:
        """Look whether management has changed something or an entry has run out; tell whether verdicts may differ."""
        store = self._store
        if store is None:
            return False
        generation = store.generation
        if generation == self._generation and wall < self._next_expiry:
            return False
        self._next_expiry = _FOREVER
        self._known.clear()
        if generation != self._generation:
            self._generation = generation
            self._read_shapes(store)
        return True

    def wants(self, kind: str) -> bool:
        """Tell whether anything of this kind is listed."""
        return kind in self._lengths or kind in self._required

    def refuses(self, kind: str, text: str, wall: float) -> bool:
        """Tell whether a request with this value is refused; its entry is hit then."""
        verdict = self.verdict(kind, text, wall)
        if verdict.entry is not None:
            self._hit(verdict.colour, verdict.entry)
        if self.notes.on and (verdict.refused or verdict.entry is not None):
            self.notes.add(LISTED, (kind, text[:TEXT]), verdict, None)
        return verdict.refused

    def hit_address(self, host: str, wall: float) -> None:
        """Count one more message dropped because of the entry that bars `host`."""
        verdict = self.verdict(ADDRESS, host, wall)
        if verdict.entry is not None:
            self._hit(verdict.colour, verdict.entry)

    def verdict(self, kind: str, text: str, wall: float) -> Verdict:
        """Return what the lists say of a value: a numeric address, a User-Agent, else text in its one form."""
        key = (kind, text)
        verdict = self._known.get(key)
        if verdict is not None and wall < verdict.until:
            return verdict
        if len(self._known) >= self.most_known:
            self._known.clear()
        verdict = self.foreseen(kind, text, wall)
        self._next_expiry = min(self._next_expiry, verdict.until)
        self._known[key] = verdict
        return verdict

    def foreseen(self, kind: str, text: str, wall: float) -> Verdict:
        """Return what the lists will say at another time than now; nothing of it is remembered."""
        found = self._find(kind, text, wall)
        if found is None:
            return Verdict("", None, kind in self._required)
        return Verdict(found[0], found[1], found[0] == BLACK)

    def rows(self) -> Iterator[ListHitsRow]:
        """Yield how often each entry was hit."""
        for (colour, kind, value), hits in list(self._hits.items()):
            yield ListHitsRow(colour, kind, value, hits)

    def clear_hits(self, colour: str) -> int:
        """Count the hits of one colour from 0 again; return how many entries had some."""
        gone = [key for key in self._hits if key[0] == colour]
        for key in gone:
            del self._hits[key]
        return len(gone)

    def _read_shapes(self, store: ListStore) -> None:
        lengths: dict[str, set[int]] = {}
        for colour in (BLACK, WHITE):
            for kind, there in store.shape(colour).items():
                lengths.setdefault(kind, set()).update(there)
        self._lengths = {kind: sorted(there, reverse=True) for kind, there in lengths.items()}
        patterns: list[Pattern] = []
        if USER_AGENT in lengths:
            for colour in (WHITE, BLACK):
                patterns += [Pattern(colour, entry) for entry in store.iterate(colour, USER_AGENT)]
        self._patterns = sorted(patterns, key=_text_length, reverse=True)
        self._set_active()

    def _set_active(self) -> None:
        self.addresses = ADDRESS in self._lengths
        self.active = len(self._lengths) > self.addresses or len(self._required) > 0

    def _find(self, kind: str, text: str, wall: float) -> tuple[str, ListEntry] | None:
        if self._store is None or kind not in self._lengths:
            return None
        if kind == USER_AGENT:
            return self._find_pattern(text.lower(), wall)
        if len(text) > MAX_TEXT:
            return None
        keys = self._address_keys(text) if kind == ADDRESS else self._text_keys(kind, text)
        wanted: list[tuple[str, bytes]] = []
        for key in keys:
            wanted.append((WHITE, key))
            wanted.append((BLACK, key))
        return self._store.first_of(wanted, wall)

    def _find_pattern(self, text: str, wall: float) -> tuple[str, ListEntry] | None:
        for pattern in self._patterns:
            entry = pattern.entry
            if pattern.fits(text) and (not entry.expires_at or entry.expires_at > wall):
                return pattern.colour, entry
        return None

    def _address_keys(self, host: str) -> list[bytes]:
        """Return the keys of the networks that may hold an address, the longest first."""
        packed = packed_address(host)
        version = 4 if len(packed) == 4 else 6
        return [
            network_key(packed, length - version * 256)
            for length in self._lengths[ADDRESS]
            if length >> 8 == version and packed
        ]

    def _text_keys(self, kind: str, text: str) -> list[bytes]:
        """Return the keys that may mean a text, the most specific first; `+` says more than its absence."""
        spellings = [text, text[1:]] if text.startswith("+") else [text]
        head = kind.encode() + b"\0"
        keys = [head + each.encode("utf-8", "surrogatepass") for each in spellings]
        for length in self._lengths[kind]:
            for each in spellings:
                cut = length + each.startswith("+")
                if length != EXACT and cut <= len(each):
                    keys.append(head + each[:cut].encode("utf-8", "surrogatepass") + b"*")
        return keys

    def _hit(self, colour: str, entry: ListEntry) -> None:
        key = (colour, entry.kind, entry.value)
        hits = self._hits.get(key, 0)
        if hits or len(self._hits) < self.most_hit:
            self._hits[key] = hits + 1


def packed_address(host: str) -> bytes:
    """Return the octets of a numeric address, an IPv4 one's where IPv6 stands for it; b"" for what is none."""
    try:
        packed = ip_address(host).packed
    except ValueError:
        return b""
    return packed[12:] if len(packed) == 16 and packed.startswith(_MAPPED) else packed


def normal(kind: str, value: str) -> str:
    """Return the one form of a value that is listed. Raises ValueError, which says what is wrong with it.

    Of a number the visual separators go and `+` stays: with it only international numbers are meant, without it
    all that begin so. `*` at the end makes a prefix of a number, a user or a User-Agent, whose case does not count.
    """
    if not value or len(value) > MAX_TEXT or not value.isprintable():
        raise ValueError(f"1 to {MAX_TEXT} printable characters")
    if kind == ADDRESS:
        try:
            return str(ip_network(value.strip("[]")))
        except ValueError as error:
            wrong = "has bits set behind its mask" if "host bits" in str(error) else "not an address or a network"
            raise ValueError(wrong) from None
    if kind == USER_AGENT:
        if value == "*":
            raise ValueError("every User-Agent; 'whitelist required user-agent' does that")
        return value.lower()
    if kind == SUBSCRIBER:
        return value
    tail = "*" if value.endswith("*") else ""
    return normal_user(value.removesuffix("*")) + tail


def normal_user(text: str) -> str:
    """Return a user part that is a number without visual separators, another one as it is."""
    plus = "+" if text.startswith("+") else ""
    digits = text[len(plus) :].translate(_VISUAL).upper()
    return plus + digits if digits and _DIGITS.issuperset(digits) else text


def _text_length(pattern: Pattern) -> int:
    return len(pattern.text)
