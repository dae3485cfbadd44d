"""How triage errs, and who waits for it, counted on patients written down by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.build import build
from experiments.config import compose
from experiments.measure_list import MEASURES
from experiments.measures import measure_run
from experiments.triage_measures import TRIAGE_MEASURES, triage_rows
from sim.run import simulate
from sim.streams import Replication
from sim.subgroups import Shift
from tests.door_patients import CASE_MIX, clinic

pytestmark = pytest.mark.unit

NAN = float("nan")
PATIENTS = pd.DataFrame(
    {
        "acuity_true": [1, 2, 2, 3, 4, 5, 4, 3],
        "acuity": [1, 3, 2, 2, 4, 5, 3, 4],
        "attribute.words": pd.Categorical(["a", "b", "a", "b", "a", "b", "b", "a"], categories=["a", "b"]),
    }
)
WAIT_MIN = np.array([4.0, 30.0, 8.0, 10.0, 20.0, NAN, 40.0, 50.0])
SHIFTED = replace(clinic(), case_mix=replace(CASE_MIX, shifts=(Shift("words", "b", "age", 1.0),)))


def found(patients: pd.DataFrame = PATIENTS) -> dict[tuple[str, str, str], float]:
    return {row[:3]: row[3] for row in triage_rows(SHIFTED, patients, WAIT_MIN)}


def test_mistakes_and_waits_of_all() -> None:
    values = {name: value for (name, dimension, _), value in found().items() if dimension == "all"}
    assert values["undertriage_share"] == 2 / 8
    assert values["overtriage_share"] == 2 / 8
    assert values["critical_found_share"] == pytest.approx(2 / 3)
    assert values["false_alarm_share"] == 1 / 5
    assert values["critical_wait_min"] == pytest.approx(42 / 3)
    assert values["other_wait_min"] == 120 / 4


def test_mistakes_and_waits_of_groups() -> None:
    values = found()
    assert values["undertriage_share", "words", "a"] == 1 / 4
    assert values["critical_found_share", "words", "b"] == 0.0
    assert values["critical_wait_min", "words", "a"] == 6.0
    assert values["other_wait_min", "words", "b"] == 25.0


def test_the_gap_is_at_equal_acuity() -> None:
    """Levels 2, 3 and 4 hold 2 patients each; `b` waits 22 longer, 40 shorter and 20 longer than `a` in them."""
    inner = PATIENTS["acuity_true"].isin([2, 3, 4]).to_numpy()
    rows = triage_rows(SHIFTED, PATIENTS[inner], WAIT_MIN[inner])
    gap = next(row[3] for row in rows if row[0] == "group_wait_gap_min")
    assert gap == pytest.approx((22 - 40 + 20) / 3)


def test_without_groups_there_is_no_gap() -> None:
    rows = list(triage_rows(clinic(), PATIENTS.drop(columns="attribute.words"), WAIT_MIN))
    assert {row[1] for row in rows} == {"all"}
    assert "group_wait_gap_min" not in {row[0] for row in rows}


def test_every_measure_of_triage_is_listed_and_reported() -> None:
    assert {one.name for one in TRIAGE_MEASURES} <= set(MEASURES)
    lines = ["experiment=triage_fairness", "run.weeks=0.1", "run.warm_up_weeks=0", "transfer=stay_put"]
    scenario, policies = build(compose(lines)[0].settings)
    run = simulate(scenario, policies, Replication(0, 1))
    assert set(run.patients["attribute.words"].cat.categories) == {"plain", "understated"}
    table = measure_run(scenario, run)
    assert {one.name for one in TRIAGE_MEASURES} <= set(table["measure"])
