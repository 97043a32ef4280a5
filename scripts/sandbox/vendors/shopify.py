"""Shopify, the web shop, as its Admin API 2025-10: orders, customers, products, refunds,
transactions, over REST, and orders and customers over GraphQL; customers may be written.

Objects are in `_shopify_objects.py`, customers in `_shopify_customers.py`, what programs write in
`_shopify_writes.py`, GraphQL in `_shopify_graphql.py`. This file holds the lists and the API: pages
by `Link` header, whose `page_info` takes no other filters; the header that counts calls; a bucket
of 40 calls that leaks 2 a second, and one of 2,000 points for GraphQL that gains 100, which refuse
only where SANDBOX_LIMITS is 1. Leaves out everything else that writes.
"""

import base64
import json
import os
import re
import time
from datetime import datetime
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlencode

from scripts.sandbox import moments
from scripts.sandbox.journal import open_journal
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Payment
from scripts.sandbox.vendors import _shopify_graphql as graphql
from scripts.sandbox.vendors import _shopify_nodes as nodes
from scripts.sandbox.vendors._shopify_customers import Customers
from scripts.sandbox.vendors._shopify_objects import Objects
from scripts.sandbox.vendors._shopify_products import products
from scripts.sandbox.vendors._shopify_writes import Writer, read_gid, rest_errors, rest_input
from scripts.sandbox.vendors.base import KEY, Answer, Record, Request, Row, Vendor, page_size

VERSION = "2025-10"
LISTS = ("orders", "customers", "products", "refunds", "transactions")
TIMES = {
    f"{name}_{end}": (name, end)
    for name in ("created_at", "updated_at", "processed_at")
    for end in ("min", "max")
}
FULFILLED = {"shipped": True, "fulfilled": True, "unshipped": False, "unfulfilled": False}
STATES = ("open", "closed", "cancelled", "any")
PAGINATION = "See https://shopify.dev/docs/api/usage/pagination-rest for more information."
REFUSALS = {
    401: "[API] Invalid API key or access token (unrecognized login or wrong password)",
    403: "[API] This action requires merchant approval for read_orders scope.",
    404: "Not Found",
    429: "Exceeded 2 calls per second for api client. Reduce request rates to resume "
    "uninterrupted service.",
}


class Refusal(Exception):
    """A request that Shopify answers with `errors`."""

    def __init__(self, errors: Any, status: int = 400) -> None:
        """A refusal with a status."""
        super().__init__(str(errors))
        self.answer = Answer(status, {"errors": errors})


