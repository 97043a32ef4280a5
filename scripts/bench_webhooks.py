"""What the webhook receiver bears: signed calls at a fixed pace over loopback, printed as a table.

A receiver in a folder of its own, which is removed afterwards; calls fall due at their times
whether earlier ones are answered or not, and each is timed from when it was due. At the end every
acknowledged event is looked for in the files. Nothing here is a test.
"""

import base64
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from rich.console import Console
from rich.table import Table

from scripts.bench import BASIN
from scripts.daily import PROJECT
from scripts.journal import SEGMENTS

CALLS_PER_SECOND, EVENTS_PER_CALL, SECONDS = 300, 20, 30
CONNECTIONS = 32


@dataclass
class Load:
    """Calls to one receiver: what was acknowledged, and how long each call took, in seconds."""

    port: int
    key: ec.EllipticCurvePrivateKey
    began: float = 0.0
    ended: float = 0.0
    acknowledged: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    failed: int = 0

    def run(self) -> None:
        """All calls, by as many connections as there are."""
        numbers, lock = itertools.count(), threading.Lock()
        threads = [
            threading.Thread(target=self.post, args=(numbers, lock)) for _ in range(CONNECTIONS)
        ]
        self.began = time.monotonic() + 0.5
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.ended = time.monotonic()

    def post(self, numbers: "itertools.count[int]", lock: threading.Lock) -> None:
        """The next call that nobody has taken, until there is none."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        while (number := next(numbers)) < CALLS_PER_SECOND * SECONDS:
            ids = [f"{number}-{place}" for place in range(EVENTS_PER_CALL)]
            body, headers = signed(self.key, ids)
            due = self.began + number / CALLS_PER_SECOND
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                connection.request("POST", "/sendgrid", body, headers)
                answer = connection.getresponse()
                answer.read()
                is_kept = answer.status == 200
            except (OSError, HTTPException):
                connection.close()
                is_kept = False
            with lock:
                self.waits.append(time.monotonic() - due)
                self.failed += not is_kept
                self.acknowledged += ids if is_kept else []


def signed(key: ec.EllipticCurvePrivateKey, ids: list[str]) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a call as SendGrid makes it."""
    stamp = str(int(time.time()))
    events = [
        {
            "email": "somebody@example.org",
            "event": "open",
            "ip": "192.0.2.1",
            "sg_event_id": one,
            "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
            "timestamp": int(stamp),
            "useragent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        }
        for one in ids
    ]
    body = json.dumps(events).encode()
    signature = key.sign(stamp.encode() + body, ec.ECDSA(SHA256()))
    return body, {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
    }


def main() -> None:
    """Run the benchmark and print its table; exit code 1 when an acknowledged event is lost."""
    console = Console()
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with tempfile.TemporaryDirectory(prefix="basin-bench-") as folder:
        receiver = subprocess.Popen(
            [*BASIN, "webhooks", "serve", "--port=0"],
            cwd=PROJECT,
            env=os.environ
            | {
                "BASIN_DATA": folder,
                "BASIN_MODE": "sandbox",
                "BASIN_BUCKET": "",
                "SENDGRID_WEBHOOK_PUBLIC_KEY": base64.b64encode(public).decode(),
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert receiver.stdout
            line = next(line for line in receiver.stdout if "listening at" in line)
            load = Load(int(line.rsplit(":", 1)[1]), key)
            with console.status(f"{CALLS_PER_SECOND} calls a second for {SECONDS} seconds"):
                load.run()
        finally:
            receiver.terminate()
            receiver.wait()
        kept = {
            json.loads(line)["sg_event_id"]
            for path in Path(folder, "webhooks").glob(SEGMENTS)
            for line in path.read_bytes().splitlines()
        }
    lost = set(load.acknowledged) - kept
    waits = sorted(load.waits)
    table = Table("", "", title=f"{CALLS_PER_SECOND} calls a second, {EVENTS_PER_CALL} events each")
    table.columns[1].justify = "right"
    for name, value in (
        ("calls", f"{len(waits):,}"),
        ("calls a second reached", f"{len(waits) / (load.ended - load.began):,.0f}"),
        ("calls not acknowledged", f"{load.failed:,}"),
        ("events acknowledged", f"{len(load.acknowledged):,}"),
        ("of these lost", f"{len(lost):,}"),
        ("median", f"{waits[len(waits) // 2] * 1000:.1f} ms"),
        ("p99", f"{waits[len(waits) * 99 // 100] * 1000:.1f} ms"),
        ("longest", f"{waits[-1] * 1000:.1f} ms"),
    ):
        table.add_row(name, value)
    console.print(table)
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
