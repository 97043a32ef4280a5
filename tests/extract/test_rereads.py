"""When more than the daily window is read again: the history of loads decides, no clock does."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from extract.contract import ContractError, Table, read_contract, read_table
from extract.loading import History, working_file
from extract.pipeline import window_start
from tests.extract.conftest import Vendor, query, run

PAYMENTS = read_contract("square")["payments"]
MEMBERS = read_contract("mailchimp")["members"]


def start(table: Table, as_of: str, *loaded: str) -> str | None:
    days = {date.fromisoformat(day) for day in loaded}
    history = History({table.name: max(days)}, {}, {table.name: days}) if days else History()
    found = window_start(table, history, date.fromisoformat(as_of))
    return found.isoformat() if found else None


@pytest.mark.parametrize(
    ("as_of", "loaded", "from_when"),
    [
        ("2026-01-14", [], None),
        ("2026-01-15", ["2026-01-14"], "2026-01-11"),  # a Thursday after a Wednesday
        ("2026-01-15", ["2026-01-15"], "2026-01-12"),
        ("2026-01-19", ["2026-01-18"], "2025-10-20"),  # Monday: 90 days before the last load
        ("2026-01-20", ["2026-01-18", "2026-01-19"], "2026-01-16"),
        ("2026-01-21", ["2026-01-16"], "2025-10-18"),  # the first run of the week, not its Monday
        ("2026-02-01", ["2026-01-31"], None),  # a new month, in the same week
        ("2026-02-02", ["2026-01-31", "2026-02-01"], "2025-11-03"),
        ("2026-03-04", ["2026-02-28"], None),  # the first run of the month, not its 1st
        ("2026-03-05", ["2026-02-28", "2026-03-04"], "2026-03-01"),
        ("2026-01-01", ["2025-12-31"], None),
        ("2025-01-15", ["2026-01-15"], None),  # the same month of another year
        ("2026-01-15", ["2026-01-14", "2099-01-01"], "2026-01-12"),
        ("2027-01-01", ["2026-12-31"], None),
    ],
)
def test_the_first_run_of_a_week_reads_90_days_and_of_a_month_everything(
    as_of: str, loaded: list[str], from_when: str | None
) -> None:
    assert start(PAYMENTS, as_of, *loaded) == from_when


def test_a_week_belongs_to_its_iso_year() -> None:
    """The last days of 2026 and the first of 2027 are one week."""
    weekly = Table("t", (), (), "window", 3, 90, False)
    assert start(weekly, "2027-01-01", "2026-12-31") == "2026-12-28"
    assert start(weekly, "2027-01-04", "2027-01-03") == "2026-10-05"


def test_a_table_reads_again_only_what_it_declares() -> None:
    assert start(MEMBERS, "2026-01-19", "2026-01-18") == "2026-01-15"
    assert start(MEMBERS, "2026-02-01", "2026-01-31") is None
    check_ins = read_contract("capitan")["check_ins"]
    assert start(check_ins, "2026-02-01", "2026-01-31") == "2026-01-01"


def test_a_reread_that_failed_is_made_up_for_by_the_next_run(vendor: Vendor) -> None:
    vendor.lists["square/locations"] = [{"id": "L1"}]
    run("square", as_of="2026-01-31")
    vendor.faults["refunds"] = lambda request: (401, {}, b"")
    assert not run("square", as_of="2026-02-01").results["square"].ok
    vendor.faults.clear()
    for as_of in ("2026-02-02", "2026-02-02", "2026-02-03", "2026-02-09"):
        assert run("square", as_of=as_of).results["square"].ok
    assert query(
        "select as_of, mode, window_start from raw_square.loads where table_name = 'payments'"
        " order by _dlt_load_id"
    ) == [
        ("2026-01-31", "full", None),
        ("2026-02-02", "full", None),
        ("2026-02-02", "window", "2026-01-30"),
        ("2026-02-03", "window", "2026-01-30"),
        ("2026-02-09", "window", "2025-11-05"),
    ]


def test_a_killed_load_is_no_reread(vendor: Vendor) -> None:
    run("square", as_of="2026-01-31")
    run("square", as_of="2026-02-02")
    with working_file() as connection:
        connection.execute(
            "delete from raw_square._dlt_loads"
            " where load_id = (select max(load_id) from raw_square._dlt_loads)"
        )
    found = run("square", as_of="2026-02-03").results["square"]
    assert [table.window_start for table in found.tables if table.table == "payments"] == [None]


def test_a_monthly_full_read_that_lost_a_fifth_waits_for_somebody_to_say_so(
    vendor: Vendor,
) -> None:
    vendor.lists["shopify/customers"] = [
        {"id": number, "updated_at": "2026-01-01T00:00:00Z"} for number in range(10)
    ]
    run("shopify", as_of="2026-01-31")
    del vendor.lists["shopify/customers"][5:]
    result = run("shopify", as_of="2026-02-01").results["shopify"]
    assert "customers has only 5 rows and had 10" in str(result.error_sentence)
    assert run("shopify", as_of="2026-02-01", accept_shrink=True).results["shopify"].ok
    assert run("shopify", as_of="2026-02-02").results["shopify"].ok


@pytest.mark.parametrize(
    ("meta", "wrong"),
    [
        ({"mode": "full", "monthly": "full"}, "only a window"),
        ({"mode": "window", "lookback_days": 3, "monthly": "window"}, "can only be full"),
        ({"mode": "window", "lookback_days": 3, "weekly_lookback_days": "90"}, "must be a number"),
        ({"mode": "full", "primary_key": ["id", "nothing"]}, "must name declared columns"),
        ({"mode": "full", "primary_key": []}, "must name declared columns"),
    ],
)
def test_a_contract_that_cannot_be_followed_is_refused(meta: dict[str, object], wrong: str) -> None:
    entry = yaml.safe_load("{name: t, columns: [{name: id, data_type: varchar}]}")
    entry["config"] = {"meta": {"primary_key": ["id"], **meta}}
    with pytest.raises(ContractError, match=wrong):
        read_table(Path("_x__sources.yml"), entry)
