"""What a bad day leaves in raw: yesterday's rows, one sentence, and nobody's secrets."""

import multiprocessing
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from extract import config
from extract.contract import read_contract
from extract.loading import working_file
from extract.worker import Job, prepare
from tests.extract.conftest import Answer, Request, Vendor, query, run, whole

HTML = (200, {"Content-Type": "text/html"}, b"<html>Just a moment</html>")
CUT = (200, {"Content-Type": "application/json"}, b'{"count": 1, "next": null, "results": [{"id')
NO_LIST = whole({"count": 0, "next": None})
EMPTY: Answer = (200, {}, b"")
BROKEN = {
    "truncated JSON": CUT,
    "HTML": HTML,
    "no list": NO_LIST,
    "empty": EMPTY,
    "a list of another kind": whole([1, 2]),
    "500": whole({"detail": "oops"}, 500),
    "502": (502, {}, b"<html>Bad gateway</html>"),
}


def in_turn(*answers: Answer) -> Callable[[Request], Answer | None]:
    """Each of these answers once, then the usual ones."""
    left = iter(answers)
    return lambda request: next(left, None)


def test_a_fault_for_ever_leaves_the_source_as_it_was_and_the_others_go_on(vendor: Vendor) -> None:
    vendor.lists["customers"] = [{"id": 1, "first_name": "old"}]
    vendor.lists["check-ins"] = [{"id": 1}]
    run("capitan", as_of="2026-01-31")
    vendor.lists["customers"] = [{"id": 1, "first_name": "new"}]
    vendor.lists["stripe/charges"] = [{"id": "ch_1", "created": 1}]
    vendor.faults["check-ins"] = lambda request: CUT
    found = run("capitan", "stripe", as_of="2026-02-01")
    capitan, stripe = found.results["capitan"], found.results["stripe"]
    assert capitan.error_sentence == (
        "capitan: check_ins could not be read, it got an answer that is not JSON 5 times: "
        "run again later"
    )
    assert capitan.error_sentence in found.printed
    assert query("select id, first_name, _seen_on from raw_capitan.customers") == [
        (1, "old", "2026-01-31")
    ]
    assert query("select distinct as_of from raw_capitan.loads") == [("2026-01-31",)]
    assert stripe.ok
    assert query("select id from raw_stripe.charges") == [("ch_1",)]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_is_asked_for_again_and_then_said(vendor: Vendor, name: str) -> None:
    vendor.faults["customers"] = lambda request: BROKEN[name]
    starts: dict[str, date | None] = dict.fromkeys(read_contract("capitan"))
    job = Job("capitan", date(2026, 1, 31), True, starts, {}, False)
    result = prepare(job)
    assert not result.ok
    sentence = str(result.error_sentence)
    assert sentence.startswith("capitan: customers could not be read, it got ")
    assert sentence.endswith(" 5 times: run again later")
    assert len(vendor.requests) == 5


def test_a_source_that_is_down_on_its_first_day_leaves_empty_tables(vendor: Vendor) -> None:
    vendor.lists["customers"] = [{"id": 1}]
    vendor.faults["check-ins"] = lambda request: BROKEN["500"]
    assert not run("capitan").results["capitan"].ok
    for table in ("customers", "check_ins", "customer_memberships", "loads", "rejected"):
        assert query(f"select count(*) from raw_capitan.{table}") == [(0,)]
    vendor.faults.clear()
    assert run("capitan").results["capitan"].ok
    assert query("select id from raw_capitan.customers") == [(1,)]


def test_passing_faults_go_unnoticed(vendor: Vendor) -> None:
    vendor.lists["customers"] = [{"id": 1}]
    vendor.faults["customers"] = in_turn(CUT, HTML, NO_LIST, EMPTY)
    vendor.faults["check-ins"] = in_turn(BROKEN["500"], BROKEN["502"])
    vendor.faults["customer-memberships"] = in_turn(
        (429, {}, b""), BROKEN["a list of another kind"]
    )
    assert run("capitan").results["capitan"].ok
    assert query("select id from raw_capitan.customers") == [(1,)]


