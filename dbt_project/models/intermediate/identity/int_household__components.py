"""Grain: one row per customer who belongs together with somebody, with the household."""

from typing import Any

import pyarrow as pa

from scripts.graph import components


def model(dbt: Any, session: Any) -> pa.Table:
    """Columns: customer_id, household_key (the smallest customer id of the household)."""
    links = (
        dbt.ref("family_relationships")
        .filter("confidence <> 'low'")
        .project("parent_customer_id, child_customer_id")
        .fetchall()
    )
    found = sorted(components(links).items())
    return pa.table(
        {
            "customer_id": pa.array([key for key, _ in found], pa.string()),
            "household_key": pa.array([label for _, label in found], pa.string()),
        }
    )
