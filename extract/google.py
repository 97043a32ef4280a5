"""Access tokens of Google's APIs: what the key of a service account is exchanged for.

The key is a JSON document that Google's console gives out; its variable holds it, or the path of
its file. It signs an assertion, and the token endpoint that it names answers with a bearer token
for an hour, which is longer than any table takes. The session of the exchange reaches that
endpoint and no other address. Nothing of the key is logged or kept.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from google.auth.exceptions import RefreshError, TransportError
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials

from extract import config
from extract.api import RETRIED_STATUS, SourceError, UnreadableAnswer, patient_session


def access_token(source: str, scope: str) -> str:
    """A new bearer token of the source's service account, for one scope.

    Raises ConfigError for a key that is none, SourceError for one that buys no token.
    """
    account = read_account(source)
    variable = config.remote(source).key_variable
    try:
        credentials = Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            account, scopes=[scope]
        )
    except ValueError:
        raise not_a_key(source) from None
    endpoint = config.allowed(source, account["token_uri"])
    session = patient_session(endpoint)
    session.hooks["response"].append(refuse_without_answer)
    try:
        credentials.refresh(Request(session))
    except (TransportError, requests.RequestException):
        raise SourceError(
            f"{source}: no access token, {urlsplit(endpoint).hostname} gives no answer: "
            "check the network and run again later"
        ) from None
    except RefreshError:
        raise SourceError(
            f"{source}: no access token, the key was refused: "
            f"check {variable} in .env and this machine's clock"
        ) from None
    token: str = credentials.token
    return token


def read_account(source: str) -> dict[str, Any]:
    """The key as Google's console gives it out.

    Raises ConfigError for anything else.
    """
    text = config.secret(source).strip()
    try:
        account = json.loads(text if text.startswith("{") else Path(text).read_text())
    except (OSError, ValueError):
        raise not_a_key(source) from None
    if not isinstance(account, dict):
        raise not_a_key(source)
    return account


def not_a_key(source: str) -> config.ConfigError:
    """What to say of a key that cannot be used, without showing it."""
    variable = config.remote(source).key_variable
    return config.ConfigError(
        f"no key for {source}: {variable} must be the JSON key of a service account, or its path"
    )


def refuse_without_answer(response: requests.Response, **_: Any) -> None:
    """Nothing but a token or a refusal answers the question.

    Raises UnreadableAnswer.
    """
    try:
        body = response.json()
    except ValueError:
        body = None
    if response.status_code in RETRIED_STATUS or not isinstance(body, dict):
        raise UnreadableAnswer("no answer to the question for a token", response)
