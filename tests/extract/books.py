"""How QuickBooks answers questions and gives tokens, for the stand-in of `conftest.py`.

Rows lie in `lists` under `quickbooks/<entity>`, deleted ones under `quickbooks/deleted/<entity>`.
Every refresh token is replaced when it is used; the one before is taken until its successor has
been used.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.extract.shops import Answered, Lists, sent

OLD = "2025-06-01T10:00:00-07:00"
QUESTION = re.compile(
    r"select (?P<what>\*|count\(\*\)) from (?P<entity>\w+)"
    r"(?: where (?P<where>Active in \(true, false\)"
    r"|MetaData\.LastUpdatedTime >= '(?P<since>[^']+)'))?"
    r"(?: orderby Id startposition (?P<start>\d+) maxresults 1000)?"
)


def row(number: int, updated: str = OLD, **more: Any) -> dict[str, Any]:
    """A row of any list, changed long ago unless told."""
    return {"Id": str(number), "MetaData": {"LastUpdatedTime": updated}, **more}


def gone(number: int, updated: str) -> dict[str, Any]:
    """What change data capture says of a deleted row."""
    return {**row(number, updated), "domain": "QBO", "status": "Deleted"}


@dataclass
class Intuit:
    """The connection of one company: the tokens that are taken now, and what was asked for."""

    refresh: list[str] = field(default_factory=lambda: ["sandbox-only-not-a-secret"])
    access: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    now: str = "2026-02-10T12:00:00.000-08:00"
    is_rotating: bool = True

    def exchange(self, form: dict[str, str]) -> Answered:
        """A new pair of tokens; only the newest refresh token and the one before are taken."""
        token = form["refresh_token"]
        if form["grant_type"] != "refresh_token" or token not in self.refresh:
            return sent({"error": "invalid_grant"}, 400)
        self.used.append(token)
        number = len(self.used)
        self.access = [f"access-{number}"]
        newest = f"refresh-{number}" if self.is_rotating else token
        self.refresh = list(dict.fromkeys([token, newest]))
        return sent(
            {
                "access_token": self.access[0],
                "refresh_token": newest,
                "expires_in": 3600,
                "token_type": "bearer",
                "x_refresh_token_expires_in": 8640000,
            }
        )


def answer_as_books(request: Any, lists: Lists, cap: int | None, intuit: Intuit) -> Answered:
    """Tokens for a refresh token; rows and changes for an access token."""
    if request.path == "/quickbooks/oauth2/v1/tokens/bearer":
        return intuit.exchange(request.body)
    if request.headers.get("Authorization") not in [f"Bearer {one}" for one in intuit.access]:
        fault = {"error": [{"message": "AuthenticationFailed", "code": "3200"}]}
        return sent({"fault": fault | {"type": "AUTHENTICATION"}}, 401)
    if request.path.endswith("/cdc"):
        return changes(request.query, lists, intuit.now)
    return rows(request.query["query"], lists, cap or 1000, intuit.now)


def rows(question: str, lists: Lists, cap: int, now: str) -> Answered:
    """One page of a list in the order of ids; nothing at all where there is no row."""
    asked = QUESTION.fullmatch(question)
    if not asked:
        error = {"Message": "Error parsing query", "Detail": question, "code": "4000"}
        return sent({"Fault": {"Error": [error], "type": "ValidationFault"}, "time": now}, 400)
    found = lists.get(f"quickbooks/{asked['entity']}", [])
    if asked["since"]:
        since = datetime.fromisoformat(asked["since"])
        found = [row for row in found if updated(row) >= since]
    if asked["entity"] == "Account" and not asked["where"]:
        found = [row for row in found if row["Active"]]
    if asked["what"] != "*":
        return sent({"QueryResponse": {"totalCount": len(found)}, "time": now})
    found = sorted(found, key=lambda row: row.get("place") or int(row["Id"]))
    first = int(asked["start"]) - 1
    page = found[first : first + cap]
    body: dict[str, Any] = {}
    if page:
        body = {asked["entity"]: page, "startPosition": first + 1, "maxResults": len(page)}
    return sent({"QueryResponse": body, "time": now})


def changes(asked: dict[str, str], lists: Lists, now: str) -> Answered:
    """Changed and deleted rows since then, oldest first, no more than a thousand."""
    since = datetime.fromisoformat(asked["changedSince"])
    if (datetime.fromisoformat(now) - since).days >= 30:
        return sent({"Fault": {"Error": [{"code": "4001"}], "type": "ValidationFault"}}, 400)
    parts = []
    for entity in asked["entities"].split(","):
        found = [
            *lists.get(f"quickbooks/{entity}", []),
            *lists.get(f"quickbooks/deleted/{entity}", []),
        ]
        found = sorted((row for row in found if updated(row) >= since), key=updated)[:1000]
        parts.append({entity: found, "maxResults": len(found)} if found else {})
    return sent({"CDCResponse": [{"QueryResponse": parts}], "time": now})


def updated(row: dict[str, Any]) -> datetime:
    """When a row was last changed."""
    return datetime.fromisoformat(row["MetaData"]["LastUpdatedTime"])
