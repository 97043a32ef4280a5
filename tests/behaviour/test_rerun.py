"""The same day again changes nothing; the next day only what the town or the calendar changed."""

import shutil

import duckdb

from extract.contract import read_contract
from tests.behaviour.warehouse import Snapshot, Warehouse, differences

# What follows the as-of date of the run by itself, without anything having happened.
FOLLOWS_THE_DATE = {
    "int_load__unioned": {"loaded_on"},
    "reconciliation": {"compared_until"},
    "int_identity__records": {"minor"},
    "int_identity__contact_owners": {"owner_customer_id"},
    "int_gym__memberships": {"is_frozen", "is_live"},
    "membership_people": {"is_active_member"},
    "dim_customers": {"age_years", "minor", "primary_email", "primary_phone"},
    "customers_master": {
        "age",
        "is_child",
        "minor",
        "email",
        "phone",
        "primary_email",
        "primary_phone",
        "has_active_membership",
        "is_lapsed_member",
        "is_lead",
        "lead_source",
        "active_flags",
        "flag_count",
        "days_since_last_visit",
    },
    "member_standing": {
        "is_active_member",
        "is_member",
        "latest_start_date",
        "earliest_start_date",
        "latest_started_date",
    },
    "experiment_results": {"waiting_count", "analysed_count", "converted_count"},
    "member_id_by_email": {"member_id"},
    "contact_permissions": {
        "is_allowed",
        "state",
        "reason",
        "source",
        "method",
        "effective_at",
        "proof",
    },
    "customer_permissions": {"contact_point", "contact_key", "is_allowed", "reason"},
    "export_customers__contact_preferences": {"customer_id"},
    "export_email__email_consents": {"synced_at"},
    "customer_identifiers": {"is_primary"},
    "export_capitan__memberships": {"projected_amount", "membership_owner_age"},
    "export_capitan__temporary_passes": {"projected_amount", "membership_owner_age"},
    "export_leads__leads": {
        "is_child",
        "email",
        "phone",
        "days_since_last_activity",
        "visit_count_last_30d",
        "has_active_membership",
        "is_lapsed_member",
        "timeline_event_count",
        "timeline",
    },
    "int_posts__instagram": {"last_seen_date"},
    "int_comments__instagram": {"last_seen_date"},
    "export_instagram__posts": {"post_age_days", "last_updated"},
    "export_instagram__comments": {"fetched_at"},
}
# Rules and lists that hold on some days and not on others.
COMES_AND_GOES = (
    "flag",
    "customer_flags",
    "rules_evaluated",
    "running_memberships",
    "leads",
    "int_deeds",
    "int_happening__",
    "event_coverage",
    "export_analytics__conversion_cohorts",
    "export_analytics__flag_email_verification",
    "export_capitan__at_risk_members",
    "export_capitan__membership_revenue_projection",
    "export_capitan__new_members",
    "export_stripe__",
    "export_transactions__recent_days",
    "sync_",
)


def marts_and_intermediate(snapshot: Snapshot) -> dict[str, str]:
    """Full table names by bare name."""
    return {
        name.split(".")[1]: name
        for name in snapshot
        if name.startswith(("marts.", "intermediate."))
    }


def test_a_second_run_on_the_same_day_changes_no_row_and_needs_no_truth(
    published: Warehouse,
) -> None:
    before = published.snapshot()
    shutil.rmtree(published.folder / "sandbox" / "truth")
    published.daily()
    assert differences(before, published.snapshot()) == {}


def test_a_day_on_which_nothing_happens_changes_only_what_follows_the_date(
    published: Warehouse,
) -> None:
    before = published.snapshot()
    published.daily(AS_OF="2026-02-01")
    after = published.snapshot()
    starting = members_starting_on(published, "2026-02-01")
    for bare, name in marts_and_intermediate(before).items():
        if bare.startswith(COMES_AND_GOES):
            continue
        trimmed = [
            unmoved_rows(snapshot, name, FOLLOWS_THE_DATE.get(bare, set()), starting)
            for snapshot in (before, after)
        ]
        assert trimmed[0] == trimmed[1], name


