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
from requests.adapters import HTTPAdapter

from extract import config
from extract.api import SourceError, origin


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
    try:
        credentials.refresh(Request(session_with(endpoint)))
    except (TransportError, requests.RequestException) as error:
        raise SourceError(
            f"{source}: no access token, {urlsplit(endpoint).hostname} cannot be reached "
            f"({type(error).__name__}): check the network and run again"
        ) from None
    except RefreshError as error:
        what, advice = "the key was refused", f"check {variable} in .env and this machine's clock"
        if error.retryable:
            what, advice = "Google answered with an error", "run again later"
        raise SourceError(f"{source}: no access token, {what}: {advice}") from None
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


def session_with(endpoint: str) -> requests.Session:
    """A session that has a connection to one address alone."""
    session = requests.Session()
    session.adapters.clear()
    session.mount(origin(endpoint), HTTPAdapter())
    session.trust_env = not config.is_loopback(endpoint)
    return session
