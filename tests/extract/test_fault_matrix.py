"""Every source through every fault: recovered, or one sentence that says what to do.

One table of each source is pulled from the sandbox, from whose own answers the faults are made, in
pages of a few rows. What a failed source leaves in raw, and the others beside it, is in
`tests/behaviour/test_faults.py`.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pyarrow.parquet as pq
import pytest
import time_machine

from extract import config, loading, worker
from extract.api import SourceError
from extract.contract import read_contract
from extract.pipeline import plan_source
from extract.sources import quickbooks
from scripts.sandbox.server import running

TABLES = {
    "capitan": "customers",
    "facebook_ads": "ads",
    "firestore": "rsvps",
    "google_analytics": "page_views",
    "instagram": "media",
    "klaviyo": "profiles",
    "mailchimp": "members",
    "quickbooks": "purchases",
    "sendgrid": "templates",
    "shopify": "orders",
    "square": "payments",
    "stripe": "charges",
    "twilio": "messages",
}
STATUS = {f"{status}": {"kind": "status", "status": status} for status in (429, 500, 502, 503)}
BROKEN = STATUS | {
    "429 with Retry-After": {"kind": "status", "status": 429, "retry_after": 0},
    "reset": {"kind": "reset"},
    "truncated JSON": {"kind": "truncated_json"},
    "HTML": {"kind": "html"},
}
REFUSED = {f"{status}": {"kind": "status", "status": status} for status in (401, 403, 404)}
SLOW = {"slow": {"kind": "slow", "seconds": 0.3}}
PLACES = {kind: {"kind": kind} for kind in ("repeat_page", "cursor_expires")}
BAD_ROWS = {
    kind: {"kind": kind} for kind in ("null_id", "wrong_type", "bad_date", "date_2099", "long_name")
}
CLOCKS = {"an hour slow": -3600, "an hour fast": 3600}
REFUSED_FROM_THE_FUTURE = {"firestore", "google_analytics"}  # what they sign says when
ADVICE = re.compile(r"run again|accept-shrink|\.env|see whether the vendor changed its API")
Rows = Counter[str]
Usual = Callable[[str], Rows]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A small town whose vendors give seven rows to a page."""
    folder = tmp_path_factory.mktemp("town")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "SANDBOX_PEOPLE": "40",
            "SANDBOX_DAYS": "60",
            "SANDBOX_PAGE_CAP": "7",
            "BASIN_DATA": str(folder),
            "BASIN_MODE": "sandbox",
            "BASIN_RETRY_WAIT": "0",
            "AS_OF": "2026-01-31",
        }.items():
            patch.setenv(name, value)
        with running(folder) as addresses:
            for name, value in addresses.items():
                patch.setenv(name, value)
            yield addresses


