"""Measure what chance dealt before anybody decided: visits beyond those expected, whose true mean is zero.

These are the control variates of the statistics (`experiments.statistics.controls`): all cells of a replication share
them, and a mean that is regressed on them is that of a period with exactly the visits that were to be expected.
"""

from collections.abc import Iterator

import numpy as np

from experiments.measure import Measure
from sim.run import Run
from sim.scenario import Scenario, Source
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, FloatArray

Row = tuple[str, str, str, float]
URGENT = 2
HOURS = 168

CONTROL_MEASURES = (
    Measure(
        "visits_above_expected_per_day",
        "Visits beyond expected",
        "patients/day",
        "Emergency visits less those that the rates of the zones promise: chance alone, zero in the long run.",
        "",
        1,
    ),
    Measure(
        "urgent_visits_above_expected_per_day",
        "Urgent visits beyond expected",
        "patients/day",
        "The same for visits of true acuity 1 and 2.",
        "",
        1,
    ),
)
CONTROLS = tuple(measure.name for measure in CONTROL_MEASURES)


def control_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield both controls; nothing where visits depend on care (returns), or their mean on more than a weekly rate."""
    zones = [source for source in scenario.sources if source.zone >= 0]
    plain = all(source.pattern is None and not source.at_start and source.listed_for is None for source in zones)
    if not zones or not plain or scenario.returns is not None or scenario.census is not None:
        return
    horizon = scenario.horizon
    came = (run.patients["arrived"] >= horizon.warm_up_min) & run.patients["zone"].notna()
    urgent = came & (run.patients["acuity_true"] <= URGENT)
    days = horizon.measured_min / MINUTES_PER_DAY
    expected = np.array([expected_visits(one, horizon.warm_up_min, horizon.end_min) for one in zones])
    of_urgent = np.array([_urgent_share(scenario, one) for one in zones])
    for name, seen, awaited in zip(CONTROLS, (came, urgent), (expected.sum(), expected @ of_urgent), strict=True):
        yield name, "all", "all", float((seen.sum() - awaited) / days)


def expected_visits(source: Source, start_min: float, end_min: float) -> float:
    """Return the mean number of patients of a source with weekly rates who come between two moments."""
    week: FloatArray = np.concatenate(([0.0], np.cumsum(source.hourly_rate)))

    def until(minute: float) -> float:
        weeks, hours = divmod(minute / MINUTES_PER_HOUR, HOURS)
        return float(weeks * week[-1] + np.interp(hours, np.arange(HOURS + 1), week))

    return until(end_min) - until(start_min)


def _urgent_share(scenario: Scenario, source: Source) -> float:
    """Return the chance that a patient of a source is of true acuity 1 or 2."""
    shares = {one.name: float(one.acuity_share[:URGENT].sum()) for one in scenario.conditions}
    mix = zip(source.conditions, source.condition_share.tolist(), strict=True)
    return float(sum(share * shares[name] for name, share in mix))
