"""The gym's derived tables against a naive reckoning over what Capitan and Stripe showed."""

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.behaviour.reckoning import TODAY, entries, member_days, rosters
from tests.behaviour.warehouse import Warehouse


def visit_days(warehouse: Warehouse) -> dict[str, list[date]]:
    """The days on which each customer entered, in order."""
    found = defaultdict(set)
    for customer, day, *_ in entries(warehouse):
        found[customer].add(day)
    return {customer: sorted(days) for customer, days in found.items()}


def by_key(warehouse: Warehouse, columns: str, table: str) -> dict[Any, tuple[Any, ...]]:
    """Rows of a mart by their first column."""
    return {row[0]: row[1:] for row in warehouse.query(f"select {columns} from marts.{table}")}


def test_at_risk_members_have_not_come_for_two_weeks(published_once: Warehouse) -> None:
    days = visit_days(published_once)
    naive = Counter()
    oldest: dict[str, tuple[date, str]] = {}
    for customer, name, status, start, _, unfreeze, is_frozen in rosters(published_once):
        runs = status == "ACT" and start <= TODAY and not is_frozen
        if runs and (unfreeze is None or unfreeze <= TODAY):
            if "bcf" in name.lower() or "staff" in name.lower():
                continue
            oldest[customer] = min(oldest.get(customer, (start, name)), (start, name))
    for customer, (start, _) in oldest.items():
        seen = days.get(customer, [])
        if (TODAY - start).days < 14 or any((TODAY - day).days < 14 for day in seen):
            continue
        is_recent = any((TODAY - day).days < 60 for day in seen)
        naive["Declining Activity" if is_recent else "Very Inactive"] += 1
    ours = published_once.query("select risk_category from marts.export_capitan__at_risk_members")
    assert naive and Counter(row[0] for row in ours) == naive


def test_new_members_are_those_of_four_weeks_who_were_never_members_before(
    published_once: Warehouse,
) -> None:
    naive = sorted(
        min(days)
        for days in member_days(published_once).values()
        if days and (TODAY - min(days)).days <= 28 and max(days) == TODAY
    )
    ours = published_once.query("select start_date from marts.export_capitan__new_members")
    # Staff are left out of the list, and of no town of this size.
    assert sorted(row[0] for row in ours) == naive


def test_the_projection_adds_up_the_charges_to_come(published_once: Warehouse) -> None:
    naive: dict[date, Decimal] = defaultdict(Decimal)
    for dates, amount, unfreeze in published_once.query(
        "select upcoming_bill_dates::varchar, billing_amount, unfreeze_date"
        " from staging.stg_capitan__memberships where membership_status = 'ACT' and not is_deleted"
    ):
        for day in json.loads(dates or "[]"):
            if unfreeze is None or unfreeze <= TODAY:
                naive[date.fromisoformat(day)] += amount or 0
    ours = by_key(
        published_once, "date, projected_total", "export_capitan__membership_revenue_projection"
    )
    assert min(ours) == TODAY and (max(ours) + timedelta(days=1)).day == 1
    assert len(ours) == (max(ours) - min(ours)).days + 1
    assert {day: total for day, (total,) in ours.items() if total} == {
        day: total for day, total in naive.items() if total and day in ours
    }


def test_what_followed_a_day_pass_is_the_next_trial_and_the_next_membership(
    published_once: Warehouse,
) -> None:
    starts, trials = defaultdict(list), defaultdict(list)
    for customer, name, start in published_once.query(
        "select map.member_id, lower(memberships.membership_name), memberships.start_date"
        " from staging.stg_capitan__memberships as memberships"
        " inner join staging.stg_capitan__membership_members as people"
        " using (membership_instance_id) inner join marts.member_id_map as map"
        " on map.record_key = 'capitan:customer:' || people.capitan_customer_id"
        f" where memberships.start_date <= '{TODAY}'"
    ):
        if "2-week" in name:
            trials[customer].append(start)
        elif "companion" not in name:
            starts[customer].append(start)

    def following(days: list[date], day: date) -> date | None:
        place = bisect_left(sorted(days), day)
        return sorted(days)[place] if place < len(days) else None

    wrong = [
        row
        for row in published_once.query(
            "select customer_id, visit_date, conversion_2wk_date, conversion_member_date,"
            " converted_2wk_30d, converted_member_60d, days_to_member, converted"
            " from marts.export_analytics__day_pass_visits_enriched"
        )
        if (trial := following(trials[row[0]], row[1])) != row[2]
        or (member := following(starts[row[0]], row[1])) != row[3]
        or row[4] != (trial is not None and (trial - row[1]).days <= 30)
        or row[5] != (member is not None and (member - row[1]).days <= 60)
        or row[6] != (None if member is None else (member - row[1]).days)
        or row[7] != bool(trial or member)
    ]
    assert wrong == []


def test_engagement_counts_the_days_up_to_the_latest_day_pass(published_once: Warehouse) -> None:
    days, latest, passes = visit_days(published_once), {}, Counter()
    for customer, day in published_once.query(
        "select customer_id, visit_date from marts.day_pass_visits"
    ):
        latest[customer] = max(day, latest.get(customer, day))
        passes[customer] += 1
    naive = {}
    for customer, day in latest.items():
        before = [one for one in days[customer] if one <= day]
        earlier = before[-2] if len(before) > 1 else None
        naive[customer] = (
            day,
            earlier,
            None if earlier is None else (day - earlier).days,
            *(sum((day - one).days <= span for one in before) for span in (60, 180, 365)),
            passes[customer],
        )
    ours = by_key(
        published_once,
        "customer_id, latest_day_pass_date, previous_visit_date, days_since_last_visit,"
        " visits_last_2mo, visits_last_6mo, visits_last_12mo, total_day_pass_checkins",
        "export_analytics__day_pass_engagement",
    )
    assert naive and ours == naive


def test_cohorts_count_each_visit_once_and_wait_until_their_window_is_over(
    published_once: Warehouse,
) -> None:
    naive: dict[tuple[date, str], list[int]] = defaultdict(lambda: [0, 0])
    for month, category, is_member in published_once.query(
        "select cohort_month, visit_category_60d, converted_member_30d"
        " from marts.export_analytics__day_pass_visits_enriched"
    ):
        naive[month, category][0] += 1
        naive[month, category][1] += is_member
    for month, category, total, converted in published_once.query(
        "select cohort_month, visit_category, total_entries, converted_member_30d_entries"
        " from marts.export_analytics__conversion_cohorts"
    ):
        assert naive[month, category][0] == total
        is_over = month + timedelta(days=60) < TODAY
        assert converted == (naive[month, category][1] if is_over else None)


def test_failed_membership_payments_were_declined_and_are_not_paid(
    published_once: Warehouse,
) -> None:
    naive = {
        row[0]
        for row in published_once.query(
            f"""
            select intents.payment_intent_id
            from staging.stg_stripe__payment_intents as intents
            where intents.is_live and contains(intents.description, 'membership #')
                and intents.payment_intent_status in ('requires_payment_method', 'canceled')
                and intents.created_at >= timestamp '{TODAY - timedelta(days=90)} 06:00'
                and exists (
                    select 1 from staging.stg_stripe__charges as charges
                    where charges.payment_intent_id = intents.payment_intent_id
                        and charges.charge_status = 'failed'
                )
            """
        )
    }
    ours = by_key(
        published_once,
        "payment_intent_id, decline_code",
        "export_stripe__failed_membership_payments",
    )
    assert set(ours) == naive
    assert all(code and code != "card_declined" for (code,) in ours.values())
