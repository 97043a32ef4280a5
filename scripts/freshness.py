"""How old each source is in a warehouse file: what status shows, and what manifests call stale."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb


@dataclass(frozen=True)
class Freshness:
    """One source in the published file: its rows, the as-of date of its last complete load."""

    source: str
    rows: int
    last_load: date | None
    rejected: int

    def is_stale(self, as_of: date) -> bool:
        """Whether its rows are older than the business date of the warehouse."""
        return self.last_load is None or self.last_load < as_of


def one(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    """The single value that a query gives."""
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def freshness(connection: duckdb.DuckDBPyConnection) -> list[Freshness]:
    """Every raw schema of the published file."""
    found = []
    for (schema,) in connection.execute(
        "select schema_name from information_schema.schemata"
        " where catalog_name = current_database() and starts_with(schema_name, 'raw_')"
        " order by schema_name"
    ).fetchall():
        tables = [
            row[0]
            for row in connection.execute(
                "select table_name from duckdb_tables() where schema_name = ?"
                " and table_name not in ('loads', 'rejected', 'asked')"
                " and not starts_with(table_name, '_dlt')",
                [schema],
            ).fetchall()
        ]
        counts = [one(connection, f'select count(*) from "{schema}"."{name}"') for name in tables]
        last = one(connection, f'select max(cast(as_of as date)) from "{schema}".loads')
        rejected = one(connection, f'select count(*) from "{schema}".rejected')
        found.append(Freshness(schema.removeprefix("raw_"), sum(counts), last, rejected))
    return found
