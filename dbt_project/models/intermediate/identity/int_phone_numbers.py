"""Grain: one row per spelling of a phone number in any source.

Google's phone rules (`phonenumbers`) are not available in SQL, so each distinct spelling is read
here once; everything else about identifiers is SQL. Spellings that leave nothing to these rules,
ten figures of a US number with the usual marks between them, are read in SQL.
"""

from typing import Any

import phonenumbers
import pyarrow as pa

PLAIN = r"(\+?1[-. ]?)?(\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ]?)\d{3}[-. ]?\d{4}"
READ = f"""
select
    value_raw,
    case
        when regexp_full_match(value_raw, '{PLAIN}')
            then '+1' || right(regexp_replace(value_raw, '[^0-9]', '', 'g'), 10)
    end as e164
from spellings
order by value_raw
"""


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
    spellings = identifiers.filter("identifier_type = 'phone'").project("value_raw").distinct()
    plain = spellings.query("spellings", READ).to_arrow_table()
    numbers = [
        number or e164(spelling)
        for spelling, number in zip(*(column.to_pylist() for column in plain.columns), strict=True)
    ]
    return pa.table({"value_raw": plain["value_raw"], "e164": pa.array(numbers, pa.string())})
