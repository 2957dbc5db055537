"""core.auth.digest: known answers, the verdict for every kind of credentials."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.auth import digest
from core.auth.digest import (
    ACCEPTED,
    DISABLED,
    STALE,
    VERDICTS,
    WRONG,
    WRONG_REALM,
    Authenticator,
    claimed_name,
    make_ha1,
    response,
)
from core.northbound.settings import AuthenticationSettings
from core.store.records import Subscriber
from core.wire.credentials import parse_credentials
from core.wire.header import AUTHORIZATION, PROXY_AUTHORIZATION
from core.wire.limits import Limits
from core.wire.message import Message, parse_message

NOW = 1_700_000_000.0
REALM = "example.com"
BOTH = ("sha-256", "md5")
SECRET = b"s" * 32
RANDOM = random.Random(1)
MISSING = -1

SUBSCRIBERS = {
    "ann": Subscriber("ann", "1001", ha1=make_ha1("ann", REALM, "pass"), realm=REALM),
    "off": Subscriber("off", enabled=False, ha1=make_ha1("off", REALM, "pass"), realm=REALM),
    "old": Subscriber("old", ha1=make_ha1("old", "old.example", "pass"), realm="old.example"),
    "half": Subscriber("half", ha1={"md5": make_ha1("half", REALM, "pass")["md5"]}, realm=REALM),
    "none": Subscriber("none"),
    "zoë": Subscriber("zoë", ha1=make_ha1("zoë", REALM, "pässwörd"), realm=REALM),
}


def message(*authorization: str, uri: str = "sip:bob@example.com", header: str = "Authorization") -> Message:
    lines = [
        f"INVITE {uri} SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa",
        "From: <sip:ann@example.com>;tag=1",
        "To: <sip:bob@example.com>",
        "Call-ID: c",
        "CSeq: 1 INVITE",
        *[f"{header}: {value}" for value in authorization],
    ]
    return parse_message(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), Limits())


class Client:
    """A phone's side of digest."""

    def __init__(self, authenticator: Authenticator, user: str = "ann", password: str = "pass") -> None:
        self.nonce = authenticator.nonces.make(NOW, RANDOM)
        self.user = user
        self.password = password
        self.nc = 0

    def value(self, name: str = "sha-256", uri: str = "sip:bob@example.com") -> str:
        """Write the credentials of the next request, with the algorithm configured as `name`."""
        self.nc += 1
        nc = f"{self.nc:08x}"
        ha1 = make_ha1(self.user, REALM, self.password)[name]
        octets = self.user.encode().decode("latin-1")
        sent = {
            "username": f'"{octets}"',
            "realm": f'"{REALM}"',
            "nonce": f'"{self.nonce}"',
            "uri": f'"{uri}"',
            "response": f'"{response(ha1, name, self.nonce, nc, "cn", "INVITE", uri)}"',
            "algorithm": digest.TOKENS[name],
            "cnonce": '"cn"',
            "qop": "auth",
            "nc": nc,
        }
        return "Digest " + ", ".join(f"{name}={value}" for name, value in sent.items())


def made(secret: bytes = SECRET, realm: str = REALM, algorithms: tuple[str, ...] = BOTH) -> Authenticator:
    authenticator = Authenticator(secret)
    authenticator.configure(realm, AuthenticationSettings(algorithms=algorithms, nonce_lifetime_s=300))
    return authenticator


def judged(authenticator: Authenticator, request: Message, header: int = AUTHORIZATION, at: float = NOW) -> int:
    params = authenticator.credentials(request, header)
    if params is None:
        return MISSING
    return authenticator.check(params, request, SUBSCRIBERS.get(claimed_name(params)), at)


def verdict(authenticator: Authenticator, *values: str, at: float = NOW, uri: str = "sip:bob@example.com") -> int:
    return judged(authenticator, message(*values, uri=uri), at=at)


def test_the_answers_of_rfc_7616_section_3_9_1() -> None:
    user, realm = "Mufasa", "http-auth@example.org"
    nonce, cnonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    ha1 = make_ha1(user, realm, "Circle of Life")
    found = {
        name: response(ha1[name], name, nonce, "00000001", cnonce, "GET", "/dir/index.html") for name in digest.TOKENS
    }
    assert found == {
        "md5": "8ca523f5e9506fed4657c9700eebdbec",
        "sha-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    }


def test_ha1_is_made_over_utf_8() -> None:
    assert make_ha1("zoë", "r", "ü")["md5"] == hashlib.md5("zoë:r:ü".encode()).hexdigest()


def test_one_challenge_per_algorithm_in_the_order_configured() -> None:
    values = made().challenge(False, NOW, RANDOM)
    nonce = parse_credentials(values[0])[1]["nonce"]
    assert values == [
        f'Digest realm="example.com", nonce="{nonce}", algorithm=SHA-256, qop="auth"',
        f'Digest realm="example.com", nonce="{nonce}", algorithm=MD5, qop="auth"',
    ]
    (value,) = made(algorithms=("md5",)).challenge(True, NOW, RANDOM)
    nonce = parse_credentials(value)[1]["nonce"]
    assert value == f'Digest realm="example.com", nonce="{nonce}", algorithm=MD5, qop="auth", stale=true'


@given(realm=st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1))
def test_any_realm_is_quoted_so_that_it_reads_back(realm: str) -> None:
    value = made(realm=realm).challenge(False, NOW, RANDOM)[0]
    assert parse_credentials(value)[1]["realm"].encode("latin-1").decode() == realm


