"""Meta's Graph API as Instagram and Facebook Ads share it: lists, errors, limits, the token.

Facts from Meta's reference (v25.0): a list answers `{"data", "paging"}` and is continued by
`after=<paging.cursors.after>`; the link in `paging.next` carries the token, so it only says that
there is more and is neither followed nor stored. Errors come in the body whatever the status is,
and are judged by their code. A limit's header says how many minutes it lasts. A long-lived token
lasts sixty days; `debug_token` says until when.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from dlt.sources.helpers.rest_client.paginators import BasePaginator, SinglePagePaginator
from requests import Request, Response

from extract import config
from extract.api import (
    Api,
    BrokenAnswer,
    InterruptedPull,
    Page,
    SourceError,
    UnreadableAnswer,
    lies_at,
    wait_as_asked,
)
from extract.paging import Continued

ADDRESS = "https://graph.facebook.com"
VERSION = "v25.0"
PROBE = f"{VERSION}/me?fields=id"
PAGE_SIZE = 100
WARNED_DAYS = 10

BAD_TOKEN = 190
BAD_PARAMETER, NO_SUCH_OBJECT = 100, 33
OLD_VERSION = 2635
PASSING = (1, 2)
LIMITS = (4, 17, 32, 613, *range(80000, 80015))
PERMISSIONS = (3, 10, *range(200, 300))
TOO_MUCH = "reduce the amount of data"


class GraphRefusal(SourceError):
    """A refusal by its code, for a source that knows what to do about one of them."""

    def __init__(self, sentence: str, code: int, subcode: int) -> None:
        """`sentence` is for people; 0 stands for a code that was not given."""
        super().__init__(sentence)
        self.code = code
        self.subcode = subcode


class TooMuchAsked(SourceError):
    """A page larger than Meta wants to put together."""


class GraphError(BrokenAnswer):
    """An error of the Graph API."""

    def __init__(self, what: str, response: Response, error: Any, advice: str = "") -> None:
        """`error` is the answer's own."""
        super().__init__(what, response, advice)
        self.code, self.subcode = number(error, "code"), number(error, "error_subcode")

    def as_error(self, sentence: str, is_first: bool) -> SourceError:
        """An object that has gone, or a place in a list that has: worth a new start."""
        is_gone = self.subcode == NO_SUCH_OBJECT and not is_first
        is_later_page = "after=" in (self.response.request.url or "")
        if self.code == BAD_PARAMETER and (is_gone or is_later_page):
            return InterruptedPull(sentence)
        return GraphRefusal(sentence, self.code, self.subcode)


class LargePage(BrokenAnswer):
    """Meta asks for less at once."""

    def as_error(self, sentence: str, is_first: bool) -> SourceError:
        """Worth a smaller page."""
        return TooMuchAsked(sentence)


class ByAfter(Continued):
    """Goes on at the cursor behind the page while there is a link to a next one."""

    def next_place(self, response: Response) -> Any:
        """The cursor; an empty one, which cannot be asked for, where only a link was given."""
        body = response.json()
        if not lies_at(body, "paging.next"):
            return None
        return lies_at(body, "paging.cursors.after") or ""

    def ask(self, request: Request, place: str) -> None:
        """The same question from the cursor on."""
        request.params["after"] = place


def listed(
    api: Api, table: str, path: str, params: dict[str, str], parent: str = ""
) -> Iterator[Page]:
    """All pages of a list; begun again with half the page size where Meta asks for less.

    Raises SourceError, InterruptedPull, and GraphRefusal for an error that is neither a limit nor
    passes by itself.
    """
    size = PAGE_SIZE
    while True:
        asked = {**params, "limit": str(size)}
        try:
            yield from ask(api, table, path, asked, ByAfter(), "data", parent=parent)
            return
        except TooMuchAsked:
            if size == 1:
                raise
            size //= 2


