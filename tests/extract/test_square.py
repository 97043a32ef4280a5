"""What of Square arrives in raw, however it pages, and what of a bad day does not."""

from typing import Any

from tests.extract.conftest import Answer, Request, Vendor, query, run, whole

OLD, NEW = "2025-06-01T10:00:00.000Z", "2026-01-30T10:00:00.000Z"


def at_the_desk(vendor: Vendor, count: int = 20) -> None:
    """Two places, and payments and orders at both of them, half of them long unchanged."""
    vendor.lists["square/locations"] = [{"id": "L1"}, {"id": "L2", "status": "INACTIVE"}]
    for name in ("payments", "orders", "refunds"):
        vendor.lists[f"square/{name}"] = [
            {
                "id": f"{name}_{number}",
                "location_id": f"L{number % 2 + 1}",
                "updated_at": OLD if number < count / 2 else NEW,
            }
            for number in range(count)
        ]


def asked(vendor: Vendor, name: str) -> list[dict[str, Any]]:
    """The questions about one list, in the query or in the body."""
    return [
        one.query if one.body is None else one.body
        for one in vendor.requests
        if one.path == f"/square/v2/{name}"
    ]


def test_every_place_and_every_page_is_read_however_small_the_pages_are(vendor: Vendor) -> None:
    at_the_desk(vendor, 40)
    vendor.lists["square/objects"] = [{"id": f"o{number}", "type": "ITEM"} for number in range(15)]
    vendor.page_cap = 7
    assert run("square").results["square"].ok
    for name in ("payments", "orders", "refunds"):
        assert query(
            f"select location_id, count(*), count(distinct id) from raw_square.{name}"
            " group by all order by all"
        ) == [("L1", 20, 20), ("L2", 20, 20)]
    assert query("select count(*) from raw_square.catalog_objects") == [(15,)]
    payments = asked(vendor, "payments")
    assert [(one["location_id"], one.get("cursor")) for one in payments] == [
        (place, cursor) for place in ("L1", "L2") for cursor in (None, "7", "14")
    ]
    searches = asked(vendor, "orders/search")
    assert {str(one["location_ids"]) for one in searches} == {"['L1', 'L2']"}
    assert len({str(one["query"]) for one in searches}) == 1


def test_the_directory_is_read_page_by_page(vendor: Vendor) -> None:
    vendor.lists["square/customers"] = [
        {"id": f"c{number}", "group_ids": ["g1"]} for number in range(20)
    ]
    vendor.lists["square/groups"] = [{"id": f"g{number}", "name": "x"} for number in range(9)]
    vendor.page_cap = 7
    assert run("square").results["square"].ok
    assert query("select count(distinct id), min(group_ids) from raw_square.customers") == [
        (20, '["g1"]')
    ]
    assert query("select count(*) from raw_square.customer_groups") == [(9,)]
    assert asked(vendor, "customers")[0] == {
        "limit": "100",
        "sort_field": "CREATED_AT",
        "sort_order": "ASC",
    }


def test_an_order_search_asks_for_ten_places_at_most(vendor: Vendor) -> None:
    vendor.lists["square/locations"] = [{"id": f"L{number}"} for number in range(23)]
    vendor.lists["square/orders"] = [
        {"id": f"o{number}", "location_id": f"L{number}", "updated_at": NEW} for number in range(23)
    ]
    assert run("square").results["square"].ok
    assert [len(one["location_ids"]) for one in asked(vendor, "orders/search")] == [10, 10, 3]
    assert query("select count(*) from raw_square.orders") == [(23,)]


