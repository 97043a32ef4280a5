"""Firestore, the database of the party app, as its REST API v1: documents, lists, queries.

Documents are in `_firestore_objects.py`, access in `_google.py`; this file holds the lists and the
API: opaque page tokens that belong to one list, queries of a collection or of all of one name, with
an equality, a place to go on from and a limit. Leaves out transactions, other orders than that of
names, other filters, missing documents, and everything that writes.
"""

import base64
import json
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.vendors import _google as google
from scripts.sandbox.vendors._firestore_objects import ROOT, Objects, instant
from scripts.sandbox.vendors._google import Refusal
from scripts.sandbox.vendors.base import Answer, Record, Request, Row, Vendor, page_size

SCOPE = "https://www.googleapis.com/auth/datastore"
PARAMETERS = {"pageSize", "pageToken", "mask.fieldPaths"}
QUESTIONS = {"from", "where", "orderBy", "startAt", "limit"}
USUAL_PAGE = 100
UNKNOWN = (
    'Invalid JSON payload received. Unknown name "{0}": Cannot bind query parameter. '
    "Field '{0}' could not be found in request message."
)


class View(Vendor):
    """Firestore's documents as of the clock."""

    name, base_path, rows = "firestore", "/firestore", "documents"
    account_path = f"/v1/{ROOT}"

    def __init__(self, ledger: Ledger) -> None:
        """Documents when first asked for."""
        self.ledger, self.objects = ledger, Objects(ledger)

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """Every document of every collection, by name."""
        return {"documents": self.objects.documents()}

    @classmethod
    def key_file(cls, root: str) -> str:
        """The key of the service account that may read the documents."""
        return google.key_file(cls.name, f"{root}{cls.base_path}/token")

    # -- the API -----------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """A token, documents, or an error."""
        if request.path == "/token":
            return google.exchange(request, self.name)
        try:
            google.admit(request, SCOPE)
            return self._routed(request)
        except Refusal as refused:
            return refused.answer

    def _routed(self, request: Request) -> Answer:
        path, _, verb = request.path.partition(":")
        if not f"{path}/".startswith(f"{self.account_path}/"):
            if path.startswith("/v1/projects/"):
                raise Refusal(403, "Missing or insufficient permissions.")
            raise Refusal(404, "The requested URL was not found on this server.")
        below = path.removeprefix(self.account_path).strip("/")
        if verb == "runQuery" and request.method == "POST":
            return Answer(200, self._query(below, request.body))
        if verb or request.method != "GET" or not below:
            raise Refusal(404, "The requested URL was not found on this server.")
        query = dict(request.query)
        for name in query.keys() - PARAMETERS:
            raise Refusal(400, UNKNOWN.format(name))
        masks = [value for name, value in request.query if name == "mask.fieldPaths"]
        if len(below.split("/")) % 2:
            return Answer(200, self._list(below, query, masks))
        row = next((one for one in self.tables["documents"] if one["id"] == below), None)
        if row is None:
            raise Refusal(404, f'Document "{ROOT}/{below}" not found.')
        return Answer(200, shown(row, masks))

    def _list(self, collection: str, query: dict[str, str], masks: list[str]) -> Row:
        size = query.get("pageSize", "0")
        if not size.isdigit():
            raise Refusal(400, "Invalid value at 'page_size' (TYPE_INT32).")
        behind = self._behind(query.get("pageToken"), collection)
        rows = [
            one
            for one in self.tables["documents"]
            if one["id"].rpartition("/")[0] == collection and one["id"] > behind
        ]
        page = rows[: page_size(int(size) or USUAL_PAGE)]
        body: Row = {"documents": [shown(one, masks) for one in page]} if page else {}
        if len(page) < len(rows):
            place = json.dumps([collection, page[-1]["id"]]).encode()
            body["nextPageToken"] = base64.urlsafe_b64encode(place).decode()
        return body

    @staticmethod
    def _behind(token: str | None, collection: str) -> str:
        if not token:
            return ""
        try:
            listed, place = json.loads(base64.urlsafe_b64decode(token))
        except ValueError:
            listed, place = None, ""
        if listed != collection:
            raise Refusal(400, "Invalid page token.")
        return str(place)

    def _query(self, below: str, body: Any) -> list[Row]:
        asked = body.get("structuredQuery") if isinstance(body, dict) else None
        if not isinstance(asked, dict):
            raise Refusal(400, "Invalid JSON payload received: a structured query is required.")
        for name in asked.keys() - QUESTIONS:
            raise Refusal(400, f"The sandbox does not know {name} in a query.")
        rows = self._collected(below, asked.get("from") or [])
        rows = [row for row in rows if fits(row, asked.get("where"))]
        for one in asked.get("orderBy") or []:
            is_name = one.get("field") == {"fieldPath": "__name__"}
            if not is_name or one.get("direction", "ASCENDING") != "ASCENDING":
                raise Refusal(400, "The sandbox orders by __name__, ascending, only.")
        rows = from_place(rows, asked.get("startAt"))
        limit = asked.get("limit", len(rows))
        if not isinstance(limit, int) or limit < 0:
            raise Refusal(400, "limit is negative")
        read = instant(self.ledger.horizon - 1)
        found: list[Row] = [
            {"document": shown(row, []), "readTime": read} for row in rows[: page_size(limit)]
        ]
        return found or [{"readTime": read}]

    def _collected(self, below: str, selectors: list[Row]) -> list[Row]:
        if len(selectors) != 1:
            raise Refusal(400, "The sandbox queries one collection at a time.")
        name, found = selectors[0].get("collectionId"), []
        for row in self.tables["documents"]:
            above, _, collection = row["id"].rpartition("/")[0].rpartition("/")
            is_below = not below or f"{above}/".startswith(f"{below}/")
            if collection == name and is_below and (
                above == below or selectors[0].get("allDescendants")
            ):  # fmt: skip
                found.append(row)
        return found

    def refusal(self, status: int) -> Any:
        """Google's error body for a status."""
        return google.error(status).body

    def rows_of(self, body: Any) -> list[Row] | None:
        """The documents of a list, or the parts of a query's answer."""
        return body if isinstance(body, list) else super().rows_of(body)

    def is_later_page(self, request: Request) -> bool:
        """A page token, or a place to go on from."""
        asked = request.body.get("structuredQuery", {}) if isinstance(request.body, dict) else {}
        return "pageToken" in dict(request.query) or "startAt" in asked

    def expired_cursor(self) -> Answer:
        """A token of another list."""
        return google.error(400, "Invalid page token.")

    # -- the truth ---------------------------------------------------------------------

    def records(self) -> list[Record]:
        """Hosts and guests whom a document names."""
        build = self.objects
        shown_as = [
            *((build.host_key(one), one.host, True) for one in build.parties),
            *((build.rsvp_key(party, one), one.account, False) for party, one in build.rsvps),
        ]
        found = []
        for key, account, is_host in shown_as:
            name, email, phone = build.contact(account, is_host)
            found.append(
                Record(key, "firestore", account.person, account.key, name or None, email, phone)
            )
        return found

    def keys(self) -> dict[str, str]:
        """Accounts -> `firestore:host:<party>` and `firestore:rsvp:<party>-<id>`."""
        build = self.objects
        keys = {one.host.key: build.host_key(one) for one in self.ledger.parties}
        for party in self.ledger.parties:
            keys.update({one.account.key: build.rsvp_key(party, one) for one in party.rsvps})
        return keys

    def events(self) -> Iterator[tuple[str, str, datetime, str]]:
        """Each party when its host booked it, and each answer when it first came."""
        build = self.objects
        for one in build.parties:
            key = f"firestore:party:{build.code(one.key)}"
            yield one.host.person.person_id, "birthday_party_booked", moments.utc(one.booked), key
        for party, rsvp in build.rsvps:
            person, moment = rsvp.account.person.person_id, moments.utc(rsvp.answers[0][0])
            yield person, "birthday_party_rsvp", moment, build.rsvp_key(party, rsvp)


