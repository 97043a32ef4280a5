"""How Meta's Graph API answers, for the stand-in of `conftest.py`.

Rows lie in `lists` under the vendor and the path of the list (`instagram/17/comments`); an object
is a list of one. A report is ordered as `REPORT`, whose states come one after the other. Links to
the next page carry the token, as Meta's do.
"""

import json
from typing import Any

from extract.config import SANDBOX_KEY

Answered = tuple[int, dict[str, str], bytes]
REPORT = "6100000000001"


def answer_as_graph(
    request: Any, lists: dict[str, list[Any]], cap: int | None, port: int
) -> Answered:
    """The answer to any path below `/instagram` or `/facebook_ads`."""
    _, vendor, _, *path = request.path.split("/")
    name = f"{vendor}/{'/'.join(path)}"
    if path == ["debug_token"]:
        told = lists.get(name, [{"is_valid": True, "expires_at": 0}])
        return sent({"data": told[0]})
    if request.body is not None:
        return sent({"report_run_id": REPORT})
    if path == [REPORT]:
        states = lists.get(name, [])
        state = states.pop(0) if states else "Job Completed"
        percent = 100 if state == "Job Completed" else 40
        return sent({"id": REPORT, "async_status": state, "async_percent_completion": percent})
    rows = lists.get(name, [])
    if "time_range" in request.query:
        days = json.loads(request.query["time_range"])
        rows = [row for row in rows if days["since"] <= row["date_start"] <= days["until"]]
    return page(request, rows, min(int(request.query["limit"]), cap or 1000), port)


def page(request: Any, rows: list[Any], size: int, port: int) -> Answered:
    """The rows behind the cursor, and a link while there are more."""
    begin = int(request.query.get("after", 0))
    paging: dict[str, Any] = {"cursors": {"before": str(begin), "after": str(begin + size)}}
    if begin + size < len(rows):
        paging["next"] = (
            f"http://127.0.0.1:{port}{request.path}?access_token={SANDBOX_KEY}&after={begin + size}"
        )
    return sent({"data": rows[begin : begin + size], "paging": paging})


def error(code: int, subcode: int | None = None, status: int = 400, **more: Any) -> Answered:
    """An error in the body."""
    found = {"message": "private@example.org", "type": "OAuthException", "code": code, **more}
    return sent({"error": found | ({"error_subcode": subcode} if subcode else {})}, status)


def sent(body: Any, status: int = 200) -> Answered:
    """A proper JSON answer."""
    return status, {"Content-Type": "application/json"}, json.dumps(body).encode()
