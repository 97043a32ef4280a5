"""What of the mailings arrives in raw while the lists change under the reader."""

import base64

import pytest

from extract import config
from tests.extract.conftest import Answer, Request, Vendor, query, run, whole

OLD, NEW = "2025-06-01T10:00:00+00:00", "2026-01-30T10:00:00+00:00"


def mailings(vendor: Vendor, people: int = 20) -> None:
    """Two lists with the same people, one campaign of long ago and one of now."""
    vendor.lists["mailchimp/lists"] = [{"id": "L1"}, {"id": "L2"}]
    for name in ("L1", "L2"):
        vendor.lists[f"mailchimp/lists/{name}/members"] = [
            {"id": f"m{number}", "list_id": name, "last_changed": OLD if number else NEW}
            for number in range(people)
        ]
    vendor.lists["mailchimp/campaigns"] = [
        {"id": "C1", "send_time": OLD},
        {"id": "C2", "send_time": NEW},
    ]
    for name in ("C1", "C2"):
        vendor.lists[f"mailchimp/campaigns/{name}/content"] = [{"html": f"<p>{name}</p>"}]
        vendor.lists[f"mailchimp/reports/{name}"] = [{"id": name, "emails_sent": people}]
        vendor.lists[f"mailchimp/reports/{name}/click-details"] = [
            {"id": "u1", "campaign_id": name, "click_percentage": 0.10}
        ]
        for report in ("email-activity", "sent-to"):
            vendor.lists[f"mailchimp/reports/{name}/{report}"] = [
                {"email_id": f"m{number}", "campaign_id": name} for number in range(people)
            ]


def test_everyone_on_every_list_arrives_however_small_the_pages_are(vendor: Vendor) -> None:
    mailings(vendor)
    vendor.page_cap = 7
    assert run("mailchimp").results["mailchimp"].ok
    for table, first, second in (
        ("members", "list_id", "id"),
        ("sent_to", "campaign_id", "email_id"),
        ("email_activity", "campaign_id", "email_id"),
    ):
        assert query(
            f"select {first}, count(*), count(distinct {second}) from raw_mailchimp.{table}"
            " group by all order by all"
        ) == [(name, 20, 20) for name in (("L1", "L2") if table == "members" else ("C1", "C2"))]
    asked = [one.query for one in vendor.requests if one.path.endswith("lists/L1/members")]
    assert [one.get("offset") for one in asked] == [None, "7", "14"]
    assert {(one["sort_field"], one["sort_dir"]) for one in asked} == {("last_changed", "ASC")}


def test_one_person_on_two_lists_is_two_rows_and_read_again_still_two(vendor: Vendor) -> None:
    mailings(vendor, 1)
    run("mailchimp", as_of="2026-01-31")
    vendor.lists["mailchimp/lists/L2/members"][0]["status"] = "unsubscribed"
    run("mailchimp", as_of="2026-01-31")
    assert query("select list_id, id, status from raw_mailchimp.members order by all") == [
        ("L1", "m0", None),
        ("L2", "m0", "unsubscribed"),
    ]


def test_what_belongs_to_a_campaign_says_to_which(vendor: Vendor) -> None:
    mailings(vendor, 1)
    run("mailchimp")
    assert query("select campaign_id, html from raw_mailchimp.campaign_contents order by 1") == [
        ("C1", "<p>C1</p>"),
        ("C2", "<p>C2</p>"),
    ]
    assert query("select id, emails_sent from raw_mailchimp.reports order by 1") == [
        ("C1", 1),
        ("C2", 1),
    ]
    assert query(
        "select campaign_id, id, click_percentage from raw_mailchimp.click_details order by 1"
    ) == [("C1", "u1", "0.1"), ("C2", "u1", "0.1")]


def test_the_next_day_asks_for_changed_members_and_for_campaigns_of_90_days(vendor: Vendor) -> None:
    mailings(vendor)
    run("mailchimp", as_of="2026-01-29")
    vendor.requests.clear()
    found = run("mailchimp", as_of="2026-01-30").results["mailchimp"]
    assert {table.table: table.rows for table in found.tables} == {
        "lists": 2,
        "members": 2,
        "campaigns": 1,
        "campaign_contents": 1,
        "reports": 1,
        "click_details": 1,
        "email_activity": 20,
        "sent_to": 20,
        "growth_history": 0,
        "automations": 0,
        "automation_emails": 0,
        "landing_pages": 0,
    }
    for one in vendor.requests:
        if one.path.endswith("/members"):
            assert one.query["since_last_changed"] == "2026-01-26T06:00:00+00:00"
        if one.path.endswith("/campaigns"):
            assert one.query["since_send_time"] == "2025-10-31T05:00:00+00:00"
    assert not [one for one in vendor.requests if "C1" in one.path]


