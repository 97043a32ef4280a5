"""Capitan's activity log: what staff and customers did to accounts, memberships and events.

Every entry is another trace of something that the ledger holds already; nothing happens here.
Texts name no people: whom an entry is about stands in its list of accounts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from scripts.sandbox import moments
from scripts.sandbox.circles import Circle, Seat, staff
from scripts.sandbox.kin import Kin
from scripts.sandbox.model import Account, Membership
from scripts.sandbox.programme import Reservation, Session
from scripts.sandbox.world import World

PROFILE, MEMBERSHIP, EVENT = "CPF", "MEM", "EVE"
CHANGES = {"email": "E-mail address changed", "family": "Last name changed"}
NOTED, NOTES = 0.06, ["by phone", "asked at the desk", "see paper form", "corrected a mistake"]


@dataclass(eq=False)
class Entry:
    """One line; `by` is a customer, or staff by number and name."""

    key: str
    moment: int
    category: str
    text: str
    by: Account | tuple[int, str, str]
    accounts: list[Account] = field(default_factory=list)
    circles: list[Circle] = field(default_factory=list)
    notes: str = ""
    number: int = 0


def write_down(
    world: World,
    sessions: list[Session],
    reservations: list[Reservation],
    kin: Kin,
    seats: list[Seat],
) -> list[Entry]:
    """Every entry up to the clock, oldest first."""
    entries = [
        *_profiles(world, kin),
        *(entry for one in world.memberships for entry in _membership(world, one)),
        *(entry for one in sessions for entry in _session(world, one)),
        *(entry for one in reservations for entry in _reservation(one)),
        *(_seat(world, one) for one in seats),
    ]
    kept = [one for one in entries if world.opens <= one.moment < world.horizon]
    kept.sort(key=lambda one: (one.moment, one.key))
    for entry in kept:
        if world.chance.u(entry.key, "noted") < NOTED:
            entry.notes = world.chance.pick(NOTES, entry.key, "note")
    return kept


def _profiles(world: World, kin: Kin) -> Iterator[Entry]:
    for account in [one for one in world.accounts.values() if one.source == "capitan"]:
        key = f"log/{account.key}"
        yield Entry(key, account.opened, PROFILE, "Profile created", account, [account])
        for day, column, _ in account.person.changes:
            moment = moments.instant(day, 12 * 3600)
            if column in CHANGES and moment > account.opened:
                name = f"{key}/{column}{day}"
                by = staff(world, name)
                yield Entry(name, moment, PROFILE, CHANGES[column], by, [account])
    for tie in kin.ties:
        key = f"log/{tie.key}"
        by = staff(world, key)
        yield Entry(key, tie.created, PROFILE, "Relation added", by, [tie.of, tie.to])
    for contact in kin.contacts:
        if contact.replaced is not None:
            key, account = f"log/{contact.key}", contact.account
            text = "Emergency contact replaced"
            yield Entry(key, contact.replaced, PROFILE, text, account, [account])


def _membership(world: World, one: Membership) -> Iterator[Entry]:
    key, name = f"log/{one.key}", one.product.name
    by = staff(world, key)
    yield Entry(f"{key}/bought", one.bought, MEMBERSHIP, f"{name} purchased", by, one.roster)
    for earlier, later in pairwise(one.spans):
        moment = moments.instant(earlier[1], 4 * 3600)
        text = f"{name} frozen until {later[0]}"
        yield Entry(f"{key}/frozen{earlier[1]}", moment, MEMBERSHIP, text, by, one.roster)
    if one.is_ended and one.end is not None:
        moment = moments.instant(one.end, 4 * 3600)
        yield Entry(f"{key}/ended", moment, MEMBERSHIP, f"{name} ended", by, one.roster)


def _session(world: World, one: Session) -> Iterator[Entry]:
    key, text = f"log/{one.key}", f"{one.course.name} on {one.day}"
    by = staff(world, key)
    yield Entry(key, one.created, EVENT, f"{text} created", by)
    if one.cancelled is not None:
        yield Entry(f"{key}/off", one.cancelled, EVENT, f"{text} cancelled", by)


def _reservation(one: Reservation) -> Iterator[Entry]:
    key, text = f"log/{one.key}/seat", f"{one.session.course.name} on {one.session.day}"
    yield Entry(key, one.created, EVENT, f"{text} reserved", one.booker, [one.attendee])
    if one.cancelled is not None:
        text = f"{text} given up"
        yield Entry(f"{key}/given up", one.cancelled, EVENT, text, one.booker, [one.attendee])


def _seat(world: World, one: Seat) -> Entry:
    key = f"log/{one.key}"
    by, text = one.by or staff(world, key), "Added to an association"
    return Entry(key, one.approved, PROFILE, text, by, [one.account], [one.circle])
