"""Square, the till at the front desk, as its OpenAPI of 2025-08: locations, payments, refunds,
orders, catalogue, customers and their groups.

Objects are in `_square_objects.py` and `_square_people.py`; this file holds the lists and the API:
opaque cursors that belong to one query, time filters, a `sort_field` that must be the filtered one,
an array that is left out where it would be empty. No sale has a customer. Leaves out invoices, team
and loyalty.
"""

import base64
import json
from datetime import UTC, datetime
from functools import cached_property
from hashlib import blake2b
from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Payment
from scripts.sandbox.vendors._square_objects import (
    Objects,
    catalogue,
    fee_of,
    location,
    location_id,
)
from scripts.sandbox.vendors._square_people import Copies
from scripts.sandbox.vendors.base import KEY, Answer, Record, Request, Row, Vendor, page_size

LISTS = (
    "orders", "payments", "refunds", "objects", "locations", "order_entries", "customers", "groups",
)  # fmt: skip
VERSION = "2025-08-20"
YEAR = 365 * moments.DAY
CATEGORIES = {401: "AUTHENTICATION_ERROR", 403: "AUTHENTICATION_ERROR", 429: "RATE_LIMIT_ERROR"}
CODES = {401: "UNAUTHORIZED", 403: "FORBIDDEN", 404: "NOT_FOUND", 429: "RATE_LIMITED"}
TIMES = {"CREATED_AT": "created_at", "UPDATED_AT": "updated_at", "CLOSED_AT": "closed_at"}
PARAMETERS = {
    "payments": {
        "begin_time", "end_time", "sort_order", "cursor", "location_id", "total", "last_4",
        "card_brand", "limit", "updated_at_begin_time", "updated_at_end_time", "sort_field",
    },
    "refunds": {
        "begin_time", "end_time", "sort_order", "cursor", "location_id", "status", "source_type",
        "limit", "updated_at_begin_time", "updated_at_end_time", "sort_field",
    },
    "objects": {"cursor", "types", "catalog_version"},
    "customers": {"cursor", "limit", "sort_field", "sort_order", "count"},
    "groups": {"cursor", "limit"},
}  # fmt: skip
LARGEST_PAGES = {"customers": 100, "groups": 50}


class Refusal(Exception):
    """A request that Square answers with an error."""

    def __init__(self, code: str, detail: str, field: str | None = None, status: int = 400) -> None:
        """An error of a status with Square's own code."""
        super().__init__(detail)
        self.answer = error(status, code, detail, field)


