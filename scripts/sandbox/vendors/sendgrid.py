"""SendGrid, the e-mails that answer something, as its API v3: statistics, templates, suppressions,
the activity feed, and what it posts to the gym's webhook.

Objects are in `_sendgrid_objects.py`; this file holds the lists and the API. The feed is a paid
add-on, which this account has only where SANDBOX_EMAIL_ACTIVITY is 1; requests are counted only
where SANDBOX_LIMITS is 1. There is no receiver to post to while the town's days pass, so what would
have been posted is laid into the folder of the gym's receiver instead, one file a day.
"""

import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from hashlib import md5
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from scripts.sandbox.ledger import Ledger
from scripts.sandbox.mailing import is_end
from scripts.sandbox.vendors._sendgrid_objects import Objects, figures
from scripts.sandbox.vendors.base import KEY, Answer, Record, Request, Row, Vendor, page_size

SUPPRESSIONS = {"bounces": "bounce", "spam_reports": "spamreport", "unsubscribes": "unsubscribe"}
LARGEST_PAGE, LARGEST_TEMPLATE_PAGE, LARGEST_FEED = 500, 200, 1_000
CALLS_A_SECOND = 10
DELIVERED = "sandbox.ndjson"
PARAMETERS = {
    "stats": {"start_date", "end_date", "aggregated_by", "limit", "offset"},
    "suppressions": {"start_time", "end_time", "limit", "offset", "email"},
    "templates": {"generations", "page_size", "page_token"},
    "messages": {"query", "limit"},
}
TIME = r'TIMESTAMP\s+"([^"]+)"'
BETWEEN = re.compile(rf"last_event_time\s+BETWEEN\s+{TIME}\s+AND\s+{TIME}", re.IGNORECASE)
COMPARED = re.compile(rf"last_event_time\s*(>=|>|<=|<)\s*{TIME}", re.IGNORECASE)
NO_FEED = "access forbidden"
BARE = ""  # the feed's own errors name no field, not even none
SPOKEN = {
    401: "The provided authorization grant is invalid, expired, or revoked",
    403: NO_FEED,
    404: "resource not found",
    405: "method not allowed",
    429: "too many requests",
}


class Refusal(Exception):
    """A request that SendGrid answers with errors."""

    def __init__(self, status: int, message: str | None = None, field: str | None = None) -> None:
        """An error of a status; the usual message unless another is given."""
        super().__init__(message)
        self.answer = problem(status, message, field)


