"""Who lives in the town: households, their people, when they arrived, and what about them changes
later.

Households are made one after the other, so that the same household is made whatever the clock
says: those of day 0 first, then those that arrive on each later day. E-mails, phones and (name,
birth date) are unique in the whole town; whoever shares one does so because the case says so, or
because a child carries a parent's. Leaves out what people do (`behaviour.py`) and what each system
shows of them (`vendors/`).
"""

import unicodedata
from datetime import date, timedelta

from scripts.sandbox import moments, names
from scripts.sandbox.chance import Chance
from scripts.sandbox.model import Household, Person

PROVIDERS = [("mail", 45), ("post", 33), ("inbox", 14), ("campus", 8)]
ARRIVED_BEFORE = 0.25  # share of day 0's customers who had signed up before the history begins
CHILDREN = [(1, 50), (2, 33), (3, 12), (4, 3.5), (5, 1.5)]
KINDS = [("single", 0.623), ("family", 0.358), ("couple", 0.019)]
TWO_PARENTS = 0.29
SEPARATED = 0.056
TWO_SURNAMES = 0.30
PARENT_UNKNOWN_TO_CAPITAN = 0.04
EMAIL_CHANGES_A_YEAR = 0.04
PEOPLE_A_HOUSEHOLD = 1.7
CHILD_AGES = [((3, 6), 20), ((6, 10), 38), ((10, 13), 24), ((13, 17), 18)]
ADULT_AGES = [((19, 25), 30), ((25, 35), 34), ((35, 45), 22), ((45, 66), 14)]
PARENT_AGES = (29, 52)


def folded(text: str) -> str:
    """Lower-case letters and digits only, accents removed."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in plain if letter.isalnum())


class Registry:
    """What may exist only once in the town; it grows in the order in which people are made."""

    def __init__(self, chance: Chance) -> None:
        """A registry that holds nothing yet."""
        self.chance = chance
        self.mailboxes: set[str] = set()
        self.named: set[tuple[str, str, date]] = set()
        self.phones = 0
        self.numbers: set[str] = set()
        self.shift = chance.whole(0, 9_999, "phones")

    def email(self, given: str, family: str, *name: object) -> str:
        """A new address from a name; no two are one mailbox, dots and digits aside."""
        first, last = folded(given) or "x", folded(family) or "x"
        shapes = [f"{first}.{last}", f"{first[0]}{last}", f"{first}{last[0]}", f"{last}.{first}"]
        local = self.chance.pick(shapes, *name, "shape")
        provider = self.chance.weighted(PROVIDERS, *name, "provider")
        if self.chance.u(*name, "digits") < 0.4:
            local += str(self.chance.whole(1, 99, *name, "number"))
        tail = 0
        while (mailbox := local.replace(".", "") + (str(tail) if tail else "")) in self.mailboxes:
            tail = tail * 10 + self.chance.whole(1, 9, *name, "tail", tail)
        self.mailboxes.add(mailbox)
        return f"{local}{tail or ''}@{provider}.example.org"

    def phone(self) -> str:
        """The next free number, E.164; the exchange is 555 and 55xx is left to placeholders."""
        while True:
            place, line = self.phones % 4, self.phones // 4
            self.phones += 1
            area = names.AREA_CODES[(place + 4 * (line // 10_000)) % len(names.AREA_CODES)]
            number = (line * 7_919 + self.shift) % 10_000
            found = f"+1{area}555{number:04d}"
            if number // 100 != 55 and not 100 <= number < 200 and found not in self.numbers:
                self.numbers.add(found)
                return found

    def claim(self, email: str) -> str:
        """An address that a case asks for; nobody who comes later will get its mailbox."""
        self.mailboxes.add(email.split("@")[0].replace(".", ""))
        return email

    def wrong_number(self, phone: str) -> str:
        """A number with its last digit wrong, which is and will be nobody's."""
        for step in range(1, 10):
            found = phone[:-1] + str((int(phone[-1]) + step) % 10)
            if found not in self.numbers:
                self.numbers.add(found)
                return found
        raise ValueError(f"every number near {phone} is somebody's")

    def birth(self, given: str, family: str, first: date, last: date, *name: object) -> date:
        """A birth date in a range that nobody of the same name has."""
        for step in range(1_000):
            found = first + timedelta(
                days=self.chance.whole(0, max(0, (last - first).days), *name, "birth", step)
            )
            if found.month == 2 and found.day == 29:  # left to the people of that case
                continue
            if (mark := (folded(given), folded(family), found)) not in self.named:
                self.named.add(mark)
                return found
        raise ValueError(f"no birth date left for {name}")


