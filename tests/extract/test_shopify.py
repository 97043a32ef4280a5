"""What of the web shop arrives in raw: by links, by GraphQL, and not too fast."""

import time
from collections.abc import Callable

import pytest

from extract import config
from tests.extract.conftest import Answer, Request, Vendor, query, run, whole

OLD, NEW = "2025-06-01T10:00:00Z", "2026-01-30T10:00:00Z"
MONEY = {"shopMoney": {"amount": "5.00", "currencyCode": "USD"}}


def in_the_shop(vendor: Vendor, count: int = 20) -> None:
    """Customers and orders, half of them long unchanged, each order refunded once."""
    days = [OLD if number < count / 2 else NEW for number in range(count)]
    vendor.lists["shopify/customers"] = [
        {"id": number, "updated_at": day} for number, day in enumerate(days)
    ]
    vendor.lists["shopify/orders"] = [
        {"id": number, "updated_at": day, "total_price": "36.40"} for number, day in enumerate(days)
    ]
    vendor.lists["shopify/graphql"] = [
        {
            "id": f"gid://shopify/Order/{number}",
            "legacyResourceId": str(number),
            "updatedAt": day,
            "refunds": [
                {
                    "id": f"gid://shopify/Refund/{number}",
                    "legacyResourceId": str(number),
                    "createdAt": day,
                    "totalRefundedSet": MONEY,
                    "refundLineItems": {"pageInfo": {"hasNextPage": False}, "nodes": []},
                }
            ],
            "transactions": [
                {"id": f"gid://shopify/OrderTransaction/{number}{kind}", "kind": kind}
                for kind in ("SALE", "REFUND")
            ],
        }
        for number, day in enumerate(days)
    ]
    vendor.lists["shopify/graphql/customers"] = [
        {
            "id": f"gid://shopify/Customer/{number}",
            "legacyResourceId": str(number),
            "updatedAt": day,
            "metafields": {"pageInfo": {"hasNextPage": False}, "nodes": [metafield(number)]},
        }
        for number, day in enumerate(days)
    ]


def metafield(number: int) -> dict[str, object]:
    return {"id": f"gid://shopify/Metafield/{number}", "namespace": "basin", "value": str(number)}


def in_turn(*answers: Answer) -> Callable[[Request], Answer | None]:
    """Each of these answers once, then the usual ones."""
    left = iter(answers)
    return lambda request: next(left, None)


def graphql_errors(*codes: str, **extensions: object) -> Answer:
    errors = [{"message": "private@example.org", "extensions": {"code": code}} for code in codes]
    return whole({"errors": errors, "extensions": extensions})


def test_all_pages_are_read_by_link_and_by_graphql_however_small_they_are(vendor: Vendor) -> None:
    in_the_shop(vendor, 20)
    vendor.lists["shopify/products"] = [{"id": number} for number in range(15)]
    vendor.page_cap = 7
    assert run("shopify").results["shopify"].ok
    counts = {
        "orders": 20, "customers": 20, "products": 15, "refunds": 20, "transactions": 40,
        "customer_metafields": 20,
    }  # fmt: skip
    for name, count in counts.items():
        assert query(f"select count(*), count(distinct id) from raw_shopify.{name}") == [
            (count, count)
        ]
    orders = [one.query for one in vendor.requests if one.path.endswith("/orders.json")]
    assert orders[0] == {"limit": "250", "status": "any", "order": "updated_at asc"}
    assert [sorted(one) for one in orders[1:]] == [["limit", "page_info"]] * 2


def test_no_order_is_asked_for_alone(vendor: Vendor) -> None:
    in_the_shop(vendor, 30)
    run("shopify")
    asked = [one for one in vendor.requests if one.path.endswith("graphql.json")]
    assert [one.body["variables"].get("after") for one in asked] == [
        None, "10", "20", None, None, "25",
    ]  # fmt: skip
    assert not [one for one in vendor.requests if "/orders/" in one.path]


def test_refunds_and_transactions_arrive_flat_with_their_orders_number(vendor: Vendor) -> None:
    in_the_shop(vendor, 1)
    run("shopify")
    assert query(
        "select id, legacy_resource_id, order_id, created_at, total_refunded_set,"
        " refund_line_items, _other from raw_shopify.refunds"
    ) == [
        (
            "gid://shopify/Refund/0",
            "0",
            "0",
            OLD,
            '{"shopMoney":{"amount":"5.00","currencyCode":"USD"}}',
            "[]",
            None,
        )
    ]
    assert query("select id, order_id, kind from raw_shopify.transactions order by kind") == [
        ("gid://shopify/OrderTransaction/0REFUND", "0", "REFUND"),
        ("gid://shopify/OrderTransaction/0SALE", "0", "SALE"),
    ]
    assert query("select total_price from raw_shopify.orders") == [("36.40",)]


