"""Guests of birthday parties: a name alone, a child named on a parent's address, answers that
change.

Their contact points are of the guests' own kind, so that nobody else's change through them.
"""

from datetime import timedelta

from scripts.sandbox import moments
from scripts.sandbox.cases.stage import Case, Stage
from scripts.sandbox.cases.things_that_change import EDIT_DAYS
from scripts.sandbox.model import Household, Party, Person
from scripts.sandbox.parties import Shows, book, guest_email, guest_phone, reply

LAST_NUMBERS = -1_000  # counted down from the end, where no ordinary host's friends get to


class Guests:
    """Makes the people of one copy of a case."""

    def __init__(self, stage: Stage) -> None:
        """Nobody yet."""
        self.stage, self.made = stage, 0

    def person(
        self, house: Household, guardians: list[Person] | None = None, **given: str
    ) -> Person:
        """A grown-up, or the child of some."""
        self.made += 1
        number = LAST_NUMBERS - 40 * self.stage.copy - self.made
        people, prefix = self.stage.world.people, self.stage.prefix
        first = given.get("given") or people.given(self.made % 2 == 0, prefix, self.made)
        family = given.get("family") or people.family(prefix, self.made)
        email = guest_email(first, family, "post", f"0{-number}")
        own = {"given": first, "family": family, "email": email, "phone": guest_phone(number)}
        if guardians:
            return self.stage.child(house, guardians, **own)
        return self.stage.adult(house, **own)

    def party(self, key: str, booked: int, begins: int) -> Party:
        """A party of a family of the case's own."""
        house = self.stage.house()
        host = self.person(house)
        child = self.person(house, [host], family=host.family)
        self.stage.capitan(child, email=None, phone=None)
        self.stage.same(self.stage.capitan(host), f"firestore:{key}")
        return book(self.stage.world, key, host, child, booked, begins, shown(host))


def shown(person: Person, **instead: str | None) -> Shows:
    """What somebody gives in an answer."""
    own = {"given": person.given, "family": person.family}
    return {**own, "email": person.email, "phone": person.phone, **instead}


def _name_alone(stage: Stage) -> None:
    """A namesake who leaves nothing but a name; the person meant; a child on the mother's
    address."""
    guests, world = Guests(stage), stage.world
    booked = stage.moment_of(0.5, "booked")
    begins = moments.instant(moments.day_of(booked) + timedelta(days=20), 14 * 3600)
    party = guests.party(f"{stage.prefix}/party", booked, begins)
    known = guests.person(stage.house())
    namesake = guests.person(stage.house(), given=known.given, family=known.family)
    house = stage.house()
    mother = guests.person(house)
    child = guests.person(house, [mother], family=mother.family)
    own, hers = stage.capitan(known), stage.capitan(mother)
    kid = stage.capitan(child, email=mother.email, phone=None)
    said = [(booked + moments.DAY, "yes")]
    unreached = shown(namesake, email=None, phone=None)
    alone = reply(world, party, 0, namesake, said, shows=unreached)
    with_email = reply(world, party, 1, known, said, shows=shown(known, phone=None))
    on_mothers = shown(child, email=mother.email, phone=None)
    named = reply(world, party, 2, child, said, 0, [child], shows=on_mothers)
    stage.same(own, with_email)
    stage.other(alone, own, with_email, party.host)
    stage.same(kid, named)
    stage.other(named, hers, own)


def _change(stage: Stage) -> None:
    """On each of the first days somebody answers, somebody changes the answer, one is taken off.

    The day before, another party was taken out, and its only answer left.
    """
    if stage.copy:
        return
    guests, world = Guests(stage), stage.world
    first = world.today + timedelta(days=EDIT_DAYS[0])
    booked = moments.instant(first - timedelta(days=3), 11 * 3600)
    begins = moments.instant(first + timedelta(days=24), 14 * 3600)
    gone = guests.party(f"{stage.prefix}/gone", booked, begins)
    gone.removed = moments.instant(first, 13 * 3600)
    left = guests.person(stage.house())
    left.is_in_capitan = False
    reply(world, gone, 0, left, [(booked + 900, "yes")], shows=shown(left))
    party = guests.party(f"{stage.prefix}/party", booked, begins)
    for place, offset in enumerate(EDIT_DAYS):
        noon = moments.instant(world.today + timedelta(days=offset), 12 * 3600)
        for seat, (answers, removed) in enumerate([
            ([(noon, "yes")], None),
            ([(booked + 3_600, "maybe"), (noon + 60, "yes")], None),
            ([(booked + 7_200, "yes")], noon + 120),
        ]):  # fmt: skip
            person = guests.person(stage.house())
            person.is_in_capitan = place == 0
            number = 3 * place + seat
            own = shown(person)
            one = reply(world, party, number, person, answers, removed=removed, shows=own)
            if person.is_in_capitan:
                stage.same(stage.capitan(person), one)


CASES = [
    Case("name alone", _name_alone),
    Case("answers that change", _change),
]