def members_starting_on(warehouse: Warehouse, day: str) -> set[str]:
    """The event ids, records and customers of what the calendar alone brings on a day, and the
    event ids of the flags that were set the day before."""
    return {
        one
        for row in warehouse.query(
            "select event_id, record_key, customer_id from marts.customer_events"
            " where event_type in ('membership_started', 'day_pass_purchased_no_checkin')"
            f" and event_date = '{day}' or event_type = 'birthday_party_completed'"
            f" and event_date = date '{day}' - 1"  # a party is over when its day is
            " union all select event_id, null, null from marts.customer_events"
            " where event_type = 'flag_set'"
        )
        for one in row
        if one
    }


def unmoved_rows(
    snapshot: Snapshot, table: str, ignored: set[str], but_of: set[str]
) -> list[tuple[str, ...]]:
    """The rows of a table without some columns, and without the rows that name one of `but_of`."""
    columns, rows = snapshot[table]
    keys = [i for i, c in enumerate(columns) if c in ("event_id", "customer_id")]
    # Purchases and visits of who starts today stay what they were; only the start itself is new.
    if "event_id" in columns:
        keys = [columns.index("event_id")]
    kept = [i for i, column in enumerate(columns) if column not in ignored]
    return sorted(
        tuple(row[i] for i in kept)
        for row in rows.elements()
        if not any(row[i] in but_of for i in keys)
    )


def test_the_next_day_touches_only_what_the_town_touched(published: Warehouse) -> None:
    before = published.snapshot()
    raw_before = raw_rows(published)
    assert published.basin("sandbox", "advance", "1").returncode == 0
    published.daily()
    after = published.snapshot()
    compiled = published.folder / "dbt" / "prod" / "compiled" / "basin" / "models"
    timeline = (compiled / "intermediate" / "timeline" / "int_event__unioned.sql").read_text()
    made = f"(select * exclude (content_hash) from ({timeline}))"
    kept = "intermediate.int_event__unioned"
    assert published.query(f"from {made} except all from {kept}") == [], "a correction is lost"
    assert published.query(f"from {kept} except all from {made}") == []
    touched = raw_before.items() ^ raw_rows(published).items()
    touched_ids = {(table, key) for (table, key), _ in touched}
    assert touched_ids, "the town stood still"

    events_before, events_after = (
        by_key(s, "marts.fct_events", "event_id") for s in (before, after)
    )
    touched_subjects = {
        f"capitan:checkin:{key}" for table, key in touched_ids if table == "raw_capitan.check_ins"
    }
    changed = {
        row["subject"]
        for event_id, row in (events_before | events_after).items()
        if events_before.get(event_id) != events_after.get(event_id)
        and row["event_type"] == "checkin"
    }
    assert changed == touched_subjects
    assert events_before.keys() <= events_after.keys(), "an event of the past is gone"

    homes_before, homes_after = (
        {
            key: row["member_id"]
            for key, row in by_key(s, "marts.member_id_map", "record_key").items()
        }
        for s in (before, after)
    )
    assert {key: homes_after[key] for key in homes_before} == homes_before, "an id has moved"

    deleted = {
        row["customer_id"]
        for row in by_key(after, "marts.customers_master", "customer_id").values()
        if row["is_deleted"] == "True"
    }
    assert deleted & set(homes_before.values()), "who was deleted in Capitan stays, and is marked"

    # A customer none of whose rows were touched differs in what follows the date and nothing else.
    touched_customers = customers_of(published, touched_ids)
    masters_before, masters_after = (
        by_key(s, "marts.customers_master", "customer_id") for s in (before, after)
    )
    assert masters_before.keys() <= masters_after.keys(), "a customer id is gone"
    for customer_id, row in masters_before.items():
        if customer_id not in touched_customers:
            now = masters_after[customer_id]
            different = {column for column in row if row[column] != now[column]}
            if now["is_deleted"] == "True":
                different -= {"is_deleted"}  # a row that comes no more is no row that changed
            assert different <= FOLLOWS_THE_DATE["customers_master"], customer_id


