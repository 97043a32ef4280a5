"""Capitan, the gym management system: accounts, memberships, check-ins, passes, events and who is
booked, associations, referrals, the staff's log, family links and emergency contacts.

The vendor publishes no documentation; what is known was found by experiment. Lists answer
`{"count", "next", "previous", "results"}` page by page and 404 past the end. No resource can be
asked for what changed, so all are read whole every day but check-ins, which know a filter, and the
log, which comes newest first and is read as far back as wanted. Relations and emergency contacts
are a call for each customer, ten a second at most; 404 there means that there are none. A contact
has no id of its own: its key is made of what identifies it, name and phone.
"""

import hashlib
import time
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator
from requests import Response

from extract.api import Api, BrokenAnswer, Page, connect
from extract.config import System, midnight, pause

SYSTEM = System(
    base_url="https://api.hellocapitan.com/api",
    key_variable="CAPITAN_API_TOKEN",
    key_from="Capitan under Settings > API, or from Capitan's support",
    probe="customers/?page_size=1",
    authorization="token {key}",
)

# Larger pages of customers and memberships end in 502 or a timeout.
PAGE_SIZES = {
    "customers": 100,
    "customer_memberships": 100,
    "check_ins": 1000,
    "customer_entry_passes": 1000,
    "associations": 100,
    "association_members": 1000,
    "events": 1000,
    "reservations": 1000,
    "membership_referrals": 100,
    "activity_log": 1000,
    "relations": 100,
    "emergency_contacts": 100,
}
CALLS_A_SECOND = 10


class NumberedPages(PageNumberPaginator):
    """Pages 1, 2, 3 … until the answer's `next` is null; the link itself is never followed."""

    def __init__(self) -> None:
        """Start at page 1."""
        super().__init__(base_page=1, page_param="page", total_path=None)

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Stop where `next` is null or the page is empty.

        Raises BrokenAnswer when `next` names another host than the one that was asked.
        """
        super().update_state(response, data)
        link = response.json().get("next")
        if link is None:
            self._has_next_page = False
        elif urlsplit(str(link)).hostname != urlsplit(response.url).hostname:
            raise BrokenAnswer("a next page on another host, which was refused", response)


def pull(table: str, start: date | None) -> Iterator[Page]:
    """Pages of one table; check-ins and the log from the business day `start` on, all when it is
    None."""
    api, params = connect("capitan"), {}
    if table == "check_ins":
        params["ordering"] = "-check_in_datetime"
        if start:
            params["check_in_datetime__gte"] = start.isoformat()
    if table != "activity_log":
        yield from listed(api, table, params)
        return
    for page in listed(api, table, {"ordering": "-created_at"}):
        yield page if start is None else Page(page.rows)
        if start and is_older(page.rows, start):
            return


def listed(api: Api, table: str, params: dict[str, str]) -> Iterator[Page]:
    """All pages of a list."""
    return api.pages(
        table,
        table.replace("_", "-") + "/",
        {"page_size": PAGE_SIZES[table], **params},
        NumberedPages(),
        rows_at="results",
        flag_at="next",
        count_at="count",
    )


def is_older(rows: list[Any], start: date) -> bool:
    """Whether a page that is newest first reaches back before a business day."""
    try:
        times = [datetime.fromisoformat(row["created_at"]) for row in rows]
        return times == sorted(times, reverse=True) and bool(times) and times[-1] < midnight(start)
    except (KeyError, TypeError, ValueError):
        return False


def ask(table: str, customers: list[str]) -> Iterator[Page]:
    """Relations or emergency contacts of some customers, one call or more for each."""
    api = connect("capitan")
    for place, customer in enumerate(customers):
        if place:
            time.sleep(pause(CALLS_A_SECOND))
        for page in api.pages(
            table,
            f"customers/{customer}/{table.replace('_', '-')}/",
            {"page_size": PAGE_SIZES[table]},
            NumberedPages(),
            rows_at="results",
            is_missing_empty=True,
            parent=customer,
        ):
            yield Page([of(customer, table, row) for row in page.rows], parent=customer)


def of(customer: str, table: str, row: Any) -> Any:
    """A row with the customer that it hangs on; an emergency contact with its own key, too."""
    if not isinstance(row, dict):
        return row
    mine: dict[str, Any] = {"customer_id": int(customer)}
    if table == "emergency_contacts":
        parts = (row.get(name) or "" for name in ("first_name", "last_name", "telephone"))
        mine["contact_mark"] = hashlib.md5("|".join(map(str, parts)).encode()).hexdigest()
    return mine | row
