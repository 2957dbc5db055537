"""A process that is killed while it writes loses nothing that it committed, and spoils nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.store.location import LocationStore
from core.store.records import Binding
from core.store.subscribers import SubscriberStore

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]

BINDINGS = """
import sys
from pathlib import Path
from core.store.location import LocationStore
from core.store.records import Binding, StoredCall
store = LocationStore(Path(sys.argv[1]))
i = store.count
print(i, flush=True)
while True:
    for j in range(i % 5 + 1):
        store.put_bindings(f"u{i}", [Binding("sip:a@h", 1.0, 1e9, "c", 1, "x" * 300, 0.0, "udp", "l", "h", 1, False)])
        i += 1
    store.put_call(StoredCall(str(i), "", "", "", "", "", "", "", 0.0, None, None, 200, "r"))
    store.commit()
    print(i, flush=True)
"""

SUBSCRIBERS = """
import sys
from pathlib import Path
from core.store.subscribers import SubscriberStore
from core.store.records import Subscriber
store = SubscriberStore(Path(sys.argv[1]))
i = store.count
print(i, flush=True)
while True:
    store.put_many(Subscriber(f"u{i + j}", f"n{i + j}", ha1={"md5": "0" * 32}) for j in range(100))
    i += 100
    print(i, flush=True)
"""


def killed(program: str, path: Path, lines: int) -> int:
    """Run `program` on the store until it has said `lines` numbers, kill it; return the last number it said."""
    with subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, cwd=ROOT) as writer:
        assert writer.stdout is not None
        read = b"".join([writer.stdout.readline() for _ in range(lines)])
        writer.kill()
        read += writer.stdout.read()
        assert writer.wait() == -9
    return int(read.split(b"\n")[-2])


def test_a_killed_worker_leaves_every_committed_binding(tmp_path: Path) -> None:
    said = 0
    for lines in (200, 1500, 3000):
        said = max(said, killed(BINDINGS, tmp_path / "location", lines))
        store = LocationStore(tmp_path / "location")
        count = store.count
        assert count >= said > 0
        kept = [int(call.call_id) for call in store.calls()]
        # The journal is written first: a call may be kept whose turn's bindings are not, never the other way.
        assert len(kept) == 1
        assert 0 <= kept[0] - count <= 5
        assert sum(len(store.bindings(f"u{i}")) for i in range(count)) == count
        assert store.bindings(f"u{count}") == []
        store.close()
    store = LocationStore(tmp_path / "location")
    while store.expire(2e9, 1000):
        store.commit()
    assert store.count == 0
    assert store.page("", 1) == []
    store.close()


def test_a_killed_management_leaves_whole_imports(tmp_path: Path) -> None:
    said = 0
    for lines in (5, 50, 100):
        said = max(said, killed(SUBSCRIBERS, tmp_path / "subscribers", lines))
        store = SubscriberStore(tmp_path / "subscribers")
        assert store.count >= said > 0
        assert store.count % 100 == 0
        for i in range(store.count):
            found = store.find(f"n{i}")
            assert found is not None
            assert found.name == f"u{i}"
        store.close()


def test_a_reader_in_another_process_sees_commits_and_may_die(tmp_path: Path) -> None:
    reading = """
import sys
from pathlib import Path
from core.store.location import LocationStore
store = LocationStore(Path(sys.argv[1]), mapped=False)
held = store._environment.read()
print(store.stored_count(), flush=True)
sys.stdin.read()
"""
    store = LocationStore(tmp_path / "location")
    with subprocess.Popen(
        [sys.executable, "-c", reading, str(tmp_path / "location")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == b"0\n"
        reader.kill()
    size = (tmp_path / "location" / "data.mdb").stat().st_size
    store.sync()
    for i in range(3000):
        store.put_bindings("1001", [_binding(i)])
        store.commit()
    assert [binding.cseq for binding in store.bindings("1001")] == [2999]
    assert (tmp_path / "location" / "data.mdb").stat().st_size == size, "the dead reader's snapshot was let go"
    store.close()


def _binding(i: int) -> Binding:
    return Binding("sip:a@h", 1.0, 1e9, "c", i, "x" * 300, 0.0, "udp", "l", "h", 1, False)
