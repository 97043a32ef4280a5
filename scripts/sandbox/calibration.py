"""Asked against got: the figures of the real gym that the systems built so far can show, measured
on a ledger.

Rates of the real gym are for 7,400 customers; counts are scaled to the town's size. Nothing here
changes the town. The till, the web shop and the newsletter are measured in
`calibration_sales.py`, birthday parties in `calibration_parties.py`, texts in
`calibration_messages.py`; figures about systems that are not built yet (reservations) are left out.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from scripts.sandbox import moments
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Membership
from scripts.sandbox.products import PASS_BY_NAME
from scripts.sandbox.truth import received, refunded
from scripts.sandbox.vendors.base import Row, Vendor
from scripts.sandbox.vendors.stripe import View as Stripe

REAL_PEOPLE = 7_400
STRIPE_NET_A_MONTH = 0.73 * 45_000


@dataclass(frozen=True)
class Line:
    """One figure: what was asked, what the town shows, both in `unit`."""

    what: str
    asked: float
    got: float
    unit: str = "%"


def measure(ledger: Ledger, views: list[Vendor]) -> list[Line]:
    """Every line of the calibration for a ledger and its views."""
    customers = next(view for view in views if view.name == "capitan").tables["customers"]
    stripe = next(view for view in views if isinstance(view, Stripe))
    return [
        *_people(ledger, customers),
        *_memberships(ledger, customers),
        *_visits(ledger, customers),
        *_passes(ledger),
        *_money(ledger, stripe),
        *_conversion(ledger),
    ]


def share(part: float, whole: float) -> float:
    """A percentage; 0 of nothing."""
    return 100 * part / whole if whole else 0.0


def _people(ledger: Ledger, customers: list[Row]) -> list[Line]:
    listed = {one.number: one.person for one in ledger.of("capitan") if one.exists(ledger.clock)}
    minors = [row for row in customers if listed[row["id"]].is_minor(ledger.clock)]
    adults = [row for row in customers if not listed[row["id"]].is_minor(ledger.clock)]
    houses = {person.household_id for person in listed.values()}
    alone, grown, families, two_names, apart = 0, 0, 0, 0, 0
    for house in (ledger.households[one] for one in houses):
        grown += len(house.adults)
        alone += len(house.people) == 1 and len(house.adults) == 1
        if house.children:
            families += 1
            two_names += len({person.family for person in house.people}) > 1
            guardians = house.children[0].guardians
            apart += len({one.household_id for one in guardians}) > 1
    links = Counter(
        guardian
        for person in ledger.people
        if person.household_id in houses
        for guardian in person.guardians
    )
    return [
        Line("customers in Capitan", ledger.settings.people, len(customers), ""),
        Line("minors", 35, share(len(minors), len(customers))),
        Line(
            "minors with an e-mail",
            15.6,
            share(sum(bool(row["email"]) for row in minors), len(minors)),
        ),
        Line(
            "adults with an e-mail",
            81,
            share(sum(bool(row["email"]) for row in adults), len(adults)),
        ),
        Line(
            "adults with a phone",
            78,
            share(sum(bool(row["telephone"]) for row in adults), len(adults)),
        ),
        Line(
            "customers with neither",
            40,
            share(
                sum(not row["email"] and not row["telephone"] for row in customers), len(customers)
            ),
        ),
        Line("adults alone for us", 58, share(alone, grown)),
        Line("children per parent", 1.7, sum(links.values()) / max(1, len(links)), ""),
        Line("families with two surnames", 30, share(two_names, families)),
        Line("separated parents", 6, share(apart, families)),
    ]


def _memberships(ledger: Ledger, customers: list[Row]) -> list[Line]:
    size = ledger.settings.people / REAL_PEOPLE
    active = [
        one
        for one in ledger.memberships
        if one.covers(ledger.clock) and not one.product.is_temporary
    ]
    people = {account.person.person_id for one in active for account in one.roster}
    owners = {one.owner.person.person_id for one in active}
    months, ended, switched, frozen = 0.0, 0, 0, 0
    heirs = {one.key for one in ledger.memberships}
    for one in ledger.memberships:
        if one.product.days is not None:
            continue
        first = max(one.start, ledger.settings.start)
        last = min(one.end or date.max, ledger.clock)
        months += max(0, (last - first).days) / 30.4
        if one.is_ended and one.end and one.end > ledger.settings.start:
            switched += one.key + "s" in heirs
            ended += one.key + "s" not in heirs
        frozen += sum(1 for span in one.spans[:-1] if span[1] > ledger.settings.start)
    return [
        Line("customers on an active membership", 5.6, share(len(people), len(customers))),
        Line("owners among them", 65, share(len(owners & people), len(people))),
        Line("membership records", 880 * size, len(ledger.memberships), ""),
        Line("end in a month", 4, share(ended, months)),
        Line("freeze in a month", 3, share(frozen, months)),
        Line("switch plan in a month", 2, share(switched, months)),
    ]


def _visits(ledger: Ledger, customers: list[Row]) -> list[Line]:
    methods = Counter(one.method for one in ledger.visits)
    total, weeks = len(ledger.visits), 0.0
    for one in ledger.memberships:
        for first, last in one.spans:
            first, last = max(first, ledger.settings.start), min(last, ledger.clock)
            weeks += max(0, (last - first).days) / 7 * (len(one.roster) - len(one.frozen))
    asked = {"MEM": 77.8, "ENT": 15.5, "FRE": 4.0, "GUE": 1.6, "EVE": 1.0}
    together = sum(one.group is not None for one in ledger.visits)
    late = sum(moments.local(one.moment).hour >= 18 for one in ledger.visits)
    return [
        Line("check-ins a customer", 3.4, total / max(1, len(customers)), ""),
        Line("check-ins a member and week", 0.7, methods["MEM"] / max(1.0, weeks), ""),
        *(
            Line(f"check-ins {method}", figure, share(methods[method], total))
            for method, figure in asked.items()
        ),
        Line("visits really together", 30, share(together, total)),
        Line("visits after 18:00 (no figure)", 0, share(late, total)),
    ]


def _passes(ledger: Ledger) -> list[Line]:
    entries = [one for one in ledger.visits if one.method == "ENT"]
    sizes = Counter(one.entries for one in ledger.passes if PASS_BY_NAME[one.product].entries == 1)
    bought = sum(sizes.values())
    return [
        Line(
            "entries on somebody else's pass",
            22,
            share(sum(one.owner is not None for one in entries), len(entries)),
        ),
        Line("groups of 1", 74.0, share(sizes[1], bought)),
        Line("groups of 2", 18.9, share(sizes[2], bought)),
        Line("groups of 3-4", 6.4, share(sizes[3] + sizes[4], bought)),
        Line(
            "groups of 5 and more",
            0.7,
            share(sum(n for size, n in sizes.items() if size >= 5), bought),
        ),
    ]


def _money(ledger: Ledger, stripe: Stripe) -> list[Line]:
    paid = [one for one in stripe.payments if one.is_live and one.is_captured]
    gross = sum(received(one) for one in paid)
    back = sum(refunded(one, ledger) for one in paid)
    fees = sum(stripe.fee(one) for one in paid)
    months = ledger.settings.days + (ledger.clock - ledger.settings.today).days
    refunds = [(one, refund) for one in paid for refund in one.refunds if not refund.fails]
    partial = sum(refund.cents < one.cents for one, refund in refunds)
    waits = [(refund.moment - (one.success or 0)) / moments.DAY for one, refund in refunds]
    lines = [
        Line(
            "Stripe net a month, dollars",
            STRIPE_NET_A_MONTH * ledger.settings.people / REAL_PEOPLE,
            (gross - back - fees) / 100 / (months / 30.44),
            "",
        ),
        Line("refunds of gross", 5.8, share(back, gross)),
        Line("refunds that are partial", 50, share(partial, len(refunds))),
        Line(
            "refunds later than two days", 33, share(sum(wait > 2 for wait in waits), len(refunds))
        ),
        Line(
            "refunds later than 60 days (some)",
            0,
            share(sum(wait > 60 for wait in waits), len(refunds)),
        ),
    ]
    for what, asked, college in (
        ("renewals declined once", 5.0, False),
        ("... college", 11.6, True),
    ):
        bills = [
            one
            for one in ledger.payments
            if one.kind == "membership_renewal" and ("College" in one.product) == college
        ]
        declined = [one for one in bills if one.attempts[0].decline]
        lines.append(Line(what, asked, share(len(declined), len(bills))))
        if not college:
            week = sum(
                one.success is not None and one.success - one.created < 8 * moments.DAY
                for one in declined
            )
            lines.append(Line("... recovered within a week (most)", 80, share(week, len(declined))))
    return lines


def _conversion(ledger: Ledger) -> list[Line]:
    came: dict[str, list[int]] = {}
    bought: dict[str, int] = {}
    for visit in ledger.visits:
        came.setdefault(visit.account.person.person_id, []).append(visit.moment)
    for entry in ledger.passes:
        person = entry.owner.person.person_id
        bought[person] = min(bought.get(person, entry.bought), entry.bought)
    first: dict[str, Membership] = {}
    two_weeks: dict[str, int] = {}
    members: dict[str, int] = {}
    for one in ledger.memberships:
        owner = one.owner.person.person_id
        if "2-Week" in one.product.name:
            two_weeks.setdefault(owner, one.bought)
        elif not one.product.is_temporary:
            first.setdefault(owner, one)
            members.setdefault(owner, one.bought)
    since = ledger.settings.start + timedelta(days=60)
    earlier = [
        sum(moment < one.bought for moment in came.get(owner, ()))
        for owner, one in first.items()
        if one.start >= since and not one.owner.person.case
    ]
    ordinary = {one.person_id for one in ledger.people if not one.case}
    buyers = [person for person in bought if person in ordinary]
    followed = sum(two_weeks.get(person, 0) > bought[person] for person in buyers)
    ripe = [person for person in two_weeks if two_weeks[person] < ledger.horizon - 30 * moments.DAY]
    stayed = sum(members.get(person, 0) > two_weeks[person] for person in ripe)
    return [
        Line(
            "first members who had never visited",
            59,
            share(sum(n == 0 for n in earlier), len(earlier)),
        ),
        Line("visits before the first membership", 1.2, sum(earlier) / max(1, len(earlier)), ""),
        Line("day pass buyers who took a 2-week pass", 9, share(followed, len(buyers))),
        Line("2-week passes that became memberships", 31, share(stayed, len(ripe))),
    ]


def pairs(ledger: Ledger, views: list[Vendor]) -> list[tuple[str, int, int]]:
    """(case, pairs that are one person, pairs that are not), of records that can be seen now."""
    seen = {record.origin for view in views for record in view.records()}
    counts: dict[str, list[int]] = {}
    for pair in ledger.pairs:
        if pair.a in seen and pair.b in seen:
            counts.setdefault(pair.case, [0, 0])[0 if pair.is_same else 1] += 1
    return [(case, same, other) for case, (same, other) in sorted(counts.items())]
