"""Capitan, the gym's own system: customers, memberships, check-ins and entry passes; its further
tables are in `_capitan_books.py`.

A Django-REST-Framework API: pages by number, decimal strings, naive local check-in times,
`created_at` with the offset of its day. Everybody who signed a waiver is here; children carry a
parent's contact or none. Relations and emergency contacts are asked for customer by customer; one
without relations is not found.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.errors import Errors
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.memberships import following
from scripts.sandbox.model import Account, EntryPass, Membership, Visit
from scripts.sandbox.products import TYPE_IDS
from scripts.sandbox.vendors._capitan_books import Books, contact_key
from scripts.sandbox.vendors._capitan_customers import Customers, offset_text
from scripts.sandbox.vendors.base import KEY, Answer, Record, Request, Row, Vendor, page_size

SMALL_PAGES = {"customers", "customer-memberships"}  # a larger page than 100 ends in a 502
BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center>"
    "<h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


REFUSALS = {
    401: "Invalid token.",
    403: "You do not have permission to perform this action.",
    404: "Not found.",
    429: "Request was throttled.",
}


def money(cents: int) -> str:
    """A decimal string in dollars."""
    return f"{cents // 100}.{cents % 100:02d}"


class View(Vendor):
    """Capitan's tables as of the clock, newest state of every row."""

    name, base_path, rows = "capitan", "/capitan/api", "results"

    def __init__(self, ledger: Ledger) -> None:
        """Customers as shown; other tables when first asked for."""
        self.ledger, self.chance, self.errors = ledger, ledger.chance, Errors(ledger)
        self.day = ledger.clock
        self.accounts = ledger.of("capitan")
        customers = Customers(ledger, self.errors)
        self._people = {account.key: customers.row(account) for account in self.accounts}
        self._keys = {one.key: f"capitan:customer:{one.number}" for one in self.accounts}
        self._sorted: dict[tuple[str, str], list[Row]] = {}
        self.books = Books(ledger, self.errors, self._people)

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """Every table by id; deleted customers are gone, rows that name them stay."""
        listed = [one for one in self.accounts if one.exists(self.day)]
        return {
            "customers": [self._people[one.key] for one in listed],
            "customer-memberships": [self._membership(one) for one in self.ledger.memberships],
            "check-ins": [self._check_in(one) for one in self.ledger.visits],
            "customer-entry-passes": [self._entry_pass(one) for one in self.ledger.passes],
            **self.books.tables(),
        }

    @cached_property
    def _listed(self) -> dict[str, Account]:
        return {str(one.number): one for one in self.accounts if one.exists(self.day)}

    @cached_property
    def _places(self) -> dict[str, dict[str, Row]]:
        return {table: {str(row["id"]): row for row in rows} for table, rows in self.tables.items()}

    def _membership(self, one: Membership) -> Row:
        owner = self._people[one.owner.key]
        end = one.end or one.next_bill or one.start
        bills: list[date] = []
        if one.end is None and one.next_bill is not None:
            bills = [one.next_bill, following(one.product, one.next_bill)]
        email = owner["email"] or ""
        if one.owner_email_of is not None:
            email = one.owner_email_of.at("email", self.day)
        return {
            "id": one.number,
            "membership_id": TYPE_IDS[one.product.name],
            "name": one.product.name,
            "start_date": one.start.isoformat(),
            "end_date": end.isoformat(),
            "billing_amount": money(one.product.cents),
            "upcoming_bill_dates": [bill.isoformat() for bill in bills],
            "membership_unfreeze_date": one.unfreeze.isoformat() if one.unfreeze else None,
            "interval": one.product.interval,
            "status": "END" if one.is_ended else "ACT",
            "owner_id": one.owner.number,
            "owner_birthday": owner["birthday"],
            "owner_email": email,
            "owner_first_name": owner["first_name"],
            "owner_last_name": owner["last_name"],
            "all_customers": [
                {
                    "id": account.number,
                    "member_id": one.number * 10 + place,
                    "first_name": self._people[account.key]["first_name"],
                    "last_name": self._people[account.key]["last_name"],
                    "is_individually_frozen": account.key in one.frozen,
                }
                for place, account in enumerate(one.roster)
            ],
            "customer_add_ons": {},
            "recurring_discount_amount": "0.000",
            "is_recurring": one.product.days is None,
            "duration_months": None if one.product.days is None else max(1, one.product.days // 30),
        }

    def _check_in(self, visit: Visit) -> Row:
        customer = self._people[visit.account.key]
        is_wrong = visit.corrected is not None and self.day < visit.corrected
        at = visit.recorded if is_wrong and visit.recorded is not None else visit.moment
        naive = moments.local(at).replace(tzinfo=None, microsecond=visit.micro)
        place = "" if visit.place == 1 else f" {visit.place}"
        return {
            "id": visit.number,
            "customer_id": visit.account.number,
            "customer_first_name": customer["first_name"],
            "customer_last_name": customer["last_name"],
            "customer_email": customer["email"],
            "customer_birthday": customer["birthday"],
            "check_in_datetime": naive.isoformat(),
            "check_out_datetime": None,
            "visit_duration": None,
            "entry_method": visit.method,
            "entry_method_description": self._text(visit),
            "location_id": 40 + visit.place,
            "location_name": f"Basin Climbing and Fitness{place}",
            "free_entry_reason": visit.reason,
            "check_in_count": visit.ordinal,
            "created_at": offset_text(visit.created, visit.micro),
        }

    def _text(self, visit: Visit) -> str:
        """The description as it was written on the day, with the owner's name as Capitan had
        it."""
        if visit.owner is None:
            return visit.description
        day, person, key = moments.day_of(visit.moment), visit.owner.person, visit.owner.key
        parts = (
            self.errors.seen("capitan", key, person, column, person.at(column, day))
            for column in ("given", "family")
        )
        name = " ".join(part.strip() for part in parts if part)
        return visit.description.replace("{owner}", name)

    def _entry_pass(self, entry: EntryPass) -> Row:
        bought = offset_text(entry.bought, self.chance.whole(0, 999_999, entry.key, "micro"))
        return {
            "id": entry.number,
            "owner_id": entry.owner.number,
            "name": entry.product,
            "remaining_count": entry.entries - entry.used,
            "purchased_at": bought,
            "created_at": bought,
        }

    # -- the API -----------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """A page of a table, one row of it, or the list of tables."""
        given = request.headers.get("authorization", "")
        if given != f"token {KEY}":
            detail = (
                "Invalid token."
                if given.lower().startswith("token ")
                else ("Authentication credentials were not provided.")
            )
            return Answer(401, {"detail": detail}, {"WWW-Authenticate": "Token"})
        if request.method != "GET":
            return Answer(405, {"detail": f'Method "{request.method}" not allowed.'})
        if not request.path.endswith("/"):
            query = "&".join(f"{name}={value}" for name, value in request.query)
            to = f"{request.root}{self.base_path}{request.path}/" + (f"?{query}" if query else "")
            return Answer(301, "", {"Location": to})
        parts = request.path.strip("/").split("/")
        root = request.root + self.base_path
        if parts == [""]:
            return Answer(200, {table: f"{root}/{table}/" for table in self.tables})
        if parts[0] in self.tables and len(parts) == 1:
            return self._page(parts[0], request, root)
        if len(parts) == 3 and parts[0] == "customers":
            return self._of_customer(parts[1], parts[2], request, root)
        row = self._places.get(parts[0], {}).get(parts[1]) if len(parts) == 2 else None
        return Answer(200, rooted(row, root)) if row else Answer(404, {"detail": "Not found."})

    def _of_customer(self, code: str, what: str, request: Request, root: str) -> Answer:
        """Relations or emergency contacts of one customer; without relations there is no list."""
        account, rows = self._listed.get(code), None
        if account is not None and what == "relations":
            rows = self.books.relations(account) or None
        elif account is not None and what == "emergency-contacts":
            rows = [row for _, row in self.books.contacts(account)]
        if rows is None:
            return Answer(404, {"detail": "Not found."})
        return self._paged(f"customers/{code}/{what}", rows, request, root)

    def _page(self, table: str, request: Request, root: str) -> Answer:
        query = dict(request.query)
        rows = self._ordered(table, query.get("ordering", ""))
        since = query.get("check_in_datetime__gte", "").replace(" ", "T")
        if since and table == "check-ins":
            rows = [row for row in rows if row["check_in_datetime"] >= since]
        if query.get("category") and table == "activity-log":
            rows = [row for row in rows if row["category"] == query["category"]]
        return self._paged(table, rows, request, root)

    @staticmethod
    def _paged(table: str, rows: list[Row], request: Request, root: str) -> Answer:
        query = dict(request.query)
        size = int(query["page_size"]) if query.get("page_size", "").isdigit() else 100
        size = size or 100
        if size > (100 if table in SMALL_PAGES else 1_000):
            return Answer(502, BAD_GATEWAY)
        size = page_size(size)
        last = max(1, -(-len(rows) // size))
        asked = query.get("page", "1")
        page = last if asked == "last" else int(asked) if asked.isdigit() else 0
        if not 1 <= page <= last:
            return Answer(404, {"detail": "Invalid page."})

        def address(number: int) -> str:
            named = {**query, "page": str(number)}
            return f"{root}/{table}/?" + "&".join(
                f"{name}={value}" for name, value in named.items()
            )

        return Answer(
            200,
            {
                "count": len(rows),
                "next": address(page + 1) if page < last else None,
                "previous": address(page - 1) if page > 1 else None,
                "results": [rooted(row, root) for row in rows[(page - 1) * size : page * size]],
            },
        )

    def _ordered(self, table: str, ordering: str) -> list[Row]:
        """A table by id, or by one of its columns; unknown columns are ignored, as Django does."""
        column, rows = ordering.lstrip("-"), self.tables[table]
        if not column or not rows or column not in rows[0]:
            return rows
        if (table, ordering) not in self._sorted:
            self._sorted[table, ordering] = sorted(
                rows,
                key=lambda row: (str(row[column]), row["id"]),
                reverse=ordering.startswith("-"),
            )
        return self._sorted[table, ordering]

    def refusal(self, status: int) -> Any:
        """Django's `detail`; the gateway's HTML for its own failures."""
        if status >= 500:
            return BAD_GATEWAY.replace("502 Bad Gateway", str(status))
        return {"detail": REFUSALS.get(status, "Error.")}

    def is_later_page(self, request: Request) -> bool:
        """Pages have numbers here."""
        return dict(request.query).get("page", "1") != "1"

    def expired_cursor(self) -> Answer:
        """A page that is no longer there."""
        return Answer(404, {"detail": "Invalid page."})

    # -- the truth ---------------------------------------------------------------------

    def records(self) -> list[Record]:
        """Customers in the list, and deleted ones that another row still names."""
        named = {one.account.key for one in self.ledger.visits}
        named |= {one.owner.key for one in self.ledger.passes}
        booked = {seat.attendee.key for seat in self.ledger.gym.reservations}
        booked |= {seat.booker.key for seat in self.ledger.gym.reservations}
        booked |= {one.referrer.key for one in self.ledger.gym.referrals}
        contexts: dict[str, set[str]] = {}
        for one in self.ledger.memberships:
            for account in {
                one.owner.key: one.owner,
                **{seat.key: seat for seat in one.roster},
            }.values():
                contexts.setdefault(account.key, set()).add(f"membership:{one.number}")
        for entry in self.ledger.passes:
            contexts.setdefault(entry.owner.key, set()).add(f"pass:{entry.number}")
        found = []
        for account in self.accounts:
            if not account.exists(self.day) and account.key not in named | booked | set(contexts):
                continue
            row = self._people[account.key]
            hidden = not account.exists(self.day) and account.key not in named
            found.append(
                Record(
                    self._keys[account.key],
                    "capitan",
                    account.person,
                    account.key,
                    f"{row['first_name']} {row['last_name']}",
                    None if hidden else row["email"],
                    row["telephone"] if account.exists(self.day) else None,
                    row["birthday"],
                    frozenset(contexts.get(account.key, ())),
                )
            )
        return [*found, *self._contacts()]

    def _contacts(self) -> Iterator[Record]:
        for account in self._listed.values():
            for contact, row in self.books.contacts(account):
                name = f"{row['first_name']} {row['last_name']}".strip() or None
                key, email = contact_key(account, row), row["email"] or None
                yield Record(key, "capitan", contact.person, contact.key, name, email,
                             row["telephone"] or None)  # fmt: skip

    def keys(self) -> dict[str, str]:
        """Account keys -> `capitan:customer:<id>`, contacts -> `capitan:emergency_contact:…`."""
        found = dict(self._keys)
        for account in self._listed.values():
            for contact, row in self.books.contacts(account):
                found[contact.key] = contact_key(account, row)
        return found

    def events(self) -> Iterator[tuple[str, str, datetime, str]]:
        """Each reservation that was not given up, for whoever is to come."""
        for seat in self.ledger.gym.reservations:
            if seat.cancelled is None:
                person, kind = seat.attendee.person.person_id, seat.session.course.signup
                moment, key = moments.utc(seat.created), f"capitan:reservation:{seat.number}"
                yield person, kind, moment, key


def rooted(row: Row, root: str) -> Row:
    """A row with the server's own address in its links."""
    if "relations_url" not in row:
        return row
    links = ("relations_url", "emergency_contacts_url")
    return {**row, **{name: row[name].replace("{root}", root) for name in links}}
