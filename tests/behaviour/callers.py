"""Vendors that call the webhook receiver, each with its own key and signature, and the receiver
itself in a process of its own."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.behaviour.warehouse import ROOT

PUBLIC_URL = "https://hooks.example.org/basin"
TOKEN, SECRET = "invented-auth-token", "whsec_invented-signing-secret"
KEY = ec.generate_private_key(ec.SECP256R1())


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """A public key as SendGrid shows it."""
    form = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(form).decode()


SETTINGS = {
    "SENDGRID_WEBHOOK_PUBLIC_KEY": public_key(KEY),
    "TWILIO_AUTH_TOKEN": TOKEN,
    "WEBHOOKS_PUBLIC_URL": PUBLIC_URL,
    "STRIPE_WEBHOOK_SECRET": SECRET,
}


@dataclass(frozen=True)
class Call:
    """What is posted where."""

    path: str
    headers: dict[str, str]
    body: bytes


def from_sendgrid(body: bytes, at: float | None = None, key: Any = KEY) -> Call:
    """SendGrid's signature over time and body."""
    stamp = str(int(time.time() if at is None else at))
    signature = key.sign(stamp.encode() + body, ec.ECDSA(SHA256()))
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
    }
    return Call("/sendgrid", headers, body)


def from_stripe(body: bytes, at: float | None = None, key: str = SECRET) -> Call:
    """Stripe's signature over time and body."""
    stamp = int(time.time() if at is None else at)
    mac = hmac.new(key.encode(), b"%d.%s" % (stamp, body), hashlib.sha256).hexdigest()
    return Call("/stripe", {"Stripe-Signature": f"t={stamp},v1={mac},v0=old"}, body)


def from_twilio(
    fields: list[tuple[str, str]], key: str = TOKEN, url: str = f"{PUBLIC_URL}/twilio"
) -> Call:
    """Twilio's signature over the address and the sorted fields; `fields` have no name twice."""
    text = url + "".join(name + value for name, value in sorted(fields))
    mac = base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha1).digest()).decode()
    headers = {
        "X-Twilio-Signature": mac,
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    }
    return Call("/twilio" + url.partition("/twilio")[2], headers, urlencode(fields).encode())


def opened(*ids: str) -> bytes:
    """Events as SendGrid sends them, by their ids."""
    event = {"email": "a@example.org", "event": "open", "timestamp": 1769860800}
    return json.dumps([event | {"sg_event_id": one} for one in ids]).encode()


@dataclass
class Receiver:
    """A running receiver."""

    folder: Path
    process: subprocess.Popen[str]
    port: int
    said: str
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = self.connect()

    def connect(self) -> http.client.HTTPConnection:
        """A connection of one's own."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def post(self, call: Call, method: str = "POST") -> tuple[int, bytes]:
        """Status and body of the answer."""
        self.connection.request(method, call.path, call.body, call.headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def stop(self, how: int = signal.SIGTERM) -> tuple[int, str]:
        """End it; its exit code and all it said."""
        self.connection.close()
        self.process.send_signal(how)
        rest, _ = self.process.communicate(timeout=20)
        return self.process.returncode, self.said + rest


@contextmanager
def receiving(folder: Path, **settings: str) -> Iterator[Receiver]:
    """A receiver on a free port with its own data folder, killed when the block ends."""
    process = start(folder, **settings)
    try:
        yield ready(folder, process)
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def start(folder: Path, **settings: str) -> subprocess.Popen[str]:
    """`basin webhooks serve`, not waited for."""
    kept = {name: os.environ[name] for name in ("PATH", "TZ") if name in os.environ}
    common = {"BASIN_MODE": "sandbox", "BASIN_BUCKET": "", "HOME": str(folder.parent)}
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from scripts.cli import main; main()",
            "webhooks",
            "serve",
            "--port=0",
        ],
        cwd=ROOT,
        env=kept | common | {"BASIN_DATA": str(folder)} | SETTINGS | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ready(folder: Path, process: subprocess.Popen[str]) -> Receiver:
    """The receiver once it listens."""
    said = ""
    assert process.stdout
    while "listening at" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    return Receiver(folder, process, int(said.rsplit(":", 1)[1]), said)


def segments(folder: Path) -> list[Path]:
    """The files of a data folder that hold events."""
    return sorted(folder.glob("webhooks/*/events/date=*/*.ndjson"))


def lines(folder: Path) -> list[bytes]:
    """Every whole line of every segment."""
    return [
        line
        for path in segments(folder)
        for line in path.read_bytes().splitlines(keepends=True)
        if line.endswith(b"\n")
    ]


def ids(folder: Path) -> list[str]:
    """The ids of SendGrid's events that are kept."""
    return [json.loads(line).get("sg_event_id", "") for line in lines(folder)]
