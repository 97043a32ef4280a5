"""Mailchimp's API: every answer passes the vendor's schema, pages and filters are Mailchimp's, and
reports say what the list's members did."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from hashlib import md5
from types import ModuleType

import pytest

from scripts.sandbox.vendors.base import KEY, Answer, Request, Row
from tests.sandbox.conftest import ask, signed, small, views


def list_id() -> str:
    return str(views()["mailchimp"].tables["lists"][0]["id"])


def every(path: str, size: int = 1_000, days: int = 0, **query: object) -> list[Row]:
    """Every row of a list, page by page."""
    view, found = views(days=days)["mailchimp"], []
    while True:
        answer = ask(view, path, count=size, offset=len(found), **query)
        found += view.rows_of(answer.body) or []
        if len(found) >= answer.body["total_items"]:
            return found


def test_every_answer_passes_the_vendors_schema(
    contract: ModuleType, record_property: Callable[[str, object], None]
) -> None:
    view, checked, objects = views()["mailchimp"], 0, 0

    def hold(path: str, **query: object) -> None:
        nonlocal checked, objects
        answer = ask(view, path, **query)
        full = f"/3.0{path}"
        found = contract.errors("mailchimp", "GET", full, answer.status, answer.body, strict=True)
        assert found == []
        checked += 1
        objects += len(view.rows_of(answer.body) or [])

    members = f"/lists/{list_id()}/members"
    hold("/lists")
    hold(f"/lists/{list_id()}")
    for offset in range(0, 60, 10):
        hold(members, offset=offset)
    hold(members, count=1_000)
    for row in view.tables["members"]:
        hold(f"{members}/{row['id']}")
    hold("/campaigns", count=100)
    hold("/reports", count=100)
    for row in view.tables["campaigns"]:
        hold(f"/campaigns/{row['id']}")
        hold(f"/reports/{row['id']}")
        for part in ("click-details", "email-activity", "sent-to"):
            hold(f"/reports/{row['id']}/{part}", count=1_000)
    hold("/automations", count=100)
    for row in view.tables["automations"]:
        hold(f"/automations/{row['id']}")
        hold(f"/automations/{row['id']}/emails")
    hold("/landing-pages", count=1_000)
    for row in view.tables["landing_pages"]:
        hold(f"/landing-pages/{row['id']}")
    hold(f"/lists/{list_id()}/growth-history", count=100)
    for refused in (ask(view, "/lists", key="wrong"), ask(view, "/nothing")):
        found = contract.errors("mailchimp", "GET", "/3.0/lists", refused.status, refused.body)
        assert found == []
        checked += 1
    code = view.tables["campaigns"][0]["id"]
    with pytest.raises(LookupError):
        content = ask(view, f"/campaigns/{code}/content").body
        contract.errors("mailchimp", "GET", f"/3.0/campaigns/{code}/content", 200, content)
    print(f"{checked} answers with {objects} objects checked; content is not described there")
    record_property("answers", checked)
    assert checked > 100


def test_pages_hold_every_member_once_in_an_order_that_changes_every_day() -> None:
    members = f"/lists/{list_id()}/members"
    ids = [row["id"] for row in every(members, 7)]
    assert len(ids) == len(set(ids))
    assert set(ids) == {row["id"] for row in views()["mailchimp"].tables["members"]}
    tomorrow = [row["id"] for row in every(members, days=1)]
    both = set(ids) & set(tomorrow)
    assert [one for one in ids if one in both] != [one for one in tomorrow if one in both]
    ordered = every(members, 7, sort_field="last_changed", sort_dir="DESC")
    times = [row["last_changed"] for row in ordered]
    assert times == sorted(times, reverse=True)


def test_members_are_filtered_by_when_they_changed_and_by_status() -> None:
    members = f"/lists/{list_id()}/members"
    rows = views()["mailchimp"].tables["members"]
    edge = "2026-01-20T00:00:00+00:00"
    changed = {row["id"] for row in every(members, since_last_changed=edge)}
    assert changed == {row["id"] for row in rows if row["last_changed"] >= edge}
    for status in ("subscribed", "unsubscribed", "cleaned"):
        found = {row["id"] for row in every(members, status=status)}
        assert found == {row["id"] for row in rows if row["status"] == status} != set()


def test_a_member_is_known_by_the_md5_of_the_address() -> None:
    rows = views(people=400)["mailchimp"].tables["members"]
    for row in rows:
        assert row["id"] == md5(row["email_address"].lower().encode()).hexdigest()
    assert any(row["merge_fields"]["FNAME"] == "" for row in rows)
    assert any(row["timestamp_signup"] == "" for row in rows)
    assert all("unsubscribe_reason" in row for row in rows if row["status"] == "unsubscribed")


def test_paging_is_limited_and_wrong_questions_are_refused() -> None:
    view = views()["mailchimp"]
    assert len(ask(view, f"/lists/{list_id()}/members").body["members"]) == 10
    assert ask(view, "/campaigns", count=1_001).status == 400
    assert ask(view, "/campaigns", colour="red").status == 400
    assert ask(view, "/campaigns", since_send_time="yesterday").status == 400
    assert ask(view, "/campaigns/nothing").status == 404
    for key in ("", "wrong"):
        refused = ask(view, "/lists", key=key)
        assert (refused.status, refused.body["title"]) == (401, "API Key Invalid")
    wrote = Request("PUT", "/lists", [], signed("mailchimp"), "")
    assert view.answer(wrote).status == 405
    bearer = Request("GET", "/lists", [], {"authorization": f"Bearer {KEY}"}, "")
    assert view.answer(bearer).status == 200


def test_fields_can_be_left_out() -> None:
    view = views()["mailchimp"]
    answer = ask(view, "/campaigns", fields="campaigns.id,campaigns.settings.title,total_items")
    assert set(answer.body) == {"campaigns", "total_items"}
    assert all(set(row) == {"id", "settings"} for row in answer.body["campaigns"])
    assert all(set(row["settings"]) == {"title"} for row in answer.body["campaigns"])
    short = ask(view, "/campaigns", exclude_fields="_links,campaigns._links")
    assert "_links" not in short.body and "_links" not in short.body["campaigns"][0]


def test_sixteen_campaigns_in_ninety_days_of_which_a_fifth_offer_nothing() -> None:
    view, ledger = views(), small()
    recent = every("/campaigns", since_send_time="2025-11-03T00:00:00+00:00")
    assert len(recent) == 16
    texts = [
        ask(view["mailchimp"], f"/campaigns/{row['id']}/content").body["html"] for row in recent
    ]
    plain = sum("<strong>" not in text for text in texts)
    assert 2 <= plain <= 4 and any("50% off" in text for text in texts)
    assert all(one.sent < ledger.horizon for one in ledger.campaigns)


def test_reports_count_what_their_parts_list() -> None:
    view = views(people=400)["mailchimp"]

    def part(code: str, name: str) -> list[Row]:
        answer: Answer = ask(view, f"/reports/{code}/{name}", count=1_000)
        return view.rows_of(answer.body) or []

    for report in view.tables["reports"]:
        sent, did = part(report["id"], "sent-to"), part(report["id"], "email-activity")
        clicks = part(report["id"], "click-details")
        status = Counter(row["status"] for row in sent)
        assert report["emails_sent"] == len(sent)
        assert report["bounces"]["hard_bounces"] == status["hard"]
        assert report["bounces"]["soft_bounces"] == status["soft"]
        actions = Counter(one["action"] for row in did for one in row["activity"])
        assert report["opens"]["opens_total"] == actions["open"]
        assert report["opens"]["unique_opens"] == len(did)
        assert report["clicks"]["clicks_total"] == actions["click"]
        assert sum(row["total_clicks"] for row in clicks) == actions["click"]
        assert {row["email_id"] for row in did} == {
            row["email_id"] for row in sent if row["open_count"]
        }
        assert len(did) < len(sent)
        summary = ask(view, f"/campaigns/{report['id']}").body["report_summary"]
        assert summary["unique_opens"] == report["opens"]["unique_opens"]


def test_only_the_subscribed_are_written_to() -> None:
    ledger = small(people=400)
    for campaign in ledger.campaigns:
        for one in campaign.recipients:
            assert one.state(campaign.sent) == "subscribed"


def test_activity_since_an_instant_is_what_came_later() -> None:
    view = views()["mailchimp"]
    code = view.tables["campaigns"][0]["id"]
    edge = datetime.fromisoformat(view.tables["campaigns"][0]["send_time"])
    since = edge.replace(hour=23).isoformat()
    rows = every(f"/reports/{code}/email-activity", since=since)
    assert all(one["timestamp"] >= since for row in rows for one in row["activity"])


def test_landing_pages_come_whole_and_know_no_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    view = views()["mailchimp"]
    monkeypatch.setenv("SANDBOX_PAGE_CAP", "7")
    answer = ask(view, "/landing-pages", count=1_000)
    assert len(answer.body["landing_pages"]) == answer.body["total_items"] == 37
    assert len(ask(view, "/landing-pages").body["landing_pages"]) == 10
    assert ask(view, "/landing-pages", offset=7).status == 400
    for row in answer.body["landing_pages"]:
        assert bool(row["published_at"]) == (row["status"] != "draft") == bool(row["url"])
        assert bool(row["unpublished_at"]) == (row["status"] == "unpublished")
    assert {row["status"] for row in answer.body["landing_pages"]} == {
        "published", "unpublished", "draft",
    }  # fmt: skip


def test_automations_count_what_their_emails_count() -> None:
    view = views(people=400)["mailchimp"]
    for row in view.tables["automations"]:
        emails = ask(view, f"/automations/{row['id']}/emails").body["emails"]
        assert [one["position"] for one in emails] == list(range(1, len(emails) + 1))
        assert row["emails_sent"] == sum(one["emails_sent"] for one in emails)
        summary = row["report_summary"]
        for name in ("opens", "unique_opens", "clicks"):
            assert summary[name] == sum(one["report_summary"][name] for one in emails)
        assert (row["status"] == "save") == (row["start_time"] == "")
    assert any(row["emails_sent"] for row in view.tables["automations"])


def test_growth_adds_up_to_the_list_as_it_stands() -> None:
    view = views(people=400)["mailchimp"]
    months = every(f"/lists/{list_id()}/growth-history", 7, sort_field="month")
    assert [row["month"] for row in months] == sorted({row["month"] for row in months})
    now = view.tables["lists"][0]["stats"]["member_count"]
    last = ask(view, f"/lists/{list_id()}/growth-history", count=100, sort_field="month").body
    assert last["history"][-1]["subscribed"] == now
