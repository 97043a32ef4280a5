"""What of the gym's posts arrives in raw, and where the token never goes."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from extract import config
from extract.api import Page, SourceError
from extract.graph_api import end_of_token, expiry_warning
from extract.sources.instagram import pull
from tests.extract.conftest import Answer, Request, Vendor, query, run, whole
from tests.extract.graph import error
from tests.extract.posts import ACCOUNT, on_instagram


def in_turn(*answers: Answer) -> Callable[[Request], Answer | None]:
    """Each of these answers once, then the usual ones."""
    left = iter(answers)
    return lambda request: next(left, None)


def refused(table: str) -> str:
    """What ends the reading of a table."""
    with pytest.raises(SourceError) as ended:
        list(pull(table, None))
    return str(ended.value)


def ending(vendor: Vendor, name: str) -> list[Request]:
    """The requests for lists and files of a name."""
    return [one for one in vendor.requests if one.path.endswith(name)]


@pytest.mark.parametrize("cap", [None, 7])
def test_every_post_comment_reply_metric_and_file_arrives(vendor: Vendor, cap: int | None) -> None:
    on_instagram(vendor, 16)
    vendor.page_cap = cap
    result = run("instagram").results["instagram"]
    assert result.ok
    assert {table.table: table.rows for table in result.tables} == {
        "media": 16,
        "comments": 48,
        "media_insights": 32,
        "media_files": 16,
        "access_tokens": 1,
    }
    assert query(
        "select id, media_id, parent_id, username, text from raw_instagram.comments"
        " where media_id = '170' order by id"
    ) == [
        ("01", "170", None, "ada", "So good!"),
        ("02", "170", None, "bo", None),
        ("03", "170", "01", "gym", None),
    ]
    assert query(
        'select id, media_id, name, "values" from raw_instagram.media_insights'
        " where media_id = '170' order by id"
    ) == [
        ("170/insights/reach/lifetime", "170", "reach", '[{"value":5}]'),
        ("170/insights/saved/lifetime", "170", "saved", '[{"value":5}]'),
    ]
    listed = [one.query for one in vendor.requests if one.path.endswith(f"/{ACCOUNT}/media")]
    assert {one["limit"] for one in listed} == {"100"}
    if cap:
        assert [one.get("after") for one in listed[:3]] == [None, "7", "14"]


def test_the_token_is_in_a_header_of_the_api_and_nowhere_else(vendor: Vendor) -> None:
    on_instagram(vendor, 9)
    vendor.page_cap = 2
    vendor.lists["instagram/171/comments"][0]["replies"]["paging"] = {
        "next": f"http://127.0.0.1:{vendor.port}/x?access_token={config.SANDBOX_KEY}"
    }
    assert run("instagram").results["instagram"].ok
    for one in vendor.requests:
        is_file = "/cdn/" in one.path
        assert one.headers.get("Authorization") == (
            None if is_file else f"Bearer {config.SANDBOX_KEY}"
        )
        told = json.dumps(one.query | {"input_token": ""})
        assert config.SANDBOX_KEY not in told, one.path
    for table in ("media", "comments", "media_insights", "media_files", "access_tokens"):
        text = str(query(f"select * from raw_instagram.{table}"))
        assert config.SANDBOX_KEY not in text, table


def test_more_replies_than_come_with_their_comment_are_asked_for(vendor: Vendor) -> None:
    on_instagram(vendor)
    vendor.page_cap = 4
    first = vendor.lists["instagram/170/comments"][0]
    replies = [{"id": f"9{number}", "username": "cy"} for number in range(10)]
    first["replies"] = {"data": replies[:4], "paging": {"next": "http://elsewhere.example.org"}}
    vendor.lists["instagram/01/replies"] = replies
    assert run("instagram").results["instagram"].ok
    assert query(
        "select count(*), min(media_id), max(media_id) from raw_instagram.comments"
        " where parent_id = '01'"
    ) == [(10, "170", "170")]


def test_the_next_day_reads_what_hangs_on_posts_of_thirty_days(vendor: Vendor) -> None:
    on_instagram(vendor, 6)
    run("instagram", as_of="2026-01-29")
    vendor.requests.clear()
    vendor.lists[f"instagram/{ACCOUNT}/media"][0]["like_count"] = 8
    vendor.lists[f"instagram/{ACCOUNT}/media"].pop(2)
    comments = vendor.lists["instagram/171/comments"]
    comments[1] = {"id": "99", "username": "late", "timestamp": "2026-01-20T18:00:00+0000"}
    comments[0]["text"] = "Edited"
    assert run("instagram", as_of="2026-01-30").results["instagram"].ok
    for name in ("comments", "insights"):
        assert {one.path for one in ending(vendor, f"/{name}")} == {
            f"/instagram/v25.0/17{number}/{name}" for number in (1, 3, 5)
        }
    assert ending(vendor, ".jpg") == []
    assert query("select id, like_count, _seen_on from raw_instagram.media order by id") == [
        ("170", 8, "2026-01-30"),
        ("171", 3, "2026-01-30"),
        ("172", 3, "2026-01-29"),
        ("173", 3, "2026-01-30"),
        ("174", 3, "2026-01-30"),
        ("175", 3, "2026-01-30"),
    ]
    assert query(
        "select id, text, _seen_on from raw_instagram.comments where media_id = '171' order by id"
    ) == [
        ("11", "Edited", "2026-01-30"),
        ("12", None, "2026-01-29"),
        ("13", None, "2026-01-30"),
        ("99", None, "2026-01-30"),
    ]
    run("instagram", as_of="2026-02-01")
    assert ending(vendor, "/170/comments"), "once a month the comments on all posts are read"


def test_a_post_without_comments_is_not_asked_for_them(vendor: Vendor) -> None:
    on_instagram(vendor)
    vendor.lists[f"instagram/{ACCOUNT}/media"][0]["comments_count"] = 0
    assert run("instagram").results["instagram"].ok
    assert [one.path for one in ending(vendor, "/comments")] == ["/instagram/v25.0/171/comments"]


def test_each_kind_of_post_is_asked_for_its_own_metrics(vendor: Vendor) -> None:
    for kind in ("IMAGE", "CAROUSEL_ALBUM", "VIDEO"):
        on_instagram(vendor, 1, kind)
        assert list(pull("media_insights", None))
    asked = [one.query["metric"].split(",") for one in ending(vendor, "/insights")]
    assert "follows" in asked[0] and "likes" in asked[0]
    assert "follows" in asked[1] and "likes" not in asked[1]
    assert "ig_reels_avg_watch_time" in asked[2] and "follows" not in asked[2]


def test_where_a_metric_is_refused_the_two_of_every_kind_are_asked_for(vendor: Vendor) -> None:
    on_instagram(vendor)
    vendor.faults["insights"] = lambda request: (
        error(100) if request.query["metric"] != "reach,saved" else None
    )
    assert run("instagram").results["instagram"].ok
    assert query("select count(*) from raw_instagram.media_insights") == [(4,)]


def test_a_post_of_before_the_business_account_has_no_insights(vendor: Vendor) -> None:
    on_instagram(vendor)
    vendor.faults["insights"] = lambda request: (
        error(100, 2108006) if "/170/" in request.path else None
    )
    assert run("instagram").results["instagram"].ok
    assert query("select distinct media_id from raw_instagram.media_insights") == [("171",)]


def test_a_post_that_went_while_we_read_is_left_out(vendor: Vendor) -> None:
    on_instagram(vendor)
    once = iter([True])

    def deleted(request: Request) -> Answer | None:
        if "/170/" in request.path and next(once, False):
            del vendor.lists[f"instagram/{ACCOUNT}/media"][0]
            return error(100, 33)
        return None

    vendor.faults["comments"] = deleted
    assert run("instagram").results["instagram"].ok
    assert query("select distinct media_id from raw_instagram.comments") == [("171",)]


@pytest.mark.parametrize("status", [200, 400, 401])
def test_a_dead_token_says_to_refresh_it(vendor: Vendor, status: int) -> None:
    on_instagram(vendor)
    vendor.faults["media"] = lambda request: error(190, 463, status)
    assert refused("media") == (
        "instagram: media could not be read, it got the error 190: refresh the token: set "
        "INSTAGRAM_ACCESS_TOKEN in .env, from Meta's Graph API Explorer as a long-lived user token "
        "with instagram_basic, instagram_manage_insights, instagram_manage_comments and ads_read"
    )
    assert len(ending(vendor, "/media")) == 1


def test_other_refusals_say_what_to_do(vendor: Vendor) -> None:
    on_instagram(vendor)
    for answer, advice in (
        (error(10), "the token lacks a permission: set INSTAGRAM_ACCESS_TOKEN in .env"),
        (error(100, 33), "check INSTAGRAM_BUSINESS_ACCOUNT_ID in .env"),
        (error(2635), "raise VERSION in extract/graph_api.py"),
        (error(803), "see whether the vendor changed its API"),
    ):
        vendor.faults["media"] = lambda request, answer=answer: answer  # type: ignore[misc]
        said = refused("media")
        assert advice in said and "private" not in said


def test_limits_and_passing_errors_are_waited_out(vendor: Vendor) -> None:
    on_instagram(vendor)
    usage = {"1": [{"type": "instagram", "estimated_time_to_regain_access": 0}]}
    limited = error(4, status=403)
    limited[1]["X-Business-Use-Case-Usage"] = json.dumps(usage)
    vendor.faults["media"] = in_turn(limited, error(80002), error(2, status=500), error(613))
    assert run("instagram").results["instagram"].ok
    vendor.faults["media"] = lambda request: error(17)
    assert refused("media") == (
        "instagram: media could not be read, it got an answer that asks to wait 5 times: "
        "run again later"
    )


def test_a_cursor_that_has_expired_is_worth_a_new_start(vendor: Vendor) -> None:
    on_instagram(vendor, 9)
    vendor.page_cap = 4
    once = iter([True])
    vendor.faults["media"] = lambda request: (
        error(100) if request.query.get("after") == "4" and next(once, False) else None
    )
    assert run("instagram").results["instagram"].ok
    assert query("select count(*) from raw_instagram.media") == [(9,)]


def seconds(day: str) -> int:
    """Noon of a day in the business's zone, in seconds since 1970."""
    noon = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=config.BUSINESS_ZONE)
    return int(noon.astimezone(UTC).timestamp())


