"""Who shared a pass with whom and who comes with whom, by the project's own models on a few rows.

The models' SQL is compiled by dbt once and run on hand-made tables; the first test is the example
of five people, one punch pass and one morning.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts.bench_connections import PROJECT, compiled, make

NANCY, OTHERS = "Nancy", ("Charlie", "Harry", "Rhodes", "Walter")
PASS = "5 Climb Punch Pass 60 Days"
EMPTY = f"""
    create schema staging; create schema intermediate; create schema marts; create schema seeds;
    create table seeds.connection_kinds as from '{PROJECT}/seeds/connection_kinds.csv';
    create table staging.stg_ops__run as select date '2026-01-31' as as_of_date;
    create table staging.stg_capitan__check_ins (check_in_id varchar, capitan_customer_id varchar,
        location_id varchar, location_name varchar, entry_method varchar,
        entry_method_description varchar, checked_in_at timestamp, checked_in_local_at timestamp);
    create table staging.stg_capitan__entry_passes (entry_pass_id varchar,
        owner_capitan_customer_id varchar, pass_type varchar, remaining_count integer,
        is_deleted boolean, purchased_at timestamp);
    create table staging.stg_capitan__memberships (membership_instance_id varchar,
        membership_name varchar, membership_status varchar, start_date date, end_date date);
    create table staging.stg_capitan__membership_members (membership_instance_id varchar,
        capitan_customer_id varchar);
    create table intermediate.int_gym__memberships as
        select *, 'family' as size, false as is_temporary_pass
        from staging.stg_capitan__memberships;
    create table intermediate.int_gym__membership_members as
        from staging.stg_capitan__membership_members;
    create table intermediate.int_payment__unioned (payment_id varchar, record_key varchar,
        paid_at timestamp);
    create table intermediate.int_payment_line__unioned (payment_id varchar, paid_for_key varchar,
        product varchar);
    create table intermediate.int_identity__members (record_key varchar, customer_id varchar);
    create table intermediate.int_identity__records (record_key varchar, given_folded varchar,
        family_folded varchar, name_suffix varchar, is_person_register boolean,
        created_at timestamp);
    create table marts.household (customer_id varchar, household_id varchar);
"""
Row = dict[str, Any]


class Desk:
    """A few people and their entries, and what the models say of them."""

    def __init__(self, models: dict[str, str]) -> None:
        self.models = models
        self.connection = duckdb.connect()
        self.connection.execute(
            "attach ':memory:' as basin; use basin; set TimeZone = 'UTC'; set threads = 1"
        )
        self.connection.execute(EMPTY)
        self.entries = 0

    def person(self, name: str, family: str, household: str | None = None) -> None:
        """Somebody with a Capitan account; their customer id is c_<name>."""
        key, customer = f"capitan:customer:{name}", f"c_{name}"
        self.connection.execute(
            "insert into intermediate.int_identity__members values (?, ?)", [key, customer]
        )
        self.connection.execute(
            "insert into intermediate.int_identity__records values (?, ?, ?, null, true, null)",
            [key, name.lower(), family.lower()],
        )
        self.connection.execute(
            "insert into marts.household values (?, ?)", [customer, household or f"h_{name}"]
        )

    def enters(self, name: str, at: datetime, method: str, text: str, place: str = "1") -> None:
        """An entry at a local moment; the gym is six hours behind UTC in these tests."""
        self.entries += 1
        self.connection.execute(
            "insert into staging.stg_capitan__check_ins values (?, ?, ?, 'Gym', ?, ?, ?, ?)",
            [str(self.entries), name, place, method, text, at + timedelta(hours=6), at],
        )

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows after the models were built."""
        make(self.connection, self.models)
        return self.connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The models' SQL."""
    return compiled(tmp_path_factory.mktemp("compiled"))


@pytest.fixture
def desk(models: dict[str, str]) -> Iterator[Desk]:
    """A gym where nobody was yet."""
    made = Desk(models)
    yield made
    made.connection.close()


