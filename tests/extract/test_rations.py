"""What costs a call for each customer: whose turn it is, and that no kill or second run changes
it."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from hashlib import md5
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from extract import config, loading, pipeline, rations, worker
from extract.contract import ContractError, Table, read_contract, read_table, refuse_orphans
from extract.rations import Asked
from tests.extract.conftest import Vendor, query, run

JANUARY_31 = date(2026, 1, 31)


def family(vendor: Vendor, many: int = 7) -> None:
    """Customers of whom the odd ones have a child, and every third somebody to call."""
    vendor.lists["customers"] = [{"id": number, "email": "a@example.org"} for number in range(many)]
    for number in range(1, many, 2):
        vendor.lists[f"customers/{number}/relations"] = [link(number - 1)]
    for number in range(0, many, 3):
        vendor.lists[f"customers/{number}/emergency-contacts"] = [
            {"first_name": "Ann", "last_name": f"No{number}", "telephone": "254-555-0100"}
        ]


def link(to: int, relation: str = "CHI") -> dict[str, Any]:
    return {"related_customer_id": to, "relation": relation, "created_at": "2026-01-01T00:00:00Z"}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets how many calls a day may make, for `day`."""

    def limit(many: int) -> None:
        @cache
        def contract(source: str) -> dict[str, Table]:
            return {
                name: replace(table, calls_a_day=many) if table.is_rationed else table
                for name, table in read_contract(source).items()
            }

        monkeypatch.setattr(worker, "read_contract", contract)

    return limit


def day(as_of: date, load: bool = True) -> worker.SourceResult:
    """A day's extraction of capitan in this process."""
    job = pipeline.plan_source("capitan", as_of, full=False, accept_shrink=False)
    loading.wipe("capitan")
    result = worker.prepare(job)
    if load and result.ok:
        loading.load("capitan")
    return result


def asked_of(vendor: Vendor, what: str = "relations") -> list[int]:
    """Whom the vendor was asked about since the last time, in order."""
    found = [
        int(one.path.split("/")[-3]) for one in vendor.requests if one.path.endswith(f"/{what}/")
    ]
    vendor.requests.clear()
    return found


def test_links_and_contacts_arrive_with_the_customer_they_hang_on(vendor: Vendor) -> None:
    family(vendor)
    vendor.lists["customers/1/relations"].append(link(3, "SIB"))
    result = run("capitan").results["capitan"]
    assert result.ok
    assert query(
        "select customer_id, related_customer_id, relation from raw_capitan.relations order by all"
    ) == [(1, 0, "CHI"), (1, 3, "SIB"), (3, 2, "CHI"), (5, 4, "CHI")]
    contacts = query(
        "select customer_id, last_name, contact_mark from raw_capitan.emergency_contacts order by 1"
    )
    assert contacts == [
        (number, name, md5(f"Ann|{name}|254-555-0100".encode()).hexdigest())
        for number, name in ((0, "No0"), (3, "No3"), (6, "No6"))
    ]
    assert query(
        "select table_name, count(*), sum(rows) from raw_capitan.asked group by 1 order by 1"
    ) == [
        ("emergency_contacts", 7, 3),
        ("relations", 7, 4),
    ]


def test_small_pages_bring_the_same_links(vendor: Vendor) -> None:
    family(vendor, 3)
    vendor.lists["customers/1/relations"] = [link(number) for number in range(20)]
    vendor.page_cap = 7
    run("capitan")
    assert query(
        "select count(*), count(distinct related_customer_id) from raw_capitan.relations"
    ) == [(20, 20)]


def test_customers_take_turns_newest_first_and_then_the_longest_unasked(
    vendor: Vendor, calls: Any
) -> None:
    family(vendor)
    calls(3)
    turns = []
    for step in range(4):
        vendor.requests.clear()
        assert day(JANUARY_31 + timedelta(days=step)).ok
        turns.append(asked_of(vendor))
    assert turns == [[6, 5, 4], [3, 2, 1], [0, 4, 5], [6, 1, 2]]


def test_whoever_changed_comes_first_and_whoever_is_new_next(vendor: Vendor, calls: Any) -> None:
    family(vendor)
    calls(3)
    for step in range(3):
        day(JANUARY_31 + timedelta(days=step))
    vendor.lists["customers"][1]["email"] = "b@example.org"
    vendor.lists["customers"].append({"id": 9, "email": "c@example.org"})
    vendor.requests.clear()
    day(JANUARY_31 + timedelta(days=3))
    assert asked_of(vendor) == [1, 9, 6]


def test_a_second_run_of_a_day_asks_nobody_twice(vendor: Vendor, calls: Any) -> None:
    family(vendor)
    calls(3)
    day(JANUARY_31)
    before = stored()
    vendor.requests.clear()
    day(JANUARY_31)
    assert asked_of(vendor) == []
    assert stored() == before


def stored() -> list[list[tuple[Any, ...]]]:
    return [
        query(f"select * exclude (_dlt_id, _dlt_load_id) from raw_capitan.{table} order by all")
        for table in ("relations", "emergency_contacts", "asked")
    ]


@pytest.mark.parametrize("is_half_loaded", [False, True])
def test_a_killed_run_is_made_up_for_by_the_same_customers(
    vendor: Vendor, calls: Any, is_half_loaded: bool
) -> None:
    family(vendor)
    calls(3)
    day(JANUARY_31)
    february = JANUARY_31 + timedelta(days=1)
    vendor.requests.clear()
    day(february, load=is_half_loaded)
    first = asked_of(vendor)
    if is_half_loaded:
        with loading.working_file() as connection:
            last = "(select max(load_id) from raw_capitan._dlt_loads)"
            connection.execute(f"delete from raw_capitan._dlt_loads where load_id = {last}")
    day(february)
    assert asked_of(vendor) == first == [3, 2, 1]
    assert query(
        "select parent_id, _seen_on, previously_seen_on from raw_capitan.asked"
        " where table_name = 'relations' order by 1"
    ) == [
        *((str(number), "2026-02-01", None) for number in (1, 2, 3)),
        *((str(number), "2026-01-31", None) for number in (4, 5, 6)),
    ]


