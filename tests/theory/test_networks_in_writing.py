"""Networks whose answers are known, written as a planner writes them: feedback as a loop, destinations as branches."""

from dataclasses import replace

import numpy as np
import pytest
import yaml

from experiments.pathways import PathwayText
from experiments.schema import read
from sim.city import Discipline, Kind, Pool
from sim.cohort import draw_cohort
from sim.distributions import Fixed
from sim.faults import Fault
from sim.layout import Layout
from sim.pathway import Pathway
from sim.run import simulate
from sim.scenario import Horizon, Scenario
from sim.streams import Replication
from tests.small_worlds import POLICIES, one_queue

pytestmark = pytest.mark.theory

HOUR = 60.0
JACKSON = """
choices: {first: {to_two: 0.7, to_three: 0.1, out: 0.2}}
phases:
  - name: visit
    steps:
      - {name: one, needs: [one], duration: {exponential: {mean_min: 5}}}
      - {name: two, needs: [two], p: {by: first, to_two: 1, otherwise: 0}, duration: {exponential: {mean_min: 12}}}
      - name: three
        needs: [three]
        p: {by: first, to_two: 0.5, to_three: 1, out: 0}
        duration: {exponential: {mean_min: 10}}
      - after: three
        p: 0.2
        repeat: {p: 0.2, at_most: 10}
        steps:
          - {name: two_again, needs: [two], duration: {exponential: {mean_min: 12}}}
          - {name: three_again, needs: [three], p: 0.5, duration: {exponential: {mean_min: 10}}}
"""
STROKE = """
choices: {destination: {rehab: 0.24, esd: 0.13, other: 0.63}}
phases:
  - name: acute
    place: server
    steps:
      - name: stay
        duration:
          by: destination
          rehab: {lognormal: {mean_min: 7.4, sd_min: 8.61}}
          esd: {lognormal: {mean_min: 4.6, sd_min: 4.8}}
          other: {lognormal: {mean_min: 7.0, sd_min: 8.7}}
  - one_of: destination
    branches:
      rehab:
        phases:
          - one_of: afterwards
            branches:
              esd:
                share: 0.4
                phases:
                  - name: rehab_esd
                    steps: [{name: stay, duration: {lognormal: {mean_min: 30.3, sd_min: 23.1}}}]
              home:
                share: 0.6
                phases:
                  - name: rehab_home
                    steps: [{name: stay, duration: {lognormal: {mean_min: 28.4, sd_min: 27.2}}}]
      esd: {}
      other: {}
"""


def world(text: str, rate_per_min: float, minutes: float, pools: dict[str, int]) -> Scenario:
    """Return one clinic with these pools, whose patients follow the pathway that is written down."""
    faults: list[Fault] = []
    pathway = read(PathwayText, yaml.safe_load(text), "pathways.visit", faults)
    assert faults == []
    base = one_queue(1, [rate_per_min], Fixed(1.0), Horizon(0.1 * minutes, minutes))
    (clinic,) = base.city.hospitals
    stock = tuple(Pool(code, Kind.STAFF, (n,), Discipline.FIFO) for code, n in pools.items())
    places = tuple(replace(pool, kind=Kind.PLACE) for pool in stock if pool.code == "server")
    others = tuple(pool for pool in stock if pool.code != "server")
    city = replace(base.city, hospitals=(replace(clinic, pools=(*places, *others)),))
    return replace(base, city=city, pathways=(Pathway("visit", pathway.phases, pathway.choices),)).checked()


def test_a_network_with_feedback_has_its_rates_and_its_sojourn_time() -> None:
    """Stations of 1, 3 and 2 servers: visits of 1, 0.8 and 0.5, and 0.792131 hours in all (product form)."""
    scenario = world(JACKSON, 10.0 / HOUR, 10_080.0, {"one": 1, "two": 3, "three": 2})
    layout, visits, sojourns = Layout.of(scenario), [], []
    for index in range(16):
        cohort = draw_cohort(scenario, Replication(index, 8))
        happened = (cohort.minutes >= 0).mean(axis=0)
        station = [slot.removesuffix("_again").split(".")[1].split("_")[0] for slot in layout.slots]
        visits.append(
            [sum(h for h, name in zip(happened, station, strict=True) if name == s) for s in ("two", "three")]
        )
        patients = simulate(scenario, POLICIES, Replication(index, 8)).patients
        steady = patients[(patients["arrived"] > scenario.horizon.warm_up_min) & patients["departed"].notna()]
        sojourns.append((steady["departed"] - steady["arrived"]).mean() / HOUR)
    for found, exact in ((np.array(visits)[:, 0], 0.8), (np.array(visits)[:, 1], 0.5), (np.array(sojourns), 0.792131)):
        assert abs(found.mean() - exact) < 4 * found.std(ddof=1) / np.sqrt(len(found))


def test_where_patients_go_decides_how_long_they_stay() -> None:
    """Mean stay of a stroke patient in acute care and after, and the share of each way (Monks et al. 2016)."""
    scenario = world(STROKE, 2.0, 20_000.0, {"server": 1})
    cohort, layout = draw_cohort(scenario, Replication(0, 8)), Layout.of(scenario)
    stay = cohort.minutes[:, layout.slot_index["acute.stay"]]
    ways = {name: cohort.enters[:, column] for name, column in layout.phase_index.items()}
    rehab = ways["rehab_esd"] | ways["rehab_home"]
    assert not (ways["rehab_esd"] & ways["rehab_home"]).any()
    n = cohort.n_patients
    for share, exact in ((rehab.mean(), 0.24), (ways["rehab_esd"].mean(), 0.096)):
        assert abs(share - exact) < 4 * np.sqrt(exact * (1 - exact) / n)
    for mine, mean, sd in ((rehab, 7.4, 8.61), (~rehab, (0.13 * 4.6 + 0.63 * 7.0) / 0.76, 8.7)):
        assert abs(stay[mine].mean() - mean) < 4 * sd / np.sqrt(mine.sum())
