"""The registry of customer ids comes back from the exported files as it was published."""

import json
from pathlib import Path

import duckdb
import pytest

from scripts import state, stores
from scripts.restore import restore
from tests.behaviour.warehouse import Warehouse

REGISTRY = ("customer_ids", "customer_id_records", "customer_id_history")
# A customer who was merged and one who was not, as the models export them.
EXPORTED = {
    "customer_ids": """
        select * from (values
            ('c_1', 'capitan:customer:1', date '2026-01-01', null, null),
            ('c_2', 'stripe:customer:cus_2', date '2026-01-02', 'c_1', date '2026-01-31')
        ) as made (customer_id, founding_record_key, first_seen_date, merged_into_customer_id,
            retired_date)""",
    "member_id_map": """
        select * from (values
            ('capitan:customer:1', 'capitan:customer', '1', null, 'c_1'),
            ('stripe:customer:cus_2', 'stripe:customer', 'cus_2', null, 'c_1')
        ) as made (record_key, src, src_id, email_key, member_id)""",
    "customer_id_history": """
        select date '2026-01-31' as changed_on, 'merged into' as change, 'c_2' as customer_id,
            'c_1' as other_customer_id, 1 as record_count, 'decided by hand' as reason""",
}


def registry(data: Path) -> dict[str, list[tuple[object, ...]]]:
    with state.opened(data / "state" / "state.sqlite") as store:
        return {
            table: sorted(store.execute(f"select * from {table}"), key=str) for table in REGISTRY
        }


def lose_state(data: Path) -> None:
    for path in (data / "state").glob("state.sqlite*"):
        path.unlink()


def test_a_lost_registry_is_restored_from_the_exports(published: Warehouse) -> None:
    before = registry(published.folder)
    assert before["customer_ids"] and before["customer_id_records"]
    exports = str(published.folder / "exports")
    refused = published.basin("identity", "restore", exports)
    assert refused.returncode == 2 and "holds customer ids already" in refused.stdout
    lose_state(published.folder)
    done = published.basin("identity", "restore", exports)
    assert done.returncode == 0, done.stdout + done.stderr
    assert registry(published.folder) == before


def test_retired_ids_and_their_history_are_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASIN_DATA", str(tmp_path))
    folder = tmp_path / "exports" / "customers"
    folder.mkdir(parents=True)
    for name, rows in EXPORTED.items():
        duckdb.execute(f"copy ({rows}) to '{folder / name}.parquet' (format parquet)")
    sums = {path.name: {"sha256": stores.sha256(path)} for path in folder.iterdir()}
    (folder / "_manifest.json").write_text(json.dumps({"files": sums}))
    assert restore(tmp_path / "exports") == (2, 2)
    assert registry(tmp_path) == {
        "customer_ids": [
            ("c_1", "capitan:customer:1", "2026-01-01", None, None),
            ("c_2", "stripe:customer:cus_2", "2026-01-02", "c_1", "2026-01-31"),
        ],
        "customer_id_records": [
            ("capitan:customer:1", "c_1"),
            ("stripe:customer:cus_2", "c_1"),
        ],
        "customer_id_history": [
            ("2026-01-31", "merged into", "c_2", "c_1", 1, "decided by hand"),
        ],
    }


def test_files_that_no_manifest_counts_are_refused(published: Warehouse) -> None:
    lose_state(published.folder)
    exports = published.folder / "exports"
    for spoil, said in (
        (lambda: (exports / "customers" / "member_id_map.parquet").write_bytes(b"half"), "again"),
        ((exports / "customers" / "_manifest.json").unlink, "customers/"),
    ):
        spoil()
        refused = published.basin("identity", "restore", str(exports))
        assert refused.returncode == 2 and said in " ".join(refused.stdout.split())
        assert not state.has_registry(published.folder / "state" / "state.sqlite")
