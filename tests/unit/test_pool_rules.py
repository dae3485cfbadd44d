"""Rules of pools and rosters, as a planner writes them."""

import numpy as np
import pytest

from experiments.city import scaled
from experiments.city_settings import CitySettings
from experiments.pool_rules import PoolRules, RosterLine
from experiments.schema import read
from sim.city import AtEnd, City, Crew, Discipline, Hospital, Kind, Pool
from sim.distributions import Exponential, Fixed
from sim.faults import Fault

pytestmark = pytest.mark.unit

HOSPITAL = {"name": "N", "latitude": 0, "longitude": 0, "places": {"bed": 3}, "staff": {"nurse": 2}}


def settled(**city: object) -> tuple[City, list[Fault]]:
    """Return the city of these settings on top of one hospital with three beds and two nurses."""
    faults: list[Fault] = []
    settings = read(CitySettings, {"name": "c", "hospitals": {"n": HOSPITAL}} | city, "city", faults)
    if faults:
        return City("none", (), (), np.zeros((0, 0)), np.zeros((0, 0))), faults
    pools = (Pool("bed", Kind.PLACE, (3,)), Pool("nurse", Kind.STAFF, (2,)))
    bare = City("c", (Hospital("n", "N", 0.0, 0.0, pools),), (), np.zeros((1, 1)), np.zeros((0, 1)))
    return scaled(bare, settings), faults


def test_rules_hold_for_all_pools_of_a_code() -> None:
    city, faults = settled(
        pool_rules={
            "bed": {"waiting_room": 4},
            "nurse": {
                "discipline": "preemptive",
                "at_shift_end": "hand_over",
                "breakdown": {"up": {"exponential": {"mean_min": 9}}, "repair": {"fixed": {"minutes": 2}}, "crew": "t"},
                "maintenance": [{"first_min": 5, "every_min": 100, "minutes": 10}],
            },
        },
        crews={"t": 2},
    )
    bed, nurse = city.hospitals[0].pools
    assert not faults
    assert bed.waiting_room == 4
    assert (nurse.discipline, nurse.at_shift_end) == (Discipline.PREEMPTIVE, AtEnd.HAND_OVER)
    assert nurse.breakdown
    assert (nurse.breakdown.up, nurse.breakdown.repair) == (Exponential(9.0), Fixed(2.0))
    assert nurse.maintenance[0].units == 1
    assert city.crews == (Crew("t", 2),)
    assert list(city.faults()) == []


def test_a_hospitals_own_rules_come_last() -> None:
    own = {"n": HOSPITAL | {"pool_rules": {"bed": {"waiting_room": 1}}}}
    city, _ = settled(hospitals=own, pool_rules={"bed": {"waiting_room": 4}})
    assert city.hospitals[0].pools[0].waiting_room == 1


def test_lines_of_a_roster_add_up_and_run_past_midnight() -> None:
    lines = [{"units": 1}, {"units": 2, "from_hour": 22, "to_hour": 6, "days": ["sunday"]}]
    city, _ = settled(pool_rules={"nurse": {"roster": lines}})
    levels = np.array(city.hospitals[0].pools[1].levels)
    assert np.flatnonzero(levels == 3).tolist() == [0, 1, 2, 3, 4, 5, 166, 167]
    assert set(levels.tolist()) == {1, 3}


def test_extra_lines_add_to_whatever_roster_there_is() -> None:
    """Staff in any number; beds only as far as they exist, whichever rules say what the roster is."""
    late = {"units": 1, "from_hour": 20, "to_hour": 22, "days": ["monday"]}
    few = {"units": 1}, {"units": 1, "from_hour": 21, "to_hour": 23, "days": ["monday"]}
    own = {"n": HOSPITAL | {"pool_rules": {"bed": {"roster": list(few)}, "nurse": {"extra": [late]}}}}
    rules = {"bed": {"roster": [{"units": 9}], "extra": [late]}, "nurse": {"extra": [late]}}
    city, faults = settled(hospitals=own, pool_rules=rules)
    bed, nurse = (np.array(pool.levels) for pool in city.hospitals[0].pools)
    assert not faults
    assert nurse[[19, 20, 21, 22, 44]].tolist() == [2, 4, 4, 2, 2]
    assert bed[[19, 20, 21, 22, 23]].tolist() == [1, 2, 2, 2, 1]


def test_days_by_group_and_by_name() -> None:
    line = RosterLine(1, 8, 9, ("weekend", "monday", "saturday"))
    assert np.flatnonzero(line.levels()).tolist() == [8, 128, 152]


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"beds": {"waiting_room": 1}}, None),
        ({"bed": {"waiting": 1}}, "city.pool_rules.bed.waiting"),
        ({"nurse": {"discipline": "lifo"}}, "city.pool_rules.nurse.discipline"),
        ({"nurse": {"roster": [{"units": 1, "from_hour": 25}]}}, "city.pool_rules.nurse.roster[0].from_hour"),
        ({"nurse": {"extra": [{"units": 1, "to_hour": 25}]}}, "city.pool_rules.nurse.extra[0].to_hour"),
        ({"nurse": {"roster": [{"units": -1, "days": ["sun"]}]}}, "city.pool_rules.nurse.roster[0].units"),
        ({"nurse": {"breakdown": {"up": {"fixed": {"minutes": -1}}}}}, "city.pool_rules.nurse.breakdown.repair"),
    ],
)
def test_wrong_rules_are_named(rules: dict[str, object], field: str | None) -> None:
    _, faults = settled(pool_rules=rules)
    assert field is None or field in [fault.field for fault in faults]


def test_rules_that_make_no_sense_together_are_faults_of_the_city() -> None:
    rules = {"bed": {"at_shift_end": "hand_over"}, "nurse": {"waiting_room": 1, "discipline": "accumulating"}}
    found = {fault.field for fault in settled(pool_rules=rules)[0].faults()}
    place = "city.hospitals.n.pools"
    assert found == {f"{place}.bed", f"{place}.nurse.waiting_room", f"{place}.nurse.credit_per_min"}


def test_nothing_is_changed_where_nothing_is_said() -> None:
    pool = Pool("bed", Kind.PLACE, (3,), Discipline.FIFO, waiting_room=2)
    assert PoolRules().applied(pool) == pool
