"""A reading center: who works there, what is done there, and what is refused."""

from collections.abc import Sequence

import numpy as np
import pytest

from experiments.build import build, build_scenario
from experiments.config import compose
from sim.distributions import Fixed
from sim.engine import Engine
from sim.faults import ScenarioError
from sim.run import Run, simulate
from sim.scenario import Scenario
from sim.streams import Replication

pytestmark = pytest.mark.unit

SMALL = ("experiment=imaging_offpeak", "run.weeks=0.3", "run.warm_up_weeks=0")


def a_scenario(*lines: str) -> Scenario:
    return build_scenario(compose([*SMALL, *lines])[0].settings)


def a_run(engine: Engine, *lines: str) -> tuple[Scenario, Run]:
    scenario, policies = build(compose([*SMALL, *lines])[0].settings)
    return scenario, simulate(scenario, policies, Replication(0, 1), engine)


def test_all_who_read_work_at_the_center() -> None:
    apart, joint = (a_scenario(f"imaging={name}") for name in ("exclusive", "one_reading_center"))
    hours = [np.resize(one.pool("radiologist").levels, 168) for one in apart.city.hospitals]  # type: ignore[union-attr]
    pools = {one.id: one.pool("radiologist") for one in joint.city.hospitals}
    assert [name for name, pool in pools.items() if pool] == ["central"]
    assert pools["central"] is not None
    assert pools["central"].levels == tuple(sum(hours).tolist())  # type: ignore[union-attr]
    assert sum(pools["central"].levels) == 5 * 14 * 7


def test_readings_are_done_there_after_a_transmission_and_nobody_travels() -> None:
    scenario = a_scenario("imaging=one_reading_center", "reading_center.transmission_min=7")
    (pathway,) = (one for one in scenario.pathways if one.name == "planned_scan")
    scan, sent, reading = pathway.phases[0].steps
    assert scan.needs == ("ct_scanner", "radiographer")
    assert (sent.needs, sent.duration.values) == ((), (Fixed(7.0),))
    assert (reading.needs, reading.after, reading.travels) == (("radiologist@central",), sent.name, False)


def test_an_image_is_read_later_by_the_transmission_where_nobody_waits() -> None:
    """With radiologists for everybody at all times, pooling changes the time of the transmission alone."""
    idle = "city.pool_rules.radiologist.roster=[{units: 99}]"
    apart, joint = (
        a_run(Engine.SIMPY, idle, f"imaging={name}")[1].patients for name in ("exclusive", "one_reading_center")
    )
    read = joint["imaging.reading_started"].notna() & joint["departed"].notna()
    assert np.unique(joint["departed"][read] - apart["departed"][read]).tolist() == [5.0]
    assert set(joint["final_hospital"][read]) == {"central", "north", "east", "south", "west"}


def test_both_engines_tell_the_same() -> None:
    hashes = {a_run(engine, "imaging=one_reading_center")[1].trace_hash for engine in Engine if engine != "auto"}
    assert len(hashes) == 1


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        (["reading_center.hospital=centrall"], "reading_center.hospital"),
        (["reading_center.role=radiologists"], "reading_center.role"),
        (["reading_center.role=radiographer"], "reading_center.role"),
        (["reading_center.role=pharmacist", "reading_center.transmission_min=-1"], "reading_center.transmission_min"),
        (["pathways=planned_scans"], "reading_center.role"),
    ],
)
def test_what_cannot_be_is_refused(lines: Sequence[str], field: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        a_scenario("imaging=one_reading_center", *lines)
    assert field in [fault.field for fault in caught.value.faults]
