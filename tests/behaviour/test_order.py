"""Rows that lie in another order make the same warehouse, and a membership's changes are kept."""

import subprocess
import sys

import duckdb
import pytest

from tests.behaviour.warehouse import Warehouse, differences

BUILD_AND_PUBLISH = """
from scripts.daily import build
from scripts.publish import publish
assert build() == 0
publish()
"""


def shuffle_raw_tables(warehouse: Warehouse) -> int:
    """Lay the rows of every raw table in an order of chance; how many tables have several rows."""
    shuffled = 0
    with duckdb.connect(str(warehouse.folder / "work" / "basin.duckdb")) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where starts_with(table_schema, 'raw_') and not starts_with(table_name, '_dlt')"
            " order by all"
        ).fetchall()
        for schema, table in tables:
            name = f'{schema}."{table}"'
            ((rows,),) = connection.execute(f"select count(*) from {name}").fetchall()
            if rows < 2:
                continue
            connection.execute(f"create temp table copied as select * from {name}")
            connection.execute(f"delete from {name}")
            connection.execute(
                f"insert into {name} select * from copied order by md5(_dlt_id || '{table}')"
            )
            connection.execute("drop table copied")
            shuffled += 1
    return shuffled


def build_and_publish(warehouse: Warehouse) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BUILD_AND_PUBLISH],
        cwd=warehouse.project,
        env=warehouse.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + warehouse.build_log()


def test_the_order_in_which_rows_arrive_changes_nothing(published: Warehouse) -> None:
    before = published.snapshot()
    assert shuffle_raw_tables(published) > 30
    build_and_publish(published)
    assert differences(before, published.snapshot()) == {}


@pytest.mark.crash  # two days' work
def test_a_membership_that_changes_keeps_its_earlier_states(published: Warehouse) -> None:
    query = (
        "select membership_instance_id, valid_from_date, membership_status, end_date"
        " from marts.membership_history"
    )
    before = set(published.query(query))
    assert published.basin("sandbox", "advance", "7").returncode == 0
    published.daily()
    after = set(published.query(query))
    assert before < after, "an earlier state is gone, or nothing changed in a week"
    new_days = {row[1].isoformat() for row in after - before}
    assert new_days == {"2026-02-07"}
    published.daily()
    assert set(published.query(query)) == after
