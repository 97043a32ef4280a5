"""The only module that knows how dlt writes to DuckDB: packages, loads, and their history.

A worker calls `package` (dlt's extract and normalise: files only); the parent calls `load` (the
one writer). Working folders start empty and dlt keeps no state, so that nothing of a killed run
can be resumed: the rerun reads again and merges again. A load counts when dlt has written it down
with status 0 in `_dlt_loads`; `forget_broken_loads` removes the lines of loads that did not get
there.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

import dlt
import duckdb
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from dlt.common.destination import Destination
from dlt.common.schema.typing import TColumnSchema

from extract import config, rations
from extract.contract import ContractError, Table, read_contract

ROWS_PER_BATCH = 50_000


@dataclass(frozen=True)
class History:
    """What complete loads tell, by table: the last as-of date, the last full count, all days, and
    the mode of the last one.

    `asked` is who was asked about for each rationed table, by the parent's id.
    """

    last_as_of: dict[str, date] = field(default_factory=dict)
    full_rows: dict[str, int] = field(default_factory=dict)
    days: dict[str, set[date]] = field(default_factory=dict)
    modes: dict[str, str] = field(default_factory=dict)
    asked: dict[str, dict[str, rations.Asked]] = field(default_factory=dict)


def folder(source: str) -> Path:
    """The source's working folder; `load` and `package` agree on it."""
    return config.loader_dir() / source


def wipe(source: str) -> None:
    """Remove whatever an earlier run left in the source's working folder."""
    shutil.rmtree(folder(source), ignore_errors=True)


def open_pipeline(source: str) -> dlt.Pipeline:
    """Dlt's pipeline of one source, the same in worker and parent."""
    os.environ["DLT_DATA_DIR"] = str(
        config.loader_dir()
    )  # nothing of a run lies in the home folder
    config.work_file().parent.mkdir(parents=True, exist_ok=True)
    destination: Destination[Any, Any] = dlt.destinations.duckdb(
        str(config.work_file()),
        staging_dataset_name_layout="dlt_staging_%s",
        replace_strategy="insert-from-staging",
        # dlt leaves it unsaid for DuckDB, and merges half a table where a load is killed
        supports_transactions=True,
    )
    return dlt.pipeline(
        source,
        pipelines_dir=str(folder(source)),
        destination=destination,
        dataset_name=f"raw_{source}",
    )


def package(source: str, tables: dict[Table, Path]) -> None:
    """Turn one parquet file per table into a load package; an empty file creates the table."""
    pipeline = open_pipeline(source)

    @dlt.source(name=source, max_table_nesting=0)
    def declared() -> list[Any]:
        return [resource(table, path) for table, path in tables.items()]

    pipeline.extract(declared(), loader_file_format="parquet")
    pipeline.normalize()


def resource(table: Table, path: Path) -> Any:
    """One table's rows as dlt's resource, with types, key and disposition of the contract."""
    disposition: Literal["replace", "append", "merge"] = "merge"
    if table.mode == "replace":
        disposition = "replace"
    elif table.mode == "loads":
        disposition = "append"

    def batches() -> Iterator[pa.Table]:
        with pq.ParquetFile(path) as file:
            if not file.metadata.num_rows:
                yield table.schema.empty_table()
            for batch in file.iter_batches(ROWS_PER_BATCH):
                yield pa.Table.from_batches([batch], schema=table.schema)

    return dlt.resource(
        batches,
        name=table.name,
        columns=cast(Sequence[TColumnSchema], table.hints),
        primary_key=table.primary_key,
        write_disposition=disposition,
        schema_contract={"columns": "freeze", "data_type": "freeze"},
    )


def load(source: str) -> None:
    """Merge the package that the worker left into the working file."""
    open_pipeline(source).load()


@contextmanager
def working_file() -> Iterator[duckdb.DuckDBPyConnection]:
    """Our own connection to the working file.

    Raises ConfigError when another program has it.
    """
    config.work_file().parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = duckdb.connect(str(config.work_file()))
    except duckdb.IOException as error:
        raise config.ConfigError(
            f"{config.work_file()} is open in another program: close it there and run again "
            "(people read the published file)"
            if "lock" in str(error).lower()
            else f"{config.work_file()} cannot be opened: remove it and run again, all is read anew"
        ) from None
    try:
        yield connection
    finally:
        connection.close()


def read_history(source: str) -> History:
    """What the complete loads of a source say, after the lines of broken ones are removed.

    Raises ContractError when a stored column has another type than the contract now says.
    """
    if not config.work_file().exists():
        return History()
    schema = f"raw_{source}"
    with working_file() as connection:
        present = connection.execute(
            "select count(*) from duckdb_tables()"
            " where schema_name = ? and table_name in ('loads', '_dlt_loads')",
            [schema],
        ).fetchone()
        if present != (2,):
            return History()
        refuse_changed_types(connection, source)
        forget_broken_loads(connection, schema)
        days: dict[str, set[date]] = {}
        for table, day in connection.execute(
            f"select distinct table_name, as_of from {schema}.loads where mode <> 'absent'"
        ).fetchall():
            days.setdefault(table, set()).add(date.fromisoformat(day))
        full_rows = connection.execute(
            f"select table_name, arg_max(rows, _dlt_load_id) from {schema}.loads"
            " where mode = 'full' group by table_name"
        ).fetchall()
        modes = connection.execute(
            f"select table_name, arg_max(mode, _dlt_load_id) from {schema}.loads"
            " group by table_name"
        ).fetchall()
        asked = read_asked(connection, schema) if "asked" in read_contract(source) else {}
    return History(
        last_as_of={table: max(found) for table, found in days.items()},
        full_rows=dict(full_rows),
        days=days,
        modes=dict(modes),
        asked=asked,
    )


def read_asked(
    connection: duckdb.DuckDBPyConnection, schema: str
) -> dict[str, dict[str, rations.Asked]]:
    """Who was asked about for each rationed table; none before the table exists."""
    present = connection.execute(
        "select 1 from duckdb_tables() where schema_name = ? and table_name = 'asked'", [schema]
    ).fetchone()
    if not present:
        return {}
    return rations.read(
        connection.execute(
            "select table_name, parent_id, parent_mark, rows, _seen_on, previous_mark,"
            " previous_rows, previously_seen_on,"
            f" _dlt_load_id in (select load_id from {schema}._dlt_loads where status = 0)"
            f" from {schema}.asked"
        ).fetchall()
    )


def refuse_changed_types(connection: duckdb.DuckDBPyConnection, source: str) -> None:
    """Stop before dlt does, which cannot change a column's type and says so with people's data."""
    stored = connection.execute(
        "select table_name, column_name, data_type from duckdb_columns() where schema_name = ?",
        [f"raw_{source}"],
    ).fetchall()
    contract = read_contract(source)
    for table, column, data_type in stored:
        for declared in contract[table].columns if table in contract else ():
            if declared.name == column and declared.data_type != data_type.lower():
                raise ContractError(
                    f"{source}: {table}.{column} is {data_type} in the working file and "
                    f"{declared.data_type} in the sources yml: drop the schema raw_{source} in the "
                    "working file, everything is then read again"
                )


def forget_broken_loads(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    """Remove what a load that was killed before its end wrote into `loads`."""
    connection.execute(
        f"delete from {schema}.loads where _dlt_load_id not in"
        f" (select load_id from {schema}._dlt_loads where status = 0)"
    )
