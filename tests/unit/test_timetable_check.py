"""The checker of timetables: each rule broken once, each cost counted by hand, and published costs reproduced."""

import csv
from pathlib import Path

import numpy as np
import pytest

from experiments.files.timetable import read_case, read_plan
from optimize.timetable.case import COSTS, Timetable
from optimize.timetable.check import check
from tests.small_timetable import N_SHIFTS, WEIGHTS, plan, ward

pytestmark = pytest.mark.unit
PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "ihtp"
SOLVED = sorted(PUBLISHED.glob("reference_solutions/sol_*.json"))


def only(**measures: int) -> dict[str, int]:
    """Return the costs of the plan of p0 alone, but for the measures named."""
    alone = {"continuity_of_care": 2, "open_operating_theater": 1, "unscheduled_optional": 2}
    found = {**dict.fromkeys(COSTS, 0), **alone, **measures}
    return {name: weight * found[name] for name, weight in zip(COSTS, WEIGHTS, strict=True)}


def nurses(*changes: tuple[int, int, int]) -> np.ndarray:
    """Return nurse n0 everywhere, but for (room, shift, nurse)."""
    table = np.zeros((2, N_SHIFTS), dtype=np.int64)
    for room, shift, nurse in changes:
        table[room, shift] = nurse
    return table


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (plan(), only()),
        # p1 (age 2) joins p0 (age 0) for two days: 2 groups apart each day, one more person sees n0
        (
            plan((0, 0, -1), (1, 1, -1), (0, 0, -1)),
            only(room_mixed_age=4, continuity_of_care=3, unscheduled_optional=1),
        ),
        # p0 (age 0) lies with the occupant (age 1) on day 0 only
        (plan(room=(0, -1, -1)), only(room_mixed_age=1)),
        # n2 (skill 0) has p1 (skill 1) in one shift, and may carry no load, but has 2; p1 sees two nurses
        (
            plan((0, 2, -1), (1, 1, -1), (0, 0, -1), nurses((1, 6, 2))),
            only(
                room_nurse_skill=1,
                continuity_of_care=4,
                nurse_eccessive_workload=2,
                open_operating_theater=2,
                patient_delay=2,
                unscheduled_optional=1,
            ),
        ),
        # s0 operates p0 and p1 on one day in two theatres
        (
            plan((0, 0, -1), (1, 1, -1), (0, 1, -1)),
            only(
                room_mixed_age=4,
                continuity_of_care=3,
                open_operating_theater=2,
                surgeon_transfer=1,
                unscheduled_optional=1,
            ),
        ),
        # two surgeons in one theatre on one day cost no transfer; p2 on her release day costs no delay
        (plan((1, -1, 1), (0, -1, 1), (0, -1, 0)), only(continuity_of_care=3, patient_delay=1, unscheduled_optional=1)),
        # a stay beyond the end is cut: p1 from day 2 has one day
        (
            plan((0, 2, -1), (1, 0, -1), (0, 1, -1)),
            only(continuity_of_care=3, open_operating_theater=2, patient_delay=2, unscheduled_optional=1),
        ),
    ],
)
def test_every_cost_is_counted(made: Timetable, expected: dict[str, int]) -> None:
    verdict = check(ward(), made)
    assert verdict.n_violations == 0
    assert verdict.costs == expected
    assert verdict.cost == sum(expected.values())


def test_a_nurse_of_two_rooms_carries_both() -> None:
    """On day 0 n0 has the occupant (4) and p0 (1): 5 a shift; she may carry 3 in the first, 4 in the second shift."""
    most = ward().most_load.copy()
    most[0, :3] = 3, 4, 9
    assert check(ward(most_load=most), plan()).costs["nurse_eccessive_workload"] == 13 * (2 + 1)


@pytest.mark.parametrize(
    ("made", "rule", "amount", "words"),
    [
        (
            plan((-1, -1, -1), (-1, -1, -1), (-1, -1, -1)),
            "MandatoryUnscheduledPatients",
            1,
            "patient p0 must be admitted by day 1",
        ),
        (plan((2, -1, -1)), "AdmissionDay", 1, "patient p0 is admitted on day 2, not 0 to 1"),
        (
            plan((0, -1, 0), (0, -1, 1), (0, -1, 0)),
            "AdmissionDay",
            1,
            "patient p2 is admitted on day 0, not 1 to 2",
        ),
        (
            plan((0, -1, 2), (1, -1, 0), (0, -1, 0)),
            "PatientRoomCompatibility",
            1,
            "room r0 does not suit patient p2",
        ),
        (plan((0, -1, 1), (1, -1, 1), (0, -1, 0)), "RoomGenderMix", 1, "room r1 on day 1 holds both genders"),
        (plan((0, 0, -1), (0, 0, -1), (0, 0, -1)), "RoomCapacity", 1, "room r0 on day 0 holds 3 people"),
        (plan(nurse=nurses((1, 4, -1))), "UncoveredRoom", 1, "room r1 in shift 1 of day 1 has no nurse"),
    ],
)
def test_every_rule_is_checked(made: Timetable, rule: str, amount: int, words: str) -> None:
    verdict = check(ward(), made)
    assert verdict.violations == {rule: amount}
    assert words in verdict.words


def test_minutes_of_overtime_count_one_each() -> None:
    both = plan((0, 0, -1), (1, 1, -1), (0, 0, -1))
    short = np.full((2, 3), 100)
    assert check(ward(surgeon_min=short), both).violations == {"SurgeonOvertime": 20}
    verdict = check(ward(theatre_min=short), both)
    assert verdict.violations == {"OperatingTheaterOvertime": 20}
    assert verdict.words == ("theatre t0 works 20 min too long on day 0",)


def test_a_nurse_at_home_cannot_nurse() -> None:
    most = ward().most_load.copy()
    most[0, 2] = -1
    verdict = check(ward(most_load=most), plan())
    assert verdict.violations == {"NursePresence": 2}  # the occupant's room and that of p0
    assert "nurse n0 does not work, but has room r1 in shift 2 of day 0" in verdict.words


@pytest.mark.skipif(not SOLVED, reason="the published solutions are not beside this checkout")
@pytest.mark.parametrize("path", SOLVED, ids=lambda path: path.stem)
def test_published_costs_are_reproduced(path: Path) -> None:
    name = path.stem.removeprefix("sol_")
    case = read_case(PUBLISHED / "instances" / f"{name}.json")
    verdict = check(case, read_plan(case, path))
    assert verdict.n_violations == 0
    with (PUBLISHED / "best_known.csv").open(encoding="utf-8", newline="") as lines:
        best = {row["instance"]: row for row in csv.DictReader(lines)}
    if name in best:
        assert verdict.cost in {int(best[name]["best_known"]), int(best[name]["best_competition"])}
