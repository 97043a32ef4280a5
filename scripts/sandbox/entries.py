"""What stands in the gym's books: entries with their lines, and what a bookkeeper does to them
later.

An entry is made some time after its own day, may be changed, and may be deleted; all of that is
known from the start, and `state` says what an entry was at an instant. Money is whole cents,
instants are seconds UTC.
"""

from dataclasses import dataclass, field, replace
from datetime import date

from scripts.sandbox import moments
from scripts.sandbox.chance import Chance


@dataclass(frozen=True)
class EntryLine:
    """One line: of an account, of an item, or of other entries that it settles."""

    cents: int
    account: str | None = None
    item: str | None = None
    text: str | None = None
    party: str | None = None
    settles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edit:
    """What became different: `account` of the first line, `note`, `paid`, or `voided`."""

    moment: int
    what: str
    value: str = ""


@dataclass(eq=False)
class Entry:
    """One transaction in the books.

    `account` is what it is paid from or into, `method` how; `due` is for what is billed. Its number
    counts all entries by the time that they were made.
    """

    key: str
    entity: str
    day: date
    created: int
    party: str | None
    account: str
    lines: tuple[EntryLine, ...]
    method: str | None = None
    note: str | None = None
    tax: int = 0
    due: date | None = None
    edits: list[Edit] = field(default_factory=list)
    deleted: int | None = None
    number: int = 0

    @property
    def total(self) -> int:
        """All lines and the tax."""
        return sum(line.cents for line in self.lines) + self.tax


@dataclass(frozen=True)
class State:
    """An entry as it stood at an instant; `version` counts the changes before."""

    lines: tuple[EntryLine, ...]
    note: str | None
    tax: int
    updated: int
    version: int
    is_paid: bool

    @property
    def total(self) -> int:
        """All lines and the tax."""
        return sum(line.cents for line in self.lines) + self.tax


def state(entry: Entry, horizon: int) -> State:
    """What an entry was before an instant at which it existed."""
    found = State(entry.lines, entry.note, entry.tax, entry.created, 0, False)
    for edit in sorted(entry.edits, key=lambda one: one.moment):
        if edit.moment >= horizon:
            break
        lines, note, tax = found.lines, found.note, found.tax
        if edit.what == "account":
            lines = (replace(lines[0], account=edit.value), *lines[1:])
        elif edit.what == "note":
            note = edit.value
        elif edit.what == "voided":
            lines, note, tax = tuple(replace(one, cents=0) for one in lines), "Voided", 0
        is_paid = found.is_paid or edit.what == "paid"
        found = State(lines, note, tax, edit.moment, found.version + 1, is_paid)
    return found


def office_hour(chance: Chance, day: date, *name: object) -> int:
    """An instant of a day at which somebody sits at the books."""
    return moments.instant(day, chance.whole(9 * 3_600, 17 * 3_600, "books", *name))


def at_the_close(chance: Chance, after: int, *name: object, place: int | None = None) -> int:
    """When a bookkeeper goes through what was entered by an instant: one of the first four days
    of the next month (the one of `place`, where it is given)."""
    first = moments.add_months(moments.day_of(after).replace(day=1), 1)
    day = chance.whole(1, 4, "books", *name, "close") if place is None else place
    return office_hour(chance, first.replace(day=day), *name, "closed")
