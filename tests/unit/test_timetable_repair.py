"""Plans that are mended after disruptions, and patients who are not admitted: what changes, and why not."""

from pathlib import Path

import numpy as np
import pytest

from experiments.cli import main
from experiments.files.timetable import case_text, plan_text, read_plan
from optimize.timetable.case import Timetable
from optimize.timetable.check import check
from optimize.timetable.repair import close_theatre, emergency, mend, nurse_ill, pin, wave
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


def test_changes_are_counted_by_decisions() -> None:
    """Another theatre for one patient is one change of nine; somebody lies in r0 for three shifts, in r1 for nine."""
    found = mend(close_theatre(ward(), 1, range(2, 3)), full(), MOVES)
    assert found.n_changes == 1
    assert found.n_decisions == 3 * 3 + 12
    ill = mend(nurse_ill(ward(), 0, range(0, 1)), full(), MOVES)
    assert ill.n_changes == ill.n_nurse_changes == 6


def test_a_wave_pushes_planned_patients_out_where_it_must() -> None:
    """Two emergencies like p0 need the surgeon all day, so that p1, who may wait, cannot be operated on that day."""
    case, before = wave(ward(due=np.array([2, 2, 2])), plan((2, 1, -1), (1, 0, -1), (0, 0, -1)), 2, range(1, 2))
    assert case.patient_ids[3:] == ("emergency1", "emergency2")
    assert case.occupant_ids == ("o0",)
    np.testing.assert_array_equal(case.gender, [0, 0, 1, 0, 0, 0])
    np.testing.assert_array_equal(case.stay_days, [2, 2, 1, 2, 2, 1])
    found = mend(case, before, 40_000)
    assert found.fits
    assert found.plan.day[3:].tolist() == [1, 1]
    assert found.plan.day[1] != 1
    assert {3, 4} <= set(found.patients)


def test_a_wave_needs_somebody_to_be_like() -> None:
    nobody = ward(patient_ids=())
    with pytest.raises(ValueError, match="no patients"):
        wave(nobody, full(), 1, range(1))


def test_who_is_pinned_stays() -> None:
    """p0 and p1 lie in the only room of p2; pinned, they leave her none."""
    case = emergency(ward(), 2, range(1, 2))
    before = plan((0, 0, -1), (1, 1, -1), (0, 0, -1))
    free, held = mend(case, before, 40_000), mend(pin(case, before, [0, 1]), before, 40_000)
    assert free.fits
    assert not held.fits
    assert held.plan.day[:2].tolist() == [0, 0]
    assert held.plan.room[:2].tolist() == [1, 1]


def test_crowded_and_mixed_rooms_are_mended_too() -> None:
    crowded = plan((0, 0, -1), (0, 0, -1), (0, 0, -1))  # with the occupant three in a room of two
    assert check(ward(), crowded).violations["RoomCapacity"] == 1
    found = mend(ward(), crowded, MOVES)
    assert found.fits
    assert len(found.patients) == 1
    mixed = plan((0, -1, 1), (1, -1, 1), (0, -1, 1))
    assert check(ward(), mixed).violations["RoomGenderMix"] == 1
    assert mend(ward(), mixed, MOVES).fits


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


def test_a_wave_and_pins_come_from_the_command_line(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    case, made = files
    words = ["solve", "plan", case, "--keep", made]
    assert main([*words, "--change", "wave=1:1", "--pin", "p0"]) == 0
    printed = capsys.readouterr().out
    assert "emergency1: not admitted -> day 1" in printed
    assert "decisions change" in printed
    assert "p0: day" not in printed
    assert main([*words, "--change", "wave=none:1"]) == 2
    assert "give a number from 1 to 1000" in capsys.readouterr().err
    assert main([*words, "--pin", "p1"]) == 2
    assert "--pin = 'p1': name patients who are admitted: p0" in capsys.readouterr().err


def test_a_broken_plan_comes_with_its_cheapest_mend(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text(plan_text(ward(), plan((2, -1, -1))), encoding="utf-8")
    assert main(["solve", "plan", files[0], "--check", str(broken)]) == 2
    told = capsys.readouterr().err
    assert "patient p0 is admitted on day 2, not 0 to 1" in told
    assert "It could be mended: 1 patients are moved" in told
    assert "p0: day 2, room r1, theatre t0 -> day" in told


def test_reasons_come_from_files(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    case, made = files
    assert main(["solve", "plan", case, "--check", made, "--why-not", "p1"]) == 0
    assert "patient p1 fits on day" in capsys.readouterr().out
    assert main(["solve", "plan", case, "--check", made, "--why-not", "p0"]) == 2
    assert "name patients who are not admitted: p1, p2" in capsys.readouterr().err
