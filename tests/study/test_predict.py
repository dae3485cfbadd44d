"""Cells that were not run are predicted from those that were, where that can be done, and the next one is named."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from experiments import cli
from experiments.comparisons import COLUMNS
from experiments.predict.coded import coding_of
from experiments.predict.predicted import in_words, model_of, next_in_words, next_of, predict, quality
from experiments.report.folder import StoredRun
from experiments.store import COMPARISONS, MEASURES, RunFolder
from sim.faults import ScenarioError
from sim.streams import Replication, stream

pytestmark = pytest.mark.study

BEDS, SEAT = "city.ward_beds.scale", "transfer"
SCALES = ("0.9", "0.95", "1.0", "1.1", "1.15")
POLICIES = ("stay_put", "balance")
MISSING = ("1.0", "balance")
Surface = Callable[[float, str], float]


def falling(beds: float, policy: str) -> float:
    """Return hours that fall with beds to a floor near 1.1, ten fewer with balance."""
    return 100 + 800 * (beds - 1.1) ** 2 - 10 * (policy == "balance")


def run_of(surface: Surface, path: Path, n: int = 4, noise: float = 0.3) -> StoredRun:
    """Return a run of all levels crossed but one cell; replications lift all cells alike."""
    lifts = stream(Replication(0, 1), "lifts").normal(0, 5, n)
    cells, rows = [], []
    for beds in SCALES:
        for policy in POLICIES:
            if (beds, policy) == MISSING:
                continue
            name = f"{policy}-{beds}"
            cells.append({"name": name, "factors": {BEDS: beds, SEAT: policy, "city.name": "one"}, "configuration": {}})
            own = stream(Replication(0, 1), name).normal(0, noise, n)
            values = surface(float(beds), policy) + lifts + own
            rows += [(name, i, "boarding_hours_per_day", "all", "all", value) for i, value in enumerate(values)]
    columns = ["cell", "replication", "measure", "dimension", "level", "value"]
    manifest = {"cells": cells, "measure": "boarding_hours_per_day", "replications": n}
    return StoredRun(path, manifest, pd.DataFrame(rows, columns=columns), pd.DataFrame())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    return run_of(falling, tmp_path_factory.mktemp("run"))


def test_the_cell_that_is_missing_is_predicted_with_an_interval(run: StoredRun) -> None:
    found = predict(model_of(run), {BEDS: "1.0", SEAT: "balance"})
    assert found.low < falling(1.0, "balance") < found.high
    assert found.mean == pytest.approx(falling(1.0, "balance") + lifted(), abs=2.0)
    words = in_words(model_of(run), {BEDS: "1.0", SEAT: "balance"})
    assert words.startswith("city.ward_beds.scale=1.0 transfer=balance: ")
    assert "95 % interval" in words


def lifted() -> float:
    return float(stream(Replication(0, 1), "lifts").normal(0, 5, 4).mean())


def test_what_all_cells_share_widens_intervals_but_not_where_to_run_next(run: StoredRun) -> None:
    surrogate = model_of(run).surrogate
    shared = surrogate.common_half_width()
    assert shared == pytest.approx(t.ppf(0.975, 3) * np.sqrt(surrogate.noise.common))
    found = predict(model_of(run), {BEDS: "1.1", SEAT: "balance"})
    assert found.high - found.mean == pytest.approx(np.hypot(shared, found.between))
    assert shared > 2 * found.between
    assert surrogate.predict(surrogate.points)[1].max() < shared


def test_where_to_run_next_is_told_as_overrides(run: StoredRun) -> None:
    found = next_of(model_of(run))
    assert found.gain is not None
    assert found.gain[SEAT] == "balance"
    assert 1.0 <= float(found.gain[BEDS]) <= 1.15
    assert found.unknown is not None
    lines = next_in_words(model_of(run)).splitlines()
    assert lines[0].startswith("Run next, for the most expected improvement: city.ward_beds.scale=1.")
    assert lines[1].startswith("Run next, where least is known: city.ward_beds.scale=")


def test_the_quality_is_told(run: StoredRun) -> None:
    assert quality(model_of(run)).startswith("Left out one by one, 9 cells are predicted with an error of ")


def test_where_cells_differ_by_chance_alone_no_prediction_is_given(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="would say nothing") as caught:
        model_of(run_of(lambda beds, policy: 50.0, tmp_path, noise=5.0))
    assert "which explains" in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "mend"),
    [
        ({BEDS: "1.0"}, "say transfer="),
        ({BEDS: "1.3", SEAT: "balance"}, "from 0.9 to 1.15"),
        ({BEDS: "many", SEAT: "balance"}, "give a number"),
        ({BEDS: "1.0", SEAT: "balanced"}, "did you mean 'balance'"),
        ({BEDS: "1.0", SEAT: "balance", "city.nam": "x"}, "use one of"),
    ],
)
def test_settings_that_the_run_does_not_know_are_refused(settings: dict[str, str], mend: str, run: StoredRun) -> None:
    with pytest.raises(ScenarioError, match=mend):
        predict(model_of(run), settings)


def test_runs_that_cannot_teach_are_refused(run: StoredRun, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="measure"):
        model_of(run, "boarding_hours")
    with pytest.raises(ScenarioError, match="2 replications"):
        model_of(run_of(falling, tmp_path, n=1))
    few = run.manifest["cells"][:4]
    with pytest.raises(ScenarioError, match="7 cells or more"):
        model_of(StoredRun(run.path, {**run.manifest, "cells": few}, run.measures, run.comparisons))


def test_whole_numbers_stay_whole_and_words_are_apart() -> None:
    cells = [{"n": str(n), "seat": seat, "same": "x"} for n in (2, 4, 9) for seat in ("a", "b")]
    coding = coding_of(cells)
    assert coding.d == 3
    assert coding.point({"n": "9", "seat": "a"}) == pytest.approx([1.0, 0.7071, 0.0], abs=1e-4)
    assert np.linalg.norm(np.subtract(coding.point(cells[0]), coding.point(cells[1]))) == pytest.approx(1.0)
    open_ones = coding.unvisited(cells)
    assert all(one["n"].isdigit() and (int(one["n"]), one["seat"]) not in [(2, "a"), (9, "b")] for one in open_ones)
    assert {int(one["n"]) for one in open_ones} == {3, 5, 6, 7, 8}


def test_the_command_prints_prediction_quality_and_what_is_next(
    run: StoredRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    RunFolder(tmp_path).write_manifest(run.manifest)
    run.measures.to_parquet(tmp_path / MEASURES)
    (tmp_path / COMPARISONS).write_text(",".join(COLUMNS) + "\n")
    assert cli.main(["predict", str(tmp_path), f"{BEDS}=1.05", f"{SEAT}=balance"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{BEDS}=1.05 {SEAT}=balance: Boarding")
    assert lines[1].startswith("Left out one by one")
    assert len(lines) == 4
    assert cli.main(["predict", str(tmp_path), "measure=ed_loss"]) == 2
    assert "measure" in capsys.readouterr().err
