"""Groups of customers and who brought whom: associations, their members, and referrals.

Some groups follow a membership by themselves and are left with it; to the others somebody at the
desk admits people who ask. A third of the groups are copied to customer groups of the till.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from scripts.sandbox import moments
from scripts.sandbox.model import Account, Membership
from scripts.sandbox.world import World

REFERRED = 0.030
VERIFIED_MONTHS = 12


@dataclass(frozen=True)
class Circle:
    """An association: what follows a membership names words of its product; else `share` of the
    adults or children belong to it."""

    name: str
    words: tuple[str, ...] = ()
    share: float = 0.0
    is_youth: bool = False
    is_in_till: bool = False
    is_verified: bool = False


CIRCLES = [
    Circle("Active Member", words=("",), is_in_till=True),
    Circle("Founders Team", words=("Founders",), is_in_till=True),
    Circle("Baylor Student", ("College Student",), 0.022, is_in_till=True, is_verified=True),
    Circle("Military", share=0.017, is_in_till=True, is_verified=True),
    Circle("First Responder", share=0.014, is_in_till=True, is_verified=True),
    Circle("Teacher", share=0.016, is_in_till=True, is_verified=True),
    Circle("Corporate Partner", words=("Corporate", "TFNB"), is_in_till=True),
    Circle("Staff", words=("Staff",), is_in_till=True),
    Circle("Youth Rec Team", words=("Youth Rec",), is_youth=True),
    Circle("Youth Development Team", words=("Youth Development",), is_youth=True),
    Circle("Youth Comp Team", words=("Youth Comp",), is_youth=True),
    Circle("Homeschool Families", share=0.036, is_youth=True, is_in_till=True),
    Circle("Mini Ascenders Parents", share=0.006),
    Circle("Fitness Only", words=("Fitness",)),
    Circle("90 for 90", words=("90 for 90",)),
    Circle("Mid Day Climbers", words=("Mid Day",)),
    Circle("Belay Certified", share=0.040, is_verified=True),
    Circle("Lead Certified", share=0.010, is_verified=True),
    Circle("Auto Belay Orientation", share=0.016),
    Circle("Ladies Night", share=0.007),
    Circle("Adaptive Climbing", share=0.002),
    Circle("Volunteers", share=0.003),
    Circle("Route Setting Crew", share=0.001),
    Circle("Competition Judges", share=0.001),
    Circle("Scout Troops", share=0.006, is_youth=True),
    Circle("Summer Camp Alumni", share=0.008, is_youth=True),
    Circle("Press and Guests", share=0.001),
]  # fmt: skip
STAFF = [
    (301, "Renata", "Alderwick"),
    (302, "Boris", "Claygate"),
    (303, "Tessa", "Meadwell"),
    (304, "Otto", "Ridgeton"),
    (305, "Uma", "Kirkham"),
    (306, "Lars", "Thornley"),
]


@dataclass(eq=False)
class Seat:
    """Somebody's place in an association, from `created` until the day `left`."""

    key: str
    circle: Circle
    account: Account
    created: int
    approved: int
    by: tuple[int, str, str] | None
    left: date | None = None
    number: int = 0


@dataclass(eq=False)
class Referral:
    """A member who brought the buyer of a membership."""

    key: str
    referrer: Account
    membership: Membership
    created: int
    number: int = 0


def staff(world: World, *name: object) -> tuple[int, str, str]:
    """Somebody at the desk: number and name in Capitan."""
    return world.chance.pick(STAFF, *name, "staff")


def gather(world: World) -> list[Seat]:
    """Every seat ever taken up to the clock."""
    seats: dict[str, Seat] = {}
    for membership in world.memberships:
        for seat in _with_membership(membership):
            held = seats.get(seat.key)
            if held is None:
                seats[seat.key] = seat
            elif held.left and (seat.left is None or seat.left > held.left):
                held.left = seat.left
    for account in world.accounts.values():
        if account.source == "capitan" and account is world.capitan(account.person):
            for seat in _on_request(world, account):
                seats.setdefault(seat.key, seat)
    return [seat for seat in seats.values() if seat.created < world.horizon]


def _with_membership(membership: Membership) -> Iterator[Seat]:
    """The groups that a membership's roster is in by itself, as long as it runs."""
    product = membership.product
    if product.is_temporary:
        return
    for circle in CIRCLES:
        if circle.words and any(word in product.name for word in circle.words):
            begins = max(membership.bought, moments.midnight(membership.start)) + 1_800
            for account in membership.roster:
                key = f"{circle.name}|{account.key}"
                yield Seat(key, circle, account, begins, begins, None, membership.end)


def _on_request(world: World, account: Account) -> Iterator[Seat]:
    person = account.person
    open_to = [one for one in CIRCLES if one.share and one.is_youth == person.is_child]
    for circle in open_to if person.case is None else ():
        key = f"{circle.name}|{account.key}"
        if world.chance.u(key, "asks") < circle.share:
            days = world.chance.whole(0, 60, key, "asks after")
            asked = account.opened + days * moments.DAY + 900
            asked = max(asked, world.opens)
            wait = world.chance.whole(0, 2 * moments.DAY, key, "approval")
            yield Seat(key, circle, account, asked, asked + wait, staff(world, key))


def refer(world: World) -> list[Referral]:
    """Memberships whose buyer a member had brought."""
    found = []
    for membership in world.memberships:
        key, bought = membership.key, membership.bought
        is_counted = not membership.product.is_temporary and membership.owner.person.case is None
        if not is_counted or world.chance.u(key, "referred") >= REFERRED:
            continue
        friends = [
            one
            for place in range(12, 40)
            if (one := world.friend(membership.owner.person.person_id, bought, place))
            and world.is_member(one.person, moments.day_of(bought) - timedelta(days=1))
        ]
        if friends:
            found.append(Referral(f"{key}/referral", friends[0], membership, bought + 300))
    return found