def test_a_member_lost_between_two_pages_is_found_by_reading_again(vendor: Vendor) -> None:
    mailings(vendor, 12)
    vendor.page_cap = 7
    people = vendor.lists["mailchimp/lists/L1/members"]
    once = iter([True])

    def first_one_leaves(request: Request) -> None:
        if request.path.endswith("L1/members") and "offset" in request.query and next(once, False):
            people.pop(0)

    vendor.faults["members"] = first_one_leaves
    assert run("mailchimp").results["mailchimp"].ok
    found = {row[0] for row in query("select id from raw_mailchimp.members where list_id = 'L1'")}
    assert found == {f"m{number}" for number in range(1, 12)}


def test_a_list_that_stays_short_is_never_taken_for_whole(vendor: Vendor) -> None:
    mailings(vendor)
    page = {"members": vendor.lists["mailchimp/lists/L1/members"][:19], "total_items": 20}
    vendor.faults["members"] = lambda request: (
        whole({**page, "members": [] if "offset" in request.query else page["members"]})
        if "/L1/" in request.path
        else None
    )
    vendor.lists["mailchimp/lists/L2/members"].append({"id": "extra", "list_id": "L2"})
    assert run("mailchimp").results["mailchimp"].error_sentence == (
        "mailchimp: members came with 19 of 20 rows twice: run again later"
    )


def test_a_list_of_lists_that_stays_short_loses_nobodys_members(vendor: Vendor) -> None:
    mailings(vendor)
    asked = iter(range(99))

    def shorter_from_the_second_time_on(request: Request) -> Answer | None:
        return whole({"lists": [{"id": "L1"}], "total_items": 2}) if next(asked) else None

    vendor.faults["lists"] = shorter_from_the_second_time_on
    assert run("mailchimp").results["mailchimp"].error_sentence == (
        "mailchimp: only 1 of 2 lists came: run again later"
    )


def test_a_campaign_that_went_while_we_read_is_left_out(vendor: Vendor) -> None:
    mailings(vendor)
    once = iter([True])

    def deleted(request: Request) -> Answer | None:
        if "C1" in request.path and next(once, False):
            del vendor.lists["mailchimp/campaigns"][0]
            return whole({"status": 404}, 404)
        return None

    vendor.faults["sent-to"] = deleted
    assert run("mailchimp").results["mailchimp"].ok
    assert query("select distinct campaign_id from raw_mailchimp.sent_to") == [("C2",)]


def test_bad_rows_of_a_list_are_put_aside_and_count_as_read(vendor: Vendor) -> None:
    mailings(vendor, 3)
    vendor.lists["mailchimp/lists/L1/members"][1] = {"id": None, "email_address": "x@example.org"}
    assert run("mailchimp").results["mailchimp"].ok
    assert query("select list_id, count(*) from raw_mailchimp.members group by 1 order by 1") == [
        ("L1", 2),
        ("L2", 3),
    ]
    assert query(
        "select table_name, reason, column_name from raw_mailchimp.rejected order by all"
    ) == [("members", "null_id", "id")]


def test_a_campaign_without_id_is_no_reason_to_do_without_its_mails(vendor: Vendor) -> None:
    mailings(vendor, 3)
    vendor.lists["mailchimp/campaigns"].append({"id": "", "send_time": NEW})
    assert run("mailchimp").results["mailchimp"].error_sentence == (
        "mailchimp: campaigns has a row without a proper id, so what belongs to it cannot be read: "
        "run again later"
    )


def test_too_many_connections_at_once_are_waited_for(vendor: Vendor) -> None:
    mailings(vendor)
    answers = iter([(429, {}, b""), (403, {}, b"")])
    vendor.faults["members"] = lambda request: next(answers, None)
    result = run("mailchimp").results["mailchimp"]
    assert result.error_sentence == (
        "mailchimp: members was refused (403): check MAILCHIMP_API_KEY in .env"
    )
    vendor.faults["members"] = lambda request: next(iter([None]))
    assert run("mailchimp").results["mailchimp"].ok


