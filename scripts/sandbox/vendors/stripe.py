"""Stripe, through which Capitan takes its money: API version 2023-08-16 over the ledger's
payments.

Every object can be built as of any instant, so that events of the last 30 days carry what it was
then. Objects are in `_stripe_objects.py`, events in `_stripe_events.py`; this file holds the lists
and the API: newest first, cursors, `created` filters, error bodies as the vendor writes them
(docs.stripe.com/api, contract held in tests). Leaves out payouts, invoices and subscriptions:
Capitan bills by payment intent.
"""

import base64
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Payment
from scripts.sandbox.vendors._stripe_events import EVENT_DAYS, Events
from scripts.sandbox.vendors._stripe_objects import Objects, fee_of
from scripts.sandbox.vendors.base import KEY, Answer, Record, Request, Row, Vendor, page_size

PARAMETERS = {
    "payment_intents": {"customer"},
    "charges": {"customer", "payment_intent", "transfer_group"},
    "refunds": {"charge", "payment_intent"},
    "customers": {"email"},
    "events": {"type", "types", "delivery_success"},
    "balance_transactions": {"currency", "payout", "source", "type"},
    "disputes": {"charge", "payment_intent"},
}
COMMON = {"limit", "starting_after", "ending_before", "expand", "created"}
NOUNS = {
    "payment_intents": "payment_intent",
    "charges": "charge",
    "refunds": "refund",
    "customers": "customer",
    "events": "event",
    "balance_transactions": "balance transaction",
    "disputes": "dispute",
}


