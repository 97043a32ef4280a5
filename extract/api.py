"""One HTTP session for all sources: whom it may talk to, what it retries, what it believes.

Every answer passes one response hook: an error status, no JSON, cut-off JSON, HTML or a missing
list is tried again with growing waits and then ends the source with one sentence that names
source, table and what to do. The session has a connection to the source's own address and to no
other, so no link or redirect can carry a key elsewhere. Paging itself is the source's own
(`extract/sources/`, `extract/paging.py`); nothing here knows a vendor.
"""

import base64
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from dlt.sources.helpers.requests import Client
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.exceptions import ChunkedEncodingError, ContentDecodingError

from extract import config
from extract.exact_json import read_json

ATTEMPTS = 5
TIMEOUT_SECONDS = 30
LONGEST_WAIT_SECONDS = 60  # also caps what a Retry-After may ask for
RETRIED_STATUS = (429, *range(500, 600))


class SourceError(Exception):
    """A source cannot be read; the message is one sentence for people, without data or secrets."""


class NotOffered(SourceError):
    """A list that the account does not have: no error, and said once; the table stays empty."""


class InterruptedPull(SourceError):
    """A list broke off after its first page (expired cursor, vanished page): worth a new start."""


class BrokenAnswer(requests.HTTPError):
    """An answer that cannot be used; the message says what was wrong with it, not what it held."""

    def __init__(self, what: str, response: requests.Response, advice: str = "") -> None:
        """`what` completes the sentence "it got …", `advice` says what to do about it."""
        super().__init__(what, response=response)
        self.what = what
        self.advice = advice
        self.status = response.status_code

    def as_error(self, sentence: str, is_first: bool) -> SourceError:
        """What ends the pull; a list that breaks off after its first page may begin anew."""
        lost = self.status in (400, 404, 410) and not is_first
        return (InterruptedPull if lost else SourceError)(sentence)


class UnreadableAnswer(BrokenAnswer):
    """A success without the promised content: tried again like a server error."""


class LostPlace(BrokenAnswer):
    """The vendor no longer knows where we were in a list, and says so in a success."""

    def as_error(self, sentence: str, is_first: bool) -> SourceError:
        """Worth a new start."""
        return InterruptedPull(sentence)


@dataclass(frozen=True)
class Page:
    """Some rows as the vendor sent them, and how many the vendor says the whole list has.

    `parent` tells the lists of a table apart that is read one list per parent row; `warning` is a
    sentence that people should see though nothing is wrong yet.
    """

    rows: list[Any]
    count: int | None = None
    parent: str = ""
    warning: str = ""


def connect(source: str, attempts: int = ATTEMPTS) -> "Api":
    """A session with one source, its key or access token in place, that asks so often when an
    answer is no use.

    Raises ConfigError without key or address, SourceError when the key buys nothing.
    """
    system, base_url = config.remote(source), config.base_url(source)
    key = system.access_token() if system.access_token else config.secret(source)
    return Api(source, system, base_url, key, attempts)


def patient_session(address: str, attempts: int = ATTEMPTS) -> requests.Session:
    """A session that has a connection to one address alone, and asks so often when an answer is
    no use."""
    session = Client(
        raise_for_status=False,
        request_timeout=TIMEOUT_SECONDS,
        request_max_attempts=attempts,
        request_backoff_factor=config.retry_wait(),
        request_max_retry_delay=LONGEST_WAIT_SECONDS,
        status_codes=RETRIED_STATUS,
        exceptions=(
            requests.ConnectionError,
            requests.Timeout,
            ChunkedEncodingError,
            ContentDecodingError,
            UnreadableAnswer,
        ),
    ).session
    session.adapters.clear()
    session.mount(origin(address), HTTPAdapter())
    session.trust_env = not config.is_loopback(address)
    return session


def parent_ids(source: str, table: str, rows: Iterable[Any]) -> list[str]:
    """The ids of rows on which lists of their own hang, each once.

    Raises InterruptedPull for a row whose id cannot stand in a path: what hangs on it would be
    missing without a word.
    """
    found = [str(row.get("id")) if isinstance(row, dict) and row.get("id") else "" for row in rows]
    if not all(re.fullmatch(r"[\w-]+", one, re.ASCII) for one in found):
        raise InterruptedPull(
            f"{source}: {table} has a row without a proper id, so what belongs to it cannot be "
            "read: run again later"
        )
    return list(dict.fromkeys(found))


