"""One simulation of the town up to the clock: who came, what they did, and Capitan's numbers for
it.

`build` is a pure function of settings and clock. What happened up to a day is the same whatever
later day the clock stands on; only what `model.py` declares as an edit (a changed e-mail, a moved
bill date, a corrected or removed check-in, a closed account) changes how an earlier day looks.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from scripts.sandbox import (
    automation,
    behaviour,
    cases,
    desk,
    gym,
    mailing,
    moments,
    newsletter,
    parties,
    shop,
    texting,
)
from scripts.sandbox.chance import Chance
from scripts.sandbox.gym import Gym
from scripts.sandbox.model import (
    Account,
    Campaign,
    EntryPass,
    Household,
    Mail,
    Membership,
    Pair,
    Party,
    Payment,
    Person,
    Profile,
    Subscription,
    Text,
    Visit,
)
from scripts.sandbox.settings import Settings
from scripts.sandbox.visits import member_visits
from scripts.sandbox.world import World

FIRST_CUSTOMER, FIRST_MEMBERSHIP, FIRST_PASS, FIRST_VISIT = 2_000_001, 310_001, 500_001, 700_001
DELETED = 0.02  # share of visitors whose account Capitan deletes in the 900 days after day 0


@dataclass(frozen=True, eq=False)
class Ledger:
    """The town at the end of the clock's day.

    Lists are in order of numbers or creation.
    """

    settings: Settings
    clock: date
    chance: Chance
    households: dict[str, Household]
    people: list[Person]
    accounts: list[Account]
    memberships: list[Membership]
    passes: list[EntryPass]
    visits: list[Visit]
    payments: list[Payment]
    pairs: list[Pair]
    subscriptions: list[Subscription]
    campaigns: list[Campaign]
    gym: Gym
    profiles: list[Profile]
    texts: list[Text]
    mails: list[Mail]
    parties: list[Party]

    @property
    def horizon(self) -> int:
        """The first instant that the town has not seen yet."""
        return moments.end_of(self.clock)

    def of(self, source: str) -> list[Account]:
        """The accounts of one system, in order of opening, closed ones included."""
        return [account for account in self.accounts if account.source == source]


def build(settings: Settings, clock: date) -> Ledger:
    """Simulate the town up to the end of the clock's day."""
    world = World(settings.seed, settings.start, settings.today, clock, settings.places)
    cases.play(world, settings.people)
    _populate(world, settings)
    world.rank_arrivals()
    ordinary = [house for house in world.households if not house.is_case]
    for household in sorted(ordinary, key=lambda house: (house.arrived, house.household_id)):
        behaviour.live(world, household)
    member_visits(world)
    shop.sell_online(world)
    desk.sell_at_the_desk(world)
    newsletter.publish(world)
    automation.push(world)
    texting.text_people(world, settings.people)
    mailing.mail_people(world)
    parties.celebrate(world)
    _close_accounts(world)
    return _finish(world, settings, gym.run(world, settings.people))


def _populate(world: World, settings: Settings) -> None:
    """Ordinary households: as many as day 0 lacks beside the cases, then each later day's."""
    listed = sum(
        1
        for account in world.accounts.values()
        if account.source == "capitan" and account.exists(settings.today)
    )
    background = left = max(settings.people - listed, settings.people // 2)
    number = 0
    while left > 0:
        arrived = world.people.arrival_of_day_0(number)
        left -= _arrive(world, number, arrived, left)
        number += 1
    for step in range((world.clock - settings.today).days):
        day = settings.today + timedelta(days=step + 1)
        for _ in range(world.people.arriving(background, day)):
            _arrive(world, number, world.people.opening(day, number), 99)
            number += 1


def _arrive(world: World, number: int, arrived: int, room: int) -> int:
    listed = 0
    for household in world.people.ordinary(number, arrived, room):
        for person in household.adults:
            world.people.change_later(person)
        world.settle(household)
        listed += sum(person.is_in_capitan for person in household.people)
    return listed


def _close_accounts(world: World) -> None:
    """After day 0 Capitan now and then deletes a customer, whom a check-in goes on naming."""
    first: dict[str, int] = {}
    for visit in world.visits:
        key = visit.account.key
        first[key] = min(first.get(key, visit.created), visit.created)
    for key, moment in first.items():
        account = world.accounts[key]
        if account.person.case is None and world.chance.u(key, "deleted") < DELETED:
            day = max(moments.day_of(moment), world.today)
            account.closed = day + timedelta(days=world.chance.whole(5, 900, key, "deletion"))


def _finish(world: World, settings: Settings, books: Gym) -> Ledger:
    kept = {payment.account.key for payment in world.payments if payment.account}
    kept |= {one.account.key for one in world.subscriptions}
    kept |= {one.account.key for one in world.profiles}
    kept |= {account.key for party in world.parties for account in parties.accounts(party)}
    accounts = [
        one
        for one in world.accounts.values()
        if one.opened < world.horizon and (one.source == "capitan" or one.key in kept)
    ]
    accounts.sort(key=lambda one: (one.opened, one.key))
    for number, account in enumerate([one for one in accounts if one.source == "capitan"]):
        account.number = FIRST_CUSTOMER + number
    world.memberships.sort(key=lambda one: (one.bought, one.key))
    for number, membership in enumerate(world.memberships):
        membership.number = FIRST_MEMBERSHIP + number
    world.passes.sort(key=lambda one: (one.bought, one.key))
    for number, entry in enumerate(world.passes):
        entry.number = FIRST_PASS + number
    world.visits.sort(key=lambda one: (one.created, one.key))
    counts: dict[str, int] = {}
    for number, visit in enumerate(world.visits):
        visit.number = FIRST_VISIT + number
        counts[visit.account.key] = counts.get(visit.account.key, 0) + (visit.removed is None)
        visit.ordinal = counts[visit.account.key]
    shown = [one for one in world.visits if one.removed is None or world.clock < one.removed]
    world.payments.sort(key=lambda one: (one.created, one.key))
    for payment in world.payments:
        if payment.subject is not None:
            payment.description = payment.description.format(number=payment.subject.number)
    return Ledger(
        settings,
        world.clock,
        world.chance,
        {house.household_id: house for house in world.households},
        [person for house in world.households for person in house.people],
        accounts,
        world.memberships,
        world.passes,
        shown,
        world.payments,
        world.pairs,
        world.subscriptions,
        world.campaigns,
        books,
        world.profiles,
        world.texts,
        world.mails,
        world.parties,
    )
