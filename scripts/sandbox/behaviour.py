"""What ordinary households do: come once or often, buy passes, join, book camps, or never come at
all.

Each household walks its own path from its arrival; the only other people it knows are friends who
were there before. Shares are set so that the town meets its calibration at its default size;
`calibration.py` measures them.
"""

from datetime import date, timedelta

from scripts.sandbox import moments
from scripts.sandbox.memberships import join
from scripts.sandbox.model import Account, EntryPass, Household, Person
from scripts.sandbox.payments import Sale, pay
from scripts.sandbox.products import (
    BIRTHDAY_DEPOSIT,
    BIRTHDAY_DEPOSIT_CENTS,
    BOOKINGS,
    COMPANION,
    MEMBERSHIPS,
    PASSES,
    TWO_WEEK,
    PassProduct,
    Product,
    new_good,
    with_tax,
)
from scripts.sandbox.visits import enter, time_of_day, use_pass
from scripts.sandbox.world import World

# what a household does after it signed up: member at once, day visitor, a free entry only, nothing
PATHS = [
    ("member", 0.052),
    ("two_week", 0.020),
    ("visitor", 0.405),
    ("free", 0.222),
    ("nothing", 0.301),
]
PATHS_BEFORE = [("member", 0.195), ("visitor", 0.26), ("nothing", 0.545)]
GROUP_SIZES = [(1, 74.0), (2, 18.9), (3, 4.3), (4, 2.2), (5, 0.33), (6, 0.2)]
COMES_AGAIN = 0.345
TWO_WEEK_AFTER_VISIT, MEMBER_AFTER_VISIT, MEMBER_AFTER_TWO_WEEK = 0.060, 0.015, 0.35
PAID_THROUGH_STRIPE = 0.72
CHILD_OWNS_PASS = 0.8
GUEST_CHECKOUT = 0.10
BOOKS_A_MONTH = {True: 0.0325, False: 0.0066}
DEPOSITS_A_MONTH = 0.0062
GOODS_A_MONTH = 0.0011
FREE_REASONS = [
    ("Field Trip", 34),
    ("Waiver only", 20),
    ("Staff guest", 14),
    ("Comp visit", 18),
    ("Spectator", 14),
]


def live(world: World, household: Household) -> None:
    """Everything an ordinary household does up to the clock."""
    chance, name = world.chance, household.household_id
    before = household.arrived < world.opens
    path = chance.weighted(PATHS_BEFORE if before else PATHS, name, "path")
    if path == "member":
        become_members(world, household, household.arrived + 1_800, "first")
    elif path == "two_week":
        _two_weeks(world, household, household.arrived + 1_800)
    elif path == "visitor":
        _visit_by_day(world, household)
    elif path == "free":
        _enter_free(world, household)
    _book(world, household)


def payer_of(household: Household) -> Person:
    """Whoever pays in a household: its first adult, or the first guardian of its children."""
    return household.adults[0] if household.adults else household.people[0]


def become_members(world: World, household: Household, bought: int, key: str) -> None:
    """Choose a product that fits the household and join."""
    chance, name = world.chance, f"{household.household_id}/m-{key}"
    adults, children = household.adults, household.children
    payer = payer_of(household)
    listed = [person for person in household.people if person.is_in_capitan]
    if not listed:
        return
    sizes = {"solo"}
    if children:
        sizes = chance.weighted(
            [({"family"}, 56), ({"youth"}, 26), ({"solo"}, 12), ({"duo"}, 6)], name, "size"
        )
    elif len(adults) == 2 or chance.u(name, "duo") < 0.17:
        sizes = {"duo"}
    if not any(person.is_in_capitan for person in adults):
        sizes = {"youth"}
    options = [
        (one, one.weight)
        for one in MEMBERSHIPS
        if one.size in sizes and fits(one, payer, bought, world.opens)
    ]
    product = chance.weighted(options, name, "product")
    if product.size == "youth":
        people = [chance.pick(children, name, "child")] if children else []
    elif product.size == "family":
        people = listed
    elif product.size == "duo":
        people = listed[:2]
    else:
        people = [payer]
    roster = [account for person in people if (account := world.capitan(person))]
    if product.size == "duo" and len(roster) == 1:
        friend = world.friend(payer.person_id, bought, 9)
        roster += [friend] if friend else []
    if not roster:
        return
    owner, account = roster[0], world.open("stripe", payer, bought)
    mother = payer if product.size == "youth" and owner.person is not payer else None
    start = None
    if chance.u(name, "nextmonth") < 0.03:
        start = moments.add_months(moments.day_of(bought).replace(day=1), 1)
    join(world, name, product, owner, account, roster, bought, start=start, email_of=mother)
    if children and chance.u(name, "companion") < 0.05:
        _companion(world, household, account, bought + 20 * moments.DAY)


