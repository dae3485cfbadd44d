"""Time whole decisions, from view to decision, of every optimized member, on what it saw in a city of 36 hospitals."""

from functools import partial

from tests.bench.recorded import fresh, large_settings, recorded
from tests.bench.registry import Bench, Runner, Trial, Unit

BAR_MS = 60.0
"""What a decision may take in the median, over the reviews at which there was something to decide."""
MOST_VIEWS = 30

MEMBERS: dict[tuple[str, str], tuple[str, str, str]] = {
    ("admission", "appointments"): ("outpatient_slots", "1.5", "0.5"),
    ("admission", "theatre"): ("elective_lists", "1.5", "0.5"),
    ("bedding", "beds"): ("outlier_beds", "0.1", "0.3"),
    ("dispatch", "least_wait"): ("where_to_bring", "0.1", "0.2"),
    ("equipment", "imaging"): ("imaging_offpeak imaging=optimized", "0.2", "0.3"),
    ("medicines", "exchange"): ("near_expiry", "2", "1"),
    ("posts", "expected_cover"): ("ambulance_posts", "0.1", "0.1"),
    ("rostering", "cover"): ("weekly_roster", "4", "1"),
    ("rostering", "weekly_roster"): ("weekly_roster", "4", "1"),
    ("staffing", "allocation"): ("staff_by_ratio", "0.5", "0.3"),
    ("staffing", "float_pool"): ("float_pool", "0.5", "0.3"),
    ("staffing", "float_pool_recourse"): ("float_pool_recourse", "0.5", "0.3"),
    ("transfer", "balance"): ("sharing_first", "0.15", "0.3"),
}
"""The experiment, and its cell, in whose city each member is asked, and how many weeks after how many of warm-up."""


def decisions(seat: str, member: str) -> Trial:
    """Record the views of a member, the first of them decided before time is taken: it compiles what is kept."""
    experiment, weeks, warm_up = MEMBERS[seat, member]
    overrides = [
        *f"experiment={experiment}".split(),
        f"{seat}={member}",
        f"run.weeks={weeks}",
        f"run.warm_up_weeks={warm_up}",
    ]
    taught, views = recorded(seat, large_settings(overrides))
    policy = fresh(taught)
    policy.decide(views[0])
    asked = [view for view in views[1:] or views if policy.decide(view).seconds > 0][-MOST_VIEWS:]
    steps = tuple(partial(policy.decide, view) for view in asked)
    timed = f"{seat}={member} in the city of experiment={experiment}, median of {len(asked)} reviews; bar {BAR_MS:g} ms"
    return Trial(len(asked), (Runner(f"{member}, 36 hospitals", timed, steps=steps),))


BENCHES = [Bench(Unit.MILLISECONDS_PER_DECISION, 3, partial(decisions, *one)) for one in MEMBERS]
