"""Marts as CSV and parquet files, from the published file, with a manifest per folder written
last.

meta.export of a model -> <folder>/<file>.csv and .parquet -> <folder>/_manifest.json

A model says for itself that it is exported (`path`, `unique_key`, `formats`, `snapshot`); nothing
is listed here. Files are written beside their place and renamed; rows are ordered by their key, so
that equal data give equal bytes. It deliberately selects, renames and computes nothing: that is a
model's work.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

from extract import config
from scripts.freshness import freshness

MODELS = Path(__file__).parents[1] / "dbt_project" / "models"
LARGEST_LOSS = 0.2
COPY_OPTIONS = {"csv": "format csv, header", "parquet": "format parquet, compression zstd"}


class ExportRefused(Exception):
    """A file would lose more rows than is plausible; the message says which and what to do."""


@dataclass(frozen=True)
class Export:
    """One exported model: `path` is folder and file without ending, e.g.
    `customers/customer_events`."""

    model: str
    path: str
    unique_key: tuple[str, ...]
    formats: tuple[str, ...]
    snapshot: bool

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
                    )
                )
    return sorted(found, key=lambda export: export.path)


def exports_dir() -> Path:
    """Where exports go when there is no bucket."""
    return config.data_dir() / "exports"


def export(accept_smaller: bool = False) -> list[Export]:
    """Write every exported file anew from the published file.

    Raises ExportRefused, before anything is written, when a file would lose more than a fifth of
    its rows and `accept_smaller` is not set; ConfigError when nothing is published yet.
    """
    if not config.published_file().exists():
        raise config.ConfigError("nothing is published yet: run `make daily` first")
    exports = declared()
    target = exports_dir()
    with duckdb.connect(str(config.published_file()), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        found = connection.execute("select run_id, as_of_date from ops.run").fetchone()
        assert found is not None
        run_id, as_of = found
        stale = [one.source for one in freshness(connection) if one.is_stale(as_of)]
        rows = {export: count_rows(connection, export) for export in exports}
        if not accept_smaller:
            refuse_losses(target, rows)
        for folder in sorted({export.folder for export in exports}):
            entries = {}
            for one in (export for export in exports if export.folder == folder):
                for ending in one.formats:
                    path = target / folder / f"{one.file}.{ending}"
                    write_file(connection, one, ending, path)
                    entries[path.name] = {
                        "rows": rows[one],
                        "columns": columns(connection, one),
                        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                    }
                    if one.snapshot:
                        keep_snapshot(path, as_of.isoformat())
            write_manifest(target / folder, run_id, as_of.isoformat(), entries, stale)
    return exports


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
    """One file, ordered by the model's key, in place by one rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.next")
    order = ", ".join(export.unique_key)
    connection.execute(
        f"copy (select * from marts.{export.model} order by {order})"
        f" to '{str(beside).replace(chr(39), chr(39) * 2)}' ({COPY_OPTIONS[ending]})"
    )
    os.replace(beside, path)


def keep_snapshot(path: Path, as_of: str) -> None:
    """Keep the first file of each month as `monthly_snapshots/YYYY-MM-01_<file>`."""
    kept = path.parent / "monthly_snapshots" / f"{as_of[:7]}-01_{path.name}"
    if kept.exists():
        return
    kept.parent.mkdir(exist_ok=True)
    beside = kept.with_name(f".{kept.name}.next")
    shutil.copyfile(path, beside)
    os.replace(beside, kept)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The folder's manifest; empty when there is none."""
    path = folder / "_manifest.json"
    if not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def refuse_losses(target: Path, rows: dict[Export, int]) -> None:
    """Raise ExportRefused when a file would lose more than a fifth of the rows that its manifest
    counts."""
    losses = []
    for one, count in rows.items():
        files = read_manifest(target / one.folder).get("files", {})
        before = max(
            (files.get(f"{one.file}.{e}", {}).get("rows", 0) for e in one.formats), default=0
        )
        if count < before * (1 - LARGEST_LOSS):
            losses.append(f"{one.path} would fall from {before:,} rows to {count:,}")
    if losses:
        raise ExportRefused(
            f"{'; '.join(losses)}: if that is right, run `basin export --accept-smaller` once"
        )


def write_manifest(
    folder: Path, run_id: int, as_of: str, files: dict[str, Any], stale: Sequence[str]
) -> None:
    """What the folder holds, written after its files: a reader who checks it never sees half a
    day."""
    text = json.dumps(
        {"run_id": run_id, "as_of": as_of, "stale_sources": sorted(stale), "files": files},
        indent=2,
        sort_keys=True,
    )
    beside = folder / "._manifest.json.next"
    beside.write_text(text + "\n")
    os.replace(beside, folder / "_manifest.json")
