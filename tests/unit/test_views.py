"""What policies see: facts that never change, who waits, and open beds as far as they are known."""

from dataclasses import replace

import numpy as np
import pytest

from sim.city import Kind, Pool
from sim.contract import Policies, TransferDecision, TransferView
from sim.pathway import Pathway, Phase
from sim.scenario import Condition, Information, Scenario, Sight
from sim.views import city_facts
from tests.small_worlds import KnowTruth
from tests.two_hospitals import Moved, Patient, Stock, two_hospitals

pytestmark = pytest.mark.unit


class Watch:
    """Move nobody and keep what is seen."""

    def __init__(self) -> None:
        self.views: list[TransferView] = []

    def decide(self, view: TransferView) -> TransferDecision:
        self.views.append(view)
        return TransferDecision(view.patient[:0], view.patient[:0])


def seen(world: Scenario, *patients: Patient) -> list[TransferView]:
    watch = Watch()
    Moved(world, patients, Policies(KnowTruth(), watch))
    return watch.views


def with_icu(world: Scenario) -> Scenario:
    """Add a transferable ICU phase of its own pathway, which only the far hospital has beds for."""
    visit = world.pathways[0]
    icu = Pathway("icu", (*visit.phases[:2], Phase("icu", (), place="a_icu_bed", transferable=True)))
    near, far = world.city.hospitals
    far = replace(far, pools=(*far.pools, Pool("a_icu_bed", Kind.PLACE, (3, *(5,) * 167))))
    return replace(
        world,
        pathways=(visit, icu),
        conditions=(*world.conditions, Condition("sick", "icu", np.full(5, 0.2))),
        city=replace(world.city, hospitals=(near, far)),
    )


def test_facts_list_the_places_that_patients_can_be_moved_to() -> None:
    world = with_icu(two_hospitals(Stock(beds=(4, 7))))
    near, far = world.city.hospitals
    world = replace(world, city=replace(world.city, hospitals=(near, replace(far, agreed=False))))
    facts = city_facts(world)
    assert facts.hospital_ids == ("near", "far")
    assert facts.place_codes == ("a_icu_bed", "bed")
    assert facts.establishment.tolist() == [[0, 4], [5, 7]]
    assert facts.travel_min.tolist() == [[0, 20], [20, 0]]
    assert facts.agreed.tolist() == [True, False]


def test_facts_list_places_in_the_order_of_their_names() -> None:
    world = two_hospitals()
    codes = ("tub", "bed", "sofa", "cot", "room", "chair", "hall")
    phases = tuple(Phase(f"in {code}", (), code, transferable=True) for code in codes)
    assert city_facts(replace(world, pathways=(Pathway("visit", phases),))).place_codes == tuple(sorted(codes))


def test_facts_of_a_city_without_transfers_are_empty() -> None:
    world = two_hospitals()
    phases = tuple(replace(phase, transferable=False) for phase in world.pathways[0].phases)
    facts = city_facts(replace(world, pathways=(Pathway("visit", phases),)))
    assert facts.place_codes == ()
    assert facts.establishment.shape == (2, 0)


def test_open_beds_stand_in_the_column_of_their_place() -> None:
    world = with_icu(two_hospitals(Stock(beds=(4, 7), ed_space=9)))
    views = seen(world, Patient(0, hospital=1, ward=9999), Patient(10, ward=90))
    assert views[0].free.tolist() == [[0, 3], [5, 6]]  # the roster of ICU beds has changed to 5 at minute 60
    assert views[1].free.tolist() == [[0, 4], [5, 6]]


def test_who_waits_is_shown_with_where_for_what_and_since_when() -> None:
    in_bed = [Patient(0, ward=9999), Patient(0, hospital=1, ward=9999)]
    boarders = [Patient(5, 4, ward=9), Patient(20, 2, hospital=1, scan=10, ward=9), Patient(59, 1, ward=9)]
    view = seen(two_hospitals(Stock(ed_space=9)), *in_bed, *boarders)[0]
    assert view.patient.tolist() == [4, 2, 3]
    assert view.hospital.tolist() == [0, 0, 1]
    assert view.place.tolist() == [0, 0, 0]
    assert view.acuity.tolist() == [1, 4, 2]
    assert view.waited_min.tolist() == [1.0, 55.0, 30.0]
    assert view.now_min == 60.0


def test_who_waits_for_a_place_that_nobody_is_moved_to_is_not_shown() -> None:
    assert seen(two_hospitals(Stock(ed_space=1)), Patient(0, scan=500), Patient(1, scan=5))[0].patient.tolist() == []


def test_who_must_stay_is_not_shown_although_others_wait_for_the_same_beds() -> None:
    world = two_hospitals(Stock(ed_space=9))
    stays = replace(world.pathways[0].phases[2], transferable=False)
    bound = Pathway("bound", (*world.pathways[0].phases[:2], stays))
    world = replace(world, pathways=(*world.pathways, bound))
    views = seen(world, Patient(0, ward=9999), Patient(1, ward=9, pathway=1), Patient(2, ward=9))
    assert views[0].patient.tolist() == [2]


@pytest.mark.parametrize(
    ("delay_min", "known_at", "free"),
    [
        (1.0, [60, 60, 120, 180, 240], [np.nan, 1, 0, 0, 1]),
        (60.0, [60, 60, 120, 180, 240], [np.nan, 1, 0, 0, 1]),
        (61.0, [60, 120, 60, 120, 180], [np.nan, np.nan, 1, 0, 0]),
        (150.0, [60, 120, 180, 60, 120], [np.nan, np.nan, np.nan, 1, 0]),
    ],
)
def test_news_is_as_old_as_it_must_be_and_no_older(delay_min: float, known_at: list[float], free: list[float]) -> None:
    """The bed of the far hospital is taken from minute 70 to 190; reviews are at 60, 120, 180, 240 and 300."""
    world = two_hospitals(information=Information(Sight.DELAYED, delay_min))
    views = seen(world, Patient(70, hospital=1, ward=120))[:5]
    assert [view.known_at_min for view in views] == known_at
    assert [view.free[1, 0] for view in views] == pytest.approx(free, nan_ok=True)


def test_a_delay_counts_only_when_news_is_delayed() -> None:
    views = seen(two_hospitals(information=Information(Sight.LIVE, 120.0)), Patient(70, hospital=1, ward=9))
    assert [view.known_at_min for view in views[:3]] == [60, 120, 180]
    assert [view.free[1, 0] for view in views[:3]] == [1, 1, 1]


def test_nothing_is_open_where_nobody_agreed() -> None:
    world = two_hospitals()
    near, far = world.city.hospitals
    world = replace(world, city=replace(world.city, hospitals=(near, replace(far, agreed=False))))
    assert seen(world, Patient(0))[0].free.tolist() == [[1], [0]]
