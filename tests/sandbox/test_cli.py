"""`basin sandbox ...` and the settings that are recorded at first use."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts.sandbox import town
from scripts.sandbox.cli import app
from scripts.sandbox.settings import SandboxError, Settings, town_file


@pytest.fixture
def run(town_dir: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("BASIN_DATA", str(town_dir))
    monkeypatch.delenv("BASIN_MODE", raising=False)
    return CliRunner()


def test_truth_shows_asked_and_got_and_the_cases(run: CliRunner) -> None:
    shown = run.invoke(app, ["truth"])
    assert shown.exit_code == 0
    for part in ("asked", "minors", "refunds of gross", "twins", "Square net", "newsletter"):
        assert part in shown.output


def test_advance_moves_the_clock(run: CliRunner, town_dir: Path) -> None:
    assert "2026-02-03" in run.invoke(app, ["advance", "3"]).output
    assert str(town.clock(town_dir)) == "2026-02-03"
    assert run.invoke(app, ["advance", "0"]).exit_code == 1


def test_reset_builds_the_town_that_the_flags_ask_for(run: CliRunner, town_dir: Path) -> None:
    run.invoke(app, ["advance"])
    shown = run.invoke(app, ["reset", "--people", "110", "--seed", "5", "--noise", "0"])
    assert shown.exit_code == 0, shown.output
    recorded = json.loads(town_file(town_dir).read_text())
    assert recorded["clock"] == "2026-01-31"
    assert recorded["settings"]["seed"] == "5" and recorded["settings"]["noise"] == "0.0"


def test_a_live_data_folder_is_refused(
    run: CliRunner, town_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASIN_MODE", "live")
    for words in (["advance"], ["reset"], ["truth"], ["serve"]):
        refused = run.invoke(app, words)
        assert refused.exit_code == 1 and "live data" in refused.output
    assert town.clock(town_dir) is None


def test_a_recorded_town_refuses_an_environment_that_says_otherwise(
    town_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.open_town(town_dir)
    monkeypatch.setenv("SANDBOX_SEED", "7")
    with pytest.raises(SandboxError, match="basin sandbox reset"):
        town.open_town(town_dir)
    monkeypatch.delenv("SANDBOX_SEED")
    monkeypatch.setenv("SANDBOX_NOISE", "1")
    monkeypatch.delenv("SANDBOX_PEOPLE")
    assert town.open_town(town_dir).settings.people == 120


def test_a_setting_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_TODAY", "yesterday")
    with pytest.raises(SandboxError, match="yesterday"):
        Settings.from_environment()
    assert town.clock(Path("/nonexistent")) is None
