"""The flags of the town, held against a naive answer that shares nothing with their SQL."""

import sqlite3

import duckdb
import pytest

from scripts import unions
from tests.behaviour.invented_worlds import World, built
from tests.behaviour.naive_rules import RULES, expected_flags, listed_flags
from tests.behaviour.warehouse import ROOT, Warehouse

MODELS = ROOT / "dbt_project" / "models"


def test_every_rule_has_a_naive_twin() -> None:
    types = {
        unions.flag_meta(name, MODELS)["flag_type"] for name in unions.members("flag_*", MODELS)
    }
    assert types == set(RULES)


def test_every_flag_of_the_town_is_what_its_sentence_says(published_once: Warehouse) -> None:
    with duckdb.connect(str(published_once.published), read_only=True) as connection:
        expected, listed = expected_flags(connection), listed_flags(connection)
    assert {flag: listed[flag] for flag in expected} == expected
    assert set(listed) <= set(expected)
    assert sum(bool(people) for people in expected.values()) >= 10


@pytest.mark.parametrize("seed", range(3))
def test_every_flag_of_an_invented_gym_is_what_its_sentence_says(
    seed: int, published_once: Warehouse
) -> None:
    compiled = published_once.folder / "dbt" / "prod" / "compiled" / "basin" / "models"
    with built(World(seed, people=1500), compiled) as connection:
        expected, listed = expected_flags(connection), listed_flags(connection)
    assert {flag: listed[flag] for flag in expected} == expected
    assert set(listed) <= set(expected)
    assert [flag for flag, people in expected.items() if not people] == []


def test_a_delivery_in_the_state_store_is_read_back_and_spells_go_on(published: Warehouse) -> None:
    due = "select customer_id, flag_type, destination from marts.flags_due where delivery_state = "
    spells = "select * from marts.flag_history order by all"
    waiting, before = published.query(f"{due} 'due' order by all"), published.query(spells)
    one, *others = waiting
    with sqlite3.connect(published.folder / "state" / "state.sqlite") as store:
        store.execute(
            "insert into deliveries select 'key', ?, ?, ?, ?, '2026-01-31'",
            [one[2], one[0], one[0], one[1]],
        )
    published.daily()
    assert published.query(f"{due} 'delivered'") == [one]
    assert published.query(f"{due} 'due' order by all") == others
    assert published.query(spells) == before


def test_flags_says_of_every_rule_how_many_it_holds_for(published_once: Warehouse) -> None:
    said = published_once.basin("flags").stdout.splitlines()
    rows = {line.split()[0]: line for line in said[1:]}
    assert set(rows) == set(RULES)
    counted = published_once.query(
        "select rules.flag_type, sentence, count(customer_id), cool_down_days from marts.rules"
        " left join marts.customer_flags"
        " on replace(customer_flags.flag_type, 'child_', '') = rules.flag_type group by all"
    )
    for flag, sentence, people, cool_down in counted:
        _, shown, new, *rest = rows[flag].split()
        assert (int(shown), int(new)) == (people, people), "on the first day everybody is new"
        assert rest[0] == (str(cool_down) if cool_down else "-")
        assert rows[flag].endswith(sentence)


def test_why_shows_each_condition_that_holds_and_each_that_does_not(
    published_once: Warehouse,
) -> None:
    ((customer,),) = published_once.query(
        "select min(customer_id) from marts.customer_flags where flag_type = 'churn_risk'"
    )
    said = published_once.basin("flags", "why", customer).stdout.splitlines()
    assert said[0] == f"{customer}:"
    verdicts = {line.split(":")[0]: line for line in said[1:] if not line.startswith(" ")}
    have = {
        flag
        for (flag,) in published_once.query(
            f"select flag_type from marts.customer_flags where customer_id = '{customer}'"
        )
    }
    assert {flag for flag, line in verdicts.items() if ": yes, since " in line} == have
    assert len(verdicts) == len(RULES)
    held = said[said.index(verdicts["churn_risk"]) + 2 :][:3]
    assert [line.split("  ")[2] for line in held] == ["holds"] * 3
    assert "does not hold" in "".join(said)
    assert published_once.basin("flags", "why", "nobody@example.org").returncode == 2
