"""`_<source>__sources.yml` as the extractor's contract: columns, types, keys, windows, screening.

The file that dbt reads for docs and tests says here which tables a source has, how each is read
and what every cell must be. `screen` holds rows against it: what fits becomes an Arrow table, what
does not becomes a rejection with its reason, and fields that nobody declared are kept in `_other`.
Whether a value makes sense (a birth date in 2099) is not judged here: that is staging's work.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import pyarrow as pa  # type: ignore[import-untyped]
import yaml

from extract.exact_json import Number, write_json

STAGING = Path(__file__).parents[1] / "dbt_project" / "models" / "staging"

Mode = Literal["full", "window", "replace", "rationed", "rejected", "asked", "loads"]

ARROW_TYPES = {
    "varchar": pa.string(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "double": pa.float64(),
    "json": pa.string(),
}
LOADER_TYPES = {
    "varchar": "text",
    "bigint": "bigint",
    "boolean": "bool",
    "double": "double",
    "json": "json",
}
# Written by dlt itself; declared in the yml because people see them.
LOADER_COLUMNS = ("_dlt_id", "_dlt_load_id")


class ContractError(Exception):
    """A sources yml that cannot be used; the message says which file and what is wrong in it."""


@dataclass(frozen=True)
class Column:
    """One declared column."""

    name: str
    data_type: str


@dataclass(frozen=True)
class Table:
    """One declared table and how it is read.

    For windows only: `lookback_days`, how far the first run of an ISO week reaches back instead
    (`weekly_lookback_days`), and whether the first run of a month reads everything. For rationed
    tables only: the `parent` table, for each of whose rows there is one call, and `calls_a_day`.
    A table that `may_shrink` is one whose rows come and go in any number.
    """

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    mode: Mode
    lookback_days: int | None
    weekly_lookback_days: int | None = None
    is_full_monthly: bool = False
    parent: str | None = None
    calls_a_day: int = 0
    may_shrink: bool = False

    @property
    def is_pulled(self) -> bool:
        """Whether the rows come from the source, and not from the extraction itself."""
        return self.mode in ("full", "window", "replace", "rationed")

    @property
    def is_rationed(self) -> bool:
        """Whether each row of another table costs a call, of which a day has only so many."""
        return self.mode == "rationed"

    @property
    def sent(self) -> tuple[Column, ...]:
        """The columns that the vendor fills; our own begin with an underscore."""
        return tuple(column for column in self.columns if not column.name.startswith("_"))

    @property
    def schema(self) -> pa.Schema:
        """Arrow types of all columns but the loader's own."""
        return pa.schema(
            [
                (column.name, ARROW_TYPES[column.data_type])
                for column in self.columns
                if column.name not in LOADER_COLUMNS
            ]
        )

    @property
    def hints(self) -> list[dict[str, Any]]:
        """Dlt's column hints.

        Of a key sent twice in one load the later row wins.
        """
        hints: list[dict[str, Any]] = []
        for column in self.columns:
            if column.name in LOADER_COLUMNS:
                continue
            hint: dict[str, Any] = {
                "name": column.name,
                "data_type": LOADER_TYPES[column.data_type],
                "nullable": column.name not in self.primary_key,
            }
            if column.name == "_row_number":
                hint["dedup_sort"] = "desc"
            hints.append(hint)
        return hints


@cache
def read_contract(source: str, staging: Path = STAGING) -> dict[str, Table]:
    """The declared tables of a source by name.

    Raises ContractError.
    """
    path = staging / source / f"_{source}__sources.yml"
    if not path.exists():
        raise ContractError(f"{source}: {path.name} is missing: write it beside the staging models")
    for declared in yaml.safe_load(path.read_text())["sources"]:
        if declared["name"] == source:
            tables = {entry["name"]: read_table(path, entry) for entry in declared["tables"]}
            refuse_orphans(path, tables)
            return tables
    raise ContractError(f"{source}: {path.name} declares no source of that name")


