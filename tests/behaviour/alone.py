"""Single models run over rows made by hand: their compiled SQL, in a file in memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa


@contextmanager
def alone() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty file that is called as the warehouse is, with its schemas."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'; attach ':memory:' as basin; use basin")
        for schema in ("staging", "intermediate", "marts", "seeds"):
            connection.execute(f"create schema {schema}")
        yield connection


def put(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: str,
    rows: Sequence[Sequence[Any]] = (),
) -> None:
    """A table with these rows and nothing else."""
    connection.execute(f"create or replace table {table} ({columns})")
    if rows:
        names = [f"column_{place}" for place in range(len(rows[0]))]
        values = pa.table([pa.array(column) for column in zip(*rows, strict=True)], names)
        connection.register("values_of_table", values)
        connection.execute(f"insert into {table} select * from values_of_table")
        connection.unregister("values_of_table")


def make(connection: duckdb.DuckDBPyConnection, compiled: Path, path: str) -> None:
    """The table of a model, such as `marts/flags/rules`, over what is there."""
    schema, name = path.split("/")[0], path.split("/")[-1]
    sql = (compiled / f"{path}.sql").read_text()
    connection.execute(f'create or replace table {schema}."{name}" as {sql}')
