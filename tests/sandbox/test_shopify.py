"""Shopify's API: REST answers pass the vendor's schema, GraphQL answers what it is asked, pages are
Shopify's, and orders add up."""

import gzip
import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scripts.sandbox.vendors.base import KEY, Answer, Request, Row
from tests.sandbox.conftest import CONTRACT, ask, post, signed, small, views

API = "/admin/api/2025-10"
QUERY = """
query Orders($after: String, $since: String!, $size: Int = 3) {
  orders(first: $size, after: $after, query: $since, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id legacyResourceId updatedAt
      refunds(first: 20) {
        id createdAt totalRefundedSet { shopMoney { amount currencyCode } }
        refundLineItems(first: 20) { nodes { quantity lineItem { id } } }
        transactions(first: 5) { edges { node { id kind } } }
      }
      transactions(first: 20) { id kind status amountSet { shopMoney { amount } }
        parentTransaction { id } }
    }
  }
}
"""


def follow(answer: Answer) -> Answer:
    """The page that the `Link` header leads to."""
    links = dict(reversed(one.split("; ")) for one in answer.headers["Link"].split(", "))
    url = links['rel="next"'].strip("<>")
    assert url.startswith(f"http://127.0.0.1:1/shopify{API}/")
    query = dict(part.split("=") for part in url.split("?")[1].split("&"))
    return ask(views()["shopify"], url.split("?")[0].split("/shopify")[1], **query)


def has_next(answer: Answer) -> bool:
    return 'rel="next"' in answer.headers.get("Link", "")


def listed(table: str, size: int = 250, **query: object) -> list[Answer]:
    """Every page of a list."""
    found = [ask(views()["shopify"], f"{API}/{table}.json", limit=size, **query)]
    while has_next(found[-1]):
        found.append(follow(found[-1]))
    return found


def graphql(variables: dict[str, Any], query: str = QUERY) -> Row:
    body = {"query": query, "variables": variables}
    answer = post(views()["shopify"], f"{API}/graphql.json", body)
    assert answer.status == 200
    return answer.body  # type: ignore[no-any-return]


def test_every_answer_passes_the_vendors_schema(
    contract: ModuleType, record_property: Callable[[str, object], None]
) -> None:
    view, checked, objects = views()["shopify"], 0, 0

    def hold(answer: Answer, path: str) -> None:
        nonlocal checked, objects
        assert contract.errors("shopify", "GET", path, 200, answer.body, strict=True) == []
        checked += 1
        objects += len(view.rows_of(answer.body) or [])

    for table, query in (("orders", {"status": "any"}), ("customers", {}), ("products", {})):
        for page in listed(table, 9, **query):
            hold(page, f"{API}/{table}.json")
        for row in view.tables[table]:
            hold(ask(view, f"{API}/{table}/{row['id']}.json"), f"{API}/{table}/{row['id']}.json")
    for row in view.tables["orders"]:
        for part in ("refunds", "transactions"):
            path = f"{API}/orders/{row['id']}/{part}.json"
            hold(ask(view, path), path)
    with pytest.raises(LookupError):
        contract.errors("shopify", "POST", f"{API}/graphql.json", 200, {"data": {}}, strict=True)
    print(f"{checked} answers with {objects} objects checked; GraphQL is not described there")
    record_property("answers", checked)
    assert checked > 100


