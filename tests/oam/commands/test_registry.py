"""Declarations: what is wrong with them is an error at start-up."""

from __future__ import annotations

import subprocess
import sys

import pytest

from core.northbound.settings import Settings
from oam.commands.registry import (
    CONFIG,
    EXEC,
    DeclarationError,
    Registry,
    config,
    lineage,
    load,
    order,
    section,
    show,
)
from oam.context import Context
from oam.grammar.result import Match


def helped(context: Context, **arguments: object) -> None:
    """Do something."""


def unhelped(context: Context) -> None:
    pass


def test_a_declared_command_is_found_in_its_mode() -> None:
    registry = Registry()
    show("show thing [detail]$detail", words={"thing": "A thing"}, registry=registry)(helped)
    registry.compile()
    assert isinstance(registry.graphs[EXEC].match("sh thi d", 1), Match)
    assert not isinstance(registry.graphs[CONFIG].match("show thing", 15), Match)


def test_inherited_orders_are_in_every_mode_inside() -> None:
    registry = Registry()
    mode = section("sip", "SIP", registry=registry)
    order("exit", mode=CONFIG, inherited=True, registry=registry)(helped)
    registry.compile()
    assert lineage(mode) == [mode, CONFIG, EXEC]
    assert isinstance(registry.graphs[mode].match("exit", 15), Match)
    assert isinstance(registry.graphs[CONFIG].match("exit", 15), Match)
    assert not isinstance(registry.graphs[EXEC].match("exit", 15), Match)


def test_wrong_declarations_are_all_named_at_once() -> None:
    registry = Registry()
    show("show one", words={"one": "One"}, registry=registry)(unhelped)
    show("show two", registry=registry)(helped)
    show("show [", registry=registry)(helped)
    config("three WORD$value", field="no_such_field", words={"three": "Three"}, registry=registry)(helped)
    with pytest.raises(DeclarationError) as caught:
        registry.compile()
    text = str(caught.value)
    assert "no help; the handler needs a docstring" in text
    assert "no help for 'two'" in text
    assert "is missing in" in text or "cannot read" in text or "empty part" in text
    assert "no field 'no_such_field'" in text


def test_the_same_syntax_twice_is_refused() -> None:
    registry = Registry()
    show("show [all]", registry=registry)(helped)
    show("show all", registry=registry)(helped)
    with pytest.raises(DeclarationError, match="same syntax"):
        registry.compile()


def test_two_helps_at_one_place_are_refused() -> None:
    registry = Registry()
    show("show one all", words={"one": "One"}, registry=registry)(helped)
    show("show one detail", words={"one": "Another"}, registry=registry)(helped)
    with pytest.raises(DeclarationError, match="two helps"):
        registry.compile()


def test_a_word_with_several_helps_must_be_declared_where_it_is_used() -> None:
    registry = Registry()
    show("show one all", words={"one": "One"}, registry=registry)(helped)
    order("clear one", words={"one": "Another"}, registry=registry)(helped)
    order("test one", registry=registry)(helped)
    with pytest.raises(DeclarationError, match="several helps"):
        registry.compile()


def test_every_setting_has_a_line() -> None:
    registry = load()
    bound = {command.binding.path[:2] for command in registry.commands if command.binding}
    settings = Settings()
    for name in settings.__struct_fields__:
        inner = getattr(getattr(settings, name), "__struct_fields__", None)
        paths = [(name,)] if inner is None else [(name, field) for field in inner]
        assert set(paths) <= bound


def test_help_texts_are_sentences_of_one_line() -> None:
    registry = load()
    for command in registry.commands:
        assert command.help[0].isupper(), command
        assert len(command.help) <= 120, command
    assert all(text[0].isupper() and not text.endswith(".") for text in registry.words.values())


def test_the_configuration_can_be_read_without_the_rest() -> None:
    code = (
        "import sys; from oam.config.load import load_file; from pathlib import Path;"
        "print(load_file(Path(sys.argv[1])), 'asyncio' in sys.modules, 'lmdb' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, "/nonexistent"], capture_output=True, text=True, check=True)
    assert done.stdout.endswith(", []) False False\n")
