"""A day's extraction: every source in a process of its own, one writer, one line per table.

history of complete loads -> windows -> workers pull and pack in parallel -> load, one by one

A source is loaded as soon as its worker is done, while the others still read. A source that fails
keeps its rows and the others go on. No business logic: raw is what the vendors sent.
"""

import fcntl
import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from rich.console import Console

from extract import config, loading
from extract.api import SourceError
from extract.contract import ContractError, Table, read_contract
from extract.worker import Job, SourceResult, TableResult, describe, work

__all__ = ["SourceResult", "TableResult", "extract"]


def extract(
    sources: Sequence[str] | None,
    as_of: date,
    full: bool = False,
    accept_shrink: bool = False,
    console: Console | None = None,
) -> list[SourceResult]:
    """Copy the named sources (all when None or empty) into the working file as of a business day.

    `full` reads every table whole; `accept_shrink` lets a table lose more than a fifth of its rows.
    Raises ConfigError for what concerns all sources: an unknown name, a contradicting mode, a
    working file that somebody else has open, an extraction that is already running.
    """
    console = console or Console()
    names = list(dict.fromkeys(sources or config.sources()))
    for name in names:
        config.system(name)
    if config.mode() == "live" and as_of > config.today():
        raise config.ConfigError(f"AS_OF is {as_of}, which has not come yet: unset it")
    with (
        only_extraction(),
        loading.working_file(),  # who opens it in between finds it open: a tenth of a second each
        console.status(f"reading {', '.join(names)}"),
    ):
        jobs, results = plan(names, as_of, full, accept_shrink)
        for result in results.values():
            report(result, console)
        for result in run(jobs):
            report(result, console)
            results[result.source] = result
    return [results[name] for name in names]


def plan(
    names: Sequence[str], as_of: date, full: bool, accept_shrink: bool
) -> tuple[list[Job], dict[str, SourceResult]]:
    """The jobs to do, and the results of the sources that cannot even be started."""
    jobs: list[Job] = []
    failures: dict[str, SourceResult] = {}
    for name in names:
        try:
            jobs.append(plan_source(name, as_of, full, accept_shrink))
        except (SourceError, ContractError) as error:
            failures[name] = SourceResult(name, ok=False, error_sentence=str(error))
    return jobs, failures


def plan_source(name: str, as_of: date, full: bool, accept_shrink: bool) -> Job:
    """What the worker of one source has to know.

    Raises SourceError when its key has gone.
    """
    history = loading.read_history(name)
    connected = config.is_connected(name)
    if history.last_as_of and not connected:
        raise SourceError(
            f"no key for {name}, which was connected before: "
            f"set {' and '.join(config.remote(name).variables)} in .env"
        )
    starts = {
        table.name: None if full else window_start(table, history, as_of)
        for table in read_contract(name).values()
        if table.is_pulled
    }
    return Job(
        source=name,
        as_of=as_of,
        connected=connected,
        starts=starts,
        full_rows=history.full_rows,
        accept_shrink=accept_shrink,
        is_first=not history.last_as_of,
        modes=history.modes,
        asked=history.asked,
    )


def window_start(table: Table, history: loading.History, as_of: date) -> date | None:
    """First business day to ask for: the last complete load's as-of date minus the lookback.

    None means everything: no window declared, no complete load yet, or none in this month of a
    table that is read whole monthly. A table without complete load in this ISO week may reach
    further back. Never taken from a row or a clock, and never later than `as_of` minus the
    lookback, so that a wrong date once given cannot open a gap.
    """
    last = history.last_as_of.get(table.name)
    if table.mode != "window" or table.lookback_days is None or last is None:
        return None
    days = history.days.get(table.name, set())
    if table.is_full_monthly and not any(month_of(day) == month_of(as_of) for day in days):
        return None
    lookback = table.lookback_days
    if not any(week_of(day) == week_of(as_of) for day in days):
        lookback = max(lookback, table.weekly_lookback_days or 0)
    return min(last, as_of) - timedelta(days=lookback)


def month_of(day: date) -> tuple[int, int]:
    """Year and month."""
    return day.year, day.month


def week_of(day: date) -> tuple[int, int]:
    """ISO year and ISO week, which begins on Monday."""
    return day.isocalendar()[:2]


def run(jobs: Sequence[Job]) -> Iterator[SourceResult]:
    """Start all workers, load each source when its worker is done.

    They are forked from a server that has imported all that is imported here, since dlt takes its
    second.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        [name for name in sys.modules if name.partition(".")[0] in ("extract", "scripts")]
    )
    workers: dict[Connection[Any, Any], tuple[Job, BaseProcess]] = {}
    for job in jobs:
        loading.wipe(job.source)
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=work, args=(job, dict(os.environ), sender), daemon=True)
        process.start()
        sender.close()
        workers[receiver] = (job, process)
    try:
        while workers:
            ready = wait(list(workers))
            for receiver in [receiver for receiver in workers if receiver in ready]:
                job, worker = workers.pop(receiver)
                yield finish(job, receiver, worker)
    finally:
        for _, worker in workers.values():
            worker.kill()


def finish(job: Job, receiver: "Connection[Any, Any]", process: BaseProcess) -> SourceResult:
    """Take a worker's answer and load what it packed; the working folder is gone afterwards."""
    try:
        result: SourceResult = receiver.recv()
        process.join()
        if result.ok or result.is_packed:
            loading.load(job.source)
        return result
    except EOFError:
        process.join()
        return SourceResult(
            job.source,
            ok=False,
            error_sentence=f"{job.source}: its process was ended from outside "
            f"({process.exitcode}): see that memory suffices and run again",
        )
    except Exception as error:  # whatever it is, the other sources go on
        return SourceResult(job.source, ok=False, error_sentence=describe(job.source, error))
    finally:
        receiver.close()
        loading.wipe(job.source)


def report(result: SourceResult, console: Console) -> None:
    """One line per table, or the one sentence that says why there is none."""
    if result.error_sentence:
        console.print(
            result.error_sentence, style="red", markup=False, highlight=False, soft_wrap=True
        )
    elif not result.connected:
        console.print(f"{result.source}: not connected, its tables are empty", highlight=False)
    for table in result.tables:
        if table.note:
            console.print(table.note, style="yellow", markup=False, highlight=False, soft_wrap=True)
        if table.is_absent:
            continue
        since = f"since {table.window_start}" if table.window_start else "all"
        since = f"asked of {table.asked:,}" if table.asked is not None else since
        console.print(
            f"{result.source + '.' + table.table:<30}{table.rows:>10,} rows"
            f"{table.rejected:>6,} rejected{table.seconds:>7.1f} s  {since}",
            highlight=False,
            soft_wrap=True,
        )
        for warning in table.warnings:
            console.print(warning, style="yellow", markup=False, highlight=False, soft_wrap=True)


@contextmanager
def only_extraction() -> Iterator[None]:
    """Hold the working folders for one extraction.

    Raises ConfigError when another one runs.
    """
    config.loader_dir().mkdir(parents=True, exist_ok=True)
    with (config.loader_dir() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise config.ConfigError(
                "another extraction is running on this data folder: wait for it to end"
            ) from None
        yield
