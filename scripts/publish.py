"""From the working file to the published one: the state store advances, then a copy takes the old
one's place.

checkpoint, close -> ledgers, registry, states into the state store -> copy beside
                                                                         -> chmod 0444 -> rename

Killed before the rename, the old file stands and the next run computes the same rows again;
people who have the old file open keep it. Nothing here decides whether to publish: that is the
tests' and `daily`'s.
"""

import os
import shutil
from pathlib import Path

import duckdb

from extract import config
from scripts import state

# What a day adds to the state store: table, and where its rows of the day are read.
LEDGERS = {
    "flag_history": (
        ("customer_id", "flag_type", "change", "changed_on", "first_on"),
        "select customer_id, flag_type, change, changed_on::varchar, first_date::varchar"
        " from marts.flag_changes where changed_on = (select as_of_date from ops.run)"
        " order by change desc, customer_id, flag_type",
    ),
    "experiment_assignments": (
        ("experiment_id", "customer_id", "household_id", "arm", "assigned_on"),
        "select experiment_id, customer_id, household_id, arm, assigned_on::varchar"
        " from marts.experiment_assignments order by all",
    ),
    "offer_awards": (
        ("offer_id", "customer_id", "awarded_on", "expires_on"),
        "select offer_id, customer_id, awarded_on::varchar, expires_on::varchar"
        " from marts.offer_awards order by all",
    ),
    "consents": (
        (
            "evidence_key",
            "contact_key",
            "contact_point_type",
            "channel",
            "state",
            "is_explicit",
            "method",
            "source",
            "source_status",
            "effective_at",
            "proof",
            "record_key",
            "noted_on",
        ),
        "select evidence_key, contact_key, contact_point_type, channel, state,"
        " is_explicit::integer, method, source, source_status, effective_at::varchar, proof,"
        " record_key, noted_on::varchar from intermediate.int_consents"
        " where noted_on = (select as_of_date from ops.run) order by evidence_key",
    ),
    "customer_opt_outs": (
        ("customer_id", "channel", "contact_key", "noted_on"),
        "select customer_id, channel, contact_key, noted_on::varchar"
        " from marts.customer_opt_outs order by all",
    ),
}


def publish() -> None:
    """Let the state store follow the working file, and put a copy of it where people read.

    Raises duckdb.Error when the working file cannot be read, OSError when the disk is full.
    """
    work = config.work_file()
    with duckdb.connect(str(work)) as connection:
        drop_loader_schemas(connection)
        customer_ids = connection.execute(
            "select customer_id, founding_record_key, first_seen_date::varchar,"
            " merged_into_customer_id, retired_date::varchar"
            " from intermediate.int_identity__registry order by customer_id"
        ).fetchall()
        records = connection.execute(
            "select record_key, customer_id from intermediate.int_identity__members"
            " order by record_key"
        ).fetchall()
        changes = connection.execute(
            "select changed_on::varchar, change, customer_id, other_customer_id, record_count,"
            " reason from intermediate.int_identity__changes order by all"
        ).fetchall()
        days = connection.execute("select as_of_date::varchar from ops.run").fetchall()
        states = connection.execute(
            "select subject, state from intermediate.int_source_states"
            " where seen_on = (select as_of_date from ops.run) order by subject"
        ).fetchall()
        ledgers = {
            table: (columns, connection.execute(rows).fetchall())
            for table, (columns, rows) in LEDGERS.items()
        }
        connection.execute("checkpoint")
    # Before the registry: from its last state follows whose part brought which opt-outs along.
    state.append(config.state_file(), ledgers)
    state.advance_registry(config.state_file(), customer_ids, records, changes)
    state.remember_states(config.state_file(), days[0][0], states)
    replace_published(work, config.published_file())
    (config.data_dir() / "dev").mkdir(exist_ok=True)


def drop_loader_schemas(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove the loader's staging schemas: they hold the last load once more and are made anew."""
    schemas = connection.execute(
        "select schema_name from information_schema.schemata"
        " where catalog_name = current_database() and starts_with(schema_name, 'dlt_staging_')"
        " order by schema_name"
    ).fetchall()
    for (schema,) in schemas:
        connection.execute(f'drop schema "{schema}" cascade')


def replace_published(work: Path, published: Path) -> None:
    """Copy the closed working file beside the published one and rename it into its place.

    A reader's write-ahead log is removed first: DuckDB would replay it into the new file. The copy
    is made read-only, so that nobody opens it for writing and leaves another.
    """
    published.parent.mkdir(parents=True, exist_ok=True)
    copy = published.with_name(f"{published.stem}.next.duckdb")
    copy.unlink(missing_ok=True)
    shutil.copyfile(work, copy)
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    copy.chmod(0o444)
    published.with_name(f"{published.name}.wal").unlink(missing_ok=True)
    os.replace(copy, published)
    folder = os.open(published.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
