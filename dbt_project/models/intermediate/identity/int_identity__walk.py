"""Grain: one row per pair of records with an edge, and what became of it.

Edges are walked surest and strongest first, each pair by its surest edge.
"""

from typing import Any

import pyarrow as pa

from scripts.graph import EXACT, LOW, MEDIUM, Conflict, Edge, walk

LEVELS = {"exact": EXACT, "medium": MEDIUM, "low": LOW}


def model(dbt: Any, session: Any) -> pa.Table:
    """Columns: record_key_a, record_key_b, confidence, strength, cluster_<level>_a and _b,
    refused_because, refused_key_a and _b.

    A cluster is named by its smallest record key, and there is one for each level of confidence.
    """
    edges = [
        Edge(a, b, strength, LEVELS[confidence], by_hand)
        for a, b, strength, confidence, by_hand in dbt.ref("int_edge__unioned")
        .filter("not is_torn or confidence = 'low'")
        .project(
            "record_key_a, record_key_b, strength, confidence,"
            " reason = 'decided by hand' as by_hand,"
            " row_number() over (partition by record_key_a, record_key_b order by"
            " reason <> 'decided by hand', array_position(['exact', 'medium', 'low'], confidence),"
            " strength desc, reason) as place"
        )
        .filter("place = 1")
        .project("record_key_a, record_key_b, strength, confidence, by_hand")
        .fetchall()
    ]
    conflicts = [
        Conflict(a, b, reason, by_hand, gives_way_from)
        for a, b, reason, by_hand, gives_way_from in dbt.ref("int_identity__conflicts")
        .project("record_key_a, record_key_b, reason, is_decided_by_hand, gives_way_from")
        .fetchall()
    ]
    walked = walk(edges, conflicts)
    names = {level: name for name, level in LEVELS.items()}
    refusals = [step.conflict for step in walked]
    columns: dict[str, list[Any]] = {
        "record_key_a": [step.edge.a for step in walked],
        "record_key_b": [step.edge.b for step in walked],
        "confidence": [names[step.edge.level] for step in walked],
    }
    for name, level in LEVELS.items():
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
