"""The project's own state store: customer ids and their records, what a source showed when, flags,
deliveries, arms, rewards, consent.

A SQLite file on this machine, copied table by table as it is; read-only, no key, no network. A
file or a table that does not exist yet is an empty table.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date

from extract.api import Page
from extract.config import state_file
from extract.contract import read_contract

SYSTEM = None

ROWS_PER_PAGE = 10_000


def pull(table: str, start: date | None) -> Iterator[Page]:
    """All rows of one table; there are no windows here."""
    yield from stored_rows("ops", table)


def stored_rows(source: str, table: str) -> Iterator[Page]:
    """All rows that the state store has of a source's table."""
    if not state_file().exists():
        return
    with closing(sqlite3.connect(f"{state_file().as_uri()}?mode=ro", uri=True)) as store:
        columns = stored_columns(store, source, table)
        if not columns:
            return
        names = ", ".join(f'"{name}"' for name in columns)
        cursor = store.execute(f'select {names} from "{table}"')
        while rows := cursor.fetchmany(ROWS_PER_PAGE):
            yield Page([dict(zip(columns, row, strict=True)) for row in rows])


def stored_columns(store: sqlite3.Connection, source: str, table: str) -> list[str]:
    """The declared columns that the store's table has; none when there is no such table."""
    stored = {name for _, name, *_ in store.execute("select * from pragma_table_info(?)", [table])}
    return [column.name for column in read_contract(source)[table].sent if column.name in stored]
