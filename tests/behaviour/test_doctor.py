"""`basin doctor` says of every source in one line what is wrong with it, and never a secret."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import requests
from rich.console import Console

from extract import config
from extract.api import Api
from extract.sources import capitan, square, stripe
from scripts import doctor
from scripts.sandbox.server import running
from tests.behaviour.warehouse import Warehouse

REMOTE = [source for source in config.sources() if config.system(source)]
# A source whose key only buys tokens says itself what was wrong with those.
PROBED = [source for source in REMOTE if not config.remote(source).access_token]
KEY = "key-of-somebody"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The data folder of a small town, and its addresses."""
    folder = tmp_path_factory.mktemp("town")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANDBOX_PEOPLE", "40")
        patch.setenv("SANDBOX_DAYS", "60")
        with running(folder) as addresses:
            yield addresses | {"BASIN_DATA": str(folder), "BASIN_MODE": "sandbox"}


@pytest.fixture(autouse=True)
def sandbox_mode(sandbox: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The town without keys, and afterwards without faults."""
    for source in REMOTE:
        monkeypatch.delenv(config.remote(source).key_variable, raising=False)
    for name, value in sandbox.items():
        monkeypatch.setenv(name, value)
    yield
    faults(sandbox, "DELETE")


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Live mode with a key for every source, which the town refuses."""
    monkeypatch.setenv("BASIN_DATA", str(tmp_path))
    monkeypatch.setenv("BASIN_MODE", "live")
    for source in REMOTE:
        monkeypatch.setenv(config.remote(source).key_variable, KEY)


def faults(sandbox: dict[str, str], method: str, **fault: Any) -> None:
    """Forget all faults (DELETE) or declare one for ever, for every source."""
    body = json.dumps(fault | {"times": None}).encode() if fault else None
    address = f"{sandbox['SANDBOX_URL']}/_sandbox/faults"
    with urlopen(Request(address, body, method=method), timeout=20) as answer:
        assert answer.status == 200


def examined(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, str]]:
    """The exit code and what is said of each source; one line each and no secret in it."""
    code = doctor.show(Console(width=60))
    said = capsys.readouterr().out
    assert KEY not in said and config.SANDBOX_KEY not in said
    found = {line.split()[0]: line.split(maxsplit=1)[1] for line in said.splitlines()}
    assert list(found) == config.sources()
    return code, found


def test_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = examined(capsys)
    assert code == 0
    assert {said[source] for source in REMOTE} == {"fine"}
    assert said["ops"] == "fine: it lies on this machine and needs no key"


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"kind": "status", "status": 401}, "refused (401): the key is wrong or has expired, set "),
        ({"kind": "status", "status": 403}, "missing permission (403): let the key read "),
        ({"kind": "status", "status": 429, "retry_after": 60}, "limit reached (429): the vendor "),
        ({"kind": "status", "status": 500}, "unreachable: 127.0.0.1 answers 500, try again later"),
        ({"kind": "status", "status": 400}, "refused (400): set "),
        ({"kind": "status", "status": 404}, "a wrong address: 127.0.0.1 answers 404 where the "),
        ({"kind": "html"}, "a wrong address: 127.0.0.1 answers no JSON where the API should be"),
        ({"kind": "truncated_json"}, "a wrong address: 127.0.0.1 answers no JSON where the API "),
        ({"kind": "reset"}, "unreachable: no answer from 127.0.0.1 (ConnectionError), check the "),
    ],
)
def test_each_outcome_has_its_sentence(
    sandbox: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    fault: dict[str, Any],
    sentence: str,
) -> None:
    get, answers = Api.get, dict[str, int]()

    def noted(api: Api, *arguments: Any, **options: Any) -> requests.Response:
        response = get(api, *arguments, **options)
        answers[api.source] = response.status_code
        return response

    monkeypatch.setattr(Api, "get", noted)
    for source in PROBED:
        faults(sandbox, "POST", source=source, **fault)
    code, said = examined(capsys)
    assert code == 3
    for source in PROBED:
        assert said[source] != "fine"
        if answers.get(source, 200) != fault.get("status", 200):
            continue  # a vendor that says it by another status
        assert said[source].startswith(sentence), source
        if fault.get("status") in (400, 401, 403):
            assert said[source].count(doctor.where_to_get(config.remote(source))) == 1


def test_a_refused_key_says_where_a_new_one_comes_from(
    live: None, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = examined(capsys)
    assert code == 3
    assert said["stripe"] == (
        "refused (401): the key is wrong or has expired, set STRIPE_PRODUCTION_API_KEY in .env, "
        "from Stripe under Developers > API keys, as a restricted key that may read"
    )


def test_a_source_without_a_key_says_which_and_is_no_failure(
    live: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for source in REMOTE:
        monkeypatch.delenv(config.remote(source).key_variable, raising=False)
    code, said = examined(capsys)
    assert code == 2
    for source in REMOTE:
        wanted = doctor.where_to_get(config.remote(source))
        assert said[source] == f"not connected: {wanted}"

    one = doctor.Finding(source, "fine")
    monkeypatch.setattr(
        doctor,
        "examine",
        lambda name: one if name == source else doctor.Finding(name, "-", is_connected=False),
    )
    assert doctor.show(Console()) == 0


def test_an_address_that_is_not_set_or_wrong_is_named(
    live: None,
    sandbox: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SHOPIFY_BASE_URL")
    monkeypatch.delenv("SHOPIFY_STORE_DOMAIN", raising=False)
    monkeypatch.setenv("SQUARE_BASE_URL", f"{sandbox['SANDBOX_URL']}/nobody")
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        monkeypatch.setenv("MAILCHIMP_BASE_URL", address)
        code, said = examined(capsys)
    assert code == 3
    assert said["shopify"] == (
        "not to be asked: no address for shopify: set SHOPIFY_STORE_DOMAIN in .env"
    )
    assert said["square"] == (
        "a wrong address: 127.0.0.1 answers 404 where the API should be, check SQUARE_BASE_URL"
    )
    assert said["mailchimp"] == (
        "unreachable: no answer from 127.0.0.1 (ConnectionError), check the network and "
        "MAILCHIMP_SERVER_PREFIX and MAILCHIMP_BASE_URL"
    )


@pytest.mark.parametrize("slip", ["\n", "…"])
def test_a_key_that_was_copied_badly_is_said_to_be(
    live: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, slip: str
) -> None:
    monkeypatch.setenv("CAPITAN_API_TOKEN", KEY + slip)
    _, said = examined(capsys)
    assert said["capitan"] == (
        "not to be asked: the key of capitan has a character that no key has: "
        "copy it into CAPITAN_API_TOKEN again"
    )


def test_a_source_may_have_a_check_of_its_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def expired(api: Api) -> str | None:
        return f"the token of {api.source} ends on 2026-03-31: renew it"

    def unforeseen(api: Api) -> str | None:
        raise ValueError(config.SANDBOX_KEY)

    monkeypatch.setattr(square, "check", expired, raising=False)
    monkeypatch.setattr(stripe, "check", unforeseen, raising=False)
    monkeypatch.setattr(capitan, "check", lambda api: None, raising=False)
    code, said = examined(capsys)
    assert code == 3
    assert said["square"] == "the token of square ends on 2026-03-31: renew it"
    assert said["stripe"].startswith("stripe: stopped by an unforeseen ValueError")
    assert said["capitan"] == "fine"


def test_it_starts_the_sandbox_itself(tmp_path: Path) -> None:
    done = Warehouse(tmp_path / "data", people=40).basin("doctor", SANDBOX_DAYS="60")
    assert done.returncode == 0
    assert "stripe            fine" in done.stdout
