"""One source in a process of its own: pull every table, guard it, and pack it for loading.

Rows go page by page through the contract into one parquet file per table. Only when every table of
the source is whole are the files handed to dlt; a source that fails leaves no package, so its rows
of yesterday stay. Nothing here opens the DuckDB file. What the parent needs to know comes back as
one `SourceResult`; whatever goes wrong becomes one sentence without data, secrets or stack trace.
"""

import importlib
import multiprocessing
import multiprocessing.connection
import os
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from extract import config, loading, rations
from extract.api import InterruptedPull, NotOffered, Page, SourceError
from extract.contract import ContractError, Table, read_contract, screen

ROWS_PER_WRITE = 10_000
LARGEST_LOSS = 0.2
FEWEST_TELLING = 5  # so many lists that are all empty now, and were not, are no chance
Ask = Callable[[str, list[str]], Iterator[Page]]
Pull = Callable[[str, date | None], Iterator[Page]]


@dataclass(frozen=True)
class TableResult:
    """One table of one run; rows are counted once however often they came; no window means all.

    `is_absent` when the account has no such list, `note` what people are told of it, once.
    `asked` is of how many rows of its parent a rationed table was asked.
    """

    table: str
    rows: int
    rejected: int
    seconds: float
    window_start: date | None
    is_absent: bool = False
    note: str | None = None
    warnings: tuple[str, ...] = ()
    asked: int | None = None

    @property
    def mode(self) -> str:
        """How it was read, as `loads` says it."""
        if self.is_absent:
            return "absent"
        return "window" if self.window_start else "full"


@dataclass(frozen=True)
class SourceResult:
    """One source of one run; not `connected` is a live source without a key that never had
    rows."""

    source: str
    ok: bool
    error_sentence: str | None = None
    tables: list[TableResult] = field(default_factory=list)
    connected: bool = True
    is_packed: bool = False


@dataclass(frozen=True)
class Job:
    """What a worker is told: from when to read each table, what the last full reads counted, and
    how each table was read last."""

    source: str
    as_of: date
    connected: bool
    starts: dict[str, date | None]
    full_rows: dict[str, int]
    accept_shrink: bool
    is_first: bool = False
    modes: dict[str, str] = field(default_factory=dict)
    asked: dict[str, dict[str, rations.Asked]] = field(default_factory=dict)


def work(
    job: Job,
    environment: dict[str, str],
    answer: "multiprocessing.connection.Connection[SourceResult, Any]",
) -> None:
    """The worker's whole life: dies with its parent, answers once."""
    die_with_parent()
    os.environ.clear()  # the fork server has the environment of its own start
    os.environ.update(environment, AS_OF=job.as_of.isoformat())
    answer.send(prepare(job))
    answer.close()


