"""Splink on the records that identity has just worked on, for a comparison side by side.

Reads the normalised names, dates and contact points from a built working file, so that Splink pays
neither for cleaning nor for finding front desks, and writes its clusters as parquet. Its documented
model with the library's own comparisons: nothing is tuned further. Needs the extra `bench`.
"""

import sys
from pathlib import Path

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLDS = (0.95, 0.99999)
RECORDS = """
create table people as
with usable as (
    select identifiers.record_key, identifiers.identifier_type, min(identifiers.value) as value
    from work.intermediate.int_identity__identifiers as identifiers
    inner join work.intermediate.int_identity__contact_points as contact_points
        using (identifier_type, value)
    where contact_points.unusable_because is null
    group by all
)
select
    records.record_key as unique_id,
    records.given_folded as given_name,
    records.family_folded as family_name,
    records.usable_birth_date::varchar as birth_date,
    lower(records.postal_address) as address,
    email.value as email,
    phone.value as phone
from work.intermediate.int_identity__records as records
left join usable as email
    on records.record_key = email.record_key and email.identifier_type = 'email'
left join usable as phone
    on records.record_key = phone.record_key and phone.identifier_type = 'phone'
order by unique_id
"""


def main(work: Path, clusters: Path) -> None:
    """Train, predict and cluster; `clusters` gets record_key and one column per threshold."""
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    connection.execute(f"attach '{work}' as work (read_only)")
    connection.execute(RECORDS)
    connection.execute("detach work")
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("family_name").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.EmailComparison("email"),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
            cl.ExactMatch("address").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("email"),
            block_on("phone"),
            block_on("given_name", "family_name"),
            block_on("birth_date", "family_name"),
            block_on("birth_date", "given_name"),
            block_on("address", "given_name"),
        ],
    )
    linker = Linker(DuckDBAPI(connection).register("people"), settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("email", "given_name"), block_on("birth_date", "family_name", "given_name")],
        recall=0.7,
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("email"), block_on("given_name", "family_name")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predicted = linker.inference.predict(threshold_match_probability=min(THRESHOLDS))
    columns, joins = [], []
    for threshold in THRESHOLDS:
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, threshold_match_probability=threshold
        )
        name = f"at_{str(threshold).replace('.', '_')}"
        columns.append(f"{name}.cluster_id as {name}")
        joins.append(f"left join {found.physical_name} as {name} using (unique_id)")
    connection.execute(
        f"copy (select people.unique_id as record_key, {', '.join(columns)}"
        f" from people {' '.join(joins)}) to '{clusters}' (format parquet)"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
