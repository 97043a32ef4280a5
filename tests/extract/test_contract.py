"""What the sources yml promises: what fits is stored as sent, what does not is kept apart."""

import json

import pytest

from extract import config
from extract.contract import Screened, Table, read_contract, screen
from extract.exact_json import read_json

MEMBERSHIPS = read_contract("capitan")["customer_memberships"]
CUSTOMERS = read_contract("capitan")["customers"]


def screened(table: Table, text: str) -> Screened:
    return screen(table, read_json(text.encode()), "2026-01-31", 10)


def stored(table: Table, text: str) -> dict[str, object]:
    rows: list[dict[str, object]] = screened(table, text).table.to_pylist()
    assert len(rows) == 1
    return {name: value for name, value in rows[0].items() if value is not None}


def test_money_and_dates_keep_the_vendors_writing() -> None:
    assert stored(
        MEMBERSHIPS,
        '[{"id": 1, "billing_amount": "36.40", "recurring_discount_amount": 10.000,'
        ' "start_date": "2099-12-31", "end_date": "soon", "interval": 4, "is_recurring": false,'
        ' "all_customers": [{"fee": 1.50, "id": 7}], "customer_add_ons": {}}]',
    ) == {
        "id": 1,
        "billing_amount": "36.40",
        "recurring_discount_amount": "10.000",
        "start_date": "2099-12-31",
        "end_date": "soon",
        "interval": "4",
        "is_recurring": False,
        "all_customers": '[{"fee":1.50,"id":7}]',
        "customer_add_ons": "{}",
        "_seen_on": "2026-01-31",
        "_row_number": 10,
    }


def test_fields_that_nobody_declared_are_kept_sorted_in_other() -> None:
    row = stored(CUSTOMERS, '[{"zeta": {"b": 2.50, "a": "é"}, "id": 1, "alpha": null}]')
    assert row["_other"] == '{"alpha":null,"zeta":{"a":"é","b":2.50}}'


def test_an_id_written_as_a_decimal_is_the_same_id() -> None:
    assert stored(CUSTOMERS, '[{"id": 900001.0}]')["id"] == 900001


def test_a_long_name_is_stored_whole() -> None:
    name = "x" * 40_000
    assert stored(CUSTOMERS, json.dumps([{"id": 1, "first_name": name}]))["first_name"] == name


@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        ('"just text"', "not_an_object", None),
        ("null", "not_an_object", None),
        ('{"first_name": "A"}', "null_id", "id"),
        ('{"id": null}', "null_id", "id"),
        ('{"id": ""}', "null_id", "id"),
        ('{"id": "12"}', "wrong_type", "id"),
        ('{"id": 1.5}', "wrong_type", "id"),
        ('{"id": true}', "wrong_type", "id"),
        ('{"id": 9223372036854775808}', "wrong_type", "id"),
        ('{"id": 1, "email": ["a"]}', "wrong_type", "email"),
        ('{"id": 1, "email": {"a": 1}}', "wrong_type", "email"),
        ('{"id": 1, "email": true}', "wrong_type", "email"),
        ('{"id": 1, "has_active_membership": 1}', "wrong_type", "has_active_membership"),
        ('{"id": 1, "email": "\\ud800"}', "bad_text", "email"),
        ('{"id": 1, "unknown": "\\ud800"}', "bad_text", "_other"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_its_reason(
    row: str, reason: str, column: str | None
) -> None:
    result = screened(CUSTOMERS, f'[{{"id": 5}}, {row}, {{"id": 6}}]')
    assert [(one["reason"], one["column_name"]) for one in result.rejections] == [(reason, column)]
    assert result.table.column("id").to_pylist() == [5, 6]
    assert result.table.column("_row_number").to_pylist() == [10, 12]
    assert result.keys == [5, 6]


def test_a_refused_row_is_kept_as_sent_under_a_lasting_key() -> None:
    first, second = (
        screen(CUSTOMERS, read_json(b'[{"id": null, "fee": 1.50}]'), day, 0).rejections[0]
        for day in ("2026-01-31", "2026-02-01")
    )
    assert first["row"] == '{"fee":1.50,"id":null}'
    assert first["rejection_key"] == second["rejection_key"]
    assert (first["_seen_on"], second["_seen_on"]) == ("2026-01-31", "2026-02-01")


@pytest.mark.parametrize("source", config.sources())
def test_every_source_file_has_a_contract_with_rejections_and_loads(source: str) -> None:
    tables = read_contract(source).values()
    ours = {"rejected", "loads"} | ({"asked"} if any(one.is_rationed for one in tables) else set())
    assert {table.name for table in tables if not table.is_pulled} == ours
    for table in tables:
        if table.is_pulled:
            assert set(table.primary_key) <= {column.name for column in table.sent}
            assert {"_other", "_seen_on", "_row_number"} <= {
                column.name for column in table.columns
            }


def test_number_that_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        read_json(b'{"a": NaN}')