def refuse_orphans(path: Path, tables: dict[str, Table]) -> None:
    """Raise ContractError for a rationed table without an earlier full parent, or without `asked`.

    The parent's rows must have come when the day's choice among them is made.
    """
    earlier: set[str] = set()
    for table in tables.values():
        if table.is_rationed and (table.parent not in earlier or "asked" not in tables):
            raise ContractError(
                f"{path.name}, table {table.name}: a rationed table needs meta.parent, a full "
                "table before it with a key of one column, and a table `asked`"
            )
        if table.mode == "full" and len(table.primary_key) == 1:
            earlier.add(table.name)


def read_table(path: Path, entry: dict[str, Any]) -> Table:
    """One table of the yml.

    Raises ContractError for what the extractor cannot act on.
    """
    meta = entry.get("config", {}).get("meta", {})
    where = f"{path.name}, table {entry['name']}"
    columns = []
    for column in entry["columns"]:
        if column.get("data_type") not in ARROW_TYPES:
            raise ContractError(
                f"{where}: column {column['name']} needs a data_type of {', '.join(ARROW_TYPES)}"
            )
        columns.append(Column(column["name"], column["data_type"]))
    mode = meta.get("mode")
    if mode not in get_args(Mode):
        raise ContractError(f"{where}: meta.mode must be full, window, replace or rationed")
    if mode == "window" and not isinstance(meta.get("lookback_days"), int):
        raise ContractError(f"{where}: a window needs meta.lookback_days")
    if (mode == "rationed") != isinstance(meta.get("calls_a_day"), int):
        raise ContractError(f"{where}: meta.calls_a_day is for rationed tables, which need it")
    weekly, monthly = meta.get("weekly_lookback_days"), meta.get("monthly")
    if mode != "window" and (weekly, monthly) != (None, None):
        raise ContractError(f"{where}: only a window can be read further back at times")
    if not isinstance(weekly, int | None) or monthly not in (None, "full"):
        raise ContractError(
            f"{where}: meta.weekly_lookback_days must be a number, meta.monthly can only be full"
        )
    key = tuple(meta.get("primary_key", []))
    if mode != "loads" and not (key and set(key) <= {column.name for column in columns}):
        raise ContractError(f"{where}: meta.primary_key must name declared columns")
    return Table(
        entry["name"],
        tuple(columns),
        key,
        mode,
        meta.get("lookback_days"),
        weekly,
        monthly == "full",
        meta.get("parent"),
        meta.get("calls_a_day", 0),
        meta.get("may_shrink") is True,
    )


