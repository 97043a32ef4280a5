"""How money is taken: attempts, declines and recoveries, refunds, and which of it the clock has
seen.

One function, `pay`, writes a payment; whoever sells calls it. What a payment looks like in a
vendor's API is not known here.
"""

from dataclasses import dataclass
from datetime import timedelta

from scripts.sandbox import moments
from scripts.sandbox.chance import Chance
from scripts.sandbox.model import Account, Attempt, EntryPass, Membership, Payment, Person, Refund
from scripts.sandbox.world import World

RENEWALS_DECLINED = 0.05
RENEWALS_DECLINED_COLLEGE = 0.116
RECOVERY = [("week", 0.82), ("late", 0.10), ("never", 0.08)]
RETRY_DAYS = [1, 3, 5, 7]
DECLINES = [
    ("insufficient_funds", 46),
    ("generic_decline", 24),
    ("expired_card", 14),
    ("do_not_honor", 10),
    ("lost_card", 3),
    ("card_velocity_exceeded", 3),
]
REFUNDED = {
    "membership_initial": 0.085,
    "membership_renewal": 0.058,
    "entry_pass": 0.078,
    "booking": 0.17,
    "deposit": 0.10,
    "goods": 0.10,
    "desk": 0.012,
    "order": 0.05,
}
REASONS = [("requested_by_customer", 78), ("duplicate", 12), (None, 10)]


@dataclass(frozen=True)
class Sale:
    """What is sold: its kind and names, and the price in cents including tax."""

    kind: str
    product: str
    category: str
    cents: int
    text: str
    for_person: Person | None
    subject: Membership | EntryPass | None = None
    quantity: int = 1


@dataclass(frozen=True)
class GivenBack:
    """A refund that a case wants: days after the sale, percent of it, and how it ends."""

    days: int
    percent: int
    fate: str = "succeeds"


def attempts(
    chance: Chance, key: str, created: int, declined: float
) -> tuple[list[Attempt], int | None]:
    """Every try for one payment, for all time, and when it was given up (None: it worked)."""
    if chance.u(key, "declined") >= declined:
        return [Attempt(created, None)], None
    decline = chance.weighted(DECLINES, key, "decline")
    outcome = chance.weighted(RECOVERY, key, "recovery")
    tries = [Attempt(created, decline)]
    last = chance.weighted([(0, 40), (1, 30), (2, 20), (3, 10)], key, "retry")
    for place, days in enumerate(RETRY_DAYS):
        moment = created + days * moments.DAY + chance.whole(0, 7200, key, "retry", place)
        if outcome == "week" and place == last:
            return [*tries, Attempt(moment, None)], None
        tries.append(Attempt(moment, decline))
    if outcome == "late":
        days = chance.whole(8, 24, key, "late")
        return [*tries, Attempt(created + days * moments.DAY + 5_000, None)], None
    return tries, created + 28 * moments.DAY


def pay(
    world: World,
    key: str,
    sale: Sale,
    payer: Person,
    account: Account | None,
    created: int,
    *,
    tries: tuple[list[Attempt], int | None] | None = None,
    given_back: list[GivenBack] | None = None,
    shows: dict[str, str | None] | None = None,
) -> Payment | None:
    """Take money through Stripe.

    Without an account the payer is a guest, shown as `shows` says.
    None where nothing is to be seen: before the history, after the clock, or nothing to pay.
    """
    if created < world.opens or created >= world.horizon or not sale.cents:
        return None
    tried, given_up = tries or ([Attempt(created, None)], None)
    payment = Payment(
        key,
        "stripe",
        sale.kind,
        payer,
        account,
        created,
        sale.cents,
        sale.product,
        sale.category,
        sale.text,
        sale.for_person,
        [one for one in tried if one.moment < world.horizon],
        cancelled=given_up
        if given_up and given_up < world.horizon and world.chance.u(key, "cancelled") < 0.5
        else None,
        shows=dict(shows or {}),
        quantity=sale.quantity,
        subject=sale.subject,
    )
    if account is not None:
        account.opened = min(account.opened, created - 30)
        own = world.capitan(payer)
        day = moments.day_of(created)
        if own is not None:
            own.filled_from = min(own.filled_from or day, day)
    if payment.success is not None:
        payment.refunds = refunds_of(world, payment, payment.success, given_back)
    world.payments.append(payment)
    return payment


def refunds_of(
    world: World, payment: Payment, paid: int, wanted: list[GivenBack] | None
) -> list[Refund]:
    """What is given back of a payment and has been asked for by the clock."""
    chance, key = world.chance, payment.key
    if wanted is None:
        wanted = []
        if chance.u(key, "refunded") < REFUNDED[payment.kind]:
            days = chance.weighted([((0, 1), 66), ((3, 60), 27), ((61, 110), 7)], key, "refundage")
            percent = (
                100 if chance.u(key, "partial") < 0.53 else chance.whole(15, 80, key, "percent")
            )
            fate = chance.weighted(
                [("succeeds", 96.5), ("pending", 2), ("fails", 1.5)], key, "refundfate"
            )
            wanted.append(GivenBack(chance.whole(*days, key, "refunddays"), percent, fate))
            if percent < 40 and chance.u(key, "secondrefund") < 0.15:
                wanted.append(GivenBack(days[1] + 2, percent, "succeeds"))
    found = []
    for place, one in enumerate(wanted):
        name = f"{key}/r{place}"
        day = moments.day_of(paid) + timedelta(days=one.days)
        moment = moments.instant(day, chance.whole(10 * 3600, 21 * 3600, name, "hour"))
        if one.days == 0:
            moment = paid + chance.whole(900, 9_000, name, "soon")
        settles = moment if one.fate == "succeeds" else moment + 4 * moments.DAY
        if moment < world.horizon:
            cents = max(1, payment.cents * one.percent // 100)
            reason = chance.weighted(REASONS, name, "reason")
            found.append(Refund(name, moment, cents, reason, settles, one.fate == "fails"))
    return found