class Key(AuthBase):
    """Writes the key into its header; an access token that was refused is replaced once."""

    def __init__(self, source: str, system: config.System, key: str) -> None:
        """`key` is the key itself, or the first access token."""
        self.source, self.system = source, system
        self.value = credentials(config.authorization(source, system, key))

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign a request."""
        request.headers[self.system.key_header] = self.value
        if self.system.access_token:
            request.register_hook("response", self.renew)  # type: ignore[no-untyped-call]
        return request

    def renew(self, response: requests.Response, **options: Any) -> requests.Response:
        """The answer, or after a 401 the answer to the same request with a new access token."""
        if response.status_code != 401 or not self.system.access_token:
            return response
        response.close()
        token = self.system.access_token()
        self.value = credentials(config.authorization(self.source, self.system, token))
        response.request.headers[self.system.key_header] = self.value
        again: requests.Response = response.connection.send(response.request, **options)
        return again


class Api(RESTClient):
    """Dlt's REST client, held to one host and to answers that are what they should be."""

    def __init__(
        self,
        source: str,
        system: config.System,
        base_url: str,
        key: str,
        attempts: int = ATTEMPTS,
    ) -> None:
        """Open nothing yet; the first request connects.

        Raises ConfigError for a key that no header can carry.
        """
        if not key.isascii() or not key.isprintable():
            raise config.ConfigError(
                f"the key of {source} has a character that no key has: copy it into "
                f"{system.key_variable} again"
            )
        self.source = source
        self.key_variable = system.key_variable
        super().__init__(
            base_url,
            headers=dict(system.headers),
            auth=Key(source, system, key),
            session=patient_session(base_url, attempts),
        )

    def pages(
        self,
        table: str,
        path: str,
        params: dict[str, Any],
        paginator: BasePaginator,
        *,
        rows_at: str,
        flag_at: str | None = None,
        count_at: str | None = None,
        omits_empty: bool = False,
        is_missing_empty: bool = False,
        refuse: "Refusal | None" = None,
        absent: "Absence | None" = None,
        refuse_errors: bool = False,
        post: dict[str, Any] | None = None,
        parent: str = "",
    ) -> Iterator[Page]:
        """The pages of one list.

        `rows_at` is where the list lies in the answer (`a.b` is `b` in `a`; `$` when the answer is
        the list, empty when it is one row), `flag_at` the key that says whether there is more,
        `count_at` the key of the number of rows in all pages, where the vendor gives one. A vendor
        that `omits_empty` leaves the list away when it has no rows; one for whom
        `is_missing_empty` answers 404 then. `refuse` judges what else an answer says, one with an
        error status too where `refuse_errors`; `absent` whether a refusal means that the account
        has no such list. `post` is the body of a request that is not a GET, `parent` the row whose
        own list this is.
        Raises SourceError, NotOffered, and InterruptedPull when it was the vendor who lost the
        place, or the parent has gone.
        """
        first = not parent
        try:
            for page in self.paginate(
                path,
                method="GET" if post is None else "POST",
                params=params,
                json=post,
                paginator=paginator,
                data_selector=rows_at or "$",
                hooks={
                    "response": [
                        believe(
                            rows_at,
                            flag_at,
                            count_at,
                            omits_empty,
                            refuse,
                            refuse_errors,
                            is_missing_empty,
                        )
                    ]
                },
            ):
                body = page.response.json()
                yield Page(list(page), body[count_at] if count_at else None, parent)
                first = False
        except BrokenAnswer as error:
            if first and absent and (reason := absent(error.response)):
                raise NotOffered(f"{self.source}: {table} stays empty: {reason}") from None
            raise error.as_error(self._explain(table, error), first) from None
        except requests.RequestException as error:
            raise SourceError(
                f"{self.source}: {table} could not be read, {urlsplit(self.base_url).hostname} "
                f"cannot be reached ({type(error).__name__}): check the network and run again"
            ) from None

    def _explain(self, table: str, error: BrokenAnswer) -> str:
        if error.advice:
            return f"{self.source}: {table} could not be read, it got {error.what}: {error.advice}"
        if error.status in (401, 403):
            return (
                f"{self.source}: {table} was refused ({error.status}): "
                f"check {self.key_variable} in .env"
            )
        retried = error.status in RETRIED_STATUS or isinstance(error, UnreadableAnswer)
        times = f" {ATTEMPTS} times" if retried else ""
        advice = "run again later" if retried else "see whether the vendor changed its API"
        return f"{self.source}: {table} could not be read, it got {error.what}{times}: {advice}"