def die_with_parent() -> None:
    """End this process as soon as the one that started the extraction has ended, however it did."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def prepare(job: Job) -> SourceResult:
    """Pull, guard and pack one source; never raises.

    A source that never loaded and fails leaves a package of empty tables: the models find them, and
    the other sources' day is built.
    """
    try:
        return pack(job)
    except (SourceError, ContractError, config.ConfigError) as error:
        sentence = str(error)
    except Exception as error:  # whatever it is, the other sources go on
        sentence = describe(job.source, error)
    failed = SourceResult(job.source, ok=False, error_sentence=sentence)
    if not job.is_first:
        return failed
    try:
        loading.wipe(job.source)
        pack(replace(job, connected=False))
    except Exception:  # the first sentence says what is wrong
        return failed
    return replace(failed, is_packed=True)


def describe(source: str, error: BaseException) -> str:
    """An unforeseen error by kind and place only: its message may quote rows or secrets."""
    here = Path(__file__).parent
    places = [
        f"{Path(frame.filename).name} line {frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if here in Path(frame.filename).parents
    ]
    where = f" at {places[-1]}" if places else ""
    return (
        f"{source}: stopped by an unforeseen {type(error).__name__}{where}: "
        "run again, and report it if it comes back"
    )


def pack(job: Job) -> SourceResult:
    """All tables of the source as one load package."""
    contract = read_contract(job.source)
    pulled = loading.folder(job.source) / "pulled"
    pulled.mkdir(parents=True)
    rejections: dict[str, dict[str, Any]] = {}
    results, marks, asked = [], [], []
    files: dict[Table, Path] = {}
    for table in contract.values():
        files[table] = pulled / f"{table.name}.parquet"
        if not table.is_pulled or not job.connected:
            pq.write_table(table.schema.empty_table(), files[table])
            continue
        if table.is_rationed:
            parents = contract[table.parent or ""]
            result, lines = pull_rationed(
                job, table, files[table], parents, files[parents], rejections
            )
            asked += lines
        else:
            result = pull_whole(job, table, files[table], rejections)
        results.append(result)
        marks.append(
            {
                "table_name": table.name,
                "as_of": job.as_of.isoformat(),
                "mode": "rationed" if table.is_rationed else result.mode,
                "window_start": result.window_start and result.window_start.isoformat(),
                "rows": result.rows,
                "rejected": result.rejected,
            }
        )
    ours = {"rejected": list(rejections.values()), "asked": asked, "loads": marks}
    for table in contract.values():
        if table.mode in ours:
            rows = pa.Table.from_pylist(ours[table.mode], schema=table.schema)
            pq.write_table(rows, files[table])
    loading.package(job.source, files)
    return SourceResult(job.source, ok=True, tables=results, connected=job.connected)


def pull_whole(
    job: Job, table: Table, path: Path, rejections: dict[str, dict[str, Any]]
) -> TableResult:
    """One table, read a second time when the vendor lost the place or sent less than it counted.

    Raises SourceError when it is still not whole, much smaller than at the last full read, or no
    longer offered.
    """
    pull: Pull = importlib.import_module(f"extract.sources.{job.source}").pull
    start = job.starts[table.name]
    began = time.monotonic()
    for attempt in (1, 2):
        found: dict[str, dict[str, Any]] = {}
        warnings: dict[str, None] = {}
        try:
            pages = noting(pull(table.name, start), warnings)
            lists = pull_once(job, table, pages, path, found)
        except InterruptedPull:
            if attempt == 2:
                raise
            continue
        except NotOffered as absence:
            return absent(job, table, absence, time.monotonic() - began)
        short = [one for one in lists.values() if one.came < one.counted]
        if not short:
            break
    else:
        raise SourceError(
            f"{job.source}: {table.name} came with {short[0].came} of {short[0].counted} rows "
            "twice: run again later"
        )
    rows = len(set().union(*(one.keys for one in lists.values())))
    before = job.full_rows.get(table.name, 0)
    is_whole = table.mode != "window" or (table.is_full_monthly and start is None)
    is_watched = is_whole and not table.may_shrink
    if is_watched and not job.accept_shrink and rows < before * (1 - LARGEST_LOSS):
        raise SourceError(
            f"{job.source}: {table.name} has only {rows} rows and had {before}: "
            "if that is right, run `basin extract --accept-shrink` once"
        )
    rejections.update(found)
    seconds = time.monotonic() - began
    return TableResult(table.name, rows, len(found), seconds, start, warnings=tuple(warnings))


def noting(pages: Iterator[Page], warnings: dict[str, None]) -> Iterator[Page]:
    """The same pages; what they warn of is noted, each sentence once."""
    for page in pages:
        if page.warning:
            warnings[page.warning] = None
        yield page


def pull_rationed(
    job: Job,
    table: Table,
    path: Path,
    parents: Table,
    parents_path: Path,
    rejections: dict[str, dict[str, Any]],
) -> tuple[TableResult, list[dict[str, Any]]]:
    """One rationed table: today's rows of the parents whose turn it is, and who was asked about.

    The parents are those that were just pulled. Raises SourceError where nobody who had rows has
    any.
    """
    ask: Ask = importlib.import_module(f"extract.sources.{job.source}").ask
    began = time.monotonic()
    key, shown = parents.primary_key[0], pq.read_table(parents_path).to_pylist()
    marks = {str(row[key]): rations.mark(row) for row in shown}
    asked = job.asked.get(table.name, {})
    chosen = rations.choose(marks, asked, job.as_of, table.calls_a_day)
    rejected: dict[str, dict[str, Any]] = {}
    lists = pull_once(job, table, ask(table.name, chosen), path, rejected)
    found = {parent: lists[parent].came if parent in lists else 0 for parent in chosen}
    lost = rations.lost(asked, found)
    if lost >= FEWEST_TELLING and not job.accept_shrink:
        raise SourceError(
            f"{job.source}: {table.name} came empty for all of {lost} rows of {parents.name} that "
            "had some: if that is right, run `basin extract --accept-shrink` once"
        )
    rejections.update(rejected)
    rows, seconds = sum(found.values()), time.monotonic() - began
    result = TableResult(table.name, rows, len(rejected), seconds, None, asked=len(chosen))
    return result, rations.lines(table.name, marks, asked, found, job.as_of)


def absent(job: Job, table: Table, absence: NotOffered, seconds: float) -> TableResult:
    """A list that the account does not have; a table that was read before is not given up
    silently."""
    before = job.modes.get(table.name)
    if before in ("full", "window") and not job.accept_shrink:
        raise SourceError(
            f"{absence}; it was read before: if that is right, "
            "run `basin extract --accept-shrink` once"
        )
    note = None if before == "absent" else str(absence)
    return TableResult(table.name, 0, 0, seconds, None, is_absent=True, note=note)


@dataclass
class Listed:
    """What came of one list: keys, keys of refused rows, and what the vendor counted at first."""

    counted: int
    keys: set[Any] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    @property
    def came(self) -> int:
        """How many different rows came."""
        return len(self.keys) + len(self.refused)


def pull_once(
    job: Job,
    table: Table,
    pages: Iterator[Page],
    path: Path,
    rejections: dict[str, dict[str, Any]],
) -> dict[str, Listed]:
    """Write one reading of a table to a file.

    Returns what came of each list that the table is made of. What the vendor counts is taken at a
    list's first page, so that rows removed while we read, which push others out of our way, are
    noticed. Refused rows go to `rejections` by their key.
    """
    lists: dict[str, Listed] = {}
    position = 0
    with pq.ParquetWriter(path, table.schema) as writer:
        waiting: list[pa.Table] = []
        for page in pages:
            screened = screen(table, page.rows, job.as_of.isoformat(), position)
            position += len(page.rows)
            one = lists.setdefault(page.parent, Listed(page.count or 0))
            one.keys.update(screened.keys)
            one.refused.update(row["rejection_key"] for row in screened.rejections)
            rejections.update((row["rejection_key"], row) for row in screened.rejections)
            waiting.append(screened.table)
            if sum(map(len, waiting)) >= ROWS_PER_WRITE:
                writer.write_table(pa.concat_tables(waiting))
                waiting = []
        if waiting:
            writer.write_table(pa.concat_tables(waiting))
    return lists
