"""Exports in a bucket, on a real S3 server (SeaweedFS) on this machine: the same files as in the
folder, and nothing lost, whatever fails."""

import hashlib
import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from shutil import copyfile
from time import monotonic, sleep
from typing import Any

import boto3
import duckdb
import pytest
from botocore.config import Config
from rich.console import Console

from scripts import daily, export, stores
from tests.behaviour.warehouse import BIN, ROOT, Warehouse

KEY, SECRET = "invented-key", "invented-secret"
WRITER, WRITER_SECRET = "invented-writer", "invented-writers-secret"


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]


def client_of(endpoint: str) -> Any:
    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        config=Config(proxies={}, retries={"mode": "standard", "max_attempts": 1}),
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an S3 server that knows two pairs of keys and says nothing to anybody."""
    folder = tmp_path_factory.mktemp("s3")
    identities = [
        {
            "name": key,
            "credentials": [{"accessKey": key, "secretKey": secret}],
            "actions": actions,
        }
        for key, secret, actions in (
            (KEY, SECRET, ["Admin", "Read", "Write", "List"]),
            (WRITER, WRITER_SECRET, ["Write"]),
        )
    ]
    (folder / "s3.json").write_text(json.dumps({"identities": identities}))
    parts = [f"-{part}.port{grpc}" for part in ("master", "volume", "filer", "s3")
             for grpc in ("", ".grpc")]  # fmt: skip
    ports = dict(zip(parts, free_ports(len(parts)), strict=True))
    with (folder / "weed.log").open("w") as log:
        process = subprocess.Popen(
            [
                str(BIN / "weed"),
                "-logtostderr",
                "server",
                f"-dir={folder}",
                "-ip=127.0.0.1",
                "-ip.bind=127.0.0.1",
                "-master.telemetry=false",
                "-master.volumeSizeLimitMB=256",
                "-volume.max=1000",
                f"-filer.localSocket={folder / 'filer.sock'}",
                "-s3",
                f"-s3.config={folder / 's3.json'}",
                f"-s3.localSocket={folder / 's3.sock'}",
                "-s3.autoCreateBucket=false",
                "-s3.port.iceberg=0",
                "-s3.port.lance=0",
                *(f"{name}={port}" for name, port in ports.items()),
            ],
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    endpoint = f"http://127.0.0.1:{ports['-s3.port']}"
    try:
        wait_until_it_writes(endpoint, process, folder / "weed.log")
        yield endpoint
    finally:
        process.kill()  # it takes its time to end politely, and nothing of it is kept
        process.wait()


def wait_until_it_writes(endpoint: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until a first object can be stored: the port opens before the server can do that."""
    began = monotonic()
    while True:
        try:
            client = client_of(endpoint)
            client.create_bucket(Bucket="first")
            client.put_object(Bucket="first", Key="object", Body=b"1")
            return
        except Exception:
            assert process.poll() is None and monotonic() - began < 60, log.read_text()[-4000:]
            sleep(0.3)


@pytest.fixture
def warehouse(published_once: Warehouse, tmp_path: Path) -> Warehouse:
    """A data folder with nothing in it but a published file of its own."""
    warehouse = Warehouse(tmp_path / "data")
    warehouse.published.parent.mkdir(parents=True)
    copyfile(published_once.published, warehouse.published)
    return warehouse


@pytest.fixture
def bucket(
    server: str, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, request: Any
) -> "Bucket":
    """An empty bucket, and an environment in which the exports go there."""
    name = f"exports-{hashlib.sha256(request.node.name.encode()).hexdigest()[:12]}"
    client_of(server).create_bucket(Bucket=name)
    found = Bucket(server, name)
    for variable, value in {
        "BASIN_DATA": str(warehouse.folder),
        "BASIN_MODE": "sandbox",
        "AWS_MAX_ATTEMPTS": "1",
        **found.environment,
    }.items():
        monkeypatch.setenv(variable, value)
    return found


