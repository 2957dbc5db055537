"""A FreeRADIUS of our own: configuration in a temporary directory, ports on loopback, ended by its pid."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from support.waiting import free_ports, wait_until

PROGRAM = shutil.which("freeradius", path=os.environ.get("PATH", "") + ":/usr/sbin")
SECRET = "shared secret"

_RADIUSD = """\
prefix = /usr
libdir = /usr/lib/freeradius
raddbdir = {where}
logdir = {where}
run_dir = {where}
pidfile = {where}/radiusd.pid
log {{
    destination = stdout
    auth = yes
}}
security {{
    reject_delay = 0
}}
thread pool {{
    start_servers = 2
    max_servers = 4
    min_spare_servers = 1
    max_spare_servers = 2
}}
client loopback {{
    ipaddr = 127.0.0.1
    secret = "{secret}"
}}
modules {{
    always handled {{
        rcode = handled
    }}
    pap {{
    }}
    files {{
        usersfile = {where}/users
    }}
    detail {{
        filename = {where}/records
        permissions = 0600
        header = "%t"
    }}
}}
server default {{
    listen {{
        type = auth
        ipaddr = 127.0.0.1
        port = {auth}
    }}
    listen {{
        type = acct
        ipaddr = 127.0.0.1
        port = {acct}
    }}
    authorize {{
        if (&User-Name == "otp" && !&State) {{
            update control {{
                &Response-Packet-Type := Access-Challenge
            }}
            update reply {{
                &State := 0x6f7470
                &Reply-Message := "Code:"
            }}
            {sign}
            handled
        }}
        files
        pap
    }}
    authenticate {{
        Auth-Type PAP {{
            pap
        }}
    }}
    post-auth {{
        {sign}
        Post-Auth-Type REJECT {{
            {sign}
        }}
    }}
    accounting {{
        detail
    }}
}}
"""
_SIGN = "update reply {\n&Message-Authenticator := 0x00\n}"

USERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "admin": ("Str0ng", ('Cisco-AVPair = "shell:priv-lvl=15"',)),
    "boss": ("Str0ng", ("Service-Type = Administrative-User",)),
    "watcher": ("Str0ng", ('Class = "role=watcher"', "Service-Type = NAS-Prompt-User")),
    "plain": ("Str0ng", ('Reply-Message = "Hello"',)),
    "otp": ("42", ()),
    "$enab15$": ("up", ()),
}
"""Name: secret, and what an Access-Accept gives."""


class FreeRadius:
    """A server; use as a context manager."""

    def __init__(self, where: Path, *, signs: bool = True) -> None:
        self.where = where
        where.mkdir(parents=True, exist_ok=True)
        self.auth_port, self.acct_port = free_ports(2)
        sign = _SIGN if signs else ""
        text = _RADIUSD.format(where=where, secret=SECRET, auth=self.auth_port, acct=self.acct_port, sign=sign)
        (where / "radiusd.conf").write_text(text)
        (where / "dictionary").write_text("")
        (where / "users").write_text(
            "".join(
                f'{name} Cleartext-Password := "{secret}"\n' + ",\n".join(f"\t{each}" for each in given) + "\n\n"
                for name, (secret, given) in USERS.items()
            )
        )
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> FreeRadius:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it serves."""
        assert PROGRAM is not None
        log = self.where / "log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [PROGRAM, "-f", "-d", str(self.where), "-l", "stdout"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            wait_until(self._serves, 15.0, "FreeRADIUS to serve")
        except AssertionError as error:
            self.stop()
            raise AssertionError(f"{error}:\n{log.read_text(errors='replace')[-3000:]}") from None

    def _serves(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "FreeRADIUS has ended"
        return "Ready to process requests" in (self.where / "log").read_text(errors="replace")

    def pause(self) -> None:
        """Let it answer nothing until `resume`."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def records(self) -> list[dict[str, str]]:
        """The accounting records, oldest first."""
        path = self.where / "records"
        text = path.read_text() if path.exists() else ""
        return [
            {name.strip(): value.strip().strip('"') for name, _, value in (line.partition("=") for line in lines[1:])}
            for lines in (block.splitlines() for block in text.split("\n\n") if block.strip())
        ]
