"""Plans that are mended after disruptions, and patients who are not admitted: what changes, and why not."""

from pathlib import Path

import numpy as np
import pytest

from experiments.cli import main
from experiments.files.timetable import case_text, plan_text, read_plan
from optimize.timetable.case import Timetable
from optimize.timetable.check import check
from optimize.timetable.repair import close_theatre, emergency, mend, nurse_ill
from optimize.timetable.why_not import why_not
from tests.small_timetable import plan, ward

pytestmark = pytest.mark.unit
ALL = ((0, 0, 2), (1, 1, 1), (0, 0, 1))
MOVES = 4000


def full() -> Timetable:
    """Return a plan that admits everybody."""
    return plan(*ALL)


def test_without_a_disruption_nothing_changes() -> None:
    found = mend(ward(), full(), MOVES)
    assert found.fits
    assert found.patients == ()
    assert found.n_nurse_changes == 0
    assert found.cost == found.cost_before == check(ward(), full()).cost


def test_only_patients_of_a_closed_theatre_are_moved() -> None:
    case = close_theatre(ward(), 1, range(2, 3))
    found = mend(case, full(), MOVES)
    assert found.fits
    assert found.patients == (2,)
    assert (found.plan.day[2], found.plan.theatre[2]) == (2, 0)
    np.testing.assert_array_equal(case.theatre_min[1], [120, 120, 0])


def test_only_shifts_of_an_ill_nurse_change() -> None:
    """n1 is the cheaper of the two who are there: n2 has less skill and carries nothing."""
    found = mend(nurse_ill(ward(), 0, range(0, 1)), full(), MOVES)
    assert found.fits
    assert found.patients == ()
    assert found.n_nurse_changes == 6  # two rooms, three shifts
    assert found.plan.nurse[:, :3].tolist() == [[1, 1, 1], [1, 1, 1]]
    assert (found.plan.nurse[:, 3:] == 0).all()


def test_an_emergency_is_admitted() -> None:
    found = mend(emergency(ward(), 1, range(1, 2)), plan((0, -1, -1)), MOVES)
    assert found.fits
    assert found.patients == (1,)
    assert found.plan.day.tolist() == [0, 1, -1]


def test_others_make_room_where_they_must() -> None:
    """p2, of the other gender, must come on day 1 to the one room that suits her, where p0 and p1 lie."""
    case = emergency(ward(beds=np.array([3, 2])), 2, range(1, 2))
    found = mend(case, plan((0, 0, -1), (1, 1, -1), (0, 0, -1)), 40_000)
    assert found.fits
    assert found.plan.day[2] == 1
    assert set(found.patients) <= {0, 1, 2}


def test_what_cannot_be_mended_is_said() -> None:
    case = close_theatre(close_theatre(ward(), 0, range(3)), 1, range(3))
    assert not mend(case, full(), MOVES).fits


def test_the_price_of_an_admission_is_the_checkers() -> None:
    """p1 best comes on day 0: she opens no theatre, but is 2 groups of age away from p0 for 2 days, or later alone."""
    before = check(ward(), plan()).cost
    told = why_not(ward(), plan(), 1)
    costs = []
    for day in range(3):
        for room in range(2):
            for theatre in range(2):
                verdict = check(ward(), plan((0, day, -1), (1, room, -1), (0, theatre, -1)))
                costs += [] if verdict.n_violations else [verdict.cost - before]
    assert told.n_violations == 0
    assert told.price == min(costs)
    assert f"costs {-told.price} less" in told.words


def test_what_stands_against_an_admission_is_named() -> None:
    told = why_not(ward(surgeon_min=np.array([[120] * 3, [10] * 3])), plan(), 2)
    assert told.n_violations == 50
    assert "surgeon s1 works 50 min too long on day 2" in told.words
    nowhere = why_not(ward(suits=np.array([[True, True], [True, True], [False, False]])), plan(), 2)
    assert nowhere.words == "patient p2 may be admitted on no day to no room"
    with pytest.raises(ValueError, match="p0 is admitted"):
        why_not(ward(), plan(), 0)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    case, made = tmp_path / "ward.json", tmp_path / "plan.json"
    case.write_text(case_text(ward()), encoding="utf-8")
    made.write_text(plan_text(ward(), plan()), encoding="utf-8")
    return str(case), str(made)


def test_plans_are_mended_from_files(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, made = files
    out = tmp_path / "mended.json"
    words = ["solve", "plan", case, "--keep", made, "--out", str(out)]
    assert main([*words, "--change", "theatre=t0:0", "nurse=n1:0-2"]) == 0
    printed = capsys.readouterr().out
    assert "1 patients are moved, 0 rooms get another nurse" in printed
    assert "p0: day 0, room r1, theatre t0 -> day 0, room r1, theatre t1" in printed
    assert read_plan(ward(), out).theatre[0] == 1


def test_changes_that_cannot_be_read_come_at_once(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    case, made = files
    words = ["solve", "plan", case, "--keep", made, "--change", "flood", "nurse=n9:0", "theatre=t0:2-1"]
    assert main(words) == 2
    told = capsys.readouterr().err
    assert "--change = 'flood': write theatre=NAME:DAYS" in told
    assert "--change = 'nurse=n9:0': name one of n0, n1, n2" in told
    assert "--change = 'theatre=t0:2-1': give days from 0 to 2" in told


def test_reasons_come_from_files(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    case, made = files
    assert main(["solve", "plan", case, "--check", made, "--why-not", "p1"]) == 0
    assert "patient p1 fits on day" in capsys.readouterr().out
    assert main(["solve", "plan", case, "--check", made, "--why-not", "p0"]) == 2
    assert "name patients who are not admitted: p1, p2" in capsys.readouterr().err
