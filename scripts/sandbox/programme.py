"""Classes, camps and parties: what takes place, and who is booked for it by whom.

Courses have a weekly timetable, published six weeks ahead and thinner in a smaller gym; camps and
parties, and a course that somebody wants on another day, are put on when they are first booked.
Reservations come from bookings paid in advance (`payments.py`), from visitors who join a class of
the day, and from members who plan ahead and often do not come. Children are booked by a parent.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from scripts.sandbox import moments
from scripts.sandbox.model import Account, Payment, Visit
from scripts.sandbox.world import World

REAL_PEOPLE = 7_400  # the timetable is that of a gym with so many customers
PUBLISHED_DAYS = 42
CALLED_OFF = 0.02
SHOWS_UP_AFTER_DAYS = 9
JOINS_A_CLASS = {True: 0.354, False: 0.155}  # a child's visit, an adult's
FRIEND_BOOKS = 0.08
PLANS_A_MONTH = 0.05
PLANS_FALL_THROUGH = 0.6


@dataclass(frozen=True)
class Course:
    """A kind of event: on which weekdays it is, when, and for how many.

    Without weekdays it takes place when somebody books it; a party is one booking's own. `signup`
    is the event that a reservation is on a timeline.
    """

    name: str
    area: str
    is_youth: bool
    weekdays: tuple[int, ...]
    second: int
    minutes: int
    capacity: int
    signup: str
    parts: int = 1
    is_party: bool = False


FITNESS, CLIMBING, YOUTH = "fitness_class_signup", "climbing_class_signup", "youth_program_signup"
CAMP, COMPETITION, EVENT = "camp_signup", "competition_signup", "event_signup"
COURSES = [
    Course("HYROX CLASS", "Fitness", False, (0, 2, 4), 18 * 3600, 60, 14, FITNESS),
    Course("Basin Strong", "Fitness", False, (1, 3), 6 * 3600 + 1800, 60, 12, FITNESS),
    Course("Basin Fit", "Fitness", False, (1, 3), 12 * 3600, 45, 12, FITNESS),
    Course("Yoga for Climbers", "Fitness", False, (6,), 10 * 3600, 60, 18, FITNESS),
    Course("6 week transformation", "Fitness", False, (0,), 19 * 3600, 60, 10, EVENT),
    Course("Intro to Climbing", "Main Wall", False, (2, 5), 11 * 3600, 90, 8, CLIMBING),
    Course("Learn to Belay", "Main Wall", False, (4, 6), 17 * 3600, 60, 6, CLIMBING),
    Course("Spring Bouldering League", "Bouldering", False, (3,), 19 * 3600, 120, 40, COMPETITION),
    Course("Homeschool Climb Club", "Main Wall", True, (1, 3), 13 * 3600, 120, 20, YOUTH),
    Course("Mini Ascenders", "Bouldering", True, (0, 5), 16 * 3600, 60, 10, YOUTH),
    Course("Summer Camp Session 3", "Main Wall", True, (), 9 * 3600, 180, 24, CAMP, parts=5),
    Course("Winter Climbing Camp", "Main Wall", True, (), 9 * 3600, 180, 24, CAMP, parts=5),
    Course("Birthday Party- non-member", "Party", True, (), 14 * 3600, 120, 16, EVENT, 1, True),
    Course("Birthday Party- Member", "Party", True, (), 11 * 3600, 120, 16, EVENT, 1, True),
]  # fmt: skip
BY_NAME = {course.name: course for course in COURSES}
TYPE_IDS = {course.name: 1_201 + 7 * place for place, course in enumerate(COURSES)}
AREA_IDS = {"Main Wall": 61, "Bouldering": 62, "Fitness": 63, "Party": 64}


@dataclass(eq=False)
class Session:
    """One class, camp or party; `cancelled` is when it is called off, be that still to come."""

    key: str
    course: Course
    day: date
    place: int
    created: int
    cancelled: int | None = None
    number: int = 0

    def is_off(self, moment: int) -> bool:
        """Whether it had been called off by an instant."""
        return self.cancelled is not None and self.cancelled <= moment


@dataclass(eq=False)
class Reservation:
    """Somebody's place in a session.

    `booking` is the number in the text of the payment, where there was one.
    """

    key: str
    session: Session
    attendee: Account
    booker: Account
    created: int
    booking: int | None = None
    cancelled: int | None = None
    number: int = 0


class Programme:
    """The sessions and reservations of a town, by the day of the clock."""

    def __init__(self, world: World, people: int) -> None:
        """The timetable; nothing is booked yet."""
        self.world = world
        self.sessions: dict[str, Session] = {}
        self.reservations: list[Reservation] = []
        self._days: dict[tuple[str, int], list[date]] = defaultdict(list)
        self._on: dict[tuple[date, int, bool], list[Session]] = defaultdict(list)
        self._taken: set[tuple[str, str]] = set()
        for session in timetable(world, people):
            self._days[session.course.name, session.place].append(session.day)
            self._add(session)

    def _add(self, session: Session) -> Session:
        self.sessions[session.key] = session
        self._on[session.day, session.place, session.course.is_youth].append(session)
        return session

    def book_what_was_paid(self) -> None:
        """A place for every booking that was paid."""
        for payment in self.world.payments:
            if payment.kind == "booking" and payment.product in BY_NAME:
                self._book_paid(payment)

    def _book_paid(self, payment: Payment) -> None:
        attendee = self.world.capitan(payment.for_person) if payment.for_person else None
        if payment.success is None or attendee is None:
            return
        booker = self.world.capitan(payment.payer) or attendee
        course, moment = BY_NAME[payment.product], payment.success + 20
        session = self._for_paid(course, payment, attendee, moment)
        number = int(payment.description.partition("#")[2].partition(":")[0])
        back = [one for one in payment.refunds if one.cents == payment.cents and not one.fails]
        fallen = back[0].moment if back else None
        self._reserve(payment.key, session, attendee, booker, moment, number, fallen)

    def _for_paid(
        self, course: Course, payment: Payment, attendee: Account, moment: int
    ) -> Session:
        """The session that a booking is for: about nine days later, put on where there is none."""
        place, wanted = attendee.person.place, moments.day_of(payment.created)
        wanted += timedelta(days=SHOWS_UP_AFTER_DAYS)
        if course.parts > 1:
            wanted -= timedelta(days=wanted.weekday())
        if not course.is_party and not course.parts > 1:
            near = self._nearest(course, place, wanted)
            if near is not None and near.created <= moment and not near.is_off(moment):
                return near
        key = f"{course.name}@{wanted}/{place}" + (f"/{payment.key}" if course.is_party else "")
        return self.sessions.get(key) or self._add(Session(key, course, wanted, place, moment - 20))

    def _nearest(self, course: Course, place: int, day: date) -> Session | None:
        """The timetable's session closest to a day, at most three days away."""
        days = self._days[course.name, place]
        at = bisect_left(days, day)
        found = [one for one in days[max(0, at - 1) : at + 1] if abs((one - day).days) <= 3]
        if not found:
            return None
        chosen = min(found, key=lambda one: (abs((one - day).days), one))
        return self.sessions[f"{course.name}@{chosen}/{place}"]

    def join_classes_of_the_day(self) -> None:
        """Visitors who book a class an hour or so before they come."""
        for visit in self.world.visits:
            if visit.method != "EVE" and visit.created == visit.moment + 1:
                self._join(visit)

    def _join(self, visit: Visit) -> None:
        chance, account = self.world.chance, visit.account
        person, key = account.person, f"{visit.key}/class"
        if person.case or chance.u(key, "joins") >= JOINS_A_CLASS[person.is_child]:
            return
        day = moments.day_of(visit.moment)
        second = visit.moment - moments.midnight(day)
        moment = visit.moment - 60 * chance.whole(20, 180, key, "before")
        made = moment - 20
        if moment < max(account.opened, self.world.opens):
            return
        on = self._on[day, person.place, person.is_child]
        today = [one for one in on if one.cancelled is None and one.course.weekdays]
        if not on:
            today = [
                Session(f"{course.name}@{day}/{person.place}", course, day, person.place, made)
                for course in COURSES
                if day.weekday() in course.weekdays and course.is_youth == person.is_child
            ]
        if today:
            session = min(today, key=lambda one: (abs(one.course.second - second), one.key))
            session = self.sessions.get(session.key) or self._add(session)
            session.created = min(session.created, made)
            self._reserve(key, session, account, self._booker(account, key), moment)

    def _booker(self, account: Account, key: str) -> Account:
        """Who books for somebody: a parent for a child, now and then a friend."""
        person = account.person
        if person.is_child:
            parents = [self.world.capitan(one) for one in person.guardians]
            return next((one for one in parents if one), account)
        friend = self.world.friend(person.person_id, account.opened, 2)
        is_booked = friend and self.world.chance.u(key, "friend books") < FRIEND_BOOKS
        return friend if friend and is_booked else account

    def plan_ahead(self) -> None:
        """Members who book days before, of whom more than half think better of it."""
        world = self.world
        members = {seat.key: seat for one in world.memberships for seat in one.roster}
        for account in members.values():
            person = account.person
            month = max(moments.day_of(account.opened), world.start).replace(day=1)
            while month <= world.clock and not person.case:
                key = f"{account.key}/plan{month}"
                day = month + timedelta(days=world.chance.whole(0, 27, key, "day"))
                month = moments.add_months(month, 1)
                if world.chance.u(key, "plans") >= PLANS_A_MONTH or day > world.clock:
                    continue
                moment = moments.instant(day, 20 * 3600 + world.chance.whole(0, 7_000, key, "at"))
                if moment > account.opened and world.is_member(person, day):
                    self._plan(key, account, day, moment)

    def _plan(self, key: str, account: Account, day: date, moment: int) -> None:
        person = account.person
        for later in range(3, 10):
            on = day + timedelta(days=later)
            open_ones = [
                one
                for one in self._on[on, person.place, person.is_child]
                if one.course.weekdays and one.created <= moment
            ]
            if open_ones:
                session = self.world.chance.pick(open_ones, key, "which")
                fallen = None
                if self.world.chance.u(key, "falls through") < PLANS_FALL_THROUGH:
                    fallen = moments.instant(session.day - timedelta(days=1), 21 * 3600)
                booker = self._booker(account, key)
                self._reserve(key, session, account, booker, moment, None, fallen)
                return

    def _reserve(
        self,
        key: str,
        session: Session,
        attendee: Account,
        booker: Account,
        moment: int,
        booking: int | None = None,
        cancelled: int | None = None,
    ) -> None:
        """One place, unless the attendee has one; it falls with its session."""
        if (attendee.key, session.key) in self._taken or moment >= self.world.horizon:
            return
        self._taken.add((attendee.key, session.key))
        ends = [one for one in (cancelled, session.cancelled) if one and one > moment]
        fallen = min(ends) if ends and min(ends) < self.world.horizon else None
        self.reservations.append(
            Reservation(key, session, attendee, booker, moment, booking, fallen)
        )