def test_graphql_fields_exist_in_the_vendors_introspection() -> None:
    file = Path(CONTRACT).parent / "shopify" / "spec" / "graphql_admin_2025-10.json.gz"
    if not file.exists():
        pytest.skip("the vendors' contracts are not beside the project (../shared/contracts)")
    found = json.loads(gzip.decompress(file.read_bytes()))
    types = {
        one["name"]: {field["name"] for field in one.get("fields") or []}
        for one in found.get("data", found)["__schema"]["types"]
    }
    from scripts.sandbox.vendors import _shopify_nodes as nodes

    view = views()["shopify"]
    row = next(row for row in view.tables["orders"] if row["refunds"] and row["customer"])
    sale = ask(view, f"{API}/orders/{row['id']}/transactions.json").body["transactions"][0]
    order, refund = nodes.order(row, [sale]), nodes.refund(row["refunds"][0])
    made = [order, refund, nodes.transaction(sale), nodes.line(row["line_items"][0])]
    made += nodes.transaction(sale)["fees"]
    pinned = next(
        one
        for one in view.ledger.of("shopify")  # type: ignore[attr-defined]
        if view.objects.marks.metafields(one, view.objects.now)  # type: ignore[attr-defined]
    )
    shown = view.objects.customer(pinned)  # type: ignore[attr-defined]
    noted = view.objects.marks.metafields(pinned, view.objects.now)  # type: ignore[attr-defined]
    made += [nodes.customer(shown, noted), nodes.metafield(noted[0])]
    made += [order["customer"], order["totalPriceSet"], order["totalPriceSet"]["shopMoney"]]
    for one in made:
        assert one.keys() - {"__typename"} <= types[one["__typename"]]


def test_pages_hold_every_row_once_and_page_info_takes_no_other_filter() -> None:
    view = views()["shopify"]
    ids = [row["id"] for page in listed("orders", 4, status="any") for row in page.body["orders"]]
    assert sorted(ids) == sorted(row["id"] for row in view.tables["orders"])
    assert len(ids) == len(set(ids))
    first = ask(view, f"{API}/orders.json", limit=4, status="any")
    mark = first.headers["Link"].split("page_info=")[1].split(">")[0]
    refused = ask(view, f"{API}/orders.json", page_info=mark, status="any")
    assert refused.status == 400 and "status cannot be passed" in refused.body["errors"]["status"]
    ok = ask(view, f"{API}/orders.json", page_info=mark, limit=2, fields="id,name")
    assert [set(row) for row in ok.body["orders"]] == [{"id", "name"}] * 2
    assert ask(view, f"{API}/orders.json", page_info="nothing").status == 400
    assert ask(view, f"{API}/orders.json", limit=251).status == 400


def test_only_open_orders_are_listed_unless_any_is_asked() -> None:
    view = views()["shopify"]
    shown = ask(view, f"{API}/orders.json", limit=250).body["orders"]
    assert shown and all(row["closed_at"] is None for row in shown)
    every = ask(view, f"{API}/orders.json", limit=250, status="any").body["orders"]
    assert len(every) > len(shown)


