"""Who looks at the gym's web sites: sessions, the pages in them, and what is put into baskets.

Sessions come from what the ledger knows (orders of the web shop, bookings, households that sign up,
the newsletter's readers) and from people who only look. What was seen on a day is known three days
later: until then some sessions are missing, and the last page of others has no title yet. Once a
month somebody tries addresses that do not exist. Nobody's name is in here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from scripts.sandbox import moments
from scripts.sandbox.chance import Chance
from scripts.sandbox.goods import SHOP
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Payment
from scripts.sandbox.people import folded

REAL_PEOPLE = 7_400
LOOKS_A_DAY = 42  # sessions of people who only look, for 7,400 customers
CLICKS = 0.03  # of a campaign's recipients
WEEKEND = 1.25
NEW = 0.58
RETURNING = 400  # people who only look, and come back, for 7,400 customers
PUTS_BACK = 0.05  # fills a basket and leaves
SETTLES = [(0, 62), (1, 26), (2, 9), (3, 3)]  # days until a session is counted
UNTITLED = 0.08  # of sessions that are not settled yet
ODD_PAGES = 90
TITLES = {
    "/": "Basin Climbing and Fitness",
    "/visit": "Plan your visit",
    "/pricing": "Pricing",
    "/membership": "Membership",
    "/calendar": "Calendar",
    "/classes": "Classes",
    "/youth": "Youth programs",
    "/camps": "Camps",
    "/birthday-parties": "Birthday parties",
    "/waiver": "Sign the waiver",
    "/faq": "Questions and answers",
    "/team": "Meet the team",
    "/directions": "How to find us",
    "/gift-cards": "Gift cards",
    "/blog/first-climb": "Your first climb",
    "/blog/shoes": "How tight should climbing shoes be?",
    "/collections/all": "Shop",
    "/cart": "Your cart",
    "/checkout/thank-you": "Thank you",
}
WAYS = [
    (["/"], 20), (["/", "/pricing"], 14), (["/", "/visit", "/pricing"], 12), (["/calendar"], 12),
    (["/", "/calendar", "/classes"], 8), (["/", "/youth", "/camps"], 6), (["/visit"], 6),
    (["/", "/membership", "/pricing", "/waiver"], 5), (["/", "/birthday-parties"], 5),
    (["/birthday-parties", "/pricing"], 3), (["/faq"], 3), (["/", "/team"], 2),
    (["/", "/collections/all"], 4), (["/blog/first-climb", "/visit"], 4), (["/blog/shoes"], 4),
    (["/directions"], 5), (["/", "/gift-cards"], 3),
]  # fmt: skip


@dataclass(eq=False)
class Session:
    """One visit to the sites.

    `pages` are (path, title), `items` (event, name, how many); `settled` is the day from which it
    is counted, `titled` the day from which its last page has a title.
    """

    key: str
    day: date
    who: str
    pages: list[tuple[str, str]]
    seconds: int
    is_new: bool = False
    items: list[tuple[str, str, int]] = field(default_factory=list)
    settled: date = date.min
    titled: date = date.min


def sessions(ledger: Ledger) -> list[Session]:
    """Every session that is counted at the clock, by day and key."""
    chance, found = ledger.chance, []
    for one in _all(ledger):
        if one.day < ledger.settings.start or one.day > ledger.clock:
            continue
        one.settled = one.day + timedelta(days=chance.weighted(SETTLES, one.key, "settles"))
        one.titled = one.day
        if chance.u(one.key, "untitled") < UNTITLED:
            one.titled = one.day + timedelta(days=3)
        if one.settled <= ledger.clock:
            found.append(one)
    return sorted(found, key=lambda one: (one.day, one.key))


def page_of(item: str) -> tuple[str, str]:
    """The page of a product."""
    return f"/products/{'-'.join(folded(word) for word in item.split())}", item


def _pages(*paths: str) -> list[tuple[str, str]]:
    return [(path, TITLES[path]) for path in paths]


def _all(ledger: Ledger) -> Iterator[Session]:
    chance = ledger.chance
    for payment in ledger.payments:
        if payment.source == "shopify" and payment.is_live:
            yield _shops(chance, payment)
        elif payment.kind in ("booking", "deposit"):
            yield _books(chance, payment)
    for house in ledger.households.values():
        if not house.is_case and any(person.is_in_capitan for person in house.people):
            key, who = f"web/{house.household_id}/signs up", house.people[0].person_id
            pages = _pages("/", "/visit", "/waiver")
            yield _session(chance, key, house.arrived - 1_200, who, pages)
    for campaign in ledger.campaigns:
        for number in range(round(CLICKS * len(campaign.recipients))):
            key = f"web/{campaign.key}/{number}"
            moment = campaign.sent + chance.whole(300, 130_000, key, "clicks")
            pages = _pages(*chance.pick([["/calendar", "/visit"], ["/visit"]], key, "page"))
            yield _session(chance, key, moment, key, pages)
    day = ledger.settings.start
    while day <= ledger.clock:
        yield from _looks(ledger, day)
        if day.day == 17:
            yield _odd(day)
        day += timedelta(days=1)


def _session(
    chance: Chance,
    key: str,
    moment: int,
    who: str,
    pages: list[tuple[str, str]],
    is_new: bool = False,
) -> Session:
    seconds = chance.whole(3, 40, key, "seconds") + 35 * (len(pages) - 1)
    return Session(key, moments.day_of(moment), who, pages, seconds, is_new)


def _shops(chance: Chance, payment: Payment) -> Session:
    """An order: every product is looked at, put into the basket and bought."""
    shelf = [page_of(line.item) for line in payment.lines if line.item]
    pages = [*_pages("/", "/collections/all"), *shelf, *_pages("/cart", "/checkout/thank-you")]
    key = f"web/{payment.key}"
    one = _session(chance, key, payment.created - 300, payment.payer.person_id, pages)
    for line in payment.lines:
        if line.item:
            one.items += [
                (event, line.item, line.quantity)
                for event in ("view_item", "add_to_cart", "purchase")
            ]
    return one


def _books(chance: Chance, payment: Payment) -> Session:
    page = "/birthday-parties" if payment.category == "Event Booking" else "/classes"
    key, who = f"web/{payment.key}", payment.payer.person_id
    return _session(chance, key, payment.created - 600, who, _pages("/", page))


def _looks(ledger: Ledger, day: date) -> Iterator[Session]:
    """People of a day who only look; a few fill a basket and leave."""
    chance, size = ledger.chance, ledger.settings.people / REAL_PEOPLE
    busy = LOOKS_A_DAY * size * (WEEKEND if day.weekday() >= 5 else 1.0)
    wanted = busy * (0.75 + 0.5 * chance.u("web", day))
    many = int(wanted) + (chance.u("web", day, "one more") < wanted % 1)
    pool = max(3, round(RETURNING * size))
    noon = moments.instant(day, 12 * 3600)
    for number in range(many):
        key = f"web/{day}/{number}"
        is_new = chance.u(key, "new") < NEW
        who = key if is_new else f"web/{chance.whole(1, pool, key, 'who')}"
        way = _pages(*chance.weighted(WAYS, key, "way"))
        one = _session(chance, key, noon, who, way, is_new)
        if chance.u(key, "basket") < PUTS_BACK:
            good = chance.pick(SHOP, key, "good")
            one.pages = [*_pages("/", "/collections/all"), page_of(good.item), *_pages("/cart")]
            one.items = [("view_item", good.item, 1), ("add_to_cart", good.item, 1)]
        yield one


def _odd(day: date) -> Session:
    """Somebody who tries addresses that do not exist."""
    pages = [(f"/wp-content/{number:02d}", "Page not found") for number in range(ODD_PAGES)]
    return Session(f"web/{day}/odd", day, f"web/{day}/odd", pages, ODD_PAGES, is_new=True)
