"""How good the identity answers are: the project's own models on records whose people are known.

Two kinds of truth: the invented town at several noises, and public sets that stand beside the
project (`../shared/er_data`), where they are present. Both go through the same SQL; nothing is
tuned for one of them. Prints counts and keys, no names. Nothing here is a test.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from scripts.daily import PROJECT

NOISES = (0.0, 0.5, 1.0, 2.0)
ANSWERS = ("customer_id_exact", "customer_id", "customer_id_low")
PUBLIC_SETS = PROJECT.parent / "shared" / "er_data"
CONCEPTS = ("record", "identifier", "child_sign", "adult_sign", "context", "guardian", "household")
BASIN = [sys.executable, "-c", "from scripts.cli import main; main()"]
DAY = date(2026, 1, 31)
CENSUS_DAY = date(2030, 4, 1)


@dataclass(frozen=True)
class Score:
    """One answer against the truth.

    Pairwise precision, recall, recall over linkable records and F1; B-cubed precision and recall;
    false pairs, and those of them within one household.
    """

    precision: float
    recall: float
    recall_linkable: float
    b_precision: float
    b_recall: float
    false_pairs: int
    household_false_pairs: int
    customers: int

    @property
    def f1(self) -> float:
        """The harmonic mean of pairwise precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score(connection: duckdb.DuckDBPyConnection, answer: str) -> Score:
    """Compare a column of `answers` with `person_id` there.

    `answers`: record_key, person_id, household_id, is_linkable, and one column per answer.
    """
    row = connection.execute(
        f"""
        with cells as (
            select {answer} as cluster, person_id, count(*) as n,
                count(*) filter (where is_linkable) as linkable
            from answers group by all
        ),
        clusters as (select cluster, sum(n) as n from cells group by all),
        people as (
            select person_id, sum(n) as n, sum(linkable) as linkable from cells group by all
        ),
        in_homes as (
            select {answer} as cluster, household_id, person_id, count(*) as n
            from answers group by all
        ),
        homes as (
            select sum(n * (n - 1) / 2) - sum(same) as pairs
            from (
                select sum(n) as n, sum(n * (n - 1) / 2) as same
                from in_homes group by cluster, household_id
            )
        ),
        joined as (
            select
                sum(n * (n - 1) / 2) as same,
                sum(linkable * (linkable - 1) / 2) as linkable_same
            from cells
        ),
        wanted as (
            select
                sum(n * (n - 1) / 2) as pairs,
                sum(linkable * (linkable - 1) / 2) as linkable_pairs
            from people
        ),
        got as (select sum(n * (n - 1) / 2) as pairs, count(*) as customers from clusters),
        cubed as (
            select
                sum(cells.n * cells.n / clusters.n) / sum(cells.n) as precision,
                sum(cells.n * cells.n / people.n) / sum(cells.n) as recall
            from cells
            inner join clusters using (cluster)
            inner join people using (person_id)
        )
        select
            coalesce(joined.same / nullif(got.pairs, 0), 1),
            coalesce(joined.same / nullif(wanted.pairs, 0), 1),
            coalesce(joined.linkable_same / nullif(wanted.linkable_pairs, 0), 1),
            cubed.precision,
            cubed.recall,
            cast(got.pairs - joined.same as bigint),
            cast(homes.pairs as bigint),
            got.customers
        from joined, wanted, got, cubed, homes
        """
    ).fetchone()
    assert row is not None
    return Score(*row)


def bench(console: Console, people: int | None, censuses: Path | None) -> None:
    """Print the tables: the town at each noise with its cases, then the public sets, and with them
    what `scripts/censuses.py` drew."""
    table = answers_table("the town")
    cases: dict[str, list[str]] = {}
    false_merges: list[str] = []
    for noise in NOISES:
        with tempfile.TemporaryDirectory(prefix="basin-identity-") as folder:
            with console.status(f"a day of the town at noise {noise}"):
                published = town_day(Path(folder), noise, people)
            with duckdb.connect(str(published), read_only=True) as connection:
                truth = Path(folder) / "sandbox" / "truth"
                load_town(connection, truth)
                add_rows(table, f"noise {noise}", connection)
                for case, told in told_cases(connection, truth):
                    cases.setdefault(case, []).append(told)
                false_merges += [f"noise {noise}: {one}" for one in household_merges(connection)]
    console.print(table)
    by_case = Table("case (pairs right / pairs)", *(f"noise {noise}" for noise in NOISES))
    for case in sorted(cases):
        by_case.add_row(case, *cases[case])
    console.print(by_case)
    console.print(
        f"false merges inside a household: {len(false_merges)}", highlight=False, soft_wrap=True
    )
    for line in false_merges:
        console.print(f"  {line}", highlight=False, soft_wrap=True)
    sets = dict(PUBLIC) if PUBLIC_SETS.exists() else {}
    if censuses:
        sets["censuses"] = census(censuses)
    if not sets:
        console.print(f"no public sets: {PUBLIC_SETS} is not there", highlight=False)
        return
    table = answers_table("public sets, by the same seed of weights")
    for name, load in sets.items():
        with tempfile.TemporaryDirectory(prefix="basin-identity-") as folder:
            with console.status(name):
                work = public_day(Path(folder), load)
            with duckdb.connect(str(work)) as connection:
                connection.execute(
                    "create temp table answers as select * from main.people"
                    " inner join intermediate.int_identity__members using (record_key)"
                )
                add_rows(table, name, connection)
    console.print(table)


