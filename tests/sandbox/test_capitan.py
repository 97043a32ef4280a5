"""Capitan's API as the gym knows it: fields, pages, filters, refusals, texts and times."""

import re
from datetime import datetime

import pytest

from scripts.sandbox import moments
from scripts.sandbox.ledger import build
from scripts.sandbox.settings import Settings
from scripts.sandbox.vendors.capitan import View as Capitan
from tests.sandbox.conftest import ask, small, views

FIELDS = {
    "customers": """id email telephone first_name last_name preferred_name birthday created_at
                 has_opted_in_to_marketing has_active_membership active_waiver_exists barcode
                 latest_waiver_expiration_date relations_url emergency_contacts_url""",
    "customer-memberships": """id membership_id name start_date end_date billing_amount
        upcoming_bill_dates membership_unfreeze_date interval status owner_id owner_birthday
        owner_email owner_first_name owner_last_name all_customers customer_add_ons
        recurring_discount_amount is_recurring duration_months""",
    "check-ins": """id customer_id customer_first_name customer_last_name customer_email
                 customer_birthday check_in_datetime check_out_datetime visit_duration entry_method
                 entry_method_description location_id location_name free_entry_reason
                 check_in_count created_at""",
    "customer-entry-passes": "id owner_id name remaining_count purchased_at created_at",
}


@pytest.mark.parametrize("table", sorted(FIELDS))
def test_every_field_of_the_api_is_there(table: str) -> None:
    answer = ask(views()["capitan"], f"/{table}/")
    assert answer.status == 200
    assert set(answer.body) == {"count", "next", "previous", "results"}
    assert all(set(row) == set(FIELDS[table].split()) for row in answer.body["results"])
    assert len(answer.body["results"]) == min(100, answer.body["count"])


def test_pages_hold_every_row_once_and_the_links_lead_through_them() -> None:
    view = views()["capitan"]
    seen: list[int] = []
    page, path = ask(view, "/check-ins/", page_size=90), "/check-ins/"
    while True:
        seen += [row["id"] for row in page.body["results"]]
        if page.body["next"] is None:
            break
        assert page.body["next"].startswith("http://127.0.0.1:1/capitan/api/check-ins/?")
        query = dict(part.split("=") for part in page.body["next"].split("?")[1].split("&"))
        page = ask(view, path, **query)
    assert seen == [row["id"] for row in view.tables["check-ins"]]
    assert len(set(seen)) == len(seen) == page.body["count"]


@pytest.mark.parametrize("table", ["customers", "customer-memberships"])
def test_a_page_over_100_is_a_bad_gateway_for_the_slow_tables(table: str) -> None:
    assert ask(views()["capitan"], f"/{table}/", page_size=101).status == 502
    assert ask(views()["capitan"], f"/{table}/", page_size=100).status == 200


def test_fast_tables_give_a_thousand_rows_a_page() -> None:
    answer = ask(views()["capitan"], "/check-ins/", page_size=1000)
    assert answer.status == 200 and len(answer.body["results"]) > 100


@pytest.mark.parametrize("page", ["99999", "0", "x", "-1"])
def test_a_page_past_the_end_is_not_found(page: str) -> None:
    answer = ask(views()["capitan"], "/customers/", page=page)
    assert (answer.status, answer.body) == (404, {"detail": "Invalid page."})


@pytest.mark.parametrize("key", ["", "wrong"])
def test_nobody_gets_in_without_the_key(key: str) -> None:
    answer = ask(views()["capitan"], "/customers/", key=key)
    assert answer.status == 401 and "detail" in answer.body


def test_what_does_not_exist_is_not_found() -> None:
    view = views()["capitan"]
    assert ask(view, "/waivers/").status == 404
    assert ask(view, "/customers/1/").status == 404
    assert ask(view, "/customers").status == 301
    first = view.tables["customers"][0]["id"]
    assert ask(view, f"/customers/{first}/").body["id"] == first


def test_check_ins_are_filtered_by_day_and_ordered() -> None:
    view = views()["capitan"]
    answer = ask(
        view, "/check-ins/", page_size=1000,
        check_in_datetime__gte="2026-01-20", ordering="-check_in_datetime",
    )  # fmt: skip
    times = [row["check_in_datetime"] for row in answer.body["results"]]
    expected = [row["check_in_datetime"] for row in view.tables["check-ins"]]
    assert times == sorted((one for one in expected if one >= "2026-01-20"), reverse=True)