# Judges a parsed answer: raises BrokenAnswer for one that says in its body what is wrong.
Refusal = Callable[[Any, requests.Response], None]
# Judges an error answer: why the account has no such list, None where that is not what it says.
Absence = Callable[[requests.Response], str | None]


def believe(
    rows_at: str,
    flag_at: str | None,
    count_at: str | None,
    omits_empty: bool = False,
    refuse: Refusal | None = None,
    refuse_errors: bool = False,
    is_missing_empty: bool = False,
) -> Callable[..., None]:
    """A response hook that lets only whole answers through, parsed once with numbers as
    written."""

    def hook(response: requests.Response, *_: Any, **__: Any) -> None:
        status = response.status_code
        wait_as_asked(response)
        if 300 <= status < 400:
            raise BrokenAnswer(f"a redirect ({status}), which was refused", response)
        if status == 404 and is_missing_empty:
            setattr(response, "json", lambda **_: {rows_at: []})  # noqa: B010
            return
        if status != 200:
            if refuse and refuse_errors:
                refuse(error_body(response), response)
            raise BrokenAnswer(f"the answer {status}", response)
        try:
            body = read_json(response.content)
        except ValueError:
            raise UnreadableAnswer("an answer that is not JSON", response) from None
        if not isinstance(body, list if rows_at == "$" else dict):
            raise UnreadableAnswer("an answer of another kind", response)
        if refuse:
            refuse(body, response)
        if omits_empty:
            body.setdefault(rows_at, [])
        if rows_at not in ("", "$") and not isinstance(lies_at(body, rows_at), list):
            raise UnreadableAnswer(f"an answer without the list `{rows_at}`", response)
        if flag_at and flag_at not in body:
            raise UnreadableAnswer(f"an answer without `{flag_at}`", response)
        if count_at and type(body.get(count_at)) is not int:
            raise UnreadableAnswer(f"an answer without `{count_at}`", response)
        setattr(response, "json", lambda **_: body)  # noqa: B010, what pages and paginators read

    return hook


def error_body(response: requests.Response) -> dict[str, Any]:
    """The JSON object that came with an error; empty when there was none."""
    try:
        body = read_json(response.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def lies_at(body: Any, path: str) -> Any:
    """What lies at `a.b.c` in an answer; None when the way there breaks off."""
    for name in path.split("."):
        body = body.get(name) if isinstance(body, dict) else None
    return body


def wait_as_asked(response: requests.Response, seconds: float | None = None) -> None:
    """Put the wait that a vendor asks for where the session reads it, in whole seconds.

    Some say in `X-RateLimit-Reset` when the next request is welcome, in seconds since 1970 by their
    own clock, which stands in `Date`.
    """
    wait, reset = response.headers.get("Retry-After"), response.headers.get("X-RateLimit-Reset")
    try:
        if seconds is not None:
            asked = seconds
        elif wait is None and reset and response.status_code == 429:
            asked = float(reset) - parsedate_to_datetime(response.headers["Date"]).timestamp()
        else:
            asked = float(wait or "")
    except (KeyError, ValueError):  # none, or a date, which the session reads itself
        return
    if math.isfinite(asked):
        response.headers["Retry-After"] = str(max(0, math.ceil(asked)))


def credentials(authorization: str) -> str:
    """A header's value as HTTP asks: `Basic user:password` is written in base64."""
    kind, _, rest = authorization.partition(" ")
    if kind == "Basic":
        return f"Basic {base64.b64encode(rest.encode()).decode()}"
    return authorization


def origin(url: str) -> str:
    """Scheme, host and port with the closing slash: the only prefix that a session may ask for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/".lower()
