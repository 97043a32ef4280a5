"""One write to a vendor: the extractors' session, with its retries, and a plain verdict."""

from collections.abc import Callable
from typing import Any

import requests

from extract.api import Api, BrokenAnswer, UnreadableAnswer
from extract.exact_json import read_json

Judge = Callable[[Any, requests.Response], None]


class Failed(Exception):
    """A call that may succeed another time; the message says what came back, without data."""


class Refused(Exception):
    """A call that the destination does not accept, or that would reach somebody else."""


def send(api: Api, method: str, path: str, body: dict[str, Any], judge: Judge | None = None) -> Any:
    """The parsed answer to a write, None where it has no body.

    `judge` looks at each answer before it is believed: it may ask for another try. Raises Refused
    for an answer that would be the same again, Failed for every other one.
    """

    def believe(response: requests.Response, *_: Any, **__: Any) -> None:
        if response.ok and response.content and judge:
            judge(parsed(response), response)

    try:
        response = api.request(path, method=method, json=body, hooks={"response": [believe]})  # type: ignore[arg-type]
    except BrokenAnswer as error:
        raise Failed(f"{api.source} gave {error.what}") from None
    except requests.RequestException as error:
        raise Failed(f"{api.source} cannot be reached ({type(error).__name__})") from None
    if response.ok:
        return parsed(response) if response.content else None
    if response.status_code in (401, 403):
        raise Failed(f"{api.source} refused the key: check {api.key_variable} in .env")
    if response.status_code in (400, 404, 409, 413, 422):
        raise Refused(f"{api.source} answered {response.status_code}{codes(response)}")
    raise Failed(f"{api.source} answered {response.status_code}")


def parsed(response: requests.Response) -> Any:
    """The JSON of an answer.

    Raises UnreadableAnswer, which the session tries again.
    """
    try:
        return read_json(response.content)
    except ValueError:
        raise UnreadableAnswer("an answer that is not JSON", response) from None


def codes(response: requests.Response) -> str:
    """The vendor's own codes of what is wrong; never its sentences, which quote people's data."""
    try:
        errors = read_json(response.content).get("errors")
    except (ValueError, AttributeError):
        return ""
    found = (
        [str(one.get("code")) for one in errors if isinstance(one, dict)]
        if isinstance(errors, list)
        else []
    )
    known = [one for one in found if one.replace("_", "").replace(".", "").isalnum()]
    return f" ({', '.join(known)})" if known else ""
