"""The page of a command."""

from __future__ import annotations

from oam.commands.registry import Command, load
from oam.help.describe import examples, written
from oam.help.page import page
from oam.shell.width import columns


def command(beginning: str) -> Command:
    found = (each for each in load().commands if written(each.elements).startswith(beginning))
    return min(found, key=lambda each: len(written(each.elements)))


def test_a_page_says_all_of_a_command() -> None:
    lines = page(load(), command("listener <udp|tcp> ADDRESS port <1-65535> ["), "en", 80)
    assert lines[0].startswith("listener <udp|tcp> ADDRESS port <1-65535>")
    assert "  A wildcard address (0.0.0.0, ::) needs `advertise`." in lines
    assert "    ADDRESS         Local IPv4 or IPv6 address" in lines
    assert "    <1-65535>       Number from 1 to 65535" in lines
    assert "  Configuration mode (config-sip). May be given several times." in lines


def test_the_page_of_a_mode_lists_its_lines() -> None:
    lines = page(load(), command("authentication"), "en", 80)
    assert "  Configuration mode (config). Enters mode authentication." in lines
    assert any(line.startswith("    nonce lifetime ") and "How long a nonce" in line for line in lines)


def test_examples_stand_as_they_are_typed() -> None:
    lines = page(load(), command("help"), "zh", 80)
    assert "    help show running-config" in lines


def test_pages_keep_to_the_width_in_every_language() -> None:
    registry = load()
    for language in ("en", "zh"):
        for each in registry.commands:
            lines = [line for line in page(registry, each, language, 60) if line.strip() not in examples(each)]
            assert [line for line in lines[1:] if columns(line) >= 60 and "  " not in line.strip()] == []
