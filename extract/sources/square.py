"""Square, the till: places, payments, orders with their lines, refunds, the catalogue, customers
and their groups.

Facts from the vendor's OpenAPI of 2025-08: an answer names the next page in `cursor`, the last
page has none, and an empty one leaves its list away. Payments, orders and refunds can be asked
for what changed. Without a time Square answers for one year only, so the whole is asked for since
before the vendor began. Payments come for the main place unless one is named, so every place is
asked for; an order search takes ten places at once. All states are read: a cancelled payment or
an open order is a fact, too.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from requests import Request, Response

from extract.api import Api, Page, UnreadableAnswer, connect, parent_ids
from extract.config import System, midnight
from extract.paging import Continued

SYSTEM = System(
    base_url="https://connect.squareup.com",
    key_variable="SQUARE_PRODUCTION_API_TOKEN",
    key_from="Square's developer console under Credentials > Production",
    probe="v2/locations",
    headers={"Square-Version": "2025-08-20"},
)

FIRST_DAY = datetime(2009, 1, 1, tzinfo=UTC)
PAGE_SIZE, GROUPS_PER_PAGE = 100, 50
ORDERS_PER_PAGE = 500
PLACES_PER_SEARCH = 10
CATALOG_TYPES = "ITEM,ITEM_VARIATION,CATEGORY"


class ByCursor(Continued):
    """The cursor goes beside the same question: into the query, or into the body of a search."""

    def next_place(self, response: Response) -> Any:
        """The answer's `cursor`."""
        return response.json().get("cursor") or None

    def ask(self, request: Request, place: str) -> None:
        """Ask the same question from the cursor on."""
        (request.params if request.json is None else request.json)["cursor"] = place


def pull(table: str, start: date | None) -> Iterator[Page]:
    """Pages of one table, changed since local midnight of `start`; all when it is None."""
    api = connect("square")
    since = rfc3339(midnight(start) if start else FIRST_DAY)
    if table == "locations":
        yield from listed(api, table, "v2/locations", {}, "locations")
    elif table == "catalog_objects":
        yield from listed(api, table, "v2/catalog/list", {"types": CATALOG_TYPES}, "objects")
    elif table == "customers":
        params = {"limit": PAGE_SIZE, "sort_field": "CREATED_AT", "sort_order": "ASC"}
        yield from listed(api, table, "v2/customers", params, table)
    elif table == "customer_groups":
        limit = {"limit": GROUPS_PER_PAGE}
        yield from listed(api, table, "v2/customers/groups", limit, "groups")
    elif table == "orders":
        places = place_ids(api)
        for first in range(0, len(places), PLACES_PER_SEARCH):
            search = changed_orders(places[first : first + PLACES_PER_SEARCH], since)
            yield from listed(api, table, "v2/orders/search", {}, "orders", search)
    else:
        for place in place_ids(api):
            changed = {
                "location_id": place,
                "updated_at_begin_time": since,
                "sort_field": "UPDATED_AT",
                "sort_order": "ASC",
                "limit": PAGE_SIZE,
            }
            yield from listed(api, table, f"v2/{table}", changed, table)


def listed(
    api: Api,
    table: str,
    path: str,
    params: dict[str, Any],
    rows_at: str,
    post: dict[str, Any] | None = None,
) -> Iterator[Page]:
    """All pages of one answer of Square's."""
    return api.pages(
        table,
        path,
        params,
        ByCursor(),
        rows_at=rows_at,
        omits_empty=True,
        refuse=refuse_errors,
        post=post,
    )


def place_ids(api: Api) -> list[str]:
    """Every place, closed ones included: what was sold there was sold."""
    pages = listed(api, "locations", "v2/locations", {}, "locations")
    return parent_ids("square", "locations", (row for page in pages for row in page.rows))


def changed_orders(places: list[str], since: str) -> dict[str, Any]:
    """A search for orders by the time of their last change; the sort field must be the same."""
    return {
        "location_ids": places,
        "limit": ORDERS_PER_PAGE,
        "query": {
            "filter": {"date_time_filter": {"updated_at": {"start_at": since}}},
            "sort": {"sort_field": "UPDATED_AT", "sort_order": "ASC"},
        },
    }


def refuse_errors(body: dict[str, Any], response: Response) -> None:
    """An answer that lists errors instead of rows is no empty list."""
    if body.get("errors"):
        raise UnreadableAnswer("an answer with errors", response)


def rfc3339(instant: datetime) -> str:
    """An instant as Square writes it."""
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
