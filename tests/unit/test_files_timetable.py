"""Timetabling problems and plans in files: they come back as they were, and every fault is named at once."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.files.timetable import case_text, plan_text, read_case, read_plan
from optimize.timetable.check import check
from sim.faults import ScenarioError
from tests.small_timetable import plan, random_case, ward

pytestmark = pytest.mark.unit


def written(tmp_path: Path, raw: Any) -> Path:
    path = tmp_path / "case.json"
    path.write_text(raw if isinstance(raw, str) else json.dumps(raw), encoding="utf-8")
    return path


def faults(tmp_path: Path, raw: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read_case(written(tmp_path, raw))
    return str(caught.value).splitlines()


def test_a_problem_comes_back(tmp_path: Path) -> None:
    case = ward()
    again = read_case(written(tmp_path, case_text(case)))
    for field in fields(case):
        mine, its = getattr(case, field.name), getattr(again, field.name)
        if field.name in {"workload", "skill"}:
            mine, its = mine[:, : its.shape[1]], its
        np.testing.assert_array_equal(mine, its, err_msg=field.name)


def test_what_is_written_of_a_problem_is_written_again(tmp_path: Path) -> None:
    for seed in range(5):
        once = case_text(random_case(seed))
        assert case_text(read_case(written(tmp_path, once))) == once


def test_a_plan_comes_back(tmp_path: Path) -> None:
    made = plan((0, 0, 2), (1, 1, 1), (0, 1, 0), np.arange(18).reshape(2, 9) % 3)
    path = tmp_path / "plan.json"
    path.write_text(plan_text(ward(), made), encoding="utf-8")
    again = read_plan(ward(), path)
    for name in ("day", "room", "theatre"):
        np.testing.assert_array_equal(getattr(again, name), getattr(made, name))
    assert check(ward(), again) == check(ward(), made)
    np.testing.assert_array_equal(again.nurse[0, 3:], -1)  # nobody lies in r0 after the occupant has left
    np.testing.assert_array_equal(again.nurse[1], made.nurse[1])


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "give a file of JSON"), ("[1]", "give a JSON object"), ("[" * 10**5, "give a file of JSON")],
)
def test_what_is_no_problem_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (fault,) = faults(tmp_path, text)
    assert words in fault


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="name a file that can be read"):
        read_case(tmp_path / "none.json")


def test_faults_of_the_head_come_at_once(tmp_path: Path) -> None:
    raw = json.loads(case_text(ward()))
    raw["days"] = "three"
    del raw["weights"]["patient_delay"], raw["nurses"]
    assert faults(tmp_path, raw) == [
        "days = 'three': give a whole number from 1 to 1000",
        "weights.patient_delay = 'nothing': add this field",
        "nurses = 'nothing': add this field",
    ]


def test_faults_of_rows_come_at_once(tmp_path: Path) -> None:
    raw = json.loads(case_text(ward()))
    raw["patients"][0].update(gender="C", surgery_due_day=7, workload_produced=[1, 2])
    raw["patients"][1].update(surgeon_id="who", incompatible_room_ids=["r0", "r7"])
    raw["occupants"][0]["room_id"] = "r9"
    raw["rooms"][1]["capacity"] = -1
    raw["surgeons"][0]["max_surgery_time"] = [60]
    raw["nurses"][2]["working_shifts"][0]["shift"] = "noon"
    assert faults(tmp_path, raw) == [
        "patients[0].gender = 'C': give one of A, B",
        "patients[0].workload_produced = '2 members': give 6",
        "patients[1].surgeon_id = 'who': give one of s0, s1",
        "patients[1].incompatible_room_ids[1] = 'r7': give one of r0, r1",
        "occupants[0].room_id = 'r9': give one of r0, r1",
        "rooms[1].capacity = -1: give a whole number from 1 to 1000",
        "surgeons[0].max_surgery_time = '1 members': give 3",
        "nurses[2].working_shifts[0].shift = 'noon': give one of early, late, night",
    ]


def test_due_before_release_and_names_twice_are_faults(tmp_path: Path) -> None:
    raw = json.loads(case_text(ward()))
    raw["patients"][0].update(surgery_release_day=2, surgery_due_day=1)
    assert faults(tmp_path, raw) == ["patients[0].surgery_due_day = 1: give a whole number from 2 to 2"]
    raw["rooms"][1]["id"] = "r0"
    assert faults(tmp_path, raw) == ["rooms.id = 'r0': give each its own name; this one is there 2 times"]


def test_faults_of_plans_come_at_once(tmp_path: Path) -> None:
    raw = json.loads(plan_text(ward(), plan()))
    raw["patients"][0].update(room="r7", admission_day=3)
    raw["nurses"][0]["assignments"][0]["rooms"] = "r0"
    with pytest.raises(ScenarioError) as caught:
        read_plan(ward(), written(tmp_path, raw))
    assert str(caught.value).splitlines() == [
        "patients[0].admission_day = 3: give a whole number from 0 to 2",
        "patients[0].room = 'r7': give one of r0, r1",
        "nurses[0].assignments[0].rooms = 'r0': give a list",
    ]
