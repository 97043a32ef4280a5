"""SendGrid's API and posts: every answer passes the vendor's schema, figures and suppressions agree
with the events, and the receiver's folder holds what was posted."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from hashlib import md5
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scripts.sandbox import truth
from scripts.sandbox.server import Sandbox
from scripts.sandbox.town import advance
from scripts.sandbox.vendors.base import KEY, Answer, Request, Row
from scripts.sandbox.vendors.sendgrid import View
from tests.sandbox.conftest import CONTRACT, ask, signed, small, views

SUPPRESSIONS = {"bounces": "bounce", "spam_reports": "spamreport", "unsubscribes": "unsubscribe"}
RECORDED = CONTRACT.parent / "sendgrid" / "samples"


def view(days: int = 2) -> View:
    """Two days on, when each kind of last receipt has been sent."""
    found = views(people=400, days=days)["sendgrid"]
    assert isinstance(found, View)
    return found


def events(days: int = 2) -> list[Row]:
    """Every event that was posted, each once."""
    return list({row["sg_event_id"]: row for _, row in view(days).objects.posts()}.values())


def test_every_answer_passes_the_vendors_schema(
    contract: ModuleType,
    record_property: Callable[[str, object], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checked = 0

    def hold(path: str, **query: object) -> Answer:
        nonlocal checked
        answer = ask(view(), path, **query)
        full = contract.errors("sendgrid", "GET", path, answer.status, answer.body, strict=True)
        assert full == []
        checked += 1
        return answer

    for first in ("2025-09-01", "2026-01-20", "2026-02-02"):
        hold("/v3/stats", start_date=first, aggregated_by="day")
    hold("/v3/stats", start_date="2024-01-01", aggregated_by="month", limit=5, offset=2)
    for table in SUPPRESSIONS:
        assert hold(f"/v3/suppression/{table}", limit=500).body
        hold(f"/v3/suppression/{table}", limit=1, offset=1)
        hold(f"/v3/suppression/{table}", start_time=1769900000)
    refused = ask(view(), "/v3/suppression/bounces", key="wrong")
    path = "/v3/suppression/bounces"
    assert contract.errors("sendgrid", "GET", path, 401, refused.body, strict=True) == []
    monkeypatch.setenv("SANDBOX_EMAIL_ACTIVITY", "1")
    assert hold("/v3/messages", query='last_event_time>TIMESTAMP "2026-01-01T00:00:00Z"').body
    assert hold("/v3/messages", query="colour=red").status == 400
    for table in ("templates", "templates/d-1"):
        with pytest.raises(LookupError):
            contract.errors("sendgrid", "GET", f"/v3/{table}", 200, {})
    print(f"{checked + 1} answers checked; templates and the refused feed are not described there")
    record_property("answers", checked + 1)
    assert checked > 12


def test_events_and_templates_have_the_keys_that_were_recorded() -> None:
    if not RECORDED.exists():
        pytest.skip("the vendors' contracts are not beside the project (../shared/contracts)")
    examples = json.loads((RECORDED / "vendor_examples" / "event_webhook.json").read_text())
    kept = {one["event"]: set(one) for one in examples}
    for row in events():
        assert row.keys() - {"tls", "ip", "type", "useragent"} <= kept[row["event"]]
        assert {"email", "timestamp", "sg_event_id", "sg_message_id", "event"} <= row.keys()
    recording = json.loads((RECORDED / "nango_recordings" / "templates.json").read_text())
    (exchange,) = [one for one in recording["exchanges"] if one["path"] == "/v3/templates"]
    shown = exchange["response"]["result"]
    version = next(one["versions"][0] for one in shown if one["versions"])
    for row in view().tables["templates"]:
        assert row.keys() == shown[0].keys()
        assert all(one.keys() == version.keys() for one in row["versions"])


def every(path: str, **query: object) -> list[Row]:
    """Every row of a bare list, page by page."""
    found: list[Row] = []
    while rows := ask(view(), path, offset=len(found), limit=2, **query).body:
        found += rows
    return found


def test_pages_hold_every_row_once() -> None:
    for table in SUPPRESSIONS:
        assert every(f"/v3/suppression/{table}") == view().tables[table]
    days = every("/v3/stats", start_date="2026-01-20")
    assert [row["date"] for row in days] == sorted({row["date"] for row in days})
    assert (days[0]["date"], days[-1]["date"]) == ("2026-01-20", "2026-02-02")
    found, token = [], None
    while True:
        more = {"page_token": token} if token else {}
        body = ask(view(), "/v3/templates", generations="legacy,dynamic", page_size=2, **more).body
        found += body["result"]
        if "next" not in body["_metadata"]:
            break
        token = body["_metadata"]["next"].split("page_token=")[1]
    assert found == view().tables["templates"] and body["_metadata"]["count"] == len(found) > 3
    older = ask(view(), "/v3/templates", generations="legacy", page_size=10).body["result"]
    assert [row["generation"] for row in older] == ["legacy"]


def test_the_feed_is_an_add_on_and_is_asked_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {"query": 'last_event_time>TIMESTAMP "2026-01-01T00:00:00Z"'}
    refused = ask(view(), "/v3/messages", **asked)
    assert (refused.status, refused.body) == (
        403,
        {"errors": [{"field": None, "message": "access forbidden"}]},
    )
    monkeypatch.setenv("SANDBOX_EMAIL_ACTIVITY", "1")
    rows = ask(view(), "/v3/messages", limit=1_000, **asked).body["messages"]
    times = [row["last_event_time"] for row in rows]
    assert rows and times == sorted(times, reverse=True)
    assert ask(view(), "/v3/messages", **asked).body["messages"] == rows[:10]
    middle = times[len(times) // 2]
    between = f'last_event_time BETWEEN TIMESTAMP "2026-01-01T00:00:00Z" AND TIMESTAMP "{middle}"'
    found = ask(view(), "/v3/messages", limit=1_000, query=between).body["messages"]
    assert found == [row for row in rows if row["last_event_time"] <= middle]
    for wrong in ({"query": "status=1"}, {"limit": 10}, {**asked, "limit": 1_001}):
        assert ask(view(), "/v3/messages", **wrong).status == 400


def test_wrong_keys_and_wrong_questions_are_refused() -> None:
    for key in ("", "wrong"):
        refused = ask(view(), "/v3/stats", key=key, start_date="2026-01-01")
        assert refused.status == 401 and "authorization grant" in str(refused.body)
    assert view().answer(Request("POST", "/v3/stats", [], signed("sendgrid"), "")).status == 405
    assert ask(view(), "/v3/nothing").status == 404
    for path, wrong in (
        ("/v3/stats", {}),
        ("/v3/stats", {"start_date": "01/02/2026"}),
        ("/v3/stats", {"start_date": "2026-01-01", "colour": "red"}),
        ("/v3/suppression/bounces", {"limit": 501}),
        ("/v3/suppression/bounces", {"offset": "many"}),
        ("/v3/templates", {"generations": "legacy"}),
        ("/v3/templates", {"page_size": 10, "page_token": "nothing"}),
        ("/v3/templates", {"page_size": 10, "generations": "newest"}),
    ):
        assert ask(view(), path, **wrong).status == 400, (path, wrong)


def test_requests_are_counted_only_where_limits_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {ask(view(), "/v3/suppression/bounces").status for _ in range(15)} == {200}
    monkeypatch.setenv("SANDBOX_LIMITS", "1")
    monkeypatch.setattr("scripts.sandbox.vendors.sendgrid.time.time", lambda: 1_000.5)
    answers = [ask(view(), "/v3/suppression/bounces") for _ in range(12)]
    assert [one.status for one in answers] == [200] * 10 + [429] * 2
    assert answers[-1].body == {"errors": [{"field": None, "message": "too many requests"}]}
    assert answers[-1].headers == {
        "X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1001",
    }  # fmt: skip


def test_figures_count_the_events_and_are_restated() -> None:
    did = Counter(row["event"] for row in events())
    total: Counter[str] = Counter()
    for row in view().tables["stats"]:
        total.update(row["stats"][0]["metrics"])
    assert total["delivered"] == did["delivered"] and total["opens"] == did["open"]
    assert total["clicks"] == did["click"] and total["unsubscribes"] == did["unsubscribe"]
    assert total["bounces"] + total["blocks"] == did["bounce"]
    assert total["requests"] == len(view().objects.mails) >= total["processed"]
    assert 0 < total["unique_opens"] < total["opens"]
    restated = False
    for days in range(6):
        before, after = (
            {row["date"]: row for row in view(one).tables["stats"]} for one in (days, days + 1)
        )
        restated |= any(after[day] != row for day, row in before.items())
    assert restated


def test_who_is_left_out_bounced_complained_or_unsubscribed() -> None:
    for table, what in SUPPRESSIONS.items():
        rows = view().tables[table]
        told = {
            (row["email"].lower(), row["timestamp"])
            for row in events()
            if row["event"] == what and row.get("type") != "blocked"
        }
        assert {(row["email"], row["created"]) for row in rows} == told != set()


def test_nothing_reaches_an_address_that_ended() -> None:
    ended: dict[str, int] = {}
    for row in sorted(events(), key=lambda one: one["timestamp"]):
        who = row["email"].lower()
        if row["event"] == "delivered":
            assert who not in ended
        if row["event"] in SUPPRESSIONS.values() and row.get("type") != "blocked":
            ended.setdefault(who, row["timestamp"])
    assert len(ended) > 2


def test_consents_are_the_suppressions_by_nobodys_word_for_a_bounce() -> None:
    found = {(who, state, at): own for who, _, state, at, own in view().consents()}
    for table, state, is_own in (
        ("bounces", "cleaned", False),
        ("spam_reports", "unsubscribed", True),
        ("unsubscribes", "unsubscribed", True),
    ):
        for row in view().tables[table]:
            assert found[row["email"], state, row["created"]] is is_own


def test_a_mistyped_address_bounces_and_is_nobodys() -> None:
    ledger, shown = small(people=1_500), views(people=1_500)["sendgrid"]
    assert isinstance(shown, View)
    known = {one.at("email", ledger.clock).lower() for one in ledger.people}
    known |= {new.lower() for one in ledger.people for _, _, new in one.changes}
    known |= {one.email.lower() for one in ledger.people}
    wrong = {one.address.lower() for one in shown.objects.mails} - known
    told = {one.mail.address.lower(): one.row.what for one in shown.objects.told}
    assert wrong and all(told[address] in ("bounce", "dropped") for address in wrong)
    clean = views(people=400, noise=0.0)["sendgrid"]
    assert isinstance(clean, View) and not clean.objects.errors.tally


def posted(folder: Path) -> dict[str, str]:
    files = (folder / "webhooks" / "sendgrid" / "events").glob("date=*/*")
    return {f"{file.parent.name}/{file.name}": file.read_text() for file in files}


def test_what_was_posted_lies_in_the_receivers_folder_and_only_grows(town_dir: Path) -> None:
    sandbox = Sandbox(town_dir, None)
    first = posted(town_dir)
    rows = [json.loads(line) for text in first.values() for line in text.splitlines()]
    assert rows and {row["event"] for row in rows} >= {"delivered", "open"}
    for name, text in first.items():
        for line in text.splitlines():
            day = datetime.fromisoformat(name.removeprefix("date=")[:10])
            wait = day.timestamp() + 86_400 - json.loads(line)["timestamp"]
            assert 0 < wait < 4 * 86_400
    again = Sandbox(town_dir, None)
    assert posted(town_dir) == first
    advance(town_dir)
    again.refresh()
    later = posted(town_dir)
    assert len("".join(later.values())) > len("".join(first.values()))
    assert all(later[name].startswith(text) for name, text in first.items())
    assert sandbox.views


def test_the_posts_of_another_town_go(town_dir: Path) -> None:
    alien = town_dir / "webhooks" / "sendgrid" / "events" / "date=2025-01-01"
    alien.mkdir(parents=True)
    (alien / "sandbox.ndjson").write_text("{}\n")
    (alien / "received.ndjson").write_text("{}\n")
    Sandbox(town_dir, None)
    assert [file.name for file in alien.iterdir()] == ["received.ndjson"]


def test_every_recipient_is_a_record_by_the_md5_of_the_address() -> None:
    rows = truth.tables(small(people=400, days=2), list(views(people=400, days=2).values()))
    keys = {row[0] for row in rows["records"] if row[1] == "sendgrid"}
    addresses = {row["email"].strip().lower() for row in events()}
    assert keys == {f"sendgrid:recipient:{md5(one.encode()).hexdigest()}" for one in addresses}


def test_a_late_post_is_put_down_on_the_day_it_came() -> None:
    late = [(day, row) for day, row in view().objects.posts()
            if day > datetime.fromtimestamp(row["timestamp"]).date()]  # fmt: skip
    keys = Counter(row["sg_event_id"] for _, row in view().objects.posts())
    assert late and max(keys.values()) == 2
    assert KEY not in json.dumps([row for _, row in late])