class View(Vendor):
    """Shopify's lists as of the clock."""

    name, base_path, rows = "shopify", "/shopify", "orders"

    def __init__(self, ledger: Ledger) -> None:
        """Objects by ledger key; lists when first asked for."""
        self.ledger, self.objects = ledger, Objects(ledger)
        self.accounts = ledger.of("shopify")
        self._calls, self._points, self._since = 0.0, graphql.FULL, time.monotonic()

    @property
    def tables(self) -> dict[str, list[Row]]:
        """Every list in the order of creation; a deleted customer is gone, the orders stay."""
        return self._sold | {"customers": list(self.writer.customers.listed.values())}

    @cached_property
    def _sold(self) -> dict[str, list[Row]]:
        """Orders and products, which nobody writes."""
        return {
            "orders": [self.objects.order(one) for one in self.objects.orders],
            "products": products(self.objects),
        }

    @cached_property
    def writer(self) -> Writer:
        """The customers, and what programs wrote."""
        people, journal = Customers(self.objects, self.accounts), open_journal(self.home, self.name)
        found = Writer(people, journal, self.ledger.clock.isoformat())
        found.news()
        return found

    @cached_property
    def _details(self) -> dict[str, dict[str, list[Row]]]:
        """Refunds and transactions of each order."""
        return {
            str(row["id"]): {
                "refunds": row["refunds"],
                "transactions": self.objects.transactions(order),
            }
            for row, order in zip(self._sold["orders"], self.objects.orders, strict=True)
        }

    @cached_property
    def _nodes(self) -> dict[str, Row]:
        return {
            str(row["id"]): nodes.order(row, self._details[str(row["id"])]["transactions"])
            for row in self._sold["orders"]
        }

    # -- the API -----------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """A list, one object, a GraphQL answer, or an error."""
        is_graphql = request.path.endswith("/graphql.json")
        used = self._call(0 if is_graphql else 1)
        found = re.fullmatch(r"/admin/api/\d{4}-\d{2}/(.+)\.json", request.path)
        if request.headers.get("x-shopify-access-token") != KEY:
            answer = Answer(401, {"errors": REFUSALS[401]})
        elif used > 40:
            answer = self.refused(request, 429, {"Retry-After": "2.0"})
        elif not found:
            answer = Answer(404, {"errors": "Not Found"})
        else:
            try:
                answer = self._routed(request, found.group(1).split("/"))
            except Refusal as refused:
                answer = refused.answer
        answer.headers["X-Shopify-Shop-Api-Call-Limit"] = f"{min(40, int(used))}/40"
        answer.headers["X-Shopify-API-Version"] = VERSION
        return answer

    def _call(self, calls: int) -> float:
        """How full the bucket is with these calls; it refuses nobody unless limits are asked."""
        if os.environ.get("SANDBOX_LIMITS") != "1":
            return 1.0
        now = time.monotonic()
        self._calls = max(0.0, self._calls - 2.0 * (now - self._since))
        self._points += graphql.PER_SECOND * (now - self._since)
        self._points = min(graphql.FULL, self._points)
        self._since = now
        if self._calls + calls > 40:
            return 41.0
        self._calls += calls
        return self._calls

    def _graphql(self, body: Any) -> Answer:
        """A GraphQL answer, paid for with points."""
        is_limited = os.environ.get("SANDBOX_LIMITS") == "1"
        available = self._points if is_limited else graphql.FULL
        answer, cost = graphql.answer(body, self._roots(), available)
        self._points -= cost if is_limited else 0
        return Answer(200, answer)

    def _routed(self, request: Request, parts: list[str]) -> Answer:
        self.writer.news()
        if parts == ["graphql"]:
            if request.method != "POST":
                raise Refusal("Not Found", 404)
            return self._graphql(request.body)
        if request.method == "POST" and parts == ["customers"]:
            return self._create(request.body)
        if request.method != "GET":
            raise Refusal("Not Found", 404)
        query = dict(request.query)
        match parts:
            case ["orders" | "customers" | "products" as table]:
                return self._list(table, query, request)
            case ["orders" | "customers" | "products" as table, "count"]:
                return Answer(200, {"count": len(self._filtered(table, query))})
            case ["orders" | "customers" | "products" as table, code]:
                row = next((one for one in self.tables[table] if str(one["id"]) == code), None)
                if row is None:
                    raise Refusal("Not Found", 404)
                return Answer(200, {table[:-1]: only([row], query)[0]})
            case ["orders", code, "refunds" | "transactions" as table]:
                if code not in self._details:
                    raise Refusal("Not Found", 404)
                rows = self._details[code][table]
                return Answer(200, {table: only(rows, query)})
        raise Refusal("Not Found", 404)

    def _create(self, body: Any) -> Answer:
        """POST customers.json: 201 and the customer, or 422 and what is wrong."""
        given = body.get("customer") if isinstance(body, dict) else None
        if not isinstance(given, dict):
            raise Refusal({"customer": "Required parameter missing or invalid"})
        code, wrong = self.writer.create(rest_input(given))
        if code is None:
            raise Refusal(rest_errors(wrong), 422)
        return Answer(201, {"customer": self.writer.customers.listed[code]})

    def _roots(self) -> dict[str, Row]:
        people = self.writer.customers

        def customer(asked: Row) -> Row | None:
            kind, code = read_gid(asked.get("id"))
            return people.node(code) if kind == "Customer" else None

        def customers() -> graphql.Connection:
            listed = [one for code in people.listed if (one := people.node(code)) is not None]
            return graphql.Connection(listed, partial(nodes.arrange, "customers"))

        query = {
            "__typename": "QueryRoot",
            "orders": graphql.Connection(
                list(self._nodes.values()), partial(nodes.arrange, "orders")
            ),
            "customers": customers,
            "customer": graphql.Computed(customer, ("id",)),
            "shop": {"__typename": "Shop", "name": "Basin Climbing and Fitness",
                     "currencyCode": "USD", "ianaTimezone": "America/Chicago"},
        }  # fmt: skip
        return {"query": query, "mutation": self.writer.root}

    def _list(self, table: str, query: dict[str, str], request: Request) -> Answer:
        """A page; the second and later ones are asked for by the `Link` of the one before."""
        size = query.get("limit", "50")
        if not size.isdigit() or not 1 <= int(size) <= 250:
            raise Refusal({"limit": ["must be between 1 and 250"]})
        asked, first = query, 0
        if "page_info" in query:
            for name in sorted(query.keys() - {"page_info", "limit", "fields"}):
                raise Refusal({name: f"{name} cannot be passed. {PAGINATION}"})
            asked, first = self._page_info(query["page_info"], table)
        rows = self._filtered(table, asked)
        count = page_size(int(size))
        links = []
        base = f"{request.root}{self.base_path}{request.path}"
        kept = {name: query[name] for name in ("limit", "fields") if name in query}
        if first:
            links.append((max(0, first - count), "previous"))
        if first + count < len(rows):
            links.append((first + count, "next"))
        headers = {}
        if links:
            headers["Link"] = ", ".join(
                f"<{base}?{urlencode({**kept, 'page_info': self._mark(table, asked, place)})}>; "
                f'rel="{which}"'
                for place, which in links
            )
        return Answer(200, {table: only(rows[first : first + count], query)}, headers)

    def _mark(self, table: str, asked: dict[str, str], place: int) -> str:
        filters = {name: value for name, value in asked.items() if name not in ("limit", "fields")}
        text = json.dumps([table, self.ledger.clock.isoformat(), place, filters])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _page_info(self, given: str, table: str) -> tuple[dict[str, str], int]:
        try:
            found = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
            of, day, place, asked = found
        except ValueError:
            of = day = ""
        if (of, day) != (table, self.ledger.clock.isoformat()):
            raise Refusal({"page_info": "Invalid value."})
        return asked, place

    def _filtered(self, table: str, query: dict[str, str]) -> list[Row]:
        rows = self.tables[table]
        if table == "orders":
            state = query.get("status", "open")
            if state not in STATES:
                raise Refusal({"status": "Invalid value."})
            rows = [row for row in rows if state in ("any", state_of(row))]
            wanted = query.get("financial_status", "any")
            if wanted != "any":
                rows = [row for row in rows if row["financial_status"] in wanted.split(",")]
            sent = query.get("fulfillment_status", "any")
            if sent in FULFILLED:
                is_sent = FULFILLED[sent]
                rows = [row for row in rows if bool(row["fulfillment_status"]) == is_sent]
            if "name" in query:
                rows = [row for row in rows if row["name"] == query["name"]]
        for name, value in query.items():
            if name in TIMES:
                column, end = TIMES[name]
                edge = instant(value, name)
                rows = [
                    row
                    for row in rows
                    if row.get(column)
                    and (
                        datetime.fromisoformat(row[column]) >= edge
                        if end == "min"
                        else datetime.fromisoformat(row[column]) <= edge
                    )
                ]
        if query.get("ids"):
            ids = set(query["ids"].split(","))
            rows = [row for row in rows if str(row["id"]) in ids]
        if query.get("since_id", "").isdigit():
            after = int(query["since_id"])
            return sorted(
                (row for row in rows if row["id"] > after), key=lambda row: int(row["id"])
            )
        column, _, direction = query.get("order", "").strip().partition(" ")
        column = column if column in ("created_at", "updated_at", "processed_at", "id") else ""
        is_down = direction.lower() == "desc" if column else table == "orders"
        return sorted(
            rows,
            key=lambda row: (sortable(row, column or "created_at"), row["id"]),
            reverse=is_down,
        )

    def refusal(self, status: int) -> Any:
        """Shopify's `errors` for a status."""
        return {"errors": REFUSALS.get(status, "Internal Server Error")}

    def refused(self, request: Request, status: int, headers: dict[str, str]) -> Answer:
        """An error answer; GraphQL says that it is throttled with status 200."""
        if status == 429 and request.path.endswith("/graphql.json"):
            return Answer(200, graphql.throttled())
        return super().refused(request, status, headers)

    def rows_of(self, body: Any) -> list[Row] | None:
        """Whichever list an answer holds, GraphQL's nodes included."""
        if not isinstance(body, dict):
            return None
        found = next((body[name] for name in LISTS if isinstance(body.get(name), list)), None)
        data = body.get("data")
        if found is None and isinstance(data, dict):
            for value in data.values():
                if isinstance(value, dict) and isinstance(value.get("nodes"), list):
                    return value["nodes"]  # type: ignore[no-any-return]
        return found

    def is_later_page(self, request: Request) -> bool:
        """A `page_info`, or a cursor in GraphQL's variables."""
        body = request.body if isinstance(request.body, dict) else {}
        values = list((body.get("variables") or {}).values())
        is_after = any(isinstance(one, str) and is_cursor(one) for one in values)
        return "page_info" in dict(request.query) or is_after

    def expired_cursor(self) -> Answer:
        """A `page_info` that is no longer known."""
        return Answer(400, {"errors": {"page_info": "Invalid value."}})

    def received(self) -> list[Row]:
        """What programs told the shop, in order."""
        self.writer.news()
        return self.writer.journal.entries

    def holds(self) -> Row:
        """What stands of it."""
        self.writer.news()
        return {"customers": self.writer.customers.held()}

    # -- the truth ---------------------------------------------------------------------

    def records(self) -> list[Record]:
        """Customers, deleted ones included (their orders name them), and orders of guests."""
        build, found = self.objects, []
        for account in self.accounts:
            row = build.customer(account)
            found.append(
                Record(
                    f"shopify:customer:{row['id']}",
                    "shopify",
                    account.person,
                    account.key,
                    f"{row['first_name'] or ''} {row['last_name'] or ''}".strip() or None,
                    row["email"],
                    row["phone"],
                )
            )
        for one in build.orders:
            if one.account is None:
                given, family, email = build.guest(one)
                name = f"{given} {family}".strip()
                key = f"shopify:order:{build.order_id(one)}"
                origin = f"payment:{one.key}"
                found.append(Record(key, "shopify", one.payer, origin, name, email, None))
        return found

    def keys(self) -> dict[str, str]:
        """Accounts -> `shopify:customer:<id>`, guests' orders -> `shopify:order:<id>`."""
        build = self.objects
        found = {one.key: f"shopify:customer:{build.customer_id(one)}" for one in self.accounts}
        for one in build.orders:
            if one.account is None:
                found[f"payment:{one.key}"] = f"shopify:order:{build.order_id(one)}"
        return found

    def payment_keys(self) -> dict[str, str]:
        """Orders -> `shopify:order:<id>`."""
        return {
            one.key: f"shopify:order:{self.objects.order_id(one)}" for one in self.objects.orders
        }

    def fee(self, payment: Payment) -> int:
        """What Shopify Payments kept of an order, in cents."""
        return self.objects.fee(payment)

    def refund_keys(self) -> dict[str, str]:
        """Refunds -> `shopify:refund:<id>`."""
        return {
            back.key: f"shopify:refund:{self.objects.refund_id(back)}"
            for one in self.objects.orders
            for back in one.refunds
        }

    def line_keys(self) -> dict[str, str]:
        """Lines -> the id of the line item."""
        return {
            line.key: str(self.objects.line_id(line))
            for one in self.objects.orders
            for line in one.lines
        }


