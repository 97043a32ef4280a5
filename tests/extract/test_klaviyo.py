"""What of the marketing system arrives in raw: flat rows, every page, nothing from elsewhere."""

import json
from typing import Any

import pytest

from extract import config
from tests.extract.conftest import Answer, Request, Vendor, query, run, whole

OLD, NEW = "2025-06-01T10:00:00+00:00", "2026-01-30T10:00:00+00:00"
OWN = {"integration": {"key": "klaviyo"}}


def thing(code: Any, related: dict[str, str] | None = None, **attributes: Any) -> dict[str, Any]:
    """An object as JSON:API writes it."""
    return {
        "type": "thing",
        "id": code,
        "attributes": attributes,
        "relationships": {"lists": {"links": {"self": "https://a.klaviyo.com/x"}}}
        | {name: {"data": {"type": name, "id": one}} for name, one in (related or {}).items()},
        "links": {"self": "https://a.klaviyo.com/x"},
    }


def person(number: int, updated: str, *reasons: str) -> dict[str, Any]:
    """A profile, suppressed for some reasons."""
    suppression = [{"reason": reason, "timestamp": OLD} for reason in reasons]
    said = {"email": {"marketing": {"consent": "SUBSCRIBED", "suppression": suppression}}}
    return thing(f"P{number}", updated=updated, subscriptions=said)


def account(vendor: Vendor, people: int = 20) -> None:
    """Profiles, two metrics of Klaviyo's own and one of ours, campaigns by both channels."""
    vendor.lists["klaviyo/profiles"] = [
        person(number, OLD if number else NEW, *(["HARD_BOUNCE", "UNSUBSCRIBE"][: number % 3]))
        for number in range(people)
    ]
    vendor.lists["klaviyo/metrics"] = [
        thing("M1", name="Received Email", **OWN),
        thing("M2", name="Opened Email", **OWN),
        thing("M3", name="Checked In", integration={"key": "api"}),
    ]
    vendor.lists["klaviyo/events"] = [
        thing(
            f"{metric}-{number}",
            {"metric": metric, "profile": f"P{number}"},
            datetime=OLD if number else NEW,
            timestamp=number,
            event_properties={"$value": 19.90},
        )
        for metric in ("M1", "M2", "M3")
        for number in range(people)
    ]
    vendor.lists["klaviyo/campaigns/email"] = [thing("C1", name="Mail", created_at=OLD)]
    vendor.lists["klaviyo/campaigns/sms"] = [thing("C2", name="Text", created_at=OLD)]
    for name in ("lists", "segments", "templates", "flows"):
        vendor.lists[f"klaviyo/{name}"] = [thing(f"{name[0]}{n}", name=name) for n in range(12)]
    for number in range(12):
        vendor.lists[f"klaviyo/lists/l{number}/profiles"] = [
            thing(f"P{one}", joined_group_at=OLD) for one in range(number)
        ]


def asked(vendor: Vendor, path: str) -> list[Request]:
    return [one for one in vendor.requests if one.path == f"/klaviyo/api/{path}"]


@pytest.mark.parametrize("cap", [None, 7])
def test_every_row_arrives_however_small_the_pages_are(vendor: Vendor, cap: int | None) -> None:
    account(vendor)
    vendor.page_cap = cap
    found = run("klaviyo").results["klaviyo"]
    assert found.ok
    assert {table.table: (table.rows, table.rejected) for table in found.tables} == {
        "lists": (12, 0),
        "list_profiles": (66, 0),
        "segments": (12, 0),
        "profiles": (20, 0),
        "suppressions": (19, 0),
        "campaigns": (2, 0),
        "templates": (12, 0),
        "flows": (12, 0),
        "metrics": (3, 0),
        "events": (40, 0),
    }
    pages = [one.query.get("page[cursor]") for one in asked(vendor, "templates")]
    assert pages == ([None] if cap is None else [None, "7"])


def test_a_row_is_flat_and_keeps_the_ids_of_what_it_belongs_to(vendor: Vendor) -> None:
    account(vendor, 1)
    vendor.lists["klaviyo/profiles"][0]["attributes"]["whatsapp_bsuid"] = "new"
    vendor.lists["klaviyo/profiles"][0]["meta"] = {"note": 1}
    run("klaviyo")
    found = query('select id, datetime, "timestamp", event_properties from raw_klaviyo.events')
    assert sorted(found) == [(f"{name}-0", NEW, 0, '{"$value":19.9}') for name in ("M1", "M2")]
    (related,) = query("select relationships from raw_klaviyo.events where id = 'M1-0'")[0]
    assert json.loads(related) == {
        "metric": {"type": "metric", "id": "M1"},
        "profile": {"type": "profile", "id": "P0"},
    }
    ((belongs_to, other),) = query("select relationships, _other from raw_klaviyo.profiles")
    assert (belongs_to, json.loads(other)) == (None, {"whatsapp_bsuid": "new", "meta": {"note": 1}})


def test_campaigns_are_asked_for_by_channel_and_say_which(vendor: Vendor) -> None:
    account(vendor, 1)
    run("klaviyo")
    assert query("select id, channel from raw_klaviyo.campaigns order by id") == [
        ("C1", "email"),
        ("C2", "sms"),
    ]
    assert [one.query["filter"] for one in asked(vendor, "campaigns")] == [
        "equals(messages.channel,'email')",
        "equals(messages.channel,'sms')",
    ]


def test_suppressions_are_one_row_for_each_reason(vendor: Vendor) -> None:
    account(vendor, 3)
    run("klaviyo")
    assert query("select profile_id, reason from raw_klaviyo.suppressions order by all") == [
        ("P1", "HARD_BOUNCE"),
        ("P2", "HARD_BOUNCE"),
        ("P2", "UNSUBSCRIBE"),
    ]
    assert all(
        one.query["additional-fields[profile]"] == "subscriptions"
        for one in asked(vendor, "profiles")
    )


