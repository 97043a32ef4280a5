"""What a good day leaves in raw."""

import sqlite3
from datetime import date

import pytest

from extract import config
from extract.__main__ import main
from extract.contract import read_contract
from extract.pipeline import extract
from tests.extract.conftest import Vendor, query, run, whole

DUCKDB_TYPES = {
    "varchar": "VARCHAR",
    "bigint": "BIGINT",
    "boolean": "BOOLEAN",
    "double": "DOUBLE",
    "json": "JSON",
}


def test_every_declared_table_and_column_exists_when_the_vendors_have_nothing(
    vendor: Vendor,
) -> None:
    assert all(result.ok for result in run().results.values())
    for source in config.sources():
        for table in read_contract(source).values():
            columns = dict(
                query(
                    "select column_name, data_type from information_schema.columns"
                    f" where table_schema = 'raw_{source}' and table_name = '{table.name}'"
                )
            )
            declared = {column.name: DUCKDB_TYPES[column.data_type] for column in table.columns}
            assert columns == declared, (source, table.name)


def test_rows_arrive_as_the_vendors_sent_them(vendor: Vendor) -> None:
    vendor.lists["customers"] = [{"id": 1, "email": "a@example.org", "barcode": "0012", "x": [1]}]
    vendor.lists["stripe/payment_intents"] = [
        {"id": "pi_1", "amount": 3940, "livemode": True, "metadata": {"k": "v"}, "created": 5}
        | {"client_secret": "pi_1_secret_2"}
    ]
    run("capitan", "stripe")
    assert query(
        "select id, email, barcode, birthday, _other, _seen_on, _row_number"
        " from raw_capitan.customers"
    ) == [(1, "a@example.org", "0012", None, '{"x":[1]}', "2026-01-31", 0)]
    assert query(
        "select id, amount, livemode, metadata, created, _other from raw_stripe.payment_intents"
    ) == [("pi_1", 3940, True, '{"k":"v"}', 5, None)]


def test_all_pages_are_read_and_not_one_too_many(vendor: Vendor) -> None:
    vendor.lists["customers"] = [{"id": number} for number in range(200)]
    vendor.lists["stripe/charges"] = [{"id": f"ch_{number}", "created": 1} for number in range(201)]
    run("capitan", "stripe")
    assert query("select count(*) from raw_capitan.customers") == [(200,)]
    assert query("select count(*) from raw_stripe.charges") == [(201,)]
    assert [one.query["page"] for one in vendor.requests if one.path.endswith("/customers/")] == [
        "1",
        "2",
    ]
    assert [
        one.query.get("starting_after") for one in vendor.requests if "charges" in one.path
    ] == [None, "ch_99", "ch_199"]


def test_each_vendor_is_asked_in_its_own_way(vendor: Vendor) -> None:
    run("capitan", "stripe")
    capitan, stripe = (
        next(one.headers for one in vendor.requests if one.path.startswith(prefix))
        for prefix in ("/capitan", "/stripe")
    )
    assert capitan["Authorization"] == f"token {config.SANDBOX_KEY}"
    assert stripe["Authorization"] == f"Bearer {config.SANDBOX_KEY}"
    assert stripe["Stripe-Version"] == "2023-08-16"


def test_reading_twice_changes_no_row(vendor: Vendor) -> None:
    vendor.lists["customers"] = [{"id": number, "email": None} for number in range(150)]
    vendor.lists["check-ins"] = [{"id": number, "customer_id": 1} for number in range(5)]
    columns = "select * exclude (_dlt_id, _dlt_load_id) from raw_capitan"
    run("capitan")
    before = [query(f"{columns}.{table} order by id") for table in ("customers", "check_ins")]
    run("capitan")
    after = [query(f"{columns}.{table} order by id") for table in ("customers", "check_ins")]
    assert after == before
    assert query("select count(distinct _dlt_id) from raw_capitan.customers") == [(150,)]


def test_of_a_row_sent_twice_in_one_load_the_later_wins(vendor: Vendor) -> None:
    vendor.lists["check-ins"] = [
        {"id": 1, "entry_method": "MEM"},
        {"id": 2, "entry_method": "MEM"},
        {"id": 1, "entry_method": "ENT"},
    ]
    vendor.faults["check-ins"] = lambda request: whole(
        {"count": 2, "next": None, "previous": None, "results": vendor.lists["check-ins"]}
    )
    (result,) = run("capitan").results.values()
    assert query("select id, entry_method from raw_capitan.check_ins order by id") == [
        (1, "ENT"),
        (2, "MEM"),
    ]
    assert [table.rows for table in result.tables if table.table == "check_ins"] == [2]


