"""Birthday parties: who gives one, for which child, who is asked, and who answers how.

A family that paid the deposit, or booked at the desk, has its party on a weekend some weeks later;
one whose deposit goes back has none. Two thirds of those who answer are of households that Capitan
knows; the others are friends of the family who have never been to the gym, and who are asked again
the next time. Some parents answer in their own name, others in the child's. What the party app
shows of it is in `vendors/`.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from scripts.sandbox import kin, moments, names
from scripts.sandbox.behaviour import payer_of
from scripts.sandbox.goods import DEPOSIT
from scripts.sandbox.model import Account, Household, Party, Payment, Person, Rsvp
from scripts.sandbox.people import PROVIDERS, folded
from scripts.sandbox.world import World

AT_THE_DESK_A_MONTH = 0.0037
YOUNGEST = 3
GUESTS = (7, 21)
UNKNOWN = 1 / 3
FRIENDS = 12  # whom a family knows and Capitan does not
CHILD_ANSWERS, CHILD_COMES_ALONE = 0.22, 0.8
ANSWERS = [("yes", 70), ("no", 18), ("maybe", 12)]
CHANGES_MIND, TAKEN_OFF, TAKEN_OUT = 0.10, 0.015, 0.03
BEGINS = [(10, 16), (12, 24), (14, 30), (16, 22), (18, 8)]
# Phone numbers of guests: area codes that neither the town's own people nor their relatives have.
AREAS = [
    code
    for code in map(str, range(201, 990))
    if code not in {*names.AREA_CODES, *kin.AREA_CODES} and code[1:] != "11" and code != "555"
]
LINES = 9_900
Shows = dict[str, str | None]


def celebrate(world: World) -> None:
    """Every party of ordinary households up to the clock, with its answers; then all in order."""
    guests = Guests(world)
    for payment in world.payments:
        house = guests.houses[payment.payer.household_id]
        if payment.success is not None and is_deposit(payment) and not house.is_case:
            back = [one.moment for one in payment.refunds if one.cents == payment.cents]
            _give(world, guests, house, f"{payment.key}/party", payment.success + 1_800, back)
    for house in list(guests.houses.values()):
        month = max(moments.day_of(house.arrived), world.start).replace(day=1)
        while month <= world.clock and not house.is_case and house.children:
            name = (house.household_id, "party at the desk", month)
            if world.chance.u(*name) < AT_THE_DESK_A_MONTH:
                booked = max(_opening(world, month, house), house.arrived + 3_600)
                _give(world, guests, house, f"{house.household_id}/party{month}", booked, [])
            month = moments.add_months(month, 1)
    world.parties.sort(key=lambda one: (one.booked, one.key))


def is_deposit(payment: Payment) -> bool:
    """Whether a payment books a party."""
    is_party = any(line.item == DEPOSIT.item for line in payment.lines)
    return payment.is_live and (payment.kind == "deposit" or is_party)


def accounts(party: Party) -> Iterator[Account]:
    """The records of people that a party makes."""
    yield party.host
    for one in party.rsvps:
        yield one.account


def book(
    world: World,
    key: str,
    host: Person,
    child: Person,
    booked: int,
    begins: int,
    shows: Shows | None = None,
) -> Party:
    """A party without guests."""
    party = Party(key, _record(world, key, host, booked, shows), child, booked, begins)
    world.parties.append(party)
    return party


def reply(
    world: World,
    party: Party,
    seat: int,
    person: Person,
    answers: list[tuple[int, str]],
    adults: int = 1,
    children: list[Person] | None = None,
    removed: int | None = None,
    shows: Shows | None = None,
) -> Account:
    """Somebody's answer, with as much of it as was said by the clock."""
    account = _record(world, f"{party.key}/{seat}", person, answers[0][0], shows)
    said = [one for one in answers if one[0] < world.horizon]
    if said:
        party.rsvps.append(Rsvp(account.key, account, said, adults, children or [], removed))
    return account


def guest_email(given: str, family: str, provider: str, number: int | str) -> str:
    """An address that the town's own people cannot have: their numbers never begin with 0."""
    return f"{folded(given)}.{folded(family)}0{number}@{provider}.example.org"


def guest_phone(number: int) -> str:
    """A number that the town's own people cannot have; 55xx is left to placeholders."""
    line = number * 7_919 % LINES
    return f"+1{AREAS[number // LINES % len(AREAS)]}555{line + 100 * (line >= 5_500):04d}"


