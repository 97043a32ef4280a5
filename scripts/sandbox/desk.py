"""What is sold at the front desk: the passes that Capitan's card payments do not cover, guest
passes, gear, retail, drop-in classes, and what is left to pay of birthday parties.

Every sale hangs on something that happened (a pass, a check-in, a deposit) and nobody is named in
any of them. A fifth of the baskets hold lines of two categories. A few cards are refused before
they work, a few sales are voided, and a few tabs stay open until the next day.
"""

from scripts.sandbox import moments
from scripts.sandbox.baskets import custom, later, line, sell
from scripts.sandbox.goods import (
    BALANCES,
    DESK,
    GUEST_PASS,
    PASSES_AT_THE_DESK,
    Good,
    novelty,
)
from scripts.sandbox.model import Attempt, EntryPass, Line, Payment, Person, Visit
from scripts.sandbox.payments import GivenBack
from scripts.sandbox.products import PASS_BY_NAME
from scripts.sandbox.world import World

BUYS = 0.163  # share of check-ins beside which something is bought
TWO_CATEGORIES = 0.215
SECOND_LINE = 0.30
NO_DESCRIPTION = 0.09
MEMBER_DISCOUNT = 0.08
CASH = 0.06
FATES = [("plain", 97.8), ("refused", 1.2), ("voided", 0.6), ("tab", 0.4)]
AMOUNTS = [(300, 20), (500, 22), (1000, 20), (1500, 14), (2500, 12), (4000, 8), (12500, 4)]


def sell_at_the_desk(world: World) -> None:
    """Every sale at the desk up to the clock."""
    covered = {id(one.subject) for one in world.payments if one.subject is not None}
    for entry in world.passes:
        if id(entry) not in covered:
            _sell_pass(world, entry)
    for visit in world.visits:
        if visit.created == visit.moment + 1 and not visit.key.endswith("/twice"):
            _sell_beside(world, visit)
    for deposit in [one for one in world.payments if one.kind in ("deposit", "order")]:
        _settle_party(world, deposit)


def ring_up(
    world: World,
    key: str,
    lines: list[Line],
    buyer: Person,
    moment: int,
    *,
    subject: EntryPass | None = None,
    given_back: list[GivenBack] | None = None,
    fate: str | None = None,
) -> Payment | None:
    """One basket at the till.

    `fate` is refused, voided, tab, or plain; drawn if not given.
    """
    if fate is None:
        fate = world.chance.weighted(FATES, key, "till")
    tries = [Attempt(moment, None)]
    if fate == "voided":
        tries = [Attempt(moment, "VOIDED")]
    elif fate == "tab":
        tries = [Attempt(later(world, f"{key}/tab", moment, 1, 1), None)]
    sold = sell(
        world,
        key,
        "square",
        "desk",
        lines,
        buyer,
        None,
        moment,
        tries=tries,
        given_back=given_back,
        subject=subject,
    )
    if sold is None:
        return None
    sold.is_payer_known, sold.unpaid = False, "open"
    sold.method = "cash" if world.chance.u(key, "cash") < CASH else "card"
    if fate == "voided":
        sold.cancelled, sold.method, sold.unpaid = moment + 30, "card", "canceled"
    elif fate == "refused":
        refused = Payment(
            f"{key}/refused",
            "square",
            "desk",
            buyer,
            None,
            moment - 40,
            sold.cents,
            sold.product,
            sold.category,
            "",
            None,
            [Attempt(moment - 40, "GENERIC_DECLINE")],
            basket=key,
            is_payer_known=False,
            unpaid="failed",
        )
        sold.method = "card"
        world.payments.append(refused)
    return sold


def _sell_pass(world: World, entry: EntryPass) -> None:
    one = PASS_BY_NAME[entry.product]
    good, key = PASSES_AT_THE_DESK[entry.product], f"{entry.key}/desk"
    count = max(1, entry.entries // one.entries)
    lines = [line(f"{key}:0", good, count, whom=entry.owner.person)]
    lines += _beside(world, key, "Day Pass")
    ring_up(world, key, lines, entry.owner.person, entry.bought, subject=entry)


def _sell_beside(world: World, visit: Visit) -> None:
    """A guest's pass, or something bought before or after climbing."""
    chance, person = world.chance, visit.account.person
    key = f"{visit.key}/desk"
    if visit.method == "GUE":
        lines = [line(f"{key}:0", GUEST_PASS, whom=person), *_beside(world, key, "Day Pass")]
        ring_up(world, key, lines, person, visit.moment - 90)
        return
    if chance.u(key, "buys") >= BUYS:
        return
    moment = visit.moment + chance.whole(-240, 7_200, key, "when")
    if chance.u(key, "typed in") < NO_DESCRIPTION:
        lines = [custom(f"{key}:0", chance.weighted(AMOUNTS, key, "amount"), "Retail")]
    else:
        first = _good(world, f"{key}:0", moment, None)
        lines = [_priced(world, f"{key}:0", first), *_beside(world, key, first.category)]
    ring_up(world, key, lines, person, moment)


def _beside(world: World, key: str, category: str) -> list[Line]:
    """Further lines of a basket: of another category in a fifth of them, or more of the same."""
    luck, name = world.chance.u(key, "beside"), f"{key}:1"
    if luck < TWO_CATEGORIES:
        others = [(one, one.weight) for one in DESK if one.category != category]
        return [_priced(world, name, world.chance.weighted(others, name, "good"))]
    if luck < TWO_CATEGORIES + SECOND_LINE:
        same = [(one, one.weight) for one in DESK if one.category == category]
        return [_priced(world, name, world.chance.weighted(same, name, "good"))]
    return []


def _good(world: World, name: str, moment: int, category: str | None) -> Good:
    options = [(one, one.weight) for one in DESK if category in (None, one.category)]
    new = novelty(moments.day_of(moment))
    return world.chance.weighted([*options, (new, new.weight)], name, "good")


def _priced(world: World, name: str, good: Good) -> Line:
    chance = world.chance
    quantity = chance.weighted([(1, 80), (2, 16), (3, 4)], name, "quantity")
    if good.cents > 5_000:
        quantity = 1
    is_off = good.category == "Retail" and chance.u(name, "discount") < MEMBER_DISCOUNT
    return line(name, good, quantity, 10 if is_off else 0)


def _settle_party(world: World, deposit: Payment) -> None:
    """A birthday party is paid on its day, as an amount without a description."""
    is_party = deposit.kind == "deposit" or any(
        one.category == "Event Booking" for one in deposit.lines
    )
    paid = deposit.success
    if paid is None or not is_party or not deposit.is_live or not deposit.is_captured:
        return
    key = f"{deposit.key}/party"
    moment = later(world, key, paid, 12, 45)
    lines = [custom(f"{key}:0", world.chance.weighted(BALANCES, key, "balance"), "Event Booking")]
    ring_up(world, key, lines, deposit.payer, moment)
