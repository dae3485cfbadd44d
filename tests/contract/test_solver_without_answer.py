"""When the solver gives no answer, or its fuse blows, the rule of the seat decides, and the row says so.

Every optimized member decides in a shipped experiment, with a solver that never answers.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from experiments.build import build
from experiments.config import CellConfig, compose
from experiments.plugins import shipped_policies
from optimize import engine
from optimize.contract import Ending
from policies.solving import Solving
from sim.run import simulate
from sim.streams import Replication
from tests.contract.test_problems_reached import small

pytestmark = pytest.mark.contract

MEMBERS = {
    ("admission", "appointments"): "outpatient_slots",
    ("admission", "theatre"): "elective_lists",
    ("bedding", "beds"): "outlier_beds",
    ("dispatch", "least_wait"): "where_to_bring",
    ("equipment", "imaging"): "imaging_offpeak",
    ("medicines", "exchange"): "near_expiry",
    ("posts", "expected_cover"): "ambulance_posts",
    ("rostering", "cover"): "weekly_roster",
    ("rostering", "weekly_roster"): "weekly_roster",
    ("staffing", "allocation"): "staff_by_ratio",
    ("staffing", "float_pool"): "float_pool",
    ("staffing", "float_pool_recourse"): "float_pool_recourse",
    ("transfer", "balance"): "sharing_first",
}
by_member = pytest.mark.parametrize(("seat", "member"), MEMBERS, ids=[f"{seat}={member}" for seat, member in MEMBERS])


def optimized() -> Iterator[tuple[str, str]]:
    """Yield seat and name of all members that a solver's limits can be set for."""
    for seat, known in shipped_policies().items():
        for name, kind in known.items():
            names = {one.name for one in fields(kind)} if is_dataclass(kind) else set()
            if {"solver", "fuse_seconds"} & names:
                yield seat, name


def cell_of(seat: str, member: str) -> CellConfig:
    cells = compose(small(MEMBERS[seat, member]))
    return next(cell for cell in cells if getattr(cell.settings, seat).get("policy") == member)


def test_every_optimized_member_is_put_to_the_test() -> None:
    assert set(optimized()) == set(MEMBERS)


@by_member
def test_the_rule_decides_and_the_row_says_so(seat: str, member: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario, policies = build(cell_of(seat, member).settings)
    monkeypatch.setattr(engine.Held, "run", lambda *_, **__: engine.Answer(Ending.NO_ANSWER, fuse_blown=True))
    decisions = simulate(scenario, policies, Replication(1, 7)).decisions
    own = decisions[decisions["seat"] == seat]
    ruled = own["ending"].astype(str) == "rule after no_answer, fuse blown"
    assert ruled.any()
    assert (own.loc[~ruled, "n_moves"] == 0).all()  # nothing was to be decided


@by_member
def test_its_limits_are_configuration(seat: str, member: str) -> None:
    chosen = cell_of(seat, member).settings
    own = getattr(chosen, seat)
    limits = own["solver"] if "solver" in own else {name: own[name] for name in ("gap", "fuse_seconds")}
    assert {"gap", "fuse_seconds"} <= set(limits)


def test_impossible_limits_are_named() -> None:
    wrong = Solving(gap=-1.0, node_limit=-1, fuse_seconds=0.0)
    assert [fault.field for fault in wrong.faults("s")] == ["s.gap", "s.node_limit", "s.fuse_seconds"]
    assert list(Solving().faults("s")) == []
