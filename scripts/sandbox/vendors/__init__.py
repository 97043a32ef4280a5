"""The systems that show the ledger, one file each.

A new system is a new file here with a class `View`; a file that begins with an underscore belongs
to one of them.
"""

import importlib
import pkgutil
from pathlib import Path

from scripts.sandbox.ledger import Ledger
from scripts.sandbox.vendors.base import Row, Vendor


def kinds() -> list[type[Vendor]]:
    """The `View` of every system, by the system's name."""
    files = sorted(one.name for one in pkgutil.iter_modules(__path__))
    chosen = [one for one in files if one != "base" and not one.startswith("_")]
    return [importlib.import_module(f"{__name__}.{one}").View for one in chosen]


def views(ledger: Ledger, home: Path | None = None) -> list[Vendor]:
    """Every system's view of a ledger; with a data folder, what programs wrote there is in it."""
    found = [kind(ledger) for kind in kinds()]
    for view in found:
        view.home = home
    return found


def received(shown: list[Vendor]) -> list[Row]:
    """What the systems were told: day, vendor, call, what, outcome; in order for each system."""
    return [
        {"day": one["day"], "vendor": view.name, **one} for view in shown for one in view.received()
    ]


def holds(shown: list[Vendor]) -> dict[str, Row]:
    """What stands of it, by system."""
    return {view.name: held for view in shown if (held := view.holds())}


def addresses(root: str) -> dict[str, str]:
    """`<SOURCE>_BASE_URL` of every system, for a server at `root`."""
    return {
        f"{kind.name.upper()}_BASE_URL": f"{root}{kind.base_path}{kind.account_path}"
        for kind in kinds()
    }


def give_out_keys(data_dir: Path, root: str) -> None:
    """Write the keys that are more than a word into the data folder, for a server at `root`."""
    folder = data_dir / "sandbox" / "keys"
    for kind in kinds():
        text = kind.key_file(root)
        if text is not None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{kind.name}.json").write_text(text)
