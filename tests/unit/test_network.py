"""Journeys of a few patients, with every moment known beforehand."""

from dataclasses import replace

import numpy as np
import pytest

from sim.city import Discipline
from sim.contract import Policies, TransferDecision, TransferView
from sim.distributions import Fixed
from sim.log import Ended
from sim.scenario import Information, Sight, TransferRules
from tests.small_worlds import KnowTruth
from tests.two_hospitals import Moved, Patient, Stock, two_hospitals

pytestmark = pytest.mark.unit

NEVER = pytest.approx(np.nan, nan_ok=True)


class SendAll:
    """Send every boarder to the other hospital."""

    def __init__(self) -> None:
        self.views: list[TransferView] = []

    def decide(self, view: TransferView) -> TransferDecision:
        self.views.append(view)
        return TransferDecision(view.patient, 1 - view.hospital)


def sending() -> tuple[Policies, SendAll]:
    transfer = SendAll()
    return Policies(triage=KnowTruth(), transfer=transfer), transfer


def test_triage_is_first_come_first_served_and_the_scan_goes_by_acuity() -> None:
    world = two_hospitals(Stock(ed_space=9))
    moved = Moved(
        world, [Patient(0, 4, triage=10, scan=30), Patient(1, 3, triage=5, scan=30), Patient(2, 1, triage=1, scan=30)]
    )
    assert moved.mark("door.triage_started") == [0, 10, 15]
    assert moved.mark("emergency.scan_started") == [10, 70, 40]
    assert moved.mark("departed") == [40, 100, 70]


def test_an_urgent_patient_is_not_overtaken_by_one_who_needs_less() -> None:
    """The scan needs both units; its free radiographer is kept for the patient who is first in line."""
    world = two_hospitals(Stock(scanner=1, radiographer=2, ed_space=9))
    moved = Moved(world, [Patient(0, 3, scan=30), Patient(1, 4, scan=10), Patient(2, 2, scan=10)])
    assert moved.mark("emergency.scan_started") == [0, 40, 30]


def test_a_patient_boards_until_a_bed_is_free_and_keeps_the_space() -> None:
    world = two_hospitals(Stock(ed_space=1))
    moved = Moved(world, [Patient(0, scan=10, ward=100), Patient(5, scan=10, ward=50), Patient(6, scan=10)])
    assert moved.mark("ward_asked")[:2] == [10, 20]
    assert moved.mark("ward_entered")[:2] == [10, 110]
    assert moved.mark("emergency_left") == [10, 110, 120]
    assert moved.mark("emergency_entered") == [0, 10, 110]
    assert moved.mark("departed") == [110, 160, 120]
    assert sum(moved.level("near", "bed", "queue_min")) == 90
    assert sum(moved.level("near", "bed", "busy_min")) == 150
    assert moved.level("near", "ed_space", "busy_min")[0] == 60


def test_who_gets_a_space_may_have_to_wait_there_at_once() -> None:
    world = two_hospitals(Stock(ed_space=2))
    moved = Moved(world, [Patient(0, scan=10), Patient(1, scan=90), Patient(2, scan=5)])
    assert moved.mark("emergency_entered") == [0, 1, 10]
    assert moved.mark("emergency.scan_started") == [0, 10, 100]
    assert moved.mark("departed") == [10, 100, 105]


def test_patience_runs_out_only_while_waiting() -> None:
    world = two_hospitals(Stock(ed_space=1))
    moved = Moved(
        world, [Patient(0, scan=50, patience=1), Patient(5, scan=10, patience=20), Patient(6, scan=10, patience=60)]
    )
    assert list(moved.network.log.ended) == [Ended.NOT_EARLY, Ended.LEFT_UNSEEN, Ended.NOT_EARLY]
    assert moved.mark("departed") == [50, 25, 60]
    assert moved.mark("emergency_entered") == [0, NEVER, 50]
    assert sum(moved.level("near", "ed_space", "queue_min")) == 20 + 44


