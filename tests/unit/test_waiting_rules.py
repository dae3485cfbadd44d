"""Rules of waiting: alternatives, credit, rooms, balking, growing worse, cleaning, set-up, borrowing."""

from dataclasses import replace

import pytest

from sim.city import Discipline, Kind, Pool
from sim.distributions import Fixed
from sim.log import Ended
from sim.pathway import Balking, Phase
from sim.patience import Returns
from sim.run import simulate
from sim.scenario import Horizon, Patience
from sim.streams import Replication
from tests.one_hospital import ANY, Case, Told, hospital, step
from tests.small_worlds import POLICIES, one_queue

pytestmark = pytest.mark.unit

NEVER = pytest.approx(float("nan"), nan_ok=True)
OWN, PARTNER = Pool("own_ct", Kind.EQUIPMENT, (1,)), Pool("partner_ct", Kind.EQUIPMENT, (1,))
RADIOGRAPHER = Pool("radiographer", Kind.STAFF, (1,))


def scan(arrived: float, minutes: float, acuity: int = 3) -> Case:
    return Case(arrived, {"visit.scan": minutes}, acuity)


def test_the_best_liked_alternative_is_taken_and_the_other_when_it_is_busy() -> None:
    phase = Phase("visit", (step("scan", "own_ct", or_needs=(("partner_ct",),)),))
    seen = Told(hospital([OWN, PARTNER], [phase]), [scan(0, 50), scan(10, 20), scan(20, 30), scan(25, 5)])
    assert seen.mark("visit.scan_started") == [0, 10, 30, 50]
    assert (seen.total("own_ct", "busy_min"), seen.total("partner_ct", "busy_min")) == (55, 50)
    assert (seen.total("own_ct", "queue_min"), seen.total("partner_ct", "queue_min")) == (35, 35)


def test_alternatives_may_need_several_pools_each() -> None:
    phase = Phase("visit", (step("scan", "own_ct", "radiographer", or_needs=(("partner_ct",),)),))
    seen = Told(hospital([OWN, PARTNER, RADIOGRAPHER], [phase]), [scan(0, 50), scan(1, 50), scan(2, 10)])
    assert seen.mark("visit.scan_started") == [0, 1, 50]
    assert seen.total("radiographer", "busy_min") == 60


def test_credit_grows_with_the_wait_faster_for_the_urgent() -> None:
    """At minute 100 the first has 90 minutes x 1, the second 40 x 2: the one who waited longer goes first."""
    pool = Pool("physician", Kind.STAFF, (1,), Discipline.ACCUMULATING, credit_per_min=(2.0, 1.5, 1.2, 1.1, 1.0))
    phase = Phase("visit", (step("scan", "physician"),))
    cases = [scan(0, 100), scan(10, 50, acuity=5), scan(60, 10, acuity=1), scan(120, 10, acuity=1)]
    seen = Told(hospital([pool], [phase]), cases)
    assert seen.mark("visit.scan_started") == [0, 100, 150, 160]
    nearer = Told(hospital([pool], [phase]), [*cases[:2], scan(50, 10, acuity=1)])
    assert nearer.mark("visit.scan_started") == [0, 110, 100]


BED = Pool("bed", Kind.PLACE, (1,))


def stay(arrived: float, minutes: float, **more: object) -> Case:
    return Case(arrived, {"ward.stay": minutes}, **more)  # type: ignore[arg-type]


def ward(**more: object) -> Phase:
    return replace(Phase("ward", (step("stay"),), "bed"), **more)  # type: ignore[arg-type]


def test_whom_the_waiting_room_cannot_hold_is_turned_away() -> None:
    seen = Told(hospital([replace(BED, waiting_room=1)], [ward()]), [stay(0, 50), stay(1, 5), stay(2, 5)])
    assert seen.mark("ward_entered") == [0, 50, NEVER]
    assert list(seen.network.log.ended) == [Ended.NOT_EARLY, Ended.NOT_EARLY, Ended.TURNED_AWAY]
    assert seen.mark("departed") == [50, 55, 2]


def test_no_waiting_room_loses_all_who_would_wait() -> None:
    seen = Told(hospital([replace(BED, waiting_room=0)], [ward()]), [stay(0, 50), stay(1, 5), stay(60, 5)])
    assert seen.mark("departed") == [50, 1, 65]


