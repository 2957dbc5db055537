"""One running server with a state directory of its own, as tests and benchmarks need it.

The server is started with this interpreter and this environment: with the source tree
in PYTHONPATH that is the plain source, without it the installed package.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
from support.agent import options_answered
from support.waiting import free_ports, wait_until

CALLERS = ("1001", "1002")
SECRET = "secret"


def _program(module: str) -> list[str]:
    return [sys.executable, "-P", "-c", f"import sys; from {module} import main; sys.exit(main())"]


def configuration(port: int, *, address: str = "127.0.0.1", extra: Iterable[str] = ()) -> str:
    """Return a startup-config: UDP and TCP on `port`, realm `example.com`, digest of REGISTER and INVITE."""
    return "\n".join(
        [
            "hostname sip1",
            "!",
            "sip",
            " domain example.com",
            f" listener udp {address} port {port}",
            f" listener tcp {address} port {port}",
            "!",
            "authentication",
            " realm example.com",
            "!",
            *extra,
            "end",
            "",
        ]
    )


MD5_ALONE = ("authentication", " no algorithm sha-256", "!")
"""Extra configuration lines for sipp 3.6, sipsak 0.9 and baresip 1.0.

They give up when the first challenge, or any, names an algorithm other than MD5.
"""

UNCHALLENGED_CALLS = (*MD5_ALONE, "authentication", " no challenge invite", "!")
"""Extra configuration lines: as above, and calls are taken up without credentials."""


class House:
    """A server; a context manager that starts it and ends it."""

    def __init__(
        self,
        where: Path,
        *,
        extra: Iterable[str] = (),
        address: str = "127.0.0.1",
        port: int = 0,
        subscribers: Iterable[str] = CALLERS,
        environment: Mapping[str, str] | None = None,
        prefix: Iterable[str] = (),
    ) -> None:
        self.state = where / "state"
        self.address = address
        self.port = port or free_ports()[0]
        self.log = where / "sipctld.log"
        self.environment = dict(os.environ if environment is None else environment)
        if path := self.environment.get("PYTHONPATH"):
            # The server runs in its state directory, where a relative path would lead elsewhere.
            self.environment["PYTHONPATH"] = os.pathsep.join(os.path.abspath(part) for part in path.split(os.pathsep))
        self._prefix = list(prefix)
        """Command that runs the server somewhere else, `ip netns exec NAME`."""
        self._names = list(subscribers)
        self._daemon: subprocess.Popen[bytes] | None = None
        self.state.mkdir(mode=0o750, parents=True, exist_ok=True)
        self.startup.write_text(configuration(self.port, address=address, extra=extra))

    @property
    def startup(self) -> Path:
        """The startup-config."""
        return self.state / "startup-config"

    @property
    def pid(self) -> int:
        """The supervisor's."""
        assert self._daemon is not None
        return self._daemon.pid

    def __enter__(self) -> Self:
        try:
            self.start()
            if self._names:
                self.subscribe(self._names)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if error is not None:
            print(self.log.read_text(errors="replace")[-8000:])
        self.stop()

    def start(self, seconds: float = 15.0) -> None:
        """Start the server and wait until SIP and the shell answer."""
        with self.log.open("ab") as log:
            self._daemon = subprocess.Popen(
                [*self._prefix, *_program("sipctl.daemon"), "--state", str(self.state)],
                cwd=self.state,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            wait_until(self.is_ready, seconds, "the server to start")
        except AssertionError as error:
            raise AssertionError(f"{error}; its log:\n{self.log.read_text()[-4000:]}") from None

    def is_ready(self) -> bool:
        """Whether the shell answers and, where we can reach it, SIP."""
        assert self._daemon is not None
        if self._daemon.poll() is not None:
            raise AssertionError(f"the server ended with {self._daemon.returncode}:\n{self.log.read_text()[-4000:]}")
        if not self._prefix and not options_answered(self.address, self.port):
            return False
        return (self.state / "run" / "console.sock").exists() and self.command("show version").returncode == 0

    def stop(self) -> int:
        """End the server as an operator would; return its exit code."""
        if self._daemon is None:
            return 0
        family = [self._daemon.pid, *(process.pid for process in self.children())]
        if self._daemon.poll() is None:
            self._daemon.send_signal(signal.SIGTERM)
        try:
            code = self._daemon.wait(20)
        finally:
            for pid in family:
                if psutil.pid_exists(pid) and self.owns(pid):
                    os.kill(pid, signal.SIGKILL)
        self._daemon = None
        return code

    def owns(self, pid: int) -> bool:
        """Whether `pid` still is a process of this server."""
        try:
            process = psutil.Process(pid)
            return process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(self.state)
        except psutil.Error:
            return False

    def children(self) -> list[psutil.Process]:
        """The server's processes but the supervisor."""
        try:
            return psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def process(self, module: str) -> psutil.Process | None:
        """The process that runs `module`, `core.worker` or `oam.manager`."""
        for process in self.children():
            try:
                if module in process.cmdline():
                    return process
            except psutil.Error:
                continue
        return None

    def kill(self, module: str) -> int:
        """`kill -9` the process that runs `module`; return its pid."""
        process = self.process(module)
        assert process is not None, f"no process runs {module}"
        process.kill()
        return process.pid

    def crash(self) -> None:
        """`kill -9` every process at once, as a power cut would."""
        assert self._daemon is not None
        for process in [*self.children(), psutil.Process(self.pid)]:
            process.kill()
        self._daemon.wait()
        self._daemon = None

    def sipctl(
        self, *arguments: str, stdin: str | None = None, seconds: float = 60.0
    ) -> subprocess.CompletedProcess[str]:
        """Run `sipctl` on this server."""
        return subprocess.run(
            [*_program("sipctl.shell"), "--state", str(self.state), *arguments],
            cwd=self.state.parent,
            env=self.environment,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def command(self, *lines: str) -> subprocess.CompletedProcess[str]:
        """Run `lines` in one batch session."""
        return self.sipctl(*(word for line in lines for word in ("-c", line)))

    def do(self, *lines: str) -> str:
        """Run `lines`, which must succeed; return what they print."""
        result = self.command(*lines)
        assert result.returncode == 0, f"{lines}: {result.returncode}\n{result.stdout}{result.stderr}"
        return result.stdout

    def rows(self, line: str) -> list[dict[str, Any]]:
        """Return the rows of one `show`."""
        found = json.loads(self.do(f"{line} | json"))
        assert isinstance(found, list)
        return found

    def answered(self) -> set[str]:
        """Return the Call-IDs of answered calls."""
        return {row["call_id"] for row in self.rows("show calls") if row["state"] == "answered"}

    def counters(self) -> dict[str, int]:
        """Return the SIP counters by name."""
        return {row["counter"]: row["value"] for row in self.rows("show sip statistics")}

    def subscribe(self, names: Iterable[str], secret: str = SECRET) -> None:
        """Make subscribers, all with the same secret."""
        path = self.state.parent / "subscribers.csv"
        path.write_text("name,secret\n" + "".join(f"{name},{secret}\n" for name in names))
        self.do(f"import subscribers {path}")
