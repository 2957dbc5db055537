"""A signalling process without its supervisor: the test holds the control socket."""

from __future__ import annotations

import select
import socket
import subprocess
import sys
from pathlib import Path

import msgspec

from core.northbound.control import Configure, Configured, control_pair, receive_configured, send_configure
from core.northbound.settings import AuthenticationSettings, Listener, Settings, SipSettings


class WorkerProcess:
    """`python -m core.worker` on a state directory; a context manager that ends it."""

    def __init__(self, state: Path, sip: SipSettings | None = None) -> None:
        self.state = state
        (state / "run").mkdir(parents=True, exist_ok=True)
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.address: tuple[str, int] = self.udp.getsockname()
        self.listener = Listener("udp", *self.address)
        self.sip = sip or SipSettings()
        self.log = state / "log"
        self._control, theirs = control_pair()
        with theirs, self.log.open("wb") as log:
            words = ["-P", "-m", "core.worker", "--state", str(state), "--control", str(theirs.fileno())]
            self.process = subprocess.Popen(
                [sys.executable, *words], pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL, stderr=log
            )

    def __enter__(self) -> WorkerProcess:
        answer = self.configure(1, self.settings(), (self.listener,), {0: self.udp})
        assert answer == Configured(1), self.log.read_text()
        return self

    def __exit__(self, *_: object) -> None:
        self._control.close()
        self.udp.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def settings(self, *others: Listener) -> Settings:
        """Make settings with our listener and `others`, that challenge nobody."""
        return Settings(
            sip=msgspec.structs.replace(self.sip, listeners=(self.listener, *others)),
            authentication=AuthenticationSettings(
                challenge_register=False, challenge_invite=False, challenge_other=False
            ),
        )

    def configure(
        self, serial: int, settings: Settings, listeners: tuple[Listener, ...], new: dict[int, socket.socket]
    ) -> Configured | None:
        """Have the worker take `settings`, all listeners by their number, the `new` ones with socket."""
        (self.state / "run" / "settings").write_bytes(msgspec.msgpack.encode(settings))
        message = Configure(serial, "settings", tuple(enumerate(listeners)), tuple(new))
        send_configure(self._control, message, [sock.fileno() for sock in new.values()])
        return self.answer()

    def answer(self) -> Configured | None:
        """Wait for the worker's next answer; None when it has gone."""
        assert select.select([self._control], [], [], 10)[0], self.log.read_text()
        return receive_configured(self._control)

    def end_supervisor(self) -> None:
        """Close our end, as a supervisor that is killed does."""
        self._control.close()
