"""Mailchimp, the newsletter, as its Marketing API 3.0: the list, members, campaigns with their
content, reports, clicks, activity, who was sent what, automations, landing pages and growth.

Objects are in `_mailchimp_objects.py` and `_mailchimp_pages.py`; this file holds the lists and the
API. Pages are by `offset` over an order that nobody promised: it is another one every day, unless
`sort_field` asks for one. Landing pages come all at once, for their list knows no `offset`. Leaves
out segments and everything that writes.
"""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Campaign
from scripts.sandbox.newsletter import html, plain
from scripts.sandbox.vendors._mailchimp_objects import HREF, Objects, link
from scripts.sandbox.vendors._mailchimp_pages import JOURNEYS, Pages
from scripts.sandbox.vendors.base import KEY, Answer, Record, Request, Row, Vendor, page_size

LISTS = (
    "lists", "members", "campaigns", "reports", "urls_clicked", "emails", "sent_to", "automations",
    "landing_pages", "history",
)  # fmt: skip
PAGING = {"count", "offset", "fields", "exclude_fields"}
SORTED = {"sort_field", "sort_dir"}
PARAMETERS = {
    "lists": PAGING | SORTED | {"before_date_created", "since_date_created"},
    "members": PAGING | SORTED | {
        "status", "since_last_changed", "before_last_changed", "since_timestamp_opt",
        "before_timestamp_opt",
    },
    "campaigns": PAGING | SORTED | {
        "type", "status", "since_send_time", "before_send_time", "since_create_time",
        "before_create_time", "list_id",
    },
    "reports": PAGING | {"type", "since_send_time", "before_send_time"},
    "urls_clicked": PAGING | SORTED,
    "emails": PAGING | {"since"},
    "sent_to": PAGING,
    "automations": PAGING | {
        "status", "since_create_time", "before_create_time", "since_start_time",
        "before_start_time",
    },
    "landing_pages": (PAGING | SORTED) - {"offset"},
    "history": PAGING | SORTED,
}  # fmt: skip
TITLES = {
    400: "Invalid Resource",
    401: "API Key Invalid",
    403: "Forbidden",
    404: "Resource Not Found",
    405: "Method Not Allowed",
    429: "Too Many Requests",
}
DETAILS = {
    401: "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
    404: "The requested resource could not be found.",
    429: "You have exceeded the limit of 10 simultaneous connections.",
}


class Refusal(Exception):
    """A request that Mailchimp answers with a problem."""

    def __init__(self, status: int, detail: str | None = None, field: str | None = None) -> None:
        """A problem of a status."""
        super().__init__(detail)
        self.answer = problem(status, detail, field)


