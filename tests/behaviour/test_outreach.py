"""What is due to whom, and what is remembered of flags, in models alone over rows made by hand."""

import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from scripts import state
from tests.behaviour.days import ARMS, DAY, EXPERIMENTS, Days

FLAGS = "customer_id varchar, flag_type varchar, flag_date date"
RULES = (
    "flag_type varchar, category varchar, priority varchar, children varchar, destinations varchar,"
    " same_as varchar, cool_down_days integer, lifetime_days integer, is_persistent boolean"
)
PEOPLE = (
    "customer_id varchar, minor varchar, primary_email varchar, primary_phone varchar,"
    " is_deleted boolean"
)
GUARDIANS = (
    "child_customer_id varchar, parent_customer_id varchar, primary_email varchar,"
    " primary_phone varchar"
)
PERMISSIONS = "customer_id varchar, channel varchar, is_allowed boolean"
DELIVERIES = (
    "delivery_key varchar, destination varchar, customer_id varchar,"
    " addressee_customer_id varchar, flag_type varchar, delivered_on date"
)
EVALUATED = (
    "flag_type varchar, customer_id varchar, triggered_at timestamp, details json,"
    " is_about_child boolean, refused_because varchar"
)


def ago(count: int) -> date:
    return DAY - timedelta(count)


def put_people(days: Days, *people: tuple[Any, ...]) -> None:
    """Customers, all of whom want e-mail."""
    days.put("marts.dim_customers", PEOPLE, *people)
    days.put("marts.customer_permissions", PERMISSIONS, *((p[0], "email", True) for p in people))


def due(days: Days) -> dict[tuple[str, str], tuple[str, str | None, str | None]]:
    """State, addressee and e-mail by customer and destination."""
    days.run(DAY, "outreach/flags_due")
    return {
        (customer, destination): found
        for customer, destination, *found in days.rows(
            "select customer_id, destination, delivery_state, addressee_customer_id, contact_email"
            " from marts.flags_due"
        )
    }


@pytest.fixture
def due_days(days: Days) -> Days:
    """A rule that reaches Shopify and Klaviyo, a status, and two arms of an experiment."""
    days.put(
        "marts.rules",
        RULES,
        ("offer", "product", "high", "guardian", "shopify|klaviyo", "", 30, 14, False),
        ("status", "status", "low", "self", "shopify", "", 0, 14, True),
        ("twin", "product", "high", "guardian", "shopify", "offer", 30, 14, False),
    )
    days.put("seeds.experiments", EXPERIMENTS)
    days.put("marts.experiment_arms", ARMS)
    days.put("marts.guardian_contacts", GUARDIANS)
    days.put("marts.deliveries", DELIVERIES)
    return days


def test_an_adult_is_told_and_a_child_and_unknown_age_never_are(due_days: Days) -> None:
    put_people(
        due_days,
        ("adult", "no", "a@example.org", None, False),
        ("mute", "no", None, None, False),
        ("ageless", "unknown", "u@example.org", None, False),
        ("child", "yes", "c@example.org", None, False),
        ("sister", "yes", None, None, False),
        ("orphan", "yes", "o@example.org", None, False),
        ("left", "yes", None, None, False),
        ("member", "yes", "m@example.org", None, False),
        ("parent", "no", "p@example.org", None, False),
        ("gone", "no", "g@example.org", None, True),
    )
    due_days.put(
        "marts.guardian_contacts",
        GUARDIANS,
        ("child", "parent", "p@example.org", None),
        ("sister", "parent", "p@example.org", None),
        ("member", "parent", "p@example.org", None),
        ("left", "gone", "g@example.org", None),
    )
    due_days.put(
        "marts.customer_flags",
        FLAGS,
        *((who, "offer", DAY) for who in ("adult", "mute", "ageless")),
        *((who, "child_offer", DAY) for who in ("child", "sister", "orphan", "left")),
        ("member", "status", DAY),
    )
    found = due(due_days)
    assert found["adult", "shopify"] == found["adult", "klaviyo"]
    assert found["adult", "shopify"] == ["due", "adult", "a@example.org"]
    assert found["mute", "shopify"] == ["nobody to write to", "mute", None]
    assert found["ageless", "shopify"] == ["age unknown", None, None]
    assert found["child", "shopify"] == ["due", "parent", "p@example.org"]
    # One message is enough for two children of one guardian.
    assert found["sister", "shopify"] == ["cooling down", "parent", "p@example.org"]
    assert found["orphan", "shopify"] == ["nobody to write to", None, None]
    assert found["left", "shopify"] == ["nobody to write to", None, None]
    assert found["member", "shopify"] == ["nobody to write to", None, None]


