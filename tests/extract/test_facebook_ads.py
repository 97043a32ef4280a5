"""What of the advertising account arrives in raw: a month at once, the whole as a report."""

import json
from typing import Any

import pytest

from extract import config
from extract.api import SourceError
from extract.sources.facebook_ads import pull
from tests.extract.conftest import Answer, Request, Vendor, query, run
from tests.extract.graph import REPORT, error

ACCOUNT = f"act_{config.SANDBOX_ACCOUNT}"
REPORTED = f"facebook_ads/{REPORT}/insights"
SYNC = f"facebook_ads/{ACCOUNT}/insights"


def advertised(vendor: Vendor, days: int = 3) -> None:
    """One ad in one campaign, and its last days of January."""
    vendor.lists[f"facebook_ads/{ACCOUNT}/campaigns"] = [{"id": "C1", "name": "Camps"}]
    vendor.lists[f"facebook_ads/{ACCOUNT}/adsets"] = [
        {"id": "S1", "campaign_id": "C1", "daily_budget": "1500", "targeting": {"age_min": 18}}
    ]
    vendor.lists[f"facebook_ads/{ACCOUNT}/ads"] = [{"id": "A1", "adset_id": "S1"}]
    rows = [measured(f"2026-01-{31 - number:02d}") for number in range(days)]
    vendor.lists[REPORTED] = vendor.lists[SYNC] = rows


def measured(day: str, **more: Any) -> dict[str, Any]:
    """One ad's day."""
    return {"ad_id": "A1", "date_start": day, "date_stop": day, "impressions": "185",
            "spend": "14.30", **more}  # fmt: skip


def asked(vendor: Vendor, ending: str) -> list[Request]:
    """The requests whose path ends so."""
    return [one for one in vendor.requests if one.path.endswith(ending)]


def days_asked(vendor: Vendor) -> list[dict[str, str]]:
    """The ranges that were asked for at once."""
    ranges = [one.query.get("time_range") for one in asked(vendor, f"{ACCOUNT}/insights")]
    return [json.loads(one) for one in ranges if one]


def test_the_first_load_orders_a_report_and_reads_it_when_it_is_done(vendor: Vendor) -> None:
    advertised(vendor, 20)
    vendor.page_cap = 7
    vendor.lists[f"facebook_ads/{REPORT}"] = ["Job Not Started", "Job Running", "Job Started"]
    result = run("facebook_ads").results["facebook_ads"]
    assert result.ok
    assert {table.table: table.rows for table in result.tables} == {
        "campaigns": 1,
        "ad_sets": 1,
        "ads": 1,
        "ad_insights": 20,
        "access_tokens": 1,
    }
    (ordered,) = [one for one in vendor.requests if one.body is not None]
    assert ordered.path == f"/facebook_ads/v25.0/{ACCOUNT}/insights"
    assert ordered.body["date_preset"] == "maximum"
    assert (ordered.body["level"], ordered.body["time_increment"]) == ("ad", "1")
    assert "actions" in ordered.body["fields"].split(",")
    assert len(asked(vendor, f"/{REPORT}")) == 4
    pages = [one.query for one in asked(vendor, f"/{REPORT}/insights")]
    assert [one.get("after") for one in pages] == [None, "7", "14"]
    assert not asked(vendor, f"{ACCOUNT}/insights")[1:]


def test_a_small_page_and_a_large_one_give_the_same_rows(vendor: Vendor) -> None:
    advertised(vendor, 25)
    rows = "select ad_id, date_start, spend from raw_facebook_ads.ad_insights order by all"
    run("facebook_ads", full=True)
    large = query(rows)
    vendor.page_cap = 7
    run("facebook_ads", full=True)
    assert query(rows) == large and len(large) == 25


def test_the_next_day_asks_at_once_for_what_may_be_restated(vendor: Vendor) -> None:
    advertised(vendor)
    run("facebook_ads", as_of="2026-01-30")
    vendor.requests.clear()
    deeds = [{"action_type": "lead", "value": "2"}]
    vendor.lists[SYNC] = [
        measured("2026-01-30", actions=deeds),
        measured("2026-01-01", spend="9.99"),
    ]
    assert run("facebook_ads", as_of="2026-01-31").results["facebook_ads"].ok
    assert days_asked(vendor) == [{"since": "2026-01-02", "until": "2026-01-31"}]
    assert not [one for one in vendor.requests if one.body is not None]
    assert query(
        "select date_start, impressions, spend, actions from raw_facebook_ads.ad_insights"
        " order by 1"
    ) == [
        ("2026-01-29", "185", "14.30", None),
        ("2026-01-30", "185", "14.30", '[{"action_type":"lead","value":"2"}]'),
        ("2026-01-31", "185", "14.30", None),
    ]


