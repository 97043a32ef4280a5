"""The order of a day's work, nothing else.

lock -> extract -> dbt build with its tests -> publish -> export

Each step may be killed at any point and the day run again. A source that fails keeps its last good
rows and the day ends with exit code 3; a test that fails publishes nothing and ends with 1.
Nothing is ever sent.
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from rich.console import Console

from extract import config
from extract.pipeline import SourceResult, extract
from scripts import dbt_results, export, publish, state

PROJECT = Path(__file__).parents[1]
OK, TEST_FAILED, NOT_EXPORTED, SOURCE_STALE = 0, 1, 2, 3
LINES_ON_SCREEN = 10
# dbt's own entry point; it makes so many small objects that looking for garbage takes it a tenth.
DBT = "import gc; gc.set_threshold(200_000); from dbt.cli.main import cli; cli()"
OUTCOMES = {OK: "published", NOT_EXPORTED: "published", SOURCE_STALE: "published"}


class Busy(Exception):
    """Another day's work holds the lock; the message says who."""


def run_day(
    console: Console,
    *,
    full: bool = False,
    accept_shrink: bool = False,
    accept_retired_ids: bool = False,
    accept_smaller_files: bool = False,
) -> int:
    """Do the day's work and return its exit code.

    0 published, 1 not published, 2 published but not exported, 3 published with a stale source.
    Raises Busy and ConfigError.
    """
    config.mode()
    with lock(), sandbox_if_needed(console):
        day = as_of()
        run_id = state.begin_run(config.state_file(), day, now())
        try:
            code, detail = work(
                run_id, day, console, full, accept_shrink, accept_retired_ids, accept_smaller_files
            )
        except BaseException as error:
            known = isinstance(error, config.ConfigError)
            said = str(error) if known else type(error).__name__
            state.end_run(config.state_file(), run_id, "failed", said, now())
            raise
        state.end_run(config.state_file(), run_id, OUTCOMES.get(code, "failed"), detail, now())
        return code


def work(
    run_id: int,
    day: date,
    console: Console,
    full: bool,
    accept_shrink: bool,
    accept_retired_ids: bool,
    accept_smaller_files: bool,
) -> tuple[int, str | None]:
    """The steps in their order: exit code, and a sentence when it is not 0."""
    console.print(f"[bold]{day}[/]  {config.mode()} mode, {config.data_dir()}", highlight=False)
    results = extract(None, day, full, accept_shrink, console)
    write_run(run_id, day, accept_retired_ids)
    with timed(console, "dbt build"):
        built = build()
    if built != 0:
        lines = dbt_results.failures(dbt_results.target_path("prod"))
        console.print("[red]not published:[/] these must hold first", highlight=False)
        for line in lines[:LINES_ON_SCREEN]:
            console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
        if len(lines) > LINES_ON_SCREEN:
            log = dbt_results.target_path("prod") / "build.log"
            console.print(f"  and {len(lines) - LINES_ON_SCREEN} more, see {log}", highlight=False)
        return TEST_FAILED, "; ".join(lines)[:2000]
    with timed(console, "publish"):
        publish.publish()
    stale = stale_sources(results)
    try:
        with timed(console, "export"):
            export.export(accept_smaller_files)
    except export.ExportRefused as refusal:
        sentence = f"published, but not exported: {refusal}"
        console.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
        return NOT_EXPORTED, sentence
    if stale:
        sentence = f"published with old rows of {', '.join(stale)}"
        console.print(f"[yellow]{sentence}[/]", highlight=False)
        return SOURCE_STALE, sentence
    console.print("[green]published[/]")
    return OK, None


def stale_sources(results: list[SourceResult]) -> list[str]:
    """The sources whose rows are not of this run."""
    return sorted(result.source for result in results if not result.ok)


