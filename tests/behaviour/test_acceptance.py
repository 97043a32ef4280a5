"""Every source, day by day, ends where one whole reading ends."""

from collections import Counter
from pathlib import Path

import duckdb
import pytest

from extract import config
from extract.contract import read_contract
from tests.behaviour.warehouse import Warehouse

# What a vendor writes into rows of its own from others': it ages until these are read again.
COPIES = {
    ("capitan", "check_ins"): {"customer_email", "customer_first_name", "customer_last_name"},
    ("mailchimp", "members"): {"stats"},
    ("shopify", "orders"): {"customer"},
}
# When a row was read, and who loaded it.
OURS = {"_seen_on", "_row_number", "_dlt_id", "_dlt_load_id"}
Rows = dict[tuple[object, ...], tuple[str, ...]]


def rows(warehouse: Warehouse, source: str, table: str) -> Rows:
    """A raw table's rows by their key, without addresses of the town, which change."""
    declared = read_contract(source)[table]
    shown = [
        column.name
        for column in declared.columns
        if column.name not in OURS | COPIES.get((source, table), set())
    ]
    texts = ", ".join(
        f"regexp_replace(coalesce(\"{name}\"::varchar, ''), 'http://127[^/]*', '', 'g')"
        for name in shown
    )
    keys = ", ".join(f'"{key}"::varchar' for key in declared.primary_key)
    file = warehouse.folder / "work" / "basin.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        found = connection.execute(f"select [{keys}], [{texts}] from raw_{source}.{table}")
        return {tuple(key): tuple(values) for key, values in found.fetchall()}


def tables() -> list[tuple[str, str]]:
    """Every table that a vendor fills."""
    return [
        (source, name)
        for source in config.sources()
        if config.system(source)
        for name, table in read_contract(source).items()
        if table.is_pulled
    ]


@pytest.mark.crash
def test_days_of_increments_end_where_a_whole_reading_ends_and_a_second_one_changes_nothing(
    tmp_path: Path,
) -> None:
    grown, whole = (
        Warehouse(tmp_path / name / "data", people=60, noise=1.0) for name in ("grown", "whole")
    )
    for _ in range(3):
        run(grown, "extract")
        run(grown, "sandbox", "advance")
    run(grown, "extract")
    run(whole, "sandbox", "advance", "3")
    run(whole, "extract")
    first = {place: rows(whole, *place) for place in tables()}
    run(whole, "extract", "--full")
    assert {place: rows(whole, *place) for place in tables()} == first

    edited = Counter[str]()
    for place, expected in first.items():
        found = rows(grown, *place)
        missing = [key for key in expected if key not in found]
        differing = [key for key in expected if key in found and found[key] != expected[key]]
        assert not missing and not differing, (place, missing[:3], differing[:3])
        edited["deleted"] += len(found) - len(expected)
    assert edited["deleted"] > 0, "the town deletes some rows in its first days"


def run(warehouse: Warehouse, *arguments: str) -> None:
    """A command that must end well, in a town of a few months."""
    done = warehouse.basin(*arguments, SANDBOX_DAYS="90")
    assert done.returncode == 0, done.stdout + done.stderr
