"""A bad day: a source that is down, a row that is missing, rows that cannot be used."""

import json

import duckdb

from tests.behaviour.warehouse import Warehouse, differences

OF_STRIPE = {
    table: f"select * from marts.{table} where {column} like '%stripe%' order by all"
    for table, column in (
        ("fct_payments", "source"),
        ("fct_payment_lines", "payment_id"),
        ("fct_refunds", "source"),
        ("reconciliation", "source"),
    )
}


def faults(*declared: dict[str, object]) -> str:
    """Faults that last for ever, as the sandbox reads them from its environment."""
    return json.dumps([{"times": None} | one for one in declared])


def test_a_source_that_is_down_keeps_its_rows_and_rows_of_no_use_are_kept_with_their_reason(
    published: Warehouse,
) -> None:
    before = {table: published.query(sql) for table, sql in OF_STRIPE.items()}
    assert published.basin("sandbox", "advance", "1").returncode == 0
    (oldest, next_oldest) = published.query(
        "select distinct customer_id from raw_capitan.check_ins order by customer_id limit 2"
    )
    said = published.daily(
        3,
        SANDBOX_FAULTS=faults(
            {"source": "stripe", "kind": "status", "status": 500},
            *(
                {"source": "capitan"} | bad
                for bad in (
                    {"path": "check-ins", "kind": "date_2099", "column": "check_in_datetime"},
                    {"path": "customers", "kind": "null_id", "id": oldest[0]},
                    {
                        "path": "customers",
                        "kind": "bad_date",
                        "column": "birthday",
                        "id": next_oldest[0],
                    },
                    {"path": "customers", "kind": "long_name", "id": next_oldest[0]},
                )
            ),
        ),
    )
    assert "published with old rows of stripe" in said
    assert {table: published.query(sql) for table, sql in OF_STRIPE.items()} == before
    days = dict(
        published.query(
            "select source, max(event_date)::varchar from marts.fct_events group by source"
        )
    )
    assert days["capitan"] == "2026-02-01"
    status = published.basin("status").stdout
    assert "stale by 1 days" in status
    manifest = json.loads((published.folder / "exports/customers/_manifest.json").read_text())
    assert manifest["stale_sources"] == ["stripe"]

    assert published.query(
        "select table_name, reason, column_name, count(*) from raw_capitan.rejected group by all"
    ) == [("customers", "null_id", "id", 1)]
    assert "null_id id" in status

    assert published.query(
        "select event_type, count(*) from marts.unmatched_events"
        " where reason = 'dated after the day of the run' and event_type = 'checkin' group by all"
    ) == [("checkin", 1)]
    (latest,) = published.query("select max(event_date)::varchar from marts.customer_events")[0]
    assert latest <= "2026-02-01"
    assert published.query(
        "select birth_date, length(given_name) > 10000 from staging.stg_capitan__customers"
        f" where capitan_customer_id = '{next_oldest[0]}'"
    ) == [(None, True)]


def test_sources_that_fail_each_in_its_own_way_stay_as_they_were_and_the_others_load(
    published: Warehouse,
) -> None:
    down: dict[str, dict[str, object]] = {
        "facebook_ads": {"kind": "status", "status": 401},
        "firestore": {"kind": "html"},
        "google_analytics": {"kind": "status", "status": 403},
        "instagram": {"kind": "status", "status": 500},
        "klaviyo": {"kind": "status", "status": 429, "retry_after": 0},
        "mailchimp": {"kind": "truncated_json"},
        "quickbooks": {"kind": "status", "status": 503},
        "sendgrid": {"kind": "reset"},
        "shopify": {"kind": "status", "status": 404},
        "square": {"kind": "status", "status": 502},
    }
    assert published.basin("sandbox", "advance", "1").returncode == 0
    before = raw_rows(published)
    done = published.basin(
        "extract",
        SANDBOX_FAULTS=faults(*({"source": source} | one for source, one in down.items())),
    )
    assert done.returncode == 3
    for source in down:
        assert f"\n{source}: " in "\n" + done.stdout
    after = raw_rows(published)
    changed = {table.split(".")[0] for table in before if before[table] != after[table]}
    assert changed == {"raw_capitan", "raw_enrichment", "raw_stripe", "raw_twilio"}


def raw_rows(warehouse: Warehouse) -> dict[str, object]:
    """A fingerprint of every raw table in the working file, the loader's own marks included."""
    with duckdb.connect(str(warehouse.folder / "work" / "basin.duckdb"), read_only=True) as file:
        tables = file.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where starts_with(schema_name, 'raw_') and schema_name <> 'raw_ops'"
        ).fetchall()
        return {
            table: file.execute(
                f"select count(*), bit_xor(hash(rows)) from {table} as rows"
            ).fetchone()
            for (table,) in tables
        }


def test_a_missing_charge_turns_a_test_red_and_publishes_nothing(published: Warehouse) -> None:
    before, file_before = published.snapshot(), published.published.stat()
    (charge,) = published.query(
        "select id from raw_stripe.charges where captured and livemode"
        " order by created desc, id limit 1"
    )[0]
    published.basin("sandbox", "advance", "1")
    # A new folder reads everything: the charge is nowhere.
    for path in ("work", "dlt"):
        (published.folder / path).rename(published.folder / f"{path}.old")
    said = published.daily(
        1,
        SANDBOX_FAULTS=faults(
            {"source": "stripe", "path": "charges", "kind": "missing_row", "id": charge}
        ),
    )
    assert "assert_every_charge_belongs_to_an_intent_and_back" in said
    assert published.published.stat() == file_before
    assert differences(before, published.snapshot()) == {}
