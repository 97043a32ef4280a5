"""What programs pinned to Shopify's customers: tags and metafields.

An import gave some customers a tag and the number of their Capitan account, found by an e-mail that
a family shares, so that a parent may carry a child's number. Offers are tags that come and go.
"""

from dataclasses import dataclass
from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.chance import Chance
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Account

Row = dict[str, Any]
IMPORTED, CHILDS_NUMBER, OFFERED = 0.45, 0.15, 0.22
IMPORT_TAG = "capitan-import"
OFFERS = [
    "first_day_pass_2wk_offer",
    "second_visit_offer_eligible",
    "second_visit_2wk_offer",
    "ready_for_membership",
]
TEXT, FLAG = "single_line_text_field", "boolean"


@dataclass(frozen=True)
class Mark:
    """Something that was pinned to a customer, and taken off again at `until`.

    A tag is a `key` alone.
    """

    key: str
    since: int
    until: int | None = None
    namespace: str | None = None
    type: str = ""
    value: str = ""

    def is_on(self, now: int) -> bool:
        """Whether it is there at an instant."""
        return self.since <= now and (self.until is None or now < self.until)


class Marks:
    """The marks of every customer of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        """Capitan's accounts by person, first ones only."""
        self.chance: Chance = ledger.chance
        self.households = ledger.households
        self.capitan = {
            one.person.person_id: one for one in ledger.of("capitan") if one.key.endswith(":1")
        }

    def of(self, account: Account) -> list[Mark]:
        """Every mark that a customer ever gets."""
        chance, key = self.chance, account.key
        found = []
        number = self._number(account)
        since = account.opened + chance.whole(3_600, 40 * moments.DAY, key, "imported at")
        if number and number.opened < since and chance.u(key, "imported") < IMPORTED:
            found.append(Mark(IMPORT_TAG, since))
            code = str(number.number)
            found.append(Mark("capitan_customer_id", since, None, "basin", TEXT, code))
        for offer in OFFERS:
            if chance.u(key, offer) < OFFERED:
                begins = account.opened + chance.whole(3_600, 90 * moments.DAY, key, offer, "at")
                ends = begins + chance.whole(10, 40, key, offer, "days") * moments.DAY
                found.append(Mark(offer, begins, ends))
                if offer == "second_visit_offer_eligible":
                    name = f"{offer}_flag"
                    found.append(Mark(name, begins, None, "custom", FLAG, "true"))
        return found

    def metafields(self, account: Account, now: int) -> list[Row]:
        """What programs had noted of a customer by an instant."""
        return [
            {
                "id": 30_000_000_000_000
                + self.chance.bits("shopify", "metafield", account.key, one.key) % 10**12,
                "namespace": one.namespace,
                "key": one.key,
                "type": one.type,
                "value": one.value,
                "created_at": moments.local(one.since).isoformat(),
                "updated_at": moments.local(one.since).isoformat(),
            }
            for one in self.of(account)
            if one.namespace and one.is_on(now)
        ]

    def _number(self, account: Account) -> Account | None:
        """The Capitan account that an import took for a customer's."""
        house = self.households[account.person.household_id]
        children = [self.capitan[one.person_id] for one in house.children
                    if one.person_id in self.capitan]  # fmt: skip
        own = self.capitan.get(account.person.person_id)
        if children and self.chance.u(account.key, "child's number") < CHILDS_NUMBER:
            return children[0]
        return own


def moments_of(marks: list[Mark], now: int) -> list[int]:
    """When a customer's marks changed, up to an instant."""
    every = [one.since for one in marks] + [one.until for one in marks if one.until is not None]
    return [moment for moment in every if moment <= now]
