"""Twilio's API: every answer passes the vendor's schema, pages and days are Twilio's, and texts say
what the town's people said."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from types import ModuleType
from urllib.parse import parse_qsl, urlsplit

import pytest

from scripts.sandbox.texting import IN, OUT, STOPPED
from scripts.sandbox.vendors._twilio_objects import OUR_NUMBER, PATH
from scripts.sandbox.vendors.base import KEY, Answer, Request, Row
from tests.sandbox.conftest import ask, signed, small, views

LIST = "/Messages.json"


def pages(size: int, days: int = 0, **query: str) -> list[Answer]:
    """Every page of the list, by the links."""
    view = views(days=days)["twilio"]
    found = [ask(view, LIST, PageSize=size, **query)]
    while link := found[-1].body["next_page_uri"]:
        assert urlsplit(link).path == f"{PATH}.json"
        found.append(ask(view, LIST, **dict(parse_qsl(urlsplit(link).query))))
    return found


def sent(row: Row) -> datetime:
    return datetime.strptime(row["date_sent"], "%a, %d %b %Y %H:%M:%S %z")


def test_every_answer_passes_the_vendors_schema(
    contract: ModuleType, record_property: Callable[[str, object], None]
) -> None:
    view, checked = views()["twilio"], 0

    def hold(answer: Answer) -> None:
        nonlocal checked
        found = contract.errors(
            "twilio", "GET", f"{PATH}.json", answer.status, answer.body, strict=True
        )
        assert found == []
        checked += 1

    for size in (7, 50, 1_000):
        for answer in pages(size):
            hold(answer)
    hold(ask(view, LIST, **{"DateSent>": "2026-01-20"}))
    hold(ask(view, LIST, To=OUR_NUMBER))
    print(f"{checked} answers checked; errors are not described there")
    record_property("answers", checked)
    assert checked > 15


def test_pages_hold_every_message_once_the_newest_first() -> None:
    rows = [row for page in pages(7) for row in page.body["messages"]]
    assert rows == views()["twilio"].tables["messages"]
    assert len({row["sid"] for row in rows}) == len(rows) > 20
    times = [sent(row) for row in rows]
    assert times == sorted(times, reverse=True)
    assert {row["account_sid"] for row in rows} == {PATH.split("/")[3]}
    assert all(re.fullmatch(r"SM[0-9a-f]{32}", row["sid"]) for row in rows)


def test_days_are_filtered_in_gmt_from_page_to_page() -> None:
    everything = views()["twilio"].tables["messages"]
    for name, fits in (
        ("DateSent>", lambda day: day >= "2026-01-10"),
        ("DateSent<", lambda day: day <= "2026-01-10"),
        ("DateSent", lambda day: day == "2026-01-10"),
    ):
        found = [row for page in pages(3, **{name: "2026-01-10"}) for row in page.body["messages"]]
        assert found == [row for row in everything if fits(sent(row).date().isoformat())]


def test_wrong_keys_and_wrong_questions_are_refused_as_twilio_does() -> None:
    view = views()["twilio"]
    for key in ("", "wrong"):
        refused = ask(view, LIST, key=key)
        assert (refused.status, refused.body["code"]) == (401, 20003)
        assert refused.body["more_info"] == "https://www.twilio.com/docs/errors/20003"
    bearer = Request("GET", LIST, [], {"authorization": f"Bearer {KEY}"}, "")
    assert view.answer(bearer).status == 401
    assert ask(view, "/Calls.json").body["code"] == 20404
    assert view.answer(Request("POST", LIST, [], signed("twilio"), "")).status == 405
    for wrong in (
        {"PageSize": 1_001}, {"PageSize": 0}, {"colour": "red"}, {"DateSent>": "yesterday"},
        {"PageToken": "PASM1"}, {"Page": "first"},
    ):  # fmt: skip
        assert ask(view, LIST, **wrong).status == 400, wrong
    assert len(ask(view, LIST).body["messages"]) == 50


def test_too_many_at_once_are_refused_only_where_limits_are_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    view = views()["twilio"]
    assert {ask(view, LIST).status for _ in range(5)} == {200}
    monkeypatch.setenv("SANDBOX_LIMITS", "1")
    answers = [ask(view, LIST, PageSize=1) for _ in range(5)]
    assert [one.body["code"] for one in answers if one.status == 429] != []
    assert {one.body.get("code") for one in answers if one.status == 429} == {20429}


def test_words_prices_and_errors_come_later_and_rows_say_when() -> None:
    edited: Counter[str] = Counter()
    for days in range(6):
        before, after = (
            {row["sid"]: row for row in views(people=400, days=day)["twilio"].tables["messages"]}
            for day in (days, days + 1)
        )
        assert before.keys() <= after.keys()
        edited["sid"] += len(after) - len(before)
        for sid, row in before.items():
            for column in row:
                if row[column] != after[sid][column]:
                    edited[column] += 1
            if row != after[sid]:
                changed = datetime.strptime(after[sid]["date_updated"], "%a, %d %b %Y %H:%M:%S %z")
                assert changed > sent(row)
    assert all(edited[column] for column in ("sid", "price", "status", "date_updated"))
    rows = views(people=400)["twilio"].tables["messages"]
    assert {"delivered", "undelivered", "received"} <= {row["status"] for row in rows}
    for row in rows:
        assert (row["error_code"] is not None) == (row["status"] in ("undelivered", "failed"))
        assert row["price"] is None or re.fullmatch(r"-0\.0\d{4}", row["price"])


def test_every_text_is_between_us_and_one_persons_own_phone() -> None:
    ledger, rows = small(people=400), views(people=400)["twilio"].tables["messages"]
    phones = {one.phone for one in ledger.people}
    for row in rows:
        ours, theirs = ("to", "from") if row["direction"] == "inbound" else ("from", "to")
        assert row[ours] == OUR_NUMBER and row[theirs] in phones - {OUR_NUMBER}
        assert row[theirs][-7:-4] == "555"
    ways = {row["direction"] for row in rows}
    assert ways == {"inbound", "outbound-api", "outbound-reply"}


def test_the_network_answers_single_words_only() -> None:
    ledger = small(people=400)
    said = [one.body for one in ledger.texts if one.says == OUT]
    assert any(" " in body for body in said) and any(body.isupper() for body in said)
    single = sum(body.lower() in ("stop", "unsubscribe", "cancel", "quit") for body in said)
    assert single == sum(one.body == STOPPED for one in ledger.texts)
    assert 0 < single < len(said)


def test_nobody_is_written_to_after_they_said_no() -> None:
    states: dict[str, str] = {}
    for one in small(people=400).texts:
        if one.says:
            states[one.person.person_id] = one.says
        elif not one.is_inbound and not one.is_network:
            assert states.get(one.person.person_id) != OUT
    assert {IN, OUT} <= set(states.values())


def test_consents_are_what_people_said_in_whatever_words() -> None:
    found = Counter(state for *_, state, _, _ in views(people=400)["twilio"].consents())
    said = Counter(one.says for one in small(people=400).texts if one.says)
    assert found == said and found[OUT] > 5


def test_some_numbers_are_known_to_twilio_alone() -> None:
    shown = views(people=400)
    everywhere = {
        "".join(letter for letter in record.phone if letter.isdigit())[-10:]
        for view in shown.values()
        for record in view.records()
        if record.phone and record.source != "twilio"
    }
    alone = [one for one in shown["twilio"].records() if one.phone[-10:] not in everywhere]
    strangers = [one for one in alone if not one.person.is_in_capitan]
    assert len(strangers) > 10 and len(alone) < len(shown["twilio"].records())
