"""What members of a seat learn before a run comes from a past of its own, never from patients of any replication."""

import sys
from typing import Any

import pytest

import experiments.forecasting.history
import experiments.forecasting.work
import experiments.posts  # noqa: F401
from experiments.build import build
from experiments.config import compose
from experiments.plugins import shipped_policies
from sim.cohort import Cohort, draw_cohort
from sim.streams import Replication

pytestmark = pytest.mark.contract

LEARNERS = {
    ("posts", "expected_cover"): "ambulance_posts",
    ("rostering", "cover"): "weekly_roster",
    ("rostering", "weekly_roster"): "weekly_roster",
    ("staffing", "allocation"): "staff_by_ratio",
    ("staffing", "float_pool"): "float_pool",
    ("staffing", "float_pool_recourse"): "float_pool_recourse",
}


@pytest.fixture
def pasts(monkeypatch: pytest.MonkeyPatch) -> list[Cohort]:
    """Record whom anybody draws to learn from."""
    found: list[Cohort] = []

    def drawing(*args: Any, **named: Any) -> Cohort:
        found.append(draw_cohort(*args, **named))
        return found[-1]

    for name, module in list(sys.modules.items()):
        if name.startswith("experiments.") and hasattr(module, "draw_cohort"):
            monkeypatch.setattr(module, "draw_cohort", drawing)
    return found


def test_every_member_that_learns_from_weeks_is_put_to_the_test() -> None:
    learning = {
        (seat, name)
        for seat, known in shipped_policies().items()
        for name, kind in known.items()
        if "history_weeks" in getattr(kind, "__dataclass_fields__", {})
    }
    assert learning == set(LEARNERS)


@pytest.mark.parametrize(("seat", "member"), LEARNERS, ids=[f"{seat}={member}" for seat, member in LEARNERS])
def test_nobody_of_a_replication_was_ever_learned_from(seat: str, member: str, pasts: list[Cohort]) -> None:
    cells = compose([f"experiment={LEARNERS[seat, member]}", "run.weeks=0.3", "run.warm_up_weeks=0.1"])
    cell = next(one for one in cells if getattr(one.settings, seat).get("policy") == member)
    scenario, _ = build(cell.settings)
    past = {minute for cohort in pasts for minute in cohort.arrived_min[cohort.arrived_min > 0].tolist()}
    assert len(past) > 1000
    for index in range(3):
        now = draw_cohort(scenario, Replication(index, cell.settings.run.root_seed)).arrived_min
        assert past.isdisjoint(now[now > 0].tolist())