def test_the_next_day_asks_the_shop_for_what_changed(vendor: Vendor) -> None:
    in_the_shop(vendor)
    run("shopify", as_of="2026-01-29")
    vendor.requests.clear()
    found = run("shopify", as_of="2026-01-30").results["shopify"]
    assert {table.table: table.rows for table in found.tables} == {
        "orders": 10,
        "refunds": 10,
        "transactions": 20,
        "customers": 10,
        "customer_metafields": 10,
        "products": 0,
    }
    for one in vendor.requests:
        if one.path.endswith(("/orders.json", "/customers.json")):
            assert one.query["updated_at_min"] == "2026-01-26T06:00:00Z"
            assert one.query["order"] == "updated_at asc"
        if one.path.endswith("graphql.json"):
            assert one.body["variables"]["query"] == "updated_at:>='2026-01-26T06:00:00Z'"


@pytest.mark.parametrize("host", ["http://localhost.example.org", "http://127.0.0.1:1"])
def test_a_link_to_another_host_is_refused(vendor: Vendor, host: str) -> None:
    link = f'<{host}/admin/api/2025-10/orders.json?page_info=x>; rel="next"'
    vendor.faults["orders.json"] = lambda request: (200, {"Link": link}, b'{"orders": [{"id": 1}]}')
    result = run("shopify").results["shopify"]
    assert "a next page on another host, which was refused" in str(result.error_sentence)
    assert len(vendor.requests) == 1


def test_a_link_without_a_place_is_no_end(vendor: Vendor) -> None:
    link = f'<http://127.0.0.1:{vendor.port}/shopify/orders.json?limit=250>; rel="next"'
    vendor.faults["orders.json"] = lambda request: (200, {"Link": link}, b'{"orders": [{"id": 1}]}')
    result = run("shopify").results["shopify"]
    assert "a next page that cannot be asked for" in str(result.error_sentence)


def test_graphql_that_was_asked_too_fast_is_asked_again_when_it_can_bear_it(vendor: Vendor) -> None:
    in_the_shop(vendor)
    status = {"currentlyAvailable": 10.0, "restoreRate": 100.0}
    vendor.faults["graphql.json"] = in_turn(
        graphql_errors("THROTTLED", cost={"requestedQueryCost": 60, "throttleStatus": status}),
        graphql_errors("THROTTLED"),
    )
    began = time.monotonic()
    assert run("shopify").results["shopify"].ok
    assert time.monotonic() - began > 1
    assert query("select count(*) from raw_shopify.refunds") == [(20,)]


def test_a_wait_of_half_a_second_is_kept_as_a_whole_one(vendor: Vendor) -> None:
    vendor.faults["orders.json"] = in_turn((429, {"Retry-After": "0.5"}, b'{"errors": "slow"}'))
    began = time.monotonic()
    assert run("shopify").results["shopify"].ok
    assert time.monotonic() - began > 1


def test_other_errors_of_graphql_end_the_source_with_their_code_only(vendor: Vendor) -> None:
    vendor.faults["graphql.json"] = lambda request: graphql_errors("ACCESS_DENIED")
    found = run("shopify")
    assert found.results["shopify"].error_sentence == (
        "shopify: refunds could not be read, it got the error ACCESS_DENIED: "
        "see whether the vendor changed its API"
    )
    assert "private" not in found.printed


def test_a_place_that_graphql_forgot_starts_the_list_again(vendor: Vendor) -> None:
    in_the_shop(vendor, 30)
    once = iter([True])
    vendor.faults["graphql.json"] = lambda request: (
        graphql_errors("INVALID_CURSOR")
        if request.body["variables"].get("after") == "20" and next(once, False)
        else None
    )
    assert run("shopify").results["shopify"].ok
    assert query("select count(*) from raw_shopify.refunds") == [(30,)]


