"""A sync sends what is due, to whom it may, once; whatever cuts it off."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

from scripts.sync.call import Refused
from scripts.sync.contract import Blocked, check
from scripts.sync.ledger import Call
from scripts.sync.plan import Plan, Stopped, brake
from scripts.sync.shopify import Shopify
from tests.behaviour.warehouse import Warehouse

SEND = ("--apply", "--allow-large")
DUE = """
    select flag_type, addressee_customer_id, is_message, may_email, may_text, customer_id
    from marts.flags_due
    where destination = ? and delivery_state = 'due' and addressee_customer_id is not null
"""


def due(warehouse: Warehouse, destination: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse.published), read_only=True) as connection:
        return connection.execute(DUE, [destination]).fetchall()


def accounts(warehouse: Warehouse, destination: str) -> dict[str, bool]:
    """Whether the address on each customer's account at a destination may be written to."""
    return dict(
        warehouse.query(
            "select customer_id, is_open from marts.sync_accounts"
            f" where destination = '{destination}' and is_leading"
        )
    )


def tags_by_customer(holds: dict[str, Any]) -> dict[str, set[str]]:
    return {
        one["metafields"]["basin.customer_id"]: set(one["tags"])
        for one in holds["shopify"]["customers"].values()
        if one["tags"]
    }


def delivered(warehouse: Warehouse) -> set[tuple[Any, ...]]:
    with sqlite3.connect(warehouse.folder / "state" / "state.sqlite") as store:
        return set(store.execute("select * from deliveries").fetchall())