def one_morning(desk: Desk, day: datetime, remaining: int = 4, text: str = PASS) -> None:
    """Nancy enters on her own pass and the others, within minutes, on hers."""
    desk.enters(NANCY, day, "ENT", f"{text} ({remaining} remaining)")
    for place, name in enumerate(OTHERS, 1):
        left = f"({remaining - place} remaining)"
        at = day + timedelta(minutes=place)
        desk.enters(name, at, "ENT", f"{text} from Nancy Davis {left}")


@pytest.fixture
def davises(desk: Desk) -> Desk:
    """Five people of one family and Nancy's punch pass."""
    for name in (NANCY, *OTHERS):
        desk.person(name, "Davis", "h_Davis")
    desk.connection.execute(
        "insert into staging.stg_capitan__entry_passes values"
        f" ('7', 'Nancy', '{PASS}', 0, false, timestamp '2025-10-26 14:00:00')"
    )
    return desk


def test_five_people_and_one_punch_pass_give_the_events_of_the_example(davises: Desk) -> None:
    one_morning(davises, datetime(2025, 10, 26, 10))
    events = davises.query(
        "select event_type, record_key, details from intermediate.int_event__capitan_passes"
    )
    shared = [(key, json.loads(facts)) for kind, key, facts in events if kind == "shared_pass"]
    assert {key for key, _ in shared} == {"capitan:customer:Nancy"}
    assert sorted((f["counterpart_record_key"], f["remaining_count"]) for _, f in shared) == [
        ("capitan:customer:Charlie", 3),
        ("capitan:customer:Harry", 2),
        ("capitan:customer:Rhodes", 1),
        ("capitan:customer:Walter", 0),
    ]
    received = [(key, json.loads(facts)) for kind, key, facts in events if kind != "shared_pass"]
    assert sorted(key for key, _ in received) == [f"capitan:customer:{name}" for name in OTHERS]
    assert dict(received)["capitan:customer:Charlie"] == {
        "transfer_type": "entry_pass",
        "pass_type": PASS,
        "counterpart_record_key": "capitan:customer:Nancy",
        "remaining_count": 3,
        "is_punch_pass": True,
        "is_youth_pass": False,
        "checkin_id": "2",
    }


def test_five_people_and_one_punch_pass_give_the_strengths_of_the_example(davises: Desk) -> None:
    one_morning(davises, datetime(2025, 10, 26, 10))
    found = davises.query(
        "select customer_id_1, customer_id_2, connection_type, connection_strength,"
        " interaction_count, strength_band from marts.customer_connections order by all"
    )
    both, visit = "pass_sharer_recipient,same_day_group", "same_day_group"
    people = sorted(f"c_{name}" for name in (NANCY, *OTHERS))
    assert found == [
        (one, other, both, 15, 2, "weak")
        if "c_Nancy" in (one, other)
        else (one, other, visit, 5, 1, "weak")
        for place, one in enumerate(people)
        for other in people[place + 1 :]
    ]
    ((first, last, facts),) = davises.query(
        "select first_interaction_date::varchar, last_interaction_date::varchar, metadata"
        " from marts.customer_connections"
        " where customer_id_1 = 'c_Charlie' and customer_id_2 = 'c_Nancy'"
    )
    assert (first, last) == ("2025-10-26", "2025-10-26")
    assert json.loads(facts) == {
        "shares": 1,
        "shares_from_1_to_2": 0,
        "shares_from_2_to_1": 1,
        "pass_types_shared": [PASS],
        "is_reciprocal": False,
        "co_visits": 1,
        "co_visit_count": 1,
        "co_visits_with_shared_pass": 1,
        "typical_day_of_week": "Sunday",
        "is_family_group": True,
    }


def test_the_bonus_of_a_shared_pass_counts_once_from_the_second_visit_on(davises: Desk) -> None:
    one_morning(davises, datetime(2025, 10, 26, 10))
    one_morning(davises, datetime(2025, 11, 2, 10), text="Punch Pass")
    strengths = davises.query(
        "select customer_id_1, connection_strength from marts.customer_connections"
        " where customer_id_1 = 'c_Charlie' and customer_id_2 in ('c_Harry', 'c_Nancy')"
        " order by customer_id_2"
    )
    assert strengths == [("c_Charlie", 5 + 5 + 10), ("c_Charlie", 10 + 10 + 5 + 5 + 10)]


