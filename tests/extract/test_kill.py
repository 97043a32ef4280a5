"""An extraction killed at any point and run again gives what an undisturbed one gives."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from extract.contract import read_contract
from tests.extract.conftest import Request, Vendor, query, run

# Extracts capitan and kills its own process before the n-th statement that holds a text; of several
# statements in one call after the first of them.
KILLED_IN_LOAD = """
import os, signal, sys
from datetime import date
from dlt.destinations.impl.duckdb.sql_client import DuckDbSqlClient
from extract.pipeline import extract

text, left, as_of = sys.argv[1], int(sys.argv[2]), date.fromisoformat(sys.argv[3])
execute = DuckDbSqlClient.execute_query

def execute_or_die(client, query, *args, **kwargs):
    global left
    left -= text in str(query)
    if not left:
        first, _, others = str(query).partition(";\\n")
        if others:
            client.native_connection.execute(first)
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(client, query, *args, **kwargs)

DuckDbSqlClient.execute_query = execute_or_die
extract(["capitan"], as_of)
"""
IN_CREATION = ('"raw_capitan"', 3)
IN_STAGING = ('INSERT INTO "dlt_staging_raw_capitan"', 3)
AFTER_LOADS = ('INSERT INTO "dlt_staging_raw_capitan"', 5)
BETWEEN_MERGES = ('DELETE FROM "raw_capitan"', 3)
INSIDE_A_MERGE = ('DELETE FROM "raw_capitan"."asked"', 1)
BEFORE_THE_MARK = ('INSERT INTO "raw_capitan"."_dlt_loads"', 1)
AFTER_THE_MARK = ('DELETE FROM "dlt_staging_raw_capitan"', 2)

Rows = list[tuple[object, ...]]


def everything() -> dict[str, Rows]:
    """All rows of all declared tables of capitan, without the loader's own marks."""
    return {
        name: sorted(
            query(f"select * exclude (_dlt_id, _dlt_load_id) from raw_capitan.{name}"), key=repr
        )
        for name in read_contract("capitan")
    }


def first_day(vendor: Vendor) -> None:
    vendor.lists["customers"] = [{"id": number, "first_name": "A"} for number in range(120)]
    vendor.lists["check-ins"] = [{"id": number} for number in range(50)]
    vendor.lists["customer-entry-passes"] = [{"id": 1, "owner_id": 1}, {"id": None}]


def second_day(vendor: Vendor) -> None:
    vendor.lists["customers"] = [{"id": number, "first_name": "B"} for number in range(1, 130)]
    vendor.lists["check-ins"] = [{"id": number, "entry_method": "MEM"} for number in range(20, 90)]
    vendor.lists["customer-entry-passes"] = [{"id": 1, "owner_id": 2}, {"id": ""}]


def killed(point: tuple[str, int], as_of: str) -> None:
    text, occurrence = point
    command = [sys.executable, "-c", KILLED_IN_LOAD, text, str(occurrence), as_of]
    assert subprocess.run(command, capture_output=True, check=False).returncode == -9


def test_a_load_killed_on_the_second_day_and_run_again_equals_an_undisturbed_one(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first_day(vendor)
    run("capitan", as_of="2026-01-31")
    second_day(vendor)
    points = (
        IN_STAGING,
        AFTER_LOADS,
        BETWEEN_MERGES,
        INSIDE_A_MERGE,
        BEFORE_THE_MARK,
        AFTER_THE_MARK,
    )
    for place in range(len(points)):
        shutil.copytree(tmp_path / "data", tmp_path / f"data{place}")
    run("capitan", as_of="2026-02-01")
    undisturbed = everything()
    for place, point in enumerate(points):
        monkeypatch.setenv("BASIN_DATA", str(tmp_path / f"data{place}"))
        killed(point, "2026-02-01")
        assert run("capitan", as_of="2026-02-01").results["capitan"].ok
        found = everything()
        if (
            point == AFTER_THE_MARK
        ):  # that load was complete: its lines rightly stand beside the new
            found["loads"] = undisturbed["loads"]
        assert found == undisturbed, point
        for name in read_contract("capitan"):
            marks = query(f"select count(*) = count(distinct _dlt_id) from raw_capitan.{name}")
            assert marks == [(True,)], (point, name)


def test_a_first_load_that_was_killed_is_read_whole_again(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first_day(vendor)
    run("capitan", as_of="2026-01-31")
    undisturbed = everything()
    for place, point in enumerate((IN_CREATION, AFTER_LOADS, BEFORE_THE_MARK)):
        monkeypatch.setenv("BASIN_DATA", str(tmp_path / f"data{place}"))
        killed(point, "2026-01-31")
        vendor.requests.clear()
        assert run("capitan", as_of="2026-01-31").results["capitan"].ok
        assert not [one for one in vendor.requests if "check_in_datetime__gte" in one.query]
        assert everything() == undisturbed, point


def test_readers_die_with_the_extraction(vendor: Vendor) -> None:
    asked, release = threading.Event(), threading.Event()

    def hang(request: Request) -> None:
        asked.set()
        release.wait(30)

    vendor.faults["customers"] = hang
    process = psutil.Popen([sys.executable, "-m", "extract", "capitan"], stdout=subprocess.DEVNULL)
    assert asked.wait(30)
    children = process.children(recursive=True)
    assert children
    process.kill()
    process.wait()
    alive = psutil.wait_procs(children, timeout=5)[1]
    release.set()
    assert not alive
    vendor.faults.clear()
    assert run("capitan").results["capitan"].ok
