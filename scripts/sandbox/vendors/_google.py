"""What Google's APIs share: service accounts, the endpoint that sells access tokens, error bodies.

The private key is made once a process and written nowhere but into the key files that the server
gives out. A token says for itself what it opens and until when, and carries a mac, so that nothing
is kept. Tokens are the only thing in the sandbox that looks at the clock on the wall: they belong
to the connection and not to the town. The sandbox's own word opens everything, as a token that
does not end.
"""

import base64
import hmac
import json
import secrets
import time
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from scripts.sandbox.vendors.base import KEY, Answer, Request

PROJECT = "basin-sandbox"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = "https://oauth2.googleapis.com/token"  # whatever the address of the endpoint
LIFETIME = 3_600
SKEW = 300
STATES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
CREDENTIAL = (
    "Expected OAuth 2 access token, login cookie or other valid authentication credential. See "
    "https://developers.google.com/identity/sign-in/web/devconsole-project."
)
NO_TOKEN = f"Request is missing required authentication credential. {CREDENTIAL}"
BAD_TOKEN = f"Request had invalid authentication credentials. {CREDENTIAL}"
SHORT_LIVED = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)


class Refusal(Exception):
    """A request that Google answers with an error."""

    def __init__(self, status: int, message: str) -> None:
        """An error of a status."""
        super().__init__(message)
        self.answer = error(status, message)


def error(status: int, message: str | None = None) -> Answer:
    """An error as every one of Google's APIs writes it."""
    state = STATES.get(status, "UNKNOWN")
    said = message or f"The sandbox answers {state}."
    headers = {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'}
    body = {"error": {"code": status, "message": said, "status": state}}
    return Answer(status, body, headers if status == 401 else {})


@cache
def private_key() -> rsa.RSAPrivateKey:
    """The key of the sandbox's service accounts, new in every process."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


@cache
def _mac_key() -> bytes:
    return secrets.token_bytes(32)


def client_email(name: str) -> str:
    """The service account that may read one of the APIs."""
    return f"{name.replace('_', '-')}@{PROJECT}.iam.example.org"


def key_file(name: str, token_uri: str) -> str:
    """The key of a service account as Google's console gives it out."""
    pem = private_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    account = {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": "sandbox",
        "private_key": pem.decode(),
        "client_email": client_email(name),
        "client_id": "100000000000000000000",
        "token_uri": token_uri,
        "universe_domain": "googleapis.com",
    }
    return json.dumps(account, indent=1)


def exchange(request: Request, name: str) -> Answer:
    """The token endpoint: an assertion that the account has signed buys a token for its scope."""
    sent = request.body if isinstance(request.body, dict) else {}
    if request.method != "POST" or sent.get("grant_type") != GRANT:
        return _refused("unsupported_grant_type", f"Invalid grant_type: {sent.get('grant_type')}")
    claims = _claims(str(sent.get("assertion", "")))
    if claims is None:
        return _refused("invalid_grant", "Invalid JWT Signature.")
    if claims.get("iss") != client_email(name):
        return _refused("invalid_grant", "Invalid grant: account not found")
    issued, ends, now = claims.get("iat"), claims.get("exp"), time.time()
    if not isinstance(issued, int) or not isinstance(ends, int):
        return _refused("invalid_grant", SHORT_LIVED)
    if not (issued - SKEW <= now <= ends + SKEW and ends - issued <= LIFETIME):
        return _refused("invalid_grant", SHORT_LIVED)
    scope = claims.get("scope")
    if claims.get("aud") != AUDIENCE or not isinstance(scope, str) or not scope:
        return _refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
    body = {
        "access_token": token(scope, int(now) + LIFETIME),
        "expires_in": LIFETIME - 1,
        "token_type": "Bearer",
    }
    return Answer(200, body)


def _refused(code: str, description: str) -> Answer:
    return Answer(400, {"error": code, "error_description": description})


def _claims(assertion: str) -> dict[str, Any] | None:
    """What a signed assertion claims; None where it is none or somebody else has signed it."""
    try:
        head, body, signature = assertion.split(".")
        if json.loads(_decoded(head)).get("alg") != "RS256":
            return None
        private_key().public_key().verify(
            _decoded(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256()
        )
        claims = json.loads(_decoded(body))
    except (ValueError, AttributeError, InvalidSignature):
        return None
    return claims if isinstance(claims, dict) else None


def token(scope: str, ends: int) -> str:
    """An access token for a scope until an instant."""
    text = base64.urlsafe_b64encode(json.dumps([scope, ends]).encode()).decode().rstrip("=")
    return f"ya29.{text}.{_mac(text)}"


def admit(request: Request, scope: str) -> None:
    """Let a request pass whose token is good for a scope.

    Raises Refusal.
    """
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not given:
        raise Refusal(401, NO_TOKEN)
    if given == KEY:
        return
    text, _, mac = given.removeprefix("ya29.").partition(".")
    if not hmac.compare_digest(mac.encode(), _mac(text).encode()):
        raise Refusal(401, BAD_TOKEN)
    granted, ends = json.loads(_decoded(text))
    if time.time() >= ends:
        raise Refusal(401, BAD_TOKEN)
    if scope not in granted.split():
        raise Refusal(403, "Request had insufficient authentication scopes.")


def _mac(text: str) -> str:
    return hmac.new(_mac_key(), text.encode(), "sha256").hexdigest()[:32]


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
