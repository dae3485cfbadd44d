"""What is expected of care, against the care that is drawn."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.alike import cells, probabilities
from sim.choices import Choice
from sim.cohort import draw_cohort
from sim.distributions import Exponential, Fixed
from sim.graded import OTHERWISE, Axis, Graded
from sim.layout import Layout
from sim.pathway import Pathway, Phase, Step
from sim.scenario import Scenario
from sim.streams import Replication
from tests.drawn_worlds import drawn_world

pytestmark = pytest.mark.theory

SEX, WAY = Axis("sex", ("female", "male")), Axis("way", ("out", OTHERWISE))
LAW = Graded((Exponential(10.0), Fixed(4.0), Exponential(2.0), Fixed(1.0)), (SEX, WAY))


def world() -> Scenario:
    """Return patients whose care depends on acuity, sex, a choice that depends on the sex, and earlier care."""
    base = drawn_world(rate_per_hour=300.0)
    sex = Choice("sex", SEX.levels, (Graded((0.3,)), Graded((0.7,))))
    way = Choice("way", ("out", "in"), (Graded((0.6, 0.2), (SEX,)), Graded((0.4, 0.8), (SEX,))))
    look = Step("look", LAW, p=Graded((0.9, 0.8, 0.7, 0.6, 0.5)))
    scan = Step("scan", LAW, p=Graded((0.25, 0.5), (WAY,)), after="look")
    report = Step("report", LAW, p=Graded((0.5,)), after="scan")
    ward = Phase("ward", (Step("stay", LAW, after="door.look"),), p=Graded((0.3, 0.9), (SEX,)), after="door.scan")
    pathway = Pathway("visit", (Phase("door", (look, scan, report)), ward), (way,))
    conditions = tuple(replace(one, pathway="visit") for one in base.conditions)
    return replace(base, pathways=(pathway,), conditions=conditions, attributes=(sex,)).checked()


def test_expected_care_is_the_mean_of_the_care_drawn() -> None:
    scenario = world()
    cohort, layout, pathway = draw_cohort(scenario, Replication(0, 3)), Layout.of(scenario), scenario.pathways[0]
    for index, condition in enumerate(scenario.conditions):
        mine = cohort.taken(np.flatnonzero(cohort.condition == index))
        alike = list(cells(scenario, condition, pathway))
        assert sum(share for share, _ in alike) == pytest.approx(1.0)
        chances = [(probabilities(pathway, cell, share), cell) for share, cell in alike]
        for name, column in layout.phase_index.items():
            p = sum(happens[name] for happens, _ in chances)
            spread = np.sqrt(max(p * (1 - p), 1e-12) / mine.n_patients)
            assert abs(mine.enters[:, column].mean() - p) < 4 * spread
        for slot, column in layout.slot_index.items():
            minutes = np.maximum(mine.minutes[:, column], 0.0)
            mean = sum(happens[slot] * LAW.at(cell).mean for happens, cell in chances)
            assert abs(minutes.mean() - mean) < 4 * minutes.std() / np.sqrt(len(minutes))
