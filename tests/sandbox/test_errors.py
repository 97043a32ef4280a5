"""Errors: none at noise 0, about the table's rates at noise 1, and the same every time."""

from dataclasses import replace

from scripts.sandbox import errors, moments
from scripts.sandbox.ledger import build
from scripts.sandbox.vendors.capitan import View as Capitan
from scripts.sandbox.vendors.klaviyo import View as Klaviyo
from scripts.sandbox.vendors.mailchimp import View as Mailchimp
from scripts.sandbox.vendors.shopify import View as Shopify
from scripts.sandbox.vendors.stripe import View as Stripe
from tests.sandbox.conftest import SMALL, small, views


def test_without_noise_every_record_shows_what_the_ledger_knows() -> None:
    ledger, shown = small(people=400, noise=0.0), views(people=400, noise=0.0)
    customers = {row["id"]: row for row in shown["capitan"].tables["customers"]}
    for account in ledger.of("capitan"):
        person, row = account.person, customers.get(account.number)
        if row is None or person.case:
            continue
        assert (row["first_name"], row["last_name"]) == (person.given, person.family)
        assert row["birthday"] == person.birth.isoformat()
        known = {one.at("email", ledger.clock) for one in [person, *person.guardians]}
        assert row["email"] in {*known, None}
        phones = {f"{p[2:5]}-{p[5:8]}-{p[8:]}" for p in (
            one.phone for one in [person, *person.guardians])}  # fmt: skip
        assert row["telephone"] in {*phones, None}
    stripe = shown["stripe"]
    assert isinstance(stripe, Stripe)
    rows = {row["id"]: row for row in stripe.tables["customers"]}
    for account in ledger.of("stripe"):
        found = rows.get(stripe.objects.customer_id(account))
        if found is None or account.person.case:
            continue
        person = account.person
        assert found["name"] in (f"{person.given} {person.family}", None)
        assert found["phone"] in (person.phone, None)
    assert not stripe.objects.errors.tally


def test_noise_one_spoils_about_as_often_as_the_table_says() -> None:
    ledger = build(replace(SMALL, people=2_000), SMALL.today)
    view = Capitan(ledger)
    ordinary = [one for one in ledger.of("capitan") if not one.person.case]
    for row in errors.TABLE:
        if row.source != "capitan" or row.column not in ("given", "family", "birth"):
            continue
        got = len(view.errors.tally.get(("capitan", row.column, row.kind), ())) / len(ordinary)
        assert abs(got - row.rate) < 0.4 * row.rate + 0.004, row


def test_double_noise_spoils_more() -> None:
    counts = []
    for noise in (1.0, 2.0):
        view = Capitan(build(replace(SMALL, noise=noise), SMALL.today))
        counts.append(sum(map(len, view.errors.tally.values())))
    assert counts[1] > 1.4 * counts[0]


def test_the_shop_and_the_newsletter_show_what_the_ledger_knows_without_noise() -> None:
    ledger, shown = small(people=400, noise=0.0), views(people=400, noise=0.0)
    shop, news = shown["shopify"], shown["mailchimp"]
    assert isinstance(shop, Shopify) and isinstance(news, Mailchimp)
    for account in ledger.of("shopify"):
        row, person = shop.objects.customer(account), account.person
        if not person.case:
            assert (row["first_name"], row["last_name"]) == (person.given, person.family)
            assert row["phone"] in (person.phone, None)
            assert row["email"] == person.at("email", ledger.clock) or any(
                day == ledger.clock for day, *_ in person.changes
            )
    for one in ledger.subscriptions:
        email, given, family = news.objects.contact(one)
        person = one.account.person
        if not person.case:
            assert email == person.at("email", moments.day_of(one.account.opened))
            assert (given, family) in ((person.given, person.family), ("", ""))
    assert not shop.objects.errors.tally and not news.objects.errors.tally


def test_noise_spoils_the_shop_the_newsletter_and_the_profiles() -> None:
    ledger = build(replace(SMALL, people=1_200, noise=3.0), SMALL.today)
    for view in (Shopify(ledger), Mailchimp(ledger)):
        view.records()
        kinds = {(column, kind) for _, column, kind in view.objects.errors.tally}
        assert {column for column, _ in kinds} >= {"email", "given", "family"}
    profiles = Klaviyo(ledger).profiles
    assert profiles.contacts
    spoilt = {column for source, column, _ in profiles.errors.tally if source == "klaviyo"}
    assert spoilt == {"email", "phone", "given", "family"}
