"""Who is given which arm, what an experiment says in the end, and what visits earn."""

import math
import sqlite3
from datetime import date, timedelta
from statistics import NormalDist
from typing import Any

import pytest

from tests.behaviour.days import DAY, EXPERIMENTS, Days

HOUSEHOLDS = "customer_id varchar, household_id varchar"
FOLLOWED = "former_customer_id varchar, customer_id varchar"
EVENTS = "customer_id varchar, event_type varchar, event_date date, event_details json"
OFFERS = (
    "offer_id varchar, is_active boolean, trigger_type varchar, trigger_threshold integer,"
    " trigger_window varchar, trigger_audience varchar, cooldown_days integer,"
    " reward_expiration_days integer, max_per_person integer"
)


def experiment(**weights: int) -> list[tuple[Any, ...]]:
    """An experiment of a month with these arms."""
    until = DAY + timedelta(30)
    return [
        ("e", arm, weight, f"flag_{arm}", "entry", "goal", 10, 0.2, DAY, until, False)
        for arm, weight in weights.items()
    ]


def enter(
    days: Days, day: date, homes: dict[str, str], merged: dict[str, str] | None = None
) -> Any:
    """A day on which these people, of these households, have the flag of the experiment."""
    days.put("marts.household", HOUSEHOLDS, *homes.items())
    ids = {who: who for who in homes} | (merged or {})
    days.put("intermediate.int_identity__followed", FOLLOWED, *ids.items())
    flags = [(who, "child_entry" if number % 2 else "entry") for number, who in enumerate(homes)]
    days.put("marts.customer_flags", "customer_id varchar, flag_type varchar", *flags)
    models = ("assignments", "arms", "sample_ratio")
    days.run(
        day,
        *(f"outreach/experiment_{model}" for model in models),
        ledgers=("experiment_assignments",),
    )
    return dict(days.rows("select customer_id, arm from marts.experiment_assignments"))


def test_arms_are_as_large_as_their_weights_and_a_household_has_one(days: Days) -> None:
    days.put("seeds.experiments", EXPERIMENTS, *experiment(A=1, B=2, C=1))
    homes = {f"c{number}": f"h{number // 2}" for number in range(8000)}
    arms = enter(days, DAY, homes)
    assert all(arms[f"c{number}"] == arms[f"c{number + 1}"] for number in range(0, 8000, 2))
    sizes = {arm: sum(one == arm for one in arms.values()) / 8000 for arm in "ABC"}
    assert sizes == pytest.approx({"A": 0.25, "B": 0.5, "C": 0.25}, abs=0.03)
    ((count, chi_squared, p_value),) = days.rows(
        "select household_count, chi_squared, p_value from marts.experiment_sample_ratio"
    )
    expected = {"A": 1000, "B": 2000, "C": 1000}
    assert count == 4000
    assert chi_squared == pytest.approx(
        sum((4000 * sizes[arm] - n) ** 2 / n for arm, n in expected.items())
    )
    # Of two degrees of freedom the chance is known exactly.
    assert p_value == pytest.approx(math.exp(-chi_squared / 2), abs=0.01)


def test_a_lopsided_assignment_is_noticed(days: Days) -> None:
    days.put("seeds.experiments", EXPERIMENTS, *experiment(A=1, B=1))
    columns = "experiment_id varchar, arm varchar, household_id varchar"
    rows = [("e", "A" if number % 8 < 5 else "B", f"h{number}") for number in range(400)]
    days.put("marts.experiment_assignments", columns, *rows)
    days.run(DAY, "outreach/experiment_sample_ratio")
    ((p_value,),) = days.rows("select p_value from marts.experiment_sample_ratio")
    assert p_value == pytest.approx(2 * (1 - NormalDist().cdf(5)), abs=1e-6)


def test_an_arm_is_never_changed_and_who_moves_in_gets_that_of_the_household(days: Days) -> None:
    days.put("seeds.experiments", EXPERIMENTS, *experiment(A=1, B=1))
    first = enter(days, DAY, {f"c{number}": f"h{number}" for number in range(40)})
    # Every household has another name today, and somebody new in it; weights are others, too.
    days.put("seeds.experiments", EXPERIMENTS, *experiment(A=9, B=1))
    homes = {f"{kind}{number}": f"n{number}" for number in range(40) for kind in "cd"}
    second = enter(days, DAY + timedelta(1), homes)
    assert {who: second[who] for who in first} == first
    assert all(second[f"d{number}"] == first[f"c{number}"] for number in range(40))
    with sqlite3.connect(days.store) as store:
        assert store.execute("select count(*) from experiment_assignments").fetchone() == (80,)


def test_households_put_together_from_two_arms_leave_the_analysis_and_are_counted(
    days: Days,
) -> None:
    days.put("seeds.experiments", EXPERIMENTS, *experiment(A=1, B=1))
    homes = {f"c{number}": f"h{number}" for number in range(40)}
    arms = enter(days, DAY, homes)
    a, b = (next(who for who in arms if arms[who] == arm) for arm in "AB")
    together = homes | {a: "both", b: "both", "new": "both"}
    assert "new" not in enter(days, DAY + timedelta(1), together)
    days.put("marts.customer_events", EVENTS)
    days.run(DAY + timedelta(20), "outreach/experiment_results")
    counted = days.rows(
        "select arm, household_count, mixed_count, analysed_count from marts.experiment_results"
    )
    sizes = {arm: sum(one == arm for one in arms.values()) for arm in "AB"}
    assert sorted(counted) == [(arm, sizes[arm], 1, sizes[arm] - 1) for arm in "AB"]


