"""Klaviyo, the marketing system, as its API of revision 2026-07-15: profiles, lists, segments,
campaigns, templates, flows, metrics and events; profiles, lists, events and subscriptions may be
written.

What there is stands in `_klaviyo_objects.py`, `_klaviyo_profiles.py` and `_klaviyo_events.py`, with
what programs wrote in `_klaviyo_held.py`; how it is asked for in `_klaviyo_questions.py`, how it is
written in `_klaviyo_writes.py`. This file holds the lists and the API: the key and the revision
that every request needs, the channel without which no campaigns are listed, windows of a second and
a minute that refuse only where SANDBOX_LIMITS is 1. Leaves out reports and everything else that
writes.
"""

import os
import re
import time
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from scripts.sandbox import moments
from scripts.sandbox.journal import open_journal
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.vendors._klaviyo_events import Events
from scripts.sandbox.vendors._klaviyo_held import Held
from scripts.sandbox.vendors._klaviyo_objects import HREF, Objects
from scripts.sandbox.vendors._klaviyo_profiles import Profiles
from scripts.sandbox.vendors._klaviyo_questions import (
    MEDIA,
    TIMES,
    Found,
    Question,
    Refusal,
    arranged,
    check,
    paged,
    problem,
    values_at,
)
from scripts.sandbox.vendors._klaviyo_writes import Writer, joined_at
from scripts.sandbox.vendors.base import KEY, Answer, Record, Request, Row, Vendor

ONE, SOME = {"equals"}, {"any", "equals"}
SUPPRESSED = "subscriptions.email.marketing.suppression"
QUESTIONS = {
    "profiles": Question(
        20, 100,
        {"id": SOME, "email": SOME, "phone_number": SOME, "external_id": SOME,
         "created": {"greater-than", "less-than"}, "updated": {"greater-than", "less-than"},
         f"{SUPPRESSED}.timestamp": TIMES, f"{SUPPRESSED}.reason": ONE},
        ("created", "updated", "email", "id", f"{SUPPRESSED}.timestamp"),
        more=("additional-fields[profile]",),
    ),
    "events": Question(
        200, 1_000,
        {"metric_id": ONE, "profile_id": ONE, "datetime": TIMES, "timestamp": TIMES},
        ("datetime", "timestamp"), ("metric", "profile"),
    ),
    "campaigns": Question(
        100, 100,
        {"messages.channel": ONE, "id": {"any"}, "name": {"contains"}, "status": SOME,
         "archived": ONE, "created_at": TIMES, "scheduled_at": TIMES, "updated_at": TIMES},
        ("created_at", "id", "name", "scheduled_at", "updated_at"),
    ),
    "flows": Question(
        50, 50,
        {"id": {"any"}, "name": {"contains", "equals"}, "status": ONE, "archived": ONE,
         "created": TIMES | ONE, "updated": TIMES | ONE, "trigger_type": ONE},
        ("created", "id", "name", "status", "trigger_type", "updated"),
    ),
    "lists": Question(
        10, 10,
        {"id": {"any"}, "name": SOME, "created": {"greater-than"}, "updated": {"greater-than"}},
        ("created", "id", "name", "updated"),
    ),
    "segments": Question(
        10, 10,
        {"id": {"any"}, "name": SOME, "created": {"greater-than"}, "updated": {"greater-than"},
         "is_active": SOME, "is_starred": ONE},
        ("created", "id", "name", "updated"),
    ),
    "members": Question(
        20, 100,
        {"email": SOME, "phone_number": SOME, "joined_group_at": TIMES},
        ("joined_group_at",), more=("additional-fields[profile]",),
    ),
    "metrics": Question(200, None, {"integration.name": ONE, "integration.category": ONE}),
    "templates": Question(
        10, None, {"id": SOME, "name": SOME, "created": TIMES | ONE, "updated": TIMES | ONE},
        ("created", "id", "name", "updated"),
    ),
}  # fmt: skip
# Requests in a second and in a minute.
LIMITS = {
    "profiles": (75, 750), "lists": (75, 750), "segments": (75, 750), "events": (350, 3_500),
    "campaigns": (10, 150), "metrics": (10, 150), "templates": (10, 150), "flows": (3, 60),
    "profile-import": (75, 750), "POST lists": (10, 150), "DELETE lists": (10, 150),
    "POST events": (350, 3_500), "profile-subscription-bulk-create-jobs": (75, 750),
}  # fmt: skip


