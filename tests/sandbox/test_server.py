"""The running server: real HTTP, follows the clock, takes faults, and leaves no process behind."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from scripts.sandbox import town
from scripts.sandbox.server import running
from scripts.sandbox.settings import SandboxError
from scripts.sandbox.vendors._graph import ACCOUNT
from scripts.sandbox.vendors.base import KEY

ROOT = Path(__file__).resolve().parents[2]


def call(url: str, method: str = "GET", body: object = None, word: str = "Bearer") -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"{word} {KEY}", "X-Shopify-Access-Token": KEY}
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("served")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANDBOX_PEOPLE", "100")
        patch.setenv("SANDBOX_DAYS", "60")
        with running(folder) as environment:
            yield folder, environment


def test_every_vendor_answers_over_http(served: tuple[Path, dict[str, str]]) -> None:
    _, environment = served
    assert set(environment) == {
        "CAPITAN_BASE_URL", "STRIPE_BASE_URL", "SQUARE_BASE_URL", "SHOPIFY_BASE_URL",
        "MAILCHIMP_BASE_URL", "KLAVIYO_BASE_URL", "INSTAGRAM_BASE_URL", "FACEBOOK_ADS_BASE_URL",
        "QUICKBOOKS_BASE_URL", "TWILIO_BASE_URL", "SENDGRID_BASE_URL", "FIRESTORE_BASE_URL",
        "GOOGLE_ANALYTICS_BASE_URL", "SANDBOX_URL",
    }  # fmt: skip
    capitan = call(f"{environment['CAPITAN_BASE_URL']}/customers/?page_size=5", word="token")
    assert len(capitan["results"]) == 5
    follow = call(capitan["next"], word="token")
    assert follow["results"][0]["id"] != capitan["results"][0]["id"]
    stripe = call(f"{environment['STRIPE_BASE_URL']}/v1/charges?limit=3&created%5Bgte%5D=1")
    assert len(stripe["data"]) == 3
    square = call(f"{environment['SQUARE_BASE_URL']}/v2/locations")["locations"]
    orders = {"location_ids": [square[0]["id"]], "limit": 2}
    found = call(f"{environment['SQUARE_BASE_URL']}/v2/orders/search", "POST", orders)
    assert len(found["orders"]) == 2
    shop = f"{environment['SHOPIFY_BASE_URL']}/admin/api/2025-10"
    assert call(f"{shop}/orders.json?status=any")["orders"]
    asked = {"query": "{ orders(first: 2) { nodes { id refunds { id } } } }"}
    assert len(call(f"{shop}/graphql.json", "POST", asked)["data"]["orders"]["nodes"]) == 2
    lists = call(f"{environment['MAILCHIMP_BASE_URL']}/lists")["lists"]
    href = next(one["href"] for one in lists[0]["_links"] if one["rel"] == "self")
    assert call(href)["id"] == lists[0]["id"]
    company = environment["QUICKBOOKS_BASE_URL"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        call(f"{company}/query?query=select%20count(*)%20from%20Bill")
    assert (refused.value.code, refused.value.headers["Content-Type"]) == (401, "application/xml")
    form = f"grant_type=refresh_token&refresh_token={KEY}".encode()
    app = {"Authorization": f"Basic {base64.b64encode(f'{KEY}:{KEY}'.encode()).decode()}"}
    bearer = f"{company.partition('/v3/')[0]}/oauth2/v1/tokens/bearer"
    with urllib.request.urlopen(urllib.request.Request(bearer, form, app), timeout=20) as answer:
        assert json.load(answer)["expires_in"] == 3600
    graph = f"{environment['INSTAGRAM_BASE_URL']}/v25.0"
    posts = call(f"{graph}/{ACCOUNT}/media?fields=media_url&limit=2")
    assert call(posts["paging"]["next"])["data"][0]["id"] != posts["data"][0]["id"]
    with urllib.request.urlopen(posts["data"][0]["media_url"], timeout=20) as file:
        assert file.headers["Content-Type"] in ("image/jpeg", "video/mp4") and file.read()
    ads = call(f"{environment['FACEBOOK_ADS_BASE_URL']}/v25.0/act_{ACCOUNT}/ads?limit=2")
    assert len(ads["data"]) == 2
    assert call(f"{environment['FIRESTORE_BASE_URL']}/parties?pageSize=1")["documents"]
    assert call(f"{environment['GOOGLE_ANALYTICS_BASE_URL']}/metadata")["metrics"]


def test_the_server_follows_the_clock(served: tuple[Path, dict[str, str]]) -> None:
    folder, environment = served
    url = f"{environment['SANDBOX_URL']}/_sandbox/clock"
    before = call(url)["clock"]
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SANDBOX_PEOPLE", raising=False)
        day = town.advance(folder, 1)
    assert call(url)["clock"] == day.isoformat() > before


def test_faults_are_declared_and_cleared_over_http(served: tuple[Path, dict[str, str]]) -> None:
    _, environment = served
    faults, charges = (
        f"{environment['SANDBOX_URL']}/_sandbox/faults",
        f"{environment['STRIPE_BASE_URL']}/v1/charges",
    )
    call(faults, "POST", {"source": "stripe", "kind": "status", "status": 503, "times": None})
    with pytest.raises(urllib.error.HTTPError) as refused:
        call(charges)
    assert refused.value.code == 503
    call(faults, "DELETE")
    assert call(charges)["data"]
    call(faults, "POST", {"source": "stripe", "kind": "truncated_json"})
    with pytest.raises(json.JSONDecodeError):
        call(charges)
    call(faults, "POST", {"source": "stripe", "kind": "reset"})
    with pytest.raises(OSError):
        call(charges)
    assert call(charges)["data"]
    with pytest.raises(urllib.error.HTTPError) as wrong:
        call(faults, "POST", {"kind": "gremlin"})
    assert wrong.value.code == 400


def test_faults_can_be_declared_at_the_start_and_the_child_ends_with_the_block(
    town_dir: Path,
) -> None:
    before = {child.pid for child in psutil.Process().children()}
    with running(town_dir, [{"kind": "html", "times": None}]) as environment:
        started = {child.pid for child in psutil.Process().children()} - before
        assert len(started) == 1
        with pytest.raises(json.JSONDecodeError):
            call(f"{environment['STRIPE_BASE_URL']}/v1/charges")
    assert not started & {child.pid for child in psutil.Process().children()}


def test_a_server_that_cannot_start_says_so_and_leaves_nothing(
    town_dir: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    before = {child.pid for child in psutil.Process().children()}
    monkeypatch.setenv("SANDBOX_FAULTS", '[{"kind": "gremlin"}]')
    with pytest.raises(SandboxError, match="did not start"), running(town_dir):
        pass
    assert "SANDBOX_FAULTS must be a JSON list" in capfd.readouterr().err
    assert {child.pid for child in psutil.Process().children()} <= before


def test_the_server_dies_with_its_parent(town_dir: Path) -> None:
    script = (
        "import sys, time, pathlib\n"
        "from scripts.sandbox.server import running\n"
        "with running(pathlib.Path(sys.argv[1])) as environment:\n"
        "    print(environment['SANDBOX_URL'], flush=True)\n"
        "    time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(town_dir)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert parent.stdout.readline().startswith("http://127.0.0.1:")
    child = psutil.Process(parent.pid).children()[0]
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the server outlived its parent"
        time.sleep(0.05)
