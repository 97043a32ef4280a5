"""The books: what the town's payments brought, what a bookkeeper enters late, changes and deletes,
and the real gym's figures."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta

import pytest

from scripts.sandbox import books, calibration_books, moments, truth
from scripts.sandbox.books import Books
from scripts.sandbox.chart import BY_NAME, FEES, ITEMS, REFUNDS
from scripts.sandbox.entries import Entry, state
from scripts.sandbox.takings import DELAYS
from scripts.sandbox.truth import received
from tests.sandbox.conftest import small, views


def kept(days: int = 0, people: int = 160) -> Books:
    return books.keep(small(days, people))


def source_of(entry: Entry) -> str:
    return entry.key.split("/")[1]


def test_receipts_hold_what_the_payment_companies_took_on_each_day() -> None:
    ledger = small(people=400)
    expected: dict[tuple[str, date], int] = defaultdict(int)
    for one in ledger.payments:
        if one.is_live and one.is_captured and one.success is not None:
            expected[one.source, moments.day_of(one.success)] += received(one)
    found = {
        (source_of(one), one.day): one.total for one in kept(people=400).standing("SalesReceipt")
    }
    of_today = {key for key in expected if key[1] == ledger.clock}
    assert of_today and not of_today & found.keys()  # those are entered the next morning
    assert found == {key: cents for key, cents in expected.items() if key not in of_today}


def test_deposits_bring_receipts_less_refunds_and_fees_and_nothing_twice() -> None:
    ledger, shown, made = small(people=400), views(people=400), kept(people=400)
    settled: Counter[str] = Counter()
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for entry in made.standing("Deposit"):
        source = source_of(entry)
        for line in entry.lines:
            for key in line.settles:
                assert line.cents == made.by_key[key].total
                assert made.by_key[key].day <= entry.day
                settled[key] += not entry.key.endswith("/again")
            if line.account in (FEES, REFUNDS) and not entry.key.endswith("/again"):
                sums[source, line.account] -= line.cents
    assert set(settled.values()) == {1}
    paid = [one for one in ledger.payments if one.is_live and one.is_captured and received(one)]
    for source, delay in DELAYS.items():
        brought = [one.day for one in made.standing("Deposit") if source_of(one) == source]
        until = moments.end_of(max(brought) - timedelta(days=delay))
        own = [one for one in paid if one.source == source]
        fees = sum(shown[source].fee(one) for one in own if (one.success or 0) < until)
        backs = [back for one in own for back in one.refunds if not back.fails]
        assert sums[source, FEES] == fees
        assert sums[source, REFUNDS] == sum(back.cents for back in backs if back.settles < until)
        receipts = [one for one in made.standing("SalesReceipt") if source_of(one) == source]
        for one in receipts:
            assert (one.key in settled) == (moments.midnight(one.day) < until)


def test_every_category_of_the_town_has_an_item_and_every_line_an_account() -> None:
    ledger = small(people=400)
    sold = {line.category for one in ledger.payments for line in one.lines}
    assert sold | {one.category for one in ledger.payments if not one.lines} <= ITEMS.keys()
    for entry in kept(people=400).entries:
        assert entry.account in BY_NAME
        for line in entry.lines:
            assert bool(line.account) + bool(line.item) + bool(line.settles) == 1
            assert line.account is None or line.account in BY_NAME


def test_an_entry_keeps_its_number_and_its_words_whatever_day_it_is() -> None:
    made, later = kept(), {one.number: one for one in kept(9).entries}
    for one in made.entries:
        now = later[one.number]
        assert (now.key, now.created, now.lines, now.deleted, now.edits) == (
            one.key, one.created, one.lines, one.deleted, one.edits
        )  # fmt: skip
        assert state(now, made.horizon) == state(one, made.horizon)
    assert [one.number for one in made.entries] == list(range(1, len(made.entries) + 1))


@pytest.mark.parametrize("people", [40, 160])
def test_the_first_days_bring_new_late_changed_and_deleted_entries(people: int) -> None:
    before, after = kept(people=people), kept(4, people)
    known = {one.number for one in before.entries}
    new = [one for one in after.entries if one.number not in known]
    assert any(one.day <= before.clock for one in new), "late"
    changed = {
        (one.entity, edit.what)
        for one in before.entries
        for edit in one.edits
        if before.horizon <= edit.moment < after.horizon
    }
    assert ("Purchase", "account") in changed
    gone = [one for one in before.entries if after.is_gone(one) and not before.is_gone(one)]
    assert len([one for one in gone if one.entity == "Purchase"]) >= 2
    for days in range(1, 7):
        assert len(kept(days, people).entries) > len(kept(days - 1, people).entries)


def test_a_years_purchases_are_the_real_gyms() -> None:
    """They hang on the town's size alone: one of nobody but the default size is enough."""
    settings = replace(small(people=40).settings, people=7_400, days=548)
    ledger = replace(small(people=40), settings=settings)
    for line in calibration_books.measure(ledger):
        assert 0.9 * line.asked < line.got < 1.1 * line.asked, line


def test_what_is_deleted_or_changed_was_made_before() -> None:
    for one in kept(people=400).entries:
        changed = sorted(edit.moment for edit in one.edits)
        assert all(moment > one.created for moment in changed)
        assert len(set(changed)) == len(changed)
        assert one.deleted is None or (one.deleted > one.created and not changed)


def test_the_truth_knows_nothing_of_the_books() -> None:
    tables = truth.tables(small(), list(views().values()))
    assert not any("quickbooks" in str(row) for rows in tables.values() for row in rows)