def test_each_kind_stops_at_its_cap_and_all_together_at_a_hundred(desk: Desk) -> None:
    desk.person("Ann", "Treby")
    desk.person("Bob", "Lark")
    desk.connection.execute(
        "insert into staging.stg_capitan__memberships values"
        " ('1', 'Family Weekly', 'ACT', date '2025-01-01', date '2026-02-01');"
        "insert into staging.stg_capitan__membership_members values ('1', 'Ann'), ('1', 'Bob');"
        "insert into intermediate.int_gym__memberships"
        " select *, 'family', false from staging.stg_capitan__memberships;"
        "insert into intermediate.int_gym__membership_members"
        " from staging.stg_capitan__membership_members"
    )
    ((alone, kinds),) = desk.query(
        "select connection_strength, connection_type from marts.customer_connections"
    )
    assert (alone, kinds) == (80, "family_membership")
    for week in range(9):
        day = datetime(2025, 3, 1, 10) + timedelta(weeks=week)
        desk.enters("Ann", day, "MEM", "Family Weekly")
        desk.enters("Bob", day + timedelta(minutes=29), "MEM", "Family Weekly")
    ((strength, visits, band),) = desk.query(
        "select connection_strength, co_visit_count, strength_band from marts.customer_connections"
    )
    assert (strength, visits, band) == (100, 9, "core_group")


def test_two_regulars_of_one_evening_are_no_companions_and_a_couple_is(desk: Desk) -> None:
    for name in ("Ann", "Bob", "Cleo", "Dan"):
        desk.person(name, name)
    for week in range(40):
        evening = datetime(2025, 3, 4, 18) + timedelta(weeks=week)
        desk.enters("Ann", evening, "MEM", "Solo Weekly")
        desk.enters("Bob", evening + timedelta(minutes=week * 7 % 50), "MEM", "Solo Weekly")
        desk.enters("Cleo", evening + timedelta(minutes=week * 13 % 60), "MEM", "Solo Weekly")
        if week % 4 == 0:
            together = evening + timedelta(minutes=week * 13 % 60, seconds=20)
            desk.enters("Dan", together, "MEM", "Solo Weekly")
    found = desk.query(
        "select customer_id_1, customer_id_2, is_companion from marts.customer_connections"
        " order by all"
    )
    assert [(one[2:], other[2:]) for one, other, is_companion in found if is_companion] == [
        ("Cleo", "Dan")
    ]
    assert len(found) == 6


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from("ABCD"),
        st.sampled_from(["1", "2"]),
        st.integers(0, 30),
        st.sampled_from([0, 1]),
    ),
    max_size=14,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(entries=ENTRIES)
def test_co_visits_are_those_of_comparing_everybody_with_everybody(
    models: dict[str, str], entries: list[tuple[str, str, int, int]]
) -> None:
    desk = Desk(models)
    moments = []
    for name in "ABCD":
        desk.person(name, name)
    for name, place, six_minutes, day in entries:
        at = datetime(2025, 7, 1, 8) + timedelta(days=day, minutes=6 * six_minutes)
        desk.enters(name, at, "MEM", "Solo Weekly", place)
        moments.append((name, place, at))
    naive = {
        (min(one, other), max(one, other), place, at.date())
        for one, place, at in moments
        for other, other_place, other_at in moments
        if one != other
        and place == other_place
        and at.date() == other_at.date()
        and abs(at - other_at) <= timedelta(minutes=30)
    }
    found = desk.query(
        "select one.customer_id[3:], other.customer_id[3:], co_visits.place_number, met_date"
        " from intermediate.int_co_visits as co_visits"
        " inner join intermediate.int_customer_numbers as one"
        " on co_visits.customer_number_1 = one.customer_number"
        " inner join intermediate.int_customer_numbers as other"
        " on co_visits.customer_number_2 = other.customer_number"
    )
    places = sorted({place for _, place, _ in moments})
    assert len(found) == len(naive)
    assert {(a, b, places[number - 1], day) for a, b, number, day in found} == naive
    desk.connection.close()