class View(Vendor):
    """Square's lists as of the clock."""

    name, base_path, rows = "square", "/square", "orders"

    def __init__(self, ledger: Ledger) -> None:
        """Objects by ledger key; lists when first asked for."""
        self.ledger, self.objects = ledger, Objects(ledger)
        self.tries = [one for one in ledger.payments if one.source == "square"]
        self.sales = [one for one in self.tries if one.lines]
        self.copies = Copies(ledger)

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """Every list in the order of creation."""
        build = self.objects
        payments = [row for one in self.tries if (row := build.payment(one))]
        orders = [build.order(one) for one in self.sales]
        orders += [build.return_order(one, back) for one in self.sales for back in one.refunds]
        refunds = [build.refund(one, back) for one in self.sales for back in one.refunds]
        opened = moments.midnight(self.ledger.settings.start)
        tables = {
            "locations": [
                location(place + 1, opened) for place in range(self.ledger.settings.places)
            ],
            "orders": orders,
            "payments": payments,
            "refunds": refunds,
            "objects": catalogue(self.ledger),
            "customers": self.copies.customers(),
            "groups": self.copies.groups(),
        }
        for name in ("orders", "payments", "refunds"):
            tables[name].sort(key=lambda row: (row["created_at"], row["id"]))
        return tables

    @cached_property
    def _orders(self) -> dict[str, Row]:
        return {row["id"]: row for row in self.tables["orders"]}

    # -- the API -----------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """A list, one object, or an error."""
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or key != KEY:
            answer = error(401, "UNAUTHORIZED", "This request could not be authorized.")
        else:
            try:
                answer = self._routed(request)
            except Refusal as refused:
                answer = refused.answer
        answer.headers["Square-Version"] = request.headers.get("square-version", VERSION)
        return answer

    def _routed(self, request: Request) -> Answer:
        parts, get = request.path.strip("/").split("/"), request.method == "GET"
        match parts:
            case ["v2", "locations"] if get:
                return Answer(200, {"locations": self.tables["locations"]})
            case ["v2", "payments" | "refunds" as table] if get:
                return self._times(table, request)
            case ["v2", "payments" | "refunds" as table, code] if get:
                row = next((one for one in self.tables[table] if one["id"] == code), None)
                return self._one(table[:-1], row)
            case ["v2", "customers"] if get:
                return self._directory("customers", request)
            case ["v2", "customers", "groups"] if get:
                return self._directory("groups", request)
            case ["v2", "customers", code] if get:
                row = next((one for one in self.tables["customers"] if one["id"] == code), None)
                return self._one("customer", row)
            case ["v2", "catalog", "list"] if get:
                return self._catalogue(request)
            case ["v2", "orders", "search"] if request.method == "POST":
                return self._search(request)
            case ["v2", "orders", "batch-retrieve"] if request.method == "POST":
                return self._batch(request)
            case ["v2", "orders", code] if get:
                return self._one("order", self._orders.get(code))
        raise Refusal("NOT_FOUND", "Resource not found.", status=404)

    @staticmethod
    def _one(name: str, row: Row | None) -> Answer:
        if row is None:
            raise Refusal("NOT_FOUND", f"Could not find {name} with the given id.", status=404)
        return Answer(200, {name: row})

    def _times(self, table: str, request: Request) -> Answer:
        """Payments or refunds in a time range."""
        query = dict(request.query)
        for name in query.keys() - PARAMETERS[table]:
            raise Refusal("UNKNOWN_QUERY_PARAMETER", f"Unknown query parameter `{name}`.", name)
        size = whole(query.get("limit", "100"), "limit")
        if size > 100:
            raise Refusal("VALUE_TOO_HIGH", "`limit` must be at most 100.", "limit")
        by = query.get("sort_field", "CREATED_AT")
        if by not in ("CREATED_AT", "UPDATED_AT"):
            raise Refusal("INVALID_ENUM_VALUE", f"`{by}` is not a valid sort_field.", "sort_field")
        is_updated = "updated_at_begin_time" in query or "updated_at_end_time" in query
        since = None if is_updated else stamped(self.ledger.horizon - YEAR)
        rows = between(
            self.tables[table],
            "created_at",
            time_of(query.get("begin_time"), "begin_time") or since,
            time_of(query.get("end_time"), "end_time"),
        )
        rows = between(
            rows,
            "updated_at",
            time_of(query.get("updated_at_begin_time"), "updated_at_begin_time"),
            time_of(query.get("updated_at_end_time"), "updated_at_end_time"),
        )
        if table == "payments":  # without a location, payments are those of the main one
            query = {"location_id": location_id(1), **query}
        for name, column in (
            ("status", "status"),
            ("location_id", "location_id"),
            ("source_type", "destination_type"),
        ):
            if name in query:
                rows = [row for row in rows if row.get(column) == query[name]]
        if "total" in query:
            total = whole(query["total"], "total")
            rows = [row for row in rows if row["total_money"]["amount"] == total]
        for name in ("last_4", "card_brand"):
            if name in query:
                rows = [
                    row
                    for row in rows
                    if row.get("card_details", {}).get("card", {}).get(name) == query[name]
                ]
        rows = ordered(rows, TIMES[by], query.get("sort_order", "DESC"))
        asked = {name: value for name, value in query.items() if name not in ("cursor", "limit")}
        return self._page(table, rows, size, query.get("cursor"), [table, asked])

    def _search(self, request: Request) -> Answer:
        body = self._body(request)
        places = body.get("location_ids") or []
        if not places:
            raise Refusal("MISSING_REQUIRED_PARAMETER", "Missing required parameter.",
                          "location_ids")  # fmt: skip
        if len(places) > 10:
            raise Refusal("ARRAY_LENGTH_TOO_LONG", "At most 10 location ids.", "location_ids")
        known = {location_id(one + 1) for one in range(self.ledger.settings.places)}
        for one in places:
            if one not in known:
                raise Refusal("INVALID_VALUE", f"Location `{one}` is not yours.", "location_ids")
        size = body.get("limit", 500)
        if not isinstance(size, int) or not 1 <= size <= 1_000:
            raise Refusal("INVALID_VALUE", "`limit` must be between 1 and 1000.", "limit")
        query = body.get("query") or {}
        sort = query.get("sort") or {}
        by = sort.get("sort_field", "CREATED_AT")
        if by not in TIMES:
            raise Refusal("INVALID_ENUM_VALUE", f"`{by}` is not a sort_field.", "sort_field")
        rows = [row for row in self.tables["orders"] if row["location_id"] in set(places)]
        filters = query.get("filter") or {}
        for name, bounds in (filters.get("date_time_filter") or {}).items():
            if name != TIMES[by]:
                raise Refusal(
                    "BAD_REQUEST",
                    f"`sort_field` must be {name.upper()} to filter by {name}.",
                    "query.sort.sort_field",
                )
            since, until = (time_of(bounds.get(end), end) for end in ("start_at", "end_at"))
            rows = between([row for row in rows if name in row], name, since, until)
        states = (filters.get("state_filter") or {}).get("states")
        if states:
            rows = [row for row in rows if row["state"] in states]
        rows = ordered([row for row in rows if TIMES[by] in row], TIMES[by],
                       sort.get("sort_order", "DESC"))  # fmt: skip
        asked = [places, query, bool(body.get("return_entries"))]
        if not body.get("return_entries"):
            return self._page("orders", rows, size, body.get("cursor"), asked)
        entries = [
            {"order_id": row["id"], "version": row["version"], "location_id": row["location_id"]}
            for row in rows
        ]
        return self._page("order_entries", entries, size, body.get("cursor"), asked)

    def _batch(self, request: Request) -> Answer:
        wanted = self._body(request).get("order_ids") or []
        if not wanted or len(wanted) > 100:
            raise Refusal("INVALID_VALUE", "Between 1 and 100 order ids.", "order_ids")
        found = [self._orders[one] for one in wanted if one in self._orders]
        return Answer(200, {"orders": found} if found else {})

    def _directory(self, name: str, request: Request) -> Answer:
        """Customers or their groups."""
        query, most = dict(request.query), LARGEST_PAGES[name]
        for one in query.keys() - PARAMETERS[name]:
            raise Refusal("UNKNOWN_QUERY_PARAMETER", f"Unknown query parameter `{one}`.", one)
        size = whole(query.get("limit", str(most)), "limit")
        if size > most:
            raise Refusal("VALUE_TOO_HIGH", f"`limit` must be at most {most}.", "limit")
        rows, by = self.tables[name], query.get("sort_field", "DEFAULT")
        if by not in ("DEFAULT", "CREATED_AT"):
            raise Refusal("INVALID_ENUM_VALUE", f"`{by}` is not a valid sort_field.", "sort_field")
        if name == "customers":
            if by == "DEFAULT":
                rows = sorted(rows, key=lambda row: (row.get("family_name", ""), row["id"]))
            else:
                rows = ordered(rows, "created_at", query.get("sort_order", "ASC"))
        asked = [name, by, query.get("sort_order", "ASC")]
        answer = self._page(name, rows, size, query.get("cursor"), asked)
        if query.get("count") == "true":
            answer.body["count"] = len(rows)
        return answer

    def _catalogue(self, request: Request) -> Answer:
        query = dict(request.query)
        for name in query.keys() - PARAMETERS["objects"]:
            raise Refusal("UNKNOWN_QUERY_PARAMETER", f"Unknown query parameter `{name}`.", name)
        types = query.get("types", "").upper()
        wanted = {one.strip() for one in types.split(",") if one.strip()}
        rows = self.tables["objects"]
        if "ITEM_VARIATION" in wanted:
            rows = rows + [
                kind for row in rows for kind in row.get("item_data", {}).get("variations", [])
            ]
        rows = [row for row in rows if not wanted or row["type"] in wanted]
        return self._page("objects", rows, 100, query.get("cursor"), ["objects", types])

    @staticmethod
    def _body(request: Request) -> dict[str, Any]:
        if not isinstance(request.body, dict):
            raise Refusal("EXPECTED_JSON_BODY", "Expected a JSON body.")
        return request.body

    def _page(
        self, name: str, rows: list[Row], size: int, cursor: str | None, asked: object
    ) -> Answer:
        """One page; a cursor belongs to the query that it came from and to the clock's day."""
        text = json.dumps([asked, self.ledger.clock.isoformat()], sort_keys=True)
        mark = blake2b(text.encode(), digest_size=9).hexdigest()
        first = 0
        if cursor:
            try:
                given, _, place = base64.urlsafe_b64decode(cursor).decode().partition("|")
            except ValueError:
                given = place = ""
            if given != mark or not place.isdigit():
                raise Refusal("INVALID_CURSOR", "Invalid cursor.", "cursor")
            first = int(place)
        last = first + page_size(size)
        body: Row = {name: rows[first:last]} if rows[first:last] else {}
        if last < len(rows):
            body["cursor"] = base64.urlsafe_b64encode(f"{mark}|{last}".encode()).decode()
        return Answer(200, body)

    def refusal(self, status: int) -> Any:
        """Square's `errors` with the category and code of a status."""
        detail = {
            401: "This request could not be authorized.",
            429: "You have exceeded the number of allowed requests; try again later.",
        }.get(status, "An error has occurred." if status >= 500 else "This request was refused.")
        code = CODES.get(status, "INTERNAL_SERVER_ERROR" if status >= 500 else "BAD_REQUEST")
        return error(status, code, detail).body

    def rows_of(self, body: Any) -> list[Row] | None:
        """Whichever list an answer holds."""
        if not isinstance(body, dict):
            return None
        return next((body[name] for name in LISTS if isinstance(body.get(name), list)), None)

    def is_later_page(self, request: Request) -> bool:
        """A cursor, in the query or in the body."""
        body = request.body if isinstance(request.body, dict) else {}
        return bool(dict(request.query).get("cursor") or body.get("cursor"))

    def expired_cursor(self) -> Answer:
        """A cursor that is no longer known."""
        return error(400, "INVALID_CURSOR", "Invalid cursor.", "cursor")

    # -- the truth ---------------------------------------------------------------------

    def records(self) -> list[Record]:
        """Capitan's copies; no sale names a person."""
        return list(self.copies.records())

    def keys(self) -> dict[str, str]:
        """No account exists here."""
        return {}

    def payment_keys(self) -> dict[str, str]:
        """Tries to pay -> `square:payment:<id>`."""
        return {
            one.key: f"square:payment:{self.objects.payment_id(one)}"
            for one in self.tries
            if one.attempts
        }

    def refund_keys(self) -> dict[str, str]:
        """Refunds -> `square:refund:<id>`."""
        return {
            back.key: f"square:refund:{self.objects.refund_id(one, back)}"
            for one in self.sales
            for back in one.refunds
        }

    def line_keys(self) -> dict[str, str]:
        """Lines -> their uid in the order."""
        return {line.key: self.objects.uid(line) for one in self.sales for line in one.lines}

    def fee(self, payment: Payment) -> int:
        """What Square kept of a card payment, in cents; it keeps it when money goes back."""
        is_card = payment.success is not None and payment.method == "card"
        return fee_of(payment.cents) if is_card else 0


