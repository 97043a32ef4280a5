"""What of the e-mails arrives in raw: asked for, posted, and not sold to us."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from extract import config
from extract.api import NotOffered, SourceError
from extract.sources import sendgrid
from tests.extract.conftest import Vendor, query, run, whole

TABLES = ["stats", "templates", "messages", "bounces", "spam_reports", "unsubscribes"]
FEED_SENTENCE = (
    "sendgrid: messages stays empty: the account has no e-mail activity feed, "
    "which SendGrid sells as an add-on"
)


def account(vendor: Vendor) -> None:
    """An account with twenty of everything, and without the activity feed."""
    days = [(date(2026, 1, 31) - timedelta(days=number)).isoformat() for number in range(20)]
    vendor.lists["sendgrid/stats"] = [day_of(day, 3) for day in days]
    vendor.lists["sendgrid/templates"] = [{"id": f"d-{n}", "versions": []} for n in range(20)]
    for name in ("bounces", "spam_reports", "unsubscribes"):
        vendor.lists[f"sendgrid/{name}"] = [
            {"email": f"p{number}@example.org", "created": 1769700000 + number}
            for number in range(20)
        ]


def day_of(day: str, requests: int) -> dict[str, Any]:
    return {"date": day, "stats": [{"metrics": {"requests": requests}}]}


def email(number: int, time: str) -> dict[str, Any]:
    return {"msg_id": f"m{number}", "to_email": "p@example.org", "last_event_time": time}


def post(day: str, *lines: object, name: str = "a.ndjson") -> Path:
    """Lines in a file of the receiver; text is written as it is."""
    path = config.webhook_dir() / "sendgrid" / "events" / f"date={day}" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(written) + "\n")
    return path


def event(key: str, **more: object) -> dict[str, object]:
    return {"sg_event_id": key, "event": "open", "email": "p@example.org", "timestamp": 1} | more


def pulled(table: str, start: date | None = None) -> list[Any]:
    """Every row of a table."""
    return [row for page in sendgrid.pull(table, start) for row in page.rows]


def asked(vendor: Vendor, name: str, parameter: str) -> list[str | None]:
    """What the requests for a list said in one parameter."""
    return [one.query.get(parameter) for one in vendor.requests if one.path.endswith(name)]


def test_pages_of_any_size_bring_the_same_rows(vendor: Vendor) -> None:
    account(vendor)
    vendor.lists["sendgrid/messages"] = [
        email(number, f"2026-01-30T10:{number:02d}:00Z") for number in range(20)
    ]
    known = {table: {json.dumps(row) for row in pulled(table)} for table in TABLES}
    assert {table: len(rows) for table, rows in known.items()} == dict.fromkeys(TABLES, 20) | {
        "stats": 31
    }
    vendor.page_cap = 7
    vendor.requests.clear()
    assert {table: {json.dumps(row) for row in pulled(table)} for table in TABLES} == known
    assert asked(vendor, "bounces", "offset") == [None, "7", "14", "20"]
    assert asked(vendor, "templates", "page_token") == [None, "7", "14"]


def test_figures_begin_with_the_first_month_that_has_any(vendor: Vendor) -> None:
    account(vendor)
    days = [row["date"] for row in pulled("stats")]
    assert (min(days), max(days)) == ("2026-01-01", "2026-01-31")
    assert asked(vendor, "stats", "aggregated_by") == ["month", "month", "day", "day"]


def test_messages_of_one_second_and_more_than_a_page_are_all_read(vendor: Vendor) -> None:
    vendor.page_cap = 7
    minutes = [f"2026-01-30T10:{number // 5:02d}:00Z" for number in range(40)]
    vendor.lists["sendgrid/messages"] = [email(n, time) for n, time in enumerate(minutes)]
    assert {row["msg_id"] for row in pulled("messages")} == {f"m{number}" for number in range(40)}


def test_messages_without_a_time_are_not_taken_for_all(vendor: Vendor) -> None:
    vendor.faults["messages"] = lambda request: whole({"messages": [{"msg_id": "m"}]})
    with pytest.raises(SourceError, match="it got messages without a time"):
        pulled("messages")


def test_a_wrong_key_is_never_taken_for_a_missing_feed(vendor: Vendor) -> None:
    with pytest.raises(NotOffered):
        pulled("messages")
    said = {"errors": [{"message": "The provided authorization grant is invalid"}]}
    vendor.faults["messages"] = lambda request: whole(said, 401)
    with pytest.raises(SourceError, match=r"messages was refused \(401\): check SENDGRID_API_KEY"):
        pulled("messages")


def test_the_next_request_waits_until_the_vendor_welcomes_it(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    account(vendor)
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
    said = {"X-RateLimit-Reset": "1017", "Date": "Thu, 01 Jan 1970 00:16:40 GMT"}
    answers = iter([(429, said, b'{"errors": []}')])
    vendor.faults["bounces"] = lambda request: next(answers, None)
    assert len(pulled("bounces")) == 20
    assert waits == [17]


def test_the_last_week_is_restated_and_who_left_a_list_is_seen_no_more(vendor: Vendor) -> None:
    account(vendor)
    run("sendgrid", as_of="2026-01-29")
    vendor.lists["sendgrid/stats"][3] = day_of("2026-01-28", 9)
    vendor.lists["sendgrid/stats"][12] = day_of("2026-01-19", 9)
    del vendor.lists["sendgrid/unsubscribes"][4]
    vendor.requests.clear()
    run("sendgrid", as_of="2026-01-30")
    assert set(asked(vendor, "stats", "start_date")) == {"2026-01-22"}
    assert query("select date from raw_sendgrid.stats where stats::varchar like '%9%'") == [
        ("2026-01-28",)
    ]
    assert query("select email from raw_sendgrid.unsubscribes where _seen_on < '2026-01-30'") == [
        ("p4@example.org",)
    ]


def test_an_account_without_the_feed_is_told_once_and_reads_it_whole_when_it_has_one(
    vendor: Vendor,
) -> None:
    account(vendor)
    first = run("sendgrid", as_of="2026-01-29")
    assert first.results["sendgrid"].ok and FEED_SENTENCE in first.printed
    second = run("sendgrid", as_of="2026-01-30")
    assert second.results["sendgrid"].ok and "messages" not in second.printed
    vendor.lists["sendgrid/messages"] = [email(1, "2026-01-05T10:00:00Z")]
    run("sendgrid", as_of="2026-01-31")
    assert query("select msg_id from raw_sendgrid.messages") == [("m1",)]
    assert query(
        "select as_of, mode, rows from raw_sendgrid.loads where table_name = 'messages' order by 1"
    ) == [("2026-01-29", "absent", 0), ("2026-01-30", "absent", 0), ("2026-01-31", "full", 1)]


def test_a_feed_that_is_lost_is_an_error_until_somebody_says_it_is_right(vendor: Vendor) -> None:
    vendor.lists["sendgrid/messages"] = [email(1, "2026-01-30T10:00:00Z")]
    run("sendgrid", as_of="2026-01-29")
    del vendor.lists["sendgrid/messages"]
    assert run("sendgrid", as_of="2026-01-30").results["sendgrid"].error_sentence == (
        f"{FEED_SENTENCE}; it was read before: if that is right, "
        "run `basin extract --accept-shrink` once"
    )
    accepted = run("sendgrid", as_of="2026-01-30", accept_shrink=True)
    assert accepted.results["sendgrid"].ok and FEED_SENTENCE in accepted.printed
    assert run("sendgrid", as_of="2026-01-31").results["sendgrid"].ok
    assert query("select count(*) from raw_sendgrid.messages") == [(1,)]


def test_posted_events_are_read_however_they_were_put_down(vendor: Vendor) -> None:
    wrapped = {"received_at": "x", "source": "sendgrid", "raw_event": event("c", category=["a"])}
    post("2026-01-30", event("a", **{"smtp-id": "<1>"}), event("b", attempt=3), "", wrapped)
    post("2026-01-31", event("d"), name="b.jsonl")
    post("2026-01-31", event("e"), name="b.jsonl.new")
    assert pulled("events") == [
        event("a", smtp_id="<1>"), event("b", attempt=3), event("c", category=["a"]), event("d"),
    ]  # fmt: skip
    assert pulled("events", date(2026, 1, 31)) == [event("d")]


def test_a_torn_last_line_is_refused_and_counted_and_the_rest_is_kept(vendor: Vendor) -> None:
    torn = json.dumps(event("c"))[:25]
    path = post("2026-01-24", event("a"), event("b"), event("a"), torn)
    path.write_bytes(path.read_bytes().rstrip(b"\n") + b"\xe2\x82")
    found = run("sendgrid", as_of="2026-01-30").results["sendgrid"]
    table = next(one for one in found.tables if one.table == "events")
    assert (found.ok, table.rows, table.rejected) == (True, 2, 1)
    assert query("select reason, column_name, row from raw_sendgrid.rejected") == [
        ("not_an_object", None, json.dumps(torn + "�", ensure_ascii=False))
    ]
    post("2026-01-24", event("a"), event("c"))
    post("2026-01-10", event("too late"))
    found = run("sendgrid", as_of="2026-01-31").results["sendgrid"]
    table = next(one for one in found.tables if one.table == "events")
    assert (table.rows, table.rejected, str(table.window_start)) == (2, 0, "2026-01-23")
    assert query("select sg_event_id from raw_sendgrid.events order by 1") == [
        ("a",), ("b",), ("c",),
    ]  # fmt: skip