def test_the_next_day_asks_for_what_changed_and_sorts_by_it(vendor: Vendor) -> None:
    at_the_desk(vendor)
    run("square", as_of="2026-01-29")
    assert {one["updated_at_begin_time"] for one in asked(vendor, "payments")} == {
        "2009-01-01T00:00:00Z"
    }
    vendor.requests.clear()
    found = run("square", as_of="2026-01-30")
    assert {table.table: table.rows for table in found.results["square"].tables} == {
        "locations": 2,
        "payments": 10,
        "orders": 10,
        "refunds": 10,
        "catalog_objects": 0,
        "customers": 0,
        "customer_groups": 0,
    }
    for name in ("payments", "refunds"):
        assert asked(vendor, name)[0] == {
            "location_id": "L1",
            "updated_at_begin_time": "2026-01-26T06:00:00Z",
            "sort_field": "UPDATED_AT",
            "sort_order": "ASC",
            "limit": "100",
        }
    assert asked(vendor, "orders/search") == [
        {
            "location_ids": ["L1", "L2"],
            "limit": 500,
            "query": {
                "filter": {
                    "date_time_filter": {"updated_at": {"start_at": "2026-01-26T06:00:00Z"}}
                },
                "sort": {"sort_field": "UPDATED_AT", "sort_order": "ASC"},
            },
        }
    ]
    assert query("select count(*) from raw_square.payments") == [(20,)]


def test_an_answer_without_its_list_is_an_empty_list(vendor: Vendor) -> None:
    assert whole({})[2] == b"{}"
    vendor.lists["square/locations"] = [{"id": "L1"}]
    result = run("square").results["square"]
    assert result.ok
    assert {table.table: table.rows for table in result.tables}["payments"] == 0


def test_an_answer_with_errors_is_never_an_empty_list(vendor: Vendor) -> None:
    at_the_desk(vendor)
    errors = whole({"errors": [{"category": "API_ERROR", "code": "INTERNAL_SERVER_ERROR"}]})
    vendor.faults["payments"] = lambda request: errors
    result = run("square").results["square"]
    assert result.error_sentence == (
        "square: payments could not be read, it got an answer with errors 5 times: run again later"
    )


def test_a_page_sent_instead_of_another_is_asked_for_again(vendor: Vendor) -> None:
    at_the_desk(vendor, 40)
    vendor.page_cap = 7
    once = iter([True])

    def first_page_again(request: Request) -> Answer | None:
        if request.query.get("cursor") == "7" and next(once, False):
            rows = [row for row in vendor.lists["square/payments"] if row["location_id"] == "L1"]
            return whole({"payments": rows[:7], "cursor": "14"})
        return None

    vendor.faults["payments"] = first_page_again
    assert run("square").results["square"].ok
    assert query("select count(*) from raw_square.payments") == [(40,)]


def test_a_cursor_that_leads_in_a_circle_ends_the_source(vendor: Vendor) -> None:
    at_the_desk(vendor)
    row = vendor.lists["square/payments"][0]
    for circle in (whole({"payments": [row], "cursor": "x"}), whole({"cursor": "x"})):
        vendor.requests.clear()
        vendor.faults["payments"] = lambda request, circle=circle: circle  # type: ignore[misc]
        result = run("square").results["square"]
        assert "the same page again and again" in str(result.error_sentence)
        assert len(asked(vendor, "payments")) <= 6


def test_bad_rows_of_square_are_put_aside_and_the_rest_loads(vendor: Vendor) -> None:
    vendor.lists["square/locations"] = [{"id": "L1"}]
    vendor.lists["square/objects"] = [{"id": "c1"}, {"id": None}, "text"]
    vendor.lists["square/orders"] = [
        {"id": "o1", "location_id": "L1", "updated_at": NEW, "line_items": [{"uid": "u"}]},
        {"id": "o2", "location_id": "L1", "updated_at": NEW, "version": "two"},
    ]
    assert run("square").results["square"].ok
    assert query("select id, line_items from raw_square.orders") == [("o1", '[{"uid":"u"}]')]
    assert query(
        "select table_name, reason, column_name from raw_square.rejected order by all"
    ) == [
        ("catalog_objects", "not_an_object", None),
        ("catalog_objects", "null_id", "id"),
        ("orders", "wrong_type", "version"),
    ]
    vendor.lists["square/locations"].append({"id": None})
    assert "locations has a row without a proper id" in str(
        run("square").results["square"].error_sentence
    )


def test_square_is_asked_with_its_version_and_key(vendor: Vendor) -> None:
    run("square")
    headers = vendor.requests[0].headers
    assert headers["Square-Version"] == "2025-08-20"
    assert headers["Authorization"] == "Bearer sandbox-only-not-a-secret"
