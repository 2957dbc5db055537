"""Notices to web and mail servers that are well, refuse, or are away: nobody waits for them."""

from __future__ import annotations

import asyncio
import json
import smtplib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, done, gathered, played
from support.waiting import free_ports, until

from core.northbound.keyring import Keyring
from oam.config.tree import Configuration
from oam.notices import ManagementNotice
from oam.notification import targets as module
from oam.settings.automation import EventHook, Step
from oam.settings.notification import Mail, NotificationTarget
from oam.settings.operators import Operator

NOTICE = ManagementNotice("trunk-down", "trunk PSTN is down", "errors", 5.0)


class Web:
    """A web server that remembers what it was posted."""

    def __init__(self, answers: list[int]) -> None:
        self.requests: list[tuple[str, dict[str, object]]] = []
        self._answers = answers

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(
            next(line.split(":")[1] for line in head.splitlines() if line.lower().startswith("content-length"))
        )
        self.requests.append((head, json.loads(await reader.readexactly(length))))
        status = self._answers.pop(0) if self._answers else 204
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def web(*answers: int) -> AsyncIterator[tuple[Web, int]]:
    server = Web(list(answers))
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    async with listening:
        yield server, listening.sockets[0].getsockname()[1]


@asynccontextmanager
async def sending(tmp_path: Path, *targets: NotificationTarget) -> AsyncIterator[FakeManager]:
    manager = FakeManager(tmp_path, Configuration(notification_targets=targets))
    manager.targets.start()
    try:
        yield manager
    finally:
        await manager.targets.close()


@played
async def test_a_web_server_is_posted_the_notice_with_its_token(tmp_path: Path) -> None:
    token = Keyring(tmp_path).encrypted("s3cret")
    async with web() as (server, port):
        settings = NotificationTarget("NOC", webhook=f"http://127.0.0.1:{port}/hooks?x=1", token=token)
        async with sending(tmp_path, settings) as manager:
            assert manager.targets.targets["NOC"].put(NOTICE, "sip1")
            await until(lambda: manager.targets.targets["NOC"].sent == 1)
    ((head, body),) = server.requests
    assert head.startswith("POST /hooks?x=1 HTTP/1.1\r\n")
    assert "Authorization: Bearer s3cret" in head
    assert body["text"] == "trunk PSTN is down"


@played
async def test_what_a_server_refuses_is_given_up_and_one_that_is_not_well_is_asked_until_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BACK_OFF_S", (0.0,))
    async with (
        web(403, 404, 410, 503, 429, 500, 502, 200) as (server, port),
        sending(tmp_path, NotificationTarget("NOC", webhook=f"http://127.0.0.1:{port}/")) as manager,
    ):
        target = manager.targets.targets["NOC"]
        target.put(NOTICE, "sip1")
        await until(lambda: target.failed == 1)
        assert target.error == "the server answered 410"
        target.put(NOTICE, "sip1")
        await until(lambda: target.sent == 1)
        assert target.error == ""
        assert manager.notices.counts["notification-failed"] == 1
    assert len(server.requests) == 8


@played
async def test_a_notice_is_not_kept_for_ever_for_a_server_that_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BACK_OFF_S", (0.0,))
    monkeypatch.setattr(module, "PATIENCE_S", 0.2)
    (port,) = free_ports(1)
    async with sending(tmp_path, NotificationTarget("NOC", webhook=f"http://127.0.0.1:{port}/")) as manager:
        target = manager.targets.targets["NOC"]
        target.put(NOTICE, "sip1")
        await until(lambda: target.failed == 1)
        assert (target.error, target.waiting) == ("Connection refused", 0)


@pytest.mark.parametrize(
    ("error", "final"),
    [
        (smtplib.SMTPRecipientsRefused({"noc@example.com": (550, b"no such user")}), True),
        (smtplib.SMTPRecipientsRefused({"noc@example.com": (451, b"greylisted")}), False),
        (smtplib.SMTPDataError(554, b"spam"), True),
        (smtplib.SMTPConnectError(421, b"busy"), False),
        (smtplib.SMTPServerDisconnected("gone"), False),
        (smtplib.SMTPNotSupportedError("no STARTTLS"), True),
        (ssl.SSLCertVerificationError("self-signed"), False),
    ],
)
def test_what_a_server_says_tells_whether_to_come_again(error: Exception, final: bool) -> None:
    assert module._is_final(error) is final


