"""Grain: one row per spelling of a phone number in any source.

Google's phone rules (`phonenumbers`) are not available in SQL, so each distinct spelling is read
here once; everything else about identifiers is SQL.
"""

from typing import Any

import phonenumbers
import pyarrow as pa


def e164(spelling: str) -> str | None:
    """The number as +<country><number>, read as a US number when no country is written."""
    try:
        number = phonenumbers.parse(spelling, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def model(dbt: Any, session: Any) -> pa.Table:
    """Columns: value_raw (as written), e164 (null where it is no phone number)."""
    identifiers = dbt.ref("int_identifier__unioned")
    spellings = (
        identifiers.filter("identifier_type = 'phone'")
        .project("value_raw")
        .distinct()
        .order("value_raw")
        .to_arrow_table()["value_raw"]
        .to_pylist()
    )
    return pa.table(
        {
            "value_raw": pa.array(spellings, pa.string()),
            "e164": pa.array([e164(spelling) for spelling in spellings], pa.string()),
        }
    )
