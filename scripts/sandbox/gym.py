"""What Capitan keeps beside customers, memberships, visits and passes: the programme, family links
and emergency contacts, associations, referrals, and its log.

`run` is asked last, when everybody has lived: nothing of it changes what they did. Numbers follow
the order in which things were made, so that they never change.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scripts.sandbox import circles, kin, logbook, programme
from scripts.sandbox.kin import Kin
from scripts.sandbox.world import World

FIRST_SESSION, FIRST_RESERVATION, FIRST_BOOKING = 90_001, 600_001, 1_000_001
FIRST_SEAT, FIRST_REFERRAL, FIRST_ENTRY = 40_001, 51, 4_000_001


@dataclass(frozen=True, eq=False)
class Gym:
    """The gym's own books at the end of the clock's day, each list in the order of its numbers."""

    sessions: list[programme.Session]
    reservations: list[programme.Reservation]
    kin: Kin
    seats: list[circles.Seat]
    referrals: list[circles.Referral]
    log: list[logbook.Entry]


def run(world: World, people: int) -> Gym:
    """All books up to the clock, for a gym with so many customers on day 0."""
    sessions, reservations = programme.plan(world, people)
    related = kin.relate(world)
    seats, referrals = circles.gather(world), circles.refer(world)
    log = logbook.write_down(world, sessions, reservations, related, seats)
    number(sessions, FIRST_SESSION, lambda one: (one.created, one.key))
    number(reservations, FIRST_RESERVATION, lambda one: (one.created, one.key))
    number(seats, FIRST_SEAT, lambda one: (one.created, one.key))
    number(referrals, FIRST_REFERRAL, lambda one: (one.created, one.key))
    number(log, FIRST_ENTRY, lambda one: (one.moment, one.key))
    return Gym(sessions, reservations, related, seats, referrals, log)


def number(things: Any, first: int, order: Callable[[Any], Any]) -> None:
    """Sort things and number them from `first` on."""
    things.sort(key=order)
    for place, one in enumerate(things):
        one.number = first + place
