"""What happens to whom: chances, choices, and steps that depend on others."""

from dataclasses import replace

import numpy as np
import pytest

from sim.choices import Choice
from sim.cohort import Cohort, draw_cohort
from sim.dependence import dependence_faults
from sim.distributions import Exponential, Fixed
from sim.graded import OTHERWISE, Axis, Graded
from sim.layout import Layout
from sim.pathway import Pathway, Phase, Step
from sim.scenario import Condition, Scenario
from sim.streams import Replication, stream
from sim.units import on_grid
from tests.drawn_worlds import drawn_world

pytestmark = pytest.mark.unit

FIRST = Replication(0, 11)
WORLD = drawn_world()
HALF = Graded((0.5,))
SEX = Axis("sex", ("female", "male"))
WAY = Axis("way", ("out", OTHERWISE))


def step(name: str, p: Graded[float] = HALF, after: str | None = None, minutes: float = 3.0) -> Step:
    return Step(name, Graded((Fixed(minutes),)), p=p, after=after)


def world(*pathways: Pathway, **changes: object) -> Scenario:
    """Return the drawn world with these pathways; its conditions take them in turn."""
    conditions = tuple(replace(one, pathway=pathways[i % len(pathways)].name) for i, one in enumerate(WORLD.conditions))
    return replace(WORLD, pathways=pathways, conditions=conditions, **changes)  # type: ignore[arg-type]


def happened(scenario: Scenario, cohort: Cohort, slot: str) -> np.ndarray:
    return cohort.minutes[:, Layout.of(scenario).slot_index[slot]] >= 0


def test_a_step_that_depends_on_another_happens_only_after_it() -> None:
    scenario = world(Pathway("visit", (Phase("door", (step("a"), step("b", after="a"), step("c", after="b"))),)))
    cohort = draw_cohort(scenario, FIRST)
    a, b, c = (happened(scenario, cohort, f"door.{name}") for name in "abc")
    assert not (b & ~a).any()
    assert not (c & ~b).any()
    u = np.concatenate([stream(FIRST, source, "happens", "door.b").random(n) for source, n in _sizes(cohort)])
    order = np.argsort(np.concatenate([cohort.arrived_min[cohort.source == s] for s in (0, 1)]), kind="stable")
    assert np.array_equal(b, a & (u[order] < 0.5))


def _sizes(cohort: Cohort) -> list[tuple[str, int]]:
    return [("plan", int((cohort.source == 0).sum())), ("zone", int((cohort.source == 1).sum()))]


def test_dependence_reaches_over_phases_in_any_order_of_columns() -> None:
    """The second pathway has the steps of the first in another order, so columns do not stand in its order."""
    one = Pathway(
        "one", (Phase("door", (step("a"), step("b"))), Phase("ward", (step("stay"),), p=HALF, after="door.b"))
    )
    two = Pathway(
        "two",
        (
            Phase("door", (step("b"), step("a", after="b"))),
            Phase("ward", (step("stay", after="door.a"),), p=HALF, after="door"),
            Phase("home", (step("rest"),), p=HALF, after="ward"),
        ),
    )
    scenario = world(one, two)
    cohort, layout = draw_cohort(scenario, FIRST), Layout.of(scenario)
    a, b, stay, rest = (happened(scenario, cohort, slot) for slot in ("door.a", "door.b", "ward.stay", "home.rest"))
    ward, home = (cohort.enters[:, layout.phase_index[name]] for name in ("ward", "home"))
    first, second = cohort.pathway == 0, cohort.pathway == 1
    assert (a & ~b & first).any()
    assert not (ward & ~b & first).any()
    assert not (a & ~b & second).any()
    assert not (stay & ~a & second).any()
    assert (ward & ~a & second).any()
    assert not (home & ~ward).any()
    assert not (rest & ~home).any()


def test_what_is_not_entered_has_no_steps() -> None:
    scenario = world(Pathway("visit", (Phase("ward", (step("stay", Graded((1.0,))),), p=HALF),)))
    cohort = draw_cohort(scenario, FIRST)
    assert np.array_equal(happened(scenario, cohort, "ward.stay"), cohort.enters[:, 0])


