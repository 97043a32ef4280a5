"""Instagram's objects: posts, comments with their replies, insights by kind of post, and files.

Shapes are those of the Graph API v25.0. A post's numbers grow for two weeks, those of its day are
not there before the evening. Files are the smallest picture and film that there can be, each with
its post's number inside; their addresses are signed for the clock's day and no other.
"""

from functools import cached_property
from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.social import ACCOUNT_NAME, Comment, Post, posts, shown_by
from scripts.sandbox.vendors.base import Row

HREF = "{root}"  # replaced by the server's own address
BEFORE_BUSINESS = 12  # days from the first post on in which the account was no business yet
MEASURED_AFTER = 6 * 3600
FEED = ["reach", "saved", "views", "shares", "total_interactions", "follows", "profile_visits"]
REELS = ["reach", "saved", "views", "shares", "total_interactions", "likes", "comments",
         "ig_reels_avg_watch_time", "ig_reels_video_view_total_time"]  # fmt: skip
METRICS = {
    "IMAGE": [*FEED, "likes", "comments"],
    "CAROUSEL_ALBUM": FEED,
    "REELS": REELS,
    "VIDEO": ["reach", "saved", "shares", "likes", "comments"],  # films of before there were reels
}
TITLES = {"ig_reels_avg_watch_time": "Average Watch Time", "saved": "Saves",
          "ig_reels_video_view_total_time": "Total View Time"}  # fmt: skip
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010101004800480000ffdb00430003020202020203020202030303030406040404040408"
    "060605060908 0a0a090809090a0c0f0c0a0b0e0b09090d110d0e0f101011100a0c12131210130f101010 ffc9000b"
    "080001000101011100ffcc000600101005ffda0008010100003f00d2cf20ffd9"
)
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


def stamp(moment: int) -> str:
    """ISO 8601 in UTC without a colon in the offset."""
    return f"{moments.utc(moment).isoformat()}+0000"


