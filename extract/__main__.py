"""`python -m extract [source ...]`: extract as of AS_OF, else as of today.

Exit code 3 when a source failed, 1 when nothing was done.
"""

import argparse
import os
import sys
from datetime import date

from extract import config
from extract.pipeline import extract


def main() -> int:
    """Parse, extract, and turn failures into an exit code."""
    parser = argparse.ArgumentParser(prog="python -m extract", description="Copy APIs into raw.")
    parser.add_argument("source", nargs="*", help="sources to read; all when none is named")
    parser.add_argument("--full", action="store_true", help="read every table whole")
    parser.add_argument(
        "--accept-shrink",
        action="store_true",
        help="let a table lose more than a fifth of its rows",
    )
    options = parser.parse_args()
    try:
        given = os.environ.get("AS_OF")
        as_of = date.fromisoformat(given) if given else config.today()
        results = extract(options.source, as_of, options.full, options.accept_shrink)
    except ValueError:
        print(f"AS_OF is {given!r}: write it as YYYY-MM-DD", file=sys.stderr)
        return 1
    except config.ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    return 0 if all(result.ok for result in results) else 3


if __name__ == "__main__":
    sys.exit(main())