def test_nothing_but_a_status_is_due_without_the_addressees_own_consent(due_days: Days) -> None:
    who = {"email": ("email",), "text": ("sms",), "both": ("email", "sms"), "none": ()}
    people = [(one, "no", f"{one}@example.org", "+12545550123", False) for one in who]
    due_days.put(
        "marts.dim_customers",
        PEOPLE,
        *people,
        ("parent", "no", "parent@example.org", None, False),
        ("child", "yes", None, None, False),
        ("teen", "yes", "t@example.org", None, False),
    )
    due_days.put(
        "marts.customer_permissions",
        PERMISSIONS,
        *(
            (one, channel, channel in channels)
            for one, channels in who.items()
            for channel in ("email", "sms")
        ),
        ("parent", "email", True),
        ("teen", "email", True),
    )
    due_days.put(
        "marts.guardian_contacts",
        GUARDIANS,
        ("child", "parent", "parent@example.org", None),
        ("teen", "none", "none@example.org", None),
    )
    due_days.put(
        "marts.customer_flags",
        FLAGS,
        *((one, flag, DAY) for one in who for flag in ("offer", "status")),
        ("child", "child_offer", DAY),
        ("teen", "child_offer", DAY),
    )
    due_days.run(DAY, "outreach/flags_due")
    found = {
        (customer, flag): tuple(rest)
        for customer, flag, *rest in due_days.rows(
            "select customer_id, flag_type, delivery_state, is_message, may_email, may_text"
            " from marts.flags_due where destination = 'shopify'"
        )
    }
    assert found["email", "offer"] == ("due", True, True, False)
    assert found["text", "offer"] == ("due", True, False, True)
    assert found["both", "offer"] == ("due", True, True, True)
    assert found["none", "offer"] == ("no consent", True, False, False)
    assert found["none", "status"] == ("due", False, False, False)
    assert found["child", "child_offer"] == ("due", True, True, False)
    # What the child itself said is nobody's consent but a child's.
    assert found["teen", "child_offer"] == ("no consent", True, False, False)


def test_cool_downs_count_deliveries_and_lifetimes_the_days_of_a_spell(due_days: Days) -> None:
    flags = {
        "fresh": ("offer", 0),
        "sent": ("offer", 3),
        "cooling": ("offer", 1),
        "cooled": ("offer", 1),
        "grown_up": ("offer", 1),
        "told": ("offer", 1),
        "late": ("offer", 14),
        "in_time": ("offer", 13),
        "status": ("status", 400),
    }
    put_people(due_days, *((who, "no", f"{who}@example.org", None, False) for who in flags))
    due_days.put(
        "marts.customer_flags", FLAGS, *((who, flag, ago(n)) for who, (flag, n) in flags.items())
    )
    due_days.put(
        "marts.deliveries",
        DELIVERIES,
        ("1", "shopify", "sent", "sent", "offer", ago(3)),
        ("2", "klaviyo", "cooling", "cooling", "offer", ago(29)),
        ("3", "shopify", "cooled", "cooled", "offer", ago(30)),
        ("4", "shopify", "grown_up", "parent", "child_offer", DAY),
        ("5", "shopify", "a_child", "told", "child_offer", ago(2)),
    )
    states = {key: found[0] for key, found in due(due_days).items()}
    assert states["fresh", "shopify"] == "due"
    assert states["sent", "shopify"] == "delivered"
    assert states["sent", "klaviyo"] == "due"
    assert states["cooling", "shopify"] == states["cooling", "klaviyo"] == "cooling down"
    assert states["cooled", "shopify"] == "due"
    assert states["grown_up", "shopify"] == states["told", "shopify"] == "cooling down"
    assert states["late", "shopify"] == "lifetime is over"
    assert states["in_time", "shopify"] == "due"
    assert states["status", "shopify"] == "due"