def test_results_are_what_the_textbook_says(days: Days) -> None:
    days.put("seeds.experiments", EXPERIMENTS, *experiment(A=1, B=1))
    rows = [
        ("e", f"{arm}{number}", f"{arm}{number // 2}", arm, DAY + timedelta(number >= 300), False)
        for arm in "AB"
        for number in range(320)
    ]
    days.put(
        "marts.experiment_arms",
        "experiment_id varchar, customer_id varchar, household_id varchar, arm varchar,"
        " assigned_on date, is_mixed boolean",
        *rows,
    )
    in_time, late = DAY + timedelta(10), DAY + timedelta(11)
    goals = [("A", 60, in_time), ("B", 100, in_time), ("A", 200, late)]
    days.put(
        "marts.customer_events",
        EVENTS,
        *((f"{arm}{n}", "goal", day, "{}") for arm, count, day in goals for n in range(count)),
        *((f"A{n}", "goal", DAY, '{"product": "2-Week Pass"}') for n in range(300)),
    )
    days.run(in_time, "outreach/experiment_results")
    found = days.rows(
        "select waiting_count, analysed_count, converted_count, conversion_rate, rate_low,"
        " rate_high, difference, difference_low, difference_high, power"
        " from marts.experiment_results order by arm"
    )
    assert [row[:3] for row in found] == [(10, 150, 30), (10, 150, 50)]
    for row, rate in zip(found, (0.2, 1 / 3), strict=True):
        low, high = wilson(rate, 150)
        assert row[3:6] == pytest.approx((rate, low, high))
    error = math.sqrt(0.2 * 0.8 / 150 + (1 / 3) * (2 / 3) / 150)
    wanted = math.sqrt(0.2 * 0.8 / 150 + 0.4 * 0.6 / 150)
    assert found[0][6:] == (None, None, None, None)
    assert found[1][6:] == pytest.approx(
        (
            1 / 3 - 0.2,
            1 / 3 - 0.2 - 1.959964 * error,
            1 / 3 - 0.2 + 1.959964 * error,
            NormalDist().cdf(0.2 / wanted - 1.959964),
        ),
        abs=1e-6,
    )


def wilson(rate: float, count: int) -> tuple[float, float]:
    """The interval by solving its own equation: where the rate is just 1.96 errors away."""
    z = NormalDist().inv_cdf(0.975)

    def edge(inside: float, outside: float) -> float:
        for _ in range(200):
            middle = (inside + outside) / 2
            far = abs(rate - middle) > z * math.sqrt(middle * (1 - middle) / count)
            inside, outside = (inside, middle) if far else (middle, outside)
        return inside

    return edge(rate, 0.0), edge(rate, 1.0)


def award(days: Days, day: date, visits: dict[str, list[int]], members: set[str]) -> Any:
    """A day on which people have come so many days ago; their awards as offer, customer and day."""
    rows = [(who, day - timedelta(n)) for who, ago in visits.items() for n in ago]
    days.put("marts.visit_days", "customer_id varchar, visit_date date", *rows)
    days.put(
        "marts.member_standing",
        "customer_id varchar, is_active_member boolean",
        *((who, who in members) for who in visits),
    )
    days.put(
        "marts.dim_customers",
        "customer_id varchar, is_deleted boolean",
        *((who, who == "deleted") for who in visits),
    )
    days.put("intermediate.int_identity__followed", FOLLOWED, *((who, who) for who in visits))
    days.run(day, "outreach/offer_awards", ledgers=("offer_awards",))
    return set(days.rows("select offer_id, customer_id, awarded_on from marts.offer_awards"))


def test_visits_earn_rewards_within_their_window_audience_cool_down_and_maximum(
    days: Days,
) -> None:
    days.put(
        "seeds.offers",
        OFFERS,
        ("week", True, "visit_count", 2, "rolling_7d", "all", 5, 30, 2),
        ("month", True, "visit_count", 3, "calendar_month", "members_only", 30, 30, 9),
        ("guests", True, "visit_count", 3, "rolling_30d", "non_members_only", 30, 30, 9),
        ("ever", True, "visit_count", 4, "lifetime", "all", 30, 30, 1),
        ("summer", True, "visit_milestone", 2, "2026-01-30", "all", 0, 30, 9),
        ("over", False, "visit_count", 1, "lifetime", "all", 0, 30, 9),
    )
    visits = {
        "member": [0, 1, 30],
        "guest": [6, 7, 29],
        "late": [7, 8, 31, 400],
        "deleted": [0, 1, 2],
    }
    awarded = {
        ("week", "member", DAY),
        ("summer", "member", DAY),
        ("month", "member", DAY),
        ("guests", "guest", DAY),
        ("ever", "late", DAY),
    }
    assert award(days, DAY, visits, {"member"}) == awarded
    assert award(days, DAY, visits, {"member"}) == awarded
    weekly = {"member": [0, 1]}
    assert award(days, DAY + timedelta(4), weekly, {"member"}) == awarded
    awarded |= {("week", "member", DAY + timedelta(5))}
    assert award(days, DAY + timedelta(5), weekly, {"member"}) == awarded
    assert award(days, DAY + timedelta(50), weekly, {"member"}) == awarded
    assert days.rows("select status from marts.offer_awards where offer_id = 'ever'") == [
        ("expired",)
    ]
