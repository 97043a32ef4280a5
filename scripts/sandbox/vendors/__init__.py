"""The systems that show the ledger, one file each.

A new system is a new file here with a class `View`; a file that begins with an underscore belongs
to one of them.
"""

import importlib
import pkgutil

from scripts.sandbox.ledger import Ledger
from scripts.sandbox.vendors.base import Vendor


def kinds() -> list[type[Vendor]]:
    """The `View` of every system, by the system's name."""
    files = sorted(one.name for one in pkgutil.iter_modules(__path__))
    chosen = [one for one in files if one != "base" and not one.startswith("_")]
    return [importlib.import_module(f"{__name__}.{one}").View for one in chosen]


def views(ledger: Ledger) -> list[Vendor]:
    """Every system's view of a ledger."""
    return [kind(ledger) for kind in kinds()]


def addresses(root: str) -> dict[str, str]:
    """`<SOURCE>_BASE_URL` of every system, for a server at `root`."""
    return {
        f"{kind.name.upper()}_BASE_URL": f"{root}{kind.base_path}{kind.account_path}"
        for kind in kinds()
    }
