"""Grain: one row per way in which the things of two records compare, and what it weighs.

Weights stand in a seed; how often each thing agrees on one person, and on two of one home, is
learned from the pairs themselves, so that a business with many typing errors is not measured by
another one's. What few records bear counts more, which is added where the pairs are.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from scripts.mixture import Comparison, learn

COLUMNS = {
    "given": "given_level",
    "family": "family_level",
    "names": "names_level",
    "birth date": "birth_date_level",
    "email": "email_level",
    "phone": "phone_level",
    "address": "address_level",
    "card": "card_level",
    "person number": "person_number_level",
    "context": "context_level",
}
# Pairs with rare values are weighed apart from those with common ones, in steps of two bits.
SEEN = f"""
select
    pattern,
    {", ".join(COLUMNS.values())},
    rarity_decibits // 20 * 2 + 1 as rarity_bits,
    count(*) as pair_count,
    max(record_count) as record_count
from levels
group by all
order by pattern, rarity_bits
"""


def model(dbt: Any, session: Any) -> pa.Table:
    """Columns: pattern, <thing>_level, stated_decibits and chance_decibits (tenths of bits for one
    person rather than strangers, by the seed and as learned, but for what rare values add),
    home_decibits (for one person rather than two of one home, as learned)."""
    seen = dbt.ref("int_identity__levels").query("levels", SEEN).to_arrow_table()
    weights = dbt.ref("match_weights").order("comparison, level").to_arrow_table().to_pylist()
    counts, rarity = (
        np.asarray(seen[name], dtype=np.float64) for name in ("pair_count", "rarity_bits")
    )
    learned = learn(
        [
            comparison([row for row in weights if row["comparison"] == name], seen[column])
            for name, column in COLUMNS.items()
        ],
        counts,
        rarity,
        max(seen["record_count"].to_pylist(), default=2),
    )
    _, first = np.unique(np.asarray(seen["pattern"]), return_index=True)
    bits = {
        "stated_decibits": learned.stated_bits - rarity,
        "chance_decibits": learned.chance_bits - rarity,
        "home_decibits": learned.home_bits,
    }
    return pa.table(
        {name: seen[name] for name in ("pattern", *COLUMNS.values())}
        | {name: np.round(one * 10).astype(np.int32) for name, one in bits.items()}
    ).take(first)


def comparison(weights: list[dict[str, Any]], seen: pa.ChunkedArray) -> Comparison:
    """How one thing compares, from its rows of the seed; of what is equal, the share alone is
    stated, and rarity says the rest."""
    places = {row["level"]: place for place, row in enumerate(weights)}
    match, home, least_bits = (
        np.array([row[name] for row in weights], dtype=np.float64)
        for name in ("match_share", "home_share", "least_bits")
    )
    stated = [row["bits"] for row in weights]
    return Comparison(
        np.array([places.get(level, -1) for level in seen.to_pylist()], dtype=np.int64),
        np.array([np.log2(m) if b is None else b for b, m in zip(stated, match, strict=True)]),
        match,
        home,
        least_bits,
    )
