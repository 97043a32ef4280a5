"""The truth: fixed columns, totals that the API bears out, and no way into the answers."""

import shutil
from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from scripts.sandbox import town, truth, vendors
from scripts.sandbox.programme import COURSES
from tests.sandbox.conftest import ask, small, views

PAID = ("paid", "partially_refunded", "refunded")
COLUMNS = {
    "people": "person_id household_id given_name family_name birth_date is_minor",
    "records": "record_key source person_id is_linkable",
    "guardians": "guardian_person_id child_person_id",
    "cases": "case record_key_a record_key_b is_same_person",
    "payments": "payment_key payer_person_id paid_at gross refunded fee tax status",
    "payment_lines": """payment_key line_key product category quantity gross discount tax
                     for_person_id""",
    "totals": "source month gross refunds fees net payments",
    "visits": "checkin_id person_id group_id",
    "passes": "checkin_id owner_person_id user_person_id",
    "consent": "contact_point channel state effective_at is_explicit",
    "events": "person_id event_type occurred_at source_key",
    "received": "destination record_key action value received_at",
}


def rows(name: str, people: int = 160, noise: float = 1.0) -> list[dict[str, object]]:
    shown = list(views(people=people, noise=noise).values())
    ledger = small(people=people, noise=noise)
    table = truth.tables(ledger, shown)[name]
    return [dict(zip(COLUMNS[name].split(), row, strict=True)) for row in table]


def test_every_file_has_exactly_its_columns(town_dir: Path) -> None:
    town.open_town(town_dir)
    files = {path.stem for path in truth.folder(town_dir).glob("*.parquet")}
    assert files == set(COLUMNS)
    for name, columns in COLUMNS.items():
        found = pq.read_schema(truth.folder(town_dir) / f"{name}.parquet")
        assert found.names == columns.split()


def test_deleting_the_truth_changes_no_answer(town_dir: Path) -> None:
    before = [view.tables for view in vendors.views(town.open_town(town_dir).ledger)]
    shutil.rmtree(truth.folder(town_dir))
    after = [view.tables for view in vendors.views(town.open_town(town_dir).ledger)]
    assert before == after
    assert not truth.folder(town_dir).exists()


def test_totals_equal_stripes_own_balance_by_month_of_the_business_calendar() -> None:
    tables = views(people=400)["stripe"].tables
    zone = ZoneInfo("America/Chicago")
    settled = {row["id"] for row in tables["refunds"] if row["status"] == "succeeded"}
    expected: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in tables["balance_transactions"]:
        month = datetime.fromtimestamp(row["created"], zone).date().replace(day=1)
        if row["type"] == "charge":
            expected[month][0] += row["amount"]
            expected[month][2] += row["fee"]
            expected[month][3] += 1
        elif row["type"] == "refund" and row["source"] in settled:
            expected[month][1] -= row["amount"]
    for row in rows("totals", people=400):
        if row["source"] != "stripe":
            continue
        gross, back, fees, count = expected.pop(row["month"])  # type: ignore[arg-type]
        assert row["gross"] == Decimal(gross) / 100
        assert row["refunds"] == Decimal(back) / 100
        assert row["fees"] == Decimal(fees) / 100
        assert row["net"] == Decimal(gross - back - fees) / 100
        assert row["payments"] == count
    assert not expected


def test_payments_are_the_live_captured_intents_with_their_amounts() -> None:
    intents = {
        f"stripe:payment_intent:{row['id']}": row
        for row in views()["stripe"].tables["payment_intents"]
        if row["livemode"] and row["status"] != "requires_capture"
    }
    found = {
        str(row["payment_key"]): row
        for row in rows("payments")
        if str(row["payment_key"]).startswith("stripe:")
    }
    assert found.keys() == intents.keys()
    for key, row in found.items():
        gross = Decimal(intents[key]["amount_received"]) / 100
        assert (row["gross"], row["status"]) == (gross, intents[key]["status"])
        net = (gross / Decimal("1.0825")).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
        assert row["tax"] == gross - net


