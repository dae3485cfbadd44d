"""Counts with noise by OpenDP: the noise is the one promised, is paid for, and is refused when the budget is empty."""

from math import exp
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.cli import main
from experiments.learning.budget import read_spending
from experiments.learning.release import noise_for, noised

pytest.importorskip("opendp", reason="the extra privacy is not installed")
pytestmark = pytest.mark.contract

N = 20_000


@pytest.mark.parametrize(("epsilon", "most_visits"), [(1.0, 1), (0.5, 1), (1.0, 4)])
def test_noise_has_the_law_of_the_discrete_laplace_distribution(epsilon: float, most_visits: int) -> None:
    counts, _ = noised(np.full(N, 50, dtype=np.int64), epsilon, most_visits)
    a = exp(-epsilon / most_visits)
    variance = 2 * a / (1 - a) ** 2
    noise = counts - 50
    assert abs(noise.mean()) <= 5 * np.sqrt(variance / N)
    p_zero = (1 - a) / (1 + a)
    assert abs((noise == 0).mean() - p_zero) <= 5 * np.sqrt(p_zero * (1 - p_zero) / N)


@pytest.mark.parametrize("epsilon", [0.1, 0.5, 1.0, 2.0])
def test_the_error_that_is_told_is_the_smallest_that_covers_95_percent(epsilon: float) -> None:
    a, half = exp(-epsilon), noise_for(epsilon, 1).half_width
    beyond = [2 * a ** (h + 1) / (1 + a) for h in (half, half - 1)]
    assert beyond[0] <= 0.05 < beyond[1]


def words(file: Path, out: Path, *more: str) -> list[str]:
    values = ["--values", "hospital=east,west,south", "--per", "all"]
    return ["release", str(file), *values, "--epsilon", "0.5", "--budget", "1", *more, "--out", str(out)]


def test_a_table_is_released_until_the_budget_is_spent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "visits.csv", tmp_path / "out.csv"
    pd.DataFrame({"hospital": ["east"] * 500 + ["west"] * 300}).to_csv(file, index=False)
    assert main(words(file, out)) == 0
    found = pd.read_csv(out)
    assert found.columns.tolist() == ["hospital", "count", "plus_minus_95"]
    # Noise beyond 60 has odds below one in 10^13 at epsilon 0.5.
    assert (found["count"] - [500, 300, 0]).abs().max() < 60
    assert "0.5 of 1 in all, 0.5 left" in capsys.readouterr().out
    assert main(words(file, out)) == 0
    before = out.read_bytes()
    assert main(words(file, out)) == 2
    assert "at most 0 is left" in capsys.readouterr().err
    assert out.read_bytes() == before
    assert len(read_spending(tmp_path / "privacy.sqlite")) == 2


def test_faults_are_named_before_anything_is_spent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "visits.csv"
    pd.DataFrame({"hospital": ["east"]}).to_csv(file, index=False)
    for more in (["--by", "zone"], ["--per", "week"], ["--epsilon", "0"], ["--values", "hospital"]):
        assert main(words(file, tmp_path / "out.csv", *more)) == 2
    assert main(words(file, tmp_path / "absent" / "out.csv")) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["visits.csv"]
