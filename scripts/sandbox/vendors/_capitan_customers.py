"""Capitan's customers as the list of them shows each: own contact points or a parent's, errors
included.

Everybody who signed a waiver is here. The till has a copy of some of them (`_square_people.py`).
"""

from datetime import timedelta
from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.contacts import ADULT_EMAIL, givers
from scripts.sandbox.errors import Errors
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Account, Person

Row = dict[str, Any]


def offset_text(moment: int, micro: int) -> str:
    """ISO 8601 on the gym's clock with the offset then in force."""
    return moments.local(moment).replace(microsecond=micro).isoformat()


class Customers:
    """Builds the rows of one ledger's customers, as of its clock."""

    def __init__(self, ledger: Ledger, errors: Errors) -> None:
        """Nothing is built before it is asked for."""
        self.ledger, self.chance, self.errors = ledger, ledger.chance, errors
        self.day = ledger.clock
        self._active = self._active_members()

    def _active_members(self) -> set[str]:
        return {
            account.key
            for one in self.ledger.memberships
            if not one.is_ended and one.start <= self.day
            for account in one.roster
        }

    def _contact(self, account: Account) -> tuple[str | None, str | None]:
        """E-mail and phone as given at the desk, before errors: own, a parent's, or none."""
        mail, phone = givers(self.chance, account, self.day)
        return self._email(account, mail) if mail else None, phone.phone if phone else None

    def _email(self, account: Account, giver: Person) -> str:
        if self.errors.keeps_old(account, "email"):
            return giver.at("email", moments.day_of(account.opened))
        return giver.at("email", self.day)

    def email_since(self, account: Account) -> int | None:
        """When an account first showed an e-mail; a payer's is filled in with the first payment."""
        if not self.row(account)["email"]:
            return None
        is_given = "email" in account.shows or account.person.is_child
        if is_given or self.chance.u(account.key, "email") < ADULT_EMAIL:
            return account.opened
        return moments.instant(account.filled_from, 4 * 3600) if account.filled_from else None

    def row(self, account: Account) -> Row:
        """An account as the list shows it."""
        person, chance, key = account.person, self.chance, account.key
        email, phone = self._contact(account)

        def seen(column: str, value: str | None) -> str | None:
            if column in account.shows:
                return account.shows[column]
            return self.errors.seen("capitan", key, person, column, value)

        given = seen("given", person.at("given", self.day))
        waiver = moments.day_of(account.opened) + timedelta(days=365)
        phone = seen("phone", phone)
        if phone and phone.startswith("+1") and phone[2:].isdigit():
            phone = f"{phone[2:5]}-{phone[5:8]}-{phone[8:]}"
        return {
            "id": account.number,
            "email": seen("email", email),
            "telephone": phone,
            "first_name": given or "",
            "last_name": seen("family", person.at("family", self.day)) or "",
            "preferred_name": (person.nickname or "") if chance.u(key, "preferred") < 0.08 else "",
            "birthday": seen("birth", person.birth.isoformat()),
            "has_opted_in_to_marketing": chance.u(person.person_id, "marketing") < 0.34,
            "has_active_membership": key in self._active,
            "active_waiver_exists": waiver > self.day,
            "latest_waiver_expiration_date": waiver.isoformat(),
            "relations_url": f"{{root}}/customers/{account.number}/relations/",
            "emergency_contacts_url": f"{{root}}/customers/{account.number}/emergency-contacts/",
            "barcode": f"{chance.bits(key, 'barcode') % 10**15:016d}",
            "created_at": offset_text(account.opened, chance.whole(0, 999_999, key, "micro")),
        }
