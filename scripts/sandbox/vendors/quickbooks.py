"""QuickBooks Online, the gym's books, as Intuit's data service v3: questions in its query language,
change data capture, and the token endpoint, which is a host of its own at Intuit's.

Objects are in `_quickbooks_objects.py`, the language in `_quickbooks_query.py`, tokens in
`_quickbooks_tokens.py`; this file holds the lists and the API. Rows come in an order that nobody
promised, another one every day, unless `orderby` asks for one. Whoever does not accept JSON gets
XML. Where SANDBOX_LIMITS is 1, the 501st request of a minute is refused. Leaves out questions by
POST, single objects, reports, every other entity and everything that writes.
"""

import base64
import os
import re
import time
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape

from scripts.sandbox import books
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.vendors import _quickbooks_query as language
from scripts.sandbox.vendors._quickbooks_objects import ENTITIES, PACIFIC, Objects
from scripts.sandbox.vendors._quickbooks_tokens import ACCESS_SECONDS, REFRESH_SECONDS, Tokens
from scripts.sandbox.vendors.base import KEY, Answer, Record, Request, Row, Vendor, page_size

REALM = "9341450000000001"
MOST_CHANGES, CAPTURED = 1_000, timedelta(days=30)
A_MINUTE = 500
FAULTS = {
    400: ("ValidationFault", "4001", "Invalid query"),
    403: ("AuthorizationFault", "3100",
          "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"),
    404: ("SystemFault", "270", "message=HTTP 404 Not Found"),
    429: ("SERVICE", "3001", "message=ThrottleExceeded; errorCode=003001; statusCode=429"),
}  # fmt: skip
DETAILS = {429: "The request limit was reached.  Try again later"}
BROKEN = ("SystemFault", "10000", "An application error has occurred while processing your request")


class Refusal(Exception):
    """A request that the service answers with a fault."""

    def __init__(self, status: int, detail: str, code: str | None = None) -> None:
        """A fault of a status."""
        super().__init__(detail)
        self.status, self.detail, self.code = status, detail, code