def test_who_balks_does_not_queue() -> None:
    phase = ward(balks=Balking((1, 2), (0.5, 1.0)))
    cases = [stay(0, 50), stay(1, 5), stay(2, 5, balk_u=0.6), stay(3, 5, balk_u=0.4), stay(4, 5, balk_u=0.999)]
    seen = Told(hospital([BED], [phase]), cases)
    assert [list(Ended)[code].name for code in seen.network.log.ended] == ["NOT_EARLY"] * 3 + ["BALKED"] * 2
    assert seen.mark("departed") == [50, 55, 60, 3, 4]


def test_who_grows_worse_moves_up_in_the_queue() -> None:
    cases = [stay(0, 50), stay(1, 10, acuity=3), stay(2, 10, acuity=4, worsens=5), stay(3, 10, acuity=3)]
    assert Told(hospital([BED], [ward()]), cases).mark("ward_entered") == [0, 50, 70, 60]
    seen = Told(hospital([BED], [ward(may_worsen=True)]), cases)
    assert seen.mark("ward_entered") == [0, 50, 60, 70]
    assert seen.mark("worsened") == [NEVER, NEVER, 7, NEVER]


def test_patience_goes_on_when_illness_grows_worse() -> None:
    phase = ward(may_worsen=True, may_leave=True)
    seen = Told(hospital([BED], [phase]), [stay(0, 50), stay(1, 10, acuity=4, worsens=5, patience=20)])
    assert seen.mark("departed") == [50, 21]


def test_a_bed_is_cleaned_before_the_next_patient() -> None:
    cases = [Case(t, {"ward.stay": 50, "ward.cleaning": 15}) for t in (0, 10)]
    seen = Told(hospital([BED], [ward(cleaning=ANY)]), cases)
    assert seen.mark("ward_entered") == [0, 65]
    assert seen.mark("departed") == [50, 115]
    assert (seen.total("bed", "busy_min"), seen.total("bed", "cleaning_min")) == (100, 30)


def test_a_scanner_is_cleaned_after_a_scan() -> None:
    phase = Phase("visit", (step("scan", "own_ct", cleaning=ANY),))
    cases = [Case(t, {"visit.scan": 10, "visit.scan.cleaning": 7}) for t in (0, 1)]
    seen = Told(hospital([OWN], [phase]), cases)
    assert seen.mark("visit.scan_started") == [0, 17]
    assert (seen.total("own_ct", "busy_min"), seen.total("own_ct", "cleaning_min")) == (20, 14)


def test_the_place_is_ready_before_the_patient_has_moved() -> None:
    spaces = Pool("ed_space", Kind.PLACE, (1,))
    emergency = Phase("emergency", (step("care"),), "ed_space")
    case = Case(0, {"emergency.care": 30, "ward.move": 12, "ward.stay": 40})
    seen = Told(hospital([BED, spaces], [emergency, ward(move=ANY)]), [case])
    assert (seen.mark("ward_asked"), seen.mark("ward_ready"), seen.mark("ward_entered")) == ([30], [30], [42])
    assert seen.mark("emergency_left") == [42]
    assert (seen.total("bed", "busy_min"), seen.total("ed_space", "busy_min")) == (52, 42)


def test_another_kind_of_scan_takes_time_to_set_up() -> None:
    steps = (step("head", "own_ct", set_up=ANY), step("heart", "own_ct", set_up=ANY))
    head, heart = ({f"visit.{name}": 10, f"visit.{name}.set_up": 4} for name in ("head", "heart"))
    seen = Told(hospital([OWN], [Phase("visit", steps)]), [Case(0, head), Case(20, head), Case(40, heart)])
    assert seen.mark("departed") == [10, 30, 54]
    assert seen.total("own_ct", "busy_min") == 34


def test_own_beds_are_taken_first_and_borrowed_ones_go_back_first() -> None:
    pools = [Pool("bed", Kind.PLACE, (1,), borrows="flexible"), Pool("flexible", Kind.PLACE, (1,))]
    seen = Told(hospital(pools, [ward()]), [stay(0, 50), stay(10, 100), stay(20, 10)])
    assert seen.mark("ward_entered") == [0, 10, 50]
    assert seen.total("bed", "busy_min") == 110
    assert seen.total("flexible", "busy_min") == 50


