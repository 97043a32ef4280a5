"""A file that shrinks is not exported, unless it lists what is open now."""

import json
from pathlib import Path

import pytest

from scripts.export import Export, ExportRefused, declared, refuse_losses
from scripts.stores import Folder


def test_only_a_file_that_may_shrink_may_lose_a_fifth(tmp_path: Path) -> None:
    store = Folder(tmp_path)
    (tmp_path / "stripe").mkdir()
    files = {"lasting.csv": {"rows": 10}, "open.csv": {"rows": 10}}
    (tmp_path / "stripe" / "_manifest.json").write_text(json.dumps({"files": files}))
    lasting, open_now = (
        Export("model", f"stripe/{name}", ("id",), ("csv",), True, may_shrink=name == "open")
        for name in ("lasting", "open")
    )
    refuse_losses(store, {lasting: 8, open_now: 0})
    with pytest.raises(ExportRefused, match="stripe/lasting would fall from 10 rows to 7"):
        refuse_losses(store, {lasting: 7, open_now: 0})


def test_what_may_shrink_is_said_by_its_model() -> None:
    shrinking = [one.path for one in declared() if one.may_shrink]
    assert "stripe/failed_membership_payments" in shrinking
    assert not [path for path in shrinking if path.startswith(("customers/", "transactions/com"))]
