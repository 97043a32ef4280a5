"""What connections cost over 1 and 10 million check-ins at a hundred places: time and memory.

The check-ins are made by SQL, seeded, as many a day and place as one busy gym has; the models are
those of the project, compiled by dbt and run as they stand. Only their run is timed, in a process
of its own. Nothing here is a test.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from scripts.bench import measured
from scripts.daily import PROJECT

SIZES = (1_000_000, 10_000_000)
PLACES, A_DAY, MEMORY = 100, 90, "6GB"
SETTINGS = f"set TimeZone = 'UTC'; set memory_limit = '{MEMORY}'; set threads = 2"
TARGET = "120 s and 8 GB at 10 million"
MODELS = [
    "int_pass_use__capitan",
    "int_pass_owner__capitan",
    "int_event__capitan_passes",
    "int_presence__capitan",
    "int_presence__unioned",
    "int_customer_numbers",
    "int_arrivals",
    "int_arrival_habits",
    "int_co_visits",
    "int_connection__capitan_memberships",
    "int_connection__capitan_passes",
    "int_connection__unioned",
    "int_co_visit_pairs",
    "int_connection_facts",
    "int_companions",
    "customer_connections",
]
VIEWS = {
    "int_presence__capitan",
    "int_presence__unioned",
    "int_connection__unioned",
    "customer_connections",
}
LETTERS = "translate({}::varchar, '0123456789', 'abcdefghij')"
TOWN = f"""
create schema staging; create schema intermediate; create schema marts; create schema seeds;
create schema ops;
create table staging.stg_ops__run as select date '2026-01-31' as as_of_date;
-- Few people make most of the visits, and one visit in seven brings somebody along.
create temp table visits as
with drawn as (
    select
        number,
        hash(number, 1) % {PLACES} as place,
        date '2026-01-31' - cast(number // ({PLACES} * {A_DAY}) as integer) as day,
        power((hash(number, 2) % 1000000) / 1e6, 2.5) as luck,
        case
            when hash(number, 3) % 100 < 45 then 64800 + hash(number, 4) % 10800
            else 32400 + hash(number, 4) % 39600
        end as second,
        hash(number, 5) % 100 as method,
        hash(number, 6) % 100 < 15 as brings
    from range($rows) as made (number)
),
peopled as (
    select *, cast(floor(luck * $people / {PLACES}) as bigint) * {PLACES} + place as person
    from drawn
)
select number * 2 as id, place, day, second, person, method, false as is_guest, person as owner
from peopled
union all
select number * 2 + 1, place, day, second + 15 + number % 60, (person + {PLACES}) % $people, method,
    true, person
from peopled where brings;
create table staging.stg_capitan__check_ins as
select
    id::varchar as check_in_id,
    person::varchar as capitan_customer_id,
    place::varchar as location_id,
    'Place ' || place as location_name,
    case when method < 78 then 'MEM' when method < 94 then 'ENT' else 'GUE' end as entry_method,
    case
        when method < 78 then 'Solo Weekly'
        when method < 94 and is_guest
            then 'Day Pass (Adult 14 and Up) from ' || {LETTERS.format("owner")}
            || ' Climber (0 remaining)'
        when method < 94 then 'Day Pass (Adult 14 and Up) (0 remaining)'
        when is_guest then 'Guest Pass from ' || {LETTERS.format("owner")} || ' Climber'
        else 'Solo Weekly'
    end as entry_method_description,
    day + to_seconds(second) as checked_in_local_at,
    day + to_seconds(second + 21600) as checked_in_at
from visits;
create table intermediate.int_identity__members as
select 'capitan:customer:' || number as record_key, 'c_' || left(md5(number::varchar), 16)
    as customer_id
from range($people) as made (number);
create table intermediate.int_identity__records as
select 'capitan:customer:' || number as record_key, {LETTERS.format("number")} as given_folded,
    'climber' as family_folded, null::varchar as name_suffix, true as is_person_register,
    null::timestamp as created_at
from range($people) as made (number);
create table marts.household as
select 'c_' || left(md5(number::varchar), 16) as customer_id,
    'h_' || left(md5((number // 300 * {PLACES} + number % {PLACES})::varchar), 16) as household_id
from range($people) as made (number);
create table staging.stg_capitan__entry_passes as
select id::varchar as entry_pass_id, owner::varchar as owner_capitan_customer_id,
    'Day Pass (Adult 14 and Up)' as pass_type, 0 as remaining_count, false as is_deleted,
    day::timestamp as purchased_at
from visits where method between 78 and 93;
create table staging.stg_capitan__memberships as
select number::varchar as membership_instance_id, 'Family Weekly' as membership_name,
    'ACT' as membership_status, date '2024-01-01' as start_date, date '2026-06-01' as end_date
from range($people // 20) as made (number);
create table staging.stg_capitan__membership_members as
select number::varchar as membership_instance_id, (number + {PLACES} * place)::varchar
    as capitan_customer_id
from range($people // 20) as made (number), range(3) as roster (place);
create table intermediate.int_gym__memberships as
select *, 'family' as size, false as is_temporary_pass from staging.stg_capitan__memberships;
create table intermediate.int_gym__membership_members as
from staging.stg_capitan__membership_members;
create table intermediate.int_payment__unioned
    (payment_id varchar, record_key varchar, paid_at timestamp);
create table intermediate.int_payment_line__unioned
    (payment_id varchar, paid_for_key varchar, product varchar);
"""


def build(folder: Path, rows: int) -> None:
    """A file with what the models read."""
    with duckdb.connect(str(folder / "basin.duckdb")) as connection:
        connection.execute(SETTINGS)
        for statement in TOWN.split(";"):
            if statement.strip():
                wanted = {"rows": rows * 100 // 115, "people": rows * 10 // 34}
                used = {name: wanted[name] for name in wanted if f"${name}" in statement}
                connection.execute(statement, used)
        kinds = PROJECT / "seeds" / "connection_kinds.csv"
        connection.execute(f"create table seeds.connection_kinds as from '{kinds}'")


def compiled(folder: Path) -> dict[str, str]:
    """The models' own SQL by name, in the order in which they are built."""
    environment = {"BASIN_DATA": str(folder), "DBT_TARGET_PATH": str(folder / "dbt")}
    environment["DBT_LOG_PATH"] = str(folder / "logs")
    dbt = str(Path(sys.executable).with_name("dbt"))
    (folder / "work").mkdir(parents=True, exist_ok=True)
    command = [dbt, "compile", "--quiet", "--target", "prod", "--profiles-dir", ".", "--select"]
    subprocess.run(
        [*command, *MODELS],
        cwd=PROJECT / "dbt_project",
        env=environment,
        check=True,
        capture_output=True,
    )
    found = {path.stem: path.read_text() for path in (folder / "dbt").rglob("compiled/**/*.sql")}
    return {name: found[name] for name in MODELS}


def make(connection: duckdb.DuckDBPyConnection, models: dict[str, str]) -> dict[str, float]:
    """Build the models in their order; seconds by model."""
    took = {}
    for name, sql in models.items():
        began = time.monotonic()
        schema = "intermediate" if name.startswith("int_") else "marts"
        kind = "view" if name in VIEWS else "table"
        connection.execute(f"create or replace {kind} {schema}.{name} as {sql}")
        took[name] = time.monotonic() - began
    return took


def run(file: Path, models: Path) -> None:
    """Build the models on a made file and print what each took."""
    sql = json.loads(models.read_text())
    with duckdb.connect(str(file)) as connection:
        connection.execute(SETTINGS)
        for name, seconds in make(connection, sql).items():
            print(f"  {name:<40}{seconds:>8.1f} s")
        (pairs, companions) = connection.execute(
            "select (select count(*) from intermediate.int_co_visit_pairs),"
            " (select count(*) from intermediate.int_companions)"
        ).fetchone() or (0, 0)
    print(f"  {pairs:,} connections, {companions:,} companions")


def main() -> None:
    """Run the benchmark and print its table."""
    console = Console()
    table = Table("check-ins", "seconds", "peak MB", title=f"connections, target {TARGET}")
    with tempfile.TemporaryDirectory(prefix="basin-bench-") as made:
        models = Path(made) / "models.json"
        models.write_text(json.dumps(compiled(Path(made))))
        for rows in SIZES:
            folder = Path(made) / str(rows)
            folder.mkdir()
            build(folder, rows)
            file = folder / "basin.duckdb"
            command = [sys.executable, "-m", "scripts.bench_connections", str(file), str(models)]
            meter, said = measured(command, {}, PROJECT)
            table.add_row(f"{rows:,}", f"{meter.seconds:.1f}", f"{meter.peak:,.0f}")
            console.print(f"{rows:,} check-ins\n{said}", markup=False, highlight=False)
            file.unlink()
    console.print(table)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        main()
