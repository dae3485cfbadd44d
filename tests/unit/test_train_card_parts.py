"""Parts of a card: all items of TRIPOD+AI, points of the nurse, curves, and rows that a file's words cannot break."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.build import build_scenario
from experiments.config import compose
from experiments.records import read_records
from experiments.train.anchors import ANCHORS
from experiments.train.charts import groups_figure, nurse_points
from experiments.train.figures import alarm_curve, roc_curve
from experiments.train.generated import NEAR, generated_bars
from experiments.train.page import page_of
from experiments.train.plan import Plan
from experiments.train.trained import Trained, train
from experiments.train.tripod import ITEMS, tripod_table

pytestmark = pytest.mark.unit

N = 160
# Items of Collins et al. 2024 with letters; those without are one.
LETTERS = {3: "abc", 5: "ab", 6: "abc", 8: "abc", 9: "abc", 12: "abcdefg", 18: "abcdef", 20: "abc", 23: "ab", 27: "abc"}
DANGEROUS = "<script>1</script>"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Return a training on patients in whom a fast heart is urgent; one value of the file is meant to break a page."""
    chance = np.random.default_rng(8)
    acuity = chance.integers(1, 6, N)
    rate = np.round(120 - 12 * acuity + chance.normal(0, 14, N)).astype(int).astype(str)
    rate[5] = DANGEROUS
    nurse = np.where(chance.random(N) < 0.85, acuity, np.clip(acuity + 1, 1, 5))
    columns = {"id": range(N), "condition": "any", "acuity": acuity, "nurse_acuity": nurse, "heart_rate_per_min": rate}
    path = tmp_path_factory.mktemp("cases") / "patient_case.csv"
    pd.DataFrame(columns).assign(age_years=chance.integers(1, 95, N)).to_csv(path, index=False)
    members = ("nurse", "logistic")
    return train(read_records(path, "patient_case"), Plan("critical", members, n_repeats=1))


def test_every_item_of_the_checklist_is_answered_once_in_its_order() -> None:
    expected = [f"{k}{letter}" for k in range(1, 28) for letter in LETTERS.get(k, " ")]
    assert [number for number, *_ in ITEMS] == [one.strip() for one in expected]
    assert len(ITEMS) == 52


def test_answers_are_filled_with_facts(trained: Trained) -> None:
    table = tripod_table(trained, "model.json")
    answers = {row[0]: row[2] for row in table.rows}
    assert not any(re.search(r"[{}]|\bnan\b", answer) for answer in answers.values())
    assert all(answer for answer in answers.values())
    assert f"{N} patients" in answers["10"]
    assert answers["22"].startswith("model.json")
    assert "0.200" in answers["15"]
    assert answers["24"] == "None was made."


def test_every_anchor_is_named_with_its_doi() -> None:
    assert all(re.search(r"10\.\d{4,}/\S+$", row[0]) for row in ANCHORS.rows)
    told = {(row[0].split(",")[0].split(" et")[0], row[2], row[3]) for row in ANCHORS.rows}
    expected = {
        ("MIMIC-IV-ED", "gradient boosting", "0.819"),
        ("Raita", "neural network", "0.86"),
        ("Hong", "triage features", "0.87"),
    }
    assert expected <= told


def test_the_nurse_stands_where_her_levels_put_her(trained: Trained) -> None:
    points = nurse_points(trained)
    y, nurse = trained.of_model.y, trained.records.nurse
    assert [name for name, *_ in points] == ["level 1", "level 2", "level 3", "level 4"]
    _, false, found = points[1]
    assert (false, found) == ((nurse[~y] <= 2).mean(), (nurse[y] <= 2).mean())


def test_a_roc_curve_counts_ties_at_once() -> None:
    y = np.array([True, False, True, False])
    assert roc_curve(np.array([0.9, 0.5, 0.5, 0.1]), y) == [(0.0, 0.0), (0.0, 0.5), (0.5, 1.0), (1.0, 1.0)]


def test_alarms_of_the_nurse_are_worth_less_where_false_ones_are_dear() -> None:
    alarm, y = np.array([True, True, False, False]), np.array([True, False, True, False])
    assert alarm_curve(alarm, y, [0.2, 0.5]) == [0.25 - 0.25 * 0.25, 0.0]


def test_subgroups_without_figures_are_not_drawn(trained: Trained) -> None:
    drawn = groups_figure(trained)
    assert drawn is not None
    shown = {row["name"] for row in drawn.rows}
    expected = {f"age years: {one.group}" for one in trained.groups if one.member == "logistic" and one.figures}
    assert shown == {"everybody", *expected}


def test_words_of_a_file_are_shown_and_never_run(trained: Trained) -> None:
    page = page_of(trained, "model.json", f"citycare train --data {DANGEROUS}")
    assert DANGEROUS not in page
    assert page.count("&lt;script&gt;1&lt;/script&gt;") == 2
    assert "<script" not in page


def test_the_page_draws_every_figure_for_desks_and_phones(trained: Trained) -> None:
    page = page_of(trained, "model.json", "citycare train")
    for name in ("reliability", "roc", "benefit", "groups"):
        (figure,) = re.findall(rf'<figure id="figure-{name}">.*?</figure>', page, re.DOTALL)
        assert figure.count("<svg") == 2


def test_levels_and_second_reader_say_by_what_they_were_chosen(trained: Trained) -> None:
    assert trained.reader == "ordered"
    assert trained.ordered is not None
    assert sum(trained.ordered.levels_by.values()) == sum(trained.ordered.read_by.values()) == 5
    page = page_of(trained, "model.json", "citycare train")
    assert "Chosen within so many training folds" in page


def test_generated_patients_are_compared_at_both_mixes_of_levels(trained: Trained) -> None:
    bars = list(generated_bars(trained, build_scenario(compose([])[0].settings), 3, 2000))
    assert len(bars) == 4
    assert {(bar.low, bar.high) for bar in bars} == {(-NEAR, NEAR)}
    nurse = next(row.linear_kappa for row in trained.levels if row.by == "nurse")
    # Her chances in the scenario are fixed, so her kappa moves only with the mix and the file.
    exact = [bar.measured.value + nurse.value for bar in bars if "kappa" in bar.what]
    assert exact[1] == pytest.approx(0.8124, abs=1e-4)


def test_sites_are_called_by_their_names(tmp_path: Path) -> None:
    rows = [",".join(map(str, [40 + k, k % 2, 1, 120, 200, 0, 0, 150, 0, 1.0, 1, 0, 3, k % 3])) for k in range(8)]
    for place in ("ostend", "bruges"):
        (tmp_path / f"processed.{place}.data").write_text("\n".join(rows), encoding="utf-8")
    records = read_records(tmp_path, "heart")
    assert records.site_names == ("bruges", "ostend")
    assert [records.site_names[place] for place in records.where(np.array([0, 15])).group] in (
        ["ostend", "bruges"],
        ["bruges", "ostend"],
    )
