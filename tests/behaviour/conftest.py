"""A published warehouse of a small town, built once; each test works on its own copy.

All copies take turns at one place: dbt parses the project anew for every other path.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.behaviour.days import Days, days_of
from tests.behaviour.warehouse import Warehouse


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each test's data folder lies while the test runs."""
    return tmp_path_factory.mktemp("warehouse") / "data"


@pytest.fixture(scope="session")
def published_once(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The town's first day, published; nobody may change it."""
    Warehouse(place).daily()
    return Warehouse(Path(shutil.move(place, tmp_path_factory.mktemp("once") / "data")))


@pytest.fixture
def published(published_once: Warehouse, place: Path) -> Warehouse:
    """A copy of the published warehouse, to be changed."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(published_once.folder, place)
    return Warehouse(place)


@pytest.fixture
def fresh(published_once: Warehouse, place: Path) -> Callable[..., Warehouse]:
    """Makes an empty data folder, apart from dbt's parse, with a town of its own settings."""

    def make(**settings: float) -> Warehouse:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(
            published_once.folder / "dbt",
            place / "dbt",
            ignore=shutil.ignore_patterns("run_results.json", "build.log"),
        )
        return Warehouse(place, **settings)  # type: ignore[arg-type]

    return make


@pytest.fixture
def days(published_once: Warehouse, tmp_path: Path) -> Iterator[Days]:
    """Single models of the town's warehouse, to be run over rows made by hand."""
    with days_of(published_once, tmp_path / "state.sqlite") as made:
        yield made