class Guests:
    """Whom a family can ask: people of the town, and friends whom nobody there knows."""

    def __init__(self, world: World) -> None:
        """Everybody who lives in the town, and no friend yet."""
        self.world, self.chance = world, world.chance
        self.houses = {house.household_id: house for house in world.households}
        self._friends: dict[str, Household] = {}

    def of_town(
        self, host: Household, since: int, seat: int, asked: set[str]
    ) -> tuple[Person, list[Person]] | None:
        """A grown-up of a household that had arrived before, and the children there; rather one
        with children, nobody twice."""
        found: tuple[Person, list[Person]] | None = None
        for place in range(10 + seat, 250 + seat, 30):
            friend = self.world.friend(host.people[0].person_id, since, place)
            home = self.houses[friend.person.household_id] if friend else None
            if friend and home and home.household_id not in asked and not (found and found[1]):
                found = friend.person, home.children
        if found:
            asked.add(found[0].household_id)
        return found

    def unknown(
        self, host: Household, seat: int, asked: set[str]
    ) -> tuple[Person, list[Person]] | None:
        """A parent of the host's own circle, and the child; nobody twice."""
        first = self.chance.whole(0, FRIENDS - 1, host.household_id, "guest", seat)
        for place in ((first + step) % FRIENDS for step in range(FRIENDS)):
            name = f"{host.household_id}g{place:02d}"
            if name not in asked:
                asked.add(name)
                if name not in self._friends:
                    self._friends[name] = self._meet(host, name, place)
                return self._friends[name].people[0], self._friends[name].children
        return None

    def _meet(self, host: Household, name: str, place: int) -> Household:
        """A household that Capitan does not know: one parent, one child.

        Their contact points and birth dates are drawn apart from those of the town, so that they
        are the same whoever arrives there later.
        """
        chance, people = self.chance, self.world.people
        number = int(host.household_id[1:]) * FRIENDS + place
        home, family = people.household(name, host.arrived), people.family(name)
        given = people.given(chance.u(name, "female") < 0.6, name)
        provider = chance.weighted(PROVIDERS, name, "provider")
        day = moments.day_of(host.arrived)
        parent = people.person(
            home,
            is_child=False,
            given=given,
            family=family,
            birth=day - timedelta(days=chance.whole(29 * 365, 52 * 365, name, "birth")),
            email=guest_email(given, family, provider, number),
            phone=guest_phone(2 * number),
        )
        people.person(
            home,
            is_child=True,
            family=family,
            birth=day - timedelta(days=chance.whole(4 * 365, 11 * 365, name, "birth of child")),
            email=guest_email("x", family, "inbox", number),
            phone=guest_phone(2 * number + 1),
            guardians=[parent],
        )
        for one in home.people:
            one.is_in_capitan = False
        self.world.households.append(home)
        return home


def _give(
    world: World, guests: Guests, house: Household, key: str, booked: int, back: list[int]
) -> None:
    """A household's party with everybody who has answered by the clock; `back` is when the deposit
    was given back."""
    chance, day = world.chance, moments.day_of(booked)
    children = [one for one in house.children if (day - one.birth).days > 365 * YOUNGEST]
    if not children or not world.opens <= booked < world.horizon:
        return
    child = chance.pick(children, key, "child")
    day += timedelta(days=chance.whole(10, 34, key, "day"))
    day += timedelta(days=(5 - day.weekday()) % 7 + chance.whole(0, 1, key, "sunday"))
    begins = moments.instant(day, 3_600 * chance.weighted(BEGINS, key, "begins"))
    party = book(world, key, payer_of(house), child, booked, begins)
    party.cancelled = next((moment for moment in back if moment < begins), None)
    if chance.u(key, "taken out") < TAKEN_OUT:
        party.removed = chance.whole(booked + moments.DAY, begins, key, "taken out when")
    asked = {house.household_id}
    for seat in range(chance.whole(*GUESTS, key, "guests")):
        _ask(world, guests, house, party, seat, asked)


def _ask(
    world: World, guests: Guests, house: Household, party: Party, seat: int, asked: set[str]
) -> None:
    chance, name = world.chance, f"{party.key}/{seat}"
    found = None
    if chance.u(name, "unknown") >= UNKNOWN:
        found = guests.of_town(house, party.booked, seat, asked)
    found = found or guests.unknown(house, seat, asked)
    if found is None:
        return
    parent, children = found
    first = party.booked + moments.DAY
    moment = chance.whole(first, party.begins - 7_200, name, "answered")
    person, adults = parent, chance.weighted([(1, 80), (2, 20)], name, "adults")
    if children and chance.u(name, "child answers") < CHILD_ANSWERS:
        person = chance.pick(children, name, "child")
        if chance.u(name, "comes alone") < CHILD_COMES_ALONE:
            adults = 0
    said = chance.weighted(ANSWERS, name, "answer")
    answers = [(moment, said)]
    if chance.u(name, "changes") < CHANGES_MIND:
        later = chance.whole(moment + 600, party.begins, name, "changed")
        answers.append((later, "no" if said == "yes" else "yes"))
    removed = None
    if chance.u(name, "taken off") < TAKEN_OFF:
        removed = chance.whole(moment + 600, party.begins, name, "taken off when")
    reply(world, party, seat, person, answers, adults, children, removed)


def _record(world: World, key: str, person: Person, moment: int, shows: Shows | None) -> Account:
    account = Account(f"firestore:{key}", "firestore", person, moment, shows=shows or {})
    world.accounts[account.key] = account
    return account


def _opening(world: World, month: date, house: Household) -> int:
    name = (house.household_id, "party at the desk", month)
    day = month + timedelta(days=world.chance.whole(0, 27, *name, "day"))
    return moments.instant(day, world.chance.whole(10 * 3600, 20 * 3600, *name, "second"))
