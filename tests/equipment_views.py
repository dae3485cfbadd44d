"""Make equipment views for tests: by hand, or any that could be."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from sim.contract import EquipmentDecision, EquipmentFacts, EquipmentView
from tests.transfer_views import MOSTLY, TRAVEL_MIN, frozen, table

HOURS = 24
WEEK = 168


def some_facts(units: Sequence[Sequence[int]], partners: bool = False, **changes: object) -> EquipmentFacts:
    """Return the facts of n hospitals 20 minutes apart; patients of all may use everything if they are partners."""
    counts = np.array(units, dtype=np.int64)
    n, n_kinds = counts.shape
    may = np.ones((n, n), dtype=np.bool_) if partners else np.eye(n, dtype=np.bool_)
    usual: dict[str, object] = {
        "hospital_ids": tuple(f"h{i}" for i in range(n)),
        "equipment_codes": tuple(f"scanner{i}" for i in range(n_kinds)),
        "travel_min": frozen(20.0 * (1 - np.eye(n))),
        "agreed": frozen(np.ones(n, dtype=np.bool_)),
        "units": frozen(counts),
        "may_use": frozen(may[..., None] & (counts > 0)[None]),
        "mean_min": frozen(np.full(n_kinds, 20.0)),
        "review_every_min": 60.0,
        "opening_notice_min": 120.0,
        "cost_per_opened_hour": 100.0,
        "most_extra_units": 1,
    }
    return EquipmentFacts(**{**usual, **changes})  # type: ignore[arg-type]


def some_view(facts: EquipmentFacts, **columns: Any) -> EquipmentView:
    """Return a view at the hour 240: nothing is on duty, opened, asked for or waited for unless told otherwise."""
    shape = facts.units.shape
    usual: dict[str, Any] = {"now_min": 14400.0, "hour": 240}
    usual |= dict.fromkeys(("on_duty", "busy", "waiting"), np.zeros(shape, dtype=np.int64))
    usual |= dict.fromkeys(("rostered", "opened"), np.zeros((*shape, HOURS), dtype=np.int64))
    usual["asked"] = np.zeros((*shape, WEEK))
    whole: dict[str, Any] = {**usual, **columns}
    for name, value in whole.items():
        whole[name] = frozen(np.array(value)) if np.ndim(value) else value
    return EquipmentView(facts=facts, **whole)


def openings(decision: EquipmentDecision) -> dict[tuple[int, int, int], int]:
    """Return units by hospital, equipment and hour."""
    hours = zip(decision.hospital.tolist(), decision.equipment.tolist(), decision.hour.tolist(), strict=True)
    return dict(zip(hours, decision.units.tolist(), strict=True))


@st.composite
def any_facts(draw: st.DrawFn) -> EquipmentFacts:
    """Draw up to three hospitals with up to two kinds of equipment, under any rules."""
    n, n_kinds = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    units = draw(st.lists(st.lists(st.integers(0, 3), min_size=n_kinds, max_size=n_kinds), min_size=n, max_size=n))
    may = draw(st.lists(MOSTLY, min_size=n * n * n_kinds, max_size=n * n * n_kinds))
    minutes = st.sampled_from([20.0, 30.0, 45.0, 90.0, float("nan")])
    return some_facts(
        units,
        travel_min=frozen(np.array(table(draw, TRAVEL_MIN, n, n))),
        agreed=frozen(np.array(draw(st.lists(MOSTLY, min_size=n, max_size=n)))),
        may_use=frozen(np.array(may).reshape(n, n, n_kinds) & (np.array(units) > 0)[None]),
        mean_min=frozen(np.array(draw(st.lists(minutes, min_size=n_kinds, max_size=n_kinds)))),
        review_every_min=draw(st.sampled_from([30.0, 60.0, 180.0])),
        opening_notice_min=draw(st.sampled_from([0.0, 60.0, 90.0, 120.0])),
        cost_per_opened_hour=draw(st.sampled_from([0.0, 20.0, 100.0])),
        most_extra_units=draw(st.integers(0, 2)),
    )


@st.composite
def equipment_views(draw: st.DrawFn, of: EquipmentFacts | None = None) -> EquipmentView:
    """Draw a view, on the hour or within it, early in a run or late."""
    facts = draw(any_facts()) if of is None else of
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    shape = facts.units.shape
    rostered = rng.integers(0, facts.units + 1, (HOURS, *shape)).transpose(1, 2, 0)
    opened = np.minimum(rng.integers(0, 2, rostered.shape), facts.units[..., None] - rostered)
    now_min = draw(st.sampled_from([60.0, 1470.0, 14400.0, 14455.5]))
    asked = rng.integers(0, 4, (*shape, WEEK)).astype(float)
    asked[..., : max(0, WEEK - int(now_min // 60))] = np.nan
    on_duty = rostered[..., 0] + opened[..., 0]
    return some_view(
        facts,
        now_min=now_min,
        hour=int(now_min // 60),
        on_duty=on_duty,
        busy=rng.integers(0, on_duty + 1),
        waiting=rng.integers(0, 12, shape),
        rostered=rostered,
        opened=np.minimum(opened, facts.most_extra_units),
        asked=asked,
    )
