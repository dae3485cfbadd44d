"""Outpatients who are called and may stay away, and the plan that books slots twice: known by hand."""

import numpy as np
import pytest

from experiments.build import build, check
from experiments.config import compose
from optimize.appointments.planner import AppointmentsPlanner
from optimize.contract import Ending, Solved
from policies.admission import Appointments, MostUrgent
from sim.admission_rules import AdmissionRules
from sim.contract import AdmissionFacts, AdmissionView
from sim.engine import Engine
from sim.run import drawn, simulate
from sim.streams import Replication
from tests.admission_views import DAY, calls, open_hours, some_list_facts, some_list_view

pytestmark = pytest.mark.unit

TOMORROW = 11 * DAY + 480.0
URGENT, ROUTINE = 0, 1
FIRST = Replication(1, 7)
SMALL = ("experiment=outpatient_slots", "run.weeks=0.5", "run.warm_up_weeks=0.2")


def clinic(p_no_show: float = 0.0, most_booked_share: float = 1.0) -> AdmissionFacts:
    """Return a clinic whose visits take an hour; no bed is needed."""
    hour = np.array([60.0, 60.0])
    shares = {"p_no_show": p_no_show, "most_booked_share": most_booked_share}
    return some_list_facts(mean_min=hour, place_of=np.array([-1, -1]), **shares)


def four_slots(facts: AdmissionFacts, *groups: int) -> AdmissionView:
    """Return a clinic with four slots tomorrow, and patients referred a day ago."""
    return some_list_view(facts, [(group, 1.0 + i / 10) for i, group in enumerate(groups)], rostered=open_hours([0, 1]))


def test_every_slot_goes_to_somebody_the_most_urgent_first() -> None:
    decision = Appointments().decide(four_slots(clinic(), *[ROUTINE] * 3, *[URGENT] * 3))
    assert sorted(calls(decision)) == [102, 103, 104, 105]  # of the routine patients the one referred first
    assert sorted(calls(decision).values()) == [TOMORROW + 60.0 * k for k in range(4)]
    assert decision.ending == Ending.OPTIMAL
    ((words, price),) = decision.binding
    assert words == "theatre 1 at h0 on day 11 sees 4 patients, and 0 more may be booked"
    assert price > 0


def test_slots_are_booked_twice_only_where_patients_stay_away_and_that_pays() -> None:
    view = four_slots(clinic(0.5, 1.5), *[ROUTINE] * 8)
    assert len(calls(Appointments(overflow_cost=10.0).decide(view))) == 6
    assert len(calls(Appointments(overflow_cost=1e6).decide(view))) == 4
    twice = calls(Appointments(overflow_cost=10.0).decide(view))
    assert sorted(twice.values()) == [TOMORROW, TOMORROW, TOMORROW + 60, TOMORROW + 60, TOMORROW + 120, TOMORROW + 180]
    certain = four_slots(clinic(0.0, 1.5), *[ROUTINE] * 8)
    assert len(calls(Appointments(overflow_cost=1e6).decide(certain))) == 4


def test_nobody_to_call_or_no_session_is_no_question() -> None:
    assert calls(Appointments().decide(four_slots(clinic()))) == {}
    closed = some_list_view(clinic(), [(URGENT, 1.0)], rostered=open_hours([0, 0]))
    assert calls(Appointments().decide(closed)) == {}


def test_the_rule_decides_when_the_solver_has_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    unsolved: Solved[object] = Solved(Ending.NO_ANSWER, None, None, None, 0.5)
    monkeypatch.setattr(AppointmentsPlanner, "plan", lambda *_: unsolved)
    view = four_slots(clinic(), ROUTINE, URGENT)
    decision = Appointments().decide(view)
    assert (decision.ending, decision.seconds) == ("rule after no_answer", 0.5)
    assert calls(decision) == calls(MostUrgent().decide(view))


def test_impossible_settings_are_named() -> None:
    wrong = Appointments([1.0], -1.0, np.inf)
    fields = [fault.field for fault in wrong.faults("admission")]
    assert fields == [
        "admission.idle_cost_per_hour",
        "admission.overflow_cost",
        "admission.late_cost_per_day",
    ]
    assert [str(one.field) for one in AdmissionRules(p_no_show=1.0).faults()] == ["lists.p_no_show"]


def test_who_stays_away_is_drawn_for_each_patient_and_leaves_the_list() -> None:
    (cell,) = compose([*SMALL, "admission=most_urgent"])
    scenario, policies = build(cell.settings)
    cohort = drawn(scenario, FIRST)
    assert cohort.comes is not None
    listed = ~np.isnan(cohort.referred_min)
    away = ~cohort.comes
    n = int(listed.sum())
    assert abs(away.sum() - 0.15 * n) < 4 * np.sqrt(n * 0.15 * 0.85)
    assert not away[~listed].any()
    runs = [simulate(scenario, policies, FIRST, engine) for engine in (Engine.SIMPY, Engine.AUTO)]
    assert runs[0].trace_hash == runs[1].trace_hash
    events = runs[0].list_events
    assert set(events.loc[events["event"] == "stayed away", "patient"]) <= set(np.flatnonzero(away).tolist())
    assert not set(events.loc[events["event"] == "came", "patient"]) & set(np.flatnonzero(away).tolist())
    gone = runs[0].lists.set_index("patient")
    assert gone["stayed_away"].sum() == (events["event"] == "stayed away").sum() > 0
    assert gone.loc[gone["stayed_away"], "came_min"].notna().all()


def test_without_absences_everybody_comes() -> None:
    (cell,) = compose([*SMALL, "admission=most_urgent", "lists.p_no_show=0"])
    assert drawn(check(cell.settings), FIRST).comes is None


def test_the_plan_books_twice_and_sees_more() -> None:
    runs = {}
    for policy in ("most_urgent", "appointments"):
        (cell,) = compose([*SMALL, f"admission={policy}"])
        scenario, policies = build(cell.settings)
        runs[policy] = simulate(scenario, policies, FIRST)
    came = {name: int((run.list_events["event"] == "came").sum()) for name, run in runs.items()}
    assert came["appointments"] > came["most_urgent"]
    rows = runs["appointments"].decisions
    rows = rows[(rows["seat"] == "admission") & (rows["n_moves"] > 0)]
    assert (rows["n_refused"] == 0).all()
    assert rows["binding"].str.contains("more may be booked").any()
