"""The webhook receiver: takes what SendGrid, Twilio and Stripe send us, and keeps it.

POST /sendgrid, /twilio, /stripe -> signature -> journal -> 200
<folder>/<source>/events/date=<UTC day of receipt>/<segment>.ndjson, an event a line -> bucket

An event is acknowledged when it is on the disk, never before; a vendor repeats what was not
acknowledged, so that a line may be there twice. A line is the event as it was sent with
`_received_at` (UTC) added, because Twilio's forms bear no time. Nothing of a call is ever printed
and a refusal says nothing but its status. What the events mean is left to the extractor and the
models.
"""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import simplejson  # type: ignore[import-untyped]
import uvicorn
from rich.console import Console
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from extract import config
from scripts import stores
from scripts.journal import Journal, clock, copy, recover
from scripts.signatures import KINDS, Call, Sender, senders

LARGEST_BODY = 1024 * 1024  # bytes; SendGrid sends 768 kB at once at the most
BODY_SECONDS = 30
CALLS_AT_ONCE = 256
COPY_SECONDS = 600
STOP_SECONDS = 10
KEPT, MALFORMED, UNSIGNED, REFUSED, TOO_SLOW, TOO_LARGE, NOT_NOW = 200, 400, 401, 403, 408, 413, 503


class Receiver:
    """What is kept where, and the calls that are being answered."""

    def __init__(
        self,
        root: Path,
        callers: dict[str, Sender | None],
        store: stores.Store | None,
        console: Console,
    ) -> None:
        """`callers` that are None are not set up; without a `store` events stay below `root`."""
        self.root, self.callers, self.store, self.console = root, callers, store, console
        self.journals = {name: Journal(root / name / "events") for name in callers}
        self.troubles: dict[str, str] = {}

    async def receive(self, name: str, http: HttpRequest) -> Response:
        """One call of a vendor; the answer says nothing but how it ended."""
        caller = self.callers[name]
        if caller is None:
            return Response(status_code=NOT_NOW)
        if caller.header not in http.headers:
            return Response(status_code=UNSIGNED)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await whole_body(http)
        except (TimeoutError, ClientDisconnect):
            return Response(status_code=TOO_SLOW)
        if body is None:
            return Response(status_code=TOO_LARGE)
        now = clock()
        query = http.scope["query_string"].decode("latin-1")
        target = f"{http.url.path}?{query}" if query else http.url.path
        if not caller.is_genuine(Call(target, http.headers, body, now.timestamp())):
            return Response(status_code=REFUSED)
        try:
            lines = b"".join(line(event, now) for event in caller.events(body))
        except ValueError:
            return Response(status_code=MALFORMED)
        try:
            if lines:
                await self.journals[name].keep(now.date(), lines)
        except OSError as error:
            self.say(name, f"events cannot be written ({error.strerror}): make room on the disk")
            return Response(status_code=NOT_NOW)
        self.say(name, "")
        return Response(caller.reply, KEPT, media_type="text/xml" if caller.reply else None)

    def say(self, subject: str, trouble: str) -> None:
        """A trouble is said when it begins, not at every call."""
        if trouble and self.troubles.get(subject) != trouble:
            self.tell(f"{subject}: {trouble}")
        self.troubles[subject] = trouble

    def tell(self, sentence: str) -> None:
        """One line for people."""
        self.console.print(sentence, markup=False, highlight=False, soft_wrap=True)

    def recover(self) -> None:
        """Finish what a killed receiver left."""
        for path in recover(self.root):
            self.tell(
                f"{path.relative_to(self.root)}: cut off an event that a killed receiver had "
                "neither written whole nor acknowledged"
            )

    def hand_over(self) -> None:
        """Finish the segments and copy them to the bucket; what cannot go there goes next time."""
        for journal in self.journals.values():
            journal.finish()
        if self.store is None:
            return
        self.recover()
        try:
            copy(self.root, self.store)
        except (config.ConfigError, OSError) as error:
            self.say("bucket", f"events are only in {self.root} for now: {error}")
        else:
            self.say("bucket", "")

    async def hand_over_for_ever(self) -> None:
        """Now, and then every ten minutes."""
        while True:
            await asyncio.to_thread(self.hand_over)
            await asyncio.sleep(COPY_SECONDS)

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """From the first call to the last: afterwards every segment is finished."""
        self.recover()
        copying = asyncio.create_task(self.hand_over_for_ever()) if self.store else None
        try:
            yield
        finally:
            if copying:
                copying.cancel()
            await asyncio.to_thread(self.hand_over)

    def app(self) -> Starlette:
        """The web application: one path for each vendor, POST only."""
        routes = [
            Route(f"/{name}", partial(self.receive, name), methods=["POST"])
            for name in self.callers
        ]
        app = Starlette(routes=routes, lifespan=self.lifespan)
        app.router.redirect_slashes = False
        return app


async def whole_body(http: HttpRequest) -> bytes | None:
    """The body, None as soon as it is known to be too large."""
    if int(http.headers.get("content-length", 0)) > LARGEST_BODY:
        return None
    body = bytearray()
    async for chunk in http.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def line(event: dict[str, Any], received_at: datetime) -> bytes:
    """An event as one line of JSON in ASCII, numbers as they were written."""
    marked = event | {"_received_at": received_at.isoformat(timespec="microseconds")}
    return simplejson.dumps(marked, separators=(",", ":")).encode() + b"\n"  # type: ignore[no-any-return]


def serve(host: str, port: int, console: Console) -> None:
    """Receive until SIGTERM or SIGINT; prints one line with the address once it listens.

    Raises ConfigError for a setting that cannot be right or a port that is taken.
    """
    config.mode()
    callers = senders()
    receiver = Receiver(config.webhook_dir(), callers, stores.bucket(), console)
    for name, caller in callers.items():
        if caller is None:
            wanted = (f"{one} ({where})" for one, where in KINDS[name].variables.items())
            receiver.tell(f"{name}: answers 503 until .env sets {' and '.join(wanted)}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            raise config.ConfigError(
                f"{host} port {port} cannot be used ({error.strerror}): choose another with "
                "--host and --port"
            ) from None
        listening.listen(1024)
        place = f"[{host}]" if ":" in host else host
        for one in (signal.SIGTERM, signal.SIGINT):  # uvicorn raises them again when it is done
            signal.signal(one, lambda *_: sys.exit(0))
        receiver.tell(f"webhooks listening at http://{place}:{listening.getsockname()[1]}")
        uvicorn.Server(
            uvicorn.Config(
                receiver.app(),
                log_level="warning",
                access_log=False,
                server_header=False,
                lifespan="on",
                limit_concurrency=CALLS_AT_ONCE,
                timeout_graceful_shutdown=STOP_SECONDS,
            )
        ).run(sockets=[listening])
