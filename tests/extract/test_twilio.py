"""What of the texts arrives in raw, also when they change after they were sent."""

import base64
from datetime import date, datetime, timedelta

import pytest

from extract import config
from extract.api import SourceError
from extract.sources import twilio
from tests.extract.conftest import Answer, Request, Vendor, query, run, whole

NOON = datetime(2026, 1, 30, 12)


def text(number: int, days: int = 0, **changed: object) -> dict[str, object]:
    """One text, sent some days before noon of the 30th."""
    sent = f"{NOON - timedelta(days=days, minutes=number):%a, %d %b %Y %H:%M:%S} +0000"
    row: dict[str, object] = {
        "sid": f"SM{number:032x}", "from": "+12545550150", "to": "+12105550123", "status": "sent",
        "price": None, "date_sent": sent, "date_created": sent,
    }  # fmt: skip
    return row | changed


def test_every_text_arrives_however_small_the_pages_are(vendor: Vendor) -> None:
    vendor.lists["twilio/messages"] = [text(number) for number in range(20)]
    vendor.page_cap = 7
    assert run("twilio").results["twilio"].ok
    assert query("select count(*), count(distinct sid) from raw_twilio.messages") == [(20, 20)]
    assert [one.query.get("PageToken") for one in vendor.requests] == [None, "PA7", "PA14"]
    assert {one.path for one in vendor.requests} == {
        "/twilio/2010-04-01/Accounts/AC1/Messages.json"
    }


def test_what_changes_after_a_text_was_sent_replaces_what_was_known(vendor: Vendor) -> None:
    vendor.lists["twilio/messages"] = [text(1), text(2, days=20)]
    run("twilio", as_of="2026-01-30")
    vendor.requests.clear()
    vendor.lists["twilio/messages"] = [
        text(1, status="delivered", price="-0.00830"),
        text(2, days=20, status="undelivered", error_code=30003),
    ]
    found = run("twilio", as_of="2026-01-31").results["twilio"]
    assert [one.query["DateSent>"] for one in vendor.requests] == ["2026-01-23"]
    assert found.tables[0].rows == 1
    assert query("select status, price, error_code from raw_twilio.messages order by sid") == [
        ("delivered", "-0.00830", None),
        ("sent", None, None),
    ]
    run("twilio", as_of="2026-02-02")  # another week and another month: everything again
    assert query("select status, error_code from raw_twilio.messages order by sid") == [
        ("delivered", None),
        ("undelivered", 30003),
    ]


def test_the_question_stays_the_same_from_page_to_page(vendor: Vendor) -> None:
    vendor.lists["twilio/messages"] = [text(number) for number in range(5)]
    vendor.page_cap = 2
    rows = [row["sid"] for page in twilio.pull("messages", date(2026, 1, 23)) for row in page.rows]
    assert len(rows) == len(set(rows)) == 5
    asked = [(one.query["DateSent>"], one.query["PageSize"]) for one in vendor.requests]
    assert asked == [("2026-01-23", "1000")] * 3


def test_a_link_to_elsewhere_is_refused(vendor: Vendor) -> None:
    for link in ("https://evil.example.org/Messages.json?Page=1", "/2010-04-01/Calls.json?Page=1"):
        page = {"messages": [text(1)], "next_page_uri": link}
        vendor.faults["Messages.json"] = lambda request, page=page: whole(page)  # type: ignore[misc]
        with pytest.raises(SourceError, match="a next page of another list, which was refused"):
            list(twilio.pull("messages", None))


def test_a_token_that_is_no_longer_known_is_answered_by_reading_again(vendor: Vendor) -> None:
    vendor.lists["twilio/messages"] = [text(number) for number in range(5)]
    vendor.page_cap = 3
    once = iter([True])

    def expired(request: Request) -> Answer | None:
        is_second = "PageToken" in request.query
        return whole({"code": 20001}, 400) if is_second and next(once, False) else None

    vendor.faults["Messages.json"] = expired
    assert run("twilio").results["twilio"].ok
    assert query("select count(*) from raw_twilio.messages") == [(5,)]


def test_the_account_is_the_user_and_stands_in_the_address(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC1")
    list(twilio.pull("messages", None))
    kind, _, code = vendor.requests[0].headers["Authorization"].partition(" ")
    assert (kind, base64.b64decode(code)) == ("Basic", f"AC1:{config.SANDBOX_KEY}".encode())
    monkeypatch.setattr(config, "mode", lambda: "live")
    monkeypatch.delenv("TWILIO_BASE_URL")
    assert config.base_url("twilio") == "https://api.twilio.com/2010-04-01/Accounts/AC1"
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC1:x@evil.example.org")
    with pytest.raises(config.ConfigError, match="must be a name alone"):
        config.authorization("twilio", config.remote("twilio"), "key")
    monkeypatch.delenv("TWILIO_ACCOUNT_SID")
    with pytest.raises(config.ConfigError, match=r"set TWILIO_ACCOUNT_SID in \.env"):
        config.base_url("twilio")
