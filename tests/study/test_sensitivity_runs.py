"""Sensitivity runs of two small clinics: every row is what single runs of the changed clinics give."""

from dataclasses import replace

import pandas as pd
import pytest

from experiments import sensitivity
from experiments.config import CellConfig, vary
from experiments.replication import run_cell
from experiments.sensitivity import Assumption, leading_pair, run_sensitivity
from experiments.statistics import paired_difference
from experiments.study import Study
from sim.streams import Replication
from tests.small_clinic import STAY, clinic, write_clinic

pytestmark = pytest.mark.study

ASSUMPTIONS = [
    Assumption("A1", "how long a stay takes", STAY, 0.5, 1.5),
    Assumption("A2", "nothing that is set here", "city.nothing", 0.0, 1.0),
    Assumption("A3", "spaces", "city.hospitals.clinic.places.ed_space", 2.0, 3.0),
]
SEED = 7
MEASURE = "boarding_min"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[CellConfig, CellConfig]:
    files = write_clinic(tmp_path_factory.mktemp("clinic"))
    runs = ["run.sensitivity_replications=4", "run.sensitivity_weeks=0.05", "run.workers=1"]
    one, two = (
        replace(
            clinic(files, 0.8, 2_000.0, f"city.hospitals.clinic.places.bed={n}", *runs, pathways="tandem"), name=name
        )
        for n, name in ((1, "one"), (2, "two"))
    )
    return one, two


@pytest.fixture(scope="module")
def table(pair: tuple[CellConfig, CellConfig], tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sensitivity, "assumptions", lambda: ASSUMPTIONS)
        run_sensitivity(folder, Study(pair, 9, SEED), pair, None)
    assert not list((folder / "sensitivity" / "patients").glob("*"))  # measures only
    return pd.read_parquet(folder / "tornado.parquet").set_index(["assumption", "measure"])


def direct(pair: tuple[CellConfig, CellConfig], key: str, value: float) -> tuple[float, float]:
    """Return the difference between two clinics with one setting changed, and its half-width, from single runs."""
    values = []
    for cell in pair:
        short = vary(cell, "run.weeks", 0.05)
        assert short is not None
        changed = vary(short, key, value)
        assert changed is not None
        found = [run_cell(changed, Replication(index, SEED)).measures for index in range(4)]
        city = [rows[(rows["measure"] == MEASURE) & (rows["dimension"] == "all")]["value"] for rows in found]
        values.append([float(one.iloc[0]) for one in city])
    difference = paired_difference(*values)
    return difference.mean, difference.half_width


def test_what_is_not_set_is_not_varied_and_the_rest_keeps_its_words(table: pd.DataFrame) -> None:
    rows = table.xs(MEASURE, level="measure")
    assert rows[["what", "where", "low", "high", "cell"]].values.tolist() == [
        ["how long a stay takes", STAY, 0.5, 1.5, "two"],
        ["spaces", "city.hospitals.clinic.places.ed_space", 2.0, 3.0, "two"],
    ]


@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("assumption", [ASSUMPTIONS[0], ASSUMPTIONS[2]], ids=lambda one: one.id)
def test_each_end_is_the_difference_with_one_setting_changed(
    pair: tuple[CellConfig, CellConfig], table: pd.DataFrame, assumption: Assumption, end: str
) -> None:
    row = table.loc[assumption.id, MEASURE]
    value = getattr(assumption, end)
    mean, half_width = direct(pair, assumption.where, int(value) if value.is_integer() else value)
    assert (row[f"difference_{end}"], row[f"half_width_{end}"]) == (mean, half_width)
    assert row["difference_base"] == direct(pair, "run.weeks", 0.05)[0]
    assert row["difference_base"] != mean


def test_the_pair_is_found_by_its_names(pair: tuple[CellConfig, CellConfig]) -> None:
    assert leading_pair([pair[1], pair[0]], "one", "two") == pair
