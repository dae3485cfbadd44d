"""Work that is interrupted: by the more urgent, at the end of a shift, by a breakdown."""

import pytest

from sim.city import AtEnd, Breakdown, Crew, Discipline, Kind, Maintenance, Pool
from sim.distributions import Fixed
from sim.pathway import Phase
from tests.one_hospital import Case, Told, hospital, step

pytestmark = pytest.mark.unit

CARE = "visit.care"
SHIFT = (1, 0, *(1,) * 166)
"""One on duty, nobody in the second hour, one again from the third."""


def staffed(pool: Pool) -> Phase:
    return Phase("visit", (step("care", pool.code),))


def nurse(**rules: object) -> Pool:
    return Pool("nurse", Kind.STAFF, SHIFT, **rules)  # type: ignore[arg-type]


def told(pool: Pool, *cases: Case, crews: tuple[Crew, ...] = ()) -> Told:
    return Told(hospital([pool], [staffed(pool)], crews), cases)


def care(arrived: float, minutes: float, acuity: int = 3) -> Case:
    return Case(arrived, {CARE: minutes}, acuity)


def test_the_more_urgent_interrupts_and_the_other_goes_on_where_it_stopped() -> None:
    physician = Pool("physician", Kind.STAFF, (1,), Discipline.PREEMPTIVE)
    seen = told(physician, care(0, 30, acuity=4), care(10, 20, acuity=2), care(12, 5, acuity=3))
    assert seen.mark("visit.care_started") == [0, 10, 30]
    assert seen.mark("visit.care_ended") == [55, 30, 35]
    assert seen.total("physician", "busy_min") == 55
    assert seen.total("physician", "queue_min") == (55 - 30) + (30 - 12)


def test_nobody_interrupts_a_patient_of_the_same_acuity() -> None:
    physician = Pool("physician", Kind.STAFF, (1,), Discipline.PREEMPTIVE)
    assert told(physician, care(0, 30), care(10, 20)).mark("departed") == [30, 50]


def test_of_several_the_least_urgent_and_latest_is_interrupted() -> None:
    physicians = Pool("physician", Kind.STAFF, (2,), Discipline.PREEMPTIVE)
    seen = told(physicians, care(0, 30, 4), care(1, 30, 4), care(10, 5, 1))
    assert seen.mark("departed") == [30, 36, 15]


def test_a_scan_gives_way_only_when_all_its_units_can_be_had() -> None:
    """The radiographer would give way, but the scanner does not."""
    pools = [
        Pool("radiographer", Kind.STAFF, (1,), Discipline.PREEMPTIVE),
        Pool("scanner", Kind.EQUIPMENT, (1,), Discipline.PRIORITY),
    ]
    phase = Phase("visit", (step("care", "radiographer", "scanner"),))
    assert Told(hospital(pools, [phase]), [care(0, 30, 4), care(10, 5, 1)]).mark("departed") == [30, 35]


def test_a_shift_that_finishes_works_overtime() -> None:
    seen = told(nurse(), care(50, 30), care(55, 10))
    assert seen.mark("departed") == [80, 130]
    assert seen.total("nurse", "overtime_min") == 20


def test_a_shift_that_hands_over_leaves_the_rest_to_the_next() -> None:
    seen = told(nurse(at_shift_end=AtEnd.HAND_OVER), care(50, 30), care(55, 10))
    assert seen.mark("visit.care_started") == [50, 140]
    assert seen.mark("visit.care_ended") == [140, 150]
    assert seen.total("nurse", "overtime_min") == 0
    assert seen.total("nurse", "busy_min") == 40
    assert seen.total("nurse", "queue_min") == 60 + 85


def test_a_shift_that_restarts_loses_the_work_done() -> None:
    seen = told(nurse(at_shift_end=AtEnd.PREEMPT_RESTART), care(50, 30))
    assert seen.mark("visit.care_ended") == [150]
    assert seen.total("nurse", "busy_min") == 10 + 30


