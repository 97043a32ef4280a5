"""What the gym pays, as it enters its books: purchases that the bank or the card shows, and bills
that are paid later.

Costs that come round (`chart.py`), small purchases by card, and a few bills a month, all scaled to
the town. Some purchases wait without a category until the month is closed, some are entered twice
and deleted then: three and two a month for certain, others by chance.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from scripts.sandbox import moments
from scripts.sandbox.chance import Chance
from scripts.sandbox.chart import (
    BILLED,
    BY_NAME,
    CARD,
    CHECKING,
    COSTS,
    ITEM_NUMBERS,
    PAYABLE,
    SMALL,
    UNCATEGORISED,
    Cost,
)
from scripts.sandbox.entries import Edit, Entry, EntryLine, at_the_close, office_hour

ANCHOR = date(2024, 1, 5)  # a pay day
SMALL_A_DAY, LEAST_A_DAY = 1.05, 0.12
WITHOUT_CATEGORY, NOTED, TWICE, LATE = 0.05, 0.03, 0.02, 0.03
MONTHLY = [place for place, cost in enumerate(COSTS) if cost.days]
SLIPS = {0: ("category", 1), 4: ("category", 2), 8: ("category", 3), 11: ("twice", 1),
         14: ("twice", 3)}  # fmt: skip


def purchases(chance: Chance, days: list[date], size: float, day_0: date) -> Iterator[Entry]:
    """Every purchase of the town's days, slips included."""
    for day in days:
        for place, cost in enumerate(COSTS):
            if is_due(cost, day):
                yield from _regular(chance, place, cost, day, size)
        count = chance.poisson(max(LEAST_A_DAY, SMALL_A_DAY * size), "books", day, "small")
        for number in range(count):
            yield from _small(chance, day, number, (day - day_0).days)


def is_due(cost: Cost, day: date) -> bool:
    """Whether a cost falls on a day."""
    return day.day in cost.days if cost.every is None else (day - ANCHOR).days % cost.every == 0


def scaled(chance: Chance, cents: int, size: float, wobble: int, *name: object) -> int:
    """An amount in a town of some size, give or take some percent."""
    percent = 100 + chance.whole(-wobble, wobble, "books", *name, "amount")
    return max(100, int(cents * size) * percent // 100)


def _regular(chance: Chance, place: int, cost: Cost, day: date, size: float) -> Iterator[Entry]:
    key = f"purchase/{day}/{place}"
    cents = scaled(chance, cost.cents, size, cost.wobble, key)
    slip = None
    if place in MONTHLY and day.day == cost.days[0]:
        shift = chance.whole(0, len(MONTHLY) - 1, "books", day.replace(day=1), "slips")
        slip = SLIPS.get((MONTHLY.index(place) + shift) % len(MONTHLY))
    line = EntryLine(cents, cost.account, text=cost.text or None)
    yield from _entered(chance, key, day, cost.party, cost.method, line, slip)


def _small(chance: Chance, day: date, number: int, age: int) -> Iterator[Entry]:
    key = f"purchase/{day}/small{number}"
    options = [(one, one[-1]) for one in SMALL]
    account, party, text, low, high, _ = chance.weighted(options, "books", key, "what")
    if BY_NAME[account].is_closed(age):
        account = "Supplies"
    line = EntryLine(chance.whole(low, high, "books", key, "amount"), account, text=text)
    yield from _entered(chance, key, day, party, "CreditCard", line, None)


def _entered(
    chance: Chance,
    key: str,
    day: date,
    party: str,
    method: str,
    line: EntryLine,
    slip: tuple[str, int] | None,
) -> Iterator[Entry]:
    """A purchase with whatever happens to it; `slip` is what goes wrong for certain, and on which
    day of the close it is found."""
    luck = chance.u("books", key, "slip")
    wait = chance.whole(15, 40, "books", key, "late") if luck > 1 - LATE else chance.whole(
        0, 3, "books", key, "entered")  # fmt: skip
    created = office_hour(chance, day + timedelta(days=wait), key)
    account = CARD if method == "CreditCard" else CHECKING
    kind, place = slip or (None, None)
    is_unsorted = kind == "category" or (kind is None and luck < WITHOUT_CATEGORY)
    edits = []
    if is_unsorted:
        moment = at_the_close(chance, created, key, "category", place=place)
        edits.append(Edit(moment, "account", str(line.account)))
        line = EntryLine(line.cents, UNCATEGORISED, text=line.text)
    elif luck < WITHOUT_CATEGORY + NOTED:
        edits.append(Edit(at_the_close(chance, created, key, "note"), "note", "Receipt is filed"))
    yield Entry(key, "Purchase", day, created, party, account, (line,), method, edits=edits)
    if kind == "twice" or WITHOUT_CATEGORY + NOTED <= luck < WITHOUT_CATEGORY + NOTED + TWICE:
        again = office_hour(chance, moments.day_of(created) + timedelta(days=1), key, "again")
        gone = at_the_close(chance, again, key, "again", place=place)
        yield Entry(
            f"{key}/again", "Purchase", day, again, party, account, (line,), method, deleted=gone
        )


def bills(chance: Chance, days: list[date], size: float) -> Iterator[Entry]:
    """Every bill of the town's days, and the payments that settle them."""
    for day in days:
        for place, (what, party, text, cents, on_day, every) in enumerate(BILLED):
            if day.day != on_day or day.month % every:
                continue
            key = f"bill/{day}/{place}"
            amount = scaled(chance, cents, size, 20, key)
            item = what if what in ITEM_NUMBERS else None
            lines = [EntryLine(amount, None if item else what, item, text)]
            if item or chance.u("books", key, "freight") < 0.4:
                lines.append(EntryLine(max(100, amount // 20), "Supplies", text="Freight"))
            created = office_hour(
                chance, day + timedelta(days=chance.whole(0, 4, "books", key, "came")), key
            )
            wait = timedelta(days=chance.whole(12, 35, "books", key, "paid"))
            paid = office_hour(chance, moments.day_of(created) + wait, key, "paid")
            due = day + timedelta(days=30)
            yield Entry(key, "Bill", day, created, party, PAYABLE, tuple(lines), due=due,
                        edits=[Edit(paid, "paid")])  # fmt: skip
            settled = EntryLine(sum(line.cents for line in lines), settles=(key,))
            yield Entry(f"{key}/paid", "BillPayment", moments.day_of(paid), paid, party, CHECKING,
                        (settled,), "Check")  # fmt: skip
