"""What identity costs at scale, and how right it is: seconds and memory by model, printed.

bulk town -> the project's own models by dbt, from records to households, evidence and registry ->
the truth. Then a day on which one record in a hundred is new or changed. Works in a folder of its
own that is removed afterwards; drawing the town is not counted. Nothing here is a test.
"""

import importlib.util
import json
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from scripts.accuracy import BASIN, environment, run, score
from scripts.bench import Meter, measured
from scripts.bulk_town import DAY, draw_town, show_day
from scripts.daily import DBT, PROJECT

SIZES = (100_000, 1_000_000)
SETTINGS = "set TimeZone = 'UTC'; set memory_limit = '4GB'; set preserve_insertion_order = false"
SHOWN_FROM = 0.3
DAYS = {1: "a first day", 2: "1 % new or changed"}
ANSWERS = {
    "exact": "customer_id_exact", "customer_id": "customer_id", "low": "customer_id_low"
}  # fmt: skip
WANTED = [
    "path:models/staging/ops",
    "path:models/intermediate/identity",
    "dim_customers",
    "family_relationships",
    "household",
    "customer_evidence",
    "identity_refused",
    "identity_review",
]
# The town is drawn into the unions; what reads vendors' rows is left out.
ADAPTERS = [
    f"int_{concept}__*"
    for concept in ("record", "identifier", "child_sign", "adult_sign", "context", "guardian")
]
# What publishing hands to the state store, and the next day's extraction brings back.
PUBLISHED = [
    """
create or replace table raw_ops.customer_ids as
select
    customer_id, founding_record_key, first_seen_date::varchar as first_seen_on,
    merged_into_customer_id as merged_into, retired_date::varchar as retired_on
from intermediate.int_identity__registry""",
    """
create or replace table raw_ops.customer_id_records as
select record_key, customer_id from intermediate.int_identity__members""",
]
OPTIONS = ["--target", "prod", "--profiles-dir", "."]


def dbt(folder: Path, *arguments: str) -> Meter:
    """Run dbt on the working file of a folder; what it cost."""
    command = [sys.executable, "-c", DBT, *arguments, *OPTIONS]
    meter, _ = measured(command, environment(folder), PROJECT / "dbt_project", 0.4)
    return meter


def prepare(folder: Path, records: int) -> None:
    """The town, the seeds and a registry that is empty yet."""
    for part in ("work", "dbt"):
        (folder / part).mkdir(parents=True)
    draw_town(folder / "town.parquet", records, PROJECT / "seeds" / "nicknames.csv")
    run([*BASIN, "extract", "ops"], folder, PROJECT)
    dbt(folder, "seed")


def show(folder: Path, day: int) -> None:
    """Lay out the records of a day; on the second the registry holds what the first published."""
    with duckdb.connect(str(folder / "work" / "basin.duckdb")) as connection:
        connection.execute(SETTINGS)
        show_day(connection, folder / "town.parquet", day)
        connection.execute("create schema if not exists ops")
        connection.execute(
            "create or replace table ops.run as select cast(? as bigint) as run_id,"
            " cast(? as date) as as_of_date, false as accepts_retired_ids",
            [day, DAY + timedelta(days=day - 1)],
        )
        if day > 1:
            for statement in PUBLISHED:
                connection.execute(statement)


@dataclass(frozen=True)
class Build:
    """What a build cost: seconds and peak MB of the process, seconds of the models from the first
    to the last, and by model its name, seconds and peak MB while it ran, beside another one."""

    meter: Meter
    seconds: float
    steps: list[tuple[str, float, float]]


def build(folder: Path) -> Build:
    """Build the models as a day does."""
    return costs(folder, dbt(folder, "run", "--select", *WANTED, "--exclude", *ADAPTERS))


def costs(folder: Path, meter: Meter) -> Build:
    """What a metered run of dbt in a folder cost, by model."""
    results = json.loads((folder / "dbt" / "prod" / "run_results.json").read_text())["results"]
    steps = []
    for result in results:
        began, ended = (
            datetime.fromisoformat(result["timing"][-1][name]).timestamp()
            for name in ("started_at", "completed_at")
        )
        used = [mb for at, mb in meter.samples if began - 0.4 <= at <= ended + 0.4]
        name = result["unique_id"].split(".")[-1]
        steps.append((began, ended, name, max(used, default=0.0)))
    steps.sort()
    return Build(
        meter,
        max(ended for _, ended, _, _ in steps) - steps[0][0],
        [(name, ended - began, peak) for began, ended, name, peak in steps],
    )