def as_of() -> date:
    """The business date of the run: AS_OF, else the town's clock, else today in the business's
    zone.

    Raises ConfigError when AS_OF is no date.
    """
    asked = os.environ.get("AS_OF")
    if asked:
        try:
            return date.fromisoformat(asked)
        except ValueError:
            raise config.ConfigError(
                f"AS_OF is {asked!r}: write it as YYYY-MM-DD, or unset it"
            ) from None
    if config.mode() == "sandbox":
        from scripts.sandbox.town import clock

        town_day = clock(config.data_dir())
        if town_day:
            return town_day
    return config.today()


def needs_sandbox() -> bool:
    """Whether the sandbox has to be started: sandbox mode, and a source that nobody pointed
    anywhere."""
    addresses = [
        f"{source.upper()}_BASE_URL" for source in config.sources() if config.system(source)
    ]
    return config.mode() == "sandbox" and not all(os.environ.get(name) for name in addresses)


@contextmanager
def sandbox_if_needed(console: Console) -> Iterator[None]:
    """A sandbox of our own on a free port, with the environment that leads to it, where one is
    needed.

    A source that somebody pointed elsewhere stays pointed there.
    """
    if not needs_sandbox():
        yield
        return
    from scripts.sandbox.server import running

    with ExitStack() as stack:
        with console.status("starting the invented town"):
            served = stack.enter_context(running(config.data_dir()))
        addresses = {name: value for name, value in served.items() if not os.environ.get(name)}
        before = {name: os.environ.get(name) for name in addresses}
        os.environ.update(addresses)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def write_run(run_id: int, day: date, accept_retired_ids: bool) -> None:
    """Tell the models the business date of the run, in one row of `ops.run`."""
    with duckdb.connect(str(config.work_file())) as connection:
        connection.execute("create schema if not exists ops")
        connection.execute(
            "create or replace table ops.run as"
            " select cast(? as bigint) as run_id, cast(? as date) as as_of_date,"
            " cast(? as boolean) as accepts_retired_ids",
            [run_id, day, accept_retired_ids],
        )


def build() -> int:
    """`dbt build` on the working file, in a process that dies with this one; dbt's exit code."""
    target = dbt_results.target_path("prod")
    target.mkdir(parents=True, exist_ok=True)
    (target / "run_results.json").unlink(missing_ok=True)
    environment = os.environ | {
        "BASIN_DATA": str(config.data_dir()),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target / "logs"),
        "DBT_LOG_LEVEL_FILE": "error",  # what people read is in build.log
    }
    parent = os.getpid()

    def die_with_parent() -> None:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)

    with (target / "build.log").open("w") as log:
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                DBT,
                "build",
                "--exclude-resource-type",
                "unit_test",  # of the models' text, which no day changes: `dbt test` runs them
                "--exclude",
                "test_name:keyed",  # these kinds are checked at once, when all is built
                "test_name:parses",
                "test_name:accepted_values",
                "test_name:relationships",
                "--target",
                "prod",
                "--profiles-dir",
                ".",
            ],
            cwd=PROJECT / "dbt_project",
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent if sys.platform == "linux" else None,
            check=False,
        )
    return done.returncode


@contextmanager
def lock() -> Iterator[None]:
    """Hold the data folder for the whole day's work.

    Raises Busy with who holds it.
    """
    path = lock_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "somebody"
            raise Busy(f"a day's work is already running here ({holder}): wait for it") from None
        file.truncate(0)
        file.write(f"process {os.getpid()} since {now()}")
        file.flush()
        yield


def lock_file() -> Path:
    """The file that whoever does a day's work holds locked."""
    return config.data_dir() / "state" / "daily.lock"


def is_running() -> bool:
    """Whether a day's work holds the data folder now."""
    if not lock_file().exists():
        return False
    with lock_file().open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def timed(console: Console, step: str) -> Iterator[None]:
    """Show that a step goes on, and afterwards how long it took."""
    began = time.monotonic()
    with console.status(step):
        yield
    console.print(f"{step:<32}{time.monotonic() - began:>35.1f} s", highlight=False)


def now() -> str:
    """The clock, in UTC; for people's eyes only, no model ever sees it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
