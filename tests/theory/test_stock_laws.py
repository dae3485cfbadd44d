"""Laws of medicines that hold whoever moves them, and on both engines."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.medicines import Exchange, Keep, NearExpiry
from sim.contract import MedicinesDecision, MedicinesView
from sim.engine import Engine
from sim.scenario import Information, Scenario, Sight
from sim.shelves import Review, Shelf
from tests.pharmacies import DAY, RULES, kept, two_pharmacies
from tests.two_hospitals import Patient

pytestmark = pytest.mark.theory

any_stock = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
LIVES = st.sampled_from([0.4 * DAY, DAY, 1.5 * DAY, 3 * DAY, float("inf")])
MINUTES = st.integers(0, int(4 * DAY) - 1).map(float)


class Restless:
    """Send half of every lot, rounded up, to the other hospital: more than some lots have."""

    def decide(self, view: MedicinesView) -> MedicinesDecision:
        lots = view.lots
        return MedicinesDecision(lots.number, 1 - lots.hospital, np.ceil(lots.units / 2))


MEMBERS: dict[str, Callable[[], object]] = {
    "restless": Restless,
    "near_expiry": NearExpiry,
    "exchange": lambda: Exchange(freeze_days=0.0),
}
each_member = pytest.mark.parametrize("member", MEMBERS.values(), ids=MEMBERS)


@st.composite
def shelves(draw: st.DrawFn) -> Shelf:
    every = draw(st.sampled_from([0.0, 0.5 * DAY, DAY, 1.3 * DAY]))
    review = Review(every, draw(st.integers(1, 6)), draw(st.sampled_from([0.0, 90.0, DAY]))) if every else None
    return Shelf(
        "saline",
        at_start=float(draw(st.integers(0, 9))),
        life_min=draw(LIVES),
        deliveries_per_day=draw(st.sampled_from([0.0, 2.0])),
        review=review,
        price=draw(st.sampled_from([0.0, 50.0, 600.0])),
    )


@st.composite
def pharmacies(draw: st.DrawFn) -> tuple[Scenario, list[Patient]]:
    """Return two hospitals with any shelves, and patients who want units at any minutes, some at the same one."""
    rules = replace(RULES, review_every_min=draw(st.sampled_from([0.25 * DAY, DAY, 1.7 * DAY])))
    world = two_pharmacies([draw(shelves())], [draw(shelves())], rules, float(draw(st.integers(1, 3))))
    sight = draw(st.sampled_from([Information(), Information(Sight.DELAYED, 700.0), Information(Sight.NONE)]))
    times = draw(st.lists(st.tuples(MINUTES | st.sampled_from([DAY, 2 * DAY]), st.integers(0, 1)), min_size=1))
    patients = [Patient(at, hospital=hospital, triage=1.0) for at, hospital in times]
    return replace(world, information=sight), patients


@each_member
@any_stock
@given(drawn=pharmacies())
def test_no_unit_is_made_or_lost(member: Callable[[], object], drawn: tuple[Scenario, list[Patient]]) -> None:
    world, patients = drawn
    found = kept(world, patients, member())
    for hospital in world.city.hospitals:
        days = found.stock[found.stock["hospital"] == hospital.id]
        came = hospital.shelves[0].at_start + days["delivered"].sum() + days["received"].sum()
        assert came == days["used"].sum() + days["expired"].sum() + days["sent"].sum() + days["at_hand"].iloc[-1]
        assert 0 <= days["expired_received"].sum() <= days["received"].sum()
    moved = found.moves[found.moves["refusal"] == ""]
    end_min = world.horizon.end_min
    on_the_way = moved.loc[moved["time_min"] + moved["transit_min"] > end_min, "units"].sum()
    assert found.stock["sent"].sum() == moved["units"].sum() == found.stock["received"].sum() + on_the_way


@each_member
@any_stock
@given(drawn=pharmacies())
def test_both_engines_move_alike(member: Callable[[], object], drawn: tuple[Scenario, list[Patient]]) -> None:
    world, patients = drawn
    stories, compiled = (kept(world, patients, member(), engine) for engine in (Engine.SIMPY, Engine.COMPILED))
    pd.testing.assert_frame_equal(stories.stock, compiled.stock)
    pd.testing.assert_frame_equal(stories.moves, compiled.moves)
    assert [row.view_hash for row in stories.decisions] == [row.view_hash for row in compiled.decisions]


@any_stock
@given(pharmacies())
def test_to_look_changes_nothing(drawn: tuple[Scenario, list[Patient]]) -> None:
    """The shelves are the same whether they are brought up to every review, or followed once at the end."""
    pd.testing.assert_frame_equal(kept(*drawn, Keep()).stock, kept(*drawn).stock)


@any_stock
@given(pharmacies())
def test_units_wanted_are_used_or_missing_whoever_moves(drawn: tuple[Scenario, list[Patient]]) -> None:
    world, patients = drawn
    units = world.pathways[0].phases[0].steps[0].medicines[0][1]
    for policy in (None, Restless()):
        stock = kept(world, patients, policy).stock
        assert stock["used"].sum() + stock["short"].sum() == units * len(patients)


def test_these_worlds_are_put_to_the_test_by_moves() -> None:
    """Restless sends, is refused, and some of what goes expires."""
    near, far = Shelf("saline", at_start=9, life_min=1.5 * DAY), Shelf("saline", at_start=1, life_min=DAY)
    found = kept(two_pharmacies([near], [far], replace(RULES, review_every_min=0.6 * DAY)), [Patient(0.0)], Restless())
    assert found.stock["received"].sum() > 0
    assert found.stock["expired_received"].sum() > 0
