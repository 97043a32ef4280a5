"""What the gym takes, as it enters its books: a sales receipt for each day and payment company, the
deposits in which that money reaches the bank, and invoices to companies and schools.

Receipts and deposits are those of the town's payments: a receipt holds what succeeded on a day, by
category and before tax; a deposit brings the receipts of some days, less refunds that were settled
on them and less fees. Interest and the drinks machine are income that no receipt holds.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from scripts.sandbox import moments
from scripts.sandbox.baskets import tax_on
from scripts.sandbox.chance import Chance
from scripts.sandbox.chart import (
    CHECKING,
    COMPANIES,
    FEES,
    PROCESSORS,
    RECEIVABLE,
    REFUNDS,
    UNDEPOSITED,
)
from scripts.sandbox.entries import Edit, Entry, EntryLine, at_the_close, office_hour
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Payment
from scripts.sandbox.products import tax_within
from scripts.sandbox.vendors._shopify_objects import kept_of as shopify_fee
from scripts.sandbox.vendors._square_objects import fee_of as square_fee
from scripts.sandbox.vendors._stripe_objects import fee_of as stripe_fee

DELAYS = {"stripe": 2, "square": 1, "shopify": 3}  # days until the money is on its way
TWICE = 0.02
OPENING = 4_000_000
INVOICES_A_MONTH, LEAST_INVOICES = 3.0, 0.6
STANDING = [("Midtown Engineering", 78_000), ("Hill Country Clinic", 46_000)]
VOIDED, DELETED = 0.05, 0.05


@dataclass
class Day:
    """What one payment company took on a day, in cents."""

    net: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    tax: int = 0
    fees: int = 0
    refunds: int = 0


def taken(ledger: Ledger) -> dict[str, dict[date, Day]]:
    """Money by payment company and day: payments when they succeed, refunds when they settle."""
    found: dict[str, dict[date, Day]] = {source: defaultdict(Day) for source in PROCESSORS}
    for one in ledger.payments:
        if not (one.is_live and one.is_captured) or one.success is None:
            continue
        days = found[one.source]
        day = days[moments.day_of(one.success)]
        day.fees += fee(one)
        for category, net, tax in parts(one):
            day.net[category] += net
            day.tax += tax
        for back in one.refunds:
            if not back.fails and back.settles < ledger.horizon:
                days[moments.day_of(back.settles)].refunds += back.cents
    return found


def parts(payment: Payment) -> Iterator[tuple[str, int, int]]:
    """Category, cents before tax, and tax of each line of a payment."""
    for line in payment.lines:
        yield line.category, line.gross - line.tax, line.tax
    if not payment.lines:
        tax = tax_within(payment.cents)
        yield payment.category, payment.cents - tax, tax


def fee(payment: Payment) -> int:
    """What the payment company keeps."""
    if payment.source == "square":
        return square_fee(payment.cents) if payment.method == "card" else 0
    if payment.source == "shopify":
        return shopify_fee(payment)
    return stripe_fee(payment.cents) if payment.source == "stripe" else 0


def receipts_and_deposits(ledger: Ledger, days: list[date]) -> Iterator[Entry]:
    """A receipt for each day on which money came, and the deposits that bring it to the bank."""
    for source, found in taken(ledger).items():
        waiting: list[date] = []
        receipts = {day: _receipt(ledger.chance, source, day, one)
                    for day, one in sorted(found.items()) if one.net}  # fmt: skip
        yield from receipts.values()
        for today in days:
            day = today - timedelta(days=DELAYS[source])
            if day in found:
                waiting.append(day)
            if today.weekday() > 4 or not waiting:
                continue
            lines = _settled(source, [found[one] for one in waiting],
                             [receipts[one] for one in waiting if one in receipts])  # fmt: skip
            if sum(line.cents for line in lines) > 0:
                yield from _deposit(ledger.chance, f"deposit/{source}/{today}", today, lines)
                waiting = []


def _receipt(chance: Chance, source: str, day: date, one: Day) -> Entry:
    key = f"receipt/{source}/{day}"
    morning = 5 * 3_600 + chance.whole(0, 3_000, "books", key, "morning")
    lines = tuple(EntryLine(cents, item=item) for item, cents in sorted(one.net.items()))
    edits = []
    if chance.u("books", key, "note") < 0.02:
        edits.append(Edit(at_the_close(chance, moments.end_of(day), key), "note", "Checked"))
    return Entry(
        key,
        "SalesReceipt",
        day,
        moments.instant(day + timedelta(days=1), morning),
        f"{PROCESSORS[source]} sales",
        UNDEPOSITED,
        lines,
        "Credit Card",
        tax=one.tax,
        edits=edits,
    )


def _settled(source: str, days: list[Day], receipts: list[Entry]) -> list[EntryLine]:
    lines = [EntryLine(one.total, settles=(one.key,)) for one in receipts]
    for account, cents in (
        (REFUNDS, sum(day.refunds for day in days)),
        (FEES, sum(day.fees for day in days)),
    ):
        if cents:
            lines.append(EntryLine(-cents, account, party=PROCESSORS[source]))
    return lines


def _deposit(chance: Chance, key: str, day: date, lines: list[EntryLine]) -> Iterator[Entry]:
    """A deposit; now and then it is entered twice, and the second is deleted some days later."""
    created = office_hour(chance, day, key)
    yield Entry(key, "Deposit", day, created, None, CHECKING, tuple(lines))
    if chance.u("books", key, "twice") < TWICE:
        again = created + chance.whole(300, 7_000, "books", key, "again")
        wait = timedelta(days=chance.whole(1, 6, "books", key, "gone"))
        gone = office_hour(chance, moments.day_of(again) + wait, key, "gone")
        yield Entry(f"{key}/again", "Deposit", day, again, None, CHECKING, tuple(lines),
                    deleted=gone)  # fmt: skip


def other_deposits(chance: Chance, days: list[date], size: float) -> Iterator[Entry]:
    """The opening balance, and each month interest and the coins of the drinks machine."""
    opening = EntryLine(max(100, int(OPENING * size)), "Opening Balance Equity")
    yield from _deposit(chance, "deposit/opening", days[0], [opening])
    for day in days:
        for on_day, account, into, cents in (
            (28, "Interest earned", "Savings", 2_400),
            (5, "Vending income", CHECKING, 18_500),
        ):
            if day.day == on_day:
                key = f"deposit/{into}/{day}"
                percent = chance.whole(80, 120, "books", key, "amount")
                line = EntryLine(max(100, int(cents * size) * percent // 100), account)
                yield Entry(key, "Deposit", day, office_hour(chance, day, key), None, into, (line,))


def invoices(chance: Chance, days: list[date], size: float) -> Iterator[Entry]:
    """Corporate memberships on the first, outings of schools and companies on any day; the checks
    that settle them; some are voided or deleted when the month is closed."""
    for day in days:
        if day.day == 1:
            for party, cents in STANDING:
                amount = max(1_000, int(cents * size))
                line = EntryLine(amount, item="Corporate memberships", text="This month")
                yield from _invoice(chance, f"invoice/{day}/{party}", day, party, line)
        mean = max(LEAST_INVOICES, INVOICES_A_MONTH * size) / 30.4
        for number in range(chance.poisson(mean, "books", day, "invoices")):
            key = f"invoice/{day}/{number}"
            party = chance.pick(COMPANIES, "books", key, "who")
            amount = 500 * chance.whole(24, 190, "books", key, "amount")
            line = EntryLine(amount, item="School outing", text="Outing with instructors")
            yield from _invoice(chance, key, day, party, line)


def _invoice(chance: Chance, key: str, day: date, party: str, line: EntryLine) -> Iterator[Entry]:
    created = office_hour(chance, day, key)
    luck, tax = chance.u("books", key, "fate"), tax_on(line.cents) if "School" not in party else 0
    edits, deleted, paid = [], None, None
    if luck < VOIDED:
        edits.append(Edit(at_the_close(chance, created, key), "voided"))
    elif luck < VOIDED + DELETED:
        deleted = at_the_close(chance, created, key)
    elif luck < 0.97:
        wait = timedelta(days=chance.whole(5, 40, "books", key, "paid"))
        paid = office_hour(chance, moments.day_of(created) + wait, key, "paid")
        edits.append(Edit(paid, "paid"))
    due = day + timedelta(days=30)
    yield Entry(key, "Invoice", day, created, party, RECEIVABLE, (line,), tax=tax, due=due,
                edits=edits, deleted=deleted)  # fmt: skip
    if paid is None:
        return
    cents, on_day = line.cents + tax, moments.day_of(paid)
    check = EntryLine(cents, settles=(key,))
    yield Entry(f"{key}/paid", "Payment", on_day, paid, party, UNDEPOSITED, (check,), "Check")
    brought = EntryLine(cents, settles=(f"{key}/paid",))
    later = on_day + timedelta(days=chance.whole(1, 3, "books", key, "brought"))
    yield from _deposit(chance, f"{key}/brought", later, [brought])
