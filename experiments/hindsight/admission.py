"""Judge calls from waiting lists: how much dearer they were than the best ones, had all durations been known.

For each review after the warm-up let a be what the patients on a list truly need: minutes of what they are listed for,
and whether they come. With prices as in `policies.admission.Theatre` (waiting, by acuity, and an idle hour) and
overtime at one and a half times an idle hour,

    cost(x; a) = Σ_called waiting until the day + Σ_uncalled waiting until the end of the days shown
               + Σ_days idle_cost · minutes that nobody uses + over_cost · minutes beyond the roster

where x are the calls that were made; those who were called at earlier reviews stay called. Who stays away needs no
minutes, and has no price. All units of a list are one for a day, so that no case is too long for what is left. The
bound is proven for all calls that the rules of the lists allow, which count expected minutes
(`optimize.theatre.known`). Beds afterwards, and who is called later, are no part of it.
"""

from collections.abc import Iterator

import numpy as np

from experiments.hindsight.base import Episode, Hindsight
from optimize.theatre.known import UNCALLED, KnownList, least_cost
from policies.admission import Theatre
from policies.admission.wishes import Prices
from sim.cohort import Cohort
from sim.contract import AdmissionView
from sim.layout import Layout
from sim.list_pathways import pathway_of
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, FloatArray, IntArray

YARDSTICK = Theatre()
PRICES = Prices(tuple(YARDSTICK.late_cost_per_day), YARDSTICK.idle_cost_per_hour)
OVERTIME = 1.5
"""Pay of overtime over usual pay."""


class AdmissionHindsight(Hindsight):
    """Judge the calls of every review, by hospital, in USD over the days that are shown."""

    seat = "admission"

    def applies(self, scenario: Scenario, run: Run) -> bool:
        """Say whether patients were called from lists, each to the own hospital."""
        wishes = scenario.lists.wishes
        return bool(run.lists_seen) and not (wishes and wishes.elsewhere)

    def levels(self, scenario: Scenario) -> tuple[str, ...]:
        """Name the hospitals."""
        return tuple(hospital.id for hospital in scenario.city.hospitals)

    def episodes(self, scenario: Scenario, run: Run, cohort: Cohort) -> Iterator[Episode]:
        """Yield every review whose days ahead are in the run."""
        if not run.lists_seen:
            return
        minutes = true_minutes(scenario, run.lists_seen[0], cohort)
        for view in run.lists_seen:
            until = view.moment_min(view.rostered.shape[2], 0.0)
            if scenario.horizon.warm_up_min <= view.now_min and until <= scenario.horizon.end_min:
                yield self._episode(view, minutes, cohort, days_called(run, view))

    def _episode(self, view: AdmissionView, minutes: FloatArray, cohort: Cohort, day: IntArray) -> Episode:
        cost, bound = np.zeros(len(view.facts.hospital_ids)), np.zeros(len(view.facts.hospital_ids))
        for hospital, code in np.ndindex(*view.rostered.shape[:2]):
            rows, case = known_list(view, minutes, cohort, hospital, code)
            cost[hospital] += case.cost(day[rows])
            bound[hospital] += least_cost(case)
        return Episode(view.now_min, cost, bound)


def true_minutes(scenario: Scenario, view: AdmissionView, cohort: Cohort) -> FloatArray:
    """Return what every patient truly needs of what lists of a view are for, 0 for who stays away; shape (n,)."""
    layout, facts = Layout.of(scenario), view.facts
    minutes = np.zeros(cohort.n_patients)
    numbers = {condition.name: number for number, condition in enumerate(scenario.conditions)}
    for condition, of_list in dict.fromkeys(zip(facts.condition, facts.list_of.tolist(), strict=True)):
        pathway, code = pathway_of(condition, scenario.conditions, scenario.pathways), facts.list_codes[of_list]
        names = [f"{phase.name}.{step.name}" for phase in pathway.phases for step in phase.steps if code in step.needs]
        columns = [layout.slot_index[name] for name in names]
        mine = np.flatnonzero(cohort.condition == numbers[condition])
        minutes[mine] = np.maximum(cohort.minutes[mine][:, columns], 0.0).sum(axis=1)
    return minutes if cohort.comes is None else np.where(cohort.comes, minutes, 0.0)


def days_called(run: Run, view: AdmissionView) -> IntArray:
    """Return for which day each patient of a view was called at its review, 0 for today, -1 for none."""
    events = run.list_events
    made = events[(events["time_min"] == view.now_min) & (events["event"] == "called")]
    day_of = dict(zip(made["patient"], (made["at_min"] - view.moment_min(0, 0.0)) // MINUTES_PER_DAY, strict=True))
    return np.array([int(day_of.get(patient, UNCALLED)) for patient in view.patient.tolist()], dtype=np.int64)


def known_list(
    view: AdmissionView, minutes: FloatArray, cohort: Cohort, hospital: int, code: int
) -> tuple[IntArray, KnownList]:
    """Return the rows of a view that a list may call, and what is known of them."""
    of_list = (view.hospital == hospital) & (view.facts.list_of[view.group] == code)
    rows, called = np.flatnonzero(of_list & view.uncalled), np.flatnonzero(of_list & ~view.uncalled)
    n_days = view.rostered.shape[2]
    day = ((view.called_min[called] - view.moment_min(0, 0.0)) // MINUTES_PER_DAY).astype(np.int64)
    shown = (day >= 0) & (day < n_days)
    taken = np.bincount(day[shown], minutes[view.patient[called[shown]]], minlength=n_days)
    comes = np.ones(len(rows)) if cohort.comes is None else cohort.comes[view.patient[rows]].astype(float)
    price = np.stack([PRICES.waiting(view, rows, view.moment_min(d, 0.0)) for d in range(n_days)], axis=1)
    may = (np.arange(n_days) >= view.facts.notice_days) & (view.rostered[hospital, code].sum(axis=1) > 0)
    case = KnownList(
        minutes=minutes[view.patient[rows]],
        expected_min=view.facts.mean_min[view.group[rows]],
        price=np.where(may, price * comes[:, None], np.inf),
        open_price=PRICES.waiting(view, rows, view.moment_min(n_days, 0.0)) * comes,
        left_min=view.rostered[hospital, code].sum(axis=1) * MINUTES_PER_HOUR - taken,
        bookable_min=view.room_min[hospital, code],
        idle_cost=PRICES.idle_cost_per_hour / MINUTES_PER_HOUR,
        over_cost=OVERTIME * PRICES.idle_cost_per_hour / MINUTES_PER_HOUR,
    )
    return rows, case