def test_a_wait_that_the_vendor_asks_for_is_kept(vendor: Vendor) -> None:
    vendor.faults["customers"] = in_turn((429, {"Retry-After": "1"}, b"{}"))
    began = time.monotonic()
    assert run("capitan").results["capitan"].ok
    assert time.monotonic() - began > 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_said_at_once(vendor: Vendor, status: int) -> None:
    vendor.faults["customers"] = lambda request: whole({"detail": "Invalid token."}, status)
    result = run("capitan").results["capitan"]
    assert result.error_sentence == (
        f"capitan: customers was refused ({status}): check CAPITAN_API_TOKEN in .env"
    )
    assert len(vendor.requests) == 1


def test_a_next_page_on_another_host_is_refused(vendor: Vendor) -> None:
    body = {"count": 2, "next": "http://localhost.example.org/x?page=2", "results": [{"id": 1}]}
    vendor.faults["customers"] = lambda request: whole(body)
    result = run("capitan").results["capitan"]
    assert not result.ok
    assert "a next page on another host, which was refused" in str(result.error_sentence)
    assert len(vendor.requests) == 1


def test_a_redirect_is_not_followed(vendor: Vendor) -> None:
    elsewhere = f"http://localhost:{vendor.port}/capitan/api/elsewhere/"
    vendor.faults["customers"] = lambda request: (302, {"Location": elsewhere}, b"")
    result = run("capitan").results["capitan"]
    assert "a redirect (302), which was refused" in str(result.error_sentence)
    assert [one.path for one in vendor.requests] == ["/capitan/api/customers/"]


