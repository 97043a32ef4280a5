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
LIKENESS = """
with members as (
    select features.record_number, features.record_key
    from features
    inner join contested on features.record_key = contested.record_key
)
select
    least(member_a.record_key, member_b.record_key),
    greatest(member_a.record_key, member_b.record_key),
    compared.learned_decibits
from compared
inner join members as member_a on compared.record_number_a = member_a.record_number
inner join members as member_b on compared.record_number_b = member_b.record_number
"""


def model(dbt: Any, session: Any) -> pa.Table:
    """Columns: record_key_a, record_key_b, confidence, strength, cluster_<level>_a and _b,
    refused_because, refused_key_a and _b.

    A cluster is named by its smallest record key, and there is one for each level of confidence.
    """
    dbt.ref("int_edge__unioned").create_view("edges")
    dbt.ref("int_identity__components").create_view("components")
    dbt.ref("int_identity__features").create_view("features")
    dbt.ref("int_identity__compared").create_view("compared")
    conflicts = dbt.ref("int_identity__conflicts").project(
        "component_key, record_key_a, record_key_b, reason, is_decided_by_hand, may_be_error"
    )
    contested = conflicts.query("conflicts", CONTESTED)
    edges = [
        Edge(a, b, strength, LEVEL_OF[confidence], by_hand)
        for a, b, strength, confidence, by_hand in contested.query("contested", EDGES).fetchall()
    ]
    found = [Conflict(*conflict) for _, *conflict in conflicts.fetchall()]
    walked = walk(edges, found, contested.query("contested", LIKENESS).fetchall())
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
