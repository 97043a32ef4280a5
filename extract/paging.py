"""Paging that vendors share: an answer names the next place, or nothing when it was the last.

How the place is named and asked for is each source's own; what is common is that a page which
came before is no progress and no end, whatever it says.
"""

import hashlib
from abc import abstractmethod
from typing import Any

from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests import Request, Response

from extract.api import BrokenAnswer
from extract.exact_json import write_json

REPEATS_BORNE = 3


class Continued(BasePaginator):
    """Goes on at the place that an answer names, until one names none."""

    def __init__(self) -> None:
        """Start at the first page."""
        super().__init__()
        self.place: str | None = None
        self.seen: set[str] = set()
        self.repeats = 0

    @abstractmethod
    def next_place(self, response: Response) -> Any:
        """The place that an answer names; None at the end."""

    @abstractmethod
    def ask(self, request: Request, place: str) -> None:
        """Write a place into the request."""

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Take the next place; a page that came before, or no page at all, is asked for again.

        Raises BrokenAnswer when that does not help, or when the place is no text to ask with.
        """
        place = self.next_place(response)
        if place is not None and not (isinstance(place, str) and place):
            raise BrokenAnswer("a next page that cannot be asked for", response)
        mark = hashlib.md5(write_json(data).encode("utf-8", "replace")).hexdigest()
        stuck = mark in self.seen if data else place is not None and place == self.place
        if stuck:
            self.repeats += 1
            if self.repeats > REPEATS_BORNE:
                raise BrokenAnswer("the same page again and again", response)
            return
        self.seen.add(mark)
        self.place = place
        self._has_next_page = place is not None

    def update_request(self, request: Request) -> None:
        """Ask for the next place, or for the last one again."""
        if self.place is not None:
            self.ask(request, self.place)