@played
async def test_a_queue_has_a_bound_and_counts_what_found_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BACK_OFF_S", (60.0,))
    (port,) = free_ports(1)
    async with sending(tmp_path, NotificationTarget("NOC", webhook=f"http://127.0.0.1:{port}/")) as manager:
        target = manager.targets.targets["NOC"]
        taken = [target.put(NOTICE, "sip1") for _ in range(module.WAITING + 3)]
        assert taken.count(False) == target.dropped == 3


@played
async def test_a_mail_server_takes_the_mail(tmp_path: Path) -> None:
    taken: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail\r\n")
        in_data = False
        async for line in reader:
            text = line.decode().rstrip()
            taken.append(text)
            if in_data:
                in_data = text != "."
                writer.write(b"250 taken\r\n" if not in_data else b"")
            elif text.upper() == "DATA":
                in_data = True
                writer.write(b"354 go on\r\n")
            elif text.upper() == "QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        settings = NotificationTarget("MAIL", mail=Mail("127.0.0.1", "sip1@example.com", "noc@example.com", port))
        async with sending(tmp_path, settings) as manager:
            manager.targets.targets["MAIL"].put(NOTICE, "sip1")
            await until(lambda: manager.targets.targets["MAIL"].sent == 1)
    assert "Subject: sip1: trunk-down: trunk PSTN is down" in taken
    assert any(line.lower().startswith("rcpt to:<noc@example.com>") for line in taken)


@played
async def test_a_target_that_is_shut_down_is_let_go(tmp_path: Path) -> None:
    async with sending(tmp_path, NotificationTarget("NOC", webhook="http://127.0.0.1:9/")) as manager:
        session = manager.session()
        await done(session, ["configure terminal", "notification-target NOC", "shutdown", "end"])
        assert manager.targets.targets == {}
        result = (await gathered(session, "send notification NOC hello"))[1]
        assert result.errors == ["% There is no notification-target NOC, or it is shut down"]


@played
async def test_the_command_list_of_an_event_sends_the_notice_it_is_about(tmp_path: Path) -> None:
    async with web() as (server, port):
        manager = FakeManager(
            tmp_path,
            Configuration(
                notification_targets=(NotificationTarget("NOC", webhook=f"http://127.0.0.1:{port}/"),),
                events=(
                    EventHook("E", on="trunk-down", commands=(Step(1, "send notification NOC"),), operator="robot"),
                ),
                users=(Operator("robot", privilege=15),),
            ),
        )
        manager.targets.start()
        manager.notices.publish("trunk-down", "trunk A is down: no answer", "errors")
        await until(lambda: server.requests)
        await manager.automation.jobs.close()
        await manager.targets.close()
    assert [body["text"] for _, body in server.requests] == ["trunk A is down: no answer"]


@played
async def test_of_alarms_in_one_second_every_one_is_sent(tmp_path: Path) -> None:
    hook = EventHook("E", on="alarm-raised", commands=(Step(1, "send notification NOC"),), operator="robot")
    async with web() as (server, port):
        manager = FakeManager(
            tmp_path,
            Configuration(
                notification_targets=(NotificationTarget("NOC", webhook=f"http://127.0.0.1:{port}/"),),
                events=(msgspec.structs.replace(hook, interval_s=1),),
                users=(Operator("robot", privilege=15),),
            ),
        )
        manager.targets.start()
        running = asyncio.create_task(manager.automation.run())
        for name in "ABCDE":
            manager.alarms.set(3, f"route-group {name}", "all members are down")
        await until(lambda: len(server.requests) == 5)
        running.cancel()
        await asyncio.wait([running])
        await manager.targets.close()
    assert [body["text"] for _, body in server.requests] == [
        f"critical alarm {number}, trunk-group-down of route-group {name}: all members are down"
        for number, name in enumerate("ABCDE", 1)
    ]
    assert manager.automation.hooks.states["E"].runs == 2


@played
async def test_by_hand_a_text_is_needed(tmp_path: Path) -> None:
    async with sending(tmp_path, NotificationTarget("NOC", webhook="http://127.0.0.1:9/")) as manager:
        result = (await gathered(manager.session(), "send notification NOC"))[1]
    assert result.errors == ["% No event has started this: give a text"]
