"""Forecasts of a real city: New York's ambulance calls, when the public table lies beside the checkout.

Learned from 2010 to 2018, judged on 2019, a day ahead. The whole city is where skill shows most and intervals are
hardest; Staten Island, with seven calls an hour, is nearest to pure chance.
"""

from pathlib import Path

import pytest

from experiments.forecasting.counts import read_counts
from experiments.forecasting.evaluation import judge
from experiments.forecasting.scores import NOISE_FLOOR, Score
from experiments.forecasting.split import split_of
from policies.forecast import Combination, SeasonalNaive

pytestmark = pytest.mark.study

TABLE = Path(__file__).parents[3] / "shared" / "data" / "nyc" / "ems_hourlycalls_2010_2019.csv.gz"
if not TABLE.is_file():
    pytest.skip("the public table of New York's calls does not lie beside the checkout", allow_module_level=True)

COLUMNS = ("num_calls", "RICHMOND / STATEN ISLAND")
Scores = dict[tuple[str, str, str], Score]


@pytest.fixture(scope="module")
def scores() -> Scores:
    members = {"seasonal_naive": SeasonalNaive(), "combination": Combination()}
    found = {}
    for series in read_counts(TABLE, COLUMNS).series:
        for score in judge(series, members, split_of(series, 24, "2019-01-01")).scores:
            found[series.name, score.member, score.period] = score
    return found


@pytest.mark.parametrize("series", COLUMNS)
def test_a_year_is_forecast_better_than_by_the_week_before(series: str, scores: Scores) -> None:
    score = scores[series, "combination", "hour"]
    assert score.n_periods >= 365 * 24 - 1
    assert score.chosen
    assert score.mase < 0.75
    assert score.mase < scores[series, "seasonal_naive", "hour"].mase
    assert score.mase > scores[series, NOISE_FLOOR, "hour"].mase


@pytest.mark.parametrize("series", COLUMNS)
def test_ninety_percent_intervals_cover_88_to_92_percent(series: str, scores: Scores) -> None:
    assert 0.88 <= scores[series, "combination", "hour"].coverage_share <= 0.92
