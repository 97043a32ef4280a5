"""Google Analytics' API: every report passes the vendor's schema, pages are complete, the last days
are restated, and reports agree with each other and with the shop."""

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest

from scripts.sandbox.vendors.base import Answer, Row
from tests.sandbox.conftest import DAY_0, ask, post, small, views

PATH = "/v1beta/properties/320000001"
PAGES = (["date", "pagePath", "pageTitle"], ["screenPageViews", "activeUsers", "sessions"])
EVENTS = (["date", "eventName"], ["eventCount", "activeUsers"])
DAYS = (
    ["date"],
    ["activeUsers", "newUsers", "sessions", "bounceRate", "averageSessionDuration"],
)
ITEMS = (["date", "itemName"], ["itemsViewed", "itemsAddedToCart", "itemsPurchased"])
REPORTS = [PAGES, EVENTS, DAYS, ITEMS]


def question(
    report: tuple[list[str], list[str]], first: str = "2020-01-01", **more: object
) -> dict[str, Any]:
    return {
        "dateRanges": [{"startDate": first, "endDate": "today"}],
        "dimensions": [{"name": name} for name in report[0]],
        "metrics": [{"name": name} for name in report[1]],
        **more,
    }


def run(asked: object, days: int = 0, people: int = 160) -> Answer:
    return post(views(days, people)["google_analytics"], f"{PATH}:runReport", asked)


def rows(
    report: tuple[list[str], list[str]], days: int = 0, people: int = 160, first: str = "2020-01-01"
) -> dict[tuple[str, ...], list[str]]:
    body = run(question(report, first, limit="250000"), days, people).body
    found = {
        tuple(one["value"] for one in row["dimensionValues"]): [
            one["value"] for one in row["metricValues"]
        ]
        for row in body.get("rows", [])
    }
    assert len(found) == len(body.get("rows", [])) == body.get("rowCount", 0)
    return found


def test_every_report_passes_the_vendors_schema(
    contract: ModuleType, record_property: Callable[[str, object], None]
) -> None:
    checked, counted = 0, 0
    for report in REPORTS:
        for more in (
            {},
            {"limit": "7"},
            {"limit": "7", "offset": "7"},
            {"keepEmptyRows": True},
            {"returnPropertyQuota": True},
            {"orderBys": [{"dimension": {"dimensionName": "date"}, "desc": True}]},
            {"offset": "1000000"},
        ):
            answer = run(question(report, **more))
            assert answer.status == 200
            found = contract.errors(
                "google_analytics", "POST", f"{PATH}:runReport", 200, answer.body, strict=True
            )
            assert found == []
            checked += 1
            counted += len(answer.body.get("rows", []))
    empty = run(
        question(PAGES) | {"dateRanges": [{"startDate": "2020-01-01", "endDate": "2020-01-02"}]}
    )
    assert (
        contract.errors(
            "google_analytics", "POST", f"{PATH}:runReport", 200, empty.body, strict=True
        )
        == []
    )
    print(f"{checked + 1} answers with {counted} rows checked")
    record_property("answers", checked + 1)
    assert counted > 1_000


def test_a_report_without_rows_has_neither_rows_nor_a_count() -> None:
    asked = question(PAGES) | {"dateRanges": [{"startDate": "2020-01-01", "endDate": "2020-01-02"}]}
    body = run(asked).body
    assert "rows" not in body and "rowCount" not in body
    assert [one["name"] for one in body["dimensionHeaders"]] == PAGES[0]
    assert body["metadata"]["timeZone"] == "America/Chicago"


def test_pages_hold_every_row_once_and_count_them_all() -> None:
    whole = run(question(PAGES)).body
    order = [{"dimension": {"dimensionName": name}} for name in PAGES[0]]
    found: list[Row] = []
    while len(found) < whole["rowCount"]:
        asked = question(PAGES, limit="37", offset=str(len(found)), orderBys=order)
        page = run(asked).body
        assert page["rowCount"] == whole["rowCount"]
        found += page["rows"]
    keys = [tuple(one["value"] for one in row["dimensionValues"]) for row in found]
    assert len(set(keys)) == len(keys) == whole["rowCount"]
    assert keys == sorted(keys)
    assert Counter(map(str, found)) == Counter(map(str, whole["rows"]))


def test_everything_is_text_and_a_date_has_nothing_between_its_parts() -> None:
    for report in REPORTS:
        for dimensions, metrics in rows(report).items():
            assert date.fromisoformat(dimensions[0]) <= DAY_0 and len(dimensions[0]) == 8
            assert all(isinstance(value, str) and float(value) >= 0 for value in metrics)


def test_the_last_three_days_are_restated_and_earlier_ones_stand() -> None:
    for report in REPORTS:
        today, later = rows(report, people=400), rows(report, days=1, people=400)
        settled = f"{DAY_0 - timedelta(days=3):%Y%m%d}"
        old = {key: value for key, value in today.items() if key[0] <= settled}
        assert old and old == {key: value for key, value in later.items() if key[0] <= settled}
    pages = [rows(PAGES, days, people=400) for days in range(5)]
    assert any(
        now[key] != was[key] for was, now in itertools.pairwise(pages) for key in was & now.keys()
    )
    gone = [key for was, now in itertools.pairwise(pages) for key in was.keys() - now.keys()]
    assert gone and all(key[2] == "(not set)" for key in gone)