def test_a_token_is_warned_of_from_its_fiftieth_day_on(vendor: Vendor) -> None:
    vendor.lists["instagram/debug_token"] = [
        {"is_valid": True, "expires_at": seconds("2026-03-02"), "scopes": ["instagram_basic"]}
    ]
    sentence = (
        "the token in INSTAGRAM_ACCESS_TOKEN expires on 2026-03-02: "
        "refresh the token and set it in .env"
    )
    assert sentence not in run("instagram", as_of="2026-02-19").printed
    assert run("instagram", as_of="2026-02-20").printed.count(sentence) == 1
    assert query("select key_variable, is_valid, scopes from raw_instagram.access_tokens") == [
        ("INSTAGRAM_ACCESS_TOKEN", True, '["instagram_basic"]')
    ]


def test_the_last_day_is_counted_by_the_business_calendar() -> None:
    ends = seconds("2026-03-02")
    said = [
        expiry_warning("TOKEN", ends, date.fromisoformat(day))
        for day in ("2026-02-19", "2026-02-20", "2026-03-02", "2026-03-03")
    ]
    assert [text and text.split(":")[0] for text in said] == [
        None,
        "the token in TOKEN expires on 2026-03-02",
        "the token in TOKEN expires on 2026-03-02",
        "the token in TOKEN expired on 2026-03-02",
    ]


