"""Twilio, the texts, as its API of 2010-04-01: the list of messages in both directions.

Objects are in `_twilio_objects.py`; this file holds the list and the API. Newest first; the next
page is a path with a token; days are filtered in GMT. Refuses too many requests at once only where
SANDBOX_LIMITS is 1. Leaves out single messages, media, calls and everything that writes.
"""

import base64
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from hashlib import md5
from typing import Any
from urllib.parse import urlencode

from scripts.sandbox import moments
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Person
from scripts.sandbox.vendors._twilio_objects import ACCOUNT, PATH, Objects
from scripts.sandbox.vendors.base import KEY, Answer, Record, Request, Row, Vendor, page_size

PAGE_SIZE, LARGEST_PAGE = 50, 1_000
SECONDS_APART = 0.02  # between two requests that are not yet too many
FILTERS = {"To", "From", "DateSent", "DateSent<", "DateSent>"}
PAGING = {"PageSize", "Page", "PageToken"}
WORDS = {
    400: (20001, "Bad request"),
    401: (20003, "Authenticate"),
    403: (20003, "Permission Denied"),
    404: (20404, "The requested resource was not found"),
    405: (20004, "Method not allowed"),
    429: (20429, "Too Many Requests"),
}


class Refusal(Exception):
    """A request that Twilio answers with an error."""

    def __init__(self, status: int, code: int | None = None, message: str | None = None) -> None:
        """An error of a status; the usual code and message unless others are given."""
        super().__init__(message)
        self.answer = problem(status, code, message)


class View(Vendor):
    """Twilio's messages as of the clock."""

    name, base_path, rows = "twilio", f"/twilio/2010-04-01/Accounts/{ACCOUNT}", "messages"

    def __init__(self, ledger: Ledger) -> None:
        """Objects by ledger key; the list when first asked for."""
        self.ledger, self.objects = ledger, Objects(ledger)
        self._last_request = 0.0

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """Every message, newest first."""
        rows = [self.objects.message(one) for one in self.ledger.texts]
        return {"messages": sorted(rows, key=newness, reverse=True)}

    # -- the API -----------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """A page of messages, or an error."""
        try:
            self._admit(request.headers.get("authorization", ""))
            if request.path.strip("/") != "Messages.json":
                raise Refusal(404)
            if request.method != "GET":
                raise Refusal(405)
            self._hold_back()
            return self._page(dict(request.query))
        except Refusal as refused:
            return refused.answer

    @staticmethod
    def _admit(given: str) -> None:
        kind, _, value = given.partition(" ")
        try:
            user, _, password = base64.b64decode(value).decode().partition(":")
        except ValueError:
            user = password = ""
        if kind.lower() != "basic" or not user or password != KEY:
            raise Refusal(401)

    def _hold_back(self) -> None:
        if os.environ.get("SANDBOX_LIMITS") != "1":
            return
        now = time.monotonic()
        is_early, self._last_request = now - self._last_request < SECONDS_APART, now
        if is_early:
            raise Refusal(429)

    def _page(self, query: dict[str, str]) -> Answer:
        for name in query.keys() - FILTERS - PAGING:
            raise Refusal(400, 20001, f"Unknown parameter: {name}")
        asked = query.get("PageSize", str(PAGE_SIZE))
        if not asked.isdigit() or not 1 <= int(asked) <= LARGEST_PAGE:
            raise Refusal(400, 20007, f"Page size must be between 1 and {LARGEST_PAGE}")
        if not query.get("Page", "0").isdigit():
            raise Refusal(400, 20001, "Page must be a number")
        rows, token, start = filtered(self.tables["messages"], query), query.get("PageToken"), 0
        if token:
            sids = [row["sid"] for row in rows]
            if token[2:] not in sids:
                raise Refusal(400, 20001, "Invalid PageToken")
            start = sids.index(token[2:]) + 1
        page = rows[start : start + page_size(int(asked))]
        number = int(query.get("Page", "0"))
        kept = {name: value for name, value in query.items() if name in FILTERS}
        kept["PageSize"] = asked

        def uri(place: int, after: str | None = None) -> str:
            more = {"Page": place} | ({"PageToken": f"PA{after}"} if after else {})
            return f"{PATH}.json?{urlencode({**kept, **more})}"

        is_last = start + len(page) >= len(rows)
        body: Row = {
            "end": start + max(0, len(page) - 1),
            "first_page_uri": uri(0),
            "next_page_uri": None if is_last else uri(number + 1, page[-1]["sid"]),
            "page": number,
            "page_size": int(asked),
            "previous_page_uri": uri(number - 1) if number else None,
            "start": start,
            "uri": uri(number, token[2:] if token else None),
            "messages": page,
        }
        return Answer(200, body, {"Twilio-Concurrent-Requests": "1"})

    def refusal(self, status: int) -> Any:
        """Twilio's error for a status."""
        return problem(status).body

    def is_later_page(self, request: Request) -> bool:
        """A token."""
        return "PageToken" in dict(request.query)

    def expired_cursor(self) -> Answer:
        """A token that is no longer known."""
        return problem(400, 20001, "Invalid PageToken")

    # -- for the truth -----------------------------------------------------------------

    @cached_property
    def _people(self) -> dict[str, Person]:
        found: dict[str, Person] = {}
        for one in self.ledger.texts:
            found.setdefault(one.person.phone, one.person)
        return found

    def records(self) -> list[Record]:
        """Every number that wrote to us or was written to."""
        return [
            Record(record_key(phone), "twilio", one, origin(one), None, None, phone)
            for phone, one in self._people.items()
        ]

    def keys(self) -> dict[str, str]:
        """`twilio:<person>` -> `twilio:number:<md5 of the number>`."""
        return {origin(one): record_key(phone) for phone, one in self._people.items()}

    def events(self) -> Iterator[tuple[str, str, datetime, str]]:
        """Each text that came in or left."""
        for one in self.ledger.texts:
            kind = "sms_received" if one.is_inbound else "sms_sent"
            person = self._people[one.person.phone].person_id
            key = f"twilio:message:{self.objects.sid(one)}"
            yield person, kind, moments.utc(one.moment), key

    def consents(self) -> Iterator[tuple[str, str, str, int, bool]]:
        """Whoever said in whatever words that they want texts, or no more."""
        for one in self.ledger.texts:
            if one.says:
                yield one.person.phone, "sms", one.says, one.moment, True