def told(console: Console, title: str, built: Build) -> None:
    """Print the steps that took their time, and the whole."""
    table = Table("model", "seconds", "peak MB", title=title)
    for name, seconds, peak in built.steps:
        if seconds >= SHOWN_FROM:
            table.add_row(name, f"{seconds:.1f}", f"{peak:,.0f}")
    rest = [seconds for _, seconds, _ in built.steps if seconds < SHOWN_FROM]
    table.add_row(f"{len(rest)} others", f"{sum(rest):.1f}", "")
    table.add_section()
    table.add_row("all models, two at a time", f"{built.seconds:.1f}", f"{built.meter.peak:,.0f}")
    table.add_row("with dbt's own start", f"{built.meter.seconds:.1f}", "")
    console.print(table)


def add_measures(table: Table, name: list[str], work: Path, answers: dict[str, str]) -> None:
    """A row per answer of a town whose people are known.

    `name`: records and day. `answers`: what to call it, and the column of `main.answers`.
    """
    with duckdb.connect(str(work), read_only=True) as connection:
        connection.execute("create temp table answers as from main.answers")
        for called, answer in answers.items():
            got = score(connection, answer)
            merges = connection.execute(
                f"""
                select coalesce(sum(people * (people - 1) / 2), 0)
                from (
                    select count(distinct person_id) as people from answers
                    group by {answer}, household_id
                )
                """
            ).fetchall()[0][0]
            table.add_row(
                *name,
                called,
                f"{got.precision:.4f}",
                f"{got.recall:.4f}",
                f"{got.recall_linkable:.4f}",
                f"{got.false_pairs:,}",
                f"{1000 * merges / got.customers:.2f}",
            )


def with_splink(folder: Path, records: int, scores: Table, times: Table) -> None:
    """Cluster the same records by Splink and measure it alike."""
    work, clusters = folder / "work" / "basin.duckdb", folder / "splink.parquet"
    command = [sys.executable, "-m", "scripts.bench_splink", str(work), str(clusters)]
    meter, _ = measured(command, environment(folder), PROJECT)
    times.add_row(f"{records:,}", "Splink", f"{meter.seconds:.1f}", f"{meter.peak:,.0f}")
    with duckdb.connect(str(work)) as connection:
        connection.execute(
            "create or replace table main.answers as select people.*,"
            f" clusters.* exclude (record_key) from main.people"
            f" inner join '{clusters}' as clusters using (record_key)"
        )
        names = [column for (column, *_) in connection.execute("describe main.answers").fetchall()]
    found = {f"Splink {name}": name for name in names if name.startswith("at_")}
    add_measures(scores, [f"{records:,}", DAYS[2]], work, found)


def main(sizes: list[int]) -> None:
    """Run the benchmark and print its tables."""
    console = Console(width=120)
    times = Table("records", "what", "seconds", "peak MB", title="identity, two cores")
    scores = Table(
        "records", "day", "answer", "precision", "recall", "of linkable", "false pairs",
        "household merges / 1,000", title="pairs of records, against the truth",
    )  # fmt: skip
    has_splink = importlib.util.find_spec("splink") is not None
    for records in sizes:
        with tempfile.TemporaryDirectory(prefix="basin-bench-") as made:
            folder = Path(made)
            work = folder / "work" / "basin.duckdb"
            prepare(folder, records)
            for day, what in DAYS.items():
                show(folder, day)
                built = build(folder)
                told(console, f"{records:,} records, {what}", built)
                cost = (f"{built.seconds:.1f}", f"{built.meter.peak:,.0f}")
                times.add_row(f"{records:,}", what, *cost)
                with duckdb.connect(str(work)) as connection:
                    connection.execute(
                        "create or replace table main.answers as select * from main.people"
                        " inner join intermediate.int_identity__members using (record_key)"
                    )
                add_measures(scores, [f"{records:,}", what], work, ANSWERS)
            if has_splink:
                with_splink(folder, records, scores, times)
    console.print(times)
    console.print(scores)
    if not has_splink:
        console.print("Splink is not installed here (extra `bench`), so there is no comparison")


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or list(SIZES))