def column_name(name: str) -> str:
    """A vendor's `camelCase` name as columns are called here."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@dataclass(frozen=True)
class Screened:
    """What became of some rows: the good ones as an Arrow table, their keys, the refused ones."""

    table: pa.Table
    keys: list[Any]
    rejections: list[dict[str, Any]]


class Misfit(Exception):
    """A cell that its column cannot hold; the message is the reason code."""


def screen(table: Table, rows: Sequence[Any], seen_on: str, first_row_number: int) -> Screened:
    """Hold rows against their declared types.

    `seen_on` is the as-of date of the pull (YYYY-MM-DD), `first_row_number` the place of the first
    of these rows in it. Reasons: `not_an_object`, `null_id`, `wrong_type`, `bad_text`.
    """
    refused: dict[int, tuple[str, str | None]] = {}
    for place, row in enumerate(rows):
        if not isinstance(row, dict):
            refused[place] = ("not_an_object", None)
    objects = [row if isinstance(row, dict) else {} for row in rows]
    for name in table.primary_key:
        for place, row in enumerate(objects):
            if row.get(name) in (None, ""):
                refused.setdefault(place, ("null_id", name))

    cells = {
        column.name: fit_column(column, [row.get(column.name) for row in objects], refused)
        for column in table.sent
    }
    declared = {column.name for column in table.sent}
    others = [{name: row[name] for name in row.keys() - declared} for row in objects]
    cells["_other"] = fit_column(
        Column("_other", "varchar"),
        [write_json(other) if other else None for other in others],
        refused,
    )
    cells["_seen_on"] = [seen_on] * len(rows)
    cells["_row_number"] = list(range(first_row_number, first_row_number + len(rows)))

    good = [place for place in range(len(rows)) if place not in refused]
    if refused:
        cells = {name: [values[place] for place in good] for name, values in cells.items()}
    keys = [cells[name] for name in table.primary_key]
    return Screened(
        table=pa.table({name: cells[name] for name in table.schema.names}, schema=table.schema),
        keys=keys[0] if len(keys) == 1 else list(zip(*keys, strict=True)),
        rejections=[
            rejection(table.name, reason, column, rows[place], seen_on)
            for place, (reason, column) in sorted(refused.items())
        ],
    )


def rejection(
    table: str, reason: str, column: str | None, row: Any, seen_on: str
) -> dict[str, Any]:
    """One row of `rejected`; the same row refused for the same reason has the same key."""
    text = write_json(row).encode("utf-8", "replace").decode()
    return {
        "rejection_key": hashlib.md5(f"{table}\n{reason}\n{text}".encode()).hexdigest(),
        "table_name": table,
        "reason": reason,
        "column_name": column,
        "row": text,
        "_seen_on": seen_on,
    }


def fit_column(
    column: Column, values: list[Any], refused: dict[int, tuple[str, str | None]]
) -> list[Any]:
    """The cells as the column stores them; a misfit is None and noted in `refused` by its
    place."""
    plain, fit = FITS[column.data_type]
    if set(map(type, values)) <= plain and is_sound(values):
        return values
    fitted = []
    for place, value in enumerate(values):
        cell = None
        if value is not None:
            try:
                cell = fit(value)
                if not is_sound([cell]):
                    raise Misfit("bad_text" if isinstance(cell, str) else "wrong_type")
            except Misfit as misfit:
                refused.setdefault(place, (str(misfit), column.name))
                cell = None
        fitted.append(cell)
    return fitted


def is_sound(values: Sequence[Any]) -> bool:
    """Whether all text can be written as UTF-8 (no lone surrogates) and integers fit 64 bits."""
    for value in values:
        if isinstance(value, str):
            try:
                value.encode()
            except UnicodeEncodeError:
                return False
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            return False
    return True


def fit_varchar(value: Any) -> str:
    """Text as it is; a number in the vendor's own writing."""
    if isinstance(value, str):
        return value
    if isinstance(value, Number) or (isinstance(value, int | float) and type(value) is not bool):
        return write_json(value)
    raise Misfit("wrong_type")


def fit_bigint(value: Any) -> int:
    """An integer; also one that was written with a fraction of nothing (`900001.0`)."""
    if type(value) is int:
        return value
    if isinstance(value, Number):
        whole, _, fraction = value.encoded_json.partition(".")
        if whole.lstrip("-").isdigit() and not fraction.strip("0"):
            return int(whole)
    raise Misfit("wrong_type")


def fit_boolean(value: Any) -> bool:
    """True or false, never 0 or 1."""
    if type(value) is bool:
        return value
    raise Misfit("wrong_type")


def fit_double(value: Any) -> float:
    """Any finite number."""
    if isinstance(value, Number):
        value = float(value.encoded_json)
    if type(value) in (int, float) and abs(value) < float("inf"):
        return float(value)
    raise Misfit("wrong_type")


# By data type: the Python types that need no conversion at all, and the conversion for the rest.
FITS: dict[str, tuple[set[type], Callable[[Any], Any]]] = {
    "varchar": ({str, type(None)}, fit_varchar),
    "bigint": ({int, type(None)}, fit_bigint),
    "boolean": ({bool, type(None)}, fit_boolean),
    "double": ({float, type(None)}, fit_double),
    "json": ({type(None)}, write_json),
}