def timetable(world: World, people: int) -> Iterator[Session]:
    """Every session that the timetable has published by the clock, a day at a time.

    A gym of another size has as many more or fewer of them, spread over its places.
    """
    size = people / REAL_PEOPLE / world.people.places
    day, last = world.start, world.clock + timedelta(days=PUBLISHED_DAYS)
    while day <= last:
        created = moments.instant(day - timedelta(days=PUBLISHED_DAYS), 10 * 3600)
        for course in COURSES if created < world.horizon else ():
            for place in range(1, world.people.places + 1):
                key = f"{course.name}@{day}/{place}"
                if day.weekday() not in course.weekdays or world.chance.u(key, "is on") >= size:
                    continue
                session = Session(key, course, day, place, created)
                if world.chance.u(key, "called off") < CALLED_OFF:
                    session.cancelled = moments.instant(day - timedelta(days=1), 15 * 3600)
                yield session
        day += timedelta(days=1)


def plan(world: World, people: int) -> tuple[list[Session], list[Reservation]]:
    """Every session and reservation up to the clock, numbered later by when they were made."""
    programme = Programme(world, people)
    programme.book_what_was_paid()
    programme.join_classes_of_the_day()
    programme.plan_ahead()
    return list(programme.sessions.values()), programme.reservations