class View(Vendor):
    """Mailchimp's lists as of the clock."""

    name, base_path, rows = "mailchimp", "/mailchimp/3.0", "members"

    def __init__(self, ledger: Ledger) -> None:
        """Objects by ledger key; lists when first asked for."""
        self.ledger, self.objects = ledger, Objects(ledger)
        self.pages = Pages(self.objects)
        self._made: dict[tuple[str, str], list[Row]] = {}

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """The list, its members, campaigns and reports, automations and landing pages, in an order
        that is no order."""
        build, pages = self.objects, self.pages
        return {
            "lists": [build.audience()],
            "members": self._shuffled([build.member(one) for one in build.subscriptions]),
            "campaigns": self._shuffled([build.campaign(one) for one in self.ledger.campaigns]),
            "reports": self._shuffled([build.report(one) for one in self.ledger.campaigns]),
            "automations": self._shuffled([pages.automation(one) for one in JOURNEYS]),
            "landing_pages": self._shuffled(pages.landing_pages()),
        }

    def _shuffled(self, rows: list[Row]) -> list[Row]:
        def place(row: Row) -> int:
            code = row.get("id") or row.get("email_id")
            return self.ledger.chance.bits("mailchimp order", self.ledger.clock, code)

        return sorted(rows, key=place)

    @cached_property
    def _campaigns(self) -> dict[str, Campaign]:
        return {self.objects.campaign_id(one): one for one in self.ledger.campaigns}

    # -- the API -----------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """A list, one object, or a problem."""
        try:
            self._admit(request.headers.get("authorization", ""))
            if request.method != "GET":
                raise Refusal(405, "The requested method and resource are not compatible.")
            answer = self._routed(request)
        except Refusal as refused:
            return refused.answer
        return Answer(answer.status, rooted(answer.body, request.root + self.base_path))

    @staticmethod
    def _admit(given: str) -> None:
        kind, _, value = given.partition(" ")
        if kind.lower() == "basic":
            try:
                value = base64.b64decode(value).decode().partition(":")[2]
            except ValueError:
                value = ""
        if value != KEY:
            raise Refusal(401)

    def _routed(self, request: Request) -> Answer:
        query, build = dict(request.query), self.objects
        match request.path.strip("/").split("/"):
            case ["lists" | "campaigns" | "reports" | "automations" | "landing-pages" as path]:
                table = path.replace("-", "_")
                return self._page(table, self.tables[table], query, f"/{path}")
            case ["lists", code, "growth-history"] if code == build.list_id:
                return self._page("history", self.pages.history(), query,
                                  f"/lists/{code}/growth-history", list_id=code)  # fmt: skip
            case ["automations", code, "emails"]:
                found_emails = self._emails(code)
                return Answer(200, {"emails": found_emails, "total_items": len(found_emails),
                                    "_links": [link("self", f"/automations/{code}/emails",
                                                    "Automations/Emails/Collection")]})  # fmt: skip
            case ["lists", code] if code == build.list_id:
                return Answer(200, self.tables["lists"][0])
            case ["lists", code, "members"] if code == build.list_id:
                return self._page("members", self.tables["members"], query,
                                  f"/lists/{code}/members", list_id=code)  # fmt: skip
            case ["lists", code, "members", who] if code == build.list_id:
                return self._one("members", who)
            case ["campaigns", code, "content"] if code in self._campaigns:
                one = self._campaigns[code]
                found = {"html": html(one), "plain_text": plain(one), "archive_html": html(one),
                         "_links": [link("self", f"/campaigns/{code}/content",
                                         "Campaigns/Content/Response")]}  # fmt: skip
                return Answer(200, found)
            case ["campaigns" | "reports" | "automations" | "landing-pages" as path, code]:
                return self._one(path.replace("-", "_"), code)
            case ["reports", code, "click-details" | "email-activity" | "sent-to" as part] if (
                code in self._campaigns
            ):
                return self._part(code, part, query)
        raise Refusal(404)

    def _one(self, table: str, code: str) -> Answer:
        row = next((one for one in self.tables[table] if one["id"] == code), None)
        if row is None:
            raise Refusal(404)
        return Answer(200, row)

    def _emails(self, code: str) -> list[Row]:
        for one in JOURNEYS:
            if self.pages.workflow_id(one) == code:
                return self.pages.emails(one)
        raise Refusal(404)

    def _part(self, code: str, part: str, query: dict[str, str]) -> Answer:
        name = {"click-details": "urls_clicked", "email-activity": "emails", "sent-to": "sent_to"}
        table, since = name[part], query.get("since", "")
        if (code, part + since) not in self._made:
            one, build = self._campaigns[code], self.objects
            if part == "click-details":
                rows = build.clicks(one)
            elif part == "sent-to":
                rows = build.sent_to(one)
            else:
                edge = instant(since, "since") if since else None
                rows = build.emails(one, int(edge.timestamp()) if edge else 0)
            self._made[code, part + since] = self._shuffled(rows)
        rows = self._made[code, part + since]
        return self._page(table, rows, query, f"/reports/{code}/{part}", campaign_id=code)

    def _page(
        self, table: str, rows: list[Row], query: dict[str, str], path: str, **more: Any
    ) -> Answer:
        for name in query.keys() - PARAMETERS[table]:
            raise Refusal(400, f"The sandbox does not know the parameter {name}.", name)
        count, offset = (
            whole(query.get(name, default), name)
            for name, default in (("count", "10"), ("offset", "0"))
        )
        if count > 1_000:
            raise Refusal(400, "The count must be at most 1000.", "count")
        rows = filtered(rows, query)
        if "sort_field" in query:
            field = query["sort_field"]
            if rows and field not in rows[0]:
                raise Refusal(400, "The resource submitted could not be validated.", "sort_field")
            rows = sorted(
                rows,
                key=lambda row: (row[field], str(row.get("id"))),
                reverse=query.get("sort_dir", "ASC").upper() == "DESC",
            )
        size = page_size(count) if "offset" in PARAMETERS[table] else count
        page = rows[offset : offset + size]
        body: Row = {table: page, **more, "total_items": len(rows)}
        if table == "lists":
            body["constraints"] = {
                "may_create": False,
                "max_instances": 1,
                "current_total_instances": 1,
            }
        body["_links"] = [
            {**link("self", path, "CollectionResponse"), "schema": "https://us1.api.mailchimp.com/"
             "schema/3.0/Paths/Collection.json"}
        ]  # fmt: skip
        return Answer(200, trimmed(body, query))

    def refusal(self, status: int) -> Any:
        """Mailchimp's problem document for a status."""
        return problem(status).body

    def rows_of(self, body: Any) -> list[Row] | None:
        """Whichever list an answer holds."""
        if not isinstance(body, dict) or "total_items" not in body:
            return None
        return next((body[name] for name in LISTS if isinstance(body.get(name), list)), None)

    def is_later_page(self, request: Request) -> bool:
        """An offset."""
        return dict(request.query).get("offset", "0") != "0"

    def expired_cursor(self) -> Answer:
        """Offsets do not expire; the connection is refused."""
        return problem(500)

    # -- the truth ---------------------------------------------------------------------

    def records(self) -> list[Record]:
        """Members, and deleted ones whom a report goes on naming."""
        build, named = self.objects, set()
        for campaign in self.ledger.campaigns:
            named |= {build.email_id(one) for one in build.recipients(campaign)}
        found = []
        for code, one in build.known.items():
            if not one.account.exists(self.ledger.clock) and code not in named:
                continue
            email, given, family = build.contact(one)
            name = f"{given} {family}".strip() or None
            key = f"mailchimp:member:{build.member_id(one)}"
            person, origin = one.account.person, one.account.key
            found.append(Record(key, "mailchimp", person, origin, name, email, None))
        return found

    def keys(self) -> dict[str, str]:
        """Accounts -> `mailchimp:member:<list>-<md5 of the address>`."""
        build = self.objects
        return {
            one.account.key: f"mailchimp:member:{build.member_id(one)}"
            for one in build.known.values()
        }

    def events(self) -> Iterator[tuple[str, str, datetime, str]]:
        """Each campaign sent to somebody, and when they first opened and clicked it."""
        build = self.objects
        for campaign in self.ledger.campaigns:
            code = build.campaign_id(campaign)
            for one in build.recipients(campaign):
                person, who = one.account.person.person_id, build.email_id(one)
                key = f"mailchimp:campaign:{code}-{who}"
                yield person, "email_sent", moments.utc(campaign.sent), key
                did = build.actions[campaign.key].get(who, [])
                for what, kind in (("open", "email_opened"), ("click", "email_clicked")):
                    first = next((at for at, did_what, _ in did if did_what == what), None)
                    if first is not None:
                        yield person, kind, moments.utc(first), key

    def consents(self) -> Iterator[tuple[str, str, str, int, bool]]:
        """Each state of each address; an import and a bounce are nobody's own word."""
        build = self.objects
        for one in build.known.values():
            address = build.contact(one)[0].strip().lower()
            for place, (since, state) in enumerate(one.states):
                is_own = state == "unsubscribed" or (place == 0 and one.is_form)
                yield address, "email", state, since, is_own


