"""How Twilio and SendGrid page their lists, for the stand-in of `conftest.py`.

Rows lie in `lists` under the vendor and the name of the list (`twilio/messages`,
`sendgrid/bounces`), in the vendor's own order: the newest first. A cap makes every page smaller
than it was asked for.
"""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tests.extract.shops import Answered, Lists, sent

FORBIDDEN = {"errors": [{"field": None, "message": "access forbidden"}]}


def answer_as_messenger(request: Any, lists: Lists, cap: int | None) -> Answered:
    """The answer of whichever of the two the path belongs to."""
    _, vendor, *path = request.path.split("/")
    if vendor == "twilio":
        return twilio(request, lists, cap or 1000)
    name = path[-1]
    if name == "templates":
        return templates(request, lists.get("sendgrid/templates", []), cap or 200)
    if name == "messages":
        return feed(request, lists, cap or 1000)
    rows = stats(request, lists) if name == "stats" else lists.get(f"sendgrid/{name}", [])
    begin, size = int(request.query.get("offset", 0)), min(int(request.query["limit"]), cap or 500)
    return sent(rows[begin : begin + size])


def twilio(request: Any, lists: Lists, cap: int) -> Answered:
    """A page, and a path to the next one that says no more than the question and a token."""
    since = date.fromisoformat(request.query.get("DateSent>", "1970-01-01"))
    rows = [row for row in lists.get("twilio/messages", []) if day_of(row) >= since]
    token = request.query.get("PageToken", "PA0")
    begin, size = int(token[2:]), min(int(request.query["PageSize"]), cap)
    page = rows[begin : begin + size]
    asked = {"DateSent>": since} if "DateSent>" in request.query else {}
    asked |= {"PageSize": request.query["PageSize"], "PageToken": f"PA{begin + size}"}
    path = f"{request.path.removeprefix('/twilio')}?{urlencode(asked)}"
    more = begin + size < len(rows)
    return sent({"messages": page, "page": 0, "next_page_uri": path if more else None})


def day_of(row: Any) -> date:
    """The day (GMT) on which a message was sent."""
    return datetime.strptime(row["date_sent"], "%a, %d %b %Y %H:%M:%S %z").date()


def stats(request: Any, lists: Lists) -> list[Any]:
    """A row for every day since the one that was asked for, or for every month that has one."""
    known = {row["date"]: row for row in lists.get("sendgrid/stats", [])}
    if request.query["aggregated_by"] == "month":
        used = {day[:8] + "01": row["stats"] for day, row in known.items()}
        nothing = {"2019-12-01": [{"metrics": {"requests": 0}}]}
        return [{"date": month, "stats": one} for month, one in sorted((nothing | used).items())]
    day, last = date.fromisoformat(request.query["start_date"]), max(known, default="2019-01-01")
    rows = []
    while day.isoformat() <= last:
        nothing = {"date": day.isoformat(), "stats": [{"metrics": {"requests": 0}}]}
        rows.append(known.get(day.isoformat(), nothing))
        day += timedelta(days=1)
    return rows


def templates(request: Any, rows: list[Any], cap: int) -> Answered:
    """A page, and the next one's token in a link to somewhere else."""
    begin = int(request.query.get("page_token", 0))
    size = min(int(request.query["page_size"]), cap)
    metadata = {"count": len(rows)}
    if begin + size < len(rows):
        metadata["next"] = f"https://elsewhere.example.org/?page_token={begin + size}&x=1"
    return sent({"result": rows[begin : begin + size], "_metadata": metadata})


def feed(request: Any, lists: Lists, cap: int) -> Answered:
    """The most recent messages of a time, where the account has paid for them."""
    if "sendgrid/messages" not in lists:
        return sent(FORBIDDEN, 403)
    times = request.query["query"].split('"')[1::2]
    first, last = times[0], times[1] if len(times) > 1 else "9"
    rows = [row for row in lists["sendgrid/messages"] if first <= row["last_event_time"] <= last]
    newest = sorted(rows, key=lambda row: row["last_event_time"], reverse=True)
    return sent({"messages": newest[: min(int(request.query["limit"]), cap)]})
