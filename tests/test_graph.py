"""The walk over edges and conflicts, against a naive answer on random graphs."""

import random
from itertools import combinations, pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scripts.graph import (
    EXACT,
    LEVELS,
    LOW,
    MOST_LIKENESS,
    UNLIKE,
    Conflict,
    Edge,
    communities,
    components,
    walk,
)

KEYS = [f"r{number}" for number in range(8)]
PAIRS = list(combinations(KEYS, 2))
edges_drawn = st.lists(
    st.tuples(st.sampled_from(PAIRS), st.integers(0, 3), st.sampled_from(LEVELS), st.booleans()),
    unique_by=lambda drawn: drawn[0],
    max_size=14,
)
conflicts_drawn = st.lists(
    st.tuples(st.sampled_from(PAIRS), st.booleans(), st.booleans()),
    unique_by=lambda drawn: drawn[0],
    max_size=8,
)


likeness_drawn = st.dictionaries(st.sampled_from(PAIRS), st.integers(-300, 300), max_size=14)
Likeness = dict[tuple[str, str], int]


def edges_of(drawn: list[tuple[tuple[str, str], int, int, bool]]) -> list[Edge]:
    """A decision is always exact."""
    return [
        Edge(a, b, strength, EXACT if by_hand else level, by_hand)
        for (a, b), strength, level, by_hand in drawn
    ]


def conflicts_of(drawn: list[tuple[tuple[str, str], bool, bool]]) -> list[Conflict]:
    return [Conflict(a, b, "conflict", by_hand, error) for (a, b), by_hand, error in drawn]


def rows_of(likeness: Likeness) -> list[tuple[str, str, int]]:
    return [(a, b, speaks_for) for (a, b), speaks_for in likeness.items()]


def naive(
    edges: list[Edge], conflicts: list[Conflict], likeness: Likeness, level: int
) -> set[frozenset[str]]:
    """Clusters by trying every edge up to a level, in order, against every conflict, with plain
    sets."""
    clusters = [{key} for edge in edges for key in (edge.a, edge.b)]
    clusters = [set(keys) for keys in {frozenset(keys) for keys in clusters}]
    ordered = sorted(
        edges, key=lambda e: (not e.is_decided_by_hand, e.level, -e.strength, e.a, e.b)
    )
    for edge in (one for one in ordered if one.level <= level):
        left = next(keys for keys in clusters if edge.a in keys)
        right = next(keys for keys in clusters if edge.b in keys)
        across = [
            c for c in conflicts if (c.a in left and c.b in right) or (c.b in left and c.a in right)
        ]
        pairs = {(min(a, b), max(a, b)) for a in left for b in right}
        together = sum(
            max(min(likeness[pair], MOST_LIKENESS), -MOST_LIKENESS)
            if pair in likeness
            else UNLIKE * any((c.a, c.b) == pair for c in across)
            for pair in pairs
        )
        by_hand = any(c.is_decided_by_hand for c in across)
        final = edge.level < LOW or any(not c.may_be_error for c in across)
        forbidden = by_hand or (
            bool(across) and not edge.is_decided_by_hand and (final or together < 0)
        )
        if left is not right and not forbidden:
            clusters = [keys for keys in clusters if keys is not left and keys is not right]
            clusters.append(left | right)
    return {frozenset(keys) for keys in clusters}


def clusters_of(
    edges: list[Edge], conflicts: list[Conflict], likeness: Likeness, level: int = LOW
) -> set[frozenset[str]]:
    named: dict[str, set[str]] = {}
    for step in walk(edges, conflicts, rows_of(likeness)):
        named.setdefault(step.clusters_a[level], set()).add(step.edge.a)
        named.setdefault(step.clusters_b[level], set()).add(step.edge.b)
    assert all(name == min(keys) for name, keys in named.items())
    return {frozenset(keys) for keys in named.values()}