class Objects:
    """Builds every object of one ledger, as of its clock."""

    def __init__(self, ledger: Ledger) -> None:
        """Objects of one ledger."""
        self.ledger, self.chance, self.clock = ledger, ledger.chance, ledger.clock

    @cached_property
    def all_posts(self) -> list[Post]:
        """Every post ever, taken down ones included."""
        return posts(self.ledger)

    @cached_property
    def posts(self) -> dict[str, Post]:
        """The posts that can be seen now by their number, newest first."""
        shown = [one for one in self.all_posts if self._is_shown(one)]
        return {self.post_id(one): one for one in reversed(shown)}

    def _is_shown(self, one: Post) -> bool:
        is_there = one.removed is None or self.clock < one.removed
        return one.moment < self.ledger.horizon and is_there

    def _number(self, kind: int, key: str) -> str:
        return f"{kind}{self.chance.bits('instagram', key) % 10**13:013d}"

    def post_id(self, one: Post) -> str:
        """Seventeen digits."""
        return self._number(1784, one.key)

    def comment_id(self, one: Comment) -> str:
        """Seventeen digits."""
        return self._number(1796, one.key)

    def shown(self, comments: list[Comment]) -> list[Comment]:
        """Those that can be seen now, oldest first."""
        return [one for one in comments if one.is_shown(self.ledger.horizon, self.clock)]

    def comments(self, one: Post) -> list[Comment]:
        """The comments on a post, newest first."""
        return self.shown(one.comments)[::-1]

    def count(self, one: Post) -> int:
        """How many comments and replies a post shows."""
        found = self.shown(one.comments)
        return len(found) + sum(len(self.shown(comment.replies)) for comment in found)

    def media(self, one: Post) -> Row:
        """A post."""
        code = self.post_id(one)
        short = self.chance.token(11, "instagram", one.key, "short")
        is_film = one.kind in ("REELS", "VIDEO")
        row: Row = {
            "id": code,
            "caption": one.caption,
            "media_type": "VIDEO" if is_film else one.kind,
            "media_product_type": "REELS" if one.kind == "REELS" else "FEED",
            "media_url": self.address(one, "mp4" if is_film else "jpg"),
            "permalink": f"https://www.instagram.com/{'reel' if is_film else 'p'}/{short}/",
            "shortcode": short,
            "timestamp": stamp(one.moment),
            "username": ACCOUNT_NAME,
            "like_count": shown_by(self._final(one, "likes"), one.day, self.clock),
            "comments_count": self.count(one),
            "is_comment_enabled": True,
        }
        if is_film:
            row["thumbnail_url"] = self.address(one, "jpg")
            if self.chance.u(one.key, "borrowed music") < 0.05:
                del row["media_url"]
        return row

    def comment(self, one: Comment, parent: Comment | None = None) -> Row:
        """A comment or a reply."""
        row: Row = {
            "id": self.comment_id(one),
            "username": one.username,
            "text": one.text,
            "timestamp": stamp(one.moment),
            "like_count": shown_by(one.likes, moments.day_of(one.moment), self.clock),
            "hidden": False,
        }
        if parent is not None:
            row["parent_id"] = self.comment_id(parent)
        return row

    # -- insights ----------------------------------------------------------------------

    def _final(self, one: Post, metric: str) -> int:
        """What a post reaches in the end."""
        u = self.chance.u
        many = self.chance.weighted([(0.5, 25), (1.0, 45), (1.8, 22), (4.0, 8)], one.key, "luck")
        reach = 1_300 * many * (1.9 if one.kind == "REELS" else 1.0) * (0.7 + 0.6 * u(one.key, "r"))
        parts = {
            "reach": 1.0,
            "views": 1.2 + 0.8 * u(one.key, "views"),
            "likes": 0.03 + 0.05 * u(one.key, "liked"),
            "saved": 0.002 + 0.015 * u(one.key, "saved"),
            "shares": 0.003 + 0.012 * u(one.key, "shares"),
            "follows": 0.004 * u(one.key, "follows"),
            "profile_visits": 0.01 + 0.02 * u(one.key, "visits"),
        }
        return int(reach * parts[metric])

    def is_before_business(self, one: Post) -> bool:
        """Whether a post is older than the business account."""
        first = self.all_posts[0].day
        return (one.day - first).days < BEFORE_BUSINESS

    def is_measured(self, one: Post) -> bool:
        """Whether Meta has numbers yet."""
        return one.moment + MEASURED_AFTER <= self.ledger.horizon

    def measured(self, one: Post, metric: str) -> int:
        """A metric as it stands by the clock."""

        def by_now(name: str) -> int:
            return shown_by(self._final(one, name), one.day, self.clock)

        seconds = 3 + 9 * self.chance.u(one.key, "watched")
        if metric == "comments":
            return self.count(one)
        if metric == "ig_reels_avg_watch_time":
            return int(seconds * 1_000)
        if metric == "ig_reels_video_view_total_time":
            return int(seconds * 1_000) * by_now("views")
        if metric == "total_interactions":
            return sum(by_now(name) for name in ("likes", "saved", "shares")) + self.count(one)
        return by_now(metric)

    def insight(self, one: Post, metric: str) -> Row:
        """One metric of a post."""
        title = TITLES.get(metric, metric.replace("_", " ").title())
        return {
            "id": f"{self.post_id(one)}/insights/{metric}/lifetime",
            "name": metric,
            "period": "lifetime",
            "values": [{"value": self.measured(one, metric)}],
            "title": title,
            "description": f"{title} of the post since it was published.",
        }

    # -- files -------------------------------------------------------------------------

    def address(self, one: Post, ending: str) -> str:
        """Where a file of a post lies today."""
        code = self.post_id(one)
        return f"{HREF}/cdn/{code}.{ending}?oe={self._until():x}&oh={self.signature(code)}"

    def _until(self) -> int:
        return self.ledger.horizon

    def signature(self, code: str) -> str:
        """What makes an address good for today."""
        return self.chance.token(20, "instagram file", code, self.clock)

    def file(self, code: str, ending: str) -> tuple[str, bytes]:
        """The kind and the bytes of a file."""
        if ending == "jpg":
            note = code.encode()
            mark = b"\xff\xfe" + (len(note) + 2).to_bytes(2, "big") + note
            return "image/jpeg", JPEG[:2] + mark + JPEG[2:]
        note = b"free" + code.encode()
        return "video/mp4", MP4 + (len(note) + 4).to_bytes(4, "big") + note


def rooted(body: Any, root: str) -> Any:
    """An answer with the server's own address in its links."""
    if isinstance(body, list):
        return [rooted(one, root) for one in body]
    if isinstance(body, dict):
        return {name: rooted(value, root) for name, value in body.items()}
    return body.replace(HREF, root) if isinstance(body, str) else body
