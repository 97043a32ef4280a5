"""One seed is one town: on any day, in any process, however the clock got there."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from scripts.sandbox import town, truth, vendors
from scripts.sandbox.ledger import build
from scripts.sandbox.settings import Settings
from scripts.sandbox.vendors.base import Row
from tests.sandbox.conftest import SMALL, small, views

ROOT = Path(__file__).resolve().parents[2]
FINGERPRINT = """
import json, hashlib
from scripts.sandbox import vendors
from scripts.sandbox.ledger import build
from scripts.sandbox.settings import Settings
settings = Settings(people=160, days=200)
tables = {view.name: view.tables for view in vendors.views(build(settings, settings.today))}
print(hashlib.sha256(json.dumps(tables).encode()).hexdigest())
"""
CHANGED = {"SyncToken", "MetaData"}
# What may differ in a row of the past between two days: the edits that the town declares.
EDITS = {
    "customers": {
        "email", "telephone", "last_name", "has_active_membership", "active_waiver_exists",
        "updated_at", "orders_count", "total_spent", "last_order_id", "last_order_name", "tags",
    },
    "customer-memberships": {
        "end_date", "upcoming_bill_dates", "membership_unfreeze_date", "status", "owner_email",
        "owner_last_name", "all_customers",
    },
    "square.customers": {
        "family_name", "email_address", "phone_number", "group_ids", "version", "updated_at",
    },
    "groups": set(),
    "capitan.events": {"num_reservations", "is_cancelled", "updated_at"},
    "reservations": {
        "is_cancelled", "last_name", "email", "booking_customer_last_name",
        "booking_customer_email",
    },
    "associations": {"num_members"},
    "association-members": {
        "customer_last_name", "approved_at", "approved_by_id", "approved_by_first_name",
        "approved_by_last_name", "last_reverified_at", "is_pending_reverification",
        "next_automatic_removal_datetime", "has_pending_application", "updated_at",
    },
    "membership-referrals": {
        "referring_customer_last_name", "referring_customer_email", "owner_last_name",
        "owner_email", "membership_status",
    },
    "activity-log": {"affected_customers"},
    "check-ins": {"check_in_datetime", "customer_email", "customer_last_name"},
    "customer-entry-passes": {"remaining_count"},
    "payment_intents": {
        "status", "amount_received", "amount_capturable", "canceled_at", "cancellation_reason",
        "last_payment_error", "latest_charge", "payment_method", "receipt_email",
    },
    "charges": {"amount_refunded", "refunded", "billing_details", "receipt_email", "disputed"},
    "disputes": {"status", "balance_transactions", "evidence_details"},
    "refunds": {
        "status", "destination_details", "failure_reason", "failure_balance_transaction",
        "updated_at",
    },
    "payments": {"updated_at", "version_token", "refunded_money", "refund_ids"},
    "orders": {
        # Square
        "state", "updated_at", "version", "refunds", "net_amounts", "net_amount_due_money",
        # Shopify
        "financial_status", "fulfillment_status", "fulfillments", "closed_at", "cancelled_at",
        "cancel_reason", "note", "tags", "line_items", "customer", "total_outstanding",
        "current_subtotal_price", "current_subtotal_price_set", "current_total_price",
        "current_total_price_set", "current_total_tax", "current_total_tax_set",
        "current_total_discounts", "current_total_discounts_set",
    },
    "members": {"status", "last_changed", "stats"},
    "lists": {"stats"},
    "automations": {"emails_sent", "report_summary"},
    "landing_pages": {"status", "published_at", "unpublished_at", "updated_at", "url"},
    "campaigns": {
        "report_summary",  # Mailchimp
        "attributes",  # Klaviyo
        "status", "effective_status", "configured_status", "updated_time",  # Facebook Ads
    },
    "adsets": {"status", "effective_status", "configured_status", "updated_time"},
    "ads": {"status", "effective_status", "configured_status", "updated_time"},
    "media": {"media_url", "thumbnail_url", "like_count", "comments_count"},
    "comments": {"like_count"},
    "insights": {
        "values",  # Instagram
        "impressions", "reach", "clicks", "spend", "ctr", "cpm", "cpp", "cpc", "frequency",
        "actions", "cost_per_action_type", "action_values",
    },
    "profiles": {"attributes"}, "segments": set(), "templates": set(), "flows": set(),
    "metrics": set(),
    "reports": {"opens", "clicks", "unsubscribed", "timeseries"},
    "documents": {"fields", "updateTime"},
    "sessions": {"pages"},
    "locations": set(), "objects": set(), "products": set(),
    "balance_transactions": {"status"},
    "events": set(),
    "messages": {
        # Twilio
        "status", "date_sent", "date_updated", "price", "error_code", "error_message",
        # SendGrid
        "opens_count", "clicks_count", "last_event_time",
    },
    "stats": {"stats"}, "sendgrid.templates": {"updated_at", "versions"},
    "bounces": set(), "spam_reports": set(), "unsubscribes": set(),
    "Account": {"CurrentBalance", "CurrentBalanceWithSubAccounts", "Active", *CHANGED},
    "Purchase": {"Line", "PrivateNote", *CHANGED},
    "Bill": {"Balance", *CHANGED},
    "Invoice": {"Balance", "LinkedTxn", "Line", "TotalAmt", "TxnTaxDetail", *CHANGED},
    "SalesReceipt": {"PrivateNote", *CHANGED},
    "Deposit": set(),
}  # fmt: skip
# What may be gone the next day.
GOES = (
    "customers", "events", "check-ins", "members", "association-members", "profiles", "media",
    "comments", "insights", "Purchase", "Invoice", "Deposit",
    "messages", "documents",
)  # fmt: skip
KEYS = ("id", "Id", "sid", "msg_id", "email", "date")


def fingerprint() -> str:
    tables = {view.name: view.tables for view in vendors.views(build(SMALL, SMALL.today))}
    return sha256(json.dumps(tables).encode()).hexdigest()


@pytest.mark.parametrize("zone", ["UTC", "America/Chicago", "Asia/Kolkata"])
def test_another_process_in_any_time_zone_serves_the_same_bytes(zone: str) -> None:
    environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": "random"}
    run = subprocess.run(
        [sys.executable, "-c", FINGERPRINT],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == fingerprint()


def test_another_seed_is_another_town() -> None:
    other = build(Settings(seed=2, people=160, days=200), SMALL.today)
    names = {person.person_id: person.given for person in small().people}
    assert any(names.get(one.person_id) != one.given for one in other.people)


def test_two_days_one_by_one_equal_two_days_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANDBOX_PEOPLE", "100")
    monkeypatch.setenv("SANDBOX_DAYS", "90")
    once, twice = tmp_path / "once", tmp_path / "twice"
    for folder in (once, twice):
        town.open_town(folder)
    town.advance(once, 2)
    town.advance(twice, 1)
    town.advance(twice, 1)
    files = sorted(path.name for path in truth.folder(once).iterdir())
    assert files == sorted(path.name for path in truth.folder(twice).iterdir())
    for name in files:
        assert (truth.folder(once) / name).read_bytes() == (truth.folder(twice) / name).read_bytes()
    answers = [
        {view.name: view.tables for view in vendors.views(town.open_town(folder).ledger)}
        for folder in (once, twice)
    ]
    assert json.dumps(answers[0]) == json.dumps(answers[1])


@pytest.mark.parametrize("days", [1, 9, 45])
def test_the_past_changes_only_by_declared_edits(days: int) -> None:
    before, after = views(people=400), views(days=days, people=400)
    for name, view in before.items():
        for table, rows in view.tables.items():
            later = {key_of(row): row for row in after[name].tables[table]}
            for row in rows:
                now = later.get(key_of(row))
                if now is None:
                    assert table in GOES, (table, row)
                    continue
                changed = {column for column in row if row[column] != now.get(column)}
                allowed = EDITS.get(f"{name}.{table}", EDITS.get(table, set()))
                assert changed <= allowed, (table, key_of(row), changed)


def key_of(row: Row) -> object:
    """What a system knows a row by."""
    return next(row[name] for name in KEYS if name in row)


def test_each_of_the_first_days_brings_new_edited_late_and_deleted_rows() -> None:
    for days in range(6):
        before, after = views(days=days)["capitan"].tables, views(days=days + 1)["capitan"].tables
        old = {row["id"]: row for row in before["customers"]}
        new = {row["id"]: row for row in after["customers"]}
        assert old.keys() - new.keys()
        assert any(old[one]["email"] != new[one]["email"] for one in old.keys() & new.keys())
        came = {row["id"]: row for row in before["check-ins"]}
        arrived = [row for row in after["check-ins"] if row["id"] not in came]
        assert arrived
        assert any(row["check_in_datetime"][:10] < row["created_at"][:10] for row in arrived)
        assert any(
            came[row["id"]]["check_in_datetime"] != row["check_in_datetime"]
            for row in after["check-ins"]
            if row["id"] in came
        )


def test_each_of_the_first_days_changes_the_till_the_shop_and_the_newsletter() -> None:
    for days in range(6):
        before, after = (
            {name: view.tables for name, view in views(days=one).items()}
            for one in (days, days + 1)
        )

        def rows(name: str, table: str) -> list[tuple[Row, Row]]:
            """The rows of both days, as they were and as they are."""
            now = {row["id"]: row for row in after[name][table]}  # noqa: B023
            return [(row, now[row["id"]]) for row in before[name][table] if row["id"] in now]  # noqa: B023

        was_open = [new for old, new in rows("square", "orders") if old["state"] == "OPEN"]
        assert any(new["state"] == "COMPLETED" for new in was_open)
        late = [new for old, new in rows("square", "payments") if old != new]
        assert any("refunded_money" in new for new in late)
        shop = [(old, new) for old, new in rows("shopify", "orders") if old != new]
        assert any(new["note"] and not old["note"] for old, new in shop)
        assert any(len(new["refunds"]) > len(old["refunds"]) for old, new in shop)
        assert all(
            datetime.fromisoformat(new["updated_at"]) > datetime.fromisoformat(old["updated_at"])
            for old, new in shop
            if old["refunds"] != new["refunds"] or old["note"] != new["note"]
        )
        left = {
            new["status"] for old, new in rows("mailchimp", "members")
            if old["status"] == "subscribed" != new["status"]
            and new["last_changed"] > old["last_changed"]
        }  # fmt: skip
        assert left >= {"unsubscribed", "cleaned"}
        for name, table in (("shopify", "customers"), ("mailchimp", "members")):
            ids = {row["id"] for row in after[name][table]}
            assert any(row["id"] not in ids for row in before[name][table])


@pytest.mark.parametrize("days", [1, 9, 45])
def test_whatever_is_edited_says_when(days: int) -> None:
    before, after = views(people=400), views(days=days, people=400)
    for name, tables in (
        ("capitan", ("events",)),
        ("square", ("orders", "payments", "refunds", "customers")),
        ("shopify", ("orders", "customers")),
        ("mailchimp", ("members",)),
    ):
        for table in tables:
            later = {row["id"]: row for row in after[name].tables[table]}
            for row in before[name].tables[table]:
                now = later.get(row["id"], row)
                changed = {one for one in row if row[one] != now.get(one)} - {"customer", "stats"}
                mark = "last_changed" if name == "mailchimp" else "updated_at"
                assert not changed or instant(now[mark]) > instant(row[mark]), (table, changed)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_killed_advance_leaves_the_old_day_and_its_truth_is_mended(
    town_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = town.open_town(town_dir).clock

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("scripts.sandbox.settings.write", killed)
        with pytest.raises(KeyboardInterrupt):
            town.advance(town_dir)
    assert town.clock(town_dir) == day
    with monkeypatch.context() as patch:
        patch.setattr("scripts.sandbox.truth.install", killed)
        with pytest.raises(KeyboardInterrupt):
            town.advance(town_dir)
    assert town.clock(town_dir) == day + timedelta(days=1)
    mended = town.open_town(town_dir)
    expected = truth.tables(mended.ledger)
    assert truth.pq.read_table(truth.folder(town_dir) / "visits.parquet").num_rows == len(
        expected["visits"]
    )
