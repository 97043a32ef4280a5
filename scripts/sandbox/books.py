"""The gym's books: every entry of `spending.py` and `takings.py` that had been made by the clock,
numbered as it was made.

A pure function of the ledger, as the ledger is of settings and clock: an entry keeps its number
whatever later day the clock stands on, and changes only by its declared edits.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from scripts.sandbox import spending, takings
from scripts.sandbox.entries import Entry
from scripts.sandbox.ledger import Ledger

REAL_PEOPLE = 7_400  # whose amounts `chart.py` holds


@dataclass(frozen=True)
class Books:
    """All entries made before the horizon, deleted ones included, in order of their numbers."""

    start: date
    day_0: date
    clock: date
    horizon: int
    entries: list[Entry]
    by_key: dict[str, Entry]

    def standing(self, entity: str) -> list[Entry]:
        """The entries of one kind that are not deleted."""
        return [one for one in self.entries if one.entity == entity and not self.is_gone(one)]

    def is_gone(self, entry: Entry) -> bool:
        """Whether somebody has deleted an entry."""
        return entry.deleted is not None and entry.deleted < self.horizon


def keep(ledger: Ledger) -> Books:
    """The books of a town as of its clock."""
    start, chance = ledger.settings.start, ledger.chance
    days = [start + timedelta(days=one) for one in range((ledger.clock - start).days + 1)]
    size = ledger.settings.people / REAL_PEOPLE
    made = [
        *spending.purchases(chance, days, size, ledger.settings.today),
        *spending.bills(chance, days, size),
        *takings.receipts_and_deposits(ledger, days),
        *takings.other_deposits(chance, days, size),
        *takings.invoices(chance, days, size),
    ]
    entries = [one for one in made if one.created < ledger.horizon]
    entries.sort(key=lambda one: (one.created, one.key))
    for number, entry in enumerate(entries):
        entry.number = 1 + number
    by_key = {one.key: one for one in entries}
    return Books(start, ledger.settings.today, ledger.clock, ledger.horizon, entries, by_key)
