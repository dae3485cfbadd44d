"""Put patients into other wards by hand, and see where they lie, what that holds, and who is refused."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from sim.city import Kind, Pool
from sim.compiled.support import supported
from sim.contract import BeddingDecision, BeddingView
from sim.engine import Engine, chosen_engine
from sim.faults import ScenarioError
from sim.outlier_rules import OutlierRules
from sim.run import simulate
from sim.scenario import Scenario
from sim.streams import Replication
from tests.golden.trace import golden_world
from tests.small_worlds import POLICIES
from tests.two_hospitals import Moved, Patient, two_hospitals

pytestmark = pytest.mark.unit

RULES = OutlierRules(30.0, {"bed": ("other",)})


@dataclass
class Lodging:
    """Put everybody who waits into the place told, and keep what was seen."""

    place: str = "other"
    patient: int | None = None
    seen: list[BeddingView] = field(default_factory=list)

    def decide(self, view: BeddingView) -> BeddingDecision:
        self.seen.append(view)
        patients = view.patient if self.patient is None else np.array([self.patient])
        place = view.facts.place_codes.index(self.place) if self.place in view.facts.place_codes else 99
        return BeddingDecision(patient=patients, place=np.full(len(patients), place))


def two_wards(rules: OutlierRules | None = RULES, others: int = 1) -> Scenario:
    """Return two hospitals of which the first has another ward, with so many beds."""
    world = two_hospitals()
    first, second = world.city.hospitals
    pools = (*first.pools, Pool("other", Kind.PLACE, (others,)))
    city = replace(world.city, hospitals=(replace(first, pools=pools), second))
    return replace(world, city=city, outliers=rules).checked()


THREE = [Patient(0.0, ward=400.0), Patient(1.0, scan=0.0, ward=100.0), Patient(2.0, ward=50.0)]


def moved(policy: Lodging, world: Scenario | None = None) -> Moved:
    return Moved(world or two_wards(), THREE, replace(POLICIES, bedding=policy))


def test_an_outlier_lies_in_the_other_ward_until_the_stay_ends() -> None:
    run = moved(Lodging())
    assert run.mark("ward_asked") == [0.0, 1.0, 2.0]
    assert run.mark("ward_entered") == [0.0, 30.0, 150.0]
    assert run.mark("ward_left") == [400.0, 130.0, 200.0]
    assert run.mark("emergency_left")[1] == 30.0


def test_places_and_queues_are_counted_where_patients_lie_and_wait() -> None:
    run = moved(Lodging())
    assert run.level("near", "bed", "busy_min")[:4] == [60.0, 60.0, 60.0, 60.0]
    assert run.level("near", "other", "busy_min")[:4] == [30.0, 60.0, 40.0, 20.0]
    assert run.level("near", "bed", "queue_min")[:4] == [29.0 + 58.0, 60.0, 30.0, 0.0]
    assert sum(run.level("near", "other", "queue_min")) == 0.0


def test_every_attempt_is_logged_with_its_refusal() -> None:
    rows = moved(Lodging()).network.log.lodgings
    assert [(row.time_min, row.patient, row.refusal) for row in rows[:4]] == [
        (30.0, 1, ""),
        (30.0, 2, "no place free"),
        (60.0, 2, "no place free"),
        (90.0, 2, "no place free"),
    ]
    assert (rows[0].wanted, rows[0].place, rows[0].hospital) == ("bed", "other", 0)


@pytest.mark.parametrize(
    ("policy", "refusal"),
    [
        (Lodging("ed_space"), "no place for this patient"),
        (Lodging("nowhere"), "no place for this patient"),
        (Lodging(patient=0), "not waiting"),
        (Lodging(patient=77), "not waiting"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(policy: Lodging, refusal: str) -> None:
    run = moved(policy)
    assert {row.refusal for row in run.network.log.lodgings} == {refusal}
    assert run.mark("ward_entered")[1] == 400.0


def test_a_hospital_without_the_ward_refuses() -> None:
    patients = [replace(one, hospital=1) for one in THREE]
    run = Moved(two_wards(), patients, replace(POLICIES, bedding=Lodging()))
    assert {row.refusal for row in run.network.log.lodgings} == {"no such place here"}


def test_the_view_shows_who_waits_what_they_hold_and_what_is_free() -> None:
    policy = Lodging(patient=77)
    moved(policy)
    view = policy.seen[0]
    codes = view.facts.place_codes
    assert codes == ("bed", "ed_space", "other")
    assert view.facts.liking.tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert (view.patient.tolist(), view.waited_min.tolist()) == ([1, 2], [29.0, 28.0])
    assert view.holds.tolist() == [codes.index("ed_space"), -1]
    assert view.free.tolist() == [[0, 1, 1], [1, 2, 0]]
    assert view.beds.tolist() == [[1, 2, 1], [1, 2, 0]]
    assert view.queue.tolist() == [[2, 0, 0], [0, 0, 0]]


def test_rules_alone_change_nothing() -> None:
    """Where outliers are allowed and nobody decides about them, every moment is the same."""
    scenario, policies = golden_world()
    beds = scenario.city.codes_of(Kind.PLACE)
    allowed = replace(scenario, outliers=OutlierRules(30.0, {beds[0]: beds[1:2]})).checked()
    plain, same = (simulate(one, policies, Replication(2, 20261122)) for one in (scenario, allowed))
    assert plain.trace_hash == same.trace_hash


def test_the_compiled_engine_leaves_outliers_to_the_stories_and_says_so() -> None:
    assert [fault.field for fault in supported(two_wards(None))] == []
    assert [fault.field for fault in supported(two_wards())] == ["scenario.outliers"]
    reason = "not compiled because of scenario.outliers"
    assert chosen_engine(two_wards(), Engine.AUTO) == (Engine.SIMPY, reason)
    with pytest.raises(ScenarioError, match=r"scenario\.outliers"):
        chosen_engine(two_wards(), Engine.COMPILED)


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        (OutlierRules(0.0), "outliers.review_every_min"),
        (OutlierRules(30.0, {"bed": ("bed",)}), "outliers.elsewhere.bed"),
        (OutlierRules(30.0, {"bed": ("other", "other")}), "outliers.elsewhere.bed"),
        (OutlierRules(30.0, {"bed": ("attic",)}), "outliers.elsewhere.bed"),
        (OutlierRules(30.0, {"ed_space": ("bed",)}), "pathways"),
    ],
)
def test_impossible_rules_are_named(rules: OutlierRules, field: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        two_wards(rules)
    assert [fault.field for fault in refused.value.faults] == [field]