def fits(product: Product, payer: Person, bought: int, opens: int) -> bool:
    """Whether a product may be sold: founders' plans early, college plans to the young."""
    if "Founders" in product.name and bought > opens + 60 * moments.DAY:
        return False
    age = (moments.day_of(bought) - payer.birth).days / 365.25
    return age < 26 or "Student" not in product.name


def _companion(world: World, household: Household, payer: Account, bought: int) -> None:
    child = world.capitan(household.children[0])
    if child:
        join(
            world,
            f"{household.household_id}/companion",
            COMPANION,
            child,
            payer,
            [child],
            bought,
            email_of=payer.person,
        )


def _two_weeks(world: World, household: Household, bought: int) -> None:
    name = f"{household.household_id}/2w"
    owner = world.capitan(payer_of(household)) or world.capitan(household.people[-1])
    if bought >= world.horizon or owner is None:
        return
    payer = world.open("stripe", payer_of(household), bought)
    product = world.chance.weighted([(one, one.days or 0) for one in TWO_WEEK], name, "product")
    join(world, name, product, owner, payer, [owner], bought)
    if world.chance.u(name, "stays") < MEMBER_AFTER_TWO_WEEK:
        become_members(world, household, bought + 14 * moments.DAY, "after2w")


def _visit_by_day(world: World, household: Household) -> None:
    """Visit after visit, each on a new pass or a punch card, until they stop coming or join."""
    chance, name = world.chance, household.household_id
    day = moments.day_of(household.arrived)
    card: tuple[EntryPass, PassProduct] | None = None
    if day < world.start:
        day = world.start + timedelta(days=chance.whole(0, 200, name, "back"))
    for number in range(60):
        if day > world.clock:
            return
        visit = f"{name}/v{number}"
        second = time_of_day(world, day, visit)
        moment = max(moments.instant(day, second), household.arrived + 120)
        if card is None or card[0].used >= card[0].entries:
            card = _buy(world, household, visit, moment)
        if card:
            users = _users(world, household, visit, moment, card[0])
            use_pass(world, visit, card[0], card[1], users, moment + 300)
        after = chance.u(visit, "after")
        if after < TWO_WEEK_AFTER_VISIT:
            _two_weeks(world, household, moment + chance.whole(1, 9, visit, "soon") * moments.DAY)
            return
        if after < TWO_WEEK_AFTER_VISIT + MEMBER_AFTER_VISIT:
            become_members(world, household, moment + moments.DAY, "aftervisit")
            return
        has_entries = card is not None and card[0].used < card[0].entries
        if not has_entries and chance.u(visit, "again") > COMES_AGAIN:
            return
        day += timedelta(
            days=chance.weighted([(5, 25), (12, 30), (30, 25), (75, 14), (150, 6)], visit, "gap")
        )


def _buy(
    world: World, household: Household, key: str, moment: int
) -> tuple[EntryPass, PassProduct] | None:
    chance, buyer = world.chance, payer_of(household)
    owner = world.capitan(buyer) or world.capitan(household.people[-1])
    if owner is None:
        return None
    youth = bool(household.children) and chance.u(key, "youth") < 0.62
    product = chance.weighted(
        [(one, one.weight) for one in PASSES if one.is_youth == youth], key, "pass"
    )
    wanted = chance.weighted(GROUP_SIZES, key, "size")
    count = 1 if product.entries > 1 else wanted
    kids = [account for child in household.children if (account := world.capitan(child))]
    if youth and kids and count == 1 and chance.u(key, "childs") < CHILD_OWNS_PASS:
        owner = chance.pick(kids, key, "child")
    return sell_pass(world, key, owner, buyer, product, count, moment), product


def sell_pass(
    world: World,
    key: str,
    owner: Account,
    buyer: Person,
    product: PassProduct,
    count: int,
    moment: int,
    account: Account | None = None,
) -> EntryPass:
    """A pass of `count` times the product's entries, paid through Stripe or at the desk."""
    chance = world.chance
    entry = EntryPass(key, product.name, owner, moment, count * product.entries)
    if world.opens <= moment < world.horizon:
        world.passes.append(entry)
    if account is None and chance.u(key, "desk") >= PAID_THROUGH_STRIPE:
        return entry
    text = "Capitan entry pass #{number} purchase: " + product.name
    sale = Sale(
        "entry_pass",
        product.name,
        "Day Pass",
        with_tax(product.cents) * count,
        text,
        owner.person,
        entry,
        count,
    )
    if account is None and chance.u(key, "guest") < GUEST_CHECKOUT:
        pay(world, key, sale, buyer, None, moment)
    elif world.opens <= moment < world.horizon:
        pay(world, key, sale, buyer, account or world.open("stripe", buyer, moment), moment)
    return entry