def test_the_next_day_asks_for_changed_profiles_and_for_events_of_30_days(vendor: Vendor) -> None:
    account(vendor)
    run("klaviyo", as_of="2026-01-29")
    vendor.requests.clear()
    vendor.lists["klaviyo/profiles"][0]["attributes"]["first_name"] = "Anna"
    late = thing("late", {"metric": "M2", "profile": "P1"}, datetime="2026-01-02T10:00:00+00:00")
    vendor.lists["klaviyo/events"].append(late)
    found = run("klaviyo", as_of="2026-01-30").results["klaviyo"]
    counts = {table.table: table.rows for table in found.tables}
    assert (counts["profiles"], counts["events"], counts["suppressions"]) == (1, 3, 19)
    filters = {one.query.get("filter") for one in asked(vendor, "profiles")}
    assert "greater-than(updated,2026-01-26T06:00:00Z)" in filters
    assert [one.query["filter"] for one in asked(vendor, "events")] == [
        f'equals(metric_id,"{metric}"),greater-or-equal(datetime,2025-12-30T06:00:00Z)'
        for metric in ("M1", "M2")
    ]
    assert query("select first_name from raw_klaviyo.profiles where id = 'P0'") == [("Anna",)]
    assert query("select count(*) from raw_klaviyo.events") == [(41,)]


def test_a_suppression_that_was_lifted_and_a_deleted_list_are_seen_no_more(vendor: Vendor) -> None:
    account(vendor)
    run("klaviyo", as_of="2026-01-29")
    vendor.lists["klaviyo/profiles"][1] = person(1, NEW)
    vendor.lists["klaviyo/lists"].pop()
    run("klaviyo", as_of="2026-01-30")
    last = "where _seen_on < '2026-01-30' order by all"
    assert query(f"select profile_id, reason from raw_klaviyo.suppressions {last}") == [
        ("P1", "HARD_BOUNCE")
    ]
    assert query(f"select id from raw_klaviyo.lists {last}") == [("l11",)]


def test_the_key_and_the_revision_stand_in_every_request(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    account(vendor, 1)
    run("klaviyo")
    for one in vendor.requests:
        assert one.headers["Authorization"] == f"Klaviyo-API-Key {config.SANDBOX_KEY}"
        assert one.headers["revision"] == "2026-07-15"
    monkeypatch.setattr(config, "mode", lambda: "live")
    monkeypatch.delenv("KLAVIYO_BASE_URL")
    assert config.base_url("klaviyo") == "https://a.klaviyo.com/api"


def test_a_next_page_elsewhere_is_never_asked_for(vendor: Vendor) -> None:
    account(vendor)
    links = {"next": "https://evil.example.org/api/lists?page%5Bcursor%5D=1"}
    vendor.faults["lists"] = lambda request: whole({"data": [], "links": links})
    assert run("klaviyo").results["klaviyo"].error_sentence == (
        "klaviyo: lists could not be read, it got a next page on another host, which was refused: "
        "see whether the vendor changed its API"
    )
    assert len(asked(vendor, "lists")) == 1


@pytest.mark.parametrize("links", [{}, {"links": {"self": "x"}}, {"links": None}])
def test_an_answer_that_does_not_say_whether_there_is_more_is_not_the_end(
    vendor: Vendor, links: dict[str, Any]
) -> None:
    account(vendor, 1)
    vendor.faults["lists"] = lambda request: whole({"data": [], **links})
    assert "an answer without `links.next`" in str(run("klaviyo").results["klaviyo"].error_sentence)


def test_a_cursor_that_expires_begins_the_list_anew(vendor: Vendor) -> None:
    account(vendor)
    vendor.page_cap = 7
    once = iter([True])

    def expired(request: Request) -> Answer | None:
        if "page[cursor]" in request.query and next(once, False):
            return whole({"errors": [{"code": "invalid"}]}, 400)
        return None

    vendor.faults["profiles"] = expired
    assert run("klaviyo").results["klaviyo"].ok
    assert query("select count(*) from raw_klaviyo.profiles") == [(20,)]


def test_too_many_requests_are_waited_for_as_asked(vendor: Vendor) -> None:
    account(vendor, 1)
    answers = iter([whole({"errors": []}, 429)])

    def throttled(request: Request) -> Answer | None:
        found = next(answers, None)
        return found and (429, {"Retry-After": "0"}, found[2])

    vendor.faults["flows"] = throttled
    assert run("klaviyo").results["klaviyo"].ok
    assert len(asked(vendor, "flows")) == 2
    vendor.faults["flows"] = lambda request: whole({"errors": []}, 401)
    assert run("klaviyo").results["klaviyo"].error_sentence == (
        "klaviyo: flows was refused (401): check KLAVIYO_PRIVATE_KEY in .env"
    )


def test_bad_rows_are_put_aside_and_the_others_arrive(vendor: Vendor) -> None:
    account(vendor, 3)
    vendor.lists["klaviyo/profiles"] += [person(7, NEW) | {"id": None}]
    vendor.lists["klaviyo/flows"][1] = {"id": "f1", "attributes": "none"}
    vendor.lists["klaviyo/events"][0]["attributes"]["timestamp"] = "twelve"
    assert run("klaviyo").results["klaviyo"].ok
    assert query(
        "select table_name, reason, column_name from raw_klaviyo.rejected order by all"
    ) == [("events", "wrong_type", "timestamp"), ("profiles", "null_id", "id")]
    assert query("select id, name, _other from raw_klaviyo.flows where id = 'f1'") == [
        ("f1", None, '{"attributes":"none"}')
    ]
