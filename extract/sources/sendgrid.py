"""SendGrid, the e-mails that answer something somebody did: receipts, waivers, confirmations.

Facts from the vendor's OpenAPI (2026-01) and recorded answers: statistics and suppressions are
bare lists read by `offset`; templates name the next page's token in `_metadata.next`. The e-mail
activity feed is a paid add-on, and an account without it is refused; it answers with the most
recent messages that fit a query and has no pages, so the query is narrowed from the newest to the
oldest. What became of each single e-mail is not asked for at all: SendGrid posts it, and
the `events` are read from the files in which whoever received them put them down.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests import Request, Response

from extract.api import Api, Page, UnreadableAnswer, connect
from extract.config import System, midnight, webhook_dir
from extract.exact_json import read_json
from extract.paging import Continued

SYSTEM = System(
    base_url="https://api.sendgrid.com",
    key_variable="SENDGRID_API_KEY",
    key_from="SendGrid under Settings > API Keys, with read access",
    probe="v3/suppression/bounces?limit=1",
)

FIRST_DAY = date(2015, 1, 1)  # nothing can be asked for without a first day
PAGE_SIZE = 500
TEMPLATES_PER_PAGE = 200
MESSAGES_PER_PAGE = 1000
NO_FEED = {"access forbidden", "authorization required"}
SUPPRESSIONS = {
    "bounces": "v3/suppression/bounces",
    "spam_reports": "v3/suppression/spam_reports",
    "unsubscribes": "v3/suppression/unsubscribes",
}


class ByOffset(Continued):
    """Goes on behind the rows that came, until none come; a list says nowhere how long it is."""

    def next_place(self, response: Response) -> Any:
        """How many rows have come so far."""
        rows = response.json()
        return str(int(self.place or 0) + len(rows)) if rows else None

    def ask(self, request: Request, place: str) -> None:
        """Ask for what follows."""
        request.params["offset"] = place


class ByToken(Continued):
    """The token of the next page stands in a link, which is never followed."""

    def next_place(self, response: Response) -> Any:
        """The `page_token` in `_metadata.next`; None on the last page."""
        link = (response.json().get("_metadata") or {}).get("next")
        return parse_qs(urlsplit(str(link)).query).get("page_token", [None])[0] if link else None

    def ask(self, request: Request, place: str) -> None:
        """Ask the same question from the token on."""
        request.params["page_token"] = place


class Narrowing(BasePaginator):
    """Asks for what happened up to the oldest message that came, until nothing is left.

    An end that brings nothing older is moved back by a second.
    """

    def __init__(self, since: datetime) -> None:
        """Start with everything since then."""
        super().__init__()
        self.since = since
        self.end: datetime | None = None

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Move the end back; stop at an empty page.

        Raises UnreadableAnswer for a page without any usable time, which could not be passed.
        """
        if not data:
            self._has_next_page = False
            return
        times = [instant(row) for row in data]
        known = [one for one in times if one is not None]
        if not known:
            raise UnreadableAnswer("messages without a time", response)
        oldest = min(known)
        is_older = self.end is None or oldest < self.end
        self.end = oldest if is_older or self.end is None else self.end - timedelta(seconds=1)
        self._has_next_page = self.end >= self.since

    def update_request(self, request: Request) -> None:
        """Ask for what is between the first day and the end."""
        if self.end is not None:
            request.params["query"] = (
                f'last_event_time BETWEEN TIMESTAMP "{stamp(self.since)}"'
                f' AND TIMESTAMP "{stamp(self.end)}"'
            )


def pull(table: str, start: date | None) -> Iterator[Page]:
    """Pages of one table since local midnight of `start`; all when it is None.

    Statistics count by their day, messages by their last event, events by the day on which they
    arrived.
    """
    if table == "events":
        yield from posted(webhook_dir() / "sendgrid" / "events", start)
        return
    api = connect("sendgrid")
    if table == "stats":
        first = start.isoformat() if start else first_month(api)
        days = {"start_date": first, "aggregated_by": "day"}
        yield from listed(api, table, "v3/stats", days)
    elif table == "templates":
        params = {"generations": "legacy,dynamic", "page_size": TEMPLATES_PER_PAGE}
        yield from api.pages(table, "v3/templates", params, ByToken(), rows_at="result")
    elif table == "messages":
        since = midnight(start or FIRST_DAY)
        recent = {
            "query": f'last_event_time>=TIMESTAMP "{stamp(since)}"',
            "limit": MESSAGES_PER_PAGE,
        }
        paginator = Narrowing(since)
        yield from api.pages(
            table, "v3/messages", recent, paginator, rows_at="messages", absent=without_feed
        )
    else:
        yield from listed(api, table, SUPPRESSIONS[table], {})


def listed(api: Api, table: str, path: str, params: dict[str, Any]) -> Iterator[Page]:
    """All pages of an answer that is itself the list."""
    return api.pages(table, path, {**params, "limit": PAGE_SIZE}, ByOffset(), rows_at="$")


def first_month(api: Api) -> str:
    """The first day of the first month with an e-mail, so that no years of nothing are read."""
    since = {"start_date": FIRST_DAY.isoformat(), "aggregated_by": "month"}
    months = [row for page in listed(api, "stats", "v3/stats", since) for row in page.rows]
    used = [row["date"] for row in months if is_used(row)]
    return min(used, default=FIRST_DAY.isoformat())


def is_used(month: Any) -> bool:
    """Whether the figures of a month say that something was sent."""
    try:
        return isinstance(month["date"], str) and month["stats"][0]["metrics"]["requests"] > 0
    except (TypeError, KeyError, IndexError):
        return False


def without_feed(response: Response) -> str | None:
    """Whether a refusal says that the account has no e-mail activity feed; a wrong key is told in
    other words."""
    try:
        body = read_json(response.content)
        said = {error["message"] for error in body["errors"]}
    except (ValueError, TypeError, KeyError):
        return None
    if response.status_code not in (400, 401, 403) or not said & NO_FEED:
        return None
    return "the account has no e-mail activity feed, which SendGrid sells as an add-on"


def posted(folder: Path, start: date | None) -> Iterator[Page]:
    """What SendGrid posted to us, one page a file, from the folders of `start` or later.

    A line is an event, or an envelope with one in `raw_event`. One that is no JSON (cut off where
    the receiver was killed) goes on as the text it is, to be refused and counted.
    """
    paths = [path for path in folder.glob("date=*/*") if path.suffix in (".ndjson", ".jsonl")]
    for path in sorted(paths):
        if start is None or path.parent.name.removeprefix("date=") >= start.isoformat():
            lines = path.read_bytes().splitlines()
            yield Page([event(line) for line in lines if line.strip()])


def event(line: bytes) -> Any:
    """One posted event, with a name for every column; text where the line is no JSON."""
    try:
        row = read_json(line)
    except ValueError:
        return line.decode("utf-8", "replace")
    if isinstance(row, dict) and isinstance(row.get("raw_event"), dict):
        row = row["raw_event"]
    if isinstance(row, dict) and "smtp-id" in row:
        row["smtp_id"] = row.pop("smtp-id")
    return row


def instant(row: Any) -> datetime | None:
    """When something last happened to a message; None where that cannot be read."""
    try:
        found = datetime.fromisoformat(row["last_event_time"])
    except (TypeError, KeyError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def stamp(moment: datetime) -> str:
    """An instant as SendGrid's queries write it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
