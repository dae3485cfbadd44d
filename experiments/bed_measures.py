"""Measure bed crises: days on which somebody who needs a bed at once cannot have one.

Source of the measure: A. Bagust, M. Place, J. W. Posnett, Dynamics of bed use in accommodating emergency admissions,
BMJ 1999;319:155, doi 10.1136/bmj.319.7203.155 (P65): "the daily risk that there is no bed available for at least one
patient requiring immediate admission".
"""

from collections.abc import Iterator

import pandas as pd

from experiments.measure import Measure
from sim.city import Kind
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_HOUR

HOURS_PER_DAY = 24
CRISIS = "bed_crisis_share"
BED_MEASURES = (
    Measure(
        CRISIS,
        "Bed crises",
        "share",
        "Share of days, over hospitals, on which at least one patient who needs an inpatient bed at once waits for "
        "one. Risks show above 85 % occupancy, regular crises from 90 % on.",
        "lower",
        4,
        "P65",
    ),
)
Row = tuple[str, str, str, float]


def bed_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield the share of days with a bed crisis, over all hospitals, by hospital and by kind of bed.

    A day (24 hours from time zero on, after the warm-up; a part of a day counts as one) of a hospital is a crisis when
    a patient waits for any of its inpatient beds, however short; of a kind of bed when one waits for that kind.
    """
    daily = _waits_by_day(scenario, run)
    if daily.empty:
        return
    crises = daily.groupby(["hospital", "day"])["waits"].any()
    yield CRISIS, "all", "all", float(crises.mean())
    for hospital, share in crises.groupby("hospital").mean().items():
        yield CRISIS, "hospital", str(hospital), float(share)
    for pool, share in daily.groupby("pool")["waits"].mean().items():
        yield CRISIS, "pool", str(pool), float(share)


def _waits_by_day(scenario: Scenario, run: Run) -> pd.DataFrame:
    """Return for every hospital, kind of inpatient bed and day after the warm-up whether somebody waits."""
    kinds = {pool.code: pool.kind for hospital in scenario.city.hospitals for pool in hospital.pools}
    phases = [phase for pathway in scenario.pathways for phase in pathway.phases]
    beds = {phase.place for phase in phases if phase.transferable and kinds.get(phase.place or "") is Kind.PLACE}
    since = run.levels["hour"] - scenario.horizon.warm_up_min / MINUTES_PER_HOUR
    levels = run.levels[(since >= 0) & run.levels["pool"].isin(beds)]
    hours = pd.DataFrame(
        {
            "hospital": levels["hospital"].astype(str),
            "pool": levels["pool"].astype(str),
            "day": since[levels.index] // HOURS_PER_DAY,
            "waits": levels["queue_min"] > 0,
        }
    )
    return hours.groupby(["hospital", "pool", "day"])[["waits"]].any().reset_index()
