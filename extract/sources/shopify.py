"""Shopify, the web shop: orders, their refunds and movements of money, customers and products.

Facts from the vendor's API of 2025-10: REST lists name the next page in the `Link` header, whose
`page_info` may be sent with nothing but `limit`; they can be asked for what changed. Refunds and
transactions are read by GraphQL, which gives them for many orders at once where REST would need a
call per order at two calls a second. GraphQL says in a 200 that it was asked too fast, and what it
can bear. Without the scope `read_all_orders` the vendor shows sixty days of orders only.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

from requests import Request, Response

from extract.api import (
    Api,
    BrokenAnswer,
    LostPlace,
    Page,
    SourceError,
    UnreadableAnswer,
    connect,
    lies_at,
    origin,
    wait_as_asked,
)
from extract.config import System, midnight
from extract.exact_json import Number
from extract.paging import Continued

SYSTEM = System(
    base_url="https://{SHOPIFY_STORE_DOMAIN}",
    key_variable="SHOPIFY_ADMIN_TOKEN",
    key_from="Shopify under Settings > Apps > Develop apps > Admin API access token",
    probe="admin/api/2025-10/customers/count.json",
    key_header="X-Shopify-Access-Token",
    authorization="{key}",
)

API = "admin/api/2025-10"
PAGE_SIZE = 250
PARAMS: dict[str, dict[str, str]] = {
    "orders": {"status": "any", "order": "updated_at asc"},
    "customers": {"order": "updated_at asc"},
    "products": {},
}

# What hangs on an order: how many orders a question may hold, and what it asks of each.
MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
CHILDREN = {
    "refunds": (
        10,
        f"""refunds {{
          id legacyResourceId createdAt updatedAt note totalRefundedSet {MONEY}
          refundLineItems(first: 50) {{
            pageInfo {{ hasNextPage }}
            nodes {{ id quantity restockType lineItem {{ id }}
              subtotalSet {MONEY} totalTaxSet {MONEY} }}
          }}
          transactions(first: 20) {{ nodes {{ id kind status amountSet {MONEY} }} }}
        }}""",
    ),
    "transactions": (
        50,
        f"""transactions {{
          id kind status gateway errorCode test createdAt processedAt
          amountSet {MONEY} parentTransaction {{ id }}
        }}""",
    ),
}
QUESTION = """query ($first: Int!, $after: String, $query: String) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes { id legacyResourceId %s }
  }
}"""


class ByLink(Continued):
    """Only `page_info` is taken from a link, and only from one to the same host."""

    def next_place(self, response: Response) -> Any:
        """The `page_info` of the link to the next page.

        Raises BrokenAnswer when that link leads elsewhere.
        """
        link = response.links.get("next", {}).get("url")
        if link is None:
            return None
        if origin(link) != origin(response.url):
            raise BrokenAnswer("a next page on another host, which was refused", response)
        return parse_qs(urlsplit(link).query).get("page_info", [""])[0]

    def ask(self, request: Request, place: str) -> None:
        """The page alone: the question is in it."""
        request.params = {"limit": PAGE_SIZE, "page_info": place}


class ByEndCursor(Continued):
    """GraphQL's way: the end of one page is a variable of the next question."""

    def next_place(self, response: Response) -> Any:
        """The end of the page, if there is more."""
        info = lies_at(response.json(), "data.orders.pageInfo")
        return (info.get("endCursor") or "") if info.get("hasNextPage") else None

    def ask(self, request: Request, place: str) -> None:
        """The same question after the end of the last page."""
        if request.json:
            request.json["variables"]["after"] = place


def pull(table: str, start: date | None) -> Iterator[Page]:
    """Pages of one table, changed since local midnight of `start`; all when it is None."""
    api = connect("shopify")
    since = f"{midnight(start):%Y-%m-%dT%H:%M:%SZ}" if start else None
    if table in CHILDREN:
        yield from children_of_orders(api, table, since)
        return
    params = {"limit": PAGE_SIZE, **PARAMS[table]} | ({"updated_at_min": since} if since else {})
    yield from api.pages(table, f"{API}/{table}.json", params, ByLink(), rows_at=table)


def children_of_orders(api: Api, table: str, since: str | None) -> Iterator[Page]:
    """What hangs on the orders that changed, with the order's number."""
    many, fields = CHILDREN[table]
    variables = {"first": many, "query": f"updated_at:>='{since}'" if since else None}
    pages = api.pages(
        table,
        f"{API}/graphql.json",
        {},
        ByEndCursor(),
        rows_at="data.orders.nodes",
        refuse=refuse_errors,
        post={"query": QUESTION % fields, "variables": variables},
    )
    for page in pages:
        yield Page([row for order in page.rows for row in children(order, table)])


def children(order: Any, table: str) -> list[Any]:
    """The rows that hang on one order; what is no order becomes a row without id, to be refused.

    Raises SourceError for a refund of more lines than one question holds.
    """
    rows = order.get(table) if isinstance(order, dict) else None
    if not isinstance(rows, list):
        return [{"order": order}]
    for row in rows:
        if lies_at(row, "refundLineItems.pageInfo.hasNextPage"):
            raise SourceError(
                f"shopify: a refund of order {order.get('legacyResourceId')} has more lines than "
                "are asked for: raise refundLineItems in extract/sources/shopify.py"
            )
    number = order.get("legacyResourceId")
    return [flat(row) | {"order_id": number} if isinstance(row, dict) else row for row in rows]


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row with column names as everywhere here, and inner lists without their page."""
    return {
        re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name): (
            value["nodes"] if isinstance(value, dict) and "nodes" in value else value
        )
        for name, value in row.items()
    }


def refuse_errors(body: dict[str, Any], response: Response) -> None:
    """GraphQL's errors come in a 200; one that was asked too fast says when it can bear more."""
    errors = body.get("errors")
    codes = [str(lies_at(error, "extensions.code")) for error in errors or []]
    if "THROTTLED" in codes:
        cost = lies_at(body, "extensions.cost")
        needed = as_float(lies_at(cost, "requestedQueryCost"))
        there = as_float(lies_at(cost, "throttleStatus.currentlyAvailable"))
        rate = as_float(lies_at(cost, "throttleStatus.restoreRate"))
        if rate:
            wait_as_asked(response, (needed - there) / rate)
        raise UnreadableAnswer("an answer that asks to wait", response)
    if errors:
        known = [code for code in codes if re.fullmatch("[A-Za-z_]+", code)]
        kind = LostPlace if "INVALID_CURSOR" in codes else BrokenAnswer
        raise kind(f"the error {known[0]}" if known else "an error without code", response)
    if not isinstance(lies_at(body, "data.orders.pageInfo.hasNextPage"), bool):
        raise UnreadableAnswer("an answer without `hasNextPage`", response)


def as_float(value: Any) -> float:
    """A number of an answer, whose fractions are kept as they were written."""
    return float(value.encoded_json if isinstance(value, Number) else value or 0)
