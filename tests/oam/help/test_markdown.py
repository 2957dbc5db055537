"""docs/commands.md."""

from __future__ import annotations

from oam.commands.registry import load
from oam.help.describe import written
from oam.help.markdown import markdown


def test_every_command_is_there_with_its_help() -> None:
    text = markdown(load())
    for command in load().commands:
        assert f"### `{written(command.elements)}`\n\n{command.help}" in text


def test_defaults_filters_and_examples_are_told() -> None:
    text = markdown(load())
    assert "### `timer t1 <10-10000>`" in text
    assert "Default: 500." in text
    assert "Default: sha-256, md5. May be given several times." in text
    assert "- `include PATTERN`: " in text
    assert "\n    help show running-config\n" in text