class Bucket:
    """What the tests see of a bucket, with a client of their own."""

    def __init__(self, endpoint: str, name: str) -> None:
        self.client, self.name = client_of(endpoint), name
        self.environment = {
            "BASIN_BUCKET": name,
            "S3_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }

    def get(self, name: str) -> bytes:
        body: bytes = self.client.get_object(Bucket=self.name, Key=name)["Body"].read()
        return body

    def put(self, name: str, body: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=name, Body=body)

    def objects(self) -> dict[str, bytes]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return {one["Key"]: self.get(one["Key"]) for page in pages for one in page["Contents"]}

    def is_whole(self, folder: str) -> bool:
        """What a careful reader asks: does the manifest describe the files that are there?"""
        files = json.loads(self.get(f"{folder}/_manifest.json"))["files"]
        return all(
            hashlib.sha256(self.get(f"{folder}/{name}")).hexdigest() == entry["sha256"]
            for name, entry in files.items()
        )


def change_published(warehouse: Warehouse, *statements: str) -> None:
    warehouse.published.chmod(0o644)
    with duckdb.connect(str(warehouse.published)) as connection:
        for statement in statements:
            connection.execute(statement)


def lose_a_customer(warehouse: Warehouse) -> None:
    change_published(
        warehouse,
        "delete from marts.customers_master"
        " where customer_id = (select min(customer_id) from marts.customers_master)",
        "delete from marts.export_capitan__checkins where checkin_id ="
        " (select min(checkin_id) from marts.export_capitan__checkins)",
    )


def test_the_bucket_gets_what_the_folder_gets_and_the_manifest_last(
    bucket: Bucket, published_once: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = []
    for method in ("put", "keep"):
        whole = getattr(stores.Bucket, method)

        def noted(self: Any, file: Path, name: str, whole: Any = whole) -> None:
            stored.append(name)
            whole(self, file, name)

        monkeypatch.setattr(stores.Bucket, method, noted)
    export.export()
    folder = published_once.folder / "exports"
    files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert bucket.objects() == files
    assert sorted(stored) == sorted(files)
    for part in {name.split("/")[0] for name in files}:
        of_part = [name for name in stored if name.startswith(f"{part}/")]
        assert of_part.index(f"{part}/_manifest.json") == len(of_part) - 1
        assert bucket.is_whole(part)
    for name, body in files.items():
        head = bucket.client.head_object(Bucket=bucket.name, Key=name)
        assert head["Metadata"] == {"sha256": hashlib.sha256(body).hexdigest()}


def test_nothing_stays_on_this_machine_when_there_is_a_bucket(
    bucket: Bucket, warehouse: Warehouse
) -> None:
    export.export()
    found = {str(p.relative_to(warehouse.folder)) for p in warehouse.folder.rglob("*")}
    assert found == {"mode", "published", "published/basin.duckdb", "work"}


def test_a_months_first_snapshot_is_kept_and_the_next_month_gets_its_own(
    bucket: Bucket, warehouse: Warehouse
) -> None:
    export.export()
    first = bucket.objects()
    january = "customers/monthly_snapshots/2026-01-01_customers_master.csv"
    lose_a_customer(warehouse)
    export.export()
    second = bucket.objects()
    assert second["customers/customers_master.csv"] != first["customers/customers_master.csv"]
    assert second[january] == first[january] == first["customers/customers_master.csv"]
    assert second.keys() == first.keys()
    change_published(warehouse, "update ops.run set as_of_date = '2026-02-03'")
    export.export()
    third = bucket.objects()
    assert third[january] == first[january]
    assert third[january.replace("01-01", "02-01")] == second["customers/customers_master.csv"]


@pytest.mark.parametrize("size", [10, 9_000_000], ids=["in one request", "in parts"])
def test_a_snapshot_that_came_in_between_is_not_replaced(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    bucket.put("customers/monthly_snapshots/a.csv", b"theirs")
    file = tmp_path / "a.csv"
    file.write_bytes(b"x" * size)
    store = stores.Bucket(bucket.name)
    monkeypatch.setattr(store, "head", lambda name: None)
    store.keep(file, "customers/monthly_snapshots/a.csv")
    assert bucket.objects() == {"customers/monthly_snapshots/a.csv": b"theirs"}


def test_a_large_file_arrives_whole(bucket: Bucket, tmp_path: Path) -> None:
    body = b"".join(i.to_bytes(4, "big") for i in range(5_000_000))
    file = tmp_path / "large.parquet"
    file.write_bytes(body)
    stores.Bucket(bucket.name).put(file, "customers/large.parquet")
    head = bucket.client.head_object(Bucket=bucket.name, Key="customers/large.parquet")
    assert "-3" in head["ETag"]
    assert head["Metadata"] == {"sha256": hashlib.sha256(body).hexdigest()}
    assert bucket.get("customers/large.parquet") == body


def test_a_file_that_arrived_otherwise_is_not_counted(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else writes to the same name between the upload and the look at it."""
    whole = stores.Bucket.head

    def late(self: stores.Bucket, name: str) -> Any:
        bucket.put(name, b"theirs")
        return whole(self, name)

    monkeypatch.setattr(stores.Bucket, "head", late)
    with pytest.raises(export.ExportRefused, match="is not what was sent"):
        export.export()
    assert not any("_manifest" in name for name in bucket.objects())


def test_the_guard_reads_the_buckets_manifest(bucket: Bucket) -> None:
    export.export()
    manifest = json.loads(bucket.get("capitan/_manifest.json"))
    manifest["files"]["checkins.csv"]["rows"] *= 2
    bucket.put("capitan/_manifest.json", json.dumps(manifest).encode())
    before = bucket.objects()
    with pytest.raises(export.ExportRefused, match="capitan/checkins would fall from"):
        export.export()
    assert bucket.objects() == before
    export.export(accept_smaller=True)
    assert bucket.is_whole("capitan")


@pytest.mark.parametrize("text", [b"", b"<html>", b"[]"])
def test_a_manifest_that_cannot_be_read_is_no_first_upload(bucket: Bucket, text: bytes) -> None:
    bucket.put("customers/_manifest.json", text)
    with pytest.raises(export.ExportRefused, match="cannot be read"):
        export.export()
    assert bucket.objects() == {"customers/_manifest.json": text}


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("BASIN_BUCKET", "no-such-bucket", "there is no bucket no-such-bucket at 127.0.0.1"),
        ("BASIN_BUCKET", "s3://exports/today", "a bucket's name alone"),
        ("AWS_ACCESS_KEY_ID", "somebody", "refuses access .* allow them s3:ListBucket"),
        ("AWS_SECRET_ACCESS_KEY", "wrong-secret", "refuses access .* correct AWS_ACCESS_KEY_ID"),
        ("AWS_SECRET_ACCESS_KEY", "", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        ("S3_ENDPOINT_URL", "http://127.0.0.1:9", "no answer from 127.0.0.1:9"),
        ("S3_ENDPOINT_URL", "ftp://localhost:bucket", "S3_ENDPOINT_URL"),
    ],
)
def test_what_a_person_can_mend_is_one_sentence_and_nothing_is_replaced(
    bucket: Bucket,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    sentence: str,
) -> None:
    bucket.put("customers/customers_master.csv", b"of yesterday")
    monkeypatch.setenv(variable, value)
    with pytest.raises(export.ExportRefused, match=sentence) as refusal:
        export.export()
    said = str(refusal.value)
    assert "\n" not in said
    assert not any(secret in said for secret in (KEY, SECRET, "wrong-secret", "somebody"))
    assert bucket.objects() == {"customers/customers_master.csv": b"of yesterday"}


def test_keys_that_may_write_and_not_read_are_no_first_upload(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put("customers/customers_master.csv", b"of yesterday")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", WRITER)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", WRITER_SECRET)
    with pytest.raises(export.ExportRefused, match="allow them s3:ListBucket, s3:GetObject"):
        export.export()
    assert bucket.objects() == {"customers/customers_master.csv": b"of yesterday"}


@pytest.mark.parametrize("status", [200, 404])
def test_a_server_that_is_no_s3_store_is_no_first_upload(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    asked = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.command)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"<html><body>hello</body></html>")

        do_PUT = do_POST = do_HEAD = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("S3_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    with pytest.raises(export.ExportRefused):
        export.export()
    server.shutdown()
    server.server_close()
    assert set(asked) == {"GET"}


@pytest.mark.parametrize("endpoint", ["", "https://s3.example.org", "http://192.0.2.1:8333"])
def test_sandbox_mode_sends_nothing_to_a_bucket_off_this_machine(
    bucket: Bucket, warehouse: Warehouse, endpoint: str
) -> None:
    done = warehouse.basin("export", **bucket.environment | {"S3_ENDPOINT_URL": endpoint})
    assert done.returncode == 2
    assert "sandbox mode sends nothing off this machine, and bucket" in done.stdout
    assert "set BASIN_BUCKET to nothing" in done.stdout
    assert KEY not in done.stdout + done.stderr


def test_no_proxy_is_asked_for_a_store_on_this_machine(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert stores.Bucket(bucket.name).read("customers/_manifest.json") is None


def test_a_live_run_finds_its_keys_by_boto3s_own_rules(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASIN_DATA", str(tmp_path / "live"))
    monkeypatch.setenv("BASIN_MODE", "live")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    for variable in stores.KEYS:
        monkeypatch.setenv(variable, "")
    with pytest.raises(export.ExportRefused, match="no keys for bucket"):
        stores.chosen().read("customers/_manifest.json")
    (tmp_path / "credentials").write_text(
        f"[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
    )
    bucket.put("customers/_manifest.json", b"{}")
    assert stores.chosen().read("customers/_manifest.json") == b"{}"


def test_a_day_whose_bucket_fails_is_published_but_not_exported(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASIN_BUCKET", "no-such-bucket")
    monkeypatch.setattr(daily, "extract", lambda *_: [])
    monkeypatch.setattr(daily, "write_run", lambda *_: None)
    monkeypatch.setattr(daily, "build", lambda: 0)
    monkeypatch.setattr(daily.publish, "publish", lambda: None)
    code, said = daily.work(1, date(2026, 1, 31), Console(quiet=True), False, False, False, False)
    assert code == daily.NOT_EXPORTED
    assert said is not None
    assert said.startswith("published, but not exported: there is no bucket no-such-bucket")


@pytest.mark.parametrize(
    "killed_before",
    [
        "capitan/checkins.parquet",
        "customers/monthly_snapshots/2026-02-01_customers_master.csv",
        "customers/_manifest.json",
    ],
)
def test_an_export_killed_between_two_uploads_and_run_again_gives_the_same(
    bucket: Bucket, warehouse: Warehouse, server: str, killed_before: str
) -> None:
    export.export()
    first = bucket.objects()
    lose_a_customer(warehouse)
    change_published(warehouse, "update ops.run set as_of_date = '2026-02-03'")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, signal\n"
            "from scripts import export, stores\n"
            "whole = stores.Bucket.upload\n"
            "def sabotaged(self, client, file, name):\n"
            f"    if name == {killed_before!r}:\n"
            "        os.kill(os.getpid(), signal.SIGKILL)\n"
            "    whole(self, client, file, name)\n"
            "stores.Bucket.upload = sabotaged\n"
            "export.export()\n",
        ],
        cwd=ROOT,
        env=warehouse.environment(**bucket.environment),
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    folder = killed_before.split("/")[0]
    assert bucket.get(f"{folder}/_manifest.json") == first[f"{folder}/_manifest.json"]
    assert not bucket.is_whole(folder)

    export.export()
    undisturbed = Bucket(server, f"{bucket.name}-undisturbed")
    undisturbed.client.create_bucket(Bucket=undisturbed.name)
    for name, body in first.items():
        undisturbed.put(name, body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BASIN_BUCKET", undisturbed.name)
        export.export()
    assert bucket.objects() == undisturbed.objects()
    assert bucket.is_whole(folder)
