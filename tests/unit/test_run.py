"""One replication: who is inside at the start, what the tables say, and what the hash depends on."""

import gc
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.contract import AssignAcuity, Policies, TransferDecision, TransferView, TriageView
from sim.distributions import Distribution, Fixed
from sim.pathway import Graded, Pathway, Phase, Step
from sim.run import Run, simulate
from sim.scenario import Condition, Horizon, Patience, Scenario, Source
from sim.streams import Replication
from tests.small_worlds import POLICIES, KnowTruth
from tests.two_hospitals import NO_RATE, Stock, two_hospitals

pytestmark = pytest.mark.unit

FIRST = Replication(0, 1)
ONE = np.ones(1)


def inside(n: int, stay_min: float = 100.0, end_min: float = 600.0, beds: tuple[int, int] = (2, 2)) -> Scenario:
    """Return two hospitals with `n` patients for the near one at time zero, who need a bed and nothing else."""
    stay: Graded[Distribution] = Graded((Fixed(stay_min),))
    ward = Pathway("ward", (Phase("ward", (Step("stay", stay),), "bed", transferable=True),))
    acuity = np.array([0.0, 0.0, 0.0, 1.0, 0.0])
    return replace(
        two_hospitals(Stock(beds=beds)),
        pathways=(ward,),
        conditions=(Condition("bedridden", "ward", acuity),),
        sources=(Source("start", ("bedridden",), ONE, NO_RATE, hospital=0, at_start=n),),
        horizon=Horizon(0.0, end_min),
    ).checked()


class SendAll:
    """Send every boarder to the other hospital."""

    def decide(self, view: TransferView) -> TransferDecision:
        return TransferDecision(view.patient, 1 - view.hospital, seconds=0.5)


def run(world: Scenario, policies: Policies = POLICIES, replication: Replication = FIRST) -> Run:
    return simulate(world, policies, replication)


def test_who_is_inside_at_the_start_holds_beds_from_time_zero() -> None:
    result = run(inside(5))
    patients, levels = result.patients, result.levels
    assert patients["arrived"].tolist() == [0.0] * 5
    assert patients["ward_entered"].tolist() == [0.0, 0.0, 100.0, 100.0, 200.0]
    assert patients["departed"].tolist() == [100.0, 100.0, 200.0, 200.0, 300.0]
    near = levels[(levels["hospital"] == "near") & (levels["pool"] == "bed")]
    assert near["busy_min"].tolist() == [120, 120, 120, 80, 60, 0, 0, 0, 0, 0]
    assert near["queue_min"].tolist() == [180, 140, 60, 20, 0, 0, 0, 0, 0, 0]
    assert levels[levels["hospital"] == "far"]["busy_min"].sum() == 0


def test_patients_are_told_in_names() -> None:
    row = run(inside(1)).patients.iloc[0]
    expected = {"patient": 0, "source": "start", "hospital": "near", "final_hospital": "near", "condition": "bedridden"}
    expected |= {"acuity_true": 4, "acuity": 4, "outcome": "departed"}
    assert {name: row[name] for name in expected} == expected
    assert pd.isna(row["zone"])


def test_acuity_assigned_stands_beside_the_truth() -> None:
    class Urgent:
        def decide(self, view: TriageView) -> AssignAcuity:
            return AssignAcuity(np.array([2, 1]))

    patients = run(inside(2), replace(POLICIES, triage=Urgent())).patients
    assert patients["acuity"].tolist() == [2, 1]
    assert patients["acuity_true"].tolist() == [4, 4]


def test_outcomes() -> None:
    """One leaves at minute 100, one is cut off by the end, two do not wait."""
    world = inside(4, beds=(2, 2))
    ward = world.pathways[0].phases[0]
    stays = Graded((Fixed(1.0), Fixed(1.0), Fixed(1.0), Fixed(100.0), Fixed(1e6)))
    world = replace(
        world,
        pathways=(Pathway("ward", (replace(ward, steps=(Step("stay", stays),), may_leave=True),)),),
        conditions=(Condition("bedridden", "ward", np.array([0, 0, 0, 0.5, 0.5])),),
        patience=Patience(0.0, 0.0),
    )
    patients = run(world, replication=Replication(1, 1)).patients
    assert sorted(patients["acuity"][:2]) == [4, 5]
    kept = patients.set_index("acuity")["outcome"][:2]
    assert (kept[4], kept[5]) == ("departed", "inside")
    assert patients["outcome"][2:].tolist() == ["left_unseen"] * 2
    assert patients["departed"][2:].tolist() == [0.0] * 2