def test_the_reports_agree_with_each_other() -> None:
    views_of = Counter[str]()
    for (day, *_), (count, *_) in rows(PAGES, people=400).items():
        views_of[day] += int(count)
    events = rows(EVENTS, people=400)
    for day, (people, new, sessions, bounced, seconds) in (
        (key[0], values) for key, values in rows(DAYS, people=400).items()
    ):
        assert views_of[day] == int(events[day, "page_view"][0])
        assert int(sessions) == int(events[day, "session_start"][0]) >= int(people) >= int(new)
        assert 0 <= float(bounced) <= 1 and float(seconds) > 0


def test_what_was_bought_is_what_the_shop_sold() -> None:
    sold, settled = Counter[tuple[str, str]](), f"{DAY_0 - timedelta(days=3):%Y%m%d}"
    for row in views(people=400)["shopify"].tables["orders"]:
        for line in row["line_items"] if not row["test"] else []:
            sold[row["created_at"][:10].replace("-", ""), line["title"]] += line["quantity"]
    bought = {
        (day, item): int(counts[2])
        for (day, item), counts in rows(ITEMS, people=400).items()
        if counts[2] != "0"
    }
    before = {key: many for key, many in sold.items() if key[0] <= settled}
    assert before and before == {key: many for key, many in bought.items() if key[0] <= settled}
    for seen, added, count in rows(ITEMS, people=400).values():
        assert int(seen) >= int(added) >= int(count)


def test_a_day_of_too_many_pages_has_one_row_for_the_rest_and_says_so() -> None:
    body = run(question(PAGES)).body
    assert body["metadata"]["dataLossFromOtherRow"] is True
    found = rows(PAGES)
    other = [key for key in found if "(other)" in key]
    assert other and all(key[1:] == ("(other)", "(other)") for key in other)
    crowded = other[0][0]
    assert sum(key[0] == crowded for key in found) == 61
    total = sum(int(value[0]) for key, value in found.items() if key[0] == crowded)
    assert total == int(rows(EVENTS)[crowded, "page_view"][0])
    quiet = run(question(PAGES, first="2026-01-20")).body
    assert "dataLossFromOtherRow" not in quiet["metadata"]


def test_the_page_cap_makes_pages_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_PAGE_CAP", "7")
    body = run(question(PAGES)).body
    assert len(body["rows"]) == 7 < body["rowCount"]


def test_wrong_questions_are_refused_as_google_does() -> None:
    def said(asked: object) -> str:
        answer = run(asked)
        assert (answer.status, answer.body["error"]["status"]) == (400, "INVALID_ARGUMENT")
        return str(answer.body["error"]["message"])

    assert "Field colour is not a valid dimension" in said(question((["colour"], ["sessions"])))
    assert "Field fame is not a valid metric" in said(question((["date"], ["fame"])))
    assert "Cannot find field" in said(question(DAYS) | {"colour": "red"})
    assert "limit" in said(question(DAYS, limit="0"))
    assert "offset" in said(question(DAYS, offset="-1"))
    assert "startDate" in said(question(DAYS, first="yesterday morning"))
    assert "OrderBys" in said(question(DAYS, orderBys=[{"metric": {"metricName": "eventCount"}}]))
    view = views()["google_analytics"]
    elsewhere = post(view, "/v1beta/properties/1:runReport", question(DAYS))
    assert (elsewhere.status, elsewhere.body["error"]["status"]) == (403, "PERMISSION_DENIED")
    assert ask(view, f"{PATH}:runReport").status == 404
    assert ask(view, "/v2/nothing").status == 404


def test_days_can_be_counted_back_from_the_towns_clock() -> None:
    def days(first: str) -> set[str]:
        body = run(question(DAYS, first=first), people=400).body
        return {row["dimensionValues"][0]["value"] for row in body["rows"]}

    assert days("today") == {f"{DAY_0:%Y%m%d}"}
    assert min(days("30daysAgo")) >= f"{DAY_0 - timedelta(days=30):%Y%m%d}"
    assert days("2026-01-30") == days("yesterday") == {"20260130", "20260131"}


def test_metadata_names_what_can_be_asked_and_nobody_has_a_record() -> None:
    view = views()["google_analytics"]
    known = ask(view, f"{PATH}/metadata").body
    names = {one["apiName"] for one in [*known["dimensions"], *known["metrics"]]}
    assert names >= {name for report in REPORTS for names in report for name in names}
    assert view.records() == [] and list(view.events()) == []
    assert len(view.tables["sessions"]) == len({row["id"] for row in view.tables["sessions"]})
    assert all(one.day >= small().settings.start for one in view._sessions)  # type: ignore[attr-defined]
