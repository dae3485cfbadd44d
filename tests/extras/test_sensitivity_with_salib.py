"""A sensitivity analysis: its points come from SALib, its indices are SALib's, its answer is told in words."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.config import CellConfig
from experiments.indices.answered import Answered, answer, default_folder, in_words, rows_of
from experiments.indices.asked import Question, read_question
from experiments.indices.design import points_of
from experiments.indices.page import write_page
from experiments.means import Means
from experiments.replication import Outcome
from experiments.statistics.indices import morris_indices, sobol_indices
from sim.streams import Replication, stream

pytest.importorskip("SALib", reason="the extra sensitivity is not installed")
pytestmark = pytest.mark.study

VARY = "vary=[city.ward_beds.scale:0.9:1.1,city.staff.scale:0.9:1.1,care.ward_stay:0.9:1.1]"


def run_plane(of: CellConfig, replication: Replication) -> Outcome:
    """Let the measure fall by 100 for a city full of beds and by 50 for one of staff; stays change nothing."""
    beds, staff = (float(of.factors[f"city.{key}.scale"]) for key in ("ward_beds", "staff"))
    value = 250.0 - 100 * beds - 50 * staff + stream(replication, "level").normal(0, 2)
    row = {"measure": ["ed_los_min"], "dimension": ["all"], "level": ["all"], "value": [value]}
    return Outcome({}, pd.DataFrame(row), "0", {"simulate": 0.0}, kept=())


def asked(*words: str) -> Question:
    return read_question(["measure=ed_los_min", VARY, "run.replications=2", "run.executor=serial", *words])


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    return answer(
        asked("method=morris", "n=4"),
        tmp_path_factory.mktemp("screened") / "run",
        runner=run_plane,
        means=Means("serial"),
    )


def test_screening_finds_the_slopes_and_ranks_them(screened: Answered) -> None:
    ranked = screened.ranked("ed_los_min")
    assert [found.key for found, _ in ranked] == ["city.ward_beds.scale", "city.staff.scale", "care.ward_stay"]
    assert [index.value for _, index in ranked] == pytest.approx([20.0, 10.0, 0.0], abs=1e-3)  # six digits
    words = in_words(screened)
    assert words.startswith("city.ward_beds.scale surely moves it most: over its range Emergency length of stay")
    assert words.endswith("1 of 3 settings cannot be told from no effect.")


def test_the_folder_keeps_table_and_page_and_nothing_runs_twice(screened: Answered) -> None:
    kept = pd.read_csv(screened.folder / "indices.csv")
    assert kept["value"].to_numpy() == pytest.approx(rows_of(screened)["value"].to_numpy())
    page = write_page(screened).read_text()
    assert in_words(screened) in page
    assert page.count("<svg") == 2
    batches = {path: path.stat().st_mtime_ns for path in screened.folder.rglob("batches/*")}
    again = answer(screened.question, screened.folder, runner=run_plane, means=Means("serial"))
    assert again.indices == screened.indices
    assert {path: path.stat().st_mtime_ns for path in screened.folder.rglob("batches/*")} == batches
    assert len(batches) == 2 * screened.n_points


def test_variances_are_shared_as_slopes_are(tmp_path: Path) -> None:
    found = answer(asked("method=sobol", "n=16"), tmp_path / "run", runner=run_plane, means=Means("serial"))
    ranked = [index for _, index in found.ranked("ed_los_min")]
    assert all(one.low - 1e-9 <= truth <= one.high + 1e-9 for one, truth in zip(ranked, (0.8, 0.2, 0.0), strict=True))
    assert ranked[0].value > ranked[1].value > ranked[1].low > ranked[2].high
    assert f"it has a part in {100 * ranked[0].value:.0f} % of the variance of Emergency" in in_words(found)
    assert default_folder(found.question) != default_folder(asked("method=sobol", "n=32"))


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_points_are_the_same_every_time_and_fill_the_cube(method: str) -> None:
    question = asked(f"method={method}", "n=8")
    points = points_of(question)
    assert points.shape == (question.n_points, 3)
    assert np.array_equal(points, points_of(question))
    assert points.min() >= 0
    assert points.max() <= 1


def test_indices_are_those_of_salib() -> None:
    from SALib.analyze import morris, sobol

    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
    for method in ("morris", "sobol"):
        points = points_of(asked(f"method={method}", "n=16"))
        values = points[:, 0] + points[:, 1] ** 2 * points[:, 2]
        if method == "morris":
            theirs = morris.analyze(problem, points, values, num_levels=4)
            expected = [*theirs["mu_star"], *theirs["mu"], *theirs["sigma"]]
            ours = morris_indices(points, values[:, None])
        else:
            theirs = sobol.analyze(problem, values, calc_second_order=False)
            expected = [*theirs["S1"], *theirs["ST"]]
            ours = sobol_indices(values[:, None], 3)
        assert [one.value for one in ours] == pytest.approx(expected)
