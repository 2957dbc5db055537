"""The catalogues are complete, and hold nothing that nobody asks for."""

from __future__ import annotations

import re

import pytest

from oam.commands.registry import load
from oam.help.catalogue import missing, texts
from oam.help.language import CATALOGUES
from oam.help.zh import TABLES

_KEPT = re.compile(r"`[^`]*`|\{\}|'[^']*'(?![a-z])|RFC \d+(?: §[\d.]+)?|\b[45]\d\d\b")
"""What stays as it is in every language: commands, placeholders, sections, response codes."""


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_text_has_a_translation(language: str) -> None:
    assert missing(load(), language) == []


@pytest.mark.parametrize("language", CATALOGUES)
def test_no_translation_is_of_nothing(language: str) -> None:
    assert set(CATALOGUES[language]) - set(texts(load())) == set()


@pytest.mark.parametrize("language", CATALOGUES)
def test_translations_keep_commands_placeholders_and_codes(language: str) -> None:
    for english, text in CATALOGUES[language].items():
        assert sorted(set(_KEPT.findall(english))) == sorted(set(_KEPT.findall(text))), (english, text)


@pytest.mark.parametrize("language", CATALOGUES)
def test_translations_are_one_line_and_end_as_the_english_does(language: str) -> None:
    for english, text in CATALOGUES[language].items():
        assert text == text.strip()
        assert "\n" not in text
        stops = english.endswith((".", ":")) and not english.endswith("...")
        assert stops == text.endswith(("。", "：")), (english, text)


def test_no_two_tables_translate_the_same_text() -> None:
    seen: dict[str, int] = {}
    for table in TABLES:
        for english in table:
            seen[english] = seen.get(english, 0) + 1
    assert [english for english, times in seen.items() if times > 1] == []


def test_chinese_is_written_in_chinese() -> None:
    assert [text for text in CATALOGUES["zh"].values() if not re.search("[\u4e00-\u9fff]", text)] == []


def test_lists_have_one_line_without_a_full_stop() -> None:
    words = {text for command in load().commands for text in (*command.words.values(), *command.arguments.values())}
    assert [text for text in words if text.endswith(".") and not text.endswith("...")] == []
    assert [text for text in words if "\n" in text or len(text) > 100 or text[:1].islower()] == []
