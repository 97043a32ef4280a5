"""Facebook Ads' API: answers pass the vendor's schema, days are restated for four weeks, reports
are ordered and looked after, and numbers are text."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from types import ModuleType

import pytest

from scripts.sandbox.vendors._graph import ACCOUNT
from scripts.sandbox.vendors.base import KEY, Answer, Request, Row
from scripts.sandbox.vendors.facebook_ads import FIELDS, INSIGHT_FIELDS, View
from tests.sandbox.conftest import DAY_0, ask, small, views

ROOT = f"/v25.0/act_{ACCOUNT}"
STATES = json.dumps(["ACTIVE", "PAUSED", "ARCHIVED", "CAMPAIGN_PAUSED"])
DAILY = {"level": "ad", "time_increment": "1", "fields": ",".join(sorted(INSIGHT_FIELDS))}


def advertising(days: int = 0) -> View:
    view = views(days=days)["facebook_ads"]
    assert isinstance(view, View)
    return view


def between(since: date, until: date) -> str:
    return json.dumps({"since": since.isoformat(), "until": until.isoformat()})


def every(view: View, path: str, size: int = 100, **query: object) -> list[Row]:
    """Every row of a list, page by page."""
    rows: list[Row] = []
    after: dict[str, object] = {}
    while True:
        body = ask(view, path, limit=size, **query, **after).body
        rows += body["data"]
        if "next" not in body.get("paging", {}):
            return rows
        after = {"after": body["paging"]["cursors"]["after"]}


def order(view: View, **asked: str) -> Answer:
    headers = {"authorization": f"Bearer {KEY}"}
    return view.answer(Request("POST", f"{ROOT}/insights", [], headers, "", DAILY | asked))


def days_of(view: View) -> dict[tuple[str, str], Row]:
    return {(row["date_start"], row["ad_id"]): row for row in view.tables["insights"]}


def test_every_answer_passes_the_vendors_schema(
    contract: ModuleType, record_property: Callable[[str, object], None]
) -> None:
    view, checked, objects = advertising(), 0, 0

    def hold(path: str, answer: Answer) -> None:
        nonlocal checked, objects
        found = contract.errors("facebook_ads", "GET", path, answer.status, answer.body,
                                strict=True)  # fmt: skip
        assert (answer.status, found) == (200, [])
        checked += 1
        objects += len(answer.body["data"])

    for edge, (_, fields) in FIELDS.items():
        asked = {"fields": ",".join(sorted(fields)), "effective_status": STATES}
        for size in (3, 100):
            path = f"{ROOT}/{edge}"
            hold(path, ask(view, path, limit=size, **asked))
    for number in range(90):
        day = DAY_0 - timedelta(days=number)
        path = f"{ROOT}/insights"
        hold(path, ask(view, path, time_range=between(day, day), **DAILY))
    run = order(view, date_preset="maximum").body["report_run_id"]
    for _ in range(3):
        ask(view, f"/v25.0/{run}")
    hold(f"/v25.0/{run}/insights", ask(view, f"/v25.0/{run}/insights", limit=500))
    print(f"{checked} answers with {objects} objects checked")
    record_property("answers", checked)
    assert checked > 90 and objects > 500


def test_ninety_days_of_ads_up_to_the_clock_and_one_more_each_day() -> None:
    for days in (0, 1, 30):
        shown = {
            date.fromisoformat(row["date_start"]) for row in advertising(days).tables["insights"]
        }
        clock = DAY_0 + timedelta(days=days)
        assert shown == {clock - timedelta(days=number) for number in range(90 + days)}


def test_numbers_are_text_and_hold_together() -> None:
    for row in advertising().tables["insights"]:
        assert all(isinstance(row[name], str) for name in row if "action" not in name)
        clicks, shown, spend = int(row["clicks"]), int(row["impressions"]), Decimal(row["spend"])
        assert row["date_start"] == row["date_stop"] and 0 < int(row["reach"]) <= shown
        assert abs(Decimal(row["ctr"]) - Decimal(100 * clicks) / shown) < Decimal("0.00001")
        assert ("cpc" in row) == (clicks > 0)
        if clicks:
            assert abs(Decimal(row["cpc"]) * clicks - spend) < Decimal("0.001")
        kinds = [one["action_type"] for one in row.get("actions", [])]
        assert len(kinds) == len(set(kinds)) and all(
            int(one["value"]) > 0 for one in row.get("actions", [])
        )
    kinds = {
        one["action_type"]
        for row in advertising().tables["insights"]
        for one in row.get("actions", [])
    }
    assert kinds >= {
        "link_click", "post", "post_engagement", "page_engagement", "lead", "purchase",
        "add_to_cart", "complete_registration", "offsite_conversion.fb_pixel_lead", "omni_purchase",
    }  # fmt: skip


def test_a_day_changes_for_four_weeks_and_then_stands() -> None:
    def leads(row: Row) -> int:
        return sum(int(one["value"]) for one in row.get("actions", [])
                   if one["action_type"] in ("lead", "purchase"))  # fmt: skip

    first, later, latest = (days_of(advertising(days)) for days in (0, 10, 60))
    young = {key for key in first if (DAY_0 - date.fromisoformat(key[0])).days < 10}
    old = {key for key in first if (DAY_0 - date.fromisoformat(key[0])).days >= 28}
    assert sum(leads(later[key]) > leads(first[key]) for key in young) > 0
    assert all(leads(later[key]) >= leads(first[key]) for key in first)
    assert old and all(latest[key] == first[key] for key in old)
    today = [key for key in first if key[0] == DAY_0.isoformat()]
    assert any(int(later[key]["impressions"]) > int(first[key]["impressions"]) for key in today)


def test_insights_are_asked_for_by_ad_and_day_and_nothing_else() -> None:
    view, path = advertising(), f"{ROOT}/insights"
    since, until = DAY_0 - timedelta(days=6), DAY_0
    rows = every(view, path, size=7, time_range=between(since, until), **DAILY)
    wanted = {key for key in days_of(view) if since.isoformat() <= key[0] <= until.isoformat()}
    assert len(rows) == len(wanted) and {(r["date_start"], r["ad_id"]) for r in rows} == wanted
    assert all("id" not in row for row in rows)
    future = between(DAY_0 + timedelta(days=1), DAY_0 + timedelta(days=9))
    assert ask(view, path, time_range=future, **DAILY).body == {"data": []}
    short = ask(view, path, level="ad", time_increment="1", fields="spend", limit=1).body["data"]
    assert set(short[0]) == {"spend", "date_start", "date_stop"}
    for wrong in (
        {"level": "campaign"},
        {"fields": "colour"},
        {"time_range": "last week"},
        {"time_range": between(until, since)},
        {"date_preset": "for_ever"},
        {"breakdowns": "age"},
        {"limit": "many"},
    ):
        refused = ask(view, path, **(DAILY | wrong))
        assert (refused.status, refused.body["error"]["code"]) == (400, 100), wrong
    large = ask(view, path, limit=5_000, **DAILY)
    assert (large.status, large.body["error"]["code"]) == (500, 1)
    assert "reduce the amount of data" in large.body["error"]["message"]
    ancient = ask(view, path, time_range=between(date(2020, 1, 1), DAY_0), **DAILY)
    assert ancient.body["error"]["code"] == 3018


def test_a_report_is_ordered_looked_after_and_read() -> None:
    view = View(small())
    run = order(view, date_preset="maximum").body["report_run_id"]
    early = ask(view, f"/v25.0/{run}/insights").body["error"]
    assert (early["code"], early["error_subcode"]) == (2601, 1815107)
    states = [ask(view, f"/v25.0/{run}").body for _ in range(4)]
    assert [one["async_status"] for one in states] == [
        "Job Not Started", "Job Running", "Job Completed", "Job Completed",
    ]  # fmt: skip
    assert [one["async_percent_completion"] for one in states] == [0, 43, 100, 100]
    rows = every(view, f"/v25.0/{run}/insights", size=90)
    assert {(row["date_start"], row["ad_id"]) for row in rows} == set(days_of(view))
    other = order(view, time_range=between(DAY_0, DAY_0)).body["report_run_id"]
    assert other != run
    assert order(view, level="account").body["error"]["code"] == 100
    assert ask(view, "/v25.0/6100999").body["error"]["error_subcode"] == 33


def test_campaigns_run_are_paused_and_put_away() -> None:
    seen: dict[str, set[str]] = {}
    for days in (0, 20, 40, 60):
        view = advertising(days)
        for row in every(view, f"{ROOT}/campaigns", fields="status", effective_status=STATES):
            seen.setdefault(row["id"], set()).add(row["status"])
        usual = {row["id"] for row in every(view, f"{ROOT}/campaigns")}
        away = {row["id"] for row in view.tables["campaigns"] if row["status"] == "ARCHIVED"}
        assert away and not usual & away
        above = {row["id"]: row["effective_status"] for row in view.tables["campaigns"]}
        for row in view.tables["ads"]:
            if above[row["campaign_id"]] == "PAUSED":
                assert row["effective_status"] == "CAMPAIGN_PAUSED"
        budgets = [row["daily_budget"] for row in view.tables["adsets"]]
        assert all(isinstance(one, str) and int(one) % 100 == 0 for one in budgets)
    assert any(len(states) > 1 for states in seen.values())
    assert any(states == {"ACTIVE"} for states in seen.values())


def test_pages_of_ads_are_capped_and_limits_are_metas(monkeypatch: pytest.MonkeyPatch) -> None:
    view = advertising()
    monkeypatch.setenv("SANDBOX_PAGE_CAP", "7")
    first = ask(view, f"{ROOT}/ads", effective_status=STATES, limit=100).body
    assert len(first["data"]) == 7
    rows = every(view, f"{ROOT}/ads", effective_status=STATES)
    assert [row["id"] for row in rows] == [row["id"] for row in view.tables["ads"]]
    assert first["paging"]["next"].startswith("http://127.0.0.1:1/facebook_ads/v25.0/act_")
    for status, code in ((401, 190), (429, 4), (500, 2)):
        assert view.refusal(status)["error"]["code"] == code
    assert ask(view, f"{ROOT}/ads", key="wrong").body["error"]["code"] == 190
