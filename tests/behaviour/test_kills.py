"""Whatever step a day's work is killed in, the next run gives what an undisturbed one gives."""

from collections.abc import Callable

import psutil
import pytest

from tests.behaviour.warehouse import Warehouse, differences

IN_EXTRACT = """
    import os, signal
    import extract.pipeline as pipeline
    def killed(*_):
        os.kill(os.getpid(), signal.SIGKILL)
    pipeline.finish = killed
"""
# In the middle of a load: some tables are merged, others not.
IN_LOAD = """
    import os, signal
    from dlt.destinations.impl.duckdb.sql_client import DuckDbSqlClient
    whole, counted = DuckDbSqlClient.execute_query, [0]
    def counting(self, query, *arguments, **named):
        counted[0] += "DELETE" in str(query).upper()
        if counted[0] == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return whole(self, query, *arguments, **named)
    DuckDbSqlClient.execute_query = counting
"""
IN_BUILD = """
    import os, signal, threading, time
    from extract import config
    import scripts.daily as daily
    def kill_when_building():
        log = config.data_dir() / "dbt" / "prod" / "build.log"
        while "START sql table model intermediate.int_identity__records" not in (
            log.read_text() if log.exists() else ""
        ):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGKILL)
    whole = daily.build
    def build():
        threading.Thread(target=kill_when_building, daemon=True).start()
        return whole()
    daily.build = build
"""


@pytest.mark.parametrize(
    "sabotage", [IN_EXTRACT, IN_LOAD, IN_BUILD], ids=["extract", "load", "build"]
)
def test_a_first_day_killed_and_run_again_equals_an_undisturbed_one(
    sabotage: str, fresh: Callable[..., Warehouse], published_once: Warehouse
) -> None:
    warehouse = fresh()
    warehouse.killed_daily(sabotage)
    assert survivors(warehouse) == []
    assert not warehouse.published.exists()
    warehouse.daily()
    assert differences(published_once.snapshot(), warehouse.snapshot()) == {}
    for (duplicates,) in raw_duplicates(warehouse):
        assert duplicates == 0


def test_a_run_killed_before_publishing_is_remembered_as_killed_and_nothing_else(
    published: Warehouse,
) -> None:
    before = state_of(published)
    published.killed_daily(IN_BUILD)
    assert state_of(published) == before
    assert differences(published.snapshot(), published.snapshot()) == {}
    assert (
        "killed" in published.basin("status").stdout
        or "running" in published.basin("status").stdout
    )


def survivors(warehouse: Warehouse) -> list[int]:
    """Processes that still work on the data folder; they get a moment to see that their parent
    died."""
    found = [
        process
        for process in psutil.process_iter(["pid", "environ", "status"])
        if (process.info["environ"] or {}).get("BASIN_DATA") == str(warehouse.folder)
    ]
    _, alive = psutil.wait_procs(found, timeout=5)
    return [process.pid for process in alive]


def raw_duplicates(warehouse: Warehouse) -> list[tuple[int]]:
    """How many rows of each raw table were loaded twice."""
    tables = warehouse.query(
        "select table_schema, table_name from information_schema.columns"
        " where table_schema like 'raw%' and column_name = '_dlt_id'"
    )
    return warehouse.query(
        " union all ".join(
            f'select count(*) - count(distinct _dlt_id) from {schema}."{table}"'
            for schema, table in tables
        )
    )


def state_of(warehouse: Warehouse) -> list[tuple[object, ...]]:
    """Everything that the state store holds, apart from its list of runs."""
    import sqlite3

    with sqlite3.connect(warehouse.folder / "state" / "state.sqlite") as store:
        return [
            row
            for table in ("customer_ids", "customer_id_records")
            for row in store.execute(f"select * from {table} order by 1")
        ]
