"""Small towns that the sandbox's tests share, and a clean environment for each of them."""

import base64
import importlib.util
import os
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from scripts.sandbox import vendors
from scripts.sandbox.ledger import Ledger, build
from scripts.sandbox.settings import Settings
from scripts.sandbox.vendors.base import KEY, Answer, Request, Vendor
from scripts.sandbox.vendors.quickbooks import View as QuickBooks

CONTRACT = Path(__file__).resolve().parents[3] / "shared" / "contracts" / "contract.py"
SMALL = Settings(people=160, days=200)
Ask = Callable[..., Answer]


@cache
def small(days: int = 0, people: int = 160, noise: float = 1.0) -> Ledger:
    settings = Settings(people=people, days=200, noise=noise)
    return build(settings, settings.today + timedelta(days=days))


@cache
def views(days: int = 0, people: int = 160, noise: float = 1.0) -> dict[str, Vendor]:
    return {view.name: view for view in vendors.views(small(days, people, noise))}


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in os.environ if one.startswith("SANDBOX_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def town_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose first use makes a small town."""
    monkeypatch.setenv("SANDBOX_PEOPLE", "120")
    monkeypatch.setenv("SANDBOX_DAYS", "120")
    return tmp_path


@pytest.fixture(scope="session")
def contract() -> ModuleType:
    """What holds an answer against its vendor's own schema; skips where it is not there."""
    if not CONTRACT.exists():
        pytest.skip("the vendors' contracts are not beside the project (../shared/contracts)")
    spec = importlib.util.spec_from_file_location("contract", CONTRACT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def signed(name: str, key: str = KEY, view: Vendor | None = None) -> dict[str, str]:
    """The headers that open a vendor's door; none for an empty key."""
    if not key:
        return {}
    if name == "quickbooks":
        key = access_token(view or views()[name]) if key == KEY else key
        return {"authorization": f"Bearer {key}", "accept": "application/json"}
    if name == "shopify":
        return {"x-shopify-access-token": key}
    if name == "klaviyo":
        return {"authorization": f"Klaviyo-API-Key {key}", "revision": "2026-07-15"}
    word = {"capitan": "token", "mailchimp": "Basic", "twilio": "Basic"}.get(name, "Bearer")
    if word == "Basic":
        key = base64.b64encode(f"anystring:{key}".encode()).decode()
    return {"authorization": f"{word} {key}"}


def access_token(view: Vendor) -> str:
    """What the town's own key is exchanged for at QuickBooks."""
    assert isinstance(view, QuickBooks)
    given = view.tokens.exchange(KEY)
    assert given is not None
    return given[1]


def ask(view: Vendor, path: str, key: str | None = None, **query: object) -> Answer:
    """A GET to a vendor with its own kind of authorisation."""
    headers = signed(view.name, KEY if key is None else key, view)
    pairs = [(name, str(value)) for name, value in query.items()]
    return view.answer(Request("GET", path, pairs, headers, "http://127.0.0.1:1"))


def post(view: Vendor, path: str, body: object) -> Answer:
    """A POST to a vendor with its own kind of authorisation."""
    return view.answer(Request("POST", path, [], signed(view.name), "http://127.0.0.1:1", body))


def pages(view: Vendor, path: str, size: int = 100) -> list[Answer]:
    """Every page of a Stripe list."""
    found = [ask(view, path, limit=size)]
    while found[-1].body["has_more"]:
        last = found[-1].body["data"][-1]["id"]
        found.append(ask(view, path, limit=size, starting_after=last))
    return found


DAY_0 = date(2026, 1, 31)