@contextmanager
def changing(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, opened as nobody may open it but a test that needs another past."""
    warehouse.published.chmod(0o644)
    with duckdb.connect(str(warehouse.published)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


def test_a_sync_shows_first_sends_when_told_and_then_has_nothing_left(
    published: Warehouse,
) -> None:
    assert "add --apply" in published.sync("klaviyo", "--allow-large")
    assert "add --apply" in published.sync("shopify")
    assert published.told() == []

    published.sync("shopify", *SEND)
    wanted: dict[str, set[str]] = defaultdict(set)
    is_open = accounts(published, "shopify")
    for flag, addressee, is_message, may_email, _, _ in due(published, "shopify"):
        if may_email and is_open.get(addressee, True) if is_message else addressee in is_open:
            wanted[addressee].add("basin-" + flag.replace("_", "-"))
            if flag == "new_member":
                wanted[addressee].add("basin-new-membership")
    # A status is set where there is an account by then.
    found = tags_by_customer(published.holds())
    assert {who: tags for who, tags in found.items() if who in wanted} == wanted
    assert found.keys() == wanted.keys()
    assert any(is_message for _, _, is_message, *_ in due(published, "shopify"))

    klaviyo_open = accounts(published, "klaviyo")
    published.sync("klaviyo", *SEND)
    klaviyo = published.holds()["klaviyo"]
    emails = {one["properties"]["basin_id"]: email for email, one in klaviyo["profiles"].items()}
    lists = dict(
        published.query(
            "select flag_type, mark from seeds.destination_marks where destination = 'klaviyo'"
        )
    )
    members = {
        (emails[addressee], lists[flag])
        for flag, addressee, _, may_email, may_text, _ in due(published, "klaviyo")
        if flag in lists
        and (may_email or may_text)
        and addressee in emails
        and klaviyo_open.get(addressee, True)
    }
    assert members == {
        (email, name) for name, one in klaviyo["lists"].items() for email in one["members"]
    }
    assert members and klaviyo["events"] and not klaviyo["subscriptions"]
    about = {"basin_id", "is_member", "membership_type", "membership_start_date"}
    assert all(one["properties"].keys() <= about for one in klaviyo["profiles"].values())
    grown_ups = {
        row[0]
        for row in published.query("select customer_id from marts.dim_customers where minor = 'no'")
    }
    assert emails.keys() | found.keys() <= grown_ups

    before = published.told()
    assert "0 set, 0 taken away" in published.sync("shopify", "--apply")
    assert "0 set, 0 taken away" in published.sync("klaviyo", "--apply")
    assert published.told() == before
    assert {row[1] for row in delivered(published)} == {"shopify", "klaviyo"}


def test_at_night_nobody_is_written_to_and_sent_follows_the_tag(published: Warehouse) -> None:
    is_open = accounts(published, "shopify")
    messages = {
        "basin-" + flag.replace("_", "-")
        for flag, who, is_message, may_email, _, _ in due(published, "shopify")
        if is_message and may_email and is_open.get(who, True)
    }
    said = published.sync("shopify", *SEND, SANDBOX_HOUR="23")
    assert "it is night at the gym" in said
    at_night = set().union(*tags_by_customer(published.holds()).values())
    assert messages and not at_night & messages

    published.sync("shopify", *SEND, SANDBOX_HOUR="9")
    by_day = set().union(*tags_by_customer(published.holds()).values())
    assert messages <= by_day
    assert not any(tag.endswith("-sent") for tag in by_day)

    published.sync("shopify", *SEND, SANDBOX_HOUR="10")
    later = set().union(*tags_by_customer(published.holds()).values())
    assert {f"{tag}-sent" for tag in messages} <= later


def test_who_said_stop_since_the_publish_gets_nothing(published: Warehouse) -> None:
    with changing(published) as connection:
        ((customer, account),) = connection.execute(
            "select permissions.customer_id, min(accounts.account_id)"
            " from marts.customer_permissions as permissions"
            " inner join marts.sync_accounts as accounts using (customer_id)"
            " inner join marts.dim_customers using (customer_id)"
            " where accounts.destination = 'shopify' and accounts.is_leading and minor = 'no'"
            " and permissions.channel = 'email' and permissions.reason = 'opted out'"
            " group by 1 order by 1 limit 1"
        ).fetchall()
        connection.execute(
            "update marts.flags_due set addressee_customer_id = $who, customer_id = $who,"
            " may_email = true, delivery_state = 'due' where flag_type = ("
            " select min(flag_type) from marts.flags_due where is_message and"
            " destination = 'shopify' and delivery_state = 'due') and destination = 'shopify'",
            {"who": customer},
        )
        connection.execute("update marts.contact_permissions set is_allowed = true")
    said = published.sync("shopify", "--allow-large").splitlines()
    assert any(customer in line and "waits" not in line for line in said)  # would be sent
    with changing(published) as connection:
        connection.execute(
            "delete from intermediate.int_consents where state = 'opted_out' and channel = 'email'"
        )
    assert customer not in published.sync("shopify", *SEND)
    assert account not in published.holds()["shopify"]["customers"]


def test_what_ended_is_taken_away_and_nothing_of_others(published: Warehouse) -> None:
    published.sync("shopify", *SEND)
    before = tags_by_customer(published.holds())
    with changing(published) as connection:
        connection.execute("delete from marts.flags_due where destination = 'shopify'")
    published.sync("shopify", *SEND)
    after = published.holds()["shopify"]["customers"]
    assert before and not any(one["tags"] for one in after.values())
    assert not any(one["tags_taken_off"] for one in after.values())


def test_it_refuses_while_a_source_of_consent_is_silent_for_more_than_a_day(
    published: Warehouse,
) -> None:
    broken = json.dumps([{"source": "twilio", "kind": "status", "status": 503, "times": 1000}])
    said = published.sync("shopify", "--allow-large", SANDBOX_FAULTS=broken)
    assert "twilio" in said and "nothing was sent" in said
    with changing(published) as connection:
        connection.execute(
            "update raw_twilio._dlt_loads set inserted_at = ?",
            [datetime.now(UTC) - timedelta(hours=27)],
        )
    said = published.sync("shopify", *SEND, expected=1, SANDBOX_FAULTS=broken)
    assert "more than 26 hours" in said
    assert published.told() == []


def kill_at(place: str, call: int) -> str:
    """A sync that is killed at the so-manieth call: before it is made, after, or once closed."""
    return f"""
    import os, signal
    from scripts.sync import ledger, shopify
    made = [0]
    whole, closing = shopify.Shopify.perform, ledger.close
    def performed(self, call):
        made[0] += 1
        if made[0] == {call} and {place!r} == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        return whole(self, call)
    def closed(*arguments, **named):
        if made[0] == {call} and {place!r} == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        closing(*arguments, **named)
        if made[0] == {call} and {place!r} == "closed":
            os.kill(os.getpid(), signal.SIGKILL)
    shopify.Shopify.perform, ledger.close = performed, closed
    """


def test_a_sync_that_is_killed_sends_nothing_twice_and_forgets_nothing(
    published: Warehouse,
) -> None:
    published.sync("shopify", *SEND)
    undisturbed = published.holds(), delivered(published), len(published.told())
    # The same day once more from the start, cut off again and again.
    store, received = published.folder / "state", published.folder / "sandbox" / "received"
    with sqlite3.connect(store / "state.sqlite") as state:
        state.execute("delete from sync_calls")
        state.execute("delete from deliveries")
    for journal in received.iterdir():
        journal.unlink()
    for place, call in (("before", 2), ("after", 1), ("after", 4), ("closed", 3), ("after", 2)):
        published.killed(kill_at(place, call), "sync", "shopify", *SEND)
    lost = {"source": "shopify", "holding": "tagsAdd", "kind": "reset", "after": True, "times": 1}
    published.sync("shopify", *SEND, SANDBOX_FAULTS=json.dumps([lost]))
    assert (published.holds(), delivered(published)) == undisturbed[:2]
    assert len(published.told()) == undisturbed[2] + 1  # the one whose answer was lost
    with sqlite3.connect(store / "state.sqlite") as state:
        outcomes = dict(
            state.execute("select outcome, count(*) from sync_calls group by 1").fetchall()
        )
    assert outcomes.keys() == {"done", "lost"}


def test_a_call_that_fails_is_made_alone_the_next_time(published: Warehouse) -> None:
    known = published.query(
        "select account_id from marts.sync_accounts where destination = 'shopify' order by 1"
    )
    published.sync("shopify", *SEND)
    calls, holds = [json.dumps(one) for one in published.told()], published.holds()
    about = {account: sum(account in one for one in calls) for (account,) in known}
    account = next(one for one, count in about.items() if 0 < count < 5)
    with sqlite3.connect(published.folder / "state" / "state.sqlite") as state:
        state.execute("delete from sync_calls")
        state.execute("delete from deliveries")
    for journal in (published.folder / "sandbox" / "received").iterdir():
        journal.unlink()
    down = {"source": "shopify", "holding": account, "kind": "status", "status": 500, "times": None}
    said = published.sync("shopify", *SEND, expected=3, SANDBOX_FAULTS=json.dumps([down]))
    assert f"{about[account]} failed" in said
    published.sync("shopify", *SEND)
    again = [json.dumps(one) for one in published.told()][len(calls) - about[account] :]
    assert len(again) == about[account]
    assert all(account in one for one in again)
    assert published.holds() == holds


def tag(**changed: Any) -> Call:
    call = {"customer_id": "c_1", "account_id": None, "is_message": True, "reason": ""}
    return Call(**{"destination": "shopify", "action": "tag", "mark": "m", **call, **changed})


def test_what_the_contract_does_not_name_never_leaves() -> None:
    grown_ups = {"c_1"}
    check([tag()], grown_ups)
    check([tag(action="untag", customer_id="c_child")], grown_ups)
    with pytest.raises(Blocked, match="no grown-up"):
        check([tag(), tag(customer_id="c_child")], grown_ups)
    with pytest.raises(Blocked, match="birth_date"):
        check(
            [tag(destination="klaviyo", action="import", payload={"birth_date": "2015-01-01"})],
            grown_ups,
        )
    with pytest.raises(Blocked, match="child_names"):
        properties = {"basin_id": "c_1", "child_names": "x"}
        check(
            [tag(destination="klaviyo", action="import", payload={"properties": properties})],
            grown_ups,
        )
    with pytest.raises(Blocked, match="subscribe"):
        check([tag(destination="klaviyo", action="subscribe")], grown_ups)


@pytest.mark.parametrize(
    ("changed", "audience", "stops"),
    [(20, 20, False), (21, 100, True), (100, 1000, False), (101, 1000, True), (501, 90000, True)],
)
def test_a_sync_that_would_change_many_people_waits_for_somebody_to_say_so(
    changed: int, audience: int, stops: bool
) -> None:
    calls = tuple(tag(customer_id=f"c_{number}") for number in range(changed))
    # The hand-over of what they have, and events, are no change.
    others = tuple(tag(customer_id=f"d_{number}", mark="m-sent") for number in range(900))
    plan = Plan("shopify", (*calls, *others), audience)
    if stops:
        with pytest.raises(Stopped, match=f"{changed} of {audience} people"):
            brake(plan, plan.calls, allow_large=False)
    else:
        brake(plan, plan.calls, allow_large=False)
    brake(plan, plan.calls, allow_large=True)


class Shop(Shopify):
    """A shop that finds what it is told to find, and refuses to make what it has."""

    def __init__(self, by_mark: list[Any], by_email: list[Any], by_phone: list[Any]) -> None:
        self.answers = {"metafields": by_mark, "email": by_email, "phone": by_phone}
        self.accounts: dict[str, str] = {}
        self.done: list[str] = []

    def search(self, query: str) -> list[dict[str, Any]]:
        return next(found for name, found in self.answers.items() if query.startswith(name))

    def change(self, question: str, name: str, variables: dict[str, Any]) -> dict[str, Any]:
        self.done.append(name)
        if name == "customerCreate" and self.answers["email"]:
            raise Refused("shopify does not accept email")
        return {"customer": {"legacyResourceId": "9"}}


def node(name: str | None, mark: str | None = None, email: str | None = None) -> dict[str, Any]:
    return {
        "legacyResourceId": "7",
        "firstName": name,
        "email": email,
        "metafield": {"value": mark} if mark else None,
    }


@pytest.mark.parametrize(
    ("by_mark", "by_email", "by_phone", "account"),
    [
        ([node("Ann", "c_1")], [], [], "7"),
        ([], [node("Ann")], [], "7"),
        ([], [node(None)], [], "7"),
        ([], [], [node("Ann")], "7"),
        ([], [], [], "9"),
        ([], [], [node("Bob")], "9"),
        ([], [], [node(None)], "9"),
        ([], [], [node("Ann", email="other@example.org")], "9"),
        ([], [], [node("Ann", "c_2")], "9"),
        ([], [node("Bob")], [node("Ann")], None),
        ([], [node("Ann", "c_2")], [], None),
    ],
)
def test_a_households_shared_address_is_not_two_people(
    by_mark: list[Any], by_email: list[Any], by_phone: list[Any], account: str | None
) -> None:
    shop = Shop(by_mark, by_email, by_phone)
    payload = {
        "given_name": "Ann",
        "family_name": "Tester",
        "email": "ann@example.org",
        "phone": "+12105550100",
    }
    call = tag(action="create", payload=payload)
    if account is None:
        with pytest.raises(Refused, match="somebody else"):
            shop.perform(call)
        assert shop.done == []
    else:
        assert shop.perform(call) == account
        assert ("customerCreate" in shop.done) == (account == "9")
