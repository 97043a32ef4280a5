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


def when(condition: str, patched: str) -> str:
    """A process that kills itself as soon as a condition holds while `patched` runs."""
    return f"""
    import os, signal, threading, time
    from extract import config
    import extract.pipeline, scripts.daily, scripts.export, scripts.publish, scripts.state
    def log():
        path = config.data_dir() / "dbt" / "prod" / "build.log"
        return path.read_text() if path.exists() else ""
    def kill_in_time():
        while not ({condition}):
            time.sleep(0.002)
        os.kill(os.getpid(), signal.SIGKILL)
    whole = {patched}
    def watched(*arguments, **named):
        threading.Thread(target=kill_in_time, daemon=True).start()
        return whole(*arguments, **named)
    {patched} = watched
"""


def instead(patched: str, body: str) -> str:
    """A process that does `body` and is killed, in the place of `patched`."""
    return f"""
    import os, shutil, signal
    import scripts.daily, scripts.export, scripts.publish, scripts.state
    def kill():
        os.kill(os.getpid(), signal.SIGKILL)
    whole = {patched}
    def sabotaged(*arguments, **named):
        {body}
    {patched} = sabotaged
"""


IN_BUILD = when(
    "'START sql table model intermediate.int_identity__records' in log()", "scripts.daily.build"
)
KILLS = {
    "extract": IN_EXTRACT,
    "normalise": when(
        "any(config.loader_dir().glob('stripe/*/normalize/*/*'))", "extract.pipeline.run"
    ),
    "load": IN_LOAD,
    "parse": when("'Running with dbt' in log()", "scripts.daily.build"),
    "build": IN_BUILD,
    "tests": when("'START test assert_no_event' in log()", "scripts.daily.build"),
    "state": instead(
        "scripts.state.advance_registry",
        "whole(arguments[0], arguments[1], (kill() if i == 5 else r"
        " for i, r in enumerate(arguments[2])), *arguments[3:])",
    ),
    "ledgers": instead("scripts.state.append", "kill()"),
    "copy": instead(
        "shutil.copyfile",
        "open(arguments[1], 'wb').write(open(arguments[0], 'rb').read()[:999999]); kill()",
    ),
    "before exports": instead("scripts.export.export", "kill()"),
    "exports": instead("scripts.export.write_manifest", "kill()"),
}
PUBLISHED_BEFORE = ("before exports", "exports")


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(("extract", "load", "build"), id="three times"),
        *(pytest.param((step,), id=step, marks=pytest.mark.crash) for step in KILLS),
    ],
)
def test_a_first_day_killed_and_run_again_equals_an_undisturbed_one(
    steps: tuple[str, ...], fresh: Callable[..., Warehouse], published_once: Warehouse
) -> None:
    warehouse = fresh()
    for step in steps:
        warehouse.killed_daily(KILLS[step])
        assert survivors(warehouse) == []
        assert warehouse.published.exists() == (step in PUBLISHED_BEFORE)
    warehouse.daily()
    assert differences(published_once.snapshot(), warehouse.snapshot()) == {}
    for (duplicates,) in raw_duplicates(warehouse):
        assert duplicates == 0


def test_a_run_killed_before_publishing_is_remembered_as_killed_and_nothing_else(
    published: Warehouse,
) -> None:
    state, rows = state_of(published), published.snapshot()
    published.killed_daily(IN_BUILD)
    assert state_of(published) == state
    assert differences(rows, published.snapshot()) == {}
    assert "killed" in published.basin("status").stdout


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
