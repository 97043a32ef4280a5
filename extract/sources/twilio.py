"""Twilio, the texts: every message that went out or came in.

Facts from the vendor's OpenAPI of the 2010 API (2026-04): one list holds both directions, newest
first; an answer names the next page in `next_page_uri`, a path on the same host that repeats the
question with a token, null on the last page. `DateSent>` takes a day in GMT and means that day or
later. Status and price of a message change for a day or so after it was sent, and nothing can be
asked for what changed, so the last week is read again every day. What has not been sent yet has no
date and appears once it has one.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from requests import Request, Response

from extract.api import BrokenAnswer, Page, connect
from extract.config import System
from extract.paging import Continued

SYSTEM = System(
    base_url="https://api.twilio.com/2010-04-01/Accounts/{TWILIO_ACCOUNT_SID}",
    key_variable="TWILIO_AUTH_TOKEN",
    key_from="Twilio's console under Account > API keys & tokens",
    probe="Messages.json?PageSize=1",
    authorization="Basic {TWILIO_ACCOUNT_SID}:{key}",
)

PAGE_SIZE = 1000


class ByUri(Continued):
    """The next page is the same list with another question; the link itself is never followed."""

    def next_place(self, response: Response) -> Any:
        """The question in the answer's `next_page_uri`.

        Raises BrokenAnswer when it names another list than the one that was asked.
        """
        link = response.json()["next_page_uri"]
        if link is None:
            return None
        parts = urlsplit(str(link))
        if parts.netloc or parts.path.rpartition("/")[2] != "Messages.json":
            raise BrokenAnswer("a next page of another list, which was refused", response)
        return parts.query

    def ask(self, request: Request, place: str) -> None:
        """Ask it, all of it: the token is only good with the rest."""
        request.params = dict(parse_qsl(place))


def pull(table: str, start: date | None) -> Iterator[Page]:
    """Pages of the messages, sent on `start` or later; all when it is None."""
    params: dict[str, Any] = {"PageSize": PAGE_SIZE}
    if start:
        params["DateSent>"] = start.isoformat()
    return connect("twilio").pages(
        table, "Messages.json", params, ByUri(), rows_at="messages", flag_at="next_page_uri"
    )
