"""Meta's Graph API as the sandbox's Instagram and Facebook Ads share it.

Objects have numbers, lists hang on objects and answer `{"data", "paging"}`; which fields come is
asked for, with lists inside lists (`replies.limit(2){id}`). The link to the next page carries the
token, as Meta's does. Errors are in the body, nearly always with status 400. A token is renewed
every 55 days, so that it comes near its end. Parameters that the sandbox does not know are refused,
where Meta would pass over them.
"""

import base64
import json
import os
import re
import time
from abc import abstractmethod
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from scripts.sandbox import moments
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.vendors.base import KEY, Answer, Request, Row, Vendor, page_size

VERSION = "v25.0"
ACCOUNT = "17841400000000001"
CALLS, CALLS_A_SECOND = 200, 5.0
RENEWED_EVERY, LASTS, AGE_ON_DAY_0 = 55, 60, 20  # days
DEFAULT_LIMIT = 25
LATER = {"after"}
MESSAGES = {
    4: "(#4) Application request limit reached",
    104: "An access token is required to request this resource.",
    190: "Error validating access token: Session has expired.",
}


@dataclass(frozen=True)
class Asked:
    """One asked field; `inside` are the fields of a list that hangs on it."""

    name: str
    limit: int = DEFAULT_LIMIT
    inside: tuple["Asked", ...] = ()


class Refusal(Exception):
    """A request that the Graph API answers with an error."""

    def __init__(
        self, code: int, message: str, subcode: int | None = None, status: int = 400, **more: Any
    ) -> None:
        """An error; `more` are further fields of it."""
        super().__init__(message)
        self.answer = Answer(status, error(code, message, subcode, **more))


def error(code: int, message: str, subcode: int | None = None, **more: Any) -> Row:
    """The body of an error."""
    found: Row = {"message": message, "type": "OAuthException", "code": code, **more}
    if subcode is not None:
        found["error_subcode"] = subcode
    return {"error": found | {"fbtrace_id": f"A{code:08d}sandbox"}}


class Graph(Vendor):
    """A system of Meta's."""

    rows = "data"

    def __init__(self, ledger: Ledger) -> None:
        """A view of a ledger."""
        self.ledger = ledger
        self._calls, self._since = 0.0, 0.0

    @abstractmethod
    def routed(self, request: Request, parts: list[str], query: dict[str, str]) -> Row:
        """The body of the answer about `parts`, the path behind the version."""

    def answer(self, request: Request) -> Answer:
        """A list, an object, or an error."""
        used = self._call()
        try:
            self._admit(request)
            if used > CALLS:
                raise Refusal(4, MESSAGES[4])
            version, *parts = [part for part in request.path.split("/") if part] or [""]
            if not re.fullmatch(r"v\d+\.\d", version) or not parts:
                raise Refusal(2500, f"Unknown path components: {request.path}")
            query = {name: value for name, value in request.query if name != "access_token"}
            answer = Answer(200, self.routed(request, parts, query))
        except Refusal as refused:
            answer = refused.answer
        usage = {"call_count": min(100, int(100 * used / CALLS)), "total_cputime": 0,
                 "total_time": 0}  # fmt: skip
        minutes = 1 if used > CALLS else 0
        limits = [{"type": self.name, **usage, "estimated_time_to_regain_access": minutes}]
        answer.headers["X-App-Usage"] = json.dumps(usage)
        answer.headers["X-Business-Use-Case-Usage"] = json.dumps({ACCOUNT: limits})
        answer.headers["facebook-api-version"] = VERSION
        return answer

    def _call(self) -> float:
        """How full the bucket is with this call; it refuses nobody unless limits are asked."""
        if os.environ.get("SANDBOX_LIMITS") != "1":
            return 1.0
        now = time.monotonic()
        self._calls = max(0.0, self._calls - CALLS_A_SECOND * (now - self._since))
        self._since = now
        if self._calls + 1 > CALLS:
            return CALLS + 1.0
        self._calls += 1
        return self._calls

    @staticmethod
    def _admit(request: Request) -> None:
        given = request.headers.get("authorization", "").partition(" ")[2]
        token = dict(request.query).get("access_token") or given
        if not token:
            raise Refusal(104, MESSAGES[104])
        if token != KEY:
            raise Refusal(190, "Invalid OAuth access token - Cannot parse access token")

    # -- what both systems answer ------------------------------------------------------

    def known(self, query: dict[str, str], *names: str) -> None:
        """Refuse parameters that the sandbox does not know."""
        for name in query.keys() - set(names):
            raise Refusal(100, f"The sandbox does not know the parameter {name}")

    def page(
        self,
        request: Request,
        rows: list[Row],
        query: dict[str, str],
        most: int,
        key: str = "id",
    ) -> Row:
        """One page of a list, after the row that the cursor names."""
        limit = whole(query.get("limit", str(DEFAULT_LIMIT)), "limit")
        size = page_size(min(most, max(1, limit)))
        begin = 0
        if "after" in query:
            places = {cursor(row[key]): place for place, row in enumerate(rows)}
            if query["after"] not in places:
                raise Refusal(100, "(#100) Invalid parameter: after")
            begin = places[query["after"]] + 1
        chosen = rows[begin : begin + size]
        if not chosen:
            return {"data": []}
        cursors = {"before": cursor(chosen[0][key]), "after": cursor(chosen[-1][key])}
        paging: Row = {"cursors": cursors}
        if begin + size < len(rows):
            more = {**query, "access_token": KEY, "limit": str(limit), "after": cursors["after"]}
            root = f"{request.root}{self.base_path}"
            paging["next"] = f"{root}{request.path}?{urlencode(more)}"
        return {"data": chosen, "paging": paging}

    def me(self) -> Row:
        """Whose token it is."""
        return {"id": "122100000000000001"}

    def debug_token(self, query: dict[str, str]) -> Row:
        """What Meta says of a token."""
        if query.get("input_token") != KEY:
            raise Refusal(190, "The access token could not be decrypted")
        issued = token_made(self.ledger.settings.today, self.ledger.clock)
        made = moments.instant(issued, 10 * 3600)
        return {
            "data": {
                "app_id": "1000000000000001",
                "type": "USER",
                "application": "Basin warehouse",
                "data_access_expires_at": made + 90 * moments.DAY,
                "expires_at": made + LASTS * moments.DAY,
                "is_valid": True,
                "issued_at": made,
                "scopes": ["instagram_basic", "instagram_manage_insights",
                           "instagram_manage_comments", "ads_read"],
                "user_id": self.me()["id"],
            }
        }  # fmt: skip

    def shared(self, parts: list[str], query: dict[str, str]) -> Row | None:
        """The answers that both systems give; None for any other path."""
        if parts == ["debug_token"]:
            return self.debug_token(query)
        return self.me() if parts == ["me"] else None

    def absent(self, code: str) -> Refusal:
        """What Meta says of an object that there is not."""
        return Refusal(
            100,
            f"Unsupported get request. Object with ID '{code}' does not exist, cannot be loaded "
            "due to missing permissions, or does not support this operation.",
            33,
        )

    # -- what faults need --------------------------------------------------------------

    def refusal(self, status: int) -> Any:
        """Meta's error for a status."""
        if status == 429:
            return error(4, MESSAGES[4])
        if status in (401, 403):
            return error(190, MESSAGES[190], 463)
        return error(2, "An unexpected error has occurred. Please retry your request later.",
                     is_transient=True)  # fmt: skip

    def refused(self, request: Request, status: int, headers: dict[str, str]) -> Answer:
        """Limits and dead tokens come with status 400."""
        said = 400 if status in (401, 403, 429) else status
        return Answer(said, self.refusal(status), headers)

    def is_later_page(self, request: Request) -> bool:
        """A cursor."""
        return bool(LATER & {name for name, _ in request.query})

    def expired_cursor(self) -> Answer:
        """An unknown place in the list."""
        return Refusal(100, "(#100) Invalid parameter: after").answer


