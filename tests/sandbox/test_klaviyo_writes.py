"""Klaviyo's writes: what the vendor checks, what is remembered, what it shows of it, and the trap
of a subscription that lifts a suppression."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scripts.sandbox.faults import Faults
from scripts.sandbox.server import running
from scripts.sandbox.settings import Settings
from scripts.sandbox.town import open_town, reset
from scripts.sandbox.vendors.base import KEY, Answer, Request, Row
from scripts.sandbox.vendors.klaviyo import View
from tests.sandbox.conftest import ask, signed, small

ROOT = Path(__file__).resolve().parents[2]
CONSENT = {"additional-fields[profile]": "subscriptions"}
NEW = "anna.new@example.org"


def klaviyo(home: Path | None = None, days: int = 0) -> View:
    view = View(small(days=days))
    view.home = home
    return view


def send(view: View, path: str, body: object, method: str = "POST") -> Answer:
    request = Request(method, path, [], signed("klaviyo"), "http://127.0.0.1:1", body)
    return view.answer(request)


def put(view: View, **told: Any) -> Answer:
    """Import a profile: attributes, or `id` and `meta`."""
    outer = {name: told.pop(name) for name in ("id", "meta") if name in told}
    body = {"data": {"type": "profile", **outer, "attributes": told}}
    return send(view, "/profile-import/", body)


def move(view: View, list_id: str, *codes: str, method: str = "POST") -> Answer:
    body = {"data": [{"type": "profile", "id": code} for code in codes]}
    return send(view, f"/lists/{list_id}/relationships/profiles/", body, method)


def happen(view: View, email: str, unique_id: str | None = "one", **more: object) -> Answer:
    told = {
        "metric": {"data": {"type": "metric", "attributes": {"name": "Flag Added"}}},
        "profile": {"data": {"type": "profile", "attributes": {"email": email}}},
        "properties": {"flag": "new_member"},
        "unique_id": unique_id,
        "time": "2026-01-30T12:00:00-06:00",
    }
    return send(view, "/events/", {"data": {"type": "event", "attributes": told | more}})


def subscribe(view: View, list_id: str | None = None, **identifiers: str) -> Answer:
    consented = {"marketing": {"consent": "SUBSCRIBED"}}
    person = {
        "type": "profile",
        "attributes": {**identifiers, "subscriptions": {"email": consented}},
    }
    job: Row = {
        "type": "profile-subscription-bulk-create-job",
        "attributes": {"custom_source": "test", "profiles": {"data": [person]}},
    }
    if list_id:
        job["relationships"] = {"list": {"data": {"type": "list", "id": list_id}}}
    return send(view, "/profile-subscription-bulk-create-jobs", {"data": job})


def by_email(view: View, email: str, **query: object) -> Row | None:
    rows = ask(view, "/profiles", filter=f'equals(email,"{email}")', **query).body["data"]
    return rows[0] if rows else None


def somebody(view: View, *, suppressed: bool = False) -> Row:
    def has(row: Row) -> bool:
        told = row["attributes"]
        marketing = told["subscriptions"]["email"]["marketing"]
        return bool(told["email"]) and bool(marketing["suppression"]) == suppressed

    return next(row for row in view.tables["profiles"] if has(row))


def members(view: View, list_id: str, **query: object) -> list[Row]:
    rows: list[Row] = ask(view, f"/lists/{list_id}/profiles", **query).body["data"]
    return rows


def refusal(answer: Answer) -> tuple[int, str, str]:
    error = answer.body["errors"][0]
    return answer.status, error["detail"], error["source"]["pointer"]


def test_an_import_makes_a_profile_and_finds_it_again_by_any_identifier() -> None:
    view = klaviyo()
    made = put(view, email=NEW.upper(), external_id="c-1", first_name="Anna", properties={"a": 1})
    assert made.status == 201
    code = made.body["data"]["id"]
    assert code > max(view.objects.profile_id(one) for one in view.profiles.listed)
    again = put(view, email=NEW, phone_number="+12545550199", properties={"b": [2]})
    assert (again.status, again.body["data"]["id"]) == (200, code)
    assert again.body["data"]["attributes"]["properties"] == {"a": 1, "b": [2]}
    for found in (
        put(view, external_id="c-1"), put(view, phone_number="+12545550199"), put(view, id=code),
    ):  # fmt: skip
        assert (found.status, found.body["data"]["id"]) == (200, code)
    for text in (
        f'equals(email,"{NEW}")', 'equals(phone_number,"+12545550199")',
        'equals(external_id,"c-1")', f'any(email,["nobody@example.org","{NEW}"])',
    ):  # fmt: skip
        assert [one["id"] for one in ask(view, "/profiles", filter=text).body["data"]] == [code]
    loud = next(
        one for one in view.tables["profiles"]
        if (email := one["attributes"]["email"]) and email != email.lower()
    )  # fmt: skip
    quiet = loud["attributes"]["email"].strip().lower()
    assert put(view, email=quiet).body["data"]["id"] == loud["id"]
    for email in (quiet, quiet.upper()):
        shown = by_email(view, email)
        assert shown and shown["id"] == loud["id"]
    row = ask(view, f"/profiles/{code}").body["data"]["attributes"]
    assert (row["first_name"], row["updated"]) == ("Anna", "2026-02-01T05:59:59+00:00")
    assert put(klaviyo(), email=NEW, external_id="c-1").body["data"]["id"] == code


def test_a_patch_appends_and_takes_away() -> None:
    view = klaviyo()
    put(view, email=NEW, properties={"flags": ["a"], "old": 1})
    patch = {"append": {"flags": ["b", "a"]}, "unset": "old"}
    told = put(view, email=NEW, meta={"patch_properties": patch}).body["data"]["attributes"]
    assert told["properties"] == {"flags": ["b", "a"]}
    patch = {"unappend": {"flags": "b"}}
    told = put(view, email=NEW, meta={"patch_properties": patch}).body["data"]["attributes"]
    assert told["properties"] == {"flags": ["a"]}


def test_what_klaviyo_holds_against_a_profile() -> None:
    view = klaviyo()
    one, two = (row for row in view.tables["profiles"] if row["attributes"]["phone_number"]), None
    first, two = next(one), next(one)
    other = {"email": first["attributes"]["email"] or NEW}
    put(view, **other)
    attributes = "/data/attributes"
    assert refusal(put(view, email="anna")) == (
        400, "Invalid email address", f"{attributes}/email",
    )  # fmt: skip
    assert refusal(put(view, email=NEW, phone_number="254 555 0199"))[2].endswith("phone_number")
    assert refusal(put(view, first_name="X"))[::2] == (400, attributes)
    assert refusal(put(view, email=NEW, subscriptions={})) == (
        400,
        "'subscriptions' is not a valid field for the resource 'profile'.",
        f"{attributes}/subscriptions",
    )
    assert refusal(put(view, id="nobody"))[0] == 404
    assert refusal(put(view, email=NEW, properties={"x": "y" * 102_400}))[0] == 413
    assert refusal(put(view, email=NEW, properties=["x"]))[2] == f"{attributes}/properties"
    clash = put(view, **other, phone_number=two["attributes"]["phone_number"])
    assert refusal(clash)[:2] == (
        409, "A profile already exists with one of these identifiers.",
    )  # fmt: skip
    assert clash.body["errors"][0]["code"] == "duplicate_profile"
    assert clash.body["errors"][0]["meta"] == {"duplicate_profile_id": two["id"]}
    for body in (None, [], {}, {"data": {"type": "list", "attributes": {}}}):
        assert send(view, "/profile-import", body).status == 400
    outcomes = [entry["outcome"][:12] for entry in view.received()]
    assert set(outcomes[1:]) == {"refused: 400", "refused: 404", "refused: 409", "refused: 413"}
    assert by_email(view, NEW) is None or other == {"email": NEW}


def test_an_import_never_changes_a_consent_or_a_suppression() -> None:
    view = klaviyo()
    row = somebody(view, suppressed=True)
    before = by_email(view, row["attributes"]["email"], **CONSENT)
    assert put(view, email=row["attributes"]["email"], properties={"x": 1}).status == 200
    after = by_email(view, row["attributes"]["email"], **CONSENT)
    assert before and after
    assert after["attributes"]["subscriptions"] == before["attributes"]["subscriptions"]
    assert after["attributes"]["properties"]["x"] == 1


def test_a_subscription_lifts_a_suppression_and_is_counted_apart() -> None:
    view = klaviyo()
    row = somebody(view, suppressed=True)
    email = row["attributes"]["email"]
    old = row["attributes"]["subscriptions"]["email"]["marketing"]["suppression"]
    assert subscribe(view, email=email).status == 202
    found = by_email(view, email, **CONSENT)
    assert found
    marketing = found["attributes"]["subscriptions"]["email"]["marketing"]
    assert (marketing["consent"], marketing["suppression"]) == ("SUBSCRIBED", [])
    assert (marketing["method"], marketing["custom_method_detail"]) == ("API", "test")
    assert marketing["can_receive_email_marketing"]
    suppressed = ask(
        view, "/profiles",
        filter="greater-or-equal(subscriptions.email.marketing.suppression.timestamp,2000-01-01T00:00:00Z)",
    ).body["data"]  # fmt: skip
    assert row["id"] not in {one["id"] for one in suppressed}
    told = view.holds()["subscriptions"]
    assert [(one["profile"], one["channel"], one["list"]) for one in told] == [
        (email, "email", None)
    ]
    assert old and told[0]["was_suppressed"]
    lists = ask(view, "/lists").body["data"]
    assert subscribe(view, lists[0]["id"], email=NEW).status == 202
    assert NEW in {one["attributes"]["email"] for one in members(view, lists[0]["id"])}
    assert subscribe(view, "nothing", email=NEW).status == 404
    assert refusal(subscribe(view, external_id="c-1"))[0] == 400


def test_lists_gain_and_lose_profiles() -> None:
    view = klaviyo()
    list_id = ask(view, "/lists", filter='equals(name,"Has youth")').body["data"][0]["id"]
    codes = [row["id"] for row in view.tables["profiles"]][:5]
    assert members(view, list_id) == []
    assert move(view, list_id, *codes).status == 204
    assert move(view, list_id, codes[0]).body == b""
    page = ask(view, f"/lists/{list_id}/profiles", **{"page[size]": 2, "sort": "-joined_group_at"})
    assert len(page.body["data"]) == 2 and "page%5Bcursor%5D" in page.body["links"]["next"]
    assert page.body["data"][0]["attributes"]["joined_group_at"] == "2026-02-01T05:59:59+00:00"
    assert {one["id"] for one in members(view, list_id)} == set(codes)
    assert move(view, list_id, *codes[1:], method="DELETE").status == 204
    assert move(view, list_id, codes[1], method="DELETE").status == 204
    assert [one["id"] for one in members(view, list_id)] == codes[:1]
    outcomes = [entry["outcome"] for entry in view.received()]
    assert outcomes == ["done", "nothing new", "done", "nothing new"]
    assert len(view.holds()["lists"]["Has youth"]["members"]) == 1


def test_a_list_takes_1000_profiles_that_exist_or_none() -> None:
    view = klaviyo()
    list_id, code = view.tables["lists"][0]["id"], view.tables["profiles"][0]["id"]
    before = len(view.writer.held.members(list_id))
    assert move(view, list_id, *[code] * 1_001).status == 400
    assert refusal(move(view, list_id, code, "nobody"))[::2] == (404, "/data/1/id")
    assert move(view, "nothing", code).status == 404
    for body in (None, {"data": []}, {"data": [{"type": "list", "id": code}]}):
        assert send(view, f"/lists/{list_id}/relationships/profiles", body).status == 400
    assert ask(view, "/lists/nothing/profiles").status == 404
    assert len(view.writer.held.members(list_id)) == before
    assert move(view, list_id, *[code] * 1_000).status == 204


def test_a_list_is_made_and_one_of_the_towns_shows_who_joined_it() -> None:
    view = klaviyo()
    made = send(view, "/lists", {"data": {"type": "list", "attributes": {"name": "Flags"}}})
    assert made.status == 201
    code = made.body["data"]["id"]
    assert ask(view, f"/lists/{code}").body["data"]["attributes"]["name"] == "Flags"
    assert members(view, code) == [] and view.holds()["lists"]["Flags"]["members"] == []
    assert send(view, "/lists", {"data": {"type": "list", "attributes": {}}}).status == 400
    town = next(one for one in view.tables["lists"] if members(view, one["id"]))["id"]
    gone = members(view, town)[0]
    assert move(view, town, gone["id"], method="DELETE").status == 204
    assert gone["id"] not in {one["id"] for one in members(view, town)}
    assert view.holds()["lists"] != {} and any(
        one["taken_off"] for one in view.holds()["lists"].values()
    )


def test_an_event_is_taken_once_for_its_metric_and_profile() -> None:
    view = klaviyo()
    before = len(view.tables["events"])
    email = somebody(view)["attributes"]["email"]
    assert [happen(view, email).status, happen(view, email).status] == [202, 202]
    assert happen(view, email, "two", value=3.5).status == 202
    assert happen(view, NEW).body == b""
    assert len(view.tables["events"]) == before + 3
    metric = next(
        one for one in view.tables["metrics"] if one["attributes"]["name"] == "Flag Added"
    )
    assert metric["attributes"]["integration"]["key"] == "api"
    rows = ask(
        view, "/events", filter=f'equals(metric_id,"{metric["id"]}")', include="profile"
    ).body
    assert len(rows["data"]) == 3 and {one["type"] for one in rows["included"]} == {"profile"}
    told = [one["attributes"]["event_properties"] for one in rows["data"]]
    assert sorted(one["$event_id"] for one in told) == ["one", "one", "two"]
    assert [one["$value"] for one in told if "$value" in one] == [3.5]
    assert rows["data"][0]["attributes"]["datetime"] == "2026-01-30T18:00:00+00:00"
    assert by_email(view, NEW) is not None
    assert [entry["outcome"] for entry in view.received()] == [
        "done",
        "seen before",
        "done",
        "done",
    ]
    assert [one["unique_id"] for one in view.holds()["events"]].count("one") == 2


def test_what_klaviyo_holds_against_an_event() -> None:
    view = klaviyo()
    for wrong in ({"metric": None}, {"profile": {"data": {}}}, {"properties": None},
                  {"time": "soon"}, {"value": "much"},
                  {"profile": {"data": {"type": "profile", "attributes": {}}}}):  # fmt: skip
        assert happen(view, NEW, **wrong).status == 400, wrong  # type: ignore[arg-type]
    assert view.holds()["events"] == [] and by_email(view, NEW) is None


def test_what_was_told_outlives_the_process_and_the_day(tmp_path: Path) -> None:
    view = klaviyo(tmp_path)
    code = put(view, email=NEW, properties={"a": 1}).body["data"]["id"]
    happen(view, NEW)
    move(view, view.tables["lists"][0]["id"], code)
    assert view.holds() == klaviyo(tmp_path).holds() == klaviyo(tmp_path, days=9).holds()
    assert by_email(klaviyo(tmp_path, days=9), NEW)
    assert json.dumps(klaviyo(tmp_path).tables) == json.dumps(view.tables)


def test_who_comes_later_takes_a_made_profile_over(tmp_path: Path) -> None:
    known = {row["id"] for row in klaviyo().tables["profiles"]}
    newcomer = next(
        row for row in klaviyo(days=30).tables["profiles"]
        if row["id"] not in known and row["attributes"]["email"]
    )  # fmt: skip
    email = newcomer["attributes"]["email"].strip().lower()
    view = klaviyo(tmp_path)
    made = put(view, email=email, properties={"a": 1}).body["data"]["id"]
    list_id = view.tables["lists"][0]["id"]
    move(view, list_id, made)
    later = klaviyo(tmp_path, days=30)
    found = later.writer.held.rows
    assert made not in found and found[newcomer["id"]]["attributes"]["properties"]["a"] == 1
    assert newcomer["id"] in later.writer.held.members(list_id)
    assert put(later, id=made).status == 404


def test_what_was_written_goes_with_a_profile_that_is_deleted(tmp_path: Path) -> None:
    left = {row["id"] for row in klaviyo(days=30).tables["profiles"]}
    row = next(one for one in klaviyo().tables["profiles"] if one["id"] not in left)
    view = klaviyo(tmp_path)
    list_id, email = view.tables["lists"][-1]["id"], row["attributes"]["email"]
    assert put(view, id=row["id"], properties={"a": 1}).status == 200
    assert happen(view, email).status == subscribe(view, list_id, email=email).status == 202
    assert row["id"] in view.writer.held.members(list_id)
    later = klaviyo(tmp_path, days=30)
    assert row["id"] not in {one["id"] for one in later.tables["profiles"]}
    assert row["id"] not in later.writer.held.members(list_id)
    assert later.holds()["profiles"] == {} and later.holds()["events"] == []
    assert [one["channel"] for one in later.holds()["subscriptions"]] == ["email"]
    assert put(later, id=row["id"]).status == 404
    assert put(later, email=email).status == 201


def test_answers_pass_the_vendors_schema(contract: ModuleType) -> None:
    view = klaviyo()
    made = put(view, email=NEW, properties={"a": 1})
    again = put(view, email=NEW)
    wrong = put(view, email="anna")
    for answer in (made, again, wrong):
        errors = contract.errors(
            "klaviyo", "POST", "/api/profile-import", answer.status, answer.body, strict=True
        )
        assert errors == []
    list_id = view.tables["lists"][0]["id"]
    move(view, list_id, made.body["data"]["id"])
    happen(view, NEW)
    for path in (f"/lists/{list_id}/profiles", "/events", "/metrics", "/lists", "/profiles"):
        answer = ask(view, path)
        found = contract.errors("klaviyo", "GET", f"/api{path}", 200, answer.body, strict=True)
        assert [text for text in found if "joined_group_at" not in text] == [], path


def test_limits_and_headers_are_those_of_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    view = klaviyo()
    answer = put(view, email=NEW)
    assert answer.headers["RateLimit-Limit"] == "75, 75;w=1, 750;w=60"
    assert answer.headers["X-Klaviyo-API-Revision"] == "2026-07-15"
    bare = Request("POST", "/profile-import", [], {"authorization": f"Klaviyo-API-Key {KEY}"}, "")
    assert view.answer(bare).status == 400
    monkeypatch.setenv("SANDBOX_LIMITS", "1")
    body = {"data": {"type": "list", "attributes": {"name": "Flags"}}}
    answers = [send(view, "/lists", body) for _ in range(40)]
    refused = [one for one in answers if one.status == 429]
    assert refused and int(refused[0].headers["Retry-After"]) >= 1
    made = [entry for entry in view.received() if entry["call"] == "list-create"]
    assert len(made) == 40 - len(refused)


@pytest.mark.parametrize(
    ("fault", "status", "calls"),
    [
        ({"kind": "status", "status": 429, "retry_after": 2}, 429, 0),
        ({"kind": "status", "status": 500}, 500, 0),
        ({"kind": "status", "status": 500, "after": True}, 500, 1),
        ({"kind": "reset"}, None, 0),
        ({"kind": "reset", "after": True}, None, 1),
        ({"kind": "reset", "method": "DELETE"}, 201, 1),
        ({"kind": "reset", "holding": "bertha@"}, 201, 1),
        ({"kind": "reset", "holding": "anna.new@", "method": "POST"}, None, 0),
    ],
)
def test_a_fault_strikes_before_a_write_or_after_it(
    fault: Row, status: int | None, calls: int
) -> None:
    view = klaviyo()
    told = Faults(json.dumps([{"source": "klaviyo", "path": "profile_import", **fault}]))
    body = {"data": {"type": "profile", "attributes": {"email": NEW}}}
    request = Request("POST", "/profile-import/", [], signed("klaviyo"), "", body)
    outcome = told.asked(view, request)
    assert (None if outcome.is_reset else outcome.answer.status) == status
    assert outcome.answer.headers.get("Retry-After") == ("2" if status == 429 else None)
    assert len(view.received()) == calls
    if told.declared[0].left == 0:
        assert told.asked(view, request).answer.status == (200 if calls else 201)


def over_http(url: str, body: object = None) -> Any:
    """POST where there is a body, else GET, with the keys of both vendors."""
    headers = {"Authorization": f"Klaviyo-API-Key {KEY}", "revision": "2026-07-15"}
    content = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, content, headers), timeout=20) as one:
        text = one.read()
        return json.loads(text) if text else None


def test_a_kill_between_journal_and_answer_loses_the_answer_only(town_dir: Path) -> None:
    command = [sys.executable, "-m", "scripts.sandbox.server", str(town_dir), str(os.getpid())]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    root = server.stdout.readline().split("listening at ")[1].strip()
    slow = {"source": "klaviyo", "path": "events", "kind": "slow", "seconds": 60}
    over_http(f"{root}/_sandbox/faults", slow)
    told = {"data": {"type": "event", "attributes": {
        "metric": {"data": {"type": "metric", "attributes": {"name": "Flag Added"}}},
        "profile": {"data": {"type": "profile", "attributes": {"email": NEW}}},
        "properties": {}, "unique_id": "one"}}}  # fmt: skip
    lost: list[Exception] = []

    def ask_once() -> None:
        try:
            over_http(f"{root}/klaviyo/api/events", told)
        except (OSError, urllib.error.URLError) as wrong:
            lost.append(wrong)

    asking = threading.Thread(target=ask_once)
    asking.start()
    file = town_dir / "sandbox" / "received" / "klaviyo.jsonl"
    deadline = time.monotonic() + 20
    while not file.exists() or not file.read_bytes().endswith(b"\n"):
        assert time.monotonic() < deadline, "the call never reached the journal"
        time.sleep(0.02)
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    server.stdout.close()
    asking.join(20)
    assert len(lost) == 1
    with running(town_dir) as environment:
        root = environment["SANDBOX_URL"]
        over_http(f"{root}/klaviyo/api/events", told)
        received = over_http(f"{root}/_sandbox/received")["received"]
        assert [one["outcome"] for one in received] == ["done", "seen before"]
        assert {one["vendor"] for one in received} == {"klaviyo"}
        held = over_http(f"{root}/_sandbox/holds")
    assert [one["unique_id"] for one in held["klaviyo"]["events"]] == ["one"]
    assert held["shopify"] == {"customers": {}}


def test_two_servers_of_one_folder_see_each_others_writes(tmp_path: Path) -> None:
    one, two = klaviyo(tmp_path), klaviyo(tmp_path)
    assert put(one, email=NEW).status == 201
    assert put(two, email=NEW, properties={"a": 1}).status == 200
    found = by_email(one, NEW)
    assert found and found["attributes"]["properties"] == {"a": 1}
    assert ask(one, "/profiles", sort="updated").status == 200
    assert put(two, email="bertha.new@example.org").status == 201
    assert one.holds()["profiles"].keys() == {NEW, "bertha.new@example.org"}
    assert put(one, email="anna").status == 400
    assert by_email(one, "bertha.new@example.org") is not None
    assert len(one.tables["profiles"]) == len(two.tables["profiles"])


def test_a_new_town_has_been_told_nothing(town_dir: Path) -> None:
    view = View(open_town(town_dir).ledger)
    view.home = town_dir
    put(view, email=NEW)
    again = View(reset(town_dir, Settings(people=120, days=120)).ledger)
    again.home = town_dir
    assert again.received() == []
