"""Errors by source: one table of source, column, kind and rate, and how each kind spoils a value.

Rates are multiplied by the noise setting; at 0 every system shows what the ledger knows. People of
the cases are exempt, because their records must show exactly what the case is about. An error
belongs to a record and is the same on every day. `old value` is asked for by the vendors
themselves, which know what changed.
"""

from dataclasses import dataclass

from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Account, Person
from scripts.sandbox.names import NICKNAMES


@dataclass(frozen=True)
class ErrorRate:
    """How often a column of a source is spoilt in one way."""

    source: str
    column: str
    kind: str
    rate: float


TABLE = [
    ErrorRate("capitan", "email", "blank", 0.010),
    ErrorRate("capitan", "email", "typing error", 0.008),
    ErrorRate("capitan", "email", "wrong case", 0.050),
    ErrorRate("capitan", "email", "trailing space", 0.008),
    ErrorRate("capitan", "email", "old value", 0.020),
    ErrorRate("capitan", "email", "household's value", 0.008),
    ErrorRate("capitan", "phone", "blank", 0.010),
    ErrorRate("capitan", "phone", "typing error", 0.008),
    ErrorRate("capitan", "phone", "wrong format", 0.250),
    ErrorRate("capitan", "phone", "household's value", 0.010),
    ErrorRate("capitan", "given", "typing error", 0.006),
    ErrorRate("capitan", "given", "wrong case", 0.020),
    ErrorRate("capitan", "given", "nickname", 0.030),
    ErrorRate("capitan", "given", "trailing space", 0.012),
    ErrorRate("capitan", "family", "typing error", 0.006),
    ErrorRate("capitan", "family", "wrong case", 0.020),
    ErrorRate("capitan", "birth", "blank", 0.012),
    ErrorRate("capitan", "birth", "transposed day and month", 0.006),
    ErrorRate("capitan", "birth", "typing error", 0.005),
    ErrorRate("capitan", "relation", "wrong direction", 0.030),
    ErrorRate("capitan", "relation", "wrong person", 0.010),
    ErrorRate("capitan_contacts", "given", "nickname", 0.070),
    ErrorRate("capitan_contacts", "given", "typing error", 0.010),
    ErrorRate("capitan_contacts", "given", "wrong case", 0.040),
    ErrorRate("capitan_contacts", "given", "trailing space", 0.015),
    ErrorRate("capitan_contacts", "family", "blank", 0.040),
    ErrorRate("capitan_contacts", "family", "typing error", 0.008),
    ErrorRate("capitan_contacts", "family", "wrong case", 0.030),
    ErrorRate("capitan_contacts", "phone", "wrong format", 0.350),
    ErrorRate("capitan_contacts", "phone", "typing error", 0.010),
    ErrorRate("capitan_contacts", "email", "typing error", 0.010),
    ErrorRate("capitan_contacts", "email", "wrong case", 0.040),
    ErrorRate("stripe", "email", "typing error", 0.010),
    ErrorRate("stripe", "email", "wrong case", 0.020),
    ErrorRate("stripe", "email", "old value", 0.600),
    ErrorRate("stripe", "email", "household's value", 0.020),
    ErrorRate("stripe", "phone", "wrong format", 0.150),
    ErrorRate("stripe", "phone", "typing error", 0.005),
    ErrorRate("stripe", "given", "nickname", 0.050),
    ErrorRate("stripe", "given", "typing error", 0.006),
    ErrorRate("stripe", "name", "wrong case", 0.040),
    ErrorRate("stripe", "name", "blank", 0.010),
    ErrorRate("stripe", "name", "household's value", 0.020),
    ErrorRate("stripe", "name", "trailing space", 0.010),
    ErrorRate("shopify", "email", "typing error", 0.008),
    ErrorRate("shopify", "email", "wrong case", 0.015),
    ErrorRate("shopify", "email", "old value", 0.700),
    ErrorRate("shopify", "email", "household's value", 0.020),
    ErrorRate("shopify", "phone", "typing error", 0.006),
    ErrorRate("shopify", "given", "nickname", 0.080),
    ErrorRate("shopify", "given", "typing error", 0.008),
    ErrorRate("shopify", "given", "wrong case", 0.040),
    ErrorRate("shopify", "given", "trailing space", 0.015),
    ErrorRate("shopify", "family", "typing error", 0.008),
    ErrorRate("shopify", "family", "wrong case", 0.040),
    ErrorRate("mailchimp", "email", "typing error", 0.004),
    ErrorRate("mailchimp", "email", "wrong case", 0.030),
    ErrorRate("mailchimp", "given", "nickname", 0.060),
    ErrorRate("mailchimp", "given", "wrong case", 0.050),
    ErrorRate("mailchimp", "given", "typing error", 0.006),
    ErrorRate("mailchimp", "family", "blank", 0.050),
    ErrorRate("mailchimp", "family", "wrong case", 0.040),
    ErrorRate("klaviyo", "email", "typing error", 0.004),
    ErrorRate("klaviyo", "email", "wrong case", 0.020),
    ErrorRate("klaviyo", "phone", "typing error", 0.005),
    ErrorRate("klaviyo", "phone", "blank", 0.020),
    ErrorRate("klaviyo", "given", "nickname", 0.040),
    ErrorRate("klaviyo", "given", "wrong case", 0.030),
    ErrorRate("klaviyo", "given", "typing error", 0.006),
    ErrorRate("klaviyo", "given", "blank", 0.020),
    ErrorRate("klaviyo", "family", "typing error", 0.006),
    ErrorRate("klaviyo", "family", "wrong case", 0.030),
    ErrorRate("klaviyo", "family", "blank", 0.030),
    ErrorRate("sendgrid", "email", "typing error", 0.004),
    ErrorRate("sendgrid", "email", "wrong case", 0.020),
    ErrorRate("firestore", "email", "typing error", 0.010),
    ErrorRate("firestore", "email", "wrong case", 0.030),
    ErrorRate("firestore", "email", "trailing space", 0.010),
    ErrorRate("firestore", "email", "household's value", 0.010),
    ErrorRate("firestore", "phone", "typing error", 0.008),
    ErrorRate("firestore", "phone", "wrong format", 0.450),
    ErrorRate("firestore", "given", "nickname", 0.080),
    ErrorRate("firestore", "given", "typing error", 0.010),
    ErrorRate("firestore", "given", "wrong case", 0.050),
    ErrorRate("firestore", "family", "typing error", 0.010),
    ErrorRate("firestore", "family", "wrong case", 0.030),
    ErrorRate("firestore", "family", "trailing space", 0.015),
]
_KEYS = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890"]
_NEIGHBOURS = {
    letter: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in _KEYS
    for place, letter in enumerate(row)
}


