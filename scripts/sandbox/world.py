"""The ledger while it is being written: everything that happened in the town up to the end of the
clock's day.

`World` holds the nouns of `model.py` and the few questions that what people do depends on: who had
arrived by then, who was a member that day. Writing is by `memberships.py`, `payments.py`,
`visits.py`; `ledger.py` says in which order. Whatever lies beyond the clock is never written, and
nothing written depends on it.
"""

from bisect import bisect_left
from datetime import date

from scripts.sandbox import moments
from scripts.sandbox.chance import Chance
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
from scripts.sandbox.people import People


class World:
    """What has happened so far, and the named draws by which more happens."""

    def __init__(self, seed: int, start: date, today: date, clock: date, places: int) -> None:
        """A town before anything has happened."""
        self.chance = Chance(seed)
        self.start, self.today, self.clock = start, today, clock
        self.opens, self.horizon = moments.midnight(start), moments.end_of(clock)
        self.people = People(self.chance, start, today, places)
        self.households: list[Household] = []
        self.accounts: dict[str, Account] = {}
        self.memberships: list[Membership] = []
        self.passes: list[EntryPass] = []
        self.visits: list[Visit] = []
        self.payments: list[Payment] = []
        self.pairs: list[Pair] = []
        self.subscriptions: list[Subscription] = []
        self.campaigns: list[Campaign] = []
        self.texts: list[Text] = []
        self.mails: list[Mail] = []
        self.profiles: list[Profile] = []
        self.parties: list[Party] = []
        self._members: dict[str, list[Membership]] = {}
        self._ordinary: list[tuple[int, Household]] = []

    def settle(self, household: Household) -> None:
        """A household joins the town: everybody known to Capitan gets an account there."""
        self.households.append(household)
        for person in household.people:
            if person.is_in_capitan:
                self.open("capitan", person, person.arrived)

    def rank_arrivals(self) -> None:
        """Order the ordinary households by arrival, so that friends can be looked up."""
        ordinary = [house for house in self.households if not house.is_case]
        self._ordinary = sorted(
            ((house.arrived, house) for house in ordinary),
            key=lambda row: (row[0], row[1].household_id),
        )

    def open(
        self, source: str, person: Person, moment: int, number: int = 1, **shows: str | None
    ) -> Account:
        """A person's account in a system, opened now unless it was open before."""
        key = f"{source}:{person.person_id}:{number}"
        account = self.accounts.get(key)
        if account is None:
            account = self.accounts[key] = Account(key, source, person, moment)
        account.opened = min(account.opened, moment)
        account.shows.update(shows)
        return account

    def capitan(self, person: Person) -> Account | None:
        """A person's first Capitan account."""
        return self.accounts.get(f"capitan:{person.person_id}:1")

    def add(self, membership: Membership) -> None:
        """A sold membership, known to everybody on it."""
        self.memberships.append(membership)
        for account in membership.roster:
            if account.key in membership.frozen:
                continue
            self._members.setdefault(account.person.person_id, []).append(membership)

    def is_member(self, person: Person, day: date) -> bool:
        """Whether a person may enter as a member on a day."""
        return any(one.covers(day) for one in self._members.get(person.person_id, ()))

    def friend(self, of: str, since: int, place: int) -> Account | None:
        """Friend number `place` of somebody: an adult who had arrived before `since`."""
        known = bisect_left(self._ordinary, since, key=lambda row: row[0])
        if not known:
            return None
        chosen = self._ordinary[self.chance.whole(0, known - 1, of, "friend", place)][1]
        person = chosen.adults[0] if chosen.adults else None
        if person is None or chosen.people[0].person_id == of:
            return None
        return self.capitan(person)