class People:
    """Makes households; `make` is used for everybody, cases included."""

    def __init__(self, chance: Chance, start: date, today: date, places: int) -> None:
        """Makers of the households of one town."""
        self.chance, self.start, self.today, self.places = chance, start, today, places
        self.registry = Registry(chance)

    def given(self, is_female: bool, *name: object) -> str:
        """A given name."""
        return self.chance.pick(names.FEMALE if is_female else names.MALE, *name, "given")

    def family(self, *name: object) -> str:
        """A family name."""
        return self.chance.pick(names.FAMILY, *name, "family")

    def household(self, household_id: str, arrived: int) -> Household:
        """An empty household; people are added by `person`."""
        chance = self.chance
        street = f"{chance.whole(100, 9_899, household_id, 'street')} "
        street += f"{chance.pick(names.STREETS, household_id, 'streetname')} "
        street += chance.pick(["Street", "Lane", "Drive", "Court"], household_id, "streettype")
        postal = f"767{chance.whole(1, 98, household_id, 'postal'):02d}"
        place = chance.whole(1, self.places, household_id, "place")
        return Household(household_id, [], place, street, postal, arrived)

    def person(
        self,
        household: Household,
        *,
        is_child: bool,
        given: str | None = None,
        family: str | None = None,
        birth: date | None = None,
        ages: tuple[int, int] | None = None,
        email: str | None = None,
        phone: str | None = None,
        guardians: list[Person] | None = None,
        case: str | None = None,
    ) -> Person:
        """One more person of a household; what is not given is drawn."""
        chance, place = self.chance, len(household.people)
        person_id = f"p{household.household_id[1:]}-{place + 1}"
        is_female = chance.u(person_id, "female") < (0.5 if is_child else 0.47)
        given = self.given(is_female, person_id) if given is None else given
        family = self.family(household.household_id) if family is None else family
        if birth is None:
            groups = CHILD_AGES if is_child else ADULT_AGES
            ages = ages or chance.weighted(groups, person_id, "age")
            birth = self._birth(person_id, given, family, moments.day_of(household.arrived), ages)
        if email is None:
            email = self.registry.email(given, family, person_id)
        else:
            self.registry.claim(email)
        if phone is None:
            phone = self.registry.phone()
        person = Person(
            person_id,
            household.household_id,
            given,
            family,
            birth,
            is_child,
            email,
            phone,
            household.arrived + 97 * place,
            household.place,
            list(guardians or []),
            nickname=names.NICKNAMES.get(given),
            case=case,
        )
        household.people.append(person)
        return person

    def _birth(
        self, person: str, given: str, family: str, arrived: date, ages: tuple[int, int]
    ) -> date:
        first = arrived - timedelta(days=round(ages[1] * 365.25))
        last = arrived - timedelta(days=round(ages[0] * 365.25))
        return self.registry.birth(given, family, first, last, person)

    def ordinary(self, number: int, arrived: int, room: int) -> list[Household]:
        """Household `number`, of at most `room` people; two households where parents live
        apart."""
        chance, household_id = self.chance, f"h{number:06d}"
        household = self.household(household_id, arrived)
        kind = chance.weighted(KINDS, household_id, "kind") if room > 1 else "single"
        if kind == "single":
            self.person(household, is_child=False)
            return [household]
        family = self.family(household_id)
        if kind == "couple":
            self.person(household, is_child=False, family=family)
            surname = family if chance.u(household_id, "names") > TWO_SURNAMES else None
            self.person(household, is_child=False, family=surname or self.family(household_id, "b"))
            return [household]
        adults = 2 if chance.u(household_id, "parents") < TWO_PARENTS and room > 2 else 1
        children = min(chance.weighted(CHILDREN, household_id, "children"), room - adults)
        second = (
            self.family(household_id, "b")
            if chance.u(household_id, "names") < TWO_SURNAMES
            else family
        )
        parents = [
            self.person(household, is_child=False, family=surname, ages=PARENT_AGES)
            for surname in [family, second][:adults]
        ]
        if chance.u(household_id, "unknown") < PARENT_UNKNOWN_TO_CAPITAN:
            for parent in parents:
                parent.is_in_capitan = False
        apart = []
        if (
            adults == 1
            and room > children + 1
            and chance.u(household_id, "apart") < SEPARATED / (1 - TWO_PARENTS)
        ):
            other = self.household(household_id + "x", arrived + 600)
            parents.append(self.person(other, is_child=False, family=second, ages=PARENT_AGES))
            apart.append(other)
        for _ in range(children):
            self.person(household, is_child=True, family=second, guardians=parents)
        return [household, *apart]

    def change_later(self, person: Person) -> None:
        """An adult now and then changes the e-mail; the day is drawn year by year, for ever."""
        arrived = moments.day_of(person.arrived)
        for year in range(12):
            if self.chance.u(person.person_id, "newmail", year) < EMAIL_CHANGES_A_YEAR:
                day = arrived + timedelta(
                    days=self.chance.whole(1, 365, person.person_id, "newmailday", year)
                )
                day += timedelta(days=365 * year)
                given, family = person.given, person.family
                person.changes.append(
                    (
                        day,
                        "email",
                        self.registry.email(given, family, person.person_id, "new", year),
                    )
                )

    def arrival_of_day_0(self, number: int) -> int:
        """When household `number` of day 0 arrived: a quarter of them before the history
        begins."""
        name = ("h", number, "arrival")
        if self.chance.u(*name) < ARRIVED_BEFORE:
            day = self.start - timedelta(days=self.chance.whole(1, 400, *name, "before"))
        else:
            span = (self.today - self.start).days
            day = self.start + timedelta(days=self.chance.whole(0, span, *name, "after"))
        return self.opening(day, number)

    def arriving(self, background: int, day: date) -> int:
        """How many households arrive on a day after day 0, at the pace of the history."""
        rate = (
            background * (1 - ARRIVED_BEFORE) / (self.today - self.start).days / PEOPLE_A_HOUSEHOLD
        )
        return int(rate) + (self.chance.u("arrivals", day) < rate - int(rate))

    def opening(self, day: date, number: int) -> int:
        """The instant of a day at which household `number` signs up."""
        return moments.instant(day, 10 * 3600 + self.chance.whole(0, 9 * 3600, "h", number, "hour"))
