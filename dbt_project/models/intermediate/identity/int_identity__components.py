"""Grain: one row per record that has an edge, with the connected component it lies in."""

from typing import Any

import pyarrow as pa

from scripts.graph import components


def model(dbt: Any, session: Any) -> pa.Table:
    """Columns: record_key, component_key (the smallest record key of the component)."""
    edges = (
        dbt.ref("int_edge__unioned").filter("not is_torn or confidence = 'low'").to_arrow_table()
    )
    pairs = zip(edges["record_key_a"].to_pylist(), edges["record_key_b"].to_pylist(), strict=True)
    labels = sorted(components(pairs).items())
    return pa.table(
        {
            "record_key": pa.array([key for key, _ in labels], pa.string()),
            "component_key": pa.array([label for _, label in labels], pa.string()),
        }
    )
