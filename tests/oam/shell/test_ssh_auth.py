"""Logging in over SSH: passwords, keys, questions; and how many attempts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import asyncssh
import msgspec
import pytest
from support.management import played
from support.ssh import ADMIN, SECRET, ssh_server

from oam.security.login import Ask, Identity, LoginError, Source
from oam.settings.access import SshSettings
from oam.shell.ssh_auth import Conversation, Login


def _public(key: asyncssh.SSHKey) -> str:
    return " ".join(key.export_public_key().decode().split()[:2])


class Questions:
    """Asks for a secret and a code, as `Security` does of those who have two factors."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool]] = []

    async def converse(self, ask: Ask, source: Source, name: str = "") -> Identity:
        for prompt, secret, wanted in (("Password: ", True, SECRET), ("Verification code: ", False, "123456")):
            self.asked.append((prompt, secret))
            if await ask(prompt, secret) != wanted:
                raise LoginError("Login invalid")
        return Identity(name, 15)

    async def login(self, name: str, secret: str, source: Source) -> Identity:
        raise LoginError("Login invalid")

    async def login_key(self, name: str, key: str, source: Source) -> Identity:
        raise LoginError("Login invalid")


class Answering(asyncssh.SSHClient):
    """A client that answers questions one after the other."""

    def __init__(self, answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.prompts: list[tuple[str, bool]] = []

    def kbdint_auth_requested(self) -> str:
        return ""

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str]:
        self.prompts += prompts
        return [self.answers.pop(0) for _ in prompts]


@pytest.mark.slow
@played
async def test_password_lets_in(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server, server.connect(preferred_auth="password") as connection:
        assert "15" in str((await connection.run("show privilege")).stdout)
    async with ssh_server(tmp_path) as server:
        with pytest.raises(asyncssh.PermissionDenied):
            await server.connect(password="wrong")
        with pytest.raises(asyncssh.PermissionDenied):
            await server.connect("nobody")


@played
async def test_question_lets_in(tmp_path: Path) -> None:
    client = Answering([SECRET])
    async with ssh_server(tmp_path) as server:
        async with server.connect(
            password=None, preferred_auth="keyboard-interactive", client_factory=lambda: client
        ) as connection:
            assert (await connection.run("show clock")).exit_status == 0
        assert client.prompts == [("Password: ", False)]


@played
async def test_every_question_is_a_challenge(tmp_path: Path) -> None:
    client = Answering([SECRET, "123456"])
    async with ssh_server(tmp_path) as server:
        server.manager.security = Questions()  # type: ignore[assignment]
        with pytest.raises(asyncssh.DisconnectError):
            await server.connect(
                password=None,
                preferred_auth="keyboard-interactive",
                client_factory=lambda: Answering([SECRET, "0", SECRET, "0", SECRET, "0"]),
            )
        connection = await server.connect(
            password=None, preferred_auth="keyboard-interactive", client_factory=lambda: client
        )
        assert client.prompts == [("Password: ", False), ("Verification code: ", True)]
        connection.abort()


@played
async def test_key_lets_in_who_holds_it(tmp_path: Path) -> None:
    own, other = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    users = (msgspec.structs.replace(ADMIN, keys=(_public(own),)),)
    async with ssh_server(tmp_path, users=users) as server:
        async with server.connect(password=None, client_keys=[other, own]) as connection:
            assert (await connection.run("show clock")).exit_status == 0
        with pytest.raises(asyncssh.PermissionDenied):
            await server.connect(password=None, client_keys=[other])


@played
async def test_without_passwords_only_keys_are_taken(tmp_path: Path) -> None:
    async with ssh_server(tmp_path, password=False) as server:
        with pytest.raises(asyncssh.PermissionDenied):
            await server.connect()
        assert await asyncssh.get_server_auth_methods("127.0.0.1", server.port, config=None) == ["publickey"]


@pytest.mark.slow
@played
async def test_a_name_that_is_no_accounts_stands_in_no_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "management")
    async with ssh_server(tmp_path) as server:
        with pytest.raises(asyncssh.PermissionDenied):
            await server.connect("typed2early", password="wrong")
    assert "a login from 127.0.0.1 failed" in caplog.text
    assert "typed2early" not in caplog.text


@played
async def test_last_attempt_ends_the_connection(tmp_path: Path) -> None:
    wrong = Answering(["wrong"] * 10)
    async with ssh_server(tmp_path, authentication_retries=2) as server:
        with pytest.raises(asyncssh.DisconnectError, match="Too many authentication failures"):
            await server.connect(password=None, preferred_auth="keyboard-interactive", client_factory=lambda: wrong)
        assert len(wrong.prompts) == 2
        counts = server.manager.ssh.counts
        await server.until(lambda: counts.logins_failed == 2, "the failures to be counted")


@played
async def test_keys_offered_are_bounded(tmp_path: Path) -> None:
    keys = [asyncssh.generate_private_key("ssh-ed25519") for _ in range(25)]
    users = (msgspec.structs.replace(ADMIN, keys=(_public(keys[-1]),)),)
    async with ssh_server(tmp_path, users=users) as server:
        with pytest.raises(asyncssh.PermissionDenied):
            await server.connect(password=None, client_keys=keys)


@played
async def test_what_was_proved_of_one_name_is_worth_nothing_for_another(tmp_path: Path) -> None:
    class Aborted:
        aborted = False

        def get_extra_info(self, name: str) -> str:
            return "admin"

        def abort(self) -> None:
            self.aborted = True

    connection = Aborted()
    async with ssh_server(tmp_path) as server:
        login = Login(server.manager.security, "127.0.0.1", SshSettings(), "")
        login.connection_made(connection)  # type: ignore[arg-type]
        assert await login.validate_password("guest", SECRET)
        login.auth_completed()
        assert login.identity is None
        assert connection.aborted


@played
async def test_conversation_that_is_left_ends() -> None:
    questions = Questions()
    conversation = Conversation(questions, Source("ssh", "127.0.0.1"), "admin")  # type: ignore[arg-type]
    assert await conversation.next() == ("", "", "en-US", [("Password: ", False)])
    conversation.stop()
    await asyncio.sleep(0)
    assert [each for each in asyncio.all_tasks() if each is not asyncio.current_task()] == []
