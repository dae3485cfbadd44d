"""An inverse question is read, refused in words, answered with an interval, and goes on where it stopped."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from experiments.config import CellConfig
from experiments.inverse.answered import Answered, answer, document, further, in_words
from experiments.inverse.asked import read_question
from experiments.inverse.page import write_page
from experiments.replication import Outcome
from sim.faults import ScenarioError
from sim.streams import Replication, stream

pytestmark = pytest.mark.study

ASKED = ["measure=ed_los_p90_min", "target=240", "vary=city.ward_beds.scale", "range=[0.9,1.3]", "run.replications=4"]
ASKED += ["run.executor=serial"]  # nothing that takes a worker's time


def run_line(of: CellConfig, replication: Replication) -> Outcome:
    """Let the measure fall by 100 for one more city full of beds: 240 is met at 1.1, give or take what chance deals."""
    value = 250.0 - 100 * (of.settings.city.ward_beds.scale - 1.0) + stream(replication, "level").normal(0, 2)
    row = {"measure": ["ed_los_p90_min"], "dimension": ["all"], "level": ["all"], "value": [value]}
    return Outcome({}, pd.DataFrame(row), "0", {"simulate": 0.0}, kept=())


def asked(*others: str) -> list[str]:
    changed = {word.partition("=")[0] for word in others}
    return [word for word in ASKED if word.partition("=")[0] not in changed] + list(others)


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Answered, list[str]]:
    told: list[str] = []
    folder = tmp_path_factory.mktemp("inverse") / "beds"
    return answer(read_question(asked("points=8")), folder, told.append, run_line), told


def test_the_answer_is_where_the_line_meets_the_target(answered: tuple[Answered, list[str]]) -> None:
    found, told = answered
    noise = [stream(Replication(k, found.question.cell.settings.run.root_seed), "level").normal(0, 2) for k in range(4)]
    assert found.root.at == pytest.approx(1.1 + sum(noise) / 4 / 100)
    assert found.root.low < found.root.at < found.root.high
    assert told[0].startswith("city.ward_beds.scale=0.9: ed_los_p90_min is ")
    assert len(told) == len(found.root.points)


def test_the_sentence_gives_the_interval_and_percent(answered: tuple[Answered, list[str]]) -> None:
    words = in_words(answered[0])
    assert words.startswith("city.ward_beds.scale = 1.")
    assert "95 % interval" in words
    assert f"that is {100 * (answered[0].root.at - 1):+.1f} %" in words
    assert "4 replications" in words


def test_the_folder_keeps_the_answer_the_points_and_a_page(answered: tuple[Answered, list[str]]) -> None:
    found = answered[0]
    kept = json.loads((found.folder / "answer.json").read_text())
    assert kept == json.loads(json.dumps(document(found)))
    assert {float(path.name) for path in (found.folder / "points").iterdir()} == set(found.root.points)
    page = write_page(found).read_text()
    assert in_words(found) in page
    assert page.count("<svg") == 2
    assert write_page(found).read_text() == page


def test_asked_again_nothing_is_simulated_again(answered: tuple[Answered, list[str]]) -> None:
    found = answered[0]
    batches = {path: path.stat().st_mtime_ns for path in found.folder.rglob("batches/*")}
    assert answer(found.question, found.folder, print, run_line).root == found.root
    assert {path: path.stat().st_mtime_ns for path in found.folder.rglob("batches/*")} == batches


def test_what_cannot_be_reached_is_said_with_what_was_found(tmp_path: Path) -> None:
    found = answer(read_question(asked("target=100")), tmp_path, print, run_line)
    assert not found.root.found
    assert in_words(found).startswith("No city.ward_beds.scale between 0.9 and 1.3 brings")
    assert document(found)["at"] is None
    assert "<svg" in write_page(found).read_text()


def test_an_open_end_is_said_to_be_open(answered: tuple[Answered, list[str]]) -> None:
    found = answered[0]
    words = in_words(replace(found, root=replace(found.root, low=float("-inf"))))
    assert "interval below 0.9 to " in words
    assert "(open to +" in words


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ("measure=ed_loss", "measure"),
        ("target=soon", "target"),
        ("range=[1.3,0.9]", "range"),
        ("range=1", "range"),
        ("vary=city.ward_bed.scale", "vary"),
        ("vary=city.name", "vary"),
        ("closest=0", "closest"),
        ("width=0", "width"),
        ("points=3", "points"),
        ("run.replications=1", "run.replications"),
    ],
)
def test_a_question_that_has_no_meaning_is_refused_before_anything_runs(word: str, field: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_question(asked(word))
    assert field in [fault.field for fault in caught.value.faults]


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        read_question(["run.weeks=1"])
    assert [fault.field for fault in caught.value.faults] == ["measure", "target", "vary", "range"]


def test_a_whole_setting_is_tried_in_whole_numbers() -> None:
    question = read_question(asked("vary=city.hospitals.central.staff.ed_nurse", "range=[4,20]"))
    assert question.whole
    assert question.closest == 1.0
    assert question.cell_at(7.0).resolved["city"]["hospitals"]["central"]["staff"]["ed_nurse"] == 7


def test_replications_are_added_until_the_interval_is_as_narrow_as_asked(tmp_path: Path) -> None:
    wide = answer(read_question(asked("points=8")), tmp_path, lambda line: None, run_line)
    width = (wide.root.high - wide.root.low) / 2
    more = read_question(asked("points=8", f"width={width}", "run.most_replications=40"))
    found = answer(more, tmp_path, lambda line: None, run_line)
    assert found.root.high - found.root.low <= width
    assert 4 < found.n <= 40
    assert f"({found.n} replications at each of" in in_words(found)
    assert {one.n for one in found.root.points.values()} == {found.n}


def test_an_interval_that_stays_too_wide_is_said(tmp_path: Path) -> None:
    asked_for = read_question(asked("points=8", "width=1e-6", "run.most_replications=6"))
    found = answer(asked_for, tmp_path, lambda line: None, run_line)
    assert found.n == 6
    assert in_words(found).endswith("The interval is wider than asked for: raise run.most_replications.")


def test_the_next_replications_follow_the_root_of_n() -> None:
    assert further(10, 0.3, 0.25) == 15
    assert further(10, 0.3, 0.299) == 12
    assert further(10, 3.0, 0.1) == 20
    assert further(10, float("inf"), 0.1) == 20
