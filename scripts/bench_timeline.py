"""What the timeline costs at 1, 10 and 100 million source rows: a full build, then a day.

check-ins of a million customers by SQL, straight into Capitan's raw table, and a payment for every
hundred -> the project's models by dbt -> the same after a day's load. The day replaces 0.3 % of the
check-ins as the loader does: a third new, a third of the last weeks edited, a third only read
again, and a hundred edited anywhere in the past. At last the corrected table is held against what
the models say from nothing. Nothing here is a test.
"""

import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb
import yaml
from rich.console import Console
from rich.table import Table

from extract.contract import read_contract
from scripts.accuracy import environment
from scripts.bench import measured
from scripts.bench_identity import Build, costs, told
from scripts.daily import DBT, PROJECT

SIZES = (1_000_000, 10_000_000, 100_000_000)
CUSTOMERS, A_DAY, LAST_DAY = 1_000_000, 9_000, date(2026, 1, 31)
MEMORY = "10GB"
SETTINGS = f"set TimeZone = 'UTC'; set memory_limit = '{MEMORY}'; set threads = 2"
TARGET = "100 million: 6 min and 16 GB, a day of 0.3 % in 15 s"
TIMELINE = "intermediate.int_event__unioned"
MODELS = [
    "stg_ops__run",
    "stg_capitan__check_ins",
    "stg_capitan__customers",
    "stg_capitan__referrals",
    "int_event__capitan",
    "int_event__payments",
    "int_event__unioned",
    "fct_events",
    "unmatched_events",
    "customer_events",
]
EVENT = (
    "event_id varchar, event_type varchar, occurred_at timestamp, record_key varchar,"
    " source varchar, attribution varchar, subject varchar, amount decimal(18, 2),"
    " currency varchar, details json"
)
# A check-in's number decides all that is in it; `edit` is what the desk corrected, a number too.
CHECK_INS = f"""
select
    number as id,
    hash(number, 1) % 1000 * (hash(number, 2) % (1 + hash(number, 3) % {CUSTOMERS // 1000}))
        as customer_id,
    'Ann' as customer_first_name,
    'Climber' as customer_last_name,
    'climber' || hash(number, 4) % {CUSTOMERS} || '@example.org' as customer_email,
    '1990-01-01' as customer_birthday,
    cast(day + to_seconds(32400 + hash(number, 5) % 39600 + edit) as varchar) as check_in_datetime,
    null as check_out_datetime,
    null as visit_duration,
    case when method < 78 then 'MEM' when method < 94 then 'ENT' when method < 97 then 'GUE'
        when method < 99 then 'EVE' else 'FRE' end as entry_method,
    case when method < 78 then 'Solo Weekly'
        when method < 94 then 'Day Pass (Adult 14 and Up) (' || number % 5 || ' remaining)'
        when method < 97 then 'Guest Pass from Ann Climber'
        when method < 99 then 'Birthday Party' else 'Staff' end as entry_method_description,
    hash(number, 6) % 100 as location_id,
    'Place ' || hash(number, 6) % 100 as location_name,
    case when method = 99 then 'STA' else '' end as free_entry_reason,
    1 as check_in_count,
    cast(day + to_seconds(97200 + number % 3600) as varchar) || '+00' as created_at,
    null as _other,
    cast(cast($loaded as date) as varchar) as _seen_on,
    number as _row_number,
    cast(hash(number, cast($loaded as date)) as varchar) as _dlt_id,
    cast($loaded as date) || '.1' as _dlt_load_id
from (
    select number, edit, hash(number, 7) % 100 as method,
        date '{LAST_DAY}' - cast(($rows - 1 - number) // {A_DAY} as integer) as day
    from numbered
)
"""
AROUND = f"""
create schema if not exists intermediate; create schema if not exists marts;
create schema if not exists seeds; create schema if not exists ops;
create table ops.run as
select 1 as run_id, date '{LAST_DAY}' as as_of_date, false as accepts_retired_ids;
create table seeds.confidence_levels as from '{PROJECT}/seeds/confidence_levels.csv';
create table seeds.event_types as from '{PROJECT}/seeds/event_types.csv';
create table intermediate.int_identity__members as
select 'capitan:customer:' || number as record_key,
    'c_' || left(md5(number::varchar), 16) as customer_id, 'exact' as place_confidence
from range({CUSTOMERS}) as made (number);
create table marts.dim_customers as
select customer_id, 'Ann' as given_name, 'Climber' as family_name
from intermediate.int_identity__members;
create table intermediate.int_gym__member_periods as
select number::varchar as membership_instance_id, number::varchar as capitan_customer_id,
    date '2024-01-01' as start_date, date '9999-12-31' as last_date
from range(0, {CUSTOMERS}, 20) as made (number);
create table intermediate.int_payment__unioned as
select 'stripe:payment_intent:' || number as payment_id, 'stripe' as source,
    'capitan:customer:' || hash(number, 8) % {CUSTOMERS} as record_key,
    timestamp '2026-01-31 18:00:00' - to_minutes(number) as paid_at, 'USD' as currency,
    'paid' as payment_status
from range(cast($rows as bigint) // 100) as made (number);
create table intermediate.int_payment_lines_categorised as
select payment_id, '1' as line_key, 'day_pass_purchase' as event_type,
    record_key as subject_record_key, null::varchar as paid_for_key, 'Day Pass' as product,
    'Day Pass' as category, 21.65::decimal(18, 2) as gross
from intermediate.int_payment__unioned;
create table intermediate.int_refund__unioned (refund_id varchar, source varchar,
    payment_id varchar, record_key varchar, refunded_at timestamp, amount decimal(18, 2),
    currency varchar, is_settled boolean);
create table intermediate.int_payment_attempt__unioned (attempt_id varchar, source varchar,
    payment_id varchar, record_key varchar, attempted_at timestamp, amount decimal(18, 2),
    currency varchar, outcome varchar, failure_code varchar);
"""
# What the loader merges on the next day: which check-ins, and by how many seconds they are edited.
NEXT_DAY = """
create temp table numbered as
select number, 0 as edit from range($rows, $rows + $rows // 1000) as made (number)
union all
select number, number % 2 * 60 as edit
from range($rows - $rows // 500, $rows) as made (number)
union all
select number * ($rows // 10000 * 99), 3600 from range(100) as made (number)
"""


