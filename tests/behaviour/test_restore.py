"""The registry of customer ids comes back from the exported files as it was published."""

from scripts import state
from tests.behaviour.warehouse import Warehouse

REGISTRY = ("customer_ids", "customer_id_records", "customer_id_history")


def registry(warehouse: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    with state.opened(warehouse.folder / "state" / "state.sqlite") as store:
        return {
            table: sorted(store.execute(f"select * from {table}"), key=str) for table in REGISTRY
        }


def lose_state(warehouse: Warehouse) -> None:
    for path in (warehouse.folder / "state").glob("state.sqlite*"):
        path.unlink()


def test_a_lost_registry_is_restored_from_the_exports(published: Warehouse) -> None:
    with state.opened(published.folder / "state" / "state.sqlite") as store:
        store.execute(
            "insert into customer_ids select 'c_' || customer_id, founding_record_key,"
            " first_seen_on, customer_id, '2026-01-31' from customer_ids limit 3"
        )
    published.daily()
    before = registry(published)
    assert all(before[table] for table in REGISTRY[:2])
    exports = str(published.folder / "exports")
    refused = published.basin("identity", "restore", exports)
    assert refused.returncode == 2 and "holds customer ids already" in refused.stdout
    lose_state(published)
    done = published.basin("identity", "restore", exports)
    assert done.returncode == 0, done.stdout + done.stderr
    assert registry(published) == before


def test_files_that_no_manifest_counts_are_refused(published: Warehouse) -> None:
    lose_state(published)
    exports = published.folder / "exports"
    for spoil, said in (
        (lambda: (exports / "customers" / "member_id_map.parquet").write_bytes(b"half"), "again"),
        ((exports / "customers" / "_manifest.json").unlink, "customers/"),
    ):
        spoil()
        refused = published.basin("identity", "restore", str(exports))
        assert refused.returncode == 2 and said in " ".join(refused.stdout.split())
        assert not state.has_registry(published.folder / "state" / "state.sqlite")