def answers_table(title: str) -> Table:
    """An empty table of scores."""
    columns = "records of|answer|precision|recall|linkable|F1|B³ prec.|B³ recall|false|household"
    return Table(*columns.split("|"), "per 1,000", title=title)


def add_rows(table: Table, name: str, connection: duckdb.DuckDBPyConnection) -> None:
    """One row per answer."""
    for answer in ANSWERS:
        got = score(connection, answer)
        table.add_row(
            name,
            answer.removeprefix("customer_id").removeprefix("_") or "customer_id",
            *(
                f"{value:.4f}"
                for value in (
                    got.precision, got.recall, got.recall_linkable, got.f1,
                    got.b_precision, got.b_recall,
                )
            ),
            str(got.false_pairs),
            str(got.household_false_pairs),
            f"{1000 * got.household_false_pairs / got.customers:.2f}",
        )  # fmt: skip


def environment(folder: Path) -> dict[str, str]:
    """What a sandbox run in a folder of its own sees."""
    return os.environ | {
        "BASIN_DATA": str(folder),
        "BASIN_MODE": "sandbox",
        "BASIN_BUCKET": "",
        "DBT_TARGET_PATH": str(folder / "dbt" / "prod"),
        "DBT_LOG_PATH": str(folder / "dbt" / "prod" / "logs"),
    }


def run(command: list[str], folder: Path, cwd: Path) -> None:
    """Run to the end; raises SystemExit with what it said when it fails."""
    done = subprocess.run(
        command, cwd=cwd, env=environment(folder), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command[-3:])} ended with {done.returncode}:\n{done.stdout}")


def town_day(folder: Path, noise: float, people: int | None) -> Path:
    """A first day's work on a town of its own; the published file."""
    size = ["--people", str(people)] if people else []
    run([*BASIN, "sandbox", "reset", "--noise", str(noise), *size], folder, PROJECT)
    run([*BASIN, "daily"], folder, PROJECT)
    return folder / "published" / "basin.duckdb"


def load_town(connection: duckdb.DuckDBPyConnection, truth: Path) -> None:
    """The table `answers` of a published town."""
    connection.execute(
        f"""
        create temp table answers as
        select
            records.record_key, records.person_id, people.household_id, records.is_linkable,
            members.customer_id_exact, members.customer_id, members.customer_id_low
        from read_parquet('{truth}/records.parquet') as records
        inner join read_parquet('{truth}/people.parquet') as people using (person_id)
        inner join intermediate.int_identity__members as members using (record_key)
        """
    )


def told_cases(connection: duckdb.DuckDBPyConnection, truth: Path) -> list[tuple[str, str]]:
    """Of each case, how many of its pairs the answer gets right."""
    rows = connection.execute(
        f"""
        select
            cases.case,
            count(*) filter (
                where (a.customer_id = b.customer_id) = cases.is_same_person
            ) || ' / ' || count(*)
        from read_parquet('{truth}/cases.parquet') as cases
        inner join answers as a on cases.record_key_a = a.record_key
        inner join answers as b on cases.record_key_b = b.record_key
        group by cases.case
        order by cases.case
        """
    ).fetchall()
    return [(case, told) for case, told in rows]