def test_attributes_and_choices_decide_about_chances_and_durations() -> None:
    sex = Choice("sex", SEX.levels, (Graded((0.3,)), Graded((0.7,))))
    way = Choice(
        "way",
        ("out", "in", "away"),
        (Graded((0.6, 0.2), (SEX,)), Graded((0.2, 0.4), (SEX,)), Graded((0.2, 0.4), (SEX,))),
    )
    stay = Step("stay", Graded((Fixed(1.0), Exponential(5.0), Fixed(2.0), Fixed(3.0)), (SEX, WAY)))
    scan = step("scan", Graded((1.0, 0.0), (WAY,)))
    scenario = world(Pathway("visit", (Phase("door", (stay, scan)),), (way,)), attributes=(sex,))
    cohort = draw_cohort(scenario, FIRST)
    assert cohort.attributes is not None
    zone = cohort.taken(np.flatnonzero(cohort.source == 1))
    assert zone.attributes is not None
    u_sex, u_way, u = (
        stream(FIRST, "zone", *p).random(zone.n_patients)
        for p in (("attribute", "sex"), ("chosen", "way"), ("duration", "door.stay"))
    )
    male = u_sex >= 0.3
    assert np.array_equal(zone.attributes[:, 0], male)
    out = u_way < np.where(male, 0.2, 0.6)
    expected = np.select([~male & out, ~male, out], [1.0, on_grid(-5.0 * np.log1p(-u)), 2.0], 3.0)
    assert np.array_equal(zone.minutes[:, 0], expected)
    assert np.array_equal(happened(scenario, zone, "door.scan"), out)


def test_choices_of_one_name_may_differ_between_pathways() -> None:
    def pathway(name: str, *options: str) -> Pathway:
        shares = (Graded((0.5,)),) * 2
        table = Graded((1.0, 0.0), (Axis("way", (options[1], OTHERWISE)),))
        return Pathway(name, (Phase("door", (step("x", table),)),), (Choice("way", options, shares),))

    scenario = world(pathway("one", "a", "b"), pathway("two", "c", "d"))
    cohort = draw_cohort(scenario, FIRST)
    zone = cohort.taken(np.flatnonzero(cohort.source == 1))
    u = stream(FIRST, "zone", "chosen", "way").random(zone.n_patients)
    assert np.array_equal(happened(scenario, zone, "door.x"), u >= 0.5)


CONDITIONS = tuple(
    Condition(name, pathway, np.full(5, 0.2)) for name, pathway in (("x", "one"), ("y", "one"), ("z", "two"))
)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (Graded((0.1, 0.2), (Axis("condition", ("x", "y")),)), []),
        (Graded((0.1, 0.2), (Axis("condition", ("x", OTHERWISE)),)), []),
        (Graded((0.1, 0.2, 0.3), (Axis("condition", ("x", "y", "z")),)), []),
        (Graded((0.1,), (Axis("condition", ("x",)),)), ["['y']: give a value for each of these too"]),
        (Graded((0.1, 0.2), (Axis("condition", ("w", OTHERWISE)),)), ["'w': name levels of 'condition': x, y, z"]),
        (
            Graded((0.1, 0.2), (Axis("size", ("w", OTHERWISE)),)),
            ["'size': let it depend on one of acuity, condition, sex, way"],
        ),
        (Graded((0.1, 0.2), (Axis("way", ("a", "b")),)), []),
        (Graded((0.1, 0.2), (Axis("sex", ("male", "other")),)), ["'other': name levels of 'sex'", "['female']: give"]),
    ],
)
def test_tables_must_know_every_patient(table: Graded[float], expected: list[str]) -> None:
    sex = Choice("sex", SEX.levels, (HALF, HALF))
    way = Choice("way", ("a", "b"), (HALF, HALF))
    one = Pathway("one", (Phase("door", (step("look", table),)),), (way,))
    said = [str(fault) for fault in dependence_faults((one,), CONDITIONS, (sex,))]
    assert len(said) == len(expected)
    for line, end in zip(said, expected, strict=True):
        assert line.startswith(f"pathways.one.door.look.p = {end}")


def test_choices_know_only_what_is_chosen_before_them() -> None:
    early = Choice("early", ("a", "b"), (Graded((0.5, 0.5), (Axis("late", ("a", "b")),)), HALF))
    late = Choice("late", ("a", "b"), (Graded((0.5, 0.5), (Axis("early", ("a", "b")),)), HALF))
    said = [str(fault) for fault in dependence_faults((), CONDITIONS, (early, late, early))]
    assert said[0] == "attributes.early.a = 'late': let it depend on one of acuity, condition"
    assert "attributes.early = 'early': give every choice and attribute its own name" in said


@pytest.mark.parametrize(
    ("phases", "expected"),
    [
        ((Phase("a", (step("x"), step("y", after="x"))), Phase("b", (), after="a.y")), []),
        ((Phase("a", (step("y", after="x"), step("x"))),), ["pathways.p.a.y.after = 'x': name a step"]),
        ((Phase("a", (step("x", after="x"),)),), ["pathways.p.a.x.after = 'x'"]),
        ((Phase("a", (), after="b"), Phase("b", ())), ["pathways.p.a.after = 'b': name a phase or step"]),
        ((Phase("a", (step("x"),)), Phase("b", (step("z", after="x"),))), ["pathways.p.b.z.after = 'x'"]),
    ],
)
def test_nothing_depends_on_what_comes_later(phases: tuple[Phase, ...], expected: list[str]) -> None:
    said = [str(fault) for fault in Pathway("p", phases).faults()]
    assert len(said) == len(expected)
    assert all(line.startswith(start) for line, start in zip(said, expected, strict=True))
