"""Learning without moving patients on the records of four hospitals (UCI 45), where they are at hand."""

from functools import cache
from pathlib import Path

import pytest

from experiments.learning.federated import Course
from experiments.learning.judged import ALL, FEDERATED, OWN, POOLED, Judged, Judging, judge_federated
from experiments.learning.sites import Sites, read_sites
from experiments.learning.synthetic import WITHIN, Wish, synthesize
from experiments.records import read_records

pytestmark = pytest.mark.study

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "heart"


@cache
def hospitals() -> Sites:
    if not FOLDER.exists():
        pytest.skip("the heart files are not here; they are not part of the project")
    return read_sites([FOLDER], "heart")


@cache
def judged() -> Judged:
    return judge_federated(hospitals().sites, Course(), Judging())


def test_federated_training_reaches_what_pooling_reaches() -> None:
    auroc = judged().auroc
    assert auroc[POOLED][ALL].value == pytest.approx(0.795, abs=0.005)
    assert auroc[FEDERATED][ALL].value >= 0.79
    gap = judged().gaps[POOLED][ALL]
    assert abs(gap.value) < 0.003
    assert gap.low <= 0 <= gap.high


def test_no_hospital_alone_serves_all_others_as_well() -> None:
    auroc = judged().auroc
    alone = {name: auroc[name][ALL].value for name in (site.name for site in hospitals().sites)}
    assert min(alone.values()) < 0.72
    assert auroc[OWN][ALL].value < auroc[FEDERATED][ALL].value


def test_a_column_that_is_missing_at_one_hospital_is_learned_from_the_others() -> None:
    sites = hospitals()
    place = [term.label for term in sites.terms].index("cholesterol_mg_per_dl")
    swiss = next(site for site in sites.sites if site.name == "switzerland")
    assert (swiss.table[:, place] != swiss.table[:, place]).all()
    assert sites.left_out == ()


def test_a_model_from_synthetic_patients_loses_little_on_real_ones() -> None:
    hospitals()
    made = synthesize(read_records(FOLDER, "heart"), Wish("disease"))
    assert made.gap.value >= -WITHIN
    assert made.nearness.n_copies == 0
    assert made.nearness.closer_share.low < 0.55
    swiss_gap = made.table["cholesterol_mg_per_dl"].isna().mean()
    assert swiss_gap == pytest.approx(0.22, abs=0.06)
