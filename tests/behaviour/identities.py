"""The identity models over a few invented people, in a file in memory: a second a build.

The SQL is that which the warehouse was built with, the Python models are called as they stand.
"""

import importlib.util
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from scripts.bench_identity import PUBLISHED
from scripts.bulk_town import DAY, draw_town, show_day
from tests.behaviour.alone import alone, put
from tests.behaviour.warehouse import ROOT, Warehouse

APART = "src_a varchar, src_id_a varchar, src_b varchar, src_id_b varchar"
STORED = {
    "customer_ids": "customer_id varchar, founding_record_key varchar, first_seen_on varchar,"
    " merged_into varchar, retired_on varchar",
    "customer_id_records": "record_key varchar, customer_id varchar",
    "customer_id_history": "customer_id varchar, other_customer_id varchar, change varchar,"
    " reason varchar, record_count bigint, changed_on varchar",
}
MODELS = (
    "stg_ops__customer_ids",
    "stg_ops__customer_id_records",
    "stg_ops__customer_id_history",
    "int_phone_numbers",
)


Ids = dict[str, tuple[str, str, str]]


class References:
    """What a Python model is given as `dbt`."""

    def __init__(self, session: duckdb.DuckDBPyConnection) -> None:
        self.session = session

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        schema = "seeds" if (ROOT / "seeds" / f"{name}.csv").exists() else "intermediate"
        return self.session.table(f"{schema}.{name}")


class Identities:
    """Invented people, what the models make of them, and a registry that outlives a build."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, warehouse: Warehouse, town: Path
    ) -> None:
        self.connection, self.town = connection, town
        self.published: Ids = {}
        self.target = warehouse.folder / "dbt" / "prod"
        self.models = in_order(json.loads((self.target / "manifest.json").read_text())["nodes"])
        connection.execute("create schema raw_ops; create schema ops")
        for path in (ROOT / "seeds").glob("*.csv"):
            connection.execute(f"create table seeds.{path.stem} as from read_csv('{path}')")
        for table, columns in STORED.items():
            put(connection, f"raw_ops.{table}", columns)
        put(connection, "staging.stg_ops__run", "as_of_date date", [(DAY,)])

    def show(self, condition: str = "true", order: str = "record_key") -> None:
        """Lay out the drawn records for which a condition holds, in an order."""
        shown = self.town.with_name("shown.parquet")
        self.connection.execute(
            f"copy (select * from '{self.town}' where {condition} order by {order})"
            f" to '{shown}' (format parquet)"
        )
        show_day(self.connection, shown, 2)

    def keep_apart(self, *pairs: tuple[str, str]) -> None:
        """Write the seed of pairs of records that are two people anew."""
        rows = [[part for key in pair for part in key.rsplit(":", 1)] for pair in pairs]
        put(self.connection, "seeds._not_duplicates", APART, rows)

    def build(self) -> Ids:
        """Run the models; by record the ids of the exact answer, of the customer, and of the low
        answer."""
        for node in self.models:
            path, schema = Path(node["original_file_path"]), node["schema"]
            if path.suffix == ".py":
                made = called(ROOT / "dbt_project" / path, self.connection)
                self.connection.register("made", made)
                sql = "from made"
            else:
                sql = (self.target / "compiled" / "basin" / path).read_text()
            self.connection.execute(f"create or replace table {schema}.{node['name']} as {sql}")
        found = self.connection.execute(
            "select record_key, customer_id_exact, customer_id, customer_id_low"
            " from intermediate.int_identity__members"
        ).fetchall()
        return {key: tuple(ids) for key, *ids in found}  # type: ignore[misc]

    def publish(self, built: Ids) -> None:
        """Let the registry follow the last build, and remember it."""
        self.published = built
        for statement in PUBLISHED:
            self.connection.execute(statement)


def in_order(nodes: dict[str, Any]) -> list[Any]:
    """The models of identity, each after those that it reads."""
    wanted = {
        key: node
        for key, node in nodes.items()
        if node["resource_type"] == "model"
        and (node["name"] in MODELS or node["name"].startswith(("int_identity__", "int_edge__")))
    }
    ordered: dict[str, Any] = {}

    def add(key: str) -> None:
        if key in wanted and key not in ordered:
            for other in wanted[key]["depends_on"]["nodes"]:
                add(other)
            ordered[key] = wanted[key]

    for key in sorted(wanted):
        add(key)
    return list(ordered.values())


def loaded(path: Path) -> Any:
    """A Python model's module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def called(path: Path, connection: duckdb.DuckDBPyConnection) -> Any:
    """What a Python model returns."""
    session = connection.cursor()
    session.execute("use basin")
    return loaded(path).model(References(session), session)


@contextmanager
def identities_of(warehouse: Warehouse, folder: Path, records: int) -> Iterator[Identities]:
    """A drawn town of about so many records."""
    town = folder / "town.parquet"
    draw_town(town, records, ROOT / "seeds" / "nicknames.csv")
    with alone() as connection:
        yield Identities(connection, warehouse, town)
