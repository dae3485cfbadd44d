"""Cohorts with columns of their own: returns, no-shows, worsening, balking, and patience of a source."""

from dataclasses import fields, replace

import numpy as np
import pytest

from sim.arrivals import Scheduled
from sim.cohort import Cohort, draw_cohort
from sim.distributions import Exponential
from sim.graded import Graded
from sim.pathway import Balking
from sim.patience import Deterioration, Patience, Returns, draw_patience, draw_worsening
from sim.scenario import Scenario
from sim.streams import Replication, stream
from tests.drawn_worlds import LONG, drawn_world

pytestmark = pytest.mark.unit

FIRST = Replication(0, 11)
WORLD = drawn_world()
PLAIN = draw_cohort(WORLD, FIRST)
BY_ACUITY = (0.5, 0.4, 0.1, 0.05, 0.0)
RETURNS = Returns(Graded(BY_ACUITY), 0.2, Exponential(2000.0))
AGAIN = draw_cohort(replace(WORLD, returns=RETURNS), FIRST)
N = PLAIN.n_patients
LATER = AGAIN.taken(np.arange(N, AGAIN.n_patients))
NEW = {"attributes", "worsens_min", "balk_u", "comes", "returns_of", "return_u", "return_after_min"}


def alike(one: Cohort, other: Cohort, *besides: str) -> bool:
    """Say whether two cohorts have the same columns but for some."""
    names = {field.name for field in fields(Cohort)} - set(besides)
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def drawn(scenario: Scenario, source: str, *purpose: str) -> np.ndarray:
    n = int((PLAIN.source == [one.name for one in scenario.sources].index(source)).sum())
    return stream(FIRST, source, *purpose).random(n)


def test_nothing_configured_leaves_no_columns() -> None:
    assert {name for name in NEW if getattr(PLAIN, name) is None} == NEW


def test_returns_change_nobody_elses_draws() -> None:
    assert alike(AGAIN.taken(np.arange(N)), PLAIN, "returns_of", "return_u", "return_after_min")


def test_whoever_may_return_has_a_row_for_it_in_the_order_of_first_visits() -> None:
    assert AGAIN.returns_of is not None
    assert AGAIN.return_u is not None
    chance = np.maximum(np.array(BY_ACUITY)[PLAIN.acuity - 1], 0.2)
    assert np.array_equal(AGAIN.returns_of[N:], np.flatnonzero(AGAIN.return_u[:N] < chance))
    assert set(AGAIN.returns_of[:N].tolist()) == {-1}
    zone = np.flatnonzero(PLAIN.source == 1)
    assert np.array_equal(AGAIN.return_u[zone], drawn(WORLD, "zone", "return"))
    assert (AGAIN.return_u[N:] == 1.0).all()


def test_returns_follow_within_three_days() -> None:
    assert AGAIN.return_after_min is not None
    zone = np.flatnonzero(PLAIN.source == 1)
    u = drawn(WORLD, "zone", "return_after")
    cut = 1.0 - np.exp(-4320.0 / 2000.0)
    assert AGAIN.return_after_min[zone] == pytest.approx(-2000.0 * np.log1p(-u * cut), abs=1e-5)
    assert np.isinf(AGAIN.return_after_min[N:]).all()


def test_a_return_is_for_the_same_reason_and_all_else_is_drawn_anew() -> None:
    assert LATER.returns_of is not None
    before = PLAIN.taken(LATER.returns_of)
    same = ("source", "zone", "hospital", "condition", "pathway")
    assert alike(LATER, before, *({field.name for field in fields(Cohort)} - set(same)))
    assert np.isinf(LATER.arrived_min).all()
    for name in ("acuity", "nurse_acuity", "features", "patience_min", "placement_min", "crew_busy_min", "minutes"):
        assert not np.array_equal(getattr(LATER, name), getattr(before, name)), name
    zone = np.flatnonzero(PLAIN.source == 1)
    u = np.full(N, np.nan)
    u[zone] = drawn(WORLD, "zone", "return", "patience")
    mine = LATER.source == 1
    expected = draw_patience(WORLD.patience, u[LATER.returns_of[mine]], LATER.acuity[mine])
    assert np.array_equal(LATER.patience_min[mine], expected)


def test_more_returns_leave_the_others_as_they_were() -> None:
    more = draw_cohort(replace(WORLD, returns=replace(RETURNS, p=0.6)), FIRST)
    assert more.returns_of is not None
    assert LATER.returns_of is not None
    assert set(LATER.returns_of.tolist()) < set(more.returns_of[N:].tolist())
    rows = N + np.flatnonzero(np.isin(more.returns_of[N:], LATER.returns_of))
    assert alike(more.taken(rows), LATER)


def test_appointments_may_be_missed() -> None:
    plan = Scheduled(tuple(np.arange(0.0, 10_000.0, 5.0)), p_no_show=0.3)
    sources = replace(WORLD.sources[0], pattern=plan), WORLD.sources[1]
    cohort = draw_cohort(replace(WORLD, sources=sources, returns=RETURNS), FIRST)
    assert cohort.comes is not None
    assert cohort.returns_of is not None
    first = cohort.returns_of < 0
    planned = np.flatnonzero((cohort.source == 0) & first)
    assert len(planned) == 2000
    assert np.array_equal(cohort.comes[planned], stream(FIRST, "plan", "no_show").random(2000) >= 0.3)
    assert cohort.comes[cohort.source == 1].all()
    assert cohort.comes[cohort.returns_of[~first]].all()
    assert cohort.comes[~first].all()
    assert alike(cohort.taken(np.flatnonzero((cohort.source == 1) & first)), ZONE_AGAIN, "comes")


ZONE_AGAIN = AGAIN.taken(np.flatnonzero((AGAIN.source == 1) & (np.arange(AGAIN.n_patients) < N)))


def test_worsening_and_balking_draw_from_streams_of_their_own() -> None:
    worse = Deterioration(0.4, Graded((10.0, 20.0, 30.0, 40.0, 50.0)))
    ward = replace(LONG.phases[1], balks=Balking((5,), (0.5,)))
    pathways = WORLD.pathways[0], replace(LONG, phases=(LONG.phases[0], ward))
    cohort = draw_cohort(replace(WORLD, deterioration=worse, pathways=pathways), FIRST)
    assert alike(cohort, PLAIN, "worsens_min", "balk_u")
    assert cohort.worsens_min is not None
    assert cohort.balk_u is not None
    zone = PLAIN.source == 1
    expected = draw_worsening(worse, drawn(WORLD, "zone", "worsens"), PLAIN.acuity[zone])
    assert np.array_equal(cohort.worsens_min[zone], expected)
    assert np.array_equal(cohort.balk_u[zone], drawn(WORLD, "zone", "balk"))


def test_a_source_may_have_a_patience_of_its_own() -> None:
    calm = Patience(0.9, 500.0)
    sources = replace(WORLD.sources[0], patience=calm), WORLD.sources[1]
    cohort = draw_cohort(replace(WORLD, sources=sources), FIRST)
    plan = PLAIN.source == 0
    expected = draw_patience(calm, drawn(WORLD, "plan", "patience"), PLAIN.acuity[plan])
    assert np.array_equal(cohort.patience_min[plan], expected)
    assert np.array_equal(cohort.patience_min[~plan], PLAIN.patience_min[~plan])
    assert alike(cohort, PLAIN, "patience_min")
