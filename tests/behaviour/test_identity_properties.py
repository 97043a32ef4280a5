"""What identity promises whatever the records: over drawn people, and over graphs of all shapes."""

import re
import string
import time
from collections.abc import Iterator
from hashlib import md5

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.graph import Conflict, Edge, components, walk
from tests.behaviour.identities import Identities, identities_of, loaded
from tests.behaviour.warehouse import ROOT, Warehouse

PHONES = loaded(ROOT / "dbt_project/models/intermediate/identity/int_phone_numbers.py")
RECORDS = 400
CHAIN = 5_000


@pytest.fixture(scope="module")
def town(
    published_once: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Identities]:
    """Some four hundred records, whose identities were published once."""
    folder = tmp_path_factory.mktemp("identities")
    with identities_of(published_once, folder, RECORDS) as made:
        made.show()
        made.publish(made.build())
        yield made


def test_the_same_records_again_in_any_order_change_no_id(town: Identities) -> None:
    before = town.published
    for order in ("record_key", "md5(record_key)"):
        town.show(order=order)
        assert town.build() == before
    assert len(before) > RECORDS / 2
    assert len({customer for _, customer, _ in before.values()}) < len(before)
    retired = "select * from intermediate.int_identity__registry where retired_date is not null"
    assert town.connection.execute(retired).fetchall() == []


@pytest.mark.parametrize("number", range(0, RECORDS // 2, 40))
def test_one_record_more_changes_at_most_one_customer(town: Identities, number: int) -> None:
    after = town.published
    one_more = sorted(after, key=lambda key: md5(key.encode()).digest())[number]
    town.show(f"record_key <> '{one_more}'")
    before = town.build()
    assert after.keys() - before.keys() == {one_more}
    changed = {ids[1] for key, ids in before.items() if after[key][1] != ids[1]}
    assert len(changed) <= 1


def test_each_answer_only_joins_what_the_surer_one_kept_apart(town: Identities) -> None:
    ids = set(town.published.values())
    assert len({exact for exact, _, _ in ids}) == len({(e, c) for e, c, _ in ids})
    assert len({customer for _, customer, _ in ids}) == len({(c, low) for _, c, low in ids})
    assert len({e for e, _, _ in ids}) > len({c for _, c, _ in ids}) > len({w for _, _, w in ids})


def test_a_decision_splits_a_customer_and_both_parts_keep_their_past(town: Identities) -> None:
    before = town.published
    one, other = town.connection.execute(
        "select min(record_key), max(record_key) from intermediate.int_identity__members"
        " inner join intermediate.int_identity__records using (record_key)"
        " group by customer_id having count(*) = 2 and count(given_folded) = 2"
        " order by all limit 1"
    ).fetchall()[0]
    town.show()
    town.keep_apart((one, other))
    try:
        after = town.build()
        changes = town.connection.execute(
            "select change, customer_id, other_customer_id from intermediate.int_identity__changes"
        ).fetchall()
    finally:
        town.keep_apart()
    kept, new = after[one][1], after[other][1]
    if new == before[one][1]:
        kept, new = new, kept
    assert kept == before[one][1] == before[other][1] != new
    assert changes == [("split from", new, kept)]
    assert {key for key in before if after[key][1] != before[key][1]} <= {one, other}


def test_every_chain_costs_hardly_more_than_its_records_alone() -> None:
    chain = [Edge(f"{n:05}", f"{n + 1:05}", 1) for n in range(CHAIN - 1)]
    singles = [Edge(f"{n:05}", f"{n:05}x", 1) for n in range(CHAIN - 1)]
    conflict = Conflict(f"{0:05}", f"{CHAIN - 1:05}", "birth dates differ")
    took = {}
    for name, edges in (("chain", chain), ("singles", singles)):
        runs = []
        for _ in range(3):
            began = time.process_time()
            walked = walk(edges, [conflict])
            runs.append(time.process_time() - began)
        took[name] = min(runs)
        assert sum(step.conflict is not None for step in walked) == (name == "chain")
    assert took["chain"] < 5 * took["singles"]


def test_a_long_chain_is_one_component() -> None:
    order = np.random.default_rng(1).permutation(CHAIN)
    assert (components(order[:-1], order[1:], CHAIN) == 0).all()


@given(st.from_regex(PHONES.PLAIN, fullmatch=True, alphabet=string.printable))
def test_a_plainly_written_number_is_read_as_googles_rules_read_it(spelling: str) -> None:
    assert PHONES.e164(spelling) == "+1" + re.sub("[^0-9]", "", spelling)[-10:]
