"""Who really sent a webhook: each vendor's own signature scheme, without any I/O.

environment -> senders() -> Sender.is_genuine(call) -> Sender.events(body)

SendGrid signs timestamp and body with ECDSA on P-256 and gives out its public key as base64 DER;
Twilio signs the address it called and the form's fields with HMAC-SHA1; Stripe signs `<t>.<body>`
with HMAC-SHA256, twice while a secret is being changed. Twilio signs no time, so an old call of
its cannot be told from a new one: a message's id makes a repetition harmless.
"""

import base64
import hashlib
import hmac
import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from extract.config import ConfigError
from extract.exact_json import read_json
from extract.sources.stripe import without_client_secrets

OLDEST_CALL_SECONDS = 300
MOST_FIELDS = 1_000


@dataclass(frozen=True)
class Call:
    """One call as it came: path and query, headers by lower-case name, body, seconds since 1970."""

    target: str
    headers: Mapping[str, str]
    body: bytes
    received_at: float

    def is_recent(self, timestamp: str) -> bool:
        """Whether a signed time in seconds is within 300 seconds of the receipt, either way."""
        is_number = timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 20
        return is_number and abs(self.received_at - int(timestamp)) <= OLDEST_CALL_SECONDS


class Sender(ABC):
    """A vendor that calls us; a call without `header` is unsigned."""

    variables: ClassVar[dict[str, str]]  # what has to be set, and where it is found
    header: ClassVar[str]
    reply: ClassVar[str] = ""

    @abstractmethod
    def __init__(self, *values: str) -> None:
        """The values of `variables`, in their order.

        Raises ConfigError for one that cannot be right.
        """

    @abstractmethod
    def is_genuine(self, call: Call) -> bool:
        """Whether the vendor signed the call, and just now where it signs the time."""

    @abstractmethod
    def events(self, body: bytes) -> list[dict[str, Any]]:
        """The events of a genuine call as they were sent.

        Raises ValueError when the body is not what the vendor sends.
        """


class SendGrid(Sender):
    """Deliveries, opens, clicks …: a JSON list of events."""

    variables: ClassVar[dict[str, str]] = {
        "SENDGRID_WEBHOOK_PUBLIC_KEY": "SendGrid under Settings > Mail Settings > Event Webhooks, "
        "as its verification key"
    }
    header = "x-twilio-email-event-webhook-signature"

    def __init__(self, public_key: str) -> None:
        """Raises ConfigError for what is no public key of P-256."""
        try:
            key = load_der_public_key(base64.b64decode(public_key, validate=True))
        except (ValueError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
            raise ConfigError(
                "SENDGRID_WEBHOOK_PUBLIC_KEY is no public key: copy the whole verification key of "
                "SendGrid's Event Webhook, one line of base64"
            )
        self.key = key

    def is_genuine(self, call: Call) -> bool:
        """See Sender."""
        timestamp = call.headers.get("x-twilio-email-event-webhook-timestamp", "")
        if not call.is_recent(timestamp):
            return False
        try:
            signature = base64.b64decode(call.headers[self.header], validate=True)
            self.key.verify(signature, timestamp.encode() + call.body, ec.ECDSA(SHA256()))
        except (InvalidSignature, ValueError):
            return False
        return True

    def events(self, body: bytes) -> list[dict[str, Any]]:
        """See Sender."""
        found = read_json(body)
        if not isinstance(found, list) or not all(isinstance(event, dict) for event in found):
            raise ValueError("no list of events")
        return found


class Twilio(Sender):
    """Incoming messages and what became of ours: one form each."""

    variables: ClassVar[dict[str, str]] = {
        "TWILIO_AUTH_TOKEN": "Twilio's console under Account > API keys & tokens",
        "WEBHOOKS_PUBLIC_URL": "what Twilio calls, without the closing /twilio",
    }
    header = "x-twilio-signature"
    reply = "<Response></Response>"  # says that no message shall be sent back

    def __init__(self, token: str, public_url: str) -> None:
        """Raises ConfigError for an address that is none."""
        if urlsplit(public_url).scheme not in ("http", "https") or not urlsplit(public_url).netloc:
            raise ConfigError("WEBHOOKS_PUBLIC_URL must be an address such as https://example.org")
        self.token, self.public_url = token.encode(), public_url.rstrip("/")

    def is_genuine(self, call: Call) -> bool:
        """See Sender."""
        try:
            fields = form(call.body)
        except ValueError:
            return False
        pairs = "".join(
            name + value for name in sorted(fields) for value in sorted(set(fields[name]))
        )
        given = call.headers[self.header].encode("latin-1")
        return any(
            hmac.compare_digest(given, base64.b64encode(self.mac(url + pairs)))
            for url in with_and_without_port(self.public_url + call.target)
        )

    def mac(self, text: str) -> bytes:
        """HMAC-SHA1 under the account's token."""
        return hmac.digest(self.token, text.encode(), hashlib.sha1)

    def events(self, body: bytes) -> list[dict[str, Any]]:
        """See Sender; a field that came more than once is a list."""
        fields = form(body)
        return [{name: one[0] if len(one) == 1 else one for name, one in fields.items()}]


class Stripe(Sender):
    """Notices of what happened to payments: one JSON object each.

    Client secrets, which let a browser finish a payment, are left out as the extractor does.
    """

    variables: ClassVar[dict[str, str]] = {
        "STRIPE_WEBHOOK_SECRET": "Stripe under Developers > Webhooks, as the endpoint's signing "
        "secret"
    }
    header = "stripe-signature"

    def __init__(self, secret: str) -> None:
        """Raises ConfigError for a key of another kind."""
        if not secret.startswith("whsec_"):
            raise ConfigError(
                "STRIPE_WEBHOOK_SECRET must begin with whsec_: it is the signing secret of the "
                "webhook endpoint, not an API key"
            )
        self.secret = secret.encode()

    def is_genuine(self, call: Call) -> bool:
        """See Sender."""
        parts = [part.strip().partition("=") for part in call.headers[self.header].split(",")]
        timestamp = next((value for name, _, value in parts if name == "t"), "")
        if not call.is_recent(timestamp):
            return False
        mac = hmac.digest(self.secret, timestamp.encode() + b"." + call.body, hashlib.sha256)
        return any(
            hmac.compare_digest(value.encode("latin-1"), mac.hex().encode())
            for name, _, value in parts
            if name == "v1"
        )

    def events(self, body: bytes) -> list[dict[str, Any]]:
        """See Sender."""
        event = without_client_secrets(read_json(body))
        if not isinstance(event, dict):
            raise ValueError("no event")
        return [event]


KINDS: dict[str, type[Sender]] = {"sendgrid": SendGrid, "twilio": Twilio, "stripe": Stripe}


def senders() -> dict[str, Sender | None]:
    """Every vendor that may call, None for one whose variables are not all set.

    Raises ConfigError for a variable that cannot be right.
    """
    found: dict[str, Sender | None] = {}
    for name, kind in KINDS.items():
        values = [os.environ.get(variable) or "" for variable in kind.variables]
        found[name] = kind(*values) if all(values) else None
    return found


def form(body: bytes) -> dict[str, list[str]]:
    """The fields of a form with their values.

    Raises ValueError when there are too many.
    """
    return parse_qs(body.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_FIELDS)


def with_and_without_port(url: str) -> set[str]:
    """The two spellings of an address between which Twilio's signatures vary."""
    parts = urlsplit(url)
    host = parts.netloc.removesuffix(f":{parts.port}") if parts.port else parts.netloc
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return {parts._replace(netloc=one).geturl() for one in (host, f"{host}:{port}")}