class View(Vendor):
    """Klaviyo's lists as of the clock."""

    name, base_path, rows = "klaviyo", "/klaviyo/api", "data"

    def __init__(self, ledger: Ledger) -> None:
        """Objects by ledger key; lists when first asked for."""
        self.ledger, self.objects = ledger, Objects(ledger)
        self.profiles = Profiles(self.objects)
        self.events_of = Events(self.profiles)
        self._found: dict[tuple[str, str, str], Found] = {}
        self._tables: dict[str, list[Row]] | None = None
        self._seen = 0
        self._by_id: dict[str, dict[str, Row]] = {}
        self._calls: dict[tuple[str, int, int], int] = {}

    @property
    def tables(self) -> dict[str, list[Row]]:
        """Every list by id, events by when they happened."""
        if self._tables is None:
            held = self.writer.held.tables
            found = {
                name: sorted(rows, key=lambda row: row["id"])
                for name, rows in {**self._fixed, **held}.items()
                if name != "events"
            }
            self._tables = found | {"events": held["events"]}
        return self._tables

    @cached_property
    def _fixed(self) -> dict[str, list[Row]]:
        """What nobody writes."""
        return {
            "segments": self.objects.segments(),
            "campaigns": [row for _, row in self._campaigns.values()],
            "templates": self.objects.templates(),
            "flows": self.objects.flows(),
        }

    @cached_property
    def writer(self) -> Writer:
        """What may be written, with what programs wrote."""
        journal = open_journal(self.home, self.name)
        found = Writer(Held(self.events_of), journal, self.ledger.clock.isoformat())
        found.news()
        return found

    @cached_property
    def _campaigns(self) -> dict[str, tuple[str, Row]]:
        return self.objects.campaigns()

    def _row(self, table: str, code: str) -> Row | None:
        if table not in self._by_id:
            self._by_id[table] = {row["id"]: row for row in self.tables[table]}
        return self._by_id[table].get(code)

    def _refresh(self) -> None:
        """Show anew what was written since the last look, by whomever."""
        self.writer.news()
        if self._seen != len(self.writer.journal.entries):
            self._seen = len(self.writer.journal.entries)
            self._tables = None
            self._found.clear()
            self._by_id.clear()

    # -- the API -----------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """A list, one object, or errors."""
        parts = request.path.strip("/").split("/")
        kind = f"{request.method} {parts[0]}"
        kind = kind if kind in LIMITS else parts[0]
        burst, steady = LIMITS.get(kind, (3, 60))
        try:
            self._admit(request)
            wait, left = self._count(kind, burst, steady)
            if wait:
                return self.refused(request, 429, {"Retry-After": str(wait), **MEDIA})
            answer = self._answered(parts, request)
        except Refusal as refused:
            return refused.answer
        answer.body = rooted(answer.body, request.root + self.base_path)
        answer.headers = MEDIA | {
            "RateLimit-Limit": f"{burst}, {burst};w=1, {steady};w=60",
            "RateLimit-Remaining": str(left),
            "RateLimit-Reset": "0",
            "X-Klaviyo-API-Revision": request.headers.get("revision", ""),
        }
        return answer

    @staticmethod
    def _admit(request: Request) -> None:
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        if kind != "Klaviyo-API-Key":
            raise Refusal(401, "Missing or invalid authorization scheme.")
        if key != KEY:
            raise Refusal(401, "Incorrect authentication credentials.")
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(\.\w+)?", request.headers.get("revision", "")):
            raise Refusal(400, "A valid revision header must be provided.")

    def _answered(self, parts: list[str], request: Request) -> Answer:
        self._refresh()
        if request.method == "GET":
            return Answer(200, self._routed(parts[0], parts[1:], request))
        found = self.writer.answer(request, parts)
        if found is None:
            raise Refusal(405, f'Method "{request.method}" not allowed.')
        self._refresh()
        if isinstance(found.body, dict):
            found.body["data"] = self._shown(
                "profiles" if parts[0] == "profile-import" else parts[0],
                found.body["data"],
                dict(request.query),
            )
            found.body["links"] = {"self": found.body["data"]["links"]["self"]}
        return found

    def _count(self, table: str, burst: int, steady: int) -> tuple[int, int]:
        """Seconds to wait, and requests left in this second; nobody waits unless limits are on."""
        if os.environ.get("SANDBOX_LIMITS") != "1":
            return 0, burst - 1
        now, left = int(time.monotonic()), burst
        for width, most in ((60, steady), (1, burst)):
            window = (table, width, now // width)
            self._calls[window] = self._calls.get(window, 0) + 1
            left = most - self._calls[window]
            if left < 0:
                return width - now % width, 0
        return 0, left

    def _routed(self, table: str, rest: list[str], request: Request) -> Row:
        query = dict(request.query)
        if table == "lists" and rest[1:] == ["profiles"]:
            return self._members(rest[0], query, request)
        if table not in QUESTIONS or table == "members" or len(rest) > 1:
            raise Refusal(404, "The requested resource could not be found.")
        if not rest:
            return self._page(table, query, request)
        row = self._row(table, rest[0])
        if row is None:
            raise Refusal(404, f"A {table[:-1]} with id {rest[0]} does not exist.")
        return {"data": self._shown(table, row, query), "links": self._links(request)}

    def _page(self, table: str, query: dict[str, str], request: Request) -> Row:
        question = QUESTIONS[table]
        check(question, query)
        asked = (table, query.get("filter", ""), query.get("sort", ""))
        if table == "campaigns" and "messages.channel" not in asked[1]:
            raise Refusal(400, "A channel filter is required to list campaigns.", "filter")
        if asked not in self._found:
            self._found[asked] = arranged(self.tables[table], question, query, self._values)
        rows, cursors = paged(self._found[asked], question, query)
        body: Row = {"data": [self._shown(table, row, query) for row in rows]}
        if query.get("include"):
            body["included"] = self._included(rows, query["include"].split(","))
        return body | {"links": self._paging(request, query, cursors)}

    def _members(self, list_id: str, query: dict[str, str], request: Request) -> Row:
        """Who is on a list, in the order in which they joined."""
        if self._row("lists", list_id) is None:
            raise Refusal(404, f"A list with id {list_id} does not exist.")
        question, held = QUESTIONS["members"], self.writer.held
        check(question, query)
        asked = (list_id, query.get("filter", ""), query.get("sort", ""))
        if asked not in self._found:
            joined = sorted(held.members(list_id).items(), key=lambda one: (one[1], one[0]))
            rows = [joined_at(held.rows[code], since) for code, since in joined]
            self._found[asked] = arranged(rows, question, query, self._values)
        rows, cursors = paged(self._found[asked], question, query)
        shown = [self._shown("profiles", row, query) for row in rows]
        return {"data": shown, "links": self._paging(request, query, cursors)}

    def _paging(self, request: Request, query: dict[str, str], cursors: Row) -> Row:
        address = f"{HREF}{request.path.rstrip('/')}?"
        others = {name: value for name, value in query.items() if name != "page[cursor]"}
        return self._links(request) | {
            name: place and address + urlencode({**others, "page[cursor]": place})
            for name, place in cursors.items()
        }

    def _links(self, request: Request) -> Row:
        query = urlencode(request.query)
        return {"self": f"{HREF}{request.path.rstrip('/')}" + (f"?{query}" if query else "")}

    def _values(self, row: Row, name: str) -> list[Any]:
        """The values of a field that may be filtered or sorted by."""
        if name == "id":
            return [row["id"]]
        if name == "messages.channel":
            return [self._campaigns[row["id"]][0]]
        if name in ("metric_id", "profile_id"):
            return values_at(row, f"relationships.{name[:-3]}.data.id")
        return values_at(row, f"attributes.{name}")

    @staticmethod
    def _shown(table: str, row: Row, query: dict[str, str]) -> Row:
        """A row with the fields asked for; subscriptions are an extra."""
        shown, kind = row["attributes"], table[:-1]
        if table == "profiles" and "subscriptions" not in query.get(
            "additional-fields[profile]", ""
        ):
            shown = {name: value for name, value in shown.items() if name != "subscriptions"}
        if f"fields[{kind}]" in query:
            wanted = query[f"fields[{kind}]"].split(",")
            shown = {name: value for name, value in shown.items() if name in wanted}
        return {**row, "attributes": shown}

    def _included(self, rows: list[Row], names: list[str]) -> list[Row]:
        """The objects that the rows of a page belong to, each once."""
        found = {}
        for one in rows:
            for name in names:
                code = one["relationships"][name]["data"]["id"]
                row = self._row(f"{name}s", code)
                if row is not None:
                    found[name, code] = self._shown(f"{name}s", row, {})
        return list(found.values())

    def refusal(self, status: int) -> Any:
        """Klaviyo's errors for a status."""
        return problem(status).body

    def is_later_page(self, request: Request) -> bool:
        """A cursor."""
        return "page[cursor]" in dict(request.query)

    def expired_cursor(self) -> Answer:
        """A cursor that means no row."""
        return problem(400, "The cursor is no longer valid.", "page[cursor]")

    def received(self) -> list[Row]:
        """What programs told it, in order."""
        self._refresh()
        return self.writer.journal.entries

    def holds(self) -> Row:
        """What stands of it."""
        self._refresh()
        return self.writer.held.held()

    # -- the truth ---------------------------------------------------------------------

    def records(self) -> list[Record]:
        """Every profile; the person is whoever owns its address, whatever name it shows."""
        found = []
        for one in self.profiles.listed:
            shown, account = self.profiles.contacts[one.account.key], one.account
            name = f"{shown['given'] or ''} {shown['family'] or ''}".strip() or None
            key = f"klaviyo:profile:{self.objects.profile_id(one)}"
            found.append(
                Record(
                    key,
                    "klaviyo",
                    account.person,
                    account.key,
                    name,
                    shown["email"],
                    shown["phone"],
                )
            )
        return found

    def keys(self) -> dict[str, str]:
        """Accounts -> `klaviyo:profile:<id>`."""
        return {
            one.account.key: f"klaviyo:profile:{self.objects.profile_id(one)}"
            for one in self.profiles.known
        }

    def events(self) -> Iterator[tuple[str, str, datetime, str]]:
        """Each e-mail sent to somebody, and when they first opened and clicked it.

        A profile's events go with it; those of one that was deleted after day 0 had been seen.
        """
        objects = self.objects
        for one in self.profiles.known:
            if not one.account.exists(self.ledger.settings.today):
                continue
            person, code = one.account.person.person_id, objects.profile_id(one)
            for sending in one.sent:
                message = objects.message(sending.message)
                if message.channel != "email" or sending.known >= self.ledger.horizon:
                    continue
                key = f"klaviyo:message:{objects.message_id(message.key)}-{code}"
                yield person, "email_sent", moments.utc(sending.moment), key
                did = self.events_of.deeds(one, sending)
                for what, kind in (("open", "email_opened"), ("click", "email_clicked")):
                    first = next((at for at, did_what in did if did_what == what), None)
                    if first is not None:
                        yield person, kind, moments.utc(first), key

    def consents(self) -> Iterator[tuple[str, str, str, int, bool]]:
        """Each change of each channel; what the old sync and a bounce say is nobody's own word."""
        for one in self.profiles.known:
            shown = self.profiles.contacts[one.account.key]
            for since, channel, state, how in one.states:
                contact = shown["email" if channel == "email" else "phone"]
                if contact:
                    is_own = how in ("form", "keyword", "page") or state == "spam_complaint"
                    yield contact.strip().lower(), channel, state, since, is_own


def rooted(body: Any, root: str) -> Any:
    """An answer with the server's own address in its links."""
    if isinstance(body, list):
        return [rooted(one, root) for one in body]
    if isinstance(body, str):
        return root + body[len(HREF) :] if body.startswith(HREF) else body
    if isinstance(body, dict):
        return {name: rooted(value, root) for name, value in body.items()}
    return body
