"""Every shipped experiment leaves the same trace on both engines, wherever the compiled one knows all of it."""

from importlib.resources import files

import pandas as pd
import pytest

from experiments.build import build
from experiments.config import compose
from sim.compiled.support import supported
from sim.engine import Engine
from sim.run import simulate
from sim.streams import Replication

pytestmark = pytest.mark.study

NAMES = sorted(
    file.name.removesuffix(".yaml")
    for file in files("conf").joinpath("experiment").iterdir()
    if file.name.endswith(".yaml")
)
TABLES = ("patients", "levels", "decisions", "transfers")


@pytest.mark.parametrize("name", NAMES)
def test_the_cells_of_an_experiment(name: str) -> None:
    cells = compose([f"experiment={name}", "run.weeks=0.1", "run.warm_up_weeks=0"])
    assert {cell.settings.experiment.name for cell in cells} == {name}
    assert cells[0].settings.experiment.question.endswith("?")
    for cell in cells:
        scenario, _ = build(cell.settings)
        if supported(scenario):
            continue
        one, other = (
            simulate(scenario, build(cell.settings)[1], Replication(0, cell.settings.run.root_seed), engine)
            for engine in (Engine.SIMPY, Engine.COMPILED)
        )
        assert one.trace_hash == other.trace_hash, cell.name
        assert one.day_hashes == other.day_hashes, cell.name
        for table in TABLES:
            pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table))
