"""Google Analytics 4, the traffic of the web sites, as its Data API v1beta: reports, metadata.

What people did is in `web.py`, access in `_google.py`; this file counts it. A report groups events
by its dimensions and counts them by its metrics; everything is text. A day of more pages than the
property bears has the rarest of them in one row "(other)", and the report says so. Pages are by
`limit` and `offset` over the whole report, whose rows are counted in each answer. Leaves out
filters, pivots, cohorts, comparisons and real time.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from scripts.sandbox.ledger import Ledger
from scripts.sandbox.vendors import _google as google
from scripts.sandbox.vendors._google import Refusal
from scripts.sandbox.vendors._google_analytics_counts import (
    DIMENSIONS,
    METRICS,
    Counts,
    Event,
    events_of,
)
from scripts.sandbox.vendors.base import Answer, Record, Request, Row, Vendor, page_size
from scripts.sandbox.web import Session, sessions

SCOPE = "https://www.googleapis.com/auth/analytics.readonly"
PROPERTY = "properties/320000001"
QUESTIONS = {
    "dateRanges", "dimensions", "metrics", "orderBys", "limit", "offset", "keepEmptyRows",
    "returnPropertyQuota",
}  # fmt: skip
SCHEMA = "https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema"
NO_PROPERTY = (
    "User does not have sufficient permissions for this property. To learn more about Property ID, "
    "see https://developers.google.com/analytics/devguides/reporting/data/v1/property-id."
)
NO_FIELD = 'Invalid JSON payload received. Unknown name "{0}": Cannot find field.'
USUAL_PAGE, LARGEST_PAGE = 10_000, 250_000
PAGES_A_DAY = 60  # distinct rows of one day that a report with pages keeps apart
OTHER = "(other)"
TOKENS = {"tokensPerDay": 200_000, "tokensPerHour": 40_000, "tokensPerProjectPerHour": 14_000}


class View(Vendor):
    """The property's reports as of the clock."""

    name, base_path, rows = "google_analytics", "/google_analytics", "rows"
    account_path = f"/v1beta/{PROPERTY}"

    def __init__(self, ledger: Ledger) -> None:
        """Sessions when first asked for; a report that was made is kept."""
        self.ledger = ledger
        self._made: dict[str, list[tuple[tuple[str, ...], Counts]]] = {}

    @cached_property
    def _sessions(self) -> list[Session]:
        return sessions(self.ledger)

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """The sessions that are counted so far, with the pages as they are titled by now."""
        return {
            "sessions": [
                {
                    "id": one.key,
                    "date": f"{one.day:%Y%m%d}",
                    "pages": [list(page) for page in self._pages(one)],
                    "items": [list(item) for item in one.items],
                }
                for one in self._sessions
            ]
        }

    def _pages(self, one: Session) -> list[tuple[str, str]]:
        if one.titled <= self.ledger.clock:
            return one.pages
        return [*one.pages[:-1], (one.pages[-1][0], "(not set)")]

    @classmethod
    def key_file(cls, root: str) -> str:
        """The key of the service account that may read the property."""
        return google.key_file(cls.name, f"{root}{cls.base_path}/token")

    # -- the API -----------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """A token, a report, what a report can be made of, or an error."""
        if request.path == "/token":
            return google.exchange(request, self.name)
        try:
            google.admit(request, SCOPE)
            path, _, verb = request.path.partition(":")
            if not re.match(r"/v1beta/properties/\d+(/metadata)?$", path):
                raise Refusal(404, "The requested URL was not found on this server.")
            if path.removesuffix("/metadata") != self.account_path:
                raise Refusal(403, NO_PROPERTY)
            if path.endswith("/metadata") and request.method == "GET":
                return Answer(200, metadata())
            if verb != "runReport" or request.method != "POST":
                raise Refusal(404, "The requested URL was not found on this server.")
            return Answer(200, self._report(request.body if request.body is not None else {}))
        except Refusal as refused:
            return refused.answer

    def _report(self, asked: Any) -> Row:
        if not isinstance(asked, dict):
            raise Refusal(400, "Invalid JSON payload received.")
        for name in asked.keys() - QUESTIONS:
            raise Refusal(400, NO_FIELD.format(name))
        dimensions = fields(asked, "dimensions", "dimension", 9)
        metrics = fields(asked, "metrics", "metric", 10)
        first, last = self._range(asked.get("dateRanges"))
        question = json.dumps([dimensions, first.isoformat(), last.isoformat()])
        if question not in self._made:
            self._made[question] = self._counted(dimensions, first, last)
        groups = self._made[question]
        rows = [
            (values, [METRICS[name][1](counts) for name in metrics]) for values, counts in groups
        ]
        if not asked.get("keepEmptyRows"):
            rows = [row for row in rows if any(float(value) for value in row[1])]
        rows = ordered(rows, asked.get("orderBys"), dimensions, metrics)
        size, offset = number(asked, "limit", USUAL_PAGE), number(asked, "offset", 0)
        if size < 1:
            raise Refusal(400, "The limit field must be positive.")
        page = rows[offset : offset + page_size(min(size, LARGEST_PAGE))]
        body: Row = {
            "dimensionHeaders": [{"name": name} for name in dimensions],
            "metricHeaders": [{"name": name, "type": METRICS[name][0]} for name in metrics],
        }
        if rows:
            body["rows"] = [
                {
                    "dimensionValues": [{"value": one} for one in values],
                    "metricValues": [{"value": one} for one in counts],
                }
                for values, counts in page
            ]
            body["rowCount"] = len(rows)
        body["metadata"] = {"currencyCode": "USD", "timeZone": "America/Chicago"}
        if any(OTHER in values for values, _ in groups):
            body["metadata"]["dataLossFromOtherRow"] = True
        if asked.get("returnPropertyQuota"):
            body["propertyQuota"] = {
                name: {"consumed": 1, "remaining": many - 1} for name, many in TOKENS.items()
            }
        return {**body, "kind": "analyticsData#runReport"}

    def _range(self, asked: Any) -> tuple[date, date]:
        if not isinstance(asked, list) or len(asked) != 1:
            raise Refusal(400, "The sandbox reports on one date range at a time.")
        first, last = (self._day(asked[0].get(name), name) for name in ("startDate", "endDate"))
        if first > last:
            raise Refusal(400, f"startDate {first} is after endDate {last}.")
        return first, last

    def _day(self, text: Any, name: str) -> date:
        """A day as GA4 lets it be written, on the property's calendar."""
        ago = re.fullmatch(r"(\d+)daysAgo", str(text))
        days = {"today": 0, "yesterday": 1}.get(str(text), int(ago.group(1)) if ago else None)
        if days is not None:
            return self.ledger.clock - timedelta(days=days)
        try:
            return date.fromisoformat(str(text))
        except ValueError:
            said = f"Invalid {name}: {text}. Use YYYY-MM-DD, NdaysAgo, yesterday, or today."
            raise Refusal(400, said) from None

    def _counted(
        self, dimensions: list[str], first: date, last: date
    ) -> list[tuple[tuple[str, ...], Counts]]:
        """The groups of a report, the rarest pages of a day that has too many in one."""
        groups: dict[tuple[str, ...], Counts] = defaultdict(Counts)
        for event in self._events(first, last):
            groups[tuple(getattr(event, DIMENSIONS[name]) for name in dimensions)].add(event)
        if "pagePath" in dimensions:
            groups = self._rolled_up(groups, dimensions)
        return sorted(groups.items())

    def _events(self, first: date, last: date) -> Iterator[Event]:
        for one in self._sessions:
            if first <= one.day <= last:
                yield from events_of(one, self._pages(one))

    @staticmethod
    def _rolled_up(
        groups: dict[tuple[str, ...], Counts], dimensions: list[str]
    ) -> dict[tuple[str, ...], Counts]:
        days: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        place = dimensions.index("date") if "date" in dimensions else None
        for values in sorted(groups, key=lambda one: (-groups[one].events, one)):
            days["" if place is None else values[place]].append(values)
        for rare in (values for many in days.values() for values in many[PAGES_A_DAY:]):
            other = tuple(
                value if name == "date" else OTHER
                for name, value in zip(dimensions, rare, strict=True)
            )
            groups[other].merge(groups.pop(rare))
        return groups

    def refusal(self, status: int) -> Any:
        """Google's error body for a status."""
        return google.error(status).body

    def is_later_page(self, request: Request) -> bool:
        """An offset."""
        return isinstance(request.body, dict) and number(request.body, "offset", 0) > 0

    def expired_cursor(self) -> Answer:
        """Offsets do not expire; the service is away."""
        return google.error(503)

    # -- the truth ---------------------------------------------------------------------

    def records(self) -> list[Record]:
        """Nobody is named here."""
        return []

    def keys(self) -> dict[str, str]:
        """There are no accounts."""
        return {}


