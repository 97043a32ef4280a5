"""JSON that keeps the vendor's writing of numbers: 36.40 stays 36.40, money is never a float.

Fractions are read as `Number`, which carries their text; integers are Python's, which are exact.
"""

import json
from typing import Any

import simplejson  # type: ignore[import-untyped]
from simplejson import RawJSON as Number

__all__ = ["Number", "read_json", "write_json"]


def read_json(text: bytes) -> Any:
    """Parse UTF-8 JSON.

    Raises ValueError for what is no JSON, NaN and Infinity included.
    """
    try:
        return json.loads(text, parse_float=Number, parse_constant=refuse_constant)
    except RecursionError:
        raise ValueError("JSON nested too deep") from None


def write_json(value: Any) -> str:
    """JSON text without spaces, keys sorted, numbers as they were written."""
    text: str = simplejson.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text


def refuse_constant(name: str) -> None:
    """NaN and Infinity are no JSON, whatever Python's parser thinks."""
    raise ValueError(f"{name} is not JSON")