def test_after_a_long_pause_a_report_is_ordered_for_the_gap(vendor: Vendor) -> None:
    advertised(vendor)
    run("facebook_ads", as_of="2026-01-31")
    vendor.requests.clear()
    run("facebook_ads", as_of="2026-04-04")
    assert days_asked(vendor) == [] and len(asked(vendor, f"/{REPORT}")) == 1
    (ordered,) = [one for one in vendor.requests if one.body is not None]
    assert json.loads(ordered.body["time_range"]) == {"since": "2026-01-03", "until": "2026-04-04"}
    vendor.requests.clear()
    run("facebook_ads", as_of="2026-06-05")
    assert days_asked(vendor) == [{"since": "2026-03-07", "until": "2026-06-05"}]


def test_a_report_that_failed_is_ordered_once_more(vendor: Vendor) -> None:
    advertised(vendor)
    vendor.lists[f"facebook_ads/{REPORT}"] = ["Job Running", "Job Failed"]
    assert run("facebook_ads").results["facebook_ads"].ok
    assert len([one for one in vendor.requests if one.body is not None]) == 2
    vendor.lists[f"facebook_ads/{REPORT}"] = ["Job Failed", "Job Skipped"]
    assert run("facebook_ads", full=True).results["facebook_ads"].error_sentence == (
        "facebook_ads: the report on ad_insights ended as Job Skipped: run again later"
    )


def test_a_report_that_is_never_done_ends_the_source(vendor: Vendor) -> None:
    advertised(vendor)
    vendor.lists[f"facebook_ads/{REPORT}"] = ["Job Running"] * 50
    with pytest.raises(SourceError, match="ad_insights was not done after 40 looks: run again"):
        list(pull("ad_insights", None))


def test_a_report_without_a_number_is_not_taken_for_empty(vendor: Vendor) -> None:
    advertised(vendor)
    vendor.faults["insights"] = lambda request: (
        (200, {}, b'{"success": true}') if request.body is not None else None
    )
    with pytest.raises(SourceError, match="the answer names no report"):
        list(pull("ad_insights", None))


def test_pages_shrink_where_meta_asks_for_less(vendor: Vendor) -> None:
    advertised(vendor)
    message = "Please reduce the amount of data you're asking for, then retry your request"

    def too_much(request: Request) -> Answer | None:
        if int(request.query.get("limit", 0)) > 30:
            return error(1, status=500, message=message)
        return None

    vendor.faults["campaigns"] = too_much
    (page,) = pull("campaigns", None)
    assert [row["id"] for row in page.rows] == ["C1"]
    limits = [one.query["limit"] for one in asked(vendor, "/campaigns")]
    assert list(dict.fromkeys(limits)) == ["100", "50", "25"]


def test_what_is_put_away_is_asked_for_too_and_what_vanished_keeps_its_day(vendor: Vendor) -> None:
    advertised(vendor)
    campaigns = [{"id": f"C{number}"} for number in range(9)]
    vendor.lists[f"facebook_ads/{ACCOUNT}/campaigns"] = campaigns
    run("facebook_ads", as_of="2026-01-30")
    del campaigns[8]
    campaigns[0]["status"] = "ARCHIVED"
    run("facebook_ads", as_of="2026-01-31")
    for name in ("campaigns", "adsets", "ads"):
        states = json.loads(asked(vendor, f"/{name}")[0].query["effective_status"])
        assert {"ACTIVE", "PAUSED", "ARCHIVED"} <= set(states)
        assert ("ADSET_PAUSED" in states) == (name == "ads")
    assert query(
        "select id, status, _seen_on from raw_facebook_ads.campaigns where id in ('C0', 'C8')"
        " order by id"
    ) == [("C0", "ARCHIVED", "2026-01-31"), ("C8", None, "2026-01-30")]
    assert query("select daily_budget, targeting from raw_facebook_ads.ad_sets") == [
        ("1500", '{"age_min":18}')
    ]


def test_bad_rows_of_ads_are_put_aside_and_the_rest_loads(vendor: Vendor) -> None:
    advertised(vendor)
    vendor.lists[REPORTED] = [
        measured("2026-01-31", impressions=185, spend=14.30),
        measured("2026-01-30") | {"ad_id": None},
        "text",
    ]
    assert run("facebook_ads").results["facebook_ads"].ok
    assert query("select impressions, spend from raw_facebook_ads.ad_insights") == [("185", "14.3")]
    assert query("select reason, column_name from raw_facebook_ads.rejected order by all") == [
        ("not_an_object", None),
        ("null_id", "ad_id"),
    ]


def test_a_dead_token_of_the_ads_names_the_variable(vendor: Vendor) -> None:
    advertised(vendor)
    vendor.faults["campaigns"] = lambda request: error(190)
    with pytest.raises(SourceError) as ended:
        list(pull("campaigns", None))
    assert str(ended.value) == (
        "facebook_ads: campaigns could not be read, it got the error 190: refresh the token: set "
        "INSTAGRAM_ACCESS_TOKEN in .env, from Meta's Graph API Explorer as a long-lived user token "
        "with ads_read"
    )
