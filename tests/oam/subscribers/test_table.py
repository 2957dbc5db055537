"""CSV of subscribers: what is taken, what is refused and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.northbound.subscribers import Subscriber, make_ha1
from oam.csv_table import MAX_FAULTS, TableError
from oam.subscribers.table import Reader, render

REALM = "example.com"
MD5 = "0123456789abcdef" * 2
SHA = "0123456789abcdef" * 4


def nobody(name: str) -> None:
    """A store without subscribers."""


def read(text: str, *stored: Subscriber) -> list[Subscriber]:
    known = {each.name: each for each in stored}
    return Reader(REALM, known.get).read(text.splitlines(keepends=True))


def faults(text: str, *stored: Subscriber) -> list[str]:
    with pytest.raises(TableError) as caught:
        read(text, *stored)
    return list(caught.value.faults)


def test_a_plain_secret_is_hashed_for_our_realm() -> None:
    (found,) = read("name,secret\n1001,pass word\n")
    assert found.ha1 == make_ha1("1001", REALM, "pass word")
    assert found.realm == REALM
    assert found.enabled


def test_columns_come_in_any_order_and_case() -> None:
    (found,) = read("Enabled,Display-Name,NAME,number\nno,Ann Lee,1001,5551\n")
    assert (found.name, found.number, found.display_name, found.enabled) == ("1001", "5551", "Ann Lee", False)


def test_ha1_values_are_taken_with_their_realm() -> None:
    (found,) = read(f"name,realm,ha1_md5,ha1_sha256\n1001,other.org,{MD5.upper()},{SHA}\n")
    assert found.ha1 == {"md5": MD5, "sha-256": SHA}
    assert found.realm == "other.org"


def test_ha1_values_without_realm_are_of_ours() -> None:
    (found,) = read(f"name,ha1_md5\n1001,{MD5}\n")
    assert found.realm == REALM


def test_what_the_file_does_not_say_stays_as_it_is() -> None:
    stored = Subscriber("1001", "5551", "Ann", False, {"md5": MD5}, REALM)
    assert read("name\n1001\n", stored) == [stored]
    (found,) = read("name,display_name,secret\n1001,Bob,\n", stored)
    assert (found.display_name, found.ha1, found.number, found.enabled) == ("Bob", {"md5": MD5}, "5551", False)


def test_an_empty_number_removes_it() -> None:
    (found,) = read("name,number\n1001,\n", Subscriber("1001", "5551"))
    assert found.number == ""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "line 1: the first line must name the columns, 'name' among them"),
        ("1001,secret1\n", "line 1: unknown column '1001'; known are display_name, enabled, group, ha1_md5, "
         "ha1_sha_256, name, number, realm, secret"),
        ("secret\nx\n", "line 1: the first line must name the columns, 'name' among them"),
        ("name,name\n", "line 1: a column is named twice"),
        ("name,secret\n1001\n", "line 2: 1 fields, the header has 2"),
        ("name\n10 01\n", "line 2: name '10 01': not a subscriber name"),
        ("name,number\n1001,5 5\n", "line 2: number '5 5': not a subscriber name"),
        ("name,enabled\n1001,maybe\n", "line 2: enabled is yes or no, not 'maybe'"),
        ("name,ha1_md5\n1001,abc\n", "line 2: ha1_md5 must have 32 hexadecimal digits"),
        (f"name,ha1_sha256\n1001,{'g' * 64}\n", "line 2: ha1_sha_256 must have 64 hexadecimal digits"),
        (f"name,secret,ha1_md5\n1001,x,{MD5}\n", "line 2: either a secret or HA1 values, not both"),
        ("name\n1001\n1001\n", "line 3: name 1001 is on line 2 already"),
        ("name,number\n1001,55\n1002,55\n", "line 3: number 55 is on line 2 already"),
        ("name,display_name\n1001,a\x1b[2J\n", "line 2: display_name has characters that cannot be printed, "
         "or is not UTF-8"),
        ("name,display_name\n1001,\udce4\n", "line 2: display_name has characters that cannot be printed, "
         "or is not UTF-8"),
        (f"name,display_name\n1001,{'x' * 129}\n", "line 2: display_name is longer than 128 characters"),
        ('name,display_name\n1001,"x\n', "line 2: unexpected end of data"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line(text: str, fault: str) -> None:
    assert faults(text) == [fault]


def test_faults_are_all_found_and_the_list_is_bounded() -> None:
    text = "name,enabled\n" + "".join(f"{number},perhaps\n" for number in range(MAX_FAULTS + 7))
    found = faults(text)
    assert len(found) == MAX_FAULTS + 1
    assert found[0].startswith("line 2: ")
    assert found[-1] == "... and 7 more"


def test_no_fault_shows_a_secret() -> None:
    found = faults("name,secret\n1001,hunter2\x01\n1002,hunter2,hunter2\n")
    assert len(found) == 2
    assert "hunter2" not in " ".join(found)


def test_blank_lines_are_passed_over() -> None:
    assert [each.name for each in read("name\n\n1001\n\n1002\n")] == ["1001", "1002"]


def test_those_of_another_realm_are_counted() -> None:
    reader = Reader(REALM, nobody)
    reader.read(["name,realm,ha1_md5\n", f"1,other,{MD5}\n", f"2,{REALM},{MD5}\n", f"3,,{MD5}\n"])
    assert reader.foreign == 1


def test_a_reader_that_was_stopped_gives_up() -> None:
    reader = Reader(REALM, nobody)
    reader.stopped = True
    with pytest.raises(TableError, match="interrupted"):
        reader.read(["name\n", "1001\n"])


HEX = st.sampled_from("0123456789abcdef")
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=20)
WORD = st.text("abcdefghijklmnopqrstuvwxyz0123456789_.!~*'()&=+$,;?/%-", min_size=1, max_size=64)
SUBSCRIBERS = st.lists(
    st.builds(
        Subscriber,
        name=WORD,
        number=st.just(""),
        display_name=TEXT,
        enabled=st.booleans(),
        ha1=st.fixed_dictionaries(
            {
                "md5": st.text(HEX, min_size=32, max_size=32),
                "sha-256": st.text(HEX, min_size=64, max_size=64),
            }
        ),
        realm=TEXT.filter(bool),
    ),
    max_size=5,
    unique_by=lambda each: each.name,
)


@given(SUBSCRIBERS)
def test_what_was_exported_is_imported_again(subscribers: list[Subscriber]) -> None:
    assert read("".join(render(subscribers))) == subscribers