class View(Vendor):
    """Stripe's lists as of the clock, newest first."""

    name, base_path, rows = "stripe", "/stripe", "data"

    def __init__(self, ledger: Ledger) -> None:
        """Objects by ledger key; lists when first asked for."""
        self.ledger, self.day = ledger, ledger.clock
        self.objects = Objects(ledger)
        self.accounts = ledger.of("stripe")
        self.payments = self.objects.payments
        self._deleted = {
            self.objects.customer_id(one) for one in self.accounts if not one.exists(self.day)
        }

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """Every list, newest first."""
        build, now = self.objects, self.ledger.horizon - 1
        tables = {
            "payment_intents": [build.intent(one, now) for one in self.payments],
            "charges": [
                build.charge(one, number, now)
                for one in self.payments
                for number in range(len(one.attempts))
            ],
            "refunds": [
                build.refund(one, refund, now) for one in self.payments for refund in one.refunds
            ],
            "customers": [
                build.customer(one, now) for one in self.accounts if one.exists(self.day)
            ],
            "events": Events(build).between(now - EVENT_DAYS * moments.DAY, now),
            "balance_transactions": [
                row for one in self.payments for row in build.balance(one, now)
            ],
            "disputes": build.disputes.rows(now),
        }
        for rows in tables.values():
            rows.sort(key=lambda row: (-row["created"], row["id"]))
        return tables

    @cached_property
    def _places(self) -> dict[str, dict[str, int]]:
        return {
            table: {row["id"]: place for place, row in enumerate(rows)}
            for table, rows in self.tables.items()
        }

    # -- the API -----------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """A list, one object, or an error."""
        refused = self._refused(request.headers.get("authorization", ""))
        if refused:
            return refused
        parts = request.path.strip("/").split("/")
        is_known = len(parts) in (2, 3) and parts[0] == "v1" and parts[1] in self.tables
        if not is_known or request.method != "GET":
            where = f"({request.method}: {request.path})"
            return error(
                404,
                f"Unrecognized request URL {where}. Please see https://stripe.com/docs or we can "
                "help at https://support.stripe.com/.",
            )
        table = parts[1]
        if len(parts) == 2:
            return self._list(table, request.query)
        if parts[2] in self._deleted and table == "customers":
            return Answer(200, {"id": parts[2], "object": "customer", "deleted": True})
        place = self._places[table].get(parts[2])
        if place is None:
            return missing(table, parts[2], "id", 404)
        return Answer(200, self.tables[table][place])

    @staticmethod
    def _refused(given: str) -> Answer | None:
        kind, _, value = given.partition(" ")
        if kind.lower() == "basic":
            try:
                value = base64.b64decode(value).decode().partition(":")[0]
            except ValueError:
                value = ""
        if value == KEY:
            return None
        if not value:
            return error(
                401,
                "You did not provide an API key. You need to provide your API key in the "
                "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
                "YOUR_SECRET_KEY').",
            )
        return error(401, f"Invalid API Key provided: {value[:3]}{'*' * 12}{value[-4:]}")

    def _list(self, table: str, query: list[tuple[str, str]]) -> Answer:
        rows, places = self.tables[table], self._places[table]
        limit, first, last = 10, 0, len(rows)
        keeps: list[Callable[[Row], bool]] = []
        after = before = None
        for name, value in query:
            plain = name.split("[")[0]
            if plain not in COMMON | PARAMETERS[table]:
                return error(
                    400, f"Received unknown parameter: {plain}", "parameter_unknown", plain
                )
            if plain == "limit":
                if not value.isdigit():
                    return error(
                        400, f"Invalid integer: {value}", "parameter_invalid_integer", "limit"
                    )
                limit = int(value)
                if not 1 <= limit <= 100:
                    return error(
                        400,
                        "This value must be between 1 and 100.",
                        "parameter_invalid_integer",
                        "limit",
                    )
            elif plain in ("starting_after", "ending_before"):
                if value not in places:
                    return missing(table, value, plain, 400)
                after, before = (
                    (places[value], before) if plain == "starting_after" else (after, places[value])
                )
            elif plain == "created":
                if not value.lstrip("-").isdigit():
                    return error(
                        400, f"Invalid integer: {value}", "parameter_invalid_integer", "created"
                    )
                first, last = self._created(rows, first, last, name[8:-1], int(value))
            elif plain in ("type", "types"):
                wanted = value
                keeps.append(lambda row, wanted=wanted: matches(row["type"], wanted))  # type: ignore[misc]
            elif plain in ("customer", "payment_intent", "charge", "source", "email", "currency"):
                keeps.append(lambda row, plain=plain, value=value: row.get(plain) == value)  # type: ignore[misc]
        limit = page_size(limit)
        if after is not None:
            first = max(first, after + 1)
        data: list[Row] = []
        if before is None:
            found = kept(rows, range(first, last), keeps)
        else:
            found = kept(rows, range(min(last, before) - 1, first - 1, -1), keeps)
        for row in found:
            if len(data) == limit:
                break
            data.append(row)
        else:
            return listed(table, data if before is None else data[::-1], False)
        return listed(table, data if before is None else data[::-1], True)

    @staticmethod
    def _created(
        rows: list[Row], first: int, last: int, relation: str, moment: int
    ) -> tuple[int, int]:
        """Narrow a range of a list by `created[gte|gt|lte|lt]` or an exact `created`."""

        def older(bound: int) -> int:
            """The first place whose row is older than `bound`."""
            return bisect_left(rows, -bound + 1, key=lambda row: -row["created"])

        if relation in ("gte", ""):
            last = min(last, older(moment))
        if relation == "gt":
            last = min(last, older(moment + 1))
        if relation in ("lte", ""):
            first = max(first, older(moment + 1))
        if relation == "lt":
            first = max(first, older(moment))
        return first, max(first, last)

    def refusal(self, status: int) -> Any:
        """Stripe's `error` with the type and code of a status."""
        if status == 429:
            message = "Request rate limit exceeded. Learn more about rate limits here "
            message += "https://stripe.com/docs/rate-limits."
            return error(status, message, "rate_limit").body
        if status >= 500:
            return {"error": {"message": "An unknown error occurred", "type": "api_error"}}
        messages = {401: "Invalid API Key provided: sk_live_****", 404: "Unrecognized request URL"}
        return error(status, messages.get(status, "This request was refused.")).body

    def is_later_page(self, request: Request) -> bool:
        """Pages begin after or before an object here."""
        return bool({"starting_after", "ending_before"} & dict(request.query).keys())

    def expired_cursor(self) -> Answer:
        """An object to begin after that is no longer there."""
        return error(400, "No such cursor", "resource_missing", "starting_after")

    # -- the truth ---------------------------------------------------------------------

    def records(self) -> list[Record]:
        """Customers, deleted ones included (their charges name them), and charges of guests."""
        build, now = self.objects, self.ledger.horizon - 1
        contexts: dict[str, set[str]] = {}
        for one in self.payments:
            if one.account:
                found = contexts.setdefault(one.account.key, set())
                found.add(f"card:{build.fingerprint(one.payer)}")
                if one.subject is not None:
                    kind = "membership" if one.kind.startswith("membership") else "pass"
                    found.add(f"{kind}:{one.subject.number}")
        records = []
        for account in self.accounts:
            row = build.customer(account, now)
            records.append(
                Record(
                    f"stripe:customer:{row['id']}",
                    "stripe",
                    account.person,
                    account.key,
                    row["name"],
                    row["email"],
                    row["phone"],
                    None,
                    frozenset(contexts.get(account.key, ())),
                )
            )
        for one in self.payments:
            for number in range(len(one.attempts)) if one.account is None else ():
                details = build.billing(one, one.attempts[number].moment)
                context = {f"card:{build.fingerprint(one.payer)}"}
                if one.subject is not None:
                    context.add(f"pass:{one.subject.number}")
                records.append(
                    Record(
                        f"stripe:charge:{build.charge_id(one, number)}",
                        "stripe",
                        one.payer,
                        f"payment:{one.key}",
                        details["name"],
                        details["email"],
                        None,
                        None,
                        frozenset(context),
                    )
                )
        return records

    def keys(self) -> dict[str, str]:
        """Accounts -> `stripe:customer:<id>`, guests' payments -> `stripe:charge:<id>`."""
        build = self.objects
        found = {one.key: f"stripe:customer:{build.customer_id(one)}" for one in self.accounts}
        for one in self.payments:
            if one.account is None:
                found[f"payment:{one.key}"] = f"stripe:charge:{build.charge_id(one, 0)}"
        return found

    def payment_keys(self) -> dict[str, str]:
        """Payments -> `stripe:payment_intent:<id>`."""
        return {
            one.key: f"stripe:payment_intent:{self.objects.intent_id(one)}" for one in self.payments
        }

    def refund_keys(self) -> dict[str, str]:
        """Refunds -> `stripe:refund:<id>`."""
        return {
            refund.key: f"stripe:refund:{self.objects.refund_id(refund)}"
            for one in self.payments
            for refund in one.refunds
        }

    def fee(self, payment: Payment) -> int:
        """What Stripe kept of a payment that succeeded, in cents."""
        return fee_of(payment.cents) if payment.success is not None else 0


def kept(rows: list[Row], places: range, keeps: list[Callable[[Row], bool]]) -> Iterator[Row]:
    """Rows at some places that pass every filter."""
    return (rows[place] for place in places if all(keep(rows[place]) for keep in keeps))


def matches(kind: str, wanted: str) -> bool:
    """Whether an event type is the wanted one; `charge.*` stands for all that begin so."""
    return kind.startswith(wanted[:-1]) if wanted.endswith("*") else kind == wanted


def listed(table: str, data: list[Row], has_more: bool) -> Answer:
    """Stripe's envelope of a list."""
    return Answer(
        200, {"object": "list", "url": f"/v1/{table}", "has_more": has_more, "data": data}
    )


def error(status: int, message: str, code: str | None = None, param: str | None = None) -> Answer:
    """An error body as Stripe writes it."""
    body: Row = {"message": message, "type": "invalid_request_error"}
    if code:
        body["code"] = code
        body["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
    if param:
        body["param"] = param
    return Answer(status, {"error": body})


def missing(table: str, value: str, param: str, status: int) -> Answer:
    """The error for an id that does not exist."""
    return error(status, f"No such {NOUNS[table]}: '{value}'", "resource_missing", param)
