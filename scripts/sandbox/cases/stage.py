"""What a case is put on with: its own households, accounts that show what the case needs, and
purchases.

A record exists in Stripe only because somebody paid, so a case that needs a Stripe customer makes
one pay.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from scripts.sandbox import moments
from scripts.sandbox.automation import enrol
from scripts.sandbox.baskets import line
from scripts.sandbox.desk import ring_up
from scripts.sandbox.goods import PACK, Good
from scripts.sandbox.mailing import send
from scripts.sandbox.memberships import join
from scripts.sandbox.model import Account, EntryPass, Household, Membership, Pair, Payment, Person
from scripts.sandbox.newsletter import subscribe
from scripts.sandbox.payments import GivenBack, Sale, pay
from scripts.sandbox.products import BY_NAME, PASS_BY_NAME, with_tax
from scripts.sandbox.shop import place_order
from scripts.sandbox.texting import IN, REMINDERS, hear, write
from scripts.sandbox.visits import enter, use_pass
from scripts.sandbox.world import World

DAY_PASS = "Day Pass with Gear (Adult 14 and Up)"


@dataclass(frozen=True)
class Case:
    """A named case and the function that puts one copy of it on."""

    name: str
    play: Callable[["Stage"], None]


class Stage:
    """One copy of one case.

    Days are shares of the history, so that any history holds it.
    """

    def __init__(
        self, world: World, case: str, number: int, copy: int, copies: int, people: int
    ) -> None:
        """Copy `copy` of `copies` of case `number`."""
        self.world, self.case, self.copy = world, case, copy
        self.copies, self.people = copies, people
        self.prefix = f"c{number:02d}{copy}"
        self.houses = 0
        self.acts = 0
        self.extras = 0
        self.messages = 0

    def pick(self, options: list[str], *name: object) -> str:
        """A draw named by the case."""
        return self.world.chance.pick(options, self.prefix, *name)

    def day(self, share: float) -> date:
        """The day at a share of the history; copies lie a few days apart."""
        span = (self.world.today - self.world.start).days
        return self.world.start + timedelta(days=min(span - 3, int(share * span) + self.copy % 3))

    def moment(self, share: float) -> int:
        """Some minute of the afternoon of that day."""
        self.acts += 1
        second = 13 * 3600 + self.world.chance.whole(0, 4 * 3600, self.prefix, "minute", self.acts)
        return moments.instant(self.day(share), second)

    def house(self, share: float = 0.2) -> Household:
        """A household of the case's own."""
        self.houses += 1
        house = self.world.people.household(
            f"{self.prefix}{'abcdefghijklmnopqrstuvwxyz'[self.houses % 26]}"
            f"{self.houses // 26 or ''}",
            self.moment(share),
        )
        house.is_case = True
        self.world.households.append(house)
        return house

    def adult(self, house: Household | None = None, **given: object) -> Person:
        """A grown-up of the case; in a household of their own unless one is named."""
        house = house or self.house()
        return self.world.people.person(house, is_child=False, case=self.case, **given)  # type: ignore[arg-type]

    def child(self, house: Household, guardians: list[Person], **given: object) -> Person:
        """A child of the case."""
        return self.world.people.person(
            house,
            is_child=True,
            guardians=guardians,
            case=self.case,
            **given,  # type: ignore[arg-type]
        )

    def capitan(self, person: Person, number: int = 1, **shows: str | None) -> Account:
        """A Capitan account that shows the person's own e-mail and phone, except as said."""
        own: dict[str, str | None] = {"email": person.email, "phone": person.phone}
        return self.world.open(
            "capitan", person, person.arrived + 3_700 * (number - 1), number, **{**own, **shows}
        )

    def stripe(
        self,
        person: Person,
        number: int = 1,
        *,
        owner: Account | None = None,
        share: float = 0.5,
        **shows: str | None,
    ) -> Account:
        """A Stripe customer, made by paying for a day pass of `owner` (by default their own)."""
        own: dict[str, str | None] = {
            "name": f"{person.given} {person.family}".strip(),
            "email": person.email,
            "phone": None,
        }
        moment = self.moment(share)
        account = self.world.open("stripe", person, moment - 60, number, **{**own, **shows})
        self.day_pass(owner or self.world.capitan(person), account, moment)
        return account

    def day_pass(
        self,
        owner: Account | None,
        payer: Account,
        moment: int,
        users: list[Account] | None = None,
        given_back: list[GivenBack] | None = None,
        late_days: int | None = None,
        corrected_days: int | None = None,
    ) -> None:
        """A pass is sold and used; without `users` by its owner, on the spot."""
        product, key = PASS_BY_NAME[DAY_PASS], self.key("pass")
        users = users or ([owner] if owner else [])
        text = "Capitan entry pass #{number} purchase: " + product.name
        entry: EntryPass | None = None
        if owner is not None:
            entry = EntryPass(key, product.name, owner, moment, max(1, len(users)))
            if moment < self.world.horizon:
                self.world.passes.append(entry)
        else:
            number = self.world.chance.whole(40_000, 89_999, key)
            text = f"Capitan event booking #{number}: Intro to Climbing"
        kind, category = ("entry_pass", "Day Pass") if entry else ("booking", "Programming")
        sale = Sale(
            kind,
            product.name if entry else "Intro to Climbing",
            category,
            with_tax(product.cents) * max(1, len(users)),
            text,
            owner.person if owner else payer.person,
            entry,
            max(1, len(users)),
        )
        pay(self.world, key, sale, payer.person, payer, moment, given_back=given_back or [])
        if entry:
            use_pass(
                self.world,
                key,
                entry,
                product,
                users,
                moment + 400,
                late_days=late_days,
                corrected_days=corrected_days,
            )

    def guest(self, person: Person, share: float, **shows: str | None) -> str:
        """A payment at checkout without an account; gives the key of its record."""
        key, moment, product = self.key("guest"), self.moment(share), PASS_BY_NAME[DAY_PASS]
        owner = self.world.capitan(person)
        entry = EntryPass(key, product.name, owner, moment, 1) if owner else None
        text = "[Calendly] Basin 2 Hour Birthday Party Rental"
        if entry:
            self.world.passes.append(entry)
            text = "Capitan entry pass #{number} purchase: " + product.name
        sale = Sale(
            "entry_pass" if entry else "deposit",
            product.name if entry else text[11:],
            "Day Pass" if entry else "Event Booking",
            with_tax(product.cents),
            text,
            person,
            entry,
        )
        own: dict[str, str | None] = {
            "name": f"{person.given} {person.family}".strip(),
            "email": person.email,
        }
        pay(self.world, key, sale, person, None, moment, shows={**own, **shows}, given_back=[])
        if entry:
            use_pass(self.world, key, entry, product, [entry.owner], moment + 500)
        return f"payment:{key}"

    def member(
        self,
        owner: Account,
        payer: Account,
        product: str,
        share: float,
        roster: list[Account] | None = None,
        email_of: Person | None = None,
        start: date | None = None,
    ) -> Membership | None:
        """A membership that lasts as long as the town."""
        return join(
            self.world,
            self.key("membership"),
            BY_NAME[product],
            owner,
            payer,
            roster or [owner],
            self.moment(share),
            start=start,
            email_of=email_of,
            lasts=True,
            given_back=[],
        )

    def payer(self, person: Person, number: int = 1, **shows: str | None) -> Account:
        """A Stripe customer who will be made by the membership that it pays for."""
        own: dict[str, str | None] = {
            "name": f"{person.given} {person.family}".strip(),
            "email": person.email,
            "phone": None,
        }
        return self.world.open(
            "stripe", person, moments.end_of(self.world.clock), number, **{**own, **shows}
        )

    # What follows has draws of its own names, so that what a case did before stays as it was.

    def moment_of(self, share: float, *name: object) -> int:
        """Some minute of the afternoon of a day, named."""
        second = 13 * 3600 + self.world.chance.whole(0, 4 * 3600, self.prefix, "minute", *name)
        return moments.instant(self.day(share), second)

    def shopify(
        self,
        person: Person,
        number: int = 1,
        *,
        share: float = 0.5,
        moment: int | None = None,
        good: Good = PACK,
        given_back: list[GivenBack] | None = None,
        edited: list[tuple[int, str]] | None = None,
        fate: str = "paid",
        percent_off: int = 0,
        **shows: str | None,
    ) -> Account:
        """A Shopify customer, made by an order; shows the person's own name and e-mail."""
        place = self.extras = self.extras + 1
        moment = moment or self.moment_of(share, "shopify", place)
        own: dict[str, str | None] = {
            "given": person.given,
            "family": person.family,
            "email": person.email,
            "phone": None,
        }
        account = self.world.open("shopify", person, moment - 60, number, **{**own, **shows})
        place_order(
            self.world,
            f"{self.prefix}/order{place}",
            [(good, 1)],
            person,
            account,
            moment,
            given_back=given_back or [],
            edited=edited,
            fate=fate,
            percent_off=percent_off,
        )
        return account

    def shop_guest(self, person: Person, share: float, **shows: str | None) -> str:
        """An order without an account; gives the key of its record."""
        place = self.extras = self.extras + 1
        key, moment = f"{self.prefix}/order{place}", self.moment_of(share, "shop guest", place)
        sold = place_order(self.world, key, [(PACK, 1)], person, None, moment, given_back=[])
        own = {"given": person.given, "family": person.family, "email": person.email}
        if sold is not None:
            sold.shows.update({**own, **shows})
        return f"payment:{key}"

    def mailchimp(
        self,
        person: Person,
        number: int = 1,
        *,
        share: float = 0.3,
        then: list[tuple[int, str]] | None = None,
        **shows: str | None,
    ) -> Account:
        """Somebody on the newsletter's list who signed up themselves."""
        place = self.extras = self.extras + 1
        own: dict[str, str | None] = {
            "given": person.given,
            "family": person.family,
            "email": person.email,
        }
        moment = self.moment_of(share, "mailchimp", place)
        return subscribe(self.world, person, moment, number, then=then, **own | shows)  # type: ignore[arg-type]

    def klaviyo(
        self,
        person: Person,
        number: int = 1,
        *,
        share: float = 0.6,
        carries: Person | None = None,
        wishes: list[tuple[int, str]] | None = None,
        states: list[tuple[int, str, str, str]] | None = None,
        **shows: str | None,
    ) -> Account:
        """A profile that the old push wrote, with the name of whom it `carries`, if not its own."""
        own: dict[str, str | None] = {"email": person.email, "phone": None}
        if carries is None:
            own |= {"given": person.given, "family": person.family}
        moment = self.moment_of(share, "klaviyo", person.person_id, number)
        pushed = carries or person
        return enrol(self.world, person, moment, number, pushed=pushed, wishes=wishes,
                     states=states, **own | shows)  # fmt: skip

    def till(
        self,
        person: Person,
        good: Good,
        moment: int,
        *,
        given_back: list[GivenBack] | None = None,
        fate: str = "plain",
    ) -> Payment | None:
        """A sale at the desk, which names nobody."""
        place = self.extras = self.extras + 1
        key = f"{self.prefix}/till{place}"
        lines = [line(f"{key}:0", good)]
        back = given_back or []
        return ring_up(self.world, key, lines, person, moment, given_back=back, fate=fate)

    def text(self, person: Person, share: float, reminded: int | None = None) -> str:
        """Somebody opts in by text, and is reminded of something that evening; gives the key of
        the record."""
        hear(self.world, person, self.moment_of(share, "text", person.person_id), "Yes", "in", IN)
        if reminded is not None:
            body, _ = REMINDERS[0]
            write(self.world, person, reminded, body, "reminder", is_slow=True)
        return f"twilio:{person.person_id}"

    def mail(self, person: Person, moment: int, fate: str | None = None) -> str:
        """A receipt for somebody, and what becomes of it; gives the key of its record."""
        self.messages += 1
        key = f"{self.prefix}/mail{self.messages}"
        address = send(self.world, person, moment, "receipt", "Your receipt", key=key, fate=fate)
        return f"sendgrid:{address.lower()}"

    def visit(self, account: Account, share: float) -> None:
        """A free visit, so that the account is named by a check-in."""
        enter(
            self.world,
            self.key("visit"),
            account,
            self.moment(share),
            "FRE",
            "Comp visit",
            reason="Comp visit",
        )

    def payment(self, key: str) -> Payment | None:
        """The payment of a key, if it was taken."""
        return next((one for one in self.world.payments if one.key == key), None)

    def key(self, kind: str) -> str:
        """A new key of this copy."""
        self.acts += 1
        return f"{self.prefix}/{kind}{self.acts}"

    def same(self, *records: Account | str) -> None:
        """Every two of these records are one person."""
        self._pairs(True, *records)

    def other(self, one: Account | str, *others: Account | str) -> None:
        """`one` is nobody of the others."""
        for record in others:
            self._pairs(False, one, record)

    def strangers(self, *records: Account | str) -> None:
        """No two of these records are one person."""
        self._pairs(False, *records)

    def _pairs(self, is_same: bool, *records: Account | str) -> None:
        keys = [record if isinstance(record, str) else record.key for record in records]
        for place, first in enumerate(keys):
            for second in keys[place + 1 :]:
                self.world.pairs.append(Pair(self.case, first, second, is_same))
