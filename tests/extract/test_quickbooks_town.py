"""The books of the invented town over real HTTP: whole, in small pages, and day after day."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scripts.sandbox import town
from scripts.sandbox.server import running
from tests.extract.conftest import query, run

TABLES = ("accounts", "purchases", "bills", "invoices", "sales_receipts", "deposits")
Town = Callable[[str], Any]


@pytest.fixture
def open_town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Serves a small town from a data folder of its own for as long as a block runs."""

    @contextmanager
    def opened(name: str) -> Iterator[Path]:
        folder = tmp_path / name
        monkeypatch.setenv("BASIN_DATA", str(folder))
        with running(folder) as addresses:
            monkeypatch.setenv("QUICKBOOKS_BASE_URL", addresses["QUICKBOOKS_BASE_URL"])
            yield folder

    for name in ("BASIN_MODE", "AS_OF"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (("PEOPLE", "40"), ("DAYS", "120")):
        monkeypatch.setenv(f"SANDBOX_{name}", value)
    return opened


def loaded(folder: Path) -> None:
    day = town.clock(folder)
    assert day is not None
    assert run("quickbooks", as_of=day.isoformat()).results["quickbooks"].ok


def rows(table: str, condition: str = "true") -> list[tuple[Any, ...]]:
    ours = "_seen_on, _row_number, _dlt_id, _dlt_load_id"
    return query(
        f"select * exclude ({ours}) from raw_quickbooks.{table} where {condition} order by id"
    )


def test_small_pages_give_the_same_rows(open_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_town("whole") as folder:
        loaded(folder)
    expected = {table: rows(table) for table in (*TABLES, "deletions")}
    assert all(expected.values())
    monkeypatch.setenv("SANDBOX_PAGE_CAP", "7")
    with open_town("paged") as folder:
        loaded(folder)
    assert {table: rows(table) for table in (*TABLES, "deletions")} == expected


def test_days_bring_what_is_new_late_changed_and_deleted(open_town: Town) -> None:
    with open_town("daily") as folder:
        loaded(folder)
        before = {table: {row[0]: row for row in rows(table)} for table in TABLES}
        for days in (1, 3):
            town.advance(folder, days)
            loaded(folder)
    after = {table: {row[0]: row for row in rows(table)} for table in TABLES}
    gone = set(query("select entity, id from raw_quickbooks.deletions"))
    with open_town("afresh") as folder:
        town.open_town(folder)
        town.advance(folder, 4)
        loaded(folder)
    whole = {table: {row[0]: row for row in rows(table)} for table in TABLES}
    for table in TABLES:
        assert before[table].keys() <= after[table].keys()  # nothing is taken away
        assert after[table].items() >= whole[table].items()
        entity = table.title().replace("_", "").removesuffix("s")
        left = after[table].keys() - whole[table].keys()
        assert {(entity, code) for code in left} <= gone
    lost = after["purchases"].keys() - whole["purchases"].keys()
    assert len(lost) >= 2
    both = before["purchases"].keys() & whole["purchases"].keys()
    assert any(before["purchases"][one] != whole["purchases"][one] for one in both)
    assert whole["purchases"].keys() - before["purchases"].keys()
