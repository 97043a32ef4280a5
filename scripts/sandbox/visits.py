"""Who came through the door, when, with whom, and on whose pass.

Members come by the week, each at a rate of their own; families come together, friends bring
friends. Day visitors buy a pass for themselves and whoever is with them, and enter within minutes
of each other while the count falls. Check-in texts follow Capitan's own grammar. A few check-ins
are recorded late, corrected or removed: these are the declared edits of the past.
"""

import itertools
from collections.abc import Sequence
from datetime import date, timedelta

from scripts.sandbox import moments
from scripts.sandbox.model import Account, EntryPass, Membership, Visit
from scripts.sandbox.products import PassProduct
from scripts.sandbox.world import World

LATE, CORRECTED, REMOVED = 0.004, 0.004, 0.002
RATES = [(0.05, 16), (0.2, 21), (0.5, 25), (0.9, 20), (1.4, 11), (2.4, 7)]
TOGETHER_RATES = [(0.1, 26), (0.35, 32), (0.7, 25), (1.3, 17)]
COMES_ALONG, ALONE_TOO = 0.62, 0.55
BUDDY_COMES = 0.08
BRINGS_GUEST = 0.046
WEEKDAYS = [(0, 13), (1, 13), (2, 13), (3, 13), (4, 12), (5, 21), (6, 15)]
HOURS = [((6, 9), 9), ((9, 12), 11), ((12, 16), 17), ((16, 18), 18), ((18, 21), 38), ((21, 22), 7)]
WEEKEND_HOURS = [((9, 12), 31), ((12, 16), 40), ((16, 20), 25), ((20, 21), 4)]


def time_of_day(world: World, day: date, *name: object) -> int:
    """Seconds after midnight at which somebody enters; evenings and Saturdays are full."""
    hours = HOURS if day.weekday() < 5 else WEEKEND_HOURS
    first, last = world.chance.weighted(hours, *name, "hours")
    return world.chance.whole(first * 3600, last * 3600 - 1, *name, "second")


def enter(
    world: World,
    key: str,
    account: Account,
    moment: int,
    method: str,
    description: str,
    *,
    group: str | None = None,
    owner: Account | None = None,
    reason: str | None = None,
    late_days: int | None = None,
    corrected_days: int | None = None,
) -> Visit | None:
    """One check-in, unless it lies outside the history or was recorded after the clock.

    `{owner}` in a description stands for the name that Capitan has for whose pass it is.
    """
    if moment < world.opens:
        return None
    chance, day = world.chance, moments.day_of(moment)
    created, corrected, recorded = moment + 1, None, None
    luck = chance.u(key, "desk")
    if late_days or luck < LATE:
        late = late_days or chance.whole(1, 9, key, "late")
        created = moments.instant(
            day + timedelta(days=late), 9 * 3600 + chance.whole(0, 30_000, key, "latehour")
        )
    elif corrected_days or luck < LATE + CORRECTED:
        recorded = moment + 60 * chance.whole(20, 90, key, "wrong")
        created = recorded + 1
        corrected = day + timedelta(days=corrected_days or chance.whole(1, 3, key, "corrected"))
    if created >= world.horizon:
        return None
    visit = Visit(
        key,
        account,
        moment,
        chance.whole(1, 999_999, key, "micro"),
        created,
        method,
        description,
        group,
        account.person.place,
        owner,
        reason,
        corrected=corrected,
        recorded=recorded,
    )
    world.visits.append(visit)
    if luck > 1 - REMOVED:
        twice = Visit(
            key + "/twice",
            account,
            moment + 55,
            visit.micro,
            created + 55,
            method,
            description,
            None,
            account.person.place,
            owner,
            reason,
            removed=day + timedelta(days=2),
        )
        if twice.created < world.horizon:
            world.visits.append(twice)
    return visit


def member_visits(world: World) -> None:
    """Every visit of every membership's roster, with families, buddies and guests."""
    buddies: dict[int, Membership] = {}
    solos = [
        one for one in world.memberships if one.product.size == "solo" and not one.owner.person.case
    ]
    solos.sort(key=lambda one: (one.bought, one.key))
    for earlier, later in itertools.pairwise(solos):
        buddies[id(later)] = earlier
    for membership in world.memberships:
        _member_weeks(world, membership, buddies.get(id(membership)))


