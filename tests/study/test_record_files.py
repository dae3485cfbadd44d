"""The readers against the files they were written for: known counts of each."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.model_card import quadratic_kappa
from experiments.records import Kind, Records, Role, read_records

pytestmark = pytest.mark.study

FOLDER = Path(__file__).parents[3] / "shared" / "data"
FILES = {
    "ktas": FOLDER / "ktas" / "ktas_moon2019.xlsx",
    "nhamcs": FOLDER / "nhamcs" / "nhamcs_linked_2012_2015.parquet",
    "heart": FOLDER / "heart",
}


@cache
def records(name: str) -> Records:
    if not FILES[name].exists():
        pytest.skip(f"{FILES[name].name} is not here; it is not part of the project")
    return read_records(FILES[name], name)


@pytest.mark.parametrize(("name", "n"), [("ktas", 1267), ("nhamcs", 99135), ("heart", 918)])
def test_every_row_is_used_but_those_that_come_twice(name: str, n: int) -> None:
    found = records(name)
    assert found.n_patients == n
    assert found.card.n_rows == n + found.card.n_duplicates


def test_the_nurses_of_ktas_agree_with_the_experts_as_published() -> None:
    found = records("ktas")
    true, given = (np.asarray(x).astype(np.int64) for x in (found.outcomes["acuity"], found.nurse))
    table = np.zeros((5, 5))
    np.add.at(table, (true - 1, given - 1), 1)
    far = np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
    by_chance = np.outer(table.sum(axis=1), table.sum(axis=0)) / len(true)
    assert 1 - (far * table).sum() / (far * by_chance).sum() == pytest.approx(0.8296, abs=5e-5)
    assert quadratic_kappa(true, given).value == pytest.approx(0.8755, abs=5e-5)
    assert (int((given > true).sum()), int((given < true).sum())) == (131, 55)


def test_what_could_not_be_measured_in_ktas_is_kept_as_a_fact() -> None:
    found = records("ktas")
    flags = [name for name in found.features if str(name).endswith("_not_measurable")]
    assert len(flags) == 5
    tried = found.features[flags].sum(axis=1) > 0
    assert found.outcomes["critical"][tried].mean() > found.outcomes["critical"].mean()
    for flag in flags:
        number = found.features[str(flag).removesuffix("_not_measurable")]
        assert number[found.features[flag] == 1].isna().all()


def test_saturation_tells_the_site_of_ktas_and_is_no_feature() -> None:
    found = records("ktas")
    raw = pd.read_excel(FILES["ktas"], dtype=str, keep_default_na=False)
    blank = (raw["Saturation"].str.strip() == "").groupby(raw["Group"]).mean()
    assert blank.max() == 1.0
    assert "oxygen_saturation_percent" not in found.features


def test_outcomes_of_nhamcs_are_known_for_one_year_and_temperatures_are_celsius() -> None:
    found = records("nhamcs")
    assert int(found.known("admission").sum()) == 20665
    assert found.features["temperature_celsius"].median() == pytest.approx(36.7, abs=0.15)
    assert found.features["temperature_celsius"].max() <= 43.4


def test_all_findings_of_nhamcs_name_a_row_and_a_value_out_of_range() -> None:
    found = records("nhamcs")
    known = {column.source: column for column in found.schema.columns}
    assert len(found.card.findings) > 0
    for finding in found.card.findings:
        column = known[finding.column]
        if column.kind is Kind.NUMBER:
            assert not column.low <= float(finding.value) <= column.high
        assert finding.row >= 2


def test_the_heart_files_are_four_hospitals_and_zero_cholesterol_is_missing() -> None:
    found = records("heart")
    assert np.bincount(found.group).tolist() == [303, 293, 123, 199]
    swiss = found.group == 2
    assert found.features["cholesterol_mg_per_dl"][swiss].isna().all()
    assert not {column.name for column in found.schema.of_role(Role.AFTER)} & set(found.features)
