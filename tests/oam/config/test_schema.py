"""The configuration as JSON: what is written fits the published schema and is read back; what does not is refused."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from core.northbound.keyring import Keyring
from oam.commands.registry import load
from oam.config.schema import decode, encode, schema, schema_text
from oam.config.text import parse
from oam.config.tree import Configuration

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = """
hostname sip1
ip access-list MGMT
 permit 127.0.0.0/8
 deny any
archive
 maximum 7
sip
 domain example.com
 listener udp 127.0.0.1 port 5060
 timer t1 400
authentication
 no algorithm md5
"""


@functools.cache
def published() -> dict[str, Any]:
    return schema(load())


def settings() -> Configuration:
    found, problems = parse(load(), EXAMPLE.splitlines())
    assert problems == []
    return found


def test_the_published_schema_is_the_one_of_this_release() -> None:
    text = (ROOT / "docs" / "configuration.schema.json").read_text()
    assert text == schema_text(load()), "stale: python -m oam.reference --write"


def test_the_schema_is_one_and_what_is_written_fits() -> None:
    about = published()
    jsonschema.Draft202012Validator.check_schema(about)
    check = jsonschema.Draft202012Validator(about)
    for each in (Configuration(), settings()):
        check.validate(json.loads(encode(each)))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("hostnam",), "x"),
        (("hostname",), 5),
        (("archive", "maximum"), 0),
        (("archive", "maximum"), 1_000_000),
        (("sip", "timer_t1_ms"), 1),
        (("sip", "listeners", 0, "port"), 70_000),
    ],
)
def test_what_the_shell_would_not_take_fits_neither_the_schema_nor_the_reader(
    path: tuple[str | int, ...], value: object
) -> None:
    given = json.loads(encode(settings()))
    inner = given
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(published()).validate(given)
    assert decode(load(), json.dumps(given))[1] != []


@pytest.mark.parametrize("given", ["", "[]", "{", '{"hostname": "a b"}', '{"hostname": "a\\nb"}', '{"x": 1}', "\ud800"])
def test_what_is_no_configuration_is_refused_with_a_reason(given: str) -> None:
    assert decode(load(), given.encode("utf-8", "surrogatepass"))[1] != []


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    registry = load()
    registry.keyring = Keyring(tmp_path)
    for each in (Configuration(), settings()):
        assert decode(registry, encode(each)) == (each, [])


def test_what_is_left_out_is_at_its_default() -> None:
    assert decode(load(), b'{"hostname": "sip9"}') == (Configuration(hostname="sip9"), [])


def test_ranges_are_those_of_the_grammar() -> None:
    archive = published()["$defs"]["ArchiveSettings"]["properties"]["maximum"]
    assert (archive["minimum"], archive["maximum"]) == (1, 1000)
    assert set(published()["$defs"]["Configuration"]["properties"]) == set(msgspec.to_builtins(Configuration()))