def test_lines_add_up_to_their_payment_and_say_for_whom_it_was() -> None:
    sums: dict[object, Decimal] = defaultdict(Decimal)
    for row in rows("payment_lines"):
        sums[row["payment_key"]] += row["gross"]  # type: ignore[operator]
        assert row["for_person_id"] or str(row["payment_key"]).startswith("square:")
    refused = {row["payment_key"] for row in rows("payments") if row["status"] == "failed"}
    assert refused and not refused & sums.keys()
    assert sums == {
        row["payment_key"]: row["gross"]
        for row in rows("payments")
        if row["payment_key"] not in refused
    }


def test_squares_and_shopifys_months_equal_what_their_apis_show() -> None:
    zone = ZoneInfo("America/Chicago")
    sums: dict[tuple[str, date], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 4)

    def add(source: str, moment: str, place: int, amount: Decimal) -> None:
        month = datetime.fromisoformat(moment).astimezone(zone).date().replace(day=1)
        sums[source, month][place] += amount

    square, shop = (views(people=400)[name].tables for name in ("square", "shopify"))
    for row in square["payments"]:
        if row["status"] == "COMPLETED":
            fees = sum(one["amount_money"]["amount"] for one in row.get("processing_fee", []))
            for place, cents in ((0, row["total_money"]["amount"]), (2, fees), (3, 100)):
                add("square", row["created_at"], place, Decimal(cents) / 100)
    for row in square["refunds"]:
        if row["status"] == "COMPLETED":
            cents = row["amount_money"]["amount"]
            add("square", row["created_at"], 1, Decimal(cents) / 100)
    view = views(people=400)["shopify"]
    for row in shop["orders"]:
        if row["test"]:
            continue
        path = f"/admin/api/2025-10/orders/{row['id']}/transactions.json"
        for one in ask(view, path).body["transactions"]:
            if one["status"] == "success" and one["kind"] in ("sale", "refund"):
                is_sale = one["kind"] == "sale"
                amount = Decimal(one["amount"])
                add("shopify", one["created_at"], 0 if is_sale else 1, amount)
                if is_sale and one["gateway"] == "shopify_payments":
                    kept = (amount * Decimal("0.029")).quantize(Decimal("0.01"), "ROUND_HALF_UP")
                    add("shopify", one["created_at"], 2, kept + Decimal("0.30"))
                add("shopify", one["created_at"], 3, Decimal(is_sale))
    found = {
        (row["source"], row["month"]): [
            row["gross"], row["refunds"], row["fees"], Decimal(row["payments"])  # type: ignore[arg-type]
        ]
        for row in rows("totals", people=400)
        if row["source"] != "stripe"
    }  # fmt: skip
    assert found == sums
    for row in rows("totals", people=400):
        assert row["net"] == row["gross"] - row["refunds"] - row["fees"]  # type: ignore[operator]


def test_lines_are_those_of_the_orders_with_their_own_keys() -> None:
    shown: dict[str, tuple[Decimal, Decimal, Decimal]] = {}
    for row in views()["square"].tables["orders"]:
        for line in row.get("line_items", []) if row["state"] == "COMPLETED" else []:
            money = (line[f"total_{name}money"]["amount"] for name in ("", "tax_", "discount_"))
            total, tax, discount = (Decimal(cents) / 100 for cents in money)
            shown[line["uid"]] = (total, tax, discount)
    for row in views()["shopify"].tables["orders"]:
        for line in row["line_items"]:
            if row["test"] or row["financial_status"] not in PAID:
                continue
            discount = sum(
                (Decimal(one["amount"]) for one in line["discount_allocations"]), Decimal(0)
            )
            tax = sum((Decimal(one["price"]) for one in line["tax_lines"]), Decimal(0))
            total = Decimal(line["price"]) * line["quantity"] - discount + tax
            shown[str(line["id"])] = (total, tax, discount)
    found = {
        str(row["line_key"]): (row["gross"], row["tax"], row["discount"])
        for row in rows("payment_lines")
        if row["gross"] and not str(row["payment_key"]).startswith("stripe:")
    }
    assert found == shown
    kinds: dict[object, set[object]] = defaultdict(set)
    for row in rows("payment_lines", people=400):
        kinds[row["payment_key"]].add(row["category"])
    mixed = [key for key, found in kinds.items() if len(found) > 1]
    assert any(str(key).startswith("square:") for key in mixed)


