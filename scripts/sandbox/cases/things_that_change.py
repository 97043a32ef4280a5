"""Time: the repeated hour, what happens around day 0, and money that comes back late or never
arrives.

Every kind of declared edit happens on each of the first days after day 0 in people of its own, so
that one `advance` of even the smallest town shows a changed e-mail, a deleted customer, a late and
a corrected check-in.
"""

from datetime import date, timedelta

from scripts.sandbox import moments
from scripts.sandbox.cases.one_person import mail_at
from scripts.sandbox.cases.stage import Case, Stage
from scripts.sandbox.goods import DESK, novelty
from scripts.sandbox.model import Account, Payment, Person
from scripts.sandbox.payments import GivenBack, Sale, attempts, pay
from scripts.sandbox.products import BIRTHDAY_DEPOSIT, new_good, with_tax
from scripts.sandbox.visits import enter

EDIT_DAYS = range(-1, 8)
LAST_RECEIPTS = ["bounce", "spamreport", "unsubscribe"]


def _next_month(stage: Stage) -> None:
    person = stage.adult(stage.house(0.9))
    own, paid = stage.capitan(person), stage.payer(person)
    start = moments.add_months(stage.world.today.replace(day=1), 1) + timedelta(days=stage.copy)
    stage.member(own, paid, "Climbing Membership", 0.999, start=start)
    stage.same(own, paid)


def _repeated_hour(stage: Stage) -> None:
    """A night in the gym on the Sunday the clocks go back: 01:10 comes twice.

    Once in any town.
    """
    world = stage.world
    for year in range(world.start.year, world.today.year + 3):
        if stage.copy:
            return
        day = moments.autumn_change(year)
        house = stage.house(0.0)
        people = [stage.capitan(stage.adult(house)) for _ in range(3)]
        stage.strangers(*people)
        if day <= world.start + timedelta(days=4):
            continue
        for place, account in enumerate(people):
            moment = moments.repeated_hour(day, 600 + 300 * place, fold=place % 2)
            name = f"{stage.prefix}/night{year}:{place}"
            enter(
                world,
                name,
                account,
                moment,
                "EVE",
                "Overnight Lock-In Camp",
                group=f"{stage.prefix}/{year}",
            )


def _deleted(stage: Stage) -> None:
    for offset in EDIT_DAYS if stage.copy == 0 else ():
        person = stage.adult(stage.house(0.3))
        own = stage.capitan(person)
        paid = stage.stripe(person)
        own.closed = stage.world.today + timedelta(days=offset)
        if offset % 4 == 3:
            paid.closed = stage.world.today + timedelta(days=offset)
        shop, news = stage.shopify(person), stage.mailchimp(person)
        profile = stage.klaviyo(person)
        shop.closed = news.closed = stage.world.today + timedelta(days=offset)
        profile.closed = news.closed
        stage.same(own, paid, shop, news, profile)


def _edited(stage: Stage) -> None:
    for offset in EDIT_DAYS if stage.copy == 0 else ():
        day = stage.world.today + timedelta(days=offset)
        person = stage.adult(stage.house(0.3))
        new = stage.world.people.registry.email(
            person.given, person.family, stage.prefix, "new", offset
        )
        person.changes.append((day, "email", new))
        own = stage.world.open("capitan", person, person.arrived, phone=person.phone)
        own.filled_from = moments.day_of(person.arrived)
        paid = stage.stripe(person, phone=person.phone)
        visited = day - timedelta(days=2)
        for late, corrected in ((2, None), (None, 2)):
            moment = moments.instant(visited, 18 * 3600 + 60 * stage.copy + (late or 0))
            stage.day_pass(own, paid, moment, late_days=late, corrected_days=corrected)
        stage.same(own, paid, *_changed_elsewhere(stage, person, day))


def _changed_elsewhere(stage: Stage, person: Person, day: date) -> list[Account | str]:
    """That day an order is written on and refunded weeks after it was placed, a tab of the day
    before is paid, money for something sold at the desk comes back, two addresses leave the list,
    one at its owner's wish, one because it is gone; somebody who joined another list the day before
    wants nothing more from it; an address gets its last receipt, and a phone a text of which
    nothing is heard before the next day."""
    noon = moments.instant(day, 12 * 3600)
    ordered = moments.instant(day - timedelta(days=24), 20 * 3600)
    shop = stage.shopify(
        person,
        moment=ordered,
        given_back=[GivenBack(24, 50)],
        edited=[(noon, "note Called to move the date"), (noon, "tag moved")],
    )
    hoodie = novelty(day)
    stage.till(person, hoodie, noon - 20 * moments.DAY, given_back=[GivenBack(20, 100)])
    stage.till(person, DESK[0], noon - moments.DAY, fate="tab")
    left = stage.mailchimp(person, then=[(noon, "unsubscribed")])
    other = mail_at("inbox" if "@campus" in person.email else "campus", person)
    stage.mailchimp(person, 2, email=other, then=[(noon, "cleaned")])
    inbox = stage.mail(person, noon + 600, fate=LAST_RECEIPTS[day.toordinal() % 3])
    phone = stage.text(person, 0.7, reminded=noon + 7 * 3_600)
    wish, gone = (noon - moments.DAY, "newsletter"), (noon, "email", "unsubscribed", "page")
    return [shop, left, stage.klaviyo(person, wishes=[wish], states=[gone]), inbox, phone]


