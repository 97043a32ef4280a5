"""How Square, Shopify, Mailchimp and Klaviyo page their lists, for the stand-in of `conftest.py`.

Rows lie in `lists` under the vendor and the path of the list (`square/payments`,
`mailchimp/lists/L1/members`); orders as GraphQL shows them under `shopify/graphql`, Klaviyo's
campaigns under their channel (`klaviyo/campaigns/sms`). A cap makes every page smaller than it was
asked for.
"""

import json
import re
from typing import Any

Lists = dict[str, list[Any]]
Answered = tuple[int, dict[str, str], bytes]


def answer_as_shop(request: Any, lists: Lists, cap: int | None, port: int) -> Answered:
    """The answer of whichever of the four the path belongs to."""
    _, vendor, *path = request.path.split("/")
    if vendor == "square":
        return square("/".join(path[1:]), request, lists, cap or 1000)
    if vendor == "mailchimp":
        return mailchimp("/".join(path[1:]), request, lists, cap or 1000)
    if vendor == "klaviyo":
        return klaviyo("/".join(path[path.index("api") + 1 :]), request, lists, cap or 1000, port)
    if path[-1] == "graphql.json":
        return graphql(request, lists, cap or 1000)
    return shopify(path[-1].removesuffix(".json"), request, lists, cap or 250, port)


def sent(body: Any, status: int = 200, **headers: str) -> Answered:
    """A proper JSON answer."""
    return status, {"Content-Type": "application/json", **headers}, json.dumps(body).encode()


def square(path: str, request: Any, lists: Lists, cap: int) -> Answered:
    """No list when there is no row, no cursor when there is no further page."""
    name = {
        "orders/search": "orders", "catalog/list": "objects", "customers/groups": "groups",
    }.get(path, path)  # fmt: skip
    asked = request.query if request.body is None else request.body
    rows = lists.get(f"square/{name}", [])
    if name in ("payments", "refunds"):
        rows = [row for row in rows if row["location_id"] == asked["location_id"]]
        rows = [row for row in rows if row["updated_at"] >= asked["updated_at_begin_time"]]
    if name == "orders":
        since = asked["query"]["filter"]["date_time_filter"]["updated_at"]["start_at"]
        rows = [row for row in rows if row["location_id"] in asked["location_ids"]]
        rows = [row for row in rows if row["updated_at"] >= since]
    begin = int(asked.get("cursor") or 0)
    page = rows[begin : begin + cap]
    body: dict[str, Any] = {name: page} if page else {}
    if begin + cap < len(rows):
        body["cursor"] = str(begin + cap)
    return sent(body)


def shopify(name: str, request: Any, lists: Lists, cap: int, port: int) -> Answered:
    """The next page in the Link header; with it nothing but `limit` may be asked."""
    begin, since = 0, request.query.get("updated_at_min", "")
    if "page_info" in request.query:
        if request.query.keys() - {"limit", "page_info"}:
            return sent({"errors": {"page_info": "Invalid value."}}, 400)
        place, since = request.query["page_info"].split("_")
        begin = int(place)
    rows = [row for row in lists.get(f"shopify/{name}", []) if row.get("updated_at", "z") >= since]
    if begin + cap >= len(rows):
        return sent({name: rows[begin : begin + cap]})
    to = f"http://127.0.0.1:{port}{request.path}?limit=250&page_info={begin + cap}_{since}"
    return sent({name: rows[begin : begin + cap]}, Link=f'<{to}>; rel="next"')


def graphql(request: Any, lists: Lists, cap: int) -> Answered:
    """All fields of the orders or customers, whatever was asked of them."""
    variables = request.body["variables"]
    parents = "customers" if " customers(" in request.body["query"] else "orders"
    since = (variables["query"] or "'").split("'")[1]
    place = "shopify/graphql" if parents == "orders" else "shopify/graphql/customers"
    rows = [row for row in lists.get(place, []) if row["updatedAt"] >= since]
    begin, size = int(variables.get("after") or 0), min(variables["first"], cap)
    info = {"hasNextPage": begin + size < len(rows), "endCursor": str(begin + size)}
    return sent({"data": {parents: {"pageInfo": info, "nodes": rows[begin : begin + size]}}})


def mailchimp(path: str, request: Any, lists: Lists, cap: int) -> Answered:
    """Offset and count; a list of one row under `…/content` and `reports/<id>` is the answer."""
    rows = lists.get(f"mailchimp/{path}", [])
    if path.endswith("/content") or (path.startswith("reports/") and path.count("/") == 1):
        return sent(rows[0]) if rows else sent({"status": 404}, 404)
    name = path.rsplit("/", 1)[-1]
    name = {
        "click-details": "urls_clicked", "email-activity": "emails", "growth-history": "history",
    }.get(name, name)  # fmt: skip
    for column, since in (("last_changed", "since_last_changed"), ("send_time", "since_send_time")):
        if since in request.query:
            rows = [row for row in rows if row[column] > request.query[since]]
    begin, size = int(request.query.get("offset", 0)), int(request.query.get("count", 1_000))
    if name != "landing-pages":  # the list that knows no offset comes whole
        size = min(size, cap)
    name = name.replace("-", "_")
    return sent({name: rows[begin : begin + size], "total_items": len(rows)})


def klaviyo(path: str, request: Any, lists: Lists, cap: int, port: int) -> Answered:
    """JSON:API with a link to the next page; filters as far as the extractor uses them."""
    asked = request.query.get("filter", "")
    channel = re.search(r"channel,'(\w+)'", asked)
    rows = lists.get(f"klaviyo/{path}" + (f"/{channel[1]}" if channel else ""), [])
    if metric := re.search(r'metric_id,"(\w+)"', asked):
        rows = [row for row in rows if row["relationships"]["metric"]["data"]["id"] == metric[1]]
    if since := re.search(r"\((updated|datetime),([^)]+)\)", asked):
        rows = [row for row in rows if row["attributes"][since[1]] >= since[2]]
    if "suppression" in asked:
        rows = [row for row in rows if suppressed(row)]
    begin, size = (int(request.query.get(f"page[{one}]", 0)) for one in ("cursor", "size"))
    end = begin + min(size or 200, cap)
    to = f"http://127.0.0.1:{port}{request.path}?sort=updated&page%5Bcursor%5D={end}"
    links = {"self": request.path, "next": to if end < len(rows) else None, "prev": None}
    return sent({"data": rows[begin:end], "links": links})


def suppressed(row: Any) -> bool:
    """Whether a profile is suppressed."""
    said = row["attributes"].get("subscriptions", {}).get("email", {})
    return bool(said.get("marketing", {}).get("suppression"))
