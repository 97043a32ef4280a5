"""Capitan's further tables: events and reservations, associations and their members, referrals,
the activity log; and what hangs on one customer: relations and emergency contacts.

Names, e-mails and birth dates of accounts are those that the table of customers shows. Relations
and contacts of a deleted account are gone with it, and so is its place in an association;
everything else goes on naming it.
"""

from datetime import timedelta
from hashlib import md5
from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.chance import Chance
from scripts.sandbox.circles import CIRCLES, VERIFIED_MONTHS, Circle, Referral, Seat
from scripts.sandbox.errors import Errors
from scripts.sandbox.gym import FIRST_BOOKING, FIRST_RESERVATION
from scripts.sandbox.kin import Contact, Tie
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.logbook import Entry
from scripts.sandbox.model import Account
from scripts.sandbox.products import TYPE_IDS
from scripts.sandbox.programme import AREA_IDS, Reservation, Session
from scripts.sandbox.programme import TYPE_IDS as COURSE_IDS
from scripts.sandbox.vendors._capitan_customers import offset_text

Row = dict[str, Any]
CONTACT_HAS_PHONE, CONTACT_HAS_EMAIL = 0.96, 0.26
FLIPPED = {"CHI": "PRE", "PRE": "CHI", "SIB": "CHI"}
FIRST_CIRCLE = 11


def circle_id(circle: Circle) -> int:
    """An association's number."""
    return FIRST_CIRCLE + CIRCLES.index(circle)


def group_id(chance: Chance, circle: Circle) -> str | None:
    """The id of the till's customer group that an association is copied to."""
    if not circle.is_in_till:
        return None
    return f"SBX{chance.token(23, 'square', 'group', circle.name).upper()}"


