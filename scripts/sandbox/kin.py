"""Who belongs to whom as Capitan was told: family links, and whom to call in an emergency.

Links stand only where staff or the customer made them, mostly at sign-up and often in one
direction only. Emergency contacts stand mostly with adults; they are parents, partners, friends,
or relatives whom no other system knows and who live only here. A few contacts are replaced by
another one later. How a link is entered wrongly is `errors.py`'s.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations

from scripts.sandbox import moments, names
from scripts.sandbox.model import Account, Household, Pair, Person
from scripts.sandbox.world import World

LINKED, LINKED_LATER = 0.36, 0.3
SAYS_CHILD, SAYS_PARENT, SAYS_SIBLING = 0.78, 0.45, 0.35
ADULT_LISTS, CHILD_LISTS, SECOND = 0.62, 0.2, 0.14
PARTNER, FRIEND = 0.75, 0.12
PARENT = 0.82
REPLACED, REPLACED_DAYS = 0.05, (20, 700)
CASE = "emergency contact"  # whose pairs the people of other cases prove
FATHER_AND_SON = "father and son of one name"
# Far away, so that no customer's number is among them.
AREA_CODES = names.words(
    """202 206 207 208 212 216 217 224 231 240 248 251 252 260 262 269 270 276 301 302 304 305 307
    308 309 310 315 319 321 339 347 352 360 385 386 401 402 404 406 410"""
)
LINES = [line for line in range(2_000, 9_900) if line // 100 != 55]


@dataclass(eq=False)
class Tie:
    """`of` was told to have `to` as a CHI(ld), PRE (parent) or SIB(ling).

    `mistaken` is whom a slip of the hand would have linked instead.
    """

    key: str
    of: Account
    to: Account
    relation: str
    created: int
    mistaken: Account


@dataclass(eq=False)
class Contact:
    """Somebody to be called for an account, listed until `replaced`."""

    key: str
    account: Account
    person: Person
    relation: str
    created: int
    replaced: int | None = None


@dataclass(eq=False)
class Kin:
    """All links and contacts, and the people who are known from nothing else."""

    ties: list[Tie]
    contacts: list[Contact]
    relatives: list[Person]


def relate(world: World) -> Kin:
    """Everything that was told up to the clock."""
    listed = [
        one
        for one in world.accounts.values()
        if one.source == "capitan" and one.opened < world.horizon
    ]
    listed.sort(key=lambda one: (one.opened, one.key))
    ties = [tie for tie in _ties(world, listed) if tie.created < world.horizon]
    relatives: dict[str, Person] = {}
    houses = {house.household_id: house for house in world.households}
    contacts = []
    for account in listed:
        found = list(_contacts(world, account, houses[account.person.household_id], relatives))
        contacts += [one for one in found if one.created < world.horizon]
        _prove(world, account, found)
    used = {one.person.person_id for one in contacts}
    return Kin(ties, contacts, [one for key, one in sorted(relatives.items()) if key in used])


# -- links -----------------------------------------------------------------------------


def _ties(world: World, listed: list[Account]) -> Iterator[Tie]:
    chance = world.chance
    for account in listed:
        child = account.person
        if not child.is_child or account is not world.capitan(child):
            continue
        for parent in child.guardians:
            other = world.capitan(parent)
            if other and chance.u(parent.household_id, "linked") < LINKED:
                key = f"{parent.person_id}>{child.person_id}"
                if chance.u(key, "child") < SAYS_CHILD:
                    yield _tie(world, listed, f"{key}/CHI", other, account, "CHI")
                if chance.u(key, "parent") < SAYS_PARENT:
                    yield _tie(world, listed, f"{key}/PRE", account, other, "PRE")
    children: dict[str, list[Account]] = {}
    for account in listed:
        if account.person.is_child and account is world.capitan(account.person):
            children.setdefault(account.person.household_id, []).append(account)
    for household, found in children.items():
        for one, other in permutations(found, 2):
            key = f"{one.person.person_id}>{other.person.person_id}/SIB"
            if chance.u(household, "linked") < LINKED and chance.u(key) < SAYS_SIBLING:
                yield _tie(world, listed, key, one, other, "SIB")


def _tie(
    world: World, listed: list[Account], key: str, of: Account, to: Account, relation: str
) -> Tie:
    chance, moment = world.chance, max(of.opened, to.opened)
    before = bisect_left(listed, moment, key=lambda one: one.opened)
    mistaken = listed[chance.whole(0, before, key, "mistaken")]
    if chance.u(key, "later") < LINKED_LATER:
        moment += chance.whole(1, 120, key, "days") * moments.DAY
    return Tie(key, of, to, relation, moment + chance.whole(60, 900, key, "seconds"), mistaken)


# -- whom to call ----------------------------------------------------------------------


def _contacts(
    world: World, account: Account, house: Household, relatives: dict[str, Person]
) -> Iterator[Contact]:
    """An account's contacts: at most two, and what one of them was replaced by."""
    chance, person, key = world.chance, account.person, f"contact:{account.key}"
    share = CHILD_LISTS if person.is_child else ADULT_LISTS
    if person.case is not None:
        parent = _parent_in_case(person, house)
        if parent is not None:
            yield _contact(world, f"{key}/1", account, parent)
        return
    if chance.u(key, "lists") >= share:
        return
    chosen: list[Person] = []
    for place in range(1, 4):
        one = _chosen(world, f"{key}/{place}", account, house, relatives, place)
        if one not in chosen:
            chosen.append(one)
    first = _contact(world, f"{key}/1", account, chosen[0])
    if len(chosen) > 2 and chance.u(key, "replaced") < REPLACED:
        days = chance.whole(*REPLACED_DAYS, key, "replaced after")
        first.replaced = account.opened + days * moments.DAY
        later = _contact(world, f"{key}/3", account, chosen[2])
        later.created = first.replaced
        yield later
    yield first
    if len(chosen) > 1 and chance.u(key, "second") < SECOND:
        yield _contact(world, f"{key}/2", account, chosen[1])


