"""A bad day: a source that is down, a row that is missing, rows that cannot be used."""

import json

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


def fault(**declared: object) -> str:
    """One fault that lasts for ever, as the sandbox reads it from its environment."""
    return json.dumps([{"times": None} | declared])


def test_a_source_that_is_down_keeps_its_rows_and_the_day_goes_on(published: Warehouse) -> None:
    before = {table: published.query(sql) for table, sql in OF_STRIPE.items()}
    assert published.basin("sandbox", "advance", "1").returncode == 0
    said = published.daily(3, SANDBOX_FAULTS=fault(source="stripe", kind="status", status=500))
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
        1, SANDBOX_FAULTS=fault(source="stripe", path="charges", kind="missing_row", id=charge)
    )
    assert "assert_every_charge_belongs_to_an_intent_and_back" in said
    assert published.published.stat() == file_before
    assert differences(before, published.snapshot()) == {}


def test_rows_that_cannot_be_used_are_kept_with_their_reason(published: Warehouse) -> None:
    assert published.basin("sandbox", "advance", "1").returncode == 0
    (oldest, next_oldest) = published.query(
        "select distinct customer_id from raw_capitan.check_ins order by customer_id limit 2"
    )
    bad_rows = [
        {"path": "check-ins", "kind": "date_2099", "column": "check_in_datetime"},
        {"path": "customers", "kind": "null_id", "id": oldest[0]},
        {"path": "customers", "kind": "bad_date", "column": "birthday", "id": next_oldest[0]},
        {"path": "customers", "kind": "long_name", "id": next_oldest[0]},
    ]
    published.daily(
        SANDBOX_FAULTS=json.dumps([{"source": "capitan", "times": None} | bad for bad in bad_rows])
    )
    assert published.query(
        "select table_name, reason, column_name, count(*) from raw_capitan.rejected group by all"
    ) == [("customers", "null_id", "id", 1)]
    assert "null_id id" in published.basin("status").stdout

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
