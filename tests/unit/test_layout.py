"""Columns: which phases, steps and marks there are, and where they stand."""

from dataclasses import replace

import pytest

from sim.distributions import Fixed
from sim.journey import Clock
from sim.layout import Layout
from sim.log import UsageLog
from sim.pathway import Graded, Pathway, Phase, Step
from sim.routes import make_pools, make_routes
from sim.scenario import Scenario
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.unit


def step(name: str, *needs: str) -> Step:
    return Step(name, Graded((Fixed(1.0),)), needs)


def world() -> Scenario:
    """Return two pathways that share a door and differ in the rest; a ward may have a place or none."""
    first = Pathway(
        "first",
        (
            Phase("door", (step("look"),)),
            Phase("ward", (step("stay"), step("bath", "nurse")), place="bed", transferable=True),
        ),
    )
    second = Pathway(
        "second",
        (
            Phase("ward", (step("rest", "nurse", "scanner"),)),
            Phase("door", (step("wait"), step("look")), may_leave=False),
        ),
    )
    base = two_hospitals()
    ill = base.conditions[0]
    conditions = (replace(ill, pathway="second"), replace(ill, name="sick", pathway="first"))
    return replace(base, pathways=(first, second), conditions=conditions)


LAYOUT = Layout.of(world())


def test_names_are_shared_over_pathways_and_keep_the_order_of_their_introduction() -> None:
    assert LAYOUT.phases == ("door", "ward")
    assert LAYOUT.slots == ("door.look", "ward.stay", "ward.bath", "ward.rest", "door.wait")
    assert LAYOUT.marks == (
        "arrived",
        "door.look_started",
        "door.wait_started",
        "ward_asked",
        "ward_entered",
        "ward_left",
        "ward.stay_started",
        "ward.bath_started",
        "ward.rest_started",
        "departed",
    )


def test_indexes_lead_to_the_columns() -> None:
    assert LAYOUT.pathway_of_condition.tolist() == [1, 0]
    assert [LAYOUT.phase_index[name] for name in LAYOUT.phases] == [0, 1]
    assert [LAYOUT.slot_index[name] for name in LAYOUT.slots] == list(range(5))
    assert [LAYOUT.mark_index[name] for name in LAYOUT.marks] == list(range(10))


def test_routes_lead_to_pools_and_marks() -> None:
    pools = make_pools(world(), UsageLog(), Clock())
    near = make_routes(LAYOUT, pools)[0]
    door, ward = near[0]
    assert (door.place, door.asked, door.entered, door.left, door.index) == (None, -1, -1, -1, 0)
    assert (ward.place, ward.asked, ward.entered, ward.left, ward.index) == (pools[0, "bed"], 3, 4, 5, 1)
    assert [(one.slot, one.started) for one in (*door.steps, *ward.steps)] == [(0, 1), (1, 6), (2, 7)]
    assert (ward.transferable, ward.may_leave, door.transferable) == (True, False, False)
    assert ward.steps[1].needs is pools[0, "nurse"]
    ward, door = near[1]
    assert ward.place is None
    assert getattr(ward.steps[0].needs, "pools") == (pools[0, "nurse"], pools[0, "scanner"])  # noqa: B009
    assert [(one.slot, one.started) for one in door.steps] == [(4, 2), (0, 1)]
    assert getattr(door.steps[0].needs, "pools") == ()  # noqa: B009


def test_a_hospital_that_lacks_a_pool_does_not_offer_the_pathway() -> None:
    base = world()
    near, far = base.city.hospitals
    far = replace(far, pools=tuple(pool for pool in far.pools if pool.code != "scanner"))
    base = replace(base, city=replace(base.city, hospitals=(near, far)))
    routes = make_routes(Layout.of(base), make_pools(base, UsageLog(), Clock()))
    assert [[len(route) for route in of_hospital] for of_hospital in routes] == [[2, 2], [2, 0]]


def test_pools_are_numbered_in_the_order_of_hospitals_and_start_at_their_first_level() -> None:
    base = two_hospitals()
    near, far = base.city.hospitals
    far = replace(far, pools=tuple(replace(pool, levels=(7, *(9,) * 167)) for pool in far.pools))
    pools = make_pools(replace(base, city=replace(base.city, hospitals=(near, far))), UsageLog(), Clock())
    assert [pool.index for pool in pools.values()] == list(range(10))
    assert list(pools)[:2] == [(0, "ed_space"), (0, "bed")]
    assert {pool.level for (h, _), pool in pools.items() if h == 1} == {7}
    assert {code for (_, code), pool in pools.items() if pool.fifo} == {"nurse"}
