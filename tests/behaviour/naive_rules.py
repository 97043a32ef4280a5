"""Every rule's sentence once more, in plain Python over a file's events: slow, and on its own.

Nothing here reads a table that the rules' SQL makes; `expected_flags` says who must have what.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb

Rule = Callable[["Person", date], bool]
PAYMENTS = ("membership_purchase", "membership_renewal")


@dataclass
class Membership:
    name: str
    start: date
    end: date | None
    is_frozen: bool
    has_bills: bool
    is_owner: bool = False
    is_on_roster: bool = False

    @property
    def is_temporary(self) -> bool:
        return bool(re.search("2[- ]week|two week|2wk|companion pass", self.name.lower()))

    @property
    def is_two_week(self) -> bool:
        return bool(re.search("2[- ]week|two week", self.name.lower()))


@dataclass
class Person:
    minor: str = "unknown"
    is_deleted: bool = False
    email: str | None = None
    is_dated: bool = False
    sources: str = ""
    events: list[tuple[str, date, dict[str, Any]]] = field(default_factory=list)
    memberships: dict[str, Membership] = field(default_factory=dict)
    payments: list[tuple[date, Decimal]] = field(default_factory=list)
    parties: list[tuple[str, date]] = field(default_factory=list)
    offers: set[str] = field(default_factory=set)
    guardians: set[str] = field(default_factory=set)
    has_child: bool = False
    had_word_of_a_party: bool = False

    def days(self, *types: str) -> list[date]:
        return sorted({day for kind, day, _ in self.events if kind in types})

    @property
    def visits(self) -> list[date]:
        return self.days("checkin")

    def visits_within(self, today: date, days: int) -> list[date]:
        return [day for day in self.visits if today - timedelta(days) < day <= today]

    def passes(self, *, paid_only: bool = False) -> list[date]:
        """Days of use, and days of purchase that no use followed within sixty days."""
        methods = ("ENT", "GUE") if paid_only else ("ENT", "GUE", "FRE", "EVE")
        uses = self.days("day_pass_checkin")
        counted = {
            day
            for kind, day, details in self.events
            if kind == "day_pass_checkin" and details.get("entry_method") in methods
        }
        for bought in self.days("day_pass_purchase"):
            if not any(0 <= (used - bought).days <= 60 for used in uses):
                counted.add(bought)
        return sorted(counted)

    def membership_days(self, *types: str) -> list[date]:
        """Days of such events, those of temporary passes left out."""
        return sorted(
            day
            for kind, day, details in self.events
            if kind in types
            and not re.search(
                "2[- ]week|two week|2wk|companion pass",
                (details.get("membership_name") or details.get("product") or "").lower(),
            )
        )

    @property
    def on_roster(self) -> list[Membership]:
        return [m for m in self.memberships.values() if m.is_on_roster and not m.is_temporary]

    @property
    def active(self) -> list[Membership]:
        return [m for m in self.on_roster if not m.is_frozen]

    @property
    def is_member(self) -> bool:
        paid = self.membership_days(*PAYMENTS)
        ended = self.membership_days("membership_cancelled", "membership_ended")
        return bool(self.on_roster) or bool(paid and (not ended or paid[-1] > ended[-1]))

    @property
    def quiet_since(self) -> date | None:
        if not self.active:
            return None
        return self.visits[-1] if self.visits else max(m.start for m in self.active)


def ready_for_membership(person: Person, today: date) -> bool:
    return (
        any((today - day).days <= 14 for day in person.passes(paid_only=True))
        and not person.membership_days(*PAYMENTS)
        and not person.on_roster
    )


def first_time_day_pass_2wk_offer(person: Person, today: date) -> bool:
    days = person.passes()
    return (
        bool(days)
        and (today - days[-1]).days <= 5
        and (len(days) == 1 or (days[-1] - days[-2]).days >= 60)
        and not person.is_member
        and not began_two_weeks(person, today)
    )


def began_two_weeks(person: Person, today: date) -> bool:
    return any(
        kind == "membership_started"
        and re.search("2[- ]week|two week", details.get("membership_name", "").lower())
        for kind, _, details in person.events
    )


def party(role: str, ahead: int) -> Rule:
    return lambda person, today: (role, today + timedelta(ahead)) in person.parties


def fifty_percent_offer_sent(person: Person, today: date) -> bool:
    return any(
        kind == "email_sent" and (today - day).days <= 3 and details["campaign_id"] in person.offers
        for kind, day, details in person.events
    )


def membership_cancelled_winback(person: Person, today: date) -> bool:
    ended = person.membership_days("membership_cancelled")
    others = person.membership_days(*PAYMENTS, "membership_started")
    return (
        bool(ended)
        and (today - ended[-1]).days <= 7
        and not any(day > ended[-1] for day in others)
        and not person.on_roster
    )


def new_member(person: Person, today: date) -> bool:
    began = person.membership_days("membership_started", "membership_purchase")
    if not began or (today - began[-1]).days > 3:
        return False
    joining = ("membership_started", "membership_purchase")
    other = ("membership_renewal", "membership_cancelled")
    return not any(
        least < (began[-1] - day).days <= 180
        for types, least in ((joining, 3), (other, 0))
        for day in person.membership_days(*types)
    )


def has_youth(person: Person, today: date) -> bool:
    words = "youth|family|junior|kid|child"
    owned = [m for m in person.memberships.values() if m.is_owner]
    return (
        person.has_child
        or person.had_word_of_a_party
        or any(re.search(words, m.name.lower()) for m in owned)
    )


def lapsed_member(person: Person, today: date) -> bool:
    return person.quiet_since is not None and (today - person.quiet_since).days > 30


def ghost_member(person: Person, today: date) -> bool:
    return (
        bool(person.active)
        and (today - max(m.start for m in person.active)).days >= 30
        and not person.visits_within(today, 30)
    )


def churn_risk(person: Person, today: date) -> bool:
    own = [m for m in person.active if not re.search("bcf|staff", m.name.lower())]
    return (
        any((today - m.start).days >= 14 for m in own)
        and not person.visits_within(today, 14)
        and bool(person.visits_within(today, 60))
    )


def membership_candidate(person: Person, today: date) -> bool:
    spent = sum(amount for day, amount in person.payments if 0 <= (today - day).days < 90)
    recent = [day for day in person.passes() if (today - day).days < 60]
    return (len(recent) >= 3 or spent >= 100) and not person.is_member


def day_pass_loyalist(person: Person, today: date) -> bool:
    days = person.passes()
    return len(days) >= 5 and (today - days[-1]).days < 90 and not person.is_member


def tenth_visit(person: Person, today: date) -> bool:
    return len(person.visits) >= 10 and (today - person.visits[9]).days < 7


def fading_star(person: Person, today: date) -> bool:
    late = len(person.visits_within(today, 28))
    early = len(person.visits_within(today, 84)) - late
    return bool(person.active) and early >= 3 * 8 and late < 4


def super_user(person: Person, today: date) -> bool:
    weeks = [person.visits_within(today - timedelta(7 * week), 7) for week in range(8)]
    return all(len(week) >= 4 for week in weeks)


def weekend_warrior(person: Person, today: date) -> bool:
    days = person.visits_within(today, 90)
    return len(days) >= 10 and sum(day.weekday() >= 5 for day in days) >= 0.8 * len(days)


def newbie_rockstar(person: Person, today: date) -> bool:
    if not person.visits or not 14 <= (today - person.visits[0]).days < 60:
        return False
    return len(person.visits) / ((today - person.visits[0]).days + 1) >= 3 / 7


def membership_ending_soon(person: Person, today: date) -> bool:
    """All that somebody is on ends, the last of it within thirty days."""
    ends = [m.end for m in person.on_roster]
    if not ends or any(m.has_bills for m in person.on_roster) or None in ends:
        return False
    return 0 <= (max(end for end in ends if end) - today).days <= 30


def back_after_break(person: Person, today: date) -> bool:
    return any(
        (today - day).days < 3 and (day - before).days >= 14
        for before, day in zip(person.visits, person.visits[1:], strict=False)
    )


def event_enthusiast(person: Person, today: date) -> bool:
    booked = [
        day
        for kind, day, _ in person.events
        if kind in ("event_booking", "programming_purchase") and (today - day).days < 90
    ]
    return len(booked) >= 3 and len(person.visits_within(today, 90)) < 6


RULES: dict[str, Rule] = {
    "ready_for_membership": ready_for_membership,
    "first_time_day_pass_2wk_offer": first_time_day_pass_2wk_offer,
    "second_visit_offer_eligible": first_time_day_pass_2wk_offer,
    "2_week_pass_purchase": began_two_weeks,
    "birthday_party_host_one_week_out": party("host", 7),
    "birthday_party_attendee_one_week_out": party("guest", 7),
    "birthday_party_host_six_days_out": party("host", 6),
    "birthday_party_host_completed": party("host", -1),
    "fifty_percent_offer_sent": fifty_percent_offer_sent,
    "membership_cancelled_winback": membership_cancelled_winback,
    "new_member": new_member,
    "active-membership": lambda person, today: any(
        not m.is_temporary for m in person.memberships.values()
    ),
    "active-prepaid-pass": lambda person, today: any(
        m.is_owner and m.is_two_week for m in person.memberships.values()
    ),
    "has-youth": has_youth,
    "no_email": lambda person, today: person.email is None and person.is_dated,
    "lapsed_member": lapsed_member,
    "ghost_member": ghost_member,
    "purchase_without_account": lambda person, today: (
        bool(person.days("day_pass_purchase")) and "capitan" not in person.sources.split("|")
    ),
    "churn_risk": churn_risk,
    "membership_candidate": membership_candidate,
    "day_pass_loyalist": day_pass_loyalist,
    "tenth_visit": tenth_visit,
    "fading_star": fading_star,
    "super_user": super_user,
    "weekend_warrior": weekend_warrior,
    "newbie_rockstar": newbie_rockstar,
    "membership_ending_soon": membership_ending_soon,
    "back_after_break": back_after_break,
    "event_enthusiast": event_enthusiast,
    "vip": lambda person, today: sum(amount for _, amount in person.payments) >= 2000,
}
ABOUT_CHILDREN = (
    "ready_for_membership",
    "first_time_day_pass_2wk_offer",
    "second_visit_offer_eligible",
    "2_week_pass_purchase",
    "birthday_party_attendee_one_week_out",
    "new_member",
    "membership_cancelled_winback",
)
NOT_FOR_CHILDREN = (
    "birthday_party_host_one_week_out",
    "birthday_party_host_six_days_out",
    "birthday_party_host_completed",
    "fifty_percent_offer_sent",
    "has-youth",
    "no_email",
    "membership_candidate",
    "day_pass_loyalist",
    "vip",
)


def people(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, Person], date]:
    """Everybody in a file with what they did, and its day."""

    def rows(sql: str) -> list[tuple[Any, ...]]:
        return connection.execute(sql).fetchall()

    ((today,),) = rows("select as_of_date from staging.stg_ops__run")
    found: dict[str, Person] = {}
    for key, minor, deleted, email, seen, sources in rows(
        "select customer_id, minor, is_deleted, primary_email, first_seen_at, sources"
        " from marts.dim_customers"
    ):
        found[key] = Person(minor, deleted, email, seen is not None, sources)
    for key, kind, day, details in rows(
        "select customer_id, event_type, event_date, event_details from marts.customer_events"
    ):
        found[key].events.append((kind, day, json.loads(details or "{}")))
    homes = dict(rows("select record_key, customer_id from intermediate.int_identity__members"))
    add_memberships(found, homes, today, rows)
    for record, day, amount in rows(
        "select record_key, (paid_at at time zone 'UTC' at time zone 'America/Chicago')::date,"
        " gross - refunded from marts.fct_payments where payment_status = 'paid'"
    ):
        if record in homes:
            found[homes[record]].payments.append((day, amount))
    for record, role, day in rows(
        "select record_key, role, party_date from intermediate.int_party_person__unioned"
    ):
        if record in homes:
            found[homes[record]].parties.append((role, day))
    half = {
        campaign
        for campaign, amount in rows(
            "select campaign_id, offer_amount from intermediate.int_campaign_offers__enrichment"
        )
        if "50%" in (amount or "")
    }
    for parent, child in rows(
        "select parent_customer_id, child_customer_id from marts.family_relationships"
        " where confidence <> 'low'"
    ):
        found[parent].has_child = True
        found[child].guardians.add(parent)
    for key, flag in rows("select addressee_customer_id, flag_type from marts.deliveries"):
        found[key].had_word_of_a_party |= "birthday_party_" in flag
    for person in found.values():
        person.offers = half
    return found, today


def add_memberships(
    found: dict[str, Person],
    homes: dict[str, str],
    today: date,
    rows: Callable[[str], list[tuple[Any, ...]]],
) -> None:
    """What runs today, with everybody on it and whoever owns it."""
    sold = {}
    for key, owner, name, start, end, unfrozen, bills in rows(
        "select membership_instance_id, owner_capitan_customer_id, membership_name, start_date,"
        " end_date, unfreeze_date, upcoming_bill_dates from intermediate.int_gym__memberships"
        " where membership_status = 'ACT' and not is_deleted"
    ):
        if start is None or start > today:
            continue
        is_frozen = unfrozen is not None and unfrozen > today
        sold[key] = (owner, name, start, end, is_frozen, bool(json.loads(bills or "[]")))
    roster = defaultdict(list)
    for key, account, is_frozen in rows(
        "select membership_instance_id, capitan_customer_id, is_individually_frozen"
        " from intermediate.int_gym__membership_members"
    ):
        roster[key].append((account, is_frozen))
    for key, (owner, name, start, end, is_frozen, has_bills) in sold.items():
        asleep: dict[str, list[bool]] = defaultdict(list)
        for account, individually in roster[key]:
            if home := homes.get(f"capitan:customer:{account}"):
                asleep[home].append(bool(individually))
        for home, frozen in asleep.items():
            found[home].memberships[key] = Membership(
                name, start, end, is_frozen or all(frozen), has_bills, is_on_roster=True
            )
        if home := homes.get(f"capitan:customer:{owner}"):
            person = found[home]
            person.memberships.setdefault(key, Membership(name, start, end, is_frozen, has_bills))
            person.memberships[key].is_owner = True


def expected_flags(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Who must have which flag, by flag type; types that nobody has are there with nobody."""
    found, today = people(connection)
    flags: dict[str, set[str]] = {}
    for name, rule in RULES.items():
        met = {key for key, one in found.items() if not one.is_deleted and rule(one, today)}
        children = {key for key in met if found[key].minor == "yes"}
        if name in ABOUT_CHILDREN:
            flags[f"child_{name}"] = {k for k in children if not met & found[k].guardians}
        flags[name] = met - children if name in ABOUT_CHILDREN + NOT_FOR_CHILDREN else met
    return flags


def listed_flags(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Who has which flag in the file."""
    listed = defaultdict(set)
    for key, flag in connection.execute(
        "select customer_id, flag_type from marts.customer_flags"
    ).fetchall():
        listed[flag].add(key)
    return listed
