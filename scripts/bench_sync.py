"""What planning a sync costs for 100,000 customers, and how few calls a day's changes make.

A small town is published and synced; then all that the plan reads is multiplied, each copy with
ids and addresses of its own, and the plan reckoned twice: when the destinations hold what they
should, and when one flag in a hundred has ended. Nothing here is a test.
"""

import os
import subprocess
import tempfile
import time

import duckdb
from rich.console import Console
from rich.table import Table

from extract import config
from extract.pipeline import extract
from scripts.bench import BASIN
from scripts.daily import PROJECT, as_of, sandbox_if_needed
from scripts.freshness import one
from scripts.sync import hours
from scripts.sync.plan import read_plan
from scripts.sync.run import CONSENT_SOURCES, DESTINATIONS, opened, own_copy, reckon

CUSTOMERS = 100_000
TARGET = "10 s"
SHOP = "cast({} as bigint) + copy * 100000000000000"
NAMED = "{} || '-' || copy"
ADDRESS = "copy || '.' || {}"
RECORD = (
    "case when starts_with(record_key, 'shopify:customer:')"
    " then 'shopify:customer:' || cast(split_part(record_key, ':', 3) as bigint)"
    " + copy * 100000000000000 else record_key || '-' || copy end"
)
# What tells the copies apart, by table and column.
COPIED = {
    "raw_shopify.customers": {"id": SHOP, "email": ADDRESS},
    "raw_shopify.customer_metafields": {"id": NAMED, "customer_id": SHOP, "value": NAMED},
    "raw_klaviyo.profiles": {
        "id": NAMED,
        "email": ADDRESS,
        "phone_number": ADDRESS,
        "properties": "json_merge_patch({}, json_object('basin_id', "
        "json_extract_string({}, '$.basin_id') || '-' || copy))",
    },
    "raw_klaviyo.list_profiles": {"profile_id": NAMED},
    "raw_ops.deliveries": {"customer_id": NAMED, "addressee_customer_id": NAMED},
    "raw_ops.sync_calls": {
        "call_number": "{} + copy * 10000000",
        "customer_id": NAMED,
        "account_id": "case destination when 'shopify' then cast(" + SHOP + " as varchar)"
        " else " + NAMED + " end",
        "mark": "case action when 'tell' then " + NAMED + " else {} end",
    },
    "intermediate.int_identity__members": {"record_key": RECORD, "customer_id": NAMED},
    "intermediate.int_identity__followed": {"former_customer_id": NAMED, "customer_id": NAMED},
    "intermediate.int_identity__identifiers": {
        "record_key": RECORD,
        "value": ADDRESS,
        "value_raw": ADDRESS,
    },
    "intermediate.int_identity__contact_owners": {"value": ADDRESS, "owner_customer_id": NAMED},
    "marts.dim_customers": {
        "customer_id": NAMED,
        "primary_email": ADDRESS,
        "primary_phone": ADDRESS,
    },
    "marts.customers_master": {"customer_id": NAMED},
    "marts.customer_permissions": {"customer_id": NAMED},
    "marts.contact_permissions": {"contact_point": ADDRESS},
    "marts.flags_due": {"customer_id": NAMED, "addressee_customer_id": NAMED},
    "intermediate.int_event__unioned": {"event_id": NAMED, "record_key": RECORD},
}


def main() -> None:
    """Run the benchmark and print its table."""
    console = Console()
    table = Table("destination", "state", "seconds", "calls", title=f"target {TARGET}")
    with tempfile.TemporaryDirectory(prefix="basin-bench-") as folder:
        os.environ |= {"BASIN_DATA": folder, "BASIN_MODE": "sandbox", "SANDBOX_PEOPLE": "150"}
        for step in (
            ["daily"],
            *(["sync", name, "--apply", "--allow-large"] for name in DESTINATIONS),
        ):
            subprocess.run([*BASIN, *step], cwd=PROJECT, check=True, capture_output=True)
        with sandbox_if_needed(console), own_copy():
            extract([*CONSENT_SOURCES, "ops"], as_of(), console=Console(quiet=True))
            with duckdb.connect(str(config.sync_file())) as connection:
                count = multiply(connection)
            console.print(f"{count:,} customers")
            for state in ("as it should be", "one flag in a hundred has ended"):
                began = time.monotonic()
                reckon()
                reckoned = time.monotonic() - began
                for destination in DESTINATIONS:
                    began = time.monotonic()
                    with opened() as connection:
                        plan = read_plan(connection, destination)
                    seconds = reckoned + time.monotonic() - began
                    calls = plan.ready(hours.now(), quiet=False)
                    table.add_row(destination, state, f"{seconds:.1f}", f"{len(calls):,}")
                with duckdb.connect(str(config.sync_file())) as connection:
                    connection.execute(
                        "delete from marts.flags_due where hash(customer_id) % 100 = 0"
                    )
    console.print(table)


def multiply(connection: duckdb.DuckDBPyConnection) -> int:
    """Copy what the plan reads until there are so many customers; how many there are."""
    people: int = one(connection, "select count(*) from marts.dim_customers")
    copies = CUSTOMERS // people + 1
    for name, columns in COPIED.items():
        changed = ", ".join(
            f"{way.replace('{}', column)} as {column}" for column, way in columns.items()
        )
        connection.execute(
            f"insert into {name} select * exclude (copy) replace ({changed}) from"
            f" (select there.*, copies.range as copy from {name} as there,"
            f" range(1, {copies}) as copies)"
        )
    connection.execute("checkpoint")
    return people * copies


if __name__ == "__main__":
    main()