def one(
    api: Api, table: str, path: str, params: dict[str, str], post: dict[str, Any] | None = None
) -> dict[str, Any]:
    """An answer that is one object.

    Raises as `listed` does.
    """
    (page,) = ask(api, table, path, params, SinglePagePaginator(), "", post=post)
    found: dict[str, Any] = page.rows[0]
    return found


def ask(
    api: Api,
    table: str,
    path: str,
    params: dict[str, str],
    paginator: BasePaginator,
    rows_at: str,
    parent: str = "",
    post: dict[str, Any] | None = None,
) -> Iterator[Page]:
    """The pages of an answer of the Graph API."""
    return api.pages(
        table,
        f"{VERSION}/{path}",
        params,
        paginator,
        rows_at=rows_at,
        refuse=partial(refuse_error, api),
        refuse_errors=True,
        post=post,
        parent=parent,
    )


def refuse_error(api: Api, body: dict[str, Any], response: Response) -> None:
    """Say what an error in the body means for whoever reads; without one there is nothing to
    say."""
    error = body.get("error")
    if not isinstance(error, dict):
        return
    code, system = number(error, "code"), config.remote(api.source)
    renew = f"set {system.key_variable} in .env, from {system.key_from}"
    if code in LIMITS:
        wait_as_asked(response, minutes_of_limit(response) * 60)
        raise UnreadableAnswer("an answer that asks to wait", response)
    if code in PASSING and TOO_MUCH in str(error.get("message")):
        raise LargePage("an answer that asks for smaller pages", response)
    if code in PASSING or error.get("is_transient") is True:
        raise UnreadableAnswer(f"the passing error {code}", response)
    advice = ""
    if code == BAD_TOKEN:
        advice = f"refresh the token: {renew}"
    elif code in PERMISSIONS:
        advice = f"the token lacks a permission: {renew}"
    elif code == OLD_VERSION:
        advice = "raise VERSION in extract/graph_api.py"
    elif code == BAD_PARAMETER and number(error, "error_subcode") == NO_SUCH_OBJECT:
        advice = f"check {system.account_variable} in .env"
    raise GraphError(f"the error {code}", response, error, advice)


def minutes_of_limit(response: Response) -> int:
    """How long a limit lasts, as its header says; 0 where none does."""
    try:
        usage = json.loads(response.headers.get("X-Business-Use-Case-Usage", ""))
        limits = [one for limits in usage.values() for one in limits]
        return max(number(one, "estimated_time_to_regain_access") for one in limits)
    except (ValueError, AttributeError, TypeError):
        return 0


def number(body: Any, name: str) -> int:
    """A whole number of an object; 0 where there is none."""
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, int) else 0


def access_tokens(api: Api) -> Iterator[Page]:
    """The one row on our own token: until when it opens the door, and a warning ten days before.

    A token that may not look at itself gives a row that knows nothing.
    """
    variable = api.key_variable
    try:
        told = one(
            api,
            "access_tokens",
            "debug_token",
            {"input_token": config.secret(api.source)},
        ).get("data")
    except GraphRefusal as refusal:
        if refusal.code == BAD_TOKEN:
            raise
        told = None
    row = {"key_variable": variable} | (told if isinstance(told, dict) else {})
    ends = end_of_token(row.get("expires_at"), row.get("data_access_expires_at"))
    yield Page([row], warning=expiry_warning(variable, ends, config.business_date()) or "")


def end_of_token(*ends: Any) -> int | None:
    """The first instant (seconds since 1970) at which a token ends; None for one without end."""
    return min((end for end in ends if isinstance(end, int) and end > 0), default=None)


def expiry_warning(variable: str, ends: int | None, today: date) -> str | None:
    """What to say of a token from ten days before its end on; None before."""
    if ends is None:
        return None
    last_day = datetime.fromtimestamp(ends, UTC).astimezone(config.BUSINESS_ZONE).date()
    left = (last_day - today).days
    if left > WARNED_DAYS:
        return None
    when = f"expires on {last_day}" if left >= 0 else f"expired on {last_day}"
    return f"the token in {variable} {when}: refresh the token and set it in .env"
