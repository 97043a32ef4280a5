"""A service account's key buys the token that opens Google's APIs, and goes nowhere else."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from extract import config, google
from extract.api import SourceError
from scripts.sandbox import town, vendors
from scripts.sandbox.server import running
from tests.extract.conftest import Vendor, query, run, whole
from tests.extract.googles import TOKEN, key_file

BOTH = ("firestore", "google_analytics")


def test_a_table_is_opened_with_what_the_key_buys(vendor: Vendor) -> None:
    assert all(result.ok for result in run(*BOTH).results.values())
    for name in BOTH:
        asked = [one for one in vendor.requests if one.path.startswith(f"/{name}/")]
        bought = [one for one in asked if one.path.endswith("/token")]
        assert bought and all("assertion" in one.body for one in bought)
        assert all("Authorization" not in one.headers for one in bought)
        rest = [one.headers["Authorization"] for one in asked if one not in bought]
        assert set(rest) == {f"Bearer {TOKEN}"}


def test_in_sandbox_mode_no_token_is_bought_off_this_machine(
    vendor: Vendor, tmp_path: Path
) -> None:
    key = tmp_path / "data" / "sandbox" / "keys" / "firestore.json"
    key.write_text(key_file("https://oauth2.googleapis.com/token"))
    said = run("firestore").results["firestore"].error_sentence
    assert said and said.startswith("firestore: sandbox mode sends nothing off this machine")
    assert vendor.requests == []


@pytest.mark.parametrize(
    "text",
    ["", "sandbox-only-not-a-secret", "{", "[]", "{}", '{"type": "service_account"}'],
)
def test_a_key_that_is_none_is_said_without_showing_it(
    vendor: Vendor, tmp_path: Path, text: str
) -> None:
    (tmp_path / "data" / "sandbox" / "keys" / "firestore.json").write_text(text)
    assert run("firestore").results["firestore"].error_sentence == (
        "no key for firestore: FIREBASE_CREDENTIALS must be the JSON key of a service account, "
        "or its path"
    )


def test_a_refused_key_is_said_in_one_sentence(vendor: Vendor) -> None:
    refusal = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
    vendor.faults["token"] = lambda request: whole(refusal, 400)
    assert run("google_analytics").results["google_analytics"].error_sentence == (
        "google_analytics: no access token, the key was refused: "
        "check GA4_CREDENTIALS_JSON in .env and this machine's clock"
    )


def test_an_endpoint_that_fails_or_is_away_is_no_fault_of_the_key(
    vendor: Vendor, tmp_path: Path
) -> None:
    vendor.faults["token"] = lambda request: whole({"error": "internal_failure"}, 500)
    with pytest.raises(SourceError, match="no answer: check the network and run again later"):
        google.access_token("firestore", "scope")
    key = tmp_path / "data" / "sandbox" / "keys" / "firestore.json"
    key.write_text(key_file("http://127.0.0.1:1/token"))
    with pytest.raises(SourceError, match=r"127\.0\.0\.1 gives no answer"):
        google.access_token("firestore", "scope")


def test_a_redirected_assertion_goes_nowhere(vendor: Vendor) -> None:
    there = {"Location": "http://localhost:9/token"}
    vendor.faults["token"] = lambda request: (307, there, b"")
    with pytest.raises(SourceError, match="gives no answer"):
        google.access_token("firestore", "scope")


def test_live_keys_are_json_in_the_variable_or_in_the_file_that_it_names(
    vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "mode", lambda: "live")
    text = key_file(f"http://127.0.0.1:{vendor.port}/firestore/token")
    file = tmp_path / "key.json"
    file.write_text(text)
    for value in (text, str(file)):
        monkeypatch.setenv("FIREBASE_CREDENTIALS", value)
        assert google.access_token("firestore", "scope") == TOKEN
    monkeypatch.delenv("FIREBASE_BASE_URL", raising=False)
    monkeypatch.delenv("FIRESTORE_BASE_URL")
    with pytest.raises(config.ConfigError, match="set FIREBASE_PROJECT_ID"):
        config.base_url("firestore")
    monkeypatch.setenv("FIREBASE_PROJECT_ID", "basin-parties")
    assert config.base_url("firestore") == (
        "https://firestore.googleapis.com/v1/projects/basin-parties/databases/(default)/documents"
    )
    monkeypatch.delenv("GOOGLE_ANALYTICS_BASE_URL")
    monkeypatch.setenv("GA4_PROPERTY_ID", "320000001")
    assert config.base_url("google_analytics").endswith("/v1beta/properties/320000001")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small town that is served over HTTP in pages of seven, with the keys that it gives out."""
    monkeypatch.setenv("BASIN_DATA", str(tmp_path))
    settings = {"SANDBOX_PEOPLE": "80", "SANDBOX_DAYS": "60", "SANDBOX_PAGE_CAP": "7"}
    with monkeypatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        for name in ("BASIN_MODE", "AS_OF"):
            patch.delenv(name, raising=False)
        with running(tmp_path) as environment:
            for name, address in environment.items():
                patch.setenv(name, address)
            yield tmp_path


def test_the_town_is_read_whole_in_small_pages_and_again_some_days_later(data: Path) -> None:
    for name in BOTH:
        key = json.loads((data / "sandbox" / "keys" / f"{name}.json").read_text())
        assert key["token_uri"].startswith(os.environ["SANDBOX_URL"])
        assert google.access_token(name, "any").startswith("ya29.")
    for days in (0, 5):
        day = (town.advance(data, days) if days else town.open_town(data).clock).isoformat()
        assert all(result.ok for result in run(*BOTH, as_of=day).results.values())
        ledger = town.open_town(data).ledger
        shown = {view.name: view.tables for view in vendors.views(ledger)}
        paths = [row["id"].split("/") for row in shown["firestore"]["documents"]]
        seen = f"where _seen_on = '{day}'"
        columns = "party_collection, party_id, id"
        assert set(query(f"select {columns} from raw_firestore.rsvps {seen}")) == {
            (path[0], path[1], path[3]) for path in paths if len(path) == 4
        }
        assert set(query(f"select id from raw_firestore.parties {seen}")) == {
            (path[1],) for path in paths if len(path) == 2 and path[0] == "parties"
        }
        sessions = [row["date"] for row in shown["google_analytics"]["sessions"]]
        assert query(
            "select sum(sessions::int), max(date) from raw_google_analytics.user_activity"
        ) == [(len(sessions), max(sessions))]
    assert max(sessions) > "20260131"
    (gone,) = query(f"select count(*) from raw_firestore.rsvps where _seen_on < '{day}'")
    assert gone[0] >= 5
