"""The six words that every figure of the gym rests on, each against a naive reckoning by day.

An active member, a new member, attrition, a visit, a day pass, a lead: the reckoning reads what
Capitan showed and the customers it is about, and shares no SQL with the models.
"""

from collections import defaultdict
from datetime import timedelta

from tests.behaviour.reckoning import TODAY, entries, member_days, rosters
from tests.behaviour.warehouse import Warehouse

LEAD_EVENTS = {
    "day_pass_purchase", "day_pass_purchased_no_checkin", "programming_purchase", "event_booking",
    "camp_signup", "fitness_class_signup", "climbing_class_signup", "youth_program_signup",
    "competition_signup", "event_signup",
}  # fmt: skip


def test_an_active_member_is_on_a_running_unfrozen_roster_today(published_once: Warehouse) -> None:
    naive = {
        customer
        for customer, _, status, start, _, unfreeze, is_frozen in rosters(published_once)
        if status == "ACT" and start <= TODAY and not is_frozen
        if unfreeze is None or unfreeze <= TODAY
    }
    ours = published_once.query(
        "select distinct customer_id from marts.membership_people where is_active_member"
    )
    assert naive and {row[0] for row in ours} == naive


def test_a_new_member_is_one_on_the_first_day_of_all(published_once: Warehouse) -> None:
    naive = {
        (customer, min(days)) for customer, days in member_days(published_once).items() if days
    }
    ours = published_once.query(
        "select customer_id, started_date from marts.member_stints where is_new_member"
    )
    assert naive and set(ours) == naive


def test_attrition_is_the_first_day_without_any_membership(published_once: Warehouse) -> None:
    # A new membership on the day after goes on with the old one.
    naive = {
        (customer, day + timedelta(days=1))
        for customer, days in member_days(published_once).items()
        for day in days
        if day < TODAY and not days & {day + timedelta(days=1), day + timedelta(days=2)}
    }
    ours = published_once.query(
        "select customer_id, ended_date from marts.member_stints where is_attrition"
    )
    assert naive and set(ours) == naive


def test_a_visit_is_a_day_with_an_entry(published_once: Warehouse) -> None:
    days = defaultdict(set)
    for customer, day, *_ in entries(published_once):
        days[customer].add(day)
    ours = dict(published_once.query("select customer_id, visit_count from marts.visits"))
    assert days and ours == {customer: len(found) for customer, found in days.items()}


def test_a_day_pass_is_used_by_whoever_enters_so_and_is_no_member_that_day(
    published_once: Warehouse,
) -> None:
    members = member_days(published_once)
    naive = {
        number
        for customer, day, method, text, number in entries(published_once)
        if method in ("ENT", "GUE", "FRE")
        or (method == "EVE" and ("birthday" in text or "bday" in text))
        if day not in members[customer]
    }
    ours = published_once.query("select checkin_id from marts.day_pass_visits")
    assert naive and {row[0] for row in ours} == naive


def test_a_lead_has_shown_interest_within_two_years(published_once: Warehouse) -> None:
    since = TODAY - timedelta(days=730)
    naive = {
        customer
        for customer, day, method, _, _ in entries(published_once)
        if method in ("ENT", "GUE", "FRE", "EVE") and day >= since
    } | {
        customer
        for customer, day, kind, source in published_once.query(
            "select customer_id, event_date, event_type, event_source from marts.customer_events"
        )
        if day >= since
        and (
            kind in LEAD_EVENTS
            or (source == "shopify" and kind in ("retail_purchase", "other_purchase"))
        )
    }
    ours = published_once.query("select customer_id from marts.leads")
    assert naive and {row[0] for row in ours} == naive
    members = {
        row[0]
        for row in published_once.query(
            "select customer_id from marts.membership_people where is_active_member"
        )
    }
    master = published_once.query(
        "select customer_id from marts.customers_master where is_lead and not is_lapsed_member"
    )
    assert {row[0] for row in master} <= naive - members
