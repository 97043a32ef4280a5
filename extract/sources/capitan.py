"""Capitan, the gym management system: accounts, memberships, check-ins and entry passes.

The vendor publishes no documentation; what is known was found by experiment. Lists answer
`{"count", "next", "previous", "results"}` page by page and 404 past the end. No resource can be
asked for what changed, so all but check-ins are read whole every day.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator
from requests import Response

from extract.api import BrokenAnswer, Page, connect
from extract.config import System

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
}


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
        link = response.json()["next"]
        if link is None:
            self._has_next_page = False
        elif urlsplit(str(link)).hostname != urlsplit(response.url).hostname:
            raise BrokenAnswer("a next page on another host, which was refused", response)


def pull(table: str, start: date | None) -> Iterator[Page]:
    """Pages of one table; check-ins from the business day `start` on, all when it is None."""
    params: dict[str, Any] = {"page_size": PAGE_SIZES[table]}
    if table == "check_ins":
        params["ordering"] = "-check_in_datetime"
        if start:
            params["check_in_datetime__gte"] = start.isoformat()
    path = table.replace("_", "-") + "/"
    return connect("capitan").pages(
        table, path, params, NumberedPages(), rows_at="results", flag_at="next", count_at="count"
    )