def household_merges(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Each pair of records of two people of one household in one customer, with the reason."""
    return [
        " ".join(map(str, row))
        for row in connection.execute(
            """
            select a.customer_id, min(a.record_key), min(b.record_key), min(evidence.reason)
            from answers as a
            inner join answers as b
                on a.customer_id = b.customer_id
                and a.household_id = b.household_id
                and a.person_id < b.person_id
            left join marts.customer_evidence as evidence
                on evidence.record_key_a = least(a.record_key, b.record_key)
                and evidence.record_key_b = greatest(a.record_key, b.record_key)
            group by a.customer_id, a.person_id, b.person_id
            order by all
            """
        ).fetchall()
    ]


Loader = Callable[[duckdb.DuckDBPyConnection], None]


def public_day(folder: Path, load: Loader) -> Path:
    """The identity models on a public set; the working file, with the truth in `main.people`.

    `load` creates `main.loaded`: record_key, person_id, household_id, given_name, family_name,
    birth_date, postal_address, email, phone, number, and source, as_of_date and is_register, which
    says whether the source has one row for each person.
    """
    for part in ("work", "dbt"):
        (folder / part).mkdir(parents=True)
    run([*BASIN, "extract", "ops"], folder, PROJECT)
    work = folder / "work" / "basin.duckdb"
    with duckdb.connect(str(work)) as connection:
        load(connection)
        connection.execute(CONFORMED)
    dbt = [str(Path(sys.executable).with_name("dbt"))]
    options = ["--target", "prod", "--profiles-dir", "."]
    project = PROJECT / "dbt_project"
    run([*dbt, "seed", *options], folder, project)
    with duckdb.connect(str(work)) as connection:
        connection.execute(REGISTERS)
    adapters = [f"int_{concept}__*" for concept in CONCEPTS]
    run(
        [
            *dbt, "run", *options, "--select", "path:models/staging/ops",
            "path:models/intermediate/identity", "--exclude", *adapters,
        ],
        folder,
        project,
    )  # fmt: skip
    return work


CONFORMED = """
create schema if not exists ops;
create or replace table ops.run as
    select 1 as run_id, max(as_of_date) as as_of_date, false as accepts_retired_ids
    from main.loaded;
create schema if not exists intermediate;
create table main.people as
    select record_key, person_id, household_id, true as is_linkable from main.loaded;
create table intermediate.int_record__unioned as
    select
        record_key, source, given_name, family_name, birth_date, postal_address,
        false as is_deleted, null::timestamp as created_at, null::varchar as named_by_record_key
    from main.loaded;
create table intermediate.int_identifier__unioned as
    select
        record_key, identifier_type, value_raw, 'own' as origin, null::timestamp as seen_at
    from (
        unpivot (select record_key, email, phone, number as person_number from main.loaded)
        on email, phone, person_number into name identifier_type value value_raw
    );
create table intermediate.int_child_sign__unioned (record_key varchar, sign varchar);
create table intermediate.int_adult_sign__unioned (record_key varchar, sign varchar);
create table intermediate.int_context__unioned (record_key varchar, context_key varchar);
"""

# A source that the project does not know otherwise.
REGISTERS = """
insert into seeds.sources by name
select distinct
    source, 1 as source_rank, true as is_person_register, false as is_hearsay,
    source as display_name
from main.loaded
where is_register
"""


def febrl(name: str) -> Loader:
    """A Febrl set: the number inside `rec_id` is the person."""

    def load(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(
            f"""
            create table main.loaded as
            with read as (
                select columns(*)::varchar
                from read_csv('{PUBLIC_SETS / name}', all_varchar = true, normalize_names = true)
            )
            select
                trim(rec_id) as record_key,
                regexp_extract(rec_id, 'rec-(\\d+)-', 1) as person_id,
                regexp_extract(rec_id, 'rec-(\\d+)-', 1) as household_id,
                nullif(trim(given_name), '') as given_name,
                nullif(trim(surname), '') as family_name,
                try_strptime(trim(date_of_birth), '%Y%m%d')::date as birth_date,
                nullif(concat_ws(
                    ' ', nullif(trim(street_number), ''), nullif(trim(address_1), ''),
                    nullif(trim(suburb), ''), nullif(trim(postcode), '')
                ), '') as postal_address,
                null::varchar as email,
                null::varchar as phone,
                nullif(trim(soc_sec_id), '') as number,
                'stripe' as source,
                date '{DAY}' as as_of_date,
                false as is_register
            from read
            """
        )

    return load


def fake_1000(connection: duckdb.DuckDBPyConnection) -> None:
    """Splink's set of a thousand records."""
    connection.execute(
        f"""
        create table main.loaded as
        select
            'r' || unique_id as record_key,
            "cluster" as person_id,
            "cluster" as household_id,
            first_name as given_name,
            surname as family_name,
            try_cast(dob as date) as birth_date,
            city as postal_address,
            email,
            null::varchar as phone,
            null::varchar as number,
            'stripe' as source,
            date '{DAY}' as as_of_date,
            false as is_register
        from read_csv('{PUBLIC_SETS / "fake_1000.csv"}', all_varchar = true)
        """
    )


def census(file: Path) -> Loader:
    """Two censuses of one population; each has one row for a person, or should have."""

    def load(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(
            f"""
            create table main.loaded as
            select
                record_key,
                simulant_id as person_id,
                household_id,
                first_name as given_name,
                last_name as family_name,
                try_strptime(date_of_birth, '%m/%d/%Y')::date as birth_date,
                nullif(
                    concat_ws(' ', street_number, street_name, unit_number, city, zipcode), ''
                ) as postal_address,
                null::varchar as email,
                null::varchar as phone,
                null::varchar as number,
                'census_' || year as source,
                date '{CENSUS_DAY}' as as_of_date,
                true as is_register
            from read_csv('{file}', all_varchar = true)
            """
        )

    return load


PUBLIC: dict[str, Loader] = {
    "Febrl 1": febrl("dataset1.csv"),
    "Febrl 2": febrl("dataset2.csv"),
    "Febrl 3": febrl("dataset3.csv"),
    "fake_1000": fake_1000,
}