def stamped(moment: int) -> datetime:
    """An instant as an aware datetime."""
    return datetime.fromtimestamp(moment, UTC)


def time_of(text: str | None, field: str) -> datetime | None:
    """An RFC 3339 instant, None where none was given."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(str(text).replace(" ", "+"))
    except ValueError:
        raise Refusal("INVALID_TIME", f"`{text}` is not a valid RFC 3339 time.", field) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def between(
    rows: list[Row], column: str, since: datetime | None, until: datetime | None
) -> list[Row]:
    """Rows from an instant (included) to another (left out)."""
    if since is None and until is None:
        return rows
    first, last = (text(one) if one else "" for one in (since, until))
    return [row for row in rows if row[column] >= first and (until is None or row[column] < last)]


def text(moment: datetime) -> str:
    """An instant as Square writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def ordered(rows: list[Row], column: str, order: str) -> list[Row]:
    """Rows by an instant, newest first unless ASC is asked."""
    if order not in ("ASC", "DESC"):
        raise Refusal("INVALID_SORT_ORDER", f"`{order}` is not a sort order.", "sort_order")
    return sorted(rows, key=lambda row: (row[column], row["id"]), reverse=order == "DESC")


def whole(given: str, field: str) -> int:
    """A positive whole number."""
    if not given.isdigit() or not int(given):
        raise Refusal("EXPECTED_INTEGER", f"Expected an integer, got `{given}`.", field)
    return int(given)


def error(status: int, code: str, detail: str, field: str | None = None) -> Answer:
    """An error body as Square writes it."""
    category = CATEGORIES.get(status, "API_ERROR" if status >= 500 else "INVALID_REQUEST_ERROR")
    row = {"category": category, "code": code, "detail": detail}
    return Answer(status, {"errors": [row | ({"field": field} if field else {})]})