def _money(stage: Stage) -> None:
    """Each kind of refund and failure at least once in any town."""
    refunds = [
        [GivenBack(1, 40)],
        [GivenBack(0, 100)],
        [GivenBack(30, 100)],
        [GivenBack(75, 50)],
        [GivenBack(2, 30), GivenBack(9, 30)],
        [GivenBack(1, 100, "fails")],
    ]
    person = stage.adult(stage.house(0.1))
    own, paid = stage.capitan(person), stage.payer(person)
    for place, given_back in enumerate(refunds):
        stage.day_pass(own, paid, stage.moment(0.15 + place / 20), given_back=given_back)
    yesterday = moments.instant(stage.world.today - timedelta(days=2), 19 * 3600)
    stage.day_pass(own, paid, yesterday, given_back=[GivenBack(1, 100, "pending")])
    stage.same(own, paid)
    chance, account = stage.world.chance, stage.payer(person, 2)
    for outcome in ("week", "late", "never"):
        created = moments.instant(stage.day(0.5), 4 * 3600 + stage.copy)
        key = next(
            name
            for step in range(999)
            if (name := f"{stage.prefix}/declined-{outcome}{step}")
            and chance.weighted([("week", 0.82), ("late", 0.10), ("never", 0.08)], name, "recovery")
            == outcome
        )
        sale = Sale(
            "booking",
            "Homeschool Climb Club",
            "Programming",
            10284,
            f"Capitan event booking #{chance.whole(40_000, 89_999, key)}: Homeschool Climb Club",
            person,
        )
        pay(
            stage.world,
            key,
            sale,
            person,
            account,
            created,
            tries=attempts(chance, key, created, 1.1),
            given_back=[],
        )
    stage.same(own, account)
    shop = stage.shopify(person, share=0.2, percent_off=10)
    for place, given_back in enumerate(refunds):
        moment = stage.moment_of(0.2 + place / 20, "till", place)
        stage.till(person, DESK[11], moment, given_back=given_back)
        moment = stage.moment_of(0.2 + place / 20, "shop", place)
        stage.shopify(person, moment=moment, given_back=given_back)
    for place, fate in enumerate(("refused", "voided", "tab")):
        stage.till(person, DESK[3], stage.moment_of(0.5, "till", fate, place), fate=fate)
    for fate in ("later", "never", "voided"):
        stage.shopify(person, share=0.5, fate=fate)
    pending = [GivenBack(1, 100, "pending")]
    stage.shopify(person, moment=yesterday, given_back=pending)
    stage.till(person, DESK[12], yesterday, given_back=pending)
    stage.same(own, shop)


def _not_money(stage: Stage) -> None:
    """Test payments, and money reserved but never captured: in the list, in no total."""
    person = stage.adult(stage.house(0.1))
    own, account = stage.capitan(person), stage.payer(person)
    for name, share in (("test", 0.3), ("uncaptured", 0.6)):
        sale = Sale(
            "deposit", BIRTHDAY_DEPOSIT[11:], "Event Booking", 5413, BIRTHDAY_DEPOSIT, person
        )
        found: Payment | None = pay(
            stage.world,
            f"{stage.prefix}/{name}",
            sale,
            person,
            account,
            stage.moment(share),
            given_back=[],
        )
        if found:
            found.is_live, found.is_captured = name != "test", name != "uncaptured"
    stage.same(own, account, stage.shopify(person, share=0.3, fate="test"))


def _new_products(stage: Stage) -> None:
    """Somebody buys what is new every three months, and once in the middle of the history."""
    person = stage.adult(stage.house(0.0))
    own, account = stage.capitan(person), stage.payer(person)
    month = stage.world.start.replace(day=1)
    days = [
        moments.add_months(month, 3 * step) + timedelta(days=9 + stage.copy) for step in range(40)
    ]
    for day in [*days, stage.day(0.5)]:
        name, cents = new_good(day)
        text = f"Capitan item #{stage.world.chance.whole(1_000, 9_999, name)} purchase: {name}"
        sale = Sale("goods", name, "Retail", with_tax(cents), text, person)
        key = f"{stage.prefix}/good{day}"
        pay(stage.world, key, sale, person, account, moments.instant(day, 70_000), given_back=[])
        stage.till(person, novelty(day), moments.instant(day, 71_000))
    shop = stage.shopify(person, share=0.5, good=novelty(stage.day(0.5), is_made=True))
    stage.same(own, account, shop)


CASES = [
    Case("new product a quarter", _new_products),
    Case("membership that starts next month", _next_month),
    Case("repeated hour of autumn", _repeated_hour),
    Case("deleted customer", _deleted),
    Case("edited and late rows", _edited),
    Case("refunds and failures of every kind", _money),
    Case("test and uncaptured payments", _not_money),
]
