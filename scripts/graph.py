"""Pure functions over graphs: which records are one customer, and which customers make a group.

SQL finds edges and conflicts (`int_edge__*`, `int_identity__conflicts`); these functions only walk
them, and touch no file and no database. Whole towns come as arrays of numbers, single components
as keys. Everything is ordered, so the same rows in another order
give the same answer. It deliberately leaves out any judgement of names or dates: a conflict
arrives with its reason.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt

EXACT, MEDIUM, LOW = LEVELS = (0, 1, 2)
LEVEL_OF = {"exact": EXACT, "medium": MEDIUM, "low": LOW}
# No single pair of records counts for more in the low answer, so that none outweighs many.
MOST_LIKENESS = 150
# What two records weigh that are in conflict and share nothing worth a comparison.
UNLIKE = -30


@dataclass(frozen=True)
class Edge:
    """Two record keys (a < b) that may be one person, how sure that is, and how strong within its
    level."""

    a: str
    b: str
    strength: int
    level: int = EXACT
    is_decided_by_hand: bool = False


@dataclass(frozen=True)
class Conflict:
    """Two record keys (a < b) that must not become one customer, and why; `may_be_error` where the
    low answer weighs it with all that speaks for one person."""

    a: str
    b: str
    reason: str
    is_decided_by_hand: bool = False
    may_be_error: bool = False


@dataclass(frozen=True)
class Step:
    """One edge after the walk: the clusters its ends lay in after each level, and the conflict
    that refused it."""

    edge: Edge
    clusters_a: tuple[str, ...]
    clusters_b: tuple[str, ...]
    conflict: Conflict | None


Numbers = npt.NDArray[np.int64]


def components(a: Numbers, b: Numbers, count: int) -> Numbers:
    """The connected component of each number below `count`, named by its smallest number; edge i
    joins a[i] and b[i]."""
    label = np.arange(count, dtype=np.int64)
    while True:
        a, b = label[a], label[b]
        apart = a != b
        if not apart.any():
            return label
        a, b = a[apart], b[apart]
        np.minimum.at(label, np.maximum(a, b), np.minimum(a, b))
        while not np.array_equal(label, further := label[label]):
            label = further


def walk(
    edges: Iterable[Edge],
    conflicts: Iterable[Conflict],
    likeness: Iterable[tuple[str, str, int]] = (),
) -> list[Step]:
    """Join records along edges, surest and then strongest first, refusing each edge that would
    join two conflicting ones.

    Clusters are named by their smallest key and noted after each level, so that each level's
    clusters hold those of the level before. Edges decided by hand come first and give way only to
    conflicts decided by hand. A cluster that such an edge made of conflicting records stays; later
    edges are refused by conflicts across the two sides only. Where all of these may be errors, a
    low edge is refused if the pairs across speak against one person together: `likeness` holds two
    keys (a < b) and what speaks for one person, less than 0 where more speaks against it.
    """
    ordered = sorted(
        edges, key=lambda e: (not e.is_decided_by_hand, e.level, -e.strength, e.a, e.b)
    )
    against: dict[str, dict[str, Conflict]] = defaultdict(dict)
    for conflict in conflicts:
        against[conflict.a][conflict.b] = conflict
        against[conflict.b][conflict.a] = conflict
    alike: dict[str, dict[str, int]] = defaultdict(dict)
    for a, b, speaks_for in likeness:
        alike[a][b] = alike[b][a] = max(min(speaks_for, MOST_LIKENESS), -MOST_LIKENESS)

    cluster_of = {key: key for edge in ordered for key in (edge.a, edge.b)}
    members = {key: {key} for key in cluster_of}
    refused: dict[Edge, Conflict] = {}
    after: list[dict[str, str]] = []
    for level in LEVELS:
        for edge in (one for one in ordered if one.level == level):
            left, right = cluster_of[edge.a], cluster_of[edge.b]
            if left == right:
                continue
            against_it = _conflict_between(members[left], members[right], against, alike, edge)
            if against_it:
                refused[edge] = against_it
                continue
            if len(members[left]) < len(members[right]):
                left, right = right, left
            for key in members[right]:
                cluster_of[key] = left
            members[left] |= members.pop(right)
        smallest = {root: min(keys) for root, keys in members.items()}
        after.append({key: smallest[root] for key, root in cluster_of.items()})

    return [
        Step(
            edge,
            tuple(named[edge.a] for named in after),
            tuple(named[edge.b] for named in after),
            refused.get(edge),
        )
        for edge in ordered
    ]


def communities(pairs: Iterable[tuple[str, str, int]]) -> dict[str, str]:
    """Each key's group of those who are tied more to each other than to the rest, named by its
    smallest key.

    `pairs` are two keys and how strong their tie is. Louvain's method with a fixed seed, in each
    connected component for itself, so that what happens elsewhere changes nobody's group.
    """
    graph: nx.Graph = nx.Graph()
    graph.add_weighted_edges_from(sorted(pairs))
    found: dict[str, str] = {}
    for keys in nx.connected_components(graph):
        part: nx.Graph = nx.Graph()
        part.add_nodes_from(sorted(keys))
        part.add_weighted_edges_from(
            sorted((min(a, b), max(a, b), weight) for a, b, weight in graph.edges(keys, "weight"))
        )
        for group in nx.community.louvain_communities(part, weight="weight", seed=1):
            smallest = min(group)
            found.update((key, smallest) for key in group)
    return found


def _conflict_between(
    left: set[str],
    right: set[str],
    against: dict[str, dict[str, Conflict]],
    alike: dict[str, dict[str, int]],
    edge: Edge,
) -> Conflict | None:
    """The first conflict, by keys, between two sets of records that an edge must obey."""
    small, large = sorted((left, right), key=len)
    found = [
        conflict
        for key in small
        if key in against
        for other, conflict in against[key].items()
        if other in large
    ]
    binding = [one for one in found if one.is_decided_by_hand]
    if found and not binding and not edge.is_decided_by_hand:
        binding = [one for one in found if edge.level < LOW or not one.may_be_error]
        if not binding and _likeness_between(small, large, found, alike) < 0:
            binding = found
    return min(binding, key=lambda one: (one.a, one.b), default=None)


def _likeness_between(
    small: set[str],
    large: set[str],
    conflicts: list[Conflict],
    alike: dict[str, dict[str, int]],
) -> int:
    """How much all pairs between two sets of records speak for one person."""
    compared = sum(
        likeness for key in small for other, likeness in alike[key].items() if other in large
    )
    return compared + UNLIKE * sum(one.b not in alike[one.a] for one in conflicts)