def test_check_in_times_are_naive_and_created_carries_the_offset_of_its_day() -> None:
    for row in views()["capitan"].tables["check-ins"]:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}", row["check_in_datetime"])
        created = datetime.fromisoformat(row["created_at"])
        assert created.utcoffset() == created.astimezone(moments.ZONE).utcoffset()


def test_the_repeated_hour_of_autumn_is_entered_twice() -> None:
    rows = [
        row
        for row in views()["capitan"].tables["check-ins"]
        if row["check_in_datetime"].startswith("2025-11-02T01")
    ]
    assert {row["created_at"][-6:] for row in rows} == {"-05:00", "-06:00"}


def test_texts_follow_the_grammar() -> None:
    texts: dict[str, set[str]] = {}
    for row in views()["capitan"].tables["check-ins"]:
        texts.setdefault(row["entry_method"], set()).add(row["entry_method_description"])
    assert set(texts) == {"MEM", "ENT", "FRE", "GUE", "EVE"}
    assert all(re.fullmatch(r".+ \(\d+ remaining\)", text) for text in texts["ENT"])
    assert all(re.fullmatch(r"Guest Pass from .+", text) for text in texts["GUE"])
    lent = " ".join(text for text in texts["ENT"] if " from " in text)
    for part in ("(Molly)", "O'Bran", "Anne-Marie", "From", "Remaining", "José", "GERTRUDE"):
        assert part in lent


def test_a_punch_card_counts_down_within_minutes() -> None:
    visits = [one for one in small().visits if one.method == "ENT" and one.group]
    groups: dict[str, list[int]] = {}
    for one in sorted(visits, key=lambda visit: visit.moment):
        left = int(re.findall(r"\((\d+) remaining\)", one.description)[-1])
        groups.setdefault(str(one.group), []).append(left)
    assert groups
    assert all(left == sorted(left, reverse=True) for left in groups.values())


def test_a_live_plan_ends_at_its_next_bill_and_moves_with_it() -> None:
    now, later = views()["capitan"].tables, views(days=30)["capitan"].tables
    ends = {row["id"]: row["end_date"] for row in later["customer-memberships"]}
    live = [
        row
        for row in now["customer-memberships"]
        if row["status"] == "ACT" and row["upcoming_bill_dates"] and row["interval"] == "BWK"
    ]
    assert live
    assert all(row["end_date"] == row["upcoming_bill_dates"][0] > "2026-01-31" for row in live)
    assert sum(ends[row["id"]] > row["end_date"] for row in live) > len(live) / 2


def test_a_membership_starts_next_month() -> None:
    rows = views()["capitan"].tables["customer-memberships"]
    assert any(row["start_date"].startswith("2026-02") for row in rows)
    assert all(row["start_date"] <= row["end_date"] for row in rows)


def test_children_pay_through_a_parent_whose_email_stands_on_the_membership() -> None:
    dues = [
        row
        for row in views()["capitan"].tables["customer-memberships"]
        if row["name"] == "Youth Rec Team Dues"
    ]
    people = {row["id"]: row for row in views()["capitan"].tables["customers"]}
    assert any(row["owner_email"] and not people[row["owner_id"]]["email"] for row in dues)


def test_nobody_enters_before_they_signed_up_and_no_pass_is_overdrawn() -> None:
    tables = views(people=400)["capitan"].tables
    opened = {row["id"]: row["created_at"] for row in tables["customers"]}
    for row in tables["check-ins"]:
        if row["customer_id"] in opened:
            since = datetime.fromisoformat(opened[row["customer_id"]])
            assert datetime.fromisoformat(row["created_at"]) >= since, row
    assert all(row["remaining_count"] >= 0 for row in tables["customer-entry-passes"])


def test_a_text_names_the_owner_as_capitan_has_the_name() -> None:
    tables = views(people=400)["capitan"].tables
    names = {
        f"{row['first_name'].strip()} {row['last_name'].strip()}".strip(): row
        for row in tables["customers"]
    }
    unknown = 0
    for visit in small(people=400).visits:
        if visit.method == "GUE":
            text = next(r for r in tables["check-ins"] if r["id"] == visit.number)
            unknown += text["entry_method_description"].split(" from ", 1)[1] not in names
    assert unknown == 0


def test_people_and_their_visits_are_spread_over_the_places() -> None:
    settings = Settings(people=120, days=60, places=3)
    view = Capitan(build(settings, settings.today))
    rows = view.tables["check-ins"]
    assert {(row["location_id"], row["location_name"]) for row in rows} == {
        (41, "Basin Climbing and Fitness"),
        (42, "Basin Climbing and Fitness 2"),
        (43, "Basin Climbing and Fitness 3"),
    }
