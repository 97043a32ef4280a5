"""Days of work on single models, over rows made by hand and a state store of their own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from scripts import state
from scripts.publish import LEDGERS
from tests.behaviour.alone import alone, make, put
from tests.behaviour.warehouse import Warehouse

DAY = date(2026, 1, 31)
ARMS = "experiment_id varchar, customer_id varchar, arm varchar, is_mixed boolean"
EXPERIMENTS = (
    "experiment_id varchar, arm varchar, weight integer, arm_flag_type varchar,"
    " entry_flag_type varchar, goal_event_type varchar, goal_days integer, least_uplift double,"
    " start_date date, end_date date, is_invalid boolean"
)
HOUSEHOLDS = "customer_id varchar, household_id varchar"
STORED = {
    "flag_history": (
        "customer_id varchar, flag_type varchar, change varchar, changed_date date,"
        " first_date date, change_number bigint",
        "customer_id, flag_type, change, changed_on, first_on, change_number",
    ),
    "experiment_assignments": (
        "experiment_id varchar, customer_id varchar, household_id varchar, arm varchar,"
        " assigned_date date",
        "experiment_id, customer_id, household_id, arm, assigned_on",
    ),
    "offer_awards": (
        "offer_id varchar, customer_id varchar, awarded_date date, expires_date date",
        "offer_id, customer_id, awarded_on, expires_on",
    ),
    "consents": (
        "evidence_key varchar, contact_key varchar, contact_point_type varchar, channel varchar,"
        " state varchar, is_explicit boolean, method varchar, source varchar,"
        " source_status varchar, effective_at timestamp, proof varchar, record_key varchar,"
        " noted_date date",
        "evidence_key, contact_key, contact_point_type, channel, state, is_explicit, method,"
        " source, source_status, effective_at, proof, record_key, noted_on",
    ),
    "customer_opt_outs": (
        "customer_id varchar, channel varchar, contact_key varchar, noted_date date",
        "customer_id, channel, contact_key, noted_on",
    ),
}


class Days:
    """Days of work on some models, each published into a state store."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, compiled: Path, store: Path) -> None:
        self.connection, self.compiled, self.store = connection, compiled, store

    def put(self, table: str, columns: str, *rows: tuple[Any, ...]) -> None:
        put(self.connection, table, columns, rows)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def run(self, day: date, *models: str, ledgers: Sequence[str] = ()) -> None:
        """Read the state store, build models (of marts, unless they say intermediate), and publish
        what they add to some ledgers."""
        self.put("staging.stg_ops__run", "as_of_date date", (day,))
        with state.opened(self.store) as store:
            for table, (types, stored) in STORED.items():
                found = store.execute(f"select {stored} from {table}").fetchall()
                dated = [tuple(map(as_date, row)) for row in found]
                self.put(f"staging.stg_ops__{table}", types, *dated)
        for model in models:
            place = model if model.startswith("intermediate/") else f"marts/{model}"
            make(self.connection, self.compiled, place)
        for ledger in ledgers:
            columns, rows = LEDGERS[ledger]
            rows = rows.replace("ops.run", "staging.stg_ops__run")
            state.append(self.store, {ledger: (columns, self.rows(rows))})


def as_date(value: Any) -> Any:
    """A day that the state store holds as a text."""
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        return date.fromisoformat(value)
    return value


@contextmanager
def days_of(warehouse: Warehouse, store: Path) -> Iterator[Days]:
    """Days that run the SQL which the warehouse was built with."""
    compiled = warehouse.folder / "dbt" / "prod" / "compiled" / "basin" / "models"
    with alone() as connection:
        yield Days(connection, compiled, store)
