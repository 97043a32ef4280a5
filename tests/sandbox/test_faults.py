"""Faults on demand: each kind does what it says, as often as it says, to whom it says."""

import copy
import json
from typing import Any

import pytest

from scripts.sandbox.faults import SPOILERS, BadFault, Faults
from scripts.sandbox.vendors._graph import ACCOUNT
from scripts.sandbox.vendors.base import Request
from tests.sandbox.conftest import signed, views

LIST = views()["mailchimp"].tables["lists"][0]["id"]
PLACES = [
    ("stripe", "/v1/charges"),
    ("capitan", "/customers/"),
    ("square", "/v2/payments"),
    ("shopify", "/admin/api/2025-10/orders.json"),
    ("mailchimp", f"/lists/{LIST}/members"),
    ("twilio", "/Messages.json"),
    ("instagram", f"/v25.0/{ACCOUNT}/media"),
    ("facebook_ads", f"/v25.0/act_{ACCOUNT}/campaigns"),
]


def get(faults: Faults, name: str, path: str, **query: object) -> Any:
    view = views()[name]
    pairs = [(one, str(value)) for one, value in query.items()]
    request = Request("GET", path, pairs, signed(name), "http://127.0.0.1:1")
    return faults.apply(view, request, view.answer(request))


def faults(**given: object) -> Faults:
    return Faults(json.dumps([given]))


def test_a_status_strikes_as_often_as_declared_and_then_no_more() -> None:
    told = faults(
        source="stripe", path="charges", kind="status", status=429, times=2, retry_after=3
    )
    for _ in range(2):
        answer = get(told, "stripe", "/v1/charges").answer
        assert (answer.status, answer.headers["Retry-After"]) == (429, "3")
        assert answer.body["error"]["code"] == "rate_limit"
    assert get(told, "stripe", "/v1/charges").answer.status == 200


def test_a_fault_for_ever_hits_its_source_and_path_only() -> None:
    told = faults(source="capitan", path="check_ins", kind="status", status=502, times=None)
    for _ in range(5):
        assert get(told, "capitan", "/check-ins/").answer.status == 502
    assert get(told, "capitan", "/customers/").answer.status == 200
    assert get(told, "stripe", "/v1/charges").answer.status == 200


def test_html_truncation_delay_and_reset_are_passed_on() -> None:
    assert get(faults(kind="html"), "stripe", "/v1/charges").answer.body.startswith("<!DOCTYPE")
    assert get(faults(kind="truncated_json"), "stripe", "/v1/charges").is_truncated
    assert get(faults(kind="slow", seconds=7), "stripe", "/v1/charges").seconds == 7
    assert get(faults(kind="reset"), "stripe", "/v1/charges").is_reset


def test_a_page_repeats_only_after_there_was_one() -> None:
    told = faults(source="capitan", kind="repeat_page", times=1)
    first = get(told, "capitan", "/customers/", page=1, page_size=10).answer.body
    second = get(told, "capitan", "/customers/", page=2, page_size=10).answer.body
    assert second["results"] == first["results"]
    third = get(told, "capitan", "/customers/", page=3, page_size=10).answer.body
    assert third["results"] != first["results"]


def test_a_cursor_expires_on_a_later_page_only() -> None:
    told = faults(kind="cursor_expires", times=None)
    assert get(told, "stripe", "/v1/charges").answer.status == 200
    last = views()["stripe"].tables["charges"][9]["id"]
    assert get(told, "stripe", "/v1/charges", starting_after=last).answer.status == 400
    assert get(told, "capitan", "/customers/", page=2).answer.status == 404


@pytest.mark.parametrize("kind", sorted(SPOILERS))
@pytest.mark.parametrize("place", PLACES)
def test_a_bad_row_is_bad_in_one_place_and_the_town_stays_whole(
    kind: str, place: tuple[str, str]
) -> None:
    name, path = place
    view = views()[name]
    before = copy.deepcopy(view.tables)
    clean = view.rows_of(get(Faults(), name, path).answer.body) or []
    spoilt = view.rows_of(get(faults(kind=kind), name, path).answer.body) or []
    assert len(clean) > 1
    if kind == "missing_row":
        assert spoilt == clean[1:]
    elif kind == "no_rows":
        assert spoilt == []
    elif kind == "extra_column":
        assert all(row["surprise"] == "new" for row in spoilt)
    else:
        assert spoilt[1:] == clean[1:]
        assert [column for column in clean[0] if spoilt[0][column] != clean[0][column]]
    if kind == "null_id":
        assert spoilt[0]["sid" if name == "twilio" else "id"] is None
    if kind == "long_name":
        assert any(isinstance(value, str) and len(value) == 40_960 for value in spoilt[0].values())
    assert view.tables == before


