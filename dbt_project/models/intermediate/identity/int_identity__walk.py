"""Grain: one row per pair of records with an edge in a component that holds a conflict, and what
became of it.

Edges are walked surest and strongest first, each pair by its surest edge. Where nothing is in
conflict every edge joins, and there is nothing to walk.
"""

from typing import Any

import pyarrow as pa

from scripts.graph import LEVEL_OF, Conflict, Edge, walk

CONTESTED = """
select components.record_key
from components
where components.component_key_low in (select component_key from conflicts)
"""
EDGES = """
select
    edges.record_key_a,
    edges.record_key_b,
    edges.strength,
    edges.confidence,
    edges.reason = 'decided by hand' as is_decided_by_hand
from edges
inner join contested
    on edges.record_key_a = contested.record_key
where not edges.is_torn or edges.confidence = 'low'
qualify row_number() over (
    partition by edges.record_key_a, edges.record_key_b
    order by
        edges.reason <> 'decided by hand',
        array_position(['exact', 'medium', 'low'], edges.confidence),
        edges.strength desc,
        edges.reason
) = 1
"""


def model(dbt: Any, session: Any) -> pa.Table:
    """Columns: record_key_a, record_key_b, confidence, strength, cluster_<level>_a and _b,
    refused_because, refused_key_a and _b.

    A cluster is named by its smallest record key, and there is one for each level of confidence.
    """
    dbt.ref("int_edge__unioned").create_view("edges")
    dbt.ref("int_identity__components").create_view("components")
    conflicts = dbt.ref("int_identity__conflicts").project(
        "component_key, record_key_a, record_key_b, reason, is_decided_by_hand, gives_way_from"
    )
    contested = conflicts.query("conflicts", CONTESTED)
    edges = [
        Edge(a, b, strength, LEVEL_OF[confidence], by_hand)
        for a, b, strength, confidence, by_hand in contested.query("contested", EDGES).fetchall()
    ]
    found = [Conflict(*conflict) for _, *conflict in conflicts.fetchall()]
    dbt.ref("int_identity__compared").create_view("comp"); dbt.ref("int_identity__features").create_view("feat")
    likeness = {(min(a,b),max(a,b)): v for a,b,v in contested.query("contested", "select a.record_key, b.record_key, learned_decibits from comp join feat a on a.record_number=record_number_a join feat b on b.record_number=record_number_b join contested on contested.record_key=a.record_key").fetchall()}
    walked = walk(edges, found, likeness)
    names = {level: name for name, level in LEVEL_OF.items()}
    refusals = [step.conflict for step in walked]
    columns: dict[str, list[Any]] = {
        "record_key_a": [step.edge.a for step in walked],
        "record_key_b": [step.edge.b for step in walked],
        "confidence": [names[step.edge.level] for step in walked],
    }
    for name, level in LEVEL_OF.items():
        columns[f"cluster_{name}_a"] = [step.clusters_a[level] for step in walked]
        columns[f"cluster_{name}_b"] = [step.clusters_b[level] for step in walked]
    columns |= {
        "refused_because": [one.reason if one else None for one in refusals],
        "refused_key_a": [one.a if one else None for one in refusals],
        "refused_key_b": [one.b if one else None for one in refusals],
    }
    table = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    return pa.table(
        table | {"strength": pa.array([step.edge.strength for step in walked], pa.int32())}
    )