def draw(folder: Path, rows: int) -> None:
    """A working file with what the models read."""
    for part in ("work", "dbt", "profiles"):
        (folder / part).mkdir(parents=True)
    profiles = yaml.safe_load((PROJECT / "dbt_project" / "profiles.yml").read_text())
    profiles["basin"]["outputs"]["prod"]["settings"]["memory_limit"] = MEMORY
    (folder / "profiles" / "profiles.yml").write_text(yaml.safe_dump(profiles))
    with duckdb.connect(str(folder / "work" / "basin.duckdb")) as connection:
        connection.execute(SETTINGS)
        connection.execute("create schema raw_capitan")
        for table in read_contract("capitan").values():
            columns = ", ".join(f'"{one.name}" {one.data_type}' for one in table.columns)
            connection.execute(f"create table raw_capitan.{table.name} ({columns})")
        for statement in AROUND.split(";"):
            if statement.strip():
                used = {"rows": rows} if "$rows" in statement else {}
                connection.execute(statement, used)
        for path in (PROJECT / "dbt_project" / "models" / "intermediate").rglob("int_event__*.sql"):
            if path.stem not in MODELS:
                connection.execute(f"create table intermediate.{path.stem} ({EVENT})")
        connection.execute(
            "create temp view numbered as"
            f" select number, 0 as edit from range({rows}) as made (number)"
        )
        load(connection, rows, LAST_DAY)


def load(connection: duckdb.DuckDBPyConnection, rows: int, day: date) -> None:
    """Put the check-ins of `numbered` into the raw table, as the loader does on a day."""
    connection.execute(
        f"insert into raw_capitan.check_ins by name {CHECK_INS}", {"rows": rows, "loaded": day}
    )


def let_a_day_pass(folder: Path, rows: int) -> None:
    """Merge what the next day brings, and move the day of the run on."""
    next_day = LAST_DAY + timedelta(days=1)
    with duckdb.connect(str(folder / "work" / "basin.duckdb")) as connection:
        connection.execute(SETTINGS)
        connection.execute(NEXT_DAY, {"rows": rows})
        connection.execute(
            "delete from raw_capitan.check_ins where id in (select number from numbered)"
        )
        load(connection, rows, next_day)
        connection.execute("update ops.run set as_of_date = ?", [next_day])


def build(folder: Path) -> Build:
    """Build the timeline as a day does."""
    command = [sys.executable, "-c", DBT, "run", "--select", *MODELS, "--target", "prod"]
    command += ["--profiles-dir", str(folder / "profiles")]
    meter, _ = measured(command, environment(folder), PROJECT / "dbt_project", 0.4)
    return costs(folder, meter)


def same_as_from_nothing(folder: Path) -> tuple[bool, int]:
    """Whether the table holds what the models say without it, and how many events it has."""
    compiled = folder / "dbt" / "prod" / "compiled" / "basin" / "models"
    said = (compiled / "intermediate" / "timeline" / "int_event__unioned.sql").read_text()
    with duckdb.connect(str(folder / "work" / "basin.duckdb")) as connection:
        connection.execute(SETTINGS)
        kept, fresh = (
            connection.execute(
                f"select count(*), sum(hash(event)) from (select * from {rows}) as event"
            ).fetchone()
            for rows in (TIMELINE, f"(select * exclude (content_hash) from ({said}))")
        )
    assert kept
    return kept == fresh, kept[0]


def read(folder: Path) -> float:
    """Seconds to read every customer's timeline, with the million customers joined on."""
    with duckdb.connect(str(folder / "work" / "basin.duckdb"), read_only=True) as connection:
        connection.execute(SETTINGS)
        began = time.monotonic()
        connection.execute(
            "select count(*), max(customer_id), max(event_date), max(event_type)"
            " from marts.customer_events"
        ).fetchall()
        return time.monotonic() - began


def main(sizes: list[int]) -> None:
    """Run the benchmark and print its tables."""
    console = Console(width=120)
    table = Table(
        "source rows", "what", "seconds", "peak MB", "events", title=f"timeline, target {TARGET}"
    )
    for rows in sizes:
        with tempfile.TemporaryDirectory(prefix="basin-bench-") as made:
            folder = Path(made)
            draw(folder, rows)
            for what in ("full build", "a day of 0.3 %"):
                if what != "full build":
                    let_a_day_pass(folder, rows)
                built = build(folder)
                told(console, f"{rows:,} rows, {what}", built)
                cost = (f"{built.seconds:.1f}", f"{built.meter.peak:,.0f}")
                table.add_row(f"{rows:,}", what, *cost)
            table.add_row(f"{rows:,}", "all timelines read", f"{read(folder):.1f}")
            is_same, events = same_as_from_nothing(folder)
            table.add_row(f"{rows:,}", "equal to one from nothing", str(is_same), "", f"{events:,}")
            size = (folder / "work" / "basin.duckdb").stat().st_size / 1e6
            console.print(f"{rows:,} rows: a working file of {size:,.0f} MB")
    console.print(table)


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or list(SIZES))
