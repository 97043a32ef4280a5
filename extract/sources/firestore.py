"""Firestore, the database of the gym's own party app: birthday parties and who comes to them.

Facts from the vendor's REST API v1: documents lie in collections and may have collections below
them; a list names its next page in a token, a query goes on behind the last document that it gave,
until it gives none. Every value says its type (`{"integerValue": "7"}`), which is taken off here
without changing the value. Nothing can be asked for what changed, so all is read every day. Two
generations of the app keep parties in `parties` and, among other things, in `events`; the answers
of guests lie below each, also below one that is gone, and are read across all of them.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from requests import Request, Response

from extract.api import BrokenAnswer, Page, UnreadableAnswer, connect
from extract.config import System
from extract.contract import column_name
from extract.google import access_token
from extract.paging import Continued

SYSTEM = System(
    base_url="https://firestore.googleapis.com/v1/projects/{FIREBASE_PROJECT_ID}"
    "/databases/(default)/documents",
    key_variable="FIREBASE_CREDENTIALS",
    key_from="the Firebase console under Project settings > Service accounts, as JSON",
    probe="parties?pageSize=1",
    access_token=partial(access_token, "firestore", "https://www.googleapis.com/auth/datastore"),
)

DOCUMENTS_PER_PAGE = 300
QUERIES: dict[str, dict[str, Any]] = {
    "events": {
        "from": [{"collectionId": "events"}],
        "where": {
            "fieldFilter": {
                "field": {"fieldPath": "eventType"},
                "op": "EQUAL",
                "value": {"stringValue": "birthday"},
            }
        },
    },
    "rsvps": {"from": [{"collectionId": "rsvps", "allDescendants": True}]},
}


class ByPageToken(Continued):
    """The token goes beside the same question."""

    def next_place(self, response: Response) -> Any:
        """The answer's token."""
        return response.json().get("nextPageToken") or None

    def ask(self, request: Request, place: str) -> None:
        """Ask for the page of the token."""
        request.params["pageToken"] = place


class BehindTheLast(Continued):
    """A query of documents in the order of their names goes on behind the last one that came."""

    def next_place(self, response: Response) -> Any:
        """The name of the last document; None behind the end.

        Raises BrokenAnswer for documents of which none has a name.
        """
        documents = documents_of(response.json())
        names = [one.get("name") for one in documents if isinstance(one, dict)]
        usable = [name for name in names if isinstance(name, str) and name]
        if documents and not usable:
            raise BrokenAnswer("a page without names to continue from", response)
        return usable[-1] if usable else None

    def ask(self, request: Request, place: str) -> None:
        """The same query behind a document."""
        if request.json:
            cursor = {"values": [{"referenceValue": place}], "before": False}
            request.json["structuredQuery"]["startAt"] = cursor


def pull(table: str, start: date | None) -> Iterator[Page]:
    """Pages of one table; there are no windows here."""
    api = connect("firestore")
    if table == "parties":
        size = {"pageSize": DOCUMENTS_PER_PAGE}
        for page in api.pages(
            table, table, size, ByPageToken(), rows_at="documents", omits_empty=True
        ):
            yield Page([flat(one) for one in page.rows])
        return
    in_order = {"orderBy": [{"field": {"fieldPath": "__name__"}}], "limit": DOCUMENTS_PER_PAGE}
    for page in api.pages(
        table,
        f"{api.base_url}:runQuery",
        {},
        BehindTheLast(),
        rows_at="$",
        refuse=refuse_errors,
        post={"structuredQuery": {**QUERIES[table], **in_order}},
    ):
        yield Page([flat(one) for one in documents_of(page.rows)])


def documents_of(answer: list[Any]) -> list[Any]:
    """The documents in the answer to a query, whose other parts say when it was read."""
    return [
        one.get("document") if isinstance(one, dict) else one
        for one in answer
        if not isinstance(one, dict) or "document" in one
    ]


def refuse_errors(body: Any, response: Response) -> None:
    """An answer that breaks off says so in its last part."""
    if any(isinstance(one, dict) and "error" in one for one in body):
        raise UnreadableAnswer("an answer that broke off with an error", response)


def flat(document: Any) -> Any:
    """A document as a row: its fields, and where it lies; one of another shape has no id and will
    be refused."""
    fields = document.get("fields", {}) if isinstance(document, dict) else None
    if not isinstance(fields, dict):
        return {"document": document}
    row = {column_name(name): untagged(value) for name, value in fields.items()}
    path = str(document.get("name") or "").partition("/documents/")[2].split("/")
    above = {"party_id": path[-3], "party_collection": path[-4]} if len(path) > 3 else {}
    return (
        row
        | above
        | {
            "id": path[-1],
            "create_time": document.get("createTime"),
            "update_time": document.get("updateTime"),
        }
    )


def untagged(value: Any) -> Any:
    """A value without the name of its type; whole numbers, which come as text, as numbers."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    ((tag, inner),) = value.items()
    if tag == "nullValue":
        return None
    if tag == "integerValue" and str(inner).lstrip("-").isdigit():
        return int(inner)
    if tag == "mapValue" and isinstance(inner, dict):
        return {name: untagged(one) for name, one in inner.get("fields", {}).items()}
    if tag == "arrayValue" and isinstance(inner, dict):
        return [untagged(one) for one in inner.get("values", [])]
    return inner
