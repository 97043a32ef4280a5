"""Grain: one row per record that has an edge, with what it hangs together with at each level.

Where a component holds no conflict these are its clusters already; `int_identity__walk` walks the
others.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from scripts.graph import LEVEL_OF, components

KEYS = """
select distinct unnest([record_key_a, record_key_b]) as record_key from edges order by record_key
"""
NUMBERED = """
select
    record_a.number as a,
    record_b.number as b,
    array_position(['exact', 'medium', 'low'], edges.confidence) - 1 as level
from edges
inner join numbered_keys as record_a on edges.record_key_a = record_a.record_key
inner join numbered_keys as record_b on edges.record_key_b = record_b.record_key
"""


def model(dbt: Any, session: Any) -> pa.Table:
    """Columns: record_key, component_key_<level> (the smallest record key of all that hang
    together by edges so sure or surer), has_exact_edge."""
    edges = dbt.ref("int_edge__unioned").filter("not is_torn or confidence = 'low'")
    keys = edges.query("edges", KEYS).to_arrow_table()["record_key"].combine_chunks()
    numbers = np.arange(len(keys))
    session.register("numbered_keys", pa.table({"record_key": keys, "number": numbers}))
    numbered = edges.query("edges", NUMBERED).fetchnumpy()
    a, b, level = (np.asarray(numbered[name], dtype=np.int64) for name in ("a", "b", "level"))
    columns = {"record_key": keys}
    for name, surest in LEVEL_OF.items():
        sure = level <= surest
        columns[f"component_key_{name}"] = keys.take(
            pa.array(components(a[sure], b[sure], len(keys)))
        )
    exact = level == LEVEL_OF["exact"]
    has_exact_edge = np.zeros(len(keys), dtype=bool)
    has_exact_edge[a[exact]] = has_exact_edge[b[exact]] = True
    return pa.table(columns | {"has_exact_edge": has_exact_edge})