def token_made(day_0: date, clock: date) -> date:
    """The day on which the token was last renewed."""
    first = day_0 - timedelta(days=AGE_ON_DAY_0)
    return first + timedelta(days=RENEWED_EVERY * ((clock - first).days // RENEWED_EVERY))


def cursor(code: object) -> str:
    """The place behind a row, in Meta's way of writing it."""
    return base64.urlsafe_b64encode(f"QVFI{code}".encode()).decode().rstrip("=")


def whole(given: str, name: str) -> int:
    """A whole number that is not negative."""
    if not given.isdigit():
        raise Refusal(100, f"(#100) Param {name} must be an integer")
    return int(given)


FIELD = re.compile(r"\s*(?P<name>\w+)(?:\.limit\((?P<limit>\d+)\))?(?P<opens>\{)?")


def asked_fields(text: str) -> tuple[Asked, ...]:
    """The fields of `a,b,c.limit(5){d,e}`."""
    found, rest = _fields(text)
    if rest:
        raise Refusal(2500, f"Syntax error: unexpected {rest[:1]!r} in the fields")
    return found


def _fields(text: str) -> tuple[tuple[Asked, ...], str]:
    found: list[Asked] = []
    while match := FIELD.match(text):
        inside: tuple[Asked, ...] = ()
        text = text[match.end() :]
        if match["opens"]:
            inside, text = _fields(text)
            if not text.startswith("}"):
                raise Refusal(2500, "Syntax error: a bracket of the fields is not closed")
            text = text[1:]
        found.append(Asked(match["name"], int(match["limit"] or DEFAULT_LIMIT), inside))
        if not text.startswith(","):
            break
        text = text[1:]
    return tuple(found), text


def picked(row: Row, names: tuple[str, ...], known: set[str], node: str) -> Row:
    """A row with the asked fields that it has, and always its id."""
    for name in names:
        if name not in known:
            raise Refusal(
                100, f"(#100) Tried accessing nonexisting field ({name}) on node type ({node})"
            )
    return {name: row[name] for name in dict.fromkeys((*names, "id")) if name in row}
