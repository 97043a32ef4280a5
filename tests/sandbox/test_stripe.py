"""Stripe's API: every answer passes the vendor's schema, and lists behave as Stripe's do."""

from collections.abc import Callable
from types import ModuleType

import pytest

from scripts.sandbox.vendors.base import KEY, Request
from tests.sandbox.conftest import ask, pages, small, views

TABLES = [
    "payment_intents", "charges", "refunds", "customers", "events", "balance_transactions",
]  # fmt: skip


def test_every_answer_passes_the_vendors_schema(
    contract: ModuleType, record_property: Callable[[str, object], None]
) -> None:
    view, checked, objects = views()["stripe"], 0, 0
    for table in TABLES:
        path = f"/v1/{table}"
        for answer in pages(view, path):
            assert contract.errors("stripe", "GET", path, 200, answer.body, strict=True) == []
            checked += 1
            objects += len(answer.body["data"])
        for row in view.tables[table][:: max(1, len(view.tables[table]) // 25)]:
            if table == "events":
                break  # one event by itself is not described by the contract that is held
            one = ask(view, f"{path}/{row['id']}")
            assert (
                contract.errors("stripe", "GET", f"{path}/{row['id']}", 200, one.body, strict=True)
                == []
            )
            checked += 1
    deleted = next(one for one in small(days=9).of("stripe") if one.closed)
    later = views(days=9)["stripe"]
    gone = later.keys()[deleted.key].rpartition(":")[2]
    answer = ask(later, f"/v1/customers/{gone}")
    assert answer.body == {"id": gone, "object": "customer", "deleted": True}
    path = f"/v1/customers/{gone}"
    assert contract.errors("stripe", "GET", path, 200, answer.body, strict=True) == []
    for status, refused in (
        (401, ask(view, "/v1/charges", key="wrong")),
        (400, ask(view, "/v1/charges", limit=101)),
        (404, ask(view, "/v1/charges/ch_nothing")),
    ):
        assert refused.status == status
        path = "/v1/charges"
        assert contract.errors("stripe", "GET", path, status, refused.body, strict=True) == []
        checked += 1
    for row in view.tables["disputes"]:  # the list is not described, the object is
        spec = contract.openapis("stripe")[0]
        found = spec.errors("/components/schemas/dispute", row, True)
        assert [contract.message(one) for one in found] == []
        checked += 1
    print(f"{checked + 1} answers with {objects} objects checked")
    record_property("answers", checked + 1)
    assert checked > 100


def test_objects_of_every_kind_are_there() -> None:
    tables = views()["stripe"].tables
    intents, charges, refunds = (tables[name] for name in ("payment_intents", "charges", "refunds"))
    assert {row["status"] for row in intents} >= {
        "succeeded", "requires_payment_method", "requires_capture",
    }  # fmt: skip
    assert {row["status"] for row in charges} == {"succeeded", "failed"}
    assert {row["status"] for row in refunds} == {"succeeded", "pending", "failed"}
    assert {row["livemode"] for row in intents} == {True, False}
    assert any(row["customer"] is None and row["billing_details"]["email"] for row in charges)
    assert any(0 < row["amount_refunded"] < row["amount"] for row in charges)
    assert {row["type"] for row in tables["balance_transactions"]} == {
        "charge", "refund", "refund_failure", "adjustment",
    }  # fmt: skip
    for start in (
        "Capitan membership #", "Capitan entry pass #", "Capitan event booking #", "[Calendly]",
    ):  # fmt: skip
        assert any(row["description"].startswith(start) for row in intents)


def test_a_failed_renewal_recovers_on_the_same_intent() -> None:
    view = views(people=400)["stripe"]
    by_intent: dict[str, list[dict[str, object]]] = {}
    for charge in reversed(view.tables["charges"]):
        by_intent.setdefault(charge["payment_intent"], []).append(charge)
    recovered = 0
    for intent in view.tables["payment_intents"]:
        tries = by_intent[intent["id"]]
        assert intent["latest_charge"] == tries[-1]["id"]
        assert [one["status"] for one in tries[:-1]] == ["failed"] * (len(tries) - 1)
        if tries[-1]["status"] == "failed":
            assert intent["last_payment_error"]["charge"] == tries[-1]["id"]
            assert intent["amount_received"] == 0
        recovered += len(tries) > 1 and intent["status"] == "succeeded"
    assert recovered


def test_refunds_join_their_charge_their_intent_and_their_balance() -> None:
    tables = views()["stripe"].tables
    charges = {row["id"]: row for row in tables["charges"]}
    balance = {row["id"]: row for row in tables["balance_transactions"]}
    for row in tables["refunds"]:
        assert charges[row["charge"]]["payment_intent"] == row["payment_intent"]
        assert balance[row["balance_transaction"]]["amount"] == -row["amount"]
        assert balance[row["balance_transaction"]]["source"] == row["id"]
    for row in tables["charges"]:
        if row["balance_transaction"]:
            entry = balance[row["balance_transaction"]]
            assert entry["fee"] == (row["amount"] * 29 + 500) // 1000 + 30
            assert entry["fee_details"][0]["amount"] == entry["fee"]
            assert entry["net"] == row["amount"] - entry["fee"]


@pytest.mark.parametrize("table", TABLES)
def test_lists_are_newest_first_and_cursors_walk_both_ways(table: str) -> None:
    view, path = views()["stripe"], f"/v1/{table}"
    rows = view.tables[table]
    assert [row["created"] for row in rows] == sorted((r["created"] for r in rows), reverse=True)
    assert len(ask(view, path).body["data"]) == min(10, len(rows))
    walked = [row["id"] for page in pages(view, path, 7) for row in page.body["data"]]
    assert walked == [row["id"] for row in rows]
    back = ask(view, path, limit=3, ending_before=rows[5]["id"]).body
    assert [row["id"] for row in back["data"]] == [row["id"] for row in rows[2:5]]
    assert back["has_more"]


@pytest.mark.parametrize("relation", ["gte", "gt", "lte", "lt"])
def test_created_filters_agree_with_a_naive_answer(relation: str) -> None:
    view = views()["stripe"]
    rows = view.tables["charges"]
    keeps = {"gte": int.__ge__, "gt": int.__gt__, "lte": int.__le__, "lt": int.__lt__}[relation]
    for edge in (rows[0]["created"], rows[40]["created"], rows[-1]["created"], 0, 4_000_000_000):
        expected = [row["id"] for row in rows if keeps(row["created"], edge)][:100]
        answer = ask(view, "/v1/charges", limit=100, **{f"created[{relation}]": edge})
        assert [row["id"] for row in answer.body["data"]] == expected


def test_events_go_back_thirty_days_and_carry_what_was_true_then() -> None:
    view, ledger = views()["stripe"], small()
    rows = view.tables["events"]
    assert rows[-1]["created"] >= ledger.horizon - 1 - 30 * 86_400
    kinds = {row["type"] for row in rows}
    assert {"payment_intent.created", "charge.succeeded", "charge.refunded"} <= kinds
    for row in rows:
        if row["type"] == "payment_intent.created":
            assert row["data"]["object"]["status"] == "requires_payment_method"
    refunded = ask(view, "/v1/events", limit=100, type="charge.refunded").body["data"]
    assert refunded and all(row["type"] == "charge.refunded" for row in refunded)


def test_basic_and_bearer_both_open_the_door_and_nothing_else_does() -> None:
    import base64

    view = views()["stripe"]
    basic = base64.b64encode(f"{KEY}:".encode()).decode()
    request = Request("GET", "/v1/charges", [], {"authorization": f"Basic {basic}"}, "")
    assert view.answer(request).status == 200
    for key in ("", "wrong"):
        answer = ask(view, "/v1/charges", key=key)
        assert answer.status == 401
        assert answer.body["error"]["type"] == "invalid_request_error"


def test_unknown_parameters_and_cursors_are_refused_as_stripe_does() -> None:
    view = views()["stripe"]
    unknown = ask(view, "/v1/charges", colour="red").body["error"]
    assert unknown["code"] == "parameter_unknown"
    missing = ask(view, "/v1/charges", starting_after="ch_nothing")
    assert (missing.status, missing.body["error"]["code"]) == (400, "resource_missing")
    assert ask(view, "/v1/invoices").status == 404


def test_a_dispute_takes_the_money_at_once_and_brings_it_back_when_it_is_won() -> None:
    statuses = set()
    for days in (0, 60):
        tables = views(days=days, people=2_000)["stripe"].tables
        charges = {row["id"]: row for row in tables["charges"]}
        moved: dict[str, list[int]] = {}
        for row in tables["balance_transactions"]:
            if row["type"] == "adjustment":
                moved.setdefault(row["source"], []).append(row["net"])
        assert moved.keys() == {row["id"] for row in tables["disputes"]} != set()
        for row in tables["disputes"]:
            charge = charges[row["charge"]]
            assert charge["disputed"] and charge["paid"]
            assert row["payment_intent"] == charge["payment_intent"]
            back = [row["amount"]] if row["status"] == "won" else []
            assert sorted(moved[row["id"]]) == [-row["amount"] - 1_500, *back]
            statuses.add(row["status"])
        disputed = sum(one["disputed"] for one in charges.values())
        assert disputed == len(tables["disputes"])
    assert statuses >= {"won", "lost"}
    view = views(people=2_000)["stripe"]
    one = view.tables["disputes"][0]
    answer = ask(view, "/v1/disputes", charge=one["charge"])
    assert [row["id"] for row in answer.body["data"]] == [one["id"]]
    assert ask(view, "/v1/disputes/dp_nothing").body["error"]["code"] == "resource_missing"