def series(vendor: Vendor, many: int) -> list[dict[str, object]]:
    """Automations with two e-mails each, in no order."""
    rows: list[dict[str, object]] = [{"id": f"A{7 * number % many}"} for number in range(many)]
    vendor.lists["mailchimp/automations"] = rows
    for number in range(many):
        vendor.lists[f"mailchimp/automations/A{number}/emails"] = [
            {"id": f"e{place}", "position": place, "_links": []} for place in (1, 2)
        ]
    return rows


def test_what_has_no_order_loses_nothing_while_rows_come_and_go(vendor: Vendor) -> None:
    rows = series(vendor, 20)
    vendor.page_cap = 7
    once = iter([True])

    def one_goes_and_one_comes(request: Request) -> None:
        if request.path.endswith("/automations") and "offset" in request.query and next(once, 0):
            rows.pop(2)
            rows.append({"id": "A99"})

    vendor.faults["automations"] = one_goes_and_one_comes
    assert run("mailchimp").results["mailchimp"].ok
    found = {row[0] for row in query("select id from raw_mailchimp.automations")}
    assert found >= {f"A{number}" for number in range(20)} - {"A14"}
    assert "A99" in found
    asked = [
        one.query.get("offset") for one in vendor.requests if one.path.endswith("/automations")
    ]
    assert asked[:3] == [None, "6", "12"]


def test_each_email_of_a_series_says_to_which_it_belongs(vendor: Vendor) -> None:
    series(vendor, 3)
    assert run("mailchimp").results["mailchimp"].ok
    assert query(
        "select workflow_id, id, position, _other from raw_mailchimp.automation_emails order by all"
    ) == [(f"A{number}", f"e{place}", place, None) for number in range(3) for place in (1, 2)]


def test_landing_pages_come_at_once_or_are_missed(vendor: Vendor) -> None:
    vendor.lists["mailchimp/landing-pages"] = [{"id": f"p{number}"} for number in range(37)]
    vendor.page_cap = 7
    assert run("mailchimp").results["mailchimp"].ok
    (asked,) = [one.query for one in vendor.requests if one.path.endswith("/landing-pages")]
    assert asked["count"] == "1000" and "offset" not in asked
    assert query("select count(*) from raw_mailchimp.landing_pages") == [(37,)]
    short = whole({"landing_pages": [{"id": "p1"}], "total_items": 2})
    vendor.faults["landing-pages"] = lambda request: short
    assert run("mailchimp").results["mailchimp"].error_sentence == (
        "mailchimp: landing_pages came with 1 of 2 rows twice: run again later"
    )


def test_a_lists_months_are_read_whole_and_the_last_one_changes(vendor: Vendor) -> None:
    mailings(vendor, 1)
    months = [{"month": f"2025-{number:02d}", "subscribed": number} for number in range(1, 13)]
    vendor.lists["mailchimp/lists/L1/growth-history"] = months
    vendor.page_cap = 7
    run("mailchimp")
    months[-1]["subscribed"] = 99
    run("mailchimp")
    assert query(
        "select list_id, count(*), max(subscribed) from raw_mailchimp.growth_history group by 1"
    ) == [("L1", 12, 99)]


def test_the_key_is_a_password_and_the_address_has_a_prefix(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("mailchimp")
    kind, _, code = vendor.requests[0].headers["Authorization"].partition(" ")
    assert (kind, base64.b64decode(code)) == ("Basic", f"basin:{config.SANDBOX_KEY}".encode())
    monkeypatch.setattr(config, "mode", lambda: "live")
    monkeypatch.delenv("MAILCHIMP_BASE_URL")
    monkeypatch.setenv("MAILCHIMP_SERVER_PREFIX", "us10")
    assert config.base_url("mailchimp") == "https://us10.api.mailchimp.com/3.0"
    monkeypatch.setenv("MAILCHIMP_SERVER_PREFIX", "evil.example.org/")
    with pytest.raises(config.ConfigError, match="must be a name alone"):
        config.base_url("mailchimp")