def test_nobody_pays_at_the_desk_and_everybody_pays_in_the_shop() -> None:
    for row in rows("payments"):
        is_desk = str(row["payment_key"]).startswith("square:")
        assert (row["payer_person_id"] is None) == is_desk
    keys = {str(row["source_key"]).split(":")[0] for row in rows("events")}
    assert keys == {"capitan", "stripe", "shopify", "mailchimp", "klaviyo", "twilio", "firestore"}


def test_consent_is_what_the_list_shows_and_changes_when_it_says() -> None:
    changes = {
        (row["contact_point"], row["state"], row["effective_at"]): row["is_explicit"]
        for row in rows("consent")
    }
    members = views()["mailchimp"].tables["members"]
    for member in members:
        changed = datetime.fromisoformat(member["last_changed"]).replace(tzinfo=None)
        is_explicit = changes[member["email_address"].lower(), member["status"], changed]
        if member["status"] in ("unsubscribed", "cleaned"):
            assert is_explicit == (member["status"] == "unsubscribed")
    assert {row["status"] for row in members} >= {"subscribed", "unsubscribed", "cleaned"}


def test_mails_in_the_truth_are_those_of_the_reports() -> None:
    events = Counter(
        row["event_type"]
        for row in rows("events")
        if str(row["source_key"]).startswith("mailchimp:")
    )
    reports = views()["mailchimp"].tables["reports"]
    assert events["email_sent"] == sum(row["emails_sent"] for row in reports)
    assert events["email_opened"] == sum(row["opens"]["unique_opens"] for row in reports)
    clicks = sum(row["clicks"]["unique_subscriber_clicks"] for row in reports)
    assert events["email_clicked"] == clicks


def test_a_membership_is_cancelled_only_where_no_other_one_goes_on() -> None:
    ledger = small(people=400)
    ended = {f"capitan:membership:{one.number}": one for one in ledger.memberships if one.is_ended}
    seen = [
        row for row in rows("events", people=400) if row["event_type"] == "membership_cancelled"
    ]
    assert seen
    for row in seen:
        one = ended[str(row["source_key"])]
        assert not one.product.is_temporary and one.end is not None
        others = [
            other
            for other in ledger.memberships
            if other is not one
            and not other.product.is_temporary
            and row["person_id"] in {seat.person.person_id for seat in other.roster}
        ]
        assert not any(other.covers(one.end) for other in others)
    switched = {one.key for one in ledger.memberships if one.key.endswith("s")}
    cancelled = {ended[str(row["source_key"])].key for row in seen}
    owners = {one.key[:-1] for one in ledger.memberships if one.key in switched and one.product.size
              == "solo" and len(one.roster) == 1}  # fmt: skip
    solo = {one.key for one in ledger.memberships if len(one.roster) == 1}
    assert not cancelled & owners & solo


def test_a_day_pass_entry_stands_beside_its_checkin() -> None:
    events = rows("events", people=400)
    checkins = {row["source_key"]: row for row in events if row["event_type"] == "checkin"}
    methods = {f"capitan:checkin:{one.number}": one for one in small(people=400).visits}
    found = [row for row in events if row["event_type"] == "day_pass_checkin"]
    for row in found:
        beside = checkins[row["source_key"]]
        assert row["occurred_at"] == beside["occurred_at"]
        assert row["person_id"] == beside["person_id"]
    used = Counter(methods[str(row["source_key"])].method for row in found)
    assert {"ENT", "GUE", "FRE"} <= set(used) <= {"ENT", "GUE", "FRE", "EVE"}


