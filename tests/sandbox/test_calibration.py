"""The default town resembles the real gym: every figure that is asked for, within a tenth."""

import pytest

from scripts.sandbox import calibration, calibration_sales, vendors
from scripts.sandbox.calibration import Line
from scripts.sandbox.ledger import build
from scripts.sandbox.settings import Settings

TOLERANCE = 0.1


@pytest.fixture(scope="module")
def figures() -> list[Line]:
    settings = Settings()
    ledger = build(settings, settings.today)
    views = vendors.views(ledger)
    return [*calibration.measure(ledger, views), *calibration_sales.measure(ledger, views)]


def test_every_figure_is_within_a_tenth_of_what_is_asked(figures: list[Line]) -> None:
    asked = [line for line in figures if line.asked]
    assert len(asked) > 50
    assert [
        f"{line.what}: asked {line.asked}, got {line.got:.2f}"
        for line in asked
        if abs(line.got - line.asked) > TOLERANCE * line.asked
    ] == []


def test_a_figure_that_is_only_described_is_in_the_town(figures: list[Line]) -> None:
    assert [line.what for line in figures if not line.asked and not line.got] == []
