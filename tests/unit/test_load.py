"""How full places must become: arrivals times stays over places, worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.load import emergency_visits_per_day, expected_occupancy
from sim.city import Kind, Pool
from sim.distributions import Exponential, Fixed, Lognormal
from sim.pathway import Graded, Pathway, Phase, Step
from sim.scenario import Condition, Scenario, Source
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.unit

VISIT = Pathway(
    "visit",
    (
        Phase("door", (Step("triage", Graded((Fixed(5.0),)), ("nurse",)),)),
        Phase(
            "emergency",
            (
                Step("see", Graded((Lognormal(30.0, 9.0),)), ("nurse",)),
                Step("scan", Graded((Fixed(60.0),)), ("scanner",), Graded((1.0, 0.5, 0.0, 0.0, 0.0))),
            ),
            "ed_space",
        ),
        Phase(
            "ward",
            (Step("stay", Graded(tuple(Exponential(100.0 * a) for a in range(1, 6)))),),
            "bed",
            p=Graded((0.5, 0.5, 0.0, 0.0, 0.1)),
        ),
    ),
)
PLANNED = Pathway("planned", (Phase("ward", (Step("stay", Graded((Fixed(600.0),))),), "bed"),))
# Minutes of the sick in a space: 30 + 60 (0.5 x 1 + 0.3 x 0.5) = 69.
# In a bed: 0.5 x 0.5 x 100 + 0.3 x 0.5 x 200 + 0.2 x 0.1 x 500 = 65.
SICK = Condition("sick", "visit", np.array([0.5, 0.3, 0.0, 0.0, 0.2]))
HIP = Condition("hip", "planned", np.array([0.0, 0.0, 1.0, 0.0, 0.0]))
DAY_AND_NIGHT = np.tile([4.0] * 12 + [2.0] * 12, 7)


def city() -> Scenario:
    """Return 3 visits an hour, 0.75 of them to the near hospital, and 1.5 planned patients an hour to the far one."""
    base = two_hospitals()
    pools = (
        Pool("bed", Kind.PLACE, (*(10,) * 84, *(30,) * 84)),
        Pool("ed_space", Kind.PLACE, (4,)),
        Pool("cot", Kind.PLACE, (1,)),
    )
    staff = Pool("nurse", Kind.STAFF, (2,))
    hospitals = tuple(replace(one, pools=(*pools, staff)) for one in base.city.hospitals)
    return replace(
        base,
        pathways=(VISIT, PLANNED),
        conditions=(HIP, SICK),
        city=replace(base.city, hospitals=hospitals, choice_share=np.array([[0.75, 0.25]])),
        sources=(
            Source("z", ("sick", "hip"), np.array([0.9, 0.1]), DAY_AND_NIGHT, zone=0),
            Source("plan", ("hip",), np.ones(1), np.full(168, 1.5), hospital=1),
            Source("start", ("hip",), np.ones(1), np.zeros(168), hospital=0, at_start=9),
        ),
    )


def test_places_are_as_full_as_arrivals_times_stays() -> None:
    found = expected_occupancy(city())
    visits = np.array([0.75, 0.25]) * 3.0 / 60.0
    planned = np.array([0.0, 1.5]) / 60.0
    beds = (visits * (0.9 * 65.0 + 0.1 * 600.0) + planned * 600.0) / 20.0
    spaces = visits * 0.9 * 69.0 / 4.0
    assert found == {
        name: {"bed": pytest.approx(beds[h]), "ed_space": pytest.approx(spaces[h])}
        for h, name in enumerate(("near", "far"))
    }


def test_visits_are_those_of_zones_on_an_average_day() -> None:
    assert emergency_visits_per_day(city()) == pytest.approx(72.0)
