"""Square's API: every answer passes the vendor's schema, pages and filters are Square's, and sales
at the desk name nobody."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from scripts.sandbox.ledger import build
from scripts.sandbox.settings import Settings
from scripts.sandbox.vendors.base import Answer, Row
from scripts.sandbox.vendors.square import View as Square
from tests.sandbox.conftest import ask, post, small, views

PLACE = "LSBXBASIN0001"


def listed(table: str, size: int = 100, **query: object) -> list[Answer]:
    """Every page of payments or refunds."""
    found = [ask(views()["square"], f"/v2/{table}", limit=size, **query)]
    while cursor := found[-1].body.get("cursor"):
        found.append(ask(views()["square"], f"/v2/{table}", limit=size, cursor=cursor, **query))
    return found


def searched(size: int = 500, **query: Any) -> list[Answer]:
    """Every page of a search for orders."""
    body: dict[str, Any] = {"location_ids": [PLACE], "limit": size}
    body |= {"query": query} if query else {}
    found = [post(views()["square"], "/v2/orders/search", body)]
    while cursor := found[-1].body.get("cursor"):
        found.append(post(views()["square"], "/v2/orders/search", {**body, "cursor": cursor}))
    return found


def orders() -> list[Row]:
    return [row for page in searched() for row in page.body["orders"]]


def test_every_answer_passes_the_vendors_schema(
    contract: ModuleType, record_property: Callable[[str, object], None]
) -> None:
    view, checked, objects = views()["square"], 0, 0

    def hold(answer: Answer, method: str, path: str) -> None:
        nonlocal checked, objects
        found = contract.errors("square", method, path, answer.status, answer.body, strict=True)
        assert found == []
        checked += 1
        objects += len(view.rows_of(answer.body) or [])

    hold(ask(view, "/v2/locations"), "GET", "/v2/locations")
    for table in ("payments", "refunds"):
        for page in listed(table, 20):
            hold(page, "GET", f"/v2/{table}")
        for row in view.tables[table][:10]:
            hold(ask(view, f"/v2/{table}/{row['id']}"), "GET", f"/v2/{table}/{row['id']}")
    for page in searched(25):
        hold(page, "POST", "/v2/orders/search")
    for row in view.tables["orders"]:
        hold(ask(view, f"/v2/orders/{row['id']}"), "GET", f"/v2/orders/{row['id']}")
    ids = [row["id"] for row in view.tables["orders"][:100]]
    some = post(view, "/v2/orders/batch-retrieve", {"order_ids": ids})
    hold(some, "POST", "/v2/orders/batch-retrieve")
    for page in listed("customers", 20, count="true"):
        hold(page, "GET", "/v2/customers")
    for row in view.tables["customers"]:
        hold(ask(view, f"/v2/customers/{row['id']}"), "GET", f"/v2/customers/{row['id']}")
    for page in listed("customers/groups", 5):
        hold(page, "GET", "/v2/customers/groups")
    for types in ("", "ITEM", "ITEM_VARIATION,TAX,CATEGORY"):
        hold(ask(view, "/v2/catalog/list", types=types), "GET", "/v2/catalog/list")
    for refused in (
        ask(view, "/v2/payments", key="wrong"),
        ask(view, "/v2/payments", limit=101),
        ask(view, "/v2/payments", cursor="nothing"),
    ):
        hold(refused, "GET", "/v2/payments")
    print(f"{checked} answers with {objects} objects checked")
    record_property("answers", checked)
    assert checked > 100


def test_pages_hold_every_row_once_and_end_without_a_cursor() -> None:
    tables = views()["square"].tables
    for table in ("payments", "refunds"):
        ids = [row["id"] for page in listed(table, 7) for row in page.body[table]]
        assert ids == [row["id"] for row in reversed(tables[table])]
    assert {row["id"] for row in orders()} == {row["id"] for row in tables["orders"]}
    assert "cursor" not in searched()[-1].body
    assert ask(views()["square"], "/v2/refunds", begin_time="2030-01-01T00:00:00Z").body == {}


def test_a_cursor_belongs_to_its_query() -> None:
    view = views()["square"]
    cursor = ask(view, "/v2/payments", limit=5).body["cursor"]
    assert ask(view, "/v2/payments", limit=5, cursor=cursor).status == 200
    other = ask(view, "/v2/payments", limit=5, cursor=cursor, sort_order="ASC")
    assert (other.status, other.body["errors"][0]["code"]) == (400, "INVALID_CURSOR")


@pytest.mark.parametrize("column", ["created_at", "updated_at"])
def test_time_filters_agree_with_a_naive_answer(column: str) -> None:
    view = views()["square"]
    rows = sorted(view.tables["payments"], key=lambda row: str(row[column]))
    since, until = rows[20][column], rows[-20][column]
    names = ("begin_time", "end_time")
    if column == "updated_at":
        names = ("updated_at_begin_time", "updated_at_end_time")
    query = {names[0]: since, names[1]: until, "sort_field": column.upper()}
    found = [row["id"] for page in listed("payments", **query) for row in page.body["payments"]]
    expected = {row["id"] for row in rows if since <= row[column] < until}
    assert set(found) == expected and len(found) == len(expected)


def test_orders_are_filtered_by_the_field_they_are_sorted_by() -> None:
    bounds = {"start_at": "2026-01-20T00:00:00Z"}
    filters = {"date_time_filter": {"updated_at": bounds}}
    refused = searched(filter=filters)[0]
    assert (refused.status, refused.body["errors"][0]["code"]) == (400, "BAD_REQUEST")
    found = searched(filter=filters, sort={"sort_field": "UPDATED_AT", "sort_order": "ASC"})
    times = [row["updated_at"] for page in found for row in page.body["orders"]]
    assert times == sorted(times) and times[0] >= "2026-01-20"
    assert len(times) == sum(row["updated_at"] >= "2026-01-20" for row in orders())
    created = {row["id"] for row in orders() if row["created_at"] >= "2026-01-20"}
    assert len(created) < len(times), "an old order was edited since"


def test_what_is_asked_wrongly_is_refused() -> None:
    view = views()["square"]
    for body in ({}, {"location_ids": []}, {"location_ids": ["LOTHER"]}, None):
        assert post(view, "/v2/orders/search", body).status == 400
    many = {"location_ids": [PLACE], "limit": 1_001}
    assert post(view, "/v2/orders/search", many).status == 400
    assert ask(view, "/v2/payments", colour="red").status == 400
    assert ask(view, "/v2/payments", begin_time="yesterday").status == 400
    assert ask(view, "/v2/orders/nothing").status == 404
    assert ask(view, "/v2/payments", key="").status == 401


def test_without_a_beginning_payments_go_back_one_year() -> None:
    view = views(people=400)["square"]
    edge = datetime.fromtimestamp(small(people=400).horizon - 365 * 86_400, UTC).isoformat()
    assert all(
        row["created_at"] >= edge[:19]
        for row in ask(view, "/v2/payments", sort_order="ASC").body["payments"]
    )


def test_without_a_location_payments_are_those_of_the_main_one() -> None:
    settings = Settings(people=120, days=60, places=2)
    view = Square(build(settings, settings.today))
    shown = {row["location_id"] for row in ask(view, "/v2/payments").body["payments"]}
    assert shown == {PLACE}
    other = ask(view, "/v2/payments", location_id="LSBXBASIN0002").body["payments"]
    assert {row["location_id"] for row in other} == {"LSBXBASIN0002"}
    assert len(ask(view, "/v2/locations").body["locations"]) == 2


def test_orders_lines_payments_and_fees_add_up() -> None:
    tables = views(people=400)["square"].tables
    by_order: dict[str, list[Row]] = {}
    for payment in tables["payments"]:
        by_order.setdefault(payment["order_id"], []).append(payment)
    for order in tables["orders"]:
        if "returns" in order:
            continue
        lines = order["line_items"]
        for total in ("total_money", "total_tax_money", "total_discount_money"):
            assert sum(one[total]["amount"] for one in lines) == order[total]["amount"]
        tries = by_order.get(order["id"], [])
        paid = [one for one in tries if one["status"] == "COMPLETED"]
        assert (order["state"] == "COMPLETED") == bool(paid)
        assert (order["state"] == "OPEN") == (not tries)
        for one in paid:
            cents = order["total_money"]["amount"]
            assert one["amount_money"]["amount"] == cents
            fee = sum(part["amount_money"]["amount"] for part in one.get("processing_fee", []))
            is_card = one["source_type"] == "CARD"
            assert fee == ((cents * 26 + 500) // 1000 + 10 if is_card else 0)
    assert {row["status"] for row in tables["payments"]} == {"COMPLETED", "CANCELED", "FAILED"}
    assert {row["state"] for row in tables["orders"]} >= {"COMPLETED", "CANCELED"}


def test_refunds_join_their_payment_and_the_order_that_they_made() -> None:
    tables = views()["square"].tables
    payments = {row["id"]: row for row in tables["payments"]}
    found = {row["id"]: row for row in tables["orders"]}
    assert {row["status"] for row in tables["refunds"]} == {"COMPLETED", "PENDING", "FAILED"}
    for row in tables["refunds"]:
        payment, made = payments[row["payment_id"]], found[row["order_id"]]
        assert row["id"] in payment["refund_ids"]
        assert payment["updated_at"] > payment["created_at"]
        assert payment["updated_at"] >= row["created_at"][:19]
        (back,) = made["returns"]
        assert back["source_order_id"] == payment["order_id"]
        total = sum(one["total_money"]["amount"] for one in back["return_line_items"])
        assert total == row["amount_money"]["amount"]
        assert made["state"] == "COMPLETED" and "line_items" not in made


def test_sales_at_the_desk_name_nobody() -> None:
    tables = views()["square"].tables
    sales = {name: tables[name] for name in ("orders", "payments", "refunds")}
    text = str(sales).lower()
    for word in ("customer_id", "given_name", "email", "cardholder", "fingerprint", "buyer_email"):
        assert word not in text
    ledger = small()
    for person in ledger.people:
        assert person.email.lower() not in text and person.phone[2:] not in text


def test_baskets_hold_passes_gear_classes_and_amounts_without_a_name() -> None:
    tables = views(people=400)["square"].tables
    lines = [line for row in tables["orders"] for line in row.get("line_items", [])]
    names = {line.get("name") for line in lines}
    assert {None, "Day Pass", "Guest Pass", "Gear Rental", "Loose Chalk", "Belay Class"} <= names
    for line in lines:
        is_typed = line["item_type"] == "CUSTOM_AMOUNT"
        assert is_typed == ("name" not in line) and is_typed == ("catalog_object_id" not in line)
    known = {
        kind["id"] for row in tables["objects"] for kind in row.get("item_data", {}).get(
            "variations", [])
    }  # fmt: skip
    assert {line["catalog_object_id"] for line in lines if "name" in line} <= known
    assert any(int(line["quantity"]) > 1 for line in lines)
    assert any(line["total_discount_money"]["amount"] for line in lines)


def test_every_pass_and_every_guest_is_paid_for_once() -> None:
    ledger = small(people=400)
    sold = [one for one in ledger.payments if one.source == "square" and one.lines]
    paid = [id(one.subject) for one in ledger.payments if one.kind in ("entry_pass", "desk")]
    assert all(paid.count(id(one)) == 1 for one in ledger.passes)
    guests = sum(one.product == "Guest Pass - Guest Pass" for one in sold)
    came = sum(
        one.method == "GUE" and one.created == one.moment + 1 and not one.key.endswith("/twice")
        for one in ledger.visits
    )
    assert guests == came > 0


def test_a_page_can_be_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_PAGE_CAP", "7")
    for name, path in (
        ("square", "/v2/payments"),
        ("shopify", "/admin/api/2025-10/products.json"),
        ("mailchimp", "/campaigns"),
        ("klaviyo", "/profiles"),
        ("stripe", "/v1/charges"),
        ("capitan", "/check-ins/"),
        ("twilio", "/Messages.json"),
    ):
        view = views()[name]
        assert len(view.rows_of(ask(view, path).body) or []) == 7, name


def test_customers_are_capitans_copies_in_the_groups_of_their_associations() -> None:
    shown, ledger = views(people=400), small(people=400)
    tables, capitan = shown["square"].tables, shown["capitan"].tables
    linked = {
        row["id"]: row["member_square_customer_group_id"]
        for row in capitan["associations"]
        if row["member_square_customer_group_id"]
    }
    assert {row["id"] for row in tables["groups"]} == set(linked.values())
    wanted: dict[int, set[str]] = {}
    people = {row["id"]: row for row in capitan["customers"]}
    for row in capitan["association-members"]:
        is_in = row["association_id"] in linked and not row["has_pending_application"]
        if is_in and people[row["customer_id"]]["email"]:
            wanted.setdefault(row["customer_id"], set()).add(linked[row["association_id"]])
    numbers = {one.key: one.number for one in ledger.of("capitan")}
    copies = {row["id"]: row for row in tables["customers"]}
    left = 0
    for record in shown["square"].records():
        row, number = copies[record.record_key.split(":")[-1]], numbers[record.origin[7:]]
        assert set(row.get("group_ids", [])) == wanted.get(number, set())
        left += "group_ids" not in row
        if number in people:
            assert row.get("email_address") == (people[number]["email"] or None)
            assert row.get("phone_number") == (people[number]["telephone"] or None)
            assert row.get("given_name", "") == people[number]["first_name"]
    assert left > 0 and wanted.keys() <= {numbers[key] for key in shown["square"].copies.accounts}  # type: ignore[attr-defined]


def test_the_directory_is_paged_and_refuses_what_it_does_not_know() -> None:
    view = views()["square"]
    ids = [row["id"] for page in listed("customers", 7) for row in page.body["customers"]]
    assert len(ids) == len(set(ids)) == len(view.tables["customers"])
    first = ask(view, "/v2/customers", limit=7, count="true")
    assert first.body["count"] == len(ids)
    assert ask(view, "/v2/customers", limit=101).status == 400
    assert ask(view, "/v2/customers/groups", limit=51).status == 400
    assert ask(view, "/v2/customers", colour="red").status == 400
    assert ask(view, "/v2/customers/nobody").status == 404
