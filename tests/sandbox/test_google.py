"""Google's access tokens: a signed assertion buys one, nothing else does, and each opens one API
for an hour."""

import base64
import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import crypt, jwt

from scripts.sandbox.vendors import _google, firestore, google_analytics
from scripts.sandbox.vendors.base import Answer, Request
from tests.sandbox.conftest import views

ROOT = "http://127.0.0.1:1"
SCOPES = {"firestore": firestore.SCOPE, "google_analytics": google_analytics.SCOPE}


def assertion(name: str, **instead: Any) -> str:
    """What the service account's key signs, with claims as google-auth writes them."""
    key = json.loads(str(views()[name].key_file(ROOT)))
    signer = crypt.RSASigner.from_service_account_info(key)  # type: ignore[no-untyped-call]
    now = int(time.time())
    claims = {
        "iss": key["client_email"],
        "iat": now,
        "exp": now + 3600,
        "scope": SCOPES[name],
        "aud": "https://oauth2.googleapis.com/token",
    }
    signed: bytes = jwt.encode(signer, {**claims, **instead})  # type: ignore[no-untyped-call]
    return signed.decode()


def exchange(name: str, text: str, grant: str = _google.GRANT, method: str = "POST") -> Answer:
    body = {"grant_type": grant, "assertion": text}
    return views()[name].answer(Request(method, "/token", [], {}, ROOT, body))


def ask(name: str, token: str) -> Answer:
    view = views()[name]
    path = f"{view.account_path}/{'metadata' if name == 'google_analytics' else 'parties'}"
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return view.answer(Request("GET", path, [], headers, ROOT))


@pytest.mark.parametrize("name", SCOPES)
def test_a_signed_assertion_buys_a_token_for_one_api_and_an_hour(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = exchange(name, assertion(name))
    assert answer.status == 200 and answer.body["token_type"] == "Bearer"
    token = answer.body["access_token"]
    assert ask(name, token).status == 200
    other = next(one for one in SCOPES if one != name)
    refused = ask(other, token)
    assert (refused.status, refused.body["error"]["status"]) == (403, "PERMISSION_DENIED")
    now = time.time()
    monkeypatch.setattr(_google.time, "time", lambda: now + 3_590)
    assert ask(name, token).status == 200
    monkeypatch.setattr(_google.time, "time", lambda: now + 3_610)
    expired = ask(name, token)
    assert (expired.status, expired.body["error"]["status"]) == (401, "UNAUTHENTICATED")
    assert "WWW-Authenticate" in expired.headers


@pytest.mark.parametrize("name", SCOPES)
def test_a_token_that_was_never_given_out_opens_nothing(name: str) -> None:
    good = exchange(name, assertion(name)).body["access_token"]
    forged = base64.urlsafe_b64encode(json.dumps([SCOPES[name], 2**40]).encode()).decode()
    for token in ("", "wrong", good[:-1] + ("0" if good[-1] != "0" else "1"), f"ya29.{forged}.x"):
        refused = ask(name, token)
        assert refused.status == 401
        assert refused.body["error"]["code"] == 401


def test_an_assertion_that_is_not_right_buys_nothing() -> None:
    now = int(time.time())
    good = assertion("firestore")
    head, body, signature = good.split(".")
    stranger = crypt.RSASigner(  # type: ignore[no-untyped-call]
        rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    )
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    forged = jwt.encode(stranger, claims).decode()  # type: ignore[no-untyped-call]
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    for text, code in (
        ("", "invalid_grant"),
        (f"{head}.{body}", "invalid_grant"),
        (f"{head}.{body[:-2]}AA.{signature}", "invalid_grant"),
        (f"{unsigned}.{body}.{signature}", "invalid_grant"),
        (forged, "invalid_grant"),
        (assertion("firestore", iss="somebody@example.org"), "invalid_grant"),
        (assertion("google_analytics"), "invalid_grant"),
        (assertion("firestore", iat=now - 7_200, exp=now - 3_600), "invalid_grant"),
        (assertion("firestore", exp=now + 90_000), "invalid_grant"),
        (assertion("firestore", scope=""), "invalid_scope"),
        (assertion("firestore", aud="https://example.org/token"), "invalid_scope"),
    ):
        refused = exchange("firestore", text)
        assert (refused.status, refused.body["error"]) == (400, code), text
        assert refused.body["error_description"]
    for grant, method in (("password", "POST"), (_google.GRANT, "GET")):
        refused = exchange("firestore", good, grant, method)
        assert (refused.status, refused.body["error"]) == (400, "unsupported_grant_type")
