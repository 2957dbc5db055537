"""The manual pages."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from oam.commands.registry import CONFIG, EXEC, load
from oam.help import man
from oam.help.describe import written
from oam.snmp.manual import manual
from sipctl import daemon
from sipctl import shell as sipctl

PAGES = {
    "sipctl.1": man.shell,
    "sipctl-config.5": lambda: man.configuration(load()),
    "sipctl-commands.7": lambda: man.commands(load()),
    "sipctl-mib.7": manual,
    "sipctld.8": man.server,
}
_OPTION = re.compile(r"^ +(-{1,2}[a-z]+(?: [A-Z]+)?)\b", re.MULTILINE)


def test_roff_takes_nothing_for_a_request_or_an_escape() -> None:
    assert man.roff(".x -y \\z 'q' §17") == "\\&.x \\-y \\ez \\(aqq\\(aq \\[u00A7]17"
    assert man.roff('say "x" `y` ^~') == "say \\(dqx\\(dq y \\(ha\\(ti"


def test_commands_and_configuration_lines_each_have_their_page() -> None:
    commands, configuration = man.commands(load()), man.configuration(load())
    for command in load().commands:
        line = f'.B "{man.roff(written(command.elements))}"'
        assert line in (commands if command.mode is EXEC else configuration)
    assert '.SH "CONFIGURATION COMMANDS"' in configuration
    assert '.SH "MODE SIP, PROMPT (CONFIG\\-SIP)#"' in configuration
    assert CONFIG.prompt.upper() not in commands


def test_the_shells_page_has_the_programs_options_and_exit_codes() -> None:
    shown = dict(man.SHELL_OPTIONS)
    assert set(_OPTION.findall(sipctl.HELP)) == set(shown)
    codes = re.search(r"exit status: (.*)", sipctl.HELP, re.DOTALL)
    assert codes
    assert [int(each) for each in re.findall(r"\d+", codes[1])] == [code for code, _ in man.EXIT_CODES]


def test_the_servers_page_has_the_programs_options(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        daemon.main(["--help"])
    found = {option.split()[0] for option in _OPTION.findall(capsys.readouterr().out)}
    assert found - {"-h"} == {option.split()[0] for option, _ in man.SERVER_OPTIONS}


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("mandoc") is None, reason="mandoc is not installed")
@pytest.mark.parametrize("name", PAGES)
def test_pages_have_no_faults(name: str, tmp_path: Path) -> None:
    page = tmp_path / name
    page.write_text(PAGES[name](), encoding="utf-8")
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", str(page)], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("mandoc") is None, reason="mandoc is not installed")
def test_a_page_is_readable(tmp_path: Path) -> None:
    page = tmp_path / "sipctl.1"
    page.write_text(man.shell(), encoding="utf-8")
    done = subprocess.run(["mandoc", "-T", "utf8", str(page)], capture_output=True, text=True, check=True)
    text = re.sub(".\b", "", done.stdout)
    assert "sipctl - operate the SIP server from its shell" in text
    assert "sipctl -c 'show calls | json'" in text
    assert "SEE ALSO\n       sipctl-commands(7), sipctl-config(5), sipctld(8)" in text
