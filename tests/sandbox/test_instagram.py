"""Instagram's API: answers pass the vendor's schema, pages, errors and files are Meta's, and what
people wrote and posts reached is the same whatever later day asks."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import md5
from itertools import pairwise
from types import ModuleType
from urllib.parse import parse_qsl, urlsplit

import pytest

from scripts.sandbox import social
from scripts.sandbox.vendors._graph import ACCOUNT, token_made
from scripts.sandbox.vendors._instagram_objects import METRICS
from scripts.sandbox.vendors.base import KEY, Answer, Request, Row
from scripts.sandbox.vendors.instagram import View
from tests.sandbox.conftest import DAY_0, ask, small, views

MEDIA = f"/v25.0/{ACCOUNT}/media"
POST_FIELDS = (
    "id,caption,media_type,media_product_type,media_url,thumbnail_url,permalink,shortcode,"
    "timestamp,username,like_count,comments_count,is_comment_enabled"
)
COMMENT_FIELDS = "id,username,text,timestamp,like_count,hidden,parent_id"


def instagram(days: int = 0, people: int = 400) -> View:
    view = views(days=days, people=people)["instagram"]
    assert isinstance(view, View)
    return view


def follow(view: View, answer: Answer) -> Answer:
    """The answer behind the link to the next page."""
    link = urlsplit(answer.body["paging"]["next"])
    path = link.path.removeprefix(view.base_path)
    return view.answer(Request("GET", path, parse_qsl(link.query), {}, "http://127.0.0.1:1"))


def every(view: View, path: str, **query: object) -> list[Row]:
    """Every row of a list, page by page."""
    answer = ask(view, path, **query)
    rows = list(answer.body["data"])
    while "next" in answer.body.get("paging", {}):
        answer = follow(view, answer)
        rows += answer.body["data"]
    return rows


def metrics_of(row: Row) -> list[str]:
    return METRICS["REELS" if row["media_product_type"] == "REELS" else row["media_type"]]


def test_every_answer_passes_the_vendors_schema(
    contract: ModuleType, record_property: Callable[[str, object], None]
) -> None:
    view, checked, objects = instagram(), 0, 0

    def hold(path: str, **query: object) -> Answer:
        nonlocal checked, objects
        answer = ask(view, path, **query)
        found = contract.errors("instagram", "GET", path, answer.status, answer.body, strict=True)
        assert (answer.status, found) == (200, []), path
        checked += 1
        objects += len(answer.body["data"])
        return answer

    hold(MEDIA)
    for size in (7, 100):
        hold(MEDIA, fields=POST_FIELDS, limit=size)
    for row in view.tables["media"]:
        hold(f"/v25.0/{row['id']}/comments", fields=COMMENT_FIELDS)
        if not view.objects.is_before_business(view.objects.posts[row["id"]]):
            hold(f"/v25.0/{row['id']}/insights", metric=",".join(metrics_of(row)))
        inside = ask(view, f"/v25.0/{row['id']}/comments", fields="id,replies{id,text}").body
        for comment in inside["data"]:
            replies = comment.get("replies", {"data": []})
            path = f"/v25.0/{row['id']}/comments"
            assert contract.errors("instagram", "GET", path, 200, replies, strict=True) == []
            checked += 1
            objects += len(replies["data"])
    print(f"{checked} answers with {objects} objects checked")
    record_property("answers", checked)
    assert checked > 150


def test_pages_hold_every_post_once_newest_first_and_are_capped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    view = instagram()
    rows = every(view, MEDIA, fields="id,timestamp", limit=7)
    assert [row["id"] for row in rows] == [row["id"] for row in view.tables["media"]]
    times = [row["timestamp"] for row in rows]
    assert times == sorted(times, reverse=True) and all(one.endswith("+0000") for one in times)
    assert set(rows[0]) == {"id", "timestamp"}
    assert len(ask(view, MEDIA).body["data"]) == 25
    assert len(ask(view, MEDIA, limit=1_000).body["data"]) == min(100, len(rows))
    last = ask(view, MEDIA, limit=100, after=ask(view, MEDIA, limit=len(rows) - 1).body["paging"]
               ["cursors"]["after"]).body  # fmt: skip
    assert len(last["data"]) == 1 and "next" not in last["paging"]
    monkeypatch.setenv("SANDBOX_PAGE_CAP", "3")
    assert len(ask(view, MEDIA, limit=50).body["data"]) == 3
    assert len(every(view, MEDIA, limit=50)) == len(rows)


def test_the_link_to_the_next_page_carries_the_token_as_metas_does() -> None:
    link = ask(instagram(), MEDIA, limit=2).body["paging"]["next"]
    assert dict(parse_qsl(urlsplit(link).query))["access_token"] == KEY


def test_comments_come_newest_first_with_their_replies_inside() -> None:
    view, seen = instagram(), 0
    for row in view.tables["media"]:
        path = f"/v25.0/{row['id']}/comments"
        found = every(view, path, fields="id,timestamp,replies.limit(1){id,parent_id}", limit=2)
        times = [one["timestamp"] for one in found]
        assert times == sorted(times, reverse=True)
        count = len(found)
        for comment in found:
            replies = every(view, f"/v25.0/{comment['id']}/replies", fields="id,parent_id")
            assert {one["parent_id"] for one in replies} <= {comment["id"]}
            inside = comment.get("replies", {"data": []})
            assert inside["data"] == replies[:1]
            assert ("next" in inside.get("paging", {})) == (len(replies) > 1)
            count += len(replies)
        assert count == row["comments_count"]
        seen += count
    assert seen == len(view.tables["comments"]) > 50


def test_wrong_questions_get_metas_own_errors() -> None:
    view = instagram()

    def refused(path: str, key: str | None = None, **query: object) -> tuple[int, int, int | None]:
        answer = ask(view, path, key=key, **query)
        error = answer.body["error"]
        assert {"message", "type", "code", "fbtrace_id"} <= set(error)
        return answer.status, error["code"], error.get("error_subcode")

    assert refused(MEDIA, key="") == (400, 104, None)
    assert refused(MEDIA, key="wrong") == (400, 190, None)
    assert refused("/v25.0/17841499999999999/media") == (400, 100, 33)
    assert refused("/v25.0/17840000000000000/comments") == (400, 100, 33)
    assert refused(MEDIA, fields="colour") == (400, 100, None)
    assert refused(MEDIA, fields="id,comments{id") == (400, 2500, None)
    assert refused(MEDIA, colour="red") == (400, 100, None)
    assert refused(MEDIA, after="nowhere") == (400, 100, None)
    assert refused(f"/{ACCOUNT}/media") == (400, 2500, None)
    query = [("access_token", KEY)]
    assert view.answer(Request("GET", MEDIA, query, {}, "")).status == 200
    wrote = Request("POST", MEDIA, query, {}, "", {"caption": "no"})
    assert view.answer(wrote).body["error"]["code"] == 3


def test_each_kind_of_post_has_its_own_metrics_and_early_posts_have_none() -> None:
    view, said = instagram(), Counter[str]()
    for row in view.tables["media"]:
        path, post = f"/v25.0/{row['id']}/insights", view.objects.posts[row["id"]]
        if view.objects.is_before_business(post):
            error = ask(view, path, metric="reach").body["error"]
            assert (error["code"], error["error_subcode"]) == (100, 2108006)
            said["early"] += 1
            continue
        rows = ask(view, path, metric=",".join(metrics_of(row))).body["data"]
        assert [one["name"] for one in rows] == metrics_of(row)
        assert all(one["id"].startswith(f"{row['id']}/insights/") for one in rows)
        for metric in {"follows", "ig_reels_avg_watch_time"} - set(metrics_of(row)):
            error = ask(view, path, metric=f"reach,{metric}").body["error"]
            assert error["code"] == 100 and metric in error["message"]
            said["refused"] += 1
        values = {one["name"]: one["values"][0]["value"] for one in rows}
        if "likes" in values:
            assert values["likes"] == row["like_count"]
            assert values["comments"] == row["comments_count"]
        assert values["saved"] <= values["reach"]
    assert said["early"] > 0 and said["refused"] > 0


def test_what_was_published_this_evening_is_not_measured_yet() -> None:
    for days in range(20):
        view = instagram(days)
        late = [one for one in view.objects.posts.values() if not view.objects.is_measured(one)]
        if late:
            code = view.objects.post_id(late[0])
            assert ask(view, f"/v25.0/{code}/insights", metric="reach").body == {"data": []}
            return
    raise AssertionError("no post of a late evening in twenty days")


def test_what_a_post_reached_grows_for_two_weeks_and_then_stands() -> None:
    def reach(days: int) -> dict[str, int]:
        rows = instagram(days).tables["insights"]
        return {row["id"]: row["values"][0]["value"] for row in rows if row["name"] == "reach"}

    found = [reach(days) for days in (0, 1, 5, 20)]
    for before, after in pairwise(found):
        assert all(after[one] >= before[one] for one in before.keys() & after.keys())
    posts = instagram().objects.posts
    young = {f"{code}/insights/reach/lifetime" for code, one in posts.items()
             if (DAY_0 - one.day).days < 5}  # fmt: skip
    old = {f"{code}/insights/reach/lifetime" for code, one in posts.items()
           if (DAY_0 - one.day).days > 14}  # fmt: skip
    assert any(found[1][one] > found[0][one] for one in young & found[0].keys() & found[1].keys())
    assert all(found[3][one] == found[0][one] for one in old & found[0].keys() & found[3].keys())


def test_files_ask_for_no_token_and_their_addresses_expire() -> None:
    view, kinds = instagram(), Counter[str]()

    def fetch(address: str, **headers: str) -> Answer:
        link = urlsplit(address)
        path = link.path.removeprefix(view.base_path)
        request = Request("GET", path, parse_qsl(link.query), headers, "http://127.0.0.1:1")
        return view.answer(request)

    contents = set()
    for row in ask(view, MEDIA, fields="media_type,media_url,thumbnail_url", limit=100).body[
        "data"
    ]:
        for name in ("media_url", "thumbnail_url"):
            if name in row:
                file = fetch(row[name])
                assert file.status == 200 and row["id"].encode() in file.body
                kinds[file.headers["Content-Type"]] += 1
                contents.add(file.body)
                assert file.body.startswith(b"\xff\xd8") or file.body[4:8] == b"ftyp"
        assert ("thumbnail_url" in row) == (row["media_type"] == "VIDEO")
    assert set(kinds) == {"image/jpeg", "video/mp4"} and len(contents) == sum(kinds.values())
    first = ask(view, MEDIA, fields="media_url", limit=100).body["data"][0]["media_url"]
    assert fetch(first, authorization=f"Bearer {KEY}").status == 400
    assert fetch(f"{first}&access_token={KEY}").status == 400
    yesterdays = ask(instagram(1), MEDIA, fields="id,media_url", limit=100).body["data"]
    assert {fetch(row["media_url"]).status for row in yesterdays if "media_url" in row} <= {
        403,
        404,
    }


def test_four_posts_a_week_and_everything_up_to_the_clock() -> None:
    posts = social.posts(small(people=400))
    weeks = Counter(one.day.isocalendar()[:2] for one in posts)
    assert set(list(weeks.values())[1:-1]) == {4}
    assert {one.kind for one in posts} >= {"IMAGE", "CAROUSEL_ALBUM", "REELS"}
    horizon = small(people=400).horizon
    assert all(one.moment < horizon for one in instagram().objects.posts.values())
    stamps = [row["timestamp"] for row in instagram().tables["comments"]]
    assert (
        max(datetime.strptime(one, "%Y-%m-%dT%H:%M:%S%z").timestamp() for one in stamps) < horizon
    )


def test_the_days_bring_late_comments_and_take_spam_away() -> None:
    late = gone = 0
    for days in (0, 10, 20):
        before, after = (instagram(one, people=1_200).objects for one in (days, days + 10))
        for code in before.posts.keys() & after.posts.keys():
            was = {before.comment_id(one) for one in before.comments(before.posts[code])}
            now = {after.comment_id(one) for one in after.comments(after.posts[code])}
            gone += len(was - now)
            if (DAY_0 + timedelta(days=days) - before.posts[code].day).days > 7:
                late += len(now - was)
    assert late > 0 and gone > 0


def test_names_are_nobody_twice_and_the_gyms_own_is_nobody() -> None:
    names = [name for _, _, name in social.usernames(small(people=1_200))]
    assert len(names) == len(set(names)) > 20
    assert all(name == name.lower() and len(name) <= 30 for name in names)
    view = instagram()
    records = {one.record_key: one for one in view.records()}
    shown = {row["username"] for row in view.tables["comments"]} - {social.ACCOUNT_NAME}
    assert set(records) == {f"instagram:user:{md5(name.encode()).hexdigest()}" for name in shown}
    assert all(not (one.name or one.email or one.phone) for one in records.values())
    assert social.ACCOUNT_NAME in {row["username"] for row in view.tables["comments"]}


def test_the_token_says_until_when_and_is_renewed_in_time() -> None:
    found = ask(instagram(), "/v25.0/debug_token", input_token=KEY).body["data"]
    assert (found["expires_at"] - found["issued_at"]) == 60 * 86_400 and found["is_valid"]
    for days in range(200):
        age = (DAY_0 + timedelta(days=days) - token_made(DAY_0, DAY_0 + timedelta(days=days))).days
        assert age < 55
    assert (DAY_0 - token_made(DAY_0, DAY_0)).days == 20
    assert token_made(DAY_0, DAY_0 + timedelta(days=34)) == token_made(DAY_0, DAY_0)
    assert token_made(DAY_0, DAY_0 + timedelta(days=35)) == date(2026, 3, 7)


def test_calls_are_limited_only_when_limits_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    view = View(small(people=160))
    assert {ask(view, MEDIA).status for _ in range(250)} == {200}
    monkeypatch.setenv("SANDBOX_LIMITS", "1")
    answers = [ask(view, MEDIA) for _ in range(250)]
    refused = [one for one in answers if one.status != 200]
    assert refused and refused[0].body["error"]["code"] == 4
    assert (
        '"estimated_time_to_regain_access": 1' in (refused[0].headers["X-Business-Use-Case-Usage"])
    )
    assert '"call_count": 100' in refused[0].headers["X-App-Usage"]