class View(Vendor):
    """SendGrid's lists as of the clock."""

    name, base_path, rows = "sendgrid", "/sendgrid", "result"

    def __init__(self, ledger: Ledger) -> None:
        """Objects by ledger key; lists when first asked for."""
        self.ledger, self.objects = ledger, Objects(ledger)
        self._second, self._calls = 0, 0

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """Every list, in the order of the vendor."""
        build = self.objects
        return {
            "stats": build.stats(),
            "templates": build.templates(),
            "messages": build.messages(),
            **{name: build.suppressed(what) for name, what in SUPPRESSIONS.items()},
        }

    # -- the API -----------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """A list or errors."""
        limits = self._call()
        try:
            if request.headers.get("authorization") != f"Bearer {KEY}":
                raise Refusal(401)
            if int(limits.get("X-RateLimit-Remaining", "1")) < 0:
                limits["X-RateLimit-Remaining"] = "0"
                raise Refusal(429)
            if request.method != "GET":
                raise Refusal(405)
            answer = self._routed(request.path.strip("/").split("/"), request)
        except Refusal as refused:
            answer = refused.answer
        answer.headers.update(limits)
        return answer

    def _call(self) -> dict[str, str]:
        """How many requests are left in this second; none are counted unless limits are asked."""
        if os.environ.get("SANDBOX_LIMITS") != "1":
            return {}
        now = int(time.time())
        self._calls = self._calls + 1 if now == self._second else 1
        self._second = now
        return {
            "X-RateLimit-Limit": str(CALLS_A_SECOND),
            "X-RateLimit-Remaining": str(CALLS_A_SECOND - self._calls),
            "X-RateLimit-Reset": str(now + 1),
        }

    def _routed(self, path: list[str], request: Request) -> Answer:
        query = dict(request.query)
        match path:
            case ["v3", "stats"]:
                check(query, "stats")
                return self._stats(query)
            case ["v3", "suppression", table] if table in SUPPRESSIONS:
                check(query, "suppressions")
                return Answer(200, sliced(suppressed(self.tables[table], query), query))
            case ["v3", "templates"]:
                check(query, "templates")
                return self._templates(query, request.root + self.base_path)
            case ["v3", "messages"]:
                if os.environ.get("SANDBOX_EMAIL_ACTIVITY") != "1":
                    raise Refusal(403)
                check(query, "messages")
                return self._messages(query)
        raise Refusal(404)

    def _stats(self, query: dict[str, str]) -> Answer:
        first = day(query.get("start_date"), "start_date")
        last = day(query.get("end_date", self.ledger.clock.isoformat()), "end_date")
        if query.get("aggregated_by", "day") not in ("day", "month"):
            raise Refusal(400, "the sandbox aggregates by day or month", "aggregated_by")
        known = {row["date"]: row for row in self.tables["stats"]}
        days = (date.fromordinal(one) for one in range(first.toordinal(), last.toordinal() + 1))
        rows = [known.get(one.isoformat()) or figures(one) for one in days]
        if query.get("aggregated_by") == "month":
            rows = by_month(rows)
        return Answer(200, sliced(rows, query, largest=None))

    def _templates(self, query: dict[str, str], root: str) -> Answer:
        generations = set(query.get("generations", "legacy").split(","))
        if not generations <= {"legacy", "dynamic"}:
            raise Refusal(400, "generations must be legacy, dynamic or both", "generations")
        size = whole(query.get("page_size"), "page_size")
        if size is None or not 1 <= size <= LARGEST_TEMPLATE_PAGE:
            raise Refusal(400, "page_size must be between 1 and 200", "page_size")
        rows = [row for row in self.tables["templates"] if row["generation"] in generations]
        ids = [row["id"] for row in rows]
        token, start = query.get("page_token"), 0
        if token:
            if token not in ids:
                raise Refusal(400, "invalid page_token", "page_token")
            start = ids.index(token) + 1
        page = rows[start : start + page_size(size)]

        def link(after: str | None) -> str:
            more = {"page_token": after} if after else {}
            asked = {"generations": ",".join(sorted(generations)), "page_size": size, **more}
            return f"{root}/v3/templates?{urlencode(asked)}"

        metadata: Row = {"self": link(token), "count": len(rows)}
        if start + len(page) < len(rows):
            metadata["next"] = link(page[-1]["id"])
        return Answer(200, {"result": page, "_metadata": metadata})

    def _messages(self, query: dict[str, str]) -> Answer:
        limit = whole(query.get("limit", "10"), BARE)
        if limit is None or not 1 <= limit <= LARGEST_FEED:
            raise Refusal(400, "limit must be between 1 and 1000", BARE)
        rows = recent(self.tables["messages"], query.get("query", ""))
        return Answer(200, {"messages": rows[: page_size(limit)]})

    def refusal(self, status: int) -> Any:
        """SendGrid's errors for a status."""
        return problem(status).body

    def rows_of(self, body: Any) -> list[Row] | None:
        """The answer itself where it is a list, else the list in it."""
        if isinstance(body, list):
            return body
        return super().rows_of(body) or (body.get("messages") if isinstance(body, dict) else None)

    def is_later_page(self, request: Request) -> bool:
        """An offset, a token, or a feed that is narrowed at its end."""
        query = dict(request.query)
        is_narrowed = "BETWEEN" in query.get("query", "")
        return query.get("offset", "0") != "0" or "page_token" in query or is_narrowed

    def expired_cursor(self) -> Answer:
        """A token that is no longer known."""
        return problem(400, "invalid page_token", "page_token")

    # -- what is posted ----------------------------------------------------------------

    def deliver(self, data_dir: Path) -> None:
        """Lay down what was posted up to the clock; the files of another town go."""
        folder = data_dir / "webhooks" / "sendgrid" / "events"
        wanted: dict[Path, list[str]] = {}
        for arrived, row in self.objects.posts():
            path = folder / f"date={arrived.isoformat()}" / DELIVERED
            wanted.setdefault(path, []).append(json.dumps(row, separators=(",", ":")))
        for path in folder.glob(f"date=*/{DELIVERED}"):
            if path not in wanted:
                path.unlink()
        for path, lines in wanted.items():
            text = "\n".join(lines) + "\n"
            if path.exists() and path.read_text() == text:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f"{DELIVERED}.{os.getpid()}")
            beside.write_text(text)
            beside.replace(path)

    # -- for the truth -----------------------------------------------------------------

    def records(self) -> list[Record]:
        """Every address that an event names."""
        return [
            Record(record_key(address), "sendgrid", person, origin(address), None, address, None)
            for address, person in self.objects.recipients.items()
        ]

    def keys(self) -> dict[str, str]:
        """`sendgrid:<address>` -> `sendgrid:recipient:<md5 of the address>`."""
        return {origin(one): record_key(one) for one in self.objects.recipients}

    def consents(self) -> Iterator[tuple[str, str, str, int, bool]]:
        """Addresses that unsubscribed or complained, and those that are gone, by nobody's word."""
        states = {"bounce": "cleaned", "spamreport": "unsubscribed", "unsubscribe": "unsubscribed"}
        for one in self.objects.told:
            if is_end(one.row):
                address, what = one.mail.address.strip().lower(), one.row.what
                yield address, "email", states[what], one.row.moment, what != "bounce"


