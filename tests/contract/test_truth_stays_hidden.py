"""What patients truly are never enters a view: policies know the urgency that triage assigned, and nothing else."""

from dataclasses import fields, is_dataclass, replace
from inspect import getmembers, isclass

import numpy as np
import pytest

import sim.contract as contract
from experiments.build import build
from experiments.config import compose
from sim.contract import AssignAcuity, BeddingDecision, BeddingView, TransferDecision, TransferView, TriageView
from sim.engine import Engine
from sim.run import simulate
from sim.streams import Replication
from tests.small_worlds import Stay

pytestmark = pytest.mark.contract

TRUTHS = ("true", "outcome", "critical", "remaining", "will", "duration")
VIEWS = [
    kind for name, kind in getmembers(contract, isclass) if name.endswith(("View", "Facts")) and is_dataclass(kind)
]


@pytest.mark.parametrize("kind", VIEWS, ids=lambda kind: kind.__name__)
def test_no_field_of_a_view_is_named_after_a_truth(kind: type) -> None:
    named = [field.name for field in fields(kind) if set(field.name.split("_")) & set(TRUTHS)]
    assert named == []


class Everybody:
    """Assign level 3 to everybody, and remember what the door showed."""

    def __init__(self) -> None:
        self.shown: set[str] = set()

    def decide(self, view: TriageView) -> AssignAcuity:
        self.shown |= set(view.feature_names)
        return AssignAcuity(np.full(len(view.nurse_acuity), 3, dtype=np.int64))


class Watcher(Stay):
    """Move nobody, and remember the urgency of those who wait for a bed."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def decide(self, view: TransferView) -> TransferDecision:
        self.seen.extend(view.acuity.tolist())
        return super().decide(view)


class Bedder:
    """Bed nobody elsewhere, and remember the urgency of those who wait."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def decide(self, view: BeddingView) -> BeddingDecision:
        self.seen.extend(view.acuity.tolist())
        nobody = np.empty(0, dtype=np.int64)
        return BeddingDecision(nobody, nobody)


def test_whoever_waits_is_as_urgent_as_triage_said() -> None:
    """Where triage calls everybody a level 3, no policy sees another level, though patients are of all."""
    (cell, *_) = compose(
        ["experiment=outlier_beds", "run.weeks=0.2", "run.warm_up_weeks=0", "run.kind=terminating", "transfer=stay_put"]
    )
    scenario, policies = build(cell.settings)
    door, watcher, bedder = Everybody(), Watcher(), Bedder()
    watched = replace(policies, triage=door, transfer=watcher, bedding=bedder)
    run = simulate(scenario, watched, Replication(0, 1), Engine.SIMPY)
    assert run.patients["acuity_true"].nunique() > 1
    assert (len(watcher.seen) > 10, len(bedder.seen) > 10) == (True, True)
    assert set(watcher.seen) | set(bedder.seen) == {3}
    assert not {name for name in door.shown if set(name.split("_")) & {*TRUTHS, "condition", "acuity"}}
