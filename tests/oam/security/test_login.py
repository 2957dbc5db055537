"""Who is let in, with what, and what a failed login costs."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from oam.context import Session
from oam.security import totp
from oam.security.login import Ask, Identity, LoginError, Security, Source
from oam.security.verdict import FAIL, PASS, UNREACHABLE, Verdict

SSH = Source("ssh", "192.0.2.1")
ELSEWHERE = Source("telnet", "198.51.100.1")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA=="
GOOD = "correct horse battery"
NEW = "staple of another kind"
OTP = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Door:
    """A server whose accounts are configured, and a clock."""

    def __init__(self, state: Path) -> None:
        self.clock = Clock()
        self.waited: list[float] = []
        self.manager = FakeManager(state)
        self.security = Security(
            self.manager.configuration,
            self.manager.notices,
            self.manager.audit,
            clock=self.clock,
            steady=self.clock,
            sleep=self._sleep,
        )
        self.manager.security = self.security

    async def _sleep(self, seconds: float) -> None:
        self.waited.append(seconds)

    async def configured(self, *lines: str) -> Session:
        """Give configuration lines; return the session of an administrator."""
        session = self.manager.session(batch=False)
        await done(session, ["configure terminal", *lines, "end"])
        return session

    async def refused(self, name: str, secret: str, source: Source = SSH) -> bool:
        """Whether a login fails, with the words that all have in common."""
        try:
            await self.security.login(name, secret, source)
        except LoginError as error:
            return str(error) == "Login invalid"
        return False


def answering(*answers: str) -> tuple[Ask, list[str]]:
    """Return an operator who gives `answers`, and the questions he was asked."""
    left = list(answers)
    asked: list[str] = []

    async def ask(prompt: str, secret: bool) -> str:
        asked.append(prompt)
        return left.pop(0)

    return ask, asked


@played
async def test_a_name_and_its_secret_let_in(tmp_path: Path) -> None:
    door = Door(tmp_path)
    await door.configured(f"username bob privilege 5 secret 0 {GOOD}", f"username eve role auditor secret 0 {GOOD}")
    assert await door.security.login("bob", GOOD, SSH) == Identity("bob", 5)
    assert await door.security.login("eve", GOOD, SSH) == Identity("eve", 15, "auditor")
    assert await door.refused("bob", GOOD + "x")
    assert await door.refused("mallory", GOOD)
    assert await door.refused("bob", "")
    assert door.waited == [1, 1, 1]


@played
async def test_an_account_without_secret_is_not_entered_by_one(tmp_path: Path) -> None:
    door = Door(tmp_path)
    await door.configured("username bob privilege 5", f"username bob ssh-key {KEY}")
    assert await door.refused("bob", "")
    assert await door.security.login_key("bob", KEY, SSH) == Identity("bob", 5)
    for name, key in (("bob", "ssh-ed25519 AAAA"), ("alice", KEY)):
        with pytest.raises(LoginError, match="Login invalid"):
            await door.security.login_key(name, key, SSH)


@pytest.mark.parametrize("line", ["username bob disabled", "username bob expires 2026-12-31"])
@played
async def test_an_account_that_is_over_lets_nobody_in(tmp_path: Path, line: str) -> None:
    door = Door(tmp_path)
    await door.configured(f"username bob secret 0 {GOOD}", f"username bob ssh-key {KEY}", line)
    assert await door.refused("bob", GOOD)
    with pytest.raises(LoginError):
        await door.security.login_key("bob", KEY, SSH)


@played
async def test_the_last_day_of_an_account_counts(tmp_path: Path) -> None:
    door = Door(tmp_path)
    await door.configured(f"username bob secret 0 {GOOD}", "username bob expires 2027-01-15")
    assert not await door.refused("bob", GOOD)
    door.clock.now += 86_400
    assert await door.refused("bob", GOOD)


@played
async def test_a_locked_account_and_a_wrong_secret_look_alike(tmp_path: Path) -> None:
    door = Door(tmp_path)
    await door.configured(f"username bob secret 0 {GOOD}", "login block-for 60 attempts 3 within 60", "login delay 2")
    notices: list[tuple[str, str]] = []
    door.manager.notices.subscribers.append(lambda notice: notices.append((notice.kind, notice.text)))
    for _ in range(3):
        assert await door.refused("bob", "wrong")
    assert notices[-1] == ("login-locked", "address 192.0.2.1 is locked for 60 seconds")
    assert ("login-locked", "account bob is locked for 60 seconds") in notices
    assert await door.refused("bob", GOOD, ELSEWHERE)
    assert door.waited == [2] * 4
    door.clock.now += 61
    assert not await door.refused("bob", GOOD)


@played
async def test_the_console_is_never_locked(tmp_path: Path) -> None:
    door = Door(tmp_path)
    await door.configured(f"username bob secret 0 {GOOD}", "login block-for 60 attempts 1 within 60")
    console = Source("console", "")
    for _ in range(5):
        assert await door.refused("bob", "wrong", console)
    assert await door.refused("bob", "wrong", ELSEWHERE)
    assert await door.refused("bob", GOOD, ELSEWHERE)
    assert not await door.refused("bob", GOOD, console)


@played
async def test_a_key_lets_in_while_the_account_is_locked(tmp_path: Path) -> None:
    door = Door(tmp_path)
    await door.configured(
        f"username bob secret 0 {GOOD}", f"username bob ssh-key {KEY}", "login block-for 60 attempts 1 within 60"
    )
    assert await door.refused("bob", "wrong")
    assert (await door.security.login_key("bob", KEY, SSH)).name == "bob"


@played
async def test_what_was_typed_in_place_of_a_name_is_kept_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    door = Door(tmp_path)
    with caplog.at_level(logging.DEBUG):
        assert await door.refused("hunter2hunter2", "bob")
    records = door.manager.audit.queued()
    assert [(each.kind, each.user, each.address) for each in records] == [("login-failed", "", "192.0.2.1")]
    rows = list(door.security.lockout.rows())
    assert [(each.kind, each.name) for each in rows] == [("address", "192.0.2.1")]
    assert "hunter2" not in caplog.text + str(records) + str(rows) + str(door.manager.notices.recent)


@played
async def test_a_conversation_asks_for_name_and_secret(tmp_path: Path) -> None:
    door = Door(tmp_path)
    await door.configured(f"username bob secret 0 {GOOD}")
    ask, asked = answering(" bob ", GOOD)
    assert (await door.security.converse(ask, SSH)).name == "bob"
    assert asked == ["Username: ", "Password: "]
    ask, asked = answering(GOOD)
    assert (await door.security.converse(ask, SSH, "bob")).name == "bob"
    assert asked == ["Password: "]


@played
async def test_a_second_factor_is_asked_for_whatever_the_secret_is(tmp_path: Path) -> None:
    door = Door(tmp_path)
    await door.configured(f"username bob secret 0 {GOOD}", f"username bob totp 0 {OTP}")
    code = totp.code(OTP, int(door.clock.now) // 30)
    for secret, given in (("wrong", code), (GOOD, "000000"), (GOOD, "")):
        ask, asked = answering("bob", secret, given)
        with pytest.raises(LoginError):
            await door.security.converse(ask, SSH)
        assert asked == ["Username: ", "Password: ", "Verification code: "]
    assert (await door.security.converse(answering("bob", GOOD, code)[0], SSH)).name == "bob"
    with pytest.raises(LoginError):
        await door.security.converse(answering("bob", GOOD, code)[0], SSH)
    assert await door.refused("bob", GOOD), "a method that cannot ask lets nobody in"


@played
async def test_a_secret_that_must_be_changed_is_changed_at_the_login(tmp_path: Path) -> None:
    door = Door(tmp_path)
    session = await door.configured(f"username bob secret 0 {GOOD}", "username bob change-secret", "hostname saved")
    await done(session, ["write memory", "configure terminal", "hostname unsaved"])
    assert await door.refused("bob", GOOD)
    ask, asked = answering("bob", GOOD, "one", "other", "short", "short", GOOD, GOOD, "", "")
    with pytest.raises(LoginError, match="not changed"):
        await door.security.converse(ask, SSH)
    assert asked[2:] == [
        "Your password must be changed. New password: ",
        "Repeat new password: ",
        "They differ. New password: ",
        "Repeat new password: ",
        "The secret is shorter than 12 characters. New password: ",
        "Repeat new password: ",
    ]
    assert (await door.security.converse(answering("bob", GOOD, NEW, NEW)[0], SSH)).name == "bob"
    assert await door.refused("bob", GOOD)
    assert not await door.refused("bob", NEW)
    saved, problems = door.manager.configuration.parse(door.manager.configuration.startup())
    assert problems == []
    assert saved.users == door.manager.configuration.running.users
    assert saved.hostname == "saved", "what else is not saved stays unsaved"


@played
async def test_an_old_secret_must_be_changed(tmp_path: Path) -> None:
    door = Door(tmp_path)
    await door.configured(f"username bob secret 0 {GOOD}", "password-policy", "expires 30")
    assert not await door.refused("bob", GOOD)
    door.clock.now += 30 * 86_400
    assert await door.refused("bob", GOOD)
    assert (await door.security.converse(answering("bob", GOOD, NEW, NEW)[0], SSH)).name == "bob"
    assert not await door.refused("bob", NEW)


class Servers:
    """Servers that say what they are told to."""

    def __init__(self, **verdicts: Verdict) -> None:
        self.verdicts = verdicts
        self.asked: list[str] = []

    async def authenticate(
        self, method: str, name: str, secret: str, source: Source, ask: Ask | None = None
    ) -> Verdict:
        self.asked.append(method)
        return self.verdicts[method.rstrip("+")]

    async def enable(self, method: str, name: str, secret: str, source: Source) -> Verdict:
        self.asked.append(method)
        return self.verdicts[method.rstrip("+")]

    async def authorize(
        self, method: str, identity: Identity, source: Source, command: str, privilege: int | None = None
    ) -> Verdict:
        self.asked.append(method)
        return self.verdicts[method.rstrip("+")]


SERVERS = (
    "tacacs server T",
    "address ipv4 192.0.2.9",
    "key 0 shared",
    "radius server R",
    "address ipv4 192.0.2.8",
    "key 0 shared",
)


@pytest.mark.parametrize(
    ("tacacs", "radius", "found"),
    [
        (Verdict(PASS, 7, "auditor"), Verdict(FAIL), Identity("bob", 7, "auditor", "tacacs+")),
        (Verdict(FAIL), Verdict(PASS), None),
        (Verdict(UNREACHABLE), Verdict(PASS, 3), Identity("bob", 3, "", "radius")),
        (Verdict(UNREACHABLE), Verdict(UNREACHABLE), Identity("bob", 1)),
        (Verdict(UNREACHABLE), Verdict(FAIL), None),
    ],
)
@played
async def test_the_next_method_is_asked_only_when_one_cannot_be_reached(
    tmp_path: Path, tacacs: Verdict, radius: Verdict, found: Identity | None
) -> None:
    door = Door(tmp_path)
    door.security.servers = Servers(tacacs=tacacs, radius=radius)
    await door.configured(
        f"username bob secret 0 {GOOD}",
        *SERVERS,
        "aaa authentication login default group tacacs+ group radius local",
    )
    try:
        identity: Identity | None = await door.security.login("bob", GOOD, SSH)
    except LoginError:
        identity = None
    assert identity == found


@played
async def test_servers_that_are_away_lock_nobody_and_hear_of_nobody_locked(tmp_path: Path) -> None:
    door = Door(tmp_path)
    servers = door.security.servers = Servers(tacacs=Verdict(UNREACHABLE))
    await door.configured(
        *SERVERS, "aaa authentication login default group tacacs+", "login block-for 60 attempts 1 within 60"
    )
    assert await door.refused("bob", GOOD)
    assert not door.security.lockout.locked("bob", "")
    servers.verdicts["tacacs"] = Verdict(FAIL)
    assert await door.refused("bob", GOOD)
    assert servers.asked == ["tacacs+"] * 2
    servers.verdicts["tacacs"] = Verdict(PASS)
    assert await door.refused("bob", GOOD)
    assert servers.asked == ["tacacs+"] * 2


@played
async def test_none_lets_everybody_in_who_was_not_refused(tmp_path: Path) -> None:
    door = Door(tmp_path)
    door.security.servers = Servers(tacacs=Verdict(UNREACHABLE))
    await door.configured(*SERVERS, "aaa authentication login default group tacacs+ none")
    assert await door.security.login("anybody", "", SSH) == Identity("anybody", 1, "", "none")


@played
async def test_enable_is_opened_by_its_secret_and_locked_like_a_login(tmp_path: Path) -> None:
    door = Door(tmp_path)
    assert not door.security.enable_protected()
    await door.configured(f"enable secret 0 {GOOD}", "login block-for 60 attempts 2 within 60")
    assert door.security.enable_protected()
    assert await door.security.enable("bob", GOOD, SSH)
    assert [await door.security.enable("bob", "wrong", SSH) for _ in range(2)] == [False] * 2
    assert not await door.security.enable("bob", GOOD, SSH)
    assert not door.security.lockout.locked("alice", SSH.address), "enable is counted for itself"
    assert await door.security.enable("alice", GOOD, ELSEWHERE)
    door.clock.now += 61
    assert await door.security.enable("bob", GOOD, SSH)


@pytest.mark.parametrize(
    ("verdict", "right"), [(Verdict(PASS), True), (Verdict(FAIL), False), (Verdict(UNREACHABLE), True)]
)
@played
async def test_enable_walks_its_own_list(tmp_path: Path, verdict: Verdict, right: bool) -> None:
    door = Door(tmp_path)
    door.security.servers = Servers(tacacs=verdict)
    await door.configured(f"enable secret 0 {GOOD}", *SERVERS, "aaa authentication enable default group tacacs+ enable")
    assert await door.security.enable("bob", GOOD, SSH) is right


@played
async def test_rights_follow_the_roles_as_they_are_configured(tmp_path: Path) -> None:
    door = Door(tmp_path)
    await door.configured("role noc", "permit exec show version")
    first = door.security.rights(15, "noc")
    assert door.security.rights(15, "noc") is first, "they are made once"
    assert door.security.rights(1, "noc") is not first
    await door.configured("role noc", "permit exec show clock")
    assert door.security.rights(15, "noc") is not first


@pytest.mark.parametrize(("name", "secret"), [("bob", "wrong"), ("mallory", "wrong"), ("gone", GOOD), ("keys", "x")])
@played
async def test_whoever_does_not_exist_costs_as_much_work_as_whoever_does(
    tmp_path: Path, name: str, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = Door(tmp_path)
    await door.configured(
        f"username bob secret 0 {GOOD}", f"username gone secret 0 {GOOD}", "username gone disabled", "username keys"
    )
    work: list[str] = []

    def derived(secret: bytes, **settings: object) -> bytes:
        work.append(secret.decode())
        return b""

    monkeypatch.setattr("oam.security.secrets.hashlib.scrypt", derived)
    assert await door.refused(name, secret)
    assert (work, door.waited) == ([secret], [1])
