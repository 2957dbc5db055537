"""Network namespaces for peers that refuse the loopback interface: a server's, and one for each phone."""

from __future__ import annotations

import os
import shutil
import subprocess
from types import TracebackType

PREFIX = "10.201"
SERVER_ADDRESS = f"{PREFIX}.0.1"


def obstacle() -> str:
    """Say why no namespace can be made here; empty when it can."""
    if os.geteuid() != 0:
        return "making network namespaces needs root"
    if shutil.which("ip") is None:
        return "ip is not installed"
    name = f"sipctl-try-{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode:
        return "network namespaces cannot be made here"
    subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
    return ""


class Town:
    """One namespace for the server, at SERVER_ADDRESS, and `phones` others, each on a link of its own to it."""

    def __init__(self, phones: int) -> None:
        self._name = f"sipctl-{os.getpid()}"
        self._phones = phones

    @property
    def server(self) -> list[str]:
        """Command prefix that runs something in the server's namespace."""
        return ["ip", "netns", "exec", self._name]

    def phone(self, number: int) -> list[str]:
        """Command prefix that runs something in the namespace of phone `number`, counted from 1."""
        return ["ip", "netns", "exec", f"{self._name}-{number}"]

    @staticmethod
    def address(number: int) -> str:
        """Address of phone `number`."""
        return f"{PREFIX}.{number}.2"

    def __enter__(self) -> Town:
        try:
            self._build()
        except subprocess.CalledProcessError:
            self._remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._remove()

    def _build(self) -> None:
        _ip("netns", "add", self._name)
        _ip("-n", self._name, "link", "set", "lo", "up")
        _ip("-n", self._name, "address", "add", f"{SERVER_ADDRESS}/32", "dev", "lo")
        subprocess.run([*self.server, "sysctl", "-q", "-w", "net.ipv4.ip_forward=1"], check=True)
        for number in range(1, self._phones + 1):
            name = f"{self._name}-{number}"
            near, far = f"s{os.getpid() % 100000}-{number}", "eth0"
            _ip("netns", "add", name)
            _ip("-n", self._name, "link", "add", near, "type", "veth", "peer", "name", far, "netns", name)
            _ip("-n", self._name, "address", "add", f"{PREFIX}.{number}.1/24", "dev", near)
            _ip("-n", self._name, "link", "set", near, "up")
            _ip("-n", name, "address", "add", f"{self.address(number)}/24", "dev", far)
            _ip("-n", name, "link", "set", far, "up")
            _ip("-n", name, "link", "set", "lo", "up")
            _ip("-n", name, "route", "add", "default", "via", f"{PREFIX}.{number}.1")

    def _remove(self) -> None:
        for name in [self._name, *(f"{self._name}-{number}" for number in range(1, self._phones + 1))]:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
