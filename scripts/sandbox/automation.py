"""The marketing system: whom the gym's old push made known there, who agreed to what, and who was
put on which list.

The old push ran every night until day 0. It went through everybody in Capitan with an e-mail or a
phone, their own or a parent's, and wrote the row over the profile of that address, so that a
child's row lies over the profile of its mother. An old sync put people on lists by what they
bought. Since day 0 only those are new who sign a waiver or fill in a form. A changed address made
a second profile; the first stays as it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from scripts.sandbox import moments
from scripts.sandbox.contacts import givers
from scripts.sandbox.mailings import HOUR, began, mailings, send
from scripts.sandbox.model import Account, Person, Profile
from scripts.sandbox.world import World

KNOWN = 0.9  # of mailboxes: 82 % of the customers' addresses, as they stand in Capitan
LINKED = 0.72  # of children without an e-mail, whose parent the old push had found out
FORM, KEYWORD = 0.17, 0.11
BY_HAND = 0.006  # of profiles, which somebody at the gym suppressed
ECHO_DAYS = 60
PUSHED_AT = 3 * HOUR  # on the gym's clock


@dataclass
class Mailbox:
    """An owner, and the Capitan accounts that carry their e-mail or fall back to it, in order."""

    owner: Person
    accounts: list[Account] = field(default_factory=list)
    has_email: bool = False
    has_phone: bool = False


def push(world: World) -> None:
    """The profiles of ordinary people, then what everybody, the cases too, joined and was sent."""
    first = began(world.start, world.today)
    of_account: dict[str, list[Profile]] = {}
    for box in _mailboxes(world):
        if world.chance.u(box.owner.person_id, "klaviyo known") < KNOWN:
            made = _profiles(world, box, first)
            world.profiles += made
            of_account.update((account.key, made) for account in box.accounts)
    for account, moment, list_key in sorted(_noticed(world, first), key=lambda row: row[1]):
        one = _then(of_account.get(account.key, []), moment)
        if one and all(list_key != joined for _, joined in one.joined):
            one.joined.append((moment, list_key))
    _echo(world, of_account)
    campaigns = mailings(world.chance, first, world.clock)
    for one in world.profiles:
        send(world, one, campaigns)


def enrol(
    world: World,
    person: Person,
    moment: int,
    number: int = 1,
    *,
    pushed: Person | None = None,
    wishes: list[tuple[int, str]] | None = None,
    states: list[tuple[int, str, str, str]] | None = None,
    **shows: str | None,
) -> Account:
    """A profile that a case wants, which never bounces or leaves by chance.

    `pushed` is whose row the old push wrote over it, `wishes` are lists to join, (instant, list).
    """
    account = world.open("klaviyo", person, moment, number, **shows)
    world.profiles.append(
        Profile(
            account,
            shows.get("email"),
            shows.get("phone"),
            pushed,
            max(moment, moments.instant(world.today, PUSHED_AT)) if pushed else 0,
            True,
            list(states or []),
            list(wishes or []),
        )
    )
    return account


def _mailboxes(world: World) -> list[Mailbox]:
    """Whose address stands for whom, in the order of the households."""
    boxes: dict[str, Mailbox] = {}
    ordinary = (house for house in world.households if not house.is_case)
    for person in (person for house in ordinary for person in house.people):
        account = world.capitan(person)
        if account is None or account.opened >= world.horizon:
            continue
        mail, phone = givers(world.chance, account, moments.day_of(account.opened))
        if mail is None and person.is_minor(world.today):
            mail = _parent_found(world, person)
        owner = mail or (None if person.is_child else phone)
        if owner is not None:
            box = boxes.setdefault(owner.person_id, Mailbox(owner))
            box.accounts.append(account)
            box.has_email |= mail is not None
            box.has_phone |= phone is owner
    for box in boxes.values():
        box.accounts.sort(key=lambda one: (one.opened, one.key))
    return list(boxes.values())


def _parent_found(world: World, child: Person) -> Person | None:
    """The parent whose e-mail the old push used for a child without one."""
    parent = child.guardians[0] if child.guardians else None
    account = world.capitan(parent) if parent else None
    if account is None or world.chance.u(child.person_id, "parent found") >= LINKED:
        return None
    mail, _ = givers(world.chance, account, moments.day_of(account.opened))
    return mail if mail is parent else None


def _profiles(world: World, box: Mailbox, first: date) -> list[Profile]:
    """A mailbox's profile, and one more for each later address while the old push ran."""
    chance, owner, arrived = world.chance, box.owner, box.accounts[0].opened
    second = PUSHED_AT + chance.whole(0, 5_400, owner.person_id, "place in the push")
    day = max(moments.day_of(arrived) + timedelta(days=1), first)
    if day > world.today:  # nobody pushes any more, the waiver's own form does
        days, opened = [], [arrived + chance.whole(60, 600, owner.person_id, "waiver")]
    else:
        moved = [since for since, column, _ in owner.changes if column == "email"]
        days = [day, *sorted(one for one in moved if day < one <= world.today and box.has_email)]
        opened = [moments.instant(one, second) for one in days]
    found = []
    for place, moment in enumerate(opened):
        if moment >= world.horizon:
            break
        one = Profile(
            world.open("klaviyo", owner, moment, place + 1),
            owner.at("email", moments.day_of(moment)) if box.has_email else None,
            owner.phone if box.has_phone and not place else None,
        )
        if days:
            last = days[place + 1] - timedelta(days=1) if days[place + 1 :] else world.today
            one.pushed_at = moments.instant(last, second)
            rows = [account for account in box.accounts if account.opened < one.pushed_at]
            one.pushed = rows[-1].person
        _wish(world, one)
        found.append(one)
    return found


