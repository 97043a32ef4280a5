"""The flags of the town, held against a naive answer that shares nothing with their SQL."""

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
