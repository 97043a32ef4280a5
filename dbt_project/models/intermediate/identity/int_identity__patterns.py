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
# Of a hundred records some three pairs are one person, of a million as many in a hundred each.
PAIRS_A_RECORD = 1.58
SHARES = ("match_share", "home_share")


def model(dbt: Any, session: Any) -> pa.Table:
    """Columns: pattern, pair_count, stated_decibits and chance_decibits (tenths of bits for one
    person rather than strangers, by the seed and as learned, but for what is rare),
    home_decibits (rather than two people of one home)."""
    seen = dbt.ref("int_identity__levels").query("levels", SEEN).to_arrow_table()
    weights = dbt.ref("match_weights").order("comparison, level").to_arrow_table().to_pylist()
    counts, rarity = (
        np.asarray(seen[name], dtype=np.float64) for name in ("pair_count", "rarity_bits")
    )
    records = max(seen["record_count"].to_pylist(), default=2)
    stated = []
    comparisons = []
    for comparison, column in COLUMNS.items():
        rows = [row for row in weights if row["comparison"] == comparison]
        places = {row["level"]: place for place, row in enumerate(rows)}
        level = np.array([places.get(one, -1) for one in seen[column].to_pylist()], dtype=np.int64)
        match, home = (np.array([row[name] for row in rows], dtype=np.float64) for name in SHARES)
        bits = [np.log2(row["match_share"]) if row["bits"] is None else row["bits"] for row in rows]
        least = np.array([row["least_bits"] for row in rows], dtype=np.float64)
        comparisons.append(Comparison(level, match, home, least))
        stated.append(comparisons[-1].summed(np.array(bits)))
    learned = learn(comparisons, counts, stated, rarity, records * (records - 1) / 2)
    _, first = np.unique(np.asarray(seen["pattern"]), return_index=True)
    return pa.table(
        {
            "pattern": seen["pattern"],
            "stated_decibits": decibits(sum(stated) + np.log2(2 * PAIRS_A_RECORD / records)),
            "chance_decibits": decibits(learned.chance_bits - rarity),
            "home_decibits": decibits(learned.home_bits),
        }
    ).take(first)


def decibits(bits: Any) -> Any:
    """Tenths of bits, as whole numbers."""
    return np.round(bits * 10).astype(np.int32)
