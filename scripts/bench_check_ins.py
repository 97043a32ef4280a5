"""What a million check-ins cost to land: seconds and peak memory of an extraction, printed.

Capitan's protocol over loopback from a server beside, which counts neither for memory nor, as it
only fills a template, for much of the time. The rows are numbers, and nobody's. Works in a folder
of its own that is removed afterwards. Nothing here is a test.
"""

import json
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import duckdb
from rich.console import Console
from rich.table import Table

from scripts.bench import measured
from scripts.daily import PROJECT

CHECK_INS, CUSTOMERS = 1_000_000, 20_000
FIRST = datetime(2020, 1, 1, 6)


class Capitan(BaseHTTPRequestHandler):
    """Pages by number; every list but that of the check-ins is empty."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a page."""
        parts = urlsplit(self.path)
        asked = {name: value[0] for name, value in parse_qs(parts.query).items()}
        size, page = int(asked["page_size"]), int(asked.get("page", 1))
        count = CHECK_INS if parts.path.endswith("/check-ins/") else 0
        last = min(page * size, count)
        host = self.headers["Host"]
        link = f"http://{host}{parts.path}?page={page + 1}&page_size={size}"
        body = json.dumps(
            {
                "count": count,
                "next": link if last < count else None,
                "previous": None,
                "results": [check_in(number) for number in range((page - 1) * size, last)],
            }
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def check_in(number: int) -> dict[str, object]:
    """One row as Capitan sends it."""
    moment = FIRST + timedelta(minutes=number * 3)
    return {
        "id": number,
        "customer_id": number * 7_919 % CUSTOMERS,
        "customer_first_name": "Somebody",
        "customer_last_name": "Invented",
        "customer_email": f"somebody{number * 7_919 % CUSTOMERS}@example.org",
        "customer_birthday": None,
        "check_in_datetime": moment.isoformat(),
        "check_out_datetime": None,
        "visit_duration": None,
        "entry_method": "MEM",
        "entry_method_description": "Membership",
        "location_id": 1,
        "location_name": "Gym",
        "free_entry_reason": None,
        "check_in_count": 1,
        "created_at": moment.isoformat() + ".000000-06:00",
    }


def serve() -> None:
    """Say the port, then answer until killed."""
    vendor = ThreadingHTTPServer(("127.0.0.1", 0), Capitan)
    print(vendor.server_port, flush=True)
    vendor.serve_forever()


def main() -> None:
    """Serve in a child, extract once, and print the table."""
    console = Console()
    with (
        tempfile.TemporaryDirectory(prefix="basin-bench-") as folder,
        subprocess.Popen(
            [sys.executable, "-m", "scripts.bench_check_ins", "serve"],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        ) as server,
    ):
        try:
            assert server.stdout is not None
            port = server.stdout.readline().strip()
            environment = os.environ | {
                "BASIN_DATA": folder,
                "BASIN_MODE": "sandbox",
                "CAPITAN_BASE_URL": f"http://127.0.0.1:{port}/api",
                "AS_OF": "2026-01-31",
            }
            meter, _ = measured([sys.executable, "-m", "extract", "capitan"], environment, PROJECT)
        finally:
            server.kill()
        with duckdb.connect(str(Path(folder) / "work" / "basin.duckdb"), read_only=True) as file:
            landed = file.execute("select count(*) from raw_capitan.check_ins").fetchone()
        assert landed == (CHECK_INS,)
    table = Table("check-ins", "seconds", "peak MB", title="Capitan over loopback")
    table.add_row(f"{CHECK_INS:,}", f"{meter.seconds:.1f}", f"{meter.peak:,.0f}")
    console.print(table)


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main()
