"""What every dispatch policy promises, whatever it is shown."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from experiments.plugins import shipped_policies
from experiments.schema import read
from policies.dispatch import LeastWait, NearestOpen, OwnChoice
from sim.contract import DispatchDecision, DispatchView, Policy
from sim.faults import Fault
from tests.dispatch_views import views

pytestmark = pytest.mark.contract

Member = Callable[[], Policy[DispatchView, DispatchDecision]]
MEMBERS: dict[str, Member] = {
    "own_choice": OwnChoice,
    "nearest_open": NearestOpen,
    "nearest_open_eager": lambda: NearestOpen(max_detour_min=90, nearest_acuity=0, max_queue_per_space=9),
    "least_wait": LeastWait,
    "least_wait_eager": lambda: LeastWait(max_detour_min=90, nearest_acuity=0, divert_min=0, most_diverted_share=1),
}
CONF = Path(__file__).parents[2] / "conf" / "dispatch"
each_member = pytest.mark.parametrize("member", MEMBERS.values(), ids=MEMBERS)


def breaches(view: DispatchView, decision: DispatchDecision) -> list[str]:
    """List the promises that a decision breaks."""
    if decision.share is None:
        return []
    choice = np.broadcast_to(view.facts.choice_share[:, None, :], decision.share.shape)
    change = np.abs(decision.share - choice)
    missed = {
        "shares of zero or more": decision.share.min() < 0,
        "that sum to 1": np.abs(decision.share.sum(axis=2) - 1).max() > 1e-9,
        "hospitals without agreement keep their share": np.any(change[..., ~view.facts.agreed] > 1e-9),
        "unknown hospitals keep their share": np.any(change[..., np.isnan(view.waiting)] > 1e-9),
    }
    return [promise for promise, broken in missed.items() if broken]


def same(a: DispatchDecision, b: DispatchDecision) -> bool:
    shares = (a.share is b.share is None) or (a.share is not None and np.array_equal(a.share, b.share))
    return shares and (a.ending, a.objective, a.binding) == (b.ending, b.objective, b.binding)


@each_member
@given(view=views())
@settings(max_examples=60, deadline=None)
def test_a_decision_keeps_every_promise(member: Member, view: DispatchView) -> None:
    assert breaches(view, member().decide(view)) == []


@each_member
@given(seen=st.lists(views(), min_size=2, max_size=3))
@settings(max_examples=15, deadline=None)
def test_a_decision_depends_on_its_view_alone(member: Member, seen: list[DispatchView]) -> None:
    policy = member()
    first = [policy.decide(view) for view in seen]
    again = [policy.decide(view) for view in reversed(seen)][::-1]
    assert all(same(a, b) for a, b in zip(first, again, strict=True))
    assert same(first[-1], member().decide(seen[-1]))


@each_member
@given(view=views())
@settings(max_examples=15, deadline=None)
def test_where_nothing_is_known_everybody_keeps_the_choice(member: Member, view: DispatchView) -> None:
    unknown = replace(view, **dict.fromkeys(("spaces", "busy", "waiting"), np.full(len(view.on_way), np.nan)))
    share = member().decide(unknown).share
    assert share is None or np.allclose(share, view.facts.choice_share[:, None, :])


def test_every_member_has_a_file_with_its_settings() -> None:
    assert {file.stem for file in CONF.glob("*.yaml")} == set(shipped_policies()["dispatch"])
    for name, policy in shipped_policies()["dispatch"].items():
        written = OmegaConf.to_container(OmegaConf.load(CONF / f"{name}.yaml"))
        assert isinstance(written, dict)
        assert written.pop("policy") == name
        faults: list[Fault] = []
        assert read(policy, written, name, faults) == policy()
        assert faults == []


@pytest.mark.parametrize(
    ("policy", "fields"),
    [
        (NearestOpen(-1.0, 7, 0.0), ["max_detour_min", "nearest_acuity", "max_queue_per_space"]),
        (
            LeastWait(np.inf, -1, 0.0, np.nan, -1.0, 1.5, [1.0]),
            [
                "max_detour_min",
                "nearest_acuity",
                "horizon_hours",
                "stay_min",
                "divert_min",
                "most_diverted_share",
                "road_weight",
            ],
        ),
    ],
)
def test_impossible_settings_are_all_named(policy: NearestOpen | LeastWait, fields: list[str]) -> None:
    assert [fault.field for fault in policy.faults("dispatch")] == [f"dispatch.{field}" for field in fields]
    assert list(NearestOpen().faults("dispatch")) == list(LeastWait().faults("dispatch")) == []