def test_every_record_in_the_api_has_one_person_and_every_person_exists() -> None:
    people = {row["person_id"] for row in rows("people")}
    records = {row["record_key"]: row["person_id"] for row in rows("records")}
    assert set(records.values()) <= people
    tables = {name: view.tables for name, view in views().items()}
    shown = {f"capitan:customer:{row['id']}" for row in tables["capitan"]["customers"]}
    shown |= {f"stripe:customer:{row['id']}" for row in tables["stripe"]["customers"]}
    shown |= {
        f"stripe:charge:{row['id']}"
        for row in tables["stripe"]["charges"]
        if row["customer"] is None
    }
    assert shown <= records.keys()
    shown |= {f"shopify:customer:{row['id']}" for row in tables["shopify"]["customers"]}
    shown |= {
        f"shopify:order:{row['id']}"
        for row in tables["shopify"]["orders"]
        if row["customer"] is None
    }
    shown |= {
        f"mailchimp:member:{row['list_id']}-{row['id']}" for row in tables["mailchimp"]["members"]
    }
    shown |= {f"klaviyo:profile:{row['id']}" for row in tables["klaviyo"]["profiles"]}
    paths = [row["id"].split("/") for row in tables["firestore"]["documents"]]
    shown |= {f"firestore:rsvp:{path[1]}-{path[3]}" for path in paths if len(path) > 2}
    shown |= {
        f"firestore:host:{path[1]}" for path in paths if path[0] == "parties" and not path[2:]
    }
    named = {f"capitan:customer:{row['customer_id']}" for row in tables["capitan"]["check-ins"]}
    assert named <= records.keys()
    assert len(rows("records")) == len(records)


def test_every_record_key_is_free_of_contact_points() -> None:
    for row in rows("records"):
        source, kind, key = str(row["record_key"]).split(":")
        assert source == row["source"]
        assert kind in (
            "customer", "charge", "order", "member", "emergency_contact", "profile", "user",
            "number", "recipient", "host", "rsvp",
        )  # fmt: skip
        assert "@" not in key and "555" not in key[:3]


def test_events_happen_by_the_clock_and_once_for_each_role() -> None:
    events = rows("events")
    horizon = small().horizon
    assert all(row["occurred_at"].timestamp() < horizon + 86_400 for row in events)  # type: ignore[attr-defined]
    keys = Counter((row["event_type"], row["source_key"], row["person_id"]) for row in events)
    assert set(keys.values()) == {1}
    kinds = {row["event_type"] for row in events}
    assert kinds - {course.signup for course in COURSES} == {
        "checkin", "membership_started", "membership_purchase", "membership_renewal",
        "day_pass_purchase", "payment_failed", "refund", "retail_purchase",
        "programming_purchase", "event_booking", "day_pass_checkin", "membership_cancelled",
        "membership_ended", "email_sent", "email_opened", "email_clicked", "sms_sent",
        "sms_received", "birthday_party_booked", "birthday_party_rsvp",
    }  # fmt: skip
    assert {"fitness_class_signup", "youth_program_signup"} <= kinds
    future = {
        f"capitan:membership:{row['id']}"
        for row in views()["capitan"].tables["customer-memberships"]
        if row["start_date"] > "2026-01-31"
    }
    assert future and not future & {row["source_key"] for row in events}


def test_checkins_happened_at_the_instant_that_the_desk_recorded() -> None:
    shown = {f"capitan:checkin:{row['id']}": row for row in views()["capitan"].tables["check-ins"]}
    zone = ZoneInfo("America/Chicago")
    for event in rows("events"):
        if event["event_type"] != "checkin":
            continue
        row = shown.pop(str(event["source_key"]))
        local = event["occurred_at"].replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)  # type: ignore[attr-defined]
        assert local.replace(tzinfo=None).isoformat() == row["check_in_datetime"]
    assert not shown


def test_a_shared_entry_names_its_owner_and_its_user() -> None:
    shared = {str(row["checkin_id"]): row for row in rows("passes")}
    for row in views()["capitan"].tables["check-ins"]:
        is_lent = row["entry_method"] == "ENT" and " from " in row["entry_method_description"]
        is_shared = row["entry_method"] == "GUE" or is_lent
        if str(row["id"]) in shared:
            found = shared[str(row["id"])]
            assert is_shared and found["owner_person_id"] != found["user_person_id"]
        elif row["entry_method"] == "GUE":
            pytest.fail("a guest entry without an owner")


def test_nobody_who_came_alone_has_a_group() -> None:
    groups = Counter(row["group_id"] for row in rows("visits") if row["group_id"])
    assert groups and min(groups.values()) > 1