def test_a_transfer_shows_in_all_tables() -> None:
    """Two beds are taken; of three boarders one is moved at minute 60, drives from 65 on and comes at 85."""
    result = run(inside(5, stay_min=1000.0), Policies(KnowTruth(), SendAll()))
    assert result.patients["hospital"].tolist() == ["near"] * 5
    assert result.patients["final_hospital"].tolist() == ["near", "near", "far", "far", "near"]
    assert result.patients["ward_entered"][:4].tolist() == [0.0, 0.0, 85.0, 205.0]
    done = result.transfers[result.transfers["refusal"] == ""]
    assert done["time_min"].tolist() == [60.0, 180.0]
    assert done["patient"].tolist() == [2, 3]
    assert done[["origin", "destination", "phase"]].astype(str).to_numpy().tolist() == [["near", "far", "ward"]] * 2
    refused = result.transfers[result.transfers["refusal"] != ""]
    assert refused["crew_busy_min"].tolist() == [0.0] * len(refused)
    assert result.decisions["n_moves"].tolist() == [3, 2, 2, 1, 1, 1, 1, 1, 1]
    assert result.seconds_deciding == 0.5 * 9


def test_who_was_moved_but_has_not_come_yet_is_where_the_last_place_was() -> None:
    result = run(inside(3, stay_min=1000.0, end_min=84.0), Policies(KnowTruth(), SendAll()))
    assert len(result.transfers) == 1
    assert result.patients["final_hospital"].tolist() == ["near"] * 3


def test_orders_for_nobody_are_written_down_without_a_place() -> None:
    class SendStranger:
        def decide(self, view: TransferView) -> TransferDecision:
            return TransferDecision(np.array([77]), np.array([1]))

    row = run(inside(1), Policies(KnowTruth(), SendStranger())).transfers.iloc[0]
    assert row["refusal"] == "not waiting"
    assert row[["origin", "phase"]].isna().all()
    assert row["destination"] == "far"


def test_a_city_without_a_single_patient_leaves_empty_tables() -> None:
    result = run(inside(0))
    assert (len(result.patients), len(result.transfers)) == (0, 0)
    assert result.levels["busy_min"].sum() == 0
    assert result.decisions["n_options"].tolist() == [0] * 9


def test_the_hash_knows_every_moment_every_place_and_every_transfer() -> None:
    moving = Policies(KnowTruth(), SendAll())
    assert run(inside(5)).trace_hash == run(inside(5)).trace_hash
    assert run(inside(5)).trace_hash == run(inside(5, end_min=400.0)).trace_hash  # all had left by then
    runs = [
        run(inside(5)),
        run(inside(4)),
        run(inside(5, stay_min=100.0 - 2.0**-20)),
        run(inside(5, end_min=299.0)),
        run(inside(5), moving),
        run(inside(5, end_min=60.0), moving),
        run(inside(5, end_min=60.5), moving),
    ]
    assert len({one.trace_hash for one in runs}) == len(runs)


@pytest.mark.parametrize("awake", [True, False])
def test_the_collector_is_left_as_it_was(awake: bool) -> None:
    states = []

    class Look(SendAll):
        def decide(self, view: TransferView) -> TransferDecision:
            states.append(gc.isenabled())
            return super().decide(view)

    was_awake = gc.isenabled()
    try:
        (gc.enable if awake else gc.disable)()
        run(inside(1), Policies(KnowTruth(), Look()))
        assert gc.isenabled() is awake
    finally:
        (gc.enable if was_awake else gc.disable)()
    assert set(states) == {False}
