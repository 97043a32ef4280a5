"""What a day costs on the default town: seconds per step and peak memory, printed as a table.

Works in folders of its own that are removed afterwards. Neither the set-up nor the building of the
town is counted, nor that of its next day, which has a row of its own; the sandbox runs beside and
its memory is left out. The sandbox bears any number of calls, so what a vendor's limit would add is
reckoned and printed apart. Nothing here is a test.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb
import psutil
from rich.console import Console
from rich.table import Table

from extract.sources.capitan import CALLS_A_SECOND
from scripts.daily import PROJECT
from scripts.sandbox.town import clock

BASIN = [sys.executable, "-c", "from scripts.cli import main; main()"]
NEXT_TOWN_DAY = """
import os, urllib.request
from extract import config
from scripts.sandbox.town import advance
advance(config.data_dir(), 1)
urllib.request.urlopen(os.environ["SANDBOX_URL"] + "/_sandbox/clock").read()
"""


class Meter:
    """Watches a process and all below it: wall seconds, the largest memory in MB, and each sample
    of it with its time.

    What forked processes share counts once (proportional set size).
    """

    def __init__(self, process: psutil.Process, every: float = 0.1) -> None:
        """Begin to watch, every so many seconds: a look at gigabytes costs time itself."""
        self.process = process
        self.every = every
        self.peak = 0.0
        self.samples: list[tuple[float, float]] = []
        self.began = time.monotonic()
        self.seconds = 0.0
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self) -> None:
        while True:
            try:
                tree = [self.process, *self.process.children(recursive=True)]
                used = sum(one.memory_full_info().pss for one in tree)
                self.peak = max(self.peak, used / 1e6)
                self.samples.append((time.time(), used / 1e6))
            except psutil.Error:
                return
            time.sleep(self.every)

    def stop(self) -> None:
        """Take the time."""
        self.seconds = time.monotonic() - self.began


def measured(
    command: list[str], environment: dict[str, str], cwd: Path, every: float = 0.1
) -> tuple[Meter, str]:
    """Run a command to its end; what it cost and what it said. Raises SystemExit when it fails."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    meter = Meter(psutil.Process(process.pid), every)
    said, _ = process.communicate()
    meter.stop()
    if process.returncode:
        raise SystemExit(f"{' '.join(command[-2:])} ended with {process.returncode}:\n{said}")
    return meter, said


def main() -> None:
    """Run the benchmark and print its table."""
    console = Console()
    table = Table("step", "seconds", "peak MB", title="default town, two cores")
    with (
        tempfile.TemporaryDirectory(prefix="basin-bench-") as folder,
        tempfile.TemporaryDirectory(prefix="basin-bench-") as sources_alone,
    ):
        os.environ["BASIN_DATA"] = folder
        from scripts.sandbox.server import running

        subprocess.run([*BASIN, "sandbox", "reset"], cwd=PROJECT, check=True, capture_output=True)
        with running(Path(folder)) as addresses:
            environment = os.environ | addresses
            # The sandbox makes a day of the town when first asked for it: no part of the work.
            next_town_day = [sys.executable, "-c", NEXT_TOWN_DAY]
            build = [sys.executable, "-c", "from scripts.daily import build; exit(build())"]
            (Path(sources_alone) / "sandbox").symlink_to(Path(folder) / "sandbox")
            alone = environment | {"BASIN_DATA": sources_alone}
            extract = [*BASIN, "extract"]
            steps = [
                ("all sources from empty", extract, alone, PROJECT),
                ("a first day", [*BASIN, "daily"], environment, PROJECT),
                ("the same day again", [*BASIN, "daily"], environment, PROJECT),
                ("(the town's next day)", next_town_day, environment, PROJECT),
                ("all sources the next day", extract, alone, PROJECT),
                ("the next day", [*BASIN, "daily"], environment, PROJECT),
                ("dbt build alone", build, environment, PROJECT),
            ]
            for name, command, variables, cwd in steps:
                meter, said = measured(command, variables, cwd)
                table.add_row(name, f"{meter.seconds:.1f}", f"{meter.peak:,.0f}")
                if name in ("a first day", "the next day"):
                    console.rule(name)
                    console.print(said, markup=False, highlight=False)
            today = clock(Path(folder))
            assert today is not None
            for day in (today - timedelta(1), today):
                count = calls_one_by_one(Path(sources_alone), day)
                console.print(
                    f"{day}: {count:,} calls to Capitan for one person each; its limit of"
                    f" {CALLS_A_SECOND} a second makes them last {count / CALLS_A_SECOND:,.0f} s"
                )
    console.print(table)


def calls_one_by_one(folder: Path, day: date) -> int:
    """How many calls a day's extraction made of which each is about one row of another table."""
    with duckdb.connect(str(folder / "work" / "basin.duckdb"), read_only=True) as connection:
        (count,) = connection.execute(
            "select count(*) from raw_capitan.asked where ? in (_seen_on, previously_seen_on)",
            [day.isoformat()],
        ).fetchone() or (0,)
    return int(count)


if __name__ == "__main__":
    main()