class View(Vendor):
    """The company's lists as of the clock."""

    name, base_path, rows = "quickbooks", "/quickbooks", "QueryResponse"
    account_path = f"/v3/company/{REALM}"

    def __init__(self, ledger: Ledger) -> None:
        """Objects by entry; lists when first asked for."""
        self.ledger = ledger
        self.objects = Objects(books.keep(ledger))
        self.tokens = Tokens(ledger.chance, ledger.horizon - 1)
        self._asked: list[float] = []

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """Every entity's rows, in an order that is no order."""
        return {name: self._shuffled(self.objects.rows(name)) for name in ENTITIES}

    def _shuffled(self, rows: list[Row]) -> list[Row]:
        day, chance = self.ledger.clock, self.ledger.chance
        return sorted(rows, key=lambda row: chance.bits("quickbooks order", day, row["Id"]))

    @property
    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.ledger.horizon - 1, PACIFIC)

    # -- the API -----------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """Tokens, a list, changes, or a fault."""
        self.tokens.home = self.home
        if request.path == "/oauth2/v1/tokens/bearer":
            return self._token(request)
        try:
            self._admit(request)
            answer = self._routed(request, dict(request.query))
        except Refusal as refused:
            answer = self._fault(refused.status, refused.detail, refused.code)
        accepts = request.headers.get("accept", "")
        return answer if "json" in accepts and isinstance(answer.body, dict) else as_xml(answer)

    def _admit(self, request: Request) -> None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not self.tokens.admits(token):
            raise Refusal(401, "Token expired")
        if os.environ.get("SANDBOX_LIMITS") == "1":
            since = time.monotonic() - 60
            self._asked = [*(one for one in self._asked if one > since), since + 60]
            if len(self._asked) > A_MINUTE:
                raise Refusal(429, DETAILS[429])

    def _routed(self, request: Request, query: dict[str, str]) -> Answer:
        found = re.fullmatch(r"/v3/company/(\w+)/(query|cdc)", request.path)
        if not found or request.method != "GET":
            raise Refusal(404, "The requested resource is not there.")
        if found[1] != REALM:
            raise Refusal(403, "The company did not connect this app.")
        return self._query(query) if found[2] == "query" else self._changes(query)

    def _query(self, query: dict[str, str]) -> Answer:
        try:
            question = language.read(query.get("query", ""), ENTITIES)
            rows = self.tables[question.entity]
            if question.entity == "Account" and "Active" not in (
                name for name, *_ in question.conditions
            ):
                rows = [row for row in rows if row["Active"]]
            rows = language.matching(rows, question)
        except language.BadQuestion as wrong:
            raise Refusal(400, wrong.detail, wrong.code) from None
        if question.is_count:
            return self._answered({"totalCount": len(rows)})
        size, first = page_size(question.most), question.start - 1
        page = rows[first : first + size]
        found: Row = {}
        if page:
            found = {
                question.entity: page,
                "startPosition": question.start,
                "maxResults": len(page),
            }
            if first == 0 and len(rows) < size:
                found["totalCount"] = len(rows)
        return self._answered(found)

    def _answered(self, found: Row) -> Answer:
        return Answer(200, {"QueryResponse": found, "time": self._time()})

    def _time(self) -> str:
        return self._now.isoformat(timespec="milliseconds")

    def _changes(self, query: dict[str, str]) -> Answer:
        """Change data capture: a part for each entity; a thousand objects in all, and then no
        more."""
        entities = [one for one in query.get("entities", "").split(",") if one]
        for name in entities:
            if name not in ENTITIES:
                raise Refusal(400, f"{name} is not an entity that is captured.")
        try:
            since = datetime.fromisoformat(query.get("changedSince", "").replace(" ", "+"))
        except ValueError:
            raise Refusal(400, "changedSince is not a valid time.") from None
        since = since if since.tzinfo else since.replace(tzinfo=UTC)
        if not entities or self._now - since > CAPTURED:
            raise Refusal(400, "changedSince must lie within the last 30 days.")
        parts, left = [], MOST_CHANGES
        for name in entities:
            rows = [row for row in [*self.tables[name], *self.objects.gone(name)]
                    if changed(row) >= since]  # fmt: skip
            rows = sorted(rows, key=lambda row: (changed(row), int(row["Id"])))[:left]
            left -= len(rows)
            count = {"startPosition": 1, "maxResults": len(rows), "totalCount": len(rows)}
            parts.append({name: rows, **count} if rows else {})
        return Answer(200, {"CDCResponse": [{"QueryResponse": parts}], "time": self._time()})

    def _token(self, request: Request) -> Answer:
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        try:
            app = base64.b64decode(value).decode().split(":")
        except ValueError:
            app = []
        if kind.lower() != "basic" or app != [KEY, KEY]:
            return Answer(401, {"error": "invalid_client"})
        body = request.body if isinstance(request.body, dict) else {}
        if request.method != "POST" or body.get("grant_type") != "refresh_token":
            return Answer(400, {"error": "unsupported_grant_type"})
        given = self.tokens.exchange(str(body.get("refresh_token", "")))
        if given is None:
            text = "Incorrect or invalid refresh token"
            return Answer(400, {"error": "invalid_grant", "error_description": text})
        return Answer(
            200,
            {
                "x_refresh_token_expires_in": REFRESH_SECONDS,
                "refresh_token": given[0],
                "access_token": given[1],
                "token_type": "bearer",
                "expires_in": ACCESS_SECONDS,
            },
        )

    def _fault(self, status: int, detail: str, code: str | None = None) -> Answer:
        if status == 401:
            return Answer(401, self.refusal(401))
        kind, usual, message = FAULTS.get(status, BROKEN)
        if code == "4000":
            message = "Error parsing query"
        error = {"Message": message, "Detail": detail, "code": code or usual}
        return Answer(status, {"Fault": {"Error": [error], "type": kind}, "time": self._time()})

    def refusal(self, status: int) -> Any:
        """A fault of a status; the one for a refused token has a form of its own."""
        if status != 401:
            return self._fault(status, DETAILS.get(status, "System Failure Error")).body
        message = "message=AuthenticationFailed; errorCode=003200; statusCode=401"
        error = {"message": message, "detail": "Token expired", "code": "3200", "element": None}
        return {
            "warnings": None,
            "intuitObject": None,
            "fault": {"error": [error], "type": "AUTHENTICATION"},
            "report": None,
            "queryResponse": None,
            "batchItemResponse": [],
            "attachableResponse": [],
            "syncErrorResponse": None,
            "requestId": None,
            "time": (self.ledger.horizon - 1) * 1_000,
            "status": None,
            "cdcresponse": [],
        }

    def rows_of(self, body: Any) -> list[Row] | None:
        """Whichever list an answer to a question holds."""
        found = body.get("QueryResponse") if isinstance(body, dict) else None
        if not isinstance(found, dict):
            return None
        return next((rows for rows in found.values() if isinstance(rows, list)), None)

    def is_later_page(self, request: Request) -> bool:
        """A position behind the first."""
        asked = re.search(r"startposition\s+(\d+)", dict(request.query).get("query", ""), re.I)
        return asked is not None and int(asked[1]) > 1

    def expired_cursor(self) -> Answer:
        """Positions do not expire; the service fails."""
        return self._fault(500, "System Failure Error")

    # -- the truth ---------------------------------------------------------------------

    def records(self) -> list[Record]:
        """Nobody: the books name companies."""
        return []

    def keys(self) -> dict[str, str]:
        """No account of a person exists here."""
        return {}


def changed(row: Row) -> datetime:
    """When a row was last changed."""
    return datetime.fromisoformat(row["MetaData"]["LastUpdatedTime"])


def as_xml(answer: Answer) -> Answer:
    """The same answer as the service gives it to those who do not ask for JSON."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{element("IntuitResponse", answer.body)}'
    return Answer(answer.status, body, {**answer.headers, "Content-Type": "application/xml"})


def element(name: str, value: Any) -> str:
    """A value as XML; a list is its elements one after the other."""
    if isinstance(value, list):
        return "".join(element(name, one) for one in value)
    if isinstance(value, dict):
        inner = "".join(element(key, one) for key, one in value.items())
    else:
        inner = escape("" if value is None else str(value))
    return f"<{name}>{inner}</{name}>"