@pytest.mark.parametrize(
    ("asked", "settings"),
    [
        (("REGISTER", "INVITE", "MESSAGE"), AuthenticationSettings()),
        (("INVITE", "MESSAGE"), AuthenticationSettings(challenge_register=False)),
        (("REGISTER", "MESSAGE"), AuthenticationSettings(challenge_invite=False)),
        (("REGISTER", "INVITE"), AuthenticationSettings(challenge_other=False)),
    ],
)
def test_who_is_asked_is_configured_by_method(asked: tuple[str, ...], settings: AuthenticationSettings) -> None:
    authenticator = made()
    authenticator.configure(REALM, settings)
    assert tuple(method for method in ("REGISTER", "INVITE", "MESSAGE") if authenticator.wants(method)) == asked


@pytest.mark.parametrize("algorithm", BOTH)
def test_right_credentials_are_accepted_with_rising_counts(algorithm: str) -> None:
    authenticator = made()
    client = Client(authenticator)
    for _ in range(3):
        assert verdict(authenticator, client.value(algorithm)) == ACCEPTED


def test_the_algorithm_of_credentials_without_one_is_md5() -> None:
    authenticator = made()
    value = Client(authenticator).value("md5")
    assert verdict(authenticator, value.replace(" algorithm=MD5,", "")) == ACCEPTED


def test_a_name_beyond_ascii_is_utf_8() -> None:
    authenticator = made()
    client = Client(authenticator, "zoë", "pässwörd")
    assert verdict(authenticator, client.value()) == ACCEPTED


def test_a_count_is_taken_once_and_a_replay_is_challenged_as_stale() -> None:
    authenticator = made()
    value = Client(authenticator).value()
    assert [verdict(authenticator, value) for _ in range(3)] == [ACCEPTED, STALE, STALE]


def test_an_outlived_nonce_is_stale_for_the_right_password_and_wrong_for_another() -> None:
    authenticator = made()
    assert verdict(authenticator, Client(authenticator).value(), at=NOW + 301) == STALE
    assert verdict(authenticator, Client(authenticator, password="guess").value(), at=NOW + 301) == WRONG


def test_a_nonce_of_somebody_else_is_stale_for_the_right_password() -> None:
    authenticator = made()
    client = Client(authenticator)
    client.nonce = "made up"
    assert verdict(authenticator, client.value()) == STALE
    assert verdict(authenticator, Client(made(b"t" * 32)).value()) == STALE


def test_wrong_credentials_spend_no_count() -> None:
    authenticator = made()
    client = Client(authenticator)
    right = client.value()
    client.nc, client.password = 0, "guess"
    assert verdict(authenticator, client.value()) == WRONG
    assert verdict(authenticator, right) == ACCEPTED


@pytest.mark.parametrize(
    ("user", "expected"),
    [("off", DISABLED), ("old", WRONG_REALM), ("none", WRONG_REALM), ("half", WRONG_REALM), ("nobody", WRONG)],
)
def test_the_verdict_says_what_is_the_matter_with_the_subscriber(user: str, expected: int) -> None:
    authenticator = made()
    assert verdict(authenticator, Client(authenticator, user).value()) == expected


def test_who_is_disabled_shows_only_to_the_right_password() -> None:
    authenticator = made()
    assert verdict(authenticator, Client(authenticator, "off", "guess").value()) == WRONG


BAD_FIELDS: list[dict[str, str | None]] = [
    {"qop": None},
    {"qop": "auth-int"},
    {"qop": None, "nc": None, "cnonce": None},
    {"nc": None},
    {"nc": "00000000"},
    {"nc": "000000001"},
    {"nc": "+1"},
    {"nc": "0000000g"},
    {"cnonce": None},
    {"cnonce": '""'},
    {"response": None},
    {"response": '""'},
    {"response": '"\xe9\xff"'},
    {"response": '"' + "0" * 64 + '"'},
    {"nonce": None},
    {"username": None},
    {"username": '"1001"'},
    {"uri": None},
    {"algorithm": "SHA-512-256"},
    {"algorithm": "SHA-256-sess"},
    {"algorithm": "MD5"},
]


