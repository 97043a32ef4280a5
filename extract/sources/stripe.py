"""Stripe, the card payments: payments, charges, refunds, disputes, payers, notices and balance
movements.

Facts from the vendor's OpenAPI of 2023-08-16: lists answer `{"data", "has_more"}` newest first, a
hundred at most, continued by `starting_after=<last id>`; times are seconds since 1970; no list can
be asked for what changed, only for what was created, so windows reach back over the time in which
a payment still moves. Client secrets, which let a browser finish a payment, are not stored.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests import Request, Response

from extract.api import BrokenAnswer, Page, connect
from extract.config import BUSINESS_ZONE, System

SYSTEM = System(
    base_url="https://api.stripe.com",
    key_variable="STRIPE_PRODUCTION_API_KEY",
    key_from="Stripe under Developers > API keys, as a restricted key that may read",
    probe="v1/charges?limit=1",
    headers={"Stripe-Version": "2023-08-16"},
)

PAGE_SIZE = 100
REPEATS_BORNE = 3


class StartingAfter(BasePaginator):
    """Continues after the last id of a page until `has_more` is false."""

    def __init__(self) -> None:
        """Start at the newest row."""
        super().__init__()
        self.cursor: str | None = None
        self.seen: set[str] = set()
        self.repeats = 0

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Take the last usable id of the page: a row without one must not end the list.

        A page that ends where an earlier one did is no progress and no end, whatever it says: the
        place is asked for again. Raises BrokenAnswer when that does not help, or when there is
        more but no id to continue from.
        """
        ids = [row.get("id") for row in data or [] if isinstance(row, dict)]
        usable = [value for value in ids if isinstance(value, str) and value]
        repeated = bool(usable) and usable[-1] in self.seen
        self.repeats += repeated
        if self.repeats > REPEATS_BORNE:
            raise BrokenAnswer("the same page again and again", response)
        self._has_next_page = repeated or response.json()["has_more"] is True
        if self._has_next_page and not usable:
            raise BrokenAnswer("a page without ids to continue from", response)
        if usable:
            self.cursor = usable[-1]
            self.seen.add(self.cursor)

    def update_request(self, request: Request) -> None:
        """Ask for what follows the last id."""
        if self.cursor is not None:
            request.params["starting_after"] = self.cursor


def pull(table: str, start: date | None) -> Iterator[Page]:
    """Pages of one table, created since local midnight of `start`; all when it is None."""
    params: dict[str, Any] = {"limit": PAGE_SIZE}
    if start:
        params["created[gte]"] = midnight(start)
    pages = connect("stripe").pages(
        table, f"v1/{table}", params, StartingAfter(), rows_at="data", flag_at="has_more"
    )
    for page in pages:
        yield Page([without_client_secrets(row) for row in page.rows])


def midnight(day: date) -> int:
    """The first instant of a business day, in seconds since 1970 (UTC)."""
    return int(datetime.combine(day, time(), BUSINESS_ZONE).timestamp())


def without_client_secrets(value: Any) -> Any:
    """The same value without any `client_secret`, at whatever depth."""
    if isinstance(value, dict):
        return {
            name: without_client_secrets(inner)
            for name, inner in value.items()
            if name != "client_secret"
        }
    if isinstance(value, list):
        return [without_client_secrets(inner) for inner in value]
    return value
