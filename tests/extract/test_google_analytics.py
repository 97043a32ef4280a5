"""What of the web reports arrives in raw: every row, with its doubts, and what is restated."""

import pytest

from extract.sources.google_analytics import REPORTS
from tests.extract.conftest import Request, Vendor, query, run, whole

EVENTS = "google_analytics/date+eventName"
PAGES = "google_analytics/date+pagePath+pageTitle"


def traffic(vendor: Vendor, days: int = 20) -> None:
    """Three kinds of events on each of some days in January."""
    vendor.lists[EVENTS] = [
        {"date": f"202601{day:02d}", "eventName": name, "eventCount": str(day), "activeUsers": "1"}
        for day in range(1, days + 1)
        for name in ("page_view", "purchase", "scroll")
    ]


def test_rows_arrive_as_text_with_what_the_report_says_of_itself(vendor: Vendor) -> None:
    traffic(vendor, 1)
    doubts = {"timeZone": "America/Chicago", "subjectToThresholding": True}
    vendor.lists["google_analytics/metadata"] = [doubts]
    assert run("google_analytics").results["google_analytics"].ok
    assert query(
        "select date, event_name, event_count, active_users, metadata ->> 'subjectToThresholding',"
        " _other, _seen_on from raw_google_analytics.events order by all"
    ) == [
        ("20260101", name, "1", "1", "true", None, "2026-01-31")
        for name in ("page_view", "purchase", "scroll")
    ]


def test_every_row_arrives_however_small_the_pages_are(vendor: Vendor) -> None:
    traffic(vendor)
    vendor.page_cap = 7
    assert run("google_analytics").results["google_analytics"].ok
    assert query("select count(*), count(distinct row_key) from raw_google_analytics.events") == [
        (60, 60)
    ]
    asked = [one.body for one in vendor.requests if one.body and "dateRanges" in one.body]
    offsets = [one.get("offset") for one in asked if len(one["dimensions"]) == 2]
    assert offsets[:9] == [None, "7", "14", "21", "28", "35", "42", "49", "56"]
    assert all(one["orderBys"] for one in asked)


def test_a_report_of_more_rows_than_one_answer_holds_is_read_to_its_end(vendor: Vendor) -> None:
    vendor.lists[PAGES] = [
        {"date": "20260101", "pagePath": f"/{number}", "pageTitle": "x"} for number in range(10_001)
    ]
    assert run("google_analytics").results["google_analytics"].ok
    assert query("select count(*) from raw_google_analytics.page_views") == [(10_001,)]


def test_a_report_without_rows_is_an_empty_table(vendor: Vendor) -> None:
    assert run("google_analytics").results["google_analytics"].ok
    for table in REPORTS:
        assert query(f"select count(*) from raw_google_analytics.{table}") == [(0,)]


def test_names_may_be_empty_and_are_still_told_apart(vendor: Vendor) -> None:
    vendor.lists[PAGES] = [
        {"date": "20260101", "pagePath": "/", "pageTitle": title, "screenPageViews": "1"}
        for title in ("", "(not set)", "Home")
    ]
    result = run("google_analytics").results["google_analytics"]
    assert result.ok and not any(table.rejected for table in result.tables)
    assert query("select page_title from raw_google_analytics.page_views order by 1") == [
        ("",), ("(not set)",), ("Home",),
    ]  # fmt: skip


def test_the_next_day_asks_for_thirty_days_and_takes_what_is_restated(vendor: Vendor) -> None:
    traffic(vendor)
    run("google_analytics", as_of="2026-02-10")
    vendor.requests.clear()
    vendor.lists[EVENTS] = [
        {**row, "eventCount": "99"} if row["eventName"] == "scroll" else row
        for row in vendor.lists[EVENTS]
        if (row["date"], row["eventName"]) != ("20260118", "purchase")
    ]
    run("google_analytics", as_of="2026-02-11")
    ranges = [one.body["dateRanges"] for one in vendor.requests if "dateRanges" in (one.body or {})]
    assert ranges == [[{"startDate": "2026-01-11", "endDate": "today"}]] * 4
    assert query(
        "select date, event_count, _seen_on from raw_google_analytics.events"
        " where event_name = 'scroll' and date in ('20260110', '20260111') order by 1"
    ) == [("20260110", "10", "2026-02-10"), ("20260111", "99", "2026-02-11")]
    assert query(
        "select date, event_name from raw_google_analytics.events"
        " where date > '20260110' and _seen_on = '2026-02-10'"
    ) == [("20260118", "purchase")]


def test_a_report_with_other_columns_is_not_believed(vendor: Vendor) -> None:
    traffic(vendor)
    vendor.faults["1:runReport"] = lambda request: whole(
        {"dimensionHeaders": [{"name": "country"}], "metricHeaders": [], "rows": []}
    )
    assert run("google_analytics").results["google_analytics"].error_sentence == (
        "google_analytics: page_views could not be read, it got a report with other columns 5 "
        "times: run again later"
    )


def test_a_list_that_is_cut_short_is_never_taken_for_whole(vendor: Vendor) -> None:
    traffic(vendor)
    vendor.page_cap = 30

    def behind(request: Request) -> None:
        if request.body.get("offset"):
            vendor.lists[EVENTS] = vendor.lists[EVENTS][:40]

    vendor.faults["1:runReport"] = behind
    assert run("google_analytics").results["google_analytics"].ok
    assert query("select count(*) from raw_google_analytics.events") == [(40,)]


@pytest.mark.parametrize("cells", [None, "twelve", [{"value": "20260101"}], [1, 2]])
def test_a_row_of_another_shape_is_put_aside(vendor: Vendor, cells: object) -> None:
    traffic(vendor, 1)
    headers = {
        "dimensionHeaders": [{"name": "date"}, {"name": "eventName"}],
        "metricHeaders": [{"name": "eventCount"}, {"name": "activeUsers"}],
    }
    good = {
        "dimensionValues": [{"value": "20260101"}, {"value": "scroll"}],
        "metricValues": [{"value": "1"}, {"value": "1"}],
    }
    spoilt = {"rows": [good, {**good, "dimensionValues": cells}], "rowCount": 2}
    vendor.faults["1:runReport"] = lambda request: (
        whole({**headers, **spoilt}) if len(request.body["dimensions"]) == 2
        and request.body["dimensions"][1]["name"] == "eventName" else None
    )  # fmt: skip
    assert run("google_analytics").results["google_analytics"].ok
    assert query("select event_name from raw_google_analytics.events") == [("scroll",)]
    assert query("select table_name, reason from raw_google_analytics.rejected") == [
        ("events", "null_id")
    ]


def test_a_used_up_quota_is_said_in_one_sentence(vendor: Vendor) -> None:
    body = {"error": {"code": 429, "message": "x", "status": "RESOURCE_EXHAUSTED"}}
    vendor.faults["1:runReport"] = lambda request: whole(body, 429)
    assert run("google_analytics").results["google_analytics"].error_sentence == (
        "google_analytics: page_views could not be read, it got the answer 429 5 times: "
        "run again later"
    )
