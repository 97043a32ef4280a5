"""Instagram as Meta's Graph API v25.0 shows the gym's account: posts, comments, replies, insights
and the files of posts.

Objects are in `_instagram_objects.py`, what is common to Meta's systems in `_graph.py`. Files lie
beside the API (`/cdn`), ask for no token and refuse whoever brings one. Leaves out stories,
insights on the account, and everything that writes.
"""

from functools import cached_property
from hashlib import md5

from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Person
from scripts.sandbox.social import Comment, Post
from scripts.sandbox.vendors._graph import ACCOUNT, Asked, Graph, Refusal, asked_fields, picked
from scripts.sandbox.vendors._instagram_objects import METRICS, Objects, rooted
from scripts.sandbox.vendors.base import Answer, Record, Request, Row

MEDIA_FIELDS = {
    "id", "caption", "media_type", "media_product_type", "media_url", "thumbnail_url", "permalink",
    "shortcode", "timestamp", "username", "like_count", "comments_count", "is_comment_enabled",
}  # fmt: skip
COMMENT_FIELDS = {"id", "username", "text", "timestamp", "like_count", "hidden", "parent_id"}
MOST_POSTS, MOST_COMMENTS = 100, 50
EVERY_METRIC = {metric for metrics in METRICS.values() for metric in metrics} | {"replies"}