def test_the_arm_decides_which_of_two_offers_reaches_somebody(due_days: Days) -> None:
    who = ("a", "b", "mixed", "none")
    put_people(due_days, *((one, "no", "x@example.org", None, False) for one in who))
    due_days.put(
        "marts.customer_flags",
        FLAGS,
        *((one, flag, DAY) for one in who for flag in ("offer", "twin")),
    )
    without = {tuple(row) for row in offers_due(due_days)}
    assert without == {(one, "offer") for one in who}
    due_days.put(
        "seeds.experiments",
        EXPERIMENTS,
        *(
            ("e", arm, 1, flag, "offer", "event", 30, 0.1, ago(5), DAY, False)
            for arm, flag in (("A", "offer"), ("B", "twin"), ("C", "offer"))
        ),
    )
    due_days.put(
        "marts.experiment_arms",
        ARMS,
        ("e", "a", "C", False),
        ("e", "b", "B", False),
        ("e", "mixed", "A", True),
    )
    assert {tuple(row) for row in offers_due(due_days)} == {("a", "offer"), ("b", "twin")}


def offers_due(days: Days) -> list[tuple[Any, ...]]:
    """Whom Shopify is to be told about, and of which flag."""
    days.run(DAY, "outreach/flags_due")
    return days.rows(
        "select customer_id, flag_type from marts.flags_due"
        " where delivery_state = 'due' and destination = 'shopify'"
    )


@pytest.fixture
def history(days: Days) -> Callable[..., list[tuple[Any, ...]]]:
    """Lives through a day with these flags; customer, first day, begin and end of every spell."""
    days.put("marts.rules", RULES, ("rule", "status", "low", "self", "", "", 0, 14, True))
    days.put(
        "marts.family_relationships",
        "parent_customer_id varchar, child_customer_id varchar, confidence varchar",
    )
    days.put("marts.guardian_contacts", GUARDIANS)

    def live(day: int, flagged: dict[str, int], merged: dict[str, str] | None = None) -> Any:
        ids = {"a": "a", "b": "b"} | (merged or {})
        days.put(
            "intermediate.int_identity__followed",
            "former_customer_id varchar, customer_id varchar",
            *ids.items(),
        )
        days.put(
            "marts.rules_evaluated",
            EVALUATED,
            *(
                ("rule", who, f"2026-02-{since:02} 18:00:00", "{}", False, None)
                for who, since in flagged.items()
            ),
        )
        days.run(
            date(2026, 2, day),
            "flags/customer_flags",
            "outreach/flag_changes",
            "outreach/flag_history",
            ledgers=("flag_history",),
        )
        return [
            (who, *(when and when.day for when in days_of))
            for who, *days_of in days.rows(
                "select customer_id, first_date, began_on, ended_on from marts.flag_history"
                " order by customer_id, spell_order"
            )
        ]

    return live


def test_a_spell_keeps_its_first_day_and_ends_with_its_flag(
    history: Callable[..., list[tuple[Any, ...]]], days: Days
) -> None:
    assert history(3, {"a": 2}) == [("a", 2, 3, None)]
    assert history(4, {"a": 4}) == [("a", 2, 3, None)]
    assert days.rows("select flag_date::varchar from marts.customer_flags") == [("2026-02-02",)]
    assert history(4, {"a": 4}) == [("a", 2, 3, None)]
    assert history(6, {}) == [("a", 2, 3, 6)]
    assert history(6, {}) == [("a", 2, 3, 6)]
    # It holds again since before it ended: a new spell does not reach into the old one.
    assert history(8, {"a": 5}) == [("a", 2, 3, 6), ("a", 6, 8, None)]