def test_a_page_of_graphql_that_repeats_is_asked_for_again(vendor: Vendor) -> None:
    in_the_shop(vendor, 30)
    once = iter([True])

    def first_page_again(request: Request) -> Answer | None:
        if request.body["variables"].get("after") == "10" and next(once, False):
            nodes = vendor.lists["shopify/graphql"][:10]
            info = {"hasNextPage": False, "endCursor": None}
            return whole({"data": {"orders": {"pageInfo": info, "nodes": nodes}}})
        return None

    vendor.faults["graphql.json"] = first_page_again
    assert run("shopify").results["shopify"].ok
    assert query("select count(*) from raw_shopify.refunds") == [(30,)]


def test_a_refund_with_more_lines_than_came_is_never_taken_for_whole(vendor: Vendor) -> None:
    in_the_shop(vendor, 1)
    lines = vendor.lists["shopify/graphql"][0]["refunds"][0]["refundLineItems"]
    lines["pageInfo"]["hasNextPage"] = True
    result = run("shopify").results["shopify"]
    assert result.error_sentence == (
        "shopify: a refund of order 0 has more refundLineItems than are asked for: raise their "
        "number in extract/sources/shopify.py"
    )


def test_a_customer_with_more_metafields_than_came_is_never_taken_for_whole(
    vendor: Vendor,
) -> None:
    in_the_shop(vendor, 1)
    vendor.lists["shopify/graphql/customers"][0]["metafields"]["pageInfo"]["hasNextPage"] = True
    result = run("shopify").results["shopify"]
    assert "customer 0 has more metafields than are asked for" in str(result.error_sentence)


def test_metafields_and_fees_arrive_with_whom_and_what_they_belong_to(vendor: Vendor) -> None:
    in_the_shop(vendor, 1)
    fee = {"id": "gid://shopify/TransactionFee/1", "type": "processing_fee", "amount": {}}
    vendor.lists["shopify/graphql"][0]["transactions"][0]["fees"] = [fee]
    run("shopify")
    assert query(
        "select id, customer_id, namespace, value from raw_shopify.customer_metafields"
    ) == [("gid://shopify/Metafield/0", "0", "basin", "0")]
    assert query("select kind, fees from raw_shopify.transactions order by kind desc") == [
        ("SALE", '[{"amount":{},"id":"gid://shopify/TransactionFee/1","type":"processing_fee"}]'),
        ("REFUND", None),
    ]
    asked = [one.body["query"] for one in vendor.requests if one.path.endswith("graphql.json")]
    assert any("fees { id type amount { amount currencyCode } }" in one for one in asked)


def test_bad_rows_of_the_shop_are_put_aside_and_the_rest_loads(vendor: Vendor) -> None:
    in_the_shop(vendor, 2)
    vendor.lists["shopify/customers"].append({"id": "x", "updated_at": NEW})
    vendor.lists["shopify/graphql"][0]["refunds"] += [None, {"id": None}]
    vendor.lists["shopify/graphql"][1]["refunds"] = "none"
    assert run("shopify").results["shopify"].ok
    assert query("select order_id from raw_shopify.refunds") == [("0",)]
    assert query("select table_name, reason from raw_shopify.rejected order by all") == [
        ("customers", "wrong_type"),
        ("refunds", "not_an_object"),
        ("refunds", "null_id"),
        ("refunds", "null_id"),
    ]


def test_the_shop_is_named_by_a_variable_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "mode", lambda: "live")
    monkeypatch.delenv("SHOPIFY_BASE_URL", raising=False)
    monkeypatch.delenv("SHOPIFY_STORE_DOMAIN", raising=False)
    with pytest.raises(config.ConfigError, match=r"set SHOPIFY_STORE_DOMAIN in \.env"):
        config.base_url("shopify")
    monkeypatch.setenv("SHOPIFY_STORE_DOMAIN", "shop.example.org")
    assert config.base_url("shopify") == "https://shop.example.org"
    for wrong in ("https://shop.example.org", "shop.example.org/x", "a@b", "a:1", "a#"):
        monkeypatch.setenv("SHOPIFY_STORE_DOMAIN", wrong)
        with pytest.raises(config.ConfigError, match="must be a name alone"):
            config.base_url("shopify")


def test_the_shop_is_asked_with_its_own_header(vendor: Vendor) -> None:
    run("shopify")
    headers = vendor.requests[0].headers
    assert headers["X-Shopify-Access-Token"] == config.SANDBOX_KEY
    assert "Authorization" not in headers
    assert vendor.requests[0].path == "/shopify/admin/api/2025-10/orders.json"