@pytest.mark.parametrize("column", ["created_at", "updated_at"])
def test_time_filters_agree_with_a_naive_answer(column: str) -> None:
    view = views()["shopify"]
    rows = view.tables["orders"]
    times = sorted(datetime.fromisoformat(row[column]) for row in rows)
    edge = times[len(times) // 2]
    query = {f"{column}_min": edge.isoformat(), "status": "any", "limit": 250}
    found = {row["id"] for row in ask(view, f"{API}/orders.json", **query).body["orders"]}
    expected = {row["id"] for row in rows if datetime.fromisoformat(row[column]) >= edge}
    assert found == expected


def test_graphql_walks_every_updated_order_and_answers_only_what_is_asked() -> None:
    since = "updated_at:>='2026-01-10T00:00:00Z'"
    seen: list[Row] = []
    variables: dict[str, Any] = {"since": since}
    while True:
        body = graphql(variables)
        page = body["data"]["orders"]
        seen += page["nodes"]
        assert set(body["extensions"]["cost"]) == {
            "requestedQueryCost", "actualQueryCost", "throttleStatus",
        }  # fmt: skip
        if not page["pageInfo"]["hasNextPage"]:
            break
        variables["after"] = page["pageInfo"]["endCursor"]
    rows = {str(row["id"]): row for row in views()["shopify"].tables["orders"]}
    assert [one["legacyResourceId"] for one in seen] == [
        str(row["id"])
        for row in sorted(rows.values(), key=lambda row: (
            datetime.fromisoformat(row["updated_at"]), f"gid://shopify/Order/{row['id']}"))
        if datetime.fromisoformat(row["updated_at"]) >= datetime.fromisoformat(
            "2026-01-10T00:00:00Z")
    ]  # fmt: skip
    for one in seen:
        assert set(one) == {"id", "legacyResourceId", "updatedAt", "refunds", "transactions"}
        assert one["updatedAt"].endswith("Z")
        row = rows[one["legacyResourceId"]]
        back = sum(Decimal(two["totalRefundedSet"]["shopMoney"]["amount"])
                   for two in one["refunds"])  # fmt: skip
        assert back == Decimal(row["total_price"]) - Decimal(row["current_total_price"])


def test_graphql_says_what_is_wrong_with_status_200() -> None:
    def code(query: str) -> Any:
        return graphql({"since": ""}, query)["errors"][0]["extensions"].get("code")

    assert code("{ orders(first: 1) { nodes { colour } } }") == "undefinedField"
    assert code("{ orders { nodes { id } } }") == "BAD_REQUEST"
    assert code('{ orders(first: 1, after: "x") { nodes { id } } }') == "INVALID_CURSOR"
    assert code("{ orders(first: 1) { nodes { refunds } ") is None
    assert code("mutation { orderDelete(id: 1) { id } }") == "undefinedField"
    assert code("{ orders(first: 1) { nodes { totalPriceSet } } }") == "selectionMismatch"


def test_orders_of_every_kind_are_there() -> None:
    rows = views()["shopify"].tables["orders"]
    assert {row["financial_status"] for row in rows} >= {
        "paid", "partially_refunded", "refunded", "voided", "pending",
    }  # fmt: skip
    assert {row["test"] for row in rows} == {True, False}
    assert {row["created_at"][-6:] for row in rows} == {"-05:00", "-06:00"}
    assert any(row["customer"] is None and row["email"] for row in rows)
    assert any(row["discount_codes"] for row in views(people=400)["shopify"].tables["orders"])
    titles = {line["title"] for row in rows for line in row["line_items"]}
    assert "5-Pack Day Pass" in titles
    numbers = [row["order_number"] for row in rows]
    assert numbers == list(range(1001, 1001 + len(rows)))
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)


def test_money_adds_up_in_every_order() -> None:
    for row in views(people=400)["shopify"].tables["orders"]:
        lines = row["line_items"]
        subtotal = sum(
            Decimal(one["price"]) * one["quantity"]
            - sum(Decimal(part["amount"]) for part in one["discount_allocations"])
            for one in lines
        )
        tax = sum(Decimal(part["price"]) for one in lines for part in one["tax_lines"])
        assert Decimal(row["subtotal_price"]) == subtotal
        assert Decimal(row["total_tax"]) == tax
        assert Decimal(row["total_price"]) == subtotal + tax
        back = sum(
            Decimal(one["amount"])
            for refund in row["refunds"]
            for one in refund["transactions"]
            if one["status"] == "success"
        )
        assert Decimal(row["current_total_price"]) == Decimal(row["total_price"]) - back
        for name in ("total_price", "subtotal_price", "total_tax", "total_discounts"):
            assert row[f"{name}_set"]["shop_money"]["amount"] == row[name]


def test_nobody_gets_in_without_the_token() -> None:
    view = views()["shopify"]
    for key in ("", "wrong"):
        assert ask(view, f"{API}/orders.json", key=key).status == 401
    bearer = {"authorization": f"Bearer {KEY}"}
    assert view.answer(Request("GET", f"{API}/orders.json", [], bearer, "")).status == 401
    assert ask(view, f"{API}/nothing.json").status == 404
    assert ask(view, "/orders.json").status == 404


def test_the_bucket_refuses_only_where_limits_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    view = type(views()["shopify"])(small())

    def get() -> Answer:
        request = Request("GET", f"{API}/products.json", [], signed("shopify"), "")
        return view.answer(request)

    assert all(get().status == 200 for _ in range(60))
    monkeypatch.setenv("SANDBOX_LIMITS", "1")
    answers = [get() for _ in range(60)]
    refused = [one for one in answers if one.status == 429]
    assert answers[0].status == 200 and refused
    assert refused[0].headers["Retry-After"] == "2.0"
    assert answers[5].headers["X-Shopify-Shop-Api-Call-Limit"].endswith("/40")
    body = {"query": "{ orders(first: 250) { nodes { id } } }"}
    asked = [post(view, f"{API}/graphql.json", body) for _ in range(60)]
    assert {one.status for one in asked} == {200}
    assert asked[0].body["data"]["orders"]["nodes"]
    refusals = [one.body for one in asked if "errors" in one.body]
    assert refusals[0]["errors"][0]["extensions"]["code"] == "THROTTLED"
    cost = refusals[0]["extensions"]["cost"]
    assert cost["requestedQueryCost"] > cost["throttleStatus"]["currentlyAvailable"]


