"""Let forecasters learn the demand of a simulated city from a past of its own, never from a replication to be run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from policies.forecast import CalibratedForecaster, Forecast, Forecaster, HourlySeries, PoissonRegression
from policies.forecast.intervals import fit_calibrated
from sim.cohort import Cohort, draw_cohort
from sim.layout import Layout
from sim.pathway import Pathway, Phase
from sim.scenario import Horizon, Scenario, Source
from sim.streams import Replication
from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, MINUTES_PER_WEEK, BoolArray, FloatArray, IntArray

ARRIVALS = "arrivals"
"""The resource that every patient asks for: the door."""

A_MONDAY = np.datetime64("2024-01-01T00", "h")
SETTLING_WEEKS = 1
HELD_OUT_SHARE = 0.25
HOUR_AND_DAY = (1, 24)

Requests = tuple[str, IntArray, FloatArray, FloatArray]
Key = tuple[str, str]
"""The id of a hospital and the code of a resource."""


@dataclass(frozen=True, slots=True)
class CityForecaster:
    """Forecast how many patients ask for each resource of each hospital, by the hour and by the day.

    `by_period_h` holds a calibrated forecaster for each key and each length of period in hours, 1 and 24. Keys whose
    demand the past never saw are left out.
    """

    lead_h: int
    by_period_h: Mapping[int, Mapping[Key, CalibratedForecaster]]

    def forecast(self, key: Key, seen: HourlySeries, period_h: int = 1) -> Forecast:
        """Forecast the next `lead_h` hours, or the next days, after what was seen so far of this key.

        Raises:
            KeyError: if the past never saw such demand.
        """
        at = len(seen) + np.arange(0, self.lead_h - period_h + 1, period_h)
        return self.by_period_h[period_h][key].forecast(seen, at)


def train_on_history(
    scenario: Scenario,
    history: Replication,
    weeks: int,
    member: Forecaster | None = None,
    lead_h: int = 24,
) -> CityForecaster:
    """Learn from `weeks` of a past drawn for that purpose; no replication ever meets the patients of a past.

    The streams of a past carry names of their own, so that even the replication `history` itself meets others. The
    forecaster sees counts only, never rates. `member` is by default Poisson regression.

    Raises:
        ValueError: if there are too few weeks to learn from, or the past has no patients.
    """
    demand = draw_demand(past_of(scenario), history, weeks)
    busy = {key: series for key, series in demand.items() if series.counts.any()}
    if not busy:
        raise ValueError("no patients came in the past; give arrival rates above zero")
    member, held_out_h = member or PoissonRegression(), int(weeks * HOURS_PER_WEEK * HELD_OUT_SHARE)
    periods_h = tuple(hours for hours in HOUR_AND_DAY if hours <= lead_h)
    fitted = {key: fit_calibrated(member, one, lead_h, held_out_h, periods_h) for key, one in busy.items()}
    return CityForecaster(lead_h, {h: {key: of[i] for key, of in fitted.items()} for i, h in enumerate(periods_h)})


def past_of(scenario: Scenario) -> Scenario:
    """Return the scenario as it was before: other patients, nobody inside at the start.

    Patterns of arrival (seasons, incidents, recorded times) belong to the future and are left out; patients come at the
    weekly rates.
    """
    return replace(scenario, sources=tuple(_past_source(source) for source in scenario.sources))


def _past_source(source: Source) -> Source:
    return replace(source, name=f"past of {source.name}", at_start=0, pattern=None)


def draw_demand(
    scenario: Scenario, replication: Replication, weeks: int, start: np.datetime64 = A_MONDAY
) -> dict[Key, HourlySeries]:
    """Return how many patients ask for each resource of each hospital in every hour of `weeks` weeks.

    Resources are the door (`ARRIVALS`) and the codes of all pools, places included. A patient asks for a pool when
    the care before it has taken its time, as if nobody ever waited or was moved, so the demand is the same whatever is
    decided. One week before is drawn too and dropped, so that patients with long stays are on their way. `start` is the
    calendar's name for the beginning, a Monday midnight.
    """
    whole = replace(scenario, horizon=Horizon(0.0, (weeks + SETTLING_WEEKS) * MINUTES_PER_WEEK))
    cohort, layout = draw_cohort(whole, replication), Layout.of(whole)
    n_hours = weeks * HOURS_PER_WEEK
    ids = [hospital.id for hospital in scenario.city.hospitals]
    demand: dict[Key, FloatArray] = {}
    for code, patient, moment_min, _ in requests(whole, layout, cohort):
        hour = (moment_min // MINUTES_PER_HOUR).astype(np.int64) - SETTLING_WEEKS * HOURS_PER_WEEK
        kept = (hour >= 0) & (hour < n_hours)
        for index, id_ in enumerate(ids):
            mine = hour[kept & (cohort.hospital[patient] == index)]
            counts = demand.setdefault((id_, code), np.zeros(n_hours))
            counts += np.bincount(mine, minlength=n_hours)
    return {key: HourlySeries("/".join(key), start, counts) for key, counts in demand.items()}


def requests(scenario: Scenario, layout: Layout, cohort: Cohort) -> Iterator[Requests]:
    """Yield codes with the patients (m,) who ask, the moments (m,) at which they do, and the minutes of work (m,).

    Minutes are 0 for the door and for places, which are held for as long as what is done there takes.
    """
    comes = np.isfinite(cohort.arrived_min) & (True if cohort.comes is None else cohort.comes)
    everybody = np.flatnonzero(comes)
    yield ARRIVALS, everybody, cohort.arrived_min[everybody], np.zeros(len(everybody))
    for index, pathway in enumerate(scenario.pathways):
        patients = np.flatnonzero(comes & (cohort.pathway == index))
        yield from _requests_on(pathway, layout, cohort, patients)


def _requests_on(pathway: Pathway, layout: Layout, cohort: Cohort, patients: IntArray) -> Iterator[Requests]:
    now_min = cohort.arrived_min[patients]
    for phase in pathway.phases:
        entered: BoolArray = cohort.enters[patients, layout.phase_index[phase.name]]
        if phase.place:
            yield phase.place, patients[entered], now_min[entered], np.zeros(int(entered.sum()))
        for codes, minutes in _steps(phase, layout, cohort, patients):
            happens = minutes >= 0
            for code in codes:
                yield code, patients[happens], now_min[happens], minutes[happens]
            now_min = now_min + np.maximum(minutes, 0.0)


def _steps(
    phase: Phase, layout: Layout, cohort: Cohort, patients: IntArray
) -> Iterator[tuple[tuple[str, ...], FloatArray]]:
    """Yield for everything that takes time in a phase the pools of the hospital it needs, and the minutes, (m,)."""
    for part in phase.parts:
        minutes = cohort.minutes[patients, layout.slot_index[f"{phase.name}.{part.name}"]]
        yield tuple(code for code in part.needs if "@" not in code), minutes