def test_a_sandbox_run_never_leaves_the_machine(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CAPITAN_BASE_URL")
    monkeypatch.setenv("CAPITAN_API_TOKEN", "a-key")
    result = run("capitan").results["capitan"]
    assert "sandbox mode sends nothing off this machine" in str(result.error_sentence)


def test_fewer_rows_than_the_vendor_counts_are_never_taken_for_all(vendor: Vendor) -> None:
    vendor.lists["customers"] = [{"id": number} for number in range(150)]
    run("capitan", as_of="2026-01-31")
    short = {"count": 150, "next": None, "results": vendor.lists["customers"][:149]}
    vendor.faults["customers"] = lambda request: whole(short)
    result = run("capitan", as_of="2026-02-01").results["capitan"]
    assert result.error_sentence == (
        "capitan: customers came with 149 of 150 rows twice: run again later"
    )
    assert query("select distinct _seen_on from raw_capitan.customers") == [("2026-01-31",)]


def test_a_page_sent_instead_of_another_is_made_good_by_reading_again(vendor: Vendor) -> None:
    vendor.lists["customers"] = [{"id": number} for number in range(250)]
    once = iter([True])

    def first_page_again(request: Request) -> Answer | None:
        if request.query.get("page") == "2" and next(once, False):
            return vendor.capitan("customers", Request(request.path, {"page_size": "100"}, {}))
        return None

    vendor.faults["customers"] = first_page_again
    assert run("capitan").results["capitan"].ok
    assert query("select count(*), max(_row_number) from raw_capitan.customers") == [(250, 249)]


def test_a_cursor_that_expires_starts_the_list_again(vendor: Vendor) -> None:
    vendor.lists["stripe/charges"] = [{"id": f"ch_{number}", "created": 1} for number in range(250)]
    gone = whole({"error": {"message": "No such charge"}}, 404)
    once = iter([True])
    vendor.faults["charges"] = lambda request: (
        gone if request.query.get("starting_after") == "ch_199" and next(once, False) else None
    )
    assert run("stripe").results["stripe"].ok
    assert query("select count(*) from raw_stripe.charges") == [(250,)]


def test_a_list_that_runs_in_a_circle_ends(vendor: Vendor) -> None:
    circle = whole({"has_more": True, "data": [{"id": "ch_1", "created": 1}]})
    vendor.faults["charges"] = lambda request: circle
    result = run("stripe").results["stripe"]
    assert "the same page again and again" in str(result.error_sentence)


def test_a_repeated_page_is_not_taken_for_the_end_of_the_list(vendor: Vendor) -> None:
    rows = [{"id": f"ch_{number}", "created": 1} for number in range(150)]
    vendor.lists["stripe/charges"] = rows
    again = whole({"has_more": False, "data": rows[:100]})
    once = iter([True])
    vendor.faults["charges"] = lambda request: (
        again if "starting_after" in request.query and next(once, False) else None
    )
    assert run("stripe").results["stripe"].ok
    assert query("select count(*) from raw_stripe.charges") == [(150,)]


def test_a_row_without_id_at_the_end_of_a_page_does_not_end_the_list(vendor: Vendor) -> None:
    rows = [{"id": f"ch_{number}", "created": 1} for number in range(150)]
    page = whole({"has_more": True, "data": [*rows[:100], {"id": None, "created": 1}]})
    vendor.lists["stripe/charges"] = rows
    vendor.faults["charges"] = lambda request: None if "starting_after" in request.query else page
    assert run("stripe").results["stripe"].ok
    assert query("select count(*) from raw_stripe.charges") == [(150,)]
    assert query("select reason from raw_stripe.rejected") == [("null_id",)]


def test_a_table_that_lost_a_fifth_waits_for_somebody_to_say_so(vendor: Vendor) -> None:
    vendor.lists["customers"] = [{"id": number} for number in range(100)]
    run("capitan", as_of="2026-01-31")
    vendor.lists["customers"] = [{"id": number} for number in range(80)]
    assert run("capitan", as_of="2026-02-01").results["capitan"].ok
    vendor.lists["customers"] = [{"id": number} for number in range(60)]
    result = run("capitan", as_of="2026-02-02").results["capitan"]
    assert result.error_sentence == (
        "capitan: customers has only 60 rows and had 80: "
        "if that is right, run `basin extract --accept-shrink` once"
    )
    assert run("capitan", as_of="2026-02-02", accept_shrink=True).results["capitan"].ok
    assert run("capitan", as_of="2026-02-03").results["capitan"].ok


def test_a_worker_that_is_killed_is_one_failed_source(vendor: Vendor) -> None:
    def kill_reader(request: Request) -> None:
        for child in multiprocessing.active_children():
            child.kill()

    vendor.faults["customers"] = kill_reader
    result = run("capitan").results["capitan"]
    assert result.error_sentence == (
        "capitan: its process was ended from outside (-9): see that memory suffices and run again"
    )


def test_a_working_file_that_somebody_has_open_is_named(vendor: Vendor) -> None:
    run("ops")
    holder = "c = duckdb.connect(sys.argv[1]); print(1, flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", f"import duckdb, sys; {holder}", str(config.work_file())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        with pytest.raises(config.ConfigError, match="is open in another program"):
            run("ops")
        process.communicate()


def test_a_type_that_changed_in_the_contract_is_named(vendor: Vendor) -> None:
    run("capitan")
    with working_file() as connection:
        connection.execute("alter table raw_capitan.customers alter email type integer")
    result = run("capitan").results["capitan"]
    assert result.error_sentence == (
        "capitan: customers.email is INTEGER in the working file and varchar in the sources yml: "
        "drop the schema raw_capitan in the working file, everything is then read again"
    )


def test_no_secret_and_nobodys_data_is_printed_or_left_behind(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BASIN_MODE", "live")
    monkeypatch.setenv("CAPITAN_API_TOKEN", "key-of-capitan")
    monkeypatch.setenv("STRIPE_PRODUCTION_API_KEY", "key-of-stripe")
    person = {"id": 1, "email": "private@example.org", "token": "key-of-capitan"}
    vendor.lists["customers"] = [person, {"id": None, "email": "private@example.org"}]
    printed = run("capitan").printed
    for answer in (whole(person, 500), whole(person, 404), whole(person, 401), whole(person)):
        vendor.faults["charges"] = lambda request, answer=answer: answer  # type: ignore[misc]
        found = run("stripe")
        assert not found.results["stripe"].ok
        printed += found.printed + repr(found.results)
    with working_file() as connection:
        connection.execute("alter table raw_capitan.customers add column late integer")
        connection.execute("update raw_capitan.customers set late = 1")
        connection.execute("alter table raw_capitan.customers alter late set not null")
    found = run("capitan")
    assert "stopped by an unforeseen" in str(found.results["capitan"].error_sentence)
    printed += found.printed + repr(found.results)
    out, err = capfd.readouterr()
    for text in (printed, out, err):
        for word in ("key-of", "private", "Traceback"):
            assert word not in text
    left = [path for path in config.loader_dir().rglob("*") if path.is_file()]
    assert left == [Path(config.loader_dir() / "lock")]
