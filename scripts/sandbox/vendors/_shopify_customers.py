"""Shopify's customers as the shop shows them: the town's, those that programs made, and what
programs wrote on either.

What was told comes from the journal. It counts from the end of the town's day on which it was told.
A tag is on or off by whoever spoke last, the town or a program, whatever its letters' case. When
somebody opens an account with the address of a customer that a program made, the two become one as
in the vendor's merge: the town's id stays, with everything that was written on the other.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from scripts.sandbox.journal import Entry, told_at
from scripts.sandbox.model import Account
from scripts.sandbox.vendors import _shopify_nodes as nodes
from scripts.sandbox.vendors._shopify_marks import Mark
from scripts.sandbox.vendors._shopify_objects import Objects, stamp
from scripts.sandbox.vendors._shopify_search import digits
from scripts.sandbox.vendors.base import Row

DONE = "done"


class Customers:
    """The customers of one ledger as of its clock, by id."""

    def __init__(self, objects: Objects, accounts: list[Account]) -> None:
        """Every account that the town ever had in the shop; deleted ones are not shown."""
        self.objects = objects
        every, clock = (
            {str(objects.customer_id(one)): one for one in accounts},
            objects.ledger.clock,
        )
        self.accounts = {code: one for code, one in every.items() if one.exists(clock)}
        self.gone = {code: one for code, one in every.items() if code not in self.accounts}
        self.made: dict[str, Row] = {}
        self._moved: dict[str, str] = {}
        self._tags: dict[str, list[tuple[int, int, str, bool]]] = {}
        self._notes: dict[str, dict[tuple[str, str], Row]] = {}
        self._touched: dict[str, int] = {}
        self._count = 0
        self._rows: dict[str, Row] = {}
        self._nodes: dict[str, Row] = {}

    # -- what was told -----------------------------------------------------------------

    def take(self, entries: Iterable[Entry]) -> None:
        """Believe what the journal says was done."""
        for entry in entries:
            if entry["outcome"] != DONE:
                continue
            what, since = entry["what"], told_at(entry)
            self._count += 1
            if entry["call"] == "customerCreate":
                self._make(what, since)
            elif entry["call"] == "metafieldsSet":
                for one in what["metafields"]:
                    self._note(str(one["customer"]), one, since)
            else:
                self._tag(str(what["customer"]), what["tags"], entry["call"] == "tagsAdd", since)

    def _make(self, what: Row, since: int) -> None:
        code = str(what["customer"])
        self.made[code] = what | {"since": since}
        email, phone = key_of(what["email"]), digits(what["phone"] or "")
        taker = self._taker(email, phone, since)
        if taker:
            self._moved[code] = taker
        else:
            self.by_email |= {email: code} if email else {}
            self.by_phone |= {phone: code} if phone else {}
        self._tag(code, what["tags"], True, since)
        for one in what["metafields"]:
            self._note(code, one, since)

    def _taker(self, email: str, phone: str, since: int) -> str | None:
        """Who of the town has an address; somebody who came after `since` and is gone again took it
        along."""
        found = self.by_email.get(email) or self.by_phone.get(phone)
        if found in self.accounts:
            return found
        for code, account in self.gone.items():
            row = self.objects.customer(account)
            own = {key_of(row["email"]), digits(row["phone"] or "")} - {""}
            if account.opened > since and own & {email, phone}:
                return code
        return None

    def _tag(self, code: str, tags: list[str], is_on: bool, since: int) -> None:
        code = self._moved.get(code, code)
        found = self._tags.setdefault(code, [])
        found += [(since, self._count, tag, is_on) for tag in tags]
        self._show(code, since)

    def _note(self, code: str, one: Row, since: int) -> None:
        code = self._moved.get(code, code)
        space, key = one["namespace"], one["key"]
        old = self._notes.setdefault(code, {}).get((space, key))
        self._notes[code][space, key] = {
            "id": self.objects.id_of(33_000_000_000_000, "told metafield", code, space, key),
            "namespace": space,
            "key": key,
            "type": one["type"],
            "value": one["value"],
            "created_at": old["created_at"] if old else stamp(since),
            "updated_at": stamp(since),
        }
        self._show(code, since)

    def _show(self, code: str, since: int) -> None:
        """Show a customer anew, touched at an instant."""
        self._touched[code] = max(since, self._touched.get(code, 0))
        self._nodes.pop(code, None)
        if "listed" in vars(self):
            row = self._row(code)
            if row is not None:
                self.listed[code] = row

    # -- what is shown -----------------------------------------------------------------

    @cached_property
    def by_email(self) -> dict[str, str]:
        """Ids by e-mail."""
        found: dict[str, str] = {}
        for code, account in self.accounts.items():
            email = key_of(self.objects.customer(account)["email"])
            found |= {email: code} if email and email not in found else {}
        return found

    @cached_property
    def by_phone(self) -> dict[str, str]:
        """Ids by the digits of the phone."""
        found: dict[str, str] = {}
        for code, account in self.accounts.items():
            phone = digits(self.objects.customer(account)["phone"] or "")
            found |= {phone: code} if phone and phone not in found else {}
        return found

    @cached_property
    def listed(self) -> dict[str, Row]:
        """Every customer as REST shows it: the town's, then those that programs made."""
        codes = [*self.accounts, *sorted(self.made)]
        return {code: row for code in codes if (row := self._row(code)) is not None}

    def node(self, code: str) -> Row | None:
        """A customer as GraphQL shows it."""
        if code not in self.listed:
            return None
        found = self._nodes.get(code)
        if found is None:
            row = self.listed[code]
            found = self._nodes[code] = nodes.customer(row, self.metafields(code))
        return found

    def _row(self, code: str) -> Row | None:
        account = self.accounts.get(code)
        if account is None and (code not in self.made or code in self._moved):
            return None
        base = (
            self.objects.customer(account)
            if account
            else self._made_row(int(code), self.made[code])
        )
        changed = self._touched.get(code)
        if changed is None:
            return base
        changed = max(changed, int(datetime.fromisoformat(base["updated_at"]).timestamp()))
        tags = ", ".join(self.tags(code))
        return base | {"tags": tags, "updated_at": stamp(changed)}

    @property
    def blank(self) -> Row:
        """A customer of whom nothing is known."""
        return self._made_row(0, defaultdict(lambda: None, since=0))

    def _made_row(self, code: int, what: Row) -> Row:
        """A customer that a program made, who never bought anything."""
        return {
            "id": code,
            "email": what["email"],
            "created_at": stamp(what["since"]),
            "updated_at": stamp(what["since"]),
            "first_name": what["first_name"],
            "last_name": what["last_name"],
            "orders_count": 0,
            "state": "disabled",
            "total_spent": "0.00",
            "last_order_id": None,
            "last_order_name": None,
            "note": what["note"],
            "verified_email": True,
            "multipass_identifier": None,
            "tax_exempt": False,
            "tags": "",
            "currency": "USD",
            "phone": what["phone"],
            "addresses": [],
            "tax_exemptions": [],
            "email_marketing_consent": self._consent(what, "email"),
            "sms_marketing_consent": self._consent(what, "phone"),
        }

    @staticmethod
    def _consent(what: Row, column: str) -> Row | None:
        said = what["email_consent" if column == "email" else "sms_consent"]
        if not what[column]:
            return None
        state = {
            "state": said["state"] if said else "not_subscribed",
            "opt_in_level": said["level"] if said else "single_opt_in",
            "consent_updated_at": stamp(what["since"]) if said else None,
        }
        return state if column == "email" else state | {"consent_collected_from": "OTHER"}

    def tags(self, code: str) -> list[str]:
        """The tags that are on."""
        return [tag for tag, is_on, _ in self._last(code).values() if is_on]

    def _last(self, code: str) -> dict[str, tuple[str, bool, bool]]:
        """What stands of each tag, sorted: its letters, whether it is on, and whether a program
        made it so."""
        said: list[tuple[int, int, str, bool]] = []
        for one in self._marks(code):
            if not one.namespace and one.since <= self.objects.now:
                said.append((one.since, 0, one.key, True))
                if one.until is not None and one.until <= self.objects.now:
                    said.append((one.until, 0, one.key, False))
        said += self._tags.get(code, [])
        found: dict[str, tuple[str, bool, bool]] = {}
        for _, count, tag, is_on in sorted(said):
            letters, was_on, _ = found.get(tag.lower(), (tag, False, False))
            if is_on != was_on:
                found[tag.lower()] = (letters if was_on else tag, is_on, count > 0)
        return dict(sorted(found.items()))

    def _marks(self, code: str) -> list[Mark]:
        account = self.accounts.get(code)
        return self.objects.marks.of(account) if account else []

    def metafields(self, code: str) -> list[Row]:
        """What programs had noted of a customer: the later word on each key."""
        account = self.accounts.get(code)
        rows = self.objects.marks.metafields(account, self.objects.now) if account else []
        found = {(one["namespace"], one["key"]): one for one in rows}
        for name, one in self._notes.get(code, {}).items():
            old = found.get(name)
            if old is None or instant(old["updated_at"]) <= instant(one["updated_at"]):
                found[name] = one | ({"id": old["id"]} if old else {})
        return list(found.values())

    def held(self) -> dict[str, Row]:
        """What stands of that which was told, by id: customers made, tags put on and taken off,
        metafields."""
        found = {}
        for code in self._touched:
            if code not in self.listed:
                continue
            row, last = self.listed[code], self._last(code).values()
            held: dict[str, Any] = {
                "tags": [tag for tag, is_on, is_ours in last if is_on and is_ours],
                "tags_taken_off": self._taken_off(code),
                "metafields": {
                    f"{space}.{key}": one["value"]
                    for (space, key), one in sorted(self._notes.get(code, {}).items())
                },
            }
            if any(held.values()) or code in self.made:
                who = {"email": row["email"], "phone": row["phone"], "is_made": code in self.made}
                found[code] = who | held
        return dict(sorted(found.items()))

    def _taken_off(self, code: str) -> list[str]:
        """The town's tags that would be on, had no program taken them off."""
        off = {tag.lower() for tag, is_on, _ in self._last(code).values() if not is_on}
        marks = self._marks(code)
        own = {one.key for one in marks if not one.namespace and one.is_on(self.objects.now)}
        return sorted(tag for tag in own if tag.lower() in off)


def key_of(email: str | None) -> str:
    """An e-mail as it is compared."""
    return (email or "").strip().lower()


def instant(text: str) -> datetime:
    """An instant with its offset."""
    return datetime.fromisoformat(text)