def test_the_earlier_of_two_ends_counts_and_nought_is_none() -> None:
    assert end_of_token(0, None) is None
    assert end_of_token(seconds("2026-03-02"), seconds("2026-02-20")) == seconds("2026-02-20")
    assert expiry_warning("TOKEN", None, config.today()) is None


def test_a_token_that_may_not_look_at_itself_is_no_reason_to_stop(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AS_OF", "2026-01-31")
    for answer in (error(100), error(10), whole({"data": []})):
        vendor.faults["debug_token"] = lambda request, answer=answer: answer  # type: ignore[misc]
        assert list(pull("access_tokens", None)) == [
            Page([{"key_variable": "INSTAGRAM_ACCESS_TOKEN"}])
        ]
    vendor.faults["debug_token"] = lambda request: error(190)
    assert "refresh the token" in refused("access_tokens")


def test_a_live_source_needs_its_token_and_its_account(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "mode", lambda: "live")
    monkeypatch.setenv("INSTAGRAM_ACCESS_TOKEN", "not-a-secret")
    assert not config.is_connected("instagram") and not config.is_connected("facebook_ads")
    monkeypatch.setenv("FACEBOOK_AD_ACCOUNT_ID", "act_42")
    assert config.is_connected("facebook_ads") and not config.is_connected("instagram")
    assert config.account("facebook_ads") == "42"
    monkeypatch.setenv("INSTAGRAM_BUSINESS_ACCOUNT_ID", "me/../..")
    with pytest.raises(config.ConfigError, match="set INSTAGRAM_BUSINESS_ACCOUNT_ID in"):
        config.account("instagram")
