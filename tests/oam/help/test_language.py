"""Help in the operator's language."""

from __future__ import annotations

from oam.help.language import LANGUAGES, translated


def test_english_is_what_is_declared() -> None:
    assert LANGUAGES == ("en", "zh")
    assert translated("Execute the command", "en") == "Execute the command"


def test_chinese_comes_from_the_catalogue() -> None:
    assert translated("Execute the command", "zh") == "执行命令"
    assert translated("Number from 10 to 86400", "zh") == "10 至 86400 之间的数字"


def test_a_text_without_translation_stays_english() -> None:
    assert translated("Nothing anybody declared", "zh") == "Nothing anybody declared"
    assert translated("Execute the command", "xx") == "Execute the command"
