"""What goes back at the desk: the money, and apart from it the discount that it was sold with."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from extract.contract import read_contract
from tests.behaviour.alone import make
from tests.behaviour.days import Days

ORDER = "return-1"


def line(total: int, discount: int, tax: int, sold: str | None = "line-1") -> dict[str, Any]:
    """A line that came back, in cents, as Square writes it."""
    money = {"total_money": total, "total_discount_money": discount, "total_tax_money": tax}
    return {
        "source_line_item_uid": sold,
        "name": "Chalk",
        **{name: {"amount": cents, "currency": "USD"} for name, cents in money.items()},
    }


def refunded(
    days: Days, lines: list[dict[str, Any]], *refunds: tuple[str, int, str]
) -> list[tuple[Any, ...]]:
    """Amount, tax and discount of the refunds (id, cents, status) of one return."""
    columns = read_contract("square")["orders"].columns
    days.connection.execute("create schema if not exists raw_square")
    days.put("raw_square.orders", ", ".join(f"{c.name} {c.data_type}" for c in columns))
    days.connection.execute(
        "insert into raw_square.orders (id, returns) values (?, ?)",
        [ORDER, json.dumps([{"source_order_id": "sale-1", "return_line_items": lines}])],
    )
    days.put(
        "staging.stg_square__refunds",
        "refund_id varchar, payment_id varchar, order_id varchar, refund_status varchar,"
        " refund_reason varchar, currency varchar, amount_refunded decimal(18, 2),"
        " created_at timestamp",
        *(
            (name, name, ORDER, status, None, "USD", Decimal(cents) / 100, datetime(2026, 1, 20))
            for name, cents, status in refunds
        ),
    )
    days.put("staging.stg_square__payments", "payment_id varchar, square_customer_id varchar")
    make(days.connection, days.compiled, "staging/square/stg_square__return_lines")
    make(days.connection, days.compiled, "intermediate/payments/int_refund__square")
    return days.rows(
        "select refund_id, amount::double, tax::double, discount::double"
        " from intermediate.int_refund__square order by refund_id"
    )


@pytest.mark.parametrize(
    ("lines", "refunds", "expected"),
    [
        pytest.param(
            [line(1948, 200, 148), line(1000, 0, 76, "line-2")],
            [("a", 2948, "COMPLETED")],
            [(29.48, 2.24, 2.0)],
            id="goods with their own tax and discount",
        ),
        pytest.param(
            [line(1948, 200, 148)],
            [("a", 1000, "COMPLETED"), ("b", 948, "COMPLETED"), ("c", 948, "FAILED")],
            [(10.0, 0.76, 1.03), (9.48, 0.72, 0.97), (9.48, 0.72, 0.0)],
            id="one return that goes back in two ways has its discount once",
        ),
        pytest.param(
            [line(500, 100, 38, None)],
            [("a", 500, "COMPLETED")],
            [(5.0, 0.38, 0.0)],
            id="money alone has no discount",
        ),
    ],
)
def test_a_refund_carries_the_discount_of_what_came_back(
    days: Days,
    lines: list[dict[str, Any]],
    refunds: list[tuple[str, int, str]],
    expected: list[tuple[float, ...]],
) -> None:
    found = refunded(days, lines, *refunds)
    assert found == [
        (f"square:refund:{name}", *row) for (name, _, _), row in zip(refunds, expected, strict=True)
    ]