def named_components(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Each key's component, named by its smallest key."""
    keys = sorted({key for pair in pairs for key in pair})
    numbers = np.array([[keys.index(key) for key in pair] for pair in pairs], dtype=np.int64)
    label = components(*numbers.reshape(-1, 2).T, len(keys))
    return {key: keys[number] for key, number in zip(keys, label, strict=True)}


@given(edges_drawn, conflicts_drawn, likeness_drawn)
def test_the_walk_equals_the_naive_one_at_every_level(edges, conflicts, likeness) -> None:
    for level in LEVELS:
        found = clusters_of(edges_of(edges), conflicts_of(conflicts), likeness, level)
        assert found == naive(edges_of(edges), conflicts_of(conflicts), likeness, level)


@given(edges_drawn, conflicts_drawn, likeness_drawn)
def test_each_level_only_joins_clusters_of_the_level_before(edges, conflicts, likeness) -> None:
    answers = [
        clusters_of(edges_of(edges), conflicts_of(conflicts), likeness, level) for level in LEVELS
    ]
    for surer, bolder in pairwise(answers):
        assert all(any(part <= whole for whole in bolder) for part in surer)


@given(edges_drawn, conflicts_drawn, likeness_drawn, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    edges, conflicts, likeness, shuffle: random.Random
) -> None:
    rows = rows_of(likeness)
    steps = walk(edges_of(edges), conflicts_of(conflicts), rows)
    for drawn in (edges, conflicts, rows):
        shuffle.shuffle(drawn)
    assert walk(edges_of(edges), conflicts_of(conflicts), rows) == steps


@given(edges_drawn)
def test_without_conflicts_clusters_are_the_connected_components(edges) -> None:
    named = named_components([(edge.a, edge.b) for edge in edges_of(edges)])
    for step in walk(edges_of(edges), []):
        assert (step.clusters_a[LOW], step.clusters_b[LOW]) == (
            named[step.edge.a],
            named[step.edge.b],
        )
        assert step.conflict is None


@given(edges_drawn, conflicts_drawn, likeness_drawn)
def test_a_conflict_decided_by_hand_is_never_overruled(edges, conflicts, likeness) -> None:
    cluster = {}
    for step in walk(edges_of(edges), conflicts_of(conflicts), rows_of(likeness)):
        cluster |= {step.edge.a: step.clusters_a[LOW], step.edge.b: step.clusters_b[LOW]}
    for conflict in conflicts_of(conflicts):
        if conflict.is_decided_by_hand and {conflict.a, conflict.b} <= cluster.keys():
            assert cluster[conflict.a] != cluster[conflict.b]


def test_every_refused_edge_names_a_conflict_across_its_two_sides() -> None:
    edges = [Edge("a", "b", 9), Edge("b", "c", 8), Edge("c", "d", 9)]
    conflict = Conflict("a", "d", "birth dates differ")
    steps = {(step.edge.a, step.edge.b): step for step in walk(edges, [conflict])}
    assert steps["b", "c"].conflict == conflict
    assert steps["a", "b"].conflict is None
    assert (steps["c", "d"].clusters_a[LOW], steps["a", "b"].clusters_a[LOW]) == ("c", "a")


def test_a_decision_joins_what_the_rules_keep_apart() -> None:
    (step,) = walk(
        [Edge("a", "b", 1000, is_decided_by_hand=True)], [Conflict("a", "b", "given names differ")]
    )
    assert (step.clusters_a[EXACT], step.clusters_b[EXACT], step.conflict) == ("a", "a", None)


def test_a_wrong_birth_date_is_outweighed_in_the_low_answer_alone() -> None:
    error, final = (Conflict("a", "b", "birth dates differ", may_be_error=e) for e in (True, False))
    for conflict, level, speaks_for, joins in (
        (error, LOW, 10, True),
        (error, LOW, -10, False),
        (error, EXACT, 150, False),
        (final, LOW, 150, False),
    ):
        (step,) = walk([Edge("a", "b", 10, level)], [conflict], [("a", "b", speaks_for)])
        assert (step.clusters_b[LOW] == "a") == joins


def test_a_record_that_fits_both_twins_does_not_join_them() -> None:
    edges = [Edge("nobody", "tim", 56, LOW), Edge("nobody", "tom", 56, LOW)]
    twins = Conflict("tim", "tom", "given names differ", may_be_error=True)
    likeness = [("nobody", "tim", 56), ("nobody", "tom", 56), ("tim", "tom", -70)]
    (first, second) = walk(edges, [twins], likeness)
    assert first.conflict is None
    assert second.conflict == twins


@given(edges_drawn, conflicts_drawn)
def test_where_nothing_is_in_conflict_components_are_the_clusters_of_each_level(
    edges, conflicts
) -> None:
    walked = walk(edges_of(edges), conflicts_of(conflicts))
    whole = named_components([(edge.a, edge.b) for edge in edges_of(edges)])
    contested = {
        whole[c.a] for c in conflicts_of(conflicts) if c.a in whole and whole[c.a] == whole.get(c.b)
    }
    alone = walk(
        [edge for edge in edges_of(edges) if whole[edge.a] in contested], conflicts_of(conflicts)
    )
    assert alone == [step for step in walked if whole[step.edge.a] in contested]
    for level in LEVELS:
        named = named_components([(e.a, e.b) for e in edges_of(edges) if e.level <= level])
        for step in walked:
            if whole[step.edge.a] not in contested:
                assert step.clusters_a[level] == named.get(step.edge.a, step.edge.a)
                assert step.clusters_b[level] == named.get(step.edge.b, step.edge.b)


numbers = st.integers(0, 29)


@given(st.lists(st.tuples(numbers, numbers), max_size=40))
def test_components_are_what_can_be_reached(pairs: list[tuple[int, int]]) -> None:
    sides = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    for start, label in enumerate(components(*sides, 30)):
        reached, seen = {start}, set()
        while reached > seen:
            seen = set(reached)
            reached |= {b for a, b in pairs if a in seen} | {a for a, b in pairs if b in seen}
        assert label == min(reached)


ties = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("ijklmnop"), st.integers(1, 100)),
    unique_by=lambda tie: tie[:2],
    max_size=20,
)


@given(ties, st.randoms(use_true_random=False))
def test_communities_part_the_components_whatever_the_order_of_ties(
    ties: list[tuple[str, str, int]], shuffle: random.Random
) -> None:
    found = communities(ties)
    assert found.keys() == {key for a, b, _ in ties for key in (a, b)}
    connected = named_components([(a, b) for a, b, _ in ties])
    assert all(connected[key] == connected[label] for key, label in found.items())
    assert all(
        label == min(key for key in found if found[key] == label) for label in found.values()
    )
    turned = [(b, a, weight) for a, b, weight in ties]
    shuffle.shuffle(turned)
    assert communities(turned) == found


def test_two_families_that_met_once_are_two_communities() -> None:
    family = [(*pair, 80) for pair in combinations("abc", 2)]
    other = [(*pair, 80) for pair in combinations("xyz", 2)]
    groups = communities([*family, *other, ("c", "x", 5)])
    assert groups == dict.fromkeys("abc", "a") | dict.fromkeys("xyz", "x")
