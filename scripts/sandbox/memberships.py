"""The life of a membership: billed again and again, frozen, switched to another plan, ended.

Each period's fate is drawn when the period begins, so that the clock can stop anywhere. A
membership that began before the history is lived from its own start, though payments before the
history are not written. Calibration: 4 % a month end, 3 % freeze, 2 % switch plan.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from scripts.sandbox import moments
from scripts.sandbox.model import Account, Membership, Person
from scripts.sandbox.payments import (
    RENEWALS_DECLINED,
    RENEWALS_DECLINED_COLLEGE,
    GivenBack,
    Sale,
    attempts,
    pay,
)
from scripts.sandbox.products import MEMBERSHIPS, Product, with_tax
from scripts.sandbox.world import World

ENDS_A_MONTH = 0.047
FREEZES_A_MONTH = 0.033
SWITCHES_A_MONTH = 0.024
INDIVIDUALLY_FROZEN = 0.015
INTERVAL_DAYS = {"BWK": 14, "4WK": 28}
INTERVAL_MONTHS = {"MON": 1, "3MO": 3, "6MO": 6, "YRL": 12}
GRACE = timedelta(days=21)
SMALLER = {
    "family": ("solo", "family"),
    "duo": ("solo", "duo"),
    "solo": ("solo",),
    "youth": ("youth",),
}


def following(product: Product, day: date) -> date:
    """The bill date after `day`."""
    if product.interval in INTERVAL_DAYS:
        return day + timedelta(days=INTERVAL_DAYS[product.interval])
    return moments.add_months(day, INTERVAL_MONTHS[product.interval])


def join(
    world: World,
    key: str,
    product: Product,
    owner: Account,
    payer: Account,
    roster: Sequence[Account],
    bought: int,
    *,
    start: date | None = None,
    email_of: Person | None = None,
    lasts: bool = False,
    given_back: list[GivenBack] | None = None,
) -> Membership | None:
    """Sell a membership and live it up to the clock.

    One that `lasts` stays as it is.     None when the day has not come.
    """
    if bought >= world.horizon:
        return None
    start = start or moments.day_of(bought)
    membership = Membership(
        key, product, owner, payer, list(roster), bought, start, owner_email_of=email_of
    )
    if len(roster) > 1:
        membership.frozen = {
            one.key
            for one in roster[1:]
            if world.chance.u(key, one.key, "frozen") < INDIVIDUALLY_FROZEN
        }
    world.add(membership)
    text = "Capitan membership #{number} initial payment: " + product.name
    sale = Sale(
        "membership_initial",
        product.name,
        product.category or "New Membership",
        with_tax(product.cents),
        text,
        owner.person,
        membership,
    )
    pay(world, f"{key}/0", sale, payer.person, payer, bought + 40, given_back=given_back)
    if product.days is not None:
        _run_out(world, membership, start + timedelta(days=product.days))
    else:
        _live(world, membership, lasts)
    return membership


def _run_out(world: World, membership: Membership, end: date) -> None:
    membership.end = end
    membership.spans = [(membership.start, end)]
    membership.is_ended = world.clock >= end


def _live(world: World, membership: Membership, lasts: bool) -> None:
    chance, product, key = world.chance, membership.product, membership.key
    begun = period = membership.start
    months = (following(product, begun) - begun).days / 30.4
    number = 0
    while period <= world.clock:
        upcoming = following(product, period)
        fate = 1.0 if lasts else chance.u(key, "fate", number)
        number += 1
        if fate < ENDS_A_MONTH * months:
            _end(world, membership, begun, upcoming)
            return
        fate -= ENDS_A_MONTH * months
        if fate < SWITCHES_A_MONTH * months:
            _end(world, membership, begun, upcoming)
            _switch(world, membership, upcoming)
            return
        fate -= SWITCHES_A_MONTH * months
        if fate < FREEZES_A_MONTH * months and upcoming <= world.clock:
            thaw = upcoming + timedelta(days=chance.whole(14, 75, key, "thaw", number))
            membership.spans.append((begun, upcoming))
            membership.unfreeze = thaw
            begun = upcoming = thaw
        if upcoming <= world.clock and not _renew(world, membership, number, upcoming):
            if upcoming + GRACE <= world.clock:
                _end(world, membership, begun, upcoming + GRACE)
                return
            period = following(product, upcoming)
            break
        period = upcoming
    membership.next_bill = following(product, period) if period == membership.start else period
    membership.spans.append((begun, date.max))


def _end(world: World, membership: Membership, begun: date, end: date) -> None:
    membership.end = end
    membership.spans.append((begun, end))
    membership.is_ended = world.clock >= end


def _renew(world: World, membership: Membership, number: int, day: date) -> bool:
    product, key = membership.product, f"{membership.key}/{number}"
    declined = RENEWALS_DECLINED_COLLEGE if "College" in product.name else RENEWALS_DECLINED
    created = moments.instant(day, 3 * 3600 + world.chance.whole(0, 5400, key, "billed"))
    tries = attempts(world.chance, key, created, declined if product.cents else 0.0)
    text = "Capitan membership #{number} renewal payment: " + product.name
    sale = Sale(
        "membership_renewal",
        product.name,
        product.category or "Membership Renewal",
        with_tax(product.cents),
        text,
        membership.owner.person,
        membership,
    )
    pay(world, key, sale, membership.payer.person, membership.payer, created, tries=tries)
    return tries[1] is None


def _switch(world: World, old: Membership, day: date) -> None:
    sizes = SMALLER.get(old.product.size, ("solo",))
    options = [
        (one, one.weight)
        for one in MEMBERSHIPS
        if one.size in sizes and one is not old.product and one.days is None and one.cents
    ]
    product = world.chance.weighted(options, old.key, "switch")
    roster = old.roster if product.size == old.product.size else [old.owner]
    bought = moments.instant(day, 9 * 3600 + world.chance.whole(0, 30_000, old.key, "switched"))
    join(
        world,
        old.key + "s",
        product,
        old.owner,
        old.payer,
        roster,
        bought,
        email_of=old.owner_email_of,
    )
