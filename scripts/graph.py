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
    """Two record keys (a < b) that must not become one customer, why, and from which strength on a
    low edge may join them all the same; none may where that is None."""

    a: str
    b: str
    reason: str
    is_decided_by_hand: bool = False
    gives_way_from: int | None = None


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


def walk(edges: Iterable[Edge], conflicts: Iterable[Conflict], likeness=None) -> list[Step]:
    """Join records along edges, surest and then strongest first, refusing each edge that would
    join two conflicting ones.

    Clusters are named by their smallest key and noted after each level, so that each level's
    clusters hold those of the level before. Edges decided by hand come first and give way only to
    conflicts decided by hand. A cluster that such an edge made of conflicting records stays; later
    edges are refused by conflicts across the two sides only.
    """
    ordered = sorted(
        edges, key=lambda e: (not e.is_decided_by_hand, e.level, -e.strength, e.a, e.b)
    )
    against: dict[str, dict[str, Conflict]] = defaultdict(dict)
    for conflict in conflicts:
        against[conflict.a][conflict.b] = conflict
        against[conflict.b][conflict.a] = conflict

    cluster_of = {key: key for edge in ordered for key in (edge.a, edge.b)}
    members = {key: {key} for key in cluster_of}
    refused: dict[Edge, Conflict] = {}
    after: list[dict[str, str]] = []
    for level in LEVELS:
        for edge in (one for one in ordered if one.level == level):
            left, right = cluster_of[edge.a], cluster_of[edge.b]
            if left == right:
                continue
            against_it = _conflict_between(members[left], members[right], against, edge, likeness)
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


def _conflict_between(left, right, against, edge, likeness):
    small, large = sorted((left, right), key=len)
    found = [
        conflict
        for key in small
        if key in against
        for other, conflict in against[key].items()
        if other in large
    ]
    if edge.is_decided_by_hand or any(c.is_decided_by_hand for c in found):
        return min((c for c in found if c.is_decided_by_hand), key=lambda c: (c.a, c.b), default=None)
    if not found: return None
    worst = min(found, key=lambda c: (c.a, c.b))
    if edge.level < LOW or any(c.gives_way_from is None for c in found):
        return worst
    import os
    W=float(os.environ.get("W","2")); T=float(os.environ.get("T","20")); U=float(os.environ.get("U","-50"))
    n=t=0
    conf={(c.a,c.b) for c in found}
    for x in small:
        for y in large:
            k=(min(x,y),max(x,y)); v=likeness.get(k)
            if k in conf: w=W; v = U if v is None else v
            elif v is None: continue
            else: w=1
            n+=w; t+=w*max(min(v,150),-150)
    return None if t>=T*n else worst