def _wish(world: World, one: Profile) -> None:
    """Lists that somebody joins unasked, and a suppression by hand."""
    chance, key, opened = world.chance, one.account.key, one.account.opened
    for list_key, address, share in (
        ("newsletter", one.email, FORM),
        ("texts", one.phone, KEYWORD),
    ):
        if address and chance.u(key, list_key) < share:
            wait = chance.whole(HOUR, 60 * moments.DAY, key, list_key, "wait")
            one.joined.append((opened + wait, list_key))
    if one.email and chance.u(key, "by hand") < BY_HAND:
        wait = chance.whole(moments.DAY, 150 * moments.DAY, key, "by hand", "wait")
        one.states.append((opened + wait, "email", "user_suppressed", ""))


def _noticed(world: World, first: date) -> Iterator[tuple[Account, int, str]]:
    """(Capitan account, instant, list) of everything for which the old sync put people on lists."""
    seen: list[tuple[Account, int, str]] = []
    for visit in world.visits:
        if visit.method == "ENT" and not world.is_member(
            visit.account.person, moments.day_of(visit.moment)
        ):
            seen.append((visit.account, visit.created, "day_pass"))
    for one in world.memberships:
        for account in one.roster:
            if not one.product.is_temporary:
                seen.append((account, one.bought, "new_member"))
            elif "2-Week" in one.product.name:
                seen.append((account, one.bought, "two_week"))
            has_left = one.is_ended and not one.product.is_temporary
            if has_left and one.end and not world.is_member(account.person, one.end):
                seen.append((account, moments.midnight(one.end), "win_back"))
    for account, moment, list_key in seen:
        day = moments.day_of(moment) + timedelta(days=1)
        if first <= day <= world.today:
            second = 8 * HOUR + world.chance.whole(0, 600, account.key, list_key, day)
            yield account, moments.instant(day, second), list_key


def _echo(world: World, of_account: dict[str, list[Profile]]) -> None:
    """The visits of the last weeks before day 0 as events that the old push sent.

    It sent each again every night for a week; the same second of the same profile counts once.
    """
    since = world.today - timedelta(days=ECHO_DAYS)
    for visit in world.visits:
        day = moments.day_of(visit.created)
        if since <= day < world.today:
            night = moments.instant(day, PUSHED_AT) + moments.DAY
            one = _then(of_account.get(visit.account.key, []), night)
            if one and visit.moment not in one.echoes:
                one.echoes.append(visit.moment)


def _then(profiles: list[Profile], moment: int) -> Profile | None:
    """Which of an owner's profiles was the one in use at an instant."""
    return next((one for one in reversed(profiles) if one.account.opened <= moment), None)
