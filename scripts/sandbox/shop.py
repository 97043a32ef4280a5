"""What is bought in the web shop: day passes in packs, birthday deposits, a few goods.

Households order now and then, most of them with an account that the first order made, some as
guests. Orders are paid at once, or some days later, or never; they change when they are sent, when
somebody at the gym writes on them, and when money goes back.
"""

from datetime import date

from scripts.sandbox import moments
from scripts.sandbox.baskets import later, line, sell
from scripts.sandbox.behaviour import payer_of
from scripts.sandbox.goods import DEPOSIT, SHOP, Good, novelty
from scripts.sandbox.model import Account, Attempt, Household, Line, Payment, Person
from scripts.sandbox.payments import GivenBack
from scripts.sandbox.world import World

ORDERS_A_MONTH = 0.0068
GUEST = 0.12
SECOND_LINE, CODE = 0.16, 0.10
FATES = [("paid", 96.2), ("later", 2.0), ("never", 0.8), ("voided", 1.0)]
WRITTEN_ON = 0.03
NOTES = ["Wants the pass as a gift", "Called to move the date", "Pick up at the desk"]


def sell_online(world: World) -> None:
    """Every order of ordinary households up to the clock."""
    for household in world.households:
        if household.is_case or not household.adults:
            continue
        month = max(moments.day_of(household.arrived), world.start).replace(day=1)
        while month <= world.clock:
            if world.chance.u(household.household_id, "web shop", month) < ORDERS_A_MONTH:
                _order(world, household, month)
            month = moments.add_months(month, 1)


def place_order(
    world: World,
    key: str,
    goods: list[tuple[Good, int]],
    buyer: Person,
    account: Account | None,
    moment: int,
    *,
    percent_off: int = 0,
    whom: Person | None = None,
    fate: str = "paid",
    given_back: list[GivenBack] | None = None,
    edited: list[tuple[int, str]] | None = None,
) -> Payment | None:
    """One order.

    `fate` is paid, later, never, voided or test; `edited` is (instant, what changed).
    """
    tries = {
        "later": [Attempt(later(world, f"{key}/paid", moment, 2, 5), None)],
        "never": [],
        "voided": [],
    }.get(fate, [Attempt(moment + 3, None)])
    lines: list[Line] = [
        line(f"{key}:{place}", good, count, percent_off, whom or buyer)
        for place, (good, count) in enumerate(goods)
    ]
    sold = sell(
        world,
        key,
        "shopify",
        "order",
        lines,
        buyer,
        account,
        moment,
        tries=tries,
        given_back=given_back,
    )
    if sold is None:
        return None
    sold.unpaid, sold.is_live = "pending", fate != "test"
    sold.shows["fate"] = fate
    if fate == "voided":
        day = later(world, f"{key}/void", moment, 1, 2)
        sold.cancelled = day if day < world.horizon else None
    sent = moment + 240
    if any(good.is_made for good, _ in goods):
        sent = later(world, f"{key}/sent", moment, 1, 4)
    edits = [*(edited or []), *([(sent, "sent")] if fate in ("paid", "test") else [])]
    sold.edits = sorted(one for one in edits if one[0] < world.horizon)
    return sold


def _order(world: World, household: Household, month: date) -> None:
    chance, key = world.chance, f"{household.household_id}/s{month}"
    buyer = payer_of(household)
    day = month.replace(day=chance.whole(1, 28, key, "day"))
    moment = moments.instant(day, chance.whole(7 * 3600, 24 * 3600 - 60, key, "second"))
    moment = max(moment, household.arrived + 3_600)
    if not world.opens <= moment < world.horizon:
        return
    new = novelty(day, is_made=True)
    options = [
        (one, one.weight) for one in SHOP if one is not DEPOSIT or household.children
    ]  # only families have birthday parties
    good = chance.weighted([*options, (new, 2.0)], key, "good")
    count = 1 if good is DEPOSIT else chance.weighted([(1, 78), (2, 16), (4, 6)], key, "count")
    goods = [(good, count)]
    if good is not DEPOSIT and chance.u(key, "second") < SECOND_LINE:
        others = [one for one in options if one[0] is not good and one[0] is not DEPOSIT]
        goods.append((chance.weighted(others, key, "second good"), 1))
    edits = []
    if chance.u(key, "note") < WRITTEN_ON:
        note = chance.pick(NOTES, key, "which note")
        edits.append((later(world, f"{key}/note", moment, 1, 9), f"note {note}"))
    is_guest = chance.u(key, "guest") < GUEST
    account = None if is_guest else world.open("shopify", buyer, moment - 20)
    whom = buyer
    if good.variation and "Youth" in good.variation and household.children:
        whom = chance.pick(household.children, key, "child")
    place_order(
        world,
        key,
        goods,
        buyer,
        account,
        moment,
        percent_off=10 if chance.u(key, "code") < CODE else 0,
        whom=whom,
        fate=chance.weighted(FATES, key, "fate"),
        edited=edits,
    )
