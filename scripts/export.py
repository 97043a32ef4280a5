"""Marts as CSV and parquet files, from the published file, with a manifest per folder written
last.

meta.export of a model -> data/work/exports/ -> <folder>/<file>.csv and .parquet of the store
                                             -> <folder>/_manifest.json

A model says for itself that it is exported (`path`, `unique_key`, `formats`, `snapshot`, and
`may_shrink` for a list of what is open now); nothing is listed here. Rows are ordered by their key,
so that equal data give equal bytes; where files go is `scripts/stores.py`. It deliberately selects,
renames and computes nothing: that is a model's work.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

from extract import config
from scripts import stores
from scripts.freshness import freshness
from scripts.stores import ExportRefused as ExportRefused

MODELS = Path(__file__).parents[1] / "dbt_project" / "models"
LARGEST_LOSS = 0.2
COPY_OPTIONS = {"csv": "format csv, header", "parquet": "format parquet, compression zstd"}


@dataclass(frozen=True)
class Export:
    """One exported model: `path` is folder and file without ending, e.g.
    `customers/customer_events`.

    One that `may_shrink` is a list of today's, which is short on some days.
    """

    model: str
    path: str
    unique_key: tuple[str, ...]
    formats: tuple[str, ...]
    snapshot: bool
    may_shrink: bool = False

    @property
    def folder(self) -> str:
        """The first part of the path."""
        return self.path.split("/")[0]

    @property
    def file(self) -> str:
        """The last part of the path, without ending."""
        return self.path.split("/")[1]


def declared(models: Path = MODELS) -> list[Export]:
    """Every model whose yml says `meta.export`, in the order of their paths."""
    found = []
    for path in sorted(models.rglob("_*__models.yml")):
        for model in (yaml.safe_load(path.read_text()) or {}).get("models", []):
            export = model.get("config", {}).get("meta", {}).get("export")
            if export:
                found.append(
                    Export(
                        model["name"],
                        export["path"],
                        tuple(export["unique_key"]),
                        tuple(export.get("formats", COPY_OPTIONS)),
                        bool(export.get("snapshot", True)),
                        bool(export.get("may_shrink", False)),
                    )
                )
    return sorted(found, key=lambda export: export.path)


def export(accept_smaller: bool = False) -> list[Export]:
    """Write every exported file anew from the published file.

    Raises ExportRefused, before anything is replaced, when a file would lose more than a fifth of
    its rows and `accept_smaller` is not set, and at any point when the bucket fails; ConfigError
    when nothing is published yet.
    """
    if not config.published_file().exists():
        raise config.ConfigError("nothing is published yet: run `make daily` first")
    exports = declared()
    store = stores.chosen()
    with scratch() as written:
        with duckdb.connect(str(config.published_file()), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            found = connection.execute("select run_id, as_of_date from ops.run").fetchone()
            assert found is not None
            run_id, as_of = found
            stale = [one.source for one in freshness(connection) if one.is_stale(as_of)]
            rows = {export: count_rows(connection, export) for export in exports}
            if not accept_smaller:
                refuse_losses(store, rows)
            names = {export: columns(connection, export) for export in exports}
            for one in exports:
                for ending in one.formats:
                    write_file(connection, one, ending, written / f"{one.path}.{ending}")
        for folder in sorted({export.folder for export in exports}):
            entries = {}
            for one in (export for export in exports if export.folder == folder):
                for ending in one.formats:
                    path = written / f"{one.path}.{ending}"
                    store.put(path, f"{folder}/{path.name}")
                    if one.snapshot:
                        month = f"{as_of.isoformat()[:7]}-01"
                        store.keep(path, f"{folder}/monthly_snapshots/{month}_{path.name}")
                    entries[path.name] = {
                        "rows": rows[one],
                        "columns": names[one],
                        "sha256": stores.sha256(path),
                    }
            manifest = write_manifest(written / folder, run_id, as_of.isoformat(), entries, stale)
            store.put(manifest, f"{folder}/{manifest.name}")
    return exports


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder under the data folder, for files on their way; a killed run's is emptied."""
    folder = config.data_dir() / "work" / "exports"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def count_rows(connection: duckdb.DuckDBPyConnection, export: Export) -> int:
    """How many rows the exported model has."""
    found = connection.execute(f"select count(*) from marts.{export.model}").fetchone()
    assert found is not None
    return int(found[0])


def columns(connection: duckdb.DuckDBPyConnection, export: Export) -> list[str]:
    """The exported columns in their order."""
    return [
        row[0]
        for row in connection.execute(f"describe select * from marts.{export.model}").fetchall()
    ]


def write_file(
    connection: duckdb.DuckDBPyConnection, export: Export, ending: str, path: Path
) -> None:
    """One file, ordered by the model's key."""
    path.parent.mkdir(exist_ok=True)
    order = ", ".join(export.unique_key)
    connection.execute(
        f"copy (select * from marts.{export.model} order by {order})"
        f" to '{str(path).replace(chr(39), chr(39) * 2)}' ({COPY_OPTIONS[ending]})"
    )


def read_manifest(store: stores.Store, folder: str) -> dict[str, Any]:
    """The folder's manifest; empty when there is none."""
    text = store.read(f"{folder}/_manifest.json")
    try:
        found = {} if text is None else json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ExportRefused(
            f"{folder}/_manifest.json cannot be read, so nobody knows how many rows there were: "
            "look at what wrote it, then run `basin export --accept-smaller` once"
        )
    return found


def refuse_losses(store: stores.Store, rows: dict[Export, int]) -> None:
    """Raise ExportRefused when a file that may not shrink would lose more than a fifth of the rows
    that its manifest counts."""
    losses = []
    manifests = {
        folder: read_manifest(store, folder) for folder in sorted({one.folder for one in rows})
    }
    for one, count in rows.items():
        files = manifests[one.folder].get("files", {})
        before = max(
            (files.get(f"{one.file}.{e}", {}).get("rows", 0) for e in one.formats), default=0
        )
        if count < before * (1 - LARGEST_LOSS) and not one.may_shrink:
            losses.append(f"{one.path} would fall from {before:,} rows to {count:,}")
    if losses:
        raise ExportRefused(
            f"{'; '.join(losses)}: if that is right, run `basin export --accept-smaller` once"
        )


def write_manifest(
    folder: Path, run_id: int, as_of: str, files: dict[str, Any], stale: Sequence[str]
) -> Path:
    """What the folder holds, stored after its files: a reader who checks it never sees half a
    day."""
    text = json.dumps(
        {"run_id": run_id, "as_of": as_of, "stale_sources": sorted(stale), "files": files},
        indent=2,
        sort_keys=True,
    )
    path = folder / "_manifest.json"
    path.write_text(text + "\n")
    return path
