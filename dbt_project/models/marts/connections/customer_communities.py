"""Grain: one row per customer who has a companion, with the group that they belong to.

Groups are found by the Louvain method over companions, weighted by the strength of the connection;
see scripts/graph.py.
"""

from collections import Counter
from typing import Any

import pyarrow as pa

from scripts.graph import communities


def model(dbt: Any, session: Any) -> pa.Table:
    """Columns: customer_id, community_id (the smallest customer id of the group),
    community_size."""
    pairs = (
        dbt.ref("customer_connections")
        .filter("is_companion")
        .project("customer_id_1, customer_id_2, connection_strength")
        .fetchall()
    )
    found = sorted(communities(pairs).items())
    sizes = Counter(label for _, label in found)
    return pa.table(
        {
            "customer_id": pa.array([key for key, _ in found], pa.string()),
            "community_id": pa.array([label for _, label in found], pa.string()),
            "community_size": pa.array([sizes[label] for _, label in found], pa.int32()),
        }
    )
