"""What can be changed comes from settings, assumptions and files; a form is read as it was shown."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from experiments.app.asked import Asked
from experiments.app.choices import Axis, changed, choices, chosen_levels, number_at, scale_keys, sheet, slider_step
from experiments.app.forms import fields_of, read_form
from experiments.app.shelf import Question, first_words, groups, members, questions
from experiments.app.variants import Variants
from experiments.app.weighing import OvertakenError, Scales, weigh
from experiments.config import CellConfig, compose
from experiments.sensitivity import assumptions
from sim.faults import ScenarioError

pytestmark = pytest.mark.unit

SMALL = {"run.replications": 2, "run.weeks": 0.2, "run.warm_up_weeks": 0.1, "run.sensitivity_replications": 0}
CALL = "import sys; from experiments.cli import main; sys.exit(main())"


@pytest.fixture(scope="module")
def cell() -> CellConfig:
    return compose(["experiment=surge", "city.demand.scale=1.0", "transfer=stay_put"])[0]


@pytest.fixture(scope="module")
def scales() -> Scales:
    return Scales()


def test_every_shipped_question_is_offered_in_its_own_words() -> None:
    shipped = {path.stem for path in Path("conf/experiment").glob("*.yaml")}
    assert set(questions()) == {"", *shipped}
    assert all(one.question.endswith("?") for one in questions().values())
    assert questions()["surge"].axes["transfer"] == ("stay_put", "balance")
    assert questions()["policy_league"].axes["imaging"] == ("exclusive",)


def test_members_speak_for_themselves() -> None:
    assert {one.name for one in members("transfer")} == {path.stem for path in Path("conf/transfer").glob("*.yaml")}
    assert all(one.words for group in groups() for one in members(group))
    assert members("no_such_group") == ()
    assert "city" not in groups()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# @package _global_\n# One. Two.\na: 1\n", "One."),
        ("# One\n# and more. Then\n", "One and more."),
        ("a: 1\n", ""),
    ],
)
def test_the_first_sentence_of_a_file(text: str, words: str) -> None:
    assert first_words(text) == words


def test_levers_have_the_ranges_of_the_assumptions(cell: CellConfig) -> None:
    found = choices(questions()["surge"], cell)
    ranges = {one.where: (one.low, one.high) for one in assumptions()}
    assert all((lever.low, lever.high) == ranges[lever.key] for lever in found.levers if lever.step)
    assert "city.ward_beds.scale" in {lever.key for lever in found.levers}


def test_what_is_compared_is_no_lever(cell: CellConfig) -> None:
    found = choices(questions()["surge"], cell)
    assert "city.demand.scale" not in found.numbers
    assert "transfer" not in {seat.group for seat in found.seats}
    assert not [key for key in found.numbers if key.startswith("transfer.")]
    assert [axis.key for axis in found.axes] == ["city.demand.scale", "transfer"]


def test_every_number_offered_stands_in_the_configuration_with_the_value_shown(cell: CellConfig) -> None:
    found = choices(questions()["surge"], cell).numbers
    assert len(found) > 80
    assert {key: number_at(cell.resolved, key) for key in found} == {key: one.value for key, one in found.items()}


def test_scales_without_a_range_are_boxes_without_a_slider(cell: CellConfig) -> None:
    resolved = {**cell.resolved, "city": {**cell.resolved["city"], "ambulances": {"scale": 1.0}}}
    found = choices(Question("", ""), replace(cell, resolved=resolved))
    (lever,) = [one for one in found.levers if one.key == "city.ambulances.scale"]
    assert lever.step is None
    assert "city.ambulances.scale" in scale_keys()


def test_the_sheet_has_every_hospital_and_code() -> None:
    hospitals = {
        "a": {"name": "A", "places": {"bed": 3}},
        "b": {"name": "B", "places": {"bed": 4}, "staff": {"nurse": 2}},
    }
    found = sheet({"city": {"hospitals": hospitals}})
    assert found.columns == ("bed", "nurse")
    assert found.levers["b", "nurse"].key == "city.hospitals.b.staff.nurse"
    assert ("a", "nurse") not in found.levers
    assert sheet({}).rows == {}


@pytest.mark.parametrize(
    ("low", "high", "whole", "step"),
    [
        (0.9, 1.15, False, 0.01),
        (0.95, 1.08, False, 0.005),
        (2, 8, True, 1),
        (30, 240, True, 10),
        (0, 20000, False, 500),
    ],
)
def test_steps_are_round(low: float, high: float, whole: bool, step: float) -> None:
    assert slider_step(low, high, whole) == step


def test_only_what_differs_and_is_offered_is_a_change(cell: CellConfig) -> None:
    found = choices(questions()["surge"], cell)
    given = {
        "city.staff.scale": 1.0,
        "city.ward_beds.scale": 1.1,
        "run.weeks": 4,
        "hydra.run.dir": "x",
        "run.folder": "y",
    }
    assert changed(found, given) == {"city.ward_beds.scale": 1.1}


def test_levels_keep_the_order_of_the_question() -> None:
    axes = [Axis("transfer", ("stay_put", "balance"), ())]
    assert chosen_levels(axes, {"transfer": ["balance", "stay_put"]}) == {}
    assert chosen_levels(axes, {"transfer": ["balance", "a", "a"]}) == {"transfer": ("balance", "a")}
    assert chosen_levels(axes, {}) == {}


def test_a_form_is_read_as_it_was_filled(scales: Scales) -> None:
    asked = Asked(
        "surge", {"staffing": "most_loaded"}, {"city.demand.scale": ("1.0", "1.2")}, {"city.staff.scale": 1.1}
    )
    form = read_form(fields_of(asked, "Mine"), scales)
    assert (form.asked, form.name) == (asked, "Mine")
    again = read_form({**fields_of(asked), "level:city.demand.scale": [" 1.0 , 1.2,"]}, scales)
    assert again.asked == asked


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"experiment": ["surje"]}, "did you mean 'surge'"),
        ({"experiment": ["surge"], "member:staffing": ["nobody"]}, "no such member"),
        ({"experiment": ["surge"], "member:city": ["../x"]}, "no such member"),
    ],
)
def test_what_no_question_has_is_refused(fields: dict[str, list[str]], words: str, scales: Scales) -> None:
    with pytest.raises(ScenarioError, match=words):
        read_form(fields, scales)


@pytest.mark.parametrize("settings", [{**SMALL, "city.staff.scale": "abc", "run.weeks": -1}, {"run.root_seed": 1.5}])
def test_faults_are_those_of_the_command_line(
    settings: dict[str, str | float], capsys: pytest.CaptureFixture[str]
) -> None:
    from experiments.cli import main

    asked = Asked("surge", settings=settings)
    found = weigh(asked)
    assert not found.is_sound
    assert main(["run", *asked.words]) == 2
    said = capsys.readouterr().err.splitlines()
    assert [f"  {fault}" for fault in found.faults] == said[1:]


def test_the_estimate_is_that_of_a_dry_run(capsys: pytest.CaptureFixture[str]) -> None:
    from experiments.cli import main

    asked = Asked("surge", {}, {"city.demand.scale": ("1.0", "1.2")}, SMALL)
    found = weigh(asked)
    assert main(["run", *asked.words, "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert f"Together {found.size}. Nothing was run." in said
    assert dict(found.lines)["Question"] == questions()["surge"].question
    assert found.notes == ()


def test_a_planner_is_told_what_would_say_nothing() -> None:
    alone = weigh(
        Asked("surge", {}, {"transfer": ("balance",), "city.demand.scale": ("1.1", "1.2")}, {"run.replications": 1})
    )
    assert any("Nothing will be compared" in note for note in alone.notes)
    assert any("no interval" in note for note in alone.notes)


def test_only_the_newest_question_of_a_planner_is_weighed() -> None:
    scales = Scales()
    scales.newest["planner"] = 7
    asked = Asked("surge", settings=SMALL)

    class Later:
        """Let the planner ask again while the first question waits."""

        def __enter__(self) -> None:
            scales.newest["planner"] += 1

        def __exit__(self, *rest: object) -> None:
            pass

    scales.lock = Later()  # type: ignore[assignment]
    with pytest.raises(OvertakenError):
        scales.weigh(asked, "planner")


def test_variants_are_found_again_and_removed(tmp_path: Path) -> None:
    kept = Variants(tmp_path)
    first = kept.keep("planner-a", "Ten more beds!", Asked("surge", settings=SMALL))
    assert kept.keep("planner-a", "Ten more beds!", Asked("surge", settings=SMALL)).key == first.key
    other = kept.keep("planner-b", "冬", Asked("surge"))
    assert kept.find(*first.key) == replace(first)
    assert {one.name for one in kept.every()} == {"Ten more beds!", "冬"}
    assert first.slug.startswith("ten-more-beds-")
    assert other.slug.startswith("variant-")
    first.becomes("done")
    assert first.state.name == "done"
    kept.remove(first)
    assert [one.key for one in kept.every()] == [other.key]
    assert kept.find("..", "x") is None
    with pytest.raises(ScenarioError, match="give the variant a name"):
        kept.keep("planner-a", " \n", Asked())


def test_no_run_begins_with_a_fault(tmp_path: Path) -> None:
    variant = Variants(tmp_path).keep("planner-a", "Wrong", Asked("surge", settings={"city.staff.scale": "abc"}))
    ended = subprocess.run([sys.executable, "-c", CALL, *variant.words], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "city.staff.scale = 'abc': give a number, not text" in ended.stderr
    assert not variant.run.exists()