def origin(address: str) -> str:
    """The ledger's name for what SendGrid knows of an address."""
    return f"sendgrid:{address.strip().lower()}"


def record_key(address: str) -> str:
    """The key of a recipient."""
    return f"sendgrid:recipient:{md5(address.encode()).hexdigest()}"


def check(query: dict[str, str], table: str) -> None:
    """Refuse what the vendor does not know."""
    for name in query.keys() - PARAMETERS[table]:
        raise Refusal(400, f"unknown parameter {name}", BARE if table == "messages" else name)


def sliced(rows: list[Row], query: dict[str, str], largest: int | None = LARGEST_PAGE) -> list[Row]:
    """The rows from `offset` on, `limit` of them at most."""
    offset = whole(query.get("offset", "0"), "offset") or 0
    limit = whole(query.get("limit", str(largest or len(rows) or 1)), "limit") or 0
    if limit < 1 or (largest is not None and limit > largest):
        raise Refusal(400, f"limit must be between 1 and {largest}", "limit")
    return rows[offset : offset + page_size(limit)]


def by_month(rows: list[Row]) -> list[Row]:
    """The figures of each month, under its first day."""
    months: dict[date, Counter[str]] = {}
    for row in rows:
        month = date.fromisoformat(row["date"]).replace(day=1)
        months.setdefault(month, Counter()).update(row["stats"][0]["metrics"])
    return [figures(month, counted) for month, counted in months.items()]


def suppressed(rows: list[Row], query: dict[str, str]) -> list[Row]:
    """Suppressions made since or until an instant, of addresses that begin with something."""
    first, last = (whole(query.get(name), name) for name in ("start_time", "end_time"))
    return [
        row
        for row in rows
        if (first is None or row["created"] >= first)
        and (last is None or row["created"] <= last)
        and row["email"].startswith(query.get("email", ""))
    ]


def recent(rows: list[Row], query: str) -> list[Row]:
    """The messages whose last event fits a query by time, the last one first."""
    between, compared = BETWEEN.fullmatch(query.strip()), COMPARED.fullmatch(query.strip())
    if between:
        first, last = (instant(text) for text in between.groups())
        return [row for row in rows if first <= instant(row["last_event_time"]) <= last]
    if compared is None:
        raise Refusal(400, f"invalid syntax: the sandbox cannot read {query!r}", BARE)
    sign, edge = compared.group(1), instant(compared.group(2))
    fits = {">": edge.__lt__, ">=": edge.__le__, "<": edge.__gt__, "<=": edge.__ge__}[sign]
    return [row for row in rows if fits(instant(row["last_event_time"]))]


def instant(text: str) -> datetime:
    """An instant of a query, UTC where it carries no offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(400, f"invalid timestamp {text!r}", BARE) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def day(text: str | None, field: str) -> date:
    """A day as YYYY-MM-DD."""
    try:
        return datetime.strptime(text or "", "%Y-%m-%d").date()
    except ValueError:
        raise Refusal(400, f"{field} must be in the format YYYY-MM-DD", field) from None


def whole(text: str | None, field: str) -> int | None:
    """A whole number that is not negative, None where there is none."""
    if text is None:
        return None
    if not text.isdigit():
        raise Refusal(400, f"{field or 'limit'} must be a number", field)
    return int(text)


def problem(status: int, message: str | None = None, field: str | None = None) -> Answer:
    """Errors as SendGrid writes them."""
    error: Row = {"message": message or SPOKEN.get(status, "internal server error")}
    if field != BARE:
        error["field"] = field
    return Answer(status, {"errors": [error]})