def _users(
    world: World, household: Household, key: str, moment: int, entry: EntryPass
) -> list[Account]:
    """Who enters on a pass: the family as far as it goes, then friends."""
    chance, buyer = world.chance, payer_of(household)
    left = entry.entries - entry.used
    if entry.entries >= 5 and entry.entries == left + entry.used and chance.u(key, "card") < 0.97:
        left = 1
    family = [account for person in household.people if (account := world.capitan(person))]
    kids = [account for account in family if account.person.is_child]
    first = [account for account in family if account is entry.owner]
    if kids and first and first[0] not in kids and chance.u(key, "spectator") < 0.20:
        line = [*kids, *first]
    else:
        line = [*first, *kids]
    line += [account for account in family if account not in line]
    for place in range(4):
        if len(line) >= left:
            break
        friend = world.friend(buyer.person_id, household.arrived, place)
        if (
            friend
            and friend not in line
            and not world.is_member(friend.person, moments.day_of(moment))
        ):
            line.append(friend)
    return line[:left]


def _enter_free(world: World, household: Household) -> None:
    chance, name = world.chance, f"{household.household_id}/free"
    reason = chance.weighted(FREE_REASONS, name, "reason")
    listed = [account for person in household.people if (account := world.capitan(person))]
    if reason == "Field Trip":
        listed = [one for one in listed if one.person.is_child] or listed
    event = chance.u(name, "event") < 0.07
    for place, account in enumerate(listed):
        moment = household.arrived + 400 + 30 * place
        group = name if len(listed) > 1 else None
        if event:
            booking = chance.weighted([(one, one.weight) for one in BOOKINGS], name, "booking")
            enter(world, f"{name}:{place}", account, moment, "EVE", booking.name, group=group)
        else:
            enter(
                world, f"{name}:{place}", account, moment, "FRE", reason, group=group, reason=reason
            )


def _book(world: World, household: Household) -> None:
    """Camps, classes, birthday deposits and goods, drawn month by month."""
    chance, name = world.chance, household.household_id
    month = max(moments.day_of(household.arrived), world.start).replace(day=1)
    youth = bool(household.children)
    while month <= world.clock:
        luck = chance.u(name, "books", month)
        if luck < BOOKS_A_MONTH[youth]:
            _sell_booking(world, household, f"{name}/b{month}", month)
        elif youth and luck < BOOKS_A_MONTH[True] + DEPOSITS_A_MONTH:
            _sell_deposit(world, household, f"{name}/d{month}", month)
        elif luck > 1 - GOODS_A_MONTH:
            _sell_good(world, household, f"{name}/g{month}", month)
        month = moments.add_months(month, 1)


def _moment(world: World, household: Household, key: str, month: date) -> int:
    day = month + timedelta(days=world.chance.whole(0, 27, key, "day"))
    moment = moments.instant(day, world.chance.whole(8 * 3600, 23 * 3600, key, "second"))
    return max(moment, household.arrived + 3_600)


def _sell_booking(world: World, household: Household, key: str, month: date) -> None:
    chance, moment = world.chance, _moment(world, household, key, month)
    buyer = payer_of(household)
    booking = chance.weighted(
        [(one, one.weight) for one in BOOKINGS if one.is_youth == bool(household.children)],
        key,
        "what",
    )
    attendee = chance.pick(household.children, key, "who") if household.children else buyer
    text = f"Capitan event booking #{chance.whole(40_000, 89_999, key, 'number')}: {booking.name}"
    sale = Sale("booking", booking.name, booking.category, with_tax(booking.cents), text, attendee)
    if world.opens <= moment < world.horizon:
        pay(world, key, sale, buyer, world.open("stripe", buyer, moment), moment)
        seat = world.capitan(attendee)
        if seat and chance.u(key, "shows up") < 0.26:
            enter(world, key + ":e", seat, moment + 9 * moments.DAY, "EVE", booking.name)


def _sell_deposit(world: World, household: Household, key: str, month: date) -> None:
    buyer = payer_of(household)
    sale = Sale(
        "deposit",
        BIRTHDAY_DEPOSIT[11:],
        "Event Booking",
        with_tax(BIRTHDAY_DEPOSIT_CENTS),
        BIRTHDAY_DEPOSIT,
        buyer,
    )
    pay(world, key, sale, buyer, None, _moment(world, household, key, month))


def _sell_good(world: World, household: Household, key: str, month: date) -> None:
    buyer, moment = payer_of(household), _moment(world, household, key, month)
    name, cents = new_good(moments.day_of(moment))
    text = f"Capitan item #{world.chance.whole(1_000, 9_999, key, 'number')} purchase: {name}"
    sale = Sale("goods", name, "Retail", with_tax(cents), text, buyer)
    if world.opens <= moment < world.horizon:
        pay(world, key, sale, buyer, world.open("stripe", buyer, moment), moment)