def test_a_row_and_a_column_can_be_named() -> None:
    rows = views()["capitan"].tables["customers"]
    told = faults(kind="bad_date", id=rows[7]["id"], column="birthday", times=None)
    found = get(told, "capitan", "/customers/").answer.body["results"]
    assert found[7]["birthday"] == "31/02/2026 25:61"
    assert found[0]["birthday"] == rows[0]["birthday"]
    gone = faults(kind="missing_row", id=rows[7]["id"], times=None)
    ids = [row["id"] for row in get(gone, "capitan", "/customers/").answer.body["results"]]
    assert rows[7]["id"] not in ids and len(ids) == 99


def test_a_wrong_declaration_is_refused_with_what_is_missing() -> None:
    with pytest.raises(BadFault, match="unknown kind"):
        faults(kind="gremlin")
    with pytest.raises(BadFault, match="needs a number"):
        faults(kind="status")


@pytest.mark.parametrize("name", ["square", "shopify", "mailchimp"])
def test_errors_are_in_the_vendors_own_form(name: str) -> None:
    path = dict(PLACES)[name]
    told = faults(source=name, kind="status", status=429, retry_after=1)
    answer = get(told, name, path).answer
    assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
    if name == "square":
        assert answer.body["errors"][0]["category"] == "RATE_LIMIT_ERROR"
        assert answer.body["errors"][0]["code"] == "RATE_LIMITED"
    elif name == "shopify":
        assert isinstance(answer.body["errors"], str)
    else:
        assert answer.body["title"] == "Too Many Requests"
    assert get(told, name, path).answer.status == 200


@pytest.mark.parametrize("name", ["instagram", "facebook_ads"])
def test_metas_limits_and_dead_tokens_come_with_status_400(name: str) -> None:
    path = dict(PLACES)[name]
    for status, code, said in ((429, 4, 400), (401, 190, 400), (503, 2, 503)):
        answer = get(faults(source=name, kind="status", status=status), name, path).answer
        assert (answer.status, answer.body["error"]["code"]) == (said, code)
    told = faults(source=name, kind="cursor_expires", times=None)
    assert get(told, name, path, limit=2).answer.status == 200
    assert get(told, name, path, limit=2, after="x").answer.body["error"]["code"] == 100


def test_graphql_is_throttled_with_status_200() -> None:
    view, path = views()["shopify"], "/admin/api/2025-10/graphql.json"
    body = {"query": "{ orders(first: 9) { nodes { id } } }"}
    request = Request("POST", path, [], signed("shopify"), "http://127.0.0.1:1", body)
    told = faults(source="shopify", path="graphql", kind="status", status=429)
    refused = told.apply(view, request, view.answer(request)).answer
    assert refused.status == 200
    assert refused.body["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert told.apply(view, request, view.answer(request)).answer.body["data"]
    spoilt = faults(kind="missing_row").apply(view, request, view.answer(request)).answer
    assert len(spoilt.body["data"]["orders"]["nodes"]) == 8


def test_later_pages_of_the_new_vendors_repeat_and_expire() -> None:
    first = get(Faults(), "square", "/v2/payments", limit=5).answer.body
    told = faults(kind="repeat_page", times=1)
    get(told, "square", "/v2/payments", limit=5)
    again = get(told, "square", "/v2/payments", limit=5, cursor=first["cursor"]).answer.body
    assert again["payments"] == first["payments"]
    told = faults(kind="cursor_expires", times=None)
    assert get(told, "square", "/v2/payments", limit=5).answer.status == 200
    gone = get(told, "square", "/v2/payments", limit=5, cursor=first["cursor"]).answer
    assert (gone.status, gone.body["errors"][0]["code"]) == (400, "INVALID_CURSOR")
    page = get(told, "shopify", "/admin/api/2025-10/orders.json", page_info="x").answer
    assert page.status == 400
    assert get(told, "mailchimp", "/campaigns", offset=10).answer.status == 500
