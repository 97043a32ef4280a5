"""A planted secret comes out nowhere: not in what is printed, not in what is written, whatever
fails."""

import base64
import json
import os
import re
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus
from urllib.request import Request, urlopen

import duckdb
import pytest

from extract import config
from scripts.sandbox.server import running
from tests.behaviour.callers import Call, from_stripe, receiving
from tests.behaviour.warehouse import ROOT

CANARY = "canary+of/8c1f=e7~and.its-song"
EXAMPLE = re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
SECRET_NAMES = re.compile(r"KEY|TOKEN|SECRET|CREDENTIALS|PASSWORD")
KEYS = [declared.key_variable for one in config.sources() if (declared := config.system(one))]
PLANTED = {
    name: f"whsec_{CANARY}" if name == "STRIPE_WEBHOOK_SECRET" else CANARY
    for name in [*KEYS, *EXAMPLE]
    if SECRET_NAMES.search(name) and name != "SENDGRID_WEBHOOK_PUBLIC_KEY"  # which is public
}
FAULTS: list[dict[str, object]] = [
    {"kind": "status", "status": 401},
    {"kind": "html"},
    {"kind": "reset"},
    {"kind": "truncated_json"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 403},
    {"kind": "wrong_type"},
]


def spellings(secret: str) -> set[bytes]:
    """A secret as it is, as in an address, and as any base64 that holds it."""
    found = {secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]}
    for before in range(3):
        code = base64.b64encode(b"x" * before + secret.encode()).decode().rstrip("=")
        inner = code[-(-before * 8 // 6) : -1]
        found |= {inner, inner.replace("+", "-").replace("/", "_")}
    return {one.encode() for one in found}


def leaks(text: bytes) -> bool:
    return any(one in text for one in spellings(CANARY))


def places(folder: Path) -> Iterator[str]:
    """Every file below a folder, and every table in one, that holds the secret."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and leaks(path.read_bytes()):
            yield str(path.relative_to(folder))
        if path.suffix == ".duckdb":
            yield from (f"{path.name}: {table}" for table in tables(path))
        if path.suffix == ".parquet" and leaks(repr(rows_of(path)).encode()):
            yield f"{path.relative_to(folder)}: rows"


def rows_of(file: Path) -> list[object]:
    """The rows of a parquet file; none where its writer was killed, its bytes are searched."""
    try:
        return [*duckdb.sql(f"select * from read_parquet('{file}')").fetchall()]
    except duckdb.InvalidInputException:
        return []


def tables(file: Path) -> Iterator[str]:
    with duckdb.connect(str(file), read_only=True) as connection:
        for schema, table in connection.execute(
            "select table_schema, table_name from information_schema.tables order by all"
        ).fetchall():
            rows = connection.execute(f'select * from "{schema}"."{table}"').fetchall()
            if leaks("\n".join(str(value) for row in rows for value in row).encode()):
                yield f"{schema}.{table}"
            if table == "_dlt_pipeline_state":
                packed = [str(value) for row in rows for value in row if len(str(value)) > 99]
                if leaks(b"".join(zlib.decompress(base64.b64decode(one)) for one in packed)):
                    yield f"{schema}.{table}, unpacked"


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    for number, basic in enumerate(["", "a:", "ab:", "abc:", "basin:"]):
        text = base64.b64encode(f"{basic}{CANARY}:x".encode())
        (tmp_path / f"{number}.log").write_bytes(b"Basic " + text)
    (tmp_path / "url.log").write_text(f"https://example.org/?access_token={quote_plus(CANARY)}&a=b")
    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.execute("create table t as select ? as message from range(3000)", [CANARY])
        connection.execute(f"copy t to '{tmp_path / 'a.parquet'}' (compression zstd)")
    (tmp_path / "half.parquet").write_bytes(b"PAR1")
    found = {*places(tmp_path)}
    assert found >= {"0.log", "1.log", "2.log", "3.log", "4.log", "url.log"}
    assert found >= {"a.duckdb: main.t", "a.parquet: rows"}


def test_every_key_has_its_line_in_the_example() -> None:
    assert set(KEYS) <= set(EXAMPLE)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Addresses of a small town whose doors the planted secret opens."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANDBOX_PEOPLE", "40")
        patch.setenv("SANDBOX_DAYS", "60")
        patch.setenv("SANDBOX_KEY", CANARY)
        with running(tmp_path_factory.mktemp("town")) as addresses:
            yield addresses


def declare(sandbox: dict[str, str], faults: list[dict[str, object]]) -> None:
    """These faults for ever, and no others."""
    address = f"{sandbox['SANDBOX_URL']}/_sandbox/faults"
    with urlopen(Request(address, method="DELETE"), timeout=20):
        pass
    body = json.dumps([fault | {"times": None} for fault in faults]).encode()
    with urlopen(Request(address, body, method="POST"), timeout=20) as answer:
        assert answer.status == 200


def test_no_secret_is_printed_or_written_whatever_fails(
    sandbox: dict[str, str], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "BASIN_DATA": str(data),
        "BASIN_MODE": "live",
        "BASIN_RETRY_WAIT": "0",
        "AS_OF": "2026-01-31",
        **sandbox,
        **PLANTED,
    }
    said = b""

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", "from scripts.cli import main; main()", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def basin(*arguments: str) -> tuple[int, str]:
        nonlocal said
        process = start(*arguments)
        out, _ = process.communicate(timeout=120)
        said += out
        return process.returncode, out.decode()

    _, extracted = basin("extract")
    for table in ("stripe.charges", "capitan.customers", "mailchimp.members", "shopify.orders"):
        assert re.search(rf"{table} +[1-9]", extracted), extracted
    assert "capitan           fine" in basin("doctor")[1]

    mixed = [
        FAULTS[place % len(FAULTS)] | {"source": source}
        for place, source in enumerate(config.sources())
    ]
    declare(sandbox, mixed)
    assert basin("extract", "--full")[0] == 3
    assert basin("doctor")[0] == 3
    basin("status")
    environment["STRIPE_BASE_URL"] = f"http://basin:{quote(CANARY, safe='')}@127.0.0.1:9"
    assert "stripe            unreachable: no answer from 127.0.0.1" in basin("doctor")[1]

    declare(sandbox, [{"source": "shopify", "path": "products", "kind": "slow", "seconds": 60}])
    killed = start("extract", "shopify", "--full")
    began = time.monotonic()
    while not any(path.is_file() for path in data.glob("dlt/shopify/pulled/*.parquet")):
        assert time.monotonic() - began < 60
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    said += killed.communicate()[0]
    assert any(path.is_file() for path in data.glob("dlt/*/**/*"))

    with receiving(tmp_path / "hooks", **PLANTED) as one:
        one.post(from_stripe(b"{}", key=f"whsec_{CANARY}"))
        one.post(from_stripe(b"{}", key="whsec_other"))
        one.post(Call("/twilio", {"X-Twilio-Signature": "x"}, b"a=b"))
        said += one.stop()[1].encode()

    assert not leaks(said), said.decode()
    assert [*places(tmp_path)] == []
