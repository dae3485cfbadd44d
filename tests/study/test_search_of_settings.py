"""A search of settings is read, refused in words, answered with what is sure, and goes on where it stopped."""

import json
from pathlib import Path

import pandas as pd
import pytest

from experiments import cli
from experiments.config import CellConfig
from experiments.replication import Outcome
from experiments.search.answered import Answered, answer, default_folder, document, in_words
from experiments.search.asked import Objective, Question, SamplerKind, read_question
from experiments.search.page import write_page
from sim.faults import ScenarioError
from sim.streams import Replication, stream

pytestmark = pytest.mark.study

VARY = "vary=[city.ward_beds.scale:0.9:1.1]"
SMALL = ("run.replications=2", "run.workers=1", "run.executor=serial")


def run_valley(of: CellConfig, replication: Replication) -> Outcome:
    """Let stays be shortest at 1.05 times the beds; half as long where one pays, and inequality falls with beds."""
    beds = float(of.factors["city.ward_beds.scale"])
    lift = stream(replication, "level").normal(0, 2)
    values = {"ed_los_min": 200 + 4000 * (beds - 1.05) ** 2 + lift, "wait_gini": 1.5 - beds + lift / 100}
    rows = {"measure": list(values), "dimension": "all", "level": "all", "value": list(values.values())}
    return Outcome({}, pd.DataFrame(rows), "0", {"simulate": 0.0}, kept=())


def asked(*words: str) -> Question:
    return read_question([*SMALL, VARY, *words])


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Answered, list[str]]:
    told: list[str] = []
    folder = tmp_path_factory.mktemp("search") / "beds"
    return answer(asked("minimize=ed_los_min", "budget=26"), folder, told.append, run_valley), told


def test_the_shortest_stay_is_found_and_said_with_its_gain(answered: tuple[Answered, list[str]]) -> None:
    found, told = answered
    assert found.searched.best[0] == pytest.approx(1.05, abs=0.01)
    assert found.searched.present == (1.0,)
    words = in_words(found)
    assert words.startswith(f"city.ward_beds.scale={found.searched.best[0]:.6g} has the least Emergency length of stay")
    assert "every other point is surely worse" in words or "other points are not surely worse" in words
    assert "against the configuration as it stands -" in words
    assert told[0].startswith("city.ward_beds.scale=1: ed_los_min 21")


def test_the_folder_keeps_the_answer_the_points_and_a_page(answered: tuple[Answered, list[str]]) -> None:
    found = answered[0]
    kept = json.loads((found.folder / "answer.json").read_text())
    assert kept == json.loads(json.dumps(document(found)))
    assert kept["front"] == [{"city.ward_beds.scale": f"{found.searched.best[0]:.6g}"}]
    assert kept["gain"]["mean"] < 0
    assert len(kept["points"]) == len(list((found.folder / "points").iterdir()))
    page = write_page(found).read_text()
    assert in_words(found) in page
    assert page.count("<svg") == 2


def test_asked_again_or_with_more_budget_nothing_is_simulated_twice(answered: tuple[Answered, list[str]]) -> None:
    found = answered[0]
    batches = {path: path.stat().st_mtime_ns for path in found.folder.rglob("batches/*")}
    again = answer(found.question, found.folder, lambda line: None, run_valley)
    assert list(again.searched.visited.values) == list(found.searched.visited.values)
    more = asked("minimize=ed_los_min", "budget=32")
    assert default_folder(more) == default_folder(found.question)
    answer(more, found.folder, lambda line: None, run_valley)
    after = {path: path.stat().st_mtime_ns for path in found.folder.rglob("batches/*")}
    assert batches.items() <= after.items()
    assert len(after) > len(batches)


def test_two_objectives_have_a_front_and_a_figure(tmp_path: Path) -> None:
    found = answer(
        asked("objectives=[ed_los_min,fairness]", "budget=24"), tmp_path / "f", lambda line: None, run_valley
    )
    levels = [one[0] for one in found.front]
    assert len(levels) >= 2
    assert min(levels) > 1.03
    assert in_words(found).startswith(f"{len(levels)} points are on the front of least Emergency length of stay, least")
    page = write_page(found).read_text()
    assert "Emergency length of stay and Inequality of waits" in page
    assert page.count("<svg") == 2


def test_objectives_go_the_way_in_which_they_are_better() -> None:
    found = asked("objectives=wait,wait_jain", "minimize=liked_time_share", "budget=99").objectives
    assert found == (
        Objective("liked_time_share", 1),
        Objective("wait_for_provider_min", 1),
        Objective("wait_jain", -1),
    )
    assert asked("maximize=ed_los_min").objectives == (Objective("ed_los_min", -1),)
    assert asked("maximize=ed_los_min").sampler is SamplerKind.PROCESS


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        (("minimize=ed_loss", "budget=0"), {"minimize", "budget"}),
        (("budget=40",), {"minimize"}),
        (("minimize=ed_los_min", "budget=10"), {"budget"}),
        (("minimize=ed_los_min", "run.replications=1"), {"run.replications"}),
        (("minimize=ed_los_min", "sampler=tpe"), {"sampler"}),
        (("objectives=bed_occupancy",), {"objectives"}),
        (("objectives=wait,cost,fairness,carbon,ed_los_min",), {"objectives"}),
    ],
)
def test_a_search_that_has_no_meaning_is_refused(words: tuple[str, ...], fields: set[str]) -> None:
    with pytest.raises(ScenarioError) as caught:
        asked(*words)
    assert {fault.field for fault in caught.value.faults} == fields


def test_the_command_says_what_it_takes_and_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["minimize=ed_los_min", VARY, "run.weeks=0.2", "run.replications=2", "budget=30", "--dry-run"]
    assert cli.main(["search", *words]) == 0
    assert capsys.readouterr().out.startswith("At most 30 replications: about ")
