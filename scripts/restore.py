"""The registry of customer ids from the exported files, after the state store was lost.

customers/customer_ids, member_id_map, customer_id_history of an export -> the state store

Everybody keeps the id that was published last. It deliberately restores nothing else of the store,
and touches no store that knows an id already.
"""

import json
from pathlib import Path

import duckdb

from extract import config
from scripts import state, stores

FILES = {
    "customer_ids.parquet": "customer_id, founding_record_key, first_seen_date::varchar,"
    " merged_into_customer_id, retired_date::varchar",
    "member_id_map.parquet": "record_key, member_id",
    "customer_id_history.parquet": "changed_on::varchar, change, customer_id, other_customer_id,"
    " record_count, reason",
}


class NotRestored(config.ConfigError):
    """Nothing was restored; the message says why."""


def restore(exports: Path) -> tuple[int, int]:
    """Fill an empty registry from a folder of exports; how many ids and records it has now.

    Raises NotRestored when the registry holds ids, or the files are not those of the manifest.
    """
    if state.has_registry(config.state_file()):
        raise NotRestored(
            f"{config.state_file()} holds customer ids already: move it away if they are wrong"
        )
    folder = exports / "customers"
    manifest = folder / "_manifest.json"
    if not manifest.exists():
        raise NotRestored(f"{manifest} is not there: name the folder that holds customers/")
    files = json.loads(manifest.read_text())["files"]
    rows = []
    for name, columns in FILES.items():
        path = folder / name
        if not path.exists() or stores.sha256(path) != files.get(name, {}).get("sha256"):
            raise NotRestored(f"{path} is not the file that the manifest counts: copy it again")
        with duckdb.connect() as connection:
            found = connection.execute(f"select {columns} from read_parquet(?)", [str(path)])
            rows.append(found.fetchall())
    ids, records, changes = rows
    state.advance_registry(config.state_file(), ids, records, changes)
    return len(ids), len(records)
