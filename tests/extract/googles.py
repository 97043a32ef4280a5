"""How Google Analytics and Firestore answer, and the key of a service account, for the stand-in of
`conftest.py`.

Rows of a report lie in `lists` under its dimensions (`google_analytics/date+eventName`), each by
the names of dimensions and metrics; `google_analytics/metadata` is what every report says of
itself. Documents lie under the collection that is asked for (`firestore/rsvps`). A cap makes every
page smaller than it was asked for.
"""

import json
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

Lists = dict[str, list[Any]]
Answered = tuple[int, dict[str, str], bytes]
TOKEN = "bought-with-an-assertion"
DOCUMENTS = "projects/p/databases/(default)/documents"


@cache
def private_key() -> str:
    """A key that exists as long as the tests run."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def key_file(endpoint: str) -> str:
    """A service account's key that is exchanged at an endpoint."""
    return json.dumps(
        {
            "type": "service_account",
            "client_email": "reader@example.org",
            "private_key_id": "k1",
            "private_key": private_key(),
            "token_uri": endpoint,
        }
    )


def answer_as_google(request: Any, lists: Lists, cap: int | None) -> Answered:
    """A token for an assertion; what follows only for the token."""
    if request.path.endswith("/token"):
        return sent({"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"})
    if request.headers.get("Authorization") != f"Bearer {TOKEN}":
        return sent({"error": {"code": 401, "status": "UNAUTHENTICATED"}}, 401)
    if request.path.endswith(":runReport"):
        return sent(report(request.body, lists, cap or 100_000))
    if request.path.endswith(":runQuery"):
        return sent(query(request.body["structuredQuery"], lists, cap or 300))
    name = request.path.rsplit("/", 1)[-1]
    rows = lists.get(f"firestore/{name}", [])
    begin, size = int(request.query.get("pageToken", 0)), int(request.query["pageSize"])
    page = rows[begin : begin + min(size, cap or 300)]
    body: dict[str, Any] = {"documents": page} if page else {}
    if begin + len(page) < len(rows):
        body["nextPageToken"] = str(begin + len(page))
    return sent(body)


def sent(body: Any, status: int = 200) -> Answered:
    """A proper JSON answer."""
    return status, {"Content-Type": "application/json"}, json.dumps(body).encode()


def report(asked: Any, lists: Lists, cap: int) -> dict[str, Any]:
    """A report from a day on; without rows it has neither a list nor a count."""
    dimensions, metrics = (
        [one["name"] for one in asked[kind]] for kind in ("dimensions", "metrics")
    )
    since = asked["dateRanges"][0]["startDate"].replace("-", "")
    rows = lists.get(f"google_analytics/{'+'.join(dimensions)}", [])
    rows = [row for row in rows if row["date"] >= since]
    begin, size = int(asked.get("offset", 0)), min(int(asked["limit"]), cap)
    body: dict[str, Any] = {
        "dimensionHeaders": [{"name": name} for name in dimensions],
        "metricHeaders": [{"name": name, "type": "TYPE_INTEGER"} for name in metrics],
        "metadata": lists.get("google_analytics/metadata", [{"timeZone": "America/Chicago"}])[0],
        "kind": "analyticsData#runReport",
    }
    if rows:
        body["rowCount"] = len(rows)
        body["rows"] = [
            {
                "dimensionValues": [{"value": row[name]} for name in dimensions],
                "metricValues": [{"value": row.get(name, "0")} for name in metrics],
            }
            for row in rows[begin : begin + size]
        ]
    return body


def query(asked: Any, lists: Lists, cap: int) -> list[dict[str, Any]]:
    """Documents by name, behind the one that is named; who finds none says only when."""
    rows = sorted(
        lists.get(f"firestore/{asked['from'][0]['collectionId']}", []),
        key=lambda row: str(row.get("name")),
    )
    if "startAt" in asked:
        place = asked["startAt"]["values"][0]["referenceValue"]
        rows = [row for row in rows if str(row.get("name")) > place]
    read = {"readTime": "2026-01-31T12:00:00Z"}
    found = [{"document": row, **read} for row in rows[: min(asked["limit"], cap)]]
    return found or [read]
