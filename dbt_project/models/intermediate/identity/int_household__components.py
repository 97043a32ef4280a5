"""Grain: one row per customer who belongs together with somebody, with the household."""

from typing import Any

import numpy as np
import pyarrow as pa

from scripts.graph import components


def model(dbt: Any, session: Any) -> pa.Table:
    """Columns: customer_id, household_key (the smallest customer id of the household)."""
    links = dbt.ref("family_relationships").filter("confidence <> 'low'").to_arrow_table()
    sides = [links[name].to_numpy() for name in ("parent_customer_id", "child_customer_id")]
    keys, numbers = np.unique(np.concatenate(sides), return_inverse=True)
    label = components(*np.split(numbers, 2), len(keys))
    return pa.table(
        {
            "customer_id": pa.array(keys, pa.string()),
            "household_key": pa.array(keys[label], pa.string()),
        }
    )