CUSTOMERS = """
query ($first: Int!, $after: String, $query: String) {
  customers(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes { id legacyResourceId tags
      metafields(first: 20) {
        pageInfo { hasNextPage }
        nodes { id namespace key type value createdAt updatedAt }
      } }
  }
}
"""


def every_customer(people: int = 1_200) -> list[Row]:
    """All customers as GraphQL shows them, page by page."""
    view, found, after = views(people=people)["shopify"], [], None
    while True:
        body = {"query": CUSTOMERS, "variables": {"first": 20, "after": after, "query": None}}
        page = post(view, f"{API}/graphql.json", body).body["data"]["customers"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def test_customers_carry_the_tags_and_metafields_that_programs_pinned_to_them() -> None:
    view = views(people=1_200)["shopify"]
    rest = {str(row["id"]): row for row in view.tables["customers"]}
    found = {row["legacyResourceId"]: row for row in every_customer()}
    assert found.keys() == rest.keys()
    wrong = imported = 0
    people = {str(one.number): one.person for one in view.ledger.of("capitan")}  # type: ignore[attr-defined]
    owners = {view.keys()[one.key].split(":")[-1]: one.person for one in view.accounts}  # type: ignore[attr-defined]
    for code, row in found.items():
        assert ", ".join(row["tags"]) == rest[code]["tags"]
        notes = {(one["namespace"], one["key"]): one for one in row["metafields"]["nodes"]}
        account = notes.get(("basin", "capitan_customer_id"))
        assert ("capitan-import" in row["tags"]) == (account is not None)
        if account:
            imported += 1
            person = people[account["value"]]
            wrong += person is not owners[code]
            assert person.household_id == owners[code].household_id
    assert 0 < wrong < imported / 2
    assert any("second_visit_offer_eligible" in row["tags"] for row in found.values())


def test_a_tag_that_comes_or_goes_changes_the_customer() -> None:
    before, after = (
        {row["id"]: row for row in views(days=days, people=1_200)["shopify"].tables["customers"]}
        for days in (0, 30)
    )
    changed = [one for one in before if one in after and before[one]["tags"] != after[one]["tags"]]
    assert changed
    for one in changed:
        times = [datetime.fromisoformat(rows[one]["updated_at"]) for rows in (before, after)]
        assert times[0] < times[1]


FEES = """
query ($after: String) {
  orders(first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id transactions {
      id kind status gateway test amountSet { shopMoney { amount } }
      fees { type amount { amount } }
    } }
  }
}
"""


def test_shopify_payments_keeps_a_fee_of_what_was_sold_by_card() -> None:
    view, after = views(people=400)["shopify"], None
    fees: dict[tuple[str, str, str, bool], set[int]] = {}
    while True:
        body = {"query": FEES, "variables": {"after": after}}
        page = post(view, f"{API}/graphql.json", body).body["data"]["orders"]
        for one in (one for row in page["nodes"] for one in row["transactions"]):
            fees.setdefault((one["kind"], one["status"], one["gateway"], one["test"]), set()).add(
                len(one["fees"])
            )
            for fee in one["fees"]:
                paid = Decimal(one["amountSet"]["shopMoney"]["amount"])
                kept = (paid * Decimal("0.029")).quantize(Decimal("0.01"), "ROUND_HALF_UP")
                assert Decimal(fee["amount"]["amount"]) == kept + Decimal("0.30")
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert fees[("SALE", "SUCCESS", "shopify_payments", False)] == {1}
    assert {key for key, counts in fees.items() if 1 in counts} == {
        ("SALE", "SUCCESS", "shopify_payments", False)
    }