def shown(row: Row, masks: list[str]) -> Row:
    """A document as the API shows it, with the asked fields or all of them."""
    fields = {name: value for name, value in row["fields"].items() if not masks or name in masks}
    return {**{name: value for name, value in row.items() if name != "id"}, "fields": fields}


def fits(row: Row, where: Any) -> bool:
    """Whether a document passes a filter; an equality is the only one there is.

    Raises Refusal for another one.
    """
    if not where:
        return True
    one = where.get("fieldFilter", {})
    if one.get("op") != "EQUAL":
        raise Refusal(400, "The sandbox knows the filter EQUAL only.")
    name = one.get("field", {}).get("fieldPath")
    return name in row["fields"] and row["fields"][name] == one.get("value")


def from_place(rows: list[Row], place: Any) -> list[Row]:
    """The documents from a place on, or behind it.

    Raises Refusal for a place that is no document's name.
    """
    if not place:
        return rows
    values = place.get("values") or [{}]
    name = values[0].get("referenceValue", "")
    if len(values) != 1 or not name.startswith(f"{ROOT}/"):
        raise Refusal(400, "Cursor position must be a document's name.")
    code = name.removeprefix(f"{ROOT}/")
    return [row for row in rows if row["id"] > code or (place.get("before") and row["id"] == code)]
