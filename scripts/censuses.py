"""Two noised censuses of one invented population, for `basin identity bench --censuses FILE`.

Run by any Python that has `pseudopeople` (`pip install pseudopeople`, Python 3.10 or 3.11; it is no
part of the lock): `python scripts/censuses.py FILE`. Its own defaults draw the noise, so the same
version gives the same rows.
"""

import sys
from pathlib import Path

YEARS = (2020, 2030)


def draw(file: Path) -> None:
    """Write a CSV: the censuses' own columns as text, and record_key and year."""
    import pandas
    import pseudopeople

    censuses = []
    for year in YEARS:
        census = pseudopeople.generate_decennial_census(year=year).astype("string")
        census["year"] = str(year)
        census["record_key"] = [f"census_{year}:{row:06}" for row in range(len(census))]
        censuses.append(census)
    pandas.concat(censuses).to_csv(file, index=False)


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