def test_a_patient_who_does_not_come_leaves_no_mark() -> None:
    seen = Told(hospital([BED], [ward()]), [stay(0, 50), stay(1, 10, comes=False), stay(2, 5)])
    assert seen.mark("ward_entered") == [0, NEVER, 50]
    assert seen.network.log.ended[1] == Ended.NO_SHOW


def test_who_returns_comes_after_the_end_of_the_first_visit() -> None:
    world = one_queue(3, [0.05], Fixed(20.0), Horizon(0.0, 3000.0), Patience())
    run = simulate(replace(world, returns=Returns(0.5, 0.0, Fixed(60.0))), POLICIES, Replication(0, 7))
    plain = simulate(world, POLICIES, Replication(0, 7))
    again = run.patients[run.patients["returns_of"] >= 0]
    first = run.patients.set_index("patient").loc[again["returns_of"]]
    assert 0.3 < len(again) / len(plain.patients) < 0.6
    assert (again["arrived"].to_numpy() - first["departed"].to_numpy() == 60).all()
    assert (run.patients["arrived"][: len(plain.patients)] == plain.patients["arrived"]).all()


FLEXIBLE = Pool("flexible", Kind.PLACE, (1,))


def wards(*own: int) -> list[Pool]:
    """Return pools of so many own beds each that borrow from one flexible bed."""
    return [*(Pool(f"bed_{k}", Kind.PLACE, (n,), borrows="flexible") for k, n in enumerate(own)), FLEXIBLE]


def test_a_flexible_bed_goes_to_the_best_ranked_of_all_who_would_borrow_it() -> None:
    phases = [Phase(f"ward_{k}", (step("stay"),), f"bed_{k}") for k in (0, 1)]
    first, second = ({f"ward_{k}.stay": 500} for k in (0, 1))
    short = {"ward_0.stay": 50}
    cases = [Case(0, first), Case(0, second), Case(1, short), Case(5, first, acuity=4), Case(6, second, acuity=2)]
    seen = Told(hospital(wards(1, 1), phases), cases)
    assert seen.mark("ward_0_entered") == [0, NEVER, 1, 500, NEVER]
    assert seen.mark("ward_1_entered") == [NEVER, 0, NEVER, NEVER, 51]


def test_who_leaves_frees_the_borrowed_bed_and_the_next_borrows_it_again() -> None:
    phases = [Phase("ward", (step("stay"),), "bed_0")]
    seen = Told(hospital(wards(2), phases), [stay(0, 50), stay(1, 100), stay(2, 100), stay(3, 20), stay(60, 5)])
    assert seen.mark("ward_entered") == [0, 1, 2, 50, 70]
    assert seen.total("flexible", "busy_min") == (70 - 2) + 5
    assert seen.total("bed_0", "busy_min") + seen.total("flexible", "busy_min") == 50 + 100 + 100 + 20 + 5


def test_a_borrowed_bed_is_cleaned_as_the_lenders() -> None:
    phases = [Phase("ward", (step("stay"),), "bed_0", cleaning=ANY)]
    cases = [Case(t, {"ward.stay": minutes, "ward.cleaning": 15}) for t, minutes in ((0, 200), (10, 50), (20, 30))]
    seen = Told(hospital(wards(1), phases), cases)
    assert seen.mark("ward_entered") == [0, 10, 75]
    assert seen.total("flexible", "busy_min") == 50 + 30
    assert seen.total("flexible", "cleaning_min") == 30
    assert (seen.total("bed_0", "busy_min"), seen.total("bed_0", "cleaning_min")) == (200, 15)


def test_the_lenders_own_patients_come_before_borrowers() -> None:
    phases = [Phase("ward", (step("stay"),), "bed_0"), Phase("own", (step("stay"),), "flexible")]
    cases = [Case(0, {"own.stay": 50}), stay(1, 500), stay(2, 10, acuity=1), Case(3, {"own.stay": 10}, acuity=5)]
    seen = Told(hospital(wards(1), phases), cases)
    assert seen.mark("own_entered") == [0, NEVER, NEVER, 50]
    assert seen.mark("ward_entered") == [NEVER, 1, 60, NEVER]


def test_set_up_is_refused_where_work_may_be_interrupted() -> None:
    scanner = Pool("own_ct", Kind.EQUIPMENT, (1,), Discipline.PREEMPTIVE)
    with pytest.raises(ValueError, match=r"visit\.head\.set_up.*own_ct.*be finished"):
        hospital([scanner], [Phase("visit", (step("head", "own_ct", set_up=ANY),))])