def test_a_nurse_finishes_the_patient_in_hand_after_the_shift() -> None:
    hours = [2] + [0] + [1] * 166
    moved = Moved(
        two_hospitals(Stock(nurse=hours)), [Patient(50, triage=30), Patient(55, triage=30), Patient(58, triage=5)]
    )
    assert moved.mark("door.triage_started") == [50, 55, 120]
    assert moved.level("near", "nurse", "overtime_min")[:3] == [0, 20 + 25, 0]
    assert moved.level("near", "nurse", "duty_min")[:3] == [120, 45, 60]
    assert moved.level("near", "nurse", "busy_min")[:3] == [15, 45, 5]


def test_a_shift_changes_everywhere_before_anybody_starts() -> None:
    """The scanner opens at the hour at which the radiographer leaves, so the scan waits for the next shift."""
    world = two_hospitals()
    rosters = {"scanner": (0, *(1,) * 167), "radiographer": (1, 0, *(1,) * 166)}
    near, far = world.city.hospitals
    pools = tuple(replace(pool, levels=rosters.get(pool.code, pool.levels)) for pool in near.pools)
    world = replace(world, city=replace(world.city, hospitals=(replace(near, pools=pools), far)))
    moved = Moved(world, [Patient(10, scan=30)])
    assert moved.mark("emergency.scan_started") == [120]
    assert sum(moved.level("near", "radiographer", "overtime_min")) == 0


def test_a_boarder_is_moved_when_a_bed_and_a_crew_are_free() -> None:
    policies, _ = sending()
    crowd = [Patient(0, scan=10, ward=500), Patient(1, scan=10, ward=100), Patient(2, scan=10, ward=100)]
    moved = Moved(two_hospitals(Stock(ed_space=9, beds=(1, 2))), crowd, policies)
    rows = moved.network.log.transfers
    assert [(row.time_min, row.patient, row.refusal) for row in rows[:2]] == [(60, 1, ""), (60, 2, "no crew free")]
    assert moved.mark("emergency_left") == [10, 65, 185]  # placement takes 5 minutes, a crew comes back after 90
    assert moved.mark("ward_entered") == [10, 85, 205]
    assert moved.mark("departed") == [510, 185, 305]
    assert sum(moved.level("near", "bed", "queue_min")) == 40 + 150
    assert sum(moved.level("far", "bed", "busy_min")) == (185 - 60) + (305 - 180)


def test_a_move_is_refused_when_no_bed_is_free() -> None:
    policies, _ = sending()
    crowd = [Patient(0, hospital=1, scan=1, ward=500), Patient(1, scan=1, ward=500), Patient(2, scan=1, ward=9)]
    moved = Moved(two_hospitals(Stock(ed_space=9)), crowd, policies)
    assert {row.refusal for row in moved.network.log.transfers} == {"no bed free"}
    assert moved.mark("ward_entered") == [1, 2, 502]


@pytest.mark.parametrize(
    ("discipline", "boarders"), [(Discipline.PRIORITY, [2, 4, 1, 3]), (Discipline.FIFO, [1, 2, 3, 4])]
)
def test_a_view_shows_boarders_in_the_order_in_which_they_get_a_bed(
    discipline: Discipline, boarders: list[int]
) -> None:
    policies, transfer = sending()
    world = two_hospitals(Stock(ed_space=9))
    near, far = world.city.hospitals
    near = replace(near, pools=tuple(replace(pool, discipline=discipline) for pool in near.pools))
    world = replace(world, city=replace(world.city, hospitals=(near, far)))
    Moved(world, [Patient(k, acuity, ward=500) for k, acuity in enumerate((3, 4, 2, 4, 3))], policies)
    assert transfer.views[0].patient.tolist() == boarders


@pytest.mark.parametrize(
    ("share", "staffed", "busy", "waiting", "open_beds"),
    [
        (0.85, 20, 16, 0, 1),
        (0.85, 20, 17, 0, 0),
        (0.85, 20, 15, 1, 1),
        (0.85, 20, 20, 3, 0),
        (0.85, 1, 0, 0, 0),
        (1.0, 2, 1, 0, 1),
        (0.29, 100, 28, 0, 1),
        (0.85, 0, 2, 0, 0),
    ],
)
def test_a_receiver_is_open_up_to_its_cap(share: float, staffed: int, busy: int, waiting: int, open_beds: int) -> None:
    rules = TransferRules(60.0, Fixed(5.0), Fixed(90.0), crews=1, receiving_cap_share=share)
    assert rules.open_beds(staffed, busy, waiting) == open_beds


