"""The party app's documents in Firestore: parties, the older generation's events, and answers.

Shapes of documents and values are those of the REST API v1; the fields are the app's own, with its
three ways to write a date. A party that is taken out leaves its answers behind, as Firestore does.
"""

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.errors import Errors
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Account, Party, Person, Rsvp
from scripts.sandbox.vendors._google import PROJECT

Row = dict[str, Any]
ROOT = f"projects/{PROJECT}/databases/(default)/documents"
HOST_EMAIL, HOST_PHONE = 0.97, 0.85
GUEST_EMAIL, GUEST_PHONE = 0.62, 0.55
DATES = [("iso", 42), ("words", 33), ("instant", 13), ("midnight", 12)]
NAMES = [("full", 84), ("given", 10), ("initial", 6)]
DIETS = [(None, 74), ("Vegetarian", 9), ("No nuts", 9), ("Gluten free", 8)]
MESSAGES = ["", "Bring socks!", "Cake at four", "We can't wait to climb with you"]
ROOMS = [("Boulder room", 24), ("Loft", 16)]
OTHER_EVENTS = ["competition", "members night"]


class Objects:
    """Builds every document of one ledger, as of its clock."""

    def __init__(self, ledger: Ledger) -> None:
        """Documents of one ledger."""
        self.ledger, self.chance, self.errors = ledger, ledger.chance, Errors(ledger)
        third = timedelta(days=ledger.settings.days // 3)
        self.newer_since = moments.midnight(ledger.settings.start + third)
        self._contacts: dict[str, tuple[str, str | None, str | None]] = {}

    def happened(self, moment: int | None) -> bool:
        """Whether an instant lies before the clock's end."""
        return moment is not None and moment < self.ledger.horizon

    # -- where documents lie -----------------------------------------------------------

    def code(self, key: str) -> str:
        """A document's id: twenty letters and digits."""
        return self.chance.token(20, "firestore", key)

    def is_new(self, party: Party) -> bool:
        """Whether the newer generation of the app keeps it."""
        return party.booked >= self.newer_since

    def party_path(self, party: Party) -> str:
        """Where a party lies."""
        return f"{'parties' if self.is_new(party) else 'events'}/{self.code(party.key)}"

    @cached_property
    def parties(self) -> list[Party]:
        """The parties that are still in the app."""
        return [one for one in self.ledger.parties if not self.happened(one.removed)]

    @cached_property
    def rsvps(self) -> list[tuple[Party, Rsvp]]:
        """Every answer that is in the app, also to a party that is gone."""
        return [
            (party, one)
            for party in self.ledger.parties
            for one in party.rsvps
            if not self.happened(one.removed)
        ]

    def documents(self) -> list[Row]:
        """Every document in the order of names; `id` is the path."""
        found = [self.party(one) if self.is_new(one) else self.event(one) for one in self.parties]
        found += [self.rsvp(party, one) for party, one in self.rsvps]
        found += self.other_events()
        return sorted(found, key=lambda row: str(row["id"]))

    def _document(self, path: str, fields: Row, made: int, changed: int) -> Row:
        micro = self.chance.whole(1, 999_999, "firestore micro", path)
        return {
            "id": path,
            "name": f"{ROOT}/{path}",
            "fields": fields,
            "createTime": instant(made, micro),
            "updateTime": instant(changed, micro),
        }

    # -- people ------------------------------------------------------------------------

    def contact(self, account: Account, is_host: bool) -> tuple[str, str | None, str | None]:
        """Name, e-mail and phone as typed, errors included; a child gives a parent's."""
        found = self._contacts.get(account.key)
        if found is None:
            person, day = account.person, moments.day_of(account.opened)
            values = {
                "given": person.at("given", day),
                "family": person.at("family", day),
                **self._reached(person, account.key, day, is_host),
            }
            seen = {
                column: account.shows[column]
                if column in account.shows
                else self.errors.seen("firestore", account.key, person, column, value)
                for column, value in values.items()
            }
            name = self._written(account, seen["given"] or "", seen["family"] or "", is_host)
            found = self._contacts[account.key] = name, seen["email"], seen["phone"]
        return found

    def _reached(self, person: Person, key: str, day: date, is_host: bool) -> dict[str, str | None]:
        whose = person.guardians[0] if person.is_child and person.guardians else person
        shares = (HOST_EMAIL, HOST_PHONE) if is_host else (GUEST_EMAIL, GUEST_PHONE)
        return {
            column: whose.at(column, day) if self.chance.u(key, "gives", column) < share else None
            for column, share in zip(("email", "phone"), shares, strict=True)
        }

    def _written(self, account: Account, given: str, family: str, is_host: bool) -> str:
        full = f"{given} {family}".strip()
        if is_host or account.person.case is not None or not family.strip():
            return full
        form = self.chance.weighted(NAMES, account.key, "name")
        return {"full": full, "given": given, "initial": f"{given} {family[:1]}"}[form]

    # -- documents ---------------------------------------------------------------------

    def party(self, one: Party) -> Row:
        """A party as the app keeps it now."""
        name, email, phone = self.contact(one.host, True)
        begins = moments.local(one.begins)
        room, seats = self.chance.pick(ROOMS, one.key, "room")
        is_off = self.happened(one.cancelled)
        fields = {
            "parentName": text(name),
            **given("hostEmail", email),
            **given("hostPhone", phone),
            "childName": text(one.child.at("given", moments.day_of(one.booked))),
            "childAge": whole(age(one.child, begins.date())),
            **self._day(one),
            "partyTime": text(f"{(begins.hour - 1) % 12 + 1}:00 {'AP'[begins.hour >= 12]}M"),
            "customMessage": text(self.chance.pick(MESSAGES, one.key, "message")),
            "status": text("cancelled" if is_off else "confirmed"),
            "room": {"mapValue": {"fields": {"name": text(room), "seats": whole(seats)}}},
            "createdAt": {"timestampValue": instant(one.booked)},
            "createdBy": text(self.chance.pick(["desk", "web"], one.key, "by")),
        }
        changed = one.cancelled if is_off and one.cancelled else one.booked
        return self._document(self.party_path(one), fields, one.booked, changed)

    def _day(self, one: Party) -> Row:
        """The day in one of three formats; an instant is the beginning, or midnight in UTC."""
        day, form = moments.day_of(one.begins), self.chance.weighted(DATES, one.key, "date")
        if form == "iso":
            return {"partyDateISO": text(day.isoformat())}
        if form == "words":
            return {"partyDate": text(f"{day:%B} {day.day}, {day.year}")}
        written = f"{day.isoformat()}T00:00:00.000Z" if form == "midnight" else stamp(one.begins)
        return {"partyDate": text(written)}

    def event(self, one: Party) -> Row:
        """A party as the older generation of the app kept it."""
        name, email, phone = self.contact(one.host, True)
        is_off = self.happened(one.cancelled)
        fields = {
            "eventType": text("birthday"),
            "eventDateISO": text(moments.day_of(one.begins).isoformat()),
            "hostName": text(name),
            **given("hostEmail", email),
            **given("hostPhone", phone),
            "childName": text(one.child.at("given", moments.day_of(one.booked))),
            "status": text("cancelled" if is_off else "confirmed"),
            "createdAt": {"timestampValue": instant(one.booked)},
        }
        changed = one.cancelled if is_off and one.cancelled else one.booked
        return self._document(self.party_path(one), fields, one.booked, changed)

    def other_events(self) -> list[Row]:
        """What else the older generation kept in the same collection."""
        found, start = [], self.ledger.settings.start
        for number, kind in enumerate(OTHER_EVENTS):
            day = start + timedelta(days=20 + 9 * number)
            fields = {"eventType": text(kind), "eventDateISO": text(day.isoformat())}
            made = moments.instant(start, 9 * 3600 + number)
            found.append(self._document(f"events/{self.code(kind)}", fields, made, made))
        return found

    def rsvp(self, party: Party, one: Rsvp) -> Row:
        """An answer as it stands now."""
        name, email, phone = self.contact(one.account, False)
        changed, said = one.answers[-1]
        children = one.children if said != "no" else []
        day = moments.day_of(party.begins)
        kids = [{"mapValue": {"fields": {"name": text(kid.given), "age": whole(age(kid, day))}}}
                for kid in children]  # fmt: skip
        diet = self.chance.weighted(DIETS, one.key, "diet")
        fields = {
            "guestName": text(name),
            "attending": text(said),
            "numAdults": whole(one.adults if said != "no" else 0),
            "numKids": whole(len(children)),
            "kids": {"arrayValue": {"values": kids} if kids else {}},
            "dietary": text(diet) if diet else {"nullValue": "NULL_VALUE"},
            **given("email", email, self.chance.u(one.key, "empty") < 0.5),
            **given("phone", phone, self.chance.u(one.key, "empty") < 0.5),
            "notes": text(self._notes(one, children)),
            "updatedAt": {"timestampValue": instant(changed)},
        }
        path = f"{self.party_path(party)}/rsvps/{self.code(one.key)}"
        return self._document(path, fields, one.answers[0][0], changed)

    def _notes(self, one: Rsvp, children: list[Person]) -> str:
        if not children or self.chance.u(one.key, "notes") > 0.3:
            return ""
        return f"Bringing {' and '.join(kid.given for kid in children)}"

    # -- keys --------------------------------------------------------------------------

    def host_key(self, party: Party) -> str:
        """The record of a host."""
        return f"firestore:host:{self.code(party.key)}"

    def rsvp_key(self, party: Party, one: Rsvp) -> str:
        """The record of a guest."""
        return f"firestore:rsvp:{self.code(party.key)}-{self.code(one.key)}"


def text(value: str) -> Row:
    """A text, tagged."""
    return {"stringValue": value}


def whole(value: int) -> Row:
    """A whole number, tagged: as text."""
    return {"integerValue": str(value)}


def given(name: str, value: str | None, is_kept_empty: bool = False) -> Row:
    """A field that people may leave out: it is missing then, or an empty text."""
    return {name: text(value or "")} if value or is_kept_empty else {}


def age(person: Person, day: date) -> int:
    """Full years on a day."""
    had = (day.month, day.day) >= (person.birth.month, person.birth.day)
    return day.year - person.birth.year - (not had)


def instant(moment: int, micro: int = 0) -> str:
    """An instant as Firestore writes it."""
    return f"{moments.utc(moment, micro).isoformat()}Z"


def stamp(moment: int) -> str:
    """An instant as JavaScript writes it."""
    return f"{moments.utc(moment).isoformat()}.000Z"