def only(rows: list[Row], query: dict[str, str]) -> list[Row]:
    """Rows with the asked `fields`, all of them if none are named."""
    fields = [one.strip() for one in query.get("fields", "").split(",") if one.strip()]
    if not fields:
        return rows
    return [{name: row[name] for name in fields if name in row} for row in rows]


def state_of(row: Row) -> str:
    """Whether an order is open, closed or cancelled."""
    return "cancelled" if row["cancelled_at"] else "closed" if row["closed_at"] else "open"


def sortable(row: Row, column: str) -> Any:
    """A column's value for sorting: instants with different offsets by what they mean."""
    return row["id"] if column == "id" else datetime.fromisoformat(row[column])


def instant(text: str, name: str) -> datetime:
    """An ISO 8601 instant, on the shop's clock where it carries no offset."""
    plain = re.sub(r"(T\S+) (\d\d:\d\d)$", r"\1+\2", text)
    try:
        found = datetime.fromisoformat(plain)
    except ValueError:
        raise Refusal({name: "Invalid value."}) from None
    return found if found.tzinfo else found.replace(tzinfo=moments.ZONE)


def is_cursor(text: str) -> bool:
    """Whether a text is a GraphQL cursor of this shop."""
    try:
        return base64.b64decode(text, validate=True).startswith(b'{"last_id"')
    except ValueError:
        return False
