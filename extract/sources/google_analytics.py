"""Google Analytics 4, the web sites' traffic: pages, events, days, products of the shop.

Facts from the vendor's Data API v1beta: nothing but reports can be read, in pages by `limit` and
`offset`, and one without rows leaves `rows` and `rowCount` away. Every value is text, a date is
YYYYMMDD in the property's own zone. The last days are restated for some time: rows change, come
and go, so a window is read anew. A report names its own doubts in `metadata` (sampling,
thresholds, rows lost in "(other)"), which goes with each of its rows. Dimensions may be empty
texts, so a row's key is made of all of them.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests import Request, Response

from extract.api import Page, UnreadableAnswer, connect
from extract.config import System
from extract.contract import column_name
from extract.exact_json import write_json
from extract.google import access_token

SYSTEM = System(
    base_url="https://analyticsdata.googleapis.com/v1beta/properties/{GA4_PROPERTY_ID}",
    key_variable="GA4_CREDENTIALS_JSON",
    key_from="Google Cloud under IAM > Service accounts > Keys, as JSON; the account needs to be a "
    "Viewer of the property",
    probe="metadata",
    access_token=partial(
        access_token, "google_analytics", "https://www.googleapis.com/auth/analytics.readonly"
    ),
)

FIRST_DAY = date(2020, 1, 1)  # before Google Analytics 4 began
ROWS_PER_PAGE = 10_000
# By table: its dimensions and its metrics.
REPORTS = {
    "page_views": (
        ["date", "pagePath", "pageTitle"],
        ["screenPageViews", "activeUsers", "sessions"],
    ),
    "events": (["date", "eventName"], ["eventCount", "activeUsers"]),
    "user_activity": (
        ["date"],
        ["activeUsers", "newUsers", "sessions", "bounceRate", "averageSessionDuration"],
    ),
    "product_views": (["date", "itemName"], ["itemsAddedToCart", "itemsPurchased"]),
}


class ByOffset(BasePaginator):
    """Goes on behind the rows that came, however few the vendor sends at once."""

    def __init__(self) -> None:
        """Start at the first row."""
        super().__init__()
        self.offset = 0

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Stop at the last of all rows, or at a page without any."""
        body = response.json()
        self.offset += len(body["rows"])
        self._has_next_page = bool(body["rows"]) and self.offset < body["rowCount"]

    def update_request(self, request: Request) -> None:
        """Ask for what follows."""
        if request.json:
            request.json["offset"] = str(self.offset)


def pull(table: str, start: date | None) -> Iterator[Page]:
    """Pages of one report from the day `start` on, of all days when it is None."""
    dimensions, metrics = REPORTS[table]
    api = connect("google_analytics")
    question = {
        "dateRanges": [{"startDate": (start or FIRST_DAY).isoformat(), "endDate": "today"}],
        "dimensions": [{"name": name} for name in dimensions],
        "metrics": [{"name": name} for name in metrics],
        "orderBys": [{"dimension": {"dimensionName": name}} for name in dimensions],
        "limit": str(ROWS_PER_PAGE),
    }
    reports = api.pages(
        table,
        f"{api.base_url}:runReport",
        {},
        ByOffset(),
        rows_at="",
        count_at="rowCount",
        refuse=answers(dimensions, metrics),
        post=question,
    )
    for page in reports:
        (report,) = page.rows
        yield Page([flat(row, dimensions, metrics, report) for row in report["rows"]], page.count)


def answers(dimensions: list[str], metrics: list[str]) -> Callable[[Any, Response], None]:
    """What holds an answer against the question: it must have the same columns in the same order.

    A report without rows gets the empty list and the count that the vendor leaves away.
    """

    def refuse(body: Any, response: Response) -> None:
        if (names(body, "dimensionHeaders"), names(body, "metricHeaders")) != (dimensions, metrics):
            raise UnreadableAnswer("a report with other columns", response)
        if not body.setdefault("rows", []):
            body.setdefault("rowCount", 0)
        if not isinstance(body["rows"], list):
            raise UnreadableAnswer("an answer without the list `rows`", response)

    return refuse


def names(body: dict[str, Any], headers: str) -> list[Any]:
    """The names of a report's columns of one kind."""
    return [one.get("name") for one in body.get(headers, []) if isinstance(one, dict)]


def flat(row: Any, dimensions: list[str], metrics: list[str], report: dict[str, Any]) -> Any:
    """A row by the names of its columns; one of another shape has no key and will be refused."""
    found: list[Any] = []
    for kind in ("dimensionValues", "metricValues"):
        cells = row.get(kind) if isinstance(row, dict) else None
        found += [one.get("value", "") for one in cells or [] if isinstance(one, dict)]
    columns = [column_name(name) for name in (*dimensions, *metrics)]
    if len(found) != len(columns):
        return {"row": row}
    key = write_json(found[: len(dimensions)]).encode("utf-8", "replace")
    return dict(zip(columns, found, strict=True)) | {
        "row_key": hashlib.md5(key).hexdigest(),
        "metadata": report.get("metadata"),
    }