def origin(person: Person) -> str:
    """The ledger's name for what Twilio knows of somebody."""
    return f"twilio:{person.person_id}"


def record_key(phone: str) -> str:
    """The key of a number."""
    return f"twilio:number:{md5(phone.encode()).hexdigest()}"


def newness(row: Row) -> tuple[datetime, str]:
    """Where a message stands in the list."""
    return read(row["date_sent"] or row["date_created"]), row["sid"]


def read(text: str) -> datetime:
    """An instant as the rows write it."""
    return datetime.strptime(text, "%a, %d %b %Y %H:%M:%S %z")


def filtered(rows: list[Row], query: dict[str, str]) -> list[Row]:
    """Messages to or from a number, sent on a day, since or until it; what waits has no day."""
    for name, column in (("To", "to"), ("From", "from")):
        if name in query:
            rows = [row for row in rows if row[column] == query[name]]
    for name in {"DateSent", "DateSent<", "DateSent>"} & query.keys():
        edge, is_day = instant(query[name])
        rows = [
            row
            for row in rows
            if row["date_sent"] and passes(read(row["date_sent"]), name, edge, is_day)
        ]
    return rows


def passes(sent: datetime, name: str, edge: datetime, is_day: bool) -> bool:
    """Whether a message passes one filter; a day includes its messages either way."""
    if name.endswith(">"):
        return sent >= edge
    if name.endswith("<"):
        return sent.date() <= edge.date() if is_day else sent <= edge
    return sent.date() == edge.date()


def instant(text: str) -> tuple[datetime, bool]:
    """A day or an instant in GMT, and whether it is a day."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(400, 20001, f"Invalid date: {text}") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)), len(text) == 10


def problem(status: int, code: int | None = None, message: str | None = None) -> Answer:
    """An error as Twilio writes it."""
    usual = WORDS.get(status, (20500, "An internal server error has occurred"))
    code, message = code or usual[0], message or usual[1]
    body = {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return Answer(status, body)
