"""baresip, headless: one phone in a network namespace, driven by its keyboard."""

from __future__ import annotations

import shutil
from pathlib import Path

import pexpect
from support.netns import SERVER_ADDRESS, Town

BARESIP = shutil.which("baresip")

_CONFIGURATION = """\
poll_method epoll
sip_listen {address}:5060
audio_source ausine,440
audio_player aubridge,nil
audio_alert aubridge,nil
ausrc_srate 48000
ausrc_channels 2
rtp_ports 10000-10100
module_path {modules}
module stdio.so
module g711.so
module ausine.so
module aubridge.so
module_tmp account.so
module_app menu.so
"""


def modules_path() -> Path | None:
    """Where baresip's modules lie."""
    return next((path.parent for path in Path("/usr/lib").glob("**/baresip/modules/menu.so")), None)


class Phone:
    """A subscriber's phone; it answers every call at once."""

    def __init__(self, where: Path, town: Town, number: int, user: str, port: int, *, transport: str = "udp") -> None:
        """Start the phone in namespace `number`; it registers `user` right away."""
        self.user = user
        self._server = f"{SERVER_ADDRESS}:{port}"
        directory = where / user
        directory.mkdir()
        (directory / "config").write_text(_CONFIGURATION.format(address=town.address(number), modules=modules_path()))
        (directory / "accounts").write_text(
            f"<sip:{user}@{self._server};transport={transport}>"
            f";auth_user={user};auth_pass=secret;answermode=auto;regint=600\n"
        )
        (directory / "contacts").write_text("")
        command = [*town.phone(number), str(BARESIP), "-4", "-f", str(directory)]
        self.log = directory / "log"
        self._file = self.log.open("w")
        self._child = pexpect.spawn(
            command[0],
            command[1:],
            timeout=15,
            encoding="utf-8",
            codec_errors="replace",
            logfile=self._file,
            use_poll=True,
        )

    def expect(self, pattern: str, seconds: float = 15) -> None:
        """Wait until the phone says `pattern`; fail with all it said."""
        try:
            self._child.expect(pattern, timeout=seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            self._file.flush()
            raise AssertionError(f"{self.user} never said {pattern!r}:\n{self.log.read_text()[-3000:]}") from None

    def registered(self) -> None:
        """Wait until the phone is registered."""
        self.expect(r"1 binding")

    def dial(self, user: str) -> None:
        """Call `user`."""
        self._child.sendline(f"/dial sip:{user}@{self._server}")

    def established(self) -> None:
        """Wait until a call is up."""
        self.expect("Call established")

    def hears(self) -> None:
        """Wait until voice arrives and leaves."""
        self.expect(r"audio=[1-9]\d*/[1-9]\d*")

    def hang_up(self) -> None:
        """End the call."""
        self._child.sendline("/hangup")

    def closed(self) -> None:
        """Wait until the far end has ended the call."""
        self.expect("session closed|terminated")

    def end(self) -> None:
        """Switch it off."""
        self._child.sendline("/quit")
        self._child.close(force=True)
        self._file.close()