def test_a_merged_customer_goes_on_with_the_spell_that_began_first(
    history: Callable[..., list[tuple[Any, ...]]], days: Days
) -> None:
    history(3, {"a": 1, "b": 3})
    assert history(4, {"b": 4}, merged={"a": "b"}) == [("a", 1, 3, 4), ("b", 3, 3, None)]
    history(5, {"b": 5}, merged={"a": "b"})
    assert days.rows("select customer_id, flag_date::varchar from marts.customer_flags") == [
        ("b", "2026-02-01")
    ]


def test_what_the_ledger_holds_is_never_changed(
    history: Callable[..., list[tuple[Any, ...]]], days: Days
) -> None:
    seen: list[tuple[Any, ...]] = []
    for day, flagged in ((3, {"a": 3}), (3, {}), (3, {"a": 3}), (4, {"b": 4}), (5, {"a": 5})):
        history(day, flagged)
        with sqlite3.connect(days.store) as store:
            rows = store.execute("select * from flag_history order by change_number").fetchall()
        assert rows[: len(seen)] == seen
        seen = rows
    assert days.rows("select customer_id, flag_date::varchar from marts.customer_flags") == [
        ("a", "2026-02-05")
    ]


def test_what_was_done_is_on_the_timeline_of_who_bears_the_past(days: Days) -> None:
    days.put(
        "staging.stg_ops__deliveries",
        "delivery_key varchar, customer_id varchar, addressee_customer_id varchar,"
        " destination varchar, flag_type varchar, delivered_date date",
        ("d", "now", "now", "shopify", "offer", ago(1)),
    )
    days.put(
        "staging.stg_ops__sync_calls",
        "call_number bigint, customer_id varchar, account_id varchar, destination varchar,"
        " action varchar, mark varchar, outcome varchar, intended_at timestamp",
        *(
            (number, "now", "a", "shopify", action, "basin-offer", outcome, at)
            for number, (action, outcome, at) in enumerate(
                [
                    ("tag", "done", "2026-01-30 16:00:00"),
                    ("tag", "done", "2026-01-30 17:00:00"),  # again, after a crash
                    ("tag", "failed", "2026-01-29 16:00:00"),
                    ("untag", "done", "2026-01-31 05:00:00"),  # still the 30th at the gym
                    ("untag", "done", "2026-01-31 16:00:00"),
                    ("join", "done", "2026-01-30 16:00:00"),
                ]
            )
        ),
    )
    days.put(
        "intermediate.int_identity__followed",
        "former_customer_id varchar, customer_id varchar",
        ("now", "now"),
        ("once", "now"),
    )
    days.put(
        "marts.dim_customers",
        "customer_id varchar, leading_record_key varchar",
        ("now", "capitan:customer:1"),
    )
    columns = "customer_id, flag_type, change, changed_on, first_on, change_number"
    history = [
        ("once", "offer", "begins", str(ago(3)), str(ago(3)), 1),
        ("once", "offer", "ends", str(ago(2)), str(ago(3)), 2),
        ("now", "offer", "begins", str(DAY), str(DAY), 1),
    ]
    state.append(days.store, {"flag_history": (columns.split(", "), history)})
    days.run(DAY, "intermediate/timeline/int_deeds", "intermediate/timeline/int_event__ops")
    assert days.rows(
        "select event_type, cast(occurred_at as date), record_key, attribution"
        " from intermediate.int_event__ops order by all"
    ) == [
        ("flag_set", ago(3), "capitan:customer:1", "exact"),
        ("flag_synced", ago(1), "capitan:customer:1", "exact"),
        ("tag_added", ago(1), "capitan:customer:1", "exact"),
        ("tag_removed", ago(1), "capitan:customer:1", "exact"),
    ]
