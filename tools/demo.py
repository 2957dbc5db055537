"""`make run`: a server on loopback with two subscribers and an operator, and its shell.

State is kept in .demo in the project directory (or `$SIPCTL_DEMO`), so that a second run goes on
where the first ended. With a terminal the shell opens and the server ends with it;
without one the server stays in the foreground.
"""

from __future__ import annotations

import csv
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from oam.security.secrets import hashed
from oam.snmp.oids import SIPCTL, dotted

ROOT = Path(__file__).resolve().parents[1]
STATE = Path(os.environ.get("SIPCTL_DEMO") or ROOT / ".demo")
PROGRAMS = Path(sys.executable).parent
NAMES = ("1001", "1002")
READY_S = 15

CONFIGURATION = """\
version 1.0
!
hostname demo
!
username admin privilege 15 secret 9 {secret}
!
management ssh
 listen 127.0.0.1 port {ssh}
 no shutdown
!
sip
 domain demo.example.com
 listener udp 127.0.0.1 port {port}
 listener tcp 127.0.0.1 port {port}
!
authentication
 realm demo.example.com
!
numbering
 emergency 110
!
translation-rule DROP-9
 called delete 0 1
!
trunk PSTN-1
 address sip:127.0.0.1:5080
 monitor options interval 30
!
trunk PSTN-2
 address sip:127.0.0.1:5081
!
route-group PSTN
 trunk PSTN-1 preference 1
 trunk PSTN-2 preference 2
!
number-analysis
 prefix 9 digits 4 24 translate DROP-9 route-group PSTN
 prefix 4001 redirect sip:hotline@demo.example.com
!
traffic-control
 code-block 0900 percent 100 reason 403
!
end
"""


MANAGER = """\
configure terminal
snmp-server listen 127.0.0.1 port {port}
snmp-server group NMS v3 priv
snmp-server user nms NMS v3 auth sha-256 0 {phrase} priv aes 128 0 {phrase}
end
write memory
"""


def free_port(first: int) -> int:
    """Return `first`, or the next port after it that nobody uses for UDP or TCP."""
    for port in range(first, first + 100):
        try:
            for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                with socket.socket(socket.AF_INET, kind) as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return port
    raise SystemExit(f"demo: ports {first} to {first + 99} of 127.0.0.1 are all in use")


def prepare() -> dict[str, str]:
    """Write what a first run needs; return the subscribers' passwords."""
    STATE.mkdir(mode=0o750, parents=True, exist_ok=True)
    startup = STATE / "startup-config"
    operator = STATE / "demo-operator"
    if not startup.exists():
        password = secrets.token_hex(8)
        operator.touch(mode=0o600)
        operator.write_text(f"{password}\n")
        filled = CONFIGURATION.format(port=free_port(5060), ssh=free_port(2222), secret=hashed(password))
        startup.write_text(filled)
    passwords = STATE / "demo-subscribers.csv"
    if not passwords.exists():
        lines = "".join(f"{name},{secrets.token_hex(5)}\n" for name in NAMES)
        passwords.touch(mode=0o600)
        passwords.write_text("name,secret\n" + lines)
    with passwords.open(newline="") as file:
        return {row["name"]: row["secret"] for row in csv.DictReader(file)}


def sipctl(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `sipctl` in batch on the demo server."""
    command = [str(PROGRAMS / "sipctl"), "--state", str(STATE), *arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def wait_ready(server: subprocess.Popen[bytes], log: Path | None) -> None:
    """Return when the shell answers; end the program, with the server's last words, when it does not come up."""
    deadline = time.monotonic() + READY_S
    while server.poll() is None and time.monotonic() < deadline:
        if sipctl("-c", "show version").returncode == 0:
            return
        time.sleep(0.05)
    if server.poll() is None:
        server.terminate()
        server.wait()
    if log is not None:
        sys.stderr.write(log.read_text()[-2000:])
    raise SystemExit("demo: the server did not start")


def introduce(passwords: dict[str, str]) -> None:
    """Make the subscribers if they are not there, and say how to use the server."""
    known = sipctl("-c", "show subscribers | csv").stdout
    if not all(name in known for name in NAMES):
        result = sipctl("-c", f"import subscribers {STATE / 'demo-subscribers.csv'}")
        if result.returncode:
            raise SystemExit(f"demo: {result.stdout}{result.stderr}")
    listeners = [line.split() for line in (STATE / "startup-config").read_text().splitlines() if " listener " in line]
    print("sipctl demo server: " + ", ".join(f"{words[1]} {words[2]} port {words[4]}" for words in listeners))
    for name, password in passwords.items():
        print(f"  subscriber {name}, password {password}")
    for line in (*_over_ssh(), *_over_snmp()):
        print(line)
    print(f"  shell from elsewhere: {PROGRAMS / 'sipctl'} --state {STATE}")
    print("  try: ?    test call 1001 1002    test route 1001 9030123456    configure terminal", flush=True)


def _over_ssh() -> list[str]:
    """Say how to log in over SSH, where the demo's own configuration is still in force."""
    lines = (STATE / "startup-config").read_text().splitlines()
    operator = STATE / "demo-operator"
    if "management ssh" not in lines or not operator.exists():
        return []
    listening = next(line.split() for line in lines[lines.index("management ssh") :] if " listen " in line)
    return [f"  ssh -p {listening[3]} admin@{listening[1]}, password {operator.read_text().strip()}"]


def _over_snmp() -> list[str]:
    """Have a manager, made at the first start; say how it asks, where its listener is still configured."""
    phrase = STATE / "demo-manager"
    if not phrase.exists():
        phrase.touch(mode=0o600)
        phrase.write_text(f"{secrets.token_hex(8)}\n")
        lines = MANAGER.format(port=free_port(1161), phrase=phrase.read_text().strip())
        result = sipctl(*(word for line in lines.splitlines() for word in ("-c", line)))
        if result.returncode:
            raise SystemExit(f"demo: {result.stdout}{result.stderr}")
    startup = (STATE / "startup-config").read_text().splitlines()
    listening = [line.split() for line in startup if line.startswith("snmp-server listen ")]
    if not listening:
        return []
    _, _, address, _, port = listening[0]
    word = phrase.read_text().strip()
    user = f"-u nms -l authPriv -a SHA-256 -A {word} -x AES -X {word}"
    return [f"  snmpwalk -v3 {user} {address}:{port} {dotted(SIPCTL)}"]


def end(server: subprocess.Popen[bytes]) -> int:
    """Ask the server to finish; return its exit code."""
    if server.poll() is None:
        server.send_signal(signal.SIGTERM)
    return server.wait()


def main() -> int:
    """Start the server, open the shell or stay with it."""
    passwords = prepare()
    with_shell = sys.stdin.isatty() and sys.stdout.isatty()
    log = STATE / "log" if with_shell else None
    output = log.open("wb") if log is not None else None
    server = subprocess.Popen(
        [str(PROGRAMS / "sipctld"), "--state", str(STATE)],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: sys.exit(0))
    try:
        wait_ready(server, log)
        introduce(passwords)
        if not with_shell:
            print("  stop with Ctrl-C", flush=True)
            return server.wait()
        code = subprocess.run([str(PROGRAMS / "sipctl"), "--state", str(STATE)], check=False).returncode
    except KeyboardInterrupt:
        code = 0
    finally:
        end(server)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
