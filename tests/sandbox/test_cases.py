"""The cases that break customer warehouses: each there with its pairs, in the smallest town too,
at any noise."""

from collections import Counter

import pytest

from scripts.sandbox import cases, kin, truth
from scripts.sandbox.people import folded
from scripts.sandbox.settings import Settings
from scripts.sandbox.vendors.base import Row
from tests.sandbox.conftest import small, views


def pairs(people: int, noise: float = 1.0) -> list[tuple[str, str, str, bool]]:
    shown = list(views(people=people, noise=noise).values())
    return truth.tables(small(people=people, noise=noise), shown)["cases"]  # type: ignore[return-value]


@pytest.mark.parametrize("people", [100, 160, 400])
def test_every_case_is_there_with_its_pairs(people: int) -> None:
    found = Counter(case for case, *_ in pairs(people))
    assert set(found) == {case.name for case in cases.CASES} | {kin.CASE}


def test_pairs_are_ordered_and_agree_with_the_people_behind_them() -> None:
    shown = list(views().values())
    person = {row[0]: row[2] for row in truth.tables(small(), shown)["records"]}
    for _, one, other, is_same in pairs(160):
        assert one < other
        assert (person[one] == person[other]) == is_same


def test_cases_show_the_same_records_with_and_without_noise() -> None:
    assert pairs(160) == pairs(160, noise=0.0)
    ledger = small()
    people = {one.number for one in ledger.of("capitan") if one.person.case}
    loud, clean = (
        {row["id"]: row for row in views(noise=noise)["capitan"].tables["customers"]}
        for noise in (1.0, 0.0)
    )
    assert all(loud[one] == clean[one] for one in people & loud.keys())


def rows_of(case: str) -> list[Row]:
    ids = {one.number for one in small().of("capitan") if one.person.case == case}
    return [row for row in views()["capitan"].tables["customers"] if row["id"] in ids]


def test_contact_points_are_shared_as_the_cases_say() -> None:
    desk = rows_of("front desk's e-mail and phone")
    assert len(desk) > 3 and len({(row["email"], row["telephone"]) for row in desk}) == 1
    nobody = rows_of("placeholders")
    assert {(row["email"], row["telephone"], row["birthday"]) for row in nobody} == {
        ("test@example.org", "555-555-5555", "1900-01-01")
    }
    family = rows_of("five children on the mother's e-mail and phone")
    assert len(family) == 6 and len({row["email"] for row in family}) == 1
    assert {row["birthday"] for row in rows_of("child without birth date")} >= {None}
    assert all(row["birthday"].endswith("-02-29") for row in rows_of("birthday on 29 February"))


def test_twins_share_family_and_birth_date_only() -> None:
    born = Counter((row["last_name"], row["birthday"]) for row in rows_of("twins"))
    assert sorted(born.values()) == [1, 1, 2, 2]


def test_invented_people_are_only_at_example_org_and_on_the_555_exchange() -> None:
    for row in views(people=400)["capitan"].tables["customers"]:
        email = (row["email"] or "x@example.org").strip().lower()
        assert email.endswith((".example.org", "@example.org"))
        digits = "".join(letter for letter in row["telephone"] or "" if letter.isdigit())
        assert not digits or digits[-7:-4] == "555" or row["telephone"] == "" or noisy(digits)


def noisy(digits: str) -> bool:
    """A typing error may hit the exchange itself."""
    return sum(a == b for a, b in zip(digits[-7:-4], "555", strict=False)) >= 1


def test_strangers_share_no_contact_point_and_no_name_with_birth_date() -> None:
    ledger = small(people=400, noise=0.0)
    ordinary = [one for one in ledger.people if not one.case]
    assert len({one.phone for one in ordinary}) == len(ordinary)
    assert len({one.email for one in ordinary}) == len(ordinary)
    named = Counter((folded(one.given), folded(one.family), one.birth) for one in ordinary)
    assert set(named.values()) == {1}


def test_settings_of_section_1_are_the_defaults() -> None:
    default = Settings()
    assert (default.seed, default.people, default.days, default.places, default.noise) == (
        1, 7400, 548, 1, 1.0,
    )  # fmt: skip
    assert default.today.isoformat() == "2026-01-31"
