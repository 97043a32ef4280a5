"""The cases that break customer warehouses: people made so that one thing about them is certain,
and the pairs that prove it.

Every case has people of its own, exempt from the errors of `errors.py` and from other people's
paths. A town holds each case once for every 1,800 customers, at least once and at most four times.
"""

from scripts.sandbox.cases import (
    contact_points,
    lookalikes,
    messages,
    one_person,
    party_guests,
    things_that_change,
)
from scripts.sandbox.cases.stage import Case, Stage
from scripts.sandbox.world import World

CASES: list[Case] = [
    *one_person.CASES,
    *contact_points.CASES,
    *lookalikes.CASES,
    *things_that_change.CASES,
    *messages.CASES,
    *party_guests.CASES,
]


def copies_for(people: int) -> int:
    """How often each case is put on in a town of a size."""
    return max(1, min(4, people // 1_800))


def play(world: World, people: int) -> None:
    """Put every case on, copy by copy, in the order of the list."""
    copies = copies_for(people)
    for number, case in enumerate(CASES):
        for copy in range(copies):
            case.play(Stage(world, case.name, number, copy, copies, people))
