"""The Gaussian copula: margins as they were, correlations recovered from coarse columns, gaps that are no accident."""

import numpy as np
import pandas as pd
import pytest

from experiments.learning.copula import OTHER, Copula, fit_copula
from sim.streams import Replication, stream

pytestmark = pytest.mark.unit

N = 20_000


def normals(r: float, n: int = N) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return stream(Replication(0, 5), "test", "normals").multivariate_normal([0, 0], [[1, r], [r, 1]], n)


def correlation(frame: pd.DataFrame) -> float:
    return float(fit_copula(frame, np.zeros(len(frame))).correlation[0, 1])


@pytest.mark.parametrize("r", [-0.6, 0.0, 0.3, 0.6])
def test_correlation_comes_back_from_numbers_and_from_words(r: float) -> None:
    z = normals(r)
    assert correlation(pd.DataFrame({"a": z[:, 0], "b": z[:, 1]})) == pytest.approx(r, abs=0.03)
    coarse = pd.DataFrame({"a": z[:, 0], "b": np.digitize(z[:, 1], [-1, 0, 1]).astype(float)})
    assert correlation(coarse) == pytest.approx(r, abs=0.03)


def test_two_coarse_columns_depend_as_the_normals_behind_them_do() -> None:
    z = normals(0.3)
    coarse = pd.DataFrame({"a": (z[:, 0] > 0.5).astype(float), "b": (z[:, 1] > -0.5).astype(float)})
    assert correlation(coarse) == pytest.approx(0.3, abs=0.04)


def drawn(frame: pd.DataFrame, outcome: np.ndarray[tuple[int], np.dtype[np.float64]], n: int = N) -> pd.DataFrame:
    copula: Copula = fit_copula(frame, outcome)
    return copula.draw(n, "y", stream(Replication(0, 6), "test", "draw"))


def test_margins_are_those_of_each_outcome() -> None:
    chance = stream(Replication(0, 5), "test", "margins")
    y = (chance.random(2000) < 0.3).astype(float)
    frame = pd.DataFrame({"x": np.round(chance.normal(10 + 5 * y, 2), 1), "w": np.where(y == 1, "red", "blue")})
    made = drawn(frame, y)
    share = made["y"].mean()
    assert abs(share - y.mean()) / np.sqrt(share * (1 - share) / N) <= 4
    for value in (0.0, 1.0):
        real, synthetic = frame["x"][y == value], made["x"][made["y"] == value]
        assert synthetic.mean() == pytest.approx(real.mean(), abs=4 * real.std() / np.sqrt(len(synthetic)))
        assert synthetic.quantile([0.1, 0.9]).to_numpy() == pytest.approx(real.quantile([0.1, 0.9]), abs=0.3)
    assert (made["w"] == np.where(made["y"] == 1, "red", "blue")).all()
    assert (made["x"] == made["x"].round(1)).all()


def test_numbers_are_missing_where_they_were() -> None:
    chance = stream(Replication(0, 5), "test", "gaps")
    y = (chance.random(4000) < 0.5).astype(float)
    x = np.where(chance.random(4000) < 0.1 + 0.5 * y, np.nan, chance.normal(0, 1, 4000))
    never = np.where(y == 1, np.nan, chance.normal(0, 1, 4000))
    made = drawn(pd.DataFrame({"x": x, "never": never}), y)
    for value in (0.0, 1.0):
        missing = np.isnan(x[y == value]).mean()
        found = made["x"][made["y"] == value].isna().mean()
        assert abs(found - missing) <= 4 * np.sqrt(missing * (1 - missing) / (N / 2))
    assert made["never"].isna().eq(made["y"] == 1).all()


def test_rare_words_are_not_told() -> None:
    frame = pd.DataFrame({"w": ["common"] * 50 + ["rare"] * 3})
    made = drawn(frame, np.zeros(53), 500)
    assert set(made["w"]) == {"common", OTHER}


def test_an_empty_column_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="nothing is known of x"):
        fit_copula(pd.DataFrame({"x": [np.nan, np.nan]}), np.zeros(2))


def test_contradicting_correlations_are_made_possible() -> None:
    z = normals(0.9, 400)
    frame = pd.DataFrame({"a": z[:, 0], "b": z[:, 1], "c": -z[:, 0]})
    frame.loc[:199, "b"] = np.nan
    frame.loc[200:, "c"] = z[200:, 0]
    found = fit_copula(frame, np.zeros(400)).correlation
    assert np.linalg.eigvalsh(found).min() > 0
    assert np.diag(found) == pytest.approx(np.ones(len(found)))
