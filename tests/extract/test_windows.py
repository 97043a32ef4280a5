"""From when a table is read again: complete loads decide, rows never do."""

from datetime import date

import pytest

from extract.contract import read_contract
from extract.loading import History, working_file
from extract.pipeline import window_start
from extract.sources.stripe import midnight
from tests.extract.conftest import Vendor, query, run

CHECK_INS = read_contract("capitan")["check_ins"]
CUSTOMERS = read_contract("capitan")["customers"]


@pytest.mark.parametrize(
    ("last", "as_of", "start"),
    [
        (None, "2026-01-31", None),
        ("2026-01-31", "2026-02-01", "2026-01-01"),
        ("2026-01-01", "2026-02-01", "2025-12-02"),
        ("2026-01-31", "2026-01-31", "2026-01-01"),
        ("2099-01-01", "2026-02-01", "2026-01-02"),
    ],
)
def test_a_window_starts_before_the_last_complete_load(
    last: str | None, as_of: str, start: str | None
) -> None:
    history = History({"check_ins": date.fromisoformat(last)} if last else {})
    found = window_start(CHECK_INS, history, date.fromisoformat(as_of))
    assert found == (date.fromisoformat(start) if start else None)


def test_a_table_without_a_window_is_always_read_whole() -> None:
    history = History({"customers": date(2026, 1, 31)})
    assert window_start(CUSTOMERS, history, date(2026, 2, 1)) is None


@pytest.mark.parametrize(
    ("day", "seconds"),
    [("2026-01-01", 1767247200), ("2026-03-08", 1772949600), ("2026-07-01", 1782882000)],
)
def test_a_day_at_stripe_begins_at_local_midnight(day: str, seconds: int) -> None:
    assert midnight(date.fromisoformat(day)) == seconds


def test_the_second_day_asks_the_vendors_for_the_window_only(vendor: Vendor) -> None:
    run("capitan", "stripe", as_of="2026-01-31")
    assert not [
        one
        for one in vendor.requests
        if "check_in_datetime__gte" in one.query or "created[gte]" in one.query
    ]
    vendor.requests.clear()
    run("capitan", "stripe", as_of="2026-02-01")
    asked = {one.path: one.query for one in vendor.requests}
    assert asked["/capitan/api/check-ins/"]["check_in_datetime__gte"] == "2026-01-01"
    for name, day in (("charges", date(2025, 12, 27)), ("events", date(2026, 1, 1))):
        assert asked[f"/stripe/v1/{name}"]["created[gte]"] == str(midnight(day))
    assert "created[gte]" not in asked["/stripe/v1/customers"]
    vendor.requests.clear()
    run("capitan", as_of="2026-02-01", full=True)
    assert not [one for one in vendor.requests if "check_in_datetime__gte" in one.query]


def test_a_row_dated_2099_does_not_move_the_window(vendor: Vendor) -> None:
    vendor.lists["check-ins"] = [
        {"id": 1, "check_in_datetime": "2099-01-01T10:00:00"},
        {"id": 2, "check_in_datetime": "n/a"},
    ]
    run("capitan", as_of="2026-01-31")
    vendor.requests.clear()
    run("capitan", as_of="2026-02-01")
    (asked,) = [one for one in vendor.requests if "check-ins" in one.path]
    assert asked.query["check_in_datetime__gte"] == "2026-01-01"


def test_a_load_that_did_not_complete_counts_for_nothing(vendor: Vendor) -> None:
    run("capitan", as_of="2026-01-31")
    with working_file() as connection:
        connection.execute("delete from raw_capitan._dlt_loads")
    vendor.requests.clear()
    run("capitan", as_of="2026-02-01")
    assert not [one for one in vendor.requests if "check_in_datetime__gte" in one.query]
    assert query("select distinct as_of, mode from raw_capitan.loads where mode <> 'rationed'") == [
        ("2026-02-01", "full")
    ]
