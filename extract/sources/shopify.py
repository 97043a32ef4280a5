"""Shopify, the web shop: orders, their refunds and movements of money with what those cost,
customers with what programs noted of them, and products.

Facts from the vendor's API of 2025-10: REST lists name the next page in the `Link` header, whose
`page_info` may be sent with nothing but `limit`; they can be asked for what changed. Refunds,
transactions and metafields are read by GraphQL, which gives them for many orders or customers at
once where REST would need a call for each at two calls a second. GraphQL says in a 200 that it was
asked too fast, and what it can bear. Without the scope `read_all_orders` the vendor shows sixty
days of orders only.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
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

MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"


@dataclass(frozen=True)
class Children:
    """What hangs on the rows of a list: how many a question may hold, what it asks of each, where
    that lies, and the column for the parent's number."""

    parents: str
    many: int
    fields: str
    lies_at: str
    parent_column: str


CHILDREN = {
    "refunds": Children(
        "orders",
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
        "refunds",
        "order_id",
    ),
    "transactions": Children(
        "orders",
        50,
        f"""transactions {{
          id kind status gateway errorCode test createdAt processedAt
          amountSet {MONEY} parentTransaction {{ id }}
          fees {{ id type amount {{ amount currencyCode }} }}
        }}""",
        "transactions",
        "order_id",
    ),
    "customer_metafields": Children(
        "customers",
        25,
        """metafields(first: 30) {
          pageInfo { hasNextPage }
          nodes { id namespace key type value createdAt updatedAt }
        }""",
        "metafields.nodes",
        "customer_id",
    ),
}
QUESTION = """query ($first: Int!, $after: String, $query: String) {
  %s(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
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

    def __init__(self, parents: str) -> None:
        """Start at the first page of a list."""
        super().__init__()
        self.parents = parents

    def next_place(self, response: Response) -> Any:
        """The end of the page, if there is more."""
        info = lies_at(response.json(), f"data.{self.parents}.pageInfo")
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
        yield from children_of(api, table, CHILDREN[table], since)
        return
    params = {"limit": PAGE_SIZE, **PARAMS[table]} | ({"updated_at_min": since} if since else {})
    yield from api.pages(table, f"{API}/{table}.json", params, ByLink(), rows_at=table)


def children_of(api: Api, table: str, kind: Children, since: str | None) -> Iterator[Page]:
    """What hangs on the orders or customers that changed, with their number."""
    variables = {"first": kind.many, "query": f"updated_at:>='{since}'" if since else None}
    pages = api.pages(
        table,
        f"{API}/graphql.json",
        {},
        ByEndCursor(kind.parents),
        rows_at=f"data.{kind.parents}.nodes",
        refuse=partial(refuse_errors, kind.parents),
        post={"query": QUESTION % (kind.parents, kind.fields), "variables": variables},
    )
    for page in pages:
        yield Page([row for parent in page.rows for row in children(parent, kind)])


def children(parent: Any, kind: Children) -> list[Any]:
    """The rows that hang on one order or customer; what is none becomes a row without id, to be
    refused.

    Raises SourceError for more of them, or for a refund of more lines, than one question holds.
    """
    rows = lies_at(parent, kind.lies_at)
    if not isinstance(rows, list):
        return [{kind.parents[:-1]: parent}]
    number, name = parent.get("legacyResourceId"), kind.parents[:-1]
    refuse_more(parent, kind.lies_at.partition(".")[0], f"{name} {number}")
    for row in rows:
        refuse_more(row, "refundLineItems", f"a refund of {name} {number}")
    return [
        flat(row) | {kind.parent_column: number} if isinstance(row, dict) else row for row in rows
    ]


def refuse_more(row: Any, list_name: str, where: str) -> None:
    """Raise SourceError when an inner list has more rows than were asked for."""
    if lies_at(row, f"{list_name}.pageInfo.hasNextPage"):
        raise SourceError(
            f"shopify: {where} has more {list_name} than are asked for: raise their number in "
            "extract/sources/shopify.py"
        )


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row with column names as everywhere here, and inner lists without their page."""
    return {
        re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name): (
            value["nodes"] if isinstance(value, dict) and "nodes" in value else value
        )
        for name, value in row.items()
    }


def refuse_errors(parents: str, body: dict[str, Any], response: Response) -> None:
    """A page of a list has to say whether there is another one."""
    refuse_query(body, response)
    if not isinstance(lies_at(body, f"data.{parents}.pageInfo.hasNextPage"), bool):
        raise UnreadableAnswer("an answer without `hasNextPage`", response)


def refuse_query(body: dict[str, Any], response: Response) -> None:
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


def as_float(value: Any) -> float:
    """A number of an answer, whose fractions are kept as they were written."""
    return float(value.encoded_json if isinstance(value, Number) else value or 0)