@pytest.fixture(scope="module")
def usual(town: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Usual:
    """Gives the rows of a source that come when nothing is wrong."""
    folder = tmp_path_factory.mktemp("usual")

    @cache
    def rows(source: str) -> Rows:
        found, rejected = pull(source, folder)
        assert found.total() > 3 and not rejected
        return found

    return rows


@pytest.fixture(autouse=True)
def no_faults(town: dict[str, str]) -> Iterator[None]:
    """Forget the faults of a test."""
    yield
    with urlopen(Request(f"{town['SANDBOX_URL']}/_sandbox/faults", method="DELETE"), timeout=20):
        pass


def declare(town: dict[str, str], source: str, times: int | None, fault: dict[str, Any]) -> None:
    """Let a fault strike a source so often; for ever when None."""
    body = json.dumps({"source": source, "times": times} | fault).encode()
    address = f"{town['SANDBOX_URL']}/_sandbox/faults"
    with urlopen(Request(address, body, method="POST"), timeout=20) as answer:
        assert answer.status == 200


def pull(source: str, folder: Path, had: int = 0) -> tuple[Rows, int]:
    """The rows of a source's table as a worker packs them, and how many it refused."""
    table = read_contract(source)[TABLES[source]]
    job = replace(
        plan_source(source, date(2026, 1, 31), full=True, accept_shrink=False),
        full_rows={table.name: had},
    )
    rejections: dict[str, dict[str, Any]] = {}
    loading.wipe(source)
    quickbooks.company.cache_clear()  # which a worker has for its own life
    worker.pull_whole(job, table, folder / "rows.parquet", rejections)
    rows = pq.read_table(folder / "rows.parquet").to_pylist()
    # Asking changes what some vendors say of an access token or of where a file lies.
    shown = ({key: row[key] for key in table.primary_key} for row in rows)
    return Counter({json.dumps(one, sort_keys=True): 1 for one in shown}), len(rejections)


def test_the_matrix_has_every_source() -> None:
    assert sorted(TABLES) == sorted(one for one in config.sources() if config.system(one))


@pytest.mark.parametrize("fault", [*BROKEN, *SLOW])
@pytest.mark.parametrize("source", TABLES)
def test_a_fault_that_passes_goes_unnoticed(
    source: str, fault: str, town: dict[str, str], usual: Usual, tmp_path: Path
) -> None:
    expected = usual(source)
    declare(town, source, 1, (BROKEN | SLOW)[fault])
    assert pull(source, tmp_path) == (expected, 0)


@pytest.mark.parametrize("fault", [*BROKEN, *REFUSED])
@pytest.mark.parametrize("source", TABLES)
def test_a_fault_that_stays_is_said_with_what_to_do(
    source: str, fault: str, town: dict[str, str], tmp_path: Path
) -> None:
    declare(town, source, None, (BROKEN | REFUSED)[fault])
    with pytest.raises(SourceError) as raised:
        pull(source, tmp_path)
    said = str(raised.value)
    assert said.startswith(f"{source}: ") and ADVICE.search(said), said
    assert config.SANDBOX_KEY not in said and "127.0.0.1:" not in said


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("source", TABLES)
def test_a_clock_that_is_an_hour_off_costs_nothing_or_is_named(
    source: str, clock: str, usual: Usual, tmp_path: Path
) -> None:
    expected = usual(source)
    with time_machine.travel(time.time() + CLOCKS[clock]):
        if clock == "an hour fast" and source in REFUSED_FROM_THE_FUTURE:
            with pytest.raises(SourceError, match="this machine's clock"):
                pull(source, tmp_path)
        else:
            assert pull(source, tmp_path) == (expected, 0)


@pytest.mark.parametrize("fault", PLACES)
@pytest.mark.parametrize("source", TABLES)
def test_a_place_that_the_vendor_loses_costs_no_row(
    source: str, fault: str, town: dict[str, str], usual: Usual, tmp_path: Path
) -> None:
    expected = usual(source)
    declare(town, source, 1, PLACES[fault])
    assert pull(source, tmp_path) == (expected, 0)


@pytest.mark.parametrize("fault", BAD_ROWS)
@pytest.mark.parametrize("source", TABLES)
def test_a_row_that_is_bad_costs_no_other(
    source: str, fault: str, town: dict[str, str], usual: Usual, tmp_path: Path
) -> None:
    expected = usual(source)
    lists = {"mailchimp": "members", "square": "payments"}  # before which others are read
    declare(town, source, 1, BAD_ROWS[fault] | {"path": lists.get(source, "")})
    rows, rejected = pull(source, tmp_path)
    assert rows.total() + rejected == expected.total()
    assert (expected - rows).total() <= 1


@pytest.mark.parametrize("source", TABLES)
def test_a_column_that_is_new_costs_nothing(
    source: str, town: dict[str, str], usual: Usual, tmp_path: Path
) -> None:
    expected = usual(source)
    declare(town, source, None, {"kind": "extra_column"})
    assert pull(source, tmp_path) == (expected, 0)


@pytest.mark.parametrize("source", TABLES)
def test_no_rows_at_all_are_not_believed_of_a_table_that_is_read_whole(
    source: str, town: dict[str, str], usual: Usual, tmp_path: Path
) -> None:
    had = usual(source).total()
    declare(town, source, None, {"kind": "no_rows"})
    table = read_contract(source)[TABLES[source]]
    try:
        rows, _ = pull(source, tmp_path, had=had)
    except SourceError as error:
        assert ADVICE.search(str(error))
    else:  # what is there stays: only what is new was asked for
        assert table.mode == "window" and not table.is_full_monthly and not rows