@pytest.mark.parametrize("fields", BAD_FIELDS, ids=str)
def test_credentials_that_lack_or_break_a_field_are_wrong(fields: dict[str, str | None]) -> None:
    authenticator = made()
    value = Client(authenticator).value()
    for name, field in fields.items():
        pieces = [piece for piece in value.removeprefix("Digest ").split(", ") if not piece.startswith(f"{name}=")]
        value = "Digest " + ", ".join(pieces + ([] if field is None else [f"{name}={field}"]))
    assert verdict(authenticator, value) == WRONG


def test_an_algorithm_that_is_not_offered_is_wrong() -> None:
    authenticator = made(algorithms=("sha-256",))
    assert verdict(authenticator, Client(authenticator).value("md5")) == WRONG


@pytest.mark.parametrize(
    "values",
    [
        (),
        ('Digest username="ann", realm="elsewhere", nonce="n", uri="sip:x", response="0"',),
        ("Basic YW5uOnBhc3M=",),
        ("Digest",),
        ('Digest realm="example.com',),
        ("\xff\xfe",),
    ],
)
def test_what_is_not_for_this_realm_is_missing(values: tuple[str, ...]) -> None:
    assert verdict(made(), *values) == MISSING


def test_ours_is_found_among_the_credentials_for_others() -> None:
    authenticator = made()
    other = 'Digest username="x", realm="elsewhere", nonce="n", uri="sip:x", response="0"'
    assert verdict(authenticator, "Basic eDp5", other, Client(authenticator).value()) == ACCEPTED


def test_the_header_asked_for_counts() -> None:
    authenticator = made()
    value = Client(authenticator).value()
    proxy = message(value, header="Proxy-Authorization")
    found = [judged(authenticator, proxy, header) for header in (AUTHORIZATION, PROXY_AUTHORIZATION)]
    assert found == [MISSING, ACCEPTED]


@pytest.mark.parametrize(
    ("in_digest", "on_the_line", "expected"),
    [
        ("sip:bob@example.com", "sip:bob@example.com", ACCEPTED),
        ("sip:bob@example.com:5060", "sip:bob@EXAMPLE.com;transport=udp", ACCEPTED),
        ("sip:b%6Fb@example.com", "sip:bob@example.com", ACCEPTED),
        ("sip:example.com", "sip:example.com;lr", ACCEPTED),
        ("sip:bob@example.com:5061", "sip:bob@example.com", WRONG),
        ("sip:bob@example.com", "sip:eve@example.com", WRONG),
        ("sip:bob@example.org", "sip:bob@example.com", WRONG),
        ("sips:bob@example.com", "sip:bob@example.com", WRONG),
        ("tel:+1", "tel:+2", WRONG),
        ("tel:+1", "tel:+1", ACCEPTED),
        ("", "sip:bob@example.com", WRONG),
        ("<>", "sip:bob@example.com", WRONG),
    ],
)
def test_credentials_are_for_one_target(in_digest: str, on_the_line: str, expected: int) -> None:
    authenticator = made()
    assert verdict(authenticator, Client(authenticator).value(uri=in_digest), uri=on_the_line) == expected


@given(value=st.text(st.characters(max_codepoint=255, blacklist_characters="\r\n"), max_size=80))
def test_no_credentials_raise(value: str) -> None:
    found = verdict(made(), value, 'Digest realm="example.com", ' + value)
    assert found in (MISSING, WRONG)


def test_every_verdict_has_a_name() -> None:
    assert [VERDICTS[v] for v in (ACCEPTED, STALE, WRONG, DISABLED, WRONG_REALM)] == list(VERDICTS)


@pytest.mark.parametrize("modules", [(), ("no_such_module",), ("_md5",)])
def test_a_hash_is_the_same_whoever_computes_it(modules: tuple[str, ...]) -> None:
    assert digest._own_hash("md5", *modules)(b"x").hexdigest() == hashlib.md5(b"x").hexdigest()


def test_what_may_answer_a_challenge_is_known_by_its_nonce() -> None:
    authenticator = Authenticator(b"k" * 32)
    authenticator.configure("r", AuthenticationSettings())
    now, rng = 1_700_000_000.0, random.Random(1)
    nonces = [authenticator.nonces.make(now, rng) for _ in range(3)]
    for value in (f'Digest nonce="{nonces[0]}"', f'Digest cnonce="x",nonce="{nonces[1]}", realm="r"'):
        assert authenticator.may_answer(value, now)
    nonce = nonces[2]
    for junk in ("", "nonce=", f'nonce="{nonce}"', f'Digest cnonce="{nonce}"', f'Digest nonce="{nonce}', "x nonce=\"",
                 f'Digest nonce="{nonce}0"', f'Digest nonce="{"A" * 40}"', f"Digest nonce={nonce}"):  # fmt: skip
        assert not authenticator.may_answer(junk, now), junk
    assert not authenticator.may_answer(f'Digest nonce="{nonce}"', now + 301)
    assert authenticator.may_answer(f'Digest nonce="{nonce}"', now)