def test_a_link_that_went_keeps_its_day_and_one_that_came_has_its_own(
    vendor: Vendor, calls: Any
) -> None:
    family(vendor, 2)
    calls(3)
    day(JANUARY_31)
    vendor.lists["customers/1/relations"] = [link(0, "PRE")]
    day(JANUARY_31 + timedelta(days=1))
    assert query("select relation, _seen_on from raw_capitan.relations order by 1") == [
        ("CHI", "2026-01-31"),
        ("PRE", "2026-02-01"),
    ]


def test_that_nobody_has_links_any_more_is_not_believed(vendor: Vendor) -> None:
    family(vendor, 12)
    run("capitan", as_of="2026-01-31")
    for name in [one for one in vendor.lists if one.endswith("/relations")]:
        del vendor.lists[name]
    again = run("capitan", as_of="2026-02-01").results["capitan"]
    assert again.error_sentence == (
        "capitan: relations came empty for all of 6 rows of customers that had some: "
        "if that is right, run `basin extract --accept-shrink` once"
    )
    assert run("capitan", as_of="2026-02-01", accept_shrink=True).results["capitan"].ok


def test_another_refusal_than_not_found_ends_the_source(vendor: Vendor) -> None:
    family(vendor)
    vendor.faults["relations"] = lambda request: (403, {}, b"{}")
    assert run("capitan").results["capitan"].error_sentence == (
        "capitan: relations was refused (403): check CAPITAN_API_TOKEN in .env"
    )


def test_a_live_run_leaves_a_tenth_of_a_second_between_calls(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    family(vendor)
    slept: list[float] = []
    monkeypatch.setattr("extract.sources.capitan.time.sleep", slept.append)
    monkeypatch.setenv("BASIN_RETRY_WAIT", "1")
    assert day(JANUARY_31).ok and set(slept) == {0.0}
    monkeypatch.setattr(config, "mode", lambda *_: "live")
    monkeypatch.setenv("CAPITAN_API_TOKEN", "a-key")
    slept.clear()
    assert day(JANUARY_31 + timedelta(days=1)).ok
    assert slept == [0.1] * 12


def test_the_log_is_read_back_to_the_window_and_no_further(vendor: Vendor) -> None:
    days = [JANUARY_31 - timedelta(days=back) for back in range(0, 60, 2)]
    vendor.lists["activity-log"] = [
        {"id": -place, "created_at": f"{one}T12:00:00-06:00"} for place, one in enumerate(days)
    ]
    vendor.page_cap = 4
    run("capitan", as_of="2026-01-31")
    assert query("select count(*) from raw_capitan.activity_log") == [(30,)]
    vendor.requests.clear()
    run("capitan", as_of="2026-01-31")
    pages = [one.query["page"] for one in vendor.requests if "activity-log" in one.path]
    assert pages == ["1"]
    vendor.lists["activity-log"].reverse()
    vendor.requests.clear()
    run("capitan", as_of="2026-01-31")
    assert len([one for one in vendor.requests if "activity-log" in one.path]) == 8


def test_a_rationed_table_needs_a_parent_before_it() -> None:
    tables = dict(read_contract("capitan"))
    path = config.data_dir()
    orphan = replace(tables["relations"], parent="check_ins")
    with pytest.raises(ContractError, match=r"needs meta\.parent"):
        refuse_orphans(path, tables | {"relations": orphan})
    entry = {"name": "x", "columns": [{"name": "id", "data_type": "bigint"}]}
    for meta in ({"mode": "rationed"}, {"mode": "full", "calls_a_day": 5}):
        with pytest.raises(ContractError, match="calls_a_day"):
            read_table(path, entry | {"config": {"meta": {"primary_key": ["id"], **meta}}})


# -- the choice, held against a day-by-day simulation -----------------------------------


@given(
    some.integers(0, 12),
    some.integers(1, 6),
    some.lists(some.lists(some.integers(0, 11), max_size=3), min_size=1, max_size=8),
)
def test_everybody_gets_a_turn_and_no_day_asks_more_than_it_may(
    many: int, limit: int, changes: list[list[int]]
) -> None:
    marks = {str(number): "0" for number in range(many)}
    asked: dict[str, Asked] = {}
    for step, changed in enumerate(changes):
        today = JANUARY_31 + timedelta(days=step)
        for number in changed:
            if number < many:
                marks[str(number)] = f"{step}-{number}"
        stale = {one for one in asked if asked[one].mark != marks[one]}
        chosen = rations.choose(marks, asked, today, limit)
        assert len(chosen) == len(set(chosen)) == min(limit, many)
        assert len(stale & set(chosen)) == min(limit, len(stale))
        left = set(marks) - asked.keys() - set(chosen)
        assert not left or set(chosen) <= stale | (set(marks) - asked.keys())
        for one in chosen:
            known = asked[one].known_before(today) if one in asked else None
            asked[one] = Asked(today, marks[one], 0, known)
        assert rations.choose(marks, asked, today, limit) == []
        halved = {one: replace(line, is_complete=line.on != today) for one, line in asked.items()}
        assert rations.choose(marks, halved, today, limit) == chosen