class Errors:
    """The table applied to one ledger.

    `tally`: spoilt records by source, column and kind.
    """

    def __init__(self, ledger: Ledger) -> None:
        """Errors of a ledger's noise."""
        self.ledger, self.chance = ledger, ledger.chance
        self.tally: dict[tuple[str, str, str], set[str]] = {}
        self._rates: dict[tuple[str, str], list[ErrorRate]] = {}
        for row in TABLE:
            self._rates.setdefault((row.source, row.column), []).append(row)

    def struck(self, source: str, record: str, person: Person, column: str) -> str | None:
        """The kind of error in a column of a record, None where there is none."""
        if person.case is not None:
            return None
        luck = self.chance.u(record, column, "error")
        for row in self._rates.get((source, column), ()):
            luck -= row.rate * self.ledger.settings.noise
            if luck < 0:
                self.tally.setdefault((source, column, row.kind), set()).add(record)
                return row.kind
        return None

    def seen(
        self, source: str, record: str, person: Person, column: str, value: str | None
    ) -> str | None:
        """A value as the record shows it."""
        kind = self.struck(source, record, person, column) if value else None
        if value is None or kind is None or kind == "old value":
            return value
        name = f"{record}|{column}"
        if kind == "blank":
            return None
        if kind == "typing error":
            return self._mistyped(value, name)
        if kind == "wrong case":
            return value.upper() if self.chance.u(name, "upper") < 0.6 else value.title()
        if kind == "nickname":
            return NICKNAMES.get(value, value)
        if kind == "transposed day and month":
            year, month, day = value.split("-")
            return f"{year}-{day}-{month}" if int(day) <= 12 else value
        if kind == "trailing space":
            return value + " "
        if kind == "wrong format":
            return self._formatted(value, name)
        return self._of_household(person, column) or value

    def _mistyped(self, text: str, name: str) -> str:
        """A letter replaced by its neighbour on the keyboard, or two swapped; a digit of a
        date."""
        head = text.split("@")[0]
        places = [
            place for place, letter in enumerate(head) if letter.lower() in _NEIGHBOURS and place
        ]
        if text[4:5] == "-" and text[:4].isdigit():
            places = [len(text) - 1] if text[-1] not in "019" else [3]
        if not places:
            return text
        place = self.chance.pick(places, name, "where")
        if (
            place + 1 < len(head)
            and head[place + 1].isalpha()
            and self.chance.u(name, "swap") < 0.4
        ):
            return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        letter = self.chance.pick(_NEIGHBOURS[text[place].lower()], name, "neighbour")
        if text[4:5] == "-" and text[:4].isdigit():
            letter = str((int(text[place]) + 1) % 10) if place == 3 else str(int(text[place]) - 1)
        return text[:place] + letter + text[place + 1 :]

    def _formatted(self, phone: str, name: str) -> str:
        digits = "".join(letter for letter in phone if letter.isdigit())[-10:]
        a, b, c = digits[:3], digits[3:6], digits[6:]
        forms = [
            f"({a}) {b}-{c}",
            f"{a}.{b}.{c}",
            f"1-{a}-{b}-{c}",
            f"+1 {a} {b} {c}",
            f"{a} {b}{c}",
        ]
        return self.chance.pick(forms, name, "format")

    def _of_household(self, person: Person, column: str) -> str | None:
        people = self.ledger.households[person.household_id].people
        other = next((one for one in people if one is not person and not one.is_child), None)
        if other is None:
            return None
        if column == "name":
            return f"{other.given} {other.family}"
        return other.email if column == "email" else other.phone

    def keeps_old(self, account: Account, column: str) -> bool:
        """Whether a record never follows a change of its person."""
        return self.struck(account.source, account.key, account.person, column) == "old value"