def test_edited_rows_are_replaced_and_vanished_rows_keep_their_day(vendor: Vendor) -> None:
    vendor.lists["customers"] = [{"id": number, "first_name": "A"} for number in range(1, 11)]
    run("capitan", as_of="2026-01-31")
    vendor.lists["customers"] = [{"id": 1, "first_name": "B"}, *vendor.lists["customers"][1:9]]
    run("capitan", as_of="2026-02-01")
    assert query(
        "select id, first_name, _seen_on from raw_capitan.customers where id in (1, 2, 10)"
        " order by id"
    ) == [(1, "B", "2026-02-01"), (2, "A", "2026-02-01"), (10, "A", "2026-01-31")]


def test_bad_rows_are_put_aside_and_the_rest_loads(vendor: Vendor) -> None:
    vendor.lists["customers"] = [
        {"id": 1, "first_name": "x" * 40_000, "birthday": "2099-01-01"},
        {"id": None, "first_name": "B"},
        {"id": 3, "telephone": {"home": 1}},
        {"id": 4, "birthday": "31/31/1990"},
    ]
    found = run("capitan")
    assert query("select id, length(first_name), birthday from raw_capitan.customers") == [
        (1, 40_000, "2099-01-01"),
        (4, None, "31/31/1990"),
    ]
    assert query(
        "select table_name, reason, column_name, row, _seen_on from raw_capitan.rejected"
        " order by reason"
    ) == [
        ("customers", "null_id", "id", '{"first_name":"B","id":null}', "2026-01-31"),
        ("customers", "wrong_type", "telephone", '{"id":3,"telephone":{"home":1}}', "2026-01-31"),
    ]
    assert query("select rows, rejected from raw_capitan.loads where table_name = 'customers'") == [
        (2, 2)
    ]
    assert "capitan.customers" in found.printed
    assert "2 rejected" in found.printed


def test_the_state_store_is_copied_whole_every_time(vendor: Vendor) -> None:
    config.state_file().parent.mkdir(parents=True)
    with sqlite3.connect(config.state_file()) as store:
        store.execute("pragma journal_mode = wal")
        store.execute(
            "create table customer_id_records (record_key text, customer_id text, x text)"
        )
        store.execute("insert into customer_id_records values ('r1', 'c1', ''), ('r2', 'c1', '')")
    run("ops")
    select = "select record_key, customer_id, _other from raw_ops.customer_id_records order by 1"
    assert query(select) == [("r1", "c1", None), ("r2", "c1", None)]
    assert query("select count(*) from raw_ops.customer_ids") == [(0,)]
    with sqlite3.connect(config.state_file()) as store:
        store.execute("update customer_id_records set record_key = 'r3' where record_key = 'r1'")
    run("ops")
    assert query(select) == [("r2", "c1", None), ("r3", "c1", None)]


def test_a_source_that_was_never_connected_is_empty_and_not_an_error(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASIN_MODE", "live")
    result = run("capitan", as_of="2026-01-31").results["capitan"]
    assert (result.ok, result.connected, result.tables) == (True, False, [])
    assert vendor.requests == []
    assert query("select count(*) from raw_capitan.customers") == [(0,)]
    assert query("select count(*) from raw_capitan.loads") == [(0,)]


def test_a_source_that_lost_its_key_is_an_error_and_keeps_its_rows(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASIN_MODE", "live")
    monkeypatch.setenv("CAPITAN_API_TOKEN", "a-key")
    vendor.lists["customers"] = [{"id": 1}]
    run("capitan")
    monkeypatch.delenv("CAPITAN_API_TOKEN")
    result = run("capitan").results["capitan"]
    assert not result.ok
    assert result.error_sentence == (
        "no key for capitan, which was connected before: set CAPITAN_API_TOKEN in .env"
    )
    assert query("select count(*) from raw_capitan.customers") == [(1,)]


def test_a_source_that_nobody_wrote_is_refused_by_name(vendor: Vendor) -> None:
    with pytest.raises(config.ConfigError, match="no source is called 'capitain'"):
        extract(["capitain"], date(2026, 1, 31))


def test_the_command_line_says_with_its_exit_code_how_it_went(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["extract", "ops"])
    monkeypatch.setenv("AS_OF", "2026-01-31")
    assert main() == 0
    assert query("select distinct as_of from raw_ops.loads") == [("2026-01-31",)]
    monkeypatch.setattr("sys.argv", ["extract", "capitan"])
    monkeypatch.delenv("CAPITAN_BASE_URL")
    assert main() == 3
    monkeypatch.setenv("AS_OF", "31.1.2026")
    assert main() == 1
    assert capsys.readouterr().err == "AS_OF is '31.1.2026': write it as YYYY-MM-DD\n"