def _contact(world: World, key: str, account: Account, person: Person) -> Contact:
    word = relation_of(world, account.person, person, key)
    return Contact(key, account, person, word, account.opened + 60)


def _parent_in_case(person: Person, house: Household) -> Person | None:
    """In a case a child lists its first parent, and a grown son the father whose name he has."""
    if person.is_child:
        return person.guardians[0]
    if person.case == FATHER_AND_SON and person is not house.people[0]:
        return house.people[0]
    return None


def _chosen(
    world: World,
    key: str,
    account: Account,
    house: Household,
    relatives: dict[str, Person],
    place: int,
) -> Person:
    chance, person = world.chance, account.person
    luck = chance.u(key, "who")
    if person.is_child:
        if luck < PARENT and person.guardians:
            return chance.pick(person.guardians, key, "parent")
        return relative(world, house, place % 2, relatives)
    partner = next((one for one in house.adults if one is not person), None)
    if partner and luck < PARTNER:
        return partner
    friend = world.friend(person.person_id, account.opened, 5) if luck > 1 - FRIEND else None
    return friend.person if friend else relative(world, house, place % 2, relatives)


def relative(world: World, house: Household, place: int, relatives: dict[str, Person]) -> Person:
    """One of a household's two relatives elsewhere, for the household's whole life the same."""
    key = f"r{house.household_id[1:]}-{place + 1}"
    found = relatives.get(key)
    if found is None:
        chance, first = world.chance, house.people[0]
        is_female = chance.u(key, "female") < 0.55
        given = chance.pick(names.FEMALE if is_female else names.MALE, key, "given")
        family = first.family
        if chance.u(key, "names") < 0.35:
            family = chance.pick(names.FAMILY, key, "family")
        index = (
            4 * int(house.household_id.strip("hx")) + 2 * house.household_id.endswith("x") + place
        )
        area, line = divmod(index, len(LINES))
        found = relatives[key] = Person(
            key,
            f"r{house.household_id[1:]}",
            given,
            family,
            first.birth - timedelta(days=chance.whole(7_000, 12_000, key, "older")),
            False,
            f"{given}.{house.household_id}{place}@inbox.example.org".lower(),
            f"+1{AREA_CODES[area % len(AREA_CODES)]}555{LINES[line * 7_919 % len(LINES)]}",
            house.arrived,
            house.place,
        )
    return found


def relation_of(world: World, person: Person, contact: Person, key: str) -> str:
    """The word at the desk for what a contact is to somebody; often none."""
    if world.chance.u(key, "word") < 0.3:
        return ""
    if contact in person.guardians:
        return "Mother" if contact.given in names.FEMALE else "Father"
    if contact.household_id == person.household_id:
        return "Parent" if person.case else "Spouse"
    if contact.person_id.startswith("r"):
        return "Grandparent" if person.is_child else "Parent"
    return "Friend"


def _prove(world: World, account: Account, contacts: list[Contact]) -> None:
    """In a case the contact is the parent, and not the account that names it."""
    if account.person.case is None:
        return
    for contact in contacts:
        world.pairs.append(Pair(CASE, contact.key, account.key, False))
        own = world.capitan(contact.person)
        if own and contact.person.case != FATHER_AND_SON:
            world.pairs.append(Pair(CASE, contact.key, own.key, True))