def fields(asked: Row, name: str, kind: str, most: int) -> list[str]:
    """The names of the dimensions or metrics of a question.

    Raises Refusal for unknown ones and too many.
    """
    known = DIMENSIONS if kind == "dimension" else METRICS
    found = [str(one.get("name")) for one in asked.get(name) or []]
    for one in found:
        if one not in known:
            said = f"Field {one} is not a valid {kind}. For a list of valid dimensions and metrics"
            raise Refusal(400, f"{said}, see {SCHEMA} ")
    if len(found) > most:
        raise Refusal(400, f"Requests are limited to {most} {kind}s.")
    return found


def number(asked: Row, name: str, usual: int) -> int:
    """A whole number, which may be written as text.

    Raises Refusal for anything else.
    """
    given = str(asked.get(name, usual))
    if not given.isdigit():
        raise Refusal(400, f"Invalid value at '{name}' (TYPE_INT64), \"{given}\"")
    return int(given)


def ordered(
    rows: list[tuple[tuple[str, ...], list[str]]],
    orders: Any,
    dimensions: list[str],
    metrics: list[str],
) -> list[tuple[tuple[str, ...], list[str]]]:
    """Rows as asked, else the largest first metric first.

    Raises Refusal for a field that is not in the report.
    """
    if not orders:
        return sorted(rows, key=lambda row: (-float((row[1] or ["0"])[0]), row[0]))
    for one in reversed(orders):
        kind = "dimension" if "dimension" in one else "metric"
        name = one.get(kind, {}).get(f"{kind}Name")
        names = dimensions if kind == "dimension" else metrics
        if name not in names:
            raise Refusal(400, f"OrderBys must be of a field in the report: {name}.")
        place = names.index(name)
        rows = sorted(
            rows,
            key=lambda row, kind=kind, place=place: (  # type: ignore[misc]
                row[0][place] if kind == "dimension" else float(row[1][place])
            ),
            reverse=bool(one.get("desc")),
        )
    return rows


def metadata() -> Row:
    """What a report can be made of."""
    return {
        "name": f"{PROPERTY}/metadata",
        "dimensions": [{"apiName": name, "uiName": name} for name in DIMENSIONS],
        "metrics": [
            {"apiName": name, "uiName": name, "type": kind} for name, (kind, _) in METRICS.items()
        ],
    }
