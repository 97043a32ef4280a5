"""The vendors' APIs over the town as real HTTP on this machine (Starlette on uvicorn).

`serve` runs in the foreground. `running` starts a child on a free port, waits until it answers,
gives the environment that points extractors at it, and stops exactly that child. The child dies
with its parent. A server follows the town's clock: when `advance` moves it, the next request sees
the new day. The truth is never read here. `/_sandbox/faults`, `/_sandbox/clock`,
`/_sandbox/received` and `/_sandbox/holds` are the sandbox's own.
"""

import asyncio
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from scripts.sandbox import vendors
from scripts.sandbox.faults import BadFault, Faults
from scripts.sandbox.settings import SandboxError, town_file
from scripts.sandbox.town import open_town
from scripts.sandbox.vendors.base import Answer, Request, Vendor

ROOT = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1  # prctl(2)


class Sandbox:
    """The views that are being served, rebuilt when the town's file changes."""

    def __init__(self, data_dir: Path, faults: str | None) -> None:
        """Open the town and build its views."""
        self.data_dir, self.faults = data_dir, Faults(faults)
        self._mark: tuple[int, int] | None = None
        self.day, self.rows = "", 0
        self.views: list[Vendor] = []
        self.refresh()

    def refresh(self) -> None:
        """Build the views anew if the clock has moved."""
        file = town_file(self.data_dir)
        town = None if file.exists() else open_town(self.data_dir)
        stat = file.stat()
        mark = (stat.st_ino, stat.st_mtime_ns)
        if mark != self._mark:
            town = town or open_town(self.data_dir)
            self.views = vendors.views(town.ledger, self.data_dir)
            self.day = town.clock.isoformat()
            self._mark = mark
            self.rows = sum(len(rows) for one in self.views for rows in one.tables.values())
            for view in self.views:
                view.deliver(self.data_dir)

    async def vendor(self, http: HttpRequest) -> Response:
        """Any request to a vendor."""
        self.refresh()
        path = http.url.path
        view = next((one for one in self.views if f"{path}/".startswith(f"{one.base_path}/")), None)
        if view is None:
            return JSONResponse({"detail": "no such system in the sandbox"}, 404)
        root = f"http://{http.headers.get('host', '127.0.0.1')}"
        request = Request(
            http.method,
            path[len(view.base_path) :] or "/",
            http.query_params.multi_items(),
            dict(http.headers),
            root,
            await sent_body(http),
        )
        outcome = self.faults.asked(view, request)
        if outcome.seconds:
            await asyncio.sleep(outcome.seconds)
        if outcome.is_reset:
            http.scope["sandbox.hang_up"]()
        return respond(outcome.answer, outcome.is_truncated)

    async def declare(self, http: HttpRequest) -> Response:
        """Declare faults (POST), list them (GET) or clear them (DELETE)."""
        if http.method == "DELETE":
            self.faults.clear()
        elif http.method == "POST":
            try:
                self.faults.declare(await http.json())
            except (BadFault, ValueError) as wrong:
                return JSONResponse({"error": str(wrong)}, 400)
        return JSONResponse({"faults": [vars(one) for one in self.faults.declared]})

    async def clock(self, _: HttpRequest) -> Response:
        """The day the town's clock stands on, and how many rows its systems show."""
        self.refresh()
        return JSONResponse({"clock": self.day, "rows": self.rows})

    async def received(self, _: HttpRequest) -> Response:
        """Every call that wrote, or tried to, by system and in order."""
        self.refresh()
        return JSONResponse({"received": vendors.received(self.views)})

    async def holds(self, _: HttpRequest) -> Response:
        """What stands of everything that the systems were told."""
        self.refresh()
        return JSONResponse(vendors.holds(self.views))

    def app(self) -> ASGIApp:
        """The web application."""
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return hang_up_at_will(
            Starlette(
                routes=[
                    Route("/_sandbox/faults", self.declare, methods=["GET", "POST", "DELETE"]),
                    Route("/_sandbox/clock", self.clock),
                    Route("/_sandbox/received", self.received),
                    Route("/_sandbox/holds", self.holds),
                    Route("/{path:path}", self.vendor, methods=methods),
                ]
            )
        )


