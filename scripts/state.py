"""The small store of what cannot be recomputed: customer ids given out, what a source showed when,
flags that began and ended, deliveries, every call of a sync, arms of experiments, rewards, consent,
and the list of runs.

A SQLite file in WAL mode with short transactions. Only a run that is published and a sync change
it, apart from the run's own row; dbt never writes it, and reads it through `raw_ops` like any
source. It holds record keys and ids, never a name or an address.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

SCHEMA = """
create table if not exists runs (
    run_id integer primary key autoincrement,
    as_of text not null,
    started_at text not null,
    ended_at text,
    outcome text not null,
    detail text
);
create table if not exists customer_ids (
    customer_id text primary key,
    founding_record_key text not null,
    first_seen_on text not null,
    merged_into text,
    retired_on text
) without rowid;
create table if not exists customer_id_records (
    record_key text primary key,
    customer_id text not null
) without rowid;
create table if not exists customer_id_history (
    changed_on text not null,
    change text not null,
    customer_id text not null,
    other_customer_id text not null,
    record_count integer not null,
    reason text not null,
    primary key (changed_on, change, customer_id, other_customer_id)
) without rowid;
create table if not exists source_states (
    subject text not null,
    seen_on text not null,
    state text not null,
    primary key (subject, seen_on)
) without rowid;
create table if not exists flag_history (
    change_number integer primary key autoincrement,
    customer_id text not null,
    flag_type text not null,
    change text not null,
    changed_on text not null,
    first_on text not null,
    unique (customer_id, flag_type, changed_on, change)
);
create table if not exists deliveries (
    delivery_key text primary key,
    destination text not null,
    customer_id text not null,
    addressee_customer_id text not null,
    flag_type text not null,
    delivered_on text not null
) without rowid;
create table if not exists sync_calls (
    call_number integer primary key autoincrement,
    destination text not null,
    action text not null,
    customer_id text not null,
    account_id text,
    mark text not null,
    flags text not null,
    intended_at text not null,
    closed_at text,
    outcome text not null,
    detail text
);
create table if not exists experiment_assignments (
    experiment_id text not null,
    customer_id text not null,
    household_id text not null,
    arm text not null,
    assigned_on text not null,
    primary key (experiment_id, customer_id)
) without rowid;
create table if not exists offer_awards (
    offer_id text not null,
    customer_id text not null,
    awarded_on text not null,
    expires_on text not null,
    primary key (offer_id, customer_id, awarded_on)
) without rowid;
create table if not exists consents (
    evidence_key text primary key,
    contact_key text not null,
    contact_point_type text not null,
    channel text not null,
    state text not null,
    is_explicit integer not null,
    method text not null,
    source text not null,
    source_status text,
    effective_at text not null,
    proof text not null,
    record_key text,
    noted_on text not null
) without rowid;
create table if not exists customer_opt_outs (
    customer_id text not null,
    channel text not null,
    contact_key text not null,
    noted_on text not null,
    primary key (customer_id, channel, contact_key)
) without rowid;
"""


@dataclass(frozen=True)
class Run:
    """One day's work as the store remembers it; times are UTC, ISO 8601."""

    run_id: int
    as_of: str
    started_at: str
    ended_at: str | None
    outcome: str
    detail: str | None


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The store, created when missing; one transaction, committed when the block ends without an
    error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    store = sqlite3.connect(path, timeout=30)
    try:
        store.execute("pragma journal_mode = wal")
        store.execute("pragma synchronous = full")
        store.executescript(SCHEMA)
        with store:
            yield store
    finally:
        store.close()


def begin_run(path: Path, as_of: date, now: str) -> int:
    """Write down that a run has begun, and that any run still marked as running was killed."""
    with opened(path) as store:
        store.execute(
            "update runs set outcome = 'killed', ended_at = ? where outcome = 'running'", [now]
        )
        cursor = store.execute(
            "insert into runs (as_of, started_at, outcome) values (?, ?, 'running')",
            [as_of.isoformat(), now],
        )
        return int(cursor.lastrowid or 0)


def end_run(path: Path, run_id: int, outcome: str, detail: str | None, now: str) -> None:
    """Write down how a run ended: published or failed, with a sentence where there is one."""
    with opened(path) as store:
        store.execute(
            "update runs set ended_at = ?, outcome = ?, detail = ? where run_id = ?",
            [now, outcome, detail, run_id],
        )


def latest_run(path: Path) -> Run | None:
    """The last run; None when there is none."""
    if not path.exists():
        return None
    with opened(path) as store:
        row = store.execute(
            "select run_id, as_of, started_at, ended_at, outcome, detail from runs"
            " order by run_id desc limit 1"
        ).fetchone()
    return Run(*row) if row else None


def has_registry(path: Path) -> bool:
    """Whether any customer id was ever given out."""
    if not path.exists():
        return False
    with opened(path) as store:
        return store.execute("select 1 from customer_ids limit 1").fetchone() is not None


def advance_registry(
    path: Path,
    customer_ids: Iterable[tuple[str, str, str, str | None, str | None]],
    records: Iterable[tuple[str, str]],
    changes: Iterable[tuple[str, str, str, str, int, str]],
) -> None:
    """Replace the registry by the one that the published run computed, in one transaction.

    `customer_ids`: id, founding record key, first seen on, merged into, retired on (dates ISO).
    `records`: record key, customer id. `changes`: changed on, change, customer id, other customer
    id, record count, reason. Ids are never dropped: the computed registry holds all of them.
    Raises ValueError when it does not.
    """
    with opened(path) as store:
        before = {row[0] for row in store.execute("select customer_id from customer_ids")}
        new = list(customer_ids)
        lost = before - {row[0] for row in new}
        if lost:
            raise ValueError(
                f"{len(lost)} customer ids would be forgotten, {min(lost)} among them: "
                "nothing was published; run `basin daily` again, and report it if it comes back"
            )
        store.execute("delete from customer_ids")
        store.executemany("insert into customer_ids values (?, ?, ?, ?, ?)", new)
        store.execute("delete from customer_id_records")
        store.executemany("insert into customer_id_records values (?, ?)", records)
        store.executemany(
            "insert or ignore into customer_id_history values (?, ?, ?, ?, ?, ?)", changes
        )


def remember_states(path: Path, seen_on: str, states: Iterable[tuple[str, str]]) -> None:
    """Replace what a day (ISO) was the first to show by `states`: subject, state as JSON."""
    with opened(path) as store:
        store.execute("delete from source_states where seen_on = ?", [seen_on])
        store.executemany(
            "insert into source_states values (?, ?, ?)",
            ((subject, seen_on, state) for subject, state in states),
        )


def append(
    path: Path, ledgers: Mapping[str, tuple[Sequence[str], Iterable[tuple[object, ...]]]]
) -> None:
    """Add rows to append-only tables, by name with their columns and rows, in one transaction.

    What stands there already stays as it is: a row of the same key is passed over.
    """
    with opened(path) as store:
        for table, (columns, rows) in ledgers.items():
            places = ", ".join("?" for _ in columns)
            store.executemany(
                f"insert or ignore into {table} ({', '.join(columns)}) values ({places})", rows
            )
