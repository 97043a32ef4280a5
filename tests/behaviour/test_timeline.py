"""The timeline is corrected in place and equals at any time one that is made from nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.behaviour.correcting import TABLE, Cut, Timeline
from tests.behaviour.warehouse import Warehouse

NOON = datetime(2026, 1, 20, 12)
COLUMNS = (
    "id, customer_id, entry_method, entry_method_description, location_id, free_entry_reason,"
    " check_in_datetime, created_at"
)
PAYMENT = (
    "insert into intermediate.int_event__payments values ('p1', 'day_pass_purchase',"
    " '2026-01-20 18:00:00', 'capitan:customer:7', 'stripe', 'exact', 'p', 21.65, 'USD', '{}')"
)


@pytest.fixture
def timelines(published_once: Warehouse) -> Callable[[Path | str], Timeline]:
    """Makes an empty timeline with the models of the warehouse."""
    compiled = published_once.folder / "dbt" / "prod" / "compiled" / "basin" / "models"
    return lambda file: Timeline(file, compiled)


@pytest.fixture
def timeline(timelines: Callable[[Path | str], Timeline], tmp_path: Path) -> Iterator[Timeline]:
    """Four check-ins, one of which is dated tomorrow, and a payment."""
    made = timelines(tmp_path / "basin.duckdb")
    enter(made, 1, 7, "MEM")
    enter(made, 2, 8, "ENT")
    enter(made, 5000, 9, "EVE", "Ann's Birthday")
    enter(made, 9000, 7, "MEM", at=NOON + timedelta(days=12))
    made.connection.execute(PAYMENT)
    made.connection.execute("insert into staging.stg_ops__run values ('2026-01-31')")
    made.correct()
    yield made
    made.connection.close()


def enter(
    timeline: Timeline, number: int, customer: int, method: str, what: str = "", at: datetime = NOON
) -> None:
    timeline.connection.execute(
        f"insert into raw_capitan.check_ins ({COLUMNS}) values (?, ?, ?, ?, 1, '', ?, ?)",
        [number, customer, method, what, at.isoformat(" "), f"{at.isoformat()}-06:00"],
    )


def events(timeline: Timeline) -> list[tuple[Any, ...]]:
    return timeline.rows(
        "select event_type, replace(subject, 'capitan:checkin:', ''),"
        " replace(record_key, 'capitan:customer:', ''), occurred_at - interval 6 hour,"
        f" cast(amount as double) from {TABLE} order by all"
    )


def test_new_edited_late_and_vanished_rows_each_correct_their_event(timeline: Timeline) -> None:
    assert events(timeline) == [
        ("birthday_party_attendee_checkin", "5000", "9", NOON, None),
        ("checkin", "1", "7", NOON, None),
        ("checkin", "2", "8", NOON, None),
        ("checkin", "5000", "9", NOON, None),
        ("checkin", "9000", "7", NOON + timedelta(days=12), None),
        ("day_pass_checkin", "2", "8", NOON, None),
        ("day_pass_checkin", "5000", "9", NOON, None),
        ("day_pass_purchase", "p", "7", NOON, 21.65),
    ]
    late, moved = NOON - timedelta(days=30), NOON + timedelta(hours=1)
    enter(timeline, 3, 8, "ENT", at=late)
    enter(timeline, 20000, 9, "MEM")
    timeline.connection.execute(
        f"update raw_capitan.check_ins set check_in_datetime = '{moved}' where id = 2;"
        " delete from raw_capitan.check_ins where id = 1;"
        # Somebody was a member all the time, so that the party was no day pass.
        " insert into intermediate.int_gym__member_periods"
        " values ('m', '9', '2026-01-01', '9999-12-31');"
        " update intermediate.int_event__payments set amount = 30"
    )
    timeline.correct()
    assert events(timeline) == [
        ("birthday_party_attendee_checkin", "5000", "9", NOON, None),
        ("checkin", "2", "8", moved, None),
        ("checkin", "20000", "9", NOON, None),
        ("checkin", "3", "8", late, None),
        ("checkin", "5000", "9", NOON, None),
        ("checkin", "9000", "7", NOON + timedelta(days=12), None),
        ("day_pass_checkin", "2", "8", moved, None),
        ("day_pass_checkin", "3", "8", late, None),
        ("day_pass_purchase", "p", "7", NOON, 30),
    ]
    assert timeline.is_current()


def test_an_edited_row_that_makes_two_events_is_noticed(timeline: Timeline) -> None:
    timeline.connection.execute("update raw_capitan.check_ins set customer_id = 11 where id = 2")
    timeline.correct()
    assert timeline.is_current()


def test_the_same_rows_again_and_in_another_order_touch_nothing(timeline: Timeline) -> None:
    before = timeline.places()
    timeline.connection.execute(
        "create temp table again as from raw_capitan.check_ins;"
        " delete from raw_capitan.check_ins;"
        " insert into raw_capitan.check_ins from again order by id desc"
    )
    timeline.correct()
    assert timeline.places() == before


def test_what_a_day_did_not_bring_is_not_written_again(timeline: Timeline) -> None:
    before = timeline.places()
    enter(timeline, 5001, 9, "MEM")
    timeline.correct()
    after = timeline.places()
    party = set(timeline.rows(f"select event_id from {TABLE} where subject like '%:5000'"))
    assert {one for one in before if after[one] != before[one]} == {one for (one,) in party}


def test_an_event_is_there_when_its_day_has_come(timeline: Timeline) -> None:
    timeline.view("marts.fct_events")
    query = "select count(*) from marts.fct_events where subject = 'capitan:checkin:9000'"
    assert timeline.rows(query) == [(0,)]
    timeline.connection.execute("update staging.stg_ops__run set as_of_date = '2026-02-01'")
    timeline.correct()
    assert timeline.rows(query) == [(1,)]


def test_a_changed_model_makes_all_of_it_anew(timeline: Timeline) -> None:
    name = "intermediate.int_event__capitan"
    timeline.view(name, lambda sql: sql.replace("'attendee' as role", "'guest' as role"))
    timeline.correct()
    assert timeline.is_current()
    assert len(events(timeline)) == 8


def test_a_correction_that_is_cut_off_anywhere_has_not_happened(timeline: Timeline) -> None:
    before = events(timeline)
    enter(timeline, 3, 8, "ENT")
    timeline.connection.execute(
        "update raw_capitan.check_ins set entry_method = 'MEM' where id = 2;"
        " update intermediate.int_event__payments set amount = 30"
    )
    for statements in range(100):
        try:
            done = timeline.correct(statements)
        except Cut:
            timeline.connection.close()
            timeline.connect()
            timeline.views()
            assert events(timeline) == before
        else:
            break
    assert statements == done > 10
    assert events(timeline) != before
    assert timeline.is_current()


EDITS = some.lists(
    some.lists(
        some.tuples(
            some.integers(1, 6).map(lambda number: number * 700),
            some.sampled_from([None, *(name.strip() for name in COLUMNS.split(",")[1:])]),
            some.integers(0, 3),
        ),
        max_size=5,
    ),
    max_size=4,
)
VALUES = {
    "customer_id": ["7", "8", "9", "null"],
    "entry_method": ["'MEM'", "'ENT'", "'EVE'", "null"],
    "entry_method_description": ["''", "'Birthday'", "'Camp'", "null"],
    "location_id": ["1", "2", "3", "null"],
    "free_entry_reason": ["''", "'STA'", "'X'", "null"],
    "check_in_datetime": ["'2025-11-02 01:30:00'", "'2026-01-02 09:00:00'", "'soon'", "null"],
    "created_at": ["'2025-11-02T01:40:00-05:00'", "'2025-11-02T01:40:00-06:00'", "''", "null"],
}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(days=EDITS)
def test_whatever_days_bring_the_table_equals_one_from_nothing(
    timelines: Callable[[Path | str], Timeline], days: list[list[tuple[int, str | None, int]]]
) -> None:
    timeline = timelines(":memory:")
    for edits in [[], *days]:
        for number, column, value in edits:
            of_it = f"raw_capitan.check_ins where id = {number}"
            if column is None:
                timeline.connection.execute(f"delete from {of_it}")
            elif timeline.rows(f"select 1 from {of_it}"):
                timeline.connection.execute(
                    f"update raw_capitan.check_ins set {column} = {VALUES[column][value]}"
                    f" where id = {number}"
                )
            else:
                enter(timeline, number, 7 + value, ["MEM", "ENT", "EVE", "GUE"][value])
        timeline.correct()
        assert timeline.is_current()
    timeline.connection.close()
