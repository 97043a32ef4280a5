"""Grain: one row per pair of records with an edge, and what became of it.

Components without a conflict are clusters as they stand; only the others are walked, strongest
edge first.
"""

from typing import Any

import pyarrow as pa

from scripts.graph import Conflict, Edge, walk


def model(dbt: Any, session: Any) -> pa.Table:
    """Columns: record_key_a, record_key_b, cluster_a, cluster_b, refused_because,
    refused_key_a/_b.

    cluster_a and cluster_b name each record's cluster by its smallest record key.
    """
    edges = [
        Edge(*row)
        for row in dbt.ref("int_edge__unioned")
        .filter("not is_torn")
        .aggregate("record_key_a, record_key_b, max(strength), bool_or(reason = 'decided by hand')")
        .fetchall()
    ]
    conflicts = [
        Conflict(*row)
        for row in dbt.ref("int_identity__conflicts")
        .project("record_key_a, record_key_b, reason, is_decided_by_hand")
        .fetchall()
    ]
    walked = walk(edges, conflicts)
    text = pa.string()
    return pa.table(
        {
            "record_key_a": pa.array([step.edge.a for step in walked], text),
            "record_key_b": pa.array([step.edge.b for step in walked], text),
            "strength": pa.array([step.edge.strength for step in walked], pa.int32()),
            "cluster_a": pa.array([step.cluster_a for step in walked], text),
            "cluster_b": pa.array([step.cluster_b for step in walked], text),
            "refused_because": pa.array(
                [step.conflict.reason if step.conflict else None for step in walked], text
            ),
            "refused_key_a": pa.array(
                [step.conflict.a if step.conflict else None for step in walked], text
            ),
            "refused_key_b": pa.array(
                [step.conflict.b if step.conflict else None for step in walked], text
            ),
        }
    )