class View(Graph):
    """The gym's account as of the clock."""

    name, base_path = "instagram", "/instagram"

    def __init__(self, ledger: Ledger) -> None:
        """Objects when first asked for."""
        super().__init__(ledger)
        self.objects = Objects(ledger)

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """Posts, comments with replies, and every insight."""
        build = self.objects
        pairs = [
            (one, None if one is comment else comment)
            for post in build.posts.values()
            for comment in build.comments(post)
            for one in (comment, *build.shown(comment.replies))
        ]
        return {
            "media": [build.media(one) for one in build.posts.values()],
            "comments": [build.comment(one, parent) for one, parent in pairs],
            "insights": [
                build.insight(one, metric)
                for one in build.posts.values()
                if build.is_measured(one) and not build.is_before_business(one)
                for metric in METRICS[one.kind]
            ],
        }

    @cached_property
    def _comments(self) -> dict[str, tuple[Post, Comment]]:
        build = self.objects
        return {
            build.comment_id(one): (post, one)
            for post in build.posts.values()
            for one in build.shown(post.comments)
        }

    # -- the API -----------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """A file, or what the Graph API says."""
        if request.path.startswith("/cdn/"):
            return self._file(request)
        answer = super().answer(request)
        root = f"{request.root}{self.base_path}"
        return Answer(answer.status, rooted(answer.body, root), answer.headers)

    def _file(self, request: Request) -> Answer:
        query = dict(request.query)
        code, _, ending = request.path.removeprefix("/cdn/").partition(".")
        if "authorization" in request.headers or "access_token" in query:
            return Answer(400, "Bad Request")
        if code not in self.objects.posts or ending not in ("jpg", "mp4"):
            return Answer(404, "Not Found")
        if query.get("oh") != self.objects.signature(code):
            return Answer(403, "URL signature expired")
        kind, content = self.objects.file(code, ending)
        return Answer(200, content, {"Content-Type": kind})

    def routed(self, request: Request, parts: list[str], query: dict[str, str]) -> Row:
        """What an object or a list on it holds."""
        if request.method != "GET":
            raise Refusal(3, "(#3) Application does not have the capability to make this API call.")
        found = self.shared(parts, query)
        if found is not None:
            return found
        match parts:
            case [code, "media"] if code == ACCOUNT:
                self.known(query, "fields", "limit", "after")
                names = tuple(one.name for one in asked_fields(query.get("fields", "id")))
                rows = [picked(row, names, MEDIA_FIELDS, "IGMedia") for row in self.tables["media"]]
                return self.page(request, rows, query, MOST_POSTS)
            case [code, "comments"] if code in self.objects.posts:
                return self._comments_of(request, self.objects.posts[code], query)
            case [code, "insights"] if code in self.objects.posts:
                return self._insights(self.objects.posts[code], query)
            case [code, "replies"] if code in self._comments:
                self.known(query, "fields", "limit", "after")
                _, comment = self._comments[code]
                names = tuple(one.name for one in asked_fields(query.get("fields", "id,text")))
                return self.page(request, self._replies(comment, names), query, MOST_COMMENTS)
        raise self.absent(parts[0])

    def _comments_of(self, request: Request, post: Post, query: dict[str, str]) -> Row:
        self.known(query, "fields", "limit", "after")
        asked = asked_fields(query.get("fields", "timestamp,text,id"))
        names = tuple(one.name for one in asked if one.name != "replies")
        inside = next((one for one in asked if one.name == "replies"), None)
        rows = []
        for comment in self.objects.comments(post):
            row = picked(self.objects.comment(comment), names, COMMENT_FIELDS, "IGComment")
            replies = self._page_of_replies(request, comment, inside) if inside else None
            rows.append({**row, "replies": replies} if replies and replies["data"] else row)
        return self.page(request, rows, query, MOST_COMMENTS)

    def _page_of_replies(self, request: Request, comment: Comment, asked: Asked) -> Row:
        names = tuple(one.name for one in asked.inside) or ("id", "text", "timestamp")
        code = self.objects.comment_id(comment)
        version = request.path.split("/")[1]
        to = Request("GET", f"/{version}/{code}/replies", [], {}, request.root)
        query = {"fields": ",".join(names), "limit": str(asked.limit)}
        return self.page(to, self._replies(comment, names), query, MOST_COMMENTS)

    def _replies(self, comment: Comment, names: tuple[str, ...]) -> list[Row]:
        build = self.objects
        rows = [build.comment(one, comment) for one in build.shown(comment.replies)]
        return [picked(row, names, COMMENT_FIELDS, "IGComment") for row in rows]

    def _insights(self, post: Post, query: dict[str, str]) -> Row:
        self.known(query, "metric", "period", "limit")
        metrics = [one for one in query.get("metric", "").split(",") if one]
        if not metrics or set(metrics) - EVERY_METRIC:
            raise Refusal(100, "(#100) metric[0] must be one of the following values: "
                          + ", ".join(sorted(EVERY_METRIC)))  # fmt: skip
        if self.objects.is_before_business(post):
            raise Refusal(
                100,
                "Invalid parameter",
                2108006,
                error_data={"blame_field_specs": [[""]]},
                is_transient=False,
                error_user_title="Media posted before business account conversion",
                error_user_msg="The media was posted before the most recent time that the user's "
                "account was converted to a business account from a personal account.",
            )
        for metric in metrics:
            if metric not in METRICS[post.kind]:
                raise Refusal(100, f"(#100) The Media Insights API does not support the {metric} "
                              "metric for this media product type.")  # fmt: skip
        if not self.objects.is_measured(post):
            return {"data": []}
        return {"data": [self.objects.insight(post, metric) for metric in metrics]}

    # -- the truth ---------------------------------------------------------------------

    @cached_property
    def _people(self) -> dict[str, Person]:
        """Whoever wrote something that can be seen, by their name on Instagram."""
        build, found = self.objects, dict[str, Person]()
        for post in build.posts.values():
            for comment in build.comments(post):
                for one in (comment, *build.shown(comment.replies)):
                    if one.person is not None:
                        found[one.username] = one.person
        return found

    def records(self) -> list[Record]:
        """Everybody whose comment can be seen; a name there is nobody's real name."""
        return [
            Record(f"instagram:user:{md5(name.encode()).hexdigest()}", self.name, person,
                   f"instagram:{person.person_id}:1", None, None, None)
            for name, person in sorted(self._people.items())
        ]  # fmt: skip

    def keys(self) -> dict[str, str]:
        """Who comments -> `instagram:user:<md5 of the name>`."""
        return {one.origin: one.record_key for one in self.records()}