def _member_weeks(world: World, membership: Membership, buddy: Membership | None) -> None:
    chance = world.chance
    roster = [one for one in membership.roster if one.key not in membership.frozen]
    first = max(membership.start, world.start)
    week = first - timedelta(days=first.weekday())
    last = min(world.clock, membership.end or date.max)
    shared = len(roster) > 1
    rates = {one.key: chance.weighted(RATES, one.person.person_id, "rate") for one in roster}
    family_rate = chance.weighted(TOGETHER_RATES, membership.key, "together")
    while week <= last:
        if shared:
            for number in range(chance.poisson(family_rate, membership.key, week, "family")):
                _together(world, membership, week, number)
        for account in roster:
            rate = rates[account.key] * (ALONE_TOO if shared else 1.0)
            for number in range(chance.poisson(rate, account.key, membership.key, week)):
                _alone(world, membership, account, buddy, week, number)
        week += timedelta(days=7)


def _together(world: World, membership: Membership, week: date, number: int) -> None:
    chance, name = world.chance, f"{membership.key}@{week}f{number}"
    day = week + timedelta(days=chance.weighted(WEEKDAYS, name, "day"))
    if not membership.covers(day):
        return
    moment = moments.instant(day, time_of_day(world, day, name))
    if moment < membership.bought:
        return
    coming = [one for one in membership.roster if chance.u(name, one.key, "comes") < COMES_ALONG]
    for place, account in enumerate(coming):
        at = moment + place * chance.whole(4, 40, name, place, "gap")
        enter(
            world,
            f"{name}:{place}",
            account,
            at,
            "MEM",
            membership.product.name,
            group=name if len(coming) > 1 else None,
        )


def _alone(
    world: World,
    membership: Membership,
    account: Account,
    buddy: Membership | None,
    week: date,
    number: int,
) -> None:
    chance, name = world.chance, f"{membership.key}@{week}:{account.key}:{number}"
    day = week + timedelta(days=chance.weighted(WEEKDAYS, name, "day"))
    if not membership.covers(day):
        return
    moment = moments.instant(day, time_of_day(world, day, name))
    if moment < membership.bought:
        return
    group = None
    if (
        buddy
        and buddy.covers(day)
        and buddy.bought < moment
        and chance.u(name, "buddy") < BUDDY_COMES
    ):
        group = name
        at = moment + chance.whole(10, 600, name, "buddygap")
        enter(world, name + ":b", buddy.owner, at, "MEM", buddy.product.name, group=group)
    if chance.u(name, "guest") < BRINGS_GUEST and not account.person.is_child:
        guest = world.friend(
            account.person.person_id, membership.bought, chance.whole(0, 3, name, "which")
        )
        if guest and guest.opened < moment and not world.is_member(guest.person, day):
            group = name
            text = "Guest Pass from {owner}"
            at = moment + chance.whole(10, 90, name, "guestgap")
            enter(world, name + ":g", guest, at, "GUE", text, group=group, owner=account)
    enter(world, name, account, moment, "MEM", membership.product.name, group=group)


def use_pass(
    world: World,
    key: str,
    entry: EntryPass,
    product: PassProduct,
    users: Sequence[Account],
    moment: int,
    *,
    late_days: int | None = None,
    corrected_days: int | None = None,
) -> None:
    """Several people enter on one pass, one after the other; the text counts what is left."""
    together = key if len(users) > 1 else None
    at = moment
    for place, account in enumerate(users):
        if entry.used >= entry.entries:
            return
        at += world.chance.whole(8, 75, key, "queue", place) if place else 0
        if at >= world.horizon:
            return
        entry.used += 1
        left = f"({entry.entries - entry.used} remaining)"
        own = account.person is entry.owner.person
        text = f"{product.name} {left}" if own else f"{product.name} from {{owner}} {left}"
        enter(
            world,
            f"{key}:{place}",
            account,
            at,
            "ENT",
            text,
            group=together,
            owner=None if own else entry.owner,
            late_days=late_days,
            corrected_days=corrected_days,
        )