async def sent_body(http: HttpRequest) -> Any:
    """The JSON or form that came with a request, None where there was neither."""
    body = await http.body()
    try:
        return json.loads(body) if body else None
    except ValueError:
        return dict(parse_qsl(body.decode(errors="replace"))) or None


def respond(answer: Answer, is_truncated: bool) -> Response:
    """An answer as bytes; JSON that is cut off in the middle where a fault says so."""
    if isinstance(answer.body, bytes):
        return Response(answer.body, answer.status, headers=answer.headers)
    if isinstance(answer.body, str):
        body, kind = answer.body.encode(), "text/html"
    else:
        body, kind = (
            json.dumps(answer.body, ensure_ascii=False, separators=(",", ":")).encode(),
            "application/json",
        )
    if is_truncated:
        body = body[: len(body) // 2]
    return Response(body, answer.status, headers=answer.headers, media_type=kind)


def hang_up_at_will(app: ASGIApp) -> ASGIApp:
    """Let a handler close the connection without an answer, through uvicorn's own transport."""

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        cycle: Any = getattr(send, "__self__", None)
        scope["sandbox.hang_up"] = lambda: cycle.transport.abort()
        await app(scope, receive, send)

    return outer


def serve(data_dir: Path, port: int = 0) -> None:
    """Serve in the foreground; prints one line with the address once it listens."""
    try:
        sandbox = Sandbox(data_dir, os.environ.get("SANDBOX_FAULTS"))
    except (BadFault, json.JSONDecodeError) as wrong:
        raise SandboxError(f"SANDBOX_FAULTS must be a JSON list of faults: {wrong}") from wrong
    # Named as TCP, or asyncio leaves Nagle's algorithm on and every answer takes 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
        except OSError as wrong:
            raise SandboxError(
                f"port {port} is taken: choose another with --port ({wrong})"
            ) from wrong
        listening.listen(128)
        root = f"http://127.0.0.1:{listening.getsockname()[1]}"
        vendors.give_out_keys(data_dir, root)
        print(f"sandbox listening at {root}", flush=True)
        config = uvicorn.Config(
            sandbox.app(), log_level="warning", access_log=False, lifespan="off"
        )
        uvicorn.Server(config).run(sockets=[listening])


@contextmanager
def running(data_dir: Path, faults: list[dict[str, Any]] | None = None) -> Iterator[dict[str, str]]:
    """Serve in a child for as long as the block runs; gives the environment for the extractors.

    The child also ends with the thread that enters the block (prctl(2), PR_SET_PDEATHSIG). Raises
    SandboxError when the child does not come up.
    """
    environment = {**os.environ, **({"SANDBOX_FAULTS": json.dumps(faults)} if faults else {})}
    command = [
        sys.executable,
        "-m",
        "scripts.sandbox.server",
        str(Path(data_dir).resolve()),
        str(os.getpid()),
    ]
    child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        line = child.stdout.readline()
        if "listening at " not in line:
            raise SandboxError(
                f"the sandbox did not start (exit code {child.wait()}): see its message above"
            )
        root = line.split("listening at ")[1].strip()
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(f"{root}/_sandbox/clock", timeout=60) as answer:
            answer.read()
        yield {**vendors.addresses(root), "SANDBOX_URL": root}
    finally:
        child.terminate()
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout is not None:
            child.stdout.close()


def die_with(parent: int) -> None:
    """End this process when its parent ends; at once if that parent is already gone."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("the process that started this sandbox is gone")


if __name__ == "__main__":
    die_with(int(sys.argv[2]))
    try:
        serve(Path(sys.argv[1]))
    except SandboxError as wrong:
        sys.exit(str(wrong))