def raw_rows(warehouse: Warehouse) -> dict[tuple[str, str], str]:
    """Every vendor row of the published file by table and id, without what the loader adds."""
    found = {}
    with duckdb.connect(str(warehouse.published), read_only=True) as connection:
        for source in ("capitan", "stripe", "instagram"):
            for table in read_contract(source).values():
                if not table.is_pulled:
                    continue
                name, key = f"raw_{source}.{table.name}", ", ".join(table.primary_key)
                for code, row in connection.execute(
                    f"select concat_ws('-', {key}), to_json(row)"
                    f" from (select columns(lambda c: not starts_with(c, '_')) from {name}) as row"
                ).fetchall():
                    found[name, code] = row
    return found


def by_key(snapshot: Snapshot, table: str, key: str) -> dict[str, dict[str, str]]:
    """The rows of a table as dictionaries by their key."""
    columns, rows = snapshot[table]
    dicts = (dict(zip(columns, row, strict=True)) for row in rows)
    return {row[key]: row for row in dicts}


def customers_of(warehouse: Warehouse, touched: set[tuple[str, str]]) -> set[str]:
    """The customers who have anything to do with the touched vendor rows, or share an address."""
    ids = ", ".join(f"'{key}'" for _, key in sorted(touched)) or "''"
    return {
        row[0]
        for row in warehouse.query(
            f"""
            with touched as (
                select 'capitan:customer:' || id as record_key
                from raw_capitan.customers where id::varchar in ({ids})
                union select 'capitan:customer:' || customer_id
                from raw_capitan.check_ins where id::varchar in ({ids})
                union select 'capitan:customer:' || owner_id
                from raw_capitan.customer_entry_passes where id::varchar in ({ids})
                union select 'capitan:customer:' || owner_id
                from raw_capitan.customer_memberships where id::varchar in ({ids})
                union select 'capitan:customer:' || capitan_customer_id
                from staging.stg_capitan__membership_members
                where membership_instance_id in ({ids})
                union select 'capitan:customer:' || unnest([customer_id, booking_customer_id])
                from raw_capitan.reservations where id::varchar in ({ids})
                union select 'capitan:customer:' || customer_id
                from raw_capitan.association_members where id::varchar in ({ids})
                union select 'capitan:customer:' || referring_customer_id
                from raw_capitan.membership_referrals where id::varchar in ({ids})
                union select 'capitan:customer:' || unnest([customer_id, related_customer_id])
                from raw_capitan.relations
                where concat_ws('-', customer_id, related_customer_id, relation) in ({ids})
                union select record_key from marts.member_id_map
                where replace(record_key, 'capitan:emergency_contact:', '') in ({ids})
                union select 'instagram:user:' || md5(username)
                from raw_instagram.comments where id in ({ids})
                union select 'stripe:customer:' || id
                from raw_stripe.customers where id in ({ids})
                union select coalesce('stripe:customer:' || customer, 'stripe:charge:' || id)
                from raw_stripe.charges where id in ({ids})
                union select record_key from marts.fct_refunds
                where replace(refund_id, 'stripe:refund:', '') in ({ids})
                union select record_key from marts.fct_payments
                where replace(payment_id, 'stripe:payment_intent:', '') in ({ids})
                union select subject_record_key from marts.fct_payment_lines
                where replace(payment_id, 'stripe:payment_intent:', '') in ({ids})
            ),
            touched_customers as (
                select distinct member_id from marts.member_id_map
                inner join touched using (record_key)
            )
            select member_id from touched_customers
            union
            select other.customer_id
            from marts.customer_identifiers as mine
            inner join touched_customers on mine.customer_id = touched_customers.member_id
            inner join marts.customer_identifiers as other
                on mine.identifier_type = other.identifier_type
                and mine.normalized_value = other.normalized_value
            """
        )
    }


def test_the_columns_said_to_follow_the_date_exist(published_once: Warehouse) -> None:
    snapshot = published_once.snapshot()
    names = marts_and_intermediate(snapshot)
    for bare, columns in FOLLOWS_THE_DATE.items():
        assert columns <= set(snapshot[names[bare]][0]), bare