class Books:
    """Builds the rows of one ledger, as of its clock."""

    def __init__(self, ledger: Ledger, errors: Errors, people: dict[str, Row]) -> None:
        """`people` are the customers as shown, by account key."""
        self.ledger, self.chance, self.errors = ledger, ledger.chance, errors
        self.people, self.gym = people, ledger.gym
        self.now, self.day = ledger.horizon - 1, ledger.clock
        self._booked: dict[str, list[Reservation]] = {}
        for one in self.gym.reservations:
            self._booked.setdefault(one.session.key, []).append(one)
        self._ties: dict[str, list[Tie]] = {}
        for tie in self.gym.kin.ties:
            self._ties.setdefault(tie.of.key, []).append(tie)
        self._contacts: dict[str, list[Contact]] = {}
        for contact in self.gym.kin.contacts:
            if contact.replaced is None or contact.replaced > self.now:
                self._contacts.setdefault(contact.account.key, []).append(contact)

    def tables(self) -> dict[str, list[Row]]:
        """The further tables, each by id."""
        seats = [one for one in self.gym.seats if self.is_taken(one)]
        members = {circle.name: 0 for circle in CIRCLES}
        for one in seats:
            members[one.circle.name] += 1
        return {
            "associations": [self.association(one, members[one.name]) for one in CIRCLES],
            "association-members": [self.member(one) for one in seats],
            "events": [self.event(one) for one in self.gym.sessions],
            "reservations": [self.reservation(one) for one in self.gym.reservations],
            "membership-referrals": [self.referral(one) for one in self.gym.referrals],
            "activity-log": [self.entry(one) for one in self.gym.log],
        }

    def stamp(self, moment: int, *name: object) -> str:
        """When something was stored, to the microsecond."""
        return offset_text(moment, self.chance.whole(0, 999_999, *name, "micro"))

    def named(self, prefix: str, account: Account) -> Row:
        """An account's id and name under a prefix."""
        row = self.people[account.key]
        return {
            f"{prefix}id": account.number,
            f"{prefix}first_name": row["first_name"],
            f"{prefix}last_name": row["last_name"],
        }

    # -- events and reservations -------------------------------------------------------

    def event(self, one: Session) -> Row:
        """A class, camp or party with all its parts."""
        course, booked = one.course, self._booked.get(one.key, [])
        is_off = one.is_off(self.now)
        touched = [one.created, *(seat.created for seat in booked)]
        touched += [seat.cancelled for seat in booked if seat.cancelled is not None]
        touched += [one.cancelled] if is_off and one.cancelled is not None else []
        place = "" if one.place == 1 else f" {one.place}"
        return {
            "id": one.number,
            "event_type_id": COURSE_IDS[course.name],
            "event_type_name": course.name,
            "event_parts": [self._part(one, day) for day in range(course.parts)],
            "capacity": course.capacity,
            "num_reservations": sum(seat.cancelled is None for seat in booked),
            "rolling_days": 42 if course.weekdays else None,
            "booking_open_time": "10:00:00" if course.weekdays else None,
            "is_cancelled": is_off,
            "location_id": 40 + one.place,
            "location_name": f"Basin Climbing and Fitness{place}",
            "location_area_id": AREA_IDS[course.area],
            "location_area_name": course.area,
            "created_at": self.stamp(one.created, one.key),
            "updated_at": self.stamp(max(touched), one.key),
        }

    @staticmethod
    def _part(one: Session, number: int) -> Row:
        day = one.day + timedelta(days=number)
        first = moments.local(moments.instant(day, one.course.second))
        last = first + timedelta(minutes=one.course.minutes)
        return {
            "start_datetime_isoformat": first.isoformat(),
            "end_datetime_isoformat": last.isoformat(),
            "start_local_date": day.isoformat(),
            "start_local_time": f"{first:%H:%M:%S}",
            "end_local_date": last.date().isoformat(),
            "end_local_time": f"{last:%H:%M:%S}",
        }

    def reservation(self, one: Reservation) -> Row:
        """Somebody's place, with who is to come and who booked."""
        attendee, booker = self.people[one.attendee.key], self.people[one.booker.key]
        booking = one.booking or FIRST_BOOKING + one.number - FIRST_RESERVATION
        return {
            "id": one.number,
            "customer_id": one.attendee.number,
            "first_name": attendee["first_name"],
            "last_name": attendee["last_name"],
            "birthday": attendee["birthday"],
            "email": attendee["email"],
            "booking_id": booking,
            **self.named("booking_customer_", one.booker),
            "booking_customer_email": booker["email"],
            "event_id": one.session.number,
            "event_type_name": one.session.course.name,
            "event_start_date_local": one.session.day.isoformat(),
            "is_cancelled": one.cancelled is not None,
            "created_at": self.stamp(one.created, one.key),
        }

    # -- associations and referrals ----------------------------------------------------

    def is_taken(self, one: Seat) -> bool:
        """Whether somebody is still in an association."""
        is_left = one.left is not None and one.left <= self.day
        return not is_left and one.account.exists(self.day)

    def association(self, circle: Circle, members: int) -> Row:
        """An association."""
        created = moments.instant(self.ledger.settings.start, 9 * 3600)
        months = VERIFIED_MONTHS if circle.is_verified else None
        proof = "Show a card or letter at the desk" if circle.is_verified else ""
        return {
            "id": circle_id(circle),
            "name": circle.name,
            "verification_requirements": proof,
            "automatic_removal_interval_months": months,
            "reverification_period_days": 30 if circle.is_verified else None,
            "show_reverification_alert": circle.is_verified,
            "allow_automatic_entry_pass_use": circle.name == "Staff",
            "membership_expiration_age": 18 if circle.is_youth else None,
            "allow_customer_applications": circle.share > 0,
            "num_members": members,
            "member_square_customer_group_id": group_id(self.chance, circle),
            "member_square_customer_group_name": circle.name if circle.is_in_till else None,
            "created_at": self.stamp(created, circle.name),
            "updated_at": self.stamp(created, circle.name),
        }

    def member(self, one: Seat) -> Row:
        """Somebody in an association; whoever awaits approval has none yet."""
        is_approved = one.approved <= self.now
        by = one.by if is_approved and one.by else (None, None, None)
        ends = moments.add_months(moments.day_of(one.approved), VERIFIED_MONTHS)
        verified = self.stamp(one.approved, one.key) if is_approved else None
        is_verified = one.circle.is_verified
        return {
            "id": one.number,
            "association_id": circle_id(one.circle),
            "association_name": one.circle.name,
            **self.named("customer_", one.account),
            "customer_birthday": self.people[one.account.key]["birthday"],
            "created_at": self.stamp(one.created, one.key),
            "approved_at": verified,
            "approved_by_id": by[0],
            "approved_by_first_name": by[1],
            "approved_by_last_name": by[2],
            "last_reverified_at": verified if is_verified else None,
            "is_pending_reverification": is_verified and is_approved and ends <= self.day,
            "next_automatic_removal_datetime": offset_text(moments.instant(ends, 10_800), 0)
            if is_verified and is_approved
            else None,
            "association_reverification_period_days": 30 if is_verified else None,
            "has_pending_application": not is_approved,
            "updated_at": self.stamp(one.approved if is_approved else one.created, one.key),
        }

    def referral(self, one: Referral) -> Row:
        """Who brought the buyer of which product; `membership_id` is the product, as elsewhere."""
        bought, product = one.membership, one.membership.product
        return {
            "id": one.number,
            **self.named("referring_customer_", one.referrer),
            "referring_customer_email": self.people[one.referrer.key]["email"],
            **self.named("owner_", bought.owner),
            "owner_email": self.people[bought.owner.key]["email"],
            "membership_id": TYPE_IDS[product.name],
            "name": product.name,
            "membership_status": "END" if bought.is_ended else "ACT",
            "purchase_completed_at": self.stamp(bought.bought, bought.key),
            "created_at": self.stamp(one.created, one.key),
        }

    def entry(self, one: Entry) -> Row:
        """A line of the activity log."""
        user = one.by if isinstance(one.by, tuple) else (None, None, None)
        return {
            "id": one.number,
            "category": one.category,
            "description": one.text,
            "actor_user_id": user[0],
            "actor_user_first_name": user[1],
            "actor_user_last_name": user[2],
            "actor_customer_id": one.by.number if isinstance(one.by, Account) else None,
            "affected_customers": [self.named("", account) for account in one.accounts],
            "affected_associations": [
                {"id": circle_id(circle), "name": circle.name} for circle in one.circles
            ],
            "notes": one.notes,
            "created_at": self.stamp(one.moment, one.key),
        }

    # -- what hangs on one customer ----------------------------------------------------

    def relations(self, account: Account) -> list[Row]:
        """Whom an account is linked to, slips of the hand included."""
        rows = []
        for tie in self._ties.get(account.key, ()):
            to, relation = tie.to, tie.relation
            slip = self.errors.struck("capitan", tie.key, account.person, "relation")
            if slip == "wrong direction":
                relation = FLIPPED[relation]
            elif slip == "wrong person" and tie.mistaken not in (tie.of, to):
                to = tie.mistaken
            if to.exists(self.day):
                row = self.named("related_customer_", to)
                created = self.stamp(tie.created, tie.key)
                rows.append(row | {"relation": relation, "created_at": created})
        return rows

    def contacts(self, account: Account) -> list[tuple[Contact, Row]]:
        """Whom to call for an account, as typed."""
        return [(one, self._contact(one)) for one in self._contacts.get(account.key, ())]

    def _contact(self, one: Contact) -> Row:
        person, day = one.person, moments.day_of(one.created)

        def seen(column: str, value: str | None) -> str:
            return self.errors.seen("capitan_contacts", one.key, person, column, value) or ""

        has_phone = person.case or self.chance.u(one.key, "phone") < CONTACT_HAS_PHONE
        has_email = self.chance.u(one.key, "email") < CONTACT_HAS_EMAIL
        phone = seen("phone", person.phone if has_phone else None)
        if phone.startswith("+1") and phone[2:].isdigit():
            phone = f"{phone[2:5]}-{phone[5:8]}-{phone[8:]}"
        return {
            "first_name": seen("given", person.at("given", day)),
            "last_name": seen("family", person.at("family", day)),
            "telephone": phone,
            "email": seen("email", person.at("email", day) if has_email else None),
            "relation": one.relation,
        }


def contact_key(account: Account, row: Row) -> str:
    """The key of an emergency contact's record."""
    text = f"{row['first_name']}|{row['last_name']}|{row['telephone']}"
    return f"capitan:emergency_contact:{account.number}-{md5(text.encode()).hexdigest()}"
