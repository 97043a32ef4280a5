"""Tokens that change with their use: none is lost, none is told, whoever is killed when."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from extract import config, refresh_tokens
from extract.api import SourceError
from extract.sources import quickbooks
from tests.extract.books import row
from tests.extract.conftest import Answer, Request, Vendor, query, run, whole

PLACE = "state/quickbooks_token.json"
# Fetches one access token and kills its own process before or after a call in the storing of it.
KILLED = """
import os, signal, sys
from extract import refresh_tokens
from extract.sources import quickbooks

name, when = sys.argv[1:]
place = refresh_tokens if name == "store" else os
whole = getattr(place, name)

def kill(*arguments, **named):
    if when == "after":
        whole(*arguments, **named)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(place, name, kill)
quickbooks.access_token()
"""
POINTS = [("store", "before"), ("fsync", "before"), ("fsync", "after"), ("replace", "before"),
          ("replace", "after"), ("store", "after")]  # fmt: skip


def stored() -> dict[str, str]:
    found: dict[str, str] = json.loads((config.data_dir() / PLACE).read_text())
    return found


@pytest.fixture
def live(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> Vendor:
    """The same vendor for a live folder, whose tokens somebody put into the environment."""
    monkeypatch.setenv("BASIN_MODE", "live")
    monkeypatch.setenv("QUICKBOOKS_CLIENT_ID", "the-app")
    monkeypatch.setenv("QUICKBOOKS_CLIENT_SECRET", "secret-of-the-app")
    monkeypatch.setenv("QUICKBOOKS_REFRESH_TOKEN", "by-hand-1")
    vendor.intuit.refresh = ["by-hand-1"]
    return vendor


def test_each_run_uses_the_token_of_the_run_before(vendor: Vendor) -> None:
    for _ in range(3):
        assert run("quickbooks").results["quickbooks"].ok
    assert vendor.intuit.used == [config.SANDBOX_KEY, "refresh-1", "refresh-2"]
    assert stored()["refresh_token"] == "refresh-3"
    file = config.data_dir() / PLACE
    assert file.stat().st_mode & 0o777 == 0o600
    left = {path.name for path in file.parent.iterdir()}
    assert left == {"quickbooks_token.json", "quickbooks_token.lock"}
    assert len([one for one in vendor.requests if one.path.endswith("/bearer")]) == 3


def test_a_token_that_comes_back_unchanged_is_used_again(vendor: Vendor) -> None:
    vendor.intuit.is_rotating = False
    for _ in range(2):
        quickbooks.access_token()
    assert vendor.intuit.used == 2 * [config.SANDBOX_KEY]


def test_the_app_signs_with_its_own_id_and_secret(live: Vendor) -> None:
    assert quickbooks.access_token() == "access-1"
    (asked,) = live.requests
    assert asked.path == "/quickbooks/oauth2/v1/tokens/bearer"
    assert asked.headers["Authorization"] == "Basic dGhlLWFwcDpzZWNyZXQtb2YtdGhlLWFwcA=="
    assert asked.body == {"grant_type": "refresh_token", "refresh_token": "by-hand-1"}


@pytest.mark.parametrize("point", POINTS, ids=" ".join)
def test_a_token_is_never_lost_by_a_kill(live: Vendor, point: tuple[str, str]) -> None:
    """The vendor takes the old one until the new one has been used: before the new one lies on
    disk the old one is asked with again, afterwards the new one."""
    quickbooks.access_token()
    done = subprocess.run([sys.executable, "-c", KILLED, *point], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert live.intuit.used == ["by-hand-1", "refresh-1"]
    is_stored = point in (("replace", "after"), ("store", "after"))
    assert stored()["refresh_token"] == ("refresh-2" if is_stored else "refresh-1")
    quickbooks.access_token()
    quickbooks.access_token()
    assert live.intuit.used[2:] == ["refresh-2" if is_stored else "refresh-1", "refresh-3"]


def test_a_reader_killed_between_the_vendors_answer_and_the_store_loses_no_token(
    vendor: Vendor,
) -> None:
    run("quickbooks")
    exchange = vendor.intuit.exchange

    def killed(request: Request) -> Answer:
        answer = exchange(request.body)
        for child in multiprocessing.active_children():
            child.kill()
        return answer

    vendor.faults["bearer"] = killed
    assert "ended from outside (-9)" in str(run("quickbooks").results["quickbooks"].error_sentence)
    vendor.faults.clear()
    assert vendor.intuit.refresh == ["refresh-1", "refresh-2"]
    assert run("quickbooks").results["quickbooks"].ok
    assert vendor.intuit.used == [config.SANDBOX_KEY, "refresh-1", "refresh-1"]


def test_an_access_token_that_ends_in_the_middle_is_replaced_once(vendor: Vendor) -> None:
    vendor.lists["quickbooks/Purchase"] = [row(number) for number in range(1, 31)]
    vendor.page_cap = 7

    def an_hour_later(request: Request) -> None:
        asked = request.query["query"]
        if "from Purchase" in asked and "position 13" in asked and len(vendor.intuit.used) < 2:
            vendor.intuit.access.clear()

    vendor.faults["query"] = an_hour_later
    assert run("quickbooks").results["quickbooks"].ok
    assert query("select count(*) from raw_quickbooks.purchases") == [(30,)]
    assert vendor.intuit.used == [config.SANDBOX_KEY, "refresh-1"]
    assert stored()["refresh_token"] == "refresh-2"


def test_a_token_put_into_the_environment_begins_anew(
    live: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickbooks.access_token()
    live.intuit.refresh = ["by-hand-2"]
    monkeypatch.setenv("QUICKBOOKS_REFRESH_TOKEN", "by-hand-2")
    quickbooks.access_token()
    quickbooks.access_token()
    assert live.intuit.used == ["by-hand-1", "by-hand-2", "refresh-2"]
    assert stored()["refresh_token"] == "refresh-3"


def test_the_one_in_the_environment_is_tried_when_the_stored_one_is_refused(live: Vendor) -> None:
    quickbooks.access_token()
    live.intuit.refresh = ["by-hand-1"]
    quickbooks.access_token()
    assert live.intuit.used == ["by-hand-1", "by-hand-1"]
    assert stored()["refresh_token"] == "refresh-2"


def test_a_refused_token_says_what_to_do_and_spoils_nothing(live: Vendor) -> None:
    run("quickbooks")
    live.intuit.refresh = []
    for _ in range(2):
        assert run("quickbooks").results["quickbooks"].error_sentence == (
            "quickbooks: the refresh token was refused (invalid_grant): it was replaced, taken "
            "back or not used for 100 days; connect the company again in Intuit's OAuth 2.0 "
            "playground and set the new QUICKBOOKS_REFRESH_TOKEN in .env"
        )
    assert stored()["refresh_token"] == "refresh-1"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (whole({"error": "invalid_client"}, 401),
         "the app was refused (401): check QUICKBOOKS_CLIENT_ID and QUICKBOOKS_CLIENT_SECRET"),
        (whole({"error": "invalid_client"}, 400), "the app was refused (400): check QUICKBOOKS"),
        (whole({"oops": 1}, 500), "no access token, the vendor gave the answer 500: run again"),
        ((200, {}, b"<html>"), "no access token, the vendor gave an answer that is not JSON"),
        (whole({"access_token": "a"}), "no access token, the vendor gave an answer without `ref"),
        (whole({"access_token": 1, "refresh_token": "r"}), "an answer without `access_token`"),
    ],
)  # fmt: skip
def test_what_is_no_token_is_said_and_not_stored(vendor: Vendor, answer: Answer, said: str) -> None:
    vendor.faults["bearer"] = lambda request: answer
    with pytest.raises(SourceError) as refused:
        quickbooks.access_token()
    assert said in str(refused.value)
    assert not (config.data_dir() / PLACE).exists()


def test_passing_faults_of_the_token_endpoint_go_unnoticed(vendor: Vendor) -> None:
    left = iter([(503, {}, b""), (429, {}, b""), (200, {}, b"<html>"), whole({}, 200)])
    vendor.faults["bearer"] = lambda request: next(left, None)
    assert quickbooks.access_token() == "access-1"
    assert stored()["refresh_token"] == "refresh-1"


def test_what_has_to_be_set_is_named(live: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUICKBOOKS_CLIENT_SECRET")
    with pytest.raises(config.ConfigError, match=r"set QUICKBOOKS_CLIENT_SECRET in \.env"):
        quickbooks.access_token()
    monkeypatch.delenv("QUICKBOOKS_BASE_URL")
    with pytest.raises(config.ConfigError, match=r"set QUICKBOOKS_REALM_ID in \.env"):
        quickbooks.access_token()


def test_a_file_that_nobody_can_read_is_named(live: Vendor) -> None:
    quickbooks.access_token()
    (config.data_dir() / PLACE).write_text('{"refresh_tok')
    with pytest.raises(SourceError, match="cannot be read: remove it, connect the account again"):
        quickbooks.access_token()
    assert live.intuit.used == ["by-hand-1"]


def test_two_who_ask_at_once_take_turns(live: Vendor) -> None:
    exchange = live.intuit.exchange

    def slowly(request: Request) -> Answer:
        time.sleep(0.3)
        return exchange(request.body)

    live.faults["bearer"] = slowly
    code = "from extract.sources import quickbooks; quickbooks.access_token()"
    both = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    assert live.intuit.used == ["by-hand-1", "refresh-1"]
    assert stored()["refresh_token"] == "refresh-2"


def test_no_token_is_printed_or_left_anywhere_else(
    live: Vendor, capfd: pytest.CaptureFixture[str]
) -> None:
    live.lists["quickbooks/Purchase"] = [row(1)]
    printed = ""
    for fault in (None, whole({"error": "invalid_grant"}, 400), whole({}, 401), (500, {}, b"x")):
        live.faults = {"bearer": lambda request, fault=fault: fault} if fault else {}  # type: ignore[dict-item, misc]
        found = run("quickbooks")
        assert found.results["quickbooks"].ok == (fault is None)
        printed += found.printed + repr(found.results)
    out, err = capfd.readouterr()
    tokens = ("by-hand", "refresh-1", "access-1", "secret-of-the-app")
    for text in (printed, out, err):
        assert not [token for token in tokens if token in text]
    left = [path for path in config.data_dir().rglob("*") if path.is_file()]
    assert Path(config.work_file()) in left
    held = [path for path in left if any(token.encode() in path.read_bytes() for token in tokens)]
    assert held == [config.data_dir() / PLACE]
    assert stored()["begun_with"] == refresh_tokens.hashed("by-hand-1")
    assert os.environ["QUICKBOOKS_REFRESH_TOKEN"] == "by-hand-1"
