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
from tests.sandbox.conftest import small, views

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
    found = {str(row["payment_key"]): row for row in rows("payments")}
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
        assert row["for_person_id"]
    assert sums == {row["payment_key"]: row["gross"] for row in rows("payments")}


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
    named = {f"capitan:customer:{row['customer_id']}" for row in tables["capitan"]["check-ins"]}
    assert named <= records.keys()
    assert len(rows("records")) == len(records)


def test_every_record_key_is_free_of_contact_points() -> None:
    for row in rows("records"):
        source, kind, key = str(row["record_key"]).split(":")
        assert source == row["source"] and kind in ("customer", "charge")
        assert "@" not in key and "555" not in key[:3]


def test_events_happen_by_the_clock_and_once_for_each_role() -> None:
    events = rows("events")
    horizon = small().horizon
    assert all(row["occurred_at"].timestamp() < horizon + 86_400 for row in events)  # type: ignore[attr-defined]
    keys = Counter((row["event_type"], row["source_key"], row["person_id"]) for row in events)
    assert set(keys.values()) == {1}
    assert {row["event_type"] for row in events} == {
        "checkin", "membership_started", "membership_purchase", "membership_renewal",
        "day_pass_purchase", "other_purchase", "payment_failed", "refund",
    }  # fmt: skip
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