@pytest.mark.parametrize("share", [0.0, -0.1, 1.01, float("nan")])
def test_a_cap_is_a_share(share: float) -> None:
    rules = TransferRules(60.0, Fixed(5.0), Fixed(90.0), crews=1, receiving_cap_share=share)
    assert [fault.field for fault in rules.faults()] == ["transfers.receiving_cap_share"]


class TrustNews:
    """Send as many boarders to the other hospital as the news says it has open beds."""

    def __init__(self) -> None:
        self.open_beds: list[float] = []

    def decide(self, view: TransferView) -> TransferDecision:
        self.open_beds.append(float(view.free[1, 0]))
        chosen = view.patient[: int(np.nan_to_num(view.free[1, 0]))]
        return TransferDecision(chosen, np.ones(len(chosen), dtype=np.int64))


@pytest.mark.parametrize(
    ("information", "open_beds", "refused"),
    [
        (Information(Sight.LIVE), [8, 2, 0], []),
        (Information(Sight.DELAYED, 60.0), [np.nan, 8, 2, 0], [(120, 9), (120, 10), (120, 11), (180, 9), (180, 10)]),
    ],
)
def test_old_news_cannot_fill_a_receiver_beyond_its_cap(
    information: Information, open_beds: list[float], refused: list[tuple[float, int]]
) -> None:
    """Of ten beds eight are open; six are taken at minute 70, and five patients wait elsewhere from minute 71."""
    transfer = TrustNews()
    world = two_hospitals(Stock(ed_space=9, beds=(1, 10)), information)
    world = replace(world, transfers=replace(world.transfers, crews=9, receiving_cap_share=0.85))
    far = [Patient(70, hospital=1, ward=9999)] * 6
    moved = Moved(world, [*far, *[Patient(71, ward=9999)] * 6], Policies(KnowTruth(), transfer))
    assert transfer.open_beds[: len(open_beds)] == pytest.approx(open_beds, nan_ok=True)
    rows = moved.network.log.transfers
    assert [(row.time_min, row.patient) for row in rows if not row.refusal] == [(120, 7), (120, 8)]
    assert [(row.time_min, row.patient) for row in rows if row.refusal == "receiver is full"] == refused
    assert moved.network.occupation(moved.network.pool_number[1, "bed"]).busy == 8


@pytest.mark.parametrize(
    ("information", "known_at", "free_far"),
    [
        (Information(Sight.LIVE), [60, 120, 180], [1, 0, 0]),
        (Information(Sight.DELAYED, 60.0), [60, 60, 120], [np.nan, 1, 0]),
        (Information(Sight.NONE), [60, 120, 180], [np.nan] * 3),
    ],
)
def test_a_view_shows_other_beds_as_the_information_condition_allows(
    information: Information, known_at: list[float], free_far: list[float]
) -> None:
    policies, transfer = sending()
    Moved(two_hospitals(information=information), [Patient(70, hospital=1, scan=10, ward=400)], policies)
    views = transfer.views[:3]
    assert [view.known_at_min for view in views] == known_at
    assert [view.free[1, 0] for view in views] == pytest.approx(free_far, nan_ok=True)


def test_overtime_that_is_not_over_at_the_end_is_counted_too() -> None:
    on_duty_in_the_first_hour = (1, *(0,) * 167)
    moved = Moved(two_hospitals(Stock(nurse=on_duty_in_the_first_hour)), [Patient(0, triage=1000)])
    assert moved.level("near", "nurse", "overtime_min") == [0] + [60] * 9
    assert moved.level("near", "nurse", "duty_min") == moved.level("near", "nurse", "busy_min") == [60] * 10
