"""Instagram, the gym's own account: posts with their files, comments, and what each post achieved.

Facts from Meta's reference (v25.0): comments and insights are asked for post by post; replies come
inside their comment, a page at most. Which metrics a post has depends on its kind, and one wrong
metric spoils the whole answer; posts from before the account became a business have none. A post's
files lie on Meta's own hosts under addresses that expire; an album gives its first picture. The
window counts posts by when they were published; every run lists all of them. Stories are left out.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from extract import config, graph_api
from extract.api import Api, Page, connect, lies_at, parent_ids
from extract.config import System, midnight
from extract.files import Shelf
from extract.graph_api import BAD_PARAMETER, GraphRefusal, listed

SYSTEM = System(
    base_url=graph_api.ADDRESS,
    key_variable="INSTAGRAM_ACCESS_TOKEN",
    key_from="Meta's Graph API Explorer as a long-lived user token with instagram_basic, "
    "instagram_manage_insights, instagram_manage_comments and ads_read",
    probe=graph_api.PROBE,
    account_variable="INSTAGRAM_BUSINESS_ACCOUNT_ID",
)

POST_FIELDS = (
    "id,caption,media_type,media_product_type,media_url,thumbnail_url,permalink,shortcode,"
    "timestamp,username,like_count,comments_count,is_comment_enabled"
)
COMMENT_FIELDS = "id,username,text,timestamp,like_count,parent_id,hidden"
REPLIES_INSIDE = 50
EVERY_KIND = "reach,saved"
METRICS = {
    "IMAGE": "reach,saved,views,likes,comments,shares,total_interactions,follows,profile_visits",
    "CAROUSEL_ALBUM": "reach,saved,views,shares,total_interactions,follows,profile_visits",
    "VIDEO": "reach,saved,views,likes,comments,shares,total_interactions",
    "REELS": "reach,saved,views,likes,comments,shares,total_interactions,"
    "ig_reels_avg_watch_time,ig_reels_video_view_total_time",
}
BEFORE_BUSINESS = 2108006
FILE_HOSTS = ("cdninstagram.com", "fbcdn.net")


def pull(table: str, start: date | None) -> Iterator[Page]:
    """Pages of one table; what hangs on posts, of those since local midnight of `start`."""
    api = connect("instagram")
    if table == "media":
        yield from listed_posts(api, POST_FIELDS)
    elif table == "access_tokens":
        yield from graph_api.access_tokens(api)
    elif table == "media_files":
        shelf = Shelf("instagram", FILE_HOSTS)
        for post in posts_since(api, start, "media_url,thumbnail_url"):
            address = post.get("media_url") or post.get("thumbnail_url")
            yield Page([shelf.keep(str(post["id"]), address)])
    elif table == "media_insights":
        for post in posts_since(api, start, "media_type,media_product_type"):
            yield from insights(api, post)
    else:
        for post in posts_since(api, start, "comments_count"):
            if post.get("comments_count") != 0:
                yield from comments(api, str(post["id"]))


def listed_posts(api: Api, fields: str) -> Iterator[Page]:
    """Every post that the account shows."""
    return listed(api, "media", f"{config.account('instagram')}/media", {"fields": fields})


def posts_since(api: Api, start: date | None, fields: str) -> list[dict[str, Any]]:
    """The posts published since."""
    pages = listed_posts(api, f"id,timestamp,{fields}")
    rows = [row for page in pages for row in page.rows]
    parent_ids("instagram", "media", rows)
    return [row for row in rows if start is None or is_since(row.get("timestamp"), start)]


def is_since(text: Any, start: date) -> bool:
    """Whether an instant lies in the window; one that cannot be read does."""
    try:
        return datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%S%z") >= midnight(start)
    except ValueError:
        return True


def comments(api: Api, post: str) -> Iterator[Page]:
    """Comments on one post and the replies to them, each with the post's id."""
    inside = f"replies.limit({REPLIES_INSIDE}){{{COMMENT_FIELDS}}}"
    asked = {"fields": f"{COMMENT_FIELDS},{inside}"}
    for page in listed(api, "comments", f"{post}/comments", asked, post):
        rows: list[Any] = []
        for row in page.rows:
            comment = lies_at(row, "id")
            rows.append(of_post(row, post))
            if comment and lies_at(row, "replies.paging.next"):
                rows += all_replies(api, post, comment)
            else:
                replies = lies_at(row, "replies.data") or []
                rows += [of_post(reply, post, comment) for reply in replies]
        yield Page(rows, parent=post)


def all_replies(api: Api, post: str, comment: str) -> list[Any]:
    """The replies to a comment that has more of them than come with it."""
    pages = listed(api, "comments", f"{comment}/replies", {"fields": COMMENT_FIELDS}, comment)
    return [of_post(row, post, comment) for page in pages for row in page.rows]


def of_post(row: Any, post: str, comment: str | None = None) -> Any:
    """A comment with its post and, for a reply, the comment that it answers; never with a page of
    replies, whose link carries the token."""
    if not isinstance(row, dict):
        return row
    kept = {name: value for name, value in row.items() if name != "replies"}
    return {"parent_id": comment} | kept | {"media_id": post}


def insights(api: Api, post: dict[str, Any]) -> Iterator[Page]:
    """What one post achieved, a row per metric; nothing for one from before the business account.

    Where Meta refuses a metric of the post's kind, the two that every kind has are asked for.
    """
    code, is_reel = str(post["id"]), post.get("media_product_type") == "REELS"
    kind = "REELS" if is_reel else str(post.get("media_type"))
    for metrics in (METRICS.get(kind, EVERY_KIND), EVERY_KIND):
        asked = {"metric": metrics}
        try:
            for page in listed(api, "media_insights", f"{code}/insights", asked, code):
                yield Page([of_post(row, code) for row in page.rows], parent=code)
            return
        except GraphRefusal as refusal:
            if refusal.subcode == BEFORE_BUSINESS:
                return
            if refusal.code != BAD_PARAMETER or metrics == EVERY_KIND:
                raise
