"""The materialization of the timeline over rows made by hand: its own text, without dbt around it.

Runs each statement on a connection as dbt would, in one transaction.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import jinja2

from extract.contract import read_contract
from tests.behaviour.warehouse import ROOT

MACRO = ROOT / "macros" / "materialization_corrected_table_duckdb.sql"
TABLE = "intermediate.int_event__unioned"
VIEWS = ["staging.stg_capitan__check_ins", "intermediate.int_event__capitan"]
EVENT = (
    "event_id varchar, event_type varchar, occurred_at timestamp, record_key varchar,"
    " source varchar, attribution varchar, subject varchar, amount decimal(18, 2),"
    " currency varchar, details json"
)
BESIDE = {
    "staging.stg_capitan__customers": (
        "record_key varchar, created_at timestamp, capitan_customer_id varchar"
    ),
    "staging.stg_capitan__referrals": (
        "referral_id varchar, purchased_at timestamp, created_at timestamp,"
        " referrer_capitan_customer_id varchar, membership_name varchar,"
        " owner_capitan_customer_id varchar"
    ),
    "intermediate.int_gym__member_periods": (
        "membership_instance_id varchar, capitan_customer_id varchar, start_date date,"
        " last_date date"
    ),
    "staging.stg_ops__run": "as_of_date date",
}


class Cut(Exception):
    """The work was cut off where a test wanted it."""


class Found(tuple[Any, ...]):
    """A row as dbt hands it out."""

    def values(self) -> tuple[Any, ...]:
        """What is in it."""
        return tuple(self)


class Relation(str):
    """A table or view by its name."""

    identifier = TABLE.split(".")[1]
    type = "table"

    def incorporate(self, **_: str) -> "Relation":
        """The same, whatever is to be made of it."""
        return self


class Timeline:
    """Check-ins, payments and all that becomes of them, in a file that a day corrects."""

    def __init__(self, file: Path | str, compiled: Path) -> None:
        """An empty file with the models that `compiled` holds."""
        self.file, self.compiled = file, compiled
        self.connect()
        for schema in ("raw_capitan", "staging", "intermediate", "marts", "seeds"):
            self.connection.execute(f"create schema {schema}")
        columns = read_contract("capitan")["check_ins"].columns
        self.put("raw_capitan.check_ins", ", ".join(f"{c.name} {c.data_type}" for c in columns))
        for name, types in BESIDE.items():
            self.put(name, types)
        for path in (ROOT / "dbt_project" / "models").rglob("int_event__*.sql"):
            if path.stem not in ("int_event__capitan", "int_event__unioned"):
                self.put(f"intermediate.{path.stem}", EVENT)
        self.views()

    def connect(self) -> None:
        """Open the file, as a process that begins does."""
        self.connection = duckdb.connect()
        self.connection.execute(f"set TimeZone = 'UTC'; attach '{self.file}' as basin; use basin")

    def put(self, table: str, columns: str) -> None:
        self.connection.execute(f"create table {table} ({columns})")

    def views(self) -> None:
        """Make the views anew, as each day's work begins."""
        for name in VIEWS:
            self.view(name)

    def view(self, name: str, change: Callable[[str], str] = str) -> None:
        """Make a view of the project's, its text perhaps changed."""
        self.connection.execute(f"create or replace view {name} as {change(self.sql(name))}")

    def sql(self, name: str) -> str:
        """The compiled text of a model."""
        (path,) = self.compiled.rglob(f"{name.split('.')[1]}.sql")
        return path.read_text()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def correct(self, statements: int | None = None) -> int:
        """Build the table as dbt does; how many statements that took.

        Raises Cut, with nothing committed, after so many statements if some are named.
        """
        made: list[str] = []
        results: dict[str, Any] = {}

        def statement(name: str, caller: Callable[[], str], fetch_result: bool = False) -> str:
            if len(made) == statements:
                raise Cut
            made.append(name)
            found = [Found(row) for row in self.rows(caller())]
            if fetch_result:
                table = {
                    "rows": found,
                    "columns": [Found(column) for column in zip(*found, strict=True)],
                }
                results[name] = {"table": table}
            return ""

        stands = "select 1 from duckdb_tables() where table_name = 'int_event__unioned'"
        text = MACRO.read_text().split("\n", 1)[1].rsplit("{% endmaterialization %}", 1)[0]
        self.connection.execute("begin")
        jinja2.Environment(extensions=["jinja2.ext.do"]).from_string(text).render(
            this=Relation(TABLE),
            load_cached_relation=lambda this: this if self.rows(stands) else None,
            compiled_code=self.sql(TABLE),
            statement=statement,
            load_result=results.__getitem__,
            views_behind=lambda nodes, found: VIEWS,
            model={"depends_on": {"nodes": []}},
            should_full_refresh=lambda: False,
            run_hooks=lambda hooks: "",
            adapter={"commit": self.connection.commit},
            **{"return": lambda relations: ""},
        )
        return len(made)

    def is_current(self) -> bool:
        """Whether the table holds what the models say from nothing, no more and no less."""
        said = f"(select * exclude (content_hash) from ({self.sql(TABLE)}))"
        return not self.rows(
            f"(from {TABLE} except all from {said}) union all (from {said} except all from {TABLE})"
        )

    def places(self) -> dict[str, int]:
        """Where each event lies: whoever is written anew moves."""
        return dict(self.rows(f"select event_id, rowid from {TABLE}"))
