"""Reads every record of an LMDB environment: `python -m oam.environment.walk FOLDER`.

Ends with 1, and says on standard output what is wrong, when something is. A process of its own, for a damaged page may
end it. It reads a snapshot beside the writer and holds nobody up.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import lmdb
import msgspec

PACKED: Final = {"subscribers": (b"subscribers",), "location": (b"bindings",)}
"""Tables whose values are msgpack, by folder."""
INDEX: Final = {"subscribers": (b"numbers", b"subscribers")}
"""A table whose values are keys of another one."""


def walk(folder: Path) -> str:
    """Return the first thing that is wrong; empty when nothing is. Raises lmdb.Error."""
    with lmdb.open(str(folder), readonly=True, max_dbs=8, max_spare_txns=0) as environment:
        names = _tables(environment)
        tables = {name: environment.open_db(name, create=False) for name in names}
        with environment.begin() as transaction:
            packed = PACKED.get(folder.name, ())
            for name, table in tables.items():
                problem = _table(transaction, name, table, name in packed)
                if problem:
                    return problem
            return _index(transaction, tables, *INDEX[folder.name]) if folder.name in INDEX else ""


def _tables(environment: lmdb.Environment) -> list[bytes]:
    with environment.begin() as transaction, transaction.cursor() as cursor:
        return [bytes(key) for key, _ in cursor]


def _table(transaction: lmdb.Transaction, name: bytes, table: lmdb._Database, packed: bool) -> str:
    count = 0
    with transaction.cursor(table) as cursor:
        for _, value in cursor:
            count += 1
            if packed:
                try:
                    msgspec.msgpack.decode(value)
                except msgspec.MsgspecError as error:
                    return f"table {name.decode()}: record {count} cannot be read: {error}"
    stated = transaction.stat(table)["entries"]
    return "" if count == stated else f"table {name.decode()}: {count} records found, {stated} stated"


def _index(transaction: lmdb.Transaction, tables: dict[bytes, lmdb._Database], index: bytes, target: bytes) -> str:
    if index not in tables or target not in tables:
        return ""
    with transaction.cursor(tables[index]) as cursor:
        for key, value in cursor:
            if transaction.get(value, db=tables[target]) is None:
                return f"table {index.decode()}: {bytes(key)!a} leads to nothing"
    return ""


def main() -> int:
    """Walk the folder named by the first argument."""
    folder = Path(sys.argv[1])
    try:
        problem = walk(folder)
    except (lmdb.Error, OSError, ValueError) as error:
        problem = str(error)
    if problem:
        print(problem)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
