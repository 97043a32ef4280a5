"""A small stand-in for the vendors: real HTTP on this machine, lists, answers that go wrong.

Each test has a vendor and a data folder of its own. The vendor pages its lists as the real ones
do; a fault is a function from the request to `(status, headers, body)`, or None to answer as
usual.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import duckdb
import pytest
from rich.console import Console

from extract import config
from extract.pipeline import SourceResult, extract
from tests.extract.books import Intuit, answer_as_books
from tests.extract.googles import answer_as_google, key_file
from tests.extract.graph import answer_as_graph
from tests.extract.messengers import answer_as_messenger
from tests.extract.shops import answer_as_shop

Answer = tuple[int, Mapping[str, str], bytes]
STRIPE_MAX = 100
ROOTS = {
    "capitan": "capitan/api",
    "stripe": "stripe",
    "square": "square",
    "shopify": "shopify",
    "mailchimp": "mailchimp/3.0",
    "twilio": "twilio/2010-04-01/Accounts/AC1",
    "sendgrid": "sendgrid",
    "quickbooks": "quickbooks/v3/company/4711",
    "instagram": "instagram",
    "facebook_ads": "facebook_ads",
    "klaviyo": "klaviyo/api",
    "google_analytics": "google_analytics/v1beta/properties/1",
    "firestore": "firestore/v1/projects/p/databases/(default)/documents",
}
KEYS = [
    variable
    for name in ROOTS
    if (declared := config.system(name))
    for variable in declared.variables
]


@dataclass
class Request:
    """One request as the vendor saw it."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any = None


@dataclass
class Vendor:
    """Rows by list name, faults by list name, and every request that came in."""

    lists: dict[str, list[Any]] = field(default_factory=dict)
    faults: dict[str, Callable[[Request], Answer | None]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    port: int = 0
    page_cap: int | None = None
    intuit: Intuit = field(default_factory=Intuit)

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        name = request.path.rstrip("/").rsplit("/", 1)[-1]
        fault = self.faults.get(name)
        spoiled = fault(request) if fault else None
        if spoiled:
            return spoiled
        if request.path.startswith("/capitan/api/"):
            return self.capitan(name, request)
        if request.path.startswith("/stripe/"):
            return self.stripe(name, request)
        if request.path.startswith(("/twilio/", "/sendgrid/")):
            return answer_as_messenger(request, self.lists, self.page_cap)
        if request.path.startswith("/quickbooks/"):
            return answer_as_books(request, self.lists, self.page_cap, self.intuit)
        if request.path.startswith(("/instagram/", "/facebook_ads/")):
            return answer_as_graph(request, self.lists, self.page_cap, self.port)
        if request.path.startswith(("/google_analytics/", "/firestore/")):
            return answer_as_google(request, self.lists, self.page_cap)
        return answer_as_shop(request, self.lists, self.page_cap, self.port)

    def capitan(self, name: str, request: Request) -> Answer:
        size, page = int(request.query["page_size"]), int(request.query.get("page", 1))
        size = min(size, self.page_cap or size)
        rows = self.lists.get(name, [])
        if "/customers/" in request.path and name != "customers":
            rows = self.lists.get(request.path.removeprefix("/capitan/api/").rstrip("/"), [])
            if not rows and name == "relations":
                return whole({"detail": "Not found."}, 404)
        start = (page - 1) * size
        if page > 1 and start >= len(rows):
            return whole({"detail": "Invalid page."}, 404)
        more = start + size < len(rows)
        link = f"http://127.0.0.1:{self.port}{request.path}?page={page + 1}&page_size={size}"
        return whole(
            {
                "count": len(rows),
                "next": link if more else None,
                "previous": None,
                "results": rows[start : start + size],
            }
        )

    def stripe(self, name: str, request: Request) -> Answer:
        rows = [
            row
            for row in self.lists.get(f"stripe/{name}", [])
            if row.get("created", 0) >= int(request.query.get("created[gte]", 0))
        ]
        after = request.query.get("starting_after")
        start = 1 + [row["id"] for row in rows].index(after) if after else 0
        page = rows[start : start + STRIPE_MAX]
        more = start + STRIPE_MAX < len(rows)
        return whole({"object": "list", "url": request.path, "has_more": more, "data": page})


def whole(body: Any, status: int = 200) -> Answer:
    """A proper JSON answer."""
    return status, {"Content-Type": "application/json"}, json.dumps(body).encode()


def read_body(headers: Mapping[str, str], sent: bytes) -> Any:
    """The form or JSON that came with a request."""
    if "form" in headers.get("Content-Type", ""):
        return dict(parse_qsl(sent.decode()))
    return json.loads(sent) if sent else None


class QuietServer(ThreadingHTTPServer):
    """Says nothing about a reader that was killed in the middle of an answer."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Vendor]:
    """A running vendor, and an environment that points the extractor and its data folder at it."""
    served = Vendor()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or every answer takes 40 ms

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Request(parts.path, query, dict(self.headers), read_body(self.headers, sent))
            status, headers, body = served.answer(asked)
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

    server = QuietServer(("127.0.0.1", 0), Handler)
    served.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in ("BASIN_MODE", "AS_OF", *KEYS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BASIN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BASIN_RETRY_WAIT", "0")
    keys = tmp_path / "data" / "sandbox" / "keys"
    keys.mkdir(parents=True)
    for name in ("google_analytics", "firestore"):
        endpoint = f"http://127.0.0.1:{served.port}/{name}/token"
        (keys / f"{name}.json").write_text(key_file(endpoint))
    for name, path in ROOTS.items():
        monkeypatch.setenv(f"{name.upper()}_BASE_URL", f"http://127.0.0.1:{served.port}/{path}")
    yield served
    server.shutdown()
    server.server_close()


@dataclass
class Run:
    """What an extraction returned and what it printed."""

    results: dict[str, SourceResult]
    printed: str


def run(*sources: str, as_of: str = "2026-01-31", **options: bool) -> Run:
    """Extract and keep what was printed."""
    printed = StringIO()
    results = extract(
        list(sources),
        date.fromisoformat(as_of),
        console=Console(file=printed, width=200),
        **options,
    )
    return Run({result.source: result for result in results}, printed.getvalue())


def query(sql: str) -> list[tuple[Any, ...]]:
    """Rows of the working file."""
    with duckdb.connect(str(config.work_file()), read_only=True) as connection:
        return connection.execute(sql).fetchall()
