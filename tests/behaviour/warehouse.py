"""What the behaviour tests share: a small town with its day's work, and the one meaning of
*equal*.

Every command runs as a person runs it, in a process of its own with an environment of its own.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from scripts.sandbox import town, vendors
from scripts.sandbox.vendors.base import Vendor

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
Snapshot = dict[str, tuple[tuple[str, ...], Counter[tuple[Any, ...]]]]


@dataclass(frozen=True)
class Warehouse:
    """One data folder and the commands on it."""

    folder: Path
    people: int = 150
    noise: float = 1.0
    project: Path = ROOT

    def environment(self, **extra: str) -> dict[str, str]:
        """Only what a cron job would have, and the town's settings."""
        kept = {name: os.environ[name] for name in ("PATH", "TZ") if name in os.environ}
        return (
            kept
            | {
                "HOME": str(self.folder.parent),
                "USER": "tester",
                "BASIN_DATA": str(self.folder),
                "BASIN_MODE": "sandbox",  # whatever a file .env says
                "BASIN_BUCKET": "",
                "BASIN_RETRY_WAIT": "0",
                "SANDBOX_PEOPLE": str(self.people),
                "SANDBOX_NOISE": str(self.noise),
            }
            | extra
        )

    def basin(
        self, *arguments: str, typed: str | None = None, **extra: str
    ) -> subprocess.CompletedProcess[str]:
        """`basin <arguments>` with what is typed into it, waited for."""
        return subprocess.run(
            [sys.executable, "-c", "from scripts.cli import main; main()", *arguments],
            cwd=self.project,
            env=self.environment(**extra),
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )

    def daily(self, expected: int = 0, **extra: str) -> str:
        """A day's work with the exit code that is expected; what it printed."""
        done = self.basin("daily", **extra)
        said = done.stdout + done.stderr
        assert done.returncode == expected, said + self.build_log()
        return said

    def sync(self, destination: str, *options: str, expected: int = 0, **extra: str) -> str:
        """`basin sync` with the exit code that is expected; what it printed."""
        done = self.basin("sync", destination, *options, **extra)
        said = done.stdout + done.stderr
        assert done.returncode == expected, said
        return said

    def told(self) -> list[dict[str, Any]]:
        """Every call that the town's systems have heard from a sync, in order."""
        return vendors.received(self.views())

    def holds(self) -> dict[str, Any]:
        """What these calls have made of the town's systems."""
        return vendors.holds(self.views())

    def views(self) -> list[Vendor]:
        """The town's systems as they are now."""
        return vendors.views(town.open_town(self.folder).ledger, self.folder)

    def killed_daily(self, sabotage: str, **extra: str) -> None:
        """A day's work in a process that kills itself where `sabotage` (Python) says so."""
        self.killed(sabotage, "daily", **extra)

    def killed(self, sabotage: str, *arguments: str, **extra: str) -> None:
        """`basin <arguments>` in a process that kills itself where `sabotage` (Python) says so."""
        driver = textwrap.dedent(sabotage) + "\nfrom scripts.cli import main\nmain()\n"
        done = subprocess.run(
            [sys.executable, "-c", driver, *arguments],
            cwd=self.project,
            env=self.environment(**extra),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr

    def with_own_project(self) -> "Warehouse":
        """The same data folder and a copy of the project, whose files a test may change."""
        copy = self.folder.parent / "project"
        shutil.rmtree(copy, ignore_errors=True)
        for part in ("dbt_project", "extract", "macros", "scripts", "seeds", "tests/dbt"):
            shutil.copytree(
                ROOT / part,
                copy / part,
                ignore=shutil.ignore_patterns("target", "logs", "__pycache__"),
            )
        return replace(self, project=copy)

    def build_log(self) -> str:
        """The end of dbt's last log."""
        log = self.folder / "dbt" / "prod" / "build.log"
        return log.read_text()[-4000:] if log.exists() else ""

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the published file."""
        with duckdb.connect(str(self.published), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()

    def truth(self, file: str) -> str:
        """A truth file as a table for `query`."""
        return f"read_parquet('{self.folder / 'sandbox' / 'truth' / file}.parquet')"

    @property
    def published(self) -> Path:
        """The published file."""
        return self.folder / "published" / "basin.duckdb"

    def snapshot(self) -> Snapshot:
        """Every table of marts and intermediate and every export: all columns, rows as a multiset.

        Load ids, run ids and clock times are in none of them, apart from the manifests' run id.
        """
        found: Snapshot = {}
        with duckdb.connect(str(self.published), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            for schema, table in connection.execute(
                "select table_schema, table_name from information_schema.tables"
                " where table_schema in ('marts', 'intermediate') order by all"
            ).fetchall():
                cursor = connection.execute(f'select * from {schema}."{table}"')
                columns = tuple(column[0] for column in cursor.description or [])
                rows = Counter(tuple(map(str, row)) for row in cursor.fetchall())
                found[f"{schema}.{table}"] = (columns, rows)
        exports = self.folder / "exports"
        for path in sorted(exports.rglob("*")):
            name = str(path.relative_to(exports.parent))
            if path.suffix in (".csv", ".parquet"):
                cursor = duckdb.sql(f"select * from '{path}'")
                found[name] = (
                    tuple(cursor.columns),
                    Counter(tuple(map(str, row)) for row in cursor.fetchall()),
                )
            elif path.name == "_manifest.json":
                manifest = json.loads(path.read_text())
                del manifest["run_id"]
                found[name] = (("manifest",), Counter([(json.dumps(manifest, sort_keys=True),)]))
        return found


def differences(before: Snapshot, after: Snapshot) -> dict[str, str]:
    """Where two snapshots are not equal: by table, a sentence.

    Empty when they are.
    """
    found = {}
    for name in sorted(before.keys() | after.keys()):
        if name not in before or name not in after:
            found[name] = "is only in one of the two"
            continue
        (old_columns, old_rows), (new_columns, new_rows) = before[name], after[name]
        if old_columns != new_columns:
            found[name] = f"columns {old_columns} became {new_columns}"
        elif old_rows != new_rows:
            gone, come = old_rows - new_rows, new_rows - old_rows
            found[name] = (
                f"{gone.total()} rows gone, {come.total()} come, "
                f"such as {min(gone, default=())} and {min(come, default=())}"
            )
    return found
