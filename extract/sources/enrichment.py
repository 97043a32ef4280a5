"""What a model has read out of campaigns, kept in the state store so that no text is read twice.

Read-only, no key, no network; empty until campaigns are analysed.
"""

from collections.abc import Iterator
from datetime import date

from extract.api import Page
from extract.sources.ops import stored_rows

SYSTEM = None


def pull(table: str, start: date | None) -> Iterator[Page]:
    """All rows of one table; there are no windows here."""
    yield from stored_rows("enrichment", table)