def test_a_shift_that_stays_goes_home_when_nobody_waits() -> None:
    seen = told(nurse(at_shift_end=AtEnd.STAY_WHILE_BUSY), care(50, 30), care(55, 10), care(100, 10))
    assert seen.mark("departed") == [80, 90, 130]
    assert seen.total("nurse", "overtime_min") == 30


def test_work_that_goes_on_at_once_is_not_lost() -> None:
    """One of two shifts ends; the free nurse of the other goes on at the same instant."""
    nurses = Pool("nurse", Kind.STAFF, (2, *(1,) * 167), at_shift_end=AtEnd.HAND_OVER)
    assert told(nurses, care(50, 30)).mark("departed") == [80]
    assert told(nurses, care(50, 30), care(51, 30)).mark("departed") == [80, 80 + 21]


def test_a_broken_scanner_is_repaired_and_the_patient_goes_on() -> None:
    scanner = Pool("scanner", Kind.EQUIPMENT, (1,), breakdown=Breakdown(Fixed(100.0), Fixed(25.0)))
    seen = told(scanner, care(90, 30), care(300, 10))
    assert seen.mark("visit.care_ended") == [90 + 30 + 25, 310]
    down = 25.0 * 4
    assert seen.total("scanner", "duty_min") == 600 - down


def test_units_wait_for_a_repair_crew() -> None:
    """Two scanners fail at minute 100; one technician needs 40 minutes for each."""
    scanners = Pool("scanner", Kind.EQUIPMENT, (2,), breakdown=Breakdown(Fixed(100.0), Fixed(40.0), "technician"))
    seen = told(scanners, care(130, 5), care(131, 5), crews=(Crew("technician", 1),))
    assert seen.mark("visit.care_started") == [140, 145]
    assert seen.mark("departed") == [145, 150]


def test_a_breakdown_may_let_the_patient_be_finished() -> None:
    breakdown = Breakdown(Fixed(100.0), Fixed(25.0), in_hand=AtEnd.FINISH)
    scanner = Pool("scanner", Kind.EQUIPMENT, (1,), breakdown=breakdown)
    assert told(scanner, care(90, 20), care(95, 5)).mark("departed") == [110, 130]


def test_maintenance_takes_units_away_again_and_again() -> None:
    scanner = Pool("scanner", Kind.EQUIPMENT, (1,), maintenance=(Maintenance(60.0, 200.0, 30.0),))
    seen = told(scanner, care(65, 5), care(255, 20), care(262, 5))
    assert seen.mark("visit.care_started") == [90, 255, 290]
    assert seen.total("scanner", "duty_min") == 600 - 3 * 30 + 15
    assert seen.total("scanner", "overtime_min") == 15


def test_who_could_not_interrupt_at_once_does_so_when_overtime_ends() -> None:
    """Two shifts end at 60, one stays; the acuity 4 works overtime until 62, then the acuity 1 takes the unit."""
    physicians = Pool("physician", Kind.STAFF, (2, *(1,) * 167), Discipline.PREEMPTIVE)
    seen = told(physicians, care(0, 100, 5), care(52, 10, 4), care(61, 10, 1))
    assert seen.mark("visit.care_started") == [0, 52, 62]
    assert seen.mark("visit.care_ended") == [110, 62, 72]


@pytest.mark.parametrize("other", [Discipline.PREEMPTIVE, Discipline.PRIORITY])
def test_who_needs_two_units_interrupts_as_soon_as_the_other_is_free(other: Discipline) -> None:
    pools = [Pool("x", Kind.STAFF, (1,), Discipline.PREEMPTIVE), Pool("y", Kind.EQUIPMENT, (1,), other)]
    phase = Phase("visit", (step("long", "x"), step("short", "y"), step("both", "x", "y")))
    cases = [
        Case(0, {"visit.long": 100}, acuity=5),
        Case(0, {"visit.short": 30}, acuity=1),
        Case(1, {"visit.both": 10}, acuity=2),
    ]
    seen = Told(hospital(pools, [phase]), cases)
    assert seen.mark("visit.both_started")[2] == 30
    assert seen.mark("visit.long_ended")[0] == 110
