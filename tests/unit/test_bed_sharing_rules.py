"""Terms of sharing beds: who is full enough to send, whose region is filled first, and who has received enough."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.transfer import Balance, NearestFree
from policies.transfer.fairness import ahead_share, deviation_share
from sim.city import Hospital
from sim.contract import CityFacts, Policies, TransferDecision, TransferView
from sim.scenario import Scenario, Tiers
from sim.units import FloatArray, IntArray
from sim.views import city_facts
from tests.small_worlds import KnowTruth
from tests.transfer_views import a_city, a_view, moves
from tests.two_hospitals import Moved, Patient, Stock, two_hospitals

pytestmark = pytest.mark.unit

FAR_AND_NEAR = a_city([[0, 10, 30], [10, 0, 20], [30, 20, 0]], [[20.0]] * 3)
REGIONS = replace(FAR_AND_NEAR, tier=np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]]))
MEMBERS = [NearestFree(), Balance(move_cost_min=0.0)]
QUEUE = [(0, 0, 3, 1000.0 - i) for i in range(4)]


class Send:
    """Send patient 1 to the other hospital at every review, and keep what is seen."""

    def __init__(self) -> None:
        self.views: list[TransferView] = []

    def decide(self, view: TransferView) -> TransferDecision:
        self.views.append(view)
        return TransferDecision(np.array([1]), np.array([1]))


def sent(trigger_share: float, taken: int) -> tuple[list[str], TransferView]:
    """Return the first answer to sending patient 1 away from a hospital with `taken` of 2 beds and a full ICU ward."""
    world = two_hospitals(Stock(ed_space=9, beds=(taken, 9)))
    world = replace(world, transfers=replace(world.transfers, trigger_share=trigger_share))
    seat, here = Send(), [Patient(0, ward=9999)] * taken + [Patient(0, ward=10)] * (2 - taken)
    log = Moved(world, here, Policies(KnowTruth(), seat)).network.log
    return [row.refusal for row in log.transfers][:1], seat.views[0]


def test_a_hospital_at_its_trigger_may_send() -> None:
    refusals, view = sent(1.0, taken=1)
    assert refusals == [""]
    assert view.may_send is not None
    assert view.may_send.tolist() == [True, False]


def test_without_a_trigger_nobody_asks_how_full_a_hospital_is() -> None:
    assert sent(0.0, taken=1)[1].may_send is None


def with_ward(world: Scenario, beds: int) -> Scenario:
    """Give the near hospital empty beds of another kind, which patients of another pathway could be transferred to."""
    visit = world.pathways[0]
    other = replace(visit.phases[2], name="other", place="other_bed")
    pathway = replace(visit, name="other", phases=(*visit.phases[:2], other))
    near, far = world.city.hospitals
    pool = replace(near.pools[-1], code="other_bed", levels=(beds,))
    hospitals = (replace(near, pools=(*near.pools, pool)), replace(far, pools=(*far.pools, replace(pool, levels=(0,)))))
    condition = replace(world.conditions[0], name="other", pathway="other")
    city = replace(world.city, hospitals=hospitals)
    return replace(world, pathways=(visit, pathway), conditions=(*world.conditions, condition), city=city)


@pytest.mark.parametrize(("trigger_share", "refusal"), [(0.25, ""), (0.26, "sender below trigger")])
def test_all_kinds_of_beds_together_make_a_hospital_full(trigger_share: float, refusal: str) -> None:
    world = with_ward(two_hospitals(Stock(ed_space=9)), beds=3)  # 1 bed of 4 is taken
    world = replace(world, transfers=replace(world.transfers, trigger_share=trigger_share))
    log = Moved(world, [Patient(0, ward=9999), Patient(0, ward=10)], Policies(KnowTruth(), Send())).network.log
    assert log.transfers[0].refusal == refusal


def test_the_view_counts_the_transfers_made_so_far() -> None:
    seat = Send()
    world = two_hospitals(Stock(ed_space=9, beds=(1, 9)))
    Moved(world, [Patient(0, ward=9999), Patient(0, ward=10)], Policies(KnowTruth(), seat))
    seen = [view.moved.tolist() for view in seat.views[:2] if view.moved is not None]
    assert seen == [[[0, 0], [0, 0]], [[0, 1], [0, 0]]]


def test_an_impossible_trigger_is_a_fault() -> None:
    rules = replace(two_hospitals().transfers, trigger_share=1.1)
    assert [fault.field for fault in rules.faults()] == ["transfers.trigger_share"]


@pytest.mark.parametrize("member", MEMBERS, ids=lambda one: type(one).__name__)
def test_no_member_sends_from_where_it_is_not_full_enough(member: NearestFree | Balance) -> None:
    view = a_view(FAR_AND_NEAR, [*QUEUE, (1, 0, 3, 900.0)], [[0], [0], [9]])
    assert set(moves(member.decide(view))) >= {100, 101}
    closed = replace(view, may_send=np.array([False, True, True]))
    assert set(moves(member.decide(closed))) <= {104}
    assert not moves(member.decide(replace(view, may_send=np.zeros(3, dtype=bool))))


@pytest.mark.parametrize("member", MEMBERS, ids=lambda one: type(one).__name__)
def test_the_own_region_is_filled_before_a_nearer_bed_elsewhere(member: NearestFree | Balance) -> None:
    free = [[0], [9], [1]]
    anywhere = moves(member.decide(a_view(FAR_AND_NEAR, QUEUE, free)))
    region_first = moves(member.decide(a_view(REGIONS, QUEUE, free)))
    assert set(anywhere.values()) == {1}
    assert sorted(region_first.values()).count(2) == 1
    assert set(region_first.values()) == {1, 2}


def region_world(regions: tuple[str, str], tiers: Tiers) -> Scenario:
    world = two_hospitals()
    homes: list[Hospital] = [
        replace(one, region=region) for one, region in zip(world.city.hospitals, regions, strict=True)
    ]
    city = replace(world.city, hospitals=tuple(homes))
    return replace(world, city=city, transfers=replace(world.transfers, tiers=tiers))


def test_ways_are_ranked_only_where_regions_come_first() -> None:
    def tier(regions: tuple[str, str], tiers: Tiers) -> list[list[int]] | None:
        found = city_facts(region_world(regions, tiers)).tier
        return None if found is None else found.tolist()

    assert tier(("a", "b"), Tiers.ALL_ALIKE) is None
    assert tier(("a", "b"), Tiers.REGION_FIRST) == [[0, 1], [1, 0]]
    assert tier(("a", "a"), Tiers.REGION_FIRST) == tier(("", ""), Tiers.REGION_FIRST) == [[0, 0], [0, 0]]


def test_each_transfer_is_due_to_the_others_by_their_size() -> None:
    size = np.array([10.0, 20.0, 30.0])
    # Five from the first: 2 are due to the second, 3 to the third. All went to the second: 3 of 5 too many.
    moved = np.array([[0, 5, 0], [0, 0, 0], [0, 0, 0]])
    assert ahead_share(moved, size).tolist() == pytest.approx([0.0, 0.6, -0.6])
    assert deviation_share(moved, size) == pytest.approx(0.6)
    assert deviation_share(np.array([[0, 2, 3], [0, 0, 0], [0, 0, 0]]), size) == pytest.approx(0.0)


def test_who_is_alone_in_taking_part_is_due_nothing() -> None:
    assert ahead_share(np.zeros((2, 2), dtype=np.int64), np.array([5.0, 0.0])).tolist() == [0.0, 0.0]


@st.composite
def histories(draw: st.DrawFn) -> tuple[IntArray, FloatArray]:
    n = draw(st.integers(2, 5))
    moved = np.array(draw(st.lists(st.integers(0, 50), min_size=n * n, max_size=n * n))).reshape(n, n)
    np.fill_diagonal(moved, 0)
    return moved, np.array(draw(st.lists(st.floats(0.5, 500), min_size=n, max_size=n)))


@given(histories())
def test_what_some_are_ahead_others_are_behind(history: tuple[IntArray, FloatArray]) -> None:
    ahead = ahead_share(*history)
    assert ahead.sum() == pytest.approx(0.0, abs=1e-9)
    assert np.all(np.abs(ahead) <= 1 + 1e-9)
    assert 0 <= deviation_share(*history) <= 1 + 1e-9


@pytest.mark.parametrize("member", MEMBERS, ids=lambda one: type(one).__name__)
def test_who_received_more_than_its_share_is_passed_over_when_fairness_counts(member: NearestFree | Balance) -> None:
    history = np.array([[0, 8, 0], [0, 0, 0], [0, 0, 0]])  # 4 of 8 too many: half of the minutes count
    view = replace(a_view(FAR_AND_NEAR, QUEUE, [[0], [9], [9]]), moved=history)
    assert set(moves(member.decide(view)).values()) == {1}
    assert set(moves(replace(member, fairness_min=39.0).decide(view)).values()) == {1}
    assert set(moves(replace(member, fairness_min=41.0).decide(view)).values()) == {2}


def test_a_hospital_that_takes_no_part_has_no_share() -> None:
    city: CityFacts = replace(FAR_AND_NEAR, agreed=np.array([True, True, False]))
    view = replace(a_view(city, QUEUE, [[0], [9], [0]]), moved=np.array([[0, 8, 0], [0, 0, 0], [0, 0, 0]]))
    assert NearestFree(fairness_min=50.0).unfair_min(view).tolist() == [0.0, 0.0, 0.0]
