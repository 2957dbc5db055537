"""Automatic bans: windows, lengths, hysteresis, exemptions, bounds; all with a fake clock."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.opened import OPENED

from core.effect import NOTICE, TCP, UDP, Effect, Flow
from core.northbound import counters
from core.northbound.notices import AddressBanned, AddressReleased, TableFull, TableRelieved
from core.northbound.routing_settings import Trunk
from core.northbound.settings import Listener, Settings
from core.northbound.traffic_settings import BanRule, BanSettings
from core.policy.bans import AUTHENTICATION, MALFORMED, SCAN, Bans, Watches, address_of, explain, spared
from core.policy.lists import Lists
from core.store.lists import BLACK, WHITE, ListStore
from core.store.records import ListEntry

RULES = BanSettings(authentication=BanRule(3, 60, 600), malformed=BanRule(5, 10, 100), scan=BanRule())
OFFSET = 1_000_000.0


class Place:
    """Bans and their surroundings."""

    def __init__(
        self, settings: BanSettings = RULES, store: ListStore | None = None, spared: tuple[str, ...] = ()
    ) -> None:
        self.slots = memoryview(bytearray(8 * 256)).cast("q")
        self.out: list[Effect] = []
        self.lists = Lists(store)
        self.bans = Bans(self.lists, self.slots, self.out, OFFSET)
        self.bans.configure(settings, spared)

    def offend(self, host: str, now: float, times: int = 1, cause: int = AUTHENTICATION) -> bool:
        """Offend by a new flow each time; tell whether the address is barred then."""
        for _ in range(times):
            self.bans.offence(Flow(UDP, 0, host, 5060, (host, 5060)), cause, now)
        return self.bans.bars(host, now)

    def notices(self) -> list[object]:
        found = [effect[1] for effect in self.out if effect[0] == NOTICE]
        self.out.clear()
        return found


def test_as_many_offences_as_the_rule_says_within_its_window_ban() -> None:
    place = Place()
    assert not place.offend("192.0.2.1", 0.0, 2)
    assert place.offend("192.0.2.1", 59.0)
    assert not place.bans.bars("192.0.2.2", 59.0)
    assert place.notices() == [AddressBanned("192.0.2.1", "authentication", 3, 600, 59.0 + OFFSET)]
    assert place.slots[counters.BANS_SET] == place.slots[counters.BANNED] == 1
    assert place.bans.changed


def test_a_window_that_is_over_begins_anew() -> None:
    place = Place()
    place.offend("192.0.2.1", 0.0, 2)
    assert not place.offend("192.0.2.1", 60.0)
    assert not place.offend("192.0.2.1", 61.0)
    assert place.offend("192.0.2.1", 62.0)


def test_causes_are_counted_apart_and_one_without_attempts_bans_nobody() -> None:
    place = Place()
    assert not place.offend("192.0.2.1", 0.0, 2)
    assert not place.offend("192.0.2.1", 0.0, 4, MALFORMED)
    assert not place.offend("192.0.2.1", 0.0, 5000, SCAN)
    assert place.offend("192.0.2.1", 0.0, 1, MALFORMED)


def test_the_flow_of_the_last_offence_is_marked_at_once() -> None:
    place = Place()
    flow = Flow(TCP, 0, "192.0.2.1", 5060, ("192.0.2.1", 5060))
    for _ in range(3):
        assert not flow.banned
        place.bans.offence(flow, AUTHENTICATION, 1.0)
    assert flow.banned
    place.bans.offence(flow, AUTHENTICATION, 1.0)
    assert place.slots[counters.BANS_SET] == 1


def test_a_quiet_address_is_released_when_its_time_is_over() -> None:
    place = Place()
    place.offend("192.0.2.1", 0.0, 3)
    place.bans.sweep(599.0)
    assert place.bans.bars("192.0.2.1", 599.0)
    place.bans.sweep(600.0)
    assert not place.bans.bars("192.0.2.1", 600.0)
    assert place.notices()[-1] == AddressReleased("192.0.2.1")
    assert place.slots[counters.BANNED] == 0


HEARD = [
    (500.0, 600.0),
    (539.0, 600.0),
    (541.0, 601.0),
    (599.0, 659.0),
]


@pytest.mark.parametrize(("heard", "released"), HEARD)
def test_one_that_goes_on_is_released_once_it_has_been_quiet(heard: float, released: float) -> None:
    place = Place()
    place.offend("192.0.2.1", 0.0, 3)
    place.bans.dropped("192.0.2.1", heard)
    for now in (released - 1, released):
        place.bans.sweep(now)
        assert place.bans.bars("192.0.2.1", now) == (now < released)


def test_one_that_never_is_quiet_is_released_after_twice_the_time() -> None:
    place = Place()
    place.offend("192.0.2.1", 0.0, 3)
    for now in range(1200):
        place.bans.dropped("192.0.2.1", now)
        place.bans.sweep(now)
        assert place.bans.bars("192.0.2.1", now)
    place.bans.sweep(1200.0)
    assert not place.bans.bars("192.0.2.1", 1200.0)
    assert place.slots[counters.DATAGRAMS_BANNED] == 1200


def test_who_comes_back_is_banned_for_twice_the_time_up_to_a_day() -> None:
    place = Place()
    now, lengths = 0.0, []
    for _ in range(10):
        place.offend("192.0.2.1", now, 3)
        lengths.append(next(each.seconds for each in place.notices() if isinstance(each, AddressBanned)))
        now += lengths[-1]
        place.bans.sweep(now)
    assert lengths == [600, 1200, 2400, 4800, 9600, 19200, 38400, 76800, 86400, 86400]
    place.offend("192.0.2.1", now + 86_401, 3)
    assert next(each.seconds for each in place.notices() if isinstance(each, AddressBanned)) == 600


def test_bans_of_different_lengths_end_each_in_its_time() -> None:
    place = Place(BanSettings(authentication=BanRule(1, 60, 600), malformed=BanRule(1, 60, 30)))
    place.offend("192.0.2.1", 0.0)
    place.bans.sweep(1.0)
    place.offend("192.0.2.2", 2.0, 1, MALFORMED)
    place.offend("192.0.2.3", 4.5, 1, MALFORMED)
    ended: dict[str, int] = {}
    for now in range(3, 700):
        place.bans.sweep(now)
        for host in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
            if not place.bans.bars(host, now):
                ended.setdefault(host, now)
    assert ended == {"192.0.2.2": 32, "192.0.2.3": 35, "192.0.2.1": 600}


def test_exempt_networks_trunks_and_white_addresses_are_never_banned(tmp_path: Path) -> None:
    store = ListStore(tmp_path / "lists")
    OPENED.append(store.close)
    store.put_many(WHITE, [ListEntry("address", "198.51.100.0/24", 1.0)])
    settings = BanSettings(authentication=BanRule(3, 60, 600), exempt=("192.0.2.0/24", "2001:db8::/32"))
    place = Place(settings, store, ("203.0.113.7",))
    for host in ("192.0.2.9", "2001:db8::5", "198.51.100.1", "203.0.113.7"):
        assert not place.offend(host, 0.0, 50), host
    assert place.offend("203.0.113.8", 0.0, 3)
    assert place.slots[counters.BANS_SET] == 1


def test_who_becomes_exempt_is_released() -> None:
    place = Place()
    place.offend("192.0.2.1", 0.0, 3)
    place.bans.configure(RULES, ("192.0.2.0/24",))
    place.bans.sweep(1.0)
    assert not place.bans.bars("192.0.2.1", 1.0)


def test_lists_come_before_bans(tmp_path: Path) -> None:
    store = ListStore(tmp_path / "lists")
    OPENED.append(store.close)
    place = Place(store=store)
    place.offend("192.0.2.1", 0.0, 3)
    store.put_many(WHITE, [ListEntry("address", "192.0.2.1", 1.0)])
    store.put_many(BLACK, [ListEntry("address", "192.0.2.2/32", 1.0, 0.0, "admin", "fraud")])
    place.bans.changed = False
    place.bans.sweep(1.0)
    assert place.bans.changed
    assert not place.bans.bars("192.0.2.1", 1.0)
    assert place.bans.bars("192.0.2.2", 1.0)
    place.bans.dropped("192.0.2.2", 1.0)
    assert [(row.value, row.hits) for row in place.lists.rows()] == [("192.0.2.2/32", 1)]
    row = explain(place.lists, place.bans, "address", "192.0.2.2", 1.0)
    assert (row.outcome, row.colour, row.entry, row.owner) == ("refused", "black", "192.0.2.2/32", "admin")


def test_explain_says_what_decides() -> None:
    place = Place(spared=("127.0.0.1",))
    place.offend("192.0.2.1", 0.0, 3)
    row = explain(place.lists, place.bans, "address", "192.0.2.1", 1.0)
    assert (row.outcome, row.colour, row.reason, row.expires_at) == (
        "refused", "automatic", "authentication: 3 attempts", 600 + OFFSET,
    )  # fmt: skip
    assert explain(place.lists, place.bans, "address", "127.0.0.1", 1.0).colour == "exempt"
    assert explain(place.lists, place.bans, "address", "192.0.2.3", 1.0).outcome == "passes"
    assert explain(place.lists, place.bans, "calling", "1", 1.0).outcome == "passes"
    place.lists.require(("calling",))
    assert explain(place.lists, place.bans, "calling", "1", 1.0).outcome == "refused"


def test_of_ipv6_the_network_of_64_bits_is_banned_but_not_an_exempt_host_in_it() -> None:
    place = Place(spared=("2001:db8::99",))
    place.offend("2001:db8::1", 0.0)
    place.offend("2001:db8::2", 0.0)
    assert place.offend("2001:db8::3", 0.0)
    assert place.bans.bars("2001:db8::4", 0.0)
    assert not place.bans.bars("2001:db8::99", 0.0)
    assert not place.bans.bars("2001:db8:0:1::1", 0.0)
    assert address_of("::ffff:192.0.2.1") == "192.0.2.1"


def test_a_full_table_bans_nobody_more_and_releases_nobody() -> None:
    place = Place(BanSettings(authentication=BanRule(2, 60, 600), maximum=2))
    assert place.offend("192.0.2.1", 0.0, 2)
    assert place.offend("192.0.2.2", 0.0, 2)
    assert not place.offend("192.0.2.3", 0.0, 4)
    assert place.bans.bars("192.0.2.1", 0.0)
    assert [each for each in place.notices() if isinstance(each, TableFull)] == [TableFull("bans", 2)]
    place.bans.sweep(61.0)
    assert place.notices() == [TableRelieved("bans")]


def test_forged_addresses_do_not_push_a_watched_one_out() -> None:
    watches = Watches()
    watches.most, watches.within = 100, 60.0
    for count in (1, 2):
        assert watches.count("192.0.2.1", 0.0) == count
    for number in range(1000):
        watches.count(f"forged {number}", 1.0)
    for number in range(1000):
        watches.count(f"forged {number}", 2.0)
        watches.count(f"forged {number}", 2.0)
    assert watches.count("192.0.2.1", 3.0) == 3
    assert watches.count("new", 4.0) == 1
    assert watches.count("new", 4.0) == 1, "there is no room to watch it closely"
    assert watches.count("new", 62.5) == 2, "windows that are over make room"


def test_bans_of_an_earlier_worker_are_taken_up() -> None:
    place = Place()
    entries = [
        ListEntry("address", "192.0.2.1", OFFSET - 100, OFFSET + 500, "", "authentication: 20 attempts"),
        ListEntry("address", "192.0.2.2", OFFSET - 900, OFFSET - 300, "", "scan: 50 attempts"),
        ListEntry("address", "192.0.2.3", OFFSET - 100, OFFSET + 500, "", "odd"),
    ]
    place.bans.restore(iter(entries), 0.0)
    rows = {row.address: row for row in place.bans.rows(0.0)}
    assert sorted(rows) == ["192.0.2.1", "192.0.2.3"]
    assert (rows["192.0.2.1"].cause, rows["192.0.2.1"].attempts) == ("authentication", 20)
    assert rows["192.0.2.1"].expires_at == OFFSET + 500
    place.bans.sweep(500.0)
    assert not place.bans.bars("192.0.2.1", 500.0)
    place.offend("192.0.2.1", 501.0, 3)
    assert next(row.expires_at - row.banned_at for row in place.bans.rows(501.0)) == 1200


def test_who_has_become_exempt_between_two_workers_is_released() -> None:
    place = Place(BanSettings(exempt=("192.0.2.0/24", "2001:db8::/32")))
    entries = [
        ListEntry("address", address, OFFSET - 100, OFFSET + 500, "", "scan: 50 attempts")
        for address in ("192.0.2.1", "2001:db8::/64", "203.0.113.1")
    ]
    place.bans.restore(iter(entries), 0.0)
    place.bans.sweep(0.0)
    assert [row.address for row in place.bans.rows(0.0)] == ["203.0.113.1"]
    assert place.notices() == [AddressReleased("192.0.2.1"), AddressReleased("2001:db8::/64")]


def test_bans_are_lifted_one_by_one_or_all() -> None:
    place = Place()
    for number in range(1, 5):
        place.offend(f"192.0.2.{number}", 0.0, 3)
    assert place.bans.lift("192.0.2.1", 1.0) == 1
    assert place.bans.lift("192.0.2.1", 1.0) == 0
    assert not place.bans.bars("192.0.2.1", 1.0)
    assert place.bans.lift("", 1.0) == 3
    place.notices()
    place.offend("192.0.2.1", 2.0, 3)
    assert [each.seconds for each in place.notices() if isinstance(each, AddressBanned)] == [600], "forgiven"


def test_the_server_itself_and_trunks_are_spared() -> None:
    trunk = Trunk(
        "PSTN", addresses=("sip:198.51.100.1:5080", "sip:pstn.example.com", "what"), sources=("192.0.2.0/24",)
    )
    found = spared(Settings(trunks=(trunk,)), [Listener("udp", "203.0.113.1")])
    assert found == ("127.0.0.1", "::1", "203.0.113.1", "192.0.2.0/24", "198.51.100.1")