def filtered(rows: list[Row], query: dict[str, str]) -> list[Row]:
    """Rows that pass `status`, `type` and every `since_...` and `before_...`."""
    for name, value in query.items():
        if name in ("status", "type", "list_id"):
            rows = [
                row for row in rows if row.get(name, row.get("recipients", {}).get(name)) == value
            ]
        since, _, column = name.partition("_")
        if since in ("since", "before") and column:
            edge = instant(value, name)
            rows = [row for row in rows if row[column] and _passes(row[column], since, edge)]
    return rows


def _passes(text: str, since: str, edge: datetime) -> bool:
    moment = datetime.fromisoformat(text)
    return moment >= edge if since == "since" else moment <= edge


def trimmed(body: Row, query: dict[str, str]) -> Row:
    """An answer with the asked `fields` (dot paths, one level into a list), or all of it."""
    wanted = [one.strip() for one in query.get("fields", "").split(",") if one.strip()]
    hidden = [one.strip() for one in query.get("exclude_fields", "").split(",") if one.strip()]
    if wanted:
        body = _picked(body, wanted)
    for path in hidden:
        head, _, rest = path.partition(".")
        if not rest:
            body = {name: value for name, value in body.items() if name != head}
        elif isinstance(body.get(head), list):
            body = {**body, head: [
                {name: value for name, value in row.items() if name != rest} for row in body[head]
            ]}  # fmt: skip
    return body


def _picked(body: Row, wanted: list[str]) -> Row:
    found: Row = {}
    for name, value in body.items():
        inner = [path[len(name) + 1 :] for path in wanted if path.startswith(name + ".")]
        if name in wanted:
            found[name] = value
        elif inner and isinstance(value, list):
            found[name] = [_picked(row, inner) for row in value]
        elif inner and isinstance(value, dict):
            found[name] = _picked(value, inner)
    return found


def rooted(body: Any, root: str) -> Any:
    """An answer with the server's own address in its links."""
    if isinstance(body, list):
        return [rooted(one, root) for one in body]
    if not isinstance(body, dict):
        return body
    links = body.get("_links")
    found = {
        name: rooted(value, root) if isinstance(value, list) and name != "_links" else value
        for name, value in body.items()
    }
    if links:
        found["_links"] = [{**one, "href": one["href"].replace(HREF, root)} for one in links]
    return found


def instant(text: str, name: str) -> datetime:
    """An ISO 8601 instant, UTC where it carries no offset."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise Refusal(400, f"{name} is not a valid ISO 8601 instant.", name) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def whole(given: str, name: str) -> int:
    """A whole number that is not negative."""
    if not given.isdigit():
        raise Refusal(400, f"{name} must be a number.", name)
    return int(given)


def problem(status: int, detail: str | None = None, field: str | None = None) -> Answer:
    """A problem document as Mailchimp writes it."""
    title = TITLES.get(status, "Internal Server Error" if status >= 500 else "Bad Request")
    text = detail or DETAILS.get(status, "An unexpected internal error has occurred.")
    body: Row = {
        "type": "https://mailchimp.com/developer/marketing/docs/errors/",
        "title": title,
        "status": status,
        "detail": text,
        "instance": "00000000-0000-4000-8000-000000000000",
    }
    if field:
        body["errors"] = [{"field": field, "message": text}]
    return Answer(status, body)
