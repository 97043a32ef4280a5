"""What vendors really answered, as others recorded it, goes through contracts and staging.

The recordings stand beside the project; none of them is part of it.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extract.contract import read_contract, screen
from extract.sources import klaviyo, stripe
from tests.behaviour.alone import alone, make
from tests.behaviour.warehouse import ROOT, Warehouse

RECORDED = ROOT.parent / "shared" / "contracts"
# What a source does to each row before it is held against the contract.
FLATTENED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "klaviyo": klaviyo.flat,
    "stripe": stripe.without_client_secrets,
}
# What the recorder took apart itself is no answer of the vendor's.
TAKEN_APART = {("mailchimp", "email_activity")}
LEAST = {
    "facebook_ads": 2,
    "instagram": 1,
    "klaviyo": 6,
    "mailchimp": 2,
    "sendgrid": 1,
    "shopify": 3,
    "square": 5,
    "stripe": 6,
    "twilio": 1,
}


def recorded(source: str) -> dict[str, list[dict[str, Any]]]:
    """The records of each of a source's tables; only names that are ours as well."""
    found: dict[str, list[dict[str, Any]]] = {}
    flat = FLATTENED.get(source, dict)
    for file in sorted((RECORDED / source / "samples").glob("airbyte_expected_records_*/*.jsonl")):
        for line in file.read_text().splitlines():
            record = json.loads(line)
            name = record.get("stream")
            if name in read_contract(source) and (source, name) not in TAKEN_APART:
                found.setdefault(name, []).append(flat(record["data"]))
    return found


@pytest.fixture
def raw(published_once: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty file with the schemas of the warehouse, and the day of the run."""
    with alone() as connection:
        connection.execute("create schema ops")
        connection.execute(
            "create table ops.run as select 1 as run_id, date '2026-01-31' as as_of_date,"
            " false as accepts_retired_ids"
        )
        make(connection, compiled(published_once), "staging/ops/stg_ops__run")
        yield connection


def compiled(warehouse: Warehouse) -> Path:
    """Where the SQL lies that the warehouse was built with."""
    return warehouse.folder / "dbt" / "prod" / "compiled" / "basin" / "models"


@pytest.mark.parametrize("source", LEAST)
def test_every_recorded_row_is_believed_and_staged(
    source: str, raw: duckdb.DuckDBPyConnection, published_once: Warehouse
) -> None:
    if not RECORDED.exists():
        pytest.skip("the vendors' recordings are not beside the project (../shared/contracts)")
    rows = recorded(source)
    assert len(rows) >= LEAST[source]
    raw.execute(f"create schema raw_{source}")
    for name, table in read_contract(source).items():
        held = screen(table, rows.get(name, []), "2026-01-31", 0)
        assert not held.rejections, (name, held.rejections)
        raw.register("held", held.table)
        raw.execute(f"create table raw_{source}.{name} as select * from held")
        raw.unregister("held")
    read = set()
    for file in sorted((compiled(published_once) / "staging" / source).glob("stg_*.sql")):
        sql = file.read_text()
        names = [one for one in rows if f'"raw_{source}"."{one}"' in sql]
        if names and '"staging".' not in sql:
            make(raw, compiled(published_once), f"staging/{source}/{file.stem}")
            (count,) = raw.execute(f"select count(*) from staging.{file.stem}").fetchone() or (0,)
            read |= set(names) if count else set()
    assert read == set(rows)
