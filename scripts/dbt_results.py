"""What dbt wrote down about its last build: which tests failed, and how many there were.

Reads `run_results.json` and `manifest.json` of a target folder; runs nothing.
"""

import json
from pathlib import Path
from typing import Any

from extract import config


def target_path(target: str) -> Path:
    """Dbt's folder for a target; each has its own, else every change of target parses everything
    anew."""
    return config.data_dir() / "dbt" / target


def results(folder: Path) -> list[dict[str, Any]]:
    """Dbt's results, one per node; empty when dbt ended before it wrote any."""
    path = folder / "run_results.json"
    if not path.exists():
        return []
    found: list[dict[str, Any]] = json.loads(path.read_text())["results"]
    return found


def failures(folder: Path) -> list[str]:
    """One line per failed test or model: its name, what is wrong, and where to look."""
    lines = []
    for result in results(folder):
        if result["status"] not in ("fail", "error"):
            continue
        name = result["unique_id"].split(".")[2]
        message = " ".join((result["message"] or "").split())[:300]
        lines.append(f"{name}: {message} (query in {compiled(folder, result)})")
    return lines or [f"dbt stopped before it could test anything: see {folder / 'build.log'}"]


def compiled(folder: Path, result: dict[str, Any]) -> str:
    """Where the compiled SQL of a node lies."""
    manifest = json.loads((folder / "manifest.json").read_text())
    node = manifest["nodes"].get(result["unique_id"]) or manifest.get("unit_tests", {}).get(
        result["unique_id"], {}
    )
    return str(node.get("compiled_path") or node.get("original_file_path", "the log"))


def counts(folder: Path) -> dict[str, int]:
    """How many data and unit tests had each status."""
    tally: dict[str, int] = {}
    for result in results(folder):
        if result["unique_id"].startswith(("test.", "unit_test.")):
            tally[result["status"]] = tally.get(result["status"], 0) + 1
    return tally
