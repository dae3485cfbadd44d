"""Make staffing views for tests: by hand, or any that could be."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from sim.contract import StaffFacts, StaffingDecision, StaffingView

UNKNOWN = float("nan")
Table = Sequence[Sequence[float]]
Asked = list[tuple[int, int, int, int]]


def some_facts(
    travel_min: Table,
    offered: Sequence[Sequence[bool]],
    agreed: Sequence[bool] | None = None,
    max_travel_min: float = 60.0,
) -> StaffFacts:
    """Return h hospitals whose staff costs 50 a shift elsewhere, and 0.5 a minute on the road."""
    n = len(offered)
    return StaffFacts(
        hospital_ids=tuple(f"h{i}" for i in range(n)),
        roles=tuple(f"role{i}" for i in range(len(offered[0]))),
        offered=frozen(offered, np.bool_),
        travel_min=frozen(travel_min, np.float64),
        agreed=frozen([True] * n if agreed is None else agreed, np.bool_),
        shift_min=480.0,
        max_travel_min=max_travel_min,
        premium_cost=50.0,
        travel_cost_per_min=0.5,
    )


def a_view(
    facts: StaffFacts, on_duty: Table, busy: Table, queue: Table, next_duty: Table, may_lend: Table
) -> StaffingView:
    """Return a view at six in the morning for the shift at seven; nobody may write into its tables."""
    return StaffingView(
        facts=facts,
        now_min=360.0,
        known_at_min=360.0,
        starts_min=420.0,
        on_duty=frozen(on_duty, np.float64),
        busy=frozen(busy, np.float64),
        queue=frozen(queue, np.float64),
        next_duty=frozen(next_duty, np.int64),
        may_lend=frozen(may_lend, np.int64),
    )


def frozen(rows: object, kind: type) -> np.ndarray:
    table = np.array(rows, dtype=kind)
    table.setflags(write=False)
    return table


def asked(decision: StaffingDecision) -> Asked:
    """Return the loans as (lender, borrower, role, units)."""
    columns = (decision.lender, decision.borrower, decision.role, decision.units)
    return list(zip(*(column.tolist() for column in columns), strict=True))


COUNTS = st.sampled_from([4, 0, 1, 2, 3, 7, 12])
TRAVEL_MIN = st.sampled_from([15.0, 5.0, 40.0, 60.0, 75.0])
MOSTLY = st.sampled_from([True, True, True, False])


@st.composite
def facts(draw: st.DrawFn) -> StaffFacts:
    n, r = draw(st.integers(2, 4)), draw(st.integers(1, 2))
    return some_facts(
        rows(draw, TRAVEL_MIN, n, n), rows(draw, MOSTLY, n, r), draw(st.lists(MOSTLY, min_size=n, max_size=n))
    )


@st.composite
def views(draw: st.DrawFn, of: StaffFacts | None = None) -> StaffingView:
    """Return a view as the seat would show it: nothing of hospitals without agreement or without such staff."""
    about = draw(facts()) if of is None else of
    n, r = about.offered.shape
    shown = about.offered & about.agreed[:, None] & np.array(rows(draw, MOSTLY, n, r))
    on_duty, busy, queue, next_duty = (np.array(rows(draw, COUNTS, n, r)) for _ in range(4))
    next_duty = np.where(about.offered, next_duty, 0)
    spare = np.minimum(np.array(rows(draw, COUNTS, n, r)), next_duty)
    now = [np.where(shown, table, np.nan) for table in (on_duty, np.minimum(busy, on_duty), queue)]
    return a_view(about, *now, next_duty, np.where(about.offered & about.agreed[:, None], spare, 0))


def rows(draw: st.DrawFn, cells: st.SearchStrategy[float], n: int, m: int) -> list[list[float]]:
    return draw(st.lists(st.lists(cells, min_size=m, max_size=m), min_size=n, max_size=n))
