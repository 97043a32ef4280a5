"""Access tokens from a refresh token that changes whenever it is used (OAuth 2.0, RFC 6749 6).

stored token, or the one in the environment -> the vendor -> new one stored -> access token

The vendor forgets the old refresh token some time after it gave a new one, so the new one lies
safely on disk before anybody uses what came with it; killed before that, the old one is used again
while the vendor still takes it. A token that somebody puts into the environment begins the chain
anew: a hash of the one that the chain began with is stored beside it. That one is also tried when
the stored one is refused. Only one process at a time exchanges tokens. Access tokens are never
stored, and no token is in any message.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from extract import config
from extract.api import Api, BrokenAnswer, SourceError, UnreadableAnswer, believe
from extract.exact_json import read_json


class RefusedToken(SourceError):
    """The vendor does not take a refresh token any more; another one may do."""


def access_token(source: str, client: Api, path: str, connect_again: str) -> str:
    """Exchange the refresh token of a source for an access token, and store its successor.

    `client` signs with the app's own id and secret; `connect_again` completes the sentence "the
    refresh token was refused: …". Raises SourceError when the vendor gives none.
    """
    begun_with = config.secret(source)
    place = token_file(source)
    with only_exchange(place):
        for refresh_token in candidates(source, place, begun_with):
            try:
                answer = exchange(client, path, refresh_token, connect_again)
            except RefusedToken as refused:
                sentence = refused
                continue
            store(place, begun_with, answer["refresh_token"])
            token: str = answer["access_token"]
            return token
    raise sentence


def token_file(source: str) -> Path:
    """Where the refresh token of a source lies, readable by its owner alone."""
    return config.state_file().with_name(f"{source}_token.json")


def candidates(source: str, place: Path, begun_with: str) -> list[str]:
    """The tokens to try: the stored one, unless the environment holds another one than the chain
    began with, and then that of the environment.

    Raises SourceError for a file that nobody can read.
    """
    if not place.exists():
        return [begun_with]
    try:
        stored = json.loads(place.read_bytes())
        token, mark = str(stored["refresh_token"]), stored["begun_with"]
    except (ValueError, KeyError, TypeError):
        raise SourceError(
            f"{source}: {place} cannot be read: remove it, connect the account again and set the "
            f"new {config.remote(source).key_variable} in .env"
        ) from None
    return [token, begun_with] if mark == hashed(begun_with) else [begun_with]


def exchange(client: Api, path: str, refresh_token: str, connect_again: str) -> dict[str, Any]:
    """The vendor's answer: an access token, and the refresh token to be used from now on.

    Raises RefusedToken, or SourceError where no other token would do better.
    """
    asked = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    hooks = {"response": [believe("", None, None, refuse=refuse_without_tokens)]}
    try:
        answer: dict[str, Any] = client.post(path, data=asked, hooks=hooks).json()
    except BrokenAnswer as error:
        raise explain(client, error, connect_again) from None
    except requests.RequestException as error:
        raise SourceError(
            f"{client.source}: no access token, the vendor cannot be reached "
            f"({type(error).__name__}): check the network and run again"
        ) from None
    return answer


def explain(client: Api, error: BrokenAnswer, connect_again: str) -> SourceError:
    """What to do about an answer that holds no token."""
    try:
        body = read_json(error.response.content)
    except ValueError:
        body = None
    code, source = body.get("error") if isinstance(body, dict) else None, client.source
    if code == "invalid_grant":
        return RefusedToken(f"{source}: the refresh token was refused ({code}): {connect_again}")
    if error.status == 401 or code in ("invalid_client", "unauthorized_client"):
        return SourceError(
            f"{source}: the app was refused ({error.status}): check {client.key_variable} in .env"
        )
    return SourceError(f"{source}: no access token, the vendor gave {error.what}: run again later")


def refuse_without_tokens(body: dict[str, Any], response: requests.Response) -> None:
    """An answer without both tokens is no answer."""
    for name in ("access_token", "refresh_token"):
        if not (isinstance(body.get(name), str) and body[name]):
            raise UnreadableAnswer(f"an answer without `{name}`", response)


def store(place: Path, begun_with: str, refresh_token: str) -> None:
    """Put a token in its place in one rename: after a kill or a power cut there is the old file
    or the new one, whole."""
    temporary = place.with_suffix(".new")
    text = json.dumps({"begun_with": hashed(begun_with), "refresh_token": refresh_token})
    opened = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "w") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def only_exchange(place: Path) -> Iterator[None]:
    """Hold the token for as long as it is being exchanged; others wait their turn."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def hashed(token: str) -> str:
    """A token's SHA-256, which tells two tokens apart and gives neither away."""
    return hashlib.sha256(token.encode()).hexdigest()
